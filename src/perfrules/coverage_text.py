"""Coverage in words, as JSON, and as a page in which the text of each policy shows what is not tested."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from perfrules.core.problem import Words, visible
from perfrules.core.span import Source
from perfrules.coverage import SORTS, Coverage, Target
from perfrules.reports.outcome_text import table
from perfrules.reports.pages import page
from perfrules.reports.values import phrase

TEMPLATE = Path(__file__).with_name("coverage.html")
PAGE = Words("coverage as HTML", "HTML 覆盖情况")


def coverage_text(coverage: Coverage, language: str) -> str:
    """A row for each policy, then everything that is not tested, with its place."""
    lines = [
        phrase("coverage", language),
        *(f"  {line}" for line in table(_rows(coverage, language), right=range(1, 8))),
    ]
    if coverage.untested:
        lines += ["", phrase("untested", language)]
        lines += [f"  {line}" for line in table([_untested(t, language) for t in coverage.untested])]
    return "\n".join(lines) + "\n"


def _rows(coverage: Coverage, language: str) -> list[list[str]]:
    """How much of each sort is reached in each policy, and in all."""
    reached: Counter[tuple[str, str]] = Counter()
    needed: Counter[tuple[str, str]] = Counter()
    for target in coverage.targets.values():
        for name in (target.policy, ""):
            needed[name, target.sort] += len(target.needed)
            reached[name, target.sort] += len(target.needed) - len(target.missing)
    rows = [
        [phrase("policy", language), *(phrase(f"sort {sort}", language) for sort in SORTS), phrase("all", language)]
    ]
    for name in [*(policy.name for policy in coverage.policies), ""]:
        sums = [sum(count[name, sort] for sort in SORTS) for count in (reached, needed)]
        cells = [f"{reached[name, s]}/{needed[name, s]}" if needed[name, s] else "" for s in SORTS]
        share = f"{100 * sums[0] // sums[1]}%" if sums[1] else ""
        rows.append([name or phrase("all", language), *cells, share])
    return rows


def _untested(target: Target, language: str) -> list[str]:
    ways = phrase("listing", language).join(phrase(f"way {way}", language) for way in target.missing)
    return [target.span.place, visible(target.said(language)), phrase("never", language, ways=ways)]


def coverage_json(coverage: Coverage, language: str) -> str:
    """Everything that has to be tested: policy, what, place, the ways that are needed and how many cases saw each."""
    plain = [
        {
            "policy": t.policy, "sort": t.sort, "text": t.said(language),
            "path": t.span.source.name, "line": t.span.line,
            "needed": list(t.needed), "seen": {way: t.seen[way] for way in t.needed if way in t.seen},
        }
        for t in coverage.targets.values()
    ]  # fmt: skip
    found = {"reached": coverage.reached, "needed": coverage.needed, "percent": coverage.percent, "targets": plain}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def coverage_html(coverage: Coverage, language: str) -> str:
    """The page. Raises `Refused` without the extra `report`."""
    files = [(source.name, list(_lines(source, coverage, language))) for source in _sources(coverage)]
    return page(TEMPLATE, language, PAGE, rows=_rows(coverage, language), files=files)


def _sources(coverage: Coverage) -> list[Source]:
    found = {target.span.source.name: target.span.source for target in coverage.targets.values()}
    return [found[name] for name in sorted(found)]


def _lines(source: Source, coverage: Coverage, language: str) -> Iterator[tuple[int, str, str, list[str]]]:
    """Each line of a file: its number, its text, whether all of it is tested, and what is not."""
    own = [target for target in coverage.targets.values() if target.span.source.name == source.name]
    for number, text in enumerate(source.text.splitlines(), 1):
        there = [target for target in own if target.span.line == number]
        open_ones = [target for target in there if target.missing]
        state = "" if not there else "open" if open_ones else "tested"
        yield number, text, state, [": ".join(_untested(target, language)[1:]) for target in open_ones]
