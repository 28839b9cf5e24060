"""Cells of decision tables: tests of an input in words, as nodes.

`below 60`, `at most 60`, `over 60`, `at least 90`, `60 to below 80`, `over 80 to 100`, `60 to 80` (both
included), `a or b`, `any`, a constant; 低于60, 不超过60, 高于60, 不低于90, 60至80（不含）, 任意.
"""

from __future__ import annotations

import re

from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.language.nodes import Compare, Literal, Logic, Member, Name, Node, Unary
from perfrules.language.parse import parse
from perfrules.language.tokens import usual_form
from perfrules.language.words import TESTS, english

_ENGLISH = english(TESTS)
_OPERATORS = {"below": "<", "at most": "<=", "over": ">", "at least": ">="}
_NUMBER = r"(-?[0-9]\S*)"
_MEANT = [  # what others write, and the words that say it here
    (re.compile(pattern), english, chinese)
    for pattern, english, chinese in (
        (rf"(?:<=|≤|up to|(?:no|not) more than|不[大多高]于|小于等于)\s*{_NUMBER}", "at most {0}", "不超过{0}"),
        (rf"(?:>=|≥|(?:no|not) less than|from|不[小少]于|大于等于)\s*{_NUMBER}", "at least {0}", "不低于{0}"),
        (rf"(?:<|less than|under|小于|少于|不足)\s*{_NUMBER}", "below {0}", "低于{0}"),
        (rf"(?:>|more than|greater than|above|大于|多于|超过)\s*{_NUMBER}", "over {0}", "高于{0}"),
        (r"else|otherwise|否则|\*|-|—", "any", "任意"),
        (
            rf"between\s+{_NUMBER}\s+and\s+{_NUMBER}",
            "{0} to {1}`, both included, or `{0} to below {1}",
            "{0}至{1}`（均含）或`{0}至{1}（不含）",
        ),
        (r"(-?[0-9]\S*?)\s*分?(?:及以上|以上)", "at least {0}", "不低于{0}"),
        (r"(-?[0-9]\S*?)\s*分?(?:及以下|以下)", "at most {0}` or `below {0}", "不超过{0}`或`低于{0}"),
        (
            r"(-?[0-9.]+[^\s~–—-]*?)分?\s*[~–—-]\s*(-?[0-9.]+[^\s~–—-]*?)分?",
            "{0} to {1}`, both included, or `{0} to below {1}",
            "{0}至{1}`（均含）或`{0}至{1}（不含）",
        ),
    )
]
_QUOTED = re.compile(r"`[^`]+`")
_ANY = re.compile(r"\s*(?:any|任意)\s*")
_OR = re.compile(r"""\s+or\s+|\s*或\s*(?=(?:[^"]*"[^"]*")*[^"]*$)""")
_PART = re.compile(
    r"""\s*(?:(?P<first>below|at\ most|over|at\ least)\s+|(?P<erst>低于|不超过|高于|不低于)\s*)?
    (?P<low>"[^"]*"|.+?)
    (?:\s*\((?P<low_end>不含|含|excluded|included)\))?
    (?:(?:\s+to\s+|\s+至\s*|(?<=[0-9%元分万亿p)])\s*至\s*(?=[-0-9低]))
       (?:(?P<second>below)\s+|(?P<zweit>低于)\s*)?
       (?P<high>.+?)
       (?:\s*\((?P<high_end>不含|含|excluded|included)\))?
    )?\s*""",
    re.VERBOSE,
)


_ELSE = ("else", "otherwise", "other", "others", "rest", "否则", "其他", "其余", "其它")


def parse_cell(cell: Text, operand: Node, findings: Findings) -> Node | None:
    """The test of `operand` that a cell says, still to be typed: a flag `yes` where any value passes.

    None with a problem noted where it can't be read.
    """
    plain, offsets, _ = usual_form(cell)
    if _ANY.fullmatch(plain):
        return Literal("flag", True, "yes", cell.span)
    if plain.strip() in _ELSE:
        findings.add("PR251", cell.span, cell=str(cell), hint=_REST)
        return None
    parts: list[Node] = []
    start = 0
    for found in [*_OR.finditer(plain), None]:
        end = found.start() if found else len(plain)
        part = _Part(cell, plain, offsets, operand, findings).test(start, end)
        if part is None:
            return None
        parts.append(part)
        start = found.end() if found else end
    return _joined(parts, operand, cell)


