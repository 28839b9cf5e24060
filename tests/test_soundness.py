"""What `check` let pass never surprises in a run: over generated policies, everything that can be asked is asked.

Policies without an error load; facts that are read are judged; the run ends, or is refused with one of the codes that
docs/quality.md lists. Then everything that an outcome gives is read once, in both languages.
"""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from corpus import DAY, PERIOD, STRANGE, TOO_WIDE
from generated import FACTS, facts
from generated_money import budgets, known_facts, settling
from perfrules.reports.tables import TABLES
from perfrules.testing.policies import texts as policy_texts

PAGE = Path(__file__).resolve().parent.parent / "docs" / "quality.md"
STOPS_A_RUN = set(re.findall("PR7[0-9]{2}", PAGE.read_text(encoding="utf-8").partition("## What can stop a run")[2].partition("## ")[0]))
POLICIES = st.one_of(policy_texts().map(lambda text: [text]), budgets(), settling())


@given(POLICIES, st.one_of(facts(), known_facts()))
def test_what_is_checked_runs_or_is_refused_for_a_listed_reason(tmp_path_factory, texts, rows):
    folder = tmp_path_factory.mktemp("sound")
    written = {"facts": FACTS, **{f"policy{n}": text for n, text in enumerate(texts) if not text.startswith("decisions:")}}
    for name, text in written.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    errors = {p.code for p in perfrules.check(folder) if p.severity == "error"}
    if errors:
        assert errors <= TOO_WIDE | STRANGE
        event("not checked")
        return
    program = perfrules.load(folder, as_of=DAY)
    given_facts = program.facts(rows)
    outcome = ended(program, given_facts)
    event("ends" if isinstance(outcome, perfrules.Outcome) else "refused")
    if isinstance(outcome, perfrules.Outcome):
        read_everything(outcome)
    else:
        assert outcome <= STOPS_A_RUN


def ended(program: perfrules.Program, known: perfrules.Facts) -> perfrules.Outcome | set[str]:
    """The outcome of a run, or the codes with which it is refused."""
    try:
        return program.run(known, period=PERIOD)
    except perfrules.Refused as refused:
        return {p.code for p in refused.problems}


def read_everything(outcome: perfrules.Outcome) -> None:
    """All that an outcome has to say."""
    explanations = [outcome.explain(subject) for subject in sorted({r.subject for r in outcome.rulings})]
    for language in ("en", "zh"):
        assert outcome.text(language)
        assert outcome.report(language)
        assert all(outcome.csv(table, language) for table in TABLES)
        assert all(explanation.text(language) for explanation in explanations)
    assert outcome.data()["rulings"] is not None
    assert outcome._repr_html_()
    assert not outcome.since(outcome).postings
