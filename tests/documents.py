"""Pieces of YAML, and whether both parsers of PyYAML read the same of them."""

from __future__ import annotations

import yaml
from hypothesis import strategies as st

from perfrules.core.problem import Findings
from perfrules.core.span import Source
from perfrules.pipeline import document
from perfrules.pipeline.characters import are_readable
from perfrules.pipeline.document import Items, Node, Tree

PIECES = ["a", "b", "执行率", "1", "85%", "\U0001f600", " ", "  ", "    ", "\n", "\n  ", "\n    ", ":", ": ", "：", "- ", "-", "{", "}", "[", "]", ",", ", ", "#", " # note",
          "'", '"', "''", "\\", "\\n", "\\u6267", "|", ">", "|#", "|-\n  ", ">+\n  ", "|2\n", "---", "...", "&a ", "*a", "%", "@", "`", "<<", "=", "\xa0", "\u3000", "a: b\n", "- c\n", "{a: b}", "[a, b]"]  # fmt: skip
KEYS = ["k{}: ", "k{}:", "'k{}': ", '"k{}" : ', "执行率{}: ", "- k{}: ", "{{k{}: "]
_LINE = st.tuples(st.sampled_from(["", "", "", "  "]), st.sampled_from(KEYS), st.lists(st.sampled_from(PIECES), max_size=4).map("".join), st.sampled_from(["", "", "}", " # note"]))
_LINES = st.lists(_LINE, max_size=6).map(lambda lines: "".join(f"{indent}{key.format(n)}{value}{end}\n" for n, (indent, key, value, end) in enumerate(lines)))
DOCUMENTS = st.one_of(_LINES, st.lists(st.sampled_from(PIECES), max_size=24).map("".join))


def placed(node: Node) -> object:
    """A tree with the place of each part."""
    place = node.span.start, node.span.end
    if isinstance(node, Tree):
        return place, [(placed(key), placed(value)) for key, value in node.items()]
    return (place, [placed(item) for item in node]) if isinstance(node, Items) else (place, str(node), node.quoted)


def quickly(text: str) -> Tree | None:
    """The tree by libyaml, where that is asked."""
    source = Source("policy.yaml", text)
    return document._quickly(source) if are_readable(source, Findings()) else None


def are_read_alike(text: str) -> bool:
    """Whether PyYAML's own parser gives the tree that libyaml gives, and has nothing to say."""
    quick = quickly(text)
    if quick is None:
        return True
    found = Findings()
    slow = document._Composer(Source("policy.yaml", text), found, yaml.SafeLoader).document()
    return not found.problems and placed(slow) == placed(quick)
