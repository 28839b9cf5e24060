"""The papers: a workbook, the report of the year, and a page to sign, which names what was computed."""

from __future__ import annotations

import os
from pathlib import Path

import perfrules

from .book import outcome_digest

WORKBOOK, REPORT, SIGN = "entries-{year}.xlsx", "report-{year}.html", "sign-{year}.txt"


def write_papers(folder: Path, program: perfrules.Program, outcome: perfrules.Outcome) -> None:
    """Write all papers of a run into a folder."""
    workbook, report, sign = (folder / name.format(year=outcome.period) for name in (WORKBOOK, REPORT, SIGN))
    outcome.write_excel(workbook, "zh")
    report.write_text(outcome.report("zh", "html"), encoding="utf-8", newline="\n")
    sign.write_text(sign_page(program, outcome), encoding="utf-8", newline="\n")


def put_in_place(made: Path, folder: Path) -> None:
    """Move papers into the folder where people look for them, in the place of earlier ones."""
    for paper in sorted(made.iterdir()):
        os.replace(paper, folder / paper.name)


def sign_page(program: perfrules.Program, outcome: perfrules.Outcome) -> str:
    """The result in words, what identifies rules and result, and where to sign."""
    return (
        f"{outcome.text('zh')}\n"
        f"分录：{len(outcome.entries)} 笔，合计 {sum(e.amount for e in outcome.entries)} 元\n"
        f"程序：{program.digest}\n"
        f"结果：{outcome_digest(outcome)}\n\n"
        "经办：____________  复核：____________  负责人：____________  日期：____________\n"
    )
