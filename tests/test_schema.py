"""The schema for editors: it accepts what `perfrules check` accepts, and refuses what does not have the form it must have.

Files are read here as an editor reads them, with numbers, yes and no as YAML 1.2 takes them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import perfrules
from generated import FACTS
from perfrules.core.codes import CODES
from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.districts.defaults import ACTIONS
from perfrules.language import words
from perfrules.pipeline import clauses, fitting, forms, lexicon, scales, scenarios, shapes, wording
from perfrules.pipeline.decisions import DecisionsForm
from perfrules.pipeline.document import Tree, read_file
from perfrules.readers import mapping
from perfrules.reports.keys import CLOSED, EVERYWHERE, KEYS
from perfrules.reports.schema import _Forms, keys_of, schema, spellings
from perfrules.testing.policies import texts
from specimen import files_of, problems_of
from test_docs import PAGES, blocks, put_into

HOME = Path(__file__).resolve().parent.parent
TESTS = HOME / "tests"
LANGUAGES = ("en", "zh")
HEAD = "policy: p\nfacts: town\nsubject: department\n"
RULE = HEAD + "rules:\n  - rule: r\n    when: x\n    then: suspend\n    because: b\n"
ALL_FORMS = [f for m in (shapes, forms, scales, clauses, scenarios) for f in vars(m).values() if isinstance(f, type) and issubclass(f, shapes.Form) and f is not shapes.Form]
FORMS = list(dict.fromkeys([*ALL_FORMS, DecisionsForm]))


class Core(yaml.SafeLoader):
    """YAML 1.2, as editors read it; the keys of mappings are text."""

    yaml_implicit_resolvers: ClassVar = {}

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise ValueError("an alias, which perfrules refuses, may be a bomb")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


Core.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), first)


@cache
def validators() -> dict[str, Draft7Validator]:
    made = {language: json.loads(schema(language, ACTIONS)) for language in LANGUAGES}
    for one in made.values():
        Draft7Validator.check_schema(one)
    return {language: Draft7Validator(one) for language, one in made.items()}


def refused(text: str) -> list[str]:
    """What the schema says of a document; each language's says it of the same places."""
    document = yaml.load(text, Core)
    said = {language: [e.json_path for e in validator.iter_errors(document)] for language, validator in validators().items()}
    assert bool(said["en"]) == bool(said["zh"])
    return said["en"]


