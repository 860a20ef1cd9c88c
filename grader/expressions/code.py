"""Python, NumPy and torch expressions read from their syntax tree by a whitelist; nothing is run."""

from __future__ import annotations

import ast

from grader.expressions.tree import Apply, Binary, Index, Negative, Node, NotRead, Number, Symbol, Transposed

_MODULES = {"np", "numpy", "torch", "jnp", "math", "F", "nn", "functional"}
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^", ast.MatMult: "@"}
_DERIVATIVES = {
    "sigma_prime": "sigma", "sigma_p": "sigma", "dsigma": "sigma", "d_sigma": "sigma", "sigma_derivative": "sigma",
    "activation_prime": "sigma", "act_prime": "sigma", "d_activation": "sigma", "phi_prime": "phi", "dphi": "phi",
    "f_prime": "f", "df": "f", "g_prime": "g", "dtanh": "tanh", "tanh_prime": "tanh", "sigmoid_prime": "sigmoid",
    "dsigmoid": "sigmoid", "sigma_dash": "sigma", "sigma_strich": "sigma",
}  # fmt: skip
_FUNCTIONS = {"tanh", "sigmoid", "sigma", "phi", "f", "g", "diag", "exp", "cosh", "eye"}
_NAMES = {
    "z_next": ("z", Index("k", 1)), "h_next": ("h", Index("k", 1)), "z_k1": ("z", Index("k", 1)), "h_k1": ("h", Index("k", 1)),
    "z_kp1": ("z", Index("k", 1)), "h_kp1": ("h", Index("k", 1)), "h_prev": ("h", Index("k", 0)), "z_prev": ("z", Index("k", 0)),
    "h_k": ("h", Index("k", 0)), "z_k": ("z", Index("k", 0)), "h_t": ("h", Index("t", 0)), "z_t": ("z", Index("t", 0)),
    "z_new": ("z", Index("k", 1)), "h_new": ("h", Index("k", 1)),
}  # fmt: skip


def parse_code(text: str) -> list[Node]:
    """Read `J = np.diag(1 - h**2) @ W`, or the expression alone, into its links.

    Raises:
        NotRead: it is no Python expression, or it uses something outside the whitelist.
    """
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotRead("this is not Python") from None
    if len(tree.body) != 1:
        raise NotRead("more than one statement")
    statement = tree.body[0]
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return [_read(statement.targets[0]), _read(statement.value)]
    if isinstance(statement, ast.Return) and statement.value is not None:
        return [_read(statement.value)]
    if isinstance(statement, ast.Expr):
        return [_read(statement.value)]
    raise NotRead("only an expression or an assignment is read")


def _read(node: ast.expr) -> Node:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Number(float(value))
        case ast.Name(id=name):
            return _name(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(_read(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return Binary(_OPERATORS[type(op)], _read(left), _read(right))
        case ast.Attribute(value=value, attr="T" | "mT"):
            return Transposed(_read(value))
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            return Symbol(name, _index(index))
        case ast.Call():
            return _call(node)
    raise NotRead(f"'{ast.unparse(node)[:40]}' is not known here")


def _name(name: str) -> Node:
    if name in _NAMES:
        return Symbol(*_NAMES[name])
    if name in ("J", "W", "U", "b", "h", "z", "x", "I") or name in ("J_k1", "J_kp1", "J_next", "jacobian", "Jacobian"):
        return Symbol("J" if name[0] in "Jj" else name)
    raise NotRead(f"the name '{name}' is not known here")


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
    raise NotRead(f"'{ast.unparse(node)[:40]}' as an index")


def _call(node: ast.Call) -> Node:
    name = _function(node.func)
    if name in ("matmul", "dot", "mm") and len(node.args) == 2:
        return Binary("@", _read(node.args[0]), _read(node.args[1]))
    if name in ("transpose", "t") and len(node.args) == 1:
        return Transposed(_read(node.args[0]))
    if name == "eye":
        return Symbol("I")
    if name in ("square",) and len(node.args) == 1:
        return Binary("^", _read(node.args[0]), Number(2.0))
    if len(node.args) != 1 or node.keywords:
        raise NotRead(f"'{name}' with {len(node.args)} arguments")
    if name in _DERIVATIVES:
        return Apply(_DERIVATIVES[name], 1, _read(node.args[0]))
    if name in _FUNCTIONS:
        return Apply(name, 0, _read(node.args[0]))
    raise NotRead(f"the function '{name}' is not known here")


def _function(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in _MODULES:
            return name
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=module)), attr=name) if module in _MODULES:
            return name
    raise NotRead(f"'{ast.unparse(node)[:40]}' is not known here")
