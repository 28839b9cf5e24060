"""Pages of HTML: a template with its values, in which every text is escaped."""

from __future__ import annotations

from pathlib import Path

from perfrules.core.problem import Refused, Words, missing_extra
from perfrules.reports.values import phrase


def page(template: Path, language: str, what: Words, **values: object) -> str:
    """A page in `en` or `zh`. Raises `Refused` without the extra `report`; `what` says for what it is needed."""
    try:
        from jinja2 import Environment, StrictUndefined
    except ModuleNotFoundError:
        raise Refused([missing_extra("report", what)]) from None

    def say(key: str, **named: object) -> str:
        return phrase(key, language, **named)

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(template.read_text(encoding="utf-8")).render(language=language, say=say, **values)
