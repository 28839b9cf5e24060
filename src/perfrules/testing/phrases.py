"""What properties say where they don't hold, in both languages. Only data; `{names}` are filled in."""

from __future__ import annotations

from perfrules.core.problem import Words

PHRASES: dict[str, Words] = {
    "order": Words("the order matters: {how}", "结果因顺序而异：{how}"),
    "rows turned": Words("rows, columns and kinds in the opposite order", "行、列和类别的顺序倒置"),
    "rows rotated": Words("rows beginning in the middle", "行从中间开始排列"),
    "rules turned": Words("rules and policies in the opposite order", "规则和政策的顺序倒置"),
    "ids turned": Words("subjects with each other's ids, so that who was first is last", "对象互换编号，首尾颠倒"),
    "as given": Words("as given", "原顺序"),
    "turned": Words("in the other order", "另一顺序"),
    "twice": Words("running twice gives two results", "两次运行的结果不同"),
    "first run": Words("first", "第一次"),
    "second run": Words("second", "第二次"),
    "facts changed": Words("a run changed the facts", "运行改变了事实"),
    "posted twice": Words(
        "what was posted is posted again, by the closing amounts: {entry}",
        "按期末数再次运行，已入账的又入账一次：{entry}",
    ),
    "lost": Words("money is not conserved: {what}", "资金不守恒：{what}"),
    "no amount": Words("an entry moves {amount}: {entry}", "分录金额为 {amount}：{entry}"),
    "pool unequal": Words(
        "the pool {pool} of {year} had {had} and gave {gave}", "资金池 {pool}（{year} 年）收入 {had}，支出 {gave}"
    ),
    "pool entries": Words(
        "the entries leave {left} in the pool {pool} of {year}", "按分录，资金池 {pool}（{year} 年）余 {left}"
    ),
    "claim unpaid": Words(
        "{rule} of {subject} claims {claimed}, its entries move {moved}",
        "{subject} 的 {rule} 主张 {claimed}，分录为 {moved}",
    ),
    "outside": Words("`{account}` gives or receives {entry}", "`{account}` 收支 {entry}"),
    "more": Words("{subject}: with a higher {cause}, {effect} is more", "{subject}：{cause}提高，{effect}反而更多"),
    "less": Words("{subject}: with a higher {cause}, {effect} is less", "{subject}：{cause}提高，{effect}反而更少"),
    "cliff": Words(
        "{subject}: {effect} jumps by {jump} where {cause} moves by one unit, more than {most}",
        "{subject}：{cause}变动一个单位，{effect}变动 {jump}，超过 {most}",
    ),
    "engine": Words("the engine `{engine}` disagrees with the language", "引擎 `{engine}` 与语言的含义不一致"),
    "alone": Words("`decide` disagrees with the run about {subject}", "`decide` 对 {subject} 的结论与运行不一致"),
    "run": Words("run", "运行"),
    "facts": Words("facts", "事实"),
    "why": Words("why, {where}:", "原因（{where}）："),
    "entry": Words("{amount}: {credit} → {debit}, {who}, {rule}", "{amount}：{credit} → {debit}，{who}，{rule}"),
    "nothing": Words("nothing", "无"),
    "refused": Words("refused: {codes}", "被拒绝：{codes}"),
}
