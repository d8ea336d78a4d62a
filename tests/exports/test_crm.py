"""Files that go back into a CRM: their form, what they refuse, and that presets read them again."""

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from tests.exports.conftest import TIERS
from tests.exports.hostile import PAYLOADS, PHONE

from analysis import cleaning, sources
from analysis.exports import ExportError, write_exports
from analysis.exports.crm_forms import FORMS
from analysis.params import load_params
from analysis.schemas import TABLES

ALL = "exports: {crm: [salesforce, hubspot, zoho, fxiaoke]}"
IDS = {
    "salesforce": ["0012v00002xYzABAA0", "0012v00002xYzAbAAK"],
    "hubspot": ["9001234567", "9001234568"],
    "zoho": ["5563000000100001", "5563000000100002"],
    "fxiaoke": ["65a1f0c2e4b0a10001c3d101", "灯笼茶上海"],
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tiers_of(ids: list[str]) -> dict[str, list]:
    """The tiers of as many customers, all alike."""
    alike = {name: [values[0]] * len(ids) for name, values in TIERS.items()}
    return alike | {"customer_id": ids}


class TestForm:
    def test_salesforce(self, export):
        run = export(ALL)
        path = run / "exports/crm_salesforce.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbfId,Review_Segment__c,Review_Tier__c")
        first, _, third, fourth = rows_of(path)
        assert first == {
            "Id": "0007",
            "Review_Segment__c": "champion",
            "Review_Tier__c": "high",
            "Review_Risk__c": "low",
            "Review_CLV__c": "640.25",
            "Review_As_Of__c": "2026-09-30",
            "Review_Run__c": "lantern 2026Q3",
        }
        assert third["Review_Risk__c"] == "lost"
        assert (fourth["Review_Risk__c"], fourth["Review_CLV__c"]) == ("unknown", "")

    @pytest.mark.parametrize(
        ("system", "key", "tier"),
        [
            ("hubspot", "Record ID", "review_tier"),
            ("zoho", "id", "Review_Tier"),
            ("fxiaoke", "_id", "review_tier__c"),
        ],
    )
    def test_the_others(self, export, system, key, tier):
        rows = rows_of(export(ALL) / f"exports/crm_{system}.csv")
        assert [row[key] for row in rows] == TIERS["customer_id"]
        assert [row[tier] for row in rows] == TIERS["tier"]

    def test_a_key_of_the_companys_own(self, export):
        run = export("exports: {crm: [salesforce], key_columns: {salesforce: Customer_No__c}}")
        assert rows_of(run / "exports/crm_salesforce.csv")[0]["Customer_No__c"] == "0007"

    def test_those_whose_presets_are_used(self, export, tmp_path):
        (tmp_path / "accounts.csv").touch()
        location = "location: accounts.csv}"
        run = export(f"  customers: {{preset: zoho, {location}")
        assert [path.name for path in (run / "exports").glob("*.csv")] == ["crm_zoho.csv"]

    def test_pseudonyms_are_no_keys_and_that_is_told(self, make_params, make_run, tmp_path):
        (tmp_path / "key").write_text("0123456789abcdef")
        params = make_params(f"{ALL}\nprivacy: {{pseudonymise: true, key: file:key}}")
        run = make_run()
        (note,) = write_exports(params, run, "exports")
        assert "no CRM finds its customers" in note
        assert not list((run / "exports").glob("crm_*"))

    def test_nobody_else_gets_one(self, export):
        assert not list((export() / "exports").glob("crm_*"))


class TestRefusals:
    """What a spreadsheet on the way could evaluate is refused with its file and row."""

    def test_every_payload_as_a_key(self, export):
        ids = sorted([*PAYLOADS, "C1"])
        run = export(ALL, tiers=tiers_of(ids), customers=None, satisfaction=None)
        written = [row["Id"] for row in rows_of(run / "exports/crm_salesforce.csv")]
        # A telephone number is a key that the CRM may have; it is the only one of the fifty.
        assert written == ["C1"]
        refused = rows_of(run / "exports/refused.csv")
        assert {row["file"] for row in refused} == {f"crm_{name}.csv" for name in FORMS}
        listed = [row for row in refused if row["file"] == "crm_zoho.csv"]
        assert len(listed) == len(PAYLOADS)
        assert {row["column"] for row in listed} == {"customer_id"}
        rows = [int(row["row"]) for row in listed]
        assert rows == sorted(set(range(2, 2 + len(ids))) - {ids.index("C1") + 2})

    def test_the_list_of_refusals_is_guarded(self, export):
        run = export(ALL, tiers=tiers_of(["=1+1", "＝1", "\t=1", "@A1"]), customers=None)
        stood = [row["stood"] for row in rows_of(run / "exports/refused.csv")]
        assert stood
        assert all(text.startswith("'") for text in stood)

    def test_it_is_told(self, make_params, make_run):
        run = make_run(tiers=tiers_of(["=1+1", "C1"]), customers=None, satisfaction=None)
        notes = write_exports(make_params(ALL), run, "exports")
        assert any("4 rows were refused" in note and "refused.csv" in note for note in notes)

    def test_telephone_numbers_survive_unaltered(self, export):
        ids = [PHONE, "+8613800138000", "+86 (21) 1234-5678", "-5", "007"]
        run = export(ALL, tiers=tiers_of(ids), customers=None, satisfaction=None)
        assert not (run / "exports/refused.csv").exists()
        assert {row["Id"] for row in rows_of(run / "exports/crm_salesforce.csv")} == set(ids)


