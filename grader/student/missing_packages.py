"""The packages that a submission imports and that are not installed here, each with the command that installs it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from grader.model import Submission
from grader.sandbox.boundary.absent_torch import is_installed
from grader.syntax import parse_cell

# The names under which an index has packages that are imported under another one.
DISTRIBUTIONS = {
    "PIL": "pillow", "cv2": "opencv-python", "skimage": "scikit-image", "sklearn": "scikit-learn", "yaml": "pyyaml",
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil",
}  # fmt: skip


def missing_packages(submission: Submission) -> Iterator[tuple[str, str]]:
    """Yield the name of each package that is imported at the top of a cell or module, and `pip install NAME`.

    An import in a `try` or in a function is left out: the code may do without it.
    """
    own = {part for path in submission.files for part in path.removesuffix(".py").split("/")}
    for name in sorted(_imported(submission) - own - sys.stdlib_module_names):
        if name.isidentifier() and not is_installed(name):
            yield name, f"pip install {DISTRIBUTIONS.get(name, name)}"


def _imported(submission: Submission) -> set[str]:
    found: set[str] = set()
    for cell in submission.cells:
        try:
            body = parse_cell(cell.source).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # another remark names the mistake, or a magic is in the way
        for node in body:
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found
