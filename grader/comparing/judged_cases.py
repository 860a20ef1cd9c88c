"""One case of a check that calls functions and objects: what to request next, and how its results differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.comparing.followed_helpers import Followed, followed, followed_object
from grader.comparing.function_cases import FunctionCase
from grader.comparing.recent_results import ByReplies, Replies
from grader.comparing.results import COMPARE, Judged, Results, results_of
from grader.comparing.weighted_objects import Search, WeightedObject, kept_elsewhere, unmapped, weighted
from grader.model import Outcome, Request
from grader.model.message import say
from grader.model.verdict import Verdict, grader_error, needs_review

SEARCHES = 4  # that are kept of a case for objects of one form: those of the definitions, of the notebook, of a mutant


@dataclass(frozen=True)
class CaseJudge:
    """Judges a case from the replies so far; `blame` gives the verdict on a reply without the values of a request."""

    case: FunctionCase
    results: Results
    helpers: Sequence[str]
    replies: Callable[[Request], Outcome | None]
    blame: Callable[[Outcome, Request, FunctionCase], Verdict | None]

    def requests(self) -> Iterator[Request]:
        """Yield all requests that can be made with the replies so far.

        Raises:
            ReferenceFault: the reference raised an exception.
        """
        if not self.case.weights:
            yield from self.case.requests
            yield from self._of_helpers(None, self.case.request)
        elif self.replies(self.case.listing) is None:
            yield self.case.listing
        elif (given := self._object()) is not None and not isinstance(given, Verdict):
            yield from given.requests
            yield from self._of_object(given)

    def _of_object(self, given: WeightedObject) -> Iterator[Request]:
        """Yield what the search for a reading needs next, or what is needed to judge an object apart from helpers."""
        search = self._search(given)
        if isinstance(search, Verdict):
            return
        every = (*search.requests, search.given.gradient_request if search.reading is not None else None)
        wanted = [request for request in every if request is not None]
        yield from wanted
        if not wanted or search.wrong:
            yield from self._of_helpers(given, given.request)

    def _of_helpers(self, given: WeightedObject | None, first: Request) -> Iterator[Request]:
        if self.replies(first) is None or not self._may_be_helpers(given, self._apart_from_none(given)):
            return
        yield from self._followed(given).requests

    def judged(self) -> Judged | Verdict:
        """Return how the results differ, or the verdict where there are none.

        Raises:
            ReferenceFault: the reference raised an exception.
        """
        given = self._object() if self.case.weights else None
        if isinstance(given, Verdict):
            return given
        judged = self._apart_from_none(given)
        return self._with_helpers(given, judged) if self._may_be_helpers(given, judged) else judged

    def _may_be_helpers(self, given: WeightedObject | None, judged: Judged | Verdict) -> bool:
        """Return whether a helper may be why the results are not right; weights may not be read because of one."""
        unread = given is not None and isinstance(judged, Verdict)
        return bool(self.helpers) and (judged.fails or unread)

    def values(self, request: Request) -> list[Any] | Verdict:
        """Return the values of a reply, or the verdict on one without them."""
        outcome = self.replies(request)
        if outcome is None:
            return grader_error(say("The outputs were not requested."))
        if outcome.status != "ok":
            self.case.expected()  # if the reference raises as well, the rubric is at fault
        bad = self.blame(outcome, request, self.case)
        return bad if bad is not None else results_of(outcome, request) or []

    @property
    def _target(self) -> str:
        return self.case.question.target

    @property
    def _class(self) -> str:
        return self._target.partition(".")[0]

    def _object(self) -> WeightedObject | Verdict:
        """Return the submission's object with its weights, or the verdict on a reply that lists none."""
        listed = self.values(self.case.listing)
        if isinstance(listed, Verdict):
            return listed
        given = weighted(self.case, listed[0])
        if given is None:
            what = say("{target} is no torch module, so its weights could not be set.", target=self._class)
            return needs_review(what, COMPARE)
        return given

    def _apart_from_none(self, given: WeightedObject | None) -> Judged | Verdict:
        """Judge the results with the reference as it is, its own helpers in it."""
        if given is not None:
            return self._judged_object(given)
        found = self.values(self.case.request)
        if isinstance(found, Verdict):
            return found
        wrong = self.results.differences(self.case, found, self.case.expected())
        request = self.case.gradient_request if not wrong else None
        return Judged(wrong, (request, self.case.expected_gradients()) if request is not None else None)

    def _judged_object(self, given: WeightedObject) -> Judged | Verdict:
        search = self._search(given)
        if isinstance(search, Verdict):
            return search
        if search.reading is None and not search.wrong:
            return unmapped(self._class, given)
        given = search.given
        if search.reading is None:
            return Judged(search.wrong, None)
        if buffers := search.left_at_first():
            return kept_elsewhere(self._class, buffers)
        request = given.gradient_request
        if request is None:
            return Judged({}, None)
        expected = self.case.expected_gradients_with(given.values, given.parameters, search.reading)
        return Judged(search.wrong, (request, expected))

    def _search(self, given: WeightedObject) -> Search | Verdict:
        """Return the search for a reading of the weights, as far as it came, or the verdict on a bad reply."""
        replies = [self.values(request) for request in (given.request, *given.equal_requests)]
        for one in replies:
            if isinstance(one, Verdict):
                return one
        found, *with_equal = [one for one in replies if not isinstance(one, Verdict)]

        def ended(replies: Replies) -> Search:
            search = Search(given, found, with_equal, self.results.differences, replies)
            for request in given.equal_requests:
                replies(request)
            search.run()
            return search

        known: ByReplies[Search] = self.case.recent.get(("searches", given.weights), lambda: ByReplies(SEARCHES))
        return known.get(self.replies, ended)

    def _with_helpers(self, given: WeightedObject | None, judged: Judged | Verdict) -> Judged | Verdict:
        """Judge results that are not right once more, with the submission's helpers in the reference."""
        reply = self._followed(given)
        if reply.stopped_by:
            what = say(
                "{target} could not be judged apart from {helper}, which it may call.",
                target=self.case.subject,
                helper=reply.stopped_by,
            )
            return needs_review(what, COMPARE)
        return judged if reply.wrong is None else Judged(dict(reply.wrong), None, with_helpers=True)

    def _followed(self, given: WeightedObject | None) -> Followed:
        """Return what is known with the helpers in the reference, as far as the replies go."""
        weights = given.weights if given is not None else ()
        known: ByReplies[Followed] = self.case.recent.get(("followed", weights), lambda: ByReplies(SEARCHES))
        return known.get(self.replies, lambda replies: self._newly_followed(given, replies))

    def _newly_followed(self, given: WeightedObject | None, replies: Replies) -> Followed:
        every = (given.request, *given.equal_requests) if given is not None else (self.case.request,)
        for request in every:
            replies(request)
        found, *with_equal = (self.values(request) for request in every)
        if given is None:
            values = None if isinstance(found, Verdict) else found
            return followed(self.case, values, self.results.differences, self.helpers, replies)
        if isinstance(found, Verdict):
            return Followed()
        equal = [one for one in with_equal if not isinstance(one, Verdict)]
        return followed_object(given, found, equal, self.results.differences, self.helpers, replies)
