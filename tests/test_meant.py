"""What is offered where words stand for the signs of an expression: only what can then be read, and means the same."""

from __future__ import annotations

import pytest

from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.language.parse import parse


def offered(written: str) -> str:
    findings = Findings()
    parse(Text.of(written), findings)
    return next((str(p.values["meant"]) for p in findings.problems if p.code == "PR317"), "")


@pytest.mark.parametrize(("written", "meant"), [
    ("rate is less than 85%", "rate < 85%"),
    ("rate not less than 85%", "rate >= 85%"),
    ("rate is not more than 85 percent", "rate <= 85%"),
    ("rate over 96% and score above 90", "rate > 96% and score > 90"),
    ("grade is poor", "grade = poor"),
    ("failures is not 2", "failures != 2"),
    ("paid is missing", "paid is not known"),
    ("1% of the budget", "1% * budget"),
    ("paid divided by budget below 85%", "paid / budget < 85%"),
    ("prior rate", "prior(rate)"),
    ("1% * funds, but at most 500元", "min(1% * funds, 500元)"),
    ("score between 60 and 80", "60 <= score and score <= 80"),
    ("执行率低于85%", "执行率 < 85%"),
    ("执行率不低于85%", "执行率 >= 85%"),
    ("执行率低于或等于85%", "执行率 <= 85%"),
    ("执行率未超过85%", "执行率 <= 85%"),
    ("执行率未达到85%", "执行率 < 85%"),
    ("执行率达到85%以上", "执行率 >= 85%"),
    ("执行率在50%和80%之间", "50% <= 执行率 且 执行率 <= 80%"),
    ("公用经费的1%", "1% * 公用经费"),
    ("公用经费的1%，最高500元", "较小值(1% * 公用经费, 500元)"),
    ("支出数 为空 且 得分 等于 60", "支出数 为 非 已知 且 得分 = 60"),
    ("执行率 介于 50% 和 80%", "50% <= 执行率 且 执行率 <= 80%"),
    ("执行率 > 96% 且 等级 不低于 良", "执行率 > 96% 且 等级 >= 良"),
    ("等级 良及以上", "等级 >= 良"),
    ("新设 不是 是", "新设 != 是"),
    ("新设 为 是", "新设 = 是"),
    ("执行率 < 85% 并 得分 > 3", "执行率 < 85% 且 得分 > 3"),
    ("公用经费 x 1%", "公用经费 * 1%"),
    ("公用经费 的 1%", "1% * 公用经费"),
])  # fmt: skip
def test_words_that_are_signs(written, meant):
    assert offered(written) == meant
    assert not offered(meant)


@pytest.mark.parametrize("written", ["rate < 85% adn x", "rate is not below 85%", "rate ==", "执行率85%以下", "30 days", "2 x", "1000 户", "a b c", "5 " * 300])
def test_nothing_is_offered_that_is_only_a_guess(written):
    assert not offered(written)
