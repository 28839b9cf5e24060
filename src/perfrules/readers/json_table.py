"""Rows of a JSON file: `{"department": [{"id": "A", …}], …}`. Numbers are read exactly, never as binary fractions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from perfrules.core.exact_json import Unread, read_json
from perfrules.core.files import reason_of
from perfrules.core.given import Given, Place, note_no_list
from perfrules.core.problem import Findings, Words
from perfrules.readers.columns import Layout

HINT = Words(
    'write `{"department": [{"id": "A", "period": 2023}]}`', '请写作 `{"department": [{"id": "A", "period": 2023}]}`'
)


def json_rows(path: Path, layout: Layout, findings: Findings) -> Iterator[tuple[str, Iterable[tuple[Place, Given]]]]:
    """Each kind that is a key, and its rows."""
    try:
        whole = read_json(path)
    except OSError as error:
        findings.add("PR120", where=str(path), path=str(path), reason=reason_of(error))
        return
    except Unread as unread:
        findings.add("PR632", where=str(path), path=str(path), reason=unread.reason, hint=HINT)
        return
    for word, rows in whole.items():
        place = f"{path}, {word}"
        kind = layout.kind_of(word, place, findings)
        if kind is None:
            continue
        if isinstance(rows, list):
            yield kind, layout.rows(kind, place, rows, findings)
        else:
            note_no_list(place, findings)
