"""Pages: templates filled in, in which no text can be taken for anything else."""

from __future__ import annotations

from pathlib import Path

from perfrules.core.problem import Refused, Words, missing_extra
from perfrules.reports.values import phrase


def page(template: Path, about: Words, language: str, **values: object) -> str:
    """The text of a page from its template, with the phrases of a language. Raises `Refused` without the extra
    `report`, which `about` needs."""
    try:
        from jinja2 import Environment, StrictUndefined
    except ModuleNotFoundError:
        raise Refused([missing_extra("report", about)]) from None

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(template.read_text(encoding="utf-8")).render(
        language=language, say=lambda key, **filled: phrase(key, language, **filled), **values
    )
