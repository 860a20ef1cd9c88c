"""What explains an exception without the team: each row a message as Python or a library writes it."""

from __future__ import annotations

import pytest

from grader.blame.circumstance import Surroundings, explain
from grader.model import PROVEN, Cause, Raised
from grader.model.evidence import raised_in_words


@pytest.mark.parametrize(
    ("error", "key"),
    [
        ("ModuleNotFoundError: No module named 'pandas'", "module pandas"),
        ("ImportError: cannot import name 'Field' from 'torchtext.data' (/x/__init__.py)", "module torchtext.data"),
        ("ImportError: attempted relative import with no known parent package", "module"),
        ("AssertionError: Torch not compiled with CUDA enabled", "device"),
        ("RuntimeError: Found no NVIDIA driver on your system.", "device"),
        ("NotImplementedError: Could not run 'aten::empty' with arguments from the 'MPS' backend", "device"),
        ("RuntimeError: Attempting to deserialize object on a CUDA device", "device"),
        ("URLError: <urlopen error [Errno -3] Temporary failure in name resolution>", "network"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "network"),
        ("OSError: We couldn't connect to 'https://huggingface.co' to load this file", "network"),
        ("OSError: [Errno 95] Operation not supported", "rights"),
        ("StdinNotImplementedError: raw_input was called, but this frontend does not support input", "terminal"),
        ("OSError: out of pty devices", "terminal"),
        ("SystemExit: 2", "arguments"),
        ("CalledProcessError: Command 'b'wc -l models.py\\n'' returned non-zero exit status 127.", "program wc"),
        ("CalledProcessError: Command '['ffmpeg', '-i']' returned non-zero exit status 1.", "program ffmpeg"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'", "program ffmpeg"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'data/curves.npy'", "file data/curves.npy"),
        ("RuntimeError: Dataset not found. You can use download=True to download it", "network"),
        ("ValueError: 'widget' is not a recognised GUI loop or backend name", "extension"),
        ("ImportError: IProgress not found. Please update jupyter and ipywidgets.", "module"),
        ("RuntimeError: [enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory", "memory"),
        ("MemoryError", "memory"),
        ("numpy.core._exceptions.MemoryError: Unable to allocate 7.45 GiB for an array", "memory"),
        ("RuntimeError: can't start new thread", "processes"),
        ("RuntimeError: DataLoader worker (pid(s) 12) exited unexpectedly", "processes"),
        ("OSError: 40000000 requested and 33554416 written", "files"),
        ("OSError: [Errno 28] No space left on device", "files"),
        ("PermissionError: [Errno 13] Permission denied: '/root'", "rights"),
        ("AttributeError: module 'numpy' has no attribute 'float'", "version numpy"),
        ("AttributeError: `np.float_` was removed in the NumPy 2.0 release", "version"),
        ("AttributeError: module 'collections' has no attribute 'Mapping'", "version"),
        ("OSError: 'seaborn' is not a valid package style, path of style file", "version"),
        ("UnpicklingError: Weights only load failed. In PyTorch 2.6, we changed the default", "version"),
        ("TypeError: ReduceLROnPlateau.__init__() got an unexpected keyword argument 'verbose'", "version"),
        ("DeprecationWarning: invalid escape sequence", "version"),
        ("AttributeError: '_SingleProcessDataLoaderIter' object has no attribute 'next'", "version"),
        ("RuntimeError: This function was deprecated since version 1.9 and is now removed.", "version"),
        ("AttributeError: `ptp` was removed from the ndarray class in NumPy 2.0.", "version"),
        ("AttributeError: Rectangle.set() got an unexpected keyword argument 'normed'", "version"),
        (
            "ValueError: setting an array element with a sequence. The requested array has an inhomogeneous shape",
            "version",
        ),
        ("SyntaxError: f-string: expecting '}' (3.py, line 1)", "python"),
        ("RuntimeError: Expected tensor for argument #1 'indices' to have one of the following scalar types", "inputs"),
        ("RuntimeError: mat1 and mat2 must have the same dtype, but got Float and Double", "types"),
    ],
)
def test_these_never_fail_anybody(error: str, key: str) -> None:
    found = explain(raised_in_words(error))
    assert found is not None
    assert found.cause not in PROVEN
    assert found.key == key or (key == "version numpy" and found.key == "version")
    assert "{" not in str(found.sentence)
    assert "  " not in str(found.sentence)


@pytest.mark.parametrize(
    "error",
    [
        "ValueError: shapes do not match",
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)",
        "NameError: name 'ImportError' is not defined",
        "ZeroDivisionError: division by zero",
        "TypeError: forward() missing 1 required positional argument: 'x'",
        "AttributeError: 'LSTM' object has no attribute 'cell'",
        "IndexError: index 9 is out of bounds for dimension 0 with size 3",
        "SyntaxError: invalid syntax (2.py, line 3)",
        "RecursionError: maximum recursion depth exceeded",
        "KeyError: 'hidden'",
        "",
    ],
)
def test_these_are_the_students_own(error: str) -> None:
    assert explain(raised_in_words(error)) is None


