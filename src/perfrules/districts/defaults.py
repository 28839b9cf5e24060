"""What comes with perfrules, brought in by the same hooks as everything else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from perfrules.core.problem import Words
from perfrules.core.vocabulary import Action
from perfrules.districts.hookspecs import hookimpl
from perfrules.language.scope import Macro

_PACKAGE = Path(__file__).resolve().parent.parent
_MONEY_ACTIONS = (
    "deduct",
    "cut_current",
    "cut_next",
    "recover_balance",
    "recover_abandoned",
    "reward",
    "award",
)

ACTIONS = (
    Action("deduct", "take", Words("deduct", "扣减")),
    Action("cut_current", "take", Words("cut this year's budget", "调减当年预算")),
    Action("cut_next", "take", Words("cut next year's budget", "调减下一年度预算")),
    Action("recover_balance", "take", Words("recover the balance", "收回结余资金")),
    Action(
        "recover_abandoned",
        "take",
        Words("recover the money of an abandoned project", "收回不再实施项目资金"),
    ),
    Action("reward", "give", Words("reward", "奖励")),
    Action("award", "give", Words("award", "安排")),
    Action("exclude", "status", Words("keep out of the budget", "不纳入预算"), bar=_MONEY_ACTIONS),
    Action("cancel", "status", Words("cancel", "取消")),
    Action("merge", "status", Words("merge", "合并")),
    Action("suspend", "status", Words("suspend payment", "暂停拨款")),
    Action("return", "status", Words("send back for rectification", "退回整改")),
    Action("remind", "notice", Words("letter of reminder", "提醒敦促函")),
    Action("order_rectification", "notice", Words("order of rectification", "整改通知书")),
    Action("summon", "notice", Words("summons to a talk", "约谈通知书")),
    Action("grade", "label", Words("grade", "评定等级")),
    Action("flag", "label", Words("flag", "标记")),
    Action("figure", "label", Words("figure", "指标值")),
)

_FUNCTIONS = (
    ("clamp", "限定", ("x", "least", "most"), "min(max(x, least), most)"),
    ("shortfall", "差额", ("x", "target"), "max(0, target - x)"),
    ("slice", "分段", ("x", "start", "end"), "max(0, min(x, end) - start)"),  # of brackets, each with a rate of its own
)
FUNCTIONS = tuple(Macro(name, takes, body) for *names, takes, body in _FUNCTIONS for name in names)


def shipped_policies() -> Path:
    """The folder of the policies that come with perfrules: in the package, or beside a source checkout."""
    inside = _PACKAGE / "policies"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "policies"


@hookimpl
def perfrules_policies() -> Iterable[Path]:
    """The policies that come with perfrules."""
    return [shipped_policies()]


@hookimpl
def perfrules_vocabularies() -> Iterable[Path]:
    """The vocabularies that others extend: `budget`, and `core`, of the policies of the nation."""
    return [Path(__file__).with_name("budget.yaml"), shipped_policies() / "core" / "facts.yaml"]


@hookimpl
def perfrules_actions() -> Iterable[Action]:
    """The usual actions under the five effects."""
    return ACTIONS


@hookimpl
def perfrules_functions() -> Iterable[Macro]:
    """Functions that many formulas need."""
    return FUNCTIONS
