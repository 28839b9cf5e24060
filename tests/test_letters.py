"""Letters as Word documents: what they say, that data and templates are harmless, and that all are written or none."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import pytest

import perfrules
from perfrules import letters
from perfrules.letters.file_names import file_names
from perfrules.letters.filling import NAMED_FILTERS, OF_DAYS, OF_LOOPS
from perfrules.letters.forms import form
from perfrules.letters.values import NAMES, OF_GROUNDS, OPEN
from perfrules.letters.wordings import BODIES, GENERAL

HOME = Path(__file__).resolve().parent.parent
FACTS = """
facts: town
extends: budget
actions:
  praise: {effect: notice, title: {en: letter of praise, zh: 表扬函}}
kinds:
  department:
    title: {en: Department, zh: 部门}
    facts:
      name:    {is: text, title: {en: Name, zh: 名称}}
      paid:    {is: money, title: {zh: 支出数}}
      rate:    {is: ratio, title: {zh: 执行率}}
      audited: {is: flag, title: {zh: 已审计}}
      founded: {is: date, title: {zh: 成立日}}
      staff:   {is: count, title: {zh: 人数}}
  project:
    title: {en: project, zh: 项目}
    belongs_to: department
    facts:
      名称: {is: text}
"""
POLICY = """
policy: letters
facts: town
subject: department
source: 德市罗财绩〔2022〕3号
rules:
  - {rule: late, title: {en: Not corrected in time, zh: 逾期未整改}, when: rate < 85%, then: remind, because: 未按期整改}
  - {rule: slow, when: rate < 50%, then: remind, because: 进度缓慢 & <慢>}
notices:
  - ladder: follow-up
    steps: [{send: remind, within: 10 days, if_lapsed: next}, {send: order_rectification, within: 10 days}]
"""
ISSUER = "德阳市罗江区财政局"
HOSTILE = "A&B <w:t>x</w:t> {{ 7*7 }} {% if %} {# #} {_{ 1 }_} {_% %_} ]]> ' \" \\"
LETTER = letters.Letter(
    subject="department/D1", recipient="department/D1", period=2023, notice="letters/follow-up", action="remind", step=1,
    grounds=("letters/late", "letters/slow"), sent=date(2023, 9, 28), due=date(2023, 10, 12), state="out", ended=None, number=1,
)  # fmt: skip
SECOND = replace(LETTER, action="order_rectification", step=2, unanswered=date(2023, 9, 28), sent=date(2023, 10, 13), due=date(2023, 10, 23))


@pytest.fixture
def program(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(tmp_path / "policy.yaml", as_of="2023-12-31")


def facts_of(program, name="区教育局", project="危桥改造"):
    rows = {
        "department": [{"id": "D1", "name": name, "paid": 123, "rate": "42%", "audited": True, "founded": "2001-02-03"}, {"id": "D2"}],
        "project": [{"id": "P1", "department": "D1", "名称": project}],
    }
    return program.facts(rows, period=2023)


def write(program, folder, *given, facts=None, **named):
    return letters.write(program, given, facts or facts_of(program), folder, **{"issuer": ISSUER, **named})


def test_a_letter_of_a_policy_that_is_no_longer_in_force_is_written(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY.replace("rules:", "in_force: {from: 2023-01-01, to: 2023-10-31}\nrules:"), encoding="utf-8")
    (tmp_path / "next.yaml").write_text("policy: next\nfacts: town\nsubject: department\nrules: [{rule: new, when: rate < 1%, then: praise, because: new}]\n", encoding="utf-8")
    later = perfrules.load([tmp_path / "policy.yaml", tmp_path / "next.yaml"], as_of="2023-12-31")
    (path,) = write(later, tmp_path / "out", LETTER)
    assert "未按期整改" in "".join(paragraphs(path))


def paragraphs(path):
    return [paragraph.text for paragraph in docx.Document(path).paragraphs]


def made(*lines, header=""):
    """A template as somebody makes it in Word."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    packed = BytesIO()
    document.save(packed)
    return packed.getvalue()


def filled(program, tmp_path, *lines, letter=LETTER, **named):
    """The paragraphs of a letter from a template with some lines."""
    (tmp_path / "form.docx").write_bytes(made(*lines))
    return paragraphs(write(program, tmp_path / "out", letter, template=tmp_path / "form.docx", **named)[0])


def refused(program, folder, *given, **named):
    with pytest.raises(perfrules.Refused) as caught:
        write(program, folder, *given, **named)
    return caught.value.problems


# what letters say


def test_a_reminder_is_an_official_letter(program, tmp_path):
    more = {"文号": "德市罗财绩〔2023〕3号", "抄送": "区纪委监委", "contact": "张三"}
    (path,) = write(program, tmp_path / "letters", LETTER, more=more)
    assert path == tmp_path / "letters" / "2023-09-28_D1_区教育局_提醒敦促函_1~013cac05.docx"
    assert paragraphs(path) == [
        "德阳市罗江区财政局",
        "德市罗财绩〔2023〕3号",
        "提醒敦促函",
        "区教育局：",
        "在2023年度预算绩效管理工作中，发现你单位存在以下问题：",
        "1．逾期未整改：未按期整改（依据：德市罗财绩〔2022〕3号）。",
        "2．进度缓慢 & <慢>（依据：德市罗财绩〔2022〕3号）。",
        "请你单位高度重视，查找原因，采取有效措施加快整改，并于2023年10月12日前（含当日）将整改情况书面反馈德阳市罗江区财政局。",
        "特此函告。",
        "德阳市罗江区财政局",
        "2023年9月28日",
        "（联系人：张三）",
        "抄送：区纪委监委。",
    ]
    styles = [paragraph.style.name for paragraph in docx.Document(path).paragraphs]
    assert styles == ["发文机关标志", "发文字号", "公文标题", "主送机关", *["公文正文"] * 5, "发文机关署名", "成文日期", "公文正文", "抄送机关"]


