"""Planted bugs: each a place in the code, what stands there, and the mistake that someone could make instead."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from perfrules.engines import columnar, columns, dialects, expressions, record, single, sources, sql
from perfrules.language import aggregation, dates, elsewhere, lower, ordering, rails, rebuild, workdays

Owner = object  # a module or a class


@dataclass(frozen=True)
class Bug:
    """In `owner.function`, `new` instead of `old`. Only policies in which `having` stands can show it."""

    what: str
    owner: Owner
    function: str
    old: str
    new: str
    having: str = ""

    @cached_property
    def planted(self) -> Callable[..., object]:
        """The function with the bug."""
        right = vars(self.owner)[self.function]
        text = textwrap.dedent(inspect.getsource(right))
        assert text.count(self.old) == 1, f"{self.what}: not once in {self.function}: {self.old}"
        module = sys.modules[right.__module__]
        made: dict[str, Callable[..., object]] = {}
        code = compile("from __future__ import annotations\n" + text.replace(self.old, self.new), f"<{self.what}>", "exec")
        exec(code, vars(module), made)
        return made[self.function]

    @cached_property
    def places(self) -> list[tuple[Owner, str]]:
        """Everywhere the function is known by its name."""
        right = vars(self.owner)[self.function]
        if isinstance(self.owner, type):
            return [(self.owner, self.function)]
        modules = [m for name, m in sys.modules.items() if name.startswith("perfrules.")]
        return [(m, name) for m in modules for name, value in vars(m).items() if value is right]


SOURCE = (record, "source")
RUN = record._Execution
SCALARS = [
    Bug("literals wrap at 32 bits", *SOURCE, "repr(value)", "repr(value if isinstance(value, str) or abs(value) < 2**31 else value - 2**32)"),
    Bug("an unknown column reads as 1", *SOURCE, "or 0)", "or 1)"),
    Bug("zero is not known", *SOURCE, 'f"({name_of(name)} is not None)"', 'f"(not not {name_of(name)})"'),
    Bug("sums wrap at 64 bits", *SOURCE, '"({inner(left)} + {inner(right)})"', '"(({inner(left)} + {inner(right)} + 2**63) % 2**64 - 2**63)"'),
    Bug("differences have no sign", *SOURCE, '"({inner(left)} - {inner(right)})"', '"(({inner(left)} - {inner(right)}) % 2**64)"'),
    Bug("products wrap at 64 bits", *SOURCE, '"({inner(left)} * {inner(right)})"', '"(({inner(left)} * {inner(right)} + 2**63) % 2**64 - 2**63)"'),
    Bug("division goes toward zero", *SOURCE, '"({inner(left)} // {inner(right)})"',
        '"({inner(left)} // {inner(right)} if {inner(left)} >= 0 else -(-{inner(left)} // {inner(right)}))"'),
    Bug("less is less or equal", *SOURCE, "{_OPERATORS[operator]}", "{'<=' if operator == '<' else _OPERATORS[operator]}"),
    Bug("and sees two parts", *SOURCE, "{' and '.join(map(inner, parts))}", "{' and '.join(map(inner, parts[:2]))}"),
    Bug("or sees two parts", *SOURCE, "{' or '.join(map(inner, parts))}", "{' or '.join(map(inner, parts[-2:]))}"),
    Bug("not of the first part", *SOURCE, "(not {inner(operand)})", "(not {inner(operand.parts[0] if isinstance(operand, scalars.And) else operand)})"),
    Bug("zero is no choice", *SOURCE, "({inner(then)} if {inner(condition)} else {inner(other)})", "({inner(condition)} and {inner(then)} or {inner(other)})"),
]  # fmt: skip
STEPS = [
    Bug("the judged year is not read", RUN, "read", "if p <= last", "if p < last", having="over years"),
    Bug("rows turned round", RUN, "execute", "self.lists(step.table, step.named, step.named)", "[values[::-1] for values in self.lists(step.table, step.named, step.named)]"),
    Bug("all parts chosen by the first", RUN, "stack", "part.where", "step.parts[0].where"),
    Bug("no row is zero", RUN, "join", "None if p is None", "0 if p is None"),
    Bug("the last of a group is lost", RUN, "group", "for i in members)", "for i in members[:-1] or members)"),
    Bug("ranks by the first order alone", RUN, "rank", "step.order)", "step.order[:1])"),
    Bug("sums in one direction", RUN, "running_sum", "step.order)", "tuple((n, False) for n, _ in step.order))"),
    Bug("only the first row is required", RUN, "require", "enumerate(met)", "enumerate(met[:1])"),
    Bug("unknown is zero where it was read", RUN, "read", "[value for _, table", "[value or 0 for _, table"),
    Bug("all is in one direction", RUN, "sorted", "reverse=descending", "reverse=order[0][1]"),
    Bug("the least is the first", RUN, "group", '"min": min', '"min": lambda found: next(iter(found))'),
    Bug("partitions by the first column", RUN, "running_sum", "self.rows(step.table, step.partition)", "self.rows(step.table, step.partition[:1])"),
]  # fmt: skip
WRITER = single._Writer
STRAIGHT = [
    Bug("unknown cells are used", WRITER, "function", "'{cell} is None' for cell in cells", "'{cell} is None' for cell in cells[:1]"),
    Bug("every rule is decided", rebuild, "are_opposite", "return yes == TRUE and no == FALSE", "return True"),
    Bug("no divisor is zero", WRITER, "assignments", "in self.divisors:", "in ():"),
    Bug("two may meet", WRITER, "function", "if size > 1}", "if size > 2}"),
    Bug("less than nothing is skipped", WRITER, "claim", '"elif a: return None"', '"elif a: pass"'),
    Bug("every amount is known", WRITER, "claim", "if known == TRUE else", "if known else"),
    Bug("another year's cell", WRITER, "__init__", "if i.offset == 0}", "}"),
]  # fmt: skip

RAILS, LOWER, AGGREGATION, ORDERING = rails, lower.Lowering, aggregation.Aggregation, ordering.Ordering
VALUES = [
    Bug("denominators are not crossed", RAILS, "_crossed", "times(a, right.den), times(b, left.den)", "scalars.Literal(a), scalars.Literal(b)", "/"),
    Bug("a difference is a sum", LOWER, "arithmetic", "rails.negated(right)", "right", " - "),
    Bug("ends of a range keep their places", RAILS, "negated", "value.top)", "value.low)", " - count"),
    Bug("only lower ends are multiplied", RAILS, "multiplied", '_extreme(">", ends)', "scalars.multiply(left.low, right.low)", "count"),
    Bug("a negative divisor keeps its sign", RAILS, "divided", "if least < 0:", "if False:", "/"),
    Bug("zero divides", RAILS, "divided", "if least <= 0 <= most:", "if False:", "/"),
    Bug("an unknown divisor divides", RAILS, "divided", "scalars.both(left.defined, right.defined)", "left.defined", "/"),
    Bug("the right side is known", RAILS, "compared", "scalars.both(left.defined, right.defined)", "left.defined"),
    Bug("a range is its lower end", RAILS, "compared", "(high, other_low), (low, other_high)", "(low, other_low), (low, other_low)", "count|streak"),
    Bug("ranges that touch are equal", RAILS, "compared", 'scalars.compare(">=", low, other_high), scalars.compare("<=", high, other_low)',
        'scalars.compare(">=", high, other_low), scalars.compare("<=", low, other_high)', "count|streak"),
    Bug("an unknown text is another", RAILS, "same_word", "scalars.both(left.defined, right.defined)", "right.defined", "= (red|good|t)|in {"),
    Bug("undecided and is no", RAILS, "conjunction", "scalars.either(*(p.fails for p in parts))", "scalars.negate(scalars.both(*(p.holds for p in parts)))", " and "),
    Bug("undecided or is no", RAILS, "disjunction", "scalars.both(*(p.fails for p in parts))", "scalars.negate(scalars.either(*(p.holds for p in parts)))", " or | in {"),
    Bug("undecided not is yes", RAILS, "opposite", "Condition(part.fails", "Condition(scalars.negate(part.holds)", "not |unless|all"),
    Bug("two no's differ", RAILS, "same_truth", "conjunction(opposite(left), opposite(right))", "conjunction(left, right)", r"\) = \("),
    Bug("what fails is not known", RAILS, "defined", "value.decided", "value.holds", "otherwise|known|if "),
    Bug("a range is known", RAILS, "defined", "value.point().defined", "value.defined", "otherwise|known|if "),
    Bug("if it is unknown, else", RAILS, "chosen", "scalars.both(unless, defined(other))", "scalars.both(scalars.negate(when), defined(other))", "if "),
    Bug("if it is unknown, else is no", RAILS, "chosen", "scalars.both(unless, other.fails)", "scalars.both(scalars.negate(when), other.fails)", "if "),
    Bug("words of then", RAILS, "chosen", "scalars.choose(when, then.text, other.text)", "then.text", "if "),
    Bug("else over the other denominator", RAILS, "chosen", "scalars.choose(when, then.den, other.den)", "then.den", "if |otherwise"),
    Bug("otherwise is never needed", LOWER, "value", "scalars.negate(known), value", "scalars.FALSE, value", "otherwise"),
    Bug("the last member is forgotten", LOWER, "value", "in node.members)", "in node.members[:-1])", " in {"),
    Bug("not known is known", LOWER, "value", "if node.negated else", "if not node else", "is not known"),
    Bug("texts are equal or not", LOWER, "comparison", 'node.operator == "="', 'node.operator in ("=", "!=")', "[tu] !="),
    Bug("min is max", LOWER, "call", '"<=" if', '">=" if', r"min\([^:]*,"),
    Bug("max of the first", LOWER, "extreme", "arguments[1:]", "arguments[1:2] if operator == '<=' else ()", r"max\("),
    Bug("abs keeps the sign", LOWER, "call", "rails.negated(value), value)", "value, value)", r"abs\("),
    Bug("rounding by the default mode", LOWER, "call", "str(node.arguments[2].value)", "mode", "half-even"),
    Bug("floor is ceil", RAILS, "_rounded", "return scalars.div_floor(top, under)", "return scalars.subtract(ZERO, scalars.div_floor(scalars.subtract(ZERO, top), under))", "floor"),
    Bug("ceil is one more", RAILS, "_rounded", "return scalars.subtract(ZERO, scalars.div_floor(scalars.subtract(ZERO, top), under))", "return scalars.add(scalars.div_floor(top, under), ONE)", "ceil"),
    Bug("half-even is half-up", RAILS, "_rounded", "halfway, even, nearest", "halfway, nearest, nearest", "half-even"),
    Bug("negative halves go up", RAILS, "_rounded", "if bounds.interval(top)[0] >= 0:", 'if mode == "half-up" or bounds.interval(top)[0] >= 0:', r"round\("),
    Bug("truncating goes down", RAILS, "_rounded", "if bounds.interval(top)[0] >= 0:", 'if mode == "truncate" or bounds.interval(top)[0] >= 0:', "truncate"),
    Bug("rounding goes down", RAILS, "_away", "scalars.add(times(2, top), under)", "times(2, top)"),
    Bug("truncating rounds", RAILS, "_away", 'mode == "truncate"', "not mode", "truncate"),
    Bug("an opening amount of this year", LOWER, "other_year", "self.offset + symbol.offset", "self.offset", "in_year"),
    Bug("a flag that is not known is no", lower, "fact_value", "scalars.both(known, scalars.negate(yes))", "scalars.negate(yes)"),
    Bug("which one is it itself", LOWER, "fact", '"parent" if symbol.path else "id"', '"id"', "place over"),
    Bug("a fact of the parent is its own", LOWER, "fact", "inherit(own, symbol.path, fact.name", "inherit(own, symbol.path[:1], fact.name", r"(item|unit)\."),
    Bug("a name of the parent is always known", LOWER, "definition", "brought(self.builder, self.table, above.table, on, value)", "value", r"unit\.e"),
    Bug("an ancestor of this year", LOWER, "definition", "self.offset, years=self.years)", "0, years=self.years)", r"prior\(.*unit\.e"),
]  # fmt: skip
DATES = [
    Bug("leap days begin a year", dates, "taken_apart", "1_460", "1_461", r"year\(|month|date\(|years"),
    Bug("the last day of four centuries", dates, "taken_apart", "_over(of_era, 146_096)", "_over(of_era, 146_097)", r"year\(|month|years"),
    Bug("January is month 13", dates, "taken_apart", "scalars.Literal(10)", "scalars.Literal(11)", r"year\(|month|years"),
    Bug("months have 31 days", dates, "_in_calendar", "length_of_month(year, month)", "scalars.Literal(31)", r"date\("),
    Bug("every fourth year", dates, "length_of_month", "scalars.negate(century)", "scalars.TRUE", r"date\(|month|years"),
    Bug("no fourth century", dates, "length_of_month", "_times(400, _over(year, 400))", "_times(401, _over(year, 401))", r"date\(|month|years"),
    Bug("days the other way", dates, "compute", "subtract(safe[1], safe[0])", "subtract(safe[0], safe[1])", r"days\("),
    Bug("a month that is not yet full", dates, "_months", "compare(\">\", reached, last.day)", 'compare(">=", reached, last.day)', r"months\("),
    Bug("the last of a month is not reached", dates, "_months", "first.day, length))", "first.day, first.day))", r"months\("),
    Bug("a year ends on the 30th", dates, "compute", "scalars.Literal(31)", "scalars.Literal(30)", "end_of_year"),
    Bug("the month of the year", dates, "compute", 'apart.year if function == "year" else apart.month', 'apart.year if function == "year" else apart.day', r"month\("),
    Bug("the year of March", dates, "taken_apart", "choose(late, scalars.ZERO, ONE)", "scalars.ZERO", r"year\(|years"),
    Bug("the 31st of February", dates, "_add_months", "apart.day, length))", "apart.day, apart.day))", r"month"),
    Bug("months of December", dates, "_shifted", "_plus(apart.month, -1)", "apart.month", "month|years"),
    Bug("years without end", dates, "_add_months", "both(known, between(year, 1, YEAR_MAX))", "known", "months|8000 years"),
    Bug("days without end", dates, "compute", "both(known, _is_day(later))", "known", r"\d days"),
    Bug("days before the first", dates, "_is_day", 'both(compare(">=", value, ONE), ', "both(", "days"),
    Bug("days in March", dates, "ordinal", 'compare("<=", month', 'compare("<", month', r"date\(|month|years"),
]  # fmt: skip
WORKING = [
    Bug("the day itself is worked", workdays, "moved", "choose(later, ZERO, ONE)", "choose(later, ZERO, ZERO)", "- .* working days"),
    Bug("back from the evening", workdays, "moved", "choose(later, safe, subtract(safe, ONE))", "safe", "- .* working days"),
    Bug("no working days lead to a working day", workdays, "moved", "choose(still, safe, found)", "found", r"\+ 0 working days"),
    Bug("a calendar without end", workdays, "moved", "between(number, least + 1, most)", "scalars.TRUE", "working days"),
    Bug("a calendar for all times", workdays, "moved", "between(start, calendar.first, calendar.last)", "scalars.TRUE", "working days"),
    Bug("six days a week", workdays, "_worked_until", "choose(compare(\"<\", rest, scalars.Literal(WORKED)), rest, scalars.Literal(WORKED))", "rest", "working days"),
    Bug("holidays after the day", workdays, "_worked_until", "_climb(day, _exceptions(calendar))", "_climb(add(day, ONE), _exceptions(calendar))", "working days"),
    Bug("holidays are worked", workdays, "_day_of", "_climb(number, shifts)", "ZERO", "working days"),
    Bug("a holiday ends the day before", workdays, "_day_of", "until + on_week_day(day)", "until", "working days"),
    Bug("no weekend is worked", workdays, "_day_of", "_climb(number, extras)))", "ZERO))", "working days"),
]  # fmt: skip
ELSEWHERE = [
    Bug("prior is next", LOWER, "steps", 'node.function == "prior"', 'node.function == "next"', r"prior\(|next\("),
    Bug("prior is one back", LOWER, "steps", "int(said.value) if", "1 if", r", 2\)"),
    Bug("prior of this year", elsewhere, "prior_or_next", "own.of(kind, own.offset + steps)", "own.of(kind, steps)", r"prior\(|next\("),
    Bug("prior of any history", elsewhere, "place_in_history", '("parent", "period")', '("period",)', r"prior\("),
    Bug("prior in a history is next", elsewhere, "prior_or_next", "scalars.add(place, scalars.Literal(steps))", "scalars.subtract(place, scalars.Literal(steps))", r"prior\((v|h)|dv"),
    Bug("prior within years is next", elsewhere, "prior_or_next", 'scalars.add(scalars.Column("period"), scalars.Literal(steps))',
        'scalars.add(scalars.Column("period"), scalars.Literal(-steps))', r"(prior|next)\(.*over years"),
    Bug("prior is known where there is a row", elsewhere, "brought", "scalars.both(there, column(value.defined))\n            return R", "there\n            return R", r"prior\(|next\("),
]  # fmt: skip
ROWS = [
    Bug("per is not seen", AGGREGATION, "_keys", "for pair, _ in self.parts", "for pair, _ in ()", " per "),
    Bug("per an unknown of its own", AGGREGATION, "_part", "scalars.both(self.known, rails.defined(own))", "self.known", " per "),
    Bug("per an unknown of theirs", AGGREGATION, "_part", "_shared(theirs))), rails.defined(theirs)", "_shared(theirs))), scalars.TRUE", " per "),
    Bug("no row strays", AGGREGATION, "lost", "not all(known) and", "False and", " per "),
    Bug("all were loaded", AGGREGATION, "_keys", "self.builder.loaded(self.own.table, word)", "scalars.TRUE", "over (items|steps)"),
    Bug("an undecided where does not count", AGGREGATION, "__init__", "where.fails)", "scalars.negate(where.holds))", " where "),
    Bug("where is not seen", AGGREGATION, "__init__", "if node.where else", "if node.where and not node.where else", " where "),
    Bug("grandchildren of any", AGGREGATION, "_keys", "self.kind, path[:-1], ", "self.kind, path[-1:0], ", "over steps"),
    Bug("a year's children are of all years", AGGREGATION, "_keys", '(("id", above.name), ("period", "period")) if', '(("id", above.name), ("period", "period")) if not', "over years"),
    Bug("over years of all", AGGREGATION, "_keys", 'if self.reach == "years":', 'if self.reach == "year":', "over years"),
    Bug("count of the sure", AGGREGATION, "count", "None if certain else", "None if certain or high else", r"count\("),
    Bug("strays do not count", AGGREGATION, "count", "scalars.add(high, self.strays)", "high", r"count\(.* per "),
    Bug("any without doubt", AGGREGATION, "quantified", 'scalars.compare("=", left, ZERO)', 'scalars.compare("=", some, ZERO)', r"any\(|all\("),
    Bug("any of the strays", AGGREGATION, "quantified", "self.straying(found.possible)", "ZERO", r"(any|all)\([^:]* per "),
    Bug("all is any", AGGREGATION, "quantified", 'self.node.function == "any" else rails.opposite(wanted)', "self.node else wanted", r"all\("),
    Bug("an unknown is nothing to a sum", AGGREGATION, "measured", "self.settled(waiting)", 'self.known if self.node.function == "sum" else self.settled(waiting)', r"sum\("),
    Bug("an unknown is nothing to an average", AGGREGATION, "measured", "self.settled(waiting)", 'self.known if self.node.function == "average" else self.settled(waiting)', r"average\("),
    Bug("an unknown is nothing to min", AGGREGATION, "measured", "self.settled(waiting)", 'self.known if self.node.function == "min" else self.settled(waiting)', r"min\("),
    Bug("an unknown is nothing to max", AGGREGATION, "measured", "self.settled(waiting)", 'self.known if self.node.function == "max" else self.settled(waiting)', r"max\("),
    Bug("nothing has an average", AGGREGATION, "measured", 'self.node.function != "sum"', 'self.node.function not in ("sum", "average")', r"average\("),
    Bug("min begins at zero", AGGREGATION, "measured", '"min": high', '"min": 0', r"min\("),
    Bug("max begins at zero", AGGREGATION, "measured", '"max": low', '"max": 0', r"max\("),
    Bug("sum is max", AGGREGATION, "measured", 'in ("min", "max") else "sum"', 'in ("min", "max") else "max"', r"sum\("),
    Bug("average of one more", AGGREGATION, "measured", "count if", "scalars.add(count, ONE) if", r"average\("),
    Bug("last is first", ORDERING, "last", "backward=True", "backward=False", r"last\("),
    Bug("a later row may count", ORDERING, "last", "final, scalars.negate(final), value, _", "scalars.TRUE, scalars.FALSE, value, _", r"last\("),
    Bug("last in an unknown order", ORDERING, "last", "self.settled(open_orders)", "self.known", r"last\("),
    Bug("ties the other way", ORDERING, "by", "(tie, backward)", "(tie, not backward)", r"last\(|running_sum|streak"),
    Bug("descending is not seen", ORDERING, "by", "self.node.descending != backward", "backward", "descending"),
    Bug("a history by period", ORDERING, "order", "if self.kind.in_order_of and", "if self.kind.in_order_of is self and", r"(last|streak)\([^:]*over steps"),
    Bug("streaks end at a no", ORDERING, "streak", "for place in (doubt, no)", "for place in (no, no)", r"streak\("),
    Bug("streaks of what may not count", ORDERING, "streak", "self.settled(waiting)", "self.known", r"streak\([^:]*where"),
    Bug("streaks from the first", ORDERING, "streak", "backward=True", "backward=False", r"streak\("),
    Bug("an absent year is a yes", ORDERING, "yearly", "doubt, gap), doubt, gap)", "doubt, gap), doubt, doubt)", r"streak\([^:]*over years"),
    Bug("no year denies", ORDERING, "yearly", "since_no, Literal(ALWAYS)", "Literal(ALWAYS), Literal(ALWAYS)", r"streak\([^:]*over years"),
    Bug("streaks across histories", ORDERING, "streak_here", 'partition = ("parent", *self.partition(member))', "partition = self.partition(member)", r"max\(streak"),
    Bug("a streak with the break", ORDERING, "since", "ONE, ZERO)", "ZERO, ZERO)", r"max\(streak|running_sum"),
    Bug("streaks in doubt", ORDERING, "streak_here", "opened, doubts, self", "opened, self", r"(max|last)\(streak\([^)]*where"),
    Bug("the least is first", ORDERING, "rank", "descending=True", "descending=False", r"rank\("),
    Bug("equal ones have places of their own", ORDERING, "rank", "Fraction(1), shared", "Fraction(1), place", r"rank\("),
    Bug("who is not among them has a rank", ORDERING, "rank", "scalars.both(self.settled(waiting), mine)", "self.settled(waiting)", r"rank\([^:]* where"),
    Bug("an unknown is the last", ORDERING, "rank", "self.settled(waiting)", "self.known", r"rank\("),
    Bug("a percentile between two", ORDERING, "places", "scalars.choose(exact, at_least_one, following)", "following", r"percentile\("),
    Bug("a percentile of the lower", ORDERING, "places", "following, ONE, 2", "following, ZERO, 2", r"percentile\("),
    Bug("no interpolation", ORDERING, "places", "following, rest, parts", "following, ZERO, parts", "interpolated"),
    Bug("a percentile of what is known", ORDERING, "percentile", "self.settled(waiting)", "self.known", r"percentile\("),
    Bug("a sum of what is known so far", ORDERING, "running_sum", 'scalars.compare("=", lacking, ZERO)', "scalars.TRUE", r"running_sum\("),
    Bug("a sum in an unknown order", ORDERING, "running_sum", "self.settled(waiting)", "self.known", r"running_sum\("),
    Bug("a sum for who is not among them", ORDERING, "running_sum", "scalars.both(self.settled(waiting), mine, ", "scalars.both(self.settled(waiting), ", r"running_sum\([^:]*where"),
]  # fmt: skip
LOWERED = [*VALUES, *DATES, *WORKING, *ELSEWHERE, *ROWS]

WRITTEN, TRANSLATED = expressions.Writer, sql.Translation
IN_SQL = [
    Bug("unknown is null", expressions.Column, "read", "if self.unknown else plain", "if not self else plain"),
    Bug("zero is not known", WRITTEN, "_said", "known if column.unknown", "exp.NEQ(this=column.read(ROW), expression=ZEROS[column.kind].copy()) if column.unknown"),
    Bug("less is less or equal", WRITTEN, "_compared", "_COMPARISONS[operator]", "_COMPARISONS['<=' if operator == '<' else operator]"),
    Bug("division goes toward zero", dialects, "negative", "exp.Literal.number(1))]", "exp.Literal.number(0))]"),
    Bug("and is or", WRITTEN, "_said", "exp.and_(", "exp.or_("),
    Bug("not is nothing", WRITTEN, "_said", "exp.Not(this=grouped(self.condition(operand)))", "grouped(self.condition(operand))"),
    Bug("the first is chosen", WRITTEN, "_chosen", "default=self._as(b, kind).sql", "default=self._as(a, kind).sql"),
    Bug("the judged year is not read", sources, "_is_within", "exp.LTE if", "exp.LT if", having="over years"),
    Bug("all was given", sources, "is_loaded", "else exp.false()", "else exp.true()", having="over (items|steps)"),
    Bug("all parts chosen by the first", TRANSLATED, "_stack", "writer.condition(part.where)", "writer.condition(step.parts[0].where)"),
    Bug("only where there is one", TRANSLATED, "_join", 'side="LEFT"', 'side="INNER"'),
    Bug("unknown keys are no keys", TRANSLATED, "_same", "if own.unknown and other.unknown", "if False"),
    Bug("the least is the most", TRANSLATED, "_group", "_FUNCTIONS[function]", '_FUNCTIONS["max" if function == "min" else function]', having=r"min\("),
    Bug("ranks by the first order alone", TRANSLATED, "_window", "expressions=ordered)", "expressions=ordered[:1])"),
    Bug("partitions by the first column", TRANSLATED, "_window", "for name in partition]", "for name in partition[:1]]"),
    Bug("sums of everything", TRANSLATED, "add", "step.order, frame)", "(), None)"),
    Bug("nothing is required", TRANSLATED, "broken", "exp.Not(this=exp.paren(writer.condition(step.scalar)))", "exp.false()"),
]  # fmt: skip

EXECUTED, SAID = columnar.Execution, columns.Translation
IN_COLUMNS = [
    Bug("unknown stays null", SAID, "typed", "column.fill_null(NOTHING[kind]) if name in self.unknown else column", "column"),
    Bug("zero is not known", SAID, "typed", "pl.col(name).is_not_null() if name in self.unknown", "pl.col(name).fill_null(NOTHING[self.types[name]]).cast(TRUTH) if name in self.unknown and self.types[name] != TEXT"),
    Bug("and is or", SAID, "typed", "reduce(and_,", "reduce(or_,"),
    Bug("not is nothing", SAID, "typed", "~self.truth(operand)", "self.truth(operand)"),
    Bug("less is less or equal", SAID, "compared", "return a < b", "return a <= b"),
    Bug("at least is more", SAID, "compared", "return a >= b", "return a > b"),
    Bug("no is yes", SAID, "compared", 'left.expression if (scalar.right == scalars.ONE)', 'left.expression if (scalar.right != scalars.ONE)'),
    Bug("the first is chosen", SAID, "chosen", "otherwise(cast(other, kind))", "otherwise(cast(then, kind))"),
    Bug("sums and products wrap at 64 bits", SAID, "computed", "kind = WIDE if wide else", "kind = WHOLE if wide else"),
    Bug("division goes toward zero", SAID, "computed", "Typed(a // b, kind)", "Typed(pl.when((a < 0) & (a % b != 0)).then(a // b + 1).otherwise(a // b), kind)"),
    Bug("columns are kept narrow", SAID, "column", "self.bounds is None or is_narrow(", "self.bounds is None or bool("),
    Bug("the judged year is not read", EXECUTED, "read", "if p <= last", "if p < last", having="over years"),
    Bug("facts are always known", EXECUTED, "read", "set(step.facts) - self.frames.complete(step.kind)", "set()"),
    Bug("all was given", EXECUTED, "said", "self.frames.is_loaded(asked, period)", "True", having="over (items|steps)"),
    Bug("all parts chosen by the first", EXECUTED, "stack", "frame.filter(said.truth(part.where))", "frame.filter(said.truth(step.parts[0].where))"),
    Bug("only where there is one", EXECUTED, "join", 'how="left"', 'how="inner"'),
    Bug("unknown keys are no keys", EXECUTED, "join", "nulls_equal=True", "nulls_equal=False"),
    Bug("what is brought is known", EXECUTED, "join", "update(new for new, _ in step.columns)", "update(())"),
    Bug("the least is the most", EXECUTED, "group", 'if function == "min"', 'if function == "max"', having=r"min\("),
    Bug("sums are narrow", EXECUTED, "summed", "return WHOLE if", "return WHOLE if True or"),
    Bug("ranks by the first order alone", EXECUTED, "ordered", "frame.sort(by, descending=[descending for _, descending in step.order])", "frame.sort(by[:1], descending=step.order[0][1])"),
    Bug("ranks upwards", EXECUTED, "ordered", "descending=[descending for _, descending in step.order]", "descending=False"),
    Bug("partitions by the first column", EXECUTED, "ordered", "over(step.partition)", "over(step.partition[:1])"),
    Bug("nothing is required", EXECUTED, "check", "if found[column]:", "if False:"),
    Bug("a column is derived before what it reads", EXECUTED, "table", "if not any(i in waiting for i in inputs(s))", "if True"),
]  # fmt: skip
