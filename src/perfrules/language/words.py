"""Every word of the language, in English and Chinese: keys of documents, and words of expressions.

Only data. Each table is for one place where words stand, so a word means one thing there.
"""

from __future__ import annotations

import re

EXPRESSION = {
    "and": "且",
    "or": "或",
    "not": "非",
    "in": "属于",
    "is": "为",
    "known": "已知",
    "if": "如果",
    "then": "那么",
    "else": "否则",
    "otherwise": "缺省为",
    "over": "遍历",
    "where": "其中",
    "per": "分组按",
    "in order of": "排序按",
    "descending": "降序",
    "yes": "是",
    "no": "否",
}
EXPRESSION_ALSO = {"并且": "and", "或者": "or", "不": "not"}

FUNCTIONS = {
    "min": "较小值",
    "max": "较大值",
    "abs": "绝对值",
    "round": "四舍五入",
    "floor": "向下取整",
    "ceil": "向上取整",
    "truncate": "截尾",
    "count": "计数",
    "sum": "合计",
    "any": "任一",
    "all": "全部",
    "average": "平均",
    "last": "最近值",
    "streak": "连续次数",
    "rank": "排名",
    "percentile": "百分位数",
    "running_sum": "累计",
    "prior": "上期",
    "next": "下期",
    "year": "年份",
    "month": "月份",
    "date": "日期",
    "days": "天数",
    "months": "月数",
    "end_of_year": "年末",
    "closing": "期末数",
}
YEARS = {"years": "历年"}  # what stands after `over` for the subject's own periods
INTERPOLATED = {"interpolated": "插值"}
DURATIONS = {
    "day": "days", "days": "days", "天": "days", "日": "days",
    "month": "months", "months": "months", "个月": "months",
    "year": "years", "years": "years", "年": "years",
    "working day": "working days", "working days": "working days", "个工作日": "working days",
}  # fmt: skip

CLOCK = {"as_of": "基准日", "period": "年度"}

EFFECTS = {"take": "扣", "give": "给", "status": "状态", "notice": "函件", "label": "标记"}
ORDERS = {"best-first": "由优到劣", "worst-first": "由劣到优"}
ACROSS = {"all": "全部"}
ACROSS_KEY = {"across": "跨辖区"}
TOGETHER = {"sum": "合计", "greatest": "取最大"}
ROUNDING = {
    "half-up": "四舍五入",
    "half-even": "四舍六入五成双",
    "floor": "向下",
    "ceil": "向上",
    "truncate": "截尾",
}

STRICTER = {"lower": "更低", "higher": "更高"}
OVERLAY = {"extends": "继承", "overridable": "可调整", "stricter": "更严", "between": "介于"}
YES_NO = {"yes": "是", "no": "否"}
IF_UNDECIDED = {"wait": "等待", "leave-out": "不计入"}

VERDICTS = {
    "holds": "成立",
    "does-not-hold": "不成立",
    "undecided": "待定",
    "not-applicable": "不适用",
}

STATES = {
    "posted": "入账",
    "set-aside": "搁置",
    "capped": "按限额核减",
    "waiting": "等待",
    "in-conflict": "冲突",
    "awaiting-approval": "待批准",
    "not-made": "未提出",
}

TABLES = {"tables": "决策表", "inputs": "输入", "outputs": "输出", "rows": "行", "hit": "命中"}
CASES = {
    "cases": "用例",
    "policies": "所测政策",
    "as_of": "基准日",
    "period": "年度",
    "parameters": "参数",
    "given": "给定",
    "decisions": "决定",
    "expect": "预期",
    "problems": "问题代码",
    "scenarios": "情景",
    "name": "情景名",
    "table": "用例表",
    "subject": "对象",
    "columns": "列",
    "rows": "行",
    "from": "来自",
}
EXPECTED = {"missing": "缺少", "conflicts": "冲突", "because": "依据", "explained": "说明"}
NONE = {"none": "无"}  # of what is expected: nothing is missing, no label is given
POOL_FIGURES = {"taken": "收入", "given": "给出", "leftover": "剩余", "shortfall": "缺口", "settled": "已结清"}
SCORECARDS = {
    "scorecards": "评分表",
    "items": "评分项",
    "weight": "权重",
    "score": "得分",
    "between": "介于",
    "rounded": "取整",
    "out_of": "满分",
    "if_unknown": "未知时",
}
IF_UNKNOWN = {"reweight": "分摊权重"}
HITS = {"unique": "唯一", "first": "首个"}
TESTS = {
    "below": "低于",
    "at most": "不超过",
    "over": "高于",
    "at least": "不低于",
    "to": "至",
    "or": "或",
    "any": "任意",
    "excluded": "不含",
    "included": "含",
}

COMMON = {"title": "名称", "note": "说明", "en": "英文", "zh": "中文", "perfrules": "格式版本"}

