"""The package as it is installed: perfrules finds it by its name, and its policies do what their documents say."""

from pathlib import Path

import perfrules

FACTS = Path(__file__).parent.parent / "facts"


def test_no_policy_has_a_problem_and_every_example_comes_out() -> None:
    problems = perfrules.check("riverside", plugins=["riverside"])
    assert not problems, "\n\n".join(map(perfrules.render, problems))


def test_what_is_withheld_goes_to_those_that_reached_their_target_and_reported_in_time() -> None:
    program = perfrules.load("riverside", as_of="2024-05-31", plugins=["riverside"])
    outcome = program.run(program.read_facts(FACTS), period=2023)
    assert [(e.subject, e.debit, e.credit, str(e.amount)) for e in outcome.entries] == [
        ("grant/allotments", "final_payment", "riverside/outcomes/bonus", "1569.67"),
        ("grant/food-bank", "final_payment", "riverside/outcomes/bonus", "3727.96"),
        ("grant/lunch-club", "riverside/outcomes/bonus", "final_payment", "260.00"),
        ("grant/night-shelter", "riverside/outcomes/bonus", "final_payment", "1837.63"),
        ("grant/repair-shop", "riverside/outcomes/bonus", "final_payment", "3200.00"),
    ]
    assert [m.subject for m in outcome.statuses if m.action == "suspend"] == ["grant/repair-shop"]


def test_a_late_report_costs_the_share_of_the_bonus() -> None:
    """The rule of one policy keeps the reward of another from the grant: no example of one policy could show it."""
    program = perfrules.load("riverside", as_of="2024-05-31", plugins=["riverside"])
    on_time = {"period": 2023, "target": 1, "reached": 1, "report_due": "2024-04-30", "report_received": "2024-04-30"}
    rows = [
        {**on_time, "id": "short", "reached": 0, "final_payment": 100},
        {**on_time, "id": "first", "final_payment": 100},
        {**on_time, "id": "other", "final_payment": 100},
    ]
    for received, shares in (("2024-04-30", ["50.00", "50.00"]), ("2024-05-01", ["100.00"])):
        rows[2]["report_received"] = received
        outcome = program.run(program.facts({"grant": rows}))
        assert [str(e.amount) for e in outcome.entries if e.debit == "final_payment"] == shares