def test_a_reminder_in_english(program, tmp_path):
    (path,) = write(program, tmp_path / "letters", LETTER, lang="en", issuer="Finance Bureau", facts=facts_of(program, "Education"))
    assert path.name == "2023-09-28_D1_Education_Letter of reminder_1~013cac05.docx"
    assert paragraphs(path) == [
        "Finance Bureau",
        "No. ____________",
        "Letter of reminder",
        "To Education",
        "In the performance in 2023 we have found the following:",
        "1. Not corrected in time: 未按期整改 (德市罗财绩〔2022〕3号).",
        "2. 进度缓慢 & <慢> (德市罗财绩〔2022〕3号).",
        "Please look for the causes and put things right without delay. Tell Finance Bureau in writing what has been done by "
        "12 October 2023 at the latest.",
        "Finance Bureau",
        "28 September 2023",
    ]


@pytest.mark.parametrize(
    ("action", "lang", "title", "words"),
    [
        ("order_rectification", "zh", "整改通知书（第2次）", "经查，你单位项目“危桥改造”在2023年度预算绩效管理中存在以下问题："),
        ("order_rectification", "en", "Order of rectification (number 2)", "On examination of the performance of the project “危桥改造” in 2023 we have found the following:"),
        ("summon", "zh", "约谈通知书（第2次）", "约谈时间：10月8日上午；约谈地点：另行通知。"),
        ("summon", "en", "Summons to a talk (number 2)", "Time: 10月8日上午. Place: to be announced."),
        ("praise", "zh", "表扬函（第2次）", "你单位项目“危桥改造”在2023年度有以下情况："),
        ("praise", "en", "Letter of praise (number 2)", "In the performance of the project “危桥改造” in 2023 we have found the following:"),
    ],
)  # fmt: skip
def test_each_action_has_its_form(program, tmp_path, action, lang, title, words):
    letter = replace(LETTER, action=action, subject="project/P1", number=2)
    said = paragraphs(write(program, tmp_path / "letters", letter, lang=lang, more={"时间": "10月8日上午"})[0])
    assert said[2] == title
    assert words in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("action", ["remind", "order_rectification", "summon", "praise"])
def test_without_a_deadline_none_is_said(program, tmp_path, action, lang):
    letter = replace(LETTER, action=action, due=None)
    text = "\n".join(paragraphs(write(program, tmp_path / "letters", letter, lang=lang)[0]))
    assert not re.search("10月|含当日|October|at the latest|None|并并|  ", text)
    with_one = "\n".join(paragraphs(write(program, tmp_path / "others", replace(letter, due=date(2023, 10, 12)), lang=lang)[0]))
    assert ("2023年10月12日" if lang == "zh" else "12 October 2023") in with_one


def test_who_has_no_name_is_called_by_its_id(program, tmp_path):
    paths = write(program, tmp_path / "letters", replace(LETTER, recipient="department/D2", subject="department/D2"), replace(LETTER, period=2022))
    assert [paragraphs(path)[3] for path in paths] == ["D2：", "D1："]


def test_the_facts_of_the_subject_can_be_named(program, tmp_path):
    lines = "{{ 事实.支出数 }} {{ facts.paid }} {{ 事实.执行率 }} {{ 事实.已审计 }} {{ 事实.成立日 }} {{ facts.founded.year }} {{ 事实.人数 }}"
    assert filled(program, tmp_path, lines) == ["123.00元 123.00元 42% 是 2001年2月3日 2001 未知"]
    assert filled(program, tmp_path, lines, lang="en", replace=True) == ["123.00元 123.00元 42% yes 3 February 2001 2001 unknown"]


def test_every_name_says_something_in_both_languages(program, tmp_path):
    letter = replace(SECOND, subject="project/P1")
    names = NAMES | OPEN
    more = dict.fromkeys(OPEN, "x")
    lines = [f"{{{{ {name} }}}}" for pair in names.items() for name in pair if name not in ("facts", "事实", "grounds", "事由")]
    lines += [f"{{{{ {list_}[0].{name} }}}}" for list_, names in (("grounds", OF_GROUNDS), ("事由", OF_GROUNDS.values())) for name in names]
    said = filled(program, tmp_path, *lines, letter=letter, more=more)
    assert all(said)
    half = said[: 2 * (len(names) - 2)]
    assert half[::2] == half[1::2]
    assert said[-8:-4] == said[-4:]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("zh", "德阳市罗江区财政局于2023年9月28日发出提醒敦促函，你单位未在期限内落实。经查"),
        ("en", "Our letter of 28 September 2023 (“Letter of reminder”) was not acted upon in time. On examination"),
    ],
)
def test_a_letter_that_follows_from_one_that_lapsed_says_so(program, tmp_path, lang, expected):
    """In the default form; a letter that follows from none says nothing."""
    for letter, found in ((SECOND, True), (replace(SECOND, unanswered=None), False)):
        (path,) = write(program, tmp_path / f"{lang} {found}", letter, lang=lang)
        assert any(line.startswith(expected) for line in paragraphs(path)) is found


