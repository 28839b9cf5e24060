"""Every problem, one entry each: its severity, and what it says and advises in English and Chinese.

Only data. `{names}` are filled with the author's own words.
"""

from __future__ import annotations

from typing import NamedTuple


class Phrase(NamedTuple):
    """A short phrase in both languages."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """The phrase in `en` or `zh`."""
        return self.zh if language == "zh" else self.en


class Entry(NamedTuple):
    """What a code says."""

    severity: str
    en: str
    help_en: str
    zh: str
    help_zh: str


def _error(en: str, help_en: str, zh: str, help_zh: str) -> Entry:
    return Entry("error", en, help_en, zh, help_zh)


def _warning(en: str, help_en: str, zh: str, help_zh: str) -> Entry:
    return Entry("warning", en, help_en, zh, help_zh)


def _note(en: str, help_en: str, zh: str, help_zh: str) -> Entry:
    return Entry("note", en, help_en, zh, help_zh)


LABELS = {
    "error": Phrase("error", "错误"),
    "warning": Phrase("warning", "警告"),
    "note": Phrase("note", "提示"),
    "help": Phrase("help", "建议"),
    "more": Phrase("… and {count} more problems", "……另有 {count} 个问题"),
    "first": Phrase("first written here", "最先写在这里"),
    "reads": Phrase("which leads here", "由此引到这里"),
    "declared": Phrase("declared here", "声明于此"),
    "reader": Phrase("read by this rule", "由此规则读取"),
    "other claim": Phrase("the other claim", "另一笔"),
}

CODES: dict[str, Entry] = {
    # reading YAML
    "PR101": _error(
        "the file has {size} bytes; at most {limit} are read",
        "split it into several files",
        "文件有 {size} 字节，最多读取 {limit} 字节",
        "请拆分为多个文件",
    ),
    "PR102": _error(
        "the file is not UTF-8; it looks like {encoding}",
        "save it as UTF-8",
        "文件不是 UTF-8 编码，似乎是 {encoding}",
        "请另存为 UTF-8",
    ),
    "PR103": _error(
        "an invisible control character, {character}",
        "delete it",
        "含有不可见的控制字符 {character}",
        "请删除",
    ),
    "PR104": _error(
        "a character that reverses the direction of text, {character}",
        "delete it; it makes text look different from what it says",
        "含有改变文字方向的字符 {character}",
        "请删除；它会使看到的文字与实际不同",
    ),
    "PR105": _error("a tab in the indentation", "indent with spaces", "缩进中含有制表符", "请用空格缩进"),
    "PR106": _error(
        "nested deeper than {limit} levels",
        "a policy needs no more than ten",
        "嵌套超过 {limit} 层",
        "政策文件一般不超过十层",
    ),
    "PR107": _error(
        "more than {limit} values in one file",
        "split it into several files",
        "一个文件中的值超过 {limit} 个",
        "请拆分为多个文件",
    ),
    "PR108": _error(
        "anchors and aliases (`&`, `*`) are not allowed",
        "write the value out; an expression that begins with `*` or `&` needs quotes",
        "不允许使用锚点和别名（`&`、`*`）",
        "请把值写全；以 `*` 或 `&` 开头的表达式要加引号",
    ),
    "PR109": _error(
        "the tag `{tag}` is not allowed",
        "write the plain value; text that begins with `!` needs quotes, and an expression says `not`",
        "不允许使用标签 `{tag}`",
        "请直接写值；以 `!` 开头的文字要加引号，表达式中请写 `非`",
    ),
    "PR110": _error("the merge key `<<` is not allowed", "write the keys out", "不允许使用合并键 `<<`", "请把各键写全"),
    "PR111": _error("the key `{key}` is there twice", "keep one of them", "键 `{key}` 重复", "请只保留一个"),
    "PR112": _error(
        "`{what}`: a file holds one document and no directives",
        "put each document in a file of its own",
        "`{what}`：一个文件只能有一个文档，且不含指令",
        "请把每个文档放在单独的文件中",
    ),
    "PR113": _error(
        "the file says nothing",
        "begin with `policy:`, `facts:` or `cases:`",
        "文件没有内容",
        "请以 `policy:`（政策）、`facts:`（事实）或 `cases:`（用例）开头",
    ),
    "PR114": _error(
        "the file does not begin with `key: value`",
        "begin with `policy:`, `facts:` or `cases:`",
        "文件不是以 `键: 值` 开头",
        "请以 `policy:`（政策）、`facts:`（事实）或 `cases:`（用例）开头",
    ),
    "PR115": _error("this can't be read as YAML", "{hint}", "此处不是正确的 YAML", "{hint}"),
    "PR116": _error(
        "a value can't begin with {sign}",
        "put it in quotes: {quoted}",
        "值不能以 {sign} 开头",
        "请加引号：{quoted}",
    ),
    "PR117": _error(
        "a full-width colon `：` does not separate key and value",
        "write `: `, a half-width colon and a space",
        "全角冒号“：”不能分隔键和值",
        "请写半角冒号加空格“: ”",
    ),
    "PR118": _warning(
        "`#` after a space begins a comment; the rest of the line is not read",
        "put the whole value in quotes, or write `# ` with a space if a comment is meant",
        "空格后的 `#` 开始注释，该行其余部分不会被读取",
        "请给整个值加引号；若确为注释，请在 `#` 后加空格",
    ),
    "PR119": _error(
        "a full-width space in the indentation",
        "indent with ordinary spaces",
        "缩进中含有全角空格",
        "请用半角空格缩进",
    ),
    "PR120": _error(
        "`{path}` can't be read: {reason}",
        "check the path, and what lies there",
        "无法读取 `{path}`：{reason}",
        "请检查路径，以及该处的内容",
    ),
    "PR121": _error(
        "`{path}` holds no policy",
        "name a file that ends in .yaml, or a folder with such files",
        "`{path}` 中没有政策",
        "请指定以 .yaml 结尾的文件，或含有此类文件的文件夹",
    ),
    "PR122": _error("a key must be text", "write `key: value`", "键必须是文字", "请写作 `键: 值`"),
    "PR123": _error(
        "the comma ends this value, because it stands in braces",
        "put the expression in quotes: {quoted}",
        "值写在花括号中，逗号使它提前结束",
        "请给表达式加引号：{quoted}",
    ),
    "PR124": _error(
        "`{sign}` does not separate the items of a list",
        "write a half-width comma and a space: `, `",
        "`{sign}` 不能分隔列表的各项",
        "请写半角逗号加空格：`, `",
    ),
    # what documents say
    "PR201": _error(
        "`{key}` is no kind of document",
        "{hint}",
        "`{key}` 不是文档的种类",
        "{hint}",
    ),
    "PR202": _error("unknown key `{key}`", "{hint}", "未知的键 `{key}`", "{hint}"),
    "PR203": _error(
        "`{key}` is missing here",
        "add `{key}: …`",
        "此处缺少 `{key}`（{chinese}）",
        "请补充 `{key}: …` 或 `{chinese}: …`",
    ),
    "PR204": _error(
        "`{key}` does not have the form it needs",
        "write {expected}",
        "`{key}` 的写法不对",
        "请写成{expected}",
    ),
    "PR205": _error(
        "`{name}` can't be a name here",
        "use letters, digits and `_`, not beginning with a digit; words of the language, `id` and `period` are taken",
        "`{name}` 不能用作名称",
        "请使用汉字、字母、数字和 `_`，不以数字开头；不能是语言的关键词、`id` 或 `period`",
    ),
    "PR206": _error(
        "`{name}` and `{other}` differ only in case or width",
        "give them different names",
        "`{name}` 与 `{other}` 只有大小写或全半角之差",
        "请取不同的名称",
    ),
    "PR207": _error(
        "no vocabulary `{name}` was given",
        "write what stands after `facts:` in its file; {hint}",
        "没有名为 `{name}` 的词表",
        "请写词表文件中 `facts:`（事实）后面的名称；{hint}",
    ),
    "PR208": _error(
        "`{word}` is not one of the words that can stand here", "{hint}", "`{word}` 不能写在此处", "{hint}"
    ),
    "PR209": _error(
        "`{value}` is no date",
        "write year-month-day: {day}",
        "`{value}` 不是日期",
        "请写作 年-月-日：{day}",
    ),
    "PR210": _error(
        "two things here are called `{name}`",
        "give one of them another name, or remove it",
        "此处有两处都叫 `{name}`",
        "请给其中一个换名称，或删去一个",
    ),
    "PR211": _error(
        "`{value}` is no whole number from {least} to {most}",
        "write digits, without quotes or a unit",
        "`{value}` 不是 {least} 到 {most} 的整数",
        "请写数字，不带引号和单位",
    ),
    "PR214": _error(
        "`{kind}`, to which this belongs, is not declared", "{hint}", "所隶属的 `{kind}` 没有声明", "{hint}"
    ),
    "PR215": _error("unknown action `{word}`", "{hint}", "未知的措施 `{word}`", "{hint}"),
    "PR216": _error(
        "`{clause}` has no meaning for the action `{action}`",
        "remove it",
        "措施 `{action}` 不能带 `{clause}`",
        "请删除",
    ),
    "PR217": _error("`{name}` is no account of a {kind}", "{hint}", "`{name}` 不是 {kind} 的账户", "{hint}"),
    "PR218": _error(
        "`{name}` is neither a pool of this policy nor an account of the vocabulary",
        "{hint}",
        "`{name}` 既不是本政策的资金池，也不是词表的账户",
        "{hint}",
    ),
    "PR219": _error(
        "`{word}`, where what is left should go, is no account of the vocabulary",
        "{hint}",
        "剩余资金的去向 `{word}` 不是词表的账户",
        "{hint}",
    ),
    "PR220": _error(
        "`over` names a rule that is not there for this kind: `{rule}`",
        "{hint}",
        "`over`（优先于）所指的规则不存在：`{rule}`",
        "{hint}",
    ),
    "PR221": _error(
        "these rules go over each other in a circle: {ring}",
        "remove one `over`",
        "这些规则互相优先，成了环：{ring}",
        "请删去其中一个 `over`（优先于）",
    ),
    "PR222": _error(
        "the parameter `{name}` has no value {days}",
        "add a value for these days, or let the policy be in force on others: `in_force`",
        "参数 `{name}` 在 {days} 没有值",
        "请为这些日子补充一个值，或修改政策的 `in_force`（有效期）",
    ),
    "PR223": _error(
        "the values of `{name}` are of different kinds",
        "write all in the same unit: percent, amounts, days, working days, …",
        "`{name}` 的各个值种类不同",
        "请统一单位，如百分比、金额、天、个工作日",
    ),
    "PR224": _error(
        "the action `{name}` is already declared by {origin}",
        "choose another name",
        "措施 `{name}` 已由 {origin} 声明",
        "请换一个名称",
    ),
    "PR225": _error(
        "the choice `{fact}` lists no words",
        "add `of: [first, second]`",
        "选项 `{fact}` 没有列出可选的词",
        "请补充 `of: [甲, 乙]`",
    ),
    "PR226": _error(
        "`{fact}` lists words, but is no choice",
        "write `is: choice`",
        "`{fact}` 列出了可选的词，但类型不是选项",
        "请写 `is: choice`（选项）",
    ),
    "PR227": _error(
        "the bounds of `{fact}` are not two values, the lesser first",
        "write `between: [least, greatest]`",
        "`{fact}` 的界限不是由小到大的两个值",
        "请写 `between: [最小, 最大]`",
    ),
    "PR228": _error(
        "`{kind}` belongs to itself, through others",
        "remove one `belongs_to`",
        "`{kind}` 经由其他类别隶属于自己",
        "请删去其中一个 `belongs_to`（隶属）",
    ),
    "PR229": _error(
        "the policy `{policy}` has no rules",
        "add `rules:`",
        "政策 `{policy}` 没有规则",
        "请补充 `rules:`（规则）",
    ),
    "PR230": _error(
        "it ends on {end}, before it begins on {start}",
        "exchange the dates",
        "结束日 {end} 早于开始日 {start}",
        "请对调日期",
    ),
    "PR231": _error(
        "two values of `{name}` are in force on the same day",
        "let one end before the next begins",
        "`{name}` 有两个值在同一天生效",
        "请让前一个在后一个开始前结束",
    ),
    "PR232": _error(
        "`{name}` is already a fact of {kind}",
        "choose another name",
        "`{name}` 已经是 {kind} 的事实",
        "请换一个名称",
    ),
    "PR233": _error(
        "the action `{action}` needs `{clause}`",
        "add `{clause}: …`",
        "措施 `{action}` 需要 `{clause}`",
        "请补充 `{clause}: …`",
    ),
    "PR234": _error(
        "`by` shares a pool, but `{action}` names none",
        "add `out_of: <pool>`",
        "`by`（按）用于分配资金池，但 `{action}` 没有指明资金池",
        "请补充 `out_of: <资金池>`",
    ),
    "PR235": _error(
        "`{action}` has both `amount` and `by`",
        "keep `by` to share the pool, or `amount` to give a fixed sum",
        "`{action}` 同时写了 `amount` 和 `by`",
        "按权重分配请保留 `by`，固定金额请保留 `amount`",
    ),
    "PR236": _error(
        "a share of a pool can't go to `{account}`, where only the greatest claim counts",
        "use an account with `together: sum`",
        "账户 `{account}` 只取最大一笔，不能接收资金池的份额",
        "请使用 `together: sum`（合计）的账户",
    ),
    "PR238": _error(
        "shares of the pool `{pool}` are given by largest remainder; `mode` has no meaning",
        "remove `mode`",
        "资金池 `{pool}` 按最大余数法分配，`mode`（方式）没有意义",
        "请删去 `mode`",
    ),
    "PR239": _error(
        "`{step}` is no constant step of whole minor units",
        "write 0.01元, 1元, 100元 or the name of such a parameter",
        "`{step}` 不是以最小货币单位计的固定步长",
        "请写 0.01元、1元、100元，或这样的参数名",
    ),
    "PR240": _error(
        "policies of one run speak of different vocabularies, `{one}` and `{other}`",
        "run them apart, or let one vocabulary extend the other by `extends: …`",
        "同一次运行的政策使用了不同的词表：`{one}` 和 `{other}`",
        "请分开运行，或在一个词表中用 `继承: ……` 继承另一个",
    ),
    "PR241": _error(
        "these actions bar each other in a circle: {ring}",
        "remove one of the actions from `bar`",
        "这些措施互相禁止，成了环：{ring}",
        "请从 `bar`（禁止）中删去一个",
    ),
    "PR242": _error("`{key}` has no meaning {here}", "remove it", "`{key}` {here}没有意义", "请删除"),
    "PR243": _error(
        "this part of the calendar does not follow the one from {first} to {last}",
        "each part begins on the day after another, or ends on the day before",
        "这一段工作日历与 {first} 至 {last} 的一段不相接",
        "每一段应从另一段的次日开始，或在另一段的前一日结束",
    ),
    "PR244": _error(
        "`{value}` is not within this part of the calendar, {first} to {last}",
        "write a day of it, or `DAY to DAY`",
        "`{value}` 不在这一段工作日历（{first} 至 {last}）之内",
        "请填写其中的一天，或 `日期 至 日期`",
    ),
    "PR245": _error(
        "{day} is a holiday and a make-up working day",
        "remove it from one of the two",
        "{day} 既放假又调休上班",
        "请从其中一处删除",
    ),
    "PR246": _error(
        "{day} is worked anyway: it is a day from Monday to Friday",
        "only days of a weekend are make-up working days; remove it",
        "{day} 是周一至周五，本来就上班",
        "只有周末才需要调休上班；请删除",
    ),
    "PR247": _error(
        "the scorecard `{card}` has no items",
        "add `items:`, each with `weight` and `score`",
        "评分表 `{card}` 没有评分项",
        "请补充 `items:`（评分项），每项写明 `weight`（权重）和 `score`（得分）",
    ),
    "PR248": _error(
        "the weight `{weight}` of `{item}` is no constant number or ratio above zero",
        "write `20`, `20%`, or the name of such a parameter",
        "`{item}` 的权重 `{weight}` 不是大于零的固定分值或比率",
        "请写 `20`、`20%`，或这样的参数名",
    ),
    "PR249": _error(
        "the score of `{item}` is {found}, which the weight `{weight}` does not fit",
        "points such as `20` weigh ratios (`paid / budget`), or numbers that are `out_of: 100`; per cent such as `20%` weigh ratios and numbers as they are",
        "`{item}` 的得分是{found}，与权重 `{weight}` 不匹配",
        "分值（如 `20`）须乘以比率（如 `支出数 / 预算数`），或写明 `满分: 100` 的数；百分比（如 `20%`）直接乘以比率或数",
    ),
    "PR250": _error(
        "the weights of the scorecard `{card}` add up to {found}, not to {whole}",
        "correct the weights; all of one card are points, or all are per cent",
        "评分表 `{card}` 的权重合计为 {found}，不是 {whole}",
        "请更正权重；同一评分表的权重须全为分值，或全为百分比",
    ),
    "PR251": _error(
        "`{cell}` is no test of a table",
        "{hint}",
        "`{cell}` 不是决策表的判断",
        "{hint}",
    ),
    "PR252": _error(
        "the row has {found} cells; the table needs {needed}: {inputs} for inputs, {outputs} for outputs",
        "give each row one cell for each; write `any` where every value passes",
        "该行有 {found} 格，而决策表需要 {needed} 格：输入 {inputs} 格，输出 {outputs} 格",
        "请使每行的格数与之相符；任何值均可时请写 `任意`",
    ),
    "PR253": _error(
        "the table `{table}` has no rows or no inputs",
        "add `inputs: [score]` and `rows:` such as `- [at least 90, excellent]`",
        "决策表 `{table}` 没有行或没有输入",
        "请补充 `inputs: [得分]`（输入）和 `rows:`（行），如 `- [不低于90, 优]`",
    ),
    "PR254": _error(
        "the table `{table}` has {count} rows; at most {limit} are read",
        "split it into several tables",
        "决策表 `{table}` 有 {count} 行，最多读取 {limit} 行",
        "请拆分为多个决策表",
    ),
    "PR255": _error(
        "a test of the table `{table}` compares with `{name}`, which is no constant",
        "compare with a value or a parameter; make the difference an input",
        "决策表 `{table}` 的判断与 `{name}` 比较，而它不是常量",
        "请与值或参数比较；也可把两者之差作为输入",
    ),
    "PR256": _error(
        "the rows {one} and {other} of the table `{table}` both hit where {witness}",
        "let the rows exclude each other, or write `hit: first`",
        "决策表 `{table}` 的第 {one} 行与第 {other} 行在 {witness} 时同时命中",
        "请使各行互斥，或写 `hit: first`（命中：首个）",
    ),
    "PR257": _warning(
        "no row of the table `{table}` hits where {witness}",
        "add a row, or move the border of one; without a row the result is unknown",
        "{witness} 时决策表 `{table}` 没有任何一行命中",
        "请补充一行，或调整某行的界限；没有命中的行，结果即为未知",
    ),
    "PR258": _warning(
        "the row {row} of the table `{table}` never hits; those before it take all that it would",
        "remove the row, or put it before them",
        "决策表 `{table}` 的第 {row} 行永远不会命中，前面的行已全部覆盖",
        "请删去该行，或把它移到前面",
    ),
    "PR259": _warning(
        "the row {row} of the table `{table}` never hits; no value passes its tests",
        "correct the row; mind the bounds and places of the facts",
        "决策表 `{table}` 的第 {row} 行永远不会命中，没有值能通过其判断",
        "请更正该行，并注意事实的界限和小数位",
    ),
    "PR260": _error(
        "no row of the table `{table}` tests the input `{input}`",
        "remove the input with its cells, or test it",
        "决策表 `{table}` 没有一行对输入 `{input}` 作判断",
        "请删去该输入及其各格，或加以判断",
    ),
    "PR261": _error(
        "`{parent}` has no parameter `{name}` that could be set",
        "{hint}",
        "`{parent}` 没有可设定的参数 `{name}`",
        "{hint}",
    ),
    "PR262": _error(
        "`{name}` is not overridable",
        "leave it out, or have the policy that is extended say `overridable: …` there",
        "`{name}` 不可调整",
        "请删除，或由被继承的政策在该处写明 `可调整: ……`",
    ),
    "PR263": _error(
        "{value} can't be set for `{name}`: {reason}",
        "set a value that is allowed{why}",
        "`{name}` 不能设为 {value}：{reason}",
        "请设定允许的值{why}",
    ),
    "PR264": _error(
        "no policy `{parent}` is there to be extended",
        "{hint}",
        "没有可继承的政策 `{parent}`",
        "{hint}",
    ),
    "PR265": _error(
        "policies extend each other in a circle: {ring}",
        "extend a policy that has rules",
        "政策互相继承，形成循环：{ring}",
        "请继承一项写有规则的政策",
    ),
    "PR266": _error(
        "`{name}` and `{other}` extend the same policy, which would be judged twice",
        "load one of them, or let one extend the other",
        "`{name}` 和 `{other}` 继承同一政策，会评判两次",
        "请只载入其中之一，或由一项继承另一项",
    ),
    "PR267": _error(
        "a policy extends one other, not several: {parents}",
        "write a policy for each, and load them together",
        "一项政策只能继承一项政策，不能继承几项：{parents}",
        "请为每项各写一份政策，一并载入",
    ),
    "PR268": _error(
        "`{key}` of `{of}` stands otherwise in a vocabulary that this one extends",
        "remove it; a vocabulary adds to what it extends, and changes nothing of it",
        "`{of}` 的 `{key}` 在所继承的词表中另有规定",
        "请删除；词表可以在所继承的内容上增加，不能更改",
    ),
    "PR269": _error(
        "the bound {bound} of `{name}` is of another kind than its value, {value}",
        "write it like the value",
        "`{name}` 的界限 {bound} 与其值 {value} 不是同类",
        "请写成与值同类",
    ),
    "PR271": _error(
        "a {kind} does not belong to a `{name}`",
        "{hint}",
        "{kind} 不隶属于 `{name}`",
        "{hint}",
    ),
    "PR272": _error(
        "the base of the pool `{pool}` is not a constant amount of whole minor units above zero",
        "write 100万元, or the name of such a parameter",
        "资金池 `{pool}` 的基数不是大于零、以最小货币单位计的固定金额",
        "请写 100万元，或这样的参数名",
    ),
    "PR273": _error(
        "the pool `{pool}` has a base, but the claims on it take effect in different years",
        "use one pool for each year, or leave the base out",
        "资金池 `{pool}` 有基数，但有关措施在不同年度生效",
        "请为每个年度各设一个资金池，或删去基数",
    ),
    "PR274": _error(
        "`per` parts the pool `{pool}` by {found}",
        "use a choice, a text, a yes or no, or a count",
        "资金池 `{pool}` 的分组 `per` 是{found}",
        "请使用选项、文本、是否或计数",
    ),
    "PR275": _error(
        "`{word}`, which should cover a shortfall, is no account of the vocabulary",
        "{hint}",
        "弥补缺口的 `{word}` 不是词表的账户",
        "{hint}",
    ),
    "PR276": _error(
        "`{action}` draws a fixed amount on the pool `{pool}`, which does not say what covers a shortfall",
        "add `shortfall: <account>` to the pool, or share it with `by: …`",
        "`{action}` 从资金池 `{pool}` 支取固定金额，但该资金池没有写明由谁弥补缺口",
        "请在资金池写明 `shortfall: <账户>`（缺口），或用 `by: …` 分配",
    ),
    "PR277": _error(
        "`at_least` is on `{account}`, which receives shares of a pool; a share can't be raised",
        "remove `at_least`, or give fixed amounts",
        "`at_least` 作用于接收资金池份额的账户 `{account}`，份额不能提高",
        "请删去 `at_least`，或改为固定金额",
    ),
    "PR278": _error(
        "`closing` takes the name of one account, of the subject or of one kind that it belongs to",
        "write `closing(operating_funds)` or `closing(department.operating_funds)`",
        "`closing`（期末数）需要一个账户名，属于对象或同一个上级",
        "请写作 `closing(operating_funds)` 或 `closing(department.operating_funds)`",
    ),
    "PR279": _error(
        "what must hold of the money reads no closing amount",
        "write `closing(account) >= 0`",
        "必须满足的条件没有读取期末数",
        "请写作 `closing(账户) >= 0`（期末数）",
    ),
    "PR280": _error(
        "`{value}` is no amount of whole minor units that could be decided",
        "{hint}",
        "`{value}` 不是可以决定的、以最小货币单位计的金额",
        "{hint}",
    ),
    "PR281": _note(
        "the decision on `{subject}` of {on} is later than {day} and was left out",
        "",
        "关于 `{subject}` 的决定（{on}）晚于 {day}，未纳入",
        "",
    ),
    "PR282": _error(
        "a decision is about the rule `{rule}`, which is not there",
        "{hint}",
        "决定所指的规则 `{rule}` 不存在",
        "{hint}",
    ),
    "PR283": _error(
        "no claim of the rule `{rule}` waits for a decision",
        "remove the decision, or add `approvals:` or `recommend:` to the policy",
        "规则 `{rule}` 没有等待决定的措施",
        "请删去该决定，或在政策中写明 `approvals:`（审批）或 `recommend:`（建议）",
    ),
    "PR284": _error(
        "several claims of the rule `{rule}` wait for decisions",
        "say which one: `action: …`",
        "规则 `{rule}` 有几项措施等待决定",
        "请写明是哪一项：`action: …`（措施）",
    ),
    "PR285": _error(
        "there are two decisions about one claim of `{rule}` on `{subject}`",
        "keep the one that holds",
        "关于 `{subject}` 的规则 `{rule}` 的同一措施有两个决定",
        "请保留有效的一个",
    ),
    "PR286": _error(
        "the amount of the rule `{rule}` is computed, not decided",
        "remove `amount`; the decision approves the claim or refuses it",
        "规则 `{rule}` 的金额由计算得出，不由决定给出",
        "请删去 `amount`（金额）；该决定只批准或不批准",
    ),
    "PR287": _error(
        "the decision about the rule `{rule}` needs `{key}`",
        "add `{key}: …`",
        "关于规则 `{rule}` 的决定需要 `{key}`",
        "请补充 `{key}: …`",
    ),
    "PR288": _error(
        "`{subject}` is no subject of the rule `{rule}`",
        "write {known}",
        "`{subject}` 不是规则 `{rule}` 的对象",
        "请写作 {known}",
    ),
    "PR289": _error(
        "`closing` can be read only in what must hold",
        "write the condition under `must:`",
        "`closing`（期末数）只能用在必须满足的条件中",
        "请把条件写在 `must:`（必须）下",
    ),
    "PR290": _error(
        "`at_least` is more than `at_most`, {least} and {most}",
        "exchange the two amounts, or correct one",
        "`at_least`（不低于）大于 `at_most`（不超过）：{least} 和 {most}",
        "请对调两个金额，或更正其中一个",
    ),
    "PR291": _error(
        "`closing` is of the year that is settled; it can't be asked for in other years",
        "take it out of `prior`, `next` and `over years`",
        "`closing`（期末数）是结算年度的，不能用于其他年度",
        "请勿写在 `上期`、`下期` 或“遍历 历年”之内",
    ),
    "PR292": _warning(
        "`{subject}`: the approval is by {asked}, the decision by {by}",
        "correct `by`, or have the decision of {asked}",
        "`{subject}`：审批人为 {asked}，而决定人为 {by}",
        "请更正 `by`（决定人），或由 {asked} 作出决定",
    ),
    "PR293": _error(
        "two steps of a ladder send `{action}`",
        "declare another action with `effect: notice` for one of them, such as `second_reminder`",
        "同一函件阶梯有两个步骤发出 `{action}`",
        "请为其中一步另行声明一个 `effect: notice`（效果: 函件）的措施，例如 `再次提醒`",
    ),
    "PR294": _error(
        "nothing begins the ladder `{ladder}`",
        "write `when` below its first step, or let a rule of this policy do `{action}`",
        "函件阶梯 `{ladder}` 无从开始",
        "请在第一步下写 `when:`（条件），或让本政策的某条规则采取 `{action}`",
    ),
    "PR295": _error(
        "no step follows the last one: `{key}` can't be `next`",
        "write `close`, leave it out, or add a step",
        "最后一步之后没有步骤，`{key}` 不能是 `next`（升级）",
        "请写 `close`（结束），或删除此项，或再加一步",
    ),
    "PR296": _error(
        "`{written}` is no time that is known beforehand",
        "write a whole number above 0 and `working days`, `days` or `months`, or a parameter that has it",
        "`{written}` 不是事先确定的期限",
        "请写大于 0 的整数加 `个工作日`、`天` 或 `个月`，或写有此值的参数",
    ),
    "PR297": _error(
        "`{action}` has no deadline that could lapse",
        "write `within: 10 working days`, or leave out `if_lapsed`",
        "`{action}` 没有期限，谈不上逾期",
        "请写 `within: 10 working days`（期限: 10个工作日），或删除 `if_lapsed`（逾期后）",
    ),
    # the words of an expression
    "PR301": _error(
        "the expression ends too early; {expected} is missing",
        "complete it",
        "表达式不完整，缺少{expected}",
        "请补全",
    ),
    "PR302": _error(
        "{found} can't stand here; {expected} is expected",
        "{hint}",
        "{found} 不能写在这里，应为{expected}",
        "{hint}",
    ),
    "PR303": _error(
        "`{sign}`: comparisons can't be chained",
        "write two comparisons joined by `and`: `a < b and b < c`",
        "`{sign}`：比较不能连写",
        "请用“且”连接两个比较：`a < b 且 b < c`",
    ),
    "PR304": _error(
        "`%` belongs directly to its number; there is no remainder of a division",
        "write 85% without a space",
        "`%` 必须紧跟数字；没有求余运算",
        "请写 85%，中间不加空格",
    ),
    "PR305": _error("{sign} has no meaning in an expression", "{hint}", "{sign} 在表达式中没有意义", "{hint}"),
    "PR306": _error(
        "`{sign}` has no counterpart", "add or remove a parenthesis", "`{sign}` 没有配对", "请补上或删去括号"
    ),
    "PR307": _error(
        "quotes that are not closed", 'add `"` at the end of the text', "引号没有闭合", "请在文字末尾补上引号"
    ),
    "PR308": _error(
        "`{name}` contains characters that look like others or can't be seen: {characters}",
        "type the name again",
        "`{name}` 含有形似或不可见的字符：{characters}",
        "请重新输入名称",
    ),
    "PR309": _error(
        "`{number}` is not written in the digits 0–9",
        "write {plain}",
        "`{number}` 没有使用数字 0–9",
        "请写作 {plain}",
    ),
    "PR310": _error(
        "`{number}` is no form of number that is read here",
        "{plain}",
        "`{number}` 不是可读的数字写法",
        "{plain}",
    ),
    "PR311": _error(
        "`{number}` has more than 18 digits before the point or 12 after it",
        "no amount needs so many",
        "`{number}` 整数部分超过 18 位或小数部分超过 12 位",
        "金额不需要这么多位",
    ),
    "PR312": _error(
        "the expression is too long or too deep; the limit is {limit}",
        "name parts of it under `names:`, and let few names stand one on another",
        "表达式过长或嵌套过深，上限为 {limit}",
        "请在 `names:`（指标）下为其中部分命名，且指标之间不要逐层引用过多",
    ),
    "PR313": _error(
        "unknown name `{name}`; words must stand apart",
        "write `{apart}`",
        "未知的名称 `{name}`；词与词之间要有空格",
        "请写作 `{apart}`",
    ),
    "PR314": _note("full-width signs are read as `{plain}`", "", "全角符号读作 `{plain}`", ""),
    "PR315": _error(
        "it is not clear how far `otherwise` reaches",
        "put parentheses around the other operator",
        "`otherwise`（缺省为）的作用范围不明确",
        "请给另一个运算加括号",
    ),
    "PR316": _error(
        "`{value}` is no constant",
        "write one like 85%, 500元, 2, yes, 2023-12-31, or text in quotes; words of a list need `of: […]`",
        "`{value}` 不是常量",
        "请写如 85%、500元、2、yes（是）、2023-12-31 或带引号的文字；可选的词要列在 `of: […]`（取值）中",
    ),
    # names and kinds
    "PR317": _error(
        "`{written}` is said in words where signs are needed",
        "write `{meant}`",
        "`{written}` 用了文字，此处应写符号",
        "请写作 `{meant}`",
    ),
    "PR318": _error(
        "`{written}` is an amount of money, a hundredth of 元; it meets a number",
        "write {plain} where points of a score are meant",
        "`{written}` 是金额（一元的百分之一），与数放在一起",
        "若指得分，请写 {plain}",
    ),
    "PR401": _error("unknown name `{name}`", "{hint}", "未知的名称 `{name}`", "{hint}"),
    "PR402": _error(
        "{found} can't be calculated with",
        "use an amount, a ratio or a number",
        "{found}不能参加计算",
        "请使用金额、比率或数",
    ),
    "PR403": _error(
        "{left} does not fit together with {right}",
        "{hint}",
        "{left}与{right}不能放在一起",
        "{hint}",
    ),
    "PR404": _error(
        "a ratio meets the bare number {written}",
        "did you mean {meant}?",
        "比率与不带单位的数 {written} 放在一起",
        "是否指 {meant}？",
    ),
    "PR405": _error(
        "an amount of money meets the bare number {written}",
        "did you mean {meant}?",
        "金额与不带单位的数 {written} 放在一起",
        "是否指 {meant}？",
    ),
    "PR406": _error(
        "a condition is needed here, and this is {found}",
        "compare it: `… < …`",
        "此处需要条件，而这是{found}",
        "请写成比较：`… < …`",
    ),
    "PR407": _error(
        "the wrong number of values for `{function}`: {found}, not {expected}",
        "{hint}",
        "`{function}` 需要 {expected} 个值，而不是 {found} 个",
        "{hint}",
    ),
    "PR408": _error("unknown function `{function}`", "{hint}", "未知的函数 `{function}`", "{hint}"),
    "PR409": _error(
        "the name `{name}` depends on itself: {ring}",
        "break the circle",
        "名称 `{name}` 依赖于自己：{ring}",
        "请断开循环",
    ),
    "PR410": _error(
        "nothing called `{name}` belongs to this subject",
        "{hint}",
        "没有名为 `{name}` 的内容隶属于该对象",
        "{hint}",
    ),
    "PR411": _error("`{word}` is not one of the words of this choice", "{hint}", "`{word}` 不是该选项的取值", "{hint}"),
    "PR412": _error("{found} has no order", "{hint}", "{found}没有大小之分", "{hint}"),
    "PR413": _error(
        "`{written}`: a difference of two ratios is in percentage points, a ratio in percent",
        "write {meant}",
        "`{written}`：两个比率之差用百分点，比率用百分比",
        "请写作 {meant}",
    ),
    "PR415": _error(
        "this can grow beyond what is computed exactly: {bits} bits, at most 128",
        "`round(…)` a part of it, or give its facts `between:` bounds",
        "结果可能超出精确计算的范围：需 {bits} 位，最多 128 位",
        "请对其中一部分取整，或为所用事实写明界限 `between:`（介于）",
    ),
    "PR416": _error(
        "the values under `{function}` are quotients with different divisors",
        "`round(…)` them first",
        "`{function}` 中的值是除数各不相同的商",
        "请先取整 `round(…)`",
    ),
    "PR417": _error(
        "the name `{name}` reads the account `{account}` of the judged year, while the action is on that of another year",
        "write the formula here in full",
        "名称 `{name}` 读取的是评判年度的账户 `{account}`，而该措施作用于另一年度",
        "请在此处写出完整公式",
    ),
    "PR418": _error(
        "this is {found}; {expected} is needed",
        "{hint}",
        "这是{found}，此处需要{expected}",
        "{hint}",
    ),
    "PR419": _error(
        "`{function}` is over what belongs to the subject",
        "write `{function}({value} over {over})`",
        "`{function}` 要作用于隶属于对象的内容",
        "请写作 `{chinese}({value} 遍历 {over})`",
    ),
    "PR420": _error(
        "the step to round to must be a constant above zero",
        "write 0.01元, 1% or the name of a parameter",
        "取整的步长必须是大于零的常量",
        "请写 0.01元、1% 或参数名",
    ),
    "PR421": _error("this is no way to round", "write one of {modes}", "这不是取整方式", "请写 {modes} 之一"),
    "PR422": _error(
        "`{function}` is made of functions more than {limit} levels deep",
        "write part of it out",
        "`{function}` 的函数嵌套超过 {limit} 层",
        "请把其中一部分写全",
    ),
    "PR423": _error(
        "`{operator}` of {left} and {right} has no meaning",
        "correct the formula",
        "{left}与{right}不能用 `{operator}` 运算",
        "请修改公式",
    ),
    # rows, years, durations and dates
    "PR424": _error(
        "only the word `interpolated` can stand here",
        "write `percentile(score, 75%, interpolated over …)`",
        "此处只能写 `interpolated`（插值）",
        "请写作 `百分位数(得分, 75%, 插值 遍历 …)`",
    ),
    "PR425": _error(
        "`{number}` is no whole number of days or months",
        "write a whole number, at most 100000 days or months: 30 days, 6 months",
        "`{number}` 不是整数天或整数月",
        "请写整数，不超过 100000 天或 100000 个月：30天、6个月",
    ),
    "PR426": _error(
        "how far `{function}` goes must be a constant from 1 to {limit}",
        "write a whole number: `{function}(x, 2)`",
        "`{function}` 的期数必须是 1 至 {limit} 的常量",
        "请写整数：`{function}(x, 2)`",
    ),
    "PR427": _error(
        "`over years` can't stand inside another `over years`",
        "use `prior(…)` for a single earlier year",
        "“遍历 历年”不能嵌套",
        "某一个较早年度请用 `上期(…)`",
    ),
    "PR428": _error(
        "`{function}` needs the rows among which the subject itself stands",
        "write `{function}(… over {many})`",
        "`{function}` 的范围必须包含该对象自己",
        "请写作 `{function}(… 遍历 {many})`",
    ),
    "PR429": _error(
        "`per` parts all of a kind; `{over}` are only those of this subject",
        "remove `per`, or put the condition under `where`",
        "`per`（分组按）用于划分某类全部对象，而 `{over}` 只是该对象自己的",
        "请删去 `per`，或把条件写在 `where`（其中）之后",
    ),
    "PR430": _error(
        "the order of the rows has no meaning for `{function}`",
        "remove `in order of`",
        "`{function}` 与排列顺序无关",
        "请删去 `in order of`（排序按）",
    ),
    "PR431": _error(
        "`{function}` depends on the order of `{over}`, which is not known",
        "add `in order of …`, or `in_order_of:` to the kind",
        "`{function}` 取决于 `{over}` 的顺序，而顺序未知",
        "请补充 `in order of …`（排序按），或在该类别写明 `in_order_of:`（排序）",
    ),
    "PR432": _error(
        "the share of a percentile must be a constant from 0% to 100%",
        "write one like 75%",
        "百分位必须是 0% 至 100% 的常量",
        "请写如 75%",
    ),
    "PR433": _error(
        "{left} can't be compared with {right}: months differ in length",
        "compare `days(a, b)` with days, or `months(a, b)` with months",
        "{left}与{right}不能比较：各月长短不同",
        "请用 `天数(a, b)` 与天比较，或用 `月数(a, b)` 与月比较",
    ),
    "PR434": _error(
        "a duration meets the bare number {written}",
        "did you mean {meant}?",
        "时长与不带单位的数 {written} 放在一起",
        "是否指 {meant}？",
    ),
    "PR435": _error(
        "one date can't be taken from another by `-`",
        "write `days(from, to)` or `months(from, to)`",
        "两个日期不能相减",
        "请写作 `天数(起, 止)` 或 `月数(起, 止)`",
    ),
    "PR436": _error(
        "a date is moved by whole days or months only",
        "`floor(…)` or `round(…)` to 1 day or 1 month first",
        "日期只能按整天或整月推移",
        "请先取整到 1天 或 1个月",
    ),
    "PR437": _error(
        "working days need a calendar, and the vocabulary has none",
        "write `extends: budget` in the vocabulary, whose calendar is that of China, or declare one under `calendar:`; \
or count calendar days: `30 days`",
        "工作日需要日历，而词表没有声明日历",
        "请在词表中写 `extends: budget`（继承其中国工作日历），或在 `calendar`（工作日历）下声明；也可改用日历天数：`30天`",
    ),
    "PR438": _error(
        "`{name}` names no kind of subject before the dot",
        "{hint}",
        "`{name}` 中点号之前不是对象的类别",
        "{hint}",
    ),
    "PR439": _error(
        "a quotient by `{written}` has no value",
        "divide by something else; a quotient by zero is always unknown",
        "除以 `{written}` 没有结果",
        "请更正除数；除以零的结果总是未知",
    ),
    "PR441": _error(
        "`{written}` is in another currency than the vocabulary, which is in {own}",
        "write `{meant}`, if that is what is meant",
        "`{written}` 与词表的货币 {own} 不同",
        "如确为此意，请写 `{meant}`",
    ),
    "PR442": _warning(
        "`{name}` is a name here, and not the word `{name}` of the choice",
        'call it otherwise; in a formula, "{name}" in quotes is the word',
        "`{name}` 在此是名称，不是选项中的词 `{name}`",
        '请给该名称改名；在公式中，加引号的 "{name}" 是该词',
    ),
    # examples
    "PR501": _error(
        "`{name}` expects `{expected}` for {about}, but the result is `{found}`",
        "{hint}",
        "`{name}` 预期{about}为 `{expected}`，实际为 `{found}`",
        "{hint}",
    ),
    "PR502": _error(
        "`{name}` expects something of `{subject}`, which is not given for {period}",
        "{hint}",
        "`{name}` 对 {period} 年未给定的 `{subject}` 有预期",
        "{hint}",
    ),
    "PR503": _error(
        "`{key}` is nothing that can be expected of {what}",
        "{hint}",
        "{what}没有 `{key}` 这样的结果",
        "{hint}",
    ),
    "PR504": _note(
        "`{name}` leaves out `{fact}` of {subject} for {period}, by which a verdict or an amount is undecided",
        "give it, or write `{fact}: unknown` where that is meant",
        "`{name}` 没有给出 {subject} {period} 年的 `{fact}`，结论或金额因此待定",
        "请给出，或在确为未知时写 `{fact}: 未知`",
    ),
    # findings of `check`
    "PR440": _error(
        "`across all` is of all of a kind, where the vocabulary has a `jurisdiction`",
        "remove `across all`",
        "`across all`（跨辖区 全部）用于某类的全部对象，且词表须写明 `jurisdiction`（辖区）",
        "请删去 `across all`（跨辖区 全部）",
    ),
    "PR510": _warning(
        "the rule `{rule}` can never hold: no value passes {parts}",
        "correct the lines, or remove the rule",
        "规则 `{rule}` 永远不会成立：没有值能满足 {parts}",
        "请更正界线，或删去该规则",
    ),
    "PR511": _warning(
        "the rule `{rule}` can never fail, whatever the facts are",
        "correct the condition, or write `when: yes` where that is meant",
        "无论事实如何，规则 `{rule}` 都不会不成立",
        "请更正条件；若本意如此，请写 `when: yes`（条件：是）",
    ),
    "PR512": _warning(
        "`{one}` and `{other}` both claim on `{account}` where {witness}, and would be a conflict",
        "let one go `over` the other, or say `together: sum` or `together: greatest` on the account",
        "在 {witness} 时，`{one}` 与 `{other}` 同时作用于账户 `{account}`，将成为冲突",
        "请让其中一条优先于（`over`）另一条，或为账户写明 `together: sum`（合计）或 `together: greatest`（取最大）",
    ),
    "PR513": _warning(
        "nothing reads the parameter `{name}`",
        "use it or remove it",
        "没有任何内容读取参数 `{name}`",
        "请使用它，或删去",
    ),
    "PR514": _note(
        "no policy reads the fact `{fact}` of {kind}",
        "",
        "没有政策读取 {kind} 的事实 `{fact}`",
        "",
    ),
    "PR515": _note(
        "`{term}` can need {bits} bits, more than the usual 64",
        "`between:` bounds on its facts make it narrower, and faster",
        "`{term}` 可能需要 {bits} 位，超过通常的 64 位",
        "为所用事实写明界限 `between:`（介于）可使其更窄、更快",
    ),
    "PR516": _note(
        "no rule uses the pool `{pool}`",
        "write `into: {pool}` or `out_of: {pool}` in an action, or remove the pool",
        "没有规则使用资金池 `{pool}`",
        "请在措施中写 `into: {pool}`（归入）或 `out_of: {pool}`（来自），或删去该资金池",
    ),
    # cases
    "PR520": _error(
        "`{name}` expects nothing",
        "say under `expect` what must come out, or under `problems` why it must be refused",
        "`{name}` 没有写任何预期",
        "请在 `预期` 下写应得的结果，或在 `问题代码` 下写应因何被拒绝",
    ),
    "PR521": _error(
        "the figure `{key}` is {found}, with which {written} can't be compared",
        "write a value of that kind",
        "指标值 `{key}` 是{found}，不能与 {written} 比较",
        "请写同类的值",
    ),
    "PR522": _error(
        "`{name}` expects the explanation of `{subject}` to say `{words}`, which it does not",
        "correct the words; they are looked for in English and in Chinese",
        "`{name}` 预期 `{subject}` 的说明中有 `{words}`，实际没有",
        "请更正文字；中文和英文说明都会查找",
    ),
    "PR523": _error("`{name}` {found}", "{hint}", "`{name}` {found}", "{hint}"),
    "PR524": _error(
        "`{policy}` is not the name of one policy to be tested",
        "{hint}",
        "按 `{policy}` 找不到唯一的一项可测政策",
        "{hint}",
    ),
    "PR526": _error(
        "this row of a table of cases has {found} cells, for {expected} columns",
        'write one cell for each column, an empty one as `""`; a cell with a comma needs quotes',
        "用例表的这一行有 {found} 格，但有 {expected} 列",
        '每列写一格，空格写作 `""`；格中有逗号的须加引号',
    ),
    "PR527": _error(
        "`{column}` is no column of a table of cases about a {kind}",
        "{hint}",
        "`{column}` 不是 {kind} 用例表的列",
        "{hint}",
    ),
    "PR528": _error(
        "`{path}` holds nothing to be tested",
        "give files with `cases:`, or policies with `examples:`",
        "`{path}` 中没有可测的内容",
        "请给出以 `用例:` 开头的文件，或写有 `示例:` 的政策",
    ),
    "PR531": _error(
        "the example `{name}`: what is expected of `{key}` is still to be written",
        "write what must come out by the words of the policy's source, instead of `?`",
        "示例 `{name}`：`{key}` 的预期尚未填写",
        "请按政策依据的原文写明应得的结果，替换 `?`",
    ),
    "PR532": _error(
        "`{path}` is there already",
        "name another folder; cases that were completed are not written over",
        "`{path}` 已存在",
        "请另指定文件夹；已填写的用例不会被覆盖",
    ),
    # facts
    "PR601": _error(
        "the column `{column}` is no fact of {kind}", "{hint}", "列 `{column}` 不是 {kind} 的事实", "{hint}"
    ),
    "PR602": _error(
        "`{value}` for `{fact}` is not {expected}",
        "correct the value",
        "`{fact}` 的值 `{value}` 不是{expected}",
        "请更正",
    ),
    "PR603": _error(
        "{value} for `{fact}` is {side}{hint}",
        "correct the value, or the fact's bounds",
        "`{fact}` 的值 {value} {side}{hint}",
        "请更正该值，或该事实的界限",
    ),
    "PR604": _error(
        "{value} for `{fact}` has more than {places} decimal places",
        "round it in the source, or say `rounded: half-up` on the fact",
        "`{fact}` 的值 {value} 超过 {places} 位小数",
        "请在来源处取整，或在该事实写明 `rounded: half-up`（取整: 四舍五入）",
    ),
    "PR605": _error(
        "the {kind} `{id}` is there twice for {period}; first in {first}",
        "keep one of them",
        "{kind} `{id}` 在 {period} 年重复；最先见于 {first}",
        "请只保留一个",
    ),
    "PR607": _error(
        "{value} for `{fact}` is a binary floating-point number, which is not exact",
        "give a `Decimal`, an `int` or text",
        "`{fact}` 的值 {value} 是二进制浮点数，不精确",
        "请用 `Decimal`、`int` 或文字",
    ),
    "PR608": _error(
        "`{value}` for `{fact}` is a yes or no, not {expected}",
        "give the number",
        "`{fact}` 的值 `{value}` 是是非值，不是{expected}",
        "请给出数值",
    ),
    "PR609": _error(
        "`{value}` for `{fact}` is no number that is read here",
        "{hint}",
        "`{fact}` 的值 `{value}` 不是可读的数字写法",
        "{hint}",
    ),
    "PR610": _error(
        "`{value}` for `{fact}` looks like a code that a spreadsheet turned into a number",
        "make the column text in the spreadsheet and export again",
        "`{fact}` 的值 `{value}` 像是被电子表格变成数字的代码",
        "请在电子表格中把该列设为文本后重新导出",
    ),
    "PR611": _error(
        "this row does not say of which period it is",
        "fill in the column `period` with the year: 2023",
        "该行没有写明年度",
        "请在 `年度`（period）列填写年份：2023",
    ),
    "PR612": _error(
        "`{value}` is no period",
        "write the year with four digits: 2023",
        "`{value}` 不是年度",
        "请写四位年份：2023",
    ),
    "PR613": _error(
        "`{value}` is not one of the words for `{fact}`", "{hint}", "`{value}` 不是 `{fact}` 的取值", "{hint}"
    ),
    "PR614": _error(
        "`{value}` for `{fact}` is no date",
        "write year-month-day: {day}",
        "`{fact}` 的值 `{value}` 不是日期",
        "请写作 年-月-日：{day}",
    ),
    "PR615": _error(
        "{value} for `{fact}` is no finite number of ordinary size",
        "correct the value",
        "`{fact}` 的值 {value} 不是正常大小的有限数",
        "请更正",
    ),
    "PR616": _error("`{word}` is no kind of subject", "{hint}", "`{word}` 不是对象的类别", "{hint}"),
    "PR617": _error(
        "a {kind} without `id`", "give every row its id", "有 {kind} 没有 `id`（编号）", "请为每一行填写编号"
    ),
    "PR618": _error(
        "the columns `{other}` and `{column}` both hold `{fact}`",
        "keep one column",
        "列 `{other}` 和 `{column}` 都是 `{fact}`",
        "请只保留一列",
    ),
    "PR619": _error(
        "two rows of `{parent}` have {fact} {value}; the first is {first}",
        "number them apart",
        "`{parent}` 有两行的 {fact} 都是 {value}；最先见于 {first}",
        "请分别编号",
    ),
    "PR620": _error(
        "the {kind} `{id}` does not say to which {parent} it belongs",
        "fill in the column `{parent}`",
        "{kind} `{id}` 没有写明所属的 {parent}",
        "请填写 `{parent}` 列",
    ),
    "PR621": _error("no {parent} `{id}` in {period}", "{hint}", "{period} 年没有 {parent} `{id}`", "{hint}"),
    "PR622": _note("`{path}` was read as {encoding}", "", "`{path}` 按 {encoding} 读取", ""),
    "PR623": _error(
        "this row has {found} cells, the header has {expected}",
        'check commas and quotes; an amount with commas needs quotes: "1,000.00"',
        "该行有 {found} 格，表头有 {expected} 格",
        '请检查逗号和引号；含逗号的金额要加引号："1,000.00"',
    ),
    "PR624": _error(
        "`{path}` can't be read as a table: {reason}",
        "save it as CSV in UTF-8, separated by commas, or as .xlsx",
        "`{path}` 不能读作表格：{reason}",
        "请另存为逗号分隔的 UTF-8 CSV，或 .xlsx",
    ),
    "PR625": _error(
        "`{path}` holds no facts",
        "give a folder with one CSV file for each kind, such as {example}.csv, or a workbook with a sheet `{example}`",
        "`{path}` 中没有事实",
        "请给出文件夹，其中每个类别一个 CSV 文件，如 {example}.csv，或含有工作表 `{example}` 的工作簿",
    ),
    "PR627": _error(
        "the {kind} `{id}` does not say its {fact}, which puts the rows in order",
        "fill in `{fact}`",
        "{kind} `{id}` 没有填写用于排序的 {fact}",
        "请填写 `{fact}`",
    ),
    "PR628": _error(
        "what is given for `{about}` is not {expected}",
        "give {example}",
        "`{about}` 给出的不是{expected}",
        "请给出 {example}",
    ),
    "PR629": _error(
        "`{about}` was read by another program",
        "read it again with this program: {example}",
        "`{about}` 由其他程序读取",
        "请用本程序重新读取：{example}",
    ),
    "PR630": _error(
        "`{about}` is part of what was read",
        "give it to `program.read`",
        "`{about}` 属于所读取的内容",
        "请在 `program.read` 中给出",
    ),
    "PR631": _note(
        "the column `{column}` is not read",
        "to use it, declare it as a fact",
        "列 `{column}` 未读取",
        "如需使用，请声明为事实",
    ),
    "PR632": _error(
        "`{path}` can't be read: {reason}",
        "{hint}",
        "`{path}` 不能读取：{reason}",
        "{hint}",
    ),
    "PR633": _error(
        "{cells} {reason}",
        "show the value itself there, one cell for each row and column",
        "{cells} {reason}",
        "请在该处直接填写数值，每行每列一格",
    ),
    "PR634": _note(
        "the sheet `{sheet}` is not read",
        "a sheet that is read is called like a kind of subject",
        "工作表 `{sheet}` 未读取",
        "要读取的工作表，名称应为对象的类别",
    ),
    "PR635": _error(
        "the row of `{word}` is no subject",
        "remove the row of totals: what is summed would count twice",
        "`{word}` 一行不是对象",
        "请删除合计行，否则会重复计算",
    ),
    "PR640": _error(
        "`cohort` comes with `{about}`, but of the others of the kind that is not known",
        "give everything that is known of all of them to `program.facts`, and `run`",
        "同时给出了 `cohort` 和 `{about}`，但同类其他对象的 `{about}` 未知",
        "请把全部对象的已知内容交给 `program.facts`，再用 `run`",
    ),
    "PR641": _error(
        "the column `{column}` says {unit}, but the unit of `{fact}` is {own}",
        "convert the column and its heading, or say `in: {written}` for it in a mapping file",
        "`{column}` 列以 {unit} 为单位，而 `{fact}` 的单位是 {own}",
        "请换算该列并修改列名，或在对照表文件中为它写明 `计量单位: {written}`",
    ),
    "PR642": _error(
        "`{path}` has no column `{column}`, which should be read as `{fact}`",
        "{hint}",
        "`{path}` 没有应读作 `{fact}` 的 `{column}` 列",
        "{hint}",
    ),
    "PR643": _error(
        "`{value}` is not written with `{mark}` before decimals, as the mapping says",
        "correct the number, or `decimal` and `grouping` of the mapping",
        "`{value}` 的写法与对照表规定的小数点 `{mark}` 不符",
        "请更正该数，或更正对照表的 `小数点` 和 `千分位`",
    ),
    "PR644": _error(
        "the column `{column}` holds binary floating-point numbers, which are not exact",
        "{hint}",
        "`{column}` 列是二进制浮点数，不精确",
        "{hint}",
    ),
    "PR645": _error(
        "`{key}: {value}` can't be said of `{fact}`: {reason}",
        "leave it out, or correct it",
        "`{fact}` 不能写 `{key}: {value}`：{reason}",
        "请删除或更正",
    ),
    "PR646": _error(
        "the row says the year {said}, where {period} is meant",
        "give the row of {period}, or `period={said}`",
        "该行的年度为 {said}，而此处是 {period} 年",
        "请给出 {period} 年的数据，或写 `period={said}`",
    ),
    "PR647": _warning(
        "`{fact}` is read as {value}{more}: a ratio of 1 is 100%",
        "if {meant} is meant, write `{meant}` there; with `at_most` in the vocabulary such a value is refused",
        "`{fact}` 读作 {value}{more}：比率 1 即 100%",
        "如指 {meant}，请写作 `{meant}`；在词表中写明 `不超过` 的，此类数值会被拒收",
    ),
    "PR648": _note(
        "the column `{column}` is not read: the mapping names another for `{fact}`",
        "if it is meant, name it in the mapping",
        "列 `{column}` 未读取：对照表为 `{fact}` 指定了另一列",
        "如应读取该列，请在对照表中指定",
    ),
    "PR626": _error(
        "the first row names no column `id`",
        "name the columns in the first row: `id`, `period`, then facts",
        "第一行没有列名 `编号`（id）",
        "请在第一行写明列名：`编号`、`年度`，然后是各项事实",
    ),
    # runs
    "PR701": _error(
        "the amount of `{about}` is negative for `{subject}`",
        "limit the formula: `max(0元, …)`",
        "`{about}` 对 `{subject}` 的金额为负",
        "请限制公式：`max(0元, …)`",
    ),
    "PR703": _error(
        "the weight of `{about}` is negative for `{subject}`",
        "limit the formula: `max(0, …)`",
        "`{about}` 对 `{subject}` 的权重为负",
        "请限制公式：`max(0, …)`",
    ),
    "PR704": _error(
        "a sum in `{about}` is beyond 2^63 minor units",
        "check the facts",
        "`{about}` 中的合计超过 2^63 个最小货币单位",
        "请检查事实",
    ),
    "PR705": _error("there is no subject `{subject}`", "{hint}", "没有对象 `{subject}`", "{hint}"),
    "PR706": _error("there are no facts for {period}", "{hint}", "没有{period}的事实", "{hint}"),
    "PR707": _error(
        "the facts hold several periods; which one is judged?",
        "say which: `--period {example}`, in Python `period={example}`",
        "事实含有多个年度，评判哪一年？",
        "请写明年度：`--period {example}`，Python 中为 `period={example}`",
    ),
    "PR708": _error(
        "no policy is in force on {day}",
        "choose another day, or check `in_force:`",
        "{day} 没有生效的政策",
        "请选择其他日期，或检查 `in_force:`（有效期）",
    ),
    "PR709": _note(
        "the policy `{policy}` is not in force on {day} and was left out",
        "",
        "政策 `{policy}` 在 {day} 未生效，未纳入",
        "",
    ),
    "PR711": _error(
        "what may be moved at most on this account of `{subject}` is negative",
        "limit the formula of `at_most`: `max(0元, …)`",
        "`{subject}` 的该账户限额为负",
        "请限制 `at_most`（不超过）的公式：`max(0元, …)`",
    ),
    "PR712": _error(
        "on this account of `{subject}` the least is more than the most",
        "correct `at_least` or `at_most` of its limits",
        "`{subject}` 的该账户下限大于上限",
        "请更正限额的 `at_least`（不低于）或 `at_most`（不超过）",
    ),
    "PR713": _error(
        "shares of a pool still move after eight rounds, at `{subject}`",
        "raise the limits, or leave out `again`",
        "资金池分配八轮后仍有变动（`{subject}`）",
        "请提高限额，或删去 `again`（再分配）",
    ),
    "PR714": _error(
        "shares of several pools, or parts of one, fall on one limited account of `{subject}`",
        "let one pool give to it, or use an account without limits",
        "几个资金池或资金池的几个部分同时向 `{subject}` 的同一限额账户分配",
        "请只由一个资金池分配，或使用没有限额的账户",
    ),
    "PR715": _error(
        "what the pool of `{subject}` gave and kept is not what it had",
        "this is a fault of perfrules; please report it",
        "资金池 `{subject}` 的分出与剩余之和不等于其来源",
        "这是 perfrules 的错误，请报告",
    ),
    "PR716": _error(
        "what must hold is violated for `{subject}`: {about}",
        "correct the policy or the facts; nothing was settled",
        "`{subject}` 违反了必须满足的条件：{about}",
        "请更正政策或事实；没有结算任何资金",
    ),
    "PR717": _error(
        "it is not known whether what must hold does for `{subject}`: {about}",
        "give the opening amount and every fact that it reads; nothing was settled",
        "不知道 `{subject}` 是否满足必须满足的条件：{about}",
        "请提供期初数和所读取的事实；没有结算任何资金",
    ),
    "PR718": _error(
        "the decision on `{subject}` lies outside the bounds of what is recommended: {about}",
        "correct the amount",
        "关于 `{subject}` 的决定超出建议的范围：{about}",
        "请更正金额",
    ),
    "PR719": _error(
        "the decision on `{subject}` is about a claim that is not made or needs none: {about}",
        "remove the decision, or correct the facts",
        "关于 `{subject}` 的决定所指的措施没有提出，或无须决定：{about}",
        "请删去该决定，或更正事实",
    ),
    "PR731": _error(
        "no database is known at `{address}`",
        "`duckdb:///file.db`, `postgresql://user@host/name`, `spark://host:7077`, or `spark://local`",
        "不认识数据库地址 `{address}`",
        "可用的地址：`duckdb:///文件.db`、`postgresql://用户@主机/库名`、`spark://主机:7077` 或 `spark://local`",
    ),
    "PR732": _error(
        "there is no database file `{path}`",
        "correct the path: `duckdb:///facts.db` is in this folder, `duckdb:////srv/facts.db` is not",
        "没有数据库文件 `{path}`",
        "请更正路径：`duckdb:///facts.db` 在当前文件夹，`duckdb:////srv/facts.db` 是绝对路径",
    ),
    "PR733": _error(
        "the database ({database}) refused: {message}",
        "correct what it says; nothing was written",
        "数据库（{database}）拒绝执行：{message}",
        "请按其提示更正；没有写入任何内容",
    ),
    "PR734": _error(
        "the engine `{engine}` runs in no database, but `{address}` is given",
        "add the engine `sql`, or leave out the address",
        "引擎 `{engine}` 不在数据库中运行，却给出了地址 `{address}`",
        "请指定引擎 `sql`，或删去该地址",
    ),
    "PR735": _error(
        "the dialect `{dialect}` is not one of those that are written",
        "{hint}",
        "不支持 SQL 方言 `{dialect}`",
        "{hint}",
    ),
    "PR736": _error(
        "views are of one period, and none is given",
        "add `--period 2023`",
        "视图对应一个年度，但没有给出年度",
        "请加 `--period 2023`",
    ),
    "PR737": _error(
        "`{value}` has a character that Unicode writes in several ways, and Spark can't tell that they are the same",
        "write it in composed characters (Unicode NFC) where it has them, or use DuckDB or PostgreSQL",
        "`{value}` 含有在 Unicode 中有多种写法的字符，而 Spark 无法认出它们是同一文本",
        "如有对应的组合字符（Unicode NFC），请改用组合字符；或改用 DuckDB、PostgreSQL",
    ),
    "PR744": _error(
        "the policies can need numbers of {digits} digits, and Spark has 38",
        "run it in DuckDB or PostgreSQL, or give facts and parameters narrower bounds",
        "政策可能需要 {digits} 位数字，而 Spark 最多 38 位",
        "请改在 DuckDB 或 PostgreSQL 中运行，或收窄事实和参数的取值范围",
    ),
    "PR745": _error(
        "there is no Java on this machine, which Spark runs on",
        "install Java 17 or newer, and name its folder in `JAVA_HOME` where it is not on `PATH`",
        "Spark 需要 Java，而本机没有",
        "请安装 Java 17 或更高版本；不在 `PATH` 中时，用 `JAVA_HOME` 指明其文件夹",
    ),
    "PR720": _error(
        "a decision is about `{subject}`, of which there are no facts in {period}",
        "{hint}",
        "决定所指的 `{subject}` 在 {period} 年没有事实",
        "{hint}",
    ),
    "PR721": _error(
        "no rule gives a status, and no ladder sends letters: there is nothing to watch",
        "give a rule the action of a status, such as `exclude`, or write `notices`; what else rules do is said by a run",
        "没有规则给出状态，也没有函件阶梯，无可跟踪",
        "请让规则采取状态类措施，如 `不纳入预算`，或写 `notices:`（函件阶梯）；规则的其他结果由运行给出",
    ),
    "PR722": _error(
        "the event is of {day}, after the day of the program, {as_of}",
        "load the policies as of the last day that is watched",
        "事件日期 {day} 晚于程序的日期 {as_of}",
        "请以跟踪期的最后一天为准载入政策",
    ),
    "PR746": _error(
        "the event is of {day}, before {first}, the first day that is watched",
        "begin the watch with an earlier `since`, as far as a policy is in force",
        "事件日期 {day} 早于跟踪的第一天 {first}",
        "请用更早的 `since` 开始跟踪，但不得早于政策的生效日",
    ),
    "PR747": _error(
        "{day} is more than {window} days before {now}, to which time has passed",
        "tell what is known now, of a later day, or begin the watch with a larger `window`",
        "{day} 早于已到达的日期 {now} 超过 {window} 天",
        "请以较晚的日期报告现在所知的情况，或用更大的 `window` 开始跟踪",
    ),
    "PR748": _error(
        "another event has the id `{id}`",
        "give each event an id of its own; to correct an earlier one, send `corrects` with its id",
        "已有另一事件使用编号 `{id}`",
        "请为每个事件使用各自的编号；要更正先前的事件，请用 `corrects` 写明其编号",
    ),
    "PR749": _error(
        "there is no event `{id}` that could be corrected or withdrawn",
        "give the id of the event itself, not of its correction; a reply can only be withdrawn, and what is withdrawn stays so",
        "没有可以更正或撤回的事件 `{id}`",
        "请写原事件的编号，而不是更正的编号；回复只能撤回，已撤回的不能再改",
    ),
    "PR750": _error(
        "time can't go back to {day}: it has passed to {now}",
        "leave this out; what is of an earlier day is told as an event of that day",
        "时间已到 {now}，不能退回 {day}",
        "请删除此项；较早日期的情况，请作为该日的事件报告",
    ),
    "PR766": _error(
        "time has passed to {now}: what is so on {day} is not known yet",
        "ask for a day until then, or let time pass to {day} first, with `advance` or `--to`",
        "时间到达 {now}，尚不知道 {day} 的情况",
        "请改问已到达的日期，或先用 `advance` 或 `--to` 使时间到达 {day}",
    ),
    "PR751": _error(
        "no letter of `{ladder}` to `{subject}` waits for a reply on {day}: {hint}",
        "look at the letters that are out, and give the day on which the reply came",
        "{day} 没有发给 `{subject}` 的 `{ladder}` 函件在等待回复：{hint}",
        "请查看未结的函件，并写收到回复的日期",
    ),
    "PR752": _error(
        "there is no `{subject}` yet",
        "say `new: true` if it is a new one; {hint}",
        "还没有 `{subject}`",
        "如确是新对象，请写 `new: true`；{hint}",
    ),
    "PR753": _error(
        "`{path}` is the journal of another watch: its {name} is {other}, not {value}",
        "open it with the same policies, facts, period and days, or begin a new journal",
        "`{path}` 是另一跟踪的日志：其{name}是 {other}，而不是 {value}",
        "请用相同的政策、事实、年度和日期打开，或新建日志",
    ),
    "PR754": _error(
        "the journal `{path}` was changed: entry {number} is not what was written",
        "take a copy of the file from before the change",
        "日志 `{path}` 被改动：第 {number} 条与写入时不符",
        "请使用改动之前的文件副本",
    ),
    "PR755": _error(
        "the journal `{path}` can't be read or written: {reason}",
        "see to the file and the disk; no other watch may have it open",
        "日志 `{path}` 无法读写：{reason}",
        "请检查文件和磁盘；同一日志不能同时被另一跟踪打开",
    ),
    "PR756": _error(
        "this is no message to a watch",
        "{hint}",
        "这不是跟踪可以接收的消息",
        "{hint}",
    ),
    "PR757": _error(
        "`{written}` from {day} ends after the last day of the calendar",
        "write the days of the next year into `calendar:` of the vocabulary",
        "自 {day} 起的 `{written}` 超出工作日历的最后一天",
        "请在词表的 `calendar:`（工作日历）中写入下一年的安排",
    ),
    "PR758": _error(
        "the period is closed: its watch takes nothing more",
        "run the facts that it ended with; what is known later belongs to another period, or to a new watch",
        "年度已关闭，不再接收事件",
        "请用结束时的事实运行；此后得知的情况属于另一年度，或另行跟踪",
    ),
    "PR759": _error(
        "a message has no `{key}`",
        "leave it out; {hint}",
        "消息中没有 `{key}` 这一项",
        "请删除；{hint}",
    ),
    "PR765": _error(
        "the watch has ended, or its journal `{path}` could not be written",
        "begin it again with this journal: it has everything that was answered",
        "跟踪已结束，或日志 `{path}` 未能写入",
        "请用此日志重新开始，其中有所有已答复的内容",
    ),
    "PR728": _error(
        "`{path}` is a run about {earlier}, this one is about {now}",
        "give the earlier run about {now}",
        "`{path}` 是 {earlier} 年度的运行结果，本次是 {now} 年度",
        "请给出 {now} 年度的原运行结果",
    ),
    "PR740": _note(
        "{count} more rows have something like this in `{about}`",
        "",
        "`{about}` 还有 {count} 行有同样的问题",
        "",
    ),
    "PR760": _error(
        "the template `{path}` can't be used: {reason}",
        "{hint}",
        "模板 `{path}` 不能使用：{reason}",
        "{hint}",
    ),
    "PR761": _error(
        "the template names `{name}`, which stands for nothing",
        "{hint}",
        "模板中的 `{name}` 没有对应的内容",
        "{hint}",
    ),
    "PR762": _error(
        "the template can't be followed: {reason}",
        "write only values, `if` and `for`, as the default templates do",
        "模板无法套用：{reason}",
        "请只使用取值、`if` 和 `for`，写法参照默认模板",
    ),
    "PR763": _error(
        "the letter `{path}` is there already, and says something else",
        "someone may have edited it: move it away, or have it replaced with `replace=True`",
        "函件 `{path}` 已经存在，且内容不同",
        "可能有人修改过：请将其移走，或用 `replace=True` 覆盖",
    ),
    "PR764": _error(
        "letters can't be written to `{path}`: {reason}; none was",
        "give a folder that can be written to; it is made where it alone is missing",
        "函件无法写入 `{path}`：{reason}；一份也没有写入",
        "请给出可以写入的文件夹；仅它本身不存在时会自动建立",
    ),
    "PR742": _error(
        "`{path}` can't be written: {reason}",
        "make room, or give a path in a folder that is there; nothing was left half-written",
        "无法写入 `{path}`：{reason}",
        "请腾出空间，或改用已有文件夹中的路径；没有留下只写了一半的文件",
    ),
    # plugins
    "PR801": _error(
        "what the plugin `{plugin}` has for `{hook}` does not fit",
        "{hint}",
        "插件 `{plugin}` 的 `{hook}` 不符合约定",
        "{hint}",
    ),
    "PR802": _error(
        "`{name}` is defined twice, by `{first}` and by `{second}`",
        "leave one of them out",
        "`{name}` 被定义两次：`{first}` 和 `{second}`",
        "请去掉其中一个",
    ),
    "PR803": _error(
        "no installed package has the plugin `{plugin}`",
        "{hint}",
        "没有安装提供插件 `{plugin}` 的包",
        "{hint}",
    ),
    "PR804": _error(
        "the plugin `{plugin}` is written for version {theirs} of the hooks, this perfrules has version {ours}",
        "install a version of the plugin that says `PERFRULES_API = {ours}`",
        "插件 `{plugin}` 面向钩子版本 {theirs}，本 perfrules 为版本 {ours}",
        "请安装写明 `PERFRULES_API = {ours}` 的插件版本",
    ),
    "PR805": _warning(
        "{message} (`{check}` of `{plugin}`)", "{cure}", "{message}（`{plugin}` 的 `{check}`）", "{cure}"
    ),
    "PR806": _error("there is no engine `{engine}`", "{hint}", "没有名为 `{engine}` 的引擎", "{hint}"),
    "PR807": _error(
        "`{path}` says something else than which plugins are used",
        "write `{example}` and nothing else",
        "`{path}` 的内容不是所用插件的列表",
        "请只写 `{example}`",
    ),
    "PR808": _error(
        "`{name}` can't be the name of a package",
        "use a to z, digits and `_`, beginning with a letter, as in `{example}`; words and modules of Python are taken",
        "`{name}` 不能用作软件包的名称",
        "请使用小写拉丁字母、数字和 `_`，以字母开头，如 `{example}`；Python 的关键词和自带模块的名称不能使用",
    ),
    "PR809": _error(
        "{message} (`{reader}` of `{plugin}`)", "{cure}", "{message}（`{plugin}` 的 `{reader}`）", "{cure}"
    ),
    # usage
    "PR902": _error(
        "{what} needs the extra `{extra}`",
        "pip install 'perfrules[{extra}]'",
        "{what}需要附加组件 `{extra}`",
        "pip install 'perfrules[{extra}]'",
    ),
    "PR904": _error("`{code}` is no code of a problem", "{hint}", "`{code}` 不是问题代码", "{hint}"),
    "PR906": _error("there is no table `{name}`", "{hint}", "没有名为 `{name}` 的表", "{hint}"),
    "PR907": _error(
        "the table `{table}` has more rows than a sheet can have ({most})",
        "write it as CSV",
        "`{table}` 的行数超过工作表上限（{most}）",
        "请写为 CSV",
    ),
    "PR908": _error("`{path}` exists already", "give another name", "`{path}` 已经存在", "请换一个名称"),
    "PR909": _error(
        "`{path}` can't be written to: it is no file, or this command reads it",
        "give another path",
        "`{path}` 不能写入：它不是文件，或本命令要读取它",
        "请换一个路径",
    ),
}
