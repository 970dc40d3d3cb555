"""The scores, against sums done by hand, another way of computing them, and what must always hold.

The other way knows nothing of corners: it lays boxes on a grid of unit cells and counts cells in
exact fractions.
"""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgkd_docs.metrics import (
    Box,
    MaskSample,
    SetSample,
    accuracy,
    f1,
    giou,
    hits,
    interval,
    iou,
    matches,
    mcnemar,
    mean_iou,
    mean_mask_iou,
    n_accuracy,
    overall_mask_iou,
    paired_bootstrap,
    pr_at_f1,
    recall_at,
    sign_test,
    t_accuracy,
)

many = settings(max_examples=300, deadline=None, derandomize=True)
SIDE = st.integers(0, 12)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, right = sorted((draw(SIDE), draw(SIDE)))
    top, bottom = sorted((draw(SIDE), draw(SIDE)))
    return Box(left, top, right, bottom)


def cells(box: Box) -> set[tuple[int, int]]:
    across = range(int(box.left), int(box.right))
    return set(itertools.product(across, range(int(box.top), int(box.bottom))))


def counted_iou(one: Box, other: Box) -> Fraction:
    union = cells(one) | cells(other)
    return Fraction(len(cells(one) & cells(other)), len(union)) if union else Fraction(0)


def counted_giou(one: Box, other: Box) -> Fraction:
    corners = list(zip(*[(b.left, b.top, b.right, b.bottom) for b in (one, other)], strict=True))
    hull = cells(Box(min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3])))
    empty = hull - cells(one) - cells(other)
    return counted_iou(one, other) - (Fraction(len(empty), len(hull)) if hull else 0)


TRUE = Box(0, 0, 100, 100)
THIRD = Box(100 / 3, 0, 400 / 3, 100)


@pytest.mark.parametrize(
    ("other", "overlap", "generalized"),
    [
        (TRUE, 1, 1),
        # shared 50 x 100 = 5,000; union 20,000 - 5,000 = 15,000; the hull is the union
        (Box(50, 0, 150, 100), 1 / 3, 1 / 3),
        # shared 50 x 50 = 2,500; union 17,500; hull 150 x 150 = 22,500, of which 5,000 are empty
        (Box(50, 50, 150, 150), 2500 / 17500, 2500 / 17500 - 5000 / 22500),
        # nothing shared; hull 300 x 100 = 30,000, of which 10,000 are empty
        (Box(200, 0, 300, 100), 0, -10000 / 30000),
        # an inner box: 2,500 / 10,000
        (Box(25, 25, 75, 75), 0.25, 0.25),
        # an answer without area meets nothing, wherever it lies
        (Box(50, 50, 50, 50), 0, 0),
    ],
)
def test_overlaps_worked_out_by_hand(other, overlap, generalized):
    assert iou(TRUE, other) == pytest.approx(overlap)
    assert giou(TRUE, other) == pytest.approx(generalized)


def test_the_chapters_worked_example():
    # a square shifted right by a third: (2/3) / (4/3) = 1/2; by a seventh: (6/7) / (8/7) = 3/4
    assert iou(TRUE, TRUE.shifted(right=100 / 7)) == pytest.approx(0.75)
    assert iou(TRUE, THIRD) == pytest.approx(0.5)
    # 18.35% both ways: overlap 0.8165 squared = 0.6667, IoU 0.5; hull 1.1835 squared = 1.4007,
    # of which 1.4007 - 1.3333 = 0.0673 is empty, so GIoU 0.5 - 0.0481 = 0.45
    both_ways = TRUE.shifted(right=18.35, down=18.35)
    assert iou(TRUE, both_ways) == pytest.approx(0.5, abs=1e-3)
    assert giou(TRUE, both_ways) == pytest.approx(0.45, abs=2e-3)


def test_boxes_that_only_touch_have_no_box_in_common():
    assert TRUE.common(Box(100, 0, 200, 100)) is None
    assert TRUE.common(Box(50, 90, 150, 190)) == Box(50, 90, 100, 100)


@pytest.mark.parametrize("corners", [(1, 0, 0, 1), (0, 1, 1, 0), (0, 0, math.nan, 1)])
def test_a_box_with_corners_out_of_order_is_refused(corners):
    with pytest.raises(ValueError, match="not"):
        Box(*corners)


