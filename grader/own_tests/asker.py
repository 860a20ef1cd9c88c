"""The side of the tests: operations on the submission's objects are sent, and results come back as real values."""

from __future__ import annotations

import builtins
import sys
import threading
import warnings
import weakref
from collections.abc import Mapping
from types import FrameType
from typing import Any

import numpy as np
import torch

from grader.own_tests.gradients import FromSubmission
from grader.own_tests.raised import exception_of
from grader.own_tests.trouble import NOWHERE, EndTest, Place, Trouble
from grader.own_tests.wire import Wire
from grader.sandbox.boundary.worker_module import live_module

live = live_module()

OWN_REFERENCES = 2  # to a value that nobody else holds: the twin's, and that of the call that counts


GONE = 0  # instead of the number of an operation: the process with the object has ended


class _Values(live.Live):  # type: ignore[name-defined, misc]
    """The shared values of this side; it notes the tensors of an operation that a gradient can flow back to."""

    def __init__(self, asker: Asker) -> None:
        super().__init__("h", asker.refuse, asker.proxy_of, asker.joined)
        self.given: list[torch.Tensor] = []

    def write(self, value: Any, depth: int = 0) -> Any:
        written = super().write(value, depth)
        if isinstance(value, torch.Tensor) and value.requires_grad and self.keys.get(id(value), "").startswith("h"):
            self.given.append(value)
        return written


