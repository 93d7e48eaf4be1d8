"""YAML read with line numbers, so that every complaint can name its line.

Mappings come back as :class:`Mapping` (a dict that knows the line of each key); a key given twice is
an error, where plain PyYAML would silently keep the last.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from app.errors import InputFileError, MissingInputError


class Lined(dict[str, Any]):
    """A mapping that remembers the 1-based line it starts on and the line of each key."""

    line: int = 1
    key_lines: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.key_lines = {}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """libyaml's parser where the wheel brings it: several times faster on the layer files."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    result = Lined()
    result.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if key in result:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", key_node.start_mark
            )
        result[key] = loader.construct_object(value_node, deep=True)
        result.key_lines[key] = line
    return result


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Lined:
    """Read a YAML file whose top is a mapping.

    Raises
    ------
    MissingInputError
        When the file is not there.
    InputFileError
        When it is no UTF-8, no YAML, or its top is no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MissingInputError(
            path, "the file is missing", cure=f"Restore it: git checkout -- {path}"
        ) from None
    except UnicodeDecodeError:
        raise InputFileError(path, "the file is not UTF-8", cure="Save it as UTF-8.") from None
    try:
        data = yaml.load(text, Loader=_Loader)  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        raise InputFileError(path, f"not valid YAML: {error.problem}", line=line, cure="Mend it.") from None
    except yaml.YAMLError as error:
        raise InputFileError(path, f"not valid YAML: {error}", cure="Mend it.") from None
    if not isinstance(data, Lined):
        raise InputFileError(path, "the top of the file must be a mapping", line=1)
    return data
