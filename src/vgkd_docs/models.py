"""The records of the catalogue, as typed models: what a fact looks like and where it was read."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "ARXIV",
    "BIBLIOGRAPHIC_FIELDS",
    "DOI",
    "KEY",
    "PRETRAINING",
    "PROPORTIONS",
    "Correction",
    "Dataset",
    "DatasetSource",
    "Domain",
    "Kind",
    "Record",
    "Reference",
    "Result",
    "Setting",
    "Signal",
    "Source",
    "Split",
    "Stage",
    "Supervision",
    "Task",
    "Technique",
    "Verification",
    "Work",
    "pinned",
    "vocabulary",
]

Kind = Literal["method", "dataset", "survey", "model", "metric"]

Task = Literal[
    "rec", "phrase-grounding", "grec", "res", "gres", "reg", "captioning", "grounded-captioning",
    "open-vocabulary-detection", "described-object-detection", "object-detection",
    "referring-counting", "vqa", "visual-reasoning", "image-text-retrieval",
    "image-classification", "instruction-following", "temporal-grounding",
    "spatio-temporal-grounding", "referring-video-segmentation", "referring-tracking",
    "visual-dialog", "gui-grounding", "grounded-conversation", "reasoning-segmentation",
    "semantic-segmentation",
]  # fmt: skip

Supervision = Literal[
    "full", "weak", "semi", "unsupervised", "zero-shot-novel", "zero-shot-transfer",
    "self-supervised", "instruction-tuning",
]  # fmt: skip

Domain = Literal[
    "image", "remote-sensing", "medical", "3d", "video", "multi-image", "gigapixel", "gui",
    "driving", "egocentric", "robotics", "document",
]  # fmt: skip

Stage = Literal["cnn", "transformer", "vlp-transfer", "grounding-pretraining", "grounding-mllm"]

Technique = Literal[
    "two-stage", "one-stage", "modular-network", "graph-reasoning", "attention-fusion",
    "detr-decoder", "coordinate-sequence", "query-based", "distillation", "self-distillation",
    "feature-distillation", "logit-distillation", "relation-distillation",
    "attention-distillation", "pseudo-labels", "pseudo-queries", "contrastive-learning",
    "cycle-consistency", "reconstruction", "token-pruning", "token-merging",
    "context-sparsification", "token-compression", "dynamic-inference",
    "parameter-efficient-tuning", "lora", "prompt-tuning", "mixture-of-experts", "quantization",
    "weight-pruning", "small-language-model", "efficient-vision-encoder", "multi-encoder-fusion",
    "llm-annotation", "synthetic-data", "multi-view", "curriculum-learning", "self-training",
    "region-text-pretraining", "image-text-pretraining", "masked-modelling", "instruction-tuning",
    "coordinates-as-text", "location-tokens", "region-features", "mask-decoder",
    "chain-of-thought", "reinforcement-learning", "training-free", "neuro-symbolic", "multi-task",
    "adapter", "hashing", "language-decomposition", "multi-scale", "scene-graph", "point-cloud",
    "open-vocabulary", "benchmark",
]  # fmt: skip

Signal = Literal[
    "logits", "features", "attention", "relations", "boxes", "pseudo-labels", "language",
    "embeddings", "tokens",
]  # fmt: skip

Setting = Literal[
    "fine-tuned", "zero-shot", "mixed-pretraining", "weakly-supervised", "semi-supervised",
    "unsupervised", "instruction-tuned", "training-free",
]  # fmt: skip

WorkField = Literal[
    "title", "authors", "year", "venue", "doi", "arxiv", "url", "pages", "code", "tasks",
    "supervision", "domains", "stage", "techniques", "teacher", "student", "signals", "loss",
    "data", "headline", "limits", "summary", "name",
]  # fmt: skip

BIBLIOGRAPHIC_FIELDS = ("title", "authors", "year", "venue", "doi", "arxiv", "code")
"""The facts of a work that an outsider checks first; a work is verified when all it has are."""

PRETRAINING = ("unimodal", "image-text", "grounding", "instruction", "unstated")
"""What a method saw before the benchmark; only rows of one class are ranked together."""

PROPORTIONS = ("acc@0.5", "acc@0.25", "pr@f1=1", "n-acc", "t-acc", "r@1", "accuracy")
"""Metrics that are a share of a split's expressions, so that a sampling interval is defined."""


KEY = r"[a-z]+[0-9]{4}[a-z0-9]*"
"""A work's key: first author, year, short name, e.g. dai2024simvg."""

DOI = r"10\.[0-9]{4,9}/\S+"
ARXIV = r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7})"


def _with_host(address: str) -> str:
    if not urlsplit(address).hostname:  # urlsplit itself refuses a host it cannot read
        raise ValueError("the address names no host")
    return address


# no control characters, and none that turn the direction of what follows
_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$"
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=_PLAIN)
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160, pattern=_PLAIN)
]
Address = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s<>\"'`{}|\\]+$", max_length=500),
    AfterValidator(_with_host),
]
Key = Annotated[str, StringConstraints(pattern=f"^{KEY}$", max_length=80)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_@+.=-]*$", max_length=60)]
Number = Annotated[str, StringConstraints(pattern=r"^(-?[0-9]+(\.[0-9]+)?)?$", max_length=20)]


