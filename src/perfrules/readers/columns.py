"""The columns of a table of facts: which of them are read, whatever sort of file they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from perfrules.core.given import Place, note, place_of
from perfrules.core.problem import Findings, did_you_mean, nearest
from perfrules.core.vocabulary import Vocabulary

IDS = {"id", "编号"}


def kind_of(word: str, place: str, vocabulary: Vocabulary, findings: Findings) -> str | None:
    """The kind that a file, a sheet or a key is called after; None with a problem noted where it is none."""
    if word not in vocabulary.kind_names:
        findings.add("PR616", where=place, word=word, hint=did_you_mean(word, vocabulary.kind_names))
    return vocabulary.kind_names.get(word)


def check_names(header: Sequence[str], place: Place, findings: Findings) -> bool:
    """Whether the rows below the names of the columns can be read; names that stand twice are noted."""
    if not set(header) & IDS:
        note(findings, "PR626", place_of(header[0], place))
        return False
    first: dict[str, str] = {}
    for name in filter(None, header):
        if first.setdefault(str(name), name) is not name:
            note(findings, "PR618", place_of(name, place), fact=str(name), column=str(name), other=str(name))
    return True


def used_columns(header: Sequence[str], known: frozenset[str], place: Place, findings: Findings) -> list[int]:
    """The columns that are read: others are noted, but for those that may be meant as one that is known."""
    extra = [n for n, name in enumerate(header) if name and name not in known and not nearest(name, known)]
    for n in extra:
        note(findings, "PR631", place_of(header[n], place), column=str(header[n]))
    return [n for n in range(len(header)) if n not in extra]
