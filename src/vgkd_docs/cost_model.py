"""What a grounding model costs, from its shape: parameters, multiply-adds, memory.

The counts are those of the large matrices. Left out, together below one per cent in every model
that is checked: norms outside the layers, activations, the softmax, and resizing the image. A
multiply-add is one operation here; who prints FLOPs may count two, so a table that does not say
which is uncertain by a factor of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = [
    "CLIP_TEXT_B",
    "CLIP_VIT_B16",
    "CLIP_VIT_L14_336",
    "LLAMA_7B",
    "QWEN2_HALF_B",
    "Generalist",
    "ImageEncoder",
    "LanguageModel",
    "Layers",
    "Model",
    "Part",
    "Pruning",
    "Specialist",
    "TextEncoder",
    "fastv_layer",
    "fastv_ratio",
    "memory_gb",
    "total",
]


@dataclass(frozen=True)
class Layers:
    """A stack of Transformer layers of one shape.

    ``width`` is the length of a token's vector, ``hidden`` that inside the feed-forward network,
    ``shared`` that of keys and values where several heads share them (else ``width``). ``gated``
    feed-forward networks have three matrices, others two. ``biased`` layers carry biases, and
    norms with two vectors.
    """

    count: int
    width: int
    hidden: int
    shared: int | None = None
    gated: bool = False
    biased: bool = True

    @property
    def key_width(self) -> int:
        """The length of a token's key, and of its value, in one layer."""
        return self.shared or self.width

    @property
    def matrices(self) -> int:
        """Weights in the matrices of one layer: attention, then feed-forward."""
        attention = 2 * self.width * (self.width + self.key_width)
        return attention + (3 if self.gated else 2) * self.width * self.hidden

    @property
    def parameters(self) -> int:
        """Parameters of the whole stack."""
        biases = 3 * self.width + 2 * self.key_width + self.hidden
        vectors = biases + 4 * self.width if self.biased else 2 * self.width
        return self.count * (self.matrices + vectors)

    def macs(self, tokens: int, seen: int | None = None) -> int:
        """Multiply-adds to push ``tokens`` through the stack, each attending to ``seen`` tokens.

        Without ``seen``, to each other. A causal mask is not counted as a saving: most kernels
        compute what they then hide.
        """
        scores_and_mix = 2 * tokens * (tokens if seen is None else seen) * self.width
        return self.count * (tokens * self.matrices + scores_and_mix)

    def cache_values(self, tokens: int) -> int:
        """Keys and values kept for so many tokens, as a count of numbers."""
        return self.count * 2 * self.key_width * tokens


