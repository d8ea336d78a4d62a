"""The key-account workbook: what stands where, that text stays text, and that nothing is cut."""

import re
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from tests.exports.conftest import CUSTOMERS, KEY_ACCOUNTS, TIERS
from tests.exports.hostile import PAYLOADS, PHONE

from analysis.exports import ExportError, write_exports
from analysis.exports.columns import BLANKS, COLUMNS, STATUSES
from analysis.exports.sheet import MOST_CHARACTERS, MOST_ROWS, Sheet, open_workbook
from analysis.locales import Words

# Excel 2010 added solid bars; openpyxl does not know them.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

ROOT = Path(__file__).parents[2]
EN, ZH = Words("en", "CNY"), Words("zh", "CNY")
TEXTS = ("name", "owner", "industry", "region", "customer_id")


def sheet_of(run: Path, language: str = "en", name: str = "accounts"):
    words = EN if language == "en" else ZH
    return load_workbook(run / f"key_accounts.{language}.xlsx")[words(f"workbook.sheet.{name}")]


def accounts_of(sheet) -> list[dict]:
    """The rows of the table by the names of the hidden row."""
    names = [cell.value for cell in sheet[1]]
    return [
        dict(zip(names, map(plain, row), strict=True))
        for row in sheet.iter_rows(4, values_only=True)
    ]


def plain(value):
    """What a spreadsheet shows: openpyxl leaves carriage returns as the file writes them."""
    return value.replace("_x000D_", "\r") if isinstance(value, str) else value


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def strings_of(path: Path) -> str:
    return "".join(parts_of(path).values())


