"""What `check` finds before any facts are known: rules that never or always hold, claims that exclude each other,
parameters, facts and widths; each finding is proved, and shown with a case in point."""

from __future__ import annotations

import gc
import os
import time
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from perfrules.analysis.regions import EVERYTHING, Axis, compared, meet, unite, without
from perfrules.core.codes import CODES
from perfrules.core.problem import render_all

TESTS = Path(__file__).resolve().parent
OURS = sorted(c for c in CODES if "PR251" <= c <= "PR269" or "PR510" <= c <= "PR527")


def check_in(folder: Path, files: dict[str, str], *named: str) -> tuple[perfrules.Problem, ...]:
    """What is found in files; the vocabulary of the town lies beside them."""
    (folder / "facts.yaml").write_bytes((TESTS / "town" / "facts.yaml").read_bytes())
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return perfrules.check([folder / n for n in named or sorted(files)])


def specimen(code: str, *inner: str) -> dict[str, str]:
    folder = (TESTS / "problems" / code).joinpath(*inner)
    return {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir() if p.is_file()}


def policy(*rules: str, head: str = "", name: str = "made") -> str:
    return f"policy: {name}\nfacts: town\nsubject: department\n{head}rules:\n{''.join(rules)}"


def rule(name: str, when: str, then: str = "suspend", more: str = "") -> str:
    return f"  - rule: {name}\n    when: {when}\n{more}    then: {then}\n    because: made\n"


def said(problems) -> list[tuple[str, str]]:
    return [(p.code, p.said("en")) for p in problems]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_whole_text_of_every_finding(language, tmp_path):
    """The specimens of `tests/problems`. PERFRULES_REWRITE=1 writes the expected text anew."""
    texts = []
    for code in OURS:
        folder = tmp_path / code
        folder.mkdir()
        problems = check_in(folder, specimen(code))
        assert code in {p.code for p in problems}
        texts.append(render_all(problems, language).replace(f"{folder}/", "") + "\n")
    expected = TESTS / f"findings.{language}.txt"
    whole = "\n".join(texts)
    if os.environ.get("PERFRULES_REWRITE"):
        expected.write_text(whole, encoding="utf-8")
    assert whole == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", OURS)
def test_the_cure_cures(code, tmp_path):
    assert check_in(tmp_path, {**specimen(code), **specimen(code, "cured")}) == ()


# rules that never or always hold


@pytest.mark.parametrize(
    "never",
    [
        "rate < 85% and rate > 96%", "rate < 0%", "rate > 150%", "score > 100", "not (score >= 0)", "score > 89.9 and score < 90",
        "staff > 1 and staff < 2", "state = open and state = closed", "state != open and state != closed", "audited and not audited",
        "audited = yes and audited = no", "founded < 2023-01-01 and founded >= 2023-06-01", "2 * score + 10 < 10", "10 - score > 10",
        "paid / budget < low and paid / budget > 90%", "execution < low and paid / budget > 90%", "low < execution and execution < 80%",
        "score in {10, 20} and score in {30}", 'code = "1" and code = "2"', "(score < 5 or score > 9) and score = 7",
        "paid < budget and budget < paid", "budget < 0元", "count(over projects) < 0", "min(score, 5) > 5", "round(paid, 2元) = 3元",
        "budget / max(budget, 1元) < 0%", "good and score < 50", "abs(paid) < 0元", "if audited then score > 100 else score < 0",
        "staff is known and staff is not known", "period < 1",
    ],
)  # fmt: skip
def test_a_rule_that_can_never_hold_is_found(never, tmp_path):
    head = "parameters:\n  low: 85%\nnames:\n  execution: paid / budget\n  good: score > 80\n"
    used = "execution < low and good"
    problems = check_in(tmp_path, {"p.yaml": policy(rule("never", f"'{never}'"), rule("other", used), head=head)})
    assert [p.code for p in problems] == ["PR510"]
    opposite = check_in(tmp_path, {"p.yaml": policy(rule("always", f"'not ({never})'"), rule("other", used), head=head)})
    assert [p.code for p in opposite] == ["PR511"]


