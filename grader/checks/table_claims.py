"""The kind `table_claims`: a table of configurations and percentages, beside those of the reference solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext, words_of
from grader.model import Detail, Quote, Spread, SpreadRow, Table
from grader.model.message import NOTHING, Message, Text, say, say_number, sentences, shortened
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from grader.reading.claims import Claim, best_by_words, percentages, read_claims
from grader.reading.configurations import changes_in
from grader.reading.judge_claims import SHOWN, JudgedClaim, first_doubt, judge_claim
from grader.reading.near_configurations import unmeasured

if TYPE_CHECKING:
    from reference.distribution import Distribution

_LOOKED_AT_BY_TUTOR = say("A tutor will look at it.")


class TableClaims(Check):
    """The table has enough configurations, the team has code for them, and such a training can give its percentages."""

    label: ClassVar[Text] = say("Table of configurations")
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: table_claims
points: 2
rows: 5
initial: {hidden_size: 40, shift: 10, epochs: 100, batch_size: 10, learning_rate: 0.01}
distribution: noise-removal"""
    kind: Literal["table_claims"] = "table_claims"
    rows: int = Field(gt=0, description="the number of configurations that the question requires")
    initial: dict[str, float] = Field(description="the initial configuration, which each row changes")
    distribution: str = Field(
        description="the calibration with the results of the reference solution: a name in reference/calibration"
    )
    possible: tuple[float, float] = Field(
        (0, 90), description="the possible percentages: a higher one fails, a lower one needs review"
    )
    model: str = Field(
        "", description="an earlier check of the team's model; unless it passed, the percentages need review"
    )
    one_change: bool = Field(False, description="whether only rows that change at most one parameter count")

    def mistake_in_keys(self) -> str:
        """Return the missing part of the initial configuration, or that there is no such calibration."""
        lacking = {"hidden_size", "shift", "epochs", "batch_size", "learning_rate"} - set(self.initial)
        if lacking:
            return f"initial lacks {', '.join(sorted(lacking))}"
        try:
            self._known(None)
        except (OSError, ValueError) as error:
            return f"distribution: {error}"
        return ""

    def _known(self, context: CheckContext | None) -> Mapping[str, Distribution]:
        from reference.distribution import Distribution, joined, shipped

        own = context.evidence.distributions if context is not None else {}
        return joined(shipped(self.distribution), {name: Distribution(values) for name, values in own.items()})

    def unmeasured(self, text: str) -> list[str]:
        """Return the configurations of an answer's table that were not trained with the reference."""
        from reference.distribution import name_of

        claimed = [{**self.initial, **claim.configuration} for claim in read_claims(text, self.initial)[0]]
        return [
            name_of(c["hidden_size"], c["shift"], c["epochs"], c["batch_size"], c["learning_rate"])
            for c in unmeasured(claimed, self._known(None))
        ]

    @property
    def checks_before(self) -> Mapping[str, tuple[str, ...]]:
        """See `Check.checks_before`; it reads the finding on the team's model."""
        return {**super().checks_before, "model": (self.model,) if self.model else ()}

    def judge(self, context: CheckContext) -> Verdict:
        """Read the rows; impossible percentages and missing rows fail, unusual percentages need review."""
        if context.answer is None:
            return needs_review(say("There is no answer to read."))
        quote = words_of(context.answer)
        if long := too_long(quote.text):
            return needs_review(long, _LOOKED_AT_BY_TUTOR, quote)
        claims, unread = read_claims(quote.text, self.initial)
        if not claims:
            what = say("No table with configurations and percentages was found.")
            return needs_review(what, _LOOKED_AT_BY_TUTOR, quote)
        known = self._known(context)
        judged = [judge_claim(claim, self.initial, known) for claim in claims]
        shown = (_table(judged), *_spread(judged))
        if unread:
            what = say("A part of the table may be misread: {part}.", part=shortened(unread[0], 200))
            return needs_review(what, _LOOKED_AT_BY_TUTOR, *shown, quote)
        if outside := self._outside(claims, shown, quote):
            return outside
        doubt = first_doubt(judged) or _equal_percentages(claims) or self._conclusion(quote.text, claims)
        if doubt := sentences(doubt, self._unsupported(context)):
            return needs_review(doubt, say("A tutor will look at the code and its output."), *shown, quote)
        return self._counted(claims, shown, quote, percentages(quote.text) - len(claims))

    def _unsupported(self, context: CheckContext) -> Message:
        """Return why no code of the team supports its percentages; nothing if the check of its model has passed."""
        if not self.model:
            nothing = say("The submission has no code that supports the percentages.")
            return NOTHING if context.submission.cells else nothing
        if self.model not in context.findings:
            return say("The check of the team's model has no result, so no code supports the percentages.")
        if context.findings[self.model].status != "passed":
            return say("The check of the team's model did not pass, so no code supports the percentages.")
        return NOTHING

    def _outside(self, claims: Sequence[Claim], shown: tuple[Detail, ...], quote: Quote) -> Verdict | None:
        """Fail for a percentage above the possible ones; one below them needs review."""
        least, most = self.possible
        claim = next((claim for claim in claims if not least <= claim.percent <= most), None)
        if claim is None:
            return None
        if claim.percent > most:
            what = say(
                "{row}: {percent} % of the noise removed is not possible; the possible range is {least} to {most} %.",
                row=claim.words,
                percent=f"{claim.percent:g}",
                least=f"{least:g}",
                most=f"{most:g}",
            )
            return failed(what, say("Check the formula for the noise removed."), *shown, quote)
        what = say(
            "{row}: {percent} % of the noise removed is less than {least} %; a training that diverges adds noise.",
            row=claim.words,
            percent=f"{claim.percent:g}",
            least=f"{least:g}",
        )
        return needs_review(what, _LOOKED_AT_BY_TUTOR, *shown, quote)

    def _counted(self, claims: Sequence[Claim], shown: tuple[Detail, ...], quote: Quote, elsewhere: int) -> Verdict:
        """Count the different configurations; `elsewhere` is the number of percentages outside the table."""
        counting = [claim for claim in claims if not self.one_change or len(claim.configuration) <= 1]
        different = len({tuple(sorted(claim.configuration.items())) for claim in counting})
        if different >= self.rows:
            what = say_number(
                "The percentage is plausible for its configuration.",
                "All {n} percentages are plausible for their configurations.",
                len(claims),
            )
            return passed(what, *shown)
        if elsewhere > 0:
            what = say(
                "Found {configurations} in the table and {percentages} elsewhere in the answer.",
                configurations=say_number("{n} configuration", "{n} configurations", different),
                percentages=say_number("{n} percentage", "{n} percentages", elsewhere),
            )
            return needs_review(what, say("A tutor will count the rows."), *shown, quote)
        what = say_number(
            "The table has {n} configuration; {rows} are required.",
            "The table has {n} different configurations; {rows} are required.",
            different,
            rows=self.rows,
        )
        several = NOTHING
        if len(claims) > len(counting):
            several = say_number(
                "{n} more row changes several parameters at once.",
                "{n} more rows change several parameters at once.",
                len(claims) - len(counting),
            )
        credit = (Decimal(different) / self.rows).quantize(Decimal("0.01"), ROUND_FLOOR)
        hint = say("Train with more configurations, each with a new model.")
        return failed(sentences(what, several), hint, *shown, quote, credit=credit)

    def _conclusion(self, text: str, claims: Sequence[Claim]) -> Message:
        """Return that the words name another row as the best than the table does, or nothing."""
        found = best_by_words(text, claims, self.initial)
        top = max(claims, key=lambda claim: claim.percent)
        if found is None or top.percent <= found[1].percent:
            return NOTHING
        sentence, row = found
        return say(
            "'{sentence}' names {row} ({percent} %) as the best; the table has {best} % for {other}.",
            sentence=sentence[:120],
            row=changes_in(row.configuration),
            percent=f"{row.percent:g}",
            best=f"{top.percent:g}",
            other=changes_in(top.configuration),
        )


