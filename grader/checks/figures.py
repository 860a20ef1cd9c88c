"""The kind `figures`: what a notebook plots has the required curves, images and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr

from grader.checks.base import CheckContext, CreditOrReview, credit_or_none
from grader.checks.with_items import WithItems
from grader.comparing.curves import distinct, shows
from grader.comparing.observed_figures import Label, ObservedFigure, missed, observed_figures, pictures_of, together
from grader.comparing.reference_functions import Reference, mistake_in_name, usual_settings
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.requirements import Observed, Requirement, number_met, table_of
from grader.model import Request, Table, Text
from grader.model.message import say, say_number, sentences
from grader.model.verdict import Verdict, needs_review, reference_stopped

LABELS: Mapping[Label, Text] = {
    "title": say("a title"),
    "x": say("a label of the x axis"),
    "y": say("a label of the y axis"),
    "legend": say("a legend"),
    "any": say("labels, a title or a legend"),
}
MAX_WORDS = 8  # of a figure that a table shows
TUTOR = say("A tutor will look at the notebook.")


class Figures(WithItems):
    """The figures that the notebook draws show what is required: curves, images, labels."""

    observes: ClassVar[str] = "figures"
    label: ClassVar[Text] = say("Figures")
    example: ClassVar[str] = "{kind: figures, points: 1, axes: 6, curves: 12, labels: [any]}"
    explanation: ClassVar[str] = """\
Figures are observed while the cells run, from matplotlib itself: when they are shown, closed, or left open at the end
of a cell. Their pictures are in the report and at the desk, drawn anew; where a cell draws fewer pictures than it was
submitted with, the stored ones are there, too. The requirements may be met by one figure or by all of them together.

