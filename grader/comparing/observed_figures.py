"""The figures that were observed while a notebook ran, and what their observation may have missed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, Literal

from grader.comparing.curves import distinct
from grader.model import Array, CellRun, Outcome, Place, Submission, Text
from grader.model.finding import UNKNOWN_PLACE
from grader.model.message import say, say_number

Label = Literal["title", "x", "y", "legend", "any"]
OTHER_LIBRARIES = re.compile(r"\b(plotly|bokeh|altair|holoviews|PIL|cv2|imageio|tensorboard|wandb|vedo|pyvista)\b")
PLOTTING = re.compile(r"\b(matplotlib|pyplot|pylab|seaborn)\b")


@dataclass(frozen=True)
class ObservedFigure:
    """Some axes with their curves, and the words that belong to all of them."""

    axes: Sequence[Mapping[str, Any]]
    curves: Sequence[Sequence[Array]]  # of each axes, arrays of the shape (2, points)
    words: Sequence[str]
    place: Place = UNKNOWN_PLACE

    @cached_property
    def distinct(self) -> list[Array]:
        """Return the distinct curves of all axes."""
        return distinct(curve for curves in self.curves for curve in curves)

    @property
    def full_axes(self) -> int:
        """Return the number of axes that show something."""
        pairs = zip(self.axes, self.curves, strict=True)
        return sum(bool(distinct(curves) or axes["images"] or axes["others"]) for axes, curves in pairs)

    @property
    def others(self) -> int:
        """Return the number of its parts that are neither curves nor images."""
        return sum(axes["others"] for axes in self.axes)

    @property
    def images(self) -> int:
        """Return the number of distinct images."""
        return len({digest for axes in self.axes for digest in axes["images"]})

    def labels(self, label: Label) -> list[str]:
        """Return the words of one place, each once; words beside the axes may be titles or legends."""
        names = ("title", "x", "y", "legend", "words") if label == "any" else (label,)
        found = [axes[name] for axes in self.axes for name in names]
        texts = [text for one in found for text in ([one] if isinstance(one, str) else one)]
        beside = list(self.words) if label in ("title", "legend", "any") else []
        return list(dict.fromkeys(text for text in (*texts, *beside) if text.strip()))


def observed_figures(outcome: Outcome, submission: Submission) -> list[ObservedFigure]:
    """Return the figures of a reply to the request `figures`, in their order."""
    found = []
    for number, entry in enumerate(outcome.value["figures"]):
        curve = count()
        curves = [[outcome.arrays[f"figure{number}.curve{next(curve)}"] for _ in a["curves"]] for a in entry["axes"]]
        found.append(ObservedFigure(entry["axes"], curves, entry["words"], place_of(submission, entry["cell"])))
    return found


def together(figures: Sequence[ObservedFigure]) -> ObservedFigure:
    """Return all figures as one."""
    return ObservedFigure(
        [axes for one in figures for axes in one.axes],
        [curves for one in figures for curves in one.curves],
        [word for one in figures for word in one.words],
    )


def place_of(submission: Submission, digest: str) -> Place:
    """Return the place of the cell with this digest of its code; an unknown one for code of the grader's own."""
    return next((cell.place for cell in submission.cells if digest and digest_of(cell.code) == digest), Place())


def digest_of(code: str) -> str:
    """Return what the process of a submission calls a cell by."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:16]


def pictures_of(outcome: Outcome | None, submission: Submission) -> Iterator[tuple[Text, bytes]]:
    """Yield pictures with captions: those that were drawn here, then stored ones of cells that drew fewer."""
    known = outcome is not None and outcome.status == "ok"
    entries = outcome.value["figures"] if known and outcome is not None else []
    for number, entry in enumerate(entries):
        if entry["picture"] and outcome is not None:
            place = place_of(submission, entry["cell"]).in_words()
            title = say("Figure {number}, drawn here", number=number + 1)
            if place:
                title = say("Figure {number}, drawn here: {place}", number=number + 1, place=place)
            yield title, outcome.arrays[f"figure{number}.picture"].tobytes()
    for cell in submission.cells:
        if len(cell.pictures) > sum(entry["cell"] == digest_of(cell.code) for entry in entries):
            title = say("Stored in the notebook and not drawn here: {place}", place=cell.place.in_words())
            yield from ((title, data) for data in cell.pictures)


def missed(outcome: Outcome, submission: Submission, runs: Sequence[CellRun]) -> Iterator[Text]:
    """Yield what the observation may have missed, a sentence each; where there is one, a lack proves nothing."""
    stopped = sum(run.status != "ok" for run in runs)
    if stopped:
        yield say_number("{n} cell did not run to its end.", "{n} cells did not run to their end.", stopped)
    left = outcome.value["left_out"] + sum(not entry["whole"] for entry in outcome.value["figures"])
    if left:
        yield say_number("{n} figure was not observed completely.", "{n} figures were not observed completely.", left)
    stored = sum(len(cell.pictures) for cell in submission.cells)
    if stored > len(outcome.value["figures"]):
        yield say_number("The notebook has {n} stored picture.", "The notebook has {n} stored pictures.", stored)
    code = "\n".join(cell.source for cell in submission.cells)
    if found := OTHER_LIBRARIES.search(code):
        yield say("The code also uses {library}.", library=found.group())
    modules = [module.origin for module in submission.other_modules if PLOTTING.search(module.source)]
    if modules:
        yield say("Not run by itself, and plots: {files}.", files=modules)
    files = sorted(name for name in submission.files if name.lower().endswith(".pdf"))[:5]  # of which text is read
    if files:
        yield say("The submission contains {files}.", files=files)
    if submission.unread:
        yield submission.unread
