"""Likeness by letters: the order, the groups with their guard, and the closest graded answer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bench import likeness
from grader.similarity.likeness import MAX_ANSWERS, MAX_LETTERS, NEAR, Likeness, means_other

SENTENCE = (
    "The gradient vanishes since it is multiplied by a small number in each step through time, so nothing is learned"
)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("the layer is linear", "the layer is not linear"),
        ("it is not a but rather w o", "it is a but not rather w o"),
        ("the layer is linear", "the layer isn't linear"),
        ("das Netz ist linear", "das Netz ist nicht linear"),
        ("it has 12 weights", "it has 21 weights"),
        ("it has -1 as a bound", "it has 1 as a bound"),
        ("it has two layers", "it has three layers"),
        ("with $h_t = f(x)$", "with $h_t = g(x)$"),
        ("it depends on h only", "it depends on x only"),
        ("in code `a.T`", "in code `a`"),
        ("the loss increases", "the loss decreases"),
        ("training is stable", "training is unstable"),
        ("the loss is convex", "the loss is non-convex"),
        ("it is the maximum of the loss", "it is the minimum of the loss"),
        ("the encoder reads it", "the decoder reads it"),
        ("it overfits the data", "it underfits the data"),
        ("the training loss falls", "the test loss falls"),
        ("the gradient explodes", "the gradient vanishes"),
        ("a positive slope", "a negative slope"),
        ("all neurons fire", "some neurons fire"),
        ("x ∈ R holds", "x ∉ R holds"),
        ("it is 10% of it", "it is 10 of it"),
        ("updates are synchronous", "updates are asynchronous"),
        ("first the loss falls", "the loss falls first"),
        ("it goes from A to B", "it goes from B to A"),
        ("das ist die Eingabe", "das ist die Ausgabe"),
        ("am Anfang der Folge", "am Ende der Folge"),
        ("die obere Grenze gilt", "die untere Grenze gilt"),
        ("der Verlust steigt", "der Verlust fällt"),
        ("bei hoher Varianz", "bei geringer Varianz"),
        ("das Netz ist überangepasst", "das Netz ist unterangepasst"),
        ("es läuft vorwärts", "es läuft rückwärts"),
        ("es ist ein Trainingsfehler", "es ist ein Testfehler"),
        ("das gilt oft", "das gilt selten"),
        ("trotz der Tiefe", "wegen der Tiefe"),
    ],
    ids=lambda text: text,
)
def test_a_difference_that_may_turn_the_meaning_keeps_answers_apart(first: str, other: str) -> None:
    assert means_other(first, other)
    assert means_other(other, first)
    assert Likeness([f"{SENTENCE}; {first}.", f"{SENTENCE}; {other}."]).groups() == [[0], [1]]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("the layer is not linear", "The layer is  not linear!"),
        ("with $h_t = f(x)$", "with $h_t=f(x)$"),
        ("the gate opens", "a gate opens"),
        ("the gradient vanishes", "the gradients vanish"),
    ],
)
def test_other_differences_do_not(first: str, other: str) -> None:
    assert not means_other(first, other)
    compared = Likeness([f"{SENTENCE}; {first}.", f"{SENTENCE}; {other}."])
    assert compared.groups() == [[0, 1]]
    assert list(compared.pairs()) == [(0, 1)]


def test_like_answers_follow_each_other_and_empty_ones_come_last() -> None:
    gate, filters = "The forget gate keeps the cell's memory", "A convolution slides filters over the picture"
    texts = [gate, "", filters, f"{gate} for long", f"{filters} of the cat", "?"]
    order = Likeness(texts).order()
    assert sorted(order) == list(range(6))
    assert order[4:] == [1, 5]
    assert {frozenset(order[:2]), frozenset(order[2:4])} == {frozenset({0, 3}), frozenset({2, 4})}


def test_answers_without_words_are_like_no_other_one() -> None:
    compared = Likeness(["", "", " ", "x y z"])
    assert compared.groups() == [[3]]
    assert compared.row(0) == [1, 0, 0, 0]
    assert compared.closest(0, [1, 2, 3], at_least=0.01) is None
    assert Likeness([]).order() == []
    empty = Likeness(["", " ", "?"])
    assert (list(empty.pairs()), empty.groups()) == ([], [])


def test_answers_that_differ_after_the_letters_that_are_compared_are_not_near() -> None:
    begin = " ".join([SENTENCE] * (MAX_LETTERS // len(SENTENCE) + 1))
    compared = Likeness([f"{begin} yes", f"{begin} no", f"{begin} yes"])
    assert list(compared.pairs()) == [(0, 2)]


def test_the_closest_answer_is_one_of_those_given_and_alike_enough() -> None:
    compared = Likeness([SENTENCE, f"{SENTENCE} now", "The gradient vanishes", "Cats sit on mats"])
    closest = compared.closest(0, [0, 1, 2, 3], 0.1)
    assert closest is not None
    assert (closest[0], closest[1] >= NEAR) == (1, True)
    assert (compared.closest(0, [2, 3], 0.1) or (None,))[0] == 2
    assert compared.closest(0, [3], 0.4) is None
    assert compared.closest(0, [], 0.0) is None


def test_a_group_has_near_duplicates_of_its_first_answer_only() -> None:
    """Similarity is not transitive: a chain of small steps would join answers that have little in common."""
    words = SENTENCE.split()
    chain = [" ".join(words[start : start + 12]) for start in range(0, 8, 2)]
    compared = Likeness(chain)
    for group in compared.groups():
        assert all(compared.row(group[0])[other] >= NEAR for other in group)


def test_more_answers_than_can_be_ordered_stay_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ANSWERS >= 1000
    monkeypatch.setattr("grader.similarity.likeness.MAX_ANSWERS", 3)
    assert Likeness(["a b c", "x y z", "a b d", "x y w"]).order() == [0, 1, 2, 3]


COPIED = "A prototype shows early whether the main risk of the design can be met"


def test_the_bench_counts_what_likeness_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = "It lets people click on screens that somebody drew before any code was there"
    answers = [(COPIED, 4), (other, 1), (f"{COPIED}!", 4), (f"{other}.", 2), ("No idea at all, sorry", 0)]
    with (tmp_path / "answers.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("q", "a", "x", "y"), *(("1", text, points, 1) for text, points in answers)])
    likeness.main([str(tmp_path / "answers.csv"), "--question=q", "--answer=a", "--first=x", "--second=y"])
    rows = dict(line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:])
    assert rows["answers"] == "5"
    assert rows["step between neighbours' points, in the file's order"] == "2.50"
    assert float(rows["step between neighbours' points, ordered by likeness"]) < 2
    assert rows["answers with a near-duplicate"] == "80.0 %"
    assert rows["near-duplicates with the same points"] == "50.0 %"
    assert rows["mean error of a second person, the same answers"] == "1.00"
    with pytest.raises(SystemExit, match="no such column"):
        likeness.main([str(tmp_path / "answers.csv")])


def test_near_duplicates_are_the_same_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{SENTENCE} {word}" for word in ("now", "then", "there")] + ["Cats sit on mats", ""]
    whole = list(Likeness(texts).pairs())
    assert whole == [(0, 1), (0, 2), (1, 2)]
    monkeypatch.setattr("grader.similarity.likeness.BLOCK", 2)
    assert list(Likeness(texts).pairs()) == whole
