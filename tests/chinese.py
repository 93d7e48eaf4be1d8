"""Finding Chinese that stands where no translation can reach it: in templates, page scripts and Python.

What is looked for is text a reader would see. Comments, docstrings, regular expressions and words that are
only compared with are none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.jslexer import Token, tokenize
from jinja2 import Environment, nodes

CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
"""Characters, and the marks that only Chinese sets between them."""
NAMES = ("津图", "中文", "关怀版", "鞍山道与南京路交口")
"""What stays Chinese in English: the site's name, how Chinese calls itself, the large-type version, and the
example of what an address may be."""
CELLS = "_flat"
"""What functions are called that make the cells of a table for download: data, the same in every language."""
_SAYING = {"_", "gettext", "pgettext", "ngettext", "mark", "t"}
_ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"])
_NESTED = re.compile(r"\$\{")

Found = tuple[int, str]


def is_chinese(text: str) -> bool:
    """Whether there is Chinese in the text, beside the few names that are the same in every language."""
    for name in NAMES:
        text = text.replace(name, "")
    return CHINESE.search(text) is not None


def bare_in_template(path: Path) -> list[Found]:
    """Line and text of what a template says past its catalogue."""
    return list(_in_node(_ENVIRONMENT.parse(path.read_text(encoding="utf-8"))))


def _in_node(node: nodes.Node) -> Iterator[Found]:
    if isinstance(node, nodes.Compare):
        return  # a value of the data that is asked for, not shown
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _SAYING:
        for value in node.kwargs:
            yield from _in_node(value)
        return
    text = node.data if isinstance(node, nodes.TemplateData) else getattr(node, "value", None)
    if isinstance(node, (nodes.TemplateData, nodes.Const)) and isinstance(text, str):
        for line in text.splitlines():
            if is_chinese(line):
                yield node.lineno, line.strip()
    for child in node.iter_child_nodes():
        yield from _in_node(child)


def bare_in_script(path: Path) -> list[Found]:
    """The same of a page script."""
    return list(_in_code(path.read_text(encoding="utf-8"), 0))


def _in_code(code: str, above: int) -> Iterator[Found]:
    before: list[Token] = [Token("", "", 0), Token("", "", 0)]
    for token in tokenize(code):
        if token.type in ("linecomment", "multilinecomment"):
            continue
        said = before[-2].value == "t" and before[-1].value == "("
        if token.type == "string" and is_chinese(token.value) and not said:
            yield above + token.lineno, token.value[1:-1]
        if token.type == "template_string":
            text, inside = _parted(token.value)
            if is_chinese(text):
                yield above + token.lineno, text
            for code_inside in inside:
                yield from _in_code(code_inside, above + token.lineno - 1)
        before.append(token)


def _parted(template: str) -> tuple[str, list[str]]:
    """The text of a template literal and the code of its ``${…}``."""
    text, inside = "", []
    while start := _NESTED.search(template):
        end, depth = start.end(), 1
        while depth and end < len(template):  # a template inside a template ends the token early
            depth += {"{": 1, "}": -1}.get(template[end], 0)
            end += 1
        text += template[: start.start()]
        inside.append(template[start.end() : end - (not depth)])
        template = template[end:]
    return text + template, inside


def bare_in_python(path: Path, *, only: frozenset[str] = frozenset()) -> list[Found]:
    """The same of a Python module; with ``only``, what stands in calls of these names (errors)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not only:
        return list(_in_syntax(tree))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in only)
    return [found for call in calls for argument in call.args for found in _in_syntax(argument)]


def _name(function: ast.expr) -> str:
    return getattr(function, "id", "") or getattr(function, "attr", "")


def _in_syntax(node: ast.AST) -> Iterator[Found]:
    if isinstance(node, ast.Compare) or getattr(node, "name", "") == CELLS:
        return
    if isinstance(node, ast.Dict):
        for value in node.values:  # keys are values of the data
            yield from _in_syntax(value)
        return
    if isinstance(node, ast.Call):
        if _name(node.func) in _SAYING:
            for keyword in node.keywords:
                yield from _in_syntax(keyword.value)
            return
        if _name(node.func) == "compile":
            return  # a regular expression
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_chinese(node.value):
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        yield from _in_syntax(child)
