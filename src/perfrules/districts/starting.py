"""What people begin from: a vocabulary, a policy with its examples and made-up facts, in a folder or as a package."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from keyword import iskeyword
from pathlib import Path

from perfrules.core.files import written_whole
from perfrules.core.problem import LANGUAGES, Findings
from perfrules.core.span import Text
from perfrules.pipeline.wording import check_name

BEGINNINGS = Path(__file__).parent / "new"
_NAME = "DISTRICT"  # what the name of the district or package stands for, in the files and what they are called
_IN_PACKAGES = {".yaml": f"src/{_NAME}/policies/{_NAME}", ".csv": "facts"}  # where files of a district go, by ending
_PACKAGE = re.compile(r"[a-z]([a-z0-9_]*[a-z0-9])?")  # names that Python, pip and the file system take alike
_EXAMPLE = "riverside"
Files = Mapping[str, Path]  # where a file goes, and where its text is


def write_district(name: str, folder: Path, language: str) -> list[Path]:
    """Write the files of a new district, in `en` or `zh`, into a folder that is not there yet; which were written.

    Raises `Refused` where the name is none, or the folder is there.
    """
    findings = Findings()
    check_name(Text.of(name, "name"), findings, label=True)
    return _written(_files("district", language), name, folder, findings)


def write_package(name: str, folder: Path, language: str) -> list[Path]:
    """The same as an installable package, with its own tests. Python must take the name, too."""
    findings = Findings()
    if not _fits_packages(name):
        near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        findings.add("PR808", where="name", name=name, example=near if _fits_packages(near) else _EXAMPLE)
    inside = {
        f"{_IN_PACKAGES[source.suffix]}/{place}": source
        for place, source in _files("district", language).items()
        if source.suffix in _IN_PACKAGES
    }
    return _written({**inside, **_files("package", language)}, name, folder, findings)


def _fits_packages(name: str) -> bool:
    taken = iskeyword(name) or name in sys.stdlib_module_names or name == "perfrules"
    return bool(_PACKAGE.fullmatch(name)) and not taken


def _files(what: str, language: str) -> Files:
    """The files that something new begins with, those of a language and those of both."""
    folders = [BEGINNINGS / what / part for part in (language if language in LANGUAGES else "en", "both")]
    found = {source.relative_to(folder).as_posix(): source for folder in folders for source in folder.rglob("*")}
    return {place: source for place, source in found.items() if source.is_file() and source.suffix != ".pyc"}


def _written(files: Files, name: str, folder: Path, findings: Findings) -> list[Path]:
    if folder.exists():
        findings.add("PR908", where=str(folder), path=str(folder))
    findings.refuse()
    written = []
    for place, source in sorted(files.items()):
        target = folder / place.replace(_NAME, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(target) as draft:
            draft.write_text(source.read_text(encoding="utf-8").replace(_NAME, name), encoding="utf-8", newline="\n")
        written.append(target)
    return written
