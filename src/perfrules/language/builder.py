"""Building a plan: which columns each table has, how large they get, and the steps so far."""

from __future__ import annotations

from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language import plan
from perfrules.language.bounds import Bounds
from perfrules.language.plan import Scalar

MEMBERS_MAX = 2**31 - 1  # rows that can belong to one subject
SUM_MAX = 2**63 - 1  # a sum over rows; the plan requires that it is not exceeded
PERIOD_BOUNDS = (1, 9999)


def table_name(kind: str, offset: int = 0) -> str:
    """The plan's table of a kind's subjects, so many years from the judged period."""
    return f"{kind}{offset:+d}" if offset else kind


class Builder:
    """Collects the steps of a plan; knows which columns each table has and how large they get."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.steps: list[plan.Step] = []
        self.bounds: dict[str, Bounds] = {}
        self.reads: dict[str, tuple[str, int, set[str], set[str]]] = {}
        self._bound: dict[tuple[str, Scalar], plan.Column] = {}
        self._joined: dict[tuple[str, str, str], str] = {}
        self._names: set[tuple[str, str]] = set()

    def rows(self, kind: str, offset: int = 0) -> str:
        """The table of the subjects of a kind."""
        table = table_name(kind, offset)
        if table not in self.reads:
            self.reads[table] = (kind, offset, set(), set())
            self.bounds[table] = Bounds({"period": PERIOD_BOUNDS})
        return table

    def fact(self, table: str, fact: Fact) -> str:
        """A column with a fact of the subjects of a table."""
        self.reads[table][2].add(fact.name)
        if fact.kind not in ("text", "choice"):
            self.bounds[table].columns[fact.name] = fact.bounds
        return fact.name

    def loaded(self, table: str, child: str) -> Scalar:
        """Whether the rows of a kind that belongs to the table's were given."""
        self.reads[table][3].add(child)
        return plan.Column(f"{child} loaded")

    def bind(self, table: str, hint: str, scalar: Scalar) -> Scalar:
        """The scalar as a column of its own, unless it is as simple as one."""
        if isinstance(scalar, (plan.Literal, plan.Column, plan.Known)):
            return scalar
        known = self._bound.get((table, scalar))
        if known is None:
            interval = self.bounds[table].interval(scalar)
            known = plan.Column(self.unique(table, hint))
            self.bounds[table].columns[known.name] = interval
            self.steps.append(plan.Derive(table, known.name, scalar))
            self._bound[table, scalar] = known
        return known

    def unique(self, table: str, hint: str) -> str:
        """A column or table name that is not taken."""
        name, number = hint, 2
        while (table, name) in self._names or name in self.bounds.get(table, Bounds()).columns:
            name, number = f"{hint}#{number}", number + 1
        self._names.add((table, name))
        return name

    def join(self, table: str, source: str, on: tuple[str, str], column: str) -> str:
        """A column that a table takes from the row of another where `on` are equal; unknown where none is."""
        known = self._joined.get((table, source, column))
        if known is None:
            known = self.unique(table, f"{source}.{column}")
            self.steps.append(plan.Join(table, source, (on,), ((known, column),)))
            self._joined[table, source, column] = known
            low, high = self.bounds[source].columns.get(column, (0, 1))
            self.bounds[table].columns[known] = (min(low, 0), max(high, 0))
        return known

    def group(self, source: str, hint: str, keys: tuple[str, ...], measures: tuple[tuple[str, str, str], ...]) -> str:
        """A table with a row for each combination of keys; sums are required to stay below 2^63."""
        table = self.unique("", hint)
        columns = self.bounds[source].columns
        self.bounds[table] = Bounds({k: columns[k] for k in keys if k in columns})
        self.steps.append(plan.Group(table, source, keys, measures))
        for name, function, column in measures:
            low, high = columns.get(column, (0, 1))
            if function == "sum":
                low, high = max(low * MEMBERS_MAX, -SUM_MAX), min(high * MEMBERS_MAX, SUM_MAX)
                self._require_sum(table, name, high - low >= SUM_MAX)
            self.bounds[table].columns[name] = (low, high)
        return table

    def _require_sum(self, table: str, name: str, can_exceed: bool) -> None:
        if can_exceed:
            column = plan.Column(name)
            fits = plan.both(
                plan.Compare("<=", column, plan.Literal(SUM_MAX)), plan.Compare(">=", column, plan.Literal(-SUM_MAX))
            )
            self.steps.append(plan.Require(table, fits, "PR704", table))

    def plan(self) -> plan.Plan:
        """The finished plan."""
        reads = tuple(
            plan.Read(table, kind, offset, tuple(sorted(facts)), tuple(sorted(children)))
            for table, (kind, offset, facts, children) in sorted(self.reads.items())
        )
        bits = max((b.bits for b in self.bounds.values()), default=64)
        return plan.Plan((*reads, *self.steps), bits)


def ancestor_column(
    builder: Builder, kind: SubjectKind, table: str, path: tuple[str, ...], name: str
) -> tuple[str, Fact]:
    """The column with a fact of the row itself, or of an ancestor, joined level by level."""
    if not path:
        fact = kind.columns[name]
        return builder.fact(table, fact), fact
    parent = builder.vocabulary.kinds[path[0]]
    above = builder.rows(parent.name)
    column, fact = ancestor_column(builder, parent, above, path[1:], name)
    return builder.join(table, above, ("parent", "id"), column), fact