@pytest.mark.parametrize(
    "open_one",
    [
        "rate < 85% or rate > 96%", "rate = 0%", "score = 100", "score > 89 and score < 90", "paid / budget < 0%", "paid < budget and paid >= 0元",
        "score < staff and staff < score + 1", "audited or state = open", "count(over projects) = 0", "execution > 96% and paid < 1元",
        "(paid otherwise 0元) = 0元", "round(paid, 2元) = 4元", "max(score, 5) = 5", "not (founded < 2023-01-01)",
    ],
)  # fmt: skip
def test_a_rule_that_may_hold_or_not_is_not_spoken_of(open_one, tmp_path):
    head = "names:\n  execution: paid / budget\n"
    assert check_in(tmp_path, {"p.yaml": policy(rule("open", f"'{open_one}'"), head=head)}) == ()


def test_a_rule_that_is_meant_always_is_not_spoken_of(tmp_path):
    assert check_in(tmp_path, {"p.yaml": policy(rule("all", "yes"))}) == ()


def test_the_scope_counts_and_what_excludes_it_is_named(tmp_path):
    problems = check_in(tmp_path, {"p.yaml": policy(rule("low", "audited and score < 50"), head="scope: score >= 60\n")})
    assert said(problems) == [("PR510", "the rule `made/low` can never hold: no value passes `score < 50` and `score >= 60`")]


def test_a_rule_that_holds_on_some_days_only_is_not_spoken_of(tmp_path):
    head = "parameters:\n  line:\n    - {from: 2023-01-01, to: 2023-12-31, value: 101}\n    - {from: 2024-01-01, value: %s}\n"
    text = policy(rule("high", "score >= line"), head=head)
    assert check_in(tmp_path, {"p.yaml": text % "90"}) == ()
    assert [p.code for p in check_in(tmp_path, {"p.yaml": text % "102"})] == ["PR510"]


def leaf():
    numbers = st.integers(-1, 11).map(str)
    return st.one_of(
        st.tuples(st.sampled_from(["n", "k", "2 * n", "n + 1", "3 - k", "-n"]), st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), numbers).map(" ".join),
        st.sampled_from(["g = low", "g != high", "h > 1", "2 * h = 4", "s", "not s", "f", "c = red", "c != green", "c in {red, blue}", "k in {0, 2}", "f = no", "5 < n", "q"]),
    )


CONDITIONS = st.recursive(
    leaf(),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} and {p[1]})"), st.tuples(inner, inner).map(lambda p: f"({p[0]} or {p[1]})"),
        inner.map(lambda p: f"not ({p})"), st.tuples(inner, inner, inner).map(lambda p: f"(if {p[0]} then {p[1]} else {p[2]})"),
    ),
    max_leaves=5,
)  # fmt: skip
GRID_FACTS = """facts: town
extends: budget
kinds:
  department:
    facts:
      n: {is: number, places: 0, between: [0, 10]}
      k: {is: count, between: [0, 3]}
      f: {is: flag}
      c: {is: choice, of: [red, green, blue]}
    accounts: {x: {}, y: {together: sum}}
"""
GRID = [
    {"id": f"{n}-{k}-{f}-{c}", "n": n, "k": k, "f": f, "c": c, "x": 100}
    for n, k, f, c in product(range(11), range(4), ("yes", "no"), ("red", "green", "blue"))
]


TABLES = """names:
  q: n >= 5 and f
tables:
  g:
    inputs: [n]
    rows:
      - [below 3, low]
      - [4 to below 8 or 10, high]
      - [8, '"no one"']
  more:
    inputs: [g, k]
    outputs: [h, s]
    hit: first
    rows:
      - [low, at least 2, 1, yes]
      - [any, below 2, 2, no]
      - [high or low, any, 3, yes]
"""


@given(CONDITIONS, CONDITIONS)
def test_findings_are_those_of_brute_force(tmp_path_factory, one, other):
    """Every combination of values is judged: a rule that holds for none or for all is found, as are two that claim
    at once, with a case in which they do; and nothing else is."""
    folder = tmp_path_factory.mktemp("grid")
    take = "{deduct: {from: x, amount: 1元}}"
    text = policy(rule("one", f"'{one}'", take), rule("other", f"'{other}'", take), head=TABLES)
    (folder / "facts.yaml").write_text(GRID_FACTS, encoding="utf-8")
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    problems = [p for p in perfrules.check(folder / "p.yaml") if p.code != "PR257"]
    program = perfrules.load(folder / "p.yaml", as_of="2024-01-31")
    outcome = program.run(program.facts({"department": GRID}, period=2023))
    held: dict[str, set[str]] = {"one": set(), "other": set()}
    failed: dict[str, set[str]] = {"one": set(), "other": set()}
    for ruling in outcome.rulings:
        if ruling.verdict != "undecided":
            (held if ruling.verdict == "holds" else failed)[ruling.rule.removeprefix("made/")].add(ruling.subject)
    for name, subjects in held.items():
        found = {p.code for p in problems if p.values.get("rule") == f"made/{name}"}
        assert found == ({"PR510"} if not subjects else {"PR511"} if not failed[name] else set()), (one, other)
    rivals = [p for p in problems if p.code == "PR512"]
    both = held["one"] & held["other"]
    event(f"both hold: {bool(both)}")
    assert bool(rivals) == bool(both)
    for problem in rivals:
        witness = str(problem.values["witness"])
        values = {} if witness == "anything is the case" else dict(part.split(" = ") for part in witness.split(", "))
        row = next(r for r in GRID if all(str(r[k]) == v for k, v in values.items()))
        assert f"department/{row['id']}" in both


