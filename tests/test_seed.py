"""Everything the seed text carries is in the book, with identifiers that were verified."""

import re

import pytest
from bs4 import BeautifulSoup

from vgkd_docs import load_catalogue
from vgkd_docs.checks import title_key

WORKS = (
    "Dynamic-LLaVA: Efficient Multimodal Large Language Models via Dynamic Vision-language "
    "Context Sparsification",
    # the published title; the seed gives the preprint's
    "Align-KD: Distilling Cross-Modal Alignment Knowledge for Mobile Vision-Language Large Model "
    "Enhancement",
    "MoVE-KD: Knowledge Distillation for VLMs with Mixture of Visual Encoders",
    "VL2Lite: Task-Specific Knowledge Distillation from Large Vision-Language Models to "
    "Lightweight Networks",
    "COSMOS: Cross-Modality Self-Distillation for Vision Language Pre-training",
    "DenseGrounding: Improving Dense Language-Vision Semantics for Ego-Centric 3D Visual Grounding",
    "Visual Grounding With Dual Knowledge Distillation",
    "SimVG: A Simple Framework for Visual Grounding with Decoupled Multi-modal Fusion",
    "Distilling Coarse-to-Fine Semantic Matching Knowledge for Weakly Supervised 3D Visual "
    "Grounding",
    "Weakly Supervised Referring Expression Grounding via Target-Guided Knowledge Distillation",
    "Pseudo-Query Generation For Semi-Supervised Visual Grounding With Knowledge Distillation",
    "Localized Symbolic Knowledge Distillation for Visual Commonsense Models",
    "Bridging Modality Gap for Visual Grounding with Effective Cross-modal Distillation",
    "Look Around and Refer: 2D Synthetic Semantics Knowledge Distillation for 3D Visual Grounding",
    "Improving Weakly Supervised Visual Grounding by Contrastive Knowledge Distillation",
    "Towards Visual Grounding: A Survey",
)
DATASETS = (
    "656K Mixture Dataset", "VQAv2", "GQA", "VizWiz", "SciQA", "TextVQA", "POPE", "MMBench (en)",
    "SEED (image)", "MM-Vet", "MMVP", "RealWorldQA", "CVBench-2D", "LVIS-VQA (单轮/多轮)",
    "ShareGPT4V-VQA",
)  # fmt: skip


@pytest.fixture(scope="session")
def text_of(site) -> dict[str, BeautifulSoup]:
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_bytes(), "lxml")
        for part in (
            "foundations",
            "settings",
            "lightweighting",
            "notebooks",
            "back",
            "bibliography",
        )
        for path in (site / part).glob("*.html")
    }


@pytest.mark.parametrize("title", WORKS)
def test_seed_work_is_verified_described_and_cited(text_of, title):
    catalogue = load_catalogue()
    found = [
        key
        for key, reference in catalogue.references.items()
        if title_key(reference.title) == title_key(title)
    ]
    assert len(found) == 1, title
    key = found[0]
    reference, work = catalogue.references[key], catalogue.works[key]
    assert catalogue.status(key) == "verified"
    assert reference.doi or reference.arxiv or reference.url, "an address of its own"
    cited = [name for name, page in text_of.items()
             if page.select(f"article a[href$='bibliography/{key[0]}.html#{key}']")]  # fmt: skip
    assert [name for name in cited if not name.startswith(("back/", "bibliography/"))]
    entry = text_of[f"bibliography/{key[0]}.html"].select_one(f"#{key}").get_text(" ")
    for identifier in filter(None, (reference.doi, reference.arxiv)):
        assert identifier in entry
    if work.kind == "survey":
        return
    assert work.loss and work.data and work.headline and work.limits, "what it shows and what not"
    assert (work.teacher and work.student) or "context-sparsification" in work.techniques
    cards = [page.select_one(f"#card-{key}") for page in text_of.values()]
    assert any(cards), "its record stands in a chapter"


@pytest.mark.parametrize("name", DATASETS)
def test_seed_dataset_row_has_its_canonical_paper(text_of, name):
    catalogue = load_catalogue()
    found = [slug for slug, dataset in catalogue.datasets.items() if dataset.seed_name == name]
    assert len(found) == 1, name
    dataset = catalogue.datasets[found[0]]
    assert catalogue.status(dataset.work) == "verified"
    assert dataset.tasks
    assert dataset.home is None or "KnowledgeDistillation-VisualPerception" not in dataset.home
    page = text_of["notebooks/datasets.html"].get_text(" ")
    assert name in page


def test_what_the_seed_gets_wrong_stands_nowhere_but_on_the_corrections_page(text_of):
    wrong = (
        "10.5555/3603796.3603940", "github.com/microsoft/Dynamic-LLaVA",
        "github.com/microsoft/Align-KD", "IamZLT/KnowledgeDistillation-VisualPerception",
    )  # fmt: skip
    for name, page in text_of.items():
        if name == "back/corrections.html":
            continue
        for phrase in wrong:
            assert not re.search(re.escape(phrase), str(page)), (name, phrase)
    corrections = str(text_of["back/corrections.html"])
    assert all(re.search(re.escape(phrase), corrections) for phrase in wrong)