def good_files() -> list[Path]:
    folders = ("policies", "examples", "src", "tests/town", "tests/mistakes/town", "tests/explanations", "benchmarks")
    return sorted({p for folder in folders for p in (HOME / folder).rglob("*.yaml")} | set(TESTS.glob("problems/*/cured/*.yaml")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_schema_of_draft_7(language):
    for text in (schema(language), schema(language, ACTIONS)):
        made = json.loads(text)
        Draft7Validator.check_schema(made)
        assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert set(re.findall(r'"\$ref": "#/definitions/(\w+)"', text)) == set(made["definitions"])
    assert schema(language) == schema(language)


@pytest.mark.parametrize("path", good_files(), ids=lambda p: str(p.relative_to(HOME)))
def test_it_accepts_every_good_file(path):
    assert refused(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(HOME)))
def test_it_accepts_every_file_of_the_documentation(page):
    files: dict[str, str] = {}
    for block in blocks(page):
        if block.language == "yaml":
            name = block.name.removeprefix("+")
            files[name] = put_into(files.get(name, "") if block.name.startswith("+") else "", block.text)
            assert refused(files[name]) == []


@given(st.one_of(texts(), texts(alone=True)))
def test_it_accepts_generated_policies(text):
    assert refused(text) == []
    assert refused(FACTS) == []


# values that YAML takes for something else than text

VALUES = ("85", "-0.5", "1e3", "0107", "2024-01-31", "12:30", "yes", "no", "true", "null", "~", "85%", "2.5万元", "'85'", "''")


@pytest.mark.parametrize("value", VALUES)
def test_text_may_look_like_anything(value):
    assert refused(HEAD + f"parameters:\n  a: {value}\n  b: {{value: {value}}}\n  c: [{{from: 2023-01-01, value: {value}}}]\n") == []
    assert refused(RULE.replace("when: x", f"when: {value}") + f"    over: [{value}]\nnames: {{a: {value}}}\n") == []
    assert refused(HEAD + f"tables: {{t: {{inputs: {value}, rows: [[{value}, {value}]]}}}}\n") == []
    given = f"examples:\n  - {{name: {value}, as_of: {value}, period: {value}, given: {{k: [{{id: {value}}}]}}, expect: {{1: {{x: {value}}}}}}}\n"
    assert refused(HEAD + given) == []


SHORT = {
    "one or several": ("subject: department", "subject: [department, project]"),
    "an action": ("then: suspend", "then: {suspend: }", "then: {suspend: {}}", "then: {deduct: {from: a, amount: 1元}}", "then: [suspend, {deduct: {amount: 1元}}]"),
    "a title": ("title: a", "title: {en: a}", "title: {英文: a, 中文: b}", "title: 5"),
    "a step": ("rounded: 1元", "rounded: {to: 1元, mode: floor}", "rounded: {方式: 向下}", "rounded: 1"),
    "nothing": ("hit: ", "hit: ''", "mode: "),
}


@pytest.mark.parametrize("written", SHORT["an action"])
def test_an_action_may_be_written_in_short(written):
    assert refused(RULE.replace("then: suspend", written)) == []


@pytest.mark.parametrize("written", [*SHORT["one or several"], *SHORT["a title"], *SHORT["a step"]])
def test_a_policy_may_be_written_in_short(written):
    key = written.partition(":")[0]
    assert refused("".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(key)) + written + "\n") == []


def test_a_vocabulary_may_be_written_in_short():
    calendar = "{from: 2024-01-01, to: 2024-12-31, holidays: 2024-10-01}"
    for one in (calendar, f"[{calendar}]", f"\n  - {calendar}"):
        assert refused(f"perfrules: 1\nfacts: f\nextends: budget\ncalendar: {one}\n") == []
    assert refused("格式版本: '1'\n事实: f\n类别: {部门: {账户: {经费: }, 事实: {a: {类型: 金额, 计量单位: 万元, 取整: }}}}\n") == []


def test_a_closed_word_may_be_left_out_after_its_key():
    for written in SHORT["nothing"][:2]:
        assert refused(HEAD + f"tables:\n  t:\n    inputs: a\n    rows: [[1, 2]]\n    {written}\n") == []


def test_which_document_it_is_is_said_by_any_of_its_keys():
    for key, kind in forms.DOCUMENTS.items():
        form = {"facts": forms.FactsForm, "policy": forms.PolicyForm, "decisions": DecisionsForm, "mapping": forms.MappingForm, "cases": scenarios.CasesForm}[kind]
        assert refused(f"{key}: x\nnote: y\n{key}s: z\n")
        needed = {k: "[]" if k == "decided" else "{}" if k == "tables" else "x" for k, n in keys_of(form).items() if form.model_fields[n].is_required()}
        assert refused(f"{key}: x\n" + "".join(f"{k}: {v}\n" for k, v in needed.items() if k != kind)) == []
    assert refused("facts: town\npolicy: p\nsubject: department\n") == []
    assert refused("perfrules: 1\ndecisions: d\nby: a\non: 2024-01-01\ndecided: []\n") == []
    assert refused("plicy: p\n")
    assert refused("")


# what does not have the form