# claims that exclude each other

TAKE = "{deduct: {from: travel_funds, amount: 1元}}"


def rivals(tmp_path, *rules: str, **files: str) -> list[str]:
    found = check_in(tmp_path, {"p.yaml": policy(*rules), **{f"{n}.yaml": t for n, t in files.items()}})
    assert {p.code for p in found} <= {"PR512"}
    return [str(p.values["witness"]) for p in found]


def test_two_claims_on_one_side_of_one_account_are_found_with_a_case(tmp_path):
    assert rivals(tmp_path, rule("a", "rate < 85%", TAKE), rule("b", "rate < 90%", TAKE)) == ["rate = 84%"]
    assert rivals(tmp_path, rule("a", "rate > 96%", TAKE), rule("b", "rate > 90%", TAKE)) == ["rate = 97%"]
    assert rivals(tmp_path, rule("a", "rate < 85%", TAKE), rule("b", "state = closed and audited", TAKE)) == ["audited = yes, rate = 84%, state = closed"]
    assert rivals(tmp_path, rule("a", "yes", TAKE), rule("b", "yes", TAKE)) == ["anything is the case"]


def test_what_keeps_two_claims_apart_is_seen(tmp_path):
    give = "{reward: {to: travel_funds, amount: 1元}}"
    later = "{deduct: {from: travel_funds, in_year: +1, amount: 1元}}"
    added = "{deduct: {from: operating_funds, amount: 1元}}"
    a = rule("a", "rate < 85%", TAKE)
    assert rivals(tmp_path, a, rule("b", "rate >= 85%", TAKE)) == []
    for then in (give, later, added, "{deduct: {from: bonus, amount: 1元}}", "remind"):
        assert rivals(tmp_path, a, rule("b", "rate < 90%", then)) == [], then
    assert rivals(tmp_path, a, rule("b", "rate < 90%", TAKE, "    over: a\n")) == []
    assert rivals(tmp_path, rule("a", "rate < 85%", f"[exclude, {TAKE}]"), rule("b", "rate < 90%", TAKE)) == []


def test_rules_of_two_policies_meet_where_both_are_in_force(tmp_path):
    a, b = rule("a", "execution < 85%", TAKE), rule("b", "execution < 85%", TAKE)
    same, other = "names:\n  execution: paid / budget\n", "names:\n  execution: owed / budget\n"
    one = policy(a, head=same, name="one")
    for head, witness in ((same, "execution = 84%"), (other, "execution = 84%, execution = 84%")):
        (found,) = check_in(tmp_path, {"one.yaml": one, "two.yaml": policy(b, head=head, name="two")})
        assert (found.code, str(found.values["witness"])) == ("PR512", witness)
    apart = [policy(a, head=f"in_force: {{to: 2023-12-31}}\n{same}", name="one"), policy(b, head=f"in_force: {{from: 2024-01-01}}\n{same}", name="two")]
    assert check_in(tmp_path, dict(zip(("one.yaml", "two.yaml"), apart, strict=True))) == ()


def test_a_formula_of_one_policy_is_not_that_of_another(tmp_path):
    texts = {
        f"{name}.yaml": policy(rule("r", when, TAKE), head=f"parameters: {{f: {f}}}\nnames:\n  execution: paid / (budget * f)\n", name=name)
        for name, when, f in (("one", "execution < 85%", 1), ("two", "execution > 90%", 2))
    }
    assert [p.code for p in check_in(tmp_path, texts)] == ["PR512"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.sampled_from(["", "f", "not f"]), st.sampled_from(["", "c = red", "c != red"])), max_size=7))
