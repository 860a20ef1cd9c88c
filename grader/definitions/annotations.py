"""Leave out annotations: they give no value, and often name what only a type checker imports."""

from __future__ import annotations

import ast

_MATTER = {"ClassVar", "InitVar", "KW_ONLY"}  # to a data class


def without_annotations(node: ast.stmt) -> ast.stmt:
    """Return a top-level statement without annotations; a field of a class keeps that it has one.

    The tree of the statement itself is changed.
    """
    changed: ast.stmt = _WithoutAnnotations().visit(node)
    return ast.fix_missing_locations(changed)


class _WithoutAnnotations(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        text = ast.unparse(node.annotation)
        if not any(name in text for name in _MATTER):
            node.annotation = ast.Constant(None)
        return self.generic_visit(node)
