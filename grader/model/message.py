"""Messages as data: a template and its values, translated and formatted when a page is made.

Catalogues are made from the calls of `say`: every template in the code has a translation, and a value that is itself a
message is translated with it. A `str` in the place of a message is a text of a user, a number or a name, and is never
translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A template with `{names}` and its values; `plural` is the template for any `number` but one."""

    template: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    plural: str = ""
    number: int = 1

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.put(_english)

    def __bool__(self) -> bool:
        """Return whether the message has any words."""
        return bool(self.template)

    def put(self, translate: Callable[[str, str, int], str]) -> str:
        """Return the sentence; `translate(template, plural, number)` translates each template."""
        shown = {name: _put(value, translate) for name, value in self.values.items()}
        words = translate(self.template, self.plural, self.number) if self.template else ""
        return words.format(**shown) if shown else words


Text = Message | str  # a str is shown unchanged
Value = Message | str | int | tuple[Message | str | int, ...]  # a tuple is shown as a list with commas
NOTHING = Message("")


def say(template: str, /, **values: object) -> Message:
    """Return a message; values are texts, whole numbers, messages, or lists of them, and anything else as `str`."""
    return Message(template, {name: _value(value) for name, value in values.items()})


def say_number(one: str, many: str, number: int, /, **values: object) -> Message:
    """Return a message with the plural form that `number` needs; templates use it as `{n}`."""
    return Message(one, {"n": number, **{name: _value(value) for name, value in values.items()}}, many, number)


def sentences(*texts: Text) -> Message:
    """Return several messages as one, with spaces between them and without empty ones."""
    chosen = [text for text in texts if text]
    if len(chosen) == 1 and isinstance(chosen[0], Message):
        return chosen[0]
    names = [f"part_{number}" for number in range(len(chosen))]
    return Message(" ".join(f"{{{name}}}" for name in names), dict(zip(names, chosen, strict=True)))


def shortened(text: Text, max_characters: int) -> Text:
    """Return a text of bounded length: unchanged, or the beginning of its English words."""
    words = str(text)
    return text if len(words) <= max_characters else words[:max_characters]


def templates(text: Text) -> tuple[str, ...]:
    """Return the templates that a text is made of, without its values; the words of a text that has none."""
    if not isinstance(text, Message):
        return (text,)
    inner = [part for value in text.values.values() for part in (value if isinstance(value, tuple) else (value,))]
    return (text.template, *(name for part in inner if isinstance(part, Message) for name in templates(part)))


def all_of(texts: Iterable[Text]) -> Message:
    """Return several texts as one list: a, b and c."""
    parts = list(texts)
    if len(parts) < 2:
        return sentences(*parts)
    return say("{several} and {last}", several=tuple(parts[:-1]), last=parts[-1])


def _english(template: str, plural: str, number: int) -> str:
    return plural if plural and number != 1 else template


def _put(value: Value, translate: Callable[[str, str, int], str]) -> str:
    if isinstance(value, Message):
        return value.put(translate)
    if isinstance(value, tuple):
        return ", ".join(_put(part, translate) for part in value)
    return str(value)


def _value(value: object) -> Value:
    return tuple(_part(part) for part in value) if isinstance(value, (list, tuple)) else _part(value)


def _part(value: object) -> Message | str | int:
    return value if isinstance(value, (Message, str, int)) and not isinstance(value, bool) else str(value)
