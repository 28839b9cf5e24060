"""A new district: a folder with a vocabulary, a policy with its examples, and made-up facts, to begin from."""

from __future__ import annotations

from pathlib import Path

from perfrules.core.files import written_whole
from perfrules.core.problem import LANGUAGES, Findings
from perfrules.core.span import Text
from perfrules.pipeline.wording import check_name

BEGINNINGS = Path(__file__).parent / "new"
_PLACE = "DISTRICT"  # what the name of the district stands for in the files


def write_district(name: str, folder: Path, language: str) -> list[Path]:
    """Write the files of a new district, in `en` or `zh`, into a folder that is not there yet; which were written.

    Raises `Refused` where the name is none, or the folder is there.
    """
    findings = Findings()
    check_name(Text.of(name, "name"), findings, label=True)
    if folder.exists():
        findings.add("PR908", where=str(folder), path=str(folder))
    findings.refuse()
    folder.mkdir(parents=True)
    written = []
    for source in sorted((BEGINNINGS / (language if language in LANGUAGES else "en")).iterdir()):
        target = folder / source.name
        with written_whole(target) as draft:
            draft.write_text(source.read_text(encoding="utf-8").replace(_PLACE, name), encoding="utf-8", newline="\n")
        written.append(target)
    return written
