"""A text file as UTF-8 in blocks, whose lines all end alike: nothing else reads its bytes."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from analysis.sources.encoding import BLOCK_BYTES, Encoding
from analysis.sources.raw import SourceError


class TextFile:
    """A text file in a known encoding.

    Attributes
    ----------
    path : Path
        The file.
    encoding : Encoding
        How it is written.
    n_crlf, n_lf, n_cr : int
        Line ends of each kind, as far as it has been read.
    """

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self.path = path
        self.encoding = encoding
        self.n_crlf = self.n_lf = self.n_cr = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the text from its beginning, with every line ended by a line feed.

        Raises
        ------
        SourceError
            If a byte does not belong to the encoding.
        """
        decoder = codecs.getincrementaldecoder(self.encoding.codec)()
        held = ""
        with self.path.open("rb") as file:
            file.seek(self.encoding.mark_bytes)
            while True:
                part = file.read(BLOCK_BYTES)
                try:
                    text = held + decoder.decode(part, final=not part)
                except UnicodeDecodeError as error:
                    raise self._undecodable(error) from None
                # A carriage return may be half of a line end.
                held = "\r" if part and text.endswith("\r") else ""
                if block := self._end_lines_alike(text.removesuffix(held).encode()):
                    yield block
                if not part:
                    return

    @property
    def _n_lines(self) -> int:
        return self.n_crlf + self.n_lf + self.n_cr

    def _end_lines_alike(self, block: bytes) -> bytes:
        if b"\r" not in block:
            self.n_lf += block.count(b"\n")
            return block
        n_crlf, n_cr, n_lf = block.count(b"\r\n"), block.count(b"\r"), block.count(b"\n")
        self.n_crlf += n_crlf
        self.n_lf += n_lf - n_crlf
        self.n_cr += n_cr - n_crlf
        block = block.replace(b"\r\n", b"\n")
        return block.replace(b"\r", b"\n") if n_cr > n_crlf else block

    def _undecodable(self, error: UnicodeDecodeError) -> SourceError:
        before = error.object[: error.start].decode(self.encoding.codec)
        lines = re.split(r"\r\n?|\n", before)
        byte = len(lines[-1].encode(self.encoding.codec)) + 1
        place = f"line {self._n_lines + len(lines)}, byte {byte}"
        return SourceError(
            f"{self.path.name}, {place} (0x{error.object[error.start]:02X}): this is not "
            f"{self.encoding.name} text. Correct 'encoding' in the params file, or export the file "
            "again as UTF-8."
        )


def squeeze_blanks(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Lines whose columns are separated by any blanks, as lines separated by one tab."""
    held = b""
    for block in blocks:
        lines, end, held = (held + block).rpartition(b"\n")
        if end:
            yield _squeeze(lines + end)
    if held:
        yield _squeeze(held)


def _squeeze(lines: bytes) -> bytes:
    trimmed = re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", lines)
    return re.sub(rb"[ \t]+", b"\t", trimmed)