FACTS = {
    "facts": "事实",
    "extends": "继承",
    "currency": "货币",
    "code": "代码",
    "places": "小数位",
    "accounts": "账户",
    "kinds": "类别",
    "many": "复数",
    "belongs_to": "隶属",
    "in_order_of": "排序",
    "actions": "措施",
    "is": "类型",
    "of": "取值",
    "unit": "单位",
    "in": "计量单位",
    "between": "介于",
    "at_least": "不低于",
    "at_most": "不超过",
    "rounded": "取整",
    "order": "顺序",
    "secret": "涉密",
    "jurisdiction": "辖区",
    "calendar": "工作日历",
    "holidays": "放假",
    "workdays": "调休上班",
    "together": "合并",
    "effect": "效果",
    "bar": "禁止",
    "counter_account": "对方账户",
}

KINDS = {
    "money": "金额",
    "ratio": "比率",
    "number": "数",
    "count": "计数",
    "flag": "是否",
    "date": "日期",
    "text": "文本",
    "choice": "选项",
}

POLICY = {
    "policy": "政策",
    "district": "地区",
    "source": "来源",
    "facts": "事实",
    "subject": "对象",
    "scope": "范围",
    "stage": "环节",
    "in_force": "有效期",
    "from": "自",
    "to": "至",
    "parameters": "参数",
    "value": "值",
    "of": "取值",
    "order": "顺序",
    "names": "指标",
    "actions": "措施",
    "effect": "效果",
    "bar": "禁止",
    "counter_account": "对方账户",
    "rules": "规则",
    "rule": "规则名",
    "when": "条件",
    "unless": "除非",
    "then": "结果",
    "because": "依据",
    "decisions": "决定",
    "over": "优先于",
    "rounded": "取整",
    "mode": "方式",
    "pools": "资金池",
    "leftover": "剩余",
    "base": "基数",
    "per": "分组",
    "shortfall": "缺口",
    "again": "再分配",
    **ACROSS_KEY,
    "if_undecided": "待定时",
    "limits": "限额",
    "on": "账户",
    "at_most": "不超过",
    "at_least": "不低于",
    "must": "必须",
    "that": "满足",
    "approvals": "审批",
    "examples": "示例",
    "name": "示例名",
    "as_of": "基准日",
    "period": "年度",
    "given": "给定",
    "expect": "预期",
}

NOTICES = {
    "notices": "函件阶梯",
    "ladder": "阶梯名",
    "to": "主送",
    "again": "再次触发",
    "if_relapsed": "复发后",
    "steps": "步骤",
    "send": "发出",
    "when": "条件",
    "because": "依据",
    "within": "期限",
    "met": "视为落实",
    "if_met": "落实后",
    "if_lapsed": "逾期后",
}
AGAIN = {"replace": "换发", "add": "另发"}
IF_RELAPSED = {"first": "从头", "next": "升级"}
IF_MET = {"close": "结束", "next": "升级"}
IF_LAPSED = {"next": "升级", "stay": "保持", "close": "结束"}

APPROVAL = {"of": "措施", "when": "条件", "by": "审批人", "because": "依据"}

DECISIONS = {
    "decisions": "决定",
    "by": "决定人",
    "on": "日期",
    "decided": "决定事项",
    "subject": "对象",
    "period": "年度",
    "rule": "规则名",
    "action": "措施",
    "amount": "金额",
    "approve": "批准",
    "because": "依据",
}
MAPPING = {
    "mapping": "对照表",
    "facts": "事实",
    "tables": "数据表",
    "from": "来自",
    "columns": "列",
    "column": "列名",
    "in": "计量单位",
    "decimal": "小数点",
    "grouping": "千分位",
    "scientific": "科学计数法",
    "rounded": "取整",
    "unknown": "未知",
    "values": "取值对应",
    "others": "其余",
}
RECOMMEND = {"recommend": "建议"}
RECOMMENDING = frozenset({*RECOMMEND, *RECOMMEND.values()})  # no action is called so

CLAUSES = {
    "from": "自",
    "to": "至",
    "in_year": "年度",
    "amount": "金额",
    "into": "归入",
    "out_of": "来自",
    "by": "按",
    "rounded": "取整",
    "mode": "方式",
    "as": "为",
    "of": "取值",
    "action": "措施",
    "at_least": "不低于",
    "at_most": "不超过",
}


def english(*tables: dict[str, str]) -> dict[str, str]:
    """The English word for each word of the tables in either language."""
    found: dict[str, str] = {}
    for table in tables:
        found |= {word: word for word in table}
        found |= {chinese: word for word, chinese in table.items()}
    return found


KEYWORDS_INSIDE = re.compile("|".join(("并且", "或者", "且", "或", "非", "属于", "否则", "那么", "如果", "缺省为")))
