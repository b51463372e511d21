"""An operation that only the reference has works on every device."""

from __future__ import annotations

import mlx.core as mx
import pytest

from spectro._engine import dispatch, operations


def negated(plan, x):
    return -x


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_the_reference_answers_where_no_backend_has_the_operation(device, monkeypatch):
    monkeypatch.setattr(dispatch, "device", lambda: device)
    monkeypatch.setattr(dispatch._load(device), "unavailable", lambda: None)
    x = mx.array([1.0, -2.0])
    with operations.registered("negate", negated):
        assert dispatch.choose("negate", None, x) == (negated, None)
        assert dispatch.run("negate", None, x).tolist() == [-1.0, 2.0]
    with pytest.raises(KeyError):
        dispatch.run("negate", None, x)


def test_operations_are_registered_until_the_block_ends_whatever_happens():
    before = dict(operations.OPERATIONS)
    with pytest.raises(ZeroDivisionError), operations.registered("negate", negated):
        raise ZeroDivisionError
    assert before == operations.OPERATIONS
