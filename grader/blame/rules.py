"""The table of circumstances: which exceptions each of them explains, and the sentence for the report.

A rule may look at the text of an exception, which libraries and Python write; no other part of the program does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.model import Cause, Message, Raised, say


@dataclass(frozen=True)
class Rule:
    """Exceptions of some types, by their names or those of their base classes, whose message matches."""

    kind: str  # a key of `KINDS`
    types: frozenset[str] = frozenset()  # none: of any type
    pattern: str = ""  # group 1, if there is one, is the subject
    numbers: frozenset[int] = frozenset()  # error numbers, any of which is enough
    line: str = ""  # a pattern for the student's line, where that is part of the rule
    function: str = ""  # the function of that line, where that is part of the rule
    request: bool = False  # holds only for a request of a check, not for a cell
    own: bool = False  # does not hold where the subject is the submission's own


def _of(*names: str) -> frozenset[str]:
    return frozenset(names)


KINDS: Mapping[str, tuple[Cause, Message]] = {
    "conflict": (Cause.not_read, say("The code contains lines of a merge conflict that was not resolved.")),
    "python": (
        Cause.environment,
        say("The code is written for another version of Python; here it is {version}.", version=""),
    ),
    "module": (
        Cause.environment,
        say("The module {subject} is not installed here, or only in another version.", subject=""),
    ),
    "device": (Cause.environment, say("This machine has no graphics card or other accelerator.")),
    "variable": (Cause.environment, say("An environment variable that the code reads is not set on this machine.")),
    "network": (Cause.environment, say("Submissions run without a network.")),
    "terminal": (Cause.environment, say("Submissions run without a terminal and without input.")),
    "arguments": (Cause.environment, say("The code ended the program itself, as if it was started with arguments.")),
    "program": (
        Cause.environment,
        say("The program {subject} is not installed on this machine, or it failed.", subject=""),
    ),
    "file": (Cause.environment, say("The file {subject} is not part of the submission.", subject="")),
    "extension": (Cause.environment, say("The notebook uses an extension that is not installed on this machine.")),
    "memory": (Cause.sandbox_limit, say("The limit of memory was reached.")),
    "processes": (Cause.sandbox_limit, say("The limit of processes was reached, or one of them was ended.")),
    "files": (Cause.sandbox_limit, say("A limit of the size or the number of files was reached.")),
    "rights": (Cause.sandbox_limit, say("The sandbox does not allow this.")),
    "version": (Cause.environment, say("The code was written for another version of a library.")),
    "inputs": (Cause.rubric_fault, say("The check hands over numbers of another type than this code takes.")),
    "types": (Cause.grader_fault, say("The inputs could not be given in the number type in which the code computes.")),
}
# The sentences of kinds with a subject where it is not known.
UNNAMED: Mapping[str, Message] = {
    "module": say("A module is not installed here, or only in another version."),
    "program": say("A program is not installed on this machine, or it failed."),
    "file": say("A file is not part of the submission."),
}

_OLD = (
    r"module '([\w.]+)' has no attribute|`(np\.\w+)`|NumPy 2\.0 release|(Weights only) load failed"
    r"|'([^']+)' is not a valid package style|'(DataFrame|Series|Index|\w*Axes\w*|Figure\w*)' object has no attribute"
    r"|was removed|has been removed|now removed|no longer supported|inhomogeneous shape|avoid copy while creating"
    r"|object has no attribute '(?:next|ptp|itemset|newbyteorder|tostring)'|out of bounds for u?int"
)
_NEWER = (
    r"^\s*type\s+\w+(\[.*\])?\s*=|^\s*(async\s+)?(def|class)\s+\w+\[|\bt['\"]"
    r"|^\s*except\s+\w+(\s*,\s*\w+)+\s*:"
)
_OFFLINE = (
    r"name resolution|etwork is unreachable|establish a new connection|Max retries|[Cc]onnection refused"
    r"|offline mode|couldn't connect|urlopen error|Address family not supported|[Dd]ownload"
)
_NETWORK = _of(
    *("URLError", "gaierror", "ConnectionError", "HTTPError", "SSLError", "MaxRetryError", "ConnectTimeout"),
    *("NewConnectionError", "LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectError"),
)
_DEVICE = r"CUDA|\bcuda\b|NVIDIA|\bMPS\b|\bmps\b|\bROCm\b|\bXPU\b|accelerator|same device"
_LIBRARY = _of(
    "AttributeError", "TypeError", "RuntimeError", "UnpicklingError", "ValueError", "OSError", "OverflowError"
)
_MISSING_FILE = r"No such file or directory:? '?([^'\s]*)|Dataset not found|([\w./-]+) (?:does not exist|not found)\.?$"
_MEMORY = r"allocate memory|DefaultCPUAllocator|bad_alloc|Unable to allocate|unable to mmap|out of memory"
_PROCESSES = r"start new thread|DataLoader worker|[Rr]esource temporarily unavailable|terminated abruptly"
_INTEGERS = r"for argument #1 'indices'|expected scalar type (?:Long|Int)|used as indices must be|index tensor"
_TYPES = r"the same d(?:ata )?type|expected scalar type|Input type \(|Found dtype|unsupported ScalarType"
_KEYWORD = r"(\w+)(?:\.__init__|\.__new__)?\(\) got an unexpected keyword"

RULES = (
    Rule("conflict", _of("SyntaxError"), line=r"^\s*(<{7}|={7}$|>{7})"),
    Rule("python", _of("SyntaxError"), line=_NEWER),
    Rule("python", _of("SyntaxError"), pattern=r"^f-string"),
    Rule("module", _of("ModuleNotFoundError"), pattern=r"No module named '([^']+)'|$"),
    Rule("module", _of("ImportError"), pattern=r"from '([\w.]+)'|$", own=True),
    Rule("device", pattern=_DEVICE),
    Rule(
        "device",
        _of("AssertionError", "RuntimeError", "SystemExit", "OSError", "Exception"),
        line=r"^\s*(assert|raise|if|sys\.exit|exit)\b.*(cuda|mps|gpu|GPU)",
    ),
    Rule("variable", _of("KeyError"), line=r"environ"),
    Rule("network", _NETWORK),
    Rule("network", pattern=_OFFLINE, numbers=frozenset({95, 97, 101, 111, 113})),
    Rule("terminal", _of("StdinNotImplementedError", "EOFError", "GetPassWarning")),
    Rule("terminal", _of("OSError"), pattern=r"pty devices|Inappropriate ioctl", numbers=frozenset({25})),
    Rule("arguments", _of("SystemExit")),
    Rule(
        "program",
        _of("CalledProcessError", "ExecutableNotFound"),
        pattern=r"Command '(?:b'|\[')?([\w./-]+)|$",
    ),
    Rule(
        "program",
        _of("FileNotFoundError"),
        pattern=r"directory: '([\w+-]+)'$|([Ll]a[Tt]e[Xx]) could not be found",
    ),
    Rule(
        "program",
        _of("RuntimeError"),
        pattern=r"Failed to process string with tex|(latex|ffmpeg) (?:could not|was not|is not)",
    ),
    Rule("file", _of("FileNotFoundError", "NotADirectoryError"), pattern=r"'([^']+)'|$"),
    Rule("file", pattern=_MISSING_FILE),
    Rule("extension", _of("UsageError", "UnknownBackend")),
    Rule("extension", pattern=r"GUI loop|IProgress not found|not a recogni[sz]ed (?:backend|GUI)|value for backend"),
    Rule("memory", _of("MemoryError")),
    Rule("memory", pattern=_MEMORY, numbers=frozenset({12})),
    Rule("processes", pattern=_PROCESSES, numbers=frozenset({11})),
    Rule(
        "files",
        pattern=r"requested and \d+ written|[Tt]oo many open files|File too large|No space left",
        numbers=frozenset({23, 24, 27, 28, 122}),
    ),
    Rule("version", _LIBRARY, pattern=_OLD, own=True),
    Rule("rights", _of("OSError")),
    Rule("version", _of("TypeError", "AttributeError"), pattern=_KEYWORD, own=True),
    Rule("version", _of("Warning")),
    Rule("inputs", pattern=_INTEGERS, request=True),
    Rule("inputs", pattern=r"'(?:int|float)' object (?:is not|has no|does not)", function="__init__", request=True),
    Rule("types", pattern=_TYPES, request=True),
)


def missing_name(raised: Raised) -> str:
    """Return the name that a `NameError` is about; empty for other exceptions."""
    if "NameError" not in (raised.type, *raised.bases):
        return ""
    return raised.name or next(iter(re.findall(r"name '([^']+)'", raised.message)), "")