@pytest.mark.parametrize("wrong", [{"notice": "letters/other"}, {"step": 1}, {"step": 3}])
def test_a_letter_that_cannot_follow_from_another_is_of_another_program(program, tmp_path, wrong):
    assert [p.code for p in refused(program, tmp_path / "letters", replace(SECOND, **wrong))] == ["PR629"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_lists_everything_that_a_template_may_say(lang):
    page = (HOME / "docs" / lang / "letters.md").read_text(encoding="utf-8").replace("\\|", "|")
    wanted = [*NAMES, *NAMES.values(), *OPEN, *OPEN.values(), *OF_GROUNDS, *OF_GROUNDS.values()]
    wanted += [f"loop.{word}" for word in OF_LOOPS] + [f"due.{word}" for word in OF_DAYS] + [f"|{word}" for word in NAMED_FILTERS]
    assert [word for word in wanted if f"`{word}`" not in page.replace("{{ ", "").replace(" }}", "")] == []


def test_values_that_are_given(program, tmp_path):
    lines = ["{{ 份数 }} {{ 说明|join('、') }} {{ 日 }} {{ 文号 }} {{ document_number }} {{ issuer }}"]
    more = {"份数": 3, "说明": ["甲", "乙 & 丙"], "日": date(2024, 2, 29), "document_number": "1号", "发文机关": "某局"}
    assert filled(program, tmp_path, *lines, more=more) == ["3 甲、乙 & 丙 2024年2月29日 1号 1号 某局"]


def test_what_is_joined_is_said_as_it_is_alone(program, tmp_path):
    """Days are written out, yes and no in words; several values of one are none."""
    more = {"各项": [date(2024, 2, 29), True, Decimal("5E-7"), "乙 & <丙>", "{{ 1 }}"], "数": Decimal("1E+3")}
    assert filled(program, tmp_path, "{{ 各项|join('、') }} {{ 数 }}", more=more) == ["2024年2月29日、是、0.0000005、乙 & <丙>、{{ 1 }} 1000"]
    titles = "{{ grounds|join(' & ', attribute='依据') }}"
    assert filled(program, tmp_path, titles, replace=True) == ["未按期整改 & 进度缓慢 & <慢>"]
    (problem,) = refused(program, tmp_path / "letters", LETTER, more={"各项": [Decimal("NaN")]})
    assert (problem.code, problem.place) == ("PR628", "各项")


def test_an_hour_is_given_as_text_else_it_would_be_lost(program, tmp_path):
    (problem,) = refused(program, tmp_path / "letters", LETTER, more={"time": datetime(2023, 10, 9, 14, 30)})
    assert (problem.place, problem.help) == ("time", 'give "2023-10-09 14:30:00"')
    assert filled(program, tmp_path, "{{ time }}", more={"time": datetime(2023, 10, 9)}) == ["2023年10月9日"]


@pytest.mark.parametrize("issuer", ["", " \t", None, 5, ["甲"]])
def test_who_sends_letters_has_a_name(program, tmp_path, issuer):
    (problem,) = refused(program, tmp_path / "letters", LETTER, issuer=issuer)
    assert (problem.code, problem.place) == ("PR628", "issuer")
    assert problem.said("zh") == "`issuer` 给出的不是发文机关的名称"


@pytest.mark.parametrize("lang", ["fr", "", "ZH", None, 5])
def test_letters_are_in_english_or_chinese(program, tmp_path, lang):
    (problem,) = refused(program, tmp_path / "letters", LETTER, lang=lang)
    with pytest.raises(perfrules.Refused) as caught:
        letters.template("remind", lang)
    assert (problem.code, problem.place) == ("PR208", "lang")
    assert caught.value.problems == (problem,)


def test_each_letter_can_have_values_of_its_own(program, tmp_path):
    given = [LETTER, replace(LETTER, number=2)]
    numbers = iter(range(7, 99))
    paths = write(program, tmp_path / "letters", *given, given[0], more=lambda letter: {"文号": f"{next(numbers)}号之{letter.number}"})
    assert [paragraphs(path)[1] for path in paths] == ["7号之1", "8号之2", "7号之1"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"rate": 85.5}, "PR628"),
        ({"rate": [object()]}, "PR628"),
        ({"note": "a\x00b"}, "PR103"),
        ({"note": "a\x0bb"}, "PR103"),
        ({"note": ["ok", "a\u202eb"]}, "PR104"),
        ({"文好": "1号"}, "PR208"),
        ({"issuer": ""}, "PR628"),
        ({"发文机关": ["甲", "乙"]}, "PR628"),
        ({1: "1号"}, "PR628"),
        ({"time": datetime(2023, 10, 9, tzinfo=UTC)}, "PR628"),
    ],
)
def test_a_value_that_can_not_stand_there_is_refused(program, tmp_path, more, code):
    assert [p.code for p in refused(program, tmp_path / "letters", LETTER, more=more)] == [code]
    assert not (tmp_path / "letters").exists()


