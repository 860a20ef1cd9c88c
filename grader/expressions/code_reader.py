"""Python, NumPy and torch expressions read from their syntax tree by a whitelist; nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from grader.expressions.tree import (
    EVERY_UNIT,
    Apply,
    Binary,
    Component,
    Entries,
    Index,
    Negative,
    Node,
    NotRead,
    Number,
    Product,
    Symbol,
    Transposed,
)
from grader.expressions.vocabulary import ELEMENTWISE, OF_VECTORS, canonical
from grader.model.message import say, say_number

Functions = dict[str, tuple[str, ast.expr]]
_MODULES = {"np", "numpy", "torch", "jnp", "math", "F", "nn", "functional"}
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^", ast.MatMult: "@"}
_DERIVATIVES = {
    "sigma_prime": "sigma", "sigma_p": "sigma", "dsigma": "sigma", "d_sigma": "sigma", "sigma_derivative": "sigma",
    "activation_prime": "sigma", "act_prime": "sigma", "d_activation": "sigma", "phi_prime": "phi", "dphi": "phi",
    "f_prime": "f", "df": "f", "g_prime": "g", "dtanh": "tanh", "tanh_prime": "tanh", "sigmoid_prime": "sigmoid",
    "dsigmoid": "sigmoid", "sigma_dash": "sigma", "sigma_strich": "sigma",
}  # fmt: skip
_FUNCTIONS = {"tanh", "sigmoid", "sigma", "phi", "f", "g", "diag", "exp", "cosh", "eye"} | ELEMENTWISE | OF_VECTORS
# The second argument of `np.max` is an axis.
_PAIRS = {"multiply": "*", "mul": "*", "maximum": "max", "minimum": "min", "max": "max", "min": "min"}
_NAMES = {
    "z_next": ("z", Index("k", 1)), "h_next": ("h", Index("k", 1)), "z_k1": ("z", Index("k", 1)), "h_k1": ("h", Index("k", 1)),
    "z_kp1": ("z", Index("k", 1)), "h_kp1": ("h", Index("k", 1)), "h_prev": ("h", Index("k", 0)), "z_prev": ("z", Index("k", 0)),
    "h_k": ("h", Index("k", 0)), "z_k": ("z", Index("k", 0)), "h_t": ("h", Index("t", 0)), "z_t": ("z", Index("t", 0)),
    "x_k1": ("x", Index("k", 1)), "x_next": ("x", Index("k", 1)), "x_kp1": ("x", Index("k", 1)), "x_new": ("x", Index("k", 1)),
    "z_new": ("z", Index("k", 1)), "h_new": ("h", Index("k", 1)),
}  # fmt: skip
_ACTIVATIONS = {"tanh", "sigmoid", "sigma", "phi"}
_STATES, _STEPS = {"h", "z", "x"}, {"k", "t"}
_JACOBIANS = {"jacobian", "jacfwd", "jacrev"}
KNOWN = {"J", "W", "U", "b", "h", "z", "x", "I", "J_k1", "J_kp1", "J_next", "jacobian", "Jacobian"}
KNOWN |= set(_NAMES)


class CodeReader:
    """Reads expressions; `known` are the names that were assigned before."""

    def __init__(self, known: dict[str, Node], functions: Functions) -> None:
        self.known, self.functions = known, functions

    def read(self, node: ast.expr) -> Node:
        """Read one expression."""
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return Number(float(value))
            case ast.Name(id=name):
                return self.known[name] if name in self.known else self.known.get(canonical(name)) or _name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.read(operand))
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                return Apply("floor", 0, Binary("/", self.read(left), self.read(right)))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return Binary(_OPERATORS[type(op)], self.read(left), self.read(right))
            case ast.Attribute(value=value, attr="T" | "mT"):
                return Transposed(self.read(value))
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=unit)) if name in self.known and not (
                name in _STATES and unit in _STEPS
            ):
                return Component(self.known[name], (unit,))
            case ast.Subscript(value=ast.Name(id=name), slice=(ast.Name() | ast.Constant() | ast.BinOp()) as index):
                return Symbol(name, _index(index))
            case ast.Subscript(value=inner, slice=ast.Tuple(elts=[ast.Slice(), ast.Constant(value=None)])):
                return Apply("column", 0, self.read(inner))
            case ast.Subscript(value=inner, slice=ast.Tuple(elts=[ast.Constant(value=None), ast.Slice()])):
                return Transposed(Apply("column", 0, self.read(inner)))
            case ast.Subscript(value=inner, slice=ast.Name(id=unit)) if isinstance(inner, ast.Subscript | ast.Call):
                return Component(self.read(inner), (unit,))
            case ast.Call(func=ast.Call(func=function, args=[of]), args=[at]) if name_of(function) in _JACOBIANS:
                return self.differentiated(of, at)
            case ast.Call(func=function, args=[of, at]) if name_of(function) in _JACOBIANS:
                return self.differentiated(of, at)
            case ast.Call():
                return self.call(node)
            case ast.ListComp(
                elt=ast.ListComp(elt=ast.IfExp(test=test, body=body, orelse=ast.Constant(value=0)), generators=[inner]),
                generators=[outer],
            ):
                return self.listed(test, body, ast.unparse(outer.target), ast.unparse(inner.target))
        raise NotRead(say("'{code}' is not supported", code=ast.unparse(node)[:40]))

    def differentiated(self, of: ast.expr, at: ast.expr) -> Node:
        """Read `jacobian(torch.tanh, z)`: the matrix of a function that works on each element by itself."""
        name = name_of(of)
        if name in self.functions:
            parameter, body = self.functions[name]
            match body:
                case ast.Call(args=[ast.Name(id=argument)], keywords=[]) if argument == parameter:
                    name = name_of(body.func)
        if name not in _ACTIVATIONS or name in self.known:
            raise NotRead(say("automatic differentiation is read of an activation only"))
        return Apply("diag", 0, Apply(name, 1, self.read(at)))

    def listed(self, test: ast.expr, body: ast.expr, row: str, column: str) -> Node:
        """Read `[[f(z[i]) if i == j else 0 for j in ...] for i in ...]`, a diagonal matrix."""
        if ast.unparse(test).replace(" ", "") not in (f"{row}=={column}", f"{column}=={row}"):
            raise NotRead(say("this kind of loop is not supported"))
        step = Index("k", 1)
        names = {"z": Symbol("z", step), "h": Symbol("h", step), **self.known}
        return Entries(row, column, CodeReader(names, self.functions).read(body), diagonal=True)

    def call(self, node: ast.Call) -> Node:
        """Read a call of a function, or of a method of a tensor."""
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
            return self.method(node.func.value, node.func.attr, node.args)
        name = called(node.func)
        if name in self.functions and len(node.args) == 1:
            parameter, body = self.functions[name]
            return CodeReader({parameter: self.read(node.args[0])}, {}).read(body)
        if name == "einsum" and len(node.args) == 3 and isinstance(node.args[0], ast.Constant):
            return self.einsum(str(node.args[0].value), node.args[1], node.args[2])
        if name in self.known:
            raise NotRead(say("'{name}' is a value and not a function", name=name))
        if name in _PAIRS and len(node.args) == 2 and (name not in OF_VECTORS or isinstance(node.func, ast.Name)):
            return Binary(_PAIRS[name], self.read(node.args[0]), self.read(node.args[1]))
        name = "diag" if name in ("diag_embed", "diagflat") else name
        if name in ("array", "asarray", "tensor", "stack") and len(node.args) == 1 and not node.keywords:
            return self.read(node.args[0])
        if name in ("ones", "ones_like"):
            return Number(1.0)
        if name == "outer" and len(node.args) == 2:
            left, right = self.read(node.args[0]), self.read(node.args[1])
            if isinstance(left, Number) or isinstance(right, Number):  # a vector of ones is read as the number one
                raise NotRead(say("'{code}' is not supported", code=ast.unparse(node)[:40]))
            return Binary("@", left, Transposed(right))
        if name in ("matmul", "dot", "mm") and len(node.args) == 2:
            return Binary("@", self.read(node.args[0]), self.read(node.args[1]))
        if name in ("transpose", "t") and len(node.args) == 1:
            return Transposed(self.read(node.args[0]))
        if name == "eye":
            return Symbol("I")
        if name in ("square",) and len(node.args) == 1:
            return Binary("^", self.read(node.args[0]), Number(2.0))
        axes = ("axis", "dim") if name in OF_VECTORS else ()  # a vector has one axis
        if len(node.args) != 1 or any(keyword.arg not in axes for keyword in node.keywords):
            raise NotRead(
                say_number(
                    "'{name}' with {n} argument is not supported",
                    "'{name}' with {n} arguments is not supported",
                    len(node.args),
                    name=name,
                )
            )
        if name in _DERIVATIVES:
            return Apply(_DERIVATIVES[name], 1, self.read(node.args[0]))
        if name in _FUNCTIONS:
            return Apply(name, 0, self.read(node.args[0]))
        raise NotRead(say("the function '{name}' is not supported", name=name))

    def method(self, value: ast.expr, name: str, arguments: Sequence[ast.expr]) -> Node:
        """Read `x.pow(2)`, `x.t()`, `A.dot(B)`, `x.diag()`."""
        inner = self.read(value)
        match name, len(arguments):
            case "pow", 1:
                return Binary("^", inner, self.read(arguments[0]))
            case "square", 0:
                return Binary("^", inner, Number(2.0))
            case (("t" | "transpose"), 0):
                return Transposed(inner)
            case (("dot" | "matmul" | "mm"), 1):
                return Binary("@", inner, self.read(arguments[0]))
            case (("mul" | "multiply"), 1):
                return Binary("*", inner, self.read(arguments[0]))
            case (("tanh" | "sigmoid" | "diag" | "exp" | "diag_embed"), 0):
                return Apply(name.removesuffix("_embed"), 0, inner)
            case _, 0 if name in ELEMENTWISE | OF_VECTORS:
                return Apply(name, 0, inner)
        raise NotRead(say("the method '{name}' is not supported", name=name))

    def einsum(self, rule: str, one: ast.expr, other: ast.expr) -> Node:
        """Read the scaling of rows or columns."""
        left, right = self.read(one), self.read(other)
        forms = {
            "i,ij->ij": (left, right, True),
            "ij,i->ij": (right, left, True),
            "ij,j->ij": (right, left, False),
            "j,ij->ij": (left, right, False),
        }
        if rule.replace(" ", "") == "ij,jk->ik":
            return Binary("@", left, right)
        if rule.replace(" ", "") not in forms:
            return _summed(rule.replace(" ", ""), left, right)
        vector, matrix, rows = forms[rule.replace(" ", "")]
        scaled = Apply("diag", 0, vector)
        return Binary("@", scaled, matrix) if rows else Binary("@", matrix, scaled)


def _summed(rule: str, left: Node, right: Node) -> Node:
    """Return the entries of einsum's result, with a sum over each index that the result does not have."""
    found = re.fullmatch(r"([a-z]{1,2}),([a-z]{1,2})->([a-z]{0,2})", rule)
    if found is None or not set(found[3]) <= set(found[1] + found[2]):
        raise NotRead(say("einsum with '{rule}' is not supported", rule=rule[:20]))
    body: Node = Binary("*", Component(left, tuple(found[1])), Component(right, tuple(found[2])))
    for unit in sorted({*found[1], *found[2]} - {*found[3]}):
        body = Product("sum", unit, Index("", 1), EVERY_UNIT, body)
    return Entries(found[3][0], found[3][1:], body) if found[3] else body


