"""One row of cases a notation: what is read as the right Jacobian, and the same notation with something wrong in it."""

from __future__ import annotations

import pytest

from tests.helpers import finding_of, shipped_check

J = r"\mathrm{diag}(\sigma'(z_{k+1}))"
RIGHT = {
    "index in brackets": "J[k+1] = diag(phi'(z[k+1]))",
    "upper index": r"$J^{(k+1)} = \mathrm{diag}(\phi'(z^{(k+1)}))$",
    "HTML": "J<sub>k+1</sub> = diag(&sigma;&prime;(z<sub>k+1</sub>))",
    "mathematical alphabet": "𝑱ₜ = 𝐝𝐢𝐚𝐠(𝝋′(𝒛ₜ))",
    "spaced by a PDF": "J k + 1 = d i a g ( φ ′ ( z k + 1 ) )",
    "arrow": "J_{k+1} -> diag(σ'(z_{k+1}))",
    "range of the index": rf"$\forall k:\; J_{{k+1}} = {J}$",
    "order of the derivative": r"$J_{k+1} = \mathrm{diag}(\sigma^{(1)}(z_{k+1}))$",
    "a chain that ends in tanh": r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1})) = \mathrm{diag}(1 - h_{k+1}^2)$",
    "symmetric": rf"$J_{{k+1}} = J_{{k+1}}^T = {J}$",
    "dh/dh first": r"$\frac{\partial h_t}{\partial h_{t-1}} = J_t W$, where $J_t = \mathrm{diag}(\varphi'(z_t))$",
    "completed by words": "J_{k+1} = σ'(z_{k+1}), written as a diagonal matrix",
    "a function": "def J(z):\n    return torch.diag(1 - torch.tanh(z)**2)",
    "lambda": "J = lambda z: np.diag(1 - np.tanh(z)**2)",
    "a list of lists": "`J = [[dsigma(z[i]) if i == j else 0 for j in range(n)] for i in range(n)]`",
    "automatic differentiation": "`J = torch.func.jacfwd(torch.tanh)(z)`",
    "automatic differentiation of an own name": "s = torch.sigmoid\nJ = torch.autograd.functional.jacobian(s, z_next)",
    "states by step": "z_next = W @ h[k] + U @ x[k + 1] + b\nJ = np.diag(1 - np.tanh(z_next)**2)",
    "a diagonal over an index": r"$J_{k+1} = \mathrm{diag}_j(\sigma'(z_{k+1,j}))$",
    "rows with semicolons": "J_{k+1} = [σ'(z_1) 0 0; 0 σ'(z_2) 0; 0 0 σ'(z_3)]",
    "struck out": rf"~~$J_{{k+1}} = {J} W$~~ Corrected: $J_{{k+1}} = {J}$",
    "a label": rf"**Answer a):** $J_{{k+1}} = {J}$",
    "a sign below a brace": r"$\frac{\partial h_{k+1}}{\partial h_k} = \underbrace{\mathrm{diag}(\sigma'(z_{k+1}))}_{=\,J_{k+1}} W$",
    "an arrow inside the marks": rf"$\Rightarrow J_{{k+1}} = {J}$",
    "bounds of the norm": rf"$J_{{k+1}} = {J}$, so $\|J_{{k+1}}\| \le 1$ for tanh and $\le 1/4$ for the sigmoid",
    "an operator of differentiation": r"$J_{k+1} = \frac{\partial}{\partial z_{k+1}} \sigma(z_{k+1}) = \mathrm{diag}(\sigma'(z_{k+1}))$",
    "entries that are worked out": r"$(J_{k+1})_{ij} = \frac{\partial \sigma(z_{k+1,i})}{\partial z_{k+1,j}} = \sigma'(z_{k+1,i}) \delta_{ij}$",
    "aligned equations": rf"\begin{{align*}} \frac{{\partial h_{{k+1}}}}{{\partial h_k}} &= J_{{k+1}} W, \\ J_{{k+1}} &= {J}. \end{{align*}}",
    "the activation named": "J = diag(f'(z)), f being the activation",
    "raised units": r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1}^{1}), \sigma'(z_{k+1}^{2}), \dots, \sigma'(z_{k+1}^{n}))$",
    "what it does to a vector": r"For every $v$: $J_{k+1} v = \sigma'(z_{k+1}) \odot v$.",
    "a map": r"$J_{k+1} : v \mapsto \sigma'(z_{k+1}) \odot v$",
    "differentials": rf"From $dh_{{k+1}} = \sigma'(z_{{k+1}}) \odot dz_{{k+1}}$ we get $J_{{k+1}} = {J}$.",
    "differentials alone": r"$dh_{k+1} = \sigma'(z_{k+1}) \odot dz_{k+1}$",
    "a bar behind a derivative": r"$J_{k+1} = \mathrm{diag}\left(\left.\frac{d\sigma(u)}{du}\right|_{u = z_{k+1}}\right)$",
    "a matrix that is one": rf"$J_{{k+1}} = {J} A$ where $A = I$",
    "denotes": rf"$J_{{k+1}} = \Lambda_{{k+1}}$, and $\Lambda_{{k+1}}$ denotes ${J}$.",
    "sech": r"With $\tanh' = \operatorname{sech}^2$: $J_{k+1} = \mathrm{diag}(\operatorname{sech}^2(z_{k+1}))$",
    "a lambda with an own name": "sigma = np.tanh\nJ_next = lambda z_next: np.diag(1.0 - sigma(z_next) ** 2)",
    "defined from the right": rf"$\nabla_{{z_{{k+1}}}} h_{{k+1}} = {J} =: J_{{k+1}}$",
    "the set of matrices": rf"$J_{{k+1}} = {J} \in \mathbb{{R}}^{{n \times n}}$",
    "a loop": "J = np.zeros((n, n))\nfor i in range(n):\n    J[i, i] = 1 - np.tanh(z[i]) ** 2",
    "own name": r"Let $s_{k+1} = W h_k + U x_{k+1} + b$. Then $J_{k+1} = \mathrm{diag}(\sigma'(s_{k+1}))$.",
}
WRONG = {
    "index in brackets": "J[k+1] = 1 / diag(phi'(z[k+1]))",
    "upper index": r"$J^{(k+1)} = \mathrm{diag}(1/\phi'(z^{(k+1)}))$",
    "HTML": "J<sub>k+1</sub> = 1 - diag(&sigma;&prime;(z<sub>k+1</sub>))",
    "arrow": "J_{k+1} -> diag(1 - σ'(z_{k+1}))",
    "another relation": "J_{k+1} != diag(σ'(z_{k+1}))",
    "order of the derivative": r"$J_{k+1} = \mathrm{diag}(\sigma^{(2)}(z_{k+1}))$",
    "behind the marks": rf"$J_{{k+1}} = {J}$ - 1",
    "a factor behind the marks": rf"$J_{{k+1}} = {J}$ h_k",
    "between the marks": rf"$J_{{k+1}} =$ - ${J}$",
    "words behind": rf"$J_{{k+1}} = {J}$ plus the identity",
    "words afterwards": rf"$J_{{k+1}} = {J}$, and all of this divided by two.",
    "a second formula": rf"$J_{{k+1}} = {J}$. And so $\mathrm{{diag}}(\sigma(z_{{k+1}}))$.",
    "another activation in words": r"For a ReLU network $J_{k+1} = \mathrm{diag}(1 - \tanh^2(z_{k+1}))$.",
    "entries that are not worked out": r"$(J_{k+1})_{ij} = \frac{\partial (h_{k+1})_i}{\partial (z_{k+1})_j}$",
    "words with an operator": "A diagonal matrix; each entry is -σ'(z_{k+1}).",
    "zeros on the diagonal": "On the diagonal we have zeros, the other entries are σ'(z_{k+1}).",
    "a list of lists": "`J = [[dsigma(z[i]) if i != j else 0 for j in range(n)] for i in range(n)]`",
    "completed the other way": "J_{k+1} = σ'(z_{k+1}), not written as a diagonal matrix",
    "automatic differentiation elsewhere": "`J = torch.func.jacfwd(torch.tanh)(h)`",
    "automatic differentiation of a product": "`J = torch.func.jacfwd(lambda z: W @ torch.tanh(z))(z)`",
    "automatic differentiation, then a product": "s = torch.sigmoid\nJ = torch.func.jacrev(s)(z_next) @ W",
    "a diagonal over an index": r"$J_{k+1} = \mathrm{diag}_j(\sigma'(h_{k+1,j}))$",
    "rows with semicolons": "J_{k+1} = [0 σ'(z_1) 0; σ'(z_2) 0 0; 0 0 σ'(z_3)]",
    "struck out": rf"~~$J_{{k+1}} = {J}$~~ Corrected: $J_{{k+1}} = W$",
    "struck out in part": rf"~~ $J_{{k+1}} = {J}$",
    "a sign below a brace": r"$J_{k+1} = \underbrace{\mathrm{diag}(\sigma'(z_{k+1}))}_{=\,D} W$",
    "what it does to a vector": r"For every $v$: $J_{k+1} v = W (\sigma'(z_{k+1}) \odot v)$.",
    "a map": r"$J_{k+1} : v \mapsto \sigma(z_{k+1}) \odot v$",
    "differentials": rf"From $dh_{{k+1}} = \sigma(z_{{k+1}}) \odot dz_{{k+1}}$ we get $J_{{k+1}} = {J}$.",
    "differentials of another step": r"$dh_{k+1} = \sigma'(z_{k+1}) \odot dz_k$",
    "aligned equations": rf"\begin{{align*}} J_{{k+1}} &= {J} \\ J_{{k+1}} &= W \end{{align*}}",
    "a matrix that is not one": rf"$J_{{k+1}} = {J} A$ where $A = W$",
    "denotes": r"$J_{k+1} = \Lambda_{k+1}$, and $\Lambda_{k+1}$ denotes $\mathrm{diag}(\sigma(z_{k+1}))$.",
    "sech": r"With $\tanh' = \operatorname{sech}$: $J_{k+1} = \mathrm{diag}(\operatorname{sech}^2(z_{k+1}))$",
    "raised units": r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1}^{1}), \sigma'(z_{k+1}^{1}), \dots, \sigma'(z_{k+1}^{n}))$",
    "entries of another step": r"$(J_{k+1})_{ij} = \frac{\partial \sigma(z_{k+1,i})}{\partial z_{k,j}} = \sigma'(z_{k+1,i}) \delta_{ij}$",
    "defined from the right": r"$\nabla_{z_{k+1}} h_{k+1} = W =: J_{k+1}$",
    "the set of vectors": rf"$J_{{k+1}} = {J} \in \mathbb{{R}}^n$",
    "the set of vectors in Unicode": "J_{k+1} = diag(σ'(z_{k+1})) ∈ ℝⁿ",
    "a denial of a claim before it": rf"Not $\|J_{{k+1}}\| \le 1$ where $J_{{k+1}} = {J}$.",
    "an outer product with ones": "J = np.outer(1 - h**2, np.ones(n)), as a diagonal matrix.",
    "another activation named": "J = diag(f'(z)), g being the activation",
    "a bound of a matrix": rf"$J_{{k+1}} \le {J}$",
    "a comment against it": "def J(z):\n    # J does not contain W\n    return np.diag(dsigma(z)) @ W",
}


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_a_notation_of_the_right_formula_passes(answer: str) -> None:
    found = finding_of(shipped_check("11-2-3a-jacobian"), answer)
    assert (found.status, str(found.message)[:8]) == ("passed", "Read as ")


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_the_same_notation_with_something_wrong_does_not_pass(answer: str) -> None:
    assert finding_of(shipped_check("11-2-3a-jacobian"), answer).status in ("failed", "needs_review")
