"""Documents: YAML text to a tree in which everything is text and knows its place.

PyYAML's event stream is composed here, because its own composers guess types, keep the last of two equal
keys, follow aliases and fall over deep nesting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml
from yaml import events

from perfrules.core.files import reason_of
from perfrules.core.problem import Findings, Problem, Words
from perfrules.core.span import Source, Span, Text
from perfrules.pipeline.characters import HIDDEN, are_readable
from perfrules.pipeline.syntax import closing, in_quotes, index_of, is_key, refuse_syntax

ENDINGS = (".yaml", ".yml")
SIZE_MAX = 1024 * 1024
DEPTH_MAX = 32
NODES_MAX = 100_000

_COLON = re.compile(r"\s*:")
_ODD = re.compile(r"[\t?!\ufeff]|[|>][-+0-9]*#")
_CUT = re.compile(r"[ \t]+#(?=[^\s#])")
_WIDE_COMMA = re.compile("[，、；]")


class Tree(dict[Text, "Node"]):
    """A mapping; its keys know where they stand."""

    span: Span

    def key(self, name: str) -> Text | None:
        """The key as it was written."""
        return next((k for k in self if k == name), None)


class Items(list["Node"]):
    """A sequence."""

    span: Span


Node = Text | Tree | Items
Parser = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
OTHER_ENCODING = Words("some other encoding", "其他编码")


class _Stopped(Exception):
    """Reading can't go on; the problem is noted."""


def read_file(path: Path, findings: Findings) -> Tree | None:
    """The tree of a file; None with a problem noted where there is none."""
    text = text_of(path, findings)
    return None if text is None else read_text(text, str(path), findings)


def text_of(path: Path, findings: Findings) -> str | None:
    """The text of a file; None with a problem noted where it can't be read."""
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            findings.add("PR101", where=str(path), size=str(size), limit=str(SIZE_MAX))
            return None
        content = path.read_bytes()
    except OSError as error:
        findings.add("PR120", where=str(path), path=str(path), reason=reason_of(error))
        return None
    return decode(content, str(path), findings)


def documents_in(folder: Path) -> list[Path]:
    """The YAML files that stand directly in a folder, in order of name."""
    return sorted(file for file in folder.iterdir() if file.suffix in ENDINGS and file.is_file())


