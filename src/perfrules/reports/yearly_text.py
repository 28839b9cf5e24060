"""The report of a year as text for people and as CSV for spreadsheets: every total with its base beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from perfrules.core.money import UNITS, decimal_text, grouped, percent_text, round_half_up, scaled
from perfrules.core.problem import Words
from perfrules.reports.outcome_text import table
from perfrules.reports.pools import pool_rows
from perfrules.reports.tables_csv import csv_text
from perfrules.reports.values import phrase
from perfrules.reports.yearly import Line, Spread, Stage, Year

WAN = "万元"
Row = list[str]


class Scale:
    """Amounts of a report in one unit: 万元 where all have at most two places of it, else the major unit."""

    def __init__(self, year: Year) -> None:
        amounts = [n.amount or 0 for stage in year.stages for n in stage.lines]
        amounts += [base.amount for stage in year.stages for base in stage.bases]
        self.currency = year.currency
        wan = year.currency.code == "CNY" and all(scaled(Fraction(a, self.minor(WAN)), 2) is not None for a in amounts)
        self.major = "元" if year.currency.code == "CNY" else year.currency.code
        self.unit = WAN if wan else self.major

    def minor(self, unit: str) -> int:
        """How many minor units the unit has."""
        return int(UNITS.get(unit, 1) * self.currency.minor_per_major)

    def shown(self, minor: int) -> str:
        """An amount, exactly."""
        units = scaled(Fraction(minor, self.minor(self.unit)), 2)
        return grouped(decimal_text(units, 2) if units is not None else self.currency.plain(minor))


def year_text(year: Year, language: str) -> str:
    """The whole report as text."""

    def say(key: str, **values: object) -> str:
        return phrase(key, language, **values)

    scale = Scale(year)
    lines = [say("year title", period=year.period), say("year about", day=year.as_of, digest=year.digest[:12])]
    lines += ["", say("by stage"), *_indented(table(list(stage_rows(year, scale, language)), right=(2, 3, 4)))]
    lines += ["", say("by action"), *_indented(table(list(action_rows(year, scale, language)), right=(1, 2)))]
    if year.pools:
        rows, numbers = pool_table(year, language)
        lines += ["", say("pools in", unit=scale.major), *_indented(table(rows, right=numbers))]
        lines += [f"  {line}" for line in pool_remarks(year, language)]
    for pool in year.pools:
        called = pool.title.said(language)
        for key, members in (("payers of", pool.payers), ("receivers of", pool.receivers)):
            shown = [[name or say("withheld"), year.currency.shown(amount)] for name, amount in members]
            lines += ["", say(key, pool=called), *_indented(table(shown, right=(1,)))] if members else []
    for spread in year.spreads:
        along = say("spread", word=spread.word, count=len(spread.dots))
        lines += ["", say("spread of", policy=spread.policy.said(language), spread=along)]
        lines += [f"  {line_text(spread, title, value, language)}" for title, value in spread.lines]
    lines += ["", say("year open", **year.open)]
    return "\n".join(lines) + "\n"


def line_text(spread: Spread, title: Words, value: Fraction, language: str) -> str:
    """How many subjects are on each side of a line."""
    below, at, above = spread.sides(value)
    line = f"{title.said(language)} {percent_text(value)}"
    return phrase("spread sides", language, line=line, below=below, at=at, above=above)


def _indented(lines: Iterator[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def stage_rows(year: Year, scale: Scale, language: str) -> Iterator[Row]:
    """By stage: the bases, what was done, and the sum of what was taken or kept out."""

    def say(key: str, **values: object) -> str:
        return phrase(key, language, **values)

    yield [say("stage"), say("what"), say("subjects"), say("money in", unit=scale.unit), say("of base")]
    for stage in year.stages:
        title = stage.title.said(language)
        for base in stage.bases:
            yield [title, say("base line", word=base.word), str(base.count), scale.shown(base.amount), ""]
            title = ""
        for line in stage.lines:
            amount = "" if line.amount is None else scale.shown(line.amount)
            yield [title, what(line, language), str(len(line.subjects)), amount, of_base(stage, line.amount)]
            title = ""
        if stage.reduced:
            yield ["", say("reduced"), "", scale.shown(stage.reduced), of_base(stage, stage.reduced)]


def what(line: Line, language: str) -> str:
    """An action and the rule that did it."""
    return phrase("titled", language, name=line.action.said(language), title=line.rule.said(language))


def pool_table(year: Year, language: str) -> tuple[list[Row], list[int]]:
    """What each pool had, gave and has left, in major units, and which columns are numbers."""
    own = [{"pool": pool.title.said(language)} for pool in year.pools]
    return pool_rows([pool.statement for pool in year.pools], own, language)


def pool_remarks(year: Year, language: str) -> Iterator[str]:
    """Which pools are not settled, and which have left out claims."""
    for pool in year.pools:
        called, of = pool.title.said(language), pool.statement
        if not of.settled:
            yield phrase("year pool open", language, pool=called)
        if of.left_out:
            yield phrase("left out", language, pool=called, year=of.period, count=of.left_out)


def of_base(stage: Stage, amount: int | None) -> str:
    """The share of an amount in the stage's only base, to a hundredth of a percent; what is not quite nothing or all
    is not said to be."""
    if amount is None or len(stage.bases) != 1 or not stage.bases[0].amount:
        return ""
    share = Fraction(amount, stage.bases[0].amount)
    rounded = Fraction(round_half_up(share * 10_000), 10_000)
    return percent_text(share if rounded in (0, 1) else rounded)


def action_rows(year: Year, scale: Scale, language: str) -> Iterator[Row]:
    """By kind of action, and the sum of what was taken or kept out."""
    yield [phrase("what", language), phrase("subjects once", language), phrase("money in", language, unit=scale.unit)]
    total = 0
    for action, effect, count, amount in year.by_action():
        yield [action.said(language), str(count), scale.shown(amount)]
        total += amount if effect != "give" else 0
    yield [phrase("total reduced", language), "", scale.shown(total)]


def year_csv(year: Year, language: str) -> str:
    """Stage, action, rule, subjects, amount in major units: one row for each base and each line of the report."""
    keys = ("stage", "what", "rule", "subjects", "money in")
    rows: list[Sequence[object]] = [[phrase(k, language, unit=Scale(year).major) for k in keys]]
    for stage in year.stages:
        title = stage.title.said(language)
        for base in stage.bases:
            word = phrase("base line", language, word=base.word)
            rows.append([title, word, "", base.count, Decimal(year.currency.plain(base.amount))])
        for line in stage.lines:
            words = (title, line.action.said(language), line.rule.said(language))
            amount = None if line.amount is None else Decimal(year.currency.plain(line.amount))
            rows.append([*words, len(line.subjects), amount])
    return csv_text(rows)