class TestTable:
    def test_what_the_review_knows(self, export):
        first, second, third = accounts_of(sheet_of(export()))
        assert first["customer_id"] == first["customer"] == "0007"
        assert (first["rank"], first["name"], first["owner"]) == (1, "Harbour Hotels", "Lin Wei")
        assert (first["segment"], first["tier"], first["risk"]) == ("Champions", "High", "Low")
        assert (first["revenue_window"], first["clv_12m"]) == (1200.5, 640.25)
        assert first["last_order_date"] == datetime(2026, 9, 20)
        assert (first["nps"], second["nps"], second["open_complaints"]) == (9, None, 2)
        assert (second["risk"], third["risk"]) == ("Watch", "Probably lost")
        assert (second["reasons"], first["reasons"]) == (
            "later than 90% of own intervals, overdue",
            None,
        )
        assert (second["health"], second["overdue_ratio"]) == (38, 3.5)
        assert second["value_at_risk"] == 667.7
        assert {first[blank.field] for blank in BLANKS} == {None}

    def test_in_chinese(self, export):
        sheet = sheet_of(export(), "zh")
        assert [cell.value for cell in sheet[3]][1:3] == ["名次", "客户编号"]
        assert accounts_of(sheet)[1]["risk"] == "需关注"

    def test_the_key_is_hidden_and_the_header_stays(self, export):
        sheet = sheet_of(export())
        assert sheet.column_dimensions["A"].hidden
        assert sheet.row_dimensions[1].hidden
        assert sheet.freeze_panes == "E4"  # rank, number and name stay too
        width = 1 + sum(c.value is not None for c in sheet[1][1:])
        assert sheet.auto_filter.ref == f"A3:{sheet.cell(6, width).coordinate}"

    def test_number_and_date_formats(self, export):
        sheet = sheet_of(export())
        formats = {
            name.value: cell.number_format for name, cell in zip(sheet[1], sheet[4], strict=True)
        }
        assert formats["clv_12m"].startswith('"CN¥"#,##0')
        assert formats["p_alive"] == "0.0%"
        assert formats["last_order_date"] == formats["fill_due"] == "yyyy-mm-dd"

    def test_lists_to_choose_from(self, export):
        book = load_workbook(export() / "key_accounts.en.xlsx")
        sheet, lists = book[EN("workbook.sheet.accounts")], book["lists"]
        assert lists.sheet_state == "hidden"
        sources = {v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"}
        assert sources == {"lists!$A$1:$A$4", "lists!$B$1:$B$2"}
        states = [EN(f"workbook.status.{name}") for name in STATUSES]
        assert [lists.cell(row, 1).value for row in range(1, 5)] == states
        assert [lists.cell(row, 2).value for row in range(1, 3)] == ["Lin Wei", "陈梅"]

    def test_colour_rules_and_bars(self, export):
        sheet = sheet_of(export())
        place = {cell.value: cell.column_letter for cell in sheet[1]}
        rules = {
            re.sub(r"\d.*", "", str(area.sqref)): [
                (rule.type, rule.formula[0] if rule.formula else None) for rule in area.rules
            ]
            for area in sheet.conditional_formatting
        }
        assert ("cellIs", '"Probably lost"') in rules[place["risk"]]
        assert ("cellIs", '"High"') in rules[place["tier"]]
        assert rules[place["clv_12m"]][0][0] == "dataBar"
        for field, limit in (("overdue_ratio", ">2"), ("health", "<40")):  # as the params say
            cell = f"${place[field]}4"
            assert rules[place[field]] == [("expression", f"AND(ISNUMBER({cell}),{cell}{limit})")]
        due, status = place["fill_due"], place["fill_status"]
        kind, formula = rules[due][0]
        assert kind == "expression"
        assert f"${due}4<TODAY()" in formula
        assert f'${status}4="Done"' in formula

    def test_printed_in_landscape_with_company_quarter_and_secrecy(self, export):
        sheet = sheet_of(export())
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$2:$3"
        assert sheet.oddHeader.left.text == "Lantern && Tea"
        assert "2026Q3" in sheet.oddHeader.center.text
        assert sheet.oddHeader.right.text == "Confidential"
        assert sheet.oddFooter.right.text == "&P / &N"


class TestOverview:
    def test_totals_are_those_of_the_table(self, export):
        cells = list(sheet_of(export(), name="overview").iter_rows(values_only=True))
        facts = {row[0]: row[1] for row in cells if row[1] is not None}
        assert facts["Key accounts"] == 3
        assert facts["Joined since last quarter"] == 2
        assert "Left since last quarter" not in facts
        assert facts["Revenue, 12 months"] == pytest.approx(1200.5 + 800 + 90)
        assert facts["Share of all revenue"] == 0.4
        assert "Share of all value" not in facts  # not computed: nothing is invented
        rows = {row[0]: row[1:4] for row in cells}
        assert rows["High"] == (2, 2000.5, 940.25)
        assert rows["Probably lost"] == (1, 90, 20)
        assert rows["Lin Wei"] == (2, 1290.5, 660.25)

    def test_the_glossary_explains_each_column(self, export):
        run = export()
        told = {row[0] for row in sheet_of(run, name="glossary").iter_rows(2, values_only=True)}
        shown = {cell.value for cell in sheet_of(run)[3]} - {EN("workbook.heading.key")}
        assert told == shown


class TestNames:
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_without_leave_nobody_is_named(self, export, language):
        run = export("exports: {names: false}")
        text = strings_of(run / f"key_accounts.{language}.xlsx")
        for name in (*CUSTOMERS["name"], *filter(None, CUSTOMERS["owner"])):
            assert name not in text
        assert "0007" in text

    def test_codes_stand_for_no_names(self, export, tmp_path):
        (tmp_path / "key").write_text("0123456789abcdef")
        run = export("privacy: {pseudonymise: true, key: file:key}")
        assert "Harbour Hotels" not in strings_of(run / "key_accounts.en.xlsx")


class TestFormulas:
    """Whatever a text begins with, it stays text, in every column and in headings."""

    def payload_run(self, export, column: str) -> Path:
        ids = [f"K{n:03}" for n in range(len(PAYLOADS))]
        texts = {"customer_id": ids, "name": ids, "owner": ids, "industry": ids, "region": ids}
        texts[column] = list(PAYLOADS)
        n = len(ids)
        tiers = {name: [values[0]] * n for name, values in TIERS.items()}
        return export(
            customers=texts,
            tiers=tiers | {"customer_id": texts["customer_id"]},
            satisfaction=None,
            key_accounts={"rank": list(range(1, n + 1)), "customer_id": texts["customer_id"]},
        )

    @pytest.mark.parametrize("column", TEXTS)
    def test_no_formula_and_no_link(self, export, column):
        path = self.payload_run(export, column) / "key_accounts.en.xlsx"
        sheet = load_workbook(path)[EN("workbook.sheet.accounts")]
        shown = "customer" if column == "customer_id" else column
        assert [row[shown] for row in accounts_of(sheet)] == list(PAYLOADS)
        parts = parts_of(path)
        assert not any("externalLink" in name or "_rels/sheet" in name for name in parts)
        for name, part in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(r"<(f|hyperlink)[ s>]", part), name

    @pytest.mark.parametrize("column", ["name", "customer_id"])
    def test_libreoffice_sees_the_same_texts(self, export, convert, column):
        path = self.payload_run(export, column) / "key_accounts.en.xlsx"
        sheet = load_workbook(convert(path, "xlsx"))[EN("workbook.sheet.accounts")]
        shown = "customer" if column == "customer_id" else column
        found = [row[shown] for row in accounts_of(sheet)]
        assert [text.replace("\r", "\n") for text in found] == [
            text.replace("\r", "\n") for text in PAYLOADS
        ]
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
        assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)

    def test_headings_too(self, tmp_path):
        book = open_workbook(tmp_path / "b.xlsx")
        Sheet(book, "b.xlsx", "s").write_row(0, PAYLOADS, book.add_format({"bold": True}))
        book.close()
        cells = load_workbook(tmp_path / "b.xlsx")["s"][1]
        assert [plain(cell.value) for cell in cells] == list(PAYLOADS)
        assert {cell.data_type for cell in cells} == {"s"}

    def test_a_company_called_like_a_formula(self, make_params, make_run):
        params = make_params()
        company = params.review.company.model_copy(update={"en": "=1+1"})
        review = params.review.model_copy(update={"company": company})
        run = make_run()
        write_exports(params.model_copy(update={"review": review}), run, "exports")
        sheet = sheet_of(run, name="overview")
        assert (sheet["A1"].value, sheet["A1"].data_type) == ("=1+1", "s")

    def test_telephone_numbers_survive(self, export):
        run = export(customers={"name": [PHONE, "+8613800138000", "0138", "1e5"]})
        names = [row["name"] for row in accounts_of(sheet_of(run))]
        assert names == [PHONE, "+8613800138000", "0138"]


