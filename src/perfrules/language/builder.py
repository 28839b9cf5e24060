"""Building a plan: which columns each table has, how large they get, and the steps so far."""

from __future__ import annotations

from collections.abc import Sequence

from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language import plan, scalars
from perfrules.language.bounds import Bounds, with_zero
from perfrules.language.scalars import Scalar
from perfrules.language.strata import strata

MEMBERS_MAX = 2**31 - 1  # rows that can belong to one subject
SUM_MAX = 2**63 - 1  # a sum over rows; the plan requires that it is not exceeded
PERIOD_BOUNDS = (1, 9999)


KEYS = (("id", "id"), ("period", "period"))  # what a row of the subjects is known by


def table_name(kind: str, offset: int = 0, *, years: bool = False) -> str:
    """The plan's table of a kind's subjects, so many years from the judged period, or of all years up to it."""
    return f"{kind}{' years' if years else ''}{f'{offset:+d}' if offset else ''}"


class Builder:
    """Collects the steps of a plan; knows which columns each table has and how large they get."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.steps: list[plan.Step] = []
        self.bounds: dict[str, Bounds] = {}
        self.reads: dict[str, tuple[str, int, bool, set[str], set[str]]] = {}
        self.levels = 0  # how far the names go down of which one is being lowered
        self._bound: dict[tuple[str, Scalar], scalars.Column] = {}
        self._joined: dict[tuple[str, str, tuple[tuple[str, str], ...], str], str] = {}
        self._names: set[tuple[str, str]] = set()

    def rows(self, kind: str, offset: int = 0, *, years: bool = False) -> str:
        """The table of the subjects of a kind."""
        table = table_name(kind, offset, years=years)
        if table not in self.reads:
            self.reads[table] = (kind, offset, years, set(), set())
            self.bounds[table] = Bounds({"period": PERIOD_BOUNDS})
        return table

    def fact(self, table: str, fact: Fact) -> str:
        """A column with a fact of the subjects of a table."""
        self.reads[table][3].add(fact.name)
        if not fact.is_text:
            self.bounds[table].columns[fact.name] = with_zero(fact.bounds)
        return fact.name

    def loaded(self, table: str, asked: str) -> Scalar:
        """Whether the rows of a kind, or every row of it, were given, seen from a table."""
        self.reads[table][4].add(asked)
        return scalars.Column(plan.loaded(asked))

    def bind(self, table: str, hint: str, scalar: Scalar) -> Scalar:
        """The scalar as a column of its own, unless it is one, or a constant."""
        if isinstance(scalar, (scalars.Literal, scalars.Column)):
            return scalar
        known = self._bound.get((table, scalar))
        if known is None:
            known = self.derive(table, hint, scalar)
            self._bound[table, scalar] = known
        return known

    def unique(self, table: str, hint: str) -> str:
        """A column or table name that is not taken."""
        name, number = hint, 2
        while (table, name) in self._names or name in self.bounds.get(table, Bounds()).columns:
            name, number = f"{hint}#{number}", number + 1
        self._names.add((table, name))
        return name

    def derive(self, table: str, hint: str, scalar: Scalar, most: int | None = None) -> scalars.Column:
        """A new column of a table; `most` where it is proved to lie between 0 and so much."""
        interval = self.bounds[table].interval(scalar)
        if most is not None:
            interval = (0, min(most, interval[1]))
        name = self.unique(table, hint)
        self.bounds[table].columns[name] = interval
        self.steps.append(plan.Derive(table, name, scalar))
        return scalars.Column(name)

    def join(self, table: str, source: str, on: tuple[tuple[str, str], ...], column: str) -> scalars.Column:
        """A column from the row of another table where all of `on` are equal; unknown where there is none."""
        known = self._joined.get((table, source, on, column))
        if known is None:
            known = self.unique(table, f"{source}.{column}")
            self.steps.append(plan.Join(table, source, on, ((known, column),)))
            self._joined[table, source, on, column] = known
            self.bounds[table].columns[known] = with_zero(self.bounds[source].columns.get(column, (0, 1)))
        return scalars.Column(known)

    def inherit(
        self, kind: SubjectKind, path: tuple[str, ...], column: str, offset: int = 0, *, years: bool = False
    ) -> scalars.Column:
        """A column of an ancestor's table, joined level by level along `path`."""
        table = self.rows(kind.name, offset, years=years)
        if not path:
            return scalars.Column(column)
        parent = self.vocabulary.kinds[path[0]]
        above = self.inherit(parent, path[1:], column, offset, years=years)
        source = self.rows(parent.name, offset, years=years)
        return self.join(table, source, (("parent", "id"), *KEYS[1:]) if years else (("parent", "id"),), above.name)

    def stack(self, table: str, columns: tuple[str, ...], parts: Sequence[plan.Part]) -> str:
        """A table of rows chosen from others."""
        table = self.unique("", table)
        self.bounds[table] = Bounds()
        for i, name in enumerate(columns):
            sizes = [self.bounds[p.source].interval(p.values[i]) for p in parts] or [(0, 0)]
            self.bounds[table].columns[name] = (min(s[0] for s in sizes), max(s[1] for s in sizes))
        self.steps.append(plan.Stack(table, columns, tuple(parts)))
        return table

    def rank(
        self, table: str, hint: str, partition: tuple[str, ...], order: tuple[tuple[str, bool], ...]
    ) -> scalars.Column:
        """The place of each row within its partition."""
        name = self.unique(table, hint)
        self.steps.append(plan.Rank(table, name, partition, order))
        self.bounds[table].columns[name] = (1, MEMBERS_MAX)
        return scalars.Column(name)

    def running_sum(
        self, table: str, hint: str, of: str, partition: tuple[str, ...], order: tuple[tuple[str, bool], ...]
    ) -> scalars.Column:
        """The sum of a column over the rows of its partition up to each; it is required to stay below 2^63."""
        name = self.unique(table, hint)
        self.steps.append(plan.RunningSum(table, name, of, partition, order))
        self.bounds[table].columns[name] = self._summed(table, name, self.bounds[table].columns.get(of, (0, 1)))
        return scalars.Column(name)

    def require(self, table: str, scalar: Scalar, code: str, about: str) -> None:
        """Stop a run where a condition is not true in every row."""
        if scalar != scalars.TRUE:
            self.bounds[table].interval(scalar)
            self.steps.append(plan.Require(table, scalar, code, about))

    def group(self, source: str, hint: str, keys: tuple[str, ...], measures: tuple[tuple[str, str, str], ...]) -> str:
        """A table with a row for each combination of keys; sums are required to stay below 2^63."""
        table = self.unique("", hint)
        columns = self.bounds[source].columns
        self.bounds[table] = Bounds({k: columns[k] for k in keys if k in columns})
        self.steps.append(plan.Group(table, source, tuple(dict.fromkeys(keys)), measures))  # parts may order, too
        for name, function, column in measures:
            low, high = columns.get(column, (0, 1))
            if function == "sum":
                low, high = self._summed(table, name, (low, high))
            self.bounds[table].columns[name] = (low, high)
        return table

    def _summed(self, table: str, name: str, each: tuple[int, int]) -> tuple[int, int]:
        """Between what a sum of so many rows lies; where it could be beyond 2^63, the run requires that it is not."""
        low, high = min(each[0], each[0] * MEMBERS_MAX), max(each[1], each[1] * MEMBERS_MAX)  # of one, or of most
        low, high = (max(-SUM_MAX, min(end, SUM_MAX)) for end in (low, high))
        if SUM_MAX in (-low, high):
            self._require_sum(table, name)
        return low, high

    def _require_sum(self, table: str, name: str) -> None:
        top, bottom = scalars.Literal(SUM_MAX), scalars.Literal(-SUM_MAX)
        column = scalars.Column(name)
        fits = scalars.both(scalars.compare("<=", column, top), scalars.compare(">=", column, bottom))
        self.require(table, fits, "PR704", table)

    def plan(self) -> plan.Plan:
        """The finished plan."""
        reads = tuple(
            plan.Read(table, kind, offset, tuple(sorted(facts)), tuple(sorted(asked)), years)
            for table, (kind, offset, years, facts, asked) in sorted(self.reads.items())
        )
        bits = max((b.bits for b in self.bounds.values()), default=64)
        bounds = {table: dict(found.columns) for table, found in self.bounds.items()}
        greatest = max((b.greatest for b in self.bounds.values()), default=0)
        return plan.Plan(strata((*reads, *self.steps)), bits, bounds, greatest)
