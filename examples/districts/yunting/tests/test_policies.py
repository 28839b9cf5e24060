"""对安装后的软件包的测试：perfrules 按名称找到它，各项政策与所依据的文件相符。"""

from pathlib import Path

import perfrules

FACTS = Path(__file__).parent.parent / "facts"


def test_各项政策没有问题且示例全部相符() -> None:
    problems = perfrules.check("云汀区", plugins=["yunting"])
    assert not problems, "\n\n".join(perfrules.render(problem, "zh") for problem in problems)


def test_九月末的导出文件() -> None:
    program = perfrules.load("云汀区", as_of="2024-09-30", plugins=["yunting"])
    outcome = program.run(program.read_facts(FACTS), period=2024)
    assert [(e.subject, e.debit, e.credit, str(e.amount)) for e in outcome.entries] == [
        ("项目/1001", "统筹资金", "预算数", "360000.00"),
        ("项目/3002", "统筹资金", "预算数", "795000.00"),
    ]
    assert [(m.subject, m.action) for m in outcome.notices] == [
        ("部门/交通局", "summon"),
        ("项目/1001", "publish"),
        ("项目/2001", "publish"),
        ("项目/3001", "publish"),
        ("项目/3002", "publish"),
    ]


def test_有无跨年度合同未知的不收回而是待定() -> None:
    program = perfrules.load("云汀区", as_of="2024-09-30", plugins=["yunting"])
    outcome = program.run(program.read_facts(FACTS), period=2024)
    [open_] = [ruling for ruling in outcome.rulings if ruling.verdict == "undecided"]
    assert (open_.subject, [need.about for need in open_.needs]) == ("项目/2001", ["跨年合同"])
