"""Rows of a JSON file: `{"department": [{"id": "A", …}], …}`. Numbers are read exactly, never as binary fractions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from perfrules.core.given import Given, Place, note_no_list
from perfrules.core.problem import Findings, Words
from perfrules.pipeline.document import reason_of
from perfrules.readers.columns import Layout

HINT = Words(
    'write `{"department": [{"id": "A", "period": 2023}]}`', '请写作 `{"department": [{"id": "A", "period": 2023}]}`'
)
_NO_NUMBER = Words("`NaN` and `Infinity` are no numbers", "`NaN` 和 `Infinity` 不是数字")


class _Unread(Exception):
    """Why a file is not read."""

    def __init__(self, reason: Words) -> None:
        self.reason = reason
        super().__init__()


def json_rows(path: Path, layout: Layout, findings: Findings) -> Iterator[tuple[str, Iterable[tuple[Place, Given]]]]:
    """Each kind that is a key, and its rows."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal, parse_constant=_constant,
                           object_pairs_hook=_once)  # fmt: skip
        if not isinstance(whole, dict):
            raise _Unread(Words("it is no mapping of kinds to rows", "不是类别到各行的对应"))
    except OSError as error:
        findings.add("PR120", where=str(path), path=str(path), reason=reason_of(error))
        return
    except _Unread as unread:
        _refuse(path, unread.reason, findings)
        return
    except (ValueError, RecursionError):  # no JSON, no UTF-8, a number of thousands of digits, a nest of brackets
        _refuse(path, Words("it is no JSON in UTF-8", "不是 UTF-8 编码的 JSON"), findings)
        return
    for word, rows in whole.items():
        place = f"{path}, {word}"
        kind = layout.kind_of(word, place, findings)
        if kind is None:
            continue
        if isinstance(rows, list):
            yield kind, layout.rows(word, kind, place, rows, findings)
        else:
            note_no_list(place, findings)


def _refuse(path: Path, reason: Words, findings: Findings) -> None:
    findings.add("PR632", where=str(path), path=str(path), reason=reason, hint=HINT)


def _constant(_: str) -> Any:
    raise _Unread(_NO_NUMBER)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping in which no key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = [key for key, _ in pairs]
        twice = next(key for key in seen if seen.count(key) > 1)
        raise _Unread(Words(f"`{twice}` stands twice in one mapping", f"同一对应中 `{twice}` 出现两次"))
    return found