def test_an_issuer_that_nobody_sees_is_refused(program, tmp_path):
    assert [p.code for p in refused(program, tmp_path / "letters", LETTER, issuer="财\x07局")] == ["PR103"]


@pytest.mark.parametrize("other", [{"grounds": ("other/rule",)}, {"action": "shout"}, {"subject": "school/1"}, {"recipient": "D1"}])
def test_a_letter_of_another_program_is_refused(program, tmp_path, other):
    assert [p.code for p in refused(program, tmp_path / "letters", replace(LETTER, **other))] == ["PR629"]


def test_what_is_no_letter_is_refused(program, tmp_path):
    """The notices of a run are no letters: they have no recipient and no day."""
    facts = facts_of(program)
    notices = program.run(facts, period=2023).notices
    assert notices
    for given in (notices[0], {"subject": "department/D1"}, "department/D1"):
        (problem,) = refused(program, tmp_path / "letters", LETTER, given)
        assert (problem.code, problem.values["about"]) == ("PR628", "letters")


@pytest.mark.parametrize(("name", "wrong"), [
    ("template", 5), ("template", b"form.docx"), ("template", ["form.docx"]), ("template", ""), ("folder", None), ("folder", 5), ("folder", ""),
    ("sent", [replace(LETTER, sent="2023-09-28")]), ("sent", [replace(LETTER, sent=None)]), ("due", [replace(LETTER, due="soon")]),
    ("letters", None), ("letters", LETTER), ("letters", 5), ("program", None), ("program", "policy.yaml"),
])  # fmt: skip
def test_what_is_given_in_another_form_is_refused(program, tmp_path, name, wrong):
    given = {"program": program, "letters": [LETTER], "facts": facts_of(program), "folder": tmp_path / "letters", "issuer": ISSUER}
    with pytest.raises(perfrules.Refused) as caught:
        letters.write(**{**given, name if name in given or name == "template" else "letters": wrong})
    assert [(p.code, p.place) for p in caught.value.problems] == [("PR628", name)]


def test_without_the_library_its_extra_is_named(program, tmp_path, monkeypatch):
    for module in ("docxtpl", "perfrules.letters.templates"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delattr(letters, "templates", raising=False)
    (problem,) = refused(program, tmp_path / "letters", LETTER)
    assert (problem.code, problem.values["extra"]) == ("PR902", "letters")
    assert letters.template("remind").startswith(b"PK")


# data are text


@pytest.mark.parametrize("hostile", [HOSTILE, "line\nbreak", "{_{", "}_}", "&amp;lt;", "</w:t></w:r></w:p>"])
def test_data_are_text(program, tmp_path, hostile):
    facts = facts_of(program, hostile, hostile)
    letter = replace(LETTER, subject="project/P1")
    (path,) = write(program, tmp_path / "letters", letter, facts=facts, issuer=hostile, more={"文号": hostile, "copies": hostile})
    said = paragraphs(path)
    assert [said[0], said[1], said[3], said[-3], said[-1]] == [hostile, hostile, f"{hostile}：", hostile, f"抄送：{hostile}。"]
    assert f"“{hostile}”" in said[4]
    assert len(said) == 12
    assert docx.Document(path).core_properties.author == hostile


def test_data_are_text_in_headers_and_tables(program, tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ recipient }}"
    table = document.add_table(rows=3, cols=1)
    for cell, text in zip(table.columns[0].cells, ("{%tr for ground in grounds %}", "{{ ground.because }}", "{%tr endfor %}"), strict=True):
        cell.text = text
    document.save(tmp_path / "form.docx")
    (path,) = write(program, tmp_path / "letters", LETTER, facts=facts_of(program, HOSTILE), template=tmp_path / "form.docx")
    out = docx.Document(path)
    assert out.sections[0].header.paragraphs[0].text == HOSTILE
    assert [cell.text for cell in out.tables[0].columns[0].cells] == ["未按期整改", "进度缓慢 & <慢>"]


