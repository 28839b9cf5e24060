"""Keys: what each key of a document is for, in English and Chinese, and which words it may have where these are closed.

Only data. Which keys there are stands in the forms; a test says that each of them is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from perfrules.core.codes import Phrase
from perfrules.core.money import UNITS
from perfrules.language.words import (
    ACROSS,
    EFFECTS,
    HITS,
    IF_UNDECIDED,
    IF_UNKNOWN,
    KINDS,
    ORDERS,
    ROUNDING,
    STRICTER,
    TOGETHER,
    YES_NO,
)
from perfrules.pipeline import clauses, forms, scales, scenarios
from perfrules.pipeline.decisions import DecisionsForm
from perfrules.pipeline.lexicon import ROUNDED
from perfrules.pipeline.shapes import Form, TitleForm
from perfrules.pipeline.wording import FORMATS

EVERYWHERE: Mapping[str, Phrase] = {
    "perfrules": Phrase("the version of this format", "文件格式的版本"),
    "title": Phrase("for the reader: a text, or one in each language", "供读者参考的名称：一段文字，或中英文各一段"),
    "note": Phrase("for the reader: a text, or one in each language", "供读者参考的说明：一段文字，或中英文各一段"),
    "source": Phrase("where it is published, for the reader", "出处，供读者参考"),
    "because": Phrase("why, in the words that are cited", "引用的依据"),
}
_MODE = Phrase("which way is rounded; `half-up` without it", "取整方式；不写时为 `四舍五入`")
_FROM = Phrase("the first day", "首日")
_TO = Phrase("the last day, included", "末日（含）")
_ROUNDED = Phrase("the step that amounts are rounded to, or `to` and `mode`", "金额取整的步长，或 `至` 和 `方式`")
_UNIT = Phrase("the unit of amounts that are given without one", "不带单位的金额以什么为单位")
_ACTIONS = Phrase("actions of its own, by name", "自行声明的措施，按名称列出")
_ACCOUNTS = Phrase("accounts, by name", "账户，按名称列出")
_LEAST = Phrase("the least that it may be", "下限")
_MOST = Phrase("the most that it may be", "上限")
_PERIOD = Phrase("the fiscal year that is judged", "评判的年度")
_AS_OF = Phrase("the day whose rules and parameters apply", "以哪一日的规则和参数为准")
_DECIDED = Phrase("what people decided", "由人作出的决定")
_EXPECTED = Phrase("the results of each subject and pool", "各对象、各资金池应得的结果")
_SET = Phrase("parameters that are set to other values, by name", "另设其值的参数，按名称列出")
_REFUSED = Phrase("the codes of the problems for which it must be refused; then nothing is expected",
                  "应因哪些问题代码被拒绝；此时不写预期")  # fmt: skip

KEYS: Mapping[type[Form], Mapping[str, Phrase]] = {
    forms.FactsForm: {
        "": Phrase("a vocabulary: which subjects there are, and what is known of them",
                   "词表：有哪些对象，各有哪些事实"),
        "facts": Phrase("the name of this vocabulary", "词表的名称"),
        "extends": Phrase("one or several vocabularies whose kinds, accounts and actions are here, too",
                          "一个或几个词表，其类别、账户、措施在此也可用"),
        "currency": Phrase("the currency of all amounts; CNY without it", "所有金额的货币；不写时为 CNY"),
        "jurisdiction": Phrase("the fact within which cohorts and pools stay", "辖区事实；同类和资金池不越出其取值"),
        "calendar": Phrase("which days are worked: one mapping, or one for each year",
                           "哪些日子上班：一个，或每年一个"),
        "accounts": Phrase("accounts that belong to no subject, by name", "不属于任何对象的账户，按名称列出"),
        "kinds": Phrase("kinds of subjects, by name", "对象的类别，按名称列出"),
        "actions": _ACTIONS,
    },
    forms.KindForm: {
        "": Phrase("a kind of subject", "一类对象"),
        "many": Phrase("what aggregates are over: the plural", "汇总遍历时的名称（复数）"),
        "belongs_to": Phrase("the kind of its parent", "上级的类别"),
        "in_order_of": Phrase("the fact that puts the rows of one parent in order", "决定同一上级各行先后的事实"),
        "facts": Phrase("what is known of a subject, by name", "对象的事实，按名称列出"),
        "accounts": _ACCOUNTS,
    },
    forms.FactForm: {
        "": Phrase("a fact", "一项事实"),
        "is": Phrase("what kind of value it is", "值的类型"),
        "of": Phrase("the words of a choice", "选项的各个词"),
        "in": _UNIT,
        "places": Phrase("how many decimal places a ratio or number has", "比率或数的小数位数"),
        "between": Phrase("[least, greatest], both included", "[最小, 最大]，两端均含"),
        "at_least": _LEAST,
        "at_most": _MOST,
        "rounded": Phrase("how too many decimal places are rounded; refused without it",
                          "位数过多时如何取整；不写则拒绝"),
        "order": Phrase("in which order the words of the choice stand", "选项各词的先后"),
        "secret": Phrase("of a flag: who has it is not named in a report", "用于是否类事实：为是的对象在报表中不列名"),
    },
    forms.AccountForm: {
        "": Phrase("an account", "一个账户"),
        "together": Phrase("what becomes of several claims of one side; a conflict without it",
                           "同一方向几笔款项如何合并；不写则为冲突"),
        "in": _UNIT,
    },
    forms.ActionForm: {
        "": Phrase("an action", "一项措施"),
        "effect": Phrase("what it does", "措施的效果"),
        "bar": Phrase("actions that can't go beside it", "不能与之并存的措施"),
        "counter_account": Phrase("where its money goes to or comes from", "资金的去向或来源"),
    },
    forms.CurrencyForm: {
        "": Phrase("a currency", "货币"),
        "code": Phrase("its code, CNY", "货币代码，如 CNY"),
        "places": Phrase("how many decimal places its amounts have", "金额的小数位数"),
    },
    forms.CalendarForm: {
        "": Phrase("which days are worked, from a day to a day", "一段时间内哪些日子上班"),
        "from": _FROM,
        "to": _TO,
        "holidays": Phrase("days that are not worked: a day, or one `to` another",
                           "放假的日子：一日，或一日 `至` 另一日"),
        "workdays": Phrase("days of a weekend that are worked", "调休上班的周末"),
    },
    forms.PolicyForm: {
        "": Phrase("a policy: what follows from the facts", "政策：由事实得出什么结果"),
        "policy": Phrase("the name of this policy", "政策的名称"),
        "district": Phrase("whose policy it is, for the reader", "哪个地区的政策，供读者参考"),
        "facts": Phrase("its vocabulary", "所用的词表"),
        "subject": Phrase("one or several kinds that are judged", "所评判的一个或几个类别"),
        "scope": Phrase("a condition: outside it no rule is applicable", "一个条件；不满足的对象，各规则均不适用"),
        "stage": Phrase("which stage of the budget it is about, for the reader", "属于预算的哪个环节，供读者参考"),
        "in_force": Phrase("from and to which day it holds", "自哪日至哪日有效"),
        "parameters": Phrase("constants, by name; the as-of day decides between dated ones",
                             "常量，按名称列出；有日期的，以基准日为准"),
        "names": Phrase("expressions, by name, in any order", "表达式，按名称列出，先后不限"),
        "tables": Phrase("decision tables, by name", "决策表，按名称列出"),
        "scorecards": Phrase("scorecards, by name", "评分表，按名称列出"),
        "actions": _ACTIONS,
        "rules": Phrase("the rules, each after a `- `; their order never matters",
                        "各条规则，每条以“- ”开头；先后不影响结果"),
        "rounded": _ROUNDED,
        "pools": Phrase("pools, by name", "资金池，按名称列出"),
        "limits": Phrase("what may be moved on an account in a year, each after a `- `",
                         "一个年度内账户可变动多少，每项以“- ”开头"),
        "must": Phrase("what has to hold once everything is settled, each after a `- `",
                       "结算后必须满足的条件，每项以“- ”开头"),
        "approvals": Phrase("which actions wait for whose approval, each after a `- `",
                            "哪些措施须由谁审批，每项以“- ”开头"),
        "examples": Phrase("what is expected of given facts; `perfrules check` proves them",
                           "给定事实应得的结果；由 `perfrules check` 验证"),
    },
    forms.PeriodForm: {"": Phrase("from a day to a day", "自哪日至哪日"), "from": _FROM, "to": _TO},
    forms.SettingForm: {
        "": Phrase("what a parameter is set to", "参数所设的值"),
        "value": Phrase("a constant, or a list of values with their days", "一个常量，或写明日期的几个值"),
    },
    forms.ParameterForm: {
        "": Phrase("a constant with a name", "有名称的常量"),
        "of": Phrase("words; the value is one of them", "一组词，值是其中之一"),
        "overridable": Phrase("a policy that extends this one may set it, within bounds",
                              "继承本政策的政策可在界限内设定"),
    },
    forms.OverridableForm: {
        "": Phrase("what another policy may set it to", "其他政策可设定的范围"),
        "between": Phrase("the least and the greatest value", "最小值和最大值"),
        "stricter": Phrase("only lower, or only higher, than what stands here", "只能比此处更低或更高"),
    },
    forms.OverlayForm: {
        "": Phrase("a policy that extends another, and sets its overridable parameters",
                   "继承另一政策并设定其可调整参数的政策"),
        "policy": Phrase("the name of this policy", "政策的名称"),
        "extends": Phrase("the policy that it extends: district/policy", "所继承的政策：地区/政策"),
        "district": Phrase("whose policy it is", "所属地区"),
        "parameters": Phrase("the parameters that it sets, each with a source", "所设定的参数，各写明来源"),
        "examples": Phrase("what must come out", "应得的结果"),
    },
    forms.DatedForm: {
        "": Phrase("a value, and the days that it is in force", "一个值及其有效的日子"),
        "from": _FROM,
        "to": _TO,
        "value": Phrase("a constant", "一个常量"),
    },
    forms.RuleForm: {
        "": Phrase("a rule", "一条规则"),
        "rule": Phrase("the name of this rule", "规则的名称"),
        "when": Phrase("the condition: the rule holds where this holds", "规则成立的条件"),
        "unless": Phrase("the rule does not hold where this holds", "例外：满足此条件时规则不成立"),
        "then": Phrase("what follows: an action, one with its clauses below it, or a list of them",
                       "结果：一项措施，可在下一层写其内容；或几项措施的列表"),
        "because": Phrase("the basis that an explanation cites; needed", "说明中引用的依据；必须写明"),
        "over": Phrase("one or several rules whose claims are set aside where this one holds",
                       "一条或几条规则；本规则成立时，其款项搁置"),
    },
    scales.TableForm: {
        "": Phrase("a decision table", "决策表"),
        "inputs": Phrase("one or several names or expressions that are tested", "所判断的一个或几个名称或表达式"),
        "outputs": Phrase("one or several names of what follows; the table's own without it",
                          "一个或几个输出的名称；不写时即决策表的名称"),
        "rows": Phrase("of each row the tests, then the outputs: [at least 90, good]",
                       "每行先写判断，后写输出：[不低于90, 优]"),
        "hit": Phrase("whether only one row may hit, or the first one counts", "只许一行命中，或以首个命中的为准"),
    },
    scales.ScorecardForm: {
        "": Phrase("a scorecard: weighted scores", "评分表：加权得分"),
        "items": Phrase("its items, by name", "评分项，按名称列出"),
        "rounded": Phrase("the step that the points of each item are rounded to, or `to` and `mode`",
                          "每项得分取整的步长，或 `至` 和 `方式`"),
        "if_unknown": Phrase("what becomes of the weight of an unknown item; without it the card is unknown",
                             "评分项未知时其权重如何处理；不写时评分表也未知"),
    },
    scales.ItemForm: {
        "": Phrase("an item of a scorecard", "评分项"),
        "weight": Phrase("points such as 20 or a share such as 20%; all of a card are 100, or 100%",
                         "分值（如 20）或比重（如 20%）；一表合计为 100，或 100%"),
        "score": Phrase("an expression: a ratio, or beside weights in per cent also a number",
                        "表达式：比率；权重为百分比时也可为数"),
        "between": Phrase("two bounds; a score beyond counts as the nearer one", "两个界限；超出的按较近的界限计"),
        "out_of": Phrase("what full marks are, where the score is a number and the weight points",
                         "得分为数、权重为分值时，满分是多少"),
    },
    scenarios.ExampleForm: {
        "": Phrase("given these subjects, expect these results", "给定这些对象，预期这些结果"),
        "name": Phrase("the name of this example", "示例的名称"),
        "as_of": _AS_OF,
        "period": _PERIOD,
        "given": Phrase("the rows of each kind", "各类别的行"),
        "decisions": _DECIDED,
        "expect": _EXPECTED,
    },
    scenarios.CasesForm: {
        "": Phrase("cases: what must come out of policies for given facts; `perfrules test` runs them",
                   "用例：给定事实按政策应得的结果；由 `perfrules test` 运行"),
        "cases": Phrase("what these cases are about", "这些用例是关于什么的"),
        "policies": Phrase("one or several policies that are tested", "所测的一项或几项政策"),
        "as_of": _AS_OF,
        "period": _PERIOD,
        "parameters": _SET,
        "given": Phrase("the rows of each kind, for every scenario", "各类别的行，各情景共用"),
        "decisions": _DECIDED,
        "expect": _EXPECTED,
        "problems": _REFUSED,
        "scenarios": Phrase("scenarios, each after a `- `", "各情景，每项以“- ”开头"),
        "table": Phrase("a table of cases: one subject in each row", "用例表：每行一个对象"),
    },
    scenarios.ScenarioForm: {
        "": Phrase("a scenario; what it does not say itself is that of the file", "一个情景；未写的以文件开头所写为准"),
        "name": Phrase("the name of this scenario", "情景的名称"),
        "as_of": _AS_OF,
        "period": _PERIOD,
        "parameters": _SET,
        "given": Phrase("further rows of each kind", "各类别另加的行"),
        "decisions": _DECIDED,
        "expect": _EXPECTED,
        "problems": _REFUSED,
    },
    scenarios.CaseTableForm: {
        "": Phrase("a table of cases", "用例表"),
        "subject": Phrase("the kind of subject that each row is about", "每行的对象属于哪个类别"),
        "columns": Phrase("facts, facts of other years (`paid -1`), `name`, and what is expected (`expect slow`)",
                          "事实、其他年度的事实（`支出数 -1`）、`情景名`，以及预期（`预期 执行率低`）"),
        "rows": Phrase("a cell for each column", "每列一格"),
        "from": Phrase("a CSV file or workbook with the table, in the folder of this file",
                       "载有该表的 CSV 文件或工作簿，与本文件在同一文件夹"),
    },
    clauses.RoundedForm: {
        "": Phrase("how amounts are rounded", "金额如何取整"),
        "to": Phrase("the step", "步长"),
        "mode": _MODE,
    },
    clauses.ClausesForm: {
        "": Phrase("what an action is done with", "措施的内容"),
        "from": Phrase("the account that is taken from", "从哪个账户扣"),
        "to": Phrase("the account that is given to", "给到哪个账户"),
        "in_year": Phrase("`+2`: in which year, counted from the judged one", "`+2`：自评判年度起第几年"),
        "amount": Phrase("how much: an expression", "多少：表达式"),
        "into": Phrase("the pool or account that receives it", "归入哪个资金池或账户"),
        "out_of": Phrase("the pool or account that pays it", "由哪个资金池或账户支出"),
        "by": Phrase("the weight of a share of a pool; `1` for equal shares", "资金池份额的权重；平均分配写 `1`"),
        "rounded": _ROUNDED,
        "as": Phrase("the word of a label", "标记的词"),
        "of": Phrase("the value that a label says", "标记所载的值"),
        "action": Phrase("the action that is recommended", "所建议的措施"),
        "at_least": Phrase("the least that may be decided", "可决定的最小金额"),
        "at_most": Phrase("the most that may be decided", "可决定的最大金额"),
    },
    clauses.PoolForm: {
        "": Phrase("a pool", "资金池"),
        "leftover": Phrase("the account for what can't be shared; needed", "无法分配的转入哪个账户；必须写明"),
        "base": Phrase("what it has before anything is taken: a constant amount", "基数：固定金额"),
        "per": Phrase("what parts it: each value is a pool of its own", "按什么分开：每个取值自成一个资金池"),
        "across": Phrase("one pool for all jurisdictions", "各辖区共用一个资金池"),
        "shortfall": Phrase("the account that covers what draws exceed", "弥补支取超出部分的账户"),
        "again": Phrase("whether what limits cut off is shared once more", "因限额核减的是否再次分配"),
        "if_undecided": Phrase("what becomes of the pool while a member is undecided", "有成员待定时资金池如何处理"),
        "rounded": Phrase("the step of shares", "份额的步长"),
    },
    clauses.LimitForm: {
        "": Phrase("a limit", "一项限额"),
        "on": Phrase("the account", "账户"),
        "at_most": Phrase("the most that is moved", "最多变动多少"),
        "at_least": Phrase("the least that is moved once anything is", "有变动时至少变动多少"),
    },
    clauses.MustForm: {
        "": Phrase("what has to hold", "必须满足的条件"),
        "that": Phrase("the condition, with closing(account)", "条件，读取 期末数(账户)"),
    },
    clauses.ApprovalForm: {
        "": Phrase("an approval", "一项审批"),
        "of": Phrase("one or several actions that wait for it", "须审批的一项或几项措施"),
        "when": Phrase("the condition under which they wait", "何种条件下须审批"),
        "by": Phrase("who approves", "由谁审批"),
    },
    DecisionsForm: {
        "": Phrase("what people decided about claims", "人对款项作出的决定"),
        "decisions": Phrase("the name of these decisions", "决定的名称"),
    },
    clauses.DecidingForm: {
        "": Phrase("what someone decided on a day", "某人某日的决定"),
        "by": Phrase("who decided", "由谁决定"),
        "on": Phrase("the day", "决定的日期"),
        "decided": Phrase("the decisions, each after a `- `", "各决定事项，每项以“- ”开头"),
    },
    clauses.DecidedForm: {
        "": Phrase("a decision about a claim", "对一笔款项的决定"),
        "subject": Phrase("about whom: kind/id", "关于谁：类别/编号"),
        "period": _PERIOD,
        "rule": Phrase("which rule made the claim: policy/rule", "由哪条规则提出：政策/规则"),
        "action": Phrase("which action, where the rule has several claims that wait",
                         "规则有几笔等待决定时，是哪项措施"),
        "amount": Phrase("how much, of what was recommended", "对建议的事项决定多少"),
        "approve": Phrase("whether it is approved", "是否批准"),
        "by": Phrase("who decided this one", "这一项由谁决定"),
        "on": Phrase("the day of this one", "这一项的日期"),
    },
    forms.MappingForm: {
        "": Phrase("what the tables of another system hold", "对照表：其他系统的数据表各是什么"),
        "mapping": Phrase("the name of this mapping", "对照表的名称"),
        "facts": Phrase("the vocabulary that it is for", "对应的词表"),
        "tables": Phrase("tables, by the kind whose facts they hold", "数据表，按所载事实的类别列出"),
    },
    forms.MappedForm: {
        "": Phrase("a table that holds the facts of a kind", "载有一个类别的事实的数据表"),
        "from": Phrase("what files (without their ending) or sheets are called", "文件名（不含扩展名）或工作表名"),
        "columns": Phrase("columns, by fact, `id`, `period` or the parent", "列，按事实，或编号、年度、上级类别列出"),
    },
    forms.ColumnForm: {
        "": Phrase("a column: its name there, or how its values are written", "一列：对方的列名，或其值如何书写"),
        "column": Phrase("the name of the column there", "对方的列名"),
        "in": Phrase("the unit of its numbers", "其数值的单位"),
        "decimal": Phrase("the mark before decimals", "小数点用什么符号"),
        "grouping": Phrase("the mark between thousands", "千分位用什么符号"),
        "scientific": Phrase("whether 1.5E+06 is read", "是否读取 1.5E+06 这样的数"),
        "rounded": Phrase("how numbers with too many places are rounded", "小数位过多的数如何取整"),
        "unknown": Phrase("one or several texts that mean unknown", "表示未知的一种或几种写法"),
        "values": Phrase("what each of their words is here", "对方的词在此各是什么"),
        "others": Phrase("what every other text there is here", "其余各种写法在此是什么"),
    },
    TitleForm: {
        "": Phrase("a text in each language", "中英文各一段文字"),
        "en": Phrase("in English", "英文"),
        "zh": Phrase("in Chinese", "中文"),
    },
}  # fmt: skip

CLOSED: Mapping[tuple[type[Form], str], Mapping[str, str] | Iterable[str]] = {
    (forms.FactForm, "is"): KINDS,
    (forms.FactForm, "in"): UNITS.keys(),
    (forms.FactForm, "rounded"): ROUNDED,
    (forms.FactForm, "order"): ORDERS,
    (forms.FactForm, "secret"): YES_NO,
    (forms.AccountForm, "together"): TOGETHER,
    (forms.AccountForm, "in"): UNITS.keys(),
    (forms.ActionForm, "effect"): EFFECTS,
    (scales.TableForm, "hit"): HITS,
    (scales.ScorecardForm, "if_unknown"): IF_UNKNOWN,
    (forms.OverridableForm, "stricter"): STRICTER,
    (clauses.RoundedForm, "mode"): ROUNDING,
    (clauses.PoolForm, "across"): ACROSS,
    (clauses.PoolForm, "again"): YES_NO,
    (clauses.PoolForm, "if_undecided"): IF_UNDECIDED,
    (clauses.DecidedForm, "approve"): YES_NO,
    (forms.ColumnForm, "in"): (*UNITS, "%"),
    (forms.ColumnForm, "decimal"): (".", ","),
    (forms.ColumnForm, "grouping"): (",", ".", " ", "'", "’", "_"),
    (forms.ColumnForm, "scientific"): YES_NO,
    (forms.ColumnForm, "rounded"): ROUNDED,
    (forms.FactsForm, "perfrules"): FORMATS,
    (forms.PolicyForm, "perfrules"): FORMATS,
    (forms.MappingForm, "perfrules"): FORMATS,
    (DecisionsForm, "perfrules"): FORMATS,
}
