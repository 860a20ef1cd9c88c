"""What an unmeasured configuration can be compared with: a few epochs more, or measurements on both sides."""

from __future__ import annotations

import pytest

from grader.reading.configurations import Configuration
from grader.reading.near_configurations import near, unmeasured
from reference.distribution import Distribution, configuration_of, name_of

INITIAL = {"hidden_size": 40.0, "shift": 10.0, "epochs": 100.0, "batch_size": 10.0, "learning_rate": 0.01}
SMALL, FIRST, LARGE, LONG, SHORT = (Distribution((n, n + 1, n + 2)) for n in (50.0, 55.0, 57.0, 59.0, 20.0))
KNOWN = {
    name_of(20, 10, 100, 10, 0.01): SMALL,
    name_of(40, 10, 100, 10, 0.01): FIRST,
    name_of(60, 10, 100, 10, 0.01): LARGE,
    name_of(40, 10, 200, 10, 0.01): LONG,
    name_of(40, 10, 3, 10, 0.01): SHORT,
}


def changed(**values: float) -> Configuration:
    return {**INITIAL, **values}


@pytest.mark.parametrize(
    ("configuration", "results"),
    [
        (changed(), FIRST),
        (changed(epochs=101), FIRST),
        (changed(epochs=98), FIRST),
        (changed(epochs=102, hidden_size=60), LARGE),
        (changed(epochs=3), SHORT),
    ],
    ids=["measured", "one epoch more", "two epochs less", "and another hidden size", "measured with few epochs"],
)
def test_one_or_two_epochs_more_are_the_same_configuration(configuration: Configuration, results: Distribution) -> None:
    found = near(configuration, KNOWN)
    assert found is not None
    assert (found.distribution, found.between) == (results, ())
    assert unmeasured([configuration], KNOWN) == []


def test_between_two_measurements_both_count_and_it_can_still_be_measured() -> None:
    found = near(changed(hidden_size=30, epochs=101), KNOWN)
    assert found is not None
    assert found.distribution.values == (*SMALL.values, *FIRST.values)
    assert found.between == ({"hidden_size": 20.0}, {"hidden_size": 40.0})
    assert unmeasured([changed(hidden_size=30)] * 2, KNOWN) == [changed(hidden_size=30)]


@pytest.mark.parametrize(
    "configuration",
    [
        changed(epochs=1),
        changed(epochs=203),
        changed(hidden_size=61),
        changed(hidden_size=19),
        changed(shift=0),
        changed(hidden_size=30, epochs=150),
        changed(learning_rate=0.02),
    ],
    ids=["one epoch", "beyond", "larger", "smaller", "another shift", "two at once", "another learning rate"],
)
def test_what_is_far_from_all_measurements_has_none(configuration: Configuration) -> None:
    assert near(configuration, KNOWN) is None
    assert near(configuration, {}) is None
    assert unmeasured([configuration], KNOWN) == [configuration]


def test_a_name_is_read_as_it_is_written() -> None:
    assert (
        name_of(*configuration_of(name_of(40, 3, 100, 10, 0.005)).values())
        == "hidden 40, shift 3, epochs 100, batch 10, lr 0.005"
    )
