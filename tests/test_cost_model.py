"""The cost model against figures that others printed, and against sums done by hand."""

import pytest

from vgkd_docs.cost_model import (
    CLIP_TEXT_B,
    CLIP_VIT_B16,
    CLIP_VIT_L14_336,
    LLAMA_7B,
    QWEN2_HALF_B,
    Generalist,
    ImageEncoder,
    LanguageModel,
    Layers,
    Specialist,
    TextEncoder,
    fastv_layer,
    fastv_ratio,
    memory_gb,
    total,
)

CLIP_VG = Specialist(CLIP_VIT_B16, CLIP_TEXT_B, Layers(6, 512, 2048), levels=4)
BERT_BASE = TextEncoder(Layers(12, 768, 3072), vocabulary=30522, positions=512)
LLAMA_13B = LanguageModel(Layers(40, 5120, 13824, gated=True, biased=False), 32000)
LLAVA_7B = Generalist(CLIP_VIT_L14_336, LLAMA_7B, words=36, answer=20)

# https://github.com/mlfoundations/open_clip/blob/89fb801f1e6087880e951fc8354b8a2077b79c6d/docs/model_profile.csv
# columns image_mparams, image_gflops, text_mparams, text_gflops; it counts two FLOPs a multiply-add
OPEN_CLIP = [
    (CLIP_VIT_B16, 86.19, 35.13),  # row ViT-B-16
    (ImageEncoder(Layers(12, 768, 3072), 32, 224, 512), 87.85, 8.82),  # row ViT-B-32
    (ImageEncoder(Layers(24, 1024, 4096), 14, 224, 768), 303.97, 162.03),  # row ViT-L-14
    (CLIP_VIT_L14_336, 304.29, 381.92),  # row ViT-L-14-336
    (CLIP_TEXT_B, 63.43, 5.96),  # row ViT-B-16
    (TextEncoder(Layers(12, 768, 3072), 49408, 77, 768), 123.65, 13.3),  # row ViT-L-14
]


@pytest.mark.parametrize(("encoder", "millions", "gflops"), OPEN_CLIP)
def test_clip_towers_cost_what_open_clip_prints(encoder, millions, gflops):
    # two decimals are printed; the norms at both ends (at most 4 x 1024 numbers) may add 0.004
    assert encoder.parameters / 1e6 == pytest.approx(millions, abs=0.01)
    # the same, and the projection of one vector (at most 0.0016)
    assert 2 * encoder.macs / 1e9 == pytest.approx(gflops, abs=0.01)


@pytest.mark.parametrize(
    ("layers", "millions", "gmacs"),
    [(Layers(12, 768, 3072), 86.57, 17.58), (Layers(12, 384, 1536), 22.05, 4.61)],
)
def test_vits_cost_what_timm_prints(layers, millions, gmacs):
    # https://github.com/huggingface/pytorch-image-models/blob/7479d451a6dfd8af27f941b8e82a7402461fae80/results/benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv
    # rows vit_base_patch16_224 and vit_small_patch16_224, one operation a multiply-add
    vit = ImageEncoder(layers, patch=16, side=224, output=1000)  # the output is its classifier
    # its classifier's bias and the norms, 0.003 million, are left out here
    assert vit.parameters / 1e6 == pytest.approx(millions, abs=0.01)
    # it counts norms as well, about 25 x 197 x width x 5 operations: 0.02
    assert vit.macs / 1e9 == pytest.approx(gmacs, abs=0.03)


def test_bert_base_has_110_million():
    # https://github.com/google-research/bert/blob/04f9e5d15d85f85a8deff9f53442b8a54abab5ea/README.md
    # "12-layer, 768-hidden, 12-heads, 110M parameters": rounded to ten million. Its pooler (0.6)
    # is left out here, for a grounder reads all tokens
    assert BERT_BASE.parameters / 1e6 == pytest.approx(110, abs=5)


