"""Parsing by hand: the tree of each construct, the place of each part, and what is marked where something is wrong."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from perfrules.core.money import fraction_text
from perfrules.core.problem import Findings, Problem
from perfrules.core.span import Text
from perfrules.language.nodes import Literal, Name, Node, walk
from perfrules.language.parse import is_readable, parse, parse_literal
from perfrules.language.quantities import is_numeral

TREES = [
    ("a", "a"),
    ("department.paid", "department.paid"),
    ("a.b.c", "a.b.c"),
    ("yes", "flag:True"),
    ("no", "flag:False"),
    ("-a", "(Unary - a)"),
    ("--a", "(Unary - (Unary - a))"),
    ("-5", "number:-5"),
    ("-(5%)", "ratio:-0.05"),
    ("-yes", "(Unary - flag:True)"),
    ("-2023-12-31", "(Unary - date:738885)"),
    ('"a b"', "text:a b"),
    ("not a", "(Unary not a)"),
    ("not not a", "(Unary not (Unary not a))"),
    ("a + b - c", "(Arithmetic - (Arithmetic + a b) c)"),
    ("a - (b + c)", "(Arithmetic - a (Arithmetic + b c))"),
    ("a * b / c", "(Arithmetic / (Arithmetic * a b) c)"),
    ("a + b * -c", "(Arithmetic + a (Arithmetic * b (Unary - c)))"),
    ("(a + b) * c", "(Arithmetic * (Arithmetic + a b) c)"),
    ("a < b + c", "(Compare < a (Arithmetic + b c))"),
    ("a <= b", "(Compare <= a b)"),
    ("a > b", "(Compare > a b)"),
    ("a >= b", "(Compare >= a b)"),
    ("a = b", "(Compare = a b)"),
    ("a != b", "(Compare != a b)"),
    ("(a < b) = c", "(Compare = (Compare < a b) c)"),
    ("not a = b", "(Unary not (Compare = a b))"),
    ("a and b or c and d", "(Logic or [(Logic and [a b]) (Logic and [c d])])"),
    ("a or b or c", "(Logic or [a b c])"),
    ("(a or b) and not c", "(Logic and [(Logic or [a b]) (Unary not c)])"),
    ("a in {b}", "(Member a [b])"),
    ("a + 1 in {b, c + 1, -2}", "(Member (Arithmetic + a number:1) [b (Arithmetic + c number:1) number:-2])"),
    ("a is known", "(Known a False)"),
    ("a + b is not known", "(Known (Arithmetic + a b) True)"),
    ("if a then b else c", "(Choose a b c)"),
    ("if a or b then c else if d then e else f", "(Choose (Logic or [a b]) c (Choose d e f))"),
    ("if a then if b then c else d else e", "(Choose a (Choose b c d) e)"),
    ("a otherwise 0", "(Otherwise a number:0)"),
    ("a otherwise -b", "(Otherwise a (Unary - b))"),
    ("-5 otherwise -5", "(Otherwise number:-5 number:-5)"),
    ("(-a) otherwise b", "(Otherwise (Unary - a) b)"),
    ("not a otherwise b", "(Otherwise (Unary not a) b)"),
    ("（a + b） otherwise (c and d)", "(Otherwise (Arithmetic + a b) (Logic and [c d]))"),
    ("((a) + (b)) otherwise ((c) < (d))", "(Otherwise (Arithmetic + a b) (Compare < c d))"),
    ('("(" = a) otherwise (a = ")")', "(Otherwise (Compare = text:( a) (Compare = a text:)))"),
    ("(a otherwise b) otherwise c", "(Otherwise (Otherwise a b) c)"),
    ("a is known otherwise no", "(Otherwise (Known a False) flag:False)"),
    ("f()", "(Call f [])"),
    ("max(a, b + 1, if c then d else e)", "(Call max [a (Arithmetic + b number:1) (Choose c d e)])"),
    ("较大值(a)", "(Call max [a])"),
    ("count(over reviews)", "(Aggregate count None reviews None None None False None False False)"),
    ("sum(a * 2 over b where c per d)", "(Aggregate sum (Arithmetic * a number:2) b c d None False None False False)"),
    ("rank(a over b across all where c in order of d descending)", "(Aggregate rank a b c None d True None False True)"),
    ("last(a over years in order of b)", "(Aggregate last a years None None b False None False False)"),
    ("最近值(a 遍历 历年 排序按 b 降序)", "(Aggregate last a years None None b True None False False)"),
    ("percentile(a, 50% over b)", "(Aggregate percentile a b None None None False ratio:0.5 False False)"),
    ("percentile(a, 50%, interpolated over b per c)", "(Aggregate percentile a b None c None False ratio:0.5 True False)"),
    ("count(over across where all)", "(Aggregate count None across all None None False None False False)"),
    ("order in {of}", "(Member order [of])"),
    ("(a)", "a"),
    ("((1))", "number:1"),
]  # fmt: skip


def shape(value: object) -> str:
    """A tree on one line."""
    match value:
        case Name():
            return ".".join(value.parts)
        case Literal():
            number = not isinstance(value.value, (bool, str))
            return f"{value.kind}:{fraction_text(value.value) if number else value.value}"
        case tuple():
            return f"[{' '.join(map(shape, value))}]"
    if is_dataclass(value):
        return f"({' '.join([type(value).__name__, *(shape(getattr(value, f.name)) for f in fields(value) if f.compare)])})"
    return str(value)


def read(text: str) -> Node:
    findings = Findings()
    node = parse(Text.of(text), findings)
    assert node is not None, findings.problems
    return node


def marked(problem: Problem) -> str:
    span = problem.span
    assert span is not None
    return span.source.text[span.start : span.end]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_the_tree_of_an_expression(text, tree):
    node = read(text)
    assert shape(node) == tree
    assert is_readable(text)
    assert node.span is not None
    assert (node.span.start, node.span.end) == (0, len(text))


@pytest.mark.parametrize("text", [text for text, _ in TREES])
def test_each_part_stands_where_it_was_written(text):
    around = f"({text}) = ({text})"
    for node in walk(read(around)):
        assert node.span is not None
        again = around[node.span.start : node.span.end]
        assert (shape(read(again)), again.strip()) == (shape(node), again)


WRONG = [  # what is wrong, its code, what is marked, and a word of what is said
    ("", "PR301", "", "a value or a name"),
    (" \u3000", "PR301", " \u3000", "a value or a name"),
    ("a +", "PR301", "", "a value or a name"),
    ("a b", "PR302", "b", "an operator"),
    ("a < < b", "PR302", "<", "a value or a name"),
    ("a in b", "PR302", "b", "`{`"),
    ("a in {b c}", "PR302", "c", "`}`"),
    ("a in {b", "PR301", "", "`}`"),
    ("a is (b)", "PR302", "(", "`known`"),
    ("if a b", "PR302", "b", "`then`"),
    ("if a then b", "PR301", "", "`else`"),
    ("a.", "PR301", "", "a name"),
    ("a.5", "PR310", ".5", "0.5"),
    ("a.(b)", "PR302", "(", "a name"),
    ("f(a b)", "PR302", "b", "`)`"),
    ("f(a,)", "PR302", ")", "a value or a name"),
    ("f(over", "PR301", "", "what belongs"),
    ("count(over 5)", "PR302", "5", "what belongs"),
    ("count(over a b)", "PR302", "b", "`)`"),
    ("a < b < c", "PR303", "<", "<"),
    ("a = b != c", "PR303", "!=", "!="),
    ("(a", "PR306", "(", "("),
    ("f(a", "PR306", "(", "("),
    ("sum(a over b", "PR306", "(", "("),
    ("a)", "PR306", ")", ")"),
    ("a}", "PR306", "}", "}"),
    ("+5", "PR310", "+5", "write 5"),
    ("a - +b", "PR310", "+b", "write b"),
    ("9999999999999999999", "PR311", "9999999999999999999", "9999999999999999999"),
    ("a + b otherwise 0", "PR315", "otherwise", ""),
    ("-a otherwise 0", "PR315", "otherwise", ""),
    ("a otherwise b + 1", "PR315", "otherwise", ""),
    ("a and b otherwise c", "PR315", "otherwise", ""),
    ("a otherwise b = c", "PR315", "otherwise", ""),
    ("a in {b} otherwise c", "PR315", "otherwise", ""),
    ("(a) + (b) otherwise c", "PR315", "otherwise", ""),
    ("a otherwise (b) < (c)", "PR315", "otherwise", ""),
    ("sum(a, b over c)", "PR407", "sum(a, b over c)", "1"),
    ("percentile(a over c)", "PR407", "percentile(a over c)", "2–3"),
    ("percentile(a, 1%, b, c over d)", "PR407", "percentile(a, 1%, b, c over d)", "4"),
    ("percentile(a, 1%, b over d)", "PR424", "b", ""),
    ("1.5 days", "PR425", "1.5 days", "1.5 days"),
    ("100001 days", "PR425", "100001 days", "100001 days"),
    ("8334 years", "PR425", "8334 years", "8334 years"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "mark", "word"), WRONG)
def test_what_is_wrong_is_marked(text, code, mark, word):
    findings = Findings()
    assert parse(Text.of(text), findings) is None
    assert not is_readable(text)
    [problem] = [p for p in findings.problems if p.severity == "error"]
    assert (problem.code, marked(problem)) == (code, mark)
    assert word in " ".join(str(v) for v in problem.values.values()) + problem.said("en")


@pytest.mark.parametrize("nested", ["({}", "-{}", "not {}", "if a then b else {}", "f({}"])
def test_how_deep_an_expression_may_be(nested):
    """64 levels; an expression by itself is one, and so is what is negated."""
    closing = ")" * nested.count("(")

    def deep(levels: int) -> str:
        return nested.format("") * levels + "a" + closing * levels

    most = 63
    assert is_readable(deep(most))
    findings = Findings()
    assert parse(Text.of(deep(most + 1)), findings) is None
    assert [p.code for p in findings.problems] == ["PR312"]
    beside = ", ".join([deep(most - 1)] * 3)
    assert is_readable(f"f({beside})"), "levels that are closed do not count"


@pytest.mark.parametrize("sign", [" + ", " - ", " * "])
def test_how_many_operations_may_follow_on_one_another(sign):
    """What goes through an expression later calls itself for each of them: 99 operations are 100 levels."""
    most = 99
    assert is_readable("a" + f"{sign}b" * most)
    assert is_readable(f"f({', '.join(['a' + f'{sign}b' * (most - 1)] * 3)})"), "what stands beside does not count"
    findings = Findings()
    assert parse(Text.of("a" + f"{sign}b" * (most + 1)), findings) is None
    assert [p.code for p in findings.problems] == ["PR312"]


@pytest.mark.parametrize("word", ["and", "or"])
def test_conditions_in_a_row_are_one_level(word):
    assert is_readable("a" + f" {word} b" * 500)


@pytest.mark.parametrize(
    ("words", "meant"),
    [("rate below 85%", "rate < 85%"), ("rate is at least 85%", "rate >= 85%"), ("执行率低于85%", "执行率 < 85%"), ("10 percent of paid", "10% * paid")],
)  # fmt: skip
def test_words_in_place_of_signs_are_one_problem(words, meant):
    findings = Findings()
    assert parse(Text.of(words), findings) is None
    [problem] = findings.problems
    assert (problem.code, problem.values["written"], problem.values["meant"], marked(problem)) == ("PR317", words, meant, words)


def test_what_words_could_mean_is_said_only_where_it_can_be_read():
    findings = Findings()
    assert parse(Text.of("rate below below 85%"), findings) is None
    assert [p.code for p in findings.problems] == ["PR302"]
    assert parse(Text.of("rate below 1e5 and (a"), Findings()) is None


@pytest.mark.parametrize(
    ("text", "kind", "value", "written", "currency"),
    [
        ("5", "number", "5", "5", ""), ("1_000.50", "number", "1000.5", "1_000.50", ""), ("85%", "ratio", "0.85", "85%", ""), ("-85%", "ratio", "-0.85", "-85%", ""),
        ("5pp", "points", "0.05", "5pp", ""), ("5元", "money", "5", "5元", "CNY"), ("2.5 万元", "money", "25000", "2.5万元", "CNY"), ("1亿元", "money", "100000000", "1亿元", "CNY"),
        ("3分", "money", "0.03", "3分", "CNY"), ("CNY 5", "money", "5", "CNY 5", "CNY"), ("CNY5", "money", "5", "CNY 5", "CNY"), ("EUR 5.01", "money", "5.01", "EUR 5.01", "EUR"),
        ("30 days", "days", "30", "30 days", ""), ("1 day", "days", "1", "1 day", ""), ("100000 days", "days", "100000", "100000 days", ""), ("2 years", "months", "24", "2 years", ""),
        ("8333 years", "months", "99996", "8333 years", ""), ("3个月", "months", "3", "3个月", ""), ("5  working  days", "working days", "5", "5 working days", ""), ("5个工作日", "working days", "5", "5个工作日", ""),
        ("2023-12-31", "date", "738885", "2023-12-31", ""),
    ],
)  # fmt: skip
def test_a_constant(text, kind, value, written, currency):
    findings = Findings()
    found = parse_literal(Text.of(text), findings)
    assert found is not None, findings.problems
    assert (found.kind, fraction_text(found.value), found.written, found.currency) == (kind, value, written, currency)
    assert marked(Problem("PR316", found.span)) == text


@pytest.mark.parametrize(
    ("text", "kind", "value", "written"),
    [("yes", "flag", True, "yes"), ("否", "flag", False, "no"), ("open", "word", "open", "open"), ("在建", "word", "在建", "在建"), ('"a b"', "text", "a b", '"a b"')],
)  # fmt: skip
def test_a_constant_that_is_no_number(text, kind, value, written):
    found = parse_literal(Text.of(text), Findings())
    assert found is not None
    assert (found.kind, found.value, found.written) == (kind, value, written)
    assert marked(Problem("PR316", found.span)) == text


def test_a_constant_in_quotes_of_the_document_is_a_text():
    written = Text("12", Text.of("'12'").span, quoted=True)
    found = parse_literal(written, Findings())
    assert found is not None
    assert (found.kind, found.value, found.written, found.span) == ("text", "12", "12", written.span)


@pytest.mark.parametrize(
    ("text", "code", "mark"),
    [("a + b", "PR316", "a + b"), ("5 + 5", "PR316", "5 + 5"), ("-open", "PR316", "-open"), ("open closed", "PR316", "open closed"), ("1,000", "PR310", "1,000"),
     ("1,000元", "PR310", "1,000元"), ("-1,000.50%", "PR310", "-1,000.50%"), ("1,00", "PR310", "1,00"), ("5,6,7", "PR316", "5,6,7"), ("(5", "PR306", "("), ("", "PR301", "")],
)  # fmt: skip
def test_what_is_no_constant(text, code, mark):
    findings = Findings()
    assert parse_literal(Text.of(text), findings) is None
    [problem] = findings.problems
    assert (problem.code, marked(problem)) == (code, mark)
    if code == "PR316":
        assert problem.values == {"value": text}


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("a b", "an operator such as `and`, `<`, `+`", "运算符，如 `且`、`<`、`+`"),
        ("a.(b)", "a name", "名称"),
        ("a +", "a value or a name", "值或名称"),
        ("", "a value or a name", "值或名称"),
        ("count(over 5)", "what belongs to the subject, such as `reviews`", "隶属于对象的集合，如 `reviews`"),
        ("f(a b)", "`)`", "`)`"),
        ("a is (b)", "`known`", "`已知`"),
        ("if a b", "`then`", "`那么`"),
        ("if a then b", "`else`", "`否则`"),
        ("a in b", "`{`", "`{`"),
    ],
)
def test_what_was_expected_is_said_in_both_languages(text, english, chinese):
    findings = Findings()
    assert parse(Text.of(text), findings) is None
    [problem] = findings.problems
    expected = problem.values["expected"]
    assert [expected.said(language) for language in ("en", "zh")] == [english, chinese]


def test_a_plus_before_a_number_is_left_out():
    findings = Findings()
    assert parse(Text.of("+ 5元"), findings) is None
    [problem] = findings.problems
    assert problem.values["number"] == "+5元"
    assert [problem.values["plain"].said(language) for language in ("en", "zh")] == ["write 5元", "请写作 5元"]
    assert marked(problem) == "+ 5元"


@pytest.mark.parametrize("beside", ["(not a and ", "(-a + ", "f(not a, ", "(if a then b else c) + ("])
def test_what_stands_beside_does_not_count_nor_does_it_make_room(beside):
    most = 62
    closing = ")" * most
    assert is_readable(beside * most + "a" + closing)
    assert not is_readable(beside * (most + 2) + "a" + closing + "))")


def test_what_was_said_before_stays():
    findings = Findings()
    for text in ("a +", "b +"):
        parse(Text.of(text), findings)
    assert [p.code for p in findings.problems] == ["PR301", "PR301"]


def test_how_deep_is_said_in_both_languages():
    findings = Findings()
    assert parse(Text.of("(" * 70 + "a" + ")" * 70), findings) is None
    limit = findings.problems[0].values["limit"]
    assert [limit.said(language) for language in ("en", "zh")] == ["64 levels", "64 层"]


def test_a_grouped_constant_is_offered_without_commas():
    findings = Findings()
    assert parse_literal(Text.of("1,234,567.50元"), findings) is None
    [problem] = findings.problems
    assert (problem.values["number"], str(problem.values["plain"])) == ("1,234,567.50元", "write 1234567.50元, without commas")
    assert "请写作 1234567.50元" in problem.cure("zh")


@pytest.mark.parametrize(("text", "code", "mark", "cure"), [
    ("a > 1000户", "PR302", "户", "numbers have no unit: write 1000; or `1000 * 户`, if `户` is a name"),
    ("a > 12.5 mu", "PR302", "mu", "numbers have no unit: write 12.5; or `12.5 * mu`, if `mu` is a name"),
    ("a > 4万", "PR302", "万", "write 40000, or an amount as 4万元"),
    ("a > 1.5亿", "PR302", "亿", "write 150000000, or an amount as 1.5亿元"),
    ("a > 10 工作日", "PR302", "工作日", "write 10 working days"),
    ("a > 4万户", "PR302", "万户", "numbers have no unit: write 40000"),
    ("a > 3百万元", "PR302", "百万元", "write 3000000元"),
    ("a > 1_500块", "PR302", "块", "write 1500元"),
    ("a > 5k", "PR302", "k", "write 5000, or an amount as 5000元"),
    ("a > 2.5 Million", "PR302", "Million", "write 2500000, or an amount as 2500000元"),
    ("a > 2周", "PR302", "周", "write 14 days"),
    ("a > 5元整", "PR302", "整", "correct this, or what stands before it"),
    ("a > 2023号", "PR302", "号", "a date is written 2023-12-31, a duration 30 days or 6 months"),
    ("b 户", "PR302", "户", "correct this, or what stands before it"),
    ("a > 3,234.50元", "PR302", ",", "write 3234.50元, without commas"),
    ("a > 3，234元", "PR302", "，", "write 3234元, without commas"),
    ("a > 3" + "亿" * 700, "PR302", "亿" * 700, f"numbers have no unit: write 3{'0' * 32}"),
    ("a > 3,23", "PR302", ",", "write 3.23, with a point"),
    ("a > 3,b", "PR302", ",", "correct this, or what stands before it"),
    ("a in {1,05%}", "PR310", "1,05%", "write 1.05%, with a point"),
    ("a > 3,000", "PR310", "3,000", "write 3000, without commas"),
    ("max(12,345,000万元, a)", "PR310", "12,345,000万元", "write 12345000万元, without commas"),
    ("a in {1,050%}", "PR310", "1,050%", "write 1050%, without commas"),
    ("a in {1, 050%}", "PR310", "050%", "write 50%"),
    ("a = 0107", "PR310", "0107", 'write 107, or a code in quotes: "0107"'),
    ("a = CNY 00.50", "PR310", "CNY 00.50", "write CNY 0.50"),
    ("a > ￥300", "PR305", "￥", "an amount is written 300元"),
])  # fmt: skip
def test_what_a_number_was_meant_to_be(text, code, mark, cure):
    findings = Findings()
    assert parse(Text.of(text), findings) is None
    problem = findings.problems[-1]
    assert (problem.code, marked(problem), problem.cure("en")) == (code, mark, cure)
    assert problem.cure("zh") != cure


@pytest.mark.parametrize("text", ["0", "0.5", "10", "1_000", "a in {850,900}", "max(1,23)", "date(2024, 5, 1)", "2024-05-01"])
def test_numbers_that_stand_beside_commas_or_begin_with_one_zero_are_read(text):
    findings = Findings()
    assert parse(Text.of(text), findings) is not None
    assert not findings.problems


@pytest.mark.parametrize(("word", "so"), [("百分之八十五", True), ("叁万元", True), ("二十三", True), ("三点五亿元", True), ("两成", True), ("三农资金", False), ("一般公共预算", False), ("元", False), ("万", True)])
def test_numbers_in_characters_are_known_as_such(word, so):
    assert is_numeral(word) is so