@pytest.mark.parametrize("system", list(FORMS))
def test_the_preset_reads_its_own_file(export, connection, store, tmp_path, system):
    ids = IDS[system]
    run = export(ALL, tiers=tiers_of(ids), customers=None, satisfaction=None)
    path = run / f"exports/crm_{system}.csv"
    review = tmp_path / "again.yml"
    (tmp_path / "orders.csv").touch()
    review.write_text(
        "review: {name: again, company: A, quarter: 2026Q4, languages: [en], currency: CNY}\n"
        "sources:\n  transactions: {format: csv, location: orders.csv}\n"
        f"  customers: {{preset: {system}, location: {path}}}\n",
        encoding="utf-8",
    )
    source = load_params(review).sources.customers
    raw = sources.read_table(connection, TABLES["customers"], source, tmp_path / "read")
    settings = cleaning.CleaningSettings(as_of=date(2026, 12, 31), currency="CNY")
    cleaned = cleaning.clean_tables({"customers": raw}, settings, store)["customers"]
    assert sorted(cleaned.kept.to_pyarrow()["customer_id"].to_pylist()) == sorted(ids)
    assert int(cleaned.rejects.count().execute()) == 0


class TestDryRun:
    """What changes in the CRM, and for how many customers."""

    @pytest.fixture
    def last(self, export, tmp_path):
        run = export("exports: {crm: [zoho]}", name="last")
        path = tmp_path / "crm_zoho.csv"
        path.write_bytes((run / "exports/crm_zoho.csv").read_bytes())
        return path

    AGAIN = "exports: {crm: [zoho], last_crm: {zoho: crm_zoho.csv}}"

    def changes(self, run: Path, language: str = "en") -> dict[tuple[str, str, str], int]:
        rows = rows_of(run / f"exports/crm_zoho.changes.{language}.csv")
        return {tuple(list(row.values())[:3]): int(list(row.values())[3]) for row in rows}

    def test_nothing(self, export, last):
        changes = self.changes(export(self.AGAIN))
        assert changes["Customer", "", "in both files"] == 4
        assert changes["Any change, of customers in both files", "", ""] == 0
        assert not [what for what, before, _ in changes if before]

    def test_counted_by_hand(self, export, last):
        """C2 moves and is worth more, C3 loses its value, C4 leaves, C5 comes, 0007 stays."""
        tiers = {
            "customer_id": ["0007", "C2", "C3", "C5"],
            "segment": ["champion", "at_risk", "at_risk", "new"],
            "tier": ["high", "middle", "unknown", "unknown"],
            "clv_12m": pa.array([640.25, 301.0, None, None], pa.float64()),
        }
        changes = self.changes(export(self.AGAIN, tiers=tiers))
        assert changes["Customer", "", "new in the file"] == 1
        assert changes["Customer", "", "no longer in the file; the CRM keeps what it has"] == 1
        assert changes["Customer", "", "in both files"] == 3
        assert changes["Segment", "Loyal", "At risk"] == 1
        assert changes["Value tier", "High", "Middle"] == 1
        assert changes["Value tier", "Potential", "Not known"] == 1
        assert changes["Value", "", "higher"] == 1
        assert changes["Value", "", "lower"] == 0
        assert changes["Value", "", "not known any more"] == 1
        assert changes["Any change, of customers in both files", "", ""] == 2

    def test_in_chinese(self, export, last):
        assert self.changes(export(self.AGAIN), "zh")["客户", "", "两期均有"] == 4

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("id,Review_Segment\na,new\n", "there is no column Review_Tier"),
            ("{head}\na,new,low,low,1.00,2026-06-30,x\na,new,low,low,1.00,2026-06-30,x\n",
             "1 rows repeat a key"),
        ],
    )  # fmt: skip
    def test_a_file_that_is_none_is_refused(self, export, tmp_path, content, says):
        head = ",".join(FORMS["zoho"].columns().values())
        (tmp_path / "crm_zoho.csv").write_text(content.format(head=head), encoding="utf-8")
        with pytest.raises(ExportError, match=says):
            export(self.AGAIN)
