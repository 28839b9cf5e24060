"""What the fuzzer begins with: the corpora of bad inputs and of problems, the town, the policies that are shipped."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
FOUND = Path(__file__).resolve().parent / "found"  # inputs that once were faults, by target; add, never remove
SIZE_MAX = 4096
_FORMULA = re.compile(r"(?:when|unless|that|amount|by|scope|条件|金额|按): *(.+)")


def seeds(target: str) -> list[bytes]:
    """The inputs for a target, each once, with those that once were faults."""
    made = {"document": _yaml, "policy": _yaml, "expression": _expressions, "csv": _csv, "json": _json}[target]()
    return sorted({s for s in (*made, *(p.read_bytes() for p in found(target))) if len(s) <= SIZE_MAX})


def found(target: str) -> list[Path]:
    """The files of inputs that once were faults."""
    return sorted((FOUND / target).glob("*"))


def _files(ending: str) -> Iterator[bytes]:
    folders = (TESTS / "bad", TESTS / "problems", TESTS / "town", TESTS.parent / "policies")
    yield from (path.read_bytes() for folder in folders for path in sorted(folder.rglob(f"*{ending}")))


def _yaml() -> Iterator[bytes]:
    return _files(".yaml")


def _csv() -> Iterator[bytes]:
    return _files(".csv")


def _expressions() -> Iterator[bytes]:
    for content in _yaml():
        for text in _FORMULA.findall(content.decode("utf-8", "replace")):
            yield text.strip("'\" }").encode()


def _json() -> Iterator[bytes]:
    yield b'{"department": [{"id": "A", "period": 2023, "paid": 1.50, "rate": "85%", "audited": true, "founded": null}]}'
    for content in _csv():
        if all(byte < 128 and byte for byte in content):
            rows = list(csv.DictReader(content.decode().splitlines()))
            yield json.dumps({"department": rows}, ensure_ascii=False, default=str).encode()
