"""Describes the published data for programs: a Frictionless Data Package and Croissant metadata."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vgkd_docs import AUTHOR, LICENCE, RELEASED, words
from vgkd_docs.models import Result

__all__ = ["croissant", "data_package"]

_LICENCE = {"name": "CC-BY-4.0", "path": LICENCE, "title": "Creative Commons Attribution 4.0"}
_MEDIA = {".json": "application/json", ".csv": "text/csv", ".bib": "application/x-bibtex"}
_NUMBERS = ("value", "params_m", "flops_g", "latency_ms")
_CROISSANT = "http://mlcommons.org/croissant/1.0"


def _fields() -> list[dict[str, Any]]:
    schema = Result.model_json_schema()["properties"]
    fields = []
    for name, rules in schema.items():
        kind = "number" if name in _NUMBERS else "date" if name == "checked" else "string"
        field: dict[str, Any] = {
            "name": name, "type": kind, "description": words.label("result_fields", name),
        }  # fmt: skip
        limits = {}
        if name in Result.model_json_schema()["required"]:
            limits["required"] = True
        if "enum" in rules and name != "unit":
            limits["enum"] = rules["enum"]
        if limits:
            field["constraints"] = limits
        fields.append(field)
    return fields


def _described(folder: Path, name: str) -> dict[str, Any]:
    content = (folder / name).read_bytes()
    return {
        "name": name.replace(".", "-"),
        "path": name,
        "description": words.label("published", name),
        "mediatype": _MEDIA[Path(name).suffix],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def data_package(folder: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """The descriptor of the files ``names`` in ``folder``, by the Frictionless standard.

    ``results.csv`` is a table with a schema; each JSON file names the JSON Schema it holds to.
    """
    resources = []
    for name in names:
        resource = _described(folder, name)
        if name == "results.csv":
            resource |= {"type": "table", "profile": "tabular-data-resource", "format": "csv",
                         "schema": {"fields": _fields(), "missingValues": [""]}}  # fmt: skip
        else:
            resource["type"] = "json" if name.endswith(".json") else "file"
            if (schema := name.replace(".json", ".schema.json")) in names and schema != name:
                resource["jsonSchema"] = schema
        resources.append(resource)
    return {
        "profile": "data-package",
        "name": "vgkd-book",
        "title": words.message("book_title"),
        "description": words.message("llms_summary"),
        "version": version("vgkd-docs"),
        "licenses": [_LICENCE],
        "contributors": [{"title": AUTHOR, "role": "author"}],
        "keywords": [
            "visual grounding",
            "referring expression comprehension",
            "knowledge distillation",
            "benchmark results",
        ],
        "resources": resources,
    }


def croissant(folder: Path, address: str) -> dict[str, Any]:
    """The results as a Croissant dataset; ``address`` is where the data page is served."""
    described = _described(folder, "results.csv")
    kinds = {"number": "sc:Float", "date": "sc:Date", "string": "sc:Text"}
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"results/{field['name']}",
            "name": field["name"],
            "description": field["description"],
            "dataType": kinds[field["type"]],
            "source": {
                "fileObject": {"@id": "results.csv"}, "extract": {"column": field["name"]},
            },
        }
        for field in _fields()
    ]  # fmt: skip
    return {
        "@context": {
            "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/",
            "citeAs": "cr:citeAs", "conformsTo": "dct:conformsTo",
            "column": "cr:column", "extract": "cr:extract",
            "field": "cr:field", "fileObject": "cr:fileObject", "recordSet": "cr:recordSet",
            "source": "cr:source", "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        },
        "@type": "sc:Dataset",
        "conformsTo": _CROISSANT,
        "name": "vgkd-book-results",
        "description": words.label("published", "results.csv"),
        "url": address,
        "license": LICENCE,
        "version": version("vgkd-docs"),
        "datePublished": RELEASED,
        "creator": {"@type": "Organization", "name": AUTHOR},
        "citeAs": words.message("cite_first"),
        "distribution": [{
            "@type": "cr:FileObject", "@id": "results.csv", "name": "results.csv",
            "contentUrl": "results.csv", "encodingFormat": "text/csv",
            "sha256": described["hash"].removeprefix("sha256:"),
        }],
        "recordSet": [{"@type": "cr:RecordSet", "@id": "results", "name": "results",
                       "field": fields}],
    }  # fmt: skip
