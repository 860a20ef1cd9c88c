"""Train the reference over seeds and configurations; keep the percentages as a small file.

Run as `python -m reference.calibrate reference/calibration/noise-removal.json [SEEDS]`; it goes on where it stopped.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from reference.lstm import FusedNoiseRemovalModel
from reference.noise import Training, run

CONFIGURATIONS = (
    Training(epochs=100),
    Training(hidden_size=20, epochs=100),
    Training(hidden_size=60, epochs=100),
    Training(hidden_size=70, epochs=100),
    Training(shift=3, epochs=100),
    Training(hidden_size=80, shift=5, epochs=100),
    Training(batch_size=5, epochs=100),
    Training(epochs=200),
    Training(epochs=300),
)


def key(training: Training) -> str:
    """Name a configuration: `hidden 40, shift 10, epochs 100, batch 10, lr 0.01`."""
    return (
        f"hidden {training.hidden_size}, shift {training.shift}, epochs {training.epochs}, "
        f"batch {training.batch_size}, lr {training.learning_rate:g}"
    )


def main(path: Path, seeds: int) -> None:
    """Add the percentages that are missing in `path`, seed by seed over all configurations."""
    torch.set_num_threads(1)
    kept = json.loads(path.read_text()) if path.exists() else {"percent_removed": {}}
    kept["made_with"] = {"torch": torch.__version__, "model": "FusedNoiseRemovalModel", "first_seed": 1}
    for seed in range(1, seeds + 1):
        for configuration in CONFIGURATIONS:
            values = kept["percent_removed"].setdefault(key(configuration), [])
            if len(values) < seed:
                training = Training(**{**vars(configuration), "seed": seed})
                values.append(round(run(training, FusedNoiseRemovalModel), 4))
                path.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8)
