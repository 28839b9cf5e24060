"""Policies and cases of a test, as files in a folder, and what is found of them."""

from __future__ import annotations

from pathlib import Path

from perfrules import suite
from perfrules.coverage import Coverage

FACTS = """
facts: made
extends: budget
actions: {cut: {effect: take}}
kinds:
  department:
    many: departments
    facts:
      rate: {is: ratio, places: 4, between: [0%, 200%]}
      late: {is: flag}
      state: {is: choice, of: [open, closed]}
      paid: {is: money, at_least: 0}
    accounts: {funds: {together: sum}}
  project:
    many: projects
    belongs_to: department
    facts: {cost: {is: money, at_least: 0}, done: {is: flag}}
"""
HEAD = "policy: made\nfacts: made\nsubject: department\n"
CASES = "cases: made\npolicies: [made]\nas_of: 2023-12-31\nperiod: 2023\n"


def rule(name: str, when: str, then: str = "suspend", **more: str) -> str:
    """A rule as it stands in a policy."""
    rest = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"  - rule: {name}\n    when: {when}\n    then: {then}\n    because: by the text\n{rest}"


def collected(folder: Path, policy: str, cases: str = "", facts: str = FACTS) -> suite.Suite:
    """The suite of a policy and its cases."""
    for name, text in (("facts", facts), ("policy", policy), ("cases", cases)):
        if text:
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return suite.collect(folder)


def covered(found: suite.Suite) -> Coverage:
    """What the cases of a suite have tested."""
    coverage = Coverage(found.policies)
    for ran in suite.run(found.cases):
        coverage.add(ran)
    return coverage


def missing(coverage: Coverage) -> dict[str, tuple[str, ...]]:
    """What is not tested, by its text."""
    return {target.text: target.missing for target in coverage.untested}
