"""Four written parts in the manner of real ones: each answer is found, and earns what a careful tutor gives."""

from __future__ import annotations

from decimal import Decimal

from grader.checks.base import CheckContext
from grader.grading.judge import judge_check
from grader.ingest.find_answers import find_answers
from grader.model import Document, Evidence, Finding, Submission
from grader.reading.claims import read_claims
from tests.fidelity.test_fresh_formulas_and_tables import INITIAL
from tests.helpers import shipped

PREPARED = r"""#### **Assignment 7, written part**

Erika Muster, 1000101; Otto Beispiel, 1000102

## 1) How are CNNs and RNNs alike?

Both are networks that learn their weights with gradients. A CNN shares filters across an image, an RNN shares its weights across the steps of a sequence and remembers earlier inputs in its state.

## 2) What can be done against vanishing and exploding gradients?

- 1. **Clipping.** Gradients that are too long are shortened.
- 2. **Gated cells** such as the LSTM.

# 3) Which design pattern is used for the task, and what is the shape of the tensor on its way through the LSTM layers?

The pattern is "sequence to sequence", shifted: the model reads a noisy curve and gives a clean one.

The tensor goes from (batch\_size, sequence\_length, 1) to (batch\_size, sequence\_length + self.shift, 1) by padding, then to (batch\_size, sequence\_length + self.shift, hidden\_size) in the first LSTM, to (batch\_size, sequence\_length, hidden\_size) by slicing, it stays the same in the second LSTM, and in the end it is (batch\_size, sequence\_length, 1) after the linear layer.

### 4) Table of configurations

Configuration	Noise removed in percent
Initial configuration	56.12%
Train for 200 epochs	58.91%
Batch size 5	57.34%
Hidden size 60	58.47%
Hidden size 50 and shift 5	56.23%
"""
LAYERS_ONLY = r"""Written part for exercise 7

Lina Testfall 1000201, Jonas Probe 1000202

1 Preliminary Questions

1.1

Convolutional and recurrent networks both share weights: the former across an image, the latter across the steps of a sequence.

1.2

Against vanishing and exploding gradients one uses:

- Gated cells such as LSTM and GRU
- **Gradient clipping:** a limit on the norm of the gradients

2 Design and Shapes

2.1 Which design pattern is used for the task, and what is the shape of the tensor on its way through the two LSTM layers and the linear layer?

The task is many-to-many, since a noisy sequence becomes a clean sequence.

The tensor has these shapes:

• Input: (batch_size, sequence_length, 1)

- After the first LSTM: (batch_size, sequence_length, hidden_size)
- After the second LSTM: (batch_size, sequence_length, hidden_size)
- After the linear layer: (batch_size, sequence_length, 1)

3 Results of the Configurations

Configuration	Hidden Size	Shift	Epochs	Noise Removed (%)
Initial	40	10	100	57.91
More Epochs	40	10	200	59.02
Smaller Hidden Size	20	10	100	54.10
Larger Hidden Size	60	10	100	57.52
Other Shift	40	3	100	56.33

Table 1: Noise removed for five configurations

With 200 epochs the most noise is removed, 59.02%. The smallest hidden size gives the worst result (54.10%).
"""
WEIGHTS_INSIDE = r"""Exercise 10.1

Proof. 1. CNNs are for spatial data, RNNs for sequential data. Source: lecture 9

2. The gradient vanishes over many steps; the gates of an LSTM keep it alive, as in a ResNet. Source: lecture 10

Exercise 10.2

Proof. 1) **One to One**: an image and its label. One to Many: an image and its caption.

2) A recursive network is a tree with leaves and a root.

3) a) The matrix J_{k+1} is the Jacobian of \mathbf{h}_{k+1} by \mathbf{h}_k . It is:

$$J_{k+1} = \frac{\partial \mathbf{h}_{k+1}}{\partial \mathbf{h}_k} = \text{diag}(\sigma'(\mathbf{z}_{k+1})) \cdot \mathbf{W}$$

where $\text{diag}(\sigma'(\mathbf{z}_{k+1}))$ is a diagonal matrix with the derivatives of the activation σ at \mathbf{z}_{k+1} , and \mathbf{W} is the matrix of the recurrent connections.

b) Gradients vanish or explode, by the norm of \mathbf{W} and the size of $\sigma'(\mathbf{z}_t)$.
"""
MIXED_SIZES = r"""# Q. 1 Discuss whether convolutions with strides 2, 3, 4, and 5 are possible on an image of 13×13 with 64 filters of 3×3.

It depends on the padding.

With zero-padding at the borders of the image (i.e., the size of the output feature map is the same as the size of the input image), strides of 2, 3, 4, and 5 are possible.

Stride 2: With a stride of 2 the output feature map would be of size **6x6**.

Stride 3: With a stride of 3 the output feature map would be of size 4x4.

Stride 4: With a stride of 4 the output feature map would be of size 3x3.

Stride 5: With a stride of 5 the output feature map would be of size 2x2.

#### Q. 2 Differentiate between CNN and RNN.

A CNN is for images and spatial data, an RNN for temporal data such as text.
"""


def findings(rubric: str, text: str) -> dict[str, Finding]:
    """Judge the written answers of a submission without code."""
    opened = Submission("team", "team.zip", "digest", documents=(Document("answers.md", "markdown", text),))
    checks = shipped(rubric)
    evidence = Evidence(answers=find_answers(opened, checks))
    return {
        check.id: judge_check(check, CheckContext(opened, evidence, question, {}))
        for question, check in checks.checks()
        if check.needs_answer and evidence.answers.get(question)
    }


def test_right_shapes_pass_and_a_table_without_code_needs_review() -> None:
    found = findings("noise-removal", PREPARED)
    assert found["q3-shapes"].status == "passed"
    assert found["q4-table"].status == "needs_review"
    assert "no code supports the percentages" in str(found["q4-table"].message)


def test_four_stages_with_one_wrong_length_earn_half_and_a_table_of_five_rows_is_read() -> None:
    found = findings("noise-removal", LAYERS_ONLY)
    assert (found["q3-shapes"].status, found["q3-shapes"].credit) == ("failed", Decimal("0.5"))
    opened = Submission("t", "t", "d", documents=(Document("answers.md", "markdown", LAYERS_ONLY),))
    claims, unread = read_claims(find_answers(opened, shipped("noise-removal"))["q4"].text, INITIAL)
    assert [claim.percent for claim in claims] == [57.91, 59.02, 54.10, 57.52, 56.33]
    assert not unread
    assert found["q4-table"].status == "needs_review"


def test_weights_inside_the_jacobian_earn_half_with_a_counterexample() -> None:
    found = findings("sequence-modeling", WEIGHTS_INSIDE)["11-2-3a-jacobian"]
    assert (found.status, found.credit) == ("failed", Decimal("0.5"))
    assert "inequality (1) is false for some W" in str(found.hint)


def test_sizes_under_mixed_conventions_are_never_a_decided_zero() -> None:
    found = findings("cnn-rnn", MIXED_SIZES)["q1-sizes"]
    assert found.status == "needs_review" or found.credit >= Decimal("0.5")
