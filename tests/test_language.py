"""Expressions: what is written parses to what is meant, and back."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generated import FACTS
from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.language.nodes import Aggregate, Name, Node, walk
from perfrules.language.parse import parse, parse_literal
from perfrules.language.words import CLOCK, EXPRESSION
from perfrules.language.write import in_chinese, write
from perfrules.testing.expressions import expression
from trees import TREES

assert FACTS


def read(text: str) -> Node:
    findings = Findings()
    node = parse(Text.of(text), findings)
    assert node is not None, findings.problems
    return node


def codes(text: str) -> list[str]:
    findings = Findings()
    parse(Text.of(text), findings)
    return [p.code for p in findings.problems]


@pytest.mark.parametrize("text", ["0", "-0", "5", "-5", "1.50", "-1.05", "0.10", "9" * 18 + "." + "1" * 12])
def test_a_plain_number_is_read_as_any_other_constant(text):
    """It is read in short, since most of what cases give is one."""
    findings = Findings()
    short, whole = parse_literal(Text.of(text), findings), parse_literal(Text.of(f"{text} "), findings)
    assert short is not None
    assert whole is not None
    assert (short, short.written, short.span.end) == (whole, whole.written, whole.span.end)
    assert not findings.problems


@given(expression("flag", 3))
def test_what_is_written_is_read_back(text):
    node = read(text)
    assert read(write(node)) == node


@given(TREES)
def test_every_tree_is_written_as_what_is_read_back(tree):
    assert read(write(tree)) == tree


@given(expression("flag", 3))
def test_in_chinese_it_has_no_english_word_and_says_the_same(text):
    chinese = in_chinese(write(read(text)))
    assert read(re.sub("基准日|年度", lambda m: {"基准日": "as_of", "年度": "period"}[m[0]], chinese)) == read(text)
    outside = re.sub('"[^"]*"', "", chinese)
    assert not set(re.findall(r"[^\W\d][\w.]*", outside)) & {*EXPRESSION, *CLOCK}


@given(st.one_of(expression("money", 3), TREES.map(write)))
def test_every_node_knows_its_place(text):
    for node in walk(read(text)):
        assert node.span is not None
        assert 0 <= node.span.start < node.span.end <= len(text)
        again = text[node.span.start : node.span.end]
        assert read(again) == node


@given(TREES)
def test_chinese_words_and_full_width_signs_are_read_as_the_same(tree):
    """Every word outside quotes in Chinese, every sign as an input method types it."""
    assume(not any(isinstance(n, Aggregate) and isinstance(n.share, Name) and n.share.parts == ("interpolated",) for n in walk(tree)))
    text = write(tree)
    signs = str.maketrans({"(": "（", ")": "）", ",": "，", "%": "％", "<": "＜", "*": "×", "/": "÷"})
    pieces = re.split('("[^"]*")', in_chinese(text))
    assert read("".join(piece if quoted % 2 else piece.translate(signs) for quoted, piece in enumerate(pieces))) == read(text)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("执行率 < 85% 且 非 已通过", "执行率 < 85% and not 已通过"),
        ("如果 甲 那么 1元 否则 2元", "if 甲 then 1元 else 2元"),
        ("计数(遍历 评审 其中 非 通过) >= 2", "count(over 评审 where not 通过) >= 2"),
        ("状态 属于 {在建, 已完工} 或 得分 为 已知", "状态 in {在建, 已完工} or 得分 is known"),
        ("（支出 ÷ 预算）≥８５．５％", "(支出 / 预算) >= 85.5%"),
        ("预算 缺省为 0元", "预算 otherwise 0元"),
        ("较大值(甲, 乙)", "max(甲, 乙)"),
        ("排名(得分 遍历 部门 跨辖区 全部 其中 甲)", "rank(得分 over 部门 across all where 甲)"),
    ],
)
def test_chinese_words_and_full_width_signs_mean_the_same(chinese, english):
    assert read(chinese) == read(english)


@pytest.mark.parametrize(
    ("text", "value"),
    [("85%", Fraction(85, 100)), ("2.5万元", Fraction(25_000)), ("1亿元", Fraction(100_000_000)), ("5pp", Fraction(5, 100)),
     ("849_999.99元", Fraction(84_999_999, 100)), ("-2_000元", Fraction(-2000)), ("CNY 500.00", Fraction(500)), ("3分", Fraction(3, 100))],
)  # fmt: skip
def test_literals_are_exact(text, value):
    assert read(text).value == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rate < < 85%", "PR302"),
        ("a < b < c", "PR303"),
        ("85 % 7", "PR304"),
        ("a == b", "PR305"),
        ("a && b", "PR305"),
        ("(a", "PR306"),
        ("a)", "PR306"),
        ('"text', "PR307"),
        ("r\u0430te", "PR308"),
        ("\u0668\u0665%", "PR309"),
        ("1e5", "PR310"),
        ("+5", "PR310"),
        (".5", "PR310"),
        ("0x1F", "PR310"),
        ("9" * 30, "PR311"),
        ("(" * 5000 + "a" + ")" * 5000, "PR312"),
        ("a + b otherwise 0", "PR315"),
        ("", "PR301"),
        ("lambda: 0", "PR305"),
        ("().__class__", "PR302"),
    ],
)
def test_what_is_wrong_has_its_own_problem(text, code):
    assert codes(text)[-1] == code


def test_full_width_signs_are_noted_and_quotes_left_alone():
    findings = Findings()
    node = parse(Text.of('名称 = "８５％"'), findings)
    assert write(node).endswith('"８５％"')
    assert not findings.problems


def test_how_a_percentile_is_computed_is_said_in_chinese():
    written = "percentile(cost, 75%, interpolated over items)"
    assert in_chinese(written) == "百分位数(cost, 75%, 插值 遍历 items)"
    assert read(in_chinese(written)) == read(written)