@dataclass(frozen=True)
class ImageEncoder:
    """A ViT over square patches, with a class token; ``side`` and ``patch`` in pixels.

    ``output`` is the length of the vectors that a last projection makes, if there is one.
    """

    layers: Layers
    patch: int
    side: int
    output: int | None = None

    @property
    def tokens(self) -> int:
        """Patches of one image."""
        return (self.side // self.patch) ** 2

    @property
    def parameters(self) -> int:
        """Patch embedding, class token, positions, layers and projection."""
        width = self.layers.width
        positions = (self.tokens + 2) * width  # one for the class token, and that token itself
        embedding = 3 * self.patch**2 * width
        return embedding + positions + self.layers.parameters + width * (self.output or 0)

    @property
    def macs(self) -> int:
        """Multiply-adds for one image."""
        embedding = self.tokens * 3 * self.patch**2 * self.layers.width
        return embedding + self.layers.macs(self.tokens + 1)


@dataclass(frozen=True)
class TextEncoder:
    """A Transformer that reads an expression, padded to ``positions`` tokens."""

    layers: Layers
    vocabulary: int
    positions: int
    output: int | None = None

    @property
    def parameters(self) -> int:
        """Word and position vectors, layers and projection."""
        width = self.layers.width
        words = (self.vocabulary + self.positions) * width
        return words + self.layers.parameters + width * (self.output or 0)

    @property
    def macs(self) -> int:
        """Multiply-adds for one expression; looking up words costs none."""
        return self.layers.macs(self.positions)


@dataclass(frozen=True)
class LanguageModel:
    """A decoder that writes words; ``tied`` when input and output share their word vectors."""

    layers: Layers
    vocabulary: int
    tied: bool = False

    @property
    def parameters(self) -> int:
        """Word vectors, once or twice, and layers."""
        tables = 1 if self.tied else 2
        return tables * self.vocabulary * self.layers.width + self.layers.parameters

    @property
    def word_macs(self) -> int:
        """Multiply-adds to score the vocabulary once."""
        return self.vocabulary * self.layers.width


@dataclass(frozen=True)
class Part:
    """One part of a model: its name, parameters, multiply-adds for one image and expression."""

    name: str
    parameters: int
    macs: int


def _linear(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs


def _layered_head(width: int, depth: int) -> int:
    return (depth - 1) * _linear(width, width) + _linear(width, 4)


@dataclass(frozen=True)
class Specialist:
    """Image encoder, text encoder, fusion over all tokens, four numbers from one token.

    ``levels`` of the image encoder's layers are joined before they enter the fusion, as in
    xiao2024clipvg; with one level, only the last.
    """

    image: ImageEncoder
    text: TextEncoder
    fusion: Layers
    levels: int = 1
    head_depth: int = 3

    def parts(self) -> list[Part]:
        """Its parts, in the order in which they run."""
        width = self.fusion.width
        image_in = self.levels * self.image.layers.width
        tokens = self.image.tokens + 1 + self.text.positions + 1  # a class token, a box token
        text_in = self.text.output or self.text.layers.width
        bridges = _linear(image_in, width) + _linear(text_in, width)
        crossing = (self.image.tokens + 1) * image_in * width
        crossing += self.text.positions * text_in * width
        positions = (tokens + 1) * width  # and the box token itself
        head = _layered_head(width, self.head_depth)
        return [
            Part("image", self.image.parameters, self.image.macs),
            Part("text", self.text.parameters, self.text.macs),
            Part("fusion", bridges + positions + self.fusion.parameters,
                 crossing + self.fusion.macs(tokens)),
            Part("head", head, head),
        ]  # fmt: skip

    def cache_values(self) -> int:
        """It answers in one pass, and keeps nothing."""
        return 0


@dataclass(frozen=True)
class Pruning:
    """After layer ``after`` of the language model, only the share ``kept`` of the image stays."""

    after: int
    kept: float


@dataclass(frozen=True)
class Generalist:
    """Image encoder, two-layer projector, language model that writes the box as ``answer`` tokens.

    ``words`` are the tokens of instruction and expression. ``pruning`` drops image tokens on the
    way, as in chen2024fastv; ``kept`` below 1 with ``after=0`` drops them before the first layer.
    """

    image: ImageEncoder
    language: LanguageModel
    words: int
    answer: int
    pruning: Pruning = Pruning(0, 1.0)

    def pruned(self, after: int, kept: float) -> Generalist:
        """The same model with another pruning."""
        return replace(self, pruning=Pruning(after, kept))

    def _stretches(self) -> list[tuple[Layers, int]]:
        """The language model's layers before and after the cut, with the tokens each reads."""
        cut = min(self.pruning.after, self.language.layers.count)
        kept = round(self.image.tokens * self.pruning.kept)
        layers = self.language.layers
        return [
            (replace(layers, count=cut), self.words + self.image.tokens),
            (replace(layers, count=layers.count - cut), self.words + kept),
        ]

    def parts(self) -> list[Part]:
        """Its parts, in the order in which they run; reading and writing use the same weights."""
        seen, width = self.image.layers.width, self.language.layers.width
        projector = _linear(seen, width) + _linear(width, width)
        reading = sum(layers.macs(tokens) for layers, tokens in self._stretches())
        # token after token: each passes all weights and attends to all that was kept before it
        writing = sum(
            layers.macs(1, tokens + written)
            for layers, tokens in self._stretches()
            for written in range(1, self.answer)
        )
        words = self.answer * self.language.word_macs
        return [
            Part("image", self.image.parameters, self.image.macs),
            Part("projector", projector, self.image.tokens * projector),
            Part("reading", self.language.parameters, reading),
            Part("writing", 0, writing + words),
        ]

    def cache_values(self) -> int:
        """Keys and values kept when the answer is complete, as a count of numbers."""
        return sum(layers.cache_values(tokens + self.answer)
                   for layers, tokens in self._stretches())  # fmt: skip


Model = Specialist | Generalist


def memory_gb(values: float, bits: float = 16) -> float:
    """The memory of so many numbers, in gigabytes (10^9 bytes)."""
    return values * bits / 8 / 1e9


def fastv_layer(tokens: int, layers: Layers) -> int:
    """Operations of one layer as chen2024fastv counts them: 4nd^2 + 2n^2d + 2ndm.

    The last term has two matrices of feed-forward; LLaMA's has three, so it is an under-count.
    """
    width, hidden = layers.width, layers.hidden
    return 4 * tokens * width**2 + 2 * tokens**2 * width + 2 * tokens * width * hidden


def fastv_ratio(layers: Layers, tokens: int, left: int, after: int) -> float:
    """What is left, in [0, 1], when ``tokens`` become ``left`` after a layer (chen2024fastv)."""
    full, cut = fastv_layer(tokens, layers), fastv_layer(left, layers)
    return (after * full + (layers.count - after) * cut) / (layers.count * full)


def total(parts: Sequence[Part]) -> tuple[int, int]:
    """Parameters and multiply-adds of all parts."""
    return sum(part.parameters for part in parts), sum(part.macs for part in parts)


CLIP_VIT_B16 = ImageEncoder(Layers(12, 768, 3072), patch=16, side=224, output=512)
CLIP_VIT_L14_336 = ImageEncoder(Layers(24, 1024, 4096), patch=14, side=336, output=768)
CLIP_TEXT_B = TextEncoder(Layers(12, 512, 2048), vocabulary=49408, positions=77, output=512)
LLAMA_7B = LanguageModel(Layers(32, 4096, 11008, gated=True, biased=False), 32000)
QWEN2_HALF_B = LanguageModel(
    Layers(24, 896, 4864, shared=128, gated=True, biased=False), 151936, tied=True
)
