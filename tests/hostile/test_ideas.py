"""Each idea of an attack works without the list of allowed names, and its definition is not followed with it."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from grader.definitions.bindings import Bindings
from grader.definitions.extract import first_doubt
from grader.model import Cell
from tests.hostile.ideas import IDEAS, definition

OFF = """
import json, os, sys
from pathlib import Path
ideas, folder = json.loads(sys.stdin.read()), sys.argv[1]
worked = []
for name, (source, proof) in ideas.items():
    if not os.fork():
        SECRET, ARRAY, STORED = (f"{folder}/{file}" for file in ("secret.txt", "array.npy", "stored.pt"))
        NEW = f"{folder}/new-{name}"
        space = {"SECRET": SECRET, "ARRAY": ARRAY, "STORED": STORED, "NEW": NEW, "os": os}
        try:
            exec(source, space)
            space["x"] = space["torch"].ones(1, 1)
            space["out"] = space["Net"]().forward(space["x"])
            if eval(proof, space):
                Path(folder, f"worked-{name}").touch()
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The ideas that succeed in an interpreter without the defence."""
    folder = tmp_path_factory.mktemp("ideas")
    (folder / "secret.txt").write_text("4242 4343\n", encoding="ascii")
    np.save(folder / "array.npy", np.array([4242]))
    torch.save(torch.tensor([4242]), folder / "stored.pt")
    ideas = {name: (definition(idea), idea.proof) for name, idea in IDEAS.items()}
    command = [sys.executable, "-W", "ignore", "-c", "import torch, numpy, matplotlib.pyplot\n" + OFF, str(folder)]
    subprocess.run(command, input=json.dumps(ideas), text=True, check=True, capture_output=True, timeout=100)
    return {path.name.removeprefix("worked-") for path in folder.glob("worked-*")}


@pytest.mark.hostile
@pytest.mark.parametrize("name", IDEAS)
def test_without_the_list_the_attack_succeeds(name: str, worked: set[str]) -> None:
    assert name in worked


@pytest.mark.hostile
@pytest.mark.parametrize("name", IDEAS)
def test_with_the_list_its_definition_is_not_followed(name: str) -> None:
    doubt = first_doubt(Bindings.read([Cell(1, definition(IDEAS[name]), "a.ipynb, cell 1")]), "Net")
    assert doubt is not None, IDEAS[name].claim


@pytest.mark.hostile
def test_the_same_definition_without_an_attack_is_followed() -> None:
    honest = definition(IDEAS["loadtxt"]).replace("np.loadtxt(SECRET)", "torch.tanh(x)")
    assert first_doubt(Bindings.read([Cell(1, honest, "a.ipynb, cell 1")]), "Net") is None
