"""A desk that other machines reach: logins that are allowed or refused, and the hashes of passwords."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
import uvicorn
from typer.testing import CliRunner

from grader.batch.grade_batch import grade_all
from grader.cli.app import app
from grader.desk.auth import OneTimeToken
from grader.desk.passwords import MAX_ATTEMPTS_IN_ALL, MAX_ATTEMPTS_PER_NAME, WINDOW, Tutors
from grader.desk.server import make_app
from grader.errors import GraderError
from grader.results.results_database import NAME, ResultsDatabase
from grader.rubric.load import read_rubric
from tests.cli.test_app import run
from tests.desk.conftest import RUBRIC, submission

TUTOR, PASSWORD, OUTSIDE = "Tutor T", "a long enough one", "desk.example"


@dataclass
class Clock:
    """A time that a test sets."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    where: str
    set_cookies: tuple[str, ...]
    wait: str


@dataclass
class Visitor:
    """A minimal browser: it saves cookies and sends forms."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        sent = {"Host": OUTSIDE, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request(method, path, urlencode(fields) if fields is not None else None, {**sent, **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
        set_cookies = tuple(answer.headers.get_all("Set-Cookie") or ())
        for line in set_cookies:
            key, value = line.split(";")[0].split("=", 1)
            self.cookies[key] = value
        where, wait = answer.headers.get("Location", ""), answer.headers.get("Retry-After", "")
        return Answer(answer.status, text, where, set_cookies, wait)

    def token(self, path: str) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.ask("GET", path).text)
        assert found
        return found[1]

    def login(self, name: str = TUTOR, password: str = PASSWORD) -> Answer:
        return self.ask("POST", "/login", {"token": self.token("/login"), "name": name, "password": password})


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tutors")
    (folder / "rubric.yaml").write_text(RUBRIC)
    submission(folder, 0, "Because")
    for _ in grade_all([folder / "in"], read_rubric(folder / "rubric.yaml"), folder / "out", jobs=1):
        pass
    return folder / "out"


@pytest.fixture
def out(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "out"))


@contextmanager
def running(folder: Path, tutors: Tutors | None) -> Iterator[int]:
    """Serve a folder as if other machines reached it (or not, without tutors), and give the port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        application = make_app(folder, TUTOR, frozenset({OUTSIDE}), "the-token", tutors)
        server = uvicorn.Server(uvicorn.Config(application, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def port(out: Path, clock: Clock) -> Iterator[int]:
    tutors = Tutors(out, clock)
    tutors.add(TUTOR, PASSWORD)
    with running(out, tutors) as port:
        yield port


def test_the_right_password_begins_a_session_under_the_tutors_name(port: int) -> None:
    visitor = Visitor(port)
    answer = visitor.login()
    assert (answer.status, answer.where) == (303, "/")
    cookie = next(line for line in answer.set_cookies if line.startswith("grader_desk="))
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    page = visitor.ask("GET", "/")
    assert page.status == 200
    assert TUTOR in page.text
    assert '<a href="/logout">' in page.text


def test_a_second_login_has_another_session_and_ends_the_first(port: int) -> None:
    visitor = Visitor(port)
    visitor.login()
    first = visitor.cookies["grader_desk"]
    visitor.login()
    assert visitor.cookies["grader_desk"] != first
    assert Visitor(port, {"grader_desk": first}).ask("GET", "/").where == "/login"


def test_a_session_that_another_person_chose_is_not_used(port: int) -> None:
    visitor = Visitor(port, {"grader_desk": "chosen"})
    visitor.login()
    assert visitor.cookies["grader_desk"] != "chosen"
    assert Visitor(port, {"grader_desk": "chosen"}).ask("GET", "/").where == "/login"


def test_a_wrong_name_and_a_wrong_password_get_the_same_page_and_no_session(port: int) -> None:
    visitor = Visitor(port)
    name, password = visitor.login(name="Nobody N"), visitor.login(password="a wrong one here")
    assert name.status == password.status == 403
    assert name.text == password.text
    assert "Wrong name or password" in name.text
    assert "grader_desk" not in visitor.cookies


def test_an_unknown_name_costs_a_hash_too(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tutors = Tutors(out)
    tutors.add(TUTOR, PASSWORD)
    verified: list[str] = []
    verify = tutors._hasher.verify

    class Watched:
        def verify(self, known: str, given: str) -> bool:
            verified.append(known)
            return verify(known, given)

    monkeypatch.setattr(tutors, "_hasher", Watched())
    assert not tutors.knows("Nobody N", PASSWORD)
    assert not tutors.knows(TUTOR, "a wrong one here")
    assert [known.rsplit("$", 2)[0] for known in verified] == [verified[1].rsplit("$", 2)[0]] * 2  # the same costs


def test_after_five_failed_attempts_even_the_right_password_is_refused_for_a_minute(port: int, clock: Clock) -> None:
    visitor = Visitor(port)
    for _ in range(MAX_ATTEMPTS_PER_NAME):
        assert visitor.login(password="a wrong one here").status == 403
    refused = visitor.login()
    assert (refused.status, refused.wait) == (429, "60")
    assert "Try again in 60 seconds" in refused.text
    clock.at += WINDOW
    assert visitor.login().status == 303


def test_wrong_tries_of_many_names_are_counted_together(out: Path, clock: Clock) -> None:
    tutors = Tutors(out, clock)
    for number in range(MAX_ATTEMPTS_IN_ALL):
        assert tutors.wait("Tutor T") == 0
        assert not tutors.knows(f"Nobody {number}", PASSWORD)
    clock.at += WINDOW / 2
    assert tutors.wait("Tutor T") == 30
    clock.at += WINDOW / 2
    assert tutors.wait("Tutor T") == 0


@pytest.mark.parametrize("path", ["/", "/?token=the-token", "/?token=", "/publish", "/logout", "/static/desk.js"])
def test_without_a_session_there_is_only_the_login(port: int, path: str) -> None:
    answer = Visitor(port).ask("GET", path)
    assert (answer.status, answer.where, answer.set_cookies) == (303, "/login", ())


def test_without_a_session_nothing_is_done(port: int) -> None:
    assert Visitor(port).ask("POST", "/publish", {"confirmed": "yes"}).status == 403


@pytest.mark.parametrize("path", ["/publish", "/undo", "/logout"])
def test_a_form_without_its_token_is_refused(port: int, path: str) -> None:
    visitor = Visitor(port)
    visitor.login()
    assert visitor.ask("POST", path, {"token": "wrong", "confirmed": "yes"}).status in (400, 403)
    assert visitor.ask("GET", "/").status == 200


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        pytest.param("wrong", {}, 403, id="token"),
        pytest.param("", {"Sec-Fetch-Site": "cross-site"}, 403, id="another page"),
        pytest.param("", {"Host": "elsewhere.example"}, 421, id="another name"),
    ],
)
def test_no_other_page_logs_a_browser_in(port: int, token: str, headers: dict[str, str], status: int) -> None:
    visitor = Visitor(port)
    fields = {"token": token or visitor.token("/login"), "name": TUTOR, "password": PASSWORD}
    assert visitor.ask("POST", "/login", fields, **headers).status == status
    assert "grader_desk" not in visitor.cookies


def test_a_long_form_is_not_read(port: int) -> None:
    assert Visitor(port).login(password="x" * 10_000).status == 413


def test_logging_out_ends_the_session(port: int) -> None:
    visitor = Visitor(port)
    visitor.login()
    one_connection = visitor.cookies["grader_desk"]
    assert visitor.ask("POST", "/logout", {"token": visitor.token("/logout")}).where == "/login"
    assert Visitor(port, {"grader_desk": one_connection}).ask("GET", "/").where == "/login"


def test_at_home_there_is_a_token_and_no_login(out: Path) -> None:
    with running(out, None) as port:
        assert Visitor(port).ask("GET", "/login").status == 403
        assert Visitor(port).ask("GET", "/?token=wrong").status == 403
        visitor = Visitor(port)
        assert (
            Visitor(port).ask("HEAD", "/?token=the-token").status == 403
        )  # a preview of the address does not use it up
        assert visitor.ask("GET", "/?token=the-token").where == "/"
        assert visitor.ask("GET", "/").status == 200
        assert visitor.ask("GET", "/login").status == 404


def test_a_token_opens_one_session(out: Path) -> None:
    """Who finds the address later, in a history or on a screen, does not get in."""
    with running(out, None) as port:
        visitor, other = Visitor(port), Visitor(port)
        assert visitor.ask("GET", "/?token=the-token").where == "/"
        refused = other.ask("GET", "/?token=the-token")
        assert (refused.status, "does not open it again" in refused.text) == (403, True)
        assert other.ask("GET", "/").status == 403
        assert visitor.ask("GET", "/?token=the-token").where == "/"  # the same browser, with its session


def test_the_next_token_opens_the_next_session() -> None:
    shown: list[str] = []
    token = OneTimeToken("first", shown.append)
    assert [token.take("first"), token.take("first"), token.take(shown[0]), token.take("")] == [
        True,
        False,
        True,
        False,
    ]
    assert [token.was_used(given) for given in ("first", shown[0], shown[1])] == [True, True, False]


def test_the_store_has_a_hash_and_not_the_password(out: Path) -> None:
    Tutors(out).add(TUTOR, PASSWORD)
    with ResultsDatabase(out).reading() as tables:
        names, password_hash = tables.tutors.names(), tables.tutors.password_hash(TUTOR)
    assert names == [TUTOR]
    assert (password_hash or "").startswith("$argon2id$")
    assert all(PASSWORD.encode() not in path.read_bytes() for path in out.glob(f"{NAME}*"))


def test_a_name_with_an_umlaut_is_one_name_from_every_keyboard(out: Path) -> None:
    tutors = Tutors(out)
    tutors.add("Tütor", PASSWORD)
    assert tutors.knows("Tu\u0308tor", PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        (TUTOR, "too short", "at least 10"),
        (" ", PASSWORD, "name is empty"),
        ("T\x1b[2J", PASSWORD, "cannot be printed"),
    ],
    ids=["short", "no name", "control signs"],
)
def test_unusable_names_and_passwords_are_reported(out: Path, name: str, password: str, told: str) -> None:
    with pytest.raises(GraderError, match=told):
        Tutors(out).add(name, password)
    assert Tutors(out).names() == []


