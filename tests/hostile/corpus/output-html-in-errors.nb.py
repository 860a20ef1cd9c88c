# claim: Puts markup, templates and attribute breakers into all that a report may quote: errors, class, layer, parameter and key names.
# runs: failed
# must_not_pass: cell-output, lstm-shapes, lstm-output, model-shapes, model-output, model-noise
# must_pass: 
# level: any
# category: output

# %%
import torch
from torch import nn

EVIL = "</td></pre></script><script>document.title='RUN-BY-THE-REPORT'</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}\" onmouseover=\"alert(1)"


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.register_parameter(EVIL.replace(".", "_"), nn.Parameter(torch.zeros(3)))

    def forward(self, x, hx=None):
        return x.new_zeros(len(x), 6), x.new_zeros(len(x), 6)


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.add_module(EVIL.replace(".", "_"), type(EVIL, (nn.Identity,), {})())

    def forward(self, x, hx=None):
        for module in self.children():
            module(x)
        return {EVIL: x}


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        raise type(EVIL, (ValueError,), {})(EVIL)


# %%
raise type(EVIL, (KeyError,), {})(EVIL)
