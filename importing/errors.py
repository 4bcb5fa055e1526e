"""Describes the errors in a line, in sentences that name the key and the correction."""

from collections.abc import Mapping
from difflib import get_close_matches

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as ModelError
from pydantic import ValidationError as LineError

LONGEST_QUOTATION = 200
# Our sentences for pydantic's types of errors. A ValueError from our own validators brings its sentence with it.
SENTENCES = {
    "missing": "is missing. Every line of this type needs it.",
    "string_type": "must be a text in quotation marks.",
    "string_unicode": "holds half of a character (a lone surrogate). Write the whole character.",
    "bool_type": "must be true or false, without quotation marks.",
    "int_type": "must be a whole number, without quotation marks.",
    "greater_than_equal": "must be {ge} or more.",
    "less_than_equal": "must be {le} or less.",
    "list_type": "must be a list in square brackets.",
    "dict_type": 'must be an object of languages and texts, such as {{"en": "…"}}.',
    "model_type": "must be an object in braces.",
    "model_attributes_type": "must be an object in braces.",
    "literal_error": "must be {expected}.",
}


class Refused(Exception):
    """The line cannot be stored. `reasons` says why, by key; the key "" means the whole line."""

    def __init__(self, reasons: Mapping[str, str]):
        self.reasons = dict(reasons)
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in self.reasons.items()))

    @classmethod
    def by_line_type(cls, error: LineError, model) -> "Refused":
        reasons: dict[str, str] = {}
        for found in error.errors(include_url=False):
            reasons.setdefault(_path(found["loc"]), _sentence(found, model))
        return cls(reasons)

    @classmethod
    def by_model(cls, error: ModelError, keys: Mapping[str, str]) -> "Refused":
        """The refusal for a Django ValidationError. `keys` maps a model's field to the line's key if they differ."""
        if not hasattr(error, "error_dict"):
            return cls({keys.get(NON_FIELD_ERRORS, ""): " ".join(error.messages)})
        return cls(
            {
                keys.get(field, "" if field == NON_FIELD_ERRORS else field): " ".join(messages)
                for field, messages in error.message_dict.items()
            }
        )


class Unreadable(Exception):
    """The file cannot be read. The message begins with the verb, because the caller puts the file's name before it."""


def shown(text: str, length: int = 60) -> str:
    text = text if len(text) <= length else text[:length] + "…"
    return f"“{printable(text)}”"


def quoted(words: str) -> str:
    """The words in one line. If they are long, it says how many characters of them it leaves out."""
    words = printable(" ".join(words.split()))
    rest = len(words) - LONGEST_QUOTATION
    return f"“{words}”" if rest <= 0 else f"“{words[:LONGEST_QUOTATION]}…” and {rest:,} characters more"


def printable(text: str) -> str:
    """The text with unprintable characters escaped, because a terminal could read them as commands."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )


def _path(location: tuple) -> str:
    """The path of a key, as errors name it: `phones[0].number`."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")


def _sentence(found, model) -> str:
    if found["type"] == "value_error":
        return str(found["ctx"]["error"])
    if found["type"] == "extra_forbidden":
        return _unknown(found["loc"], model)
    if found["input"] is None and found["type"] != "missing":
        return "is null. Give it a value."
    sentence = SENTENCES.get(found["type"])
    return sentence.format(**found.get("ctx", {})) if sentence else f"{found['msg']}."


def _unknown(location: tuple, model) -> str:
    if len(location) > 1:
        return "is not a key that is known here. Take it out."
    known = list(model.model_fields)
    close = get_close_matches(location[0], known, n=1)
    guess = f" Did you mean “{close[0]}”?" if close else ""
    return f"is not a key of this type.{guess} The keys are: {', '.join(known)}."
