"""Text of strangers made plain: no markup, no control characters, no longer than we can show."""

import re
from html.parser import HTMLParser

# Control characters, lone surrogates, and those that reorder the text around them; tab and line feed are whitespace.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&#?\w+;")
_NEW_LINE = {"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article"}
_NOT_TEXT = {"script", "style", "template"}


def one_line(text: str, longest: int) -> str:
    return _cut(" ".join(_UNSEEN.sub("", text).split()), longest)


def paragraphs(text: str, longest: int) -> str:
    """Keeps line breaks, at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")]
    return _cut(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), longest)


def without_markup(text: str, longest: int) -> str:
    """The text of HTML, entities resolved. What has neither tags nor entities stays as it is. Reads 4 x `longest` at most."""
    if not _MARKUP.search(text):
        return text
    reader = _TextOfHtml()
    reader.feed(text[: 4 * longest])
    reader.close()
    return "".join(reader.pieces)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


class _TextOfHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _NOT_TEXT
        if tag in _NEW_LINE:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _NOT_TEXT))
        if tag in _NEW_LINE and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)
