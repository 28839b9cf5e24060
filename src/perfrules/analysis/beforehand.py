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
from perfrules.pipeline.settlement import compiled


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
    check_together(policies, findings)
    if policies and declared:
        check_unread(declared, policies, findings)


def check_together(policies: Sequence[Policy], findings: Findings) -> None:
    """Note what is wrong only where policies are judged together, as they are in a run: what is too wide, as the more
    claims meet on an account, the greater their sums; and an action that two of them declare differently."""
    if findings.errors or len(policies) < 2:
        return
    for day in sorted({day for policy in policies for day in days_of_change(policy)}):
        inside = Findings()
        compiled(policies, day, inside)
        wrong = [p for p in inside.problems if p.code in ("PR224", "PR415")]
        if wrong:
            findings.put(wrong[0])
            return
