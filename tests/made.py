"""A small district for tests of settlement: departments with projects, accounts of every sort, policies as text."""

from __future__ import annotations

import perfrules

FACTS = """
facts: made
extends: budget
kinds:
  bureau:
    accounts: {reserve: {together: sum}}
  department:
    belongs_to: bureau
    facts: {a: {is: money}, b: {is: money}, f: {is: flag}, w: {is: count}, size: {is: choice, of: [large, small]}}
    accounts: {funds: {together: sum}, best: {together: greatest}, own: }
  project:
    belongs_to: department
    facts: {c: {is: money}, d: {is: money}, failed: {is: count}, key: {is: flag}, w: {is: count}}
    accounts: {budget: {together: sum}, plan: {together: sum}}
"""


def load(folder, *policies: str, as_of: str = "2023-01-01", **others: str) -> perfrules.Program:
    """The program of policies (and other documents) given as text."""
    texts = {"facts": FACTS, **{f"policy{n}": text for n, text in enumerate(policies)}, **others}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return perfrules.load([folder / f"{name}.yaml" for name in texts], as_of=as_of)


def policy(rules: str, subject: str = "department", name: str = "made", tail: str = "") -> str:
    return f"policy: {name}\nfacts: made\nsubject: {subject}\nrules:\n{rules}{tail}"


def rule(name: str, when: str, then: str, more: str = "") -> str:
    return f"  - rule: {name}\n    when: {when}\n    then: {then}\n    because: made\n{more}"


def run(program: perfrules.Program, **rows: list[dict]) -> perfrules.Outcome:
    return program.run(program.facts(rows, period=2023), period=2023)


def states(outcome: perfrules.Outcome) -> dict[str, str]:
    """The state of each claim, by subject, rule and action."""
    return {f"{c.subject} {c.rule.split('/')[-1]} {c.action}": c.state for r in outcome.rulings for c in r.claims}


def moved(outcome: perfrules.Outcome) -> list[tuple[str, str, str, str]]:
    """Entries as an officer lists them: whose, which account receives, which gives, how much."""
    return [(e.subject, e.debit.split("/")[-1], e.credit.split("/")[-1], str(e.amount)) for e in outcome.entries]
