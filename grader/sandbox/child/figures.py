"""Keep what a notebook plots: each figure's parts and picture, when it is shown or closed. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
Figures end with the cell, as in Jupyter. All that is kept is the word of the student's process.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import sys
import weakref
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.names import _find
    from grader.sandbox.child.steps import call_by_name

MAX_FIGURES = 40
MAX_PICTURES = 12
MAX_CURVES = 400  # of all figures
MAX_POINTS = 1000  # of one curve; of a longer one, every n-th
MAX_AXES = 64
MAX_PICTURE = 1 << 20  # bytes
MAX_SIDE = 900  # pixels
FIGURE_BACKEND = "_grader_figures"


class FigureKeeper:
    """The figures of one run, described in the order in which they were shown or closed."""

    def __init__(self) -> None:
        self.cell, self.on = "", False
        self.figures: list[dict[str, Any]] = []
        self.arrays: dict[str, Any] = {}
        self.left_out = 0
        self._known: weakref.WeakSet[Any] = weakref.WeakSet()

    def keep(self, figure: Any) -> None:
        """Describe a figure and draw it; whatever goes wrong here, the student's code goes on."""
        if not self.on or figure in self._known or not (figure.axes or figure.texts or figure.images):
            return
        self._known.add(figure)
        if len(self.figures) >= MAX_FIGURES:
            self.left_out += 1
            return
        name = f"figure{len(self.figures)}"
        try:
            described = {**self._described(figure, name), "cell": self.cell, "picture": self._drawn(figure, name)}
            self.figures.append(described)
        except Exception:  # such as data without numbers
            self.left_out += 1
            self.arrays = {key: one for key, one in self.arrays.items() if key.partition(".")[0] != name}

    def _described(self, figure: Any, name: str) -> dict[str, Any]:
        shown = [axes for axes in figure.axes if axes.get_visible() and axes.get_label() != "<colorbar>"]
        words = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
        whole, curves, parts = len(shown) <= MAX_AXES, 0, []
        for axes in shown[:MAX_AXES]:
            lines = [line for line in axes.lines if line.get_visible()]
            found = [np.array([np.asarray(part, float) for part in line.get_data(orig=False)]) for line in lines]
            dots = [group for group in axes.collections if type(group).__name__ == "PathCollection"]
            found += [np.asarray(group.get_offsets().filled(np.nan), float).T for group in dots]
            labels = [str(part.get_label())[:200] for part in (*lines, *dots)]
            first = curves
            for data in found:
                kept = sum(key.rpartition(".")[2].startswith("curve") for key in self.arrays)
                if kept >= MAX_CURVES:
                    whole = False
                    break
                self.arrays[f"{name}.curve{curves}"] = data[:, :: -(-data.shape[1] // MAX_POINTS) or 1]
                curves += 1
            parts.append({**_words_of(axes), **_rest_of(axes, len(dots)), "curves": labels[: curves - first]})
        return {"words": _short(text.get_text() for text in words), "axes": parts, "whole": whole}

    def _drawn(self, figure: Any, name: str) -> bool:
        if sum(one["picture"] for one in self.figures) >= MAX_PICTURES:
            return False
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        buffer, own = io.BytesIO(), figure.canvas
        dots = min(100.0, MAX_SIDE / max(*figure.get_size_inches(), 0.1))
        try:
            FigureCanvasAgg(figure).print_figure(buffer, format="png", dpi=dots)
        except Exception:
            return False
        finally:
            figure.set_canvas(own)
        if buffer.tell() > MAX_PICTURE:
            return False
        self.arrays[f"{name}.picture"] = np.frombuffer(buffer.getvalue(), np.uint8)
        return True


def _short(texts: Any) -> list[str]:
    return [text[:200] for text in list(texts)[:50] if text.strip()]


def _words_of(axes: Any) -> dict[str, Any]:
    titles = [axes.get_title(loc=where) for where in ("left", "center", "right")]
    legend = axes.get_legend()
    return {
        "title": " ".join(title for title in titles if title.strip())[:200],
        "x": axes.get_xlabel()[:200],
        "y": axes.get_ylabel()[:200],
        "legend": _short(text.get_text() for text in legend.get_texts()) if legend is not None else [],
        "words": _short(text.get_text() for text in axes.texts),
    }


def _rest_of(axes: Any, dots: int) -> dict[str, Any]:
    images = [np.ascontiguousarray(np.ma.getdata(image.get_array())) for image in axes.images[:MAX_AXES]]
    digests = [hashlib.sha256(str(one.shape).encode() + one.tobytes()).hexdigest()[:16] for one in images]
    return {"images": digests, "others": len(axes.patches) + len(axes.collections) - dots}


FIGURES = FigureKeeper()


def _show(*_: Any, **__: Any) -> None:
    """Stand for `plt.show()`: keep what is open, and close it as Jupyter does."""
    from matplotlib import _pylab_helpers

    for manager in _pylab_helpers.Gcf.get_all_fig_managers():
        FIGURES.keep(manager.canvas.figure)
    _pylab_helpers.Gcf.destroy_all()


def watch_figures() -> None:
    """Keep figures from now on; called before any student code. Without matplotlib, there is nothing to keep."""
    try:
        from matplotlib import _pylab_helpers, pyplot
        from matplotlib.backends.backend_agg import FigureCanvasAgg
    except ImportError:
        return
    backend = ModuleType(FIGURE_BACKEND)
    vars(backend).update(FigureCanvas=FigureCanvasAgg, show=_show)
    sys.modules[FIGURE_BACKEND] = backend
    pyplot.switch_backend(f"module://{FIGURE_BACKEND}")
    managers: Any = _pylab_helpers.Gcf
    destroy = managers.destroy.__func__

    def kept_first(owner: Any, number: Any) -> Any:
        found = owner.figs.get(number) if isinstance(number, int) else number
        if (canvas := getattr(found, "canvas", None)) is not None:
            FIGURES.keep(canvas.figure)
        return destroy(owner, number)

    managers.destroy = classmethod(kept_first)


def begin_figures(cell: str) -> None:
    """Note that a cell of the submission begins; `cell` is empty for code of the grader's own."""
    FIGURES.cell, FIGURES.on = cell, bool(cell)


def end_figures() -> None:
    """Keep and close what the cell left open."""
    if "matplotlib.pyplot" in sys.modules:
        with contextlib.suppress(Exception):
            _show()
    FIGURES.on = False


def kept_figures(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of the run so far, or of one call of the function `target` with `given`."""
    global FIGURES
    kept, watched = FIGURES, FIGURE_BACKEND in sys.modules
    if arguments.get("target"):
        function = _find(arguments["target"])
        FIGURES = FigureKeeper()
        FIGURES.on = True
        try:
            call_by_name(function, arguments.get("given", {}))
            end_figures()
            found = FIGURES
        finally:
            FIGURES = kept
    else:
        found = kept
    sent.update(found.arrays)
    return {"figures": found.figures, "left_out": found.left_out, "watched": watched}
