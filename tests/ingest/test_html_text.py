"""HTML pages, such as the online text of a platform, as text."""

from __future__ import annotations

from grader.ingest.documents import read_documents
from grader.ingest.find_answers import find_answers
from grader.ingest.html_text import text_of_html
from grader.model import NoticeCode, Submission
from tests.ingest.test_answer_labels import RUBRIC, A, B


def test_headings_lists_tables_and_bold_text_are_markdown() -> None:
    page = (
        "<html><head><title>x</title><style>p {}</style></head><body><h2>4.1</h2><p>a&nbsp;&amp; <b>b</b></p>"
        "<ol><li>one<li>two<ul><li>in</ul></ol><table><tr><th>h</th><td>1</td></tr></table><script>no()</script>"
    )
    text, pictures = text_of_html(page)
    assert text == "## 4.1\n\na & **b**\n\n1. one\n2. two\n\n- in\n\n| h| 1"
    assert not pictures


def test_online_text_is_an_answer() -> None:
    page = f"<p>4.1 {A}</p><p><strong>4.2</strong> {B}</p>".encode()
    documents, notices = read_documents({"onlinetext.html": page})
    submission = Submission("t", "t", "d", files={"onlinetext.html": page}, documents=tuple(documents))
    assert {name: one.text for name, one in find_answers(submission, RUBRIC).items()} == {"q41": A, "q42": B}
    assert notices == []
    assert submission.unread_files == ()
    assert "onlinetext.html cannot be read" in str(submission.unread_code), "it may hold code"


def test_pictures_and_exports_of_notebooks_need_a_person() -> None:
    documents, notices = read_documents({"a.html": b'<p>4.1 text</p><img src="x.png">'})
    assert [one.text for one in documents] == ["4.1 text"]
    assert [(one.code, one.serious) for one in notices] == [(NoticeCode.not_all_read, True)]
    assert read_documents({"net.html": b'<div class="jp-Notebook">4.1</div>'}) == ([], [])
    assert read_documents({"scan.html": b'<img src="x.png">'}) == ([], [])


def test_terms_and_summaries_are_labels() -> None:
    page = "<dl><dt>4.1</dt><dd>Clip.</dd></dl><details><summary>4.2</summary>Gate.</details>"
    assert text_of_html(page) == ("**4.1**\n\nClip.\n\n**4.2**\n\nGate.", False)
