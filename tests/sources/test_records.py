"""Records: where they end, what is wrong with them, and that blocks may end anywhere."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.dialect import Dialect
from analysis.sources.raw import SourceError
from analysis.sources.records import RecordScanner

NAMES = ("id", "name", "amount")
SOUND = "1,Li,5\n" * 9


def scan(text: str, cuts: list[int] = (), delimiter=",", comment=None, **options) -> tuple:
    """Scanner and text after a scan of the text in blocks that end at these places."""
    dialect = Dialect(delimiter, options.get("quote", '"'), comment, NAMES, 1, 2, ())
    scanner = RecordScanner("orders.csv", dialect, [0, 1])
    content = text.encode()
    ends = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    blocks = (content[a:b] for a, b in pairwise(ends))
    return scanner, b"".join(scanner.scan(blocks)).decode()


def faults_of(scanner) -> list[tuple]:
    return [tuple(fault.values()) for fault in scanner.faults.to_pylist()]


def test_a_sound_text_stays_as_it_is():
    scanner, text = scan(SOUND)
    assert text == SOUND
    assert scanner.n_records == 9
    assert faults_of(scanner) == []
    assert scanner.places.to_pylist() == [{"row": 1, "line": 2}]


def test_an_odd_record_keeps_its_place_without_values():
    scanner, text = scan("1,Li\n" + SOUND + "2,Li,5,6\n")
    assert text == ",,\n" + SOUND + ",,\n"
    assert faults_of(scanner) == [(1, "short_row", "1,Li"), (11, "extra_field", "2,Li,5,6")]


def test_what_is_no_record_is_left_out_and_counted():
    scanner, text = scan("\n" + SOUND + "  \n,,\n# a, b\n!a,b,c\n" + SOUND, comment="!")
    assert text == SOUND * 2
    assert (scanner.n_records, scanner.n_blank, scanner.n_comments) == (18, 3, 2)
    assert scanner.places.to_pylist() == [{"row": 1, "line": 3}, {"row": 10, "line": 16}]


def test_an_id_may_begin_with_a_number_sign():
    scanner, _ = scan(SOUND + "#1001,Li\n")
    assert faults_of(scanner) == [(10, "short_row", "#1001,Li")]


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1f", "\x7f", "\x85"])
def test_control_characters_are_found_and_kept(sign):
    scanner, text = scan(SOUND + f"2,L{sign}i,5\n")
    assert text == SOUND + f"2,L{sign}i,5\n"
    assert faults_of(scanner) == [(10, "control_character", f"2,L{sign}i,5")]


@pytest.mark.parametrize("sign", ["\t", "é", "\u00a0", "茶", "Â"])
def test_other_signs_are_no_control_characters(sign):
    assert faults_of(scan(SOUND + f"2,L{sign}i,5\n")[0]) == []


@pytest.mark.parametrize(
    "row", ["Total,,9", "合计：,,9", "Grand total (CNY),,9", ",Sum,9", "Total: 9", " TOTAL ,,9"]
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_sums_below_the_rows(row, end):
    scanner, _ = scan(f"{SOUND}{row}{end}")
    assert faults_of(scanner) == [(10, "summary_row", row)]


@pytest.mark.parametrize("row", ["Total,Li,9", "1,Total,9", "Totally,,9", "Summit Ltd,,9"])
def test_rows_that_are_no_sums(row):
    assert faults_of(scan(f"{SOUND}{row}\n")[0]) == []


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param(SOUND + "2,Li", 11, "ends in the middle", id="cut"),
        pytest.param(SOUND + '2,"L\ni",5\n3,"Li,5\n', 13, "quotation mark", id="open"),
        pytest.param(SOUND + '2,"Li,5\n3,"Wu",5\n', 11, "quotation mark", id="open, then others"),
        pytest.param(SOUND + '2,L"i,5\n', 11, "quotation mark", id="within a value"),
        pytest.param(SOUND + '2,"L"i,5\n', 11, "quotation mark", id="closed early"),
        pytest.param(SOUND + '2, "Li",5\n', 11, "quotation mark", id="after a blank"),
        pytest.param(f'2,"Li,5\n{SOUND * 20_000}', 2, "quotation mark", id="open, far off"),
        pytest.param(f"{SOUND}2,{'x' * (1 << 21)},5\n", 11, "longer than 1 MB", id="huge"),
        pytest.param(f'{SOUND}2,"{"x" * (1 << 21)}",5\n', 11, "longer than 1 MB", id="quoted"),
        pytest.param(f"{SOUND}2,{'x' * (1 << 21)}", 11, "longer than 1 MB", id="huge, last"),
        pytest.param("1,Li\n1,Li,5\n1,Li\n", 2, "2 of 3 rows do not fit", id="most are short"),
        pytest.param("1,Li,5,6\n" * 20_000, 2, "4 columns where the header has 3", id="all long"),
    ],
)
@pytest.mark.parametrize("cuts", [[], [30, 60, 1000, 700_000]])
def test_what_stops_names_the_line_and_shows_no_value(text, line, why, cuts):
    with pytest.raises(SourceError, match=why) as caught:
        scan(text, cuts)
    assert str(caught.value).startswith(f"orders.csv, line {line}: ")
    assert "Li" not in str(caught.value).replace("Line", "")


def test_without_a_quote_sign_quotation_marks_are_text():
    scanner, text = scan('1,"Li,5\n2,"",5\n', quote=None)
    assert text == '1,"Li,5\n2,"",5\n'
    assert faults_of(scanner) == []


LINES = ['1,"a\n\nb",5', "2,b", "3,c,5", "", '4,"",5', "# c", '5,"x""y",5', "6,d,5,5", "7,\0,5"]


@given(
    lines=st.lists(st.sampled_from(LINES), max_size=9),
    cuts=st.lists(st.integers(0, 300), max_size=6),
    is_ended=st.booleans(),
)
def test_blocks_may_end_anywhere(lines, cuts, is_ended):
    text = "\n".join([*lines, SOUND * 2]) if is_ended else "\n".join([*lines, SOUND * 2 + "8,x,5"])
    (whole, expected), (cut, found) = scan(text), scan(text, cuts)
    assert found == expected
    assert (cut.n_records, cut.n_blank, cut.n_comments) == (
        whole.n_records,
        whole.n_blank,
        whole.n_comments,
    )
    assert cut.faults == whole.faults
    assert cut.places == whole.places
