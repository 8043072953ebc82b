from __future__ import annotations

import polars as pl
import pytest

from tui.aws.lateness import Lateness
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.source import INGESTION, TIMESTAMP, Batch, Records

NOW = 1_767_225_600_000


def batch(*seconds: int) -> Batch:
    """Records that came so many seconds after their start."""
    frame = pl.DataFrame({TIMESTAMP: [NOW] * len(seconds), INGESTION: [NOW + each * 1000 for each in seconds]})
    return Batch(0.0, (Records(DEFAULT_LAYOUT, frame),))


def test_nothing_is_said_of_a_few() -> None:
    """A handful of records is no measure."""
    lateness = Lateness()
    lateness.add(batch(*[60] * 100))
    assert lateness.most() is None


def test_it_is_where_nearly_all_records_are() -> None:
    """Of records within two minutes and a few within an hour, nearly all are within two minutes."""
    lateness = Lateness()
    lateness.add(batch(*[100] * 990, *[3000] * 10))
    assert lateness.most() == 110.0
    assert lateness.most(1.0) == pytest.approx(3010.0)


def test_it_forgets() -> None:
    """When delivery grows slower, so does what is expected."""
    lateness = Lateness()
    lateness.add(batch(*[60] * 30_000))
    for _ in range(8):
        lateness.add(batch(*[300] * 10_000))
    assert lateness.most() == 310.0


def test_odd_times_are_borne() -> None:
    """An ingestion before the start, or days after it, is counted at the edge."""
    lateness = Lateness()
    lateness.add(batch(*[-5] * 150, *[10**6] * 150))
    assert lateness.most() == 3600.0
