"""Rows of totals in a table of a database, in SQL."""

from __future__ import annotations

from sqlglot import exp

from perfrules.engines.dialects import Expression, called
from perfrules.readers.stored_values import among, chosen, literal
from perfrules.readers.totals import SUMS, TOTALS

LETTERS = sorted(char for char in {*"".join(TOTALS), ":"} if char.isascii())
FORMS = {
    form: letter
    for letter in LETTERS
    for form in (letter.upper(), chr(ord(letter) + 0xFEE0), chr(ord(letter.upper()) + 0xFEE0))
    if form != letter
}  # of letters in words for totals: as a capital, and full-width
ENDS = {word[-1] for word in TOTALS} | {":"}


def is_total(subject: Expression, blanks: Expression) -> Expression:
    """Whether an id without blanks around it is a word for the total of others, in letters of half or full width.

    Most are none, which their last character shows; of most of these, that it is a digit.
    """
    last = called("RIGHT", subject.copy(), exp.Literal.number(1))
    ends = among(last.copy(), ENDS | {form for form, letter in FORMS.items() if letter in ENDS})
    may_be = exp.and_(exp.not_(exp.Between(this=last, low=literal("0"), high=literal("9"))), ends)
    forms = exp.DPipe(this=literal("".join(FORMS)), expression=blanks)  # a blank has no other form, and is left out
    plain = called("TRANSLATE", subject.copy(), forms, literal("".join(FORMS.values())))
    bare = exp.Trim(this=plain, expression=literal(":"), position="TRAILING")
    summed = among(called("RIGHT", bare.copy(), exp.Literal.number(2)), SUMS)
    return chosen(may_be, exp.or_(among(bare, TOTALS), summed))
