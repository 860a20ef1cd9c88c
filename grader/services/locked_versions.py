"""The versions of everything that the grader needs, as they are installed here: the same are installed elsewhere."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DISTRIBUTION = "dl-grader"


def locked_versions(extras: tuple[str, ...] = ("tests",)) -> str:
    """Return a constraints file for pip: a line for each distribution that the grader needs, with `extras` of its own.

    What is not installed here has no line, so that pip chooses. A local build, such as `2.6.0+cpu`, is written without
    its label: another index may have another build of the same version.
    """
    found: dict[str, str] = {}
    waiting = [(DISTRIBUTION, extras)]
    while waiting:
        name, wanted = waiting.pop()
        for required in _requirements(name, wanted):
            key = canonicalize_name(required.name)
            if key == canonicalize_name(DISTRIBUTION) or key in found:
                continue
            try:
                found[key] = distribution(required.name).version.partition("+")[0]
            except PackageNotFoundError:
                continue
            waiting.append((required.name, tuple(required.extras)))
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def _requirements(name: str, extras: tuple[str, ...]) -> list[Requirement]:
    """Return what a distribution needs here."""
    here = {key: str(value) for key, value in default_environment().items()}
    required = [Requirement(text) for text in distribution(name).requires or ()]
    return [
        one
        for one in required
        if one.marker is None or any(one.marker.evaluate({**here, "extra": extra}) for extra in ("", *extras))
    ]