@pytest.mark.parametrize(
    ("error", "line", "key"),
    [
        ("SyntaxError: invalid syntax", "type Pair = tuple[int, int]", "python"),
        ("SyntaxError: invalid syntax", "class Box[T]:", "python"),
        ("SyntaxError: expected '('", "    def first[T](xs: list[T]) -> T:", "python"),
        ("SyntaxError: invalid syntax", "<<<<<<< HEAD", "conflict"),
        ("AssertionError", "assert torch.cuda.is_available(), 'a GPU is needed'", "device"),
        ("SystemExit: 1", "    sys.exit('no gpu')", "device"),
        ("KeyError: 'DATA'", "folder = os.environ['DATA']", "variable"),
    ],
)
def test_the_students_line_may_explain_it(error: str, line: str, key: str) -> None:
    found = explain(raised_in_words(error), Surroundings(line=line))
    assert found is not None
    assert found.key == key
    assert explain(raised_in_words(error), Surroundings(line="x = 1")) is None or error.startswith("SystemExit")


@pytest.mark.parametrize(
    "error",
    [
        "ImportError: cannot import name 'LSTM' from 'models' (/w/models.py)",
        "AttributeError: module 'models' has no attribute 'LSTM'",
        "TypeError: LSTM.__init__() got an unexpected keyword argument 'hidden'",
    ],
)
def test_what_is_the_submissions_own_is_no_circumstance(error: str) -> None:
    own = Surroundings(frozenset({"models"}), frozenset({"LSTM"}))
    assert explain(raised_in_words(error), own) is None
    assert explain(raised_in_words(error)) is not None


def test_an_integer_where_a_table_is_needed_is_the_rubrics_fault_in_the_constructor_alone() -> None:
    raised = raised_in_words("AttributeError: 'int' object has no attribute 'items'")
    assert explain(raised, Surroundings(function="forward")) is None
    found = explain(raised, Surroundings(function="__init__"))
    assert found is not None
    assert (found.cause, found.key) == (Cause.rubric_fault, "inputs")


def test_the_exception_that_it_was_raised_from_counts() -> None:
    chain = (raised_in_words("ModuleNotFoundError: No module named 'einops'"),)
    found = explain(Raised("RuntimeError", "please install our requirements", chain=chain))
    assert found is not None
    assert found.key == "module einops"


@pytest.mark.parametrize(
    "error", ["RuntimeError: Found dtype Double but expected Float", "IndexError: tensors used as indices must be long"]
)
def test_rules_about_the_inputs_of_a_check_do_not_hold_in_a_cell(error: str) -> None:
    assert explain(raised_in_words(error)) is not None
    assert explain(raised_in_words(error), Surroundings(request=False)) is None
