"""The statements that make views, with comments that say what they are of."""

from __future__ import annotations

from collections.abc import Iterator

from perfrules.core.problem import Words
from perfrules.engines.databases import Database
from perfrules.engines.dialects import Dialect, Expression, commented
from perfrules.engines.parts import PREFIX
from perfrules.pipeline.drafts import Compiled
from perfrules.readers.columns import Layout
from perfrules.readers.normal_form import MARKS, pattern
from perfrules.readers.stored_values import literal
from perfrules.views import Views

OF = Words("{name} as of {day}, for {period}: program {digest}", "{name}，基准日 {day}，{period} 年度：程序 {digest}")


def statements(
    program: Compiled, dialect: Dialect, layout: Layout, period: int, language: str, database: Database | None = None
) -> str:
    """Statements that make each view, with a comment that the database keeps; a `database` is asked about its tables.
    Raises `Refused`.

    A line that ends with a semicolon ends a statement, and no other does.
    """
    views = Views(program, dialect, layout, period, language, database)
    made = list(_views(views) if dialect.keeps else _tables(views))
    views.findings.refuse()
    return (
        "\n".join(f"-- {line}".rstrip("; ") for line in _head(program, period, language))
        + "\n\n"
        + ";\n\n".join(made)
        + ";\n"
    )


def _views(views: Views) -> Iterator[str]:
    """`CREATE VIEW` for each view."""
    for name in views.names:
        yield f"CREATE VIEW {PREFIX}{name} AS\n{_text(views, views.view(name))}"
        yield f"COMMENT ON VIEW {PREFIX}{name} IS {_comment(views, name)}"


def _tables(views: Views) -> Iterator[str]:
    """`CREATE TABLE` for each view, and for what is read several times, which is gone at the end.

    What is there from another time goes first, so that nothing old is left where something new is refused.
    """
    parts = dict(views.script())
    yield from (f"SET {name} = {value}" for name, value in views.dialect.settings.items())
    yield f"DECLARE OR REPLACE VARIABLE {MARKS} STRING DEFAULT {literal(pattern()).sql(views.dialect.name)}"
    yield from (f"DROP TABLE IF EXISTS {name}" for name in reversed(parts))
    own = [PREFIX + name for name in views.names]
    for name, query in parts.items():
        comment = f" COMMENT {_comment(views, name.removeprefix(PREFIX))}" if name in own else ""
        yield f"CREATE TABLE {name}{comment} AS\n{_text(views, query)}"
    yield from (f"DROP TABLE {name}" for name in parts if name not in own)
    yield f"DROP TEMPORARY VARIABLE {MARKS}"


def _text(views: Views, query: Expression) -> str:
    return str(query.sql(views.dialect.name, pretty=True, max_text_width=110, copy=False))


def _comment(views: Views, name: str) -> str:
    program = views.program
    words = OF.said(views.language).format(name=name, day=program.as_of, period=views.period, digest=program.digest)
    return str(literal(words).sql(views.dialect.name))


def _head(program: Compiled, period: int, language: str) -> Iterator[str]:
    """What the views are of: the program, and of every rule the reason and the source."""
    yield OF.said(language).format(name="perfrules", day=program.as_of, period=period, digest=program.digest)
    for policy in program.policies:
        yield ""
        yield commented(": ".join(filter(None, (policy.name, policy.source))))
        for judged in program.judged:
            if judged.policy is policy:
                rule = judged.rule
                yield commented(f"  {rule.name}: {rule.because}" + (f" ({rule.source})" if rule.source else ""))
