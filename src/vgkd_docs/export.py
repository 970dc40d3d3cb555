"""Writes the published data: JSON with its schema, CSV, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, create_model

from vgkd_docs.catalogue import Catalogue, csv_lines
from vgkd_docs.citation import csl
from vgkd_docs.datapackage import croissant, data_package
from vgkd_docs.models import Correction, Dataset, Reference, Result, Work

__all__ = ["DESCRIPTIONS", "PUBLISHED", "export", "schemas", "work_record"]

PUBLISHED = (
    "works.json", "works.schema.json", "datasets.json", "datasets.schema.json",
    "corrections.json", "corrections.schema.json", "references.csl.json",
    "references.csl.schema.json", "results.csv", "references.bib",
)  # fmt: skip
"""The files of the data contract, under ``data/`` of the built book."""

DESCRIPTIONS = ("datapackage.json", "croissant.json")
"""What describes those files to programs, beside them."""

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def work_record(catalogue: Catalogue, key: str) -> dict[str, Any]:
    """A work as ``works.json`` holds it: bibliography and annotation in one flat record."""
    reference = catalogue.references[key].model_dump(mode="json")
    bibliography = {name: reference[name] for name in _FROM_REFERENCE}
    work = catalogue.works[key].model_dump(mode="json")
    return {**bibliography, **work, "status": catalogue.status(key)}


_FROM_REFERENCE = ("key", "title", "authors", "year", "container", "doi", "arxiv", "url", "pages")


def _published(name: str, *models: Any, **extra: Any) -> Any:
    fields: dict[str, Any] = {}
    for model, names in models:
        for field in names:
            info = model.model_fields[field]
            fields[field] = (info.annotation, info)
    return create_model(name, **fields, **extra)


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each published JSON file, by file name."""
    work = _published("PublishedWork", (Reference, _FROM_REFERENCE),
                      (Work, list(Work.model_fields)), status=(str, ...))  # fmt: skip
    dataset = _published("PublishedDataset", (Dataset, list(Dataset.model_fields)), slug=(str, ...))
    models = {"works": work, "datasets": dataset, "corrections": Correction}
    made = {}
    for name, model in models.items():
        schema = TypeAdapter(list[model]).json_schema(mode="serialization")  # type: ignore[valid-type]
        made[f"{name}.schema.json"] = {
            "$schema": _SCHEMA,
            "title": f"The VGKD book: {name}",
        } | schema
    item = {"type": "object", "required": ["id", "type", "title", "author", "issued"]}
    made["references.csl.schema.json"] = {
        "$schema": _SCHEMA, "title": "The VGKD book: CSL-JSON", "type": "array", "items": item,
    }  # fmt: skip
    return made


def _write_json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def export(catalogue: Catalogue, folder: Path, address: str = "") -> list[Path]:
    """Write every file of the data contract into ``folder``; returns their paths.

    ``address`` is where the page about the data is served, for the files that describe them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keys = sorted(catalogue.works)
    datasets = [
        {"slug": slug, **record.model_dump(mode="json")}
        for slug, record in sorted(catalogue.datasets.items())
    ]
    content: dict[str, object] = {
        "works.json": [work_record(catalogue, key) for key in keys],
        "datasets.json": datasets,
        "corrections.json": [item.model_dump(mode="json") for item in catalogue.corrections],
        "references.csl.json": [csl(catalogue.references[key]) for key in keys],
        **schemas(),
    }
    written = [_write_json(folder / name, value) for name, value in content.items()]
    lines = csv_lines(row.model_dump(mode="json") for row in catalogue.results)
    text = f"{','.join(Result.model_fields)}\n{lines}"
    (folder / "results.csv").write_text(text, encoding="utf-8", newline="")
    shutil.copyfile(catalogue.bibliography, folder / "references.bib")
    descriptions = (data_package(folder, PUBLISHED), croissant(folder, address or "data.html"))
    for name, value in zip(DESCRIPTIONS, descriptions, strict=True):
        written.append(_write_json(folder / name, value))
    return [*written, folder / "results.csv", folder / "references.bib"]