def test_every_claim_that_can_meet_another_is_spoken_of(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("rivals")
    (folder / "facts.yaml").write_text(GRID_FACTS, encoding="utf-8")
    rules = [rule(f"r{i}", " and ".join(filter(None, (f"n >= {low} and n <= {low + more}", f, c))), "{deduct: {from: x, amount: 1元}}") for i, (low, more, f, c) in enumerate(drawn)]
    (folder / "p.yaml").write_text(policy(*(rules or [rule("r", "f")])), encoding="utf-8")
    problems = [p for p in perfrules.check(folder / "p.yaml") if p.code == "PR512"]

    def meet(one, other):
        apart = {"f", "not f"} == {one[2], other[2]} or {"c = red", "c != red"} == {one[3], other[3]}
        return not apart and max(one[0], other[0]) <= min(one[0] + one[1], other[0] + other[1])

    pairs = {(f"made/r{i}", f"made/r{j}") for j in range(len(drawn)) for i in range(j) if meet(drawn[i], drawn[j])}
    told = {(str(p.values["one"]), str(p.values["other"])) for p in problems}
    event(f"pairs: {min(len(pairs), 5)}")
    assert told <= pairs
    assert {name for pair in told for name in pair} == {name for pair in pairs for name in pair}
    assert len(told) <= len(drawn)


def test_a_name_of_an_ancestor_is_not_one_of_the_subjects_own(tmp_path):
    head = "policy: made\nfacts: town\nsubject: project\nparameters: {half: 2}\nnames:\n  department.share: paid / (budget * half)\n  share: done / half\nrules:\n"
    take = "{cut_current: {from: funds, amount: 1元}}"
    rules = [rule("a", "share < 5元", take), rule("b", "department.share > 96%", take), rule("c", "department.share < 85% and department.share > 90%", take)]
    problems = check_in(tmp_path, {"p.yaml": head + "".join(rules)})
    assert [p.code for p in problems] == ["PR512", "PR510"]
    assert str(problems[0].values["witness"]) == "department.share = 97%, done = 9元"
    assert said(problems)[1:] == [("PR510", "the rule `made/c` can never hold: no value passes `department.share < 85%` and `department.share > 90%`")]


def test_a_table_and_its_words_keep_claims_apart(tmp_path):
    head = "tables:\n  grade:\n    inputs: [score]\n    rows:\n      - [below 60, poor]\n      - [at least 60, good]\n"
    def both(one: str, other: str):
        return check_in(tmp_path, {"p.yaml": policy(rule("a", one, TAKE), rule("b", other, TAKE), head=head)})
    assert both("grade = poor", "grade = good") == ()
    assert [str(p.values["witness"]) for p in both("grade = poor", "grade != good")] == ["score = 59"]
    assert both("grade = poor", "score >= 60") == ()
    assert [str(p.values["witness"]) for p in both("grade = good", "score < 70")] == ["score = 64"]
    assert [p.code for p in both("grade = poor", "grade = good and grade = poor")] == ["PR510"]
    assert [p.code for p in both("grade = poor", "grade = good and score < 60")] == ["PR510"]
    head += "  share:\n    inputs: [grade, score]\n    outputs: [share, small]\n    hit: first\n    rows:\n      - [good, over 90, 0%, yes]\n      - [good, any, 5%, yes]\n      - [any, any, 10%, no]\n"
    assert both("share = 10%", "small") == ()
    assert both("share + 5% > 12%", "grade = good") == ()
    assert [str(p.values["witness"]) for p in both("share = 0%", "small")] == ["score = 91"]
    assert [p.code for p in both("share = 0%", "score < 90 and share = 0%")] == ["PR510"]


# parameters and facts


def test_days_without_a_value_are_said_once_with_the_rule_that_reads_it(tmp_path):
    head = "in_force: {from: 2022-01-01, to: 2025-12-31}\nparameters:\n  low:\n    - {from: 2023-01-01, to: 2023-06-30, value: 85%}\n    - {from: 2024-01-01, to: 2024-12-31, value: 86%}\nnames:\n  slow: rate < low\n"
    problems = check_in(tmp_path, {"p.yaml": policy(rule("behind-a-name", "slow"), head=head)})
    assert said(problems) == [("PR222", "the parameter `low` has no value from 2022-01-01 to 2022-12-31")]
    assert [label for label, _ in problems[0].related] == ["reader"]
    for earlier, days in (("2023-01-01", "from 2023-07-01 to 2023-12-31"), ("2024-01-01", "from 2025-01-01 to 2025-12-31")):
        text = policy(rule("behind-a-name", "slow"), head=head.replace("from: 2022-01-01", f"from: {earlier}"))
        assert said(check_in(tmp_path, {"p.yaml": text})) == [("PR222", f"the parameter `low` has no value {days}")]
    text = policy(rule("behind-a-name", "slow"), head=head.replace("{from: 2022-01-01, to: 2025-12-31}", "{from: 2024-01-01}"))
    assert said(check_in(tmp_path, {"p.yaml": text})) == [("PR222", "the parameter `low` has no value from 2025-01-01 on")]


def test_a_parameter_counts_as_read_wherever_it_stands(tmp_path):
    head = """scope: score >= s
parameters: {s: 1, a: 85%, b: 1%, c: 1元, d: 0.01元, e: 60, f: 2, unused: 5%}
names:
  n: rate < a
tables:
  t:
    inputs: [score * f]
    rows:
      - [below e, yes]
      - [at least e, no]
"""
    rules = rule("r", "n or t", "{deduct: {from: operating_funds, amount: 'round(b * operating_funds, c)', rounded: d}}")
    assert said(check_in(tmp_path, {"p.yaml": policy(rules, head=head)})) == [("PR513", "nothing reads the parameter `unused`")]


def test_facts_that_nothing_reads_are_noted_where_their_vocabulary_is_checked(tmp_path):
    text = policy(rule("r", "rate < 85% and any(done > 1元 over projects)"))
    assert check_in(tmp_path, {"p.yaml": text}) == ()
    assert check_in(tmp_path, {"p.yaml": text}, ".") == ()
    found = check_in(tmp_path, {"p.yaml": text}, "p.yaml", "facts.yaml")
    assert {p.code for p in found} == {"PR514"}
    assert [p.values["fact"] for p in found] == ["budget", "paid", "owed", "score", "staff", "audited", "founded", "state", "code", "name", "passed"]
    assert check_in(tmp_path, {}, "facts.yaml") == ()


def test_a_wide_term_is_named_where_it_grows(tmp_path):
    text = policy(rule("r", "big > 1元 and rate < 85%"), head="names:\n  big: (owed * rate) + 1元\n")
    (found,) = check_in(tmp_path, {"p.yaml": text})
    assert (found.code, found.values["term"], found.values["bits"]) == ("PR515", "owed * rate", "75")


# circles


def test_every_circle_is_shown_whole_and_alone(tmp_path):
    overs = policy(*(rule(n, "rate < 85%", more=f"    over: {o}\n") for n, o in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))))
    (found,) = check_in(tmp_path, {"p.yaml": overs})
    assert (found.code, found.values["ring"], len(found.related)) == ("PR221", "made/a → made/b → made/c → made/a", 2)
    actions = "actions:\n  one: {effect: status, bar: [two]}\n  two: {effect: status, bar: [three]}\n  three: {effect: status, bar: [one, four]}\n  four: {effect: status}\n"
    gates = policy(*(rule(f"r-{a}", "rate < 85%", a) for a in ("four", "one", "two", "three")), head=actions)
    (found,) = check_in(tmp_path, {"p.yaml": gates})
    assert (found.code, found.values["ring"]) == ("PR241", "made/r-one one → made/r-two two → made/r-three three → made/r-one one")
    assert len(found.related) == 2


