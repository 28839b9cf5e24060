"""Settings for all tests: how many examples the property tests try; what is said at the end."""

from __future__ import annotations

import os
import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.engine import ConjectureRunner

_QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking a generated policy takes minutes: only the soak does it
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=_CHECKS, derandomize=True, phases=_QUICK)
settings.register_profile("few", max_examples=10, deadline=None, suppress_health_check=_CHECKS, derandomize=True, phases=_QUICK)  # where lines or mutants are counted
settings.register_profile("soak", max_examples=2_000, deadline=None, suppress_health_check=_CHECKS)  # ten batches of them, each with its seed
settings.register_profile("long", max_examples=3000, deadline=None, suppress_health_check=_CHECKS, phases=_QUICK)
settings.load_profile(os.environ.get("PERFRULES_PROFILE", "dev"))

if "MUTANT_UNDER_TEST" in os.environ:  # what mutmut puts around every function takes some of the stack, too
    import resource

    sys.setrecursionlimit(10_000)
    resource.setrlimit(resource.RLIMIT_AS, (8 * 1024**3, 8 * 1024**3))  # a loop that was made endless fills no machine

# five of six examples would be variants of the one before: of a policy, that is much the same policy again
ConjectureRunner.generate_mutations_from = lambda self, data: None

# numbers and texts are also taken from the modules that happen to be loaded; then a test would try other examples alone than among others
_NONE_OF_OURS = providers.Constants()
providers._get_local_constants = lambda: _NONE_OF_OURS


def pytest_terminal_summary(terminalreporter) -> None:
    """What came out as published, and loudly what was not run."""
    said = [text for report in terminalreporter.stats.get("passed", []) for key, text in report.user_properties if key == "official"]
    missed = Counter(
        report.longrepr[2].removeprefix("Skipped: NOT RUN: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and "NOT RUN" in report.longrepr[2]
    )
    if said:
        terminalreporter.section("as officially published")
    for text in sorted(said):
        terminalreporter.write_line(text)
    for reason, tests in missed.items():
        terminalreporter.section("NOT RUN", red=True, bold=True)
        terminalreporter.write_line(f"{tests} tests: {reason}", red=True)