def _joined(parts: list[Node], operand: Node, cell: Text) -> Node:
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(p, Compare) and p.operator == "=" for p in parts):
        return Member(operand, tuple(p.right for p in parts if isinstance(p, Compare)), cell.span)
    return Logic("or", tuple(parts), cell.span)


class _Part:
    """Reads what stands between two `or` of a cell."""

    def __init__(self, cell: Text, plain: str, offsets: list[int], operand: Node, findings: Findings) -> None:
        self.cell = cell
        self.plain = plain
        self.offsets = offsets
        self.operand = operand
        self.findings = findings

    def test(self, start: int, end: int) -> Node | None:
        found = _PART.fullmatch(self.plain, start, end)
        first = _ENGLISH.get((found["first"] or found["erst"]) or "", "") if found else ""
        if found is None or (found["high"] and first in ("below", "at most")):
            return self.refuse(start, end)
        if meant_by(self.plain[start:end].strip()):
            return self.refuse(start, end)
        low = self.value(found, "low")
        if low is None:
            return None
        if not found["high"]:
            return self.refuse(start, end) if found["low_end"] else self.compare(_OPERATORS.get(first, "="), low)
        high = self.value(found, "high")
        if high is None:
            return None
        open_low = first == "over" or self.excluded(found, "low_end")
        open_high = bool(found["second"] or found["zweit"]) or self.excluded(found, "high_end")
        above = self.compare(">" if open_low else ">=", low)
        below = self.compare("<" if open_high else "<=", high)
        return Logic("and", (above, below), self.text(start, end).span)

    def excluded(self, found: re.Match[str], group: str) -> bool:
        return _ENGLISH.get(found[group] or "") == "excluded"

    def compare(self, operator: str, value: Node) -> Node:
        return Compare(operator, self.operand, value, value.span)

    def value(self, found: re.Match[str], group: str) -> Node | None:
        """A constant, or a name that must prove to be one."""
        text = self.text(found.start(group), found.end(group))
        inside = Findings()
        node = parse(text, inside)
        if node is None and " " in text:  # more words than those of a test
            return self.refuse(found.start(group), found.end(group))
        self.findings.problems += inside.problems
        inner = node.operand if isinstance(node, Unary) and node.operator == "-" else node
        if node is None or isinstance(inner, (Literal, Name)):
            return node
        return self.refuse(found.start(group), found.end(group))

    def text(self, start: int, end: int) -> Text:
        """A piece of the cell as it was written."""
        first = self.offsets[start]
        last = self.offsets[end - 1] + 1 if end > start else first
        return Text(str(self.cell)[first:last], self.cell.at(first, last))

    def refuse(self, start: int, end: int) -> Node | None:
        piece, whole = self.plain[start:end].strip(), self.plain.strip()
        meant = meant_by(piece)
        if meant is not None:  # of a part of the cell: the whole of it, with that part as it is said here
            said = (_QUOTED.sub(lambda w: f"`{whole.replace(piece, w[0][1:-1])}`", t) for t in (meant.en, meant.zh))
            meant = Words(*said)
        self.findings.add("PR251", self.cell.span, cell=str(self.cell), hint=meant or _USUAL)
        return None


def meant_by(piece: str) -> Words | None:
    """What the author of an odd test could write instead, where that is plain."""
    for pattern, english_form, chinese in _MEANT:
        found = pattern.fullmatch(piece)
        if found:
            values = found.groups()
            return Words(f"write `{english_form.format(*values)}`", f"请写作 `{chinese.format(*values)}`")
    return None


_USUAL = Words(
    "write `below 60`, `at most 60`, `over 60`, `at least 60`, `60 to below 80`, `a or b`, `any`, or a constant",
    "请写 `低于60`、`不超过60`、`高于60`、`不低于60`、`60至80（不含）`、`甲或乙`、`任意` 或常量",
)
_REST = Words(
    "write what is left, `below 60`; or `any` in the last row, and `hit: first` below `inputs`",
    "请写明其余部分，如 `低于60`；或在最后一行写 `任意`，并在 `输入` 之后加一行 `命中: 首个`",
)
