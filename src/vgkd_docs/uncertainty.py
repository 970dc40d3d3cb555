"""Whether two entries of a leaderboard differ: what the size of a test set lets one say.

Values and differences are in percent and points, as the catalogue prints them; shares, such as
that of wrong labels, lie between 0 and 1.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from vgkd_docs.catalogue import Catalogue
from vgkd_docs.findings import nearest
from vgkd_docs.leaderboard import split_size
from vgkd_docs.metrics import Z, interval, sign_test
from vgkd_docs.models import PROPORTIONS, Result

__all__ = [
    "ASSUMPTIONS",
    "CLUSTERED",
    "Comparison",
    "LabelErrors",
    "Simulation",
    "compare",
    "disagreement_range",
    "label_errors",
    "needed_difference",
    "simulate",
]

CLUSTERED = 2.5
"""How many times larger the variance is because expressions of one image fail together.

Two to three on RefCOCO and RefCOCO+, from the predictions that huang2021lbyl publishes; the
chapter on metrics says how it was computed.
"""

ASSUMPTIONS: dict[str, tuple[bool, float]] = {
    "unrelated": (False, 1.0),
    "unrelated_images": (False, CLUSTERED),
    "paired": (True, 1.0),
    "paired_images": (True, CLUSTERED),
}
"""What one may be ready to assume: whether both systems ran on the same expressions, inflation."""


@dataclass(frozen=True)
class Comparison:
    """Two rows of one benchmark, split and metric, and on how many expressions they were scored."""

    first: Result
    second: Result
    expressions: int

    @property
    def difference(self) -> float:
        """How many points the first is above the second."""
        return self.first.comparable - self.second.comparable

    @property
    def mean(self) -> float:
        """The mean of both scores, in percent."""
        return (self.first.comparable + self.second.comparable) / 2

    def intervals(self) -> list[tuple[float, float]]:
        """The 95% interval of each score, in percent."""
        return [interval(row.comparable, self.expressions) for row in (self.first, self.second)]


def compare(
    catalogue: Catalogue,
    first: str,
    second: str,
    benchmark: str,
    split: str,
    metric: str = "acc@0.5",
) -> Comparison:
    """Two methods, by name; where a method has several rows, the first that the catalogue holds.

    Raises:
        ValueError: for a method without such a row, a metric that is no share, an unknown size.

    """
    if metric not in PROPORTIONS:
        raise ValueError(f"{metric} is no share of expressions; known: {', '.join(PROPORTIONS)}")
    size = split_size(catalogue, benchmark, split)
    if size is None:
        raise ValueError(f"the size of {benchmark} {split} was not read in a source")
    rows: dict[str, Result] = {}
    for row in catalogue.results:
        if (row.benchmark, row.split, row.metric) == (benchmark, split, metric):
            rows.setdefault(row.method, row)
    for name in (first, second):
        if name not in rows:
            raise ValueError(f"no result of {name!r} on {benchmark} {split} "
                             f"({nearest(name, sorted(rows))})")  # fmt: skip
    return Comparison(rows[first], rows[second], size)


def needed_difference(
    value: float, expressions: int, *, disagree: float | None = None, inflation: float = 1.0
) -> float:
    """The points by which two scores near ``value`` percent must differ, at the usual 95%.

    With ``disagree``, both systems ran on the same expressions and one of them alone is right on
    that share; without, nothing is known but the two numbers. ``inflation`` multiplies the
    variance, see :data:`CLUSTERED`.
    """
    share = value / 100
    # of a difference d between paired systems it is disagree - d^2, and d is small
    variance = 2 * share * (1 - share) if disagree is None else disagree
    return 100 * Z * math.sqrt(inflation * variance / expressions)


def disagreement_range(first: float, second: float) -> tuple[float, float]:
    """The least and the greatest share on which two systems with these scores can disagree."""
    one, other = first / 100, second / 100
    return abs(one - other), min(one + other, 2 - one - other)


@dataclass(frozen=True)
class Simulation:
    """What two systems look like on simulated test sets, as shares of those sets.

    ``ahead``, ``tied`` and ``behind`` say where the better system stood, ``found`` how often the
    exact test called the difference at 5%, whichever way.
    """

    expressions: int
    disagree: float
    ahead: float
    tied: float
    behind: float
    found: float


def simulate(
    first: float,
    second: float,
    expressions: int,
    disagree: float,
    *,
    rounds: int = 1000,
    seed: int = 0,
) -> Simulation:
    """Draw test sets for two systems with these true accuracies that disagree on such a share.

    Expressions are drawn independently, so the truth is a little worse (see :data:`CLUSTERED`).

    Raises:
        ValueError: when no two systems with these scores disagree on such a share.

    """
    least, most = disagreement_range(first, second)
    if not least - 1e-9 <= disagree <= most + 1e-9:
        raise ValueError(f"systems at {first} and {second} disagree on {least:.3f} to {most:.3f}")
    gap = abs(first - second) / 100
    wins = (disagree + gap) / 2
    chance = random.Random(seed)
    ahead = tied = found = 0
    for _ in range(rounds):
        disputed = [draw for _ in range(expressions) if (draw := chance.random()) < disagree]
        won = sum(draw < wins for draw in disputed)
        lost = len(disputed) - won
        ahead += won > lost
        tied += won == lost
        found += sign_test(won, lost) < 0.05
    behind = rounds - ahead - tied
    return Simulation(expressions, disagree, *(n / rounds for n in (ahead, tied, behind, found)))


@dataclass(frozen=True)
class LabelErrors:
    """What wrong labels leave of a score: all in percent or points.

    ``perfect`` is the score of a system that is always right; ``low`` and ``high`` bound the true
    accuracy behind the printed one; ``blur`` bounds what wrong labels can add to, or take from,
    the difference between two systems.
    """

    wrong: float
    perfect: float
    low: float
    high: float
    blur: float


def label_errors(value: float, wrong: float) -> LabelErrors:
    """What a printed score of ``value`` percent can mean when such a share of labels is wrong.

    A right answer to a wrong label counts as an error, and an answer that repeats the label's
    mistake as right; how often each happens is not known, so these are bounds. For two systems,
    one may gain and the other lose on every wrong label: twice the share.
    """
    points = 100 * wrong
    low, high = max(0.0, value - points), min(100.0, value + points)
    return LabelErrors(wrong, 100 - points, low, high, 2 * points)
