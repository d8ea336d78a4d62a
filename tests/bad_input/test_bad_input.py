"""Every case of bad input gets what it must get, and the message says what to do."""

import pytest
from tests.bad_input import all_cases


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.number} {case.what}")
def test_bad_input_gets_what_it_must(case, tmp_path):
    found = case.run(tmp_path)
    assert found.outcome == case.expected, found.message
    assert [text for text in case.says if text not in found.message] == []
    assert "Traceback" not in found.message
