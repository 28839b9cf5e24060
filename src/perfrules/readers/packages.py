"""Files of office programs that others made: packages of parts, of which none is opened that could exhaust the machine,
run code or fetch something."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from perfrules.core.files import reason_of
from perfrules.core.problem import Value, Words

RATIO_MAX = 200  # unpacked to packed, of parts above a megabyte
_OLD = b"\xd0\xcf\x11\xe0"  # the old format, or an encrypted file


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of office file: what people call it, how names in its old format end, how large it may be unpacked."""

    name: Words
    old: str
    unpacked_max: int

    @property
    def broken(self) -> Words:
        """That a file is none."""
        return Words(f"it is no {self.name.en}, or it is damaged", f"不是{self.name.zh}，或已损坏")


def unsafe(path: Path, sort: Sort) -> Value | None:
    """Why a file is not even opened; None where it may be."""
    try:
        with path.open("rb") as file:
            if file.read(4) == _OLD:
                return Words(f"it is encrypted, or in the old format {sort.old}", f"已加密，或为旧格式 {sort.old}")
        with ZipFile(path) as packed:
            parts = packed.infolist()
    except BadZipFile:
        return sort.broken
    except OSError as error:
        return reason_of(error)
    names = {part.filename for part in parts}
    if any("vbaProject" in name for name in names):
        return Words("it contains macros", "含有宏")
    if any("externalLinks" in name for name in names):
        return Words("it links to other workbooks", "链接到其他工作簿")
    large = [p for p in parts if p.file_size > 2**20 and p.file_size > RATIO_MAX * max(p.compress_size, 1)]
    if large or sum(p.file_size for p in parts) > sort.unpacked_max:
        return Words("unpacked, it would be too large", "解压后过大")
    return None if "[Content_Types].xml" in names else sort.broken
