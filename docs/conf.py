"""Sphinx: how the pages that `make_site.py` gathers become a site, in English or, with the tag `zh`, in Chinese."""

from __future__ import annotations

import re

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

from perfrules import __version__

chinese = tags.has("zh")  # type: ignore[name-defined]  # noqa: F821 - Sphinx gives it
project = "perfrules"
version = release = __version__
language = "zh_CN" if chinese else "en"
html_title = f"perfrules {version}"
html_theme = "furo"
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["attrs_inline", "colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # the pages of problems show files that are wrong
default_role = "code"
autodoc_default_options = {"members": True, "undoc-members": True}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
toc_object_entries = False

HAN = "\u3400-\u9fff"
WORD = re.compile(f"[{HAN}]+|[^\\W{HAN}]+")
SPLIT_QUERY = f"""
function splitQuery(query) {{
  const words = query.match(/[{HAN}]+|(?:(?![{HAN}])[\\p{{L}}\\p{{N}}_])+/gu) || [];
  return words.flatMap((word) =>
    /[{HAN}]{{3}}/.test(word) ? Array.from(word.slice(1), (_, n) => word.slice(n, n + 2)) : [word]);
}}
"""


class ChinesePairs(SearchEnglish):
    """Chinese text is found by each character and each two beside each other, the rest as in English.

    Words out of a dictionary would have to be cut alike when the site is made and in the browser, which has no
    dictionary: 执行率 would be searched, and only 执行 be in the index.
    """

    lang = "zh"  # and by `language_name` English: Sphinx 9 calls the stemmer after it
    js_splitter_code = SPLIT_QUERY

    def split(self, input: str) -> list[str]:
        """The words of a text as the index has them."""
        found = []
        for word in WORD.findall(input):
            found += [word] if word.isascii() else [*word, *(word[n : n + 2] for n in range(len(word) - 1))]
        return found

    def word_filter(self, stemmed_word: str) -> bool:
        """Whether the index has the word."""
        return len(stemmed_word) > 1 or not stemmed_word.isascii()


def setup(app: Sphinx) -> None:
    """What Sphinx calls first."""
    app.add_search_language(ChinesePairs)
    for name in ("csv", "expression"):
        app.add_lexer(name, TextLexer)