# regions

CUTS = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.integers(-6, 6).map(lambda n: Fraction(n, 2)))


@given(st.lists(CUTS, max_size=4), st.lists(CUTS, max_size=4), st.booleans())
def test_regions_are_sets(ones, others, stepped):
    axis = Axis("x", "number", Fraction(1) if stepped else None, Fraction(-3), Fraction(3))
    points = [Fraction(n, 1 if stepped else 4) for n in range(-3 if stepped else -12, (3 if stepped else 12) + 1)]
    holds = {"<": Fraction.__lt__, "<=": Fraction.__le__, ">": Fraction.__gt__, ">=": Fraction.__ge__, "=": Fraction.__eq__, "!=": Fraction.__ne__}

    def inside(region):
        return {p for p in points if meet(region, compared("=", p))}

    regions = []
    sets = []
    for cuts in (ones, others):
        region = axis.whole
        for operator, number in cuts:
            region = axis.fitted(meet(region, compared(operator, number)))
        regions.append(region)
        sets.append({p for p in points if all(holds[o](p, n) for o, n in cuts)})
    assert [inside(r) for r in regions] == sets
    assert inside(unite(*regions)) == sets[0] | sets[1]
    assert inside(axis.fitted(without(*regions))) == sets[0] - sets[1]
    assert meet(EVERYTHING, regions[0]) == regions[0]
    if stepped:
        assert bool(regions[0]) == bool(sets[0])
    if regions[0]:
        picked = axis.pick(regions[0])
        assert meet(regions[0], compared("=", picked))
        assert not stepped or picked.denominator == 1


