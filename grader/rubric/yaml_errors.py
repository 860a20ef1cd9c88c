"""Collect mistakes in a YAML file, and report all of them together with line, reason and hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.errors import RubricError
from grader.rubric.yaml_nodes import Lines, Place, YamlMistake, read_nodes


@dataclass(frozen=True)
class Mistake:
    """One mistake, as `file:line: place: what; what to try`."""

    line: int
    place: str
    what: str
    hint: str = ""

    def text(self, file: str) -> str:
        return f"{file}:{self.line}: {self.place}: {self.what}" + (f"; {self.hint}" if self.hint else "")


def place_name(place: Place) -> str:
    """Return a place in the usual notation: questions[2].points."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text or "the rubric"


class Problems:
    """Collects mistakes by place and turns them into lines of text."""

    def __init__(self, lines: Lines, folder: str = "") -> None:
        self.lines, self.folder = lines, folder
        self.found = [
            Mistake(line, place_name(place), f"duplicate key '{name}'") for line, place, name in lines.doubled
        ]

    def add(self, place: Place, what: str, hint: str = "", whole: bool = False) -> None:
        """Add a mistake at a place; `whole` ones are about the part that the place is in, and have its line."""
        known = place[:-1] if whole else place
        while known not in self.lines.of and known:
            known = known[:-1]
        self.found.append(Mistake(self.lines.of.get(known, 1), place_name(place), what, hint))

    def add_duplicate(self, place: Place, name: str) -> None:
        """Add an id that an earlier part has; what an alias repeats has the id of its anchor."""
        repeated = self.lines.is_repeated(place)
        hint = "an alias or a merge key repeats it; give this one an id of its own: '{<<: *name, id: other}'"
        self.add(place, f"duplicate id '{name}'", hint if repeated else "", whole=repeated)

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
    """Read a mapping from YAML; return it with its `Problems`. `what` names the expected content.

    Raises:
        RubricError: the text is not YAML, too large with its aliases written out, or no mapping.
    """
    try:
        data, lines = read_nodes(text)
    except YamlMistake as error:
        raise RubricError(f"{file}:{error.line}: {error.what}") from None
    if not isinstance(data, dict):
        raise RubricError(f"{file}:1: {what}")
    return data, Problems(lines, str(Path(file).parent))


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
