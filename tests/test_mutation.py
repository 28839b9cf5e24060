"""Mutation: policies with one thing changed, and the cases that notice."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from perfrules import hunt, mutation, suite
from perfrules.actuals import Actuals
from perfrules.analysis.mutants import mutants
from perfrules.cases import Runner
from perfrules.core.span import Text
from perfrules.coverage import Coverage
from perfrules.mutation_text import mutation_json, mutation_text
from suites import CASES, HEAD, collected, rule
from test_coverage import BANDED, BANDS, GIVEN, POOL, SLOW
from test_front import out
from test_front import perfrules as command

HOME = Path(__file__).resolve().parent.parent
CUT = "{cut: {from: funds, in_year: +1, amount: 10% * funds}}"


def said(folder: Path, policy: str) -> list[str]:
    """What is changed in a policy, one thing at a time."""
    found = collected(folder, policy)
    return [mutant.said.en.replace("`", "") for mutant in mutants(found.policies[0])]


def survivors(folder: Path, policy: str, cases: str) -> list[str]:
    """The changes that cases do not notice."""
    found = mutation.mutate(collected(folder, policy, cases))
    return [one.mutant.said.en.replace("`", "") for one in found.survivors]


@pytest.mark.parametrize(("policy", "changes"), [
    (rule("a", "rate < 85%"), ["rate < 85% becomes rate <= 85%", "85% becomes 85.01%", "85% becomes 84.99%"]),
    (rule("a", "rate >= 85%"), ["rate >= 85% becomes rate > 85%"]),
    (rule("a", "state = open"), ["state = open becomes state != open"]),
    (rule("a", "late and rate < 85%"), ["late and rate < 85% becomes late", "late and rate < 85% becomes rate < 85%"]),
    (rule("a", "late or rate < 85%"), ["late or rate < 85% becomes late", "late or rate < 85% becomes rate < 85%"]),
    (rule("a", "late", unless="rate < 5%"), ["late and not rate < 5% becomes late", "not rate < 5% becomes rate < 5%"]),
    (rule("a", "late") + rule("b", "rate < 5%", "remind", over="[a]"), ["without the rule a", "without the rule b", "without over a"]),
    (rule("a", "late", CUT), ["in_year: +1 becomes in_year: +2", "in_year: +1 becomes in_year: +0", "mode: half-up becomes mode: floor", "10% becomes 11%", "10% becomes 9%"]),
    (rule("a", "late", "{cut: {from: funds, amount: if rate < 5% then 1元 else 2元}}"), ["if rate < 5% then 1元 else 2元 becomes if rate < 5% then 2元 else 1元"]),
    (rule("a", "paid > 1元", "{cut: {from: funds, amount: 10% * funds}}"), ["funds becomes paid"]),
    (rule("a", "rate is known"), ["rate is known becomes rate is not known"]),
    (rule("a", "late otherwise yes"), ["late otherwise yes becomes late"]),
    (rule("a", "late", "[suspend, remind]"), ["without the action suspend", "without the action remind"]),
    (rule("a", "any(done over projects where cost > 1元)"), ["any(done over projects where cost > 1元) becomes any(done over projects)"]),
    (rule("a", "late", "{cut: {from: funds, amount: \"min(funds, 5元)\"}}"), ["min(funds, 5元) becomes max(funds, 5元)"]),
])  # fmt: skip
def test_what_is_changed(tmp_path, policy, changes):
    found = said(tmp_path, HEAD + "rules:\n" + policy)
    assert [change for change in changes if change not in found] == []
    assert len(found) == len(set(found))


def test_parameters_pools_limits_scopes_and_demands_are_changed(tmp_path):
    more = "scope: late\nparameters: {way: {value: one, of: [one, two]}, low: {value: 85%}}\n"
    found = said(tmp_path, POOL.replace("rules:", more + "rules:").replace("rate < 85%", "rate < low and way = one"))
    assert [c for c in ("low: 85% becomes low: 85.01%", "way: one becomes way: two", "if_undecided: wait becomes if_undecided: leave-out", "without the scope late") if c not in found] == []


def test_an_amount_that_is_whole_is_never_rounded_otherwise(tmp_path):
    assert "mode: half-up becomes mode: floor" not in said(tmp_path, HEAD + "rules:\n" + rule("a", "late", "{cut: {from: funds, amount: funds - paid}}"))


def test_a_case_at_the_line_notices(tmp_path):
    beside = CASES + "given: {department: [{id: B, rate: 50%}, {id: C, rate: 90%}]}\nexpect: {B: {slow: holds}, C: {slow: does-not-hold}}\n"
    assert survivors(tmp_path, SLOW, beside) == ["low: 85% becomes low: 85.01%", "low: 85% becomes low: 84.99%", "rate < low becomes rate <= low"]
    at = CASES + GIVEN + "expect: {B: {slow: holds}, C: {slow: does-not-hold}}\n"
    assert survivors(tmp_path, SLOW, at) == []


def test_each_survivor_has_a_case_that_would_notice(tmp_path):
    beside = CASES + "given: {department: [{id: B, rate: 50%}]}\nexpect: {B: {slow: holds}}\n"
    found = mutation.mutate(collected(tmp_path, SLOW, beside))
    assert found.count == 4
    for one in found.survivors:
        assert one.probe is not None
        case = one.probe.case("probe")
        [as_it_is] = suite.run([case])
        [changed] = suite.run([hunt.under(one.mutant, case)])
        verdicts = [{r.subject: r.verdict for r in ran.outcome.rulings} for ran in (as_it_is, changed)]
        assert verdicts[0] != verdicts[1]


LIMITED = HEAD + """tables:
  share:
    inputs: [late, rate]
    rows:
      - [yes, any, 20%]
      - [no, at least 80%, 15%]
      - [no, 60% to below 80%, 10%]
      - [no, below 60%, 5%]
