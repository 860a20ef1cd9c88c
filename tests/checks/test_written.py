"""The kinds that read written answers, judged without a sandbox."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from grader.checks.base import CheckContext
from grader.grading.judge import judge_check
from grader.model import Answer, Document, Evidence, Member, Notice, NoticeCode, Status, Submission
from grader.reading import word_count
from tests.helpers import context, make, shipped_check

HUNDRED = " ".join(["word"] * 100)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (HUNDRED, 100),
        ("one $a = b + c$ two", 3),
        ("a $$\\frac{a}{b}$$ b", 3),
        ("# A heading\nthree words here", 3),
        ("two words\nSource: Some Book, page 3", 2),
        ("see [the paper](https://example.org/x) now", 4),
        ("text https://example.org/a/b end", 2),
        ("- a bullet\n- and – another", 4),
        ("state-of-the-art model", 2),
        ("as shown (Muster et al., 2017) here", 3),
        ("", 0),
    ],
)
def test_words_are_counted_as_a_person_does(text: str, count: int) -> None:
    assert len(word_count.words(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("E.g. this is one sentence, i.e. not three.", 1),
        ("It costs 3.5 points. That is all.", 2),
        ("A line that\nwraps around. And another.", 2),
        ("One sentence. Source: a book. And more.", 1),
        ("- first thing here\n- second thing here", 2),
        ("Vgl. Abb. 3 z.B. hier.", 1),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(word_count.sentences(text)) == count


@pytest.mark.parametrize(
    "text",
    ["https://example.org", "Source: the lecture", "doi 10.1234/abcd", "Quelle: Vorlesung", "[paper](http://a.org)",
     "(Muster et al., 2017)", "[1] A. Author, A title", "as in (Muster, 2015)", "Reference Material: RNN and LSTM"],
)  # fmt: skip
def test_sources_are_recognised(text: str) -> None:
    assert word_count.sources(f"Some answer.\n{text}\n")


@pytest.mark.parametrize("text", ["No sources at all.", "The source code is short.", "Open resources are used."])
def test_what_is_no_source(text: str) -> None:
    assert not word_count.sources(text)


@pytest.mark.parametrize(("extra", "status"), [("", "passed"), (" more", "failed")], ids=["100 words", "101 words"])
def test_word_limit_at_its_edge(extra: str, status: str) -> None:
    verdict = make("word_limit", most=100).judge(context(HUNDRED + extra))
    assert verdict.status == status
    assert str(verdict.message) == f"The answer has {100 + len(extra.split())} words; the limit is 100."


def test_sentence_limit_between_bounds_and_by_parts() -> None:
    check = make("sentence_limit", least=2, most=3)
    assert check.judge(context("One here. Two here.")).status == "passed"
    assert check.judge(context("One here.")).status == "failed"
    assert check.judge(context("One a. Two a. Three a. Four a.")).status == "failed"
    parts = make("sentence_limit", most=1, parts=["one to one", "one to many"])
    assert parts.judge(context("One-to-one: an image. One to many: a caption.")).status == "passed"
    assert parts.judge(context("One to one: an image. And more. One to many: a caption.")).status == "failed"
    assert parts.judge(context("One to one: an image.")).status == "needs_review"


def test_names_sources_and_sources_at_the_end_of_the_document() -> None:
    check = make("names_sources")
    assert check.judge(context("An answer. Source: the lecture")).status == "passed"
    assert check.judge(context("An answer.")).status == "failed"
    document = Document("a.md", "markdown", "An answer.\n\nReferences: the lecture of week 5")
    assert check.judge(context("An answer.", documents=[document])).status == "needs_review"


def test_mentions_is_a_note_with_highlights() -> None:
    verdict = make("mentions", concepts={"gates": ["gate", "LSTM"], "clipping": ["clip"]}).judge(
        context("The gates of an LSTM.")
    )
    assert verdict.status == "passed"
    assert str(verdict.message) == "Named: gates. Not found: clipping."
    assert verdict.details[0].highlights == ("gate", "LSTM")  # type: ignore[union-attr]


def test_manual_waits_with_the_answer() -> None:
    verdict = make("manual", guide="what counts").judge(context("An answer."))
    assert (verdict.status, verdict.guide, str(verdict.hint)) == (Status.needs_review, "what counts", "")


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        ((), "failed"),
        ((Document("a.md", "markdown", "text"),), "needs_review"),
        ((Document("a.pdf", "pdf", "", False),), "needs_review"),
    ],
    ids=["no written part", "not found", "a scan"],
)
def test_an_answer_that_is_not_there(documents: tuple[Document, ...], status: str) -> None:
    finding = judge_check(make("word_limit", most=100), context(documents=documents))
    assert finding.status == status
    assert finding.credit == 0


def test_a_doubtful_answer_waits() -> None:
    evidence = Evidence(answers={"q": Answer("text", "a.md", "Two places could be the answer.")})
    finding = judge_check(make("word_limit", most=100), CheckContext(Submission("t", "t", "d"), evidence, "q"))
    assert (finding.status, finding.message) == (Status.needs_review, "Two places could be the answer.")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Muster_1000101_Beispiel_1000102.zip", "passed"),
        ("Anna_Lena_Muster_1000101_Müller-Lü_1000102_X_1000103.pdf", "passed"),
        ("Muster_1000101.zip", "failed"),
        ("final.zip", "failed"),
        ("1000101_1000102.zip", "failed"),
        ("Muster_1000101_Beispiel_1000102_v2.zip", "failed"),
    ],
)
def test_archive_name(name: str, status: str) -> None:
    from grader.ingest.member_names import members_from_name

    verdict = make("archive_name").judge(context(source=name, members=members_from_name(name)))
    assert verdict.status == status


def member(number: int, email: str = "a@stud.example.org") -> Member:
    return Member(f"Student {number}", f"100010{number}", email, "a.md")


@pytest.mark.parametrize(
    ("members", "notices", "status"),
    [
        ([member(1), member(2)], [], "passed"),
        ([member(1)], [], "failed"),
        ([member(n) for n in range(1, 5)], [], "failed"),
        ([member(1), member(2, "")], [], "failed"),
        ([], [], "failed"),
        ([member(1), member(2)], [Notice(NoticeCode.members_differ, "differ")], "needs_review"),
    ],
    ids=["two", "one", "four", "no email", "none", "disagree"],
)
def test_members(members: list[Member], notices: list[Notice], status: str) -> None:
    assert make("members", email=True).judge(context(members=members, notices=notices)).status == status


@pytest.mark.parametrize(
    ("received", "status"),
    [
        ("2025-01-29T23:59:59+01:00", "passed"),
        ("2025-01-30T00:00:00+01:00", "failed"),
        ("2025-01-29T22:59:59+00:00", "passed"),
        ("2025-01-29T23:00:00+00:00", "failed"),
        (None, "needs_review"),
    ],
)
def test_received_by_to_the_second_and_across_zones(received: str | None, status: str) -> None:
    when = datetime.fromisoformat(received) if received else None
    check = make("received_by", due="2025-01-29T23:59:59+01:00")
    assert check.judge(context(received=when)).status == status


def test_received_late_says_how_late() -> None:
    check = make("received_by", due="2025-01-29T23:59:59+01:00")
    verdict = check.judge(context(received=datetime.fromisoformat("2025-01-31T01:02:59+01:00")))
    assert "1 day 1 hour 3 minutes late" in str(verdict.message)


def test_files_present() -> None:
    check = make("files_present", files=["*.ipynb", "feedback.md"])
    assert check.judge(context(files={"a/x.ipynb": b"", "a/feedback.md": b""})).status == "passed"
    assert "feedback.md" in str(check.judge(context(files={"x.ipynb": b""})).message)


TABLE = """\
Configuration | Hidden | Shift | Epochs | Removed (%)
Initial | 40 | 10 | 100 | {first}
More epochs | 40 | 10 | 200 | 59.45
Smaller | 20 | 10 | 100 | 53.80
Larger | 60 | 10 | 100 | 57.76
Other shift | 40 | 3 | 100 | {last}
"""


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("58.51", "56.64", "passed"),
        ("70", "56.64", "needs_review"),
        ("31", "56.64", "needs_review"),
        ("158.5", "56.64", "failed"),
        ("-3", "56.64", "needs_review"),  # a training that diverges adds noise
        ("58.51", "58.51", "needs_review"),
    ],
    ids=["honest", "too good", "too bad", "over 100", "negative", "twice the same"],
)
def test_table_claims(first: str, last: str, status: str) -> None:
    verdict = shipped_check("q4-table").judge(context(TABLE.format(first=first, last=last)))
    assert verdict.status == status


@pytest.mark.parametrize(
    ("line", "configuration"),
    [
        ("Train for 300 epochs\t59.5%", {"epochs": 300}),
        ("Hidden size 80 and shift 5\t59.1%", {"hidden_size": 80, "shift": 5}),
        ("batch size 5 | 58,6 %", {"batch_size": 5}),
        ("Initial Configuration & 56.08\\% \\\\", {}),
        ("hidden_size = 70 | 60.6%", {"hidden_size": 70}),
        ("200 Epochen | 59,4 %", {"epochs": 200}),
        ("lr 0.001 | 44.5%", {"learning_rate": 0.001}),
    ],
)
def test_a_row_in_words(line: str, configuration: dict[str, float]) -> None:
    from grader.reading.claims import read_claims

    initial = {"hidden_size": 40.0, "shift": 10.0, "epochs": 100.0, "batch_size": 10.0, "learning_rate": 0.01}
    (claim,), unread = read_claims(f"Configuration\tNoise removed in percent\n{line}", initial)
    assert claim.configuration == configuration
    assert not unread


def test_missing_rows_cost_their_share() -> None:
    text = "\n".join(TABLE.format(first="58.5", last="56.6").splitlines()[:-1])
    verdict = shipped_check("q4-table").judge(context(text))
    assert (verdict.status, verdict.credit) == (Status.failed, Decimal("0.80"))


def test_no_table_waits() -> None:
    assert shipped_check("q4-table").judge(context("We removed a lot of noise.")).status == "needs_review"


@pytest.mark.parametrize(
    ("check", "answer", "status"),
    [
        ("q4i-count", "3 * 48 weights", "failed"),
        ("q4i-count", "48^2 weights", "needs_review"),
        ("q4i-count", "48k weights", "needs_review"),
        ("q4i-count", "48 weights per filter, so in total 1,440 weights", "needs_review"),
        ("q4i-count", "48 shared weights, divided by 3 filters gives 16 weights", "needs_review"),
        ("q4ii-count", "75 pixels in all maps, but ReLU is shared, so 25 operations", "failed"),
        ("q4iii-count", "348 connections in all, but only 300 weights are learned", "needs_review"),
        ("q4i-count", "16 * 3 weights", "passed"),
        ("q4ii-count", "5x5x3 operations", "passed"),
        ("q4iii-count", "48 + 75*4 weights", "passed"),
        ("q4iii-count", "48 + 300 = 349", "failed"),
        ("q4i-count", "48 weights. Three filters with 4x4 = 16 weights each", "passed"),
        ("q4i-count", "The convolution has 16 weights.", "failed"),
        ("q4i-count", "about 500", "needs_review"),
        ("q4i-count", "no number", "needs_review"),
        ("q1-sizes", "Stride 2: not possible, so 6x6. Stride 3: 4x4. Stride 4: 3x3. Stride 5: 3x3.", "needs_review"),
        ("q1-sizes", "Stride 2: 6x6x3. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3x3.", "failed"),
        ("q1-sizes", "Stride 2: 6x6x64. Stride 3: no. Stride 4: not possible. Stride 5: 3x3.", "needs_review"),
        ("q1-sizes", "Stride 2: 6x6x64. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3x64.", "passed"),
        ("q1-sizes", "Padding 1. Stride 2: 7x7. Stride 3: 5x5. Stride 4: 4x4. Stride 5: not possible.", "passed"),
    ],
)
def test_numbers(check: str, answer: str, status: str) -> None:
    assert shipped_check(check).judge(context(answer)).status == status


HEAD = "| hidden size | shift | epochs | noise removed (%) | training time (s) |\n|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (HEAD + "".join(f"| {h} | 10 | 100 | 5{n}.5{n} | 120 |\n" for n, h in enumerate((40, 20, 60, 70, 30), 4)), "passed"),
        (TABLE.format(first="58.51", last="56.64").replace("Removed", "Remaining"), "needs_review"),
        ("Configuration | Noise removed (%)\n" + "".join(f"hidden {h} | 57.{h} %\n" for h in (20, 60, 70, 30)) + "optimizer SGD | 57.2\n", "needs_review"),
        ("".join(f"hidden {h} | 57.{n} %\n" for n, h in enumerate((40, 40, 40, 40, 40))), "failed"),
    ],
    ids=["a column more", "remaining", "a row that is not read", "one configuration five times"],
)  # fmt: skip
def test_tables_that_were_once_misread(answer: str, status: str) -> None:
    assert shipped_check("q4-table").judge(context(answer)).status == status


LAYERS = (
    "Input: (batch, seq, 1)\nPadding: (batch, seq + shift, 1)\nFirst LSTM: (batch, seq + shift, hidden)\n"
    "Slice: (batch, seq, hidden)\nSecond LSTM: (batch, seq, hidden)\nLinear: (batch, seq, 1)"
)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (LAYERS, "passed"),
        (LAYERS.replace("First LSTM: (batch, seq + shift", "First LSTM: (batch, seq"), "failed"),
        (LAYERS.replace("Second LSTM: (batch, seq, hidden)", "Second LSTM: (batch, hidden)"), "failed"),
        (LAYERS.replace("seq + shift", "T + 10"), "needs_review"),
        (LAYERS + "\nThe first LSTM receives (batch, seq + shift, 1).", "needs_review"),
        ("Nothing about shapes.", "needs_review"),
        (
            LAYERS.replace("seq", "80").replace("80 + shift", "90").replace("hidden", "40").replace("batch", "10"),
            "passed",
        ),
    ],
)
def test_written_shapes(answer: str, status: str) -> None:
    assert shipped_check("q3-shapes").judge(context(answer)).status == status


J = "$J_{k+1} = \\mathrm{diag}(\\sigma'(z_{k+1}))$"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (J, "passed"),
        (J + " multiplied by the recurrent weight matrix $W$.", "needs_review"),
        ("The negative of " + J, "needs_review"),
        (J + " is not right.", "needs_review"),
        ("$J_{k+1} = \\frac{\\partial h_{k+1}}{\\partial h_k}$", "needs_review"),
        ("$J_{k+1} = \\frac{\\partial h_{k+1}}{\\partial z_{k+1}} W$", "needs_review"),
        (J + ", and $J_{k+1} = W$", "needs_review"),
        ("We do not know.", "needs_review"),
    ],
)
def test_words_around_a_formula_count(answer: str, status: str) -> None:
    assert shipped_check("11-2-3a-jacobian").judge(context(answer)).status == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("Facts. Sources: none", "failed"),
        ("Sources of error are the vanishing gradients.", "failed"),
        ("Facts (Muster et al., 2016, p. 370).", "passed"),
        ("Facts (see Muster et al., 2016).", "passed"),
        ("Muster and Beispiel (1997) show it.", "passed"),
        ("Facts. Ref: a book", "passed"),
        ("Facts, as in the lecture of 2024.", "needs_review"),
    ],
)
def test_sources_in_many_forms(answer: str, status: str) -> None:
    assert make("names_sources").judge(context(answer)).status == status


@pytest.mark.parametrize(
    "answer", ["References to older states. " + HUNDRED * 2, "Source: a book. " + HUNDRED * 2, "$" + HUNDRED * 2 + "$"]
)
def test_a_limit_cannot_be_met_by_calling_the_text_a_reference(answer: str) -> None:
    assert make("word_limit", most=100).judge(context(answer)).status in ("failed", "needs_review")