WRONG = {
    "an unknown key": (RULE + "    wehn: y\n", "$.rules[0]"),
    "an unknown key of the document": (RULE + "rule: y\n", "$"),
    "an unknown key of an action": (RULE.replace("then: suspend", "then: {deduct: {frm: a}}"), "$.rules[0].then"),
    "a missing key": (RULE.replace("    because: b\n", ""), "$.rules[0]"),
    "a missing key in Chinese": ("政策: p\n事实: f\n", "$"),
    "a key in both languages": (RULE + "    条件: y\n", "$.rules[0]"),
    "a list for text": (RULE.replace("when: x", "when: [x, y]"), "$.rules[0].when"),
    "a mapping for text": (RULE.replace("because: b", "because: {a: b}"), "$.rules[0].because"),
    "text for a list": (HEAD + "rules: slow\n", "$.rules"),
    "a mapping for a list": (HEAD + "rules: {rule: slow}\n", "$.rules"),
    "a list for a mapping": (HEAD + "names: [a, b]\n", "$.names"),
    "another word": (HEAD + "tables: {t: {inputs: a, rows: [[1, 2]], hit: last}}\n", "$.tables.t.hit"),
    "another kind": ("facts: f\nkinds: {k: {facts: {a: {is: monney}}}}\n", "$.kinds.k.facts.a.is"),
    "true for yes": ("facts: f\nkinds: {k: {facts: {a: {is: flag, secret: true}}}}\n", "$.kinds.k.facts.a.secret"),
    "text for bounds": ("facts: f\nkinds: {k: {facts: {a: {is: count, between: 1 to 2}}}}\n", "$.kinds.k.facts.a.between"),
    "a key of another document": (RULE + "kinds: {}\n", "$"),
    "another version": ("perfrules: 2\n" + RULE, "$.perfrules"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_have_the_form_is_refused_at_its_place(case):
    text, place = WRONG[case]
    assert place in refused(text)


ABOUT_FORM = {"PR201", "PR202", "PR203", "PR204", "PR208", "PR267"}
OF_THE_READING = {"PR106", "PR110", "PR113", "PR114", "PR119", "PR123"}  # what is read otherwise is of another form, too
OF_THE_MEANING = {  # of the codes about form, but by what a text or a name means
    "bad/082-no-subject.yaml", "bad/143-limits.yaml", "bad/150-musts.yaml", "bad/155-approvals.yaml",
    "bad/156-recommendations.yaml", "bad/200-overlays-outside-the-bounds", "bad/212-cases-with-parameters-that-can-not-be-set",
    "bad/219-cases-in-a-table-without-rows", "mistakes/37-example-expects-reduced.yaml",
}  # fmt: skip
UNREADABLE = (yaml.YAMLError, ValueError, TypeError, RecursionError)  # what is no YAML is no matter of a schema


def refused_files(files: dict[str, bytes]) -> bool:
    found = False
    for name, content in files.items():
        if name.endswith(".yaml"):
            try:
                found |= bool(refused(content.decode("utf-8-sig")))
            except UNREADABLE:
                continue
    return found


def test_of_the_catalogue_it_refuses_what_is_about_form():
    found = {code for code in CODES if refused_files(files_of(TESTS / "problems" / code))}
    assert found == ABOUT_FORM | OF_THE_READING


SPECIMENS = sorted(
    p
    for folder in ("problems", "bad", "mistakes")
    for p in (TESTS / folder).iterdir()
    if p.name not in ("cured", "town") and any(name.endswith(".yaml") for name in ([p.name] if p.is_file() else [q.name for q in p.iterdir()]))
)


@pytest.mark.parametrize("path", SPECIMENS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_it_refuses_what_perfrules_refuses_for_its_form_and_no_more(path):
    files = files_of(path)
    found = problems_of(files, TESTS / "mistakes" / "town" if path.parent.name == "mistakes" else TESTS / "town")
    if refused_files(files):
        assert any(p.severity == "error" for p in found)
    else:
        assert (f"{path.parent.name}/{path.name}" in OF_THE_MEANING) == bool(ABOUT_FORM & {p.code for p in found})


# the forms and the catalogue of keys


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_every_key_is_there_in_both_languages_and_described(form):
    for language in LANGUAGES:
        made = json.loads(schema(language))["definitions"]
        assert form.__name__.removesuffix("Form") in made
        forms_of = _Forms(language, ())
        found = forms_of.closed(form)["properties"]
        assert set(found) == {spelt for key in keys_of(form) for spelt in spellings(form, key)}
        for key in ("", *keys_of(form)):
            said = next((KEYS[base][key] for base in form.__mro__ if key in KEYS.get(base, {})), EVERYWHERE.get(key))
            assert said is not None, (form, key)
            assert said.said(language) in forms_of.about(form, key)
            assert bool(re.search("[\u4e00-\u9fff]", said.zh)) or key == "code"
            assert not re.search("[\u4e00-\u9fff]", said.en)


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_a_mistake_is_placed_below_every_key_in_both_languages(form):
    for key in keys_of(form):
        for word in spellings(form, key):
            assert fitting._key(Tree({Text.of(word): Text.of("x")}), key) == word


def test_the_catalogue_has_no_key_that_no_form_has():
    assert {form for form, _ in CLOSED} | set(KEYS) <= set(FORMS)
    assert [(f, key) for f, said in KEYS.items() for key in said if key and key not in keys_of(f)] == []
    assert [(f, key) for f, key in CLOSED if key not in keys_of(f)] == []


def test_every_closed_list_of_words_that_is_read_is_known():
    sources = [*(HOME / "src/perfrules/pipeline").glob("*.py"), HOME / "src/perfrules/readers/mapping.py"]
    text = "\n".join(p.read_text(encoding="utf-8") for p in sources)
    read = re.findall(r"(?:word|one)_of\((?:form|one)\.(\w+), ([A-Z_]+)", text)
    assert len(read) >= 12
    for field, table in read:
        (listed,) = {id(t): t for t in (getattr(m, table, None) for m in (words, lexicon, wording, mapping)) if t}.values()
        assert any(key == field and known == listed for (_, key), known in CLOSED.items()), (field, table)
    for field, listed in (("across", words.ACROSS), ("again", words.YES_NO)):
        assert CLOSED[clauses.PoolForm, field] == listed


def test_a_new_key_of_a_form_appears_by_itself():
    class WiderForm(forms.RuleForm):
        words = forms.RuleForm.words | {"colour": "colour", "颜色": "colour"}
        colour: Text
        shades: list[Text] | None = None

    made = _Forms("en", ()).closed(WiderForm)
    assert {"colour", "颜色", "shades"} <= set(made["properties"])
    validator = Draft7Validator(made)
    rule = {"rule": "r", "when": "x", "then": "suspend", "because": "b"}
    assert [e.message for e in validator.iter_errors(rule)] == ["'colour' is a required property"]
    assert validator.is_valid(rule | {"颜色": 5, "shades": ["a"]})
    assert not validator.is_valid(rule | {"颜色": 5, "shades": "a"})


def test_the_actions_that_are_there_are_offered_and_others_accepted():
    for language, offered in (("en", {"deduct", "suspend", "recommend"}), ("zh", {"扣减", "暂停拨款", "建议"})):
        text = json.dumps(json.loads(schema(language, ACTIONS))["definitions"]["Rule"]["properties"]["then"], ensure_ascii=False)
        assert all(f'"{name}": {{' in text for name in offered)
    assert refused(RULE.replace("then: suspend", "then: {bulletin: {in_year: 1}}")) == []


def test_the_line_for_editors_is_a_comment(tmp_path):
    (tmp_path / "facts.yaml").write_bytes((TESTS / "town" / "facts.yaml").read_bytes())
    policy = tmp_path / "policy.yaml"
    policy.write_text("# yaml-language-server: $schema=policy.schema.json\n" + (TESTS / "town" / "policy.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    findings = Findings()
    assert read_file(policy, findings) is not None
    assert [p for p in perfrules.check(policy) if p.severity != "note"] == []
    assert not findings.errors
