"""The sentences that name the known mistakes of a model, by their keys in the reference's `mistakes` module."""

from __future__ import annotations

from collections.abc import Mapping

from grader.model import Message, say

# A key that is not listed here is shown as it is: a course's own reference may use sentences as keys.
MODEL_MISTAKES: Mapping[str, Message] = {
    "padded_in_front": say("The zeros are added in front of the curve; they belong at its end."),
    "last_steps_dropped": say("The last shift steps are dropped after the first LSTM; drop the first ones instead."),
    "sliced_late": say("The first shift steps are dropped after the second LSTM; drop them between the two LSTMs."),
    "state_passed_on": say(
        "The last state of the first LSTM is passed to the second one, which must start from zeros."
    ),
    "shift_ignored": say("The shift has no effect: add shift zeros at the end and drop the first shift steps."),
    "batch_swapped": say("The LSTM runs over the batch instead of the sequence: torch's LSTM needs batch_first=True."),
    "hx_ignored": say("A given state hx is ignored; start from it instead of from zeros."),
    "sequence_swapped": say("The LSTM runs over the batch instead of the sequence (batch_first)."),
    "no_sigmoid_forget": say("The forget gate has no sigmoid."),
    "no_sigmoid_input": say("The input gate has no sigmoid."),
    "no_sigmoid_output": say("The output gate has no sigmoid."),
    "no_tanh_candidate": say("The candidate has no tanh."),
    "no_tanh_cell": say("The cell state is used in h without tanh."),
    "sigmoid_candidate": say("The candidate has a sigmoid instead of a tanh."),
    "h_and_c_swapped": say("h and c are returned in the wrong order."),
}
