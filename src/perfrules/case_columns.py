"""Tables of cases: each row is a case with one subject, its cells what is given and what is expected of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perfrules.core.given import known_columns, row_headings
from perfrules.core.problem import Findings, Words, did_you_mean, nearest
from perfrules.core.span import Text
from perfrules.core.vocabulary import SubjectKind
from perfrules.language.words import CASES, EXPECTED, english
from perfrules.pipeline.scenarios import CaseTableForm, ScenarioForm
from perfrules.readers.case_table import case_rows
from perfrules.results import Results

OWN = english({word: CASES[word] for word in ("name", "as_of", "period", "problems")})  # of a case, not of its subject
EXPECTS = re.compile(rf"(?:expect\s+|{CASES['expect']}\s*)(.+)")
OF_YEAR = re.compile(r"(.+?)\s*([+-]\d{1,2})")
SEVERAL = re.compile(r"\s*[;；]\s*")
EXPLAINED = english({"explained": EXPECTED["explained"]})  # words, in which a semicolon parts nothing
SUBJECT = "A"  # the id of a row that has none


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table is for: `own` of the case, a `fact` of a year, or what it `expects`."""

    sort: str
    heading: Text
    name: Text
    year: int = 0  # counted from the judged one


def scenarios_of(
    form: CaseTableForm, document: Text, period: int, results: Results, findings: Findings
) -> Iterator[ScenarioForm]:
    """The case of each row of a document's table; none where its columns can't be read."""
    kinds = results.vocabulary.kind_names
    if form.subject in kinds:
        kind = results.vocabulary.kinds[kinds[form.subject]]
        return _Table(form, document, period, kind, results, findings).scenarios()
    findings.add("PR616", form.subject.span, word=str(form.subject), hint=did_you_mean(form.subject, kinds))
    return iter(())