@pytest.mark.parametrize(
    ("model", "parameters", "tolerance"),
    [
        # https://github.com/keras-team/keras-hub/blob/5d163cac782502025a639d4827c8f3cfea8ab532/keras_hub/src/models/llama/llama_presets.py
        # llama2_7b_en and vicuna_1.5_7b_en; the last norm (4,096 numbers) is left out here
        (LLAMA_7B, 6_738_415_616, 4_096),
        # https://github.com/keras-team/keras-hub/blob/12870d2794fb0f7a098e9afcc1ed37f3ef2e8cd2/keras_hub/src/models/qwen/qwen_presets.py
        # qwen2.5_0.5b_en; its biases of query, key and value are 24 x (896 + 2 x 128) numbers
        (QWEN2_HALF_B, 494_032_768, 24 * (896 + 2 * 128) + 896),
    ],
)
def test_language_models_have_the_parameters_that_keras_hub_prints(model, parameters, tolerance):
    assert parameters - model.parameters == tolerance


def test_clip_vg_has_the_171_million_of_its_paper():
    # Table I of https://arxiv.org/abs/2305.08685, as the catalogue holds it; the shape is read in
    # https://github.com/linhuixiao/CLIP-VG/blob/8116ebd1d64e637d9b03ad7074e7b2f70ba7a12a/models/clip_vg.py
    # printed without decimals
    assert total(CLIP_VG.parts())[0] / 1e6 == pytest.approx(171, abs=0.5)


# FastV, Table 1, https://www.ecva.net/papers/eccv_2024/papers_ECCV/papers/10478.pdf (read in a
# transcription of the whole paper; the row K=3, R=50% also stands in the authors' README,
# https://github.com/pkunlp-icler/FastV/blob/d1659729b5bf1be225e99ee15783deeea80f63b1/README.md).
# Its sequences have 36 tokens of text and 576 of image, which the numbers imply
FASTV_7B = {(2, 90): 20, (2, 75): 33, (2, 50): 55, (3, 90): 23, (3, 75): 35, (3, 50): 57,
            (5, 90): 28, (5, 75): 40, (5, 50): 60, (0, 75): 29, (0, 50): 52}  # fmt: skip
FASTV_13B = {(2, 90): 29.7, (2, 75): 50.2, (2, 50): 84.6, (3, 90): 33.0, (3, 75): 52.9,
             (3, 50): 86.4, (5, 90): 39.6, (5, 75): 58.4, (5, 50): 90.1}  # fmt: skip


@pytest.mark.parametrize(("setting", "percent"), FASTV_7B.items())
def test_fastv_keeps_the_share_that_its_table_prints(setting, percent):
    after, dropped = setting
    left = 36 + 576 * (100 - dropped) / 100
    # printed without decimals; the row K=0, R=90% prints 19 where the formula gives 15
    ratio = fastv_ratio(LLAMA_7B.layers, 612, left, after)
    assert 100 * ratio == pytest.approx(percent, abs=0.5)


@pytest.mark.parametrize(("setting", "billions"), FASTV_13B.items())
def test_fastv_needs_the_operations_that_its_table_prints(setting, billions):
    after, dropped = setting
    left = 36 + 576 * (100 - dropped) / 100
    layer = fastv_layer(612, LLAMA_13B.layers)
    assert layer / 1e9 == pytest.approx(154.6, abs=0.05)
    # the table's column "FLOPs (B)" is the mean of a layer, with one decimal
    ratio = fastv_ratio(LLAMA_13B.layers, 612, left, after)
    assert ratio * layer / 1e9 == pytest.approx(billions, abs=0.05)


def test_a_gated_layer_costs_a_third_more_feed_forward_than_fastv_counts():
    layers = LLAMA_7B.layers
    extra = 612 * layers.width * layers.hidden  # the third matrix
    assert layers.macs(612) == layers.count * (fastv_layer(612, layers) + extra)


def test_a_cached_token_takes_what_the_paper_of_vllm_says():
    # https://arxiv.org/abs/2309.06180, section 3 (read in a conversion of the whole paper):
    # OPT-13B, 2 x 5120 x 40 x 2 bytes, "800 KB", of 1,024 bytes
    opt = Layers(40, 5120, 20480)
    assert memory_gb(opt.cache_values(1)) * 1e9 == 800 * 1024


