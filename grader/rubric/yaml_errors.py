"""Collect mistakes in a YAML file, and report all of them together with line, reason and hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from grader.errors import RubricError

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One mistake, as `file:line: place: what; what to try`."""

    line: int
    place: str
    what: str
    hint: str = ""

    def text(self, file: str) -> str:
        return f"{file}:{self.line}: {self.place}: {self.what}" + (f"; {self.hint}" if self.hint else "")


class Reader(yaml.SafeLoader):
    """A safe YAML reader that reports duplicate keys."""


def find_lines(node: yaml.Node, place: Place, lines: dict[Place, int], mistakes: list[Mistake]) -> None:
    """Fill `lines` with the line of every key and entry below `node`; a duplicate key is a mistake."""
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        earlier: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in earlier:
                mistakes.append(Mistake(key.start_mark.line + 1, place_name(place), f"duplicate key '{name}'"))
            earlier.add(name)
            find_lines(value, (*place, name), lines, mistakes)
            lines[(*place, name)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            find_lines(value, (*place, number), lines, mistakes)


def place_name(place: Place) -> str:
    """Return a place in the usual notation: questions[2].points."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text or "the rubric"


class Problems:
    """Collects mistakes by place and turns them into lines of text."""

    def __init__(self, lines: Mapping[Place, int], found: list[Mistake], folder: str = "") -> None:
        self.lines, self.found, self.folder = lines, found, folder

    def add(self, place: Place, what: str, hint: str = "") -> None:
        known = place
        while known not in self.lines and known:
            known = known[:-1]
        self.found.append(Mistake(self.lines.get(known, 1), place_name(place), what, hint))

    def add_all(self, error: ValidationError, place: Place, model: type[BaseModel]) -> None:
        for item in error.errors(include_url=False):
            inner = tuple(part for part in item["loc"] if not str(part).startswith(("function-", "tagged-")))
            where = (*place, *inner)
            if item["type"] == "extra_forbidden":
                self.add(where, "unknown key", did_you_mean(str(inner[-1]), _keys_at(model, inner[:-1])))
            elif item["type"] == "missing":
                self.add(where, "missing key")
            else:
                self.add(where, f"{item['msg'][0].lower()}{item['msg'][1:]}, found {short(item.get('input'))}")

    def raise_all(self, file: str) -> None:
        """Raise all mistakes at once, in the order of the file.

        Raises:
            RubricError: there is one.
        """
        if self.found:
            ordered = sorted(set(self.found), key=lambda mistake: (mistake.line, mistake.place))
            raise RubricError("\n".join(mistake.text(file) for mistake in ordered))


def read_yaml(text: str, file: str, what: str) -> tuple[dict[str, Any], Problems]:
    """Read a mapping from YAML without aliases; return it with its `Problems`. `what` names the expected content.

    Raises:
        RubricError: the text is not YAML, has aliases, or is no mapping.
    """
    mistakes: list[Mistake] = []
    lines: dict[Place, int] = {}
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=Reader)):
            raise RubricError(f"{file}:1: aliases (*name) are not allowed; repeat the part instead")
        node = yaml.compose(text, Loader=Reader)
        data = yaml.load(text, Loader=Reader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise RubricError(
            f"{file}:{line}: not YAML: {getattr(error, 'problem', error)}; check the line above"
        ) from None
    except (ValueError, RecursionError) as error:
        raise RubricError(f"{file}:1: not YAML: {error}") from None
    if not isinstance(data, dict) or node is None:
        raise RubricError(f"{file}:1: {what}")
    find_lines(node, (), lines, mistakes)
    return data, Problems(lines, mistakes, str(Path(file).parent))


def short(value: Any) -> str:
    """Return a value as in the file, cut if it is long."""
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def _keys_at(model: type[BaseModel], inner: Place) -> list[str]:
    current: type[BaseModel] | None = model
    for part in inner:
        if isinstance(part, int) or current is None:
            continue
        annotation = current.model_fields[part].annotation if part in current.model_fields else None
        current = next(_classes(annotation), None)
    fields = current.model_fields if current is not None else {}
    return [field.alias or name for name, field in fields.items()]


def _classes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _classes(argument)


def did_you_mean(word: str, known: list[str]) -> str:
    """Return a suggestion: the most similar known word, or all known words."""
    close = difflib.get_close_matches(word, known, 1, 0.6)
    return f"did you mean '{close[0]}'?" if close else f"known keys: {', '.join(known)}" if known else ""
