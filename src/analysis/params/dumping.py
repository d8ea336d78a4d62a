"""Write checked params as a file that stands on its own."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from analysis.params.locations import relative
from analysis.params.models import Demo, Params
from analysis.params.source_models import FileSource


def dump_params(params: Params, folder: str | Path) -> str:
    """Return the params as YAML, with every default written out.

    Parameters
    ----------
    params
        As ``load_params`` gives them.
    folder
        Folder in which the text will be stored; paths are written relative to it.

    Returns
    -------
    str
        YAML 1.2 without ``extends``. Stored in ``folder`` and loaded again, it gives equal params.
    """
    text = StringIO()
    yaml = YAML(plug_ins=[])
    yaml.width = 10_000  # a folded line would be harder to read than a long one
    yaml.dump(_plain(params, os.path.abspath(folder)), text)
    return text.getvalue()


def _plain(value: Any, folder: str) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if not isinstance(value, BaseModel):
        return value
    plain = {}
    for name, field in type(value).model_fields.items():
        below = getattr(value, name)
        if below is None and field.default is None:
            continue  # absent means absent; None is written where the default differs
        plain[name] = _plain(below, folder)
    for kind, key in ((FileSource, "location"), (Demo, "folder")):
        if isinstance(value, kind):
            plain[key] = relative(plain[key], folder)
    return plain
