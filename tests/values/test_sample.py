"""Which subjects say that the dispatch is sample data."""

from __future__ import annotations

import pytest

from chiso.values.sample import says_sample


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Dữ liệu mẫu: công bố Bộ Chỉ số", True),
        ("V/v Dữ liệu mẫu: công bố Bộ Chỉ số", True),
        ("Về việc số liệu mẫu tháng 8", True),
        ("DỮ LIỆU MẪU", True),
        ("(Sample data) results of August", True),
        ("Về việc công bố Bộ Chỉ số", False),
        ("Về việc ban hành dữ liệu mẫu", False),  # speaks of such data
        ("Dữ liệu mẫuX", False),
        ("", False),
    ],
)
def test_a_subject_that_says_so_first(subject: str, wanted: bool):
    assert says_sample(subject) is wanted
