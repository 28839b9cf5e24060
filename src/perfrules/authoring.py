"""What people who write policies and fill in facts get: a template workbook, a schema for editors, a new district or
package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from perfrules.asked import Paths, listed, path_given
from perfrules.core.facts import Facts
from perfrules.core.files import written_whole
from perfrules.core.problem import Findings, Refused, refusing_in_its_language
from perfrules.districts import starting
from perfrules.districts.manager import bring
from perfrules.library import read_library
from perfrules.readers import marked
from perfrules.reports import facts_table, template
from perfrules.reports import schema as schemas


@refusing_in_its_language
def write_template(paths: Paths, out: str | Path, *, language: str = "en", plugins: Iterable[Any] = ()) -> None:
    """Write a workbook for the facts that policies speak of: a sheet for each kind, a column for each fact.

    `paths` are policies, or a vocabulary alone. Raises `Refused` where nothing is declared, or without the
    extra `excel`.
    """
    findings = Findings()
    given = listed(paths)
    named = ", ".join(map(str, given))
    library = read_library(given, bring(plugins), findings)
    found = {p.vocabulary.name: p.vocabulary for p in library.policies} or dict(library.vocabularies)
    if not any(vocabulary.kinds for vocabulary in found.values()) and not findings.errors:
        findings.add("PR121", where=named, path=named)
    findings.refuse()
    template.write_template(found.values(), path_given("out", out, '"facts.xlsx"'), language)


def facts_text(facts: Facts, language: str = "en") -> str:
    """What was read, in `en` or `zh`: for each kind and year its columns with their units, how many values are
    known, and the total, to be compared with the books."""
    return facts_table.facts_text(facts, language)


def write_marked(paths: Paths, refused: Refused, folder: str | Path, language: str = "en") -> list[Path]:
    """Write copies of files with facts that were refused, in which a last column says what is wrong with each row.

    `paths` are those that were read: CSV files, workbooks, or folders of them; JSON is not copied. The copies stand in
    `folder` under their own names; which were written.
    """
    target = path_given("folder", folder, '"marked"')
    return marked.write_marked([Path(p) for p in listed(paths)], refused.problems, target, language)


@refusing_in_its_language
def write_district(name: str, folder: str | Path | None = None, *, language: str = "en") -> list[Path]:
    """Write a folder for a new district, in `en` or `zh`: a vocabulary, a policy with examples, made-up facts.

    The folder, which is called like the district where nothing else is said, must not be there yet. Gives the files.
    Raises `Refused` where it is, or the name is none.
    """
    return starting.write_district(name, _folder(name, folder), language)


@refusing_in_its_language
def write_package(name: str, folder: str | Path | None = None, *, language: str = "en") -> list[Path]:
    """Write a folder for an installable package that brings policies as a plugin, in `en` or `zh`: what a new district
    has, the module with the hooks, tests of the package as it is installed, and how to build it.

    As `write_district`; the name must be one that Python and pip can take, too.
    """
    return starting.write_package(name, _folder(name, folder), language)


def _folder(name: str, folder: str | Path | None) -> Path:
    return Path(name) if folder is None else path_given("folder", folder, '"district"')


@refusing_in_its_language
def schema(*, language: str = "en", plugins: Iterable[Any] = ()) -> str:
    """A JSON Schema (draft 7) of all documents, as text, for editors that complete, explain and underline YAML.

    Keys of both languages are known; those of `language` are offered and explained. It accepts what `check` accepts.
    """
    return schemas.schema(language, bring(plugins).actions.values())


__all__ = ["facts_text", "schema", "write_district", "write_marked", "write_package", "write_template", "written_whole"]
