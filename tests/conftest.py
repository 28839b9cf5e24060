"""Settings for all tests: how many examples the property tests try."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture.engine import ConjectureRunner

_QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking a generated policy takes minutes: only the soak does it
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=_CHECKS, derandomize=True, phases=_QUICK)
settings.register_profile("ci", max_examples=400, deadline=None, suppress_health_check=_CHECKS, derandomize=True, phases=_QUICK)
settings.register_profile("soak", max_examples=20_000, deadline=None, suppress_health_check=_CHECKS)
settings.register_profile("long", max_examples=3000, deadline=None, suppress_health_check=_CHECKS, phases=_QUICK)
settings.load_profile(os.environ.get("PERFRULES_PROFILE", "dev"))

# five of six examples would be variants of the one before: of a policy, that is much the same policy again
ConjectureRunner.generate_mutations_from = lambda self, data: None
