"""The map of the field: lanes of works by year, and how much this book and its sources use each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue

__all__ = [
    "FAMILIES",
    "FIRST_YEAR",
    "GROUPINGS",
    "Lane",
    "Weight",
    "columns",
    "lanes",
    "ranked",
    "teachers",
    "weights",
]

GROUPINGS = ("techniques", "tasks", "stage", "supervision", "domains")
"""What lanes can be made of; the first is the map without a script."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "regions": ("two-stage", "modular-network", "graph-reasoning", "scene-graph",
                "language-decomposition"),
    "decoders": ("one-stage", "attention-fusion", "detr-decoder", "query-based",
                 "coordinate-sequence", "mask-decoder", "multi-scale"),
    "three-d": ("point-cloud", "multi-view"),
    "pretraining": ("region-text-pretraining", "image-text-pretraining", "masked-modelling",
                    "contrastive-learning", "open-vocabulary", "multi-task"),
    "language-models": ("instruction-tuning", "coordinates-as-text", "location-tokens",
                        "region-features", "reinforcement-learning", "chain-of-thought"),
    "few-labels": ("pseudo-labels", "pseudo-queries", "self-training", "cycle-consistency",
                   "reconstruction", "curriculum-learning"),
    "no-training": ("training-free", "neuro-symbolic"),
    "distillation": ("distillation", "self-distillation", "feature-distillation",
                     "logit-distillation", "relation-distillation", "attention-distillation"),
    "tokens": ("token-pruning", "token-merging", "context-sparsification", "token-compression",
               "dynamic-inference"),
    "tuning": ("parameter-efficient-tuning", "lora", "prompt-tuning", "adapter"),
    "small": ("small-language-model", "efficient-vision-encoder", "multi-encoder-fusion",
              "mixture-of-experts", "quantization", "weight-pruning", "hashing"),
    "data": ("benchmark", "llm-annotation", "synthetic-data"),
}  # fmt: skip
"""Techniques by family, so that a lane holds enough works to show when it rose and fell."""

FIRST_YEAR = 2017
"""Earlier works share the column before it: they are few."""


@dataclass(frozen=True)
class Lane:
    """One row of the map. ``terms`` says which works stand in it; none: those of no other lane."""

    name: str
    label: str
    terms: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Weight:
    """How many pages of this book cite a work, and how many sources by others print its scores."""

    pages: int
    tables: int

    @property
    def size(self) -> int:
        """1, 2 or 3: the size of a work's mark, by the pages that cite it."""
        return 1 + (self.pages > 1) + (self.pages > 3)


def _terms(catalogue: Catalogue, key: str, grouping: str) -> set[str]:
    value = getattr(catalogue.works[key], grouping)
    return set(value) if isinstance(value, list) else {value} - {None}


def lanes(catalogue: Catalogue, grouping: str) -> list[Lane]:
    """The lanes of a grouping, in the book's order, without empty ones.

    A work stands once in each lane that one of its terms belongs to; a work without any stands in
    the last lane.

    Raises:
        ValueError: for a grouping that is not known.

    """
    if grouping not in GROUPINGS:
        raise ValueError(f"unknown grouping {grouping!r}; known: {', '.join(GROUPINGS)}")
    if grouping == "techniques":
        labels = words.labels("technique_family")
        kinds = {name: (labels[name], terms) for name, terms in FAMILIES.items()}
    else:
        kinds = {term: (label, (term,)) for term, label in words.labels(grouping).items()}
    held = {key: _terms(catalogue, key, grouping) for key in catalogue.works}
    found = [
        Lane(name, label, terms, tuple(key for key in held if not held[key].isdisjoint(terms)))
        for name, (label, terms) in kinds.items()
    ]
    placed = {key for lane in found for key in lane.keys}
    rest = tuple(key for key in held if key not in placed)
    found.append(Lane("none", words.message("map_no_lane"), (), rest))
    return [lane for lane in found if lane.keys]


def columns(catalogue: Catalogue) -> list[tuple[int, str]]:
    """The columns of the map: the year each ends with, and its head."""
    years = {max(catalogue.references[key].year, FIRST_YEAR - 1) for key in catalogue.works}
    early = words.message("map_early", year=FIRST_YEAR - 1)
    span = range(min(years), max(years) + 1)
    return [(year, early if year < FIRST_YEAR else str(year)) for year in span]


def weights(catalogue: Catalogue, citing: Mapping[str, Iterable[str]]) -> dict[str, Weight]:
    """The weight of every work; ``citing`` gives the pages that cite each.

    Notebooks do not count: some of them list works by rule, and not because of what they say.
    """
    printed: dict[str, set[str]] = {key: set() for key in catalogue.works}
    for row in catalogue.results:
        if row.read_from == "secondary":
            printed[row.work].add(row.source.partition("#")[0])
    pages = {
        key: sum(not page.startswith("notebooks/") for page in citing.get(key, ()))
        for key in catalogue.works
    }
    return {key: Weight(pages[key], len(printed[key])) for key in catalogue.works}


def ranked(catalogue: Catalogue, weight: Mapping[str, Weight]) -> list[str]:
    """All works, the weightiest first; the order inside a cell of the map."""
    return sorted(
        catalogue.by_year(), key=lambda key: (weight[key].pages, weight[key].tables), reverse=True
    )


def teachers(catalogue: Catalogue) -> dict[str, str]:
    """The work that a student's record names first as its teacher, where the book knows it.

    Only a text that begins with the name counts ("A 3B TinyLLaVA."): further on, names are of
    students, of encoders, or of what the teacher is not.
    """
    names = {
        work.name: key for key, work in catalogue.works.items() if work.kind in ("method", "model")
    }
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    start = re.compile(rf"(?:An? )?(?:[\d.]+B )?({known})(?![\w-]|\.\d)")
    found = {}
    for key, work in catalogue.works.items():
        named = start.match(work.teacher or "")
        if named and names[named[1]] != key:
            found[key] = names[named[1]]
    return found
