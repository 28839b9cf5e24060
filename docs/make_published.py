"""Writes the table of the published rules in `policies/core` and `tests/corpus/published`, in English and Chinese.

Everything is read from the files: place, title, source, the constructs that a policy uses, and what its text left open,
which are the notes that begin with `open:` and the amounts that people decide. `python3 dev.py docs` runs this.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from perfrules.districts.defaults import ACTIONS

HOME = Path(__file__).resolve().parent.parent
FOLDER = HOME / "tests" / "corpus" / "published"
CORE = HOME / "policies" / "core"  # the rules of the nation that come with perfrules
NUMBERS = {"carry-over": "R01", "reserves": "R02", "target-review": "R06", "grades": "R07", "monitoring": "R08",
           "corrections": "R22", "two-letters": "R25"}  # of those of `core`  # fmt: skip
LANGUAGES = ("en", "zh")
NOT_SAID = {"en": ("not said: ", "open: "), "zh": ("未写：", "原文未定：")}
PLACES = {  # what a district is called in English, in Chinese where the file has an English name
    "全国": "China", "四川省": "Sichuan", "德阳市罗江区": "Luojiang, Sichuan", 
    "眉山市青神县": "Qingshen, Sichuan", "达州市水务局": "Dazhou, Sichuan", "陕西": "Shaanxi", "某地级市": "a city",
    "某区": "a district", "某市": "a city", "某县": "a county", "某省": "a province", "甘肃张掖市": "Zhangye, Gansu",
    "青岛市": "Qingdao", "上海市": "Shanghai", "南昌县": "Nanchang, Jiangxi", "吉林": "Jilin", "安徽": "Anhui",
    "天津商业大学": "Tianjin University of Commerce", "齐鲁师范学院": "Qilu Normal University",
    "安庆市": "Anqing, Anhui",
    "湖北省": "Hubei", "山西省": "Shanxi", "合肥市": "Hefei, Anhui",
    "core": "China",
    "usa": "United States", "korea": "Korea", "europe": "European Union", "chile": "Chile", "indonesia": "Indonesia",
    "britain": "United Kingdom", "south_africa": "South Africa",
}  # fmt: skip
CHINESE = {"core": "全国", "usa": "美国", "korea": "韩国", "europe": "欧盟", "chile": "智利", "indonesia": "印度尼西亚",
           "britain": "英国", "south_africa": "南非"}  # fmt: skip
FORMULAS = {  # constructs that are seen in formulas
    r"\b(?:prior|next)\(": ("other years or rows before", "其他年度或上一行"),
    r"\b(?:count|sum|average|min|max|any|all)\([^()]*(?:\([^()]*\)[^()]*)*\bover\b": ("aggregates", "聚合"),
    r"\bcount\((?!.*\bover\b)": ("how many conditions hold", "满足几项"),
    r"\b(?:rank|percentile)\(": ("places in a cohort", "同类排名"),
    r"\b(?:last|streak)\(": ("histories", "历次"),
    r"\bas_of\b|\bdate\(|\bdays\(|\bmonths\(|\bend_of_year\(|\d (?:months|years)\b": ("dates", "日期"),
    r"\bworking days\b": ("working days", "工作日"),
    r"\botherwise\b|\bis (?:not )?known\b": ("defaults for unknown", "未知的缺省"),
    r"\bif\b.*\bthen\b": ("if … then … else", "如果…那么…否则"),
    r"\b(?:round|floor|ceil)\(": ("rounding", "取整"),
    r"\dpp\b": ("percentage points", "百分点"),
    r"\b(?:clamp|shortfall|min|max)\((?!.*\bover\b)": ("caps and floors", "上下限"),
}
KEYS = {  # constructs that are keys of the policy or of an action
    "unless": ("unless", "除非"),
    "scope": ("scope", "范围"),
    "in_force": ("days in force", "有效期"),
    "bar": ("gates", "禁止"),
    "in_year": ("effect in later years", "以后年度生效"),
    "base": ("a pool's base", "资金池基数"),
    "shortfall": ("a pool's shortfall", "资金池缺口"),
    "limits": ("limits", "限额"),
    "must": ("what must hold", "必须满足"),
    "approvals": ("approvals", "审批"),
    "recommend": ("amounts that people decide", "由人决定的金额"),
    "figure": ("figures", "数值标记"),
    "hit": ("tables, first hit", "决策表（首个命中）"),
    "notices": ("ladders of letters", "函件阶梯"),
    "overridable": ("parameters that others may set", "可调整的参数"),
}
TABLE, PARAMETER = ("tables", "决策表"), ("dated parameters", "分期参数")
PARENT = ("accounts of the parent", "上级账户")
GREATEST, SHARE = ("the greatest claim only", "只取最大"), ("shares of a pool", "资金池分配")
EFFECTS = {  # of the actions that come with perfrules
    "take": ("money taken", "扣减资金"), "give": ("money given", "给予资金"), "status": ("statuses", "状态"),
    "notice": ("letters", "函件"), "label": ("labels", "标记"),
}  # fmt: skip
WORDS = {
    "en": {
        "title": "Published rules",
        "other": "[中文](../zh/published.md) · [the language](language.md)",
        "about": "{rules} published rules of budget performance management, from laws to the notices of a\n"
        "university, each as a policy with examples at both sides of every line: a test loosens or tightens each\n"
        "comparison of each file and sees the examples fail. None needs Python. Seven come with\n"
        "perfrules, in [`policies/core`]({core}), for districts to extend; the others are in\n"
        "[`tests/corpus/published`]({folder}).",
        "open": "A number that a text leaves open is a parameter with a note that begins with *open*; an amount\n"
        "that it leaves to people is a `recommend`. What a policy doesn't say of its text is in its note.",
        "rules": "Every rule",
        "head": ("rule", "place", "what", "constructs", "left open", "Python"),
        "constructs": "How often each construct is used",
        "counted": ("construct", "rules"),
        "sources": "Where each is published",
        "from": ("rule", "source", "not said"),
        "amount": "the amount of {rules}", "no": "no", "between": "; ", "listed": ", ",
    },
    "zh": {
        "title": "已公布的规定",
        "other": "[English](../en/published.md) · [语言](language.md)",
        "about": "{rules} 项已公布的预算绩效管理规定，从法律到高校通知，都写成政策，\n"
        "每条界线两侧都有示例：测试把每个文件的每处比较放宽或收紧，并看到示例不再通过。都不需要 Python。\n"
        "其中七项随 perfrules 提供，在 [`policies/core`]({core}) 中，供地区继承；\n"
        "其余在 [`tests/corpus/published`]({folder}) 中。",
        "open": "原文未定的数，写成参数，其说明以“原文未定”开头；原文留给人决定的金额，写成 `recommend`。\n"
        "政策未写的内容见其说明。",
        "rules": "所有规定",
        "head": ("规定", "地区", "内容", "构造", "未定", "Python"),
        "constructs": "各构造的使用次数",
        "counted": ("构造", "规定数"),
        "sources": "出处",
        "from": ("规定", "来源", "未写"),
        "amount": "{rules} 的金额", "no": "不需要", "between": "；", "listed": "、",
    },
}  # fmt: skip


@cache
def written(path: Path) -> dict[str, Any]:
    """What a document says, all of it text."""
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


@dataclass(frozen=True)
class Published:
    """A published rule: its file and what is written there, all of it text."""

    path: Path

    @property
    def form(self) -> dict[str, Any]:
        return {key: value for key, value in written(self.path).items() if key != "examples"}

    @property
    def number(self) -> str:
        return NUMBERS.get(self.path.stem) or self.path.name.partition("-")[0]

    def said(self, text: Any, language: str) -> str:
        """A title or note in a language."""
        return str(text.get(language, "")) if isinstance(text, Mapping) else str(text)

    def place(self, language: str) -> str:
        district = self.form["district"]
        return PLACES[district] if language == "en" else CHINESE.get(district, district)

    def not_said(self, language: str) -> str:
        return self.said(self.form.get("note", ""), language).removeprefix(NOT_SAID[language][0])

    def open(self, language: str) -> list[str]:
        """What the text leaves open: parameters and pools by their notes, amounts by the rules that recommend them."""
        found = []
        mark = NOT_SAID[language][1]
        for name, of in [*self.form.get("parameters", {}).items(), *self.form.get("pools", {}).items()]:
            note = self.said(of.get("note", ""), language) if isinstance(of, Mapping) else ""
            if note.startswith(mark):
                found.append((f"`{name}`", note.removeprefix(mark)))
        words = WORDS[language]
        same: dict[str, list[str]] = {}
        for name, note in found:
            same.setdefault(note, []).append(name)
        said = [f"{words['listed'].join(names)}: {note}" for note, names in same.items()]
        decided = [f"`{r['rule']}`" for r in self.form["rules"] if "recommend" in set(keys(r["then"]))]
        return said + ([words["amount"].format(rules=words["listed"].join(decided))] if decided else [])

    @cached_property
    def constructs(self) -> list[tuple[str, str]]:
        """What the policy is written with, apart from rules, names and plain actions."""
        found = {EFFECTS[self.effects[action]] for action, _ in self.clauses() if action in self.effects}
        found |= {TABLE} if self.form.get("tables") else set()
        found |= {said for key, said in KEYS.items() if key in set(keys(self.form))}
        formulas = list(texts({k: v for k, v in self.form.items() if k not in ("title", "source", "note", "tables")}))
        found |= {said for pattern, said in FORMULAS.items() if any(re.search(pattern, text) for text in formulas)}
        if any("from" in set(keys(value)) for value in self.form.get("parameters", {}).values()):
            found.add(PARAMETER)
        said = [clause for _, clause in self.clauses() if isinstance(clause, Mapping)]
        accounts = [clause[key] for clause in said for key in ("from", "to") if key in clause]
        if any("by" in clause for clause in said):
            found.add(SHARE)
        if "exclude" in dict(self.clauses()):
            found.add(KEYS["bar"])
        if any("." in account for account in accounts):
            found.add(PARENT)
        if any(account.rpartition(".")[2] in self.greatest for account in accounts):
            found.add(GREATEST)
        order = [*EFFECTS.values(), TABLE, KEYS["hit"], *FORMULAS.values(), *KEYS.values(), PARAMETER, PARENT, GREATEST,
                 SHARE]  # fmt: skip
        return sorted(found - ({TABLE} if KEYS["hit"] in found and self.only_first else set()), key=order.index)

    @property
    def vocabularies(self) -> list[dict[str, Any]]:
        """The vocabulary, and before it that of the nation, which it may extend."""
        own = self.path.parent / f"facts-{self.form['facts']}.yaml"
        return [written(path) for path in (CORE / "facts.yaml", own) if path.exists()]

    @property
    def only_first(self) -> bool:
        return all("hit" in table for table in self.form["tables"].values())

    @property
    def greatest(self) -> set[str]:
        """The accounts of the vocabulary on which only the greatest claim counts."""
        kinds = [kind for vocabulary in self.vocabularies for kind in vocabulary["kinds"].values()]
        accounts = [pair for kind in kinds for pair in kind.get("accounts", {}).items()]
        return {name for name, account in accounts if account["together"] == "greatest"}

    @property
    def effects(self) -> dict[str, str]:
        """Every action that it may use, with its effect."""
        said = [*self.vocabularies, self.form]
        own = {name: action for one in said for name, action in one.get("actions", {}).items()}
        shipped = {action.name: action.effect for action in ACTIONS if action.name != "figure"}
        return shipped | {name: action["effect"] for name, action in own.items()}

    def clauses(self) -> Iterator[tuple[str, Any]]:
        """Each action of each rule, with what is said of it."""
        for rule in self.form["rules"]:
            for clause in rule["then"] if isinstance(rule["then"], list) else [rule["then"]]:
                yield from clause.items() if isinstance(clause, Mapping) else [(clause, "")]


def keys(value: Any) -> Iterator[str]:
    """Every key of a document, at any depth."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield key
            yield from keys(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from keys(inside)


def texts(value: Any) -> Iterator[str]:
    """Every text of a document that may be a formula."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            if key not in ("title", "note", "because", "source"):
                yield from texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from texts(inside)
    else:
        yield str(value)


def published() -> list[Published]:
    """Every published rule, in the order of their numbers."""
    found = [Published(path) for path in (*(CORE / f"{name}.yaml" for name in NUMBERS), *FOLDER.glob("R*.yaml"))]
    return sorted(found, key=lambda one: (one.number, one.path.name))


def link(path: Path) -> str:
    """The address of a file or folder, as a page has it."""
    return f"../../{path.relative_to(HOME).as_posix()}"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of a page."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def page(language: str) -> str:
    """The page of the published rules."""
    words, found = WORDS[language], published()
    which = LANGUAGES.index(language)
    rows, sources = [], []
    for one in found:
        name = f"[{one.number}]({link(one.path)})"
        used = words["listed"].join(said[which] for said in one.constructs)
        left = words["between"].join(one.open(language))
        rows.append((name, one.place(language), one.said(one.form["title"], language), used, left, words["no"]))
        sources.append((name, one.said(one.form["source"], language), one.not_said(language)))
    numbers: dict[str, set[tuple[str, str]]] = {}
    for one in found:
        numbers.setdefault(one.number, set()).update(one.constructs)
    counted = Counter(said for used in numbers.values() for said in used)
    most = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    about = words["about"].format(rules=len(numbers), folder=link(FOLDER), core=link(CORE))
    parts = [
        f"# {words['title']}", words["other"], about, words["open"],
        f"## {words['rules']}", table(words["head"], rows),
        f"## {words['constructs']}", table(words["counted"], [(said[which], str(count)) for said, count in most]),
        f"## {words['sources']}", table(words["from"], sources),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Both pages with their text."""
    return {HOME / "docs" / language / "published.md": page(language) for language in LANGUAGES}


def write() -> None:
    """Write both pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
