"""What a test set's size lets one say, against sums by hand and against simulation."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test_evidence import catalogue
from vgkd_docs.uncertainty import (
    compare,
    disagreement_range,
    label_errors,
    needed_difference,
    simulate,
)

many = settings(max_examples=200, deadline=None, derandomize=True)
TWO = ({"name": "A", "value": "90.00"}, {"name": "B", "value": "0.8890", "unit": ""})


def test_two_methods_are_found_by_name_and_compared_on_one_scale(small):
    found = compare(catalogue(small, *TWO), "A", "B", "refcoco", "val")
    assert found.expressions == 10834
    assert found.difference == pytest.approx(1.1)
    assert found.mean == pytest.approx(89.45)
    (low, high), (lower, _) = found.intervals()
    assert (low, high) == pytest.approx((89.42, 90.55), abs=0.01)
    assert lower < low


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (("A", "C", "refcoco", "val"), "no result of 'C' on refcoco val"),
        (("A", "B", "refcoco", "testA"), "size of refcoco testA"),
        (("A", "B", "refcoco", "val", "miou"), "no share"),
    ],
)
def test_what_cannot_be_compared_is_refused(small, where, says):
    with pytest.raises(ValueError, match=says):
        compare(catalogue(small, *TWO), *where)


def test_the_needed_difference_by_hand():
    # 1.96 x sqrt(2 x 0.85 x 0.15 / 5095) = 1.96 x 0.007075 = 0.01387
    assert needed_difference(85, 5095) == pytest.approx(1.387, abs=0.001)
    # on the same expressions, disagreeing on 12.1%: 1.96 x sqrt(0.121 / 10834) = 0.655 points
    assert needed_difference(85, 10834, disagree=0.121) == pytest.approx(0.655, abs=0.001)
    assert needed_difference(85, 5095, inflation=4) == pytest.approx(2 * 1.387, abs=0.002)


@many
@given(st.floats(1, 99), st.integers(50, 50_000))
def test_four_times_the_expressions_halve_the_needed_difference(value, size):
    assert needed_difference(value, 4 * size) == pytest.approx(needed_difference(value, size) / 2)
    # two systems that err independently disagree on 2p(1-p): then pairing gains nothing
    share = value / 100
    paired = needed_difference(value, size, disagree=2 * share * (1 - share))
    assert paired == pytest.approx(needed_difference(value, size))


def test_systems_disagree_at_least_by_their_difference():
    assert disagreement_range(90, 85) == pytest.approx((0.05, 0.25))
    assert disagreement_range(10, 5) == pytest.approx((0.05, 0.15))
    for disagree in (0.04, 0.26):
        with pytest.raises(ValueError, match="disagree"):
            simulate(90, 85, 100, disagree, rounds=1)


def test_a_simulation_repeats_itself_and_its_shares_add_up():
    one = simulate(86, 85, 1000, 0.1, rounds=300, seed=3)
    assert one == simulate(86, 85, 1000, 0.1, rounds=300, seed=3)
    assert one != simulate(86, 85, 1000, 0.1, rounds=300, seed=4)
    assert one.ahead + one.tied + one.behind == pytest.approx(1)


def test_a_simulation_agrees_with_the_normal_approximation():
    # won - lost has mean 2000 x 0.01 = 20 and variance 2000 x (0.1 - 0.0001) = 199.8: ahead when
    # above 0, that is with half a step of continuity Phi((20 - 0.5) / 14.13) = Phi(1.380) = 0.916
    seen = simulate(86, 85, 2000, 0.1, rounds=1500, seed=1)
    expected = 0.5 * (1 + math.erf((20 - 0.5) / math.sqrt(199.8) / math.sqrt(2)))
    # 1,500 rounds: a standard error of 0.007
    assert seen.ahead == pytest.approx(expected, abs=0.025)


def test_equal_systems_are_called_different_at_most_as_often_as_promised():
    seen = simulate(85, 85, 500, 0.12, rounds=1500, seed=2)
    assert 0.02 < seen.found <= 0.06  # the exact test stays a little below its five per cent


def test_a_difference_of_what_is_needed_is_found_half_the_time():
    needed = needed_difference(85, 2000, disagree=0.12)
    seen = simulate(85 + needed / 2, 85 - needed / 2, 2000, 0.12, rounds=1000, seed=5)
    assert seen.found == pytest.approx(0.5, abs=0.08)


def test_label_errors_by_hand():
    found = label_errors(88, 0.14)
    # a perfect system loses 14 of 100; a printed 88 may hide 74 to 100 (102 is cut)
    assert (found.perfect, found.low, found.high) == pytest.approx((86, 74, 100))
    # two systems: one right and scored wrong, the other wrong and scored right, on every bad label
    assert found.blur == pytest.approx(28)
    assert label_errors(5, 0.14).low == 0


@many
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["right", "repeats", "other"])), min_size=1)
)
def test_the_bounds_of_label_errors_hold_for_every_way_of_answering(samples):
    # each sample: whether its label is wrong, and what the system answers
    count = len(samples)
    wrong = sum(bad for bad, _ in samples) / count
    truly = 100 * sum(answer == "right" for _, answer in samples) / count
    printed = (
        100 * sum(answer == ("repeats" if bad else "right") for bad, answer in samples) / count
    )
    found = label_errors(printed, wrong)
    assert found.low - 1e-9 <= truly <= found.high + 1e-9