def test_llava_adds_up_to_what_is_published():
    # https://huggingface.co/llava-hf/llava-1.5-7b-hf counts 7,063,427,072 (read where others
    # repeat it): 64 more words in both tables than here, without CLIP's last projection
    words, projection = 2 * 64 * 4096, 1024 * 768
    expected = 7_063_427_072 - words + projection
    assert total(LLAVA_7B.parts())[0] == pytest.approx(expected, abs=10_000)


def test_one_small_layer_by_hand():
    layer = Layers(1, width=4, hidden=8)
    # attention 4 x 16 = 64, feed-forward 2 x 32 = 64
    assert layer.matrices == 128
    # biases 5 x 4 + 8 = 28 (three projections in, one and the last out), two norms 2 x 8 = 16
    assert layer.parameters == 128 + 28 + 16
    # 3 tokens: 3 x 128 = 384, scores and mix 2 x 9 x 4 = 72
    assert layer.macs(3) == 456
    # one token that looks at ten: 128 + 2 x 10 x 4
    assert layer.macs(1, 10) == 208
    assert layer.cache_values(5) == 2 * 4 * 5
    # keys and values shared: 2 x 4 x (4 + 2) = 48; three matrices: 96; two norms of one vector
    lean = Layers(1, 4, 8, shared=2, gated=True, biased=False)
    assert (lean.matrices, lean.parameters, lean.cache_values(5)) == (144, 152, 20)


def test_pruning_saves_operations_and_cache_but_no_parameters():
    whole, pruned = total(LLAVA_7B.parts()), total(LLAVA_7B.pruned(2, 0.5).parts())
    assert whole[0] == pruned[0]
    assert LLAVA_7B.pruned(2, 1.0).parts() == LLAVA_7B.parts()
    layers = LLAMA_7B.layers
    # 36 words, 576 of image, 20 of answer; 32 layers, keys and values of 4,096
    assert LLAVA_7B.cache_values() == 632 * 32 * 2 * 4096
    # 288 tokens fewer in the last thirty layers, for keys and for values
    spared = LLAVA_7B.cache_values() - LLAVA_7B.pruned(2, 0.5).cache_values()
    assert spared == 30 * 2 * 288 * layers.width
    costs = [total(LLAVA_7B.pruned(after, 0.5).parts())[1] for after in (0, 2, 16, 32, 40)]
    assert costs == sorted(costs)
    assert costs[-1] == costs[-2] == whole[1]


def test_writing_word_by_word_costs_what_reading_the_same_words_at_once_costs():
    # without vocabulary: n words one by one attend to 1, 2, ... n tokens; at once, to n each
    layers = LLAMA_7B.layers
    one_by_one = sum(layers.macs(1, seen) for seen in range(1, 51))
    mean_seen = 51 / 2
    assert one_by_one == layers.count * (50 * layers.matrices + 2 * 50 * mean_seen * layers.width)
    longer = Generalist(CLIP_VIT_L14_336, LLAMA_7B, words=36, answer=21)
    added = longer.parts()[-1].macs - LLAVA_7B.parts()[-1].macs
    assert added == layers.macs(1, 36 + 576 + 20) + LLAMA_7B.word_macs


def test_a_specialist_keeps_nothing_and_pays_for_its_levels():
    single = Specialist(CLIP_VIT_B16, CLIP_TEXT_B, Layers(6, 512, 2048))
    assert CLIP_VG.cache_values() == 0
    gained = total(CLIP_VG.parts())[0] - total(single.parts())[0]
    assert gained == 3 * 768 * 512
    # three linear maps: 512 x 512 + 512, twice, then 512 x 4 + 4
    assert CLIP_VG.parts()[-1].parameters == 527_364
    # 1 + 196 image tokens from four levels, 77 words, 6 layers over 275 tokens
    fusion = 197 * 3072 * 512 + 77 * 512 * 512 + Layers(6, 512, 2048).macs(275)
    assert CLIP_VG.parts()[2].macs == fusion
