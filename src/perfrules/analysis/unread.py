"""What is declared and not used: facts that no policy of the run looks at, pools that no rule of their policy uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from perfrules.analysis.parameters import definitions_of, names_in
from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.pipeline.model import Policy


def check_unused_pools(policy: Policy, findings: Findings) -> None:
    """Note each pool that no action of its policy pays into or gives out of."""
    used = {clause.pool for rule in policy.rules for clause in rule.clauses}
    for name, pool in policy.pools.items():
        if name not in used:
            findings.add("PR516", pool.span, pool=name.rpartition("/")[2])


def check_unread(declared: Mapping[str, Iterable[Text]], policies: Iterable[Policy], findings: Findings) -> None:
    """Note each declared fact, by kind, that no policy reads, nor anything orders or parts by.

    A fact counts as read where one of its name is, of whichever kind.
    """
    read: set[str] = set()
    for policy in policies:
        read |= {kind.in_order_of for kind in policy.vocabulary.kinds.values()} | {policy.vocabulary.jurisdiction}
        for name in names_in([policy, *definitions_of(policy)]):
            if name.symbol is not None:
                read.add(name.symbol.name)
    for kind, facts in declared.items():
        for fact in facts:
            if fact not in read:
                findings.add("PR514", fact.span, fact=str(fact), kind=kind)
