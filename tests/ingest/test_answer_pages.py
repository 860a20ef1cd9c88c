"""Pages of a PDF beside the text that was taken from them."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from grader.grading.options import GradingOptions
from grader.ingest.answer_pages import pages_of
from grader.ingest.documents import read_documents
from grader.model import Answer, Submission
from grader.report.pages import report_page
from grader.rubric.load import parse_rubric
from grader.sandbox.child.pdf_child import MAX_HEIGHT, MAX_WIDTH
from grader.sandbox.host import pictures
from grader.sandbox.host.pictures import draw
from tests.helpers import grade_each
from tests.similarity.test_answer_groups import RUBRIC

LONG = "The loss is a square of something linear, therefore it is convex. " * 12


def pdf(*pages: str, size: tuple[float, float] = (210, 297)) -> bytes:
    document = FPDF(format=size)
    document.set_font("Helvetica", size=12)
    for text in pages:
        document.add_page()
        document.multi_cell(0, text=text)
    return bytes(document.output())


def pages(data: bytes, text: str = LONG, where: str = "answers.pdf, under 2") -> list[int]:
    files = {"answers.pdf": data}
    submission = Submission("Team Muster", "muster.zip", "", files=files, documents=tuple(read_documents(files)[0]))
    return pages_of(Answer(text, where), submission)[1]


def picture(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_the_pages_of_an_answer_are_found() -> None:
    before = "Something else that is long enough to be found again on a page of its own."
    data = pdf(before, LONG, "More.")
    assert pages(data) == [1]
    assert pages(data, f"{before} {LONG}") == [0, 1]
    assert pages(data, "nothing of it") == []
    assert pages(data, where="answers.md") == []


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 broken"], ids=["empty", "broken"])
def test_what_is_no_pdf_has_no_pages_and_no_pictures(data: bytes) -> None:
    assert pages(data) == []
    assert draw(data, [0], "A") == []


def test_a_page_is_drawn_within_the_pixels() -> None:
    for size in ((210, 297), (5000, 300)):
        [data] = draw(pdf(LONG, size=size), [0], "A")
        image = picture(data)
        assert image.width <= MAX_WIDTH
        assert image.height <= MAX_HEIGHT
        shades = image.convert("L").tobytes()
        assert min(shades) < 220  # the larger the page, the paler its letters
        assert max(shades) > 240


def test_a_page_that_takes_for_ever_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transparency groups, one over the other: less than a kilobyte, and as long as its author wants."""
    monkeypatch.setattr(pictures, "SECONDS", 3)
    stream = b"q /G gs /X Do Q\n" * 4000
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group << /S /Transparency >> /Length 18 >>\nstream\n0 0 600 800 re f \nendstream"
    body = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> "
        b"/ExtGState << /G << /BM /Multiply /ca 0.5 >> >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        form,
    ]
    heavy = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, part) for n, part in enumerate(body, 1))
    heavy += b"trailer << /Root 1 0 R >>\n"
    assert draw(heavy, [0], "A") == []


def test_a_report_shows_pages_only_of_answers_that_need_review(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "Anton_1000001_Berta_1000002"
    folder.mkdir(parents=True)
    (folder / "answers.pdf").write_bytes(pdf("Exercise 1\n$g = 2 A^T (A x - b)$", "Exercise 2\n" + LONG))
    [graded] = grade_each([tmp_path / "in"], parse_rubric(RUBRIC, "r.yaml"), GradingOptions(level="A"))
    assert list(graded.report.pages) == ["q2"]
    assert 'alt="Page 2 of answers.pdf' in report_page(graded.report)
