"""Similar code is found although names differ; common and short code is not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model import Cell, Submission
from grader.report.similarity_pages import overview, side_by_side
from grader.similarity.code_similarity import Code, code_of, pairs
from tests.command_line import run
from tests.report.test_pages import EVIL

TEMPLATE = '''
class LSTMCell(nn.Module):
    """Fill in: gates, cell state, hidden state."""
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.register_buffer("start", torch.zeros(1, hidden_size))
'''
OWN = """
    def forward(self, x, state=None):
        h, c = state if state is not None else (self.start, self.start)
        gates = self.linear(torch.cat([x, h], dim=-1))
        i, f, g, o = gates.chunk(4, dim=-1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        if not torch.isfinite(h).all():
            raise ValueError("the state is not finite")
        return h, c
"""
ANOTHER = """
    def forward(self, inputs, previous):
        old_hidden, old_cell = previous
        forget = (self.wf(inputs) + self.uf(old_hidden)).sigmoid()
        candidate = (self.wc(inputs) + self.uc(old_hidden)).tanh()
        inputs_gate = (self.wi(inputs) + self.ui(old_hidden)).sigmoid()
        new_cell = forget * old_cell
        new_cell += inputs_gate * candidate
        out = (self.wo(inputs) + self.uo(old_hidden)).sigmoid()
        for name, value in self.watched.items():
            self.log[name].append(float(value.mean()))
        return out * new_cell.tanh(), new_cell
"""


def renamed(code: str) -> str:
    """Return the same code with other names, comments and spaces, as in a copy."""
    for old, new in (("gates", "alles"), (" i,", " a1,"), (r"\bc\b", "zelle"), (r"\bh\b", "versteckt")):
        code = re.sub(old, new, code)
    lines = [line + "   # eigene Arbeit" if line.strip() else line for line in code.splitlines()]
    return "\n".join(lines).replace("sigmoid(i)", "sigmoid(a1)").replace(", dim=-1", ",  dim = -1")


def test_a_renamed_copy_is_found_and_another_solution_of_the_same_task_is_not() -> None:
    teams = [Code("a", TEMPLATE + OWN), Code("b", TEMPLATE + renamed(OWN)), Code("c", TEMPLATE + ANOTHER)]
    [pair] = pairs(teams, [Code("template", TEMPLATE)])
    assert (pair.first.team, pair.second.team) == ("a", "b")
    assert min(pair.shares) > 0.8
    first, second = pair.places
    shared = "".join(pair.first.text[begin:end] for begin, end in first)
    assert "torch.sigmoid(f) * c" in shared
    assert "class LSTMCell" not in shared
    assert any("eigene Arbeit" in pair.second.text[begin:end] for begin, end in second)


def test_the_template_counts_where_it_is_not_subtracted() -> None:
    teams = [Code("a", TEMPLATE + OWN), Code("c", TEMPLATE + ANOTHER)]
    assert pairs(teams, least=0.2) != []
    assert pairs(teams, [Code("template", TEMPLATE)], least=0.2) == []


def test_what_most_teams_share_is_taken_as_given() -> None:
    others = [Code(f"team {n}", TEMPLATE + f"\nvalue = {n}\n") for n in range(8)]
    assert pairs(others) == []
    assert len(pairs(others[:3])) == 3


def test_notebooks_and_modules_are_one_text_in_their_order() -> None:
    cells = (Cell(1, "a = 1", "team.ipynb, cell 1"), Cell(2, "b = 2", "lib/model.py", module="lib.model"))
    files = {"lib/model.py": b"b = 2", "lib/rest.py": b"c = 3", "data.csv": b"1"}
    text = code_of(Submission("t", "t.zip", "d", files=files, cells=cells)).text
    assert text == "# team.ipynb, cell 1\na = 1\n\n# lib/model.py\nb = 2\n\n# lib/rest.py\nc = 3\n"


@pytest.mark.parametrize("text", ["", "x", "'''", "%matplotlib inline\n!ls", "\x00\ud800", "def f(:\n" * 50])
def test_what_is_no_python_does_no_harm(text: str) -> None:
    assert pairs([Code("a", text), Code("b", text)], [Code("t", text)]) == []


def test_hostile_code_stands_in_the_pages_as_text() -> None:
    [pair] = pairs([Code("a", TEMPLATE + OWN), Code(EVIL, TEMPLATE + renamed(OWN) + f"\n# {EVIL}")], least=0.1)
    for page in (side_by_side(EVIL, pair), overview(EVIL, [replace(pair, shares=(1.0, 0.5))], 2, "similarity")):
        assert "<script" not in page
        assert "<img" not in page
        assert "default-src 'none'" in page


@pytest.mark.kernel
def test_the_command_writes_pages_and_the_index_links_to_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number, code in enumerate((OWN, renamed(OWN), ANOTHER)):
        (tmp_path / "in" / f"Team_{1000001 + number}.py").write_text(TEMPLATE + code)
    (tmp_path / "given.py").write_text(TEMPLATE)
    (tmp_path / "rubric.yaml").write_text(
        "rubric: 1\ntitle: Cells\npoints: 0\nquestions: [{id: a, title: A, points: 0, checks: [{kind: manual, guide: look}]}]\n"
    )
    graded = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "-q", cwd=tmp_path)
    assert graded.returncode in (0, 1), graded.stderr
    done = run("similarity", "in", "--template", "given.py", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 pair of 3 teams; out/similarity.html" in done.stdout
    data = json.loads(run("similarity", "in", "--template", "given.py", "--out", "out", "--json", cwd=tmp_path).stdout)
    assert data["page"] == "out/similarity.html"
    assert [(sorted(pair), len(pair["teams"]), len(pair["shares"])) for pair in data["pairs"]] == [
        (["shares", "teams"], 2, 2)
    ]
    assert 'href="similarity.html"' in (tmp_path / "out" / "index.html").read_text()
    assert 'href="similarity/1.html"' in (tmp_path / "out" / "similarity.html").read_text()
    pair = (tmp_path / "out" / "similarity" / "1.html").read_text()
    assert "<mark>" in pair
    assert "Team_1000003" not in pair
    nothing = run("similarity", "in", "--template", "rubric.yaml", cwd=tmp_path)
    assert nothing.returncode == 2
    assert "Traceback" not in nothing.stderr
