"""Bytes that a submission, a platform or a student's process wrote are parsed in few modules, each with its reason.

Who adds such a call decides whether it can meet bytes of others: then it belongs into the confined reader, into the
child's side of the sandbox, or needs bounds and a test of its own.
"""

from __future__ import annotations

import ast

import pytest

from tests.helpers import ROOT

# Calls that parse bytes: a name, or the last part of a module's name with the function.
PARSERS = {
    "zipfile.ZipFile", "tarfile.open", "tarfile.TarFile", "yaml.load", "yaml.safe_load", "yaml.parse", "json.load",
    "json.loads", "pickle.load", "pickle.loads", "np.load", "numpy.load", "openpyxl.load_workbook", "Image.open",
    "ElementTree.fromstring", "ElementTree.parse", "etree.fromstring", "etree.parse", "pypdfium2.PdfDocument",
    "nbformat.read", "nbformat.reads", "bz2.decompress", "lzma.decompress", "zlib.decompress", "gzip.decompress",
    "torch.load", "marshal.loads", "csv.reader", "csv.DictReader", "b64decode",
}  # fmt: skip
CONFINED = "only in the confined reader, or a person's own work"
CHILD = "the child's side of the sandbox"
REPLY = "a reply of a confined process, bounded and checked"
OWN = "what the grader or the course wrote"
TUTOR = "a tutor's file, bounded where a platform writes it"
BOUNDED = "bounded here, with a test"

ALLOWED = {
    "ingest/damage": CONFINED, "ingest/documents": CONFINED, "ingest/notebooks": CONFINED,
    "ingest/office_text": CONFINED, "ingest/tar_entries": CONFINED, "ingest/source": CONFINED,
    "ingest/layouts/gradescope_metadata": CONFINED, "student/selfcheck": CONFINED,
    "opening/reader_server": "the reader itself, and the request of the grader",
    "ingest/zip_entries": "the reader; of a download, entries of a platform's own within the same limits",
    "ingest/tree": "the names in a zip, of a list of at most 8 MiB",
    "sandbox/host/channel": REPLY, "sandbox/host/definitions_host": REPLY, "sandbox/host/isolation": REPLY,
    "sandbox/host/pictures": REPLY, "opening/reader_protocol": REPLY, "own_tests/wire": REPLY,
    "starting/observed_calls": REPLY, "desk/assistant_client": "the answer of an assistant, bounded and checked",
    "desk/assistant_prompt": "the answer of an assistant, bounded and checked", "student/live_check": "a person's own work",
    "report/safe_html": "the markup that our converter made, rebuilt from known elements",
    "lists/table": BOUNDED,
    "batch/job_queue": TUTOR, "cli/gradescope": "the platform's own file about the submission",
    "importers/notebook_files": TUTOR, "rubric/yaml_nodes": TUTOR, "trying/known_answers": TUTOR,
    "services/gradescope_zip": OWN, "student/wheel": OWN, "demo/__init__": OWN, "exports/formats/moodle_feedback": OWN,
    "batch/regrade_one": OWN, "cache/evidence_bytes": OWN, "cache/findings_cache": OWN,
    "cache/submission_cache": "what the confined reader gave, of at most 32 KiB packed, checked again by its protocol",
    "desk/assistant": OWN, "desk/rubric_items": OWN, "grading/proof_file": OWN,
    "results/batches": OWN, "results/columns": OWN, "results/folder_lock": OWN, "results/output_folder": OWN,
    "results/submissions": OWN, "results/suggestions": OWN, "student/submitted_files": OWN, "trying/run_mutants": OWN,
    "sandbox/boundary/policy": OWN,
}  # fmt: skip


def parsers_in(source: str) -> set[str]:
    """Return the calls of `PARSERS` in a source."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            parts = ast.unparse(node.func).split(".") if isinstance(node.func, (ast.Attribute, ast.Name)) else []
            for name in (".".join(parts[-2:]), parts[-1] if parts else ""):
                if name in PARSERS:
                    found.add(name)
    return found


def parsing_modules() -> dict[str, set[str]]:
    found = {}
    for path in sorted((ROOT / "grader").rglob("*.py")):
        name = path.relative_to(ROOT / "grader").as_posix().removesuffix(".py")
        if calls := parsers_in(path.read_text(encoding="utf-8")):
            found[name] = calls
    return found


def test_bytes_are_parsed_only_in_modules_with_a_reason() -> None:
    found = {name: calls for name, calls in parsing_modules().items() if not name.startswith("sandbox/child/")}
    assert {name: calls for name, calls in found.items() if name not in ALLOWED} == {}
    assert sorted(set(ALLOWED) - set(found)) == []


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("import zipfile\nzipfile.ZipFile(x)", {"zipfile.ZipFile"}),
        ("with path.open() as f:\n    yaml.load(f)", {"yaml.load"}),
        ("base64.b64decode(x)", {"b64decode"}),
        ("json.dumps(x)", set()),
    ],
)
def test_such_calls_are_found(source: str, calls: set[str]) -> None:
    assert parsers_in(source) == calls


def test_nothing_is_unpickled_but_the_request_of_the_grader() -> None:
    unpickling = {name for name, calls in parsing_modules().items() if calls & {"pickle.load", "pickle.loads"}}
    assert unpickling == {"opening/reader_server"}
