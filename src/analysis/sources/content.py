"""What a file really is, whatever it is called: told by its first bytes, before it is parsed."""

import re
from pathlib import Path

from analysis.sources.raw import SourceError

HEAD_BYTES = 4096

XLSX = "a zip archive, as an Excel workbook (.xlsx) is one"
OLD_EXCEL = "an old Excel workbook (.xls), or a workbook that a password protects"
PARQUET = "a Parquet file"

_SIGNATURES = (
    (b"PK\x03\x04", XLSX),
    (b"PK\x05\x06", XLSX),
    (b"\xd0\xcf\x11\xe0", OLD_EXCEL),
    (b"PAR1", PARQUET),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"%PDF", "a PDF document"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|script|meta)", re.IGNORECASE)
_REMEDIES = {
    XLSX: "If it is a workbook, write 'format: excel' in the params file; if not, unpack it.",
    OLD_EXCEL: "Open it in Excel and save it as .xlsx without a password.",
    PARQUET: "Write 'format: parquet' in the params file.",
}
_UNPACK = "Unpack it, or export the file again."


def recognize(path: Path) -> str | None:
    """Say what a file is if it is no plain text, or None.

    Raises
    ------
    SourceError
        If it is empty or cannot be opened.
    """
    head = read_head(path)
    if not head:
        raise SourceError(f"{path.name}: the file is empty. Export it again.")
    found = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)
    return found or ("an HTML or XML page" if _MARKUP.match(head.lstrip(b"\xef\xbb\xbf")) else None)


def require_text(path: Path) -> None:
    """Refuse a file that is no text, and say what it is."""
    kind = recognize(path)
    if kind == "an HTML or XML page":
        raise SourceError(
            f"{path.name}, line 1: this is an HTML or XML page, not a table. It may be the page on "
            "which one signs in: sign in, and export the file again."
        )
    if kind:
        raise SourceError(
            f"{path.name}: this is not text but {kind}. {_REMEDIES.get(kind, _UNPACK)}"
        )


def read_head(path: Path) -> bytes:
    """The first bytes of a file.

    Raises
    ------
    SourceError
        If it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise SourceError(
            f"{path.name}: the file cannot be opened ({error.strerror}). Correct 'location' in "
            "the params file, or the file's permissions."
        ) from None
