"""Fitting: a tree to the form that it must have, and pydantic's complaints in our own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.language.words import (
    APPROVAL,
    CASES,
    CLAUSES,
    COMMON,
    DECISIONS,
    FACTS,
    MAPPING,
    NOTICES,
    OVERLAY,
    POLICY,
    SCORECARDS,
    TABLES,
    english,
)
from perfrules.pipeline.document import Items, Node, Tree

_SHAPES = {
    "list_type": Words("a list, one item after each `- `", "列表，每项以“- ”开头"),
    "dict_type": Words("lines of `key: value`", "若干行 `键: 值`"),
    "model_type": Words("lines of `key: value`", "若干行 `键: 值`"),
    "is_instance_of": Words("one text", "一段文字"),
}
_CHINESE = NOTICES | FACTS | COMMON | CLAUSES | TABLES | SCORECARDS | POLICY
_CLAUSE_WORDS = english(CLAUSES)
_TABLES = (CLAUSES, POLICY, TABLES, SCORECARDS, FACTS, COMMON, APPROVAL, DECISIONS, MAPPING, CASES, NOTICES, OVERLAY)


_USUAL_KEYS = {  # what others write for a key
    "if": "when", "condition": "when", "reason": "because", "why": "because", "do": "then", "action": "then",
    "如果": "条件", "当": "条件", "理由": "依据", "原因": "依据", "那么": "结果", "则": "结果", "措施": "结果",
    "名称": "规则名", "name": "rule", "编号": "规则名", "id": "rule",
    "开始": "自", "结束": "至", "since": "from", "until": "to",
}  # fmt: skip
F = TypeVar("F", bound=BaseModel)


def fitted(form: type[F], tree: Tree, findings: Findings) -> F | None:
    """The form with the tree's values; None with problems noted where it does not fit."""
    before = len(findings.errors)
    try:
        found = form.model_validate(tree, context=findings)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            _note(detail["type"], detail["loc"], tree, _chinese(form, detail["loc"]), findings)
        return None
    return found if len(findings.errors) == before else None


def note_unknown(key: Text, offered: list[str], findings: Findings) -> None:
    """A key that is none: perhaps only its colon is wrong."""
    at = key.find("：")
    before, colon, after = key.partition(":")
    if at >= 0:
        findings.add("PR117", key.at(at, at + 1))
    elif colon and before in offered:
        hint = Words(f"write `{before}: {after}`, with a space", f"请写作 `{before}: {after}`，冒号后加空格")
        findings.add("PR202", key.span, key=str(key), hint=hint)
    else:
        usual = _USUAL_KEYS.get(key, "")
        hint = Words(f"write `{usual}`", f"请写作 `{usual}`") if usual in offered else did_you_mean(key, offered)
        findings.add("PR202", key.span, key=str(key), hint=hint)


def _chinese(form: type[BaseModel], location: tuple[int | str, ...]) -> Mapping[str, str]:
    """The Chinese of the keys that stand at a location: decisions and approvals have words of their own."""
    if "cases" in form.model_fields:  # which may have decisions, too
        return CASES
    if "decisions" in form.model_fields:
        return DECISIONS
    if "mapping" in form.model_fields:
        return MAPPING
    return APPROVAL if "approvals" in location else _CHINESE


def _note(
    kind: str, location: tuple[int | str, ...], tree: Tree, chinese: Mapping[str, str], findings: Findings
) -> None:
    if kind == "missing":
        key = str(location[-1])
        findings.add("PR203", _place(tree, location[:-1])[0], key=key, chinese=chinese.get(key, key))
        return
    span, node, key = _place(tree, location)
    if isinstance(node, Text) and "：" in node:
        at = node.index("：")
        findings.add("PR117", node.at(at, at + 1))
    else:
        expected = _meant(kind, location, node) or _SHAPES.get(kind, _SHAPES["is_instance_of"])
        findings.add("PR204", span, key=key, expected=expected)


def _meant(kind: str, location: tuple[int | str, ...], node: Node) -> Words | None:
    """What the author of a text could have meant where something else is needed."""
    if kind == "dict_type" and isinstance(node, Items) and all(isinstance(item, Tree) for item in node):
        return Words("each line without `- `", "若干行 `键: 值`，行首不写“- ”")
    if not isinstance(node, Text) or not node.strip():
        return None
    if kind == "list_type" and location[-1] == "between":
        bounds = re.findall(r"(?:(?<![\w%])-)?[0-9][0-9._]*(?:%|[^\W\d至到和与]*)", node)
        return Words(f"`[{bounds[0]}, {bounds[1]}]`", f" `[{bounds[0]}, {bounds[1]}]`") if len(bounds) == 2 else None
    if kind == "list_type" and (location[-1] in ("of", "bar") or "rows" in location[:-1]):
        several = re.sub(r"\s*[、，；]\s*", ", ", node)
        return Words(f"a list: `[{several}]`", f"列表：`[{several}]`")
    name, sign, formula = (part.strip() for part in node.partition("="))
    if kind == "dict_type" and location[-1] == "names" and sign:
        return Words(f"`{name}: {formula}`", f" `{name}: {formula}`")
    if kind == "model_type" and "then" in location and _CLAUSE_WORDS.get(str(location[-1])):
        return Words("it below its action, two spaces further in", "措施之下的一行，再缩进两格")
    if kind == "model_type" and "then" in location:
        return Words(
            f"the account below it, `from: …` or `to: …`, and below that `amount: {node}`",
            f"两行：其下一行写账户 `自: …` 或 `至: …`，再一行写 `金额: {node}`",
        )
    return None


def _place(tree: Tree, location: tuple[int | str, ...]) -> tuple[Span, Node, str]:
    """Where in the tree pydantic's location is: the span to show, the node, and the last key as it was written."""
    node: Node = tree
    span, written = _first(tree), ""
    for part in location:
        if isinstance(part, int) and isinstance(node, Items) and part < len(node):
            node = node[part]
            span = _first(node)
        elif isinstance(part, str) and isinstance(node, Tree) and (key := _key(node, part)) is not None:
            node, written = node[key], str(key)
            span = key.span if isinstance(node, (Tree, Items)) or not node else _first(node)
    return span, node, written


def _key(tree: Tree, name: str) -> Text | None:
    """The key of a mapping that is called so, in either language."""
    return next((k for k in tree if k == name or any(table.get(name) == k for table in _TABLES)), None)


def _first(node: Node) -> Span:
    """The place to show for a node: of a mapping its first key."""
    if isinstance(node, Tree):
        return next(iter(node)).span if node else node.span
    return Span(node.span.source, node.span.start, node.span.start + 1) if isinstance(node, Items) else node.span