# templates are harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ recipient.__class__ }}", "__class__"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "…()"),
        ("{{ recipient['__class__'] }}", "__class__"),
        ("{{ recipient|attr('__class__') }}", "|attr"),
        ("{{ __import__ }}", "__import__"),
        ("{{ _self }}", "_self"),
        ("{{ recipient.upper() }}", "…()"),
        ("{{ cycler('a') }}", "…()"),
        ("{{ recipient|safe }}", "|safe"),
        ("{{ recipient is callable }}", "is callable"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "**"),
        ("{{ number + 1 }}", "+"),
        ("{{ number - 1 }}", "-"),
        ("{{ recipient ~ issuer }}", "~"),
        ("{{ 'a' * 999999999999 }}", "*"),
        ("{{ '%999999999d' % 1 }}", "{% mod %}"),
        ("{% set x = recipient %}{{ x }}", "{% set %}"),
        ("{% macro m() %}{% endmacro %}", "{% macro %}"),
        ("{% include '/etc/passwd' %}", "{% include %}"),
        ("{% import 'os' as os %}", "{% import %}"),
        ("{% extends 'x' %}", "{% extends %}"),
        ("{% for x in 'aaaa' %}{% endfor %}", "{% for … in … %}"),
        ("{% for x in grounds recursive %}{{ loop(x) }}{% endfor %}", "{% for … in … recursive %}"),
        ("{% for a in grounds %}{% for b in grounds %}{% for c in grounds %}{% endfor %}{% endfor %}{% endfor %}", "{% for … in … %}"),
        ("{{ grounds[number] }}", "[…]"),
        ("{{ recipient[0:5] }}", "[…]"),
    ],
)
def test_what_a_template_may_not_do(program, tmp_path, text, shown):
    (tmp_path / "form.docx").write_bytes(made("Dear all", text))
    problems = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    assert {p.code for p in problems} == {"PR762"}
    assert any(f"`{shown}`" in p.message for p in problems)
    start = f"{tmp_path / 'form.docx'}: {text[:30]}"
    assert all(p.place.startswith(start) for p in problems)
    assert not (tmp_path / "letters").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{{ recipient",
        "{% if due %}",
        "{{ due + }}",
        "{{ 1 + recipient }}",
        "{{ due - sent }}",
        "{{ facts }}",
        "{{ grounds }}",
        "{{r recipient }}",
        "{{p recipient }}",
        "{%p if due %}x{%p endif %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    ],
)
def test_a_template_that_can_not_be_followed_is_refused(program, tmp_path, text):
    (tmp_path / "form.docx").write_bytes(made("first", text, "last"))
    problems = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    assert [p.code for p in problems] == ["PR762"]
    assert problems[0].place.startswith(str(tmp_path / "form.docx"))
    assert not (tmp_path / "letters").exists()


@pytest.mark.parametrize("text", [
    "{% if facts.audited %}yes{% endif %}", "{% if not facts.audited %}no{% endif %}", "{{ facts.audited or 'none' }}",
    "{% if facts.rate != '1%' %}other{% endif %}", "{% if facts.founded and due %}both{% endif %}", "{{ 'old' if facts.已审计 else 'new' }}",
    "{% if '1' in facts.rate %}one{% endif %}", "{{ facts.rate|length }}", "{{ facts.rate|join }}", "{% for x in facts.rate %}{{ x }}{% endfor %}",
])  # fmt: skip
def test_of_what_is_not_known_a_template_decides_nothing(program, tmp_path, text):
    letter = replace(LETTER, subject="department/D2", recipient="department/D2")
    (tmp_path / "form.docx").write_bytes(made("first", text))
    [problem] = refused(program, tmp_path / "letters", letter, template=tmp_path / "form.docx")
    assert (problem.code, problem.place) == ("PR762", f"{tmp_path / 'form.docx'}: {text}"[: len(str(tmp_path / "form.docx")) + 62])
    assert "a fact that is not known" in problem.message
    known = "{% if facts.audited is known %}{{ facts.audited }}{% else %}not known: {{ facts.audited }}{% endif %}"
    assert filled(program, tmp_path, known, letter=letter, lang="en") == ["not known: unknown"]
    assert filled(program, tmp_path, known, lang="en", replace=True) == ["yes"]


@pytest.mark.parametrize(("text", "en", "zh"), [
    ("｛｛ 主送 ｝｝", "`｛｛` are no braces of a template", "`｛｛` 不是模板的花括号"), ("{ { 主送 } }", "`{ {` are no", "`{ {` 不是"),
    ("{主送}}", "`}}` are no", "`}}` 不是"), ("｛％ if 期限 ％｝", "`｛％` are no", "`｛％` 不是"),
    ("{{ true }}", "`true` is not allowed", "不允许使用 `true`"), ("{{ none }}", "`none` is not allowed", "不允许使用 `none`"),
    ("{% if due %}x", "has no `{% endif %}`", "没有对应的 `{% endif %}`"), ("{% endif %}", "`{% endif %}` stands where no such tag can", "此处不能写 `{% endif %}`"),
    ("{{ due + }}", "can't be read", "无法识别"), ("{{ grounds }}", "several values at once", "多个值"), ("{{ grounds|join }}", "several values at once", "多个值"),
    ("{{ recipient|join('、') }}", "no list", "不是列表"), ("{% for x in number %}{% endfor %}", "no list", "不是列表"), ("{{ due|length }}", "no list", "不是列表"),
    ("x {%- if due %}y{% endif %}", "lose the text beside them", "会丢失旁边的文字"), ("{% if due -%}", "lose the text", "会丢失"),
    ("{% if facts.paid > 5 %}{% endif %}", "two kinds", "两类不同的值"),
])  # fmt: skip
def test_why_a_template_can_not_be_followed_is_said_with_its_paragraph(program, tmp_path, text, en, zh):
    (tmp_path / "form.docx").write_bytes(made("first", text))
    problem = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")[0]
    assert (problem.code, problem.place) == ("PR762", f"{tmp_path / 'form.docx'}: {text}")
    assert en in problem.said("en")
    assert zh in problem.said("zh")


def test_a_fact_that_there_is_none_of_is_said_with_its_paragraph(program, tmp_path):
    (tmp_path / "form.docx").write_bytes(made("first", "Spent {{ facts.payd }}", "last"))
    [problem] = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    assert (problem.code, problem.place) == ("PR761", f"{tmp_path / 'form.docx'}: Spent {{{{ facts.payd }}}}")


@pytest.mark.parametrize(("name", "text"), [("payd", "{% if facts.payd is known %}x{% endif %}"), ("recipent", "{% if recipent is not known %}x{% endif %}")])
def test_whether_it_is_known_is_asked_only_of_what_there_is(program, tmp_path, name, text):
    (tmp_path / "form.docx").write_bytes(made(text))
    (problem,) = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    assert (problem.code, problem.values["name"], problem.place) == ("PR761", name, f"{tmp_path / 'form.docx'}: {text}")


def test_a_text_within_a_tag_is_what_was_typed(program, tmp_path):
    text = "{% if recipient == 'Roads & <Bridges>' %}{{ time or 'R & D' }}{% endif %}"
    assert filled(program, tmp_path, text, facts=facts_of(program, name="Roads & <Bridges>")) == ["R & D"]


def test_what_stands_in_a_header_is_checked_too(program, tmp_path):
    for text, code in (("{{ recipient.__class__ }}", "PR762"), ("{{ recepient }}", "PR761"), ("{{r recipient }}", "PR762")):
        (tmp_path / "form.docx").write_bytes(made("body", header=text))
        assert [p.code for p in refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")] == [code]


def test_every_unknown_name_is_said_with_its_paragraph(program, tmp_path):
    (tmp_path / "form.docx").write_bytes(made("To {{ recepient }}", "{{ 主关 }} {{ xyzzy }}", "{% if reply is defined %}{{ reply }}{% endif %}"))
    problems = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    where = tmp_path / "form.docx"
    assert [(p.code, p.place, p.help) for p in problems[:2]] == [
        ("PR761", f"{where}: To {{{{ recepient }}}}", "did you mean `recipient`?"),
        ("PR761", f"{where}: {{{{ 主关 }}}} {{{{ xyzzy }}}}", "did you mean `主送`?"),
    ]
    assert [p.values["name"] for p in problems] == ["recepient", "主关", "xyzzy"]
    assert problems[2].help.startswith("known here: ")


def test_an_unknown_name_within_another_is_said(program, tmp_path):
    for text, name, hint in (("{{ grounds[0].becuase }}", "becuase", "because"), ("{{ 事实.支出 }}", "支出", "支出数"), ("{{ due.yaer }}", "yaer", "")):
        (tmp_path / "form.docx").write_bytes(made(text))
        (problem,) = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
        assert (problem.code, problem.values["name"]) == ("PR761", name)
        assert hint in problem.help


def test_the_parts_of_a_day_are_named_where_another_is_asked(program, tmp_path):
    (tmp_path / "form.docx").write_bytes(made("{{ due.year }} {{ due.week }}"))
    (problem,) = refused(program, tmp_path / "out", LETTER, template=tmp_path / "form.docx")
    assert (problem.code, problem.cure("en")) == ("PR761", "known here: `year`, `month`, `day`")


def packed(*parts):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts:
            file.writestr(name, text)
    return content.getvalue()


def with_part(name, content):
    template = zipfile.ZipFile(BytesIO(letters.template("remind")))
    return packed(*((n, template.read(n)) for n in template.namelist()), (name, content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no document", "it is no Word document"),
        (b"\xd0\xcf\x11\xe0 old", "in the old format .doc"),
        (packed(("a.txt", "a")), "it is no Word document"),
        (packed(("[Content_Types].xml", "<a/>")), "it is no Word document"),
        (with_part("word/vbaProject.bin", b"x"), "it contains macros"),
        (with_part("word/bomb.xml", b"0" * 2**23), "too large"),
        (packed(*((f"{n}.xml", os.urandom(2**20)) for n in range(33))), "too large"),
        (letters.template("remind")[:-30], "it is no Word document"),
    ],
)
def test_what_is_no_template_is_refused(program, tmp_path, content, reason):
    (tmp_path / "form.docx").write_bytes(content)
    (problem,) = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    assert problem.code == "PR760"
    assert reason in problem.message


def test_a_template_that_is_not_there_is_refused(program, tmp_path):
    for name in ("none.docx", "\0"):
        problems = refused(program, tmp_path / "letters", LETTER, template=tmp_path / name)
        assert [(p.code, p.help) for p in problems] == [("PR760", "check the path")]


def test_why_a_template_is_out_of_reach_is_said_in_one_language(program, tmp_path, monkeypatch):
    (long,) = refused(program, tmp_path / "letters", LETTER, template=tmp_path / ("表" * 300))
    assert (long.code, "the name is too long" in long.said("en"), "名称过长" in long.said("zh")) == ("PR760", True, True)
    (tmp_path / "forms").mkdir()

    def denied(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    (closed,) = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "forms")
    assert (closed.code, closed.help, "permission denied" in closed.message) == ("PR760", "check the path", True)


def test_entities_of_a_template_are_not_followed(program, tmp_path):
    parts = zipfile.ZipFile(BytesIO(letters.template("remind")))
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    changed = {name: parts.read(name) for name in parts.namelist()}
    text = changed["word/document.xml"]
    changed["word/document.xml"] = text.replace(b"<w:document", evil + b"<w:document", 1).replace("特此函告。".encode(), b"&e;")
    (tmp_path / "form.docx").write_bytes(packed(*changed.items()))
    assert [p.code for p in refused(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")] == ["PR762"]


# templates that people edit


def test_a_default_template_that_was_edited(program, tmp_path):
    (tmp_path / "form.docx").write_bytes(letters.template("remind"))
    document = docx.Document(tmp_path / "form.docx")
    added = document.add_paragraph()
    for part in ("执行率为{", "{ 事实.", "执行率 }", "}，请重视。"):  # as Word cuts a line in which somebody wrote at several times
        added.add_run(part).bold = len(part) % 2 == 0
    document.save(tmp_path / "form.docx")
    said = paragraphs(write(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")[0])
    assert said[-1] == "执行率为42%，请重视。"
    assert said[2] == "提醒敦促函"


def test_a_folder_has_templates_for_some_actions(program, tmp_path):
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "提醒敦促函.docx").write_bytes(made("own {{ recipient }}"))
    (tmp_path / "forms" / "~$x.docx").write_bytes(b"")
    paths = write(program, tmp_path / "letters", LETTER, replace(LETTER, action="summon"), template=tmp_path / "forms")
    assert [paragraphs(path)[0] for path in paths] == ["own 区教育局", ISSUER]


def test_a_template_in_a_folder_that_is_for_no_letter_is_refused(program, tmp_path):
    (tmp_path / "forms").mkdir()
    for name in ("remnd.docx", "summon.docx", "约谈通知书.docx", "deduct.docx"):
        (tmp_path / "forms" / name).write_bytes(made("x"))
    problems = refused(program, tmp_path / "letters", LETTER, template=tmp_path / "forms")
    assert [(Path(p.place).name, p.code) for p in problems] == [("deduct.docx", "PR760"), ("remnd.docx", "PR760"), ("约谈通知书.docx", "PR760")]
    assert problems[1].help == "did you mean `remind`?"
    assert "`summon.docx` is for the same letters" in problems[2].message


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("action", [*BODIES, "praise"])
def test_a_default_template_is_a_document_of_a4(action, lang):
    document = docx.Document(BytesIO(letters.template(action or "praise", lang)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {p.style.name for p in document.paragraphs} > {"公文标题" if lang == "zh" else "Letter title"}
    assert form("praise", lang) == form(GENERAL, lang)


# files


def test_the_same_letters_are_the_same_bytes(program, tmp_path):
    given = [LETTER, replace(LETTER, action="summon"), replace(LETTER, subject="project/P1")]
    (tmp_path / "form.docx").write_bytes(made("To {{ recipient }}", header="{{ issuer }}"))
    for template in (None, tmp_path / "form.docx"):
        one = write(program, tmp_path / f"one{bool(template)}", *given, template=template)
        two = write(program, tmp_path / f"two{bool(template)}", *reversed(given), given[0], template=template)
        assert [p.name for p in one] == [p.name for p in reversed(two[:3])]
        assert two[3] == two[2]
        for path in one:
            assert path.read_bytes() == two[0].with_name(path.name).read_bytes()
            with zipfile.ZipFile(path) as parts:
                assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            properties = docx.Document(path).core_properties
            assert (properties.created.replace(tzinfo=None), properties.modified.replace(tzinfo=None)) == (datetime(2023, 9, 28),) * 2


def test_a_template_without_properties_asks_no_clock(program, tmp_path):
    parts = zipfile.ZipFile(BytesIO(letters.template("remind")))
    changed = {name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}
    for name in ("_rels/.rels", "[Content_Types].xml"):
        changed[name] = re.sub(rb"<(Relationship|Override) [^>]*core[^>]*/>", b"", changed[name])
    (tmp_path / "form.docx").write_bytes(packed(*changed.items()))
    (path,) = write(program, tmp_path / "letters", LETTER, template=tmp_path / "form.docx")
    core = zipfile.ZipFile(path).read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2023-09-28"}


def test_what_became_of_a_letter_does_not_change_it(program, tmp_path):
    (one,) = write(program, tmp_path / "one", LETTER)
    (two,) = write(program, tmp_path / "two", replace(LETTER, state="met", ended=date(2023, 10, 9)))
    assert (one.name, one.read_bytes()) == (two.name, two.read_bytes())


@pytest.mark.parametrize("more", [5, "x", lambda letter: 5, lambda letter: None])
def test_what_more_gives_are_names_with_values(program, tmp_path, more):
    assert [(p.code, p.place) for p in refused(program, tmp_path / "letters", LETTER, more=more)] == [("PR628", "more")]


def test_one_value_under_both_its_names_is_refused(program, tmp_path):
    problems = refused(program, tmp_path / "letters", LETTER, more={"文号": "1", "document_number": "2"})
    assert [(p.code, p.place) for p in problems] == [("PR208", "more")]


def nth(number: int) -> letters.Letter:
    """One of several letters of different days."""
    return replace(LETTER, number=number, sent=date(2023, 9, 27 + number))


def test_a_letter_is_found_where_it_is_whatever_names_and_numbers_have_become(program, tmp_path):
    (path,) = write(program, tmp_path / "letters", LETTER)
    renamed, known = facts_of(program, "区教体局"), path.read_bytes()
    assert [(p.code, p.place) for p in refused(program, tmp_path / "letters", LETTER, facts=renamed)] == [("PR763", str(path))]
    told_late = replace(LETTER, number=2, recipient="department/D1", state="met", ended=date(2023, 10, 9))
    assert write(program, tmp_path / "letters", told_late, facts=renamed, only_new=True) == ()
    assert path.read_bytes() == known
    (other,) = write(program, tmp_path / "letters", told_late, nth(2), facts=renamed, only_new=True)
    assert sorted((tmp_path / "letters").iterdir()) == [path, other]
    assert write(program, tmp_path / "letters", told_late, facts=renamed, replace=True) == (path,)
    assert paragraphs(path)[2] == "提醒敦促函（第2次）"


def test_a_letter_that_goes_to_another_after_all_is_another_letter(program, tmp_path):
    """A late event says that the project was another department's on the day of the letter."""
    first, second = (replace(LETTER, subject="project/P1", recipient=f"department/{one}") for one in ("D1", "D2"))
    (path,) = write(program, tmp_path / "letters", first)
    (other,) = write(program, tmp_path / "letters", second, only_new=True)
    assert (path.exists(), other.exists(), path == other) == (True, True, False)
    assert write(program, tmp_path / "letters", first, second, only_new=True) == ()


def test_one_letter_that_says_two_things_is_refused(program, tmp_path):
    problems = refused(program, tmp_path / "letters", LETTER, replace(LETTER, due=date(2023, 11, 1)))
    assert [p.code for p in problems] == ["PR763"]
    assert not (tmp_path / "letters").exists()


def test_a_letter_that_was_edited_is_not_lost(program, tmp_path):
    kept, edited = write(program, tmp_path / "letters", LETTER, nth(2))
    edited.write_bytes(b"edited")
    given = (LETTER, nth(2), nth(3))
    (problem,) = refused(program, tmp_path / "letters", *given)
    assert (problem.code, problem.place) == ("PR763", str(edited))
    assert edited.read_bytes() == b"edited"
    assert sorted((tmp_path / "letters").iterdir()) == [kept, edited]
    write(program, tmp_path / "letters", *given, replace=True)
    assert paragraphs(edited)[2] == "提醒敦促函（第2次）"
    assert sorted(p.suffix for p in (tmp_path / "letters").iterdir()) == [".docx"] * 3


def test_a_folder_in_the_place_of_a_letter_stays(program, tmp_path):
    (path,) = write(program, tmp_path / "letters", LETTER)
    path.unlink()
    path.mkdir()
    assert [p.code for p in refused(program, tmp_path / "letters", LETTER, replace=True)] == ["PR909"]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("call", ["replace", "write_bytes"])
def test_all_letters_are_written_or_none(program, tmp_path, monkeypatch, call, at, there):
    """The n-th call that writes fails, for each n."""
    folder = tmp_path / "letters"
    given = [nth(n) for n in (1, 2, 3)]
    if there:
        folder.mkdir()
        write(program, folder, given[0], issuer="某局")
        (folder / "note.txt").write_text("mine")
    before = {p.name: p.read_bytes() for p in folder.glob("*")}
    owner = os if call == "replace" else Path
    real, calls = getattr(owner, call), []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == at:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(owner, call, failing)
    if at > (3 if call == "write_bytes" else 3 + there):  # one of them is moved away before another takes its place
        write(program, folder, *given, replace=True)
        assert len(list(folder.glob("*.docx"))) == 3
        assert {p.suffix for p in folder.iterdir()} <= {".docx", ".txt"}
        return
    problems = refused(program, folder, *given, replace=True)
    assert [p.code for p in problems] == ["PR764"]
    assert ("the disk is full" in problems[0].said("en"), "磁盘已满" in problems[0].said("zh")) == (True, True)
    assert {p.name: p.read_bytes() for p in folder.glob("*")} == before
    assert folder.exists() == there


def test_a_folder_that_can_not_be_written_to_is_refused(program, tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "letters", tmp_path / "no" / "letters", "\0"):
        assert [p.code for p in refused(program, folder, LETTER)] == ["PR764"]
    assert (tmp_path / "file").read_text() == "x"


def test_no_letters_are_no_files(program, tmp_path):
    assert write(program, tmp_path / "letters") == ()
    assert not (tmp_path / "letters").exists()


def names_of(*letters_and_names):
    return file_names({letter: {"recipient_id": i, "recipient": n, "subject_id": "", "subject": "", "title": "函"} for letter, i, n in letters_and_names}, Path("nowhere"))


@pytest.mark.parametrize("name", ["..", ".", "CON", "a:b", "a/b", "../../etc/passwd", "a\\b", "NUL", "x" * 400, "很" * 400, "a\nb", "a\tb", "…", "x. ", "?*<>|\""])
def test_names_of_files_are_safe(name):
    (made_up,) = names_of((LETTER, name, name)).values()
    assert len(made_up.encode()) <= 230
    assert re.fullmatch(r"2023-09-28_.*\.docx", made_up)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', made_up)
    assert Path(made_up).name == made_up


def test_no_letter_takes_the_name_of_another():
    given = [(replace(LETTER, subject=f"department/{n}"), one, one) for n, one in enumerate(("a:b", "a/b", "a_b", "A_B", "很" * 90 + "甲", "很" * 90 + "乙"))]
    names = names_of(*given)
    assert len({name.casefold() for name in names.values()}) == len(given)
    assert names == names_of(*reversed(given))
    assert names_of(given[0])[given[0][0]] == names[given[0][0]]


def test_two_recipients_of_one_name_get_two_files(program, tmp_path):
    facts = program.facts({"department": [{"id": "D1", "name": "局"}, {"id": "d1", "name": "局"}]}, period=2023)
    given = [LETTER, replace(LETTER, recipient="department/d1", subject="department/d1")]
    paths = write(program, tmp_path / "letters", *given, facts=facts)
    assert len({path.name.casefold() for path in paths}) == 2
