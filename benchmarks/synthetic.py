"""A catalogue of any size, made from the real one's shapes, to see how the book grows."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import yaml

from vgkd_docs.models import Domain, Stage, Supervision, Task, Technique, vocabulary

ROOT = Path(__file__).parent.parent
HEADER = (
    "method,work,benchmark,split,metric,value,unit,backbone,pretraining,setting,params_m,flops_g,"
    "latency_ms,device,source,locator,read_from,checked\n"
)
SYLLABLES = [a + b for a in "bcdfghjklmnpqrstwxyz" for b in ("a", "en", "i", "ou")]


def write(package: Path, bibliography: Path, count: int) -> None:
    """Put ``count`` works, a dataset and three results a work into a copy of the package."""
    dice = random.Random(count)
    data = package / "data"
    for name in ("works", "datasets"):
        shutil.rmtree(data / name)
        (data / name).mkdir()
    (data / "corrections.yaml").write_text("[]\n", "utf-8")
    (data / "pretraining.yaml").write_text("unimodal:\n- ImageNet\n", "utf-8")
    entries, results = [], [HEADER]
    for number in range(count):
        family = "".join(dice.choices(SYLLABLES, k=2))
        year = dice.randint(2014, 2026)
        key = f"{family}{year}w{number}"
        title = f"Work {number} " + " ".join(dice.choices(SYLLABLES, k=8))
        authors = " and ".join(
            f"{family.title()}, {n.title()}" for n in dice.choices(SYLLABLES, k=5)
        )
        entries.append(
            f"@inproceedings{{{key},\n  author = {{{authors}}},\n  title = {{{title}}},\n"
            f"  booktitle = {{Proceedings}},\n  year = {{{year}}}\n}}\n"
        )
        record = {
            "name": f"Work{number}", "kind": "method", "venue": "CVPR",
            "tasks": dice.sample(vocabulary(Task), 2),
            "supervision": dice.sample(vocabulary(Supervision), 1),
            "domains": dice.sample(vocabulary(Domain), 1),
            "stage": dice.choice(vocabulary(Stage)),
            "techniques": dice.sample(vocabulary(Technique), 4),
            "summary": "It does one thing. " * 6, "limits": "It does not show another. " * 3,
            "sources": [{"address": f"https://example.org/{key}", "read": "2026-11-24",
                         "supports": ["title", "authors", "year", "venue", "summary"]}],
        }  # fmt: skip
        (data / "works" / f"{key}.yaml").write_text(
            yaml.safe_dump(record, sort_keys=False), "utf-8"
        )
        for split in ("val", "testA", "testB"):
            results.append(
                f"Work{number},{key},refcoco,{split},acc@0.5,{dice.uniform(50, 95):.2f},%,ViT-B,"
                f"ImageNet,fine-tuned,{dice.randint(20, 900)},,,,https://example.org/{key},Table 1,"
                "paper,2026-11-24\n"
            )
        if number == 0:
            (data / "datasets" / "refcoco.yaml").write_text(
                f"name: RefCOCO\nwork: {key}\ntasks: [rec]\nsplits:\n- {{name: val, expressions: "
                "10834}\nsources:\n- {address: 'https://example.org/d', read: 2026-11-24, "
                "supports: [splits]}\n", "utf-8",
            )  # fmt: skip
    bibliography.write_text("\n".join(sorted(entries)), "utf-8")
    (data / "results.csv").write_text("".join(results), "utf-8")


def project(folder: Path, count: int) -> Path:
    """A book on a synthetic catalogue: all generated pages, the explorer and one leaderboard."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    write(folder / "src" / "vgkd_docs", folder / "references.bib", count)
    docs = folder / "docs"
    (docs / "back").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    for name in ("conf.py", "moved.yaml", "_static", "back/bibliography.md"):
        source = ROOT / "docs" / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, docs / name)
    shutil.copyfile(ROOT / "notebooks" / "papers.md", folder / "notebooks" / "papers.md")
    (docs / "evidence").mkdir()
    (docs / "evidence" / "explorer.md").write_text("# Explorer\n\n```{explorer}\n```\n", "utf-8")
    board = "# Leaderboard\n\n```{leaderboard} refcoco\n:splits: testA testB\n```\n"
    (docs / "evidence" / "leaderboard.md").write_text(board, "utf-8")
    contents = "back/bibliography\nevidence/explorer\nevidence/leaderboard\nnotebooks/papers\n"
    index = f"# Grown\n\n```{{toctree}}\n{contents}```\n"
    (docs / "index.md").write_text(index, "utf-8")
    return folder
