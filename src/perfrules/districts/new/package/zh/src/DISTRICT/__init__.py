"""DISTRICT 提供给 perfrules 的内容；还可以提供什么，见 `help("perfrules.districts.hookspecs")`。"""

from pathlib import Path

from perfrules.plugins import hookimpl

PERFRULES_API = 1  # 所面向的钩子版本

POLICIES = Path(__file__).parent / "policies"


@hookimpl
def perfrules_policies() -> list[Path]:
    """政策所在的文件夹，其中每个地区一个文件夹。"""
    return [POLICIES]


@hookimpl
def perfrules_vocabularies() -> list[Path]:
    """词表，其他政策也可以使用。"""
    return [POLICIES / "DISTRICT" / "词表.yaml"]
