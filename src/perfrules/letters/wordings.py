"""The default wording of letters, by action and language. Only data.

A body is what stands before the grounds, behind `SINCE`, then a paragraph for each of the rest; `GENERAL` is that of
actions without a wording of their own. Head and feet are paragraphs with their styles.
"""

from __future__ import annotations

Lines = tuple[tuple[str, str], ...]
GENERAL = ""
TAG = "tag"  # the style of paragraphs that are none: they say which others stand there

_YOU = "你单位{% if 对象 %}{{ 对象类别 }}“{{ 对象 }}”{% endif %}"
_OF = "{% if subject %} of the {{ subject_kind }} “{{ subject }}”{% endif %}"
_UNTIL = "{% if 期限 %}于{{ 期限 }}前（含当日）{% endif %}"
_BY = "{% if due %} by {{ due }} at the latest{% endif %}"
_FOUND = " in {{ period }} we have found the following:"

BODIES: dict[str, dict[str, tuple[str, ...]]] = {
    "remind": {
        "zh": (
            "在{{ 年度 }}年度预算绩效管理工作中，发现" + _YOU + "存在以下问题：",
            "请你单位高度重视，查找原因，采取有效措施加快整改，并" + _UNTIL + "将整改情况书面反馈{{ 发文机关 }}。",
            "特此函告。",
        ),
        "en": (
            "In the performance" + _OF + _FOUND,
            "Please look for the causes and put things right without delay. Tell {{ issuer }} in writing what has been "
            "done" + _BY + ".",
        ),
    },
    "order_rectification": {
        "zh": (
            "经查，" + _YOU + "在{{ 年度 }}年度预算绩效管理中存在以下问题：",
            "请你单位针对上述问题制定整改方案，明确责任人和完成时限，逐项整改到位，并"
            + _UNTIL
            + "将整改报告书面报送{{ 发文机关 }}。逾期未整改或者整改不到位的，按有关规定处理。",
            "特此通知。",
        ),
        "en": (
            "On examination of the performance" + _OF + _FOUND,
            "You are asked to draw up a plan that says who puts right what and by when, to carry it out, and to send "
            "{{ issuer }} a written report"
            + _BY
            + ". What is not put right in time is dealt with by the rules that apply.",
        ),
    },
    "summon": {
        "zh": (
            "因" + _YOU + "在{{ 年度 }}年度预算绩效管理中存在以下问题，决定对你单位负责人进行约谈：",
            "{% if 时间 or 地点 %}约谈时间：{{ 时间 or '另行通知' }}；约谈地点：{{ 地点 or '另行通知' }}。"
            "{% else %}约谈时间和地点另行通知。{% endif %}",
            "请你单位负责人按时参加，就上述问题说明情况、提出整改措施{% if 期限 %}，并"
            + _UNTIL
            + "将整改情况书面报送{{ 发文机关 }}{% endif %}。",
            "特此通知。",
        ),
        "en": (
            "The head of your organisation is summoned to a talk. In the performance" + _OF + _FOUND,
            "{% if time or place %}Time: {{ time or 'to be announced' }}. Place: {{ place or 'to be announced' }}."
            "{% else %}Time and place will be announced.{% endif %}",
            "Please come in person, explain what happened, and say what you will do about it."
            "{% if due %} Report to {{ issuer }} in writing" + _BY + ".{% endif %}",
        ),
    },
    GENERAL: {
        "zh": (
            _YOU + "在{{ 年度 }}年度有以下情况：",
            "请你单位及时处理，并" + _UNTIL + "将处理情况书面反馈{{ 发文机关 }}。",
            "特此函告。",
        ),
        "en": (
            "In the performance" + _OF + _FOUND,
            "Please see to it. Tell {{ issuer }} in writing what has been done" + _BY + ".",
        ),
    },
}
SINCE = {  # before everything else, where a letter follows from one that lapsed
    "zh": "{% if 前函日期 %}{{ 发文机关 }}于{{ 前函日期 }}发出{{ 前函 }}，你单位未在期限内落实。{% endif %}",
    "en": "{% if unanswered %}Our letter of {{ unanswered }} (“{{ unanswered_title }}”) was not acted upon in time. "
    "{% endif %}",
}
GROUNDS: dict[str, Lines] = {
    "zh": (
        (TAG, "{%p for 项 in 事由 %}"),
        (
            "body",
            "{{ loop.index }}．{% if 项.名称 %}{{ 项.名称 }}：{% endif %}{{ 项.依据 }}"
            "{% if 项.来源 %}（依据：{{ 项.来源 }}）{% endif %}。",
        ),
        (TAG, "{%p endfor %}"),
    ),
    "en": (
        (TAG, "{%p for ground in grounds %}"),
        (
            "body",
            "{{ loop.index }}. {% if ground.title %}{{ ground.title }}: {% endif %}{{ ground.because }}"
            "{% if ground.source %} ({{ ground.source }}){% endif %}.",
        ),
        (TAG, "{%p endfor %}"),
    ),
}
HEADS: dict[str, Lines] = {
    "zh": (
        ("letterhead", "{{ 发文机关 }}"),
        ("number", "{{ 文号 or '〔　　　　〕　　号' }}"),
        ("title", "{{ 标题 }}{% if 次数 > 1 %}（第{{ 次数 }}次）{% endif %}"),
        ("addressee", "{{ 主送 }}："),
    ),
    "en": (
        ("letterhead", "{{ issuer }}"),
        ("number", "No. {{ document_number or '____________' }}"),
        ("title", "{{ title }}{% if number > 1 %} (number {{ number }}){% endif %}"),
        ("addressee", "To {{ recipient }}"),
    ),
}
FEET: dict[str, Lines] = {
    "zh": (
        ("signature", "{{ 发文机关 }}"),
        ("day", "{{ 发文日期 }}"),
        (TAG, "{%p if 联系人 %}"),
        ("body", "（联系人：{{ 联系人 }}）"),
        (TAG, "{%p endif %}"),
        (TAG, "{%p if 抄送 %}"),
        ("copies", "抄送：{{ 抄送 }}。"),
        (TAG, "{%p endif %}"),
    ),
    "en": (
        ("signature", "{{ issuer }}"),
        ("day", "{{ sent }}"),
        (TAG, "{%p if contact %}"),
        ("body", "Contact: {{ contact }}"),
        (TAG, "{%p endif %}"),
        (TAG, "{%p if copies %}"),
        ("copies", "Copies: {{ copies }}"),
        (TAG, "{%p endif %}"),
    ),
}
