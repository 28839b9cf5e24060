"""Syntax: where YAML itself could not be read, and what its author most often did."""

from __future__ import annotations

import re

import yaml

from perfrules.core.problem import Findings, Value, Words, in_backticks
from perfrules.core.span import Source, Span, Text
from perfrules.language.cells import meant_by

_WIDE_COLON = re.compile(r"^\s*(?:- +)?[^\s:：\"'#][^:：\"'#]*(：)")
_SPECIAL = re.compile(r"^\s*(?:- +)?+(?:[^\s\"'#:：]+: +)?([>|%@`\[{,}\]*&!]|[-?](?= ))")
_ITEM = re.compile(r"[\[,]\s*([>|%@`*&!][^,\]\[{}]*)")  # of a list in brackets
_AFTER_QUOTES = re.compile(r"^\s*(?:- +)?(?:[^\s\"'#:：]+: +)?((\"[^\"]*\"|'[^']*')\s*[^\s,}\]#:].*)")


def index_of(mark: object) -> int:
    """The offset of a mark; PyYAML's own reader always sets one."""
    return int(getattr(mark, "index", 0))


def refuse_syntax(error: yaml.MarkedYAMLError, source: Source, findings: Findings) -> None:
    """A syntax error of YAML, with what its author most often did."""
    unfinished_key = "could not find expected ':'" in (error.problem or "")
    sign_alone = (error.context or "").startswith(("while scanning an alias", "while scanning an anchor"))
    mark = ((unfinished_key or sign_alone) and error.context_mark) or error.problem_mark or error.context_mark
    index = min(index_of(mark), len(source.text))
    at = Span(source, index, index + 1)
    lines = dict.fromkeys((at.line, max(at.line - 1, 1)))
    above = [n for n in lines if "mapping values are not allowed" in (error.problem or "")]  # below what is no key
    for number in (*(n for n in above if _WIDE_COLON.match(source.line(n))), *lines):
        line, start = source.line(number), source.line_starts[number - 1]
        wide = _WIDE_COLON.match(line)
        if wide:
            findings.add("PR117", Span(source, start + wide.start(1), start + wide.end(1)))
            return
        item = next((found for found in _ITEM.finditer(line) if index == start + found.start(1)), None)
        if item:
            quoted = _or_test(item[1].strip())
            place = Span(source, index, index + 1)
            findings.add("PR116", place, sign=in_backticks(item[1][0]), quoted=quoted)
            return
        special = _SPECIAL.match(line)
        if special and not ("expected ',' or" in (error.problem or "") and index > start + special.start(1)):
            value = line[special.start(1) :].strip()
            place = Span(source, start + special.start(1), start + special.start(1) + 1)
            findings.add("PR116", place, sign=in_backticks(special[1]), quoted=in_quotes(value))
            return
        mixed = _AFTER_QUOTES.match(line)
        if mixed:
            whole = in_quotes(mixed[1].strip())
            hint = Words(f"put the whole value in quotes: {whole}", f"请给整个值加引号：{whole}")
            findings.add("PR115", Span(source, start + mixed.start(1), start + mixed.end(1)), hint=hint)
            return
    ended = re.search(r"^\.\.\.", source.text[:index], re.MULTILINE)
    if ended:
        findings.add("PR112", Span(source, ended.start(), ended.end()), what="...")
        return
    nested = source.text[index : index + 1] in ("{", "[") and "expected ',' or" in (error.problem or "")
    before = source.text[source.text.rfind("\n", 0, index) + 1 : index]
    shifted = "mapping values are not allowed" in (error.problem or "") and ": " not in before
    findings.add("PR115", at, hint=_NESTED if nested else _SHIFTED if shifted else _hint(error))


def is_key(word: Text, findings: Findings) -> bool:
    """Whether what stands alone in braces is a key; noted where it has a colon inside, which separates nothing."""
    found = None if word.quoted else re.search("[:：]", word)
    if found is not None and found[0] == "：":
        findings.add("PR117", word.at(found.start(), found.end()))
    elif found is not None:
        meant = f"`{word[: found.start()]}: {word[found.end() :]}`"
        expected = Words(f"{meant}, with a space", f" {meant}，冒号后加空格")
        findings.add("PR204", word.span, key=str(word), expected=expected)
    return found is None


def _or_test(item: str) -> Value:
    """An item in quotes; where it is a test of a table, the words for it, too."""
    quoted, test = in_quotes(item), meant_by(item)
    return Words(f"{quoted}; in a table {test.en}", f"{quoted}；在决策表中{test.zh}") if test else quoted


def in_quotes(value: str) -> str:
    """A value in the quotes of YAML that keep it as it is."""
    return f"'{value}'" if '"' in value or "\\" in value else f'"{value}"'


_NESTED = Words(
    "an expression with braces needs quotes where it stands in braces", "写在花括号中的表达式，含有花括号时要加引号"
)
_SHIFTED = Words(
    "begin this line in the column of its block, and write a space behind the `-` of a list",
    "请使本行与同一层的各行从同一列开始；列表的 `-` 用半角，其后加空格",
)
_SAID = {
    "mapping values are not allowed": Words(
        "a second `: ` on one line; put the text in quotes", "同一行出现第二个“: ”；请给文字加引号"
    ),
    "could not find expected ':'": Words(
        "a key without `: `; write `key: value`, with a space", "键后缺少“: ”；请写作 `键: 值`，冒号后加空格"
    ),
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


def closing(text: str, start: int) -> int:
    """Where the parenthesis closes that opens after `start`; the end of the line where it does not."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "(（") - (text[i] in ")）")
        if text[i] == "\n" or (depth == 0 and text[i] in ")）"):
            return i
    return len(text) - 1
