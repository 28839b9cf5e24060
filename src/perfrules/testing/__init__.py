"""For tests of policies, with the extra `testing`: strategies of Hypothesis for facts and policies, and properties that
a district holds its own policies to.

from hypothesis import given
from perfrules.testing import facts, order_does_not_matter

@given(facts(program))
def test_order(found):
    order_does_not_matter(program, found)
"""

from perfrules.core.problem import Refused, Words, missing_extra

try:
    import hypothesis  # noqa: F401
except ModuleNotFoundError:
    raise Refused([missing_extra("testing", Words("a strategy for tests", "测试用的策略"))]) from None

from perfrules.testing.changes import never_less, never_more, no_cliff
from perfrules.testing.facts import facts, row, values
from perfrules.testing.policies import VOCABULARY, policies
from perfrules.testing.properties import (
    engines_agree,
    money_is_conserved,
    order_does_not_matter,
    running_twice_changes_nothing,
)

__all__ = [
    "VOCABULARY",
    "engines_agree",
    "facts",
    "money_is_conserved",
    "never_less",
    "never_more",
    "no_cliff",
    "order_does_not_matter",
    "policies",
    "row",
    "running_twice_changes_nothing",
    "values",
]
