"""The names that an answer gives the lengths of its shapes, replaced by those of the rubric."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from grader.model.message import say
from grader.reading.shape_stages import WantedShapes
from grader.reading.shapes import Length, NotUnderstood, Written


def names_of(wanted: WantedShapes, explained: Mapping[str, str]) -> dict[str, str]:
    """Return the dimension of each name; a letter that the answer explains takes its dimension from other letters."""
    names = {
        re.sub(r"\s+", "_", other.lower()): name
        for name, others in wanted.dimensions.items()
        for other in [name, *others]
    }
    taken = set(explained.values())
    kept = {name: dimension for name, dimension in names.items() if len(name) > 1 or dimension not in taken}
    return {**kept, **explained}


def never_alone(wanted: WantedShapes) -> set[str]:
    """Return the dimensions that are only a part of a sum in the right shapes, as the shift is."""
    alone = {length.names[0] for stage in wanted.stages for length in stage.shape if len(length.names) == 1}
    return set(wanted.dimensions) - alone


def bind(written: Sequence[Written], known: Mapping[str, str], never_alone: Collection[str] = ()) -> list[Written]:
    """Replace the team's names by the rubric's: by the list of other names, or by the position of a name.

    `never_alone` are the dimensions that are no length of a right shape by themselves; a letter that is one here means
    something else.

    Raises:
        NotUnderstood: a name is at several positions, or two names would mean the same.
    """
    places: dict[str, set[str]] = {}
    known = _by_place(written, known, never_alone)
    for one in written:
        for axis, dimension in enumerate(one.shape):
            for position, name in enumerate(_in_order(dimension, known)):
                if name not in known:
                    places.setdefault(name, set()).add(_role(axis, len(one.shape), position, dimension, known))
    names = dict(known)
    used = {known[name] for one in written for d in one.shape for name in d.names if name in known}
    for name, roles in places.items():
        if len(roles) != 1 or roles & used or "" in roles:
            raise NotUnderstood(say("The meaning of the name '{name}' is not clear.", name=name))
        names[name] = roles.pop()
        used.add(names[name])
    return [
        Written(w.text, tuple(d.renamed(names) for d in w.shape), w.before, w.after, w.label, w.into) for w in written
    ]


def _by_place(written: Sequence[Written], known: Mapping[str, str], never_alone: Collection[str]) -> dict[str, str]:
    """Return the known names, without letters that are used otherwise, and with names that one place explains."""
    alone: dict[str, set[int]] = {}
    for one in written:
        for axis, dimension in enumerate(one.shape):
            if len(one.shape) == 3 and len(dimension.terms) == 1 and dimension.names:
                alone.setdefault(dimension.names[0], set()).add(axis)
    has_length = any(known.get(n) == "seq" for one in written for length in one.shape for n in length.names)
    gives_way = {n for n in alone if len(n) == 1 and known.get(n) in never_alone and not has_length}
    kept = {name: meaning for name, meaning in known.items() if name not in gives_way}
    taken = {kept[name] for one in written for d in one.shape for name in d.names if name in kept}
    for name, axes in alone.items():
        role = ("batch", "seq", "hidden")[min(axes)]
        if name not in kept and len(axes) == 1 and role == "seq" and role not in taken and role in known.values():
            kept[name] = role
            taken.add(role)
    return kept


def _in_order(dimension: Length, known: Mapping[str, str]) -> list[str]:
    return sorted(dimension.names, key=lambda name: name in known, reverse=True)


def _role(axis: int, rank: int, position: int, dimension: Length, known: Mapping[str, str]) -> str:
    """Return the meaning of a name by its position in a shape of three dimensions; empty if that is ambiguous."""
    if rank != 3:
        return ""
    others = {known[name] for name in dimension.names if name in known}
    if axis == 1 and len(dimension.names) == 2:
        return "shift" if "seq" in others else "seq" if "shift" in others else ""
    if len(dimension.names) > 1:
        return ""
    return ("batch", "seq", "hidden")[axis]