class TestLimits:
    @pytest.fixture
    def sheet(self, tmp_path):
        return Sheet(open_workbook(tmp_path / "b.xlsx"), "b.xlsx", "s")

    def test_the_longest_text(self, sheet):
        sheet.write(0, 0, "x" * MOST_CHARACTERS)
        with pytest.raises(ExportError, match=r"b.xlsx, sheet s, cell B1: the text has 32,768"):
            sheet.write(0, 1, "x" * (MOST_CHARACTERS + 1))

    def test_a_sign_outside_the_plane_counts_twice(self, sheet):
        sheet.write(0, 0, "😀" * (MOST_CHARACTERS // 2))
        with pytest.raises(ExportError, match="32,768 characters"):
            sheet.write(0, 1, "😀" * (MOST_CHARACTERS // 2 + 1))

    def test_the_last_row(self, sheet):
        sheet.write(MOST_ROWS - 1, 0, "x")
        with pytest.raises(ExportError, match="row 1,048,577"):
            sheet.write(MOST_ROWS, 0, "x")

    def test_a_review_with_such_a_text_is_refused_not_cut(self, export):
        with pytest.raises(ExportError, match=r"key_accounts.en.xlsx.*Nothing is cut"):
            export(customers={"name": ["x" * 40_000, "b", "c", "d"]})


class TestFile:
    def test_equal_bytes_whenever_and_wherever(self, export, monkeypatch):
        first = export(name="one")
        monkeypatch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        time.sleep(1.1)
        second = export(name="two")
        monkeypatch.undo()
        time.tzset()
        for language in ("en", "zh"):
            name = f"key_accounts.{language}.xlsx"
            assert (first / name).read_bytes() == (second / name).read_bytes()

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_libreoffice_opens_it_and_finds_the_same(self, export, convert, language):
        run = export()
        words = EN if language == "en" else ZH
        converted = load_workbook(convert(run / f"key_accounts.{language}.xlsx", "xlsx"))
        found = accounts_of(converted[words("workbook.sheet.accounts")])
        assert found == accounts_of(sheet_of(run, language))

    def test_a_review_with_orders_alone(self, export):
        unknown = pa.array([None] * 4, pa.float64())
        run = export(
            customers=None,
            satisfaction=None,
            tiers={"tier": ["unknown"] * 4, "clv_12m": unknown, "p_alive": unknown},
        )
        first = accounts_of(sheet_of(run))[0]
        assert "name" not in first
        assert first["tier"] == "Not known"

    def test_without_key_accounts_there_is_no_workbook(self, export):
        assert not list(export(key_accounts=None).glob("*.xlsx"))

    def test_it_is_on_the_account_of_its_step(self, export):
        account = (export() / ".steps/exports.files").read_text().split()
        assert {"key_accounts.en.xlsx", "key_accounts.zh.xlsx"} <= set(account)


def test_what_the_360_table_knows_besides(export):
    """Credit, deals, contacts and the next best action, as the review's own table has them."""
    playbook = (ROOT / "params/playbook.yml").read_text(encoding="utf-8")
    own = {
        "customer_id": ["0007", "C2", "C3"],
        "segment": ["champion", "loyal", "at_risk"],
        "tier": ["high", "high", "potential"],
        "overdue_receivables": [0.0, 120.5, None],
        "open_pipeline": [900.0, None, None],
        "last_contact": [date(2026, 9, 1), None, None],
        "due_on": [date(2026, 10, 9), date(2026, 8, 1), None],
        "play": ["protect", "protect", "deepen"],
    }
    chosen = KEY_ACCOUNTS | {"reason": ["value;strategic", "value", "potential"]}
    sheet = sheet_of(export(playbook, customer_360=own, key_accounts=chosen))
    first, second, third = accounts_of(sheet)
    assert (first["play"], third["play"]) == ("Protect the relationship", "Sell further categories")
    assert (first["last_contact"], second["due_on"]) == (
        datetime(2026, 9, 1), datetime(2026, 8, 1)
    )  # fmt: skip
    assert (second["overdue_receivables"], first["open_pipeline"]) == (120.5, 900)
    assert first["risk"] == "Low"  # of the churn warning: the 360 table has none
    areas = {str(area.sqref): area.rules[0] for area in sheet.conditional_formatting}
    place = {cell.value: cell.column_letter for cell in sheet[1]}
    due = areas[f"{place['due_on']}4:{place['due_on']}6"]
    cell = f"${place['due_on']}4"  # an empty one is not overdue
    assert due.formula == [f"AND(ISNUMBER({cell}),{cell}<DATE(2026,09,30))"]
    assert f"{place['overdue_receivables']}4:{place['overdue_receivables']}6" in areas


def test_credit_deals_and_contacts_without_a_360_table(export):
    ids = {"customer_id": ["C2"]}
    run = export(
        receivable_sums=ids | {"overdue_receivables": [120.5], "days_overdue": [9]},
        pipeline_sums=ids | {"open_pipeline": [900.0]},
        contacts=ids | {"last_contact": [date(2026, 9, 1)], "due_on": [date(2026, 8, 1)]},
    )
    first, second, _ = accounts_of(sheet_of(run))
    assert (first["overdue_receivables"], second["overdue_receivables"]) == (None, 120.5)
    assert (second["open_pipeline"], second["due_on"]) == (900, datetime(2026, 8, 1))


def test_each_column_has_its_words():
    for field in [*(column.field for column in COLUMNS), *(blank.field for blank in BLANKS)]:
        for words in (EN, ZH):
            assert words(f"workbook.heading.{field}", months=12)
            assert words(f"workbook.meaning.{field}", months=12)


def test_ranks_are_kept(export):
    run = export(key_accounts={"rank": [3, 1, 2], "customer_id": KEY_ACCOUNTS["customer_id"]})
    assert [row["customer"] for row in accounts_of(sheet_of(run))] == ["C2", "C3", "0007"]
