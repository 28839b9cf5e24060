"""Beforehand: all that `check` says of policies before it compiles them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from perfrules.analysis.days import days_of_change
from perfrules.analysis.parameters import check_parameters
from perfrules.analysis.rivals import check_rivals
from perfrules.analysis.tables import check_tables
from perfrules.analysis.unread import check_unread, check_unused_pools
from perfrules.analysis.verdicts import check_verdicts
from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.pipeline.model import Policy


def check_beforehand(policies: Sequence[Policy], declared: Mapping[str, Iterable[Text]], findings: Findings) -> None:
    """Note gaps and overlaps of tables, rules that never or always hold, claims that exclude each other,
    parameters without a value or a reader, and of `declared` facts, by kind, those that nothing reads."""
    for policy in policies:
        days = days_of_change(policy)
        check_tables(policy, days, findings)
        check_verdicts(policy, days, findings)
        check_parameters(policy, findings)
        check_unused_pools(policy, findings)
    check_rivals(policies, findings)
    if policies and declared:
        check_unread(declared, policies, findings)
