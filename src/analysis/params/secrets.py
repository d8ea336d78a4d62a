"""References to secrets: params say where a secret is, never what it is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator

from analysis.params.fields import fault
from analysis.params.problems import PATH_LENGTH, shorten

ENV_PREFIX = "env:"
FILE_PREFIX = "file:"
LEAST_BYTES = 16
MOST_BYTES = 4096
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,99}|file:[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s]")


class SecretError(Exception):
    """A secret cannot be had; the text says why, and never holds any of it."""


def _key_reference(reference: Any) -> str:
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        # What is no reference may be the key itself, so the message does not show it.
        raise fault(
            "this is no reference to a key. The key itself does not belong here, since params "
            "files are copied into every run: write where it is."
        )
    return reference


def secret_fault(reference: str) -> str | None:
    """Say why there is no key where a well-formed reference points, or None."""
    try:
        read_key(reference)
    except SecretError as error:
        return str(error)
    return None


def read_key(reference: str) -> bytes:
    """Return the key that a reference names.

    Parameters
    ----------
    reference
        ``env:NAME`` or ``file:<path>``, as ``privacy.key`` has it.

    Raises
    ------
    SecretError
        There is no such variable or file, or what it holds is too short to keep anything secret.
    """
    kind, _, name = reference.partition(":")
    key = _from_file(Path(name)) if kind == "file" else _from_environment(name)
    key = key.strip()
    if len(key) < LEAST_BYTES:
        raise SecretError(
            f"the key is shorter than {LEAST_BYTES} signs, so it can be guessed. Make one with: "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return key


def _from_environment(name: str) -> bytes:
    key = os.environ.get(name)
    if key is None:
        raise SecretError(f"the environment variable {name} is not set.")
    return key.encode()


def _from_file(path: Path) -> bytes:
    shown = shorten(str(path), PATH_LENGTH)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise SecretError(f"the key's file cannot be read: {shown}: {error.strerror}.") from None


KeyReference = Annotated[str, PlainValidator(_key_reference)]
