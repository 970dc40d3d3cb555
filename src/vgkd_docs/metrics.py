"""The scores of visual grounding, written to be read: plain Python, one definition each.

Shares lie between 0 and 1. A box is left, top, right, bottom in any one unit, as a region of the
plane: a box from 0 to 10 is 10 wide.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

__all__ = [
    "Box",
    "MaskSample",
    "SetSample",
    "Z",
    "accuracy",
    "f1",
    "giou",
    "hits",
    "intersection",
    "interval",
    "iou",
    "matches",
    "mcnemar",
    "mean_iou",
    "mean_mask_iou",
    "n_accuracy",
    "overall_mask_iou",
    "paired_bootstrap",
    "pr_at_f1",
    "recall_at",
    "sign_test",
    "t_accuracy",
]

Z = 1.959964
"""Two-sided 95% quantile of the normal distribution."""


@dataclass(frozen=True)
class Box:
    """A box with ``left <= right`` and ``top <= bottom``; one without area is allowed.

    Raises:
        ValueError: when the corners are not finite or not in order.

    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        corners = (self.left, self.top, self.right, self.bottom)
        if not all(map(math.isfinite, corners)):
            raise ValueError(f"{corners} are not four finite numbers")
        if self.left > self.right or self.top > self.bottom:
            raise ValueError(f"{corners} are not left, top, right, bottom in this order")

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.bottom - self.top)

    def shifted(self, right: float = 0, down: float = 0) -> Box:
        """The same box, moved."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def common(self, other: Box) -> Box | None:
        """The box that both share, if it has an area."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, right, bottom) if left < right and top < bottom else None

    def hull(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(min(self.left, other.left), min(self.top, other.top),
                   max(self.right, other.right), max(self.bottom, other.bottom))  # fmt: skip


def intersection(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    shared = one.common(other)
    return shared.area if shared else 0.0


def iou(one: Box, other: Box) -> float:
    """Intersection over union, in [0, 1]; 0 for two boxes without area.

    Source: the plain ratio, as in rezatofighi2019giou.

    >>> iou(Box(0, 0, 100, 100), Box(50, 0, 150, 100))
    0.3333333333333333
    """
    shared = intersection(one, other)
    union = one.area + other.area - shared
    return shared / union if union > 0 else 0.0


def giou(one: Box, other: Box) -> float:
    """Generalized IoU of two boxes, in [-1, 1]: IoU less the share of their hull that is empty.

    Source: rezatofighi2019giou. Not to be confused with the gIoU of masks, :func:`mean_mask_iou`.
    """
    union = one.area + other.area - intersection(one, other)
    hull = one.hull(other).area
    return iou(one, other) - ((hull - union) / hull if hull > 0 else 0.0)


def hits(
    predictions: Sequence[Box | None],
    truths: Sequence[Box],
    threshold: float = 0.5,
    *,
    strict: bool = False,
) -> list[bool]:
    """For each expression, whether its prediction overlaps its true box by enough.

    An IoU *of* the threshold counts, as in the code of deng2021transvg and bai2023qwenvl;
    ``strict`` asks for more, as in that of huang2021lbyl and zhan2024griffon. ``None`` stands for
    an answer that cannot be read, and is a miss.

    Raises:
        ValueError: when the two sequences differ in length.

    """
    overlaps = [
        0.0 if predicted is None else iou(predicted, true)
        for predicted, true in zip(predictions, truths, strict=True)
    ]
    return [value > threshold if strict else value >= threshold for value in overlaps]


def accuracy(
    predictions: Sequence[Box | None],
    truths: Sequence[Box],
    threshold: float = 0.5,
    *,
    strict: bool = False,
) -> float:
    """Acc@threshold: the share of expressions that are hit, in [0, 1]. See :func:`hits`.

    Raises:
        ValueError: without any expression.

    """
    return _share(hits(predictions, truths, threshold, strict=strict))


def mean_iou(predictions: Sequence[Box | None], truths: Sequence[Box]) -> float:
    """The mean over expressions of the IoU of box and true box, in [0, 1].

    Raises:
        ValueError: without any expression.

    """
    pairs = zip(predictions, truths, strict=True)
    return _mean([0.0 if box is None else iou(box, true) for box, true in pairs])


def recall_at(
    k: int,
    ranked: Sequence[Sequence[Box]],
    truths: Sequence[Sequence[Box]],
    *,
    threshold: float = 0.5,
    protocol: Literal["any", "merged"] = "any",
) -> float:
    """R@k: the share of phrases for which one of the first ``k`` boxes overlaps the truth.

    ``ranked[i]`` holds the boxes predicted for phrase i, best first; ``truths[i]`` its true boxes.
    Under ``any`` one of them suffices; under ``merged`` their hull must be met. Source: the two
    protocols that kamath2021mdetr names.

    Raises:
        ValueError: without any phrase, or for a phrase without a true box.

    """
    found = []
    for boxes, true in zip(ranked, truths, strict=True):
        if not true:
            raise ValueError("a phrase needs at least one true box")
        wanted = list(true) if protocol == "any" else [_hull(true)]
        found.append(any(iou(box, one) >= threshold for box in boxes[:k] for one in wanted))
    return _share(found)


@dataclass(frozen=True)
class SetSample:
    """One expression of generalized REC: the boxes returned and the true ones, either may be none.

    Confidence is applied before: the code of he2023grec keeps boxes with a score of at least 0.7.
    """

    predicted: Sequence[Box]
    truths: Sequence[Box]


def matches(
    sample: SetSample, threshold: float = 0.5, overlap: Callable[[Box, Box], float] = giou
) -> int:
    """How many predictions find a true box of their own (the true positives).

    Greedy: the pair that overlaps most is taken first, then the next among those left. The code
    of he2023grec does so with *generalized* IoU, hence the default; ``overlap=iou`` is what the
    metric's name says.
    """
    pairs = [
        (overlap(box, true), at, place)
        for at, box in enumerate(sample.predicted)
        for place, true in enumerate(sample.truths)
    ]
    used: set[int] = set()
    met: set[int] = set()
    for value, at, place in sorted(pairs, key=lambda pair: -pair[0]):
        if value >= threshold and at not in used and place not in met:
            used.add(at)
            met.add(place)
    return len(met)


def f1(
    sample: SetSample, threshold: float = 0.5, overlap: Callable[[Box, Box], float] = giou
) -> float:
    """F1 of one expression, in [0, 1]; without a target, 1 for an empty answer and 0 for any box.

    Source: the code of he2023grec, 2 TP / (2 TP + FP + FN).
    """
    if not sample.truths:
        return 0.0 if sample.predicted else 1.0
    return 2 * matches(sample, threshold, overlap) / (len(sample.predicted) + len(sample.truths))


def pr_at_f1(
    samples: Sequence[SetSample],
    threshold: float = 0.5,
    overlap: Callable[[Box, Box], float] = giou,
) -> float:
    """Pr@(F1=1, IoU>=threshold): the share of expressions whose whole set is right, in [0, 1].

    Source: he2023grec.

    Raises:
        ValueError: without any expression.

    """
    return _share([f1(sample, threshold, overlap) == 1 for sample in samples])


def n_accuracy(samples: Sequence[SetSample]) -> float:
    """N-acc: among expressions without a target, the share answered by nothing, in [0, 1].

    Source: the code of he2023grec, and that of liu2023gres for masks.

    Raises:
        ValueError: when every expression has a target.

    """
    return _share([not sample.predicted for sample in samples if not sample.truths])


def t_accuracy(samples: Sequence[SetSample]) -> float:
    """T-acc: among expressions with a target, the share answered by something, right or wrong.

    Source: the code of he2023grec, and for masks that of liu2023gres, which divided other counts
    until a correction in August 2023 (its commit 884ef17).

    Raises:
        ValueError: when no expression has a target.

    """
    return _share([bool(sample.predicted) for sample in samples if sample.truths])


@dataclass(frozen=True)
class MaskSample:
    """One expression of generalized RES, in areas (pixels): what both share, what both cover.

    ``no_target`` says that the truth is empty, ``says_none`` that the model says so. The model's
    word counts, not its mask: a model says "none" by an output of its own (liu2023gres).
    """

    shared: float
    covered: float
    no_target: bool = False
    says_none: bool = False

    @classmethod
    def of(
        cls, predicted: Set[Hashable], true: Set[Hashable], *, says_none: bool | None = None
    ) -> MaskSample:
        """From two sets of pixels; a model without that output says "none" by an empty mask."""
        none = not predicted if says_none is None else says_none
        return cls(len(predicted & true), len(predicted | true), not true, none)


def mean_mask_iou(samples: Sequence[MaskSample]) -> float:
    """The gIoU of masks: the mean over expressions of the IoU, in [0, 1].

    An expression without a target adds 1 when the model says so, else 0; one with a target adds 0
    when the model says that there is none. Source: the code of liu2023gres.

    Raises:
        ValueError: without any expression.

    """
    values = []
    for sample in samples:
        if sample.no_target:
            values.append(1.0 if sample.says_none else 0.0)
        elif sample.says_none or not sample.covered:
            values.append(0.0)
        else:
            values.append(sample.shared / sample.covered)
    return _mean(values)


def overall_mask_iou(samples: Sequence[MaskSample]) -> float:
    """The cIoU of masks: all that is shared over all that is covered, in [0, 1].

    A rightly rejected expression adds nothing; a false alarm adds its area below the line.
    Source: the code of liu2023gres.

    Raises:
        ValueError: when nothing is covered.

    """
    counted = [sample for sample in samples if not (sample.no_target and sample.says_none)]
    covered = sum(sample.covered for sample in counted)
    if not covered:
        raise ValueError("no mask covers anything")
    return sum(0 if s.says_none or s.no_target else s.shared for s in counted) / covered


def interval(value: float, expressions: int) -> tuple[float, float]:
    """The 95% Wilson interval, in percent, of ``value`` percent measured on so many expressions.

    >>> low, high = interval(90.0, 10834)
    >>> round(low, 2), round(high, 2)
    (89.42, 90.55)
    """
    share = value / 100
    spread = Z * Z / expressions
    centre = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / expressions + spread / (4 * expressions))
    half /= 1 + spread
    return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> float:
    """The exact two-sided p-value that two systems, run on the same expressions, are equally good.

    Only the expressions on which they disagree speak: under equality each is won by either system
    with probability one half. Assumes independent expressions.

    Raises:
        ValueError: when the two sequences differ in length.

    """
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    return sign_test(won, lost)


def sign_test(won: int, lost: int) -> float:
    """The exact two-sided p-value of so many wins and losses, when both are equally likely."""
    tried = won + lost
    term = tail = 1  # binomial coefficients, exact, up to the smaller of the two counts
    for taken in range(min(won, lost)):
        term = term * (tried - taken) // (taken + 1)
        tail += term
    return min(1.0, float(2 * tail / 2**tried))


def paired_bootstrap(
    first: Sequence[bool],
    second: Sequence[bool],
    *,
    units: Sequence[Hashable] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95% interval, in points, of the first system's accuracy less the second's.

    Both ran on the same expressions. ``units[i]`` is what expression i is drawn with, such as its
    image: expressions of one image fail together, so single draws give too narrow an interval.

    Raises:
        ValueError: without any expression, or when the sequences differ in length.

    """
    gains: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    names: Iterable[Hashable] = range(len(first)) if units is None else units
    for unit, one, other in zip(names, first, second, strict=True):
        gains[unit][0] += int(one) - int(other)
        gains[unit][1] += 1
    if not gains:
        raise ValueError("there is no expression to draw")
    pool = list(gains.values())
    chance = random.Random(seed)
    seen = []
    for _ in range(draws):
        drawn = chance.choices(pool, k=len(pool))
        seen.append(100 * sum(gain for gain, _ in drawn) / sum(size for _, size in drawn))
    seen.sort()
    edge = int(0.025 * draws)
    return seen[edge], seen[draws - 1 - edge]


def _hull(boxes: Sequence[Box]) -> Box:
    around = boxes[0]
    for box in boxes[1:]:
        around = around.hull(box)
    return around


def _mean(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("there is no expression to score")
    return fmean(values)


def _share(found: Sequence[bool]) -> float:
    return _mean([float(one) for one in found])
