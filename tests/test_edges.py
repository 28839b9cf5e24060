"""What lies at the edge of each part, by hand: documents that are refused for one thing, and values that hardly ever come."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

import perfrules
from made import FACTS, load, policy, rule, run, states
from perfrules.core.exact_json import Unread, read_json
from perfrules.core.files import written_whole
from perfrules.core.problem import PROBLEMS_SHOWN_MAX, Findings, Problem, Refused, did_you_mean, render, render_all
from perfrules.core.sequence import Lazy
from perfrules.core.span import Text
from perfrules.core.values import EXPONENT_MAX, Unfit, as_given, read_value, said
from perfrules.core.vocabulary import Fact
from perfrules.language import calendar, nodes, rows
from perfrules.language.subject import Range, Reason, Subject, Unknown
from perfrules.language.truth import arithmetic
from perfrules.language.write import write_literal
from perfrules.pipeline.claims import in_order
from perfrules.pipeline.document import read_text
from perfrules.pipeline.tipping import turning
from perfrules.pipeline.wording import stored_value

WHY = Unknown(frozenset({Reason("missing", "department/A", 2023, "w")}))

CONDITIONS = [
    ("abs(a, b) > 0元", "PR407"), ("min(a) > 0元", "PR407"), ("count(f, a) > 1", "PR406"), ("min(f, f)", "PR402 PR412"), ("size in {w}", "PR302 PR403"), ("w in {w}", "PR302"),
    ("w = (f and f)", "PR403"), ("w = size", "PR403"), ("a / b - b / a = a / b", "PR415"), ("date(w / 2, 1, 1) = 2020-01-01", "PR418"), ("date(max(w, 1/2), 1, 1) = 2020-01-01", "PR418"),
    ("date(a, 1, 1) = 2020-01-01", "PR418"), ("date(p, 1, 1) = 2020-01-01", "PR418"), ("w低于5", "PR317"), ("w > 5\u0663", "PR309"), ("a >", "PR301"), ("date(over_years, 1, 1) = 2020-01-01", "PR418"),
    (f"count({', '.join(['f'] * 21)}) > 1", "PR407"), ("clamp(a, 0) > 0元", "PR407"), ("sum(yearly over years) > 3元", "PR427"), ("w * w * w * w * w > 3", "PR415"), ("date(average(w over projects), 1, 1) = 2020-01-01", "PR418"),
]  # fmt: skip
TAIL = "parameters: {p: 5.5}\nnames:\n  yearly: sum(a over years)\n  over_years: w / 3\n"


@pytest.mark.parametrize(("when", "codes"), CONDITIONS)
def test_conditions_that_are_refused(tmp_path, when, codes):
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(rule("x", when, "suspend"), tail=TAIL))
    assert " ".join(p.code for p in refused.value.problems) == codes


@pytest.mark.parametrize(
    "day",
    ["date(2000, w, 1)", "2000-01-01 + w * 1 days", "date(-w, (w + 1) otherwise 2, if f then w else 1)", "date(round(w, 1), min(w, 2), abs(w))", "date(period, p, sum(w over projects))",
     "date(if f then 2000 else 2001, -(1 - 2), (1 + 1) otherwise 2)", "date(period, 1, count(over projects))", "date(period, named, 1)", "date(last(w over projects in order of w), 1, department_w)"],
)  # fmt: skip
def test_numbers_that_can_only_be_whole_make_dates(tmp_path, day):
    tail = "parameters: {p: 5}\nnames:\n  named: w + p\n  department_w: max(w over projects)\n"
    assert load(tmp_path, policy(rule("x", f"{day} > 2020-01-01", "suspend"), tail=tail))


@pytest.mark.parametrize("engine", ["record", "columnar", "sql"])
@pytest.mark.parametrize("made", [f"n73 - {' - '.join(['1元'] * 97)} > 0元", f"{' + '.join(['a'] * 98)} > 0元", " or ".join(["a > 1元"] * 400)])
def test_what_is_as_long_as_it_may_be_is_run_and_explained(tmp_path, made, engine):
    """A hundred operations in an expression, a hundred and fifty with those of the names that it uses."""
    names = "".join(f"  n{n}: n{n - 1} + 1元\n" for n in range(1, 74))
    program = load(tmp_path, policy(rule("x", made, "suspend"), tail=f"names:\n  n0: a\n{names}"))
    outcome = program.run(program.facts({"department": [{"id": "A", "a": 25}]}, period=2023), engine=engine)
    assert [ruling.verdict for ruling in outcome.rulings] == ["holds"]
    assert "made/x" in outcome.explain("department/A").text()


POT = "pools:\n  pot: {{leftover: carried-over{}}}\n"
PAY = rule("p", "f", "{deduct: {from: own, amount: a, into: pot}}")
TAKE = rule("p", "f", "{deduct: {from: funds, amount: a}}")


def share(by: str) -> str:
    return rule("x", "f", f"{{reward: {{to: funds, out_of: pot, by: {by}}}}}")


def take(amount: str, more: str = "") -> str:
    return rule("x", "f", f"{{deduct: {{from: own, amount: {amount}{more}}}}}")


POLICIES = [  # rules, what follows them, and the codes
    ("  - rule: x\n    when: f\n    unless: f +\n    then: suspend\n    because: x\n", "", "PR301"),
    ("  - rule: x\n    when: f\n    then: suspend\n    because: ' '\n", "", "PR203"),
    ("  - rule: x\n    when: f\n    then: []\n    because: x\n", "", "PR203"),
    (take("a", ", rounded: {to: 'x +'}"), "", "PR239 PR301"),
    (take("a * w * w * w * w * w"), "", "PR415"),
    (take("sum(z over years)"), "names:\n  z: sum(a over years)\n", "PR427"),
    (rule("x", "f", "{deduct: {from: funds, in_year: +1, amount: z}}"), "names:\n  y: funds + 1元\n  z: y * 2\n", "PR417"),
    ("  - {rule: x, when: f, then: {deduct: {from: own, amount:5元}}, because: x}\n", "", "PR204"),
    ("  - {rule: x, when: f, then: {deduct: {from: own, 'amount:5元': x}}, because: x}\n", "", "PR202"),
    ("  - {rule: x, when: f, then: {deduct: {from: own, 'amount：5元': x}}, because: x}\n", "", "PR117"),
    (rule("x", "f", "suspend"), "parameters: a：5\n", "PR117"),
    (rule("x", "f", "suspend"), "scope: w * w * w * w * w > 3\n", "PR415"),
    (rule("x", "f", "suspend"), "scope: sum(yearly over years) > 3元\nnames:\n  yearly: sum(a over years)\n", "PR427"),
    (rule("x", "f", "suspend"), 'title: "\\q"\n', "PR115"),
    (rule("x", "w > p", "suspend"), "parameters:\n  p: {value: 85, overridable: {between: [5 +, 90]}}\n", "PR316"),
    (rule("x", "f", "suspend"), "scorecards:\n  q:\n    items:\n      one: {weight: 'x +', score: w, between: [0, 1]}\n", "PR301"),
    (share("a / b"), POT.format(""), "PR416"),
    (share("w * w * w * w * w"), POT.format(""), "PR415"),
    (PAY, POT.format(", rounded: 'a +'"), "PR239 PR301"),
    (PAY, POT.format(", base: 'x +'"), "PR301"),
    (PAY, POT.format(", base: -5元"), "PR272"),
    (PAY, POT.format(", per: 'x +'"), "PR301"),
    (TAKE, "limits:\n  - {on: funds, at_most: a * w * w * w * w * w, because: x}\n", "PR415"),
    (TAKE, "limits:\n  - {on: ship.funds, at_most: a, because: x}\n", "PR438"),
    (TAKE, "must:\n  - {that: closing(budget) > 0, because: x}\n", "PR217"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "tail", "codes"), POLICIES)
def test_policies_that_are_refused(tmp_path, rules, tail, codes):
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(rules, tail=tail))
    assert " ".join(p.code for p in refused.value.problems) == codes


def test_a_policy_about_nothing_that_is_known_says_only_that(tmp_path):
    for tail in ("must:\n  - {that: closing(bureau.reserve) > 0, because: x}\n", "limits:\n  - {on: bureau.reserve, at_most: a, because: x}\n"):
        with pytest.raises(perfrules.Refused) as refused:
            load(tmp_path, policy(TAKE, "ship", tail=tail))
        assert [p.code for p in refused.value.problems] == ["PR616"]


CALENDAR = ("extends: budget\n", "extends: budget\ncalendar: {}\n")
YEAR = "from: 2027-01-01, to: 2027-12-31"
VOCABULARIES = [  # what is replaced, by what, and the codes
    (CALENDAR[0], CALENDAR[1].replace("{}", "{from: x, to: 2027-12-31}"), "PR209"),
    (CALENDAR[0], CALENDAR[1].replace("{}", f"{{{YEAR}, holidays: [2027-13-01]}}"), "PR209"),
    ("w: {is: count}, size", "w: {is: count}, period: {is: count}, size", "PR205"),
    ("w: {is: count}, size", "编号: {is: count}, size", "PR205"),
    ("w: {is: count}, size", "w: {is: count, title: 年度}, size", "PR205"),
    ("w: {is: count}, size", "w: {is: count, between: [1]}, size", "PR227"),
    ("  department:\n", "  department:\n    many: years\n", "PR205"),
]


@pytest.mark.parametrize(("old", "new", "codes"), VOCABULARIES)
def test_vocabularies_that_are_refused(tmp_path, old, new, codes):
    assert FACTS.count(old) >= 1
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(rule("x", "f", "suspend")), facts=FACTS.replace(old, new, 1))
    assert " ".join(p.code for p in refused.value.problems) == codes


def test_a_base_needs_an_account_that_pays_it(tmp_path):
    facts = FACTS.replace("extends: budget\n", "actions: {levy: {effect: take, counter_account: saved}}\naccounts: {saved: }\n")
    levy = rule("p", "f", "{levy: {from: own, amount: a, into: pot}}")
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(levy, tail="pools:\n  pot: {leftover: saved, base: 5元}\n"), facts=facts)
    assert [(p.code, p.values["name"]) for p in refused.value.problems] == [("PR218", "treasury")]


def test_a_number_is_no_text(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR403"):
        load(tmp_path, policy(rule("x", "w = t", "suspend")), facts=FACTS.replace("w: {is: count}, size", "w: {is: count}, t: {is: text}, size"))


def test_a_name_that_is_called_like_a_word_of_a_choice_is_said_to_hide_it(tmp_path):
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(rule("x", "size = small", "suspend"), tail="parameters: {small: 85%}\n"))
    [problem] = refused.value.problems
    assert (problem.code, problem.help) == ("PR403", "`small` is a name here, and not the word of the choice; call the name otherwise")


def test_an_amount_is_decided_in_the_currency_of_the_vocabulary(tmp_path):
    suggest = rule("suggest", "c > 0", "{recommend: {action: cut_next, from: plan, at_least: 30% * c, at_most: d}}")
    decided = "decisions: x\nby: x\non: 2022-12-01\ndecided:\n  - {subject: project/P, period: 2023, rule: made/suggest, amount: EUR 5, because: x}\n"
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(suggest, "project"), decisions=decided)
    assert [(p.code, p.values["written"], p.values["meant"]) for p in refused.value.problems] == [("PR441", "5 EUR", "5元")]


def test_rules_that_go_over_each_other_along_two_ways_are_no_circle(tmp_path):
    rules = rule("a", "f", "suspend", "    over: [b, c]\n") + rule("b", "f", "cancel", "    over: d\n") + rule("c", "f", "halt", "    over: d\n") + rule("d", "f", "exclude")
    tail = "actions:\n  halt: {effect: status}\n"
    outcome = run(load(tmp_path, policy(rules, tail=tail)), department=[{"id": "A", "f": True}])
    assert set(states(outcome).values()) == {"posted", "set-aside"}
    assert states(outcome)["department/A a suspend"] == "posted"


def test_who_has_a_weight_over_zero_shares_nothing(tmp_path):
    """Nothing is known of what is divided by zero: the pool waits."""
    tail = "parameters: {p: 0}\n" + POT.format(", base: 10元")
    outcome = run(load(tmp_path, policy(share("w / p"), tail=tail)), department=[{"id": "A", "f": True, "w": 1}])
    assert not outcome.entries
    assert [p.settled for p in outcome.pools] == [False]


def test_a_mode_alone_rounds_to_the_minor_unit(tmp_path):
    outcome = run(load(tmp_path, policy(take("a / 3", ", rounded: {mode: ceil}"))), department=[{"id": "A", "a": 1, "f": True}])
    assert [str(e.amount) for e in outcome.entries] == ["0.34"]


def test_what_belongs_to_nobody_that_is_known_says_so(tmp_path):
    """The department was not given: its names, its facts and whether it is in scope are not known."""
    tail = "names:\n  department.rate: a / b\nscope: department.rate < 50%\n"
    when = "department.rate < 85% and count(over projects per department) > 0 and period > 2000 and as_of > 2000-01-01"
    outcome = run(load(tmp_path, policy(rule("x", when, "suspend"), "project", tail=tail)), project=[{"id": "P", "department": "D"}])
    assert [r.verdict for r in outcome.rulings] == ["undecided"]
    said = outcome.explain("project/P").text()
    assert "department.rate = a / b = unknown" in said


def test_of_whom_it_is_not_known_to_whom_he_belongs_nothing_above_is_known(tmp_path):
    tail = "names:\n  department.rate: a / b\n"
    outcome = run(load(tmp_path, policy(rule("x", "department.rate < 1", "suspend"), "project", tail=tail)), project=[{"id": "P"}])
    [ruling] = outcome.rulings
    assert (ruling.verdict, [(n.why, n.subject, n.about) for n in ruling.needs]) == ("undecided", [("missing", "project/P", "department.rate")])
    assert "needs project/P.department.rate" in outcome.explain("project/P").text()


def test_a_row_that_is_not_there_has_no_other(tmp_path):
    history = FACTS + "  review: {belongs_to: project, in_order_of: round, facts: {round: {is: count}}}\n"
    program = load(tmp_path, policy(rule("x", "prior(round) > 1", "suspend"), "review"), facts=history)
    facts = program.facts({"review": [{"id": i, "project": "P", "round": n} for n, i in enumerate("AB")]}, period=2023)
    seen = Subject(facts, program.compiled.judged[0].scope, "B", 2023, 0)
    assert seen.other(-1).id == "A"
    assert replace(seen, id="C").other(-1) is None


def test_where_the_greatest_counts_the_others_say_on_whose_account(tmp_path):
    """Of another year, or of another account, nobody is named."""
    rules = "".join(rule(name, f"{a} > 0", f"{{deduct: {{from: {account}, amount: {a}{more}}}}}")
                    for name, a, account, more in (("one", "a", "best", ""), ("two", "b", "best", ""), ("three", "b", "own", ""), ("four", "b", "best", ", in_year: +1")))  # fmt: skip
    outcome = run(load(tmp_path, policy(rules)), department=[{"id": "A", "a": 1, "b": 2}])
    assert states(outcome)["department/A one deduct"] == "set-aside"
    said = outcome.explain("department/A").text().partition("made/three")[0]
    assert "on account of made/two\n" in said
    assert "on account of made/one" not in outcome.explain("department/A").text()


def test_labels_in_conflict_name_those_about_the_same_matter(tmp_path):
    labels = (("one", "grade", "good"), ("two", "grade", "bad"), ("three", "flag", "red"), ("four", "flag", "green"))
    rules = "".join(rule(name, "f", f"{{{label}: {{as: {word}}}}}") for name, label, word in labels)
    outcome = run(load(tmp_path, policy(rules)), department=[{"id": "A", "f": True}])
    said = outcome.explain("department/A").text()
    for other in ("one", "two", "three", "four"):
        assert said.count(f"on account of made/{other}\n") == 1


def test_a_running_sum_in_words(tmp_path):
    program = load(tmp_path, policy(rule("x", "running_sum(c over projects in order of w) > 5元", "suspend"), "project"))
    assert "running sum " in program.plan_text()


def test_what_is_out_of_scope_says_so(tmp_path):
    outcome = run(load(tmp_path, policy(rule("x", "count(f, w > 1) = 2", "suspend"), tail="scope: w > 3\n")), department=[{"id": "A", "w": 3, "f": True}, {"id": "B", "w": 4, "f": True}])
    assert [(r.subject, r.verdict) for r in outcome.rulings] == [("department/B", "holds")]
    assert "w > 1" in outcome.explain("department/B").text()
    assert "outside the scope: w > 3" in outcome.explain("department/A").text()


# values


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "it is not UTF-8"),
        (b"[1]", "it is no mapping"),
        (b'{"a": 1, "a": 2}', "`a` stands twice in one mapping"),
        (b"{", "it is no JSON from column 2 on"),
        (b'{\n"a" 1}', "it is no JSON from line 2, column 5 on"),
        (b'{"a": NaN}', "`NaN` and `Infinity` are no numbers"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "a number in it has too many digits, or is beyond all sizes"),
    ],
)
def test_what_is_no_mapping_is_not_read(tmp_path, content, reason):
    path = tmp_path / "made.json"
    path.write_bytes(content)
    with pytest.raises(Unread) as unread:
        read_json(path)
    assert unread.value.reason.en == reason


def test_nothing_is_written_where_there_is_no_folder(tmp_path):
    with pytest.raises(Refused) as refused, written_whole(tmp_path / "none" / "made.txt"):
        pass
    assert [p.code for p in refused.value.problems] == ["PR742"]
    assert not list(tmp_path.iterdir())


def test_of_a_value_that_is_very_long_its_beginning_and_end_are_shown():
    long = "a" + "b" * 5_000 + "c"
    problem = Problem("PR748", where=f"events.jsonl:1, {long}", values={"id": long, "hint": did_you_mean(long[1:], [long])})
    assert len(problem.message) < 300 > len(problem.values["hint"].en)
    assert re.search("`ab+…b+c`$", problem.message)
    assert max(map(len, render(problem).splitlines())) < 300
    assert problem.place.endswith(long)


def test_a_hundred_problems_are_shown():
    problems = [Problem("PR203", where=f"line {n}", values={"key": "x", "chinese": "x"}) for n in range(PROBLEMS_SHOWN_MAX + 1)]
    assert render_all(problems).splitlines()[-1].strip().endswith("and 1 more problems")
    assert "1 more" not in render_all(problems[:-1])


def test_members_that_are_made_are_equal_to_sequences_only():
    made = Lazy([1, 2], str)
    assert made == ["1", "2"]
    assert made != 5
    assert made.__eq__(5) is NotImplemented


def test_where_the_letters_of_a_folded_text_stand():
    tree = read_text('{a: "one\ntwo"}', "made.yaml", Findings())
    [text] = tree.values()
    assert text == "one two"
    assert [text.at(n, n + 1).start for n in (2, 3, 4)] == [7, 8, 9]


def test_no_number_has_more_digits_than_are_computed():
    fact = Fact("n", "number", 2)
    with pytest.raises(Unfit) as unfit:
        read_value(fact, Decimal("1" * (EXPONENT_MAX + 1)))
    assert unfit.value.code == "PR615"


@pytest.mark.parametrize(
    ("fact", "value", "stored", "written"),
    [
        (Fact("t", "text"), "x7", "x7", "x7"), (Fact("f", "flag"), True, 1, "yes"), (Fact("f", "flag"), False, 0, "no"), (Fact("d", "date"), date(2023, 12, 31), 738885, "2023-12-31"),
        (Fact("c", "count"), 5, 5, "5"), (Fact("n", "number", 2), Decimal("1.25"), 125, "1.25"), (Fact("r", "ratio", 4), Decimal("0.85"), 8500, "85%"),
        (Fact("m", "money", 2, unit="万元"), Decimal("1.5"), 1_500_000, "15000元"), (Fact("m", "money", 2, unit="元", currency="EUR"), Decimal("1.50"), 150, "1.5 EUR"), (Fact("n", "number", 0), None, None, "?"),
    ],
)  # fmt: skip
def test_what_is_stored_is_given_back_and_written(fact, value, stored, written):
    assert read_value(fact, value) == stored
    assert (as_given(fact, stored), said(fact, stored)) == (value, written)


def test_a_value_of_an_author_has_the_kind_and_currency_of_its_fact():
    findings = Findings()
    assert stored_value(Fact("m", "money", 2), Text.of("EUR 5"), findings) is None
    assert stored_value(Fact("d", "date"), Text.of("5"), findings) is None
    assert [p.code for p in findings.problems] == ["PR441", "PR614"]


# the reference


def test_days_that_are_none():
    assert calendar.compute("year", [0]) is None
    assert calendar.compute("add_months", [738885, 2]) == date(2024, 2, 29).toordinal()
    assert calendar.compute("days", [1, 0]) is None


@pytest.mark.parametrize(("when", "now", "turned"), [("w * w > 50", 3, 7), ("w * w > 49", 30, 7), ("w * w > 49", 7, 7), ("w * w > 0 - 1", 3, None), ("w / (w - w) > 1", 3, None)])
def test_where_a_comparison_turns_that_is_not_linear(tmp_path, when, now, turned):
    program = load(tmp_path, policy(rule("x", when, "suspend")))
    facts = program.facts({"department": [{"id": "A", "w": now}]}, period=2023)
    judged = program.compiled.judged[0]
    found = turning(judged.rule.when, Subject(facts, judged.scope, "A", 2023, 0), ("department", "A", 2023, "w"), Fraction(now), Fraction(1))
    assert found == turned


def test_what_is_divided_by_a_range_is_not_known():
    several = Range(Fraction(1), Fraction(2), WHY.reasons)
    assert arithmetic("/", Fraction(1), several) == WHY
    assert arithmetic("/", several, Fraction(2)) == Range(Fraction(1, 2), Fraction(1), WHY.reasons)


def test_a_streak_in_an_order_that_is_not_known_is_not_known(tmp_path):
    given = load(tmp_path, policy(rule("x", "f", "suspend"))).facts({"department": []}, period=2023)
    of = Subject(given, None, "A", 2023, 0)
    assert rows.streak([rows.Seen(of, True, True, WHY)], descending=False) == WHY
    assert rows.streak([rows.Seen(of, True, True)], descending=False) == 1


def test_a_constant_that_no_row_of_a_table_gives_is_unknown():
    assert write_literal(nodes.Literal("number", None, "")) == "unknown"


def test_rows_that_stand_in_another_order_are_read_by_id():
    assert list(in_order(["b", "a", "c"])) == [1, 0, 2]
    assert list(in_order(["a", "b"])) == [0, 1]


def test_what_is_named_far_above_is_unknown_where_nothing_is_known_to_be_there(tmp_path):
    tail = "names: {bureau.young: year(as_of) < 2030}\n"
    program = load(tmp_path, policy(rule("x", "bureau.young", "suspend"), subject="project", tail=tail))
    [ruling] = run(program, project=[{"id": "P", "department": None}]).rulings
    assert [(r.why, r.about) for r in ruling.needs] == [("missing", "bureau.young")]
    assert program.decide("project", {"id": "P"}, period=2023).verdicts == {ruling.rule: "undecided"}