def test_a_tutor_is_added_without_a_word_of_the_password(out: Path) -> None:
    arguments = ["desk", str(out), "--add-tutor", TUTOR]
    done = CliRunner().invoke(app, arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert "argon2" not in done.output
    assert Tutors(out).knows(TUTOR, PASSWORD)
    CliRunner().invoke(app, arguments, input="another one here\nanother one here\n")
    assert not Tutors(out).knows(TUTOR, PASSWORD)
    assert Tutors(out).knows(TUTOR, "another one here")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0"), "--add-tutor NAME"),
        (("--host", "::"), "--add-tutor NAME"),
        (("--host", "0.0.0.0", "--tutor", "T"), "--tutor cannot be combined"),
        (("--host", "somewhere"), "not an IP address"),
        (("--name", OUTSIDE), "only used together with --host"),
    ],
    ids=["no tutors", "no tutors, new addresses", "one name", "no address", "no host"],
)
def test_a_desk_that_cannot_be_opened_says_why(out: Path, options: tuple[str, ...], told: str) -> None:
    done = run("desk", str(out), "--no-browser", *options, cwd=out.parent)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_folder_without_results_gets_no_tutor(tmp_path: Path) -> None:
    done = run("desk", "nothing", "--add-tutor", TUTOR, cwd=tmp_path)
    assert done.returncode == 2
    assert "no graded submissions" in done.stderr
