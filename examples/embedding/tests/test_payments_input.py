"""What is no request, or has facts that can't be, is refused by its place; floats first of all."""

import pytest
from asking import ask, body
from payments.requests import Unreadable, read_payment

import perfrules


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"payable": 40.5}, "payable"),
        ({"payable": 40}, "payable"),
        ({"paid": 90.0}, "project.paid"),
        ({"paid": "9e1"}, "project.paid"),
        ({"paid": "９０"}, "project.paid"),
        ({"paid": ""}, "project.paid"),
        ({"payable": "0.00"}, "payable"),
        ({"payable": "-1.00"}, "payable"),
        ({"payable": None}, "payable"),
        ({"payed": "90.00"}, "project.payed"),
        ({"continues": "yes"}, "project.continues"),
        ({"reviews": [{"round": 1.0, "passed": True}]}, "project.reviews.0.round"),
        ({"last_year": {"paid": 1.5}}, "project.last_year.paid"),
    ],
)
def test_what_is_no_request_is_refused_by_its_place(wrong, place):
    with pytest.raises(Unreadable) as refused:
        read_payment(body(**wrong))
    assert [problem["place"] for problem in refused.value.problems] == [place]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"id": "R1", "id": "R2"}', '{"payable": NaN}', '{"payable": 1e999999}', "[" * 100_000, "\xff"],
)
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(Unreadable):
        read_payment(text.encode("latin-1"))


def test_facts_that_cannot_be_are_refused_all_at_once_with_their_cure(service):
    with pytest.raises(perfrules.Refused) as refused:
        ask(service, paid="-0.01", payable="1.005", purpose="货勿")
    found = {(p.code, p.place): p.cure("zh") for p in refused.value.problems}
    assert {"project, paid", "payment, payable", "payment, purpose"} == {place for _, place in found}
    assert all(found.values())
