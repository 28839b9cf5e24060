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

from perfrules.core.problem import Findings, Problem, Refused, Words
from perfrules.core.span import Source, Span, Text

SIZE_MAX = 1024 * 1024
DEPTH_MAX = 32
NODES_MAX = 100_000

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_TAB = re.compile(r"^ *\t[\t ]*(?=[^\s#])", re.MULTILINE)
_WIDE_INDENT = re.compile("^[ \t]*\u3000+", re.MULTILINE)
_CUT = re.compile(r"[ \t]+#(?=[^\s#])")
_WIDE_COMMA = re.compile("[，、；]")
_WIDE_COLON = re.compile(r"^\s*(?:- +)?[^\s:：\"'#][^:：\"'#]*(：)")
_SPECIAL = re.compile(r"^\s*(?:- +)?(?:[^\s\"'#:：]+: +)?([>|%@`\[{,}\]*&!])")
_DIRECTIVE = re.compile(r"^%[A-Z]+", re.MULTILINE)


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


class _Stopped(Exception):
    """Reading can't go on; the problem is noted."""


def read_file(path: Path, findings: Findings) -> Tree | None:
    """The tree of a file; None with a problem noted where there is none."""
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            findings.add("PR101", where=str(path), size=str(size), limit=str(SIZE_MAX))
            return None
        content = path.read_bytes()
    except OSError as error:
        findings.add("PR120", where=str(path), path=str(path), reason=error.strerror or str(error))
        return None
    text = decode(content, str(path), findings)
    return None if text is None else read_text(text, str(path), findings)


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
        findings.add("PR102", where=name, encoding="?")
    return None


def read_text(text: str, name: str, findings: Findings) -> Tree | None:
    """The tree of a text; None with a problem noted where there is none."""
    if len(text) > SIZE_MAX:
        findings.add("PR101", where=name, size=str(len(text)), limit=str(SIZE_MAX))
        return None
    source = Source(name, text)
    try:
        _check_characters(source, findings)
        return _Composer(source, findings).document()
    except _Stopped:
        return None
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(error, source, findings)
        return None
    except RecursionError as error:  # pragma: no cover - depth is limited far below
        raise Refused(findings.problems) from error


def _check_characters(source: Source, findings: Findings) -> None:
    for pattern, code in ((_BIDI, "PR104"), (_CONTROL, "PR103"), (_WIDE_INDENT, "PR119"), (_TAB, "PR105")):
        found = pattern.search(source.text)
        if found:
            start = found.end() - 1 if code in ("PR119", "PR105") else found.start()
            char = f"U+{ord(source.text[start]):04X}"
            findings.add(code, Span(source, start, start + 1), character=char)
            raise _Stopped
    found = _DIRECTIVE.search(source.text)
    if found:
        findings.add("PR112", Span(source, found.start(), found.end()), what=found[0])
        raise _Stopped


class _Composer:
    def __init__(self, source: Source, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.nodes = 0
        self.events: Iterator[events.Event] = yaml.parse(source.text, Loader=yaml.SafeLoader)

    def stop(self, code: str, event: events.Event, **values: str | Words) -> _Stopped:
        self.findings.put(Problem(code, self.span(event), values))
        return _Stopped()

    def span(self, event: events.Event) -> Span:
        end = max(_index(event.end_mark), _index(event.start_mark))
        return Span(self.source, _index(event.start_mark), end)

    def document(self) -> Tree:
        event = next(self.events)
        while isinstance(event, (events.StreamStartEvent, events.DocumentStartEvent)):
            event = next(self.events)
        if isinstance(event, events.StreamEndEvent):
            raise self.stop("PR113", event)
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
            raise self.stop("PR109", event, tag=self.source.text[_index(event.start_mark) :].split()[0])
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
        elif event.style is None:
            self.check_cut(span)
        value = unicodedata.normalize("NFC", event.value)
        return Text(value, span, quoted=event.style in ("'", '"'))

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
                whole = text[start : _closing(text, start) + 1]
                self.findings.add("PR123", value.span, quoted=f"'{whole}'" if '"' in whole else f'"{whole}"')
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
        items.span = Span(self.source, _index(start.start_mark), _index(event.end_mark))
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
            self.check_flow(value, start)
            first = tree.key(key) if key in tree else None
            if first is not None:
                self.findings.add("PR111", key.span, key=str(key), related=[("first", first.span)])
                continue
            tree[key] = value
        tree.span = Span(self.source, _index(start.start_mark), _index(event.end_mark))
        return tree


def _closing(text: str, start: int) -> int:
    """Where the parenthesis closes that opens after `start`; the end of the line where it does not."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "(（") - (text[i] in ")）")
        if text[i] == "\n" or (depth == 0 and text[i] in ")）"):
            return i
    return len(text) - 1


def _index(mark: object) -> int:
    """The offset of a mark; PyYAML's own reader always sets one."""
    return int(getattr(mark, "index", 0))


def _refuse_syntax(error: yaml.MarkedYAMLError, source: Source, findings: Findings) -> None:
    """A syntax error of YAML, with what its author most often did."""
    mark = error.problem_mark or error.context_mark
    index = min(_index(mark), len(source.text))
    at = Span(source, index, index + 1)
    for number in dict.fromkeys((at.line, max(at.line - 1, 1))):
        line, start = source.line(number), source.line_starts[number - 1]
        wide = _WIDE_COLON.match(line)
        if wide:
            findings.add("PR117", Span(source, start + wide.start(1), start + wide.end(1)))
            return
        special = _SPECIAL.match(line)
        if special:
            value = line[special.start(1) :].strip()
            place = Span(source, start + special.start(1), start + special.start(1) + 1)
            findings.add("PR116", place, sign=special[1], quoted=f"'{value}'" if '"' in value else f'"{value}"')
            return
    findings.add("PR115", at, hint=_hint(error))


_SAID = {
    "mapping values are not allowed": Words(
        "a second `: ` on one line; put the text in quotes", "同一行出现第二个“: ”；请给文字加引号"
    ),
    "could not find expected ':'": Words("a key without `:`; write `key: value`", "键后缺少“:”；请写作 `键: 值`"),
    "while scanning a quoted scalar": Words("quotes that are not closed", "引号没有闭合"),
    "found unexpected end of stream": Words("quotes that are not closed", "引号没有闭合"),
    "expected <block end>": Words("lines of one block must begin in the same column", "同一层的各行必须从同一列开始"),
    "expected ',' or": Words("a bracket that is not closed, or a missing comma", "括号没有闭合，或缺少逗号"),
}


def _hint(error: yaml.MarkedYAMLError) -> Words:
    whole = f"{error.context or ''} {error.problem or ''}"
    for sign, words in _SAID.items():
        if sign in whole:
            return words
    return Words("check indentation, quotes and brackets here", "请检查此处的缩进、引号和括号")
