"""What a review reads: the files of each input table, and what of its params a step sees."""

import hmac
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from analysis.params import Params
from analysis.params.secrets import SecretError, read_key
from analysis.params.source_models import FileSource

PLACES = frozenset(
    {
        "location",
        "folder",
        "privacy.key",
        "report.logo",
        "exports.last_workbook",
        "exports.last_crm",
    }
)
"""Keys that say where something lies on one machine; what lies there is hashed instead."""
MARKED = b"customer-review-kit: mark of a key"


def input_files(params: Params) -> dict[str, tuple[Path, ...]]:
    """Files of each input table; none for a table that a database holds."""
    return {
        name: source.paths if isinstance(source, FileSource) else ()
        for name, source in params.sources.given.items()
    }


def settings(params: Params, sections: Iterable[str]) -> dict[str, str]:
    """What sections of the params say, by dotted key, without places on this machine."""
    found: dict[str, str] = {}
    for name in sections:
        value: Any = params
        for part in name.split("."):
            value = getattr(value, part)
        found |= dict(_leaves(name, value))
    return found


def key_mark(params: Params) -> str:
    """What tells one key of pseudonyms from another without giving it away; empty without one.

    A run under another key must not be taken over, and nobody may guess the key from the mark: it
    is an HMAC of a fixed text under that key.
    """
    privacy = params.privacy
    if not privacy.pseudonymise or privacy.key is None:
        return ""
    try:
        return hmac.new(read_key(privacy.key), MARKED, "sha256").hexdigest()
    except SecretError:
        return ""  # the step that needs it says so


def _leaves(name: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, BaseModel):
        value = {key: getattr(value, key) for key in type(value).model_fields}
    if isinstance(value, Mapping):
        for key, below in value.items():
            if not {key, f"{name}.{key}"} & PLACES:
                yield from _leaves(f"{name}.{key}", below)
    elif value is not None:
        yield name, str(value)
