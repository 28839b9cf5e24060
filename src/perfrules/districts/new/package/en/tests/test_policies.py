"""The package as it is installed: perfrules finds it by its name, and its policies do what their documents say."""

from pathlib import Path

import perfrules

FACTS = Path(__file__).parent.parent / "facts"


def test_no_policy_has_a_problem_and_every_example_comes_out() -> None:
    problems = perfrules.check("DISTRICT", plugins=["DISTRICT"])
    assert not problems, "\n\n".join(map(perfrules.render, problems))


def test_what_is_deducted_goes_to_those_above_the_line() -> None:
    program = perfrules.load("DISTRICT", as_of="2024-01-31", plugins=["DISTRICT"])
    outcome = program.run(program.read_facts(FACTS), period=2023)
    assert [(e.subject, e.debit, e.credit, str(e.amount)) for e in outcome.entries] == [
        ("department/A", "DISTRICT/operating-funds/saved", "operating_funds", "2000.00"),
        ("department/C", "operating_funds", "DISTRICT/operating-funds/saved", "857.14"),
        ("department/D", "operating_funds", "DISTRICT/operating-funds/saved", "1142.86"),
    ]
