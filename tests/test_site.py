"""The documentation as a site: made without a warning, whole, fetching nothing, and found by searching in a real browser."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from os.path import normpath
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

import browser
import perfrules
from perfrules import authoring, testing

HOME = Path(__file__).resolve().parent.parent
SOURCES = {"en": [HOME / "docs" / "en", HOME / "docs" / "decisions"], "zh": [HOME / "docs" / "zh"]}
FETCHED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src", "object": "data"}


class Page(HTMLParser):
    """What a page fetches, links to, and is called by; its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids.add(values.get("id", ""))
        if tag in FETCHED:
            self.fetched.append(values.get(FETCHED[tag]) or "")
        elif tag == "a":
            self.links.append(values.get("href", ""))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id) -> Path:
    """Made once, whichever of the workers comes first; the others wait."""
    missing = [name for name in ("sphinx", "furo", "myst_parser") if find_spec(name) is None]
    assert not missing, f"{missing} not installed: pip install 'perfrules[docs]'"
    temporary = tmp_path_factory.getbasetemp()
    folder = (temporary if worker_id == "master" else temporary.parent) / "documentation" / "site"
    folder.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder.parent / "lock", timeout=600, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if not (folder.parent / "made").exists():
            make = [sys.executable, HOME / "docs" / "make_site.py", folder]
            done = subprocess.run(make, capture_output=True, text=True, encoding="utf-8", check=False)
            assert (done.returncode, done.stderr) == (0, "")
            (folder.parent / "made").touch()
    return folder


@pytest.fixture(scope="session")
def pages(site) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *arguments):
        pass


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    """The site as a server gives it, on this machine only."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def targets(site: Path, path: Path, page: Page) -> Iterator[tuple[Path, str]]:
    """The files that a page links to, and where in them."""
    for link in page.links:
        if not urlsplit(link).scheme:
            there = unquote(urlsplit(link).path)
            yield (Path(normpath(path.parent / there)) if there else path), unquote(urlsplit(link).fragment)


def test_every_link_leads_to_a_place_of_the_site(site, pages):
    for path, page in pages.items():
        for target, anchor in targets(site, path, page):
            assert target in pages, f"{path}: {target}"
            assert not anchor or anchor in pages[target].ids, f"{path}: {target}#{anchor}"


def test_every_page_is_reached_from_the_first(site, pages):
    reached, ahead = set(), [site / "index.html"]
    while ahead:
        path = ahead.pop()
        if path not in reached:
            reached.add(path)
            ahead += [target for target, _ in targets(site, path, pages[path])]
    for language, folders in SOURCES.items():
        names = {p.relative_to(HOME / "docs").with_suffix(".html") for folder in folders for p in folder.rglob("*.md")}
        for name in names:
            under = name.relative_to(language) if name.parts[0] == language else name
            assert site / language / str(under).replace("README", "index") in reached, name
    assert {path.parent.name for path in reached} == {"site", "en", "zh", "problems", "decisions"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_public_name_is_in_the_reference(pages, site, language):
    page = pages[site / language / "api.html"]
    more = [name for name, value in vars(authoring).items() if name[0] != "_" and getattr(value, "__module__", "") == authoring.__name__]
    names = [*perfrules.__all__, *(f"authoring.{name}" for name in more), *(f"testing.{name}" for name in testing.__all__)]
    assert "authoring.write_template" in names
    assert [name for name in names if f"perfrules.{name}" not in page.ids] == []
    assert {"perfrules.Program.run", "perfrules.Outcome.report", "perfrules.Entry.amount"} <= page.ids
    assert "Money that moves" in page.text


def test_nothing_is_fetched_from_elsewhere(site, pages):
    for path, page in pages.items():
        assert [source for source in page.fetched if urlsplit(source).scheme not in ("", "data") or source.startswith("//")] == [], path
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", text), style


def test_a_block_has_its_file_as_caption_and_no_sign_of_markdown(pages, site):
    english, chinese = (pages[site / language / "tutorial.html"].text for language in ("en", "zh"))
    assert "into policy.yaml" in english
    assert "加入 政策.yaml" in chinese
    assert "```" not in english + chinese
    assert ":::{" not in "".join(page.text for page in pages.values())


def found(address: str, language: str, words: str) -> set[str]:
    """The pages that the search lists."""
    page = browser.rendered(f"{address}/{language}/search.html?q={quote(words)}")
    return set(re.findall(r'<li class="kind-[a-z]+"><a href="([^"#?]*)', page.partition('id="search-results"')[2]))


@pytest.mark.parametrize("words", ["扣减", "执行率", "率"])
def test_the_search_finds_exactly_the_pages_with_a_chinese_word(address, site, words):
    """Of one character, of two, and of three that a dictionary would cut in two."""
    inside = site.with_name("site-pages") / "zh"
    pages = {p.relative_to(inside).with_suffix(".html").as_posix() for p in inside.rglob("*.md") if words in p.read_text(encoding="utf-8")}
    assert len(pages) > 5
    assert found(address, "zh", words) == pages


@pytest.mark.parametrize(("language", "words", "page"), [
    ("zh", "月饼", None),
    ("zh", "PR404", "problems/PR404.html"),
    ("en", "deduct", "tutorial.html"),
    ("en", "read_facts", "api.html"),
    ("en", "mooncake", None),
])  # fmt: skip
def test_the_search_finds_words(address, language, words, page):
    pages = found(address, language, words)
    assert page in pages if page else not pages


def test_the_search_works_without_a_server(site):
    assert "tutorial.html" in found(site.as_uri(), "zh", "执行率")
