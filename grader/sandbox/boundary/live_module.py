"""The names of the files for shared values, for type checkers; at run time `worker_module.live_module` runs them."""

from grader.sandbox.boundary.library_names import library_name
from grader.sandbox.boundary.live_kinds import BadLive, TooLarge
from grader.sandbox.boundary.live_values import Live, Twin
from grader.sandbox.boundary.random_states import GENERATORS, follows, read_state, set_state, state_of

__all__ = [
    "GENERATORS",
    "BadLive",
    "Live",
    "TooLarge",
    "Twin",
    "follows",
    "library_name",
    "read_state",
    "set_state",
    "state_of",
]
