"""The statements that make views, with comments that say what they are of."""

from __future__ import annotations

from collections.abc import Iterator

from perfrules.core.problem import Words
from perfrules.engines.dialects import DIALECTS, Dialect
from perfrules.engines.sql import PREFIX, commented
from perfrules.pipeline.drafts import Compiled
from perfrules.readers.columns import Layout
from perfrules.readers.stored_columns import literal
from perfrules.views import Views

VIEWED = {name: dialect for name, dialect in DIALECTS.items() if dialect.types is not None}
OF = Words("{name} as of {day}, for {period}: program {digest}", "{name}，基准日 {day}，{period} 年度：程序 {digest}")


def statements(program: Compiled, dialect: Dialect, layout: Layout, period: int, language: str) -> str:
    """`CREATE VIEW` for each view, with a comment that the database keeps. Raises `Refused`."""
    views = Views(program, dialect, layout, period, language)
    queries = {name: views.view(name) for name in views.names}
    views.findings.refuse()
    lines = [f"-- {line}" for line in _head(program, period, language)]
    for name, query in queries.items():
        text = query.sql(dialect.name, pretty=True, max_text_width=110)
        words = OF.said(language).format(name=name, day=program.as_of, period=period, digest=program.digest)
        comment = literal(words).sql(dialect.name)
        lines += ["", f"CREATE VIEW {PREFIX}{name} AS", f"{text};", "", f"COMMENT ON VIEW {PREFIX}{name} IS {comment};"]
    return "\n".join(lines) + "\n"


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
