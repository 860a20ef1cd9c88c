# claim: Shows HTML, JavaScript, SVG, Markdown, LaTeX and objects with rich representations, with scripts and files of the grader's machine in them.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: any
# category: output

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
from IPython.display import HTML, SVG, FileLink, IFrame, Image, Javascript, Latex, Markdown, display

secret = "file://" + @SECRET_FILE@
script = "<script>document.title='RUN-BY-THE-REPORT';fetch('http://127.0.0.1/')</script>"
display(HTML(f"{script}<img src=x onerror=\"document.title='RUN-BY-THE-REPORT'\"><iframe src='{secret}'></iframe><link rel=stylesheet href='{secret}'><meta http-equiv=refresh content='0;url=data:text/html,x'>"))
display(Javascript("document.title='RUN-BY-THE-REPORT'"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' onload=\"document.title='RUN-BY-THE-REPORT'\"><script>1</script><image xlink:href='{secret}'/><foreignObject>{script}</foreignObject></svg>"))
display(Markdown(f"![x]({secret}) [x](javascript:alert(1)) {script}"), Latex(r"\input{/etc/hostname} \href{javascript:alert(1)}{x}"), IFrame(secret, 1, 1), FileLink(@SECRET_FILE@), Image(url=secret))
display({"text/html": script, "application/javascript": "1", "image/svg+xml": "<svg onload=alert(1)>", "application/vnd.jupyter.widget-view+json": {"model_id": "<script>"}, "text/plain": "plain"}, raw=True, metadata={"<script>": script})


class Rich:
    def _repr_html_(self):
        return script

    def _repr_mimebundle_(self, **_):
        return {"text/html": script, "text/plain": "</pre>" + script}

    def __repr__(self):
        return "</code></pre>" + script + "{{ 7 * 7 }}{% include '" + @SECRET_FILE@ + "' %}"


print(repr(Rich()))
Rich()
