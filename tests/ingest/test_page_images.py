"""Pages of a PDF beside the text that was taken from them."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from grader.ingest.page_images import MOST_HEIGHT, MOST_WIDTH, pages_of
from grader.model import Answer, Submission
from grader.pipeline import Course, grade_all
from grader.report.pages import report_page
from grader.rubric import parse_rubric
from tests.test_alike import RUBRIC

LONG = "The loss is a square of something linear, therefore it is convex. " * 12


def pdf(*pages: str, size: tuple[float, float] = (210, 297)) -> bytes:
    document = FPDF(format=size)
    document.set_font("Helvetica", size=12)
    for text in pages:
        document.add_page()
        document.multi_cell(0, text=text)
    return bytes(document.output())


def submission(data: bytes) -> Submission:
    return Submission("Team Muster", "muster.zip", "", files={"answers.pdf": data})


def picture(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2])))


def test_the_page_of_an_answer_is_found_and_drawn() -> None:
    found = pages_of(Answer(LONG, "answers.pdf, under 2"), submission(pdf("Something else.", LONG)))
    assert [page.title for page in found] == ["Page 2 of answers.pdf"]
    image = picture(found[0].data)
    assert image.width <= MOST_WIDTH
    assert image.height <= MOST_HEIGHT
    darkest, brightest = min(image.convert("L").tobytes()), max(image.convert("L").tobytes())
    assert darkest < 80
    assert brightest > 240


def test_a_page_of_monstrous_size_stays_within_the_pixels() -> None:
    [page] = pages_of(Answer(LONG, "answers.pdf"), submission(pdf(LONG, size=(5000, 300))))
    assert picture(page.data).width <= MOST_WIDTH


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4 broken", pdf("Nothing of it here.")], ids=["empty", "broken", "other"]
)
def test_what_cannot_be_drawn_is_left_out(data: bytes) -> None:
    assert pages_of(Answer(LONG, "answers.pdf"), submission(data)) == ()
    assert pages_of(Answer(LONG, "answers.md"), submission(data)) == ()


def test_a_report_shows_the_page_where_a_person_must_look_and_only_there(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "Anton_1000001_Berta_1000002"
    folder.mkdir(parents=True)
    (folder / "answers.pdf").write_bytes(pdf("Exercise 1\n$g = 2 A^T (A x - b)$", "Exercise 2\n" + LONG))
    [(_, _, graded)] = grade_all([tmp_path / "in"], parse_rubric(RUBRIC, "r.yaml"), Course(level="A"))
    assert list(graded.report.pages) == ["q2"]
    assert 'alt="Page 2 of answers.pdf' in report_page(graded.report)