rules:
  - rule: a
    when: rate < 85%
    then: {cut: {from: funds, amount: share * funds}}
    because: by the text
limits:
  - {on: funds, at_most: 100元, because: no more}
"""


def test_what_a_limit_hides_is_looked_for_where_the_limit_leaves_it(tmp_path, monkeypatch):
    monkeypatch.setattr(hunt, "PROBES_MAX", {"claimed": 50, "concerned": 50, "next": 0, "else": 0})
    assert [str(one.mutant.said) for one in mutation.mutate(collected(tmp_path, LIMITED)).survivors if one.probe is None] == []


TWO_STEPS = HEAD + """parameters: {cap: 20万元}
rules:
  - rule: capped
    when: rate < 85%
    then: {cut: {from: funds, amount: "min(10% * funds, cap)", into: pot}}
    because: by the text
  - rule: late
    when: count(over projects where done) >= 2
    then: {cut: {from: funds, amount: 5% * sum(cost over projects where done), into: pot}}
    because: by the text
  - rule: fast
    when: rate > 96%
    then: {reward: {to: funds, out_of: pot, by: paid}}
    because: by the text
pools: {pot: {leftover: treasury}}
limits:
  - {on: funds, at_most: 10% * funds, because: no more}
"""


@pytest.mark.parametrize("change", [
    "`cap: 200000元` becomes `cap: 200001元`",  # far beyond the line
    "`min(10% * funds, cap)` becomes `max(10% * funds, cap)`",
    "`sum(cost over projects where done)` becomes `sum(cost over projects)`",  # one more that is not done
    "`paid` becomes `funds`",  # several who get something
])  # fmt: skip
def test_what_takes_several_changes_at_once_is_found(tmp_path, change):
    found = collected(tmp_path, TWO_STEPS)
    [mutant] = [mutant for mutant in mutants(found.policies[0]) if str(mutant.said) == change]
    assert hunt.survivor(mutant, hunt.Surroundings(found.policies[0], found, Runner())).probe is not None


def test_outputs_of_rows_change_places_in_few_words(tmp_path):
    changes = [str(mutant.said) for mutant in mutants(collected(tmp_path, LIMITED).policies[0])]
    assert [change for change in changes if "change places" in change] == ["`20%` and the `15%` after it change places", "`15%` and the `10%` after it change places", "`10%` and the `5%` after it change places"]


def test_what_is_changed_is_said_in_chinese(tmp_path):
    policy = LIMITED.replace("amount: share * funds}}", "in_year: +1, amount: share * funds}, suspend: {}}")
    said_of = [mutant.said.zh for text in (policy, POOL) for mutant in mutants(collected(tmp_path, text).policies[0])]
    wanted = ("`10%` 与其后的 `5%` 互换", "`年度: +1` 改为 `年度: +2`", "`方式: 四舍五入` 改为 `方式: 向下`", "去掉措施 `暂停拨款`", "`待定时: 等待` 改为 `待定时: 不计入`")
    assert [one for one in wanted if one not in said_of] == []


def test_rows_that_hit_at_once_are_no_policy(tmp_path):
    table = "tables:\n  grade:\n    inputs: [rate]\n    rows:\n      - [at least 90%, good]\n      - [below 90%, poor]\n"
    policy = HEAD + table + "rules:\n" + rule("poor", "grade = poor")
    cases = CASES + "given: {department: [{id: B, rate: 89.99%}, {id: C, rate: 90%}]}\nexpect: {B: {poor: holds}, C: {poor: does-not-hold}}\n"
    assert survivors(tmp_path, policy, cases) == []


LADDER = """parameters: {wait: 10 days, low: 85%}
rules:
  - {rule: slow, when: rate < low, then: remind, because: made}