@dataclass(frozen=True)
class _Table:
    """Reads the rows of a table; what is wrong with a column is said once."""

    form: CaseTableForm
    document: Text
    period: int
    kind: SubjectKind
    results: Results
    findings: Findings

    def scenarios(self) -> Iterator[ScenarioForm]:
        headings, rows = self.read()
        found = [self.column(heading) for heading in headings]
        columns = [column for column in found if column is not None]
        if not self.are_distinct(columns) or len(columns) < len(headings):
            return
        for number, row in enumerate(rows, 1):
            if len(row) < len(columns) or any(row[len(columns) :]):
                place = row[0].span if row else self.form.subject.span
                self.findings.add("PR526", place, found=str(len(row)), expected=str(len(columns)))
            else:
                yield self.scenario(number, columns, row)

    def read(self) -> tuple[Sequence[Text], Sequence[Sequence[Text]]]:
        """The names of the columns, and the rows: written here, or in the file that is named."""
        form = self.form
        if form.origin is None:
            for key, found in (("columns", form.columns), ("rows", form.rows)):
                if not found:
                    self.findings.add("PR203", form.subject.span, key=key, chinese=CASES[key])
            return form.columns, form.rows if form.columns else []
        if form.columns or form.rows:
            key = "columns" if form.columns else "rows"
            here = Words("beside `from`", "在写明 `来自` 时")
            first = (form.columns or form.rows[0] or [form.origin])[0]
            self.findings.add("PR242", first.span, key=Words(key, CASES[key]), here=here)
        before = len(self.findings.errors)
        headings, *rows = case_rows(form.origin, Path(self.document.span.source.file).parent, self.findings) or [[]]
        if len(self.findings.errors) > before:
            return [], []
        if not rows:
            reason = Words("it has no rows", "没有数据行")
            self.findings.add("PR624", form.origin.span, path=str(form.origin), reason=reason)
        width = len(headings)
        kept = [n for n in range(width) if headings[n] or any(cell for row in rows for cell in row[n : n + 1])]
        if len(kept) == width:
            return headings, rows
        return [headings[n] for n in kept], [[row[n] for n in kept if n < len(row)] + row[width:] for row in rows]

    # columns

    def column(self, heading: Text) -> Column | None:
        """What a column is for; None with a problem noted where that is not known."""
        vocabulary = self.results.vocabulary
        if heading in OWN:
            return Column("own", heading, Text(OWN[heading], heading.span))
        known = known_columns(vocabulary, self.kind)
        names = {**row_headings(vocabulary, self.kind), **self.kind.by_title}
        other, expects = OF_YEAR.fullmatch(heading), EXPECTS.fullmatch(heading)
        if heading in known:
            return Column("fact", heading, Text(names.get(heading, heading), heading.span))
        if other is not None and other[1] in self.kind.by_title:
            return Column("fact", heading, Text(names[other[1]], heading.span), int(other[2]))
        if expects is not None:
            key = Text(expects[1], heading.at(expects.start(1), len(heading)))
            return Column("expect", heading, key) if self.results.check(self.kind.name, key, self.findings) else None
        self.findings.add("PR527", heading.span, column=str(heading), kind=self.kind.name, hint=self.meant(heading))
        return None

    def meant(self, heading: str) -> Words:
        """What a column that is none may be meant as, or what there may be."""
        rules = self.results.rules[self.kind.name]
        if self.results.sort(self.kind.name, heading):
            return Words(f"did you mean `expect {heading}`?", f"是否想写 `预期 {heading}`？")
        word = "expect" if heading.isascii() else CASES["expect"]
        known = [*self.kind.by_title, *OWN, *(f"{word} {rule}" for rule in rules)]
        if nearest(heading, known):
            return did_you_mean(heading, known)
        fact, rule = next(iter(self.kind.columns), "id"), next(iter(rules), "missing")
        return Words(
            f"a column is a fact (`{fact}`), a fact of another year (`{fact} -1`), the `name` of the case, or what is "
            f"expected (`expect {rule}`)",
            f"列可以是事实（`{fact}`）、其他年度的事实（`{fact} -1`）、`情景名`，或预期（`预期 {rule}`）",
        )

    def are_distinct(self, columns: Iterable[Column]) -> bool:
        """Whether no two columns are for the same; noted where they are."""
        first: dict[tuple[str, str, int], Column] = {}
        before = len(self.findings.errors)
        for column in columns:
            other = first.setdefault((column.sort, str(column.name), column.year), column)
            if other is not column:
                self.findings.add("PR618", column.heading.span, fact=str(column.name), column=str(column.heading),
                                  other=str(other.heading))  # fmt: skip
        return len(self.findings.errors) == before

    # rows

    def scenario(self, number: int, columns: Iterable[Column], row: Sequence[Text]) -> ScenarioForm:
        """The case of a row."""
        own: dict[str, list[Text]] = {"name": [Text(f"{self.document}, {number}", row[0].span)]}
        facts: dict[int, dict[Text, Text]] = {0: {}}
        expected: dict[Text, list[Text]] = {}
        for column, cell in zip(columns, row, strict=False):
            if not cell:
                if column.name == "id":
                    self.findings.add("PR617", cell.span, kind=self.kind.name)
            elif column.sort == "fact":
                facts.setdefault(column.year, {})[column.name] = cell
            elif column.sort == "own":
                own[column.name] = _parts(cell) if column.name == "problems" else [cell]
            else:
                expected[column.name] = [cell] if column.name in EXPLAINED else _parts(cell)
        return self.made(own, facts, expected)

    def made(
        self, own: dict[str, list[Text]], facts: dict[int, dict[Text, Text]], expected: dict[Text, list[Text]]
    ) -> ScenarioForm:
        """A scenario with the rows of its subject, one for each year that a column is about."""
        (name,) = own["name"]
        period = next((int(text) for text in own.get("period", ()) if text.isdecimal()), self.period)
        own_id = next((value for key, value in facts[0].items() if key == "id"), Text(SUBJECT, name.span))
        parent = {key: value for key, value in facts[0].items() if key == self.kind.belongs_to}
        rows = [
            {Text("id", name.span): own_id, Text("period", name.span): Text(str(period + year), name.span)}
            | parent | {key: value for key, value in values.items() if key != "id"}
            for year, values in facts.items()
        ]  # fmt: skip
        subject = Text(f"{self.kind.name}/{own_id}", name.span)
        return ScenarioForm.model_construct(
            name=name, as_of=next(iter(own.get("as_of", ())), None), period=next(iter(own.get("period", ())), None),
            given={self.form.subject: rows}, expect={subject: expected} if expected else {},
            problems=own.get("problems", []),
        )  # fmt: skip


def _parts(cell: Text) -> list[Text]:
    """What a semicolon parts."""
    return [Text(part, cell.span, quoted=cell.quoted) for part in SEVERAL.split(cell)]
