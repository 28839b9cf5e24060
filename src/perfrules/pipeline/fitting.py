"""Fitting: a tree to the form that it must have, and pydantic's complaints in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.language.words import APPROVAL, CLAUSES, COMMON, DECISIONS, FACTS, POLICY, TABLES
from perfrules.pipeline.document import Items, Node, Tree

_SHAPES = {
    "list_type": Words("a list, one item after each `- `", "列表，每项以“- ”开头"),
    "dict_type": Words("lines of `key: value`", "若干行 `键: 值`"),
    "model_type": Words("lines of `key: value`", "若干行 `键: 值`"),
    "is_instance_of": Words("one text", "一段文字"),
}
_CHINESE = FACTS | COMMON | CLAUSES | TABLES | POLICY
_TABLES = (CLAUSES, POLICY, TABLES, FACTS, COMMON, APPROVAL, DECISIONS)


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
        findings.add("PR202", key.span, key=str(key), hint=did_you_mean(key, offered))


def _chinese(form: type[BaseModel], location: tuple[int | str, ...]) -> Mapping[str, str]:
    """The Chinese of the keys that stand at a location: decisions and approvals have words of their own."""
    if "decisions" in form.model_fields:
        return DECISIONS
    return APPROVAL if "approvals" in location else _CHINESE


def _note(
    kind: str, location: tuple[int | str, ...], tree: Tree, chinese: Mapping[str, str], findings: Findings
) -> None:
    if kind == "missing":
        key = str(location[-1])
        findings.add("PR203", _place(tree, location[:-1])[0], key=key, chinese=chinese.get(key, key))
        return
    span, node = _place(tree, location)
    key = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    if isinstance(node, Text) and "：" in node:
        at = node.index("：")
        findings.add("PR117", node.at(at, at + 1))
    else:
        findings.add("PR204", span, key=key, expected=_SHAPES.get(kind, _SHAPES["is_instance_of"]))


def _place(tree: Tree, location: tuple[int | str, ...]) -> tuple[Span, Node]:
    """Where in the tree pydantic's location is: the span to show, and the node."""
    node: Node = tree
    span = _first(tree)
    for part in location:
        if isinstance(part, int) and isinstance(node, Items) and part < len(node):
            node = node[part]
            span = _first(node)
        elif isinstance(part, str) and isinstance(node, Tree):
            key = next((k for k in node if k == part or any(table.get(part) == k for table in _TABLES)), None)
            if key is None:
                continue
            node = node[key]
            span = key.span if isinstance(node, (Tree, Items)) or not node else _first(node)
    return span, node


def _first(node: Node) -> Span:
    """The place to show for a node: of a mapping its first key."""
    if isinstance(node, Tree):
        return next(iter(node)).span if node else node.span
    return Span(node.span.source, node.span.start, node.span.start + 1) if isinstance(node, Items) else node.span