notices:
  - {ladder: l, steps: [{send: remind, within: wait}, {send: summon}]}
"""


@pytest.mark.parametrize("also_read", [False, True])
def test_what_only_a_deadline_of_a_letter_reads_is_no_matter_of_cases(tmp_path, also_read):
    cases = CASES + "given: {department: [{id: B, rate: 84.99%}, {id: C, rate: 85%}]}\nexpect: {B: {slow: holds}, C: {slow: does-not-hold}}\n"
    policy = HEAD + (LADDER.replace("rate < low", "rate < low and wait > 2 days") if also_read else LADDER)
    found = [text for text in map(str, survivors(tmp_path, policy, cases)) if "wait: " in text]
    assert bool(found) is also_read


def test_a_case_that_fails_as_it_is_notices_nothing(tmp_path):
    cases = CASES + GIVEN + "expect: {B: {slow: does-not-hold}}\n"
    found = mutation.mutate(collected(tmp_path, SLOW, cases))
    assert (len(found.failing), len(found.survivors)) == (1, found.count)


def test_the_command(tmp_path):
    beside = CASES + "given: {department: [{id: B, rate: 50%}]}\nexpect: {B: {slow: holds}}\n"
    collected(tmp_path, SLOW, beside)
    done = command("mutate", tmp_path)
    assert done.returncode == 1
    assert "4 changes tried, 3 that no case notices" in out(done)
    assert '{slow: "?"}' in out(done)
    plain = json.loads(out(command("mutate", tmp_path, "--format", "json", "--lang", "zh")))
    assert plain["mutants"] == 4
    assert plain["survivors"][-1]["change"] == "`rate < low` 改为 `rate <= low`"
    (tmp_path / "cases.yaml").write_text(CASES + GIVEN + "expect: {B: {slow: holds}, C: {slow: does-not-hold}}\n", encoding="utf-8")
    assert command("mutate", tmp_path).returncode == 0


def test_the_same_change_in_two_places_gives_cases_of_two_names(tmp_path):
    found = mutation.mutate(collected(tmp_path, HEAD + "rules:\n" + rule("a", "rate < 85%") + rule("b", "rate < 85%", "remind")))
    named = [line for line in mutation_text(found, "en").splitlines() if "- name:" in line]
    assert '    - name: "85% becomes 85.01% (2)"' in named
    cases = [one["case"].partition("\n")[0] for one in json.loads(mutation_json(found, "en"))["survivors"]]
    assert len(set(named)) == len(named) == len(set(cases)) == len(cases)


def test_the_luojiang_policies_own_cases_notice_every_change_and_test_all_that_can_be():
    found = suite.collect(HOME / "policies" / "luojiang")
    changed = mutation.mutate(found)
    assert [(one.mutant.span.place, one.mutant.said.zh) for one in changed.survivors] == []
    assert changed.count > 250
    assert changed.failing == ()
    coverage = Coverage(found.policies)
    for ran in suite.run(found.cases):
        coverage.add(ran)
    assert [(target.text, target.missing) for target in coverage.untested] == [("monitored", ("undecided",))]


def written(value: object) -> str:
    """What an author writes for what came out."""
    if isinstance(value, str):
        return value  # a verdict
    if isinstance(value, Fraction):
        return f"{float(value):.2f}元"
    if value is None:
        return "unknown"  # of a pool that is not settled
    said, waiting = value
    if waiting:
        return "unknown"
    return f"{float(said):.2f}元" if isinstance(said, Fraction) else said[0][0] or "yes" if said else "none"


@pytest.mark.parametrize("policy", [BANDS, POOL, SLOW], ids=["bands", "pool", "slow"])
def test_the_case_that_would_notice_does(tmp_path, policy):
    """Whoever completes the cases that come with mutants, with what comes out, has cases that notice them all."""
    found = mutation.mutate(collected(tmp_path, policy, CASES + BANDED.replace("late: yes", "late: unknown") + "expect: {B: {missing: none}}\n"))
    runner = Runner()
    told = [one for one in found.survivors if one.probe is not None and one.expect]
    assert len(told) > len(found.survivors) / 2
    for one in told:
        came_out = dict(Actuals(runner.run(one.probe.case("probe")).outcome).expectable())
        place = one.probe.policies[0].span
        expect = {}
        for word in one.expect:
            assert not word.is_of_claims
            key = word.of if word.of in one.probe.policies[0].pools else word.of.partition("/")[2]
            text = written(came_out.get(word, ([], False)))
            expect.setdefault(Text(key, place), {})[Text(word.name, place)] = [Text(text, place)]
        case = one.probe.case("probe", expect)
        assert runner.run(case).passed, runner.run(case).text()
        assert not Runner().run(hunt.under(one.mutant, case)).passed, one.mutant.said
