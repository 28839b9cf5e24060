"""对安装后的软件包的测试：perfrules 按名称找到它，各项政策与所依据的文件相符。"""

from pathlib import Path

import perfrules

FACTS = Path(__file__).parent.parent / "facts"


def test_各项政策没有问题且示例全部相符() -> None:
    problems = perfrules.check("DISTRICT", plugins=["DISTRICT"])
    assert not problems, "\n\n".join(perfrules.render(problem, "zh") for problem in problems)


def test_扣减的公用经费用于奖励执行率高于上线的部门() -> None:
    program = perfrules.load("DISTRICT", as_of="2024-01-31", plugins=["DISTRICT"])
    outcome = program.run(program.read_facts(FACTS), period=2023)
    assert [(e.subject, e.debit, e.credit, str(e.amount)) for e in outcome.entries] == [
        ("部门/丁", "公用经费", "DISTRICT/公用经费/扣减资金", "1142.86"),
        ("部门/丙", "公用经费", "DISTRICT/公用经费/扣减资金", "857.14"),
        ("部门/甲", "DISTRICT/公用经费/扣减资金", "公用经费", "2000.00"),
    ]