@many
@given(boxes(), boxes())
def test_overlaps_agree_with_counting_cells(one, other):
    assert iou(one, other) == pytest.approx(float(counted_iou(one, other)))
    assert giou(one, other) == pytest.approx(float(counted_giou(one, other)))


@many
@given(boxes(), boxes(), st.integers(-5, 5), st.integers(1, 4))
def test_what_always_holds_of_an_overlap(one, other, shift, scale):
    value = iou(one, other)
    assert 0 <= value <= 1
    assert value == iou(other, one)
    assert (value == 1) == (one == other and one.area > 0)
    assert -1 <= giou(one, other) <= value
    moved = (one.shifted(shift, shift), other.shifted(shift, shift))
    assert iou(*moved) == pytest.approx(value)
    larger = [Box(*(scale * side for side in vars(box).values())) for box in (one, other)]
    assert iou(*larger) == pytest.approx(value)


def test_the_sign_of_the_threshold_matters_only_on_it():
    half = Box(0, 0, 50, 100)  # 5,000 / 10,000
    assert hits([half], [TRUE]) == [True]
    assert hits([half], [TRUE], strict=True) == [False]
    assert hits([half], [TRUE], threshold=0.51) == [False]


def test_accuracy_and_mean_by_hand():
    predictions = [TRUE, Box(0, 0, 50, 100), Box(0, 0, 25, 100), None]  # 1, 0.5, 0.25, a miss
    truths = [TRUE] * 4
    assert accuracy(predictions, truths) == 2 / 4
    assert accuracy(predictions, truths, strict=True) == 1 / 4
    assert accuracy(predictions, truths, 0.25) == 3 / 4
    assert mean_iou(predictions, truths) == (1 + 0.5 + 0.25 + 0) / 4


@many
@given(st.lists(st.tuples(boxes(), boxes()), min_size=1, max_size=8), st.floats(0.01, 1))
def test_accuracy_falls_with_the_threshold(pairs, threshold):
    predictions, truths = zip(*pairs, strict=True)
    assert accuracy(predictions, truths, threshold) <= accuracy(predictions, truths, threshold / 2)
    counted = [counted_iou(*pair) >= Fraction(threshold) for pair in pairs]
    assert accuracy(predictions, truths, threshold) == pytest.approx(
        sum(counted) / len(counted), abs=1e-9
    )


def test_lengths_that_differ_and_nothing_at_all_are_refused():
    with pytest.raises(ValueError, match="argument"):
        accuracy([TRUE], [TRUE, TRUE])
    for score in (accuracy, mean_iou):
        with pytest.raises(ValueError, match="no expression"):
            score([], [])


def test_recall_by_hand_under_both_protocols():
    left, right = Box(0, 0, 10, 10), Box(10, 0, 20, 10)
    ranked = [[Box(50, 50, 60, 60), left]]
    truths = [[left, right]]
    assert recall_at(1, ranked, truths) == 0  # the first box is elsewhere
    assert recall_at(2, ranked, truths) == 1  # the second is one of the two
    # merged: the hull is 20 x 10; the left box covers 100 of 200, just enough
    assert recall_at(2, ranked, truths, protocol="merged") == 1
    assert recall_at(2, ranked, truths, protocol="merged", threshold=0.51) == 0
    with pytest.raises(ValueError, match="true box"):
        recall_at(1, [[left]], [[]])


@many
@given(st.lists(boxes(), max_size=5), st.lists(boxes(), min_size=1, max_size=3))
def test_recall_never_falls_with_k(ranked, truths):
    values = [recall_at(k, [ranked], [truths]) for k in range(6)]
    assert values == sorted(values)
    assert values[-1] == any(counted_iou(b, t) >= Fraction(1, 2) for b in ranked for t in truths)


NEAR = Box(18.35, 18.35, 118.35, 118.35)  # IoU 0.5 and GIoU 0.45 with TRUE, as above
FAR = Box(500, 500, 600, 600)


