"""The tables of the results database within one transaction."""

from __future__ import annotations

from grader.results.assignments import AssignmentsTable
from grader.results.batches import BatchesTable
from grader.results.claims import ClaimsTable
from grader.results.comments import CommentsTable
from grader.results.connection import Connection
from grader.results.group_decisions import GroupDecisionsTable
from grader.results.line_comments import LineCommentsTable
from grader.results.overrides import OverridesTable
from grader.results.published import PublishedTable
from grader.results.questions import QuestionsTable
from grader.results.regrade_requests import RegradeRequestsTable
from grader.results.settings import SettingsTable
from grader.results.submissions import SubmissionsTable
from grader.results.suggestions import SuggestionsTable
from grader.results.trainings import TrainingsTable
from grader.results.tutors import TutorsTable


class Tables:
    """All tables on one connection; they are usable until the transaction ends."""

    def __init__(self, connection: Connection) -> None:
        self.assignments = AssignmentsTable(connection)
        self.batches = BatchesTable(connection)
        self.claims = ClaimsTable(connection)
        self.comments = CommentsTable(connection)
        self.group_decisions = GroupDecisionsTable(connection)
        self.line_comments = LineCommentsTable(connection)
        self.overrides = OverridesTable(connection)
        self.published = PublishedTable(connection)
        self.questions = QuestionsTable(connection)
        self.regrade_requests = RegradeRequestsTable(connection)
        self.settings = SettingsTable(connection)
        self.submissions = SubmissionsTable(connection)
        self.suggestions = SuggestionsTable(connection)
        self.trainings = TrainingsTable(connection)
        self.tutors = TutorsTable(connection)