def vocabulary(kind: object) -> tuple[str, ...]:
    """The allowed terms of one vocabulary, in the order of the book, e.g. ``vocabulary(Task)``."""
    return get_args(kind)


class Record(BaseModel):
    """A record that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Record):
    """An address that was read, when, and which fields it supports."""

    address: Address
    read: datetime.date
    supports: list[WorkField] = Field(min_length=1)


class Reference(Record):
    """What the bibliography says of a work. Authors are "Family, Given", accents in Unicode."""

    key: Key
    kind: str = Field(description="BibTeX entry type")
    title: Text
    authors: list[Name] = Field(min_length=1)
    year: int = Field(ge=1950, le=2100)
    container: str | None = Field(default=None, description="journal or proceedings, in full")
    doi: str | None = Field(default=None, pattern=f"^{DOI}$")
    arxiv: str | None = Field(default=None, pattern=f"^{ARXIV}$")
    url: Address | None = None
    pages: str | None = None
    volume: str | None = None
    number: str | None = None

    @property
    def address(self) -> str | None:
        """Where a reader should go: the published page, else the DOI, else the preprint."""
        if self.url:
            return self.url
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else None


class Work(Record):
    """What the catalogue holds of a work beyond its bibliography entry."""

    name: Name
    kind: Kind
    venue: Name
    tasks: list[Task] = []
    supervision: list[Supervision] = []
    domains: list[Domain] = []
    stage: Stage | None = None
    techniques: list[Technique] = []
    code: Address | None = None
    code_status: Literal["archived", "removed"] | None = Field(
        default=None, description="set when the repository can no longer be relied on"
    )
    teacher: Text | None = None
    student: Text | None = None
    signals: list[Signal] = []
    loss: Text | None = None
    data: Text | None = None
    headline: Text | None = None
    limits: Text | None = None
    summary: Text
    aliases: list[Name] = []
    sources: list[Source] = Field(min_length=1)

    def supported(self) -> set[str]:
        """The fields that some source of this work was read for."""
        return {field for source in self.sources for field in source.supports}


class DatasetSource(Record):
    """As :class:`Source`, for the fields of a dataset."""

    address: Address
    read: datetime.date
    supports: list[
        Literal[
            "name", "work", "home", "tasks", "domains", "language", "images", "expressions",
            "boxes", "splits", "annotation", "licence", "note",
        ]
    ] = Field(min_length=1)  # fmt: skip


class Split(Record):
    """One split of a dataset; ``expressions`` counts the queries that a score averages over."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ()_+./-]*$")]
    expressions: int | None = Field(default=None, ge=1)
    images: int | None = Field(default=None, ge=1)
    boxes: int | None = Field(default=None, ge=1)


class Dataset(Record):
    """A dataset or benchmark. Counts are absent where no source was read."""

    name: Name
    work: Key
    home: Address | None = None
    tasks: list[Task] = Field(min_length=1)
    domains: list[Domain] = []
    language: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]] = []
    images: int | None = Field(default=None, ge=1)
    expressions: int | None = Field(default=None, ge=1)
    boxes: int | None = Field(default=None, ge=1)
    splits: list[Split] = []
    annotation: Text | None = None
    licence: Text | None = None
    note: Text | None = None
    seed_name: Name | None = None
    sources: list[DatasetSource] = Field(min_length=1)


class Result(Record):
    """One cell: a value as its source prints it, and the conditions it holds under."""

    method: Name
    work: Key
    benchmark: Slug
    split: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9+._ -]*$")]
    metric: Slug
    value: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=20)]
    unit: Literal["%", ""] = ""
    backbone: str = Field(default="", max_length=200)
    pretraining: str = Field(default="", max_length=300)
    setting: Setting
    params_m: Number = ""
    flops_g: Number = ""
    latency_ms: Number = ""
    device: str = Field(default="", max_length=120)
    source: Address
    locator: Text
    read_from: Literal["paper", "official-repo", "secondary"]
    checked: datetime.date

    @property
    def number(self) -> float:
        """The value as a number; ``value`` keeps the printed digits."""
        return float(self.value)

    @property
    def comparable(self) -> float:
        """The value on its metric's scale: a share that its source prints as 0.5310 is 53.10."""
        as_fraction = self.metric in PROPORTIONS and not self.unit and 0 < self.number <= 1
        return 100 * self.number if as_fraction else self.number


class Correction(Record):
    """One thing the seed text says that is not so, and the evidence."""

    id: Slug
    work: Key | None = None
    dataset: Slug | None = None
    field: Name
    seed_says: Text
    truth: Text
    evidence: Address
    read: datetime.date


class Verification(Record):
    """One second reading: how many records there were, were read again, and were wrong."""

    read: datetime.date
    what: Literal["results", "claims", "works"]
    population: int = Field(ge=1)
    sample: int = Field(ge=1)
    errors: int = Field(ge=0)
    note: Text


def pinned(address: str) -> bool:
    """Whether an address into a code repository names the commit that was read."""
    on_host = re.match(r"https://(github|gitlab)\.com/[^/]+/[^/]+", address)
    return not on_host or bool(re.search(r"/(blob|tree|raw|commit)/[0-9a-f]{40}", address))
