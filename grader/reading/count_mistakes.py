"""Known wrong counts of a small network, each with the mistake that leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.model.message import Message, say
from reference.conv import Network


@dataclass(frozen=True)
class CountMistake:
    """The mistake that leads to a wrong number; `is_part` if the number is right for one of several parts."""

    message: Message
    is_part: bool = False


def known_mistakes(plan: Network, count: str, counts: Mapping[str, int]) -> dict[int, CountMistake]:
    """Return the wrong numbers that teams give for `count`, with the mistake in each; `counts` are the right ones."""
    known = {"convolution_weights": _convolution_weights, "relus": _relus, "all_weights": _all_weights}
    parts = _parts(plan, count, counts)
    found = known[count](plan, counts).items()
    return {number: CountMistake(text, number in parts) for number, text in found if number != counts[count]}


def _parts(plan: Network, count: str, counts: Mapping[str, int]) -> set[int]:
    """Return the numbers of one filter, one feature map or one layer."""
    return {
        "convolution_weights": {plan.kernel**2},
        "relus": {side_of_maps(plan) ** 2},
        "all_weights": {counts["linear_weights"], counts["convolution_weights"]},
    }[count]


def side_of_maps(plan: Network) -> int:
    """Return the side of a feature map after the convolution, before the pooling."""
    return (plan.image - plan.kernel) // plan.stride + 1


def _convolution_weights(plan: Network, counts: Mapping[str, int]) -> dict[int, Message]:
    weights = plan.filters * plan.kernel**2
    biases = {weights: say("The biases count, too.")} if plan.bias else {}
    return biases | {
        plan.kernel**2: say("That is the number for one filter; all filters count."),
        counts["all_weights"]: say("That is the number for the whole network; only the convolution counts."),
        plan.filters * plan.kernel: say("A filter has as many weights as the area of its kernel, not as its side."),
        side_of_maps(plan) ** 2 * weights: say("All positions in the image share the same weights, which count once."),
        plan.filters * weights: say("The number of filters is a factor only once."),
        plan.filters**3: say("The side of a filter is its kernel size."),
        weights + plan.filters: say("The network has no biases."),
    }


def _relus(plan: Network, counts: Mapping[str, int]) -> dict[int, Message]:
    side = side_of_maps(plan)
    return {
        side**2: say("That is the number for one feature map; all feature maps count."),
        plan.image**2: say("ReLU is applied to the feature maps, not to the image."),
        plan.image**2 * plan.filters: say("ReLU is applied after the convolution, where the feature maps are smaller."),
        plan.filters: say("ReLU is applied to every pixel of a feature map, not once to each feature map."),
        plan.filters * side: say("A feature map has as many pixels as its area, not as its side."),
        counts["relus"] + plan.outputs: say("The outputs have no ReLU."),
        counts["relus"] * plan.outputs: say("That is the number of weights of the last layer."),
        counts["convolution_weights"]: say("ReLU is applied to pixels, not to weights."),
    }


def _all_weights(plan: Network, counts: Mapping[str, int]) -> dict[int, Message]:
    convolution, linear = counts["convolution_weights"], counts["linear_weights"]
    one_map = side_of_maps(plan) ** 2 * plan.outputs
    return {
        linear: say("The weights of the convolution are missing."),
        convolution: say("The weights of the fully connected layer are missing."),
        convolution + counts["relus"]: say("Every pixel is connected to every output."),
        plan.kernel**2 + linear: say("All filters have weights, not only one."),
        one_map + convolution: say("All feature maps are connected to the outputs, not only one."),
        convolution * linear: say("The numbers of weights of the layers are added, not multiplied."),
        counts["all_weights"] + counts["relus"]: say("ReLU has no weights."),
    }
