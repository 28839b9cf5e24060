"""Makes the site of the documentation, in English and Chinese: `python docs/make_site.py FOLDER`.

The pages are read where the code is, too, so nothing in them is for Sphinx only. They are gathered beside FOLDER and
changed on the way: a link leads to another page of the site, to one of the site in the other language, or is left out
where there is none; what the README lists is the table of contents; the file that a block is written to is its caption;
and a name that `api.md` lists is followed by what its docstrings say. `python3 dev.py docs` runs this.
"""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from os.path import normpath
from pathlib import Path
from pkgutil import resolve_name
from posixpath import relpath

DOCS = Path(__file__).resolve().parent
HOME = DOCS.parent
EXAMPLES = {
    "luojiang": "luojiang-2023",
    "embedding": "embedding",
    "payments": "embedding/payments",
    "yearly-batch": "embedding/yearly_batch",
    "districts": "districts",
}
LANGUAGES = ("en", "zh")
DISTRICTS = HOME / "examples" / "districts"  # packages, each in the language of its district
OUTSIDE = {
    "en": {
        "index": HOME / "README.md",
        "contributing": HOME / "CONTRIBUTING.md",
        "riverside": DISTRICTS / "riverside" / "README.md",
    },
    "zh": {"index": HOME / "README.zh-CN.md", "yunting": DISTRICTS / "yunting" / "README.md"},
}
for name, folder in EXAMPLES.items():
    OUTSIDE["en"][name] = HOME / "examples" / folder / "README.md"
    OUTSIDE["zh"][name] = HOME / "examples" / folder / "README.zh-CN.md"
LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?P<target>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)")
LISTED = re.compile(r"^(?:- |\d+\. |\| )\[[^\[\]]+\]\((?P<target>[^)#\s:]+)\)", re.MULTILINE)
FENCE = re.compile(r"^```(?P<language>\w+) (?P<into>\+?)(?P<name>\S+)$", re.MULTILINE)
PUBLIC = re.compile(r"^- `perfrules\.(?P<name>[\w.]+)`[:：] ?(?P<about>.*)$", re.MULTILINE)
HUBS = {"index", "decisions/index", "embedding", "districts"}  # what they list is in the contents; problems: too many
STOPS = {"en": ".", "zh": "。"}
INTO = {"en": "into {name}", "zh": "加入 {name}"}
START = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>perfrules</title></head>
<body style="font-family: sans-serif; margin: 3rem"><h1>perfrules</h1>
<p><a href="en/index.html" lang="en">English</a></p>
<p><a href="zh/index.html" lang="zh-CN">中文</a></p>
</body>
</html>
"""


def pages(language: str) -> dict[str, Path]:
    """The pages of a site: where each comes from."""
    found = dict(OUTSIDE[language])
    folders = [(DOCS / language, ""), *([(DOCS / "decisions", "decisions/")] if language == "en" else [])]
    for folder, prefix in folders:
        for path in sorted(folder.rglob("*.md")):
            name = path.relative_to(folder).with_suffix("").as_posix().replace("README", "index")
            found[prefix + name] = path
    return found


SITES = {language: pages(language) for language in LANGUAGES}
PLACES = {path: (language, name) for language, site in SITES.items() for name, path in site.items()}


def gathered(language: str, name: str) -> str:
    """The text of a page as Sphinx reads it."""
    origin = SITES[language][name]
    written = origin.read_text(encoding="utf-8")
    text = LINK.sub(lambda link: linked(link, language, name), written)
    text = FENCE.sub(lambda fence: captioned(fence, language), text)
    if name == "api":
        text = PUBLIC.sub(lambda item: documented(item["name"], item["about"], STOPS[language]), text)
    if name in HUBS:
        text += contents(written, language, name)
    return f"---\norphan: true\n---\n\n{text}" if name.startswith("problems/") else text


def place(target: str, language: str, name: str) -> tuple[str, str] | None:
    """The site and page that a link of a page leads to, if one does."""
    return PLACES.get(Path(normpath(SITES[language][name].parent / target)))


def linked(link: re.Match[str], language: str, name: str) -> str:
    """A link as it is in the site."""
    found = place(link["target"], language, name)
    if found is None:
        return link["text"]
    other, page = found
    anchor = link["anchor"] or ""
    if other == language:
        return f"[{link['text']}](/{page}.md{anchor})"
    return f"[{link['text']}]({relpath(f'/{other}/{page}', f'/{language}/{name}/..')}.html{anchor}){{.external}}"


def contents(written: str, language: str, name: str) -> str:
    """The pages that a page lists, as its part of the table of contents."""
    listed = (place(item["target"], language, name) for item in LISTED.finditer(written))
    lines = [f"/{found[1]}" for found in listed if found and found[0] == language]
    return "\n".join(["", ":::{toctree}", ":hidden:", "", *lines, ":::", ""])


def captioned(fence: re.Match[str], language: str) -> str:
    """The beginning of a block of code, with the name of its file."""
    caption = INTO[language].format(name=fence["name"]) if fence["into"] else fence["name"]
    return f"```{{code-block}} {fence['language']}\n:caption: {caption}"


def documented(name: str, about: str, stop: str) -> str:
    """A public name with its docstring and members."""
    found = resolve_name(f"perfrules.{name}")
    kind = "data"
    if isinstance(found, type):
        kind = "exception" if issubclass(found, Exception) else "class"
    elif inspect.isfunction(found):
        kind = "function"
    sentence = about[:1].upper() + about[1:] + stop
    return f"### {name}\n\n{sentence}\n\n```{{eval-rst}}\n.. auto{kind}:: perfrules.{name}\n```\n"


def gather(language: str, folder: Path) -> None:
    """Write the pages of a site into a folder, and what Sphinx has no Chinese for, which it compiles there."""
    shutil.copytree(DOCS / "locales", folder / "locales")
    for name in SITES[language]:
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(gathered(language, name), encoding="utf-8", newline="\n")


def build(site: Path) -> None:
    """Make both sites anew and at once, and the page before them. Stops where one has a warning."""
    sources = site.with_name(f"{site.name}-pages")
    for old in (site, sources):
        shutil.rmtree(old, ignore_errors=True)
    site.mkdir(parents=True)
    (site / "index.html").write_text(START, encoding="utf-8", newline="\n")
    running = []
    for language in LANGUAGES:
        gather(language, sources / language)
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-c", DOCS, "-t", language]
        command += ["-d", sources / f"{language}-read", sources / language, site / language]
        running.append(subprocess.Popen([str(part) for part in command]))
    if any([process.wait() for process in running]):  # noqa: C419 - wait for all of them
        raise SystemExit(1)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
