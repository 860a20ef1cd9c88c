"""Read YAML to nodes with their lines: anchors and aliases with bounds, and merge keys.

An alias stands for the part that its anchor names. The bounds hold for the document as it would be if each alias was
written out, and they are checked while the text is read, before anything of that size exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Place = tuple[str | int, ...]

MAX_NODES = 100_000  # keys, values and entries of the expanded document; the largest rubric of the examples has 700
MAX_DEPTH = 50  # lists and mappings inside each other; PyYAML itself stops at about 300
MERGE = "tag:yaml.org,2002:merge"


class YamlMistake(Exception):
    """A text that is no YAML or exceeds a bound: what is wrong, with the line, and what to try."""

    def __init__(self, line: int, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(what)


@dataclass
class Lines:
    """The lines of a document by place: of each key and entry, as they are written.

    A part that comes by an alias or a merge key has the lines of its anchor, as mistakes in it are to be corrected
    there; the list entry that is the alias has its own line. `repeated` are the places where such parts begin.
    """

    of: dict[Place, int] = field(default_factory=dict)
    repeated: set[Place] = field(default_factory=set)
    doubled: list[tuple[int, Place, str]] = field(default_factory=list)  # keys that a mapping has twice

    def is_repeated(self, place: Place) -> bool:
        """Return whether the part at a place, or one that it is in, comes by an alias or a merge key."""
        return any(place[:end] in self.repeated for end in range(1, len(place) + 1))


class _Reader(yaml.SafeLoader):
    """A safe reader that notes where aliases are."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.aliases: dict[tuple[int, int], int] = {}  # line by node and by key, or by the number in a list

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node; an alias gives the node of its anchor."""
        if self.check_event(yaml.AliasEvent):
            position = index if isinstance(index, int) else id(index)
            event: Any = super().peek_event()  # type: ignore[no-untyped-call]
            self.aliases[id(parent), position] = event.start_mark.line + 1
        return super().compose_node(parent, index)


def read_nodes(text: str) -> tuple[Any, Lines]:
    """Return the content of a YAML text, and the lines of its parts.

    Raises:
        YamlMistake: it is no YAML, or larger or deeper than allowed once its aliases are written out.
    """
    try:
        _check_bounds(yaml.parse(text, Loader=yaml.SafeLoader))
        reader = _Reader(text)
        try:
            node = reader.get_single_node()
            lines = Lines()
            if node is not None:
                _find_lines(node, (), lines, reader.aliases)
            return (reader.construct_document(node) if node is not None else None), lines
        finally:
            reader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = f"not YAML: {getattr(error, 'problem', error)}; check the line above"
        raise YamlMistake(mark.line + 1 if mark else 1, what) from None
    except (ValueError, RecursionError) as error:
        raise YamlMistake(1, f"not YAML: {error}") from None


@dataclass
class _Open:
    """A list or mapping that is being read."""

    anchor: str | None
    nodes: int = 1
    height: int = 1  # of what is in it, with itself


def _check_bounds(events: Iterator[Any]) -> None:
    """Count the nodes of the expanded document and its depth without expanding it.

    Raises:
        YamlMistake: there are too many, or an alias is inside of its own anchor.
    """
    sizes: dict[str, tuple[int, int]] = {}  # nodes and height of what each anchor names
    unfinished: list[_Open] = []
    total = 0
    for event in events:
        line, anchor = event.start_mark.line + 1, getattr(event, "anchor", None)
        if isinstance(event, yaml.CollectionStartEvent):
            unfinished.append(_Open(anchor))
            nodes, height = 1, 0
        elif isinstance(event, yaml.CollectionEndEvent):
            done = unfinished.pop()
            if unfinished:
                unfinished[-1].nodes += done.nodes
                unfinished[-1].height = max(unfinished[-1].height, done.height + 1)
            if done.anchor is not None:
                sizes[done.anchor] = done.nodes, done.height
            continue
        elif isinstance(event, (yaml.AliasEvent, yaml.ScalarEvent)):
            nodes, height = _leaf(event, unfinished, sizes)
        else:
            continue
        total += nodes
        if total > MAX_NODES:
            raise YamlMistake(line, f"more than {MAX_NODES} keys, values and entries{_WRITTEN_OUT}")
        if len(unfinished) + height > MAX_DEPTH:
            raise YamlMistake(line, f"more than {MAX_DEPTH} lists and mappings inside each other{_WRITTEN_OUT}")


_WRITTEN_OUT = ", where aliases (*name) count as what they stand for; repeat less"


def _leaf(event: Any, unfinished: list[_Open], sizes: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Count a scalar, or what an alias stands for, into the part that it is in, and return its nodes and height."""
    anchor, nodes, height = event.anchor, 1, 0
    is_alias = isinstance(event, yaml.AliasEvent)
    if is_alias:
        if anchor in [part.anchor for part in unfinished]:
            raise YamlMistake(event.start_mark.line + 1, f"the alias *{anchor} is inside of the part it repeats")
        nodes, height = sizes.get(anchor, (1, 0))  # one without an anchor is refused when nodes are composed
    elif anchor is not None:
        sizes[anchor] = 1, 0
    if unfinished:
        unfinished[-1].nodes += nodes
        unfinished[-1].height = max(unfinished[-1].height, height + 1)
    return nodes, height


def _find_lines(node: yaml.Node, place: Place, lines: Lines, aliases: Mapping[tuple[int, int], int]) -> None:
    """Fill `lines` with the line of every key and entry below `node`, and with the keys that a mapping has twice."""
    lines.of.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            inner = (*place, number)
            if (line := aliases.get((id(node), number))) is not None:
                lines.of[inner] = line
                lines.repeated.add(inner)
            _find_lines(value, inner, lines, aliases)
    elif isinstance(node, yaml.MappingNode):
        _find_keys(node, place, lines, aliases, set())


def _find_keys(
    node: yaml.MappingNode, place: Place, lines: Lines, aliases: Mapping[tuple[int, int], int], known: set[str]
) -> None:
    """Do the same for the keys of a mapping that are not `known`, its own before those that it merges."""
    own: set[str] = set()
    for key, value in node.value:
        name, inner = str(key.value), (*place, str(key.value))
        if name in own:
            lines.doubled.append((key.start_mark.line + 1, place, name))
        own.add(name)
        if key.tag == MERGE or name in known:
            continue
        if (id(node), id(key)) in aliases:
            lines.repeated.add(inner)
        lines.of[inner] = key.start_mark.line + 1
        _find_lines(value, inner, lines, aliases)
    known |= own
    for part in (part for key, value in node.value if key.tag == MERGE for part in _merged(value)):
        lines.repeated |= {(*place, str(key.value)) for key, _ in part.value if str(key.value) not in known}
        _find_keys(part, place, lines, aliases, known)


def _merged(node: yaml.Node) -> list[yaml.MappingNode]:
    parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [part for part in parts if isinstance(part, yaml.MappingNode)]