class Asker:
    """Sends operations, one after the other, and keeps the values of both sides equal."""

    def __init__(self, wire: Wire, folder: str) -> None:
        self._wire, self.folder = wire, folder
        self.make_proxy: Any = None  # these four are set by `proxies.connect`
        self.check_proxy: Any = None
        self.is_proxy: Any = None
        self.renew: Any = None
        self.collecting = True
        self.trouble = Trouble()
        self.operations = 0
        self.sessions = 0
        self.ended = True  # the process of the submission has no objects of ours
        self.restarts = -1
        self._thread = threading.get_ident()
        self.budget = ""  # whose CPU seconds an operation uses
        self.talking = self.time_is_up = False  # a message is complete before the test is ended for its own time
        self.seconds = 0.0  # of CPU time that the test's own code may use
        self.objects_at = (NOWHERE, 0)  # the line of the last operation whose result held an object, and its number
        self.values = _Values(self)
        self._known: dict[str, Any] = {}
        self._number = 0
        self._new_test = False
        self._named: dict[int, tuple[weakref.ref[Any], str]] = {}  # proxies of names, which are got again

    def begin_test(self) -> None:
        """Begin a test: what happens now belongs to it."""
        self.trouble = Trouble()
        self._new_test = True

    def refuse(self, value: Any) -> Any:
        """End the test, as it hands over something that cannot be sent.

        Raises:
            EndTest: always.
        """
        if self.is_proxy(value):
            self.check_proxy(value)
        self.unsupported(f"an object of the type {type(value).__name__} is given to the submission")

    def end(self, number: int) -> Any:
        """End the test, as an operation that it needs had no result.

        Raises:
            EndTest: always.
        """
        self.trouble.operations.append(number)
        self.trouble.ended = number
        raise EndTest("an operation has no result")

    def unsupported(self, what: str) -> Any:
        """End the test, as it does what is not supported; it stays ended if the test catches the exception.

        Raises:
            EndTest: always.
        """
        if not self.trouble.unsupported:
            self.trouble.unsupported, self.trouble.place = what, self.place()
        raise EndTest(what)

    def use_up(self) -> None:
        """End the test, as its own code has used its CPU seconds.

        Raises:
            EndTest: always.
        """
        self.time_is_up = False
        if not self.trouble.used_up:
            self.trouble.used_up, self.trouble.place = self.seconds, self.place()
        raise EndTest("the test has used its CPU seconds")

    def place(self) -> Place:
        """Return the line of the course's files that is being run, the innermost one."""
        frame: Any = sys._getframe(1)
        while frame is not None:
            if self.in_tests(frame):
                return self.name_of(frame), int(frame.f_lineno)
            frame = frame.f_back
        return NOWHERE

    def name_of(self, frame: FrameType) -> str:
        """Return the path of a frame's file in the folder of the tests."""
        return frame.f_code.co_filename.removeprefix(self.folder)

    def in_tests(self, frame: FrameType) -> bool:
        """Return whether a line of the course's files is being run in a frame."""
        return frame.f_code.co_filename.startswith(self.folder)

    def proxy_of(self, key: str, described: Mapping[str, Any]) -> Any:
        """Return the proxy of an object that stays with the submission."""
        proxy = self.make_proxy(described)
        self.values.add(proxy, key)
        self.objects_at = (self.place(), self.operations)
        return proxy

    def joined(self, key: str, tensor: torch.Tensor) -> torch.Tensor:
        """Return a tensor of the submission as part of a graph, so that a gradient flows back to the submission."""
        with torch.enable_grad():
            anchor = torch.zeros((), requires_grad=True)
            made: torch.Tensor = FromSubmission.apply(  # type: ignore[no-untyped-call]
                self, self.restarts, key, tensor, anchor, *self.values.given
            )
        return made

    def get(self, name: str) -> Any:
        """Return an object of the submission by its name; its proxy is good for later processes, too."""
        found = self.ask("get", name=name)
        if self.is_proxy(found):
            self._named[id(found)] = weakref.ref(found), name
        return found

    def _get_again(self) -> None:
        """Let the proxies of names stand for the objects of a new process."""
        for reference, name in list(self._named.values()):
            proxy, found = reference(), self.ask("get", name=name)
            if self.is_proxy(proxy) and self.is_proxy(found):
                key = self.values.keys[id(found)]
                self.values.drop(key)
                self.values.add(proxy, key)
                self.renew(proxy)

    def ask(self, do: str, **operation: Any) -> Any:
        """Do one operation; return its result, or raise the exception that the submission raised.

        Raises:
            EndTest: the operation has no result, or this side cannot follow it.
        """
        self.go_on()
        if torch.is_autocast_enabled("cpu"):
            self.unsupported("automatic mixed precision is on")
        message, arrays = self._message(do, operation)
        self.operations += 1
        self._number += 1
        self.talking = True
        about = {"what": "operation", "number": self.operations, "budget": self.budget}
        self._wire.send({**about, "arguments": message}, arrays)
        reply, received = self._wire.receive()
        self.talking = False
        if self.time_is_up:
            self.use_up()
        return self._result(reply, received)

    def go_on(self) -> None:
        """Begin a new process if the last one has ended.

        Raises:
            EndTest: the test has ended already, or a thread of its own goes on.
        """
        if threading.get_ident() != self._thread:  # whose order is not that of the test
            self.unsupported("the submission is used in a thread of the test")
        if self.trouble.ended is not None or self.trouble.unsupported or self.trouble.used_up:
            raise EndTest("the test was ended")
        if self.ended:
            self._restart()

    def _restart(self) -> None:
        self.ended, self.restarts, self._number = False, self.restarts + 1, 0
        self.sessions += 1
        self.values = _Values(self)
        self._known = {}
        if self.restarts:
            self._get_again()

    def _message(self, do: str, operation: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        arrays: dict[str, Any] = {}
        self.values.begin(arrays)
        self.values.given = []
        try:
            message = {
                "session": str(self.sessions),
                "number": self._number,
                "do": do,
                "changes": self.values.changes(),
                "dropped": self._dropped(),
                "operation": [[name, self.values.write(value)] for name, value in operation.items()],
                "random": self._states(),
                "modes": {
                    "gradients": torch.is_grad_enabled(),
                    "dtype": str(torch.get_default_dtype()).removeprefix("torch."),
                },
            }
        except live.TooLarge as error:
            self.unsupported(f"{error} is given to the submission")
        return message, arrays

    def _dropped(self) -> list[str]:
        """Return the keys of values that only this table still holds, and forget them.

        A tensor is kept until the test has ended, as a view or a graph may hold it where no count shows it.
        """
        dropped = [
            key
            for key, twin in self.values.twins.items()
            if sys.getrefcount(twin.value) <= OWN_REFERENCES
            and (self._new_test or not isinstance(twin.value, torch.Tensor))
        ]
        self._new_test = False
        for key in dropped:
            self.values.drop(key)
        return dropped

    def _states(self) -> dict[str, Any]:
        """Return the states of the random generators that have changed since both sides knew them."""
        changed = {}
        for name in live.GENERATORS:
            state = live.state_of(name)
            if state != self._known.get(name):
                self._known[name] = state
                changed[name] = [self.values.send(np.frombuffer(state[0], np.uint8)), list(state[1])]
        return changed

    def _result(self, reply: Mapping[str, Any], arrays: dict[str, Any]) -> Any:
        number = self.operations
        if reply["status"] != "ok":
            self.ended = self.ended or reply["status"] != "missing"
            self.end(number)
        value = reply["value"]
        try:
            self.values.begin(arrays)
            self.values.change(value["changes"])
            result = self.values.read(value["result"])
            self._follow(value["random"], arrays)
        except live.BadLive as error:
            self.ended = True
            self.unsupported(f"a reply of the submission cannot be read ({error})")
        sys.stdout.write(value["printed"])
        for category, text in value["warned"]:
            kind = vars(builtins).get(category)
            usual = isinstance(kind, type) and issubclass(kind, Warning)
            warnings.warn(text, kind if usual else UserWarning, stacklevel=4)
        if (raised := reply.get("raised")) is not None:
            if raised["type"] != "StopIteration":  # the end of a loop
                self.trouble.operations.append(number)
            raise exception_of(raised, number)
        return result

    def _follow(self, states: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        """Set the random generators as the submission left them.

        Raises:
            EndTest: a state does not follow from the one that was sent.
        """
        for name, (key, rest) in states.items():
            state = live.read_state(name, arrays.get(key), rest)
            if not live.follows(name, self._known[name], state):
                self.unsupported("the submission has set a random generator itself")
            self._known[name] = state
            live.set_state(name, state)
