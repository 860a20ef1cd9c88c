"""The kind `names_sources`."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.word_count import looks_cited, sources


class NamesSources(Check):
    """The answer names where its facts come from: a link, a DOI, a reference or a line such as "Source: ..."."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Sources")
    needs_no_run: ClassVar[bool] = True
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: names_sources, deducts: 0.25, least: 1}"
    kind: Literal["names_sources"] = "names_sources"
    least: int = Field(1, gt=0, description="the smallest number of sources")

    def judge(self, context: CheckContext) -> Verdict:
        """Count the sources; fewer than asked for is a failure that names what was looked for."""
        if context.answer is None:
            return needs_review("There is no answer to look into.")
        found = sources(context.answer.text)
        if len(found) >= self.least:
            return passed(f"Named: {'; '.join(source[:80] for source in found[:5])}.")
        everywhere = [s for d in context.submission.documents for s in sources(d.text[-3000:])]
        if len(everywhere) >= self.least:
            what = f"The answer names {len(found)} sources, and the document has some at its end: {everywhere[0][:80]}."
            return needs_review(what, "A person decides whether they belong to this answer.")
        if looks_cited(context.answer.text):
            return needs_review(
                "Something in the answer looks like a source and was not read as one.", "A person looks."
            )
        what = f"The answer names {len(found)} sources; at least {self.least} is asked for."
        return failed(what, "Add a link, a DOI, a numbered reference or a line 'Source: ...'.")
