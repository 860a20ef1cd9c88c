# claim: Publishes messages that are signed but wrong: no JSON, no fields, other kinds, bytes that are no UTF-8, lone surrogates, unknown types, forged parents.
# runs: any
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output
# level: any
# category: channel

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx


class NoiseRemovalModel(nn.Module):  # on torch's LSTM, which this part allows: quick to train
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        return self.linear(hidden)

# %%
kernel = get_ipython().kernel


def message(kind, content, **more):
    """Publish a message of our own making to whoever listens outside; bytes go as they are."""
    kernel.session.send(kernel.iopub_socket, kind, content=content, parent=kernel.get_parent("shell"), ident=f"kernel.{kernel.ident}.{kind}".encode(), **more)

for kind, content in (
    ("stream", b"not json"), ("stream", b"{}"), ("stream", b"[]"), ("stream", b'{"name": 3, "text": {"a": 1}}'), ("stream", b'{"name": "stdout", "text": "\xff\xfe"}'),
    ("stream", b'{"name": "stdout", "text": "\\ud800"}'), ("error", b"{}"), ("error", b'{"ename": 1, "evalue": null, "traceback": "x"}'), ("display_data", b'{"data": 3}'),
    ("display_data", b'{"data": {"text/plain": [1, {"a": 2}]}, "metadata": null, "transient": 7}'), ("update_display_data", b'{"data": {}, "transient": {"display_id": ["x"]}}'),
    ("execute_result", b'{"data": {"text/plain": "x"}, "execution_count": "<b>"}'), ("clear_output", b"3"), ("status", b'{"execution_state": "no such state"}'), ("status", b"null"),
    ("comm_open", b"{}"), ("comm_msg", b'{"comm_id": []}'), ("comm_close", b"{}"), ("no_such_type", b"{}"), ("", b"{}"), ("stream", b'{"name": "../../x", "text": "x"}'),
):
    message(kind, content)
    kernel.session.send(kernel.iopub_socket, kind, content=content, parent={"header": {"msg_id": "of nobody"}})
