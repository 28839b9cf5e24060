"""What mutation found: in words, each survivor with the case that would notice it, and as JSON."""

from __future__ import annotations

import json

from perfrules.hunt import Survivor
from perfrules.mutation import Mutation
from perfrules.reports.values import phrase
from perfrules.suggestions_text import distinct_name, scenario_lines


def mutation_text(found: Mutation, language: str) -> str:
    """How many changes there were, then those that no case notices, each with a case that would."""
    names: set[str] = set()
    parts = ["\n".join(_survivor(one, names, language)) for one in found.survivors]
    if found.failing:
        parts.append(phrase("failing", language, count=len(found.failing)))
    parts.append(phrase("mutants", language, count=found.count, survivors=len(found.survivors)))
    return "\n\n".join(parts) + "\n"


def _survivor(one: Survivor, names: set[str], language: str) -> list[str]:
    lines = [f"{one.mutant.span.place}: {one.mutant.said.said(language)}"]
    if one.probe is None:
        return [*lines, f"  {phrase('no probe', language)}"]
    name = distinct_name(one.mutant.said.said(language).replace("`", ""), names)
    case = scenario_lines(name, one.probe, one.expect, language)
    return [*lines, f"  {phrase('would notice', language)}", *(f"    {line}" for line in case)]


def mutation_json(found: Mutation, language: str) -> str:
    """How many mutants there are, the survivors with place, words and the case that would notice, and what fails."""
    names: set[str] = set()
    plain = {
        "mutants": found.count,
        "failing": [str(ran.case.name) for ran in found.failing],
        "survivors": [_plain(one, names, language) for one in found.survivors],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _plain(one: Survivor, names: set[str], language: str) -> dict[str, object]:
    span, said = one.mutant.span, one.mutant.said.said(language)
    case = None
    if one.probe is not None:
        lines = scenario_lines(distinct_name(said, names), one.probe, one.expect, language)
        case = "".join(f"{line}\n" for line in lines)
    return {"policy": one.mutant.policy.name, "path": span.source.name, "line": span.line, "change": said, "case": case}
