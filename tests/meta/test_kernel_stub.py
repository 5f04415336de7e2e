"""The kernel's types for Python say what the kernel has."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from chukan_layout import _kernel

STUB = ast.parse((Path(_kernel.__file__).parent / "_kernel.pyi").read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
FUNCTIONS = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}


def test_every_name_of_the_kernel_is_in_the_stub() -> None:
    assert {n for n in dir(_kernel) if not n.startswith("_")} == CLASSES.keys() | FUNCTIONS.keys()


def test_every_member_of_a_class_is_in_the_stub() -> None:
    for name, node in CLASSES.items():
        stubbed = {
            n.name for n in node.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("__")
        }
        assert {n for n in dir(getattr(_kernel, name)) if not n.startswith("_")} == stubbed, name


def test_parameters_are_as_in_the_stub() -> None:
    for name, node in FUNCTIONS.items():
        written = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
        assert list(inspect.signature(getattr(_kernel, name)).parameters) == written, name