def decode(content: bytes, name: str, findings: Findings) -> str | None:
    """The text of UTF-8 bytes, without a byte order mark; any other encoding is named and refused."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:4]:
        findings.add("PR102", where=name, encoding="UTF-16")
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        pass
    try:
        content.decode("gb18030")
        findings.add("PR102", where=name, encoding="GB18030 (GBK)")
    except UnicodeDecodeError:
        findings.add("PR102", where=name, encoding=OTHER_ENCODING)
    return None


def read_text(text: str, name: str, findings: Findings) -> Tree | None:
    """The tree of a text; None with a problem noted where there is none."""
    if len(text) > SIZE_MAX:
        findings.add("PR101", where=name, size=str(len(text)), limit=str(SIZE_MAX))
        return None
    source = Source(name, text)
    if not are_readable(source, findings):
        return None
    tree = _quickly(source)
    if tree is not None:
        return tree
    try:
        return _Composer(source, findings, yaml.SafeLoader).document()
    except _Stopped:
        return None
    except yaml.MarkedYAMLError as error:
        refuse_syntax(error, source, findings)
        return None


def _quickly(source: Source) -> Tree | None:
    """The tree by the parser of libyaml, which takes a tenth of the time; None where it may say something else.

    It lets tabs, `?`, `!`, marks of byte order and a `|` with a comment right behind it pass that PyYAML's own parser
    has an objection to, and is not on every machine.
    """
    if not yaml.__with_libyaml__ or _ODD.search(source.text):
        return None
    found = Findings()
    try:
        tree = _Composer(source, found, yaml.CSafeLoader).document()
    except (_Stopped, yaml.YAMLError):
        return None
    return None if found.problems else tree


class _Composer:
    def __init__(self, source: Source, findings: Findings, parser: Parser) -> None:
        self.source = source
        self.findings = findings
        self.nodes = 0
        self.events: Iterator[events.Event] = yaml.parse(source.text, Loader=parser)

    def stop(self, code: str, event: events.Event, **values: str | Words) -> _Stopped:
        self.findings.put(Problem(code, self.span(event), values))
        return _Stopped()

    def span(self, event: events.Event) -> Span:
        end = max(index_of(event.end_mark), index_of(event.start_mark))
        return Span(self.source, index_of(event.start_mark), end)

    def document(self) -> Tree:
        event = next(self.events)
        while isinstance(event, (events.StreamStartEvent, events.DocumentStartEvent)):
            event = next(self.events)
        if isinstance(event, events.StreamEndEvent):
            self.findings.add("PR113", Span(self.source, 0, 0))
            raise _Stopped
        node = self.node(event, 1)
        following = next(self.events)
        while isinstance(following, events.DocumentEndEvent):
            following = next(self.events)
        if not isinstance(following, events.StreamEndEvent):
            raise self.stop("PR112", following, what="---")
        if not isinstance(node, Tree):
            raise self.not_a_mapping(node)
        return node

    def not_a_mapping(self, node: Node) -> _Stopped:
        if isinstance(node, Text) and not node.strip():
            self.findings.add("PR113", node.span)
        elif isinstance(node, Text) and "：" in node:
            at = node.index("：")
            self.findings.add("PR117", node.at(at, at + 1))
        else:
            self.findings.add("PR114", Span(self.source, node.span.start, node.span.start + 1))
        return _Stopped()

    def node(self, event: events.Event, depth: int) -> Node:
        self.nodes += 1
        if depth > DEPTH_MAX:
            raise self.stop("PR106", event, limit=str(DEPTH_MAX))
        if self.nodes > NODES_MAX:
            raise self.stop("PR107", event, limit=str(NODES_MAX))
        if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None):
            raise self.stop("PR108", event)
        tag = getattr(event, "tag", None)
        if tag:
            start = index_of(event.start_mark)
            written = self.source.text[start:].split()[0]
            self.findings.add("PR109", Span(self.source, start, start + len(written)), tag=written)
            raise _Stopped
        if isinstance(event, events.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, events.SequenceStartEvent):
            return self.sequence(event, depth)
        return self.mapping(event, depth)

    def scalar(self, event: events.ScalarEvent) -> Text:
        span = self.span(event)
        if event.style in ("|", ">"):
            start = self.source.text.find("\n", span.start, span.end) + 1
            span = Span(self.source, start or span.start, span.end)
        elif not event.style:
            self.check_cut(span)
        for pattern, code in HIDDEN:
            hidden = pattern.search(event.value)  # written as an escape inside quotes
            if hidden:
                raise self.stop(code, event, character=f"U+{ord(hidden[0]):04X}")
        value = unicodedata.normalize("NFC", event.value)
        return Text(value, span, quoted=event.style in ("'", '"'))

    def nothing(self, key: Text) -> Text:
        """What stands after a key where nothing does."""
        sign = _COLON.match(self.source.text, key.span.end)
        if sign is None and not is_key(key, self.findings):
            raise _Stopped
        at = sign.end() if sign else key.span.end
        return Text("", Span(self.source, at, at))

    def check_cut(self, span: Span) -> None:
        """A ` #` directly before a word was hardly meant to begin a comment."""
        cut = _CUT.match(self.source.text, span.end)
        if cut and span.end > span.start:
            self.findings.add("PR118", Span(self.source, cut.end() - 1, cut.end()))

    def check_flow(self, value: Node, mapping: events.Event) -> None:
        """A comma inside parentheses ends a value that stands in braces."""
        if isinstance(value, Text) and not value.quoted and getattr(mapping, "flow_style", False):
            opened = value.count("(") + value.count("（") - value.count(")") - value.count("）")
            if opened > 0:
                text, start = self.source.text, value.span.start
                whole = text[start : closing(text, start) + 1]
                self.findings.add("PR123", value.span, quoted=in_quotes(whole))
                raise _Stopped

    def check_list(self, item: Node, sequence: events.Event) -> None:
        """A full-width comma does not part the items of a list in brackets."""
        if isinstance(item, Text) and not item.quoted and getattr(sequence, "flow_style", False):
            found = _WIDE_COMMA.search(item)
            if found:
                self.findings.add("PR124", item.at(found.start(), found.end()), sign=found[0])

    def sequence(self, start: events.Event, depth: int) -> Items:
        items = Items()
        while not isinstance(event := next(self.events), events.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
            self.check_list(items[-1], start)
        items.span = Span(self.source, index_of(start.start_mark), index_of(event.end_mark))
        return items

    def mapping(self, start: events.Event, depth: int) -> Tree:
        tree = Tree()
        while not isinstance(event := next(self.events), events.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Text):
                raise self.stop("PR122", event)
            if key == "<<" and not key.quoted:
                raise self.stop("PR110", event)
            value = self.node(next(self.events), depth + 1)
            if value == "" and not value.quoted:  # of nothing, the parsers know different places
                value = self.nothing(key)
            self.check_flow(value, start)
            first = tree.key(key) if key in tree else None
            if first is not None:
                self.findings.add("PR111", key.span, key=str(key), related=[("first", first.span)])
                continue
            tree[key] = value
        tree.span = Span(self.source, index_of(start.start_mark), index_of(event.end_mark))
        return tree
