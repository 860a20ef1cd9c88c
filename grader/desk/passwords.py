"""Passwords of tutors, and the limits on attempts to log in."""

from __future__ import annotations

import math
import secrets
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grader.errors import GraderError
from grader.results.results_database import ResultsDatabase
from grader.text import storable

MIN_CHARACTERS = 10


MAX_ATTEMPTS_PER_NAME, MAX_ATTEMPTS_IN_ALL = 5, 30  # failed attempts within `WINDOW`


WINDOW = 60.0  # seconds


class Tutors:
    """The tutors of an output folder and the failed logins of the last minute."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.records, self.clock = ResultsDatabase(folder), clock
        self._hasher = PasswordHasher()  # argon2id with the library's costs
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))  # an unknown name takes as long as a known one
        self._wrong: deque[tuple[float, str]] = deque()

    def add(self, name: str, password: str) -> None:
        """Save a tutor with the hash of a password; a known tutor gets the new password.

        Raises:
            GraderError: the name or the password cannot be used, or the results database cannot be written.
        """
        name, password = _same(name), _same(password)
        if not name or not name.isprintable():
            raise GraderError("the tutor's name is empty or has characters that cannot be printed; choose another one")
        if len(password) < MIN_CHARACTERS:
            raise GraderError(f"the password is too short; it needs at least {MIN_CHARACTERS} characters")
        password_hash = self._hasher.hash(password)
        with self.records.writing() as tables:
            tables.tutors.put(name, password_hash)

    def names(self) -> list[str]:
        """Return the names of the tutors who may log in."""
        with self.records.reading() as tables:
            return tables.tutors.names()

    def knows(self, name: str, password: str) -> bool:
        """Return whether this is the password of a tutor; a failed login counts for a minute."""
        name = _same(name)
        with self.records.reading() as tables:
            password_hash = tables.tutors.password_hash(name)
        try:
            self._hasher.verify(password_hash or self._nobody, _same(password))
            right = password_hash is not None
        except (VerificationError, InvalidHashError):
            right = False
        if not right:
            self._wrong.append((self.clock(), name))
        return right

    def wait(self, name: str) -> int:
        """Return the seconds until the next login with this name is allowed; 0 if it is allowed now."""
        at, name = self.clock(), _same(name)
        while self._wrong and self._wrong[0][0] <= at - WINDOW:
            self._wrong.popleft()
        of_all = [when for when, _ in self._wrong]
        of_name = [when for when, tried in self._wrong if tried == name]
        full = [
            when[-most]
            for when, most in ((of_all, MAX_ATTEMPTS_IN_ALL), (of_name, MAX_ATTEMPTS_PER_NAME))
            if len(when) >= most
        ]
        return math.ceil(max(full) + WINDOW - at) if full else 0


def _same(text: str) -> str:
    """Return the text in the form in which it is compared, so that an umlaut is the same from every keyboard."""
    return unicodedata.normalize("NFC", storable(text)).strip()
