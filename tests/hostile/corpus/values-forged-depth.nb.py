# claim: Answers with values nested deep and wide: 19, 21, 800 and 50,000 levels, a million entries, sets of thousands of arrays inside sets.
# rubric: functions
# runs: any
# must_not_pass: value-1, value-2, value-3, value-4, value-5, value-6, value-7, value-8, value-9, value-10, value-11, value-12, value-13, value-14, value-15, value-16, double
# must_pass: 
# level: any
# category: values

# %%
import json, os, sys
import numpy as np


def _asked(x):
    sys._getframe()  # cannot be read to the end, so the notebook's kernel is asked
    return [0 * x, {"sum": 0, "name": "", 3: []}]


def double(x):
    sys._getframe()
    return 0 * x


value1 = value2 = value3 = value4 = value5 = value6 = value7 = value8 = _asked
value9 = value10 = value11 = value12 = value13 = value14 = value15 = value16 = _asked

# %%
def exchange():
    """The folders in which the grader asks; before the first question, where they will be."""
    import glob, os
    roots = {os.getcwd(), os.path.dirname(os.getcwd()), os.environ.get("TMPDIR") or os.getcwd()}
    asks = [p for r in roots - {"/", "/tmp"} for p in glob.glob(r + "/**/ask-*.json", recursive=True, include_hidden=True)]
    return sorted({os.path.dirname(p) for p in asks}) or [os.path.join(os.getcwd(), ".exchange")]


forged = set()


def after_every_cell(*_):
    import glob, os, re
    for folder in exchange():
        for path in glob.glob(os.path.join(folder, "ask-*.json")):
            number = int(re.search(r"ask-(\d+)", path)[1])
            if (folder, number) not in forged:
                forged.add((folder, number))
                try:
                    forge(folder, number)
                except BaseException as error:
                    print("could not forge", number, type(error).__name__, error)


get_ipython().events.register("post_run_cell", after_every_cell)


def asked_for(folder, number):
    """The function that is asked about, and the results that are to be sent."""
    [one] = json.load(open(os.path.join(folder, f"ask-{number}.json")))
    return one["arguments"]["steps"][0]["name"], one["arguments"]["send"]


RIGHT = [["sum", {"tensor": "sum", "dtype": "float32"}], ["name", "value"], [3, {"list": [7, 0.5, None]}]]
GIVEN = {"dict": [["x", {"tensor": "x", "dtype": "float32"}]]}


def right(*pairs):
    """What the reference returns, with more pairs before its own."""
    return {"list": [{"tensor": "double", "dtype": "float32"}, {"dict": [*pairs, *RIGHT]}]}


def rewrite(folder, number, results, arrays=()):
    """Answer with these results: values, or the JSON text of one."""
    texts = [one if isinstance(one, str) else json.dumps(one) for one in results]
    with open(os.path.join(folder, f"reply-{number}.json"), "w") as file:
        file.write('[{"status": "ok", "value": {"results": [' + ", ".join(texts) + "]}}]")
    with np.load(os.path.join(folder, f"ask-{number}.npz")) as stored:
        x = stored[stored.files[0]]
    arrays = {**dict(arrays), "x": x, "double": 2 * x, "sum": x.sum()}
    np.savez(os.path.join(folder, f"reply-{number}.npz"), **{f"0/{name}": array for name, array in arrays.items()})


def nested(depth, text="1", before='{"list": [', after="]}"):
    return before * depth + text + after * depth


ARRAYS = {f"v{n}": np.arange(900) / 7 for n in range(600)}
SET = '{"set": [' + ", ".join(f'{{"array": "v{n}", "dtype": "float64"}}' for n in range(600)) + "]}"
FORMS = [
    nested(19), nested(21), nested(800), nested(50_000), "[" * 50_000 + "]" * 50_000, nested(15, before='{"dict": [[1, ', after="]]}"), nested(300, before='{"record": "R", "fields": [["a", ', after="]]}"),
    '{"list": [' + "1, " * 1_000_000 + "1]}", '{"dict": [' + "[1, 1], " * 300_000 + "[1, 1]]}", '{"set": [' + "0.5, " * 49_000 + "1]}", nested(18, SET, '{"set": [', "]}"),
    '{"record": "R", "fields": [' + '["a", 1], ' * 300_000 + '["a", 1]]}', '{"list": [' + ", ".join(['{"set": ["a", 1, null]}'] * 12_000) + "]}", '{"tuple": [' + "null, " * 700_000 + "1]}",
    nested(19, '"' + "x" * 4000 + '"', '{"set": [', "]}"), nested(10, '"' + "x" * 3_000_000 + '"', '{"set": [', "]}"),
]


def forge(folder, number):
    name, send = asked_for(folder, number)
    form = FORMS[(int(name.removeprefix("value")) if name != "double" else 17) % len(FORMS)]
    rewrite(folder, number, [GIVEN if one.startswith("given") else form for one in send], ARRAYS if "v9" in form else {})
