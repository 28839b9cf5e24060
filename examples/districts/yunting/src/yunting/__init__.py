"""yunting 提供给 perfrules 的内容；还可以提供什么，见 `help("perfrules.districts.hookspecs")`。"""

from pathlib import Path

from perfrules.plugins import Action, Check, Macro, Reader, Words, hookimpl
from yunting.citations import without_document
from yunting.ledger import read_ledger

PERFRULES_API = 1  # 所面向的钩子版本

POLICIES = Path(__file__).parent / "policies"


@hookimpl
def perfrules_policies() -> list[Path]:
    """政策所在的文件夹，其中每个地区一个文件夹。"""
    return [POLICIES]


@hookimpl
def perfrules_vocabularies() -> list[Path]:
    """词表，其他政策也可以使用。"""
    return [POLICIES / "云汀区" / "词表.yaml"]


@hookimpl
def perfrules_actions() -> list[Action]:
    """区里自己的两项措施。"""
    return [
        Action("publish", "notice", Words("published as slow", "通报")),
        Action("pool_centrally", "take", Words("taken for central use", "收回统筹")),
    ]


@hookimpl
def perfrules_functions() -> list[Macro]:
    """比序时应支出数少支出的，占预算的多少；两项政策共用。"""
    return [Macro("落后序时", ("支出", "预算", "月"), "(预算 * 月 / 12 - 支出) / 预算")]


@hookimpl
def perfrules_readers() -> list[Reader]:
    """账务系统的导出文件。"""
    return [Reader("账务导出", (".zwd",), read_ledger)]


@hookimpl
def perfrules_checks() -> list[Check]:
    """规则和参数都要有文号。"""
    return [Check("文号", without_document)]
