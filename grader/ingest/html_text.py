"""The text of an HTML page, such as the online text of a platform, written as Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS = {
    "p",
    "div",
    "br",
    "section",
    "article",
    "ul",
    "ol",
    "table",
    "tr",
    "blockquote",
    "pre",
    "hr",
    "body",
    "dl",
    "dd",
    "details",
}
_HIDDEN = {"script", "style", "head", "template", "noscript"}
_PICTURES = {"img", "svg", "canvas", "object", "embed", "iframe", "math"}
MAX_LISTS = 50  # lists inside lists


class _Writer(HTMLParser):
    """Writes headings, bold text, lists and rows of tables as Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.pictures = False
        self._hidden = 0
        self._lists: list[int] = []  # the number of the last item of each open list; -1 for bullets

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pictures |= tag in _PICTURES
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in ("ul", "ol") and len(self._lists) < MAX_LISTS:
            self._lists.append(0 if tag == "ol" else -1)
        if tag == "li":
            number = self._lists[-1] + 1 if self._lists and self._lists[-1] >= 0 else 0
            if number:
                self._lists[-1] = number
            self.parts.append(f"\n{number}. " if number else "\n- ")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in ("td", "th"):
            self.parts.append("| ")
        elif tag in ("dt", "summary"):
            self.parts.append("\n\n**")
        elif tag in ("b", "strong"):
            self.parts.append("**")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in ("b", "strong"):
            self.parts.append("**")
        elif tag in ("dt", "summary"):
            self.parts.append("**\n\n")
        elif tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6"):
            self.parts.append("\n\n")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def text_of_html(page: str) -> tuple[str, bool]:
    """Return the text of a page as Markdown, and whether it has pictures or formulas that are not in the text."""
    writer = _Writer()
    writer.feed(page)
    writer.close()
    lines = (" ".join(line.split()) for line in "".join(writer.parts).split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip(), writer.pictures


def is_export_of_a_notebook(page: str) -> bool:
    """Return whether a page is a notebook saved as HTML, which repeats what the notebook says."""
    return "jp-Notebook" in page or "jp-OutputArea" in page or "nbconvert" in page[:20_000]
