"""Make the submissions for every tool: the same cells, with a training or without."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "submissions" / "noise-removal" / "right-template"

TRAINING = """
torch.manual_seed(0)
time_axis = torch.linspace(0, 5, 80)
clean = torch.sin(torch.rand(200, 1) * 4 * time_axis + torch.rand(200, 1) * 6)[..., None]
noisy = clean + 0.3 * torch.randn_like(clean)
trained = NoiseRemovalModel(hidden_size=40, shift=10)
optimizer = torch.optim.Adam(trained.parameters(), lr=0.01)
for epoch in range({epochs}):
    for start in range(0, 200, 10):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(trained(noisy[start:start + 10]), clean[start:start + 10])
        loss.backward()
        optimizer.step()
print("loss", float(loss))
"""
CHECKS = """
import torch
model = NoiseRemovalModel(hidden_size=6, shift=10)
assert model(torch.randn(20, 80, 1)).shape == (20, 80, 1)
h, c = LSTMCell(3, 6)(torch.randn(10, 3))
assert h.shape == (10, 6) and c.shape == (10, 6)
output, (h, c) = LSTM(3, 6)(torch.randn(4, 9, 3))
assert output.shape == (4, 9, 6) and h.shape == (4, 6)
"""


def cells(epochs: int) -> list[str]:
    """Return the code cells of the complete sample submission, with a training of this length instead of its own."""
    [path] = sorted(SAMPLE.rglob("*.nb.py"))
    parts = re.split(r"(?m)^# %%(.*)$", path.read_text(encoding="utf-8"))[1:]
    code = [text.strip() for kind, text in zip(parts[::2], parts[1::2], strict=True) if "markdown" not in kind]
    kept = [source for source in code if "class " in source or source.startswith(("import", "from"))]
    return kept + ([TRAINING.replace("{epochs}", str(epochs))] if epochs else [])


def write_notebook(path: Path, sources: list[str]) -> None:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def for_grader(folder: Path, sources: list[str], count: int) -> None:
    """Write a folder of zips and a rubric: the code part of the shipped one without the grader's own training."""
    import zipfile

    for number in range(count):
        # every team has other names for its layers, as real teams do
        own = [re.sub(r"\bself\.(linear|cell)\b", rf"self.\1_{number}", source) for source in sources]
        write_notebook(folder / "notebook.ipynb", own)
        name = f"Muster_{1000101 + 2 * number}_Beispiel_{1000102 + 2 * number}"
        (folder / "zips").mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / "zips" / f"{name}.zip", "w") as archive:
            archive.write(folder / "notebook.ipynb", f"{name}/exercise.ipynb")
            archive.writestr(f"{name}/number.txt", str(number))
    rubric = yaml.safe_load((ROOT / "rubrics" / "noise-removal.yaml").read_text(encoding="utf-8"))
    del rubric["solution"]  # its path is relative to the shipped rubric
    rubric["questions"] = [q for q in rubric["questions"] if q["id"] in ("lstm-cell", "lstm", "model")]
    for question in rubric["questions"]:
        question["checks"] = [check for check in question["checks"] if check["kind"] != "noise_removed"]
        question["points"] = sum(float(check.get("points", 0)) for check in question["checks"])
    rubric["points"] = sum(question["points"] for question in rubric["questions"])
    (folder / "rubric.yaml").write_text(yaml.safe_dump(rubric, sort_keys=False), encoding="utf-8")


def for_nbgrader(folder: Path, sources: list[str], count: int) -> None:
    """Write a course with one assignment: a solution cell to fill in and a cell with the tests."""
    cell_of = nbformat.v4.new_code_cell
    release = nbformat.v4.new_notebook(cells=[_solution("pass"), _tests()])
    release.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source = folder / "source" / "lstm" / "exercise.ipynb"
    source.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(release, source)
    filled = nbformat.v4.new_notebook(cells=[*(cell_of(s) for s in sources[:-1]), _solution(sources[-1]), _tests()])
    filled.metadata = release.metadata
    for number in range(count):
        path = folder / "submitted" / f"team{number:03d}" / "lstm" / "exercise.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(filled, path)
    settings = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\nc.ExecutePreprocessor.timeout = 600\n'
    (folder / "nbgrader_config.py").write_text(settings, encoding="utf-8")


def _solution(source: str) -> Any:
    cell_source = source if source != "pass" else "### BEGIN SOLUTION\npass\n### END SOLUTION"
    cell = nbformat.v4.new_code_cell(cell_source)
    cell.metadata["nbgrader"] = {
        "grade": False, "grade_id": "solution", "locked": False, "schema_version": 3, "solution": True, "task": False,
    }  # fmt: skip
    return cell


def _tests() -> Any:
    cell = nbformat.v4.new_code_cell(CHECKS)
    cell.metadata["nbgrader"] = {
        "grade": True, "grade_id": "tests", "locked": True, "points": 3, "schema_version": 3, "solution": False,
        "task": False,
    }  # fmt: skip
    return cell


def for_otter(folder: Path, sources: list[str]) -> None:
    """Write a notebook and a test file in otter's format."""
    write_notebook(folder / "exercise.ipynb", sources)
    (folder / "tests").mkdir(parents=True, exist_ok=True)
    prompts = [(">>> " if not line.startswith(" ") else "... ") + line for line in CHECKS.strip().splitlines()]
    case = {"code": "\n".join(prompts), "hidden": False, "locked": False}
    test = {"name": "q1", "points": 3, "suites": [{"cases": [case], "scored": True, "type": "doctest"}]}
    text = f"OK_FORMAT = True\n\ntest = {json.loads(json.dumps(test))!r}\n".replace("false", "False")
    (folder / "tests" / "q1.py").write_text(text, encoding="utf-8")


def for_script(folder: Path, sources: list[str]) -> None:
    """Write the cells as one script."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "script.py").write_text("\n\n".join(sources), encoding="utf-8")
    write_notebook(folder / "exercise.ipynb", sources)
