"""Which encoding a text file is written in: declared, marked, or detected and then said.

Detection only chooses between UTF-8 and GB18030, and reads the whole file before it decides.
Western text passes for either of them often enough to be misread, so it has to be declared.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.sources.content import read_head
from analysis.sources.raw import SourceError

BLOCK_BYTES = 1 << 23

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030", "gb18030"),
)
# Chinese characters in UTF-8, between ASCII on both sides.
_UTF8_WORD = re.compile(rb"(?<![\x80-\xff])(?:[\xe3-\xe9\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
# In simplified Chinese nearly every sign is in GB2312, and most are among its 3,755 common ones.
# Western and Cyrillic text, or Big5, that is read as GB18030 has other signs.
LEAST_KNOWN, LEAST_COMMON = 0.9, 0.6


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file become text.

    Attributes
    ----------
    name : str
        As params call it.
    codec : str
        As Python calls it.
    mark_bytes : int
        Length of the byte-order mark that the file begins with.
    is_detected : bool
        Whether nobody declared it.
    """

    name: str
    codec: str
    mark_bytes: int = 0
    is_detected: bool = False


def find_encoding(path: Path, declared: str | None) -> Encoding:
    """The declared encoding, or else the one that the file is written in.

    Parameters
    ----------
    path : Path
        A text file.
    declared : str or None
        ``encoding`` of the params file.

    Raises
    ------
    SourceError
        If it cannot be told, or if a mark contradicts what is declared.
    """
    head = read_head(path)
    for mark, name, codec in _MARKS:
        if head.startswith(mark):
            if declared not in (None, name):
                raise SourceError(
                    f"{path.name}: the file is marked as {name}, but 'encoding' in the params "
                    f"file is {declared}. Write {name}, or leave 'encoding' out."
                )
            return Encoding(name, codec, len(mark), declared is None)
    if declared == "utf-16":
        return Encoding(declared, _utf_16_codec(head) or "utf-16-le")
    if declared is not None:
        return Encoding(declared, declared)
    if _utf_16_codec(head):
        raise SourceError(
            f"{path.name}: this looks like UTF-16 without a byte-order mark. Write "
            "'encoding: utf-16' in the params file, or export the file again as UTF-8."
        )
    name = "utf-8" if _is_utf_8(path) else _require_gb18030(path)
    return Encoding(name, name, is_detected=True)


def _utf_16_codec(head: bytes) -> str | None:
    """Byte order of UTF-16 without a mark: every other byte of Western signs is zero."""
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.4 and not head[0::2].count(0):
        return "utf-16-le"
    if half and head[0::2].count(0) > half * 0.4 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _is_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _require_gb18030(path: Path) -> str:
    """Refuse a file that is neither UTF-8 nor, throughout and plausibly, GB18030."""
    n_signs = n_known = n_common = n_broken = 0
    first_line = 1
    for block in _whole_lines(path):
        _refuse_mixture(path, block, first_line)
        text = block.decode("gb18030", "replace")
        signs, known, common = _count_chinese(text)
        n_signs, n_known, n_common = n_signs + signs, n_known + known, n_common + common
        n_broken += text.count("\ufffd")
        first_line += block.count(b"\n")
    if n_broken or n_known < LEAST_KNOWN * n_signs or n_common < LEAST_COMMON * n_signs:
        raise SourceError(
            f"{path.name}, {_first_not_utf_8(path)}: this is not UTF-8, nor Chinese text in "
            "GB18030. Write the file's 'encoding' in the params file (cp1252 or latin-1 for "
            "Western languages), or export it again as UTF-8."
        )
    return "gb18030"


def _refuse_mixture(path: Path, block: bytes, first_line: int) -> None:
    """Stop at Chinese text in UTF-8 within a file that as a whole is not UTF-8."""
    for word in _UTF8_WORD.finditer(block):
        as_utf_8 = _commonness(word[0].decode("utf-8", "replace"))
        if as_utf_8 > _commonness(word[0].decode("gb18030", "replace")):
            raise SourceError(
                f"{path.name}: the file mixes two encodings. UTF-8 stands in "
                f"{_place(block, word.start(), first_line)}; what is not UTF-8 begins in "
                f"{_first_not_utf_8(path)}. Export each part again as UTF-8, and put them together "
                "after that."
            )


def _first_not_utf_8(path: Path) -> str:
    first_line = 1
    for block in _whole_lines(path):
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            return _place(block, error.start, first_line)
        first_line += block.count(b"\n")
    raise AssertionError("only asked for files that are not UTF-8")


def _place(block: bytes, position: int, first_line: int) -> str:
    line = first_line + block.count(b"\n", 0, position)
    byte = position - block.rfind(b"\n", 0, position)
    return f"line {line}, byte {byte} (0x{block[position]:02X})"


def _whole_lines(path: Path) -> Iterator[bytes]:
    """The file in blocks that end with a line: no sign of GB18030 has a byte that ends lines."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block + file.readline()


def _commonness(text: str) -> float:
    signs, _, common = _count_chinese(text)
    return common / signs if signs else 0.0


def _count_chinese(text: str) -> tuple[int, int, int]:
    """How many signs are beyond ASCII, in GB2312, and common there."""
    signs = "".join(_BEYOND_ASCII.findall(text))
    known = np.frombuffer(signs.encode("gb2312", "ignore"), np.uint8)[::2]
    # Rows 1 to 3 hold punctuation and full-width letters, 16 to 55 the common characters.
    common = (known <= 0xA3) | ((known >= 0xB0) & (known <= 0xD7))
    return len(signs), len(known), int(np.count_nonzero(common))
