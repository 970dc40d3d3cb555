"""YAML with the line of every field, and an error for a key that stands twice."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from vgkd_docs.findings import Finding

__all__ = ["field_line", "read_yaml"]


# libyaml is fast, but cannot be had in a browser
_Safe: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc, valid-type]
    """The safe loader, refusing duplicate keys (YAML itself would keep the last one silently)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"field {key!r} stands twice", problem_mark=key_node.start_mark
                    )
                seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path, name: str) -> tuple[Any, list[Finding]]:
    """Read a YAML file. Returns its value and, if it cannot be read, one finding."""
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=_Loader), []
    except UnicodeDecodeError as error:
        return None, [Finding(name, 1, f"not UTF-8: {error}", "save the file as UTF-8")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = f"not valid YAML: {error.problem or error.context}"
        return None, [
            Finding(name, line, problem, "correct the YAML; quote text that has ': ' or '#'")
        ]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, [Finding(name, 1, f"not valid YAML: {error}", "correct the YAML")]


def field_line(path: Path, where: tuple[object, ...]) -> int:
    """The line in ``path`` of the field at ``where`` (keys and indices), or of its parent."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Safe)
    line = 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                break
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