@pytest.mark.parametrize(
    ("predicted", "truths", "value"),
    [
        ([TRUE], [TRUE], 1),
        ([TRUE, FAR], [TRUE], 2 / 3),  # one pair, one left over: 2 / (2 + 1 + 0)
        ([TRUE], [TRUE, FAR], 2 / 3),  # one pair, one missed: 2 / (2 + 0 + 1)
        ([TRUE, TRUE], [TRUE], 2 / 3),  # a true box is found once
        ([FAR], [TRUE], 0),
        ([], [TRUE], 0),
        ([], [], 1),  # no target, nothing said
        ([FAR], [], 0),  # no target, something said
    ],
)
def test_f1_by_hand(predicted, truths, value):
    assert f1(SetSample(predicted, truths)) == pytest.approx(value)


def test_the_best_pair_is_taken_first_even_where_another_order_would_match_more():
    # in one row of boxes, 10 wide, a shift of s gives (10 - s) / (10 + s), and GIoU is the same
    one, two = Box(0, 0, 10, 1), Box(2.8, 0, 12.8, 1)
    near_both, near_one = Box(0.3, 0, 10.3, 1), Box(-2.5, 0, 7.5, 1)
    # 0.94 with the first and 0.6 with the second; 0.6 with the first and 0.31 with the second
    assert matches(SetSample([near_both, near_one], [one, two])) == 1


def test_the_official_rule_matches_by_generalized_iou():
    sample = SetSample([NEAR], [TRUE])
    assert f1(sample, threshold=0.49) == 0
    assert f1(sample, threshold=0.49, overlap=iou) == 1


def test_shares_of_generalized_rec_by_hand():
    samples = [
        SetSample([TRUE], [TRUE]), SetSample([TRUE, FAR], [TRUE]), SetSample([], [TRUE]),
        SetSample([], []), SetSample([FAR], []),
    ]  # fmt: skip
    assert pr_at_f1(samples) == 2 / 5  # the first and the fourth
    assert n_accuracy(samples) == 1 / 2  # the fourth, of the fourth and the fifth
    assert t_accuracy(samples) == 2 / 3  # the first two, of the first three
    with pytest.raises(ValueError, match="no expression"):
        n_accuracy(samples[:3])


def greedy_by_scratching(predicted: list[Box], truths: list[Box], threshold: Fraction) -> int:
    """The official loop as it is written: the largest entry, then its row and column are zeroed."""
    table = [[counted_giou(box, true) for true in truths] for box in predicted]
    found = 0
    for _ in range(min(len(predicted), len(truths))):
        best, row, column = max(
            (value, -i, -j) for i, line in enumerate(table) for j, value in enumerate(line)
        )
        if best < threshold:
            break
        found += 1
        table[-row] = [Fraction(0)] * len(truths)
        for line in table:
            line[-column] = Fraction(0)
    return found


@many
@given(st.lists(boxes(), max_size=4), st.lists(boxes(), min_size=1, max_size=4))
def test_matching_agrees_with_the_official_loop(predicted, truths):
    sample = SetSample(predicted, truths)
    expected = greedy_by_scratching(predicted, truths, Fraction(1, 2)) if predicted else 0
    assert matches(sample) == expected
    assert 0 <= f1(sample) <= 1
    assert matches(sample) <= matches(sample, overlap=iou)


def test_masks_by_hand():
    bus = MaskSample(9000, 10000)
    sign = MaskSample(20, 100)
    # the chapter's pair: (0.9 + 0.2) / 2 and 9,020 / 10,100
    assert mean_mask_iou([bus, sign]) == pytest.approx(0.55)
    assert overall_mask_iou([bus, sign]) == pytest.approx(9020 / 10100)
    silent = MaskSample(0, 0, no_target=True, says_none=True)
    alarm = MaskSample(0, 400, no_target=True)
    missed = MaskSample(70, 100, says_none=True)  # the word counts, not the mask
    everything = [bus, sign, silent, alarm, missed]
    assert mean_mask_iou(everything) == pytest.approx((0.9 + 0.2 + 1 + 0 + 0) / 5)
    assert overall_mask_iou(everything) == pytest.approx(9020 / (10000 + 100 + 400 + 100))
    with pytest.raises(ValueError, match="covers"):
        overall_mask_iou([silent])


