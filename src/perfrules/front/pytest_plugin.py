"""The pytest plugin: files of cases, and the examples of policies, as tests of any project.

Collected are files whose names match `perfrules_files` of the ini file (without it, those that end in `cases.yaml` and
`用例.yaml`), and any YAML file that is itself named on the command line. One that is no document of perfrules is left
to others, with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import perfrules
from perfrules import suite
from perfrules.core.problem import visible
from perfrules.front.language import usual_language
from perfrules.front.project import plugins

ENDINGS = (".yaml", ".yml")
PATTERNS = ("*cases.yaml", "*cases.yml", "*用例.yaml", "*用例.yml")
NOTHING = "PR528"  # vocabularies, and policies without examples: pytest itself says that no test ran
RUNNER = pytest.StashKey[suite.Runner]()
LANGUAGE = usual_language().value


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a project may say of its cases."""
    names = "patterns of names of YAML files with cases or policies"
    parser.addini("perfrules_files", names, type="args", default=PATTERNS)
    parser.addini("perfrules_plugins", "plugins, beside those of perfrules.toml", type="args", default=())


def pytest_configure(config: pytest.Config) -> None:
    """Programs are compiled once for all files."""
    config.stash[RUNNER] = suite.Runner()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The cases of a file, where it is one of those."""
    config = parent.config
    if file_path.suffix not in ENDINGS:
        return None
    named = {(config.invocation_params.dir / arg.partition("::")[0]).resolve() for arg in config.args}
    if file_path.resolve() not in named and not any(map(file_path.match, config.getini("perfrules_files"))):
        return None
    if not suite.is_document(file_path):
        parent.warn(
            pytest.PytestCollectionWarning(
                f"{file_path} does not begin as a document of perfrules, and is not collected"
            )
        )
        return None
    return CasesFile.from_parent(parent, path=file_path)


class CasesFile(pytest.File):
    """A file with cases or examples."""

    def collect(self) -> Iterator[pytest.Item]:
        """Each case; what is wrong with the documents fails the collection, by place."""
        try:
            named = plugins(self.config.getini("perfrules_plugins"), self.config.rootpath)
            cases = suite.collect(self.path, plugins=named).cases
        except perfrules.Refused as refused:
            if {problem.code for problem in refused.problems} == {NOTHING}:
                return iter(())
            text = "\n\n".join(perfrules.render(problem, LANGUAGE) for problem in refused.problems)
            raise self.CollectError(text) from None
        return (CaseItem.from_parent(self, name=visible(case.title), case=case) for case in cases)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: suite.Case, **more: Any) -> None:
        super().__init__(**more)
        self.case = case

    def runtest(self) -> None:
        """Run the case; what differs fails it, what was noted is warned of."""
        ran = self.config.stash[RUNNER].run(self.case)
        for problem in ran.problems:
            if problem.severity != "error":
                self.warn(Noted(f"{problem.code}: {problem.said(LANGUAGE)}"))
        if not ran.passed:
            raise Differs(ran)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What differs and why, in words."""
        if isinstance(excinfo.value, Differs):
            return excinfo.value.ran.text(LANGUAGE)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line of the case, its name."""
        span = self.case.name.span
        return Path(span.source.file), span.line - 1, self.name


class Differs(Exception):
    """A case in which something came out otherwise than it expects."""

    def __init__(self, ran: suite.Ran) -> None:
        super().__init__(ran.case.title)
        self.ran = ran


class Noted(pytest.PytestWarning):
    """What perfrules notes of a case."""