What the notebook's process says about its figures could be forged, so it earns no points by itself: a tutor confirms
it, with the picture beside it. With `shows`, curves are compared with functions of the course, and the check can pass.
A lack needs review, unless `missing_earns` is a share of the points: then the check fails if all cells ran, nothing was
drawn in another way, and everything was observed."""
    kind: Literal["figures"] = "figures"
    axes: int = Field(0, ge=0, description="axes that show something")
    curves: int = Field(0, ge=0, description="curves that differ from each other, in all axes together")
    curves_each: int = Field(0, ge=0, description="curves that differ, in each of `axes` axes, or in one")
    images: int = Field(0, ge=0, description="images that differ (`imshow`), in all axes together")
    labels: tuple[Label, ...] = Field((), description="places with words; `any` is one of them, or a text")
    shows: tuple[str, ...] = Field(
        (), description="functions of the course as module:name, from an array x to y; a curve has their values"
    )
    target: str = Field("", pattern=r"^([A-Za-z_]\w*)?$", description="a function that draws, called in place of cells")
    given: dict[str, bool | int | float | str] = Field({}, description="the arguments of `target`, by name")
    missing_earns: CreditOrReview = Field("review", description="share of the points if a requirement is not met")
    guide: str = Field("", description="what earns the points, for the tutor")
    _folder: str = PrivateAttr("")

    @property
    def confirmed_by_people(self) -> bool:
        """Return whether a tutor confirms what is right."""
        return not self.shows

    def model_post_init(self, context: Any) -> None:
        """Note the folder of the rubric, in which the functions may be."""
        super().model_post_init(context)
        self._folder = (context or {}).get("folder", "")

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        if not (self.axes or self.curves or self.curves_each or self.images or self.labels or self.shows):
            return "'figures' needs a requirement, such as 'curves'"
        if self.given and not self.target:
            return "'given' needs 'target'"
        return next((what for name in self.shows if (what := mistake_in_name(name))), "") or super().mistake_in_keys()

    def mistake_in_reference(self, seed: int) -> str:
        """Return why nothing can be compared with the functions of the course."""
        try:
            for name in self.shows:
                self._function(name)(np.linspace(0.0, 1.0, 5))
        except ReferenceFault as fault:
            return str(fault)
        return ""

    @property
    def _request(self) -> Request:
        return Request("figures", {"target": self.target, "given": self.given} if self.target else {})

    def ask(self, context: CheckContext) -> list[Request]:
        """Request the figures that were observed."""
        return [self._request]

    def judge(self, context: CheckContext) -> Verdict:
        """Hold the requirements against each figure, and against all of them together."""
        outcome = context.observed(self._request, self.target, say("No code was run, so no figure was drawn."), TUTOR)
        if isinstance(outcome, Verdict):
            return outcome
        if not outcome.value["watched"]:
            return needs_review(say("Figures are not observed here."), TUTOR)
        figures = observed_figures(outcome, context.submission)
        doubts = list(missed(outcome, context.submission, context.evidence.cells))
        if not figures:
            return replace(needs_review(sentences(say("No figure was drawn."), *doubts), TUTOR), guide=self.guide)
        try:
            candidates = [self._requirements(one) for one in (*figures, together(figures))]
        except ReferenceFault as fault:
            return reference_stopped(", ".join(self.shows), fault)
        best = max(candidates, key=number_met)  # the first of equally good ones: a figure by itself
        table = table_of(say("Figures: required and found"), best)
        credit = credit_or_none(self.missing_earns)
        verdict = Observed(best, table, doubts, bool(self.shows), credit, self.guide).verdict()
        shown = next((one for one, found in zip(figures, candidates, strict=False) if found is best), figures[-1])
        return replace(verdict, details=(*verdict.details, _listed(figures))).at(shown.place)

    def _requirements(self, figure: ObservedFigure) -> list[Requirement]:
        found = [*self._counted(figure), *self._shown(figure)]
        for label in self.labels:
            words = figure.labels(label)
            found.append(Requirement(LABELS[label], ", ".join(words[:MAX_WORDS]) or say("none"), bool(words)))
        return found

    def _counted(self, figure: ObservedFigure) -> Iterator[Requirement]:
        alone = not figure.others  # a curve may be drawn as something else
        if self.axes:
            what, full = say("{n} axes", n=self.axes), figure.full_axes
            yield Requirement(what, str(full), full >= self.axes)
        if self.curves:
            what = say_number("{n} distinct curve", "{n} distinct curves", self.curves)
            yield Requirement(what, str(len(figure.distinct)), len(figure.distinct) >= self.curves, alone)
        if self.curves_each:
            enough = sum(len(distinct(curves)) >= self.curves_each for curves in figure.curves)
            what = say_number("{n} distinct curve in each", "{n} distinct curves in each", self.curves_each)
            yield Requirement(what, say("in {n} axes", n=enough), enough >= max(1, self.axes), alone)
        if self.images:
            what = say_number("{n} distinct image", "{n} distinct images", self.images)
            yield Requirement(what, str(figure.images), figure.images >= self.images)

    def _shown(self, figure: ObservedFigure) -> Iterator[Requirement]:
        for name in self.shows:
            with usual_settings():
                met = shows(figure.distinct, self._function(name))
            what = say("a curve with the values of {function}", function=name.rpartition(":")[2])
            yield Requirement(what, say("it is there") if met else say("no such curve"), met, proves=False)

    def _function(self, name: str) -> Any:
        reference = Reference(name, self._folder)
        function = reference.get()
        return lambda x: np.asarray(reference.call(function, {"x": x}, {}))

    def pictures(self, context: CheckContext) -> list[tuple[Text, bytes]]:
        """See `Check.pictures`."""
        return list(pictures_of(context.outcome(self._request), context.submission))


def _listed(figures: list[ObservedFigure]) -> Table:
    """Return a table with a row for each figure."""
    rows = tuple(
        (
            str(number),
            figure.place.in_words(),
            str(figure.full_axes),
            str(len(figure.distinct)),
            ", ".join(figure.labels("any")[:MAX_WORDS]),
        )
        for number, figure in enumerate(figures, 1)
    )
    head = (say("Figure"), say("Place"), say("Axes"), say("Distinct curves"), say("Words"))
    return Table(say("Figures that were drawn"), head, rows)