# speed


def test_checking_a_thousand_rules_takes_little_more_than_loading_them(tmp_path):
    rules = [rule(f"r{n}", f"score >= {n / 10} and score < {(n + 1) / 10} and rate < low", TAKE) for n in range(1000)]
    (tmp_path / "facts.yaml").write_bytes((TESTS / "town" / "facts.yaml").read_bytes())
    (tmp_path / "p.yaml").write_text(policy(*rules, head="parameters:\n  low: 85%\n"), encoding="utf-8")
    loaded, checked = [], []
    gc.disable()  # in a process full of what other tests made, collecting would be measured
    try:
        for _ in range(3):
            start = time.process_time()
            perfrules.load(tmp_path / "p.yaml", as_of="2024-01-31")
            between = time.process_time()
            assert perfrules.check(tmp_path / "p.yaml") == ()
            loaded.append(between - start)
            checked.append(time.process_time() - between)
    finally:
        gc.enable()
    assert min(checked) < 2 * min(loaded)


def test_names_within_names_are_looked_at_once(tmp_path):
    """Sixty names, each twice the one before: looked at anew each time, they would never end."""
    (tmp_path / "facts.yaml").write_text(
        "facts: t\nextends: budget\nkinds:\n  department:\n    facts: {paid: {is: money, between: [0, 100元]}}\n", encoding="utf-8"
    )
    names = "\n".join(f"  a{n}: a{n - 1} + a{n - 1}" for n in range(1, 60))
    (tmp_path / "p.yaml").write_text(
        f"policy: p\nfacts: t\nsubject: department\nnames:\n  a0: paid + 0元\n{names}\n"
        "rules:\n  - rule: r\n    when: a59 < 0元\n    then: remind\n    because: made\n",
        encoding="utf-8",
    )
    assert "PR510" in {p.code for p in perfrules.check(tmp_path)}


def test_what_is_too_wide_only_together_is_found_beforehand(tmp_path):
    """The more claims meet, the greater their sums: policies that are judged together are compiled together."""
    facts = "facts: town\nextends: budget\nkinds:\n  unit:\n    many: units\n    facts: {a: {is: money}, b: {is: money}}\n"
    facts += "    accounts: {x: {together: sum}, z: {together: sum}}\n"
    facts += "  item: {many: items, belongs_to: unit, facts: {m: {is: money}, g: {is: flag}}}\n"
    shares = "{reward: {to: x, out_of: pot, by: 'max(0元, sum(m over items))'}}"
    others = "{reward: {to: x, out_of: pot, by: 'max(0元, percentile(a, 100%, interpolated over units))'}}"
    one = "policy: one\nfacts: town\nsubject: unit\nrules:\n"
    one += f"  - {{rule: r0, when: a > 0元, then: {shares}, because: made}}\n"
    one += f"  - {{rule: r1, when: b > 0元, over: r0, then: {others}, because: made}}\n"
    one += "pools: {pot: {leftover: carried-over, shortfall: treasury, base: 850元}}\nlimits: [{on: x, at_most: 'max(0元, a)'}]\n"
    two = "policy: two\nfacts: town\nsubject: item\nrules:\n"
    two += "  - {rule: r0, when: g, then: {deduct: {from: unit.z, amount: 'max(0元, unit.a - unit.b)', into: jar}}, because: made}\n"
    two += "pools: {jar: {leftover: carried-over, shortfall: treasury}}\n"
    for name, text in (("facts", facts), ("one", one), ("two", two)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    alone = [[p.code for p in perfrules.check([tmp_path / "facts.yaml", tmp_path / name]) if p.severity == "error"] for name in ("one.yaml", "two.yaml")]
    assert alone == [[], []]
    [problem] = [p for p in perfrules.check(tmp_path) if p.severity == "error"]
    assert (problem.code, problem.span.line) == ("PR415", 5)
