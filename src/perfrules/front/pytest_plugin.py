"""The pytest plugin: files of cases, and the examples of policies, as tests of any project.

Collected are files whose names match `perfrules_files` (in the ini file; `*cases.yaml` and `*用例.yaml` where it says
nothing), and any YAML file that is itself named on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

import perfrules
from perfrules import suite, suite_text
from perfrules.cases import Case, Ran, Runner
from perfrules.front.language import usual_language
from perfrules.front.project import plugins

PATTERNS = ("*cases.yaml", "*用例.yaml")
RUNNER = pytest.StashKey[Runner]()
LANGUAGE = usual_language().value


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a project may say of its cases."""
    parser.addini("perfrules_files", "names of YAML files with cases or policies", type="args", default=PATTERNS)
    parser.addini("perfrules_plugins", "plugins, beside those of perfrules.toml", type="args", default=())


def pytest_configure(config: pytest.Config) -> None:
    """Programs are compiled once for all files."""
    config.stash[RUNNER] = Runner()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The cases of a file, where it is one of those."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    named = {Path(arg.partition("::")[0]).resolve() for arg in parent.config.args}
    patterns = parent.config.getini("perfrules_files")
    if file_path.resolve() in named or any(fnmatch(file_path.name, pattern) for pattern in patterns):
        return CasesFile.from_parent(parent, path=file_path)
    return None


class CasesFile(pytest.File):
    """A file with cases or examples."""

    def collect(self) -> Iterator[pytest.Item]:
        """Each case; what is wrong with the documents fails the collection, by place."""
        named = plugins(list(self.config.getini("perfrules_plugins")), self.config.rootpath)
        try:
            cases = suite.collect(self.path, plugins=named).cases
        except perfrules.Refused as refused:
            text = "\n\n".join(perfrules.render(problem, LANGUAGE) for problem in refused.problems)
            raise self.CollectError(text) from None
        seen: dict[str, int] = {}
        for case in cases:
            name = str(case.name)
            seen[name] = seen.get(name, 0) + 1
            yield CaseItem.from_parent(self, name=name if seen[name] == 1 else f"{name} ({seen[name]})", case=case)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.case = case

    def runtest(self) -> None:
        """Run the case; what differs fails it."""
        ran = self.config.stash[RUNNER].run(self.case)
        if not ran.passed:
            raise Differs(ran)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What differs and why, in words."""
        if isinstance(excinfo.value, Differs):
            return suite_text.failure_text(excinfo.value.ran, LANGUAGE)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line of the case, its name."""
        return self.path, self.case.name.span.line - 1, self.name


class Differs(Exception):
    """A case in which something came out otherwise than it expects."""

    def __init__(self, ran: Ran) -> None:
        super().__init__(str(ran.case.name))
        self.ran = ran