def _name(name: str) -> Node:
    if name in _NAMES:
        return Symbol(*_NAMES[name])
    if name in ("J", "W", "U", "b", "h", "z", "x", "I") or name in ("J_k1", "J_kp1", "J_next", "jacobian", "Jacobian"):
        return Symbol("J" if name[0] in "Jj" else name)
    raise NotRead(say("the name '{name}' is not defined", name=name))


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name; empty for anything else."""
    return ast.unparse(node).rpartition(".")[2] if isinstance(node, ast.Name | ast.Attribute) else ""


def _index(node: ast.expr) -> Index:
    match node:
        case ast.Name(id=name):
            return Index(name, 0)
        case ast.Constant(value=int() as value):
            return Index("", value)
        case ast.BinOp(
            left=ast.Name(id=name), op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int() as value)
        ):
            return Index(name, value if isinstance(op, ast.Add) else -value)
    raise NotRead(say("'{text}' is not a supported index", text=ast.unparse(node)[:40]))


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).partition(".")[0] in _MODULES


def called(node: ast.expr) -> str:
    """Return the name of a function that is called, by itself or from a known module.

    Raises:
        NotRead: it is called from something else.
    """
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in _MODULES:
            return name
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=module)), attr=name) if module in _MODULES:
            return name
    raise NotRead(say("'{code}' is not supported", code=ast.unparse(node)[:40]))