def test_masks_as_pixels():
    one = MaskSample.of({(0, 0), (0, 1)}, {(0, 1), (0, 2)})
    assert (one.shared, one.covered, one.no_target, one.says_none) == (1, 3, False, False)
    assert MaskSample.of(set(), set()) == MaskSample(0, 0, no_target=True, says_none=True)
    assert MaskSample.of({1}, set(), says_none=True) == MaskSample(0, 1, True, True)


PIXELS = st.frozensets(st.integers(0, 9))


@many
@given(st.lists(st.tuples(PIXELS, PIXELS), min_size=1, max_size=6))
def test_mask_scores_agree_with_running_sums(pairs):
    # the official loop, in exact fractions and with counters
    total, shared, covered = Fraction(0), 0, 0
    for predicted, true in pairs:
        if not true:
            total += not predicted
            covered += len(predicted)
        else:
            both, either = len(predicted & true), len(predicted | true)
            total += Fraction(both, either)
            shared, covered = shared + both, covered + either
    samples = [MaskSample.of(*pair) for pair in pairs]
    assert mean_mask_iou(samples) == pytest.approx(float(total / len(pairs)))
    if covered:
        assert overall_mask_iou(samples) == pytest.approx(shared / covered)


@many
@given(st.integers(1, 2000), st.data())
def test_the_interval_holds_the_shares_that_a_score_test_accepts(size, data):
    right = data.draw(st.integers(0, size))
    low, high = (bound / 100 for bound in interval(100 * right / size, size))
    assert 0 <= low <= right / size <= high <= 1 or right in {0, size}
    for bound in (low, high):  # at its ends, Wilson's interval solves (p - b)^2 = z^2 b(1-b)/n
        gap = (right / size - bound) ** 2
        assert gap == pytest.approx(1.959964**2 * bound * (1 - bound) / size, abs=1e-9)


def test_the_interval_by_hand():
    # 50 of 100: centre 0.5; half width 1.96 sqrt(0.25/100 + 3.8415/40,000) / 1.038415 = 0.0962
    assert interval(50, 100) == pytest.approx((40.38, 59.62), abs=0.01)


@pytest.mark.parametrize(
    ("won", "lost", "value"),
    [
        (0, 0, 1),
        (1, 0, 1),  # one toss says nothing
        (5, 0, 2 / 32),  # all five heads, or all five tails
        (8, 2, 2 * (1 + 10 + 45) / 1024),
        (5, 5, 1),
    ],
)
def test_the_sign_test_by_hand(won, lost, value):
    assert sign_test(won, lost) == sign_test(lost, won) == pytest.approx(value)


@many
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=14))
def test_mcnemar_agrees_with_listing_every_outcome(pairs):
    first = [one for one, _ in pairs]
    second = [other for _, other in pairs]
    disputed = [one for one, other in pairs if one != other]
    centre = Fraction(len(disputed), 2)
    seen = abs(sum(disputed) - centre)
    tosses = list(itertools.product((0, 1), repeat=len(disputed)))
    extreme = sum(abs(sum(toss) - centre) >= seen for toss in tosses)
    assert mcnemar(first, second) == pytest.approx(extreme / len(tosses))


def test_the_bootstrap_repeats_itself_and_knows_its_units():
    first = [True] * 60 + [False] * 40
    second = [True] * 50 + [False] * 50
    low, high = paired_bootstrap(first, second, draws=500, seed=7)
    assert (low, high) == paired_bootstrap(first, second, draws=500, seed=7)
    longer = ([True] * 900 + [False] * 100, [False] * 97 + [True] * 903)
    bounds = [paired_bootstrap(*longer, draws=100, seed=seed) for seed in (1, 1, 2)]
    assert bounds[0] == bounds[1] != bounds[2]
    # ten of a hundred differ, all one way: 10 +- 1.96 x 100 sqrt(0.1 x 0.9 / 100) = 10 +- 5.9
    assert (low, high) == pytest.approx((10 - 5.9, 10 + 5.9), abs=1.5)
    # the ten stand in one image of ten: that image is drawn or not, so the interval is far wider
    images = [at // 10 for at in range(100)]
    wide = paired_bootstrap(first, second, units=images, draws=500, seed=7)
    assert wide[0] <= 0 and wide[1] >= 20
    assert paired_bootstrap(first, first, draws=50) == (0, 0)
    with pytest.raises(ValueError, match="no expression"):
        paired_bootstrap([], [])
