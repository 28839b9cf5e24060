"""The default templates of letters, as Word documents: laid out like official letters, A4, each part in a style of its
own, so that who edits one in Word changes a style once."""

from __future__ import annotations

from html import escape

from perfrules.core.files import zipped
from perfrules.core.problem import Words
from perfrules.letters.wordings import BODIES, FEET, GENERAL, GROUNDS, HEADS, SINCE, TAG, Lines

SONG, FANG, LATIN = "方正小标宋简体", "仿宋_GB2312", "Times New Roman"
INSTEAD = {SONG: "方正小标宋_GBK,宋体,SimSun", FANG: "仿宋,FangSong"}  # where a machine does not have it
RED = "C00000"
_MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = "http://schemas.openxmlformats.org"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_PARTS = ("document.main", "styles", "fontTable", "settings")


def _border(side: str, colour: str, eighths: int) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{eighths}" w:space="6" w:color="{colour}"/></w:pBdr>'


def _said(size: int, font: str = FANG, more: str = "") -> str:
    """How signs look: a font, and a size in half points."""
    fonts = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}"/>'
    return f'{fonts}{more}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _spaced(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


_LINES = Words('<w:spacing w:line="300" w:lineRule="auto"/>', '<w:spacing w:line="560" w:lineRule="exact"/>')
_INDENT = Words(_spaced(0, 160), '<w:ind w:firstLineChars="200" w:firstLine="640"/>')
_RIGHT = '<w:ind w:rightChars="200" w:right="640"/><w:jc w:val="right"/>'
_CENTRE = '<w:jc w:val="center"/>'
_FREE = '<w:spacing w:before="0" w:after="240" w:line="240" w:lineRule="auto"/>'
_COLOUR = f'<w:color w:val="{RED}"/>'
STYLES: dict[str, tuple[Words, str | Words, str]] = {  # by id: what Word calls it, its paragraphs, its signs
    "letterhead": (Words("Letter head", "发文机关标志"), _FREE + _CENTRE, _said(56, SONG, _COLOUR)),
    "number": (Words("Letter number", "发文字号"), _border("bottom", RED, 18) + _spaced(0, 480) + _CENTRE, ""),
    "title": (
        Words("Letter title", "公文标题"),
        '<w:keepNext/><w:spacing w:before="240" w:after="360" w:line="600" w:lineRule="exact"/>' + _CENTRE,
        _said(44, SONG),
    ),
    "addressee": (Words("Letter addressee", "主送机关"), Words(_spaced(0, 160), ""), ""),
    "body": (Words("Letter body", "公文正文"), _INDENT, ""),
    "signature": (Words("Letter signature", "发文机关署名"), "<w:keepNext/>" + _spaced(840, 0) + _RIGHT, ""),
    "day": (Words("Letter date", "成文日期"), _RIGHT, ""),
    "copies": (Words("Letter copies", "抄送机关"), _border("top", "000000", 6) + _spaced(840, 0), _said(28)),
}


def form(action: str, language: str) -> bytes:
    """The default template for letters with an action, as a Word document."""
    first, *rest = BODIES.get(action, BODIES[GENERAL])[language]
    others = (("body", text) for text in rest)
    lines = (*HEADS[language], ("body", SINCE[language] + first), *GROUNDS[language], *others, *FEET[language])
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            (f"{_SCHEMAS}/officeDocument/2006/relationships/officeDocument", "word/document.xml"),
            (f"{_SCHEMAS}/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_SCHEMAS}/package/2006/metadata/core-properties"/>',
        "word/document.xml": _document(lines),
        "word/_rels/document.xml.rels": _relations(
            *((f"{_SCHEMAS}/officeDocument/2006/relationships/{part}", f"{part}.xml") for part in _PARTS[1:])
        ),
        "word/styles.xml": _styles(language),
        "word/fontTable.xml": _fonts(),
        "word/settings.xml": _settings(),
    }
    return zipped((name, (_HEAD + text).encode()) for name, text in parts.items())


def _document(lines: Lines) -> str:
    return f"<w:document {_MAIN}><w:body>{''.join(_paragraph(*line) for line in lines)}{_PAGE}</w:body></w:document>"


_PAGE = (  # A4 with the margins of official documents
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>'
    "</w:sectPr>"
)


def _paragraph(style: str, text: str) -> str:
    of = "" if style == TAG else f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f'<w:p>{of}<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'


def _styles(language: str) -> str:
    size = 32 if language == "zh" else 24
    usual = f'<w:rPrDefault><w:rPr>{_said(size)}<w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    lines = f"<w:pPrDefault><w:pPr>{_LINES.said(language)}</w:pPr></w:pPrDefault>"
    first = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    )
    own = (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name.said(language)}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{layout.said(language) if isinstance(layout, Words) else layout}</w:pPr>"
        f"<w:rPr>{signs}</w:rPr></w:style>"
        for style, (name, layout, signs) in STYLES.items()
    )
    return f"<w:styles {_MAIN}><w:docDefaults>{usual}{lines}</w:docDefaults>{first}{''.join(own)}</w:styles>"


def _fonts() -> str:
    known = (
        f'<w:font w:name="{font}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for font, others in INSTEAD.items()
    )
    return f"<w:fonts {_MAIN}>{''.join(known)}</w:fonts>"


def _settings() -> str:
    """That it is a document of today's Word, not one of an old version."""
    mode = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    return f"<w:settings {_MAIN}><w:compat>{mode}</w:compat></w:settings>"


def _types() -> str:
    own = "".join(
        f'<Override PartName="/word/{part.partition(".")[0]}.xml" ContentType="{_OFFICE}.{part}+xml"/>'
        for part in _PARTS
    )
    return (
        f'<Types xmlns="{_SCHEMAS}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/>{own}</Types>'
    )


def _relations(*related: tuple[str, str]) -> str:
    own = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(related, 1)
    )
    return f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">{own}</Relationships>'
