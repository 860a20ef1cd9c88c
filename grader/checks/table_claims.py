"""The kind `table_claims`: the table of configurations and percentages, row by row, beside what the reference gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Detail, Quote, Spread, SpreadRow, Table
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.claims import Claim, best_by_words, percentages, read_claims, short

if TYPE_CHECKING:
    from reference.distribution import Distribution

LOOSE = 6.0  # points beyond all that the reference gave, for a configuration that was not trained


@dataclass(frozen=True)
class _Judged:
    """A claim, what it was called, the words on it, and the reference's values for that configuration if there are."""

    claim: Claim
    verdict: Literal["consistent", "unusual", "not possible", "not measured"]
    measured: str
    values: tuple[float, ...] = ()


class TableClaims(Check):
    """The table has enough configurations, and its percentages are ones that such a training can give."""

    label: ClassVar[Text] = say("Table of configurations")
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: table_claims
points: 2
rows: 5
initial: {hidden_size: 40, shift: 10, epochs: 100, batch_size: 10, learning_rate: 0.01}
distribution: noise-removal"""
    kind: Literal["table_claims"] = "table_claims"
    rows: int = Field(gt=0, description="the number of configurations that is asked for")
    initial: dict[str, float] = Field(description="the configuration that rows are changes of")
    distribution: str = Field(
        description="the calibration with what the reference gives: a name in reference/calibration"
    )
    possible: tuple[float, float] = Field(
        (0, 90), description="more than the second costs the points, less than the first waits"
    )
    model: str = Field("", description="the check that shows that the team's model is the reference's")
    one_change: bool = Field(False, description="whether a row that changes several parameters at once does not count")

    def mistake_in_keys(self) -> str:
        """The calibration has to be there, and the initial configuration complete."""
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
        """The configurations that an answer claims figures for and that nobody has trained."""
        known = self._known(None)
        names = [self._name(claim) for claim in read_claims(text, self.initial)[0]]
        return [name for name in dict.fromkeys(names) if name not in known]

    def _name(self, claim: Claim) -> str:
        from reference.distribution import name_of

        c = {**self.initial, **claim.configuration}
        return name_of(c["hidden_size"], c["shift"], c["epochs"], c["batch_size"], c["learning_rate"])

    def judge(self, context: CheckContext) -> Verdict:
        """Read the rows; impossible figures and missing rows cost points, what is unusual waits."""
        if context.answer is None:
            return needs_review("There is no answer to read.")
        claims, unread = read_claims(context.answer.text, self.initial)
        quote = Quote("The answer", context.answer.text, context.answer.where)
        if not claims:
            return needs_review("No table with configurations and percentages was found.", "A person looks.", quote)
        known = self._known(context)
        judged = [self._against(claim, known) for claim in claims]
        shown = (_table(judged), *_spread(judged))
        least, most = self.possible
        if unread:
            return needs_review(f"Not read without doubt: {unread[0][:100]}", "A person looks at it.", *shown, quote)
        if wild := [claim for claim in claims if not least <= claim.percent <= most]:
            what = f"{wild[0].words}: {wild[0].percent:g} % of the noise removed"
            if wild[0].percent > most:
                why = f"{what} is not possible ({least:g} to {most:g} are)."
                return failed(why, "Check the formula.", *shown, quote)
            why = f"{what} is below {least:g}: a training that diverges adds noise."
            return needs_review(why, "A person looks at it.", *shown, quote)
        odd = _odd(judged)
        if odd and self.model in context.findings and context.findings[self.model].status != "passed":
            odd += " The team's model is not shown to be the reference's, so other figures may be right for it."
        if doubt := odd or _equal_figures(claims) or self._conclusion(context.answer.text, claims):
            return needs_review(doubt, "A person looks at the code and the run that gave it.", *shown, quote)
        return self._counted(claims, shown, quote, percentages(context.answer.text) - len(claims))

    def _counted(self, claims: Sequence[Claim], shown: tuple[Detail, ...], quote: Quote, loose: int) -> Verdict:
        kept = [claim for claim in claims if not self.one_change or len(claim.configuration) <= 1]
        different = len({tuple(sorted(claim.configuration.items())) for claim in kept})
        if different < self.rows:
            credit = (Decimal(different) / self.rows).quantize(Decimal("0.01"), ROUND_FLOOR)
            if loose > 0:
                what = f"{different} different configurations were read, and {loose} percentages stand elsewhere."
                return needs_review(what, "A person counts the rows.", *shown, quote)
            several = len(claims) - len(kept)
            note = f" {several} more change several parameters at once." if several else ""
            what = f"The table has {different} different configurations; {self.rows} are asked for.{note}"
            return failed(what, "Train with more configurations, a new model each time.", *shown, quote, credit=credit)
        message = f"{len(claims)} configurations, each with a percentage that such a training can give."
        return passed(message, *shown)

    def _against(self, claim: Claim, known: Mapping[str, Distribution]) -> _Judged:
        from reference.distribution import pool

        one = known.get(self._name(claim))
        if one is not None:
            verdict = one.verdict(claim.percent)
            low, high = min(one.values), max(one.values)
            place = f"{low:.1f} to {high:.1f} with {len(one.values)} seeds"
            if verdict != "consistent":
                place += f"; {_tail(one.quantile(claim.percent))}"
            return _Judged(claim, verdict, place, one.values)  # type: ignore[arg-type]
        every = pool(known)
        low, high = min(every), max(every)
        near = low - LOOSE <= claim.percent <= high + LOOSE
        place = f"not measured; {low:.1f} to {high:.1f} over other configurations"
        return _Judged(claim, "not measured" if near else "unusual", place)

    def _conclusion(self, text: str, claims: Sequence[Claim]) -> str:
        """Say where the words name another row as the best than the table does."""
        found = best_by_words(text, claims, self.initial)
        if found is None:
            return ""
        sentence, row = found
        top = max(claims, key=lambda claim: claim.percent)
        if top.percent > row.percent:
            return (
                f"'{sentence[:120]}' names {short(row.configuration)} ({row.percent:g} %) as the best; "
                f"the table has {top.percent:g} % for {short(top.configuration)}."
            )
        return ""


def _tail(quantile: float) -> str:
    """How few seeds would lie beyond a claim, in words."""
    beyond = 100 * min(quantile, 1 - quantile)
    share = f"{beyond:.2g} %" if beyond >= 0.01 else "fewer than 0.01 %"
    return f"{share} of seeds would give {'less' if quantile < 0.5 else 'more'}"


def _odd(judged: Sequence[_Judged]) -> str:
    """Statistics alone never cost points: what no seed is likely to give waits, like what few seeds give."""
    for word in ("not possible", "unusual"):
        for one in judged:
            if one.verdict == word:
                what = "beyond what any seed gave" if word == "not possible" else "unusual"
                return f"{one.claim.words}: {one.claim.percent:g} % is {what}; the reference gives {one.measured}."
    return ""


def _equal_figures(claims: Sequence[Claim]) -> str:
    context: dict[float, Claim] = {}
    for claim in claims:
        other = context.get(claim.percent)
        coincidence = round(claim.percent, 1) == claim.percent  # with one decimal, equal figures are common
        if other is not None and other.configuration != claim.configuration and not coincidence:
            return f"{other.words} and {claim.words} have the same percentage, {claim.percent:g}."
        context[claim.percent] = claim
    return ""


def _table(judged: Sequence[_Judged]) -> Detail:
    rows = tuple(
        (one.claim.words, short(one.claim.configuration), f"{one.claim.percent:g} %", one.measured, one.verdict)
        for one in judged
    )
    head = ("Row", "Read as", "Claimed", "The reference gives", "Verdict")
    return Table("The table of claims beside the reference", head, rows)


def _spread(judged: Sequence[_Judged]) -> tuple[Detail, ...]:
    rows = tuple(
        SpreadRow(short(one.claim.configuration), one.values, one.claim.percent) for one in judged if one.values
    )
    alt = "; ".join(
        f"{one.claim.words}: {one.claim.percent:g}, reference {one.measured}" for one in judged if one.values
    )
    return (
        (Spread("The claims on what the reference gave", "per cent of the noise removed", rows, alt),) if rows else ()
    )
