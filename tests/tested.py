"""A policy to be tested, with a result of every sort, and cases as text: for the tests of cases, suites and runners."""

from __future__ import annotations

from pathlib import Path

from perfrules import suite

FACTS = """facts: town
extends: budget
kinds:
  department:
    title: {en: Department, zh: 部门}
    facts:
      budget: {is: money, at_least: 0, title: {zh: 预算数}}
      paid:   {is: money, at_least: 0, title: {zh: 支出数}}
      score:  {is: number, places: 1, between: [0, 100], title: {zh: 得分}}
      staff:  {is: count}
      ends:   {is: date}
      state:  {is: choice, of: [open, closed], title: {zh: 状态}}
      code:   {is: text}
      new:    {is: flag}
    accounts:
      funds: {together: sum, title: {zh: 公用经费}}
      own:   {title: {zh: 自有资金}}
  project:
    title: {zh: 项目}
    belongs_to: department
    facts: {cost: {is: money, title: {zh: 造价}}}
  review:
    title: {zh: 会审}
    belongs_to: project
    in_order_of: round
    facts: {round: {is: count}, passed: {is: flag}}
"""
POLICY = """policy: funds
district: town
facts: town
subject: department
in_force: {from: 2023-01-01}
parameters:
  low: 85%
  high: 96%
  key: {value: equal, of: [equal, weighted]}
names:
  rate: paid / budget
rules:
  - rule: slow
    when: rate < low
    then:
      - deduct: {from: funds, amount: 1% * funds, into: saved}
      - remind:
    because: 执行率低于85%的，扣减公用经费
  - rule: fast
    when: rate > high
    then:
      reward: {to: funds, out_of: saved, by: "if key = equal then 1元 else funds"}
    because: above 96%, what was deducted is shared
  - rule: slower
    when: rate < prior(rate)
    then: summon
    because: slower than the year before
  - rule: figures
    when: rate is known
    then:
      - figure: {as: 执行率, of: rate}
      - figure: {as: unspent, of: budget - paid}
      - figure: {as: points, of: score}
      - figure: {as: heads, of: staff}
      - figure: {as: until, of: ends}
      - figure: {as: stage, of: state}
      - figure: {as: number, of: code}
      - figure: {as: young, of: new}
    because: what is said of everyone
  - rule: good
    when: score >= 90
    then:
      grade: {as: 优}
    because: ninety points
  - rule: best
    when: score >= 99
    then:
      grade: {as: 特优}
    because: ninety-nine points
  - rule: shut
    when: state = closed
    then: suspend
    because: what is closed gets nothing
pools:
  saved: {leftover: carried-over}
"""
PROJECTS = """policy: projects
district: town
facts: town
subject: project
names:
  failures: count(over reviews where not passed)
rules:
  - rule: failed
    when: failures >= 2
    then: exclude
    because: failed twice
  - rule: small
    when: cost < 1% * department.budget
    then:
      deduct: {from: department.own, amount: cost}
    because: the department bears what is small
"""
HEAD = "cases: funds\npolicies: town/funds\nas_of: 2024-01-31\nperiod: 2023\n"
EVERYTHING = "budget: 100元, paid: 84.99元, funds: 100元, own: 0元, score: 95, staff: 3, ends: 2023-12-31, state: open, code: x7, new: no"
GIVEN = f"given: {{department: [{{id: A, {EVERYTHING}}}, {{id: A, period: 2022, budget: 1元, paid: 0元}}]}}\n"


def write(folder: Path, cases: str, name: str = "cases.yaml", **others: str) -> Path:
    """Write the policies, and a document of cases beside them; where it is."""
    for file, text in {"facts": FACTS, "policy": POLICY, "projects": PROJECTS, **others}.items():
        (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
    (folder / name).write_text(cases, encoding="utf-8")
    return folder / name


def ran(folder: Path, cases: str, **others: str) -> list[suite.Ran]:
    """The cases of a document beside the policies, run."""
    return list(suite.run(suite.collect(write(folder, cases, **others)).cases))


def expecting(folder: Path, expect: str, given: str = GIVEN) -> suite.Ran:
    """One case about what is given, of which something is expected."""
    [one] = ran(folder, HEAD + given + f"expect: {expect}\n")
    return one


def messages(one: suite.Ran, language: str = "en") -> list[str]:
    """What is wrong with a case, without places."""
    return [p.said(language) for p in one.problems if p.severity == "error"]
