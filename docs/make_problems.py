"""Writes a page for each problem, in English and Chinese: what it says, an example, and its cure.

The catalogue is `core/codes.py`, the examples are in `tests/problems`. `python3 dev.py docs` runs this.
"""

from __future__ import annotations

import difflib
import sys
from itertools import groupby
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME / "tests"))

from perfrules.core.codes import CODES, LABELS, Entry  # noqa: E402
from specimen import TOWN, Files, files_of, problems_of, said  # noqa: E402

EXAMPLES = HOME / "tests" / "problems"
LANGUAGES = ("en", "zh")
FORMS = {".yaml": "yaml", ".csv": "csv", ".py": "python"}
TOPICS = {
    "1": {"en": "Reading YAML", "zh": "读取 YAML"},
    "2": {"en": "What documents say", "zh": "文档的内容"},
    "3": {"en": "The words of an expression", "zh": "表达式的写法"},
    "4": {"en": "Names and kinds", "zh": "名称与类型"},
    "5": {"en": "Examples and cases", "zh": "示例和用例"},
    "6": {"en": "Facts", "zh": "事实"},
    "7": {"en": "Runs", "zh": "运行"},
    "8": {"en": "Plugins", "zh": "插件"},
    "9": {"en": "Usage", "zh": "使用"},
}
WORDS = {
    "en": {
        "title": "Every problem",
        "other": "[中文](../../zh/problems/{page})",
        "about": "What can be found in policies, facts and runs, each with an example and its cure. The examples use\n"
        "this vocabulary, `facts.yaml`; where only facts are shown, the policy is `policy.yaml`.",
        "code": "code", "kind": "kind", "says": "what it says",
        "all": "[all problems](README.md)", "example": "Example", "gets": "gets:", "cure": "Cure",
    },
    "zh": {
        "title": "所有问题",
        "other": "[English](../../en/problems/{page})",
        "about": "政策、事实和运行中可能发现的问题，各有示例和改法。示例使用以下词表 `facts.yaml`；\n"
        "只列出事实时，政策为 `policy.yaml`。",
        "code": "代码", "kind": "类别", "says": "内容",
        "all": "[所有问题](README.md)", "example": "示例", "gets": "得到：", "cure": "改法",
    },
}  # fmt: skip


def shown(content: bytes) -> str:
    """A file's text; what can't be seen as its code point."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


def listing(files: Files) -> str:
    """Files as blocks of code, each under its name."""
    blocks = (f"`{name}`\n\n```{FORMS[Path(name).suffix]}\n{shown(content)}```" for name, content in files.items())
    return "\n\n".join(blocks)


def corrections(files: Files, cured: Files) -> str:
    """The lines that the cure changes."""
    lines: list[str] = []
    for name, content in cured.items():
        old, new = (shown(c).splitlines() for c in (files[name], content))
        changed = difflib.unified_diff(old, new, lineterm="", n=0)
        lines += [line for line in changed if not line.startswith(("---", "+++", "@@"))]
    return "```diff\n" + "\n".join(lines) + "\n```"


def templates(entry: Entry, language: str) -> tuple[str, str]:
    """What a code says and advises, with the author's words left open."""
    return (entry.zh, entry.help_zh) if language == "zh" else (entry.en, entry.help_en)


def example(code: str) -> tuple[Files, Files]:
    """The bad files of a code, and those of them that are corrected."""
    folder = EXAMPLES / code
    return files_of(folder), files_of(folder / "cured") if (folder / "cured").exists() else {}


def page(code: str, language: str) -> str:
    """The page of a code."""
    words, entry = WORDS[language], CODES[code]
    files, cured = example(code)
    problems = problems_of(files)
    message, advice = templates(entry, language)
    if "{" in advice:
        advice = next(p for p in problems if p.code == code).cure(language)
    parts = [
        f"# {code}",
        f"{words['all']} · {words['other'].format(page=f'{code}.md')}",
        f"**{LABELS[entry.severity].said(language)}**: {message}",
        f"## {words['example']}",
        listing(files),
        words["gets"],
        f"```text\n{said(problems, language)}```",
    ]
    if advice or cured:
        parts.append(f"## {words['cure']}")
    parts += [part for part in (advice, corrections(files, cured) if cured else "") if part]
    return "\n\n".join(parts) + "\n"


def index(language: str) -> str:
    """The page that lists all codes."""
    words = WORDS[language]
    parts = [f"# {words['title']}", words["other"].format(page="README.md"), words["about"], listing(files_of(TOWN))]
    for topic, codes in groupby(CODES, key=lambda code: code[2]):
        rows = [f"| {words['code']} | {words['kind']} | {words['says']} |", "|---|---|---|"]
        for code in codes:
            severity = LABELS[CODES[code].severity].said(language)
            rows.append(f"| [{code}]({code}.md) | {severity} | {templates(CODES[code], language)[0]} |")
        parts += [f"## {TOPICS[topic][language]}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Every page with its text."""
    made: dict[Path, str] = {}
    for language in LANGUAGES:
        folder = HOME / "docs" / language / "problems"
        made[folder / "README.md"] = index(language)
        made |= {folder / f"{code}.md": page(code, language) for code in CODES}
    return made


def written() -> set[Path]:
    """The pages that are there."""
    return {path for language in LANGUAGES for path in (HOME / "docs" / language / "problems").glob("*.md")}


def write() -> None:
    """Write every page, and remove those of codes that are gone."""
    made = pages()
    for path in written() - set(made):
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
