"""Office documents as text, with what is not in the text named."""

from __future__ import annotations

import io
import zipfile

import pytest

from grader.ingest.documents import read_documents
from grader.ingest.office_text import text_of_office
from grader.model import NoticeCode

docx = pytest.importorskip("docx")

ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body><office:text>'
    '<text:h text:outline-level="2">4.1</text:h><text:p>Clip <text:span>it</text:span>.</text:p>'
    "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
    "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
    "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>MORE"
    "</office:text></office:body></office:document-content>"
)


def word(picture: bool = False) -> bytes:
    document = docx.Document()
    document.add_heading("4.1", 2)
    document.add_paragraph("Clip it.")
    bold = document.add_paragraph()
    bold.add_run("4.2").bold = True
    bold.add_run(" The gate.")
    document.add_paragraph("one", style="List Bullet")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "a", "b"
    if picture:
        from PIL import Image

        data = io.BytesIO()
        Image.new("RGB", (4, 4)).save(data, "PNG")
        document.add_picture(data)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def odt(more: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("content.xml", ODT.replace("MORE", more))
    return data.getvalue()


def test_a_word_document() -> None:
    text, more = text_of_office("a.docx", word())
    assert [line for line in text.split("\n") if line] == [
        "## 4.1",
        "Clip it.",
        "**4.2** The gate.",
        "- one",
        "| a | b |",
    ]
    assert not more
    assert text_of_office("a.docx", word(picture=True))[1]


def test_an_open_document() -> None:
    text, more = text_of_office("a.ODT", odt())
    assert [line for line in text.split("\n") if line] == ["## 4.1", "Clip it.", "- one", "| a | b |"]
    assert not more
    assert text_of_office("a.odt", odt("<draw:frame><draw:image/></draw:frame>"))[1]


def test_documents_and_what_is_not_read_of_them() -> None:
    documents, notices = read_documents(
        {"a.docx": word(), "b.odt": odt("<draw:image/>"), "c.docx": b"PK", "d.docx": word()[:900]}
    )
    assert [one.path for one in documents] == ["a.docx", "b.odt"]
    assert [(one.code, one.serious) for one in notices] == [
        (NoticeCode.not_all_read, True), (NoticeCode.damaged, True), (NoticeCode.damaged, True),
    ]  # fmt: skip


def test_entities_are_not_expanded(tmp_path: object) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + ODT.replace("MORE", "<text:p>&b;</text:p>")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("content.xml", bomb)
    text, _ = text_of_office("a.odt", data.getvalue())
    assert "aaaa" not in text
