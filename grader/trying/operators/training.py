"""Changes of training and of loops: gradients, states, modes, sums over steps."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.trying.operators.base import Site, called, operator

_STEPS = frozenset(("zero_grad", "backward", "step", "train", "eval", "clip_grad_norm_", "append"))


@operator
def step_missing(site: Site) -> Iterator[ast.AST]:
    """A step of the training is missing, such as `zero_grad`.

    optimizer.zero_grad()  ->  pass
    model.train()  ->  pass
    """
    if isinstance(site.node, ast.Expr) and called(site.node.value) in _STEPS:
        yield ast.Pass()


@operator
def detached(site: Site) -> Iterator[ast.AST]:
    """A value is detached from its gradients.

    for x in xs: h = cell(x, h)  ->  for x in xs: h = cell(x, h).detach()
    """
    node, parent = site.node, site.parent
    if isinstance(parent, ast.Assign) and node is parent.value and site.in_loop and _carried(parent):
        yield ast.Call(ast.Attribute(_expression(node), "detach", ast.Load()), [], [])


@operator
def state_not_used(site: Site) -> Iterator[ast.AST]:
    """The state of the step before is not used.

    for x in xs: h = cell(x, h)  ->  for x in xs: h = cell(x, h * 0)
    """
    node = site.node
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or not site.in_loop:
        return
    statement = next((one for one in reversed(site.around) if isinstance(one, ast.stmt)), None)
    if isinstance(statement, ast.Assign) and node.id in _targets(statement) and isinstance(site.parent, ast.Call):
        yield ast.BinOp(node, ast.Mult(), ast.Constant(0))


@operator
def state_not_kept(site: Site) -> Iterator[ast.AST]:
    """The state is not handed to the next step, or a sum over steps has only its last term.

    for g in gs: total += g  ->  for g in gs: total = g
    for x in xs: h = new  ->  for x in xs: pass
    """
    node = site.node
    if not site.in_loop:
        return
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)
    if (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Name | ast.Subscript)
    ):
        yield ast.Pass()


def _carried(node: ast.Assign) -> bool:
    """Return whether a value is made of its own earlier value."""
    used = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
    return any(name in used for name in _targets(node)) and isinstance(node.targets[0], ast.Name)


def _targets(node: ast.Assign) -> set[str]:
    return {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _expression(node: ast.AST) -> ast.expr:
    assert isinstance(node, ast.expr)
    return node
