"""A template workbook: what is written into it is read back; and facts as JSON, exactly."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import perfrules
from perfrules import authoring

HOME = Path(__file__).resolve().parent.parent
LUOJIANG = HOME / "policies" / "luojiang"


@pytest.fixture(scope="module")
def program() -> perfrules.Program:
    return perfrules.load(LUOJIANG, as_of="2023-12-31")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_filled_in_is_read_back(program, tmp_path, language):
    path = tmp_path / "facts.xlsx"
    authoring.write_template(LUOJIANG, path, language=language)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [k.title.said(language) for k in program.vocabulary.kinds.values()]
    filled = {"department": {"paid": 84.99, "established_this_year": "否"},
              "project": {"department": "D1", "state": "在建", "observed_on": date(2023, 8, 31), "attainment": 0.8499},
              "review": {"project": "D1", "round": 1, "congress_agrees": "是"}}  # fmt: skip
    for kind, values in filled.items():
        about = program.vocabulary.kinds[kind]
        sheet = book[about.title.said(language)]
        heads = [re.sub(r" ?[（(].+[）)]", "", c.value) for c in sheet[1]]  # without the unit
        names = [about.by_title.get(head, {"编号": "id", "年度": "period"}.get(head, head)) for head in heads]
        names = [program.vocabulary.kind_names.get(n, n) for n in names]
        assert names[:2] == ["id", "period"]
        assert set(about.columns) <= set(names)
        row = {"id": "D1", "period": 2023, **values}
        sheet.append([row.get(name) for name in names])
    book.save(path)
    facts = program.read_facts(path)
    assert facts.table("department", 2023).columns["paid"] == [8499]
    project = facts.table("project", 2023)
    assert (project.parents, project.columns["attainment"], project.columns["state"]) == (["D1"], [8499], ["在建"])
    assert project.columns["observed_on"] == [date(2023, 8, 31).toordinal()]
    assert facts.table("review", 2023).columns["congress_agrees"] == [1]


def test_the_template_says_what_each_column_is_and_offers_the_choices(tmp_path):
    authoring.write_template(LUOJIANG / "facts.yaml", tmp_path / "facts.xlsx", language="zh")
    sheet = openpyxl.load_workbook(tmp_path / "facts.xlsx")["项目"]
    heads = {c.value: c for c in sheet[1]}
    assert heads["目标完成率"].comment.text.strip().splitlines() == ["比率", "≥ 0%", "≤ 200%"]
    assert "金额 (元)" in heads["批复预算数（元）"].comment.text
    offered = {v.formula1 for v in sheet.data_validations.dataValidation}
    assert '"在建,已完工,不再实施"' in offered
    assert (tmp_path / "facts.xlsx").stat().st_size > 0


def json_of(folder: Path, text: str) -> Path:
    (folder / "facts.json").write_text(text, encoding="utf-8")
    return folder / "facts.json"


def test_json_is_read_exactly(program, tmp_path):
    facts = program.read_facts(json_of(tmp_path, '{"department": [{"id": "A", "period": 2023, "paid": 84.99, "当年新设": false},'
                                                 ' {"编号": 7, "年度": 2023, "支出数": 90071992547409.91}]}'))  # fmt: skip
    table = facts.table("department", 2023)
    assert (table.ids, table.columns["paid"]) == (["7", "A"], [9007199254740991, 8499])
    assert table.columns["established_this_year"] == [None, 0]


@pytest.mark.parametrize(("text", "code"), [
    ("", "PR632"), ("[]", "PR632"), ('{"department": {}}', "PR628"), ('{"departmnt": []}', "PR616"),
    ('{"department": [], "department": []}', "PR632"), ('{"department": [{"id": "A", "paid": NaN}]}', "PR632"),
    ('{"department": [{"id": "A", "period": 2023, "paid": 1e-3}]}', "PR604"),
    ('{"department": [{"id": "A", "period": 2023, "paid": [1]}]}', "PR602"), ("[" * 100_000, "PR632"),
    ('{"department": [{"id": "A", "paid": ' + "9" * 10_000 + "}]}", "PR632"), ('{"department": [7]}', "PR628"),
])  # fmt: skip
def test_json_that_is_wrong_is_refused(program, tmp_path, text, code):
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(json_of(tmp_path, text))
    assert [p.code for p in refused.value.problems] == [code]


def test_a_folder_is_read_without_what_editors_leave(program, tmp_path):
    (tmp_path / "department.csv").write_text("id,period\nA,2023\n", encoding="utf-8")
    for name in ("~$facts.xlsx", ".department.csv", "run.json"):
        (tmp_path / name).write_bytes(b"no table")
    assert program.read_facts(tmp_path).table("department", 2023).ids == ["A"]
