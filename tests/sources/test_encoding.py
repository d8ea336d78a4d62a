"""Encodings: what is detected, what has to be declared, and where a file contradicts itself."""

import pytest

from analysis.sources import encoding
from analysis.sources.encoding import find_encoding
from analysis.sources.raw import SourceError
from analysis.sources.text import TextFile

NAMES = "order_id,客户,金额\n1,婷婷鑫磊商贸有限公司,5\n2,茶,6\n"


@pytest.fixture
def write(tmp_path):
    def write(content: bytes):
        path = tmp_path / "orders.csv"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        (b"a,b\n1,2\n", "utf-8"),
        (NAMES.encode(), "utf-8"),
        (NAMES.encode("utf-8-sig"), "utf-8"),
        (NAMES.encode("gb18030"), "gb18030"),
        ("\ufeff".encode("gb18030") + NAMES.encode("gb18030"), "gb18030"),
        ("a,b\n1,𠮷茶茶茶茶茶茶茶茶茶茶\n".encode("gb18030"), "gb18030"),
        (NAMES.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + NAMES.encode("utf-16-be"), "utf-16-be"),
        ("Zoë,naïve,日本語\n".encode(), "utf-8"),
    ],
)
def test_what_is_detected(write, content, codec):
    found = find_encoding(write(content), None)
    assert (found.codec, found.is_detected) == (codec, True)
    text = b"".join(TextFile(write(content), found).blocks())
    assert text.decode() == content[found.mark_bytes :].decode(codec)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("a,b\n1,Müller\n2,Zoë\n".encode("latin-1"), id="German"),
        pytest.param("a,b\n1,l’été à Orléans\n".encode("cp1252"), id="French"),
        pytest.param("a,b\n1,чай зелёный\n".encode("cp1251"), id="Russian"),
        pytest.param("a,b\n1,臺灣茶葉股份有限公司繁體\n".encode("big5"), id="Big5"),
        pytest.param("a,b\n1,お茶とコーヒー\n".encode("shift_jis"), id="Japanese"),
    ],
)
def test_what_has_to_be_declared(write, content):
    with pytest.raises(SourceError, match=r"^orders\.csv, line 2, byte \d+ \(0x..\): this is not"):
        find_encoding(write(content), None)


@pytest.mark.parametrize("content", [b"\xff\xfea\0", b"\xef\xbb\xbfa"])
def test_a_mark_that_contradicts_params(write, content):
    with pytest.raises(SourceError, match="but 'encoding' in the params file is gb18030"):
        find_encoding(write(content), "gb18030")


@pytest.mark.parametrize("first", ["gb18030", "utf-8"])
@pytest.mark.parametrize("n_lines", [1, 500])
def test_a_mixture_is_found_wherever_it_begins(write, monkeypatch, first, n_lines):
    monkeypatch.setattr(encoding, "BLOCK_BYTES", 100)
    second = "utf-8" if first == "gb18030" else "gb18030"
    content = "茶叶,5\n".encode(first) * n_lines + "灯笼茶家居,5\n".encode(second)
    with pytest.raises(SourceError, match="mixes two encodings") as caught:
        find_encoding(write(content), None)
    assert f"line {n_lines + 1}, byte 1" in str(caught.value)
    assert "line 1, byte 1" in str(caught.value)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "gb18030"])
def test_the_size_of_blocks_changes_nothing(write, monkeypatch, size, codec):
    monkeypatch.setattr("analysis.sources.text.BLOCK_BYTES", size)
    content = NAMES.replace("5\n", "5\r\n").replace("6\n", "6\r\r\n").encode(codec)
    text = TextFile(write(content), find_encoding(write(content), codec))
    assert b"".join(text.blocks()).decode() == NAMES + "\n"
    assert (text.n_crlf, text.n_lf, text.n_cr) == (2, 1, 1)
