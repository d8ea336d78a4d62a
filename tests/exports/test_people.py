"""Files for people: guarded text in CSV, lists with a checklist, BI tables with a dictionary."""

import csv
import re
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.exports.conftest import CUSTOMERS
from tests.exports.hostile import PAYLOADS, PHONE

from analysis.cleaning.texts import guard_formulas
from analysis.engine import write_csv
from analysis.exports import bi, write_exports
from analysis.exports.checklists import OPEN_POINTS
from analysis.locales import Words

EN = Words("en", "CNY")
ROOT = Path(__file__).parents[2]


class TestGuardedText:
    def test_no_payload_starts_a_formula(self, connection, tmp_path):
        texts = ibis.memtable(pa.table({"text": list(PAYLOADS)}))
        write_csv(connection, texts.select(text=guard_formulas(texts.text)), tmp_path / "a.csv")
        with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
            found = [row["text"] for row in csv.DictReader(file)]
        assert [text.removeprefix("'") for text in found] == list(PAYLOADS)
        assert not [text for text in found if re.match(r"[=+\-@\t\r\n＝＋－＠]", text)]

    @pytest.mark.parametrize("text", [PHONE, "+8613800138000", "-5", "+1.5", "-1e3", "0138"])
    def test_numbers_and_telephone_numbers_survive(self, connection, text):
        assert connection.execute(guard_formulas(ibis.literal(text))) == text

    @pytest.mark.parametrize("text", ["+86-138-0013", "+86 A1", "+86 138+1", "+A1 2"])
    def test_what_would_be_evaluated_does_not(self, connection, text):
        assert connection.execute(guard_formulas(ibis.literal(text))) == f"'{text}"


class TestChecklists:
    @pytest.fixture
    def check(self, make_params, make_run):
        """The checklist of one list with these consents, and whether its play is marketing."""

        def check(consents, play="deepen", language="en", more=""):
            run = make_run()
            (run / "lists").mkdir()
            lines = [f"c{n},loyal,{consent}" for n, consent in enumerate(consents)]
            text = "\n".join(["customer_id,segment,consent", *lines, ""])
            (run / f"lists/{play}.csv").write_text(text, encoding="utf-8")
            playbook = (ROOT / "params/playbook.yml").read_text(encoding="utf-8")
            write_exports(make_params(more + playbook), run, "exports")
            return (run / f"lists/{play}.checklist.{language}.md").read_text(encoding="utf-8")

        return check

    def test_consent_of_all_is_ticked(self, check):
        text = check(["yes", "yes", "yes"])
        assert "Customers on the list: 3" in text
        assert "- [x] All 3 customers on it agreed to marketing" in text
        assert text.count("- [ ] ") == len(OPEN_POINTS) + 1  # and that ids stand in clear

    def test_unknown_consent_stays_open(self, check):
        assert "- [ ] Consent is not known for 2 customers" in check(["yes", "unknown", "unknown"])

    def test_a_customer_who_did_not_agree_on_a_marketing_list_is_not_ticked(self, check):
        assert "- [x] All" not in check(["yes", "no"])

    def test_a_service_says_how_many_did_not_agree(self, check):
        text = check(["yes", "no", "no"], play="protect")
        assert "- [x] Declared as service, not marketing: 2 customers" in text

    @pytest.mark.parametrize(("language", "law"), [("en", "PIPL art. 24"), ("zh", "第二十四条")])
    def test_it_names_the_law(self, check, language, law):
        text = check(["yes"], language=language)
        assert law in text
        assert "GDPR" in text

    def test_a_list_of_no_play_says_what_it_does_not_know(self, make_params, make_run):
        run = make_run("listed")
        (run / "lists").mkdir()
        (run / "lists/planned_actions.csv").write_text("customer_id,owner\na,Lin Wei\n")
        write_exports(make_params(), run, "exports")
        text = (run / "lists/planned_actions.checklist.en.md").read_text(encoding="utf-8")
        assert "# Before the list is used: Planned actions" in text
        assert "- [ ] The list does not say who agreed" in text
        assert "- [ ] The list names people: `customer_id`, `owner`." in text

    def test_lists_that_nobody_made_have_none(self, export):
        assert not list(export().glob("lists/*"))


class TestBi:
    def test_one_row_a_customer_with_all_that_is_known(self, export):
        table = pq.read_table(export() / "exports/bi/customer_360.parquet")
        first = table.to_pylist()[0]
        assert table["customer_id"].to_pylist() == ["0007", "C2", "C3", "C4"]
        assert (first["segment"], first["nps"], first["name"]) == ("champion", 9, "Harbour Hotels")
        assert table["risk"].to_pylist() == ["low", "watch", "lost", "unknown"]

    def test_the_reviews_own_table_has_precedence(self, export):
        own = {"customer_id": ["x"], "segment": ["new"], "risk": ["low"]}
        table = pq.read_table(export(customer_360=own) / "exports/bi/customer_360.parquet")
        assert table.to_pydict() == own

    def test_numbers_as_published(self, export):
        rows = pq.read_table(export() / "exports/bi/numbers.parquet").to_pylist()
        missing, joined, share = rows
        assert (joined["name"], joined["value"]) == ("accounts.key.joined", 2)
        assert (share["name"], share["value"]) == ("accounts.key.revenue_share", 0.4)
        assert (missing["value"], missing["note"]) == (None, "needs value")

    def test_without_leave_nobody_is_named(self, export):
        run = export("exports: {names: false}")
        table = pq.read_table(run / "exports/bi/customer_360.parquet")
        assert not {"name", "owner"} & set(table.column_names)
        text = str(table.to_pydict())
        assert not [name for name in CUSTOMERS["name"] if name in text]

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_the_dictionary_has_each_column_of_each_table(self, export, language):
        folder = export() / "exports/bi"
        with (folder / f"data_dictionary.{language}.csv").open(encoding="utf-8-sig") as file:
            told = {tuple(row[:2]): row[2:] for row in list(csv.reader(file))[1:]}
        found = {
            (path.stem, column)
            for path in folder.glob("*.parquet")
            for column in pq.read_schema(path).names
        }
        assert set(told) == found
        own = Words(language, "CNY")("bi.own")
        assert not [column for column, (_, _, meaning) in told.items() if meaning == own]

    def test_each_unit_has_its_words(self):
        for unit in set(bi.UNITS.values()):
            assert EN(f"bi.unit.{unit}", currency="CNY")

    def test_a_column_of_the_companys_own_is_called_that_and_guarded(self, export):
        run = export(customers=CUSTOMERS | {"=1+1": ["a", "b", "c", "d"]})
        with (run / "exports/bi/data_dictionary.en.csv").open(encoding="utf-8-sig") as file:
            rows = {row[1]: row[-1] for row in csv.reader(file)}
        assert rows["'=1+1"] == EN("bi.own")
