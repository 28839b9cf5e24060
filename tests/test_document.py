"""Documents by hand: what is read of a YAML text, where each key and value stands, and what is marked where it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import event, given

from documents import DOCUMENTS, are_read_alike, quickly
from perfrules.core.files import reason_of, unreachable
from perfrules.core.problem import Findings, Problem
from perfrules.core.span import Text
from perfrules.pipeline.document import (
    DEPTH_MAX,
    NODES_MAX,
    SIZE_MAX,
    Items,
    Node,
    Tree,
    decode,
    documents_in,
    read_file,
    read_text,
)
from perfrules.pipeline.openings import may_hold


def plain(node: Node) -> object:
    """A tree as plain values."""
    if isinstance(node, Tree):
        return {str(key): plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, Items) else str(node)


def places(node: Node) -> list[str]:
    """What is written at the place of each key and value."""
    span = node.span
    found = [span.source.text[span.start : span.end]]
    if isinstance(node, Tree):
        return found + [place for key, value in node.items() for place in (*places(key), *places(value))]
    return found + [place for item in node for place in places(item)] if isinstance(node, Items) else found


def read(text: str) -> Tree:
    findings = Findings()
    tree = read_text(text, "made.yaml", findings)
    assert tree is not None, findings.problems
    assert not findings.problems
    return tree


@pytest.mark.parametrize(
    ("text", "values", "written"),
    [
        ("a: 1\n", {"a": "1"}, ["a: 1\n", "a", "1"]),
        ("a: no\nb: 0107\nc: 12:30\n", {"a": "no", "b": "0107", "c": "12:30"}, None),
        ("a:\n", {"a": ""}, ["a:\n", "a", ""]),
        ("a: [x, 'y', \"z\"]", {"a": ["x", "y", "z"]}, ["a: [x, 'y', \"z\"]", "a", "[x, 'y', \"z\"]", "x", "'y'", '"z"']),
        ("{a: {b: c}, d: e}", {"a": {"b": "c"}, "d": "e"}, ["{a: {b: c}, d: e}", "a", "{b: c}", "b", "c", "d", "e"]),
        ("a:\n  - b\n  - c: d\n", {"a": ["b", {"c": "d"}]}, ["a:\n  - b\n  - c: d\n", "a", "- b\n  - c: d\n", "b", "c: d\n", "c", "d"]),
        ("a: >-\n  one\n  two\n", {"a": "one two"}, ["a: >-\n  one\n  two\n", "a", "  one\n  two\n"]),
        ("a: |\n  one\n  two\nb: c\n", {"a": "one\ntwo\n", "b": "c"}, ["a: |\n  one\n  two\nb: c\n", "a", "  one\n  two\n", "b", "c"]),
        ("a: one\n  two\n", {"a": "one two"}, ["a: one\n  two\n", "a", "one\n  two"]),
        ("政策: 甲 # 说明\n", {"政策": "甲"}, ["政策: 甲 # 说明\n", "政策", "甲"]),
        ("# above\n\na: b # beside\n", {"a": "b"}, ["a: b # beside\n", "a", "b"]),
        ("---\na: b\n...\n", {"a": "b"}, ["a: b\n", "a", "b"]),
        ("a: e\u0301\n", {"a": "\u00e9"}, None),
        ("a: 'it''s'\nb: \"x \\\" \\u4e2d\"\n", {"a": "it's", "b": 'x " 中'}, None),
        ("'<<': x\n", {"<<": "x"}, None),
        ("a: {b: f(1)}\nc: [f(1)]\n", {"a": {"b": "f(1)"}, "c": ["f(1)"]}, None),
        ("a: {b: 'f(1, 2)'}\nc: ['x，y', x.y]\nd: x，y\n", {"a": {"b": "f(1, 2)"}, "c": ["x，y", "x.y"], "d": "x，y"}, None),
        ("a: b #\n", {"a": "b"}, None),
        ("a: ' b' #c\n", {"a": " b"}, None),
    ],
)  # fmt: skip
def test_what_is_read(text, values, written):
    tree = read(text)
    assert plain(tree) == values
    if written is not None:
        assert places(tree) == written


def test_a_key_knows_how_it_was_written():
    tree = read("a: 1\n'b': 2\n")
    assert [tree.key(name).span.column for name in ("a", "b")] == [1, 1]
    assert tree.key("c") is None
    assert [(k.quoted, v.quoted) for k, v in tree.items()] == [(False, False), (True, False)]


def test_a_text_that_is_normalised_keeps_its_place():
    [(key, value)] = read("e\u0301: 'A\u030a'\n").items()
    assert (str(key), str(value), value.quoted) == ("\u00e9", "\u00c5", True)
    assert (value.span.start, value.span.end) == (4, 8)


DEEP = "a: " + "[" * DEPTH_MAX
WRONG = [  # what is wrong, its codes, and what is marked
    ("", ["PR113"], ""),
    ("# nothing\n", ["PR113"], ""),
    ("''\n", ["PR113"], "''"),
    ("--- \n", ["PR113"], ""),
    ("- a\n", ["PR114"], "-"),
    ("  word\n", ["PR114"], "w"),
    ("名称：张三：李四\n", ["PR117"], "："),
    ("a: {b：c, d: e}\n", ["PR117"], "："),
    ("a: {d: e, b:c}\n", ["PR204"], "b:c"),
    ("a: b\n---\nc: d\n", ["PR112"], "---"),
    ("%YAML 1.2\n---\na: b\n", ["PR112"], "%YAML"),
    ("a: b\n%TAG x y\n", ["PR112"], "%TAG"),
    ("a: &x b\n", ["PR108"], "&x b"),
    ("a: &x [b]\n", ["PR108"], "&x ["),
    ("a: &x {b: c}\n", ["PR108"], "&x {"),
    ("a: b\nc: *a\n", ["PR108"], "*a"),
    ("a: !!str b\n", ["PR109"], "!!str"),
    ("a: !own [b]\n", ["PR109"], "!own"),
    ("a: !own\n  b: c\n", ["PR109"], "!own"),
    ("<<: {a: b}\n", ["PR110"], "<<"),
    ("a: 1\nb: 2\na: 3\n", ["PR111"], "a"),
    ("{a: 1, a: 2}\n", ["PR111"], "a"),
    ("e\u0301: 1\n\u00e9: 2\n", ["PR111"], "\u00e9"),
    ("a: 1\na: 2\na: 3\n", ["PR111", "PR111"], "a"),
    ("[a]: b\n", ["PR122"], "["),
    ("{a: {[b]: c}}\n", ["PR122"], "["),
    ("a: x\u202ey\n", ["PR104"], "\u202e"),
    ("a: x\u2066y\n", ["PR104"], "\u2066"),
    ("a: x\x07y\n", ["PR103"], "\x07"),
    ("a: x\x85y\n", ["PR103"], "\x85"),
    ("a: x\u2028y\n", ["PR103"], "\u2028"),
    ("a:\n  b:\n  \u3000c: d\n", ["PR119"], "\u3000"),
    ("\u3000a: b\n", ["PR119"], "\u3000"),
    ("a:\n\tb: c\n", ["PR105"], "\t"),
    ("a:\n  \t b: c\n", ["PR105"], "\t"),
    ('a: "x\\u202Ey"\n', ["PR104"], '"x\\u202Ey"'),
    ('a: "x\\u0007y"\n', ["PR103"], '"x\\u0007y"'),
    ("a: b #c\n", ["PR118"], "#"),
    ("a: > 5 #备注\n", ["PR116"], ">"),
    ("a: 金额 > 5  #备注\n", ["PR118"], "#"),
    ("a: {b: f(1, 2)}\n", ["PR123"], "f(1"),
    ("a: {b: f（1, （2)）}\n", ["PR123"], "f（1"),
    ("a: [x，y]\n", ["PR124"], "，"),
    ("a: [x、y]\n", ["PR124"], "、"),
    ("a: [x；y]\n", ["PR124"], "；"),
    ("a: 'b\n", ["PR115"], None),
    ("a: [b\n", ["PR115"], None),
    (DEEP, ["PR106"], "["),
    ("a" * (SIZE_MAX + 1), ["PR101"], None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codes", "mark"), WRONG, ids=[repr(text[:24]) for text, _, _ in WRONG])
def test_what_is_refused_is_marked(text, codes, mark):
    findings = Findings()
    tree = read_text(text, "made.yaml", findings)
    assert [p.code for p in findings.problems] == codes
    assert (tree is None) == (codes[0] not in ("PR111", "PR118", "PR124"))
    if mark is not None:
        assert {marked(problem) for problem in findings.problems} == {mark}


def marked(problem: Problem) -> str:
    span = problem.span
    assert span is not None
    return span.source.text[span.start : span.end]


def refusal(text: str) -> Problem:
    findings = Findings()
    read_text(text, "made.yaml", findings)
    [problem] = findings.problems
    return problem


def test_what_is_said_of_what_is_refused():
    assert refusal("a: x\u202ey\n").values == {"character": "U+202E"}
    assert refusal('a: "x\\u0007y"\n').values == {"character": "U+0007"}
    assert refusal('a: "x\\u202Ay"\n').values == {"character": "U+202A"}
    assert refusal("a:\n\tb: c\n").values == {"character": "U+0009"}
    assert refusal("a: !own b\n").values == {"tag": "!own"}
    assert refusal("a: b\n---\nc: d\n").values == {"what": "---"}
    assert refusal("%YAML 1.2\n---\na: b\n").values == {"what": "%YAML"}
    assert refusal("a: {b: f(1, 2)}\n").values == {"quoted": '"f(1, 2)"'}
    assert refusal("a: {b: f(1, 'g(2)'), c: d}\n").values == {"quoted": "\"f(1, 'g(2)')\""}
    assert refusal("{b: （1,\n c: d}").values == {"quoted": '"（1,\n"'}
    assert refusal("{b: f(1}").values == {"quoted": '"f(1}"'}
    assert refusal("a: [x，y]\n").values == {"sign": "，"}
    assert refusal("a" * (SIZE_MAX + 1)).values == {"size": str(SIZE_MAX + 1), "limit": "1048576"}
    assert refusal(DEEP).values == {"limit": "32"}


def test_what_stands_twice_names_the_first():
    problem = refusal("b: 0\na: 1\na: 2\n")
    assert problem.values == {"key": "a"}
    [(word, first)] = problem.related
    assert (word, first.line, problem.span.line) == ("first", 2, 3)
    findings = Findings()
    assert plain(read_text("a: 1\na: 2\n", "made.yaml", findings)) == {"a": "1"}


def test_how_deep_a_document_may_be():
    """The document itself is one level, a value of it another."""
    most = DEPTH_MAX - 2
    assert read("a: " + "[" * most + "x" + "]" * most)
    assert refusal("a: " + "[" * (most + 1) + "x" + "]" * (most + 1)).code == "PR106"
    assert refusal("- " * (DEPTH_MAX + 1) + "x").code == "PR106"
    assert refusal("{a: " * (DEPTH_MAX + 1) + "x").code == "PR106"


def test_how_many_values_a_document_may_have():
    """The mapping, its key, the list and so many items."""
    assert len(read(f"a: [{'x, ' * (NODES_MAX - 4)}x]")["a"]) == NODES_MAX - 3
    problem = refusal(f"a: [{'x, ' * (NODES_MAX - 3)}x]")
    assert (problem.code, problem.values, marked(problem)) == ("PR107", {"limit": "100000"}, "x")


def test_a_document_may_have_a_mebibyte():
    head = "a: "
    assert read(head + "x" * (SIZE_MAX - len(head)))


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (b"a: b\n", "a: b\n", ""), (b"\xef\xbb\xbfa: b", "a: b", ""), (b"a\r\nb\rc\n", "a\nb\nc\n", ""), ("甲: 乙".encode(), "甲: 乙", ""), (b"", "", ""),
        ("甲".encode("utf-16"), None, "UTF-16"), (b"\xfe\xff\x00a", None, "UTF-16"), (b"\xfe\xff" + "名称".encode("utf-16-be"), None, "UTF-16"), ("ab".encode("utf-16-le"), None, "UTF-16"),
        ("名称: 张三".encode("gbk"), None, "GB18030 (GBK)"), (b"caf\xe9\xff", None, "some other encoding"), (b"abcd\x00", "abcd\x00", ""), (b"abc\x00", None, "UTF-16"),
    ],
)  # fmt: skip
def test_how_bytes_are_read(content, text, encoding):
    findings = Findings()
    assert decode(content, "made.yaml", findings) == text
    assert [(p.code, p.where, str(p.values["encoding"])) for p in findings.problems] == ([("PR102", "made.yaml", encoding)] if encoding else [])


def test_a_file_is_read_or_it_is_said_why_not(tmp_path):
    path = tmp_path / "made.yaml"
    findings = Findings()
    assert read_file(path, findings) is None
    path.write_bytes(b"a: b\n" + b"#" * (SIZE_MAX - 5))
    tree = read_file(path, findings)
    assert (plain(tree), tree.span.source.name) == ({"a": "b"}, str(path))
    path.write_bytes(b"a: b\n" + b"#" * (SIZE_MAX - 4))
    assert read_file(path, findings) is None
    path.write_bytes("名".encode("gbk"))
    assert read_file(path, findings) is None
    assert read_file(tmp_path, findings) is None
    path.write_bytes(b"a: 1\na: 2\n")
    assert plain(read_file(path, findings)) == {"a": "1"}
    assert [(p.code, p.span.place) for p in findings.problems if p.span] == [("PR111", f"{path}:2:1")]
    findings.problems.pop()
    found = [(p.code, p.where, {k: str(v) for k, v in p.values.items()}) for p in findings.problems]
    folder = {"path": str(tmp_path), "reason": "it is a folder"}
    assert found == [
        ("PR120", str(path), {"path": str(path), "reason": "no such file or folder"}),
        ("PR101", str(path), {"size": str(SIZE_MAX + 1), "limit": str(SIZE_MAX)}),
        ("PR102", str(path), {"encoding": "GB18030 (GBK)"}),
        ("PR120", str(tmp_path), folder),
    ]


def test_the_documents_of_a_folder(tmp_path):
    for name in ("b.yml", "a.yaml", "c.txt", "yaml"):
        (tmp_path / name).touch()
    (tmp_path / "d.yaml").mkdir()
    assert documents_in(tmp_path) == [tmp_path / "a.yaml", tmp_path / "b.yml"]


def test_why_a_file_could_not_be_read(tmp_path):
    assert str(reason_of(FileNotFoundError(2, "x"))) == "no such file or folder"
    assert str(reason_of(PermissionError(13, "Permission denied"))) == "permission denied"
    assert reason_of(OSError("odd")) == "odd"
    assert unreachable(tmp_path) is None
    assert str(unreachable(tmp_path / "none")) == "no such file or folder"
    assert str(unreachable(tmp_path / "zero\x00")) == "no such file or folder"
    assert str(unreachable(tmp_path / ("x" * 300))) == "the name is too long"


@pytest.mark.parametrize(
    ("content", "may"),
    [
        (b"policy: a\n", True), (b"facts: a\n", False), (b"# policy: a\n", False), (b"  {'policy': a}", True), (b'"policy" : a', True), ("政策：甲".encode(), True), (b"a: policy: b", False),
        (b"facts: a\npolicy: b", True), (b"\xef\xbb\xbfpolicy: a", True), (b"", True), ("政策".encode("gbk"), True), (b"facts: a\n" + b"#" * SIZE_MAX, True), (b"facts: a\n" + b"#" * (SIZE_MAX - 9), False), (b"policyx: a", False),
    ],
)  # fmt: skip
def test_whether_a_file_may_hold_a_policy(tmp_path, content, may):
    path = tmp_path / "made.yaml"
    path.write_bytes(content)
    assert may_hold(path, "policy", "政策") == may
    assert may_hold(tmp_path / "none", "policy")


def test_a_text_of_a_document_is_a_text():
    [(key, value)] = read("a: b").items()
    assert isinstance(key, Text)
    assert value.span.source.name == "made.yaml"


# two parsers: libyaml's takes a tenth of the time, PyYAML's own says what is wrong, and is there on every machine


@given(DOCUMENTS)
def test_both_parsers_read_the_same(text):
    event(f"read by libyaml: {quickly(text) is not None}")
    assert are_read_alike(text)


@pytest.mark.parametrize("text", ["a: {b: , c: }", "a: {b, c: d}", "a: {b: # nothing\n  , c: d}", "a:\nb: # nothing\nc:", "'a': ", "a: {'b': }"])
def test_nothing_has_the_same_place_for_both(text):
    assert quickly(text) is not None
    assert are_read_alike(text)


@pytest.mark.parametrize("text", ["a: b\t", "a: {b: c, ? d}", "a: |#  b\n", "a: b\n\ufeff", "a: >-#b\n  c\n", "a: b!", "a: {b: c", "a: {: b}", "a: *b", "a: b\na: c", "- a", "", "a: [1，2]"])
def test_what_the_parsers_may_read_otherwise_or_is_refused_is_left_to_the_slower(text):
    assert quickly(text) is None


def test_what_is_shipped_is_read_quickly():
    policies = sorted((Path(__file__).resolve().parent.parent / "policies").rglob("*.yaml"))
    assert sum(quickly(path.read_text(encoding="utf-8")) is not None for path in policies) > 0.8 * len(policies)


def test_without_libyaml_the_same_is_read(monkeypatch):
    text = "a: {b: c, d: [1, 2]}\ne: |\n  f\n"
    one = read_text(text, "policy.yaml", Findings())
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert quickly(text) is None
    assert one == read_text(text, "policy.yaml", Findings()) == {"a": {"b": "c", "d": ["1", "2"]}, "e": "f\n"}