def _equal_percentages(claims: Sequence[Claim]) -> Message:
    """Return which different configurations have the same percentage to more than one decimal, or nothing."""
    earlier: dict[float, Claim] = {}
    for claim in claims:
        other = earlier.get(claim.percent)
        coincidence = round(claim.percent, 1) == claim.percent  # with one decimal, equal percentages are common
        if other is not None and other.configuration != claim.configuration and not coincidence:
            return say(
                "{row} and {other} have the same percentage, {percent} %.",
                row=other.words,
                other=claim.words,
                percent=f"{claim.percent:g}",
            )
        earlier[claim.percent] = claim
    return NOTHING


def _table(judged: Sequence[JudgedClaim]) -> Detail:
    rows = tuple(
        (
            one.claim.words,
            changes_in(one.claim.configuration),
            f"{one.claim.percent:g} %",
            one.measured,
            SHOWN[one.verdict],
        )
        for one in judged
    )
    head = (say("Row"), say("Read as"), say("Claimed"), say("Reference solution"), say("Result"))
    return Table(say("Your percentages and those of the reference solution"), head, rows)


def _spread(judged: Sequence[JudgedClaim]) -> tuple[Detail, ...]:
    measured = [one for one in judged if one.values]
    if not measured:
        return ()
    rows = tuple(SpreadRow(changes_in(one.claim.configuration), one.values, one.claim.percent) for one in measured)
    alt = [
        say(
            "{row}: {percent} %; reference solution: {measured}.",
            row=one.claim.words,
            percent=f"{one.claim.percent:g}",
            measured=one.measured,
        )
        for one in measured
    ]
    title = say("Your percentages on the distribution of the reference solution")
    return (Spread(title, say("per cent of the noise removed"), rows, sentences(*alt)),)
