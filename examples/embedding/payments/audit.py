"""The audit: one line of JSON for each answer, written before the answer is given, and only ever appended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from types import TracebackType


class Audit:
    """A file that lines are appended to, by any number of threads of one process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        self._lock = Lock()

    def write(self, line: Mapping[str, object]) -> None:
        """Append a line, and return when it is on the disk. Raises `OSError` where it can't be."""
        text = json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
        rest = text.encode("utf-8")
        with self._lock:
            while rest:  # the system may take a part
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)

    def close(self) -> None:
        """Close the file; what is written after that raises `OSError`."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
            self._file = -1

    def __enter__(self) -> Audit:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
