"""Build the sample submissions: `python submissions/build.py OUT` writes OUT/<rubric>/<archive> and its intake.csv.

The sources are in `submissions/<rubric>/<sample>/files/`, or each is one module in `submissions/<rubric>/right` or
`wrong`; the same sources give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat.v4
import yaml
from fpdf import FPDF
from fpdf.enums import XPos, YPos

HERE = Path(__file__).parent
BUILT_AT = datetime(2025, 1, 1, 12, 0, 0, tzinfo=UTC)
SINGLE_FILES = (".ipynb", ".pdf", ".md")

Entries = dict[str, bytes]


@dataclass(frozen=True)
class Sample:
    """One invented submission: its folder, and the file name and time from its sample.yaml.

    A submission of one module has its file in `module`, and no sample.yaml.
    """

    folder: Path
    archive: str
    received: str
    module: Path | None = None

    @property
    def rubric(self) -> str:
        """Return the name of the rubric, which is the folder around the sample."""
        return self.folder.parent.name


def find_samples(root: Path = HERE) -> Iterator[Sample]:
    """Yield all samples below `root`, sorted by rubric and name."""
    for path in sorted(root.glob("*/*/sample.yaml")):
        facts = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield Sample(path.parent, unicodedata.normalize("NFC", facts["archive"]), facts["received"])
    for path in sorted([*root.glob("*/right/*.py"), *root.glob("*/wrong/*.py")]):
        yield Sample(path.parent, f"{path.parent.name}-{path.stem}.zip", BUILT_AT.isoformat(), path)


def notebook(text: str) -> bytes:
    """Turn percent format (`# %%` and `# %% [markdown]` cells) into the bytes of an .ipynb."""
    cells = []
    for number, part in enumerate(("\n" + text).split("\n# %%")[1:]):
        head, _, body = part.partition("\n")
        if head.strip() == "[markdown]":
            lines = (line.removeprefix("#").removeprefix(" ") for line in body.strip("\n").split("\n"))
            cell = nbformat.v4.new_markdown_cell("\n".join(lines), id=f"cell-{number}")  # type: ignore[no-untyped-call]
        else:
            cell = nbformat.v4.new_code_cell(body.strip("\n"), id=f"cell-{number}")  # type: ignore[no-untyped-call]
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]
    return (nbformat.v4.writes(book) + "\n").encode()  # type: ignore[no-untyped-call, no-any-return]


def pdf(text: str) -> bytes:
    """Turn simple Markdown (headings, lines, tables; Latin-1 only) into a PDF with a text layer."""
    page = FPDF()
    page.set_creation_date(BUILT_AT)
    page.set_margin(20)
    page.add_page()
    for line in text.strip("\n").split("\n"):
        if line.startswith("|"):
            _table_row(page, line)
            continue
        level = len(line) - len(line.lstrip("#"))
        page.set_font("helvetica", "B" if level else "", 16 - 2 * level if level else 11)
        if line.strip():
            page.multi_cell(0, 7 if level else 6, line[level:].strip(), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        else:
            page.ln(3)
    return bytes(page.output())


def _table_row(page: FPDF, line: str) -> None:
    """Write one table row; the `|---|` line below a head is no row."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if set("".join(cells)) <= set("-: "):
        return
    page.set_font("helvetica", "", 11)
    for cell in cells:
        page.cell(page.epw / len(cells), 7, cell, border=1)
    page.ln(7)


def entries(sample: Sample) -> Entries:
    """Return the finished files of a submission by their paths inside the archive, sorted."""
    if sample.module is not None:
        return {f"{sample.rubric.replace('-', '_')}.py": sample.module.read_bytes()}
    built: Entries = {}
    files = sample.folder / "files"
    for path in sorted(path for path in files.rglob("*") if path.is_file()):
        name = unicodedata.normalize("NFC", path.relative_to(files).as_posix())
        if name.endswith(".nb.py"):
            built[name.removesuffix(".nb.py") + ".ipynb"] = notebook(path.read_text(encoding="utf-8"))
        elif name.endswith(".pdf.md"):
            built[name.removesuffix(".md")] = pdf(path.read_text(encoding="utf-8"))
        else:
            built[name] = path.read_bytes()
    return dict(sorted(built.items()))


def zipped(files: Entries) -> bytes:
    """Pack `files` into a zip with fixed times and rights."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, BUILT_AT.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return packed.getvalue()


def tarred(files: Entries) -> bytes:
    """Pack `files` into a .tar.gz with fixed times and rights."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=int(BUILT_AT.timestamp())) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), int(BUILT_AT.timestamp()), 0o644
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def build_sample(sample: Sample) -> bytes:
    """Return the bytes of the submission; raise ValueError if its name asks for something that cannot be built."""
    files = entries(sample)
    if sample.archive.endswith(".zip"):
        return zipped(files)
    if sample.archive.endswith(".tar.gz"):
        return tarred(files)
    if sample.archive.endswith(SINGLE_FILES) and len(files) == 1:
        (content,) = files.values()
        return content
    raise ValueError(f"{sample.folder}: {sample.archive} is neither an archive nor a single file")


def build(out: Path, root: Path = HERE) -> dict[str, list[Sample]]:
    """Build all samples below `root` into `out`, with an intake.csv per rubric; return the samples by rubric."""
    built: dict[str, list[Sample]] = {}
    for sample in find_samples(root):
        folder = out / sample.rubric
        folder.mkdir(parents=True, exist_ok=True)
        (folder / sample.archive).write_bytes(build_sample(sample))
        built.setdefault(sample.rubric, []).append(sample)
    for rubric, samples in built.items():
        with (out / rubric / "intake.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["file", "received"])
            rows.writerows([sample.archive, sample.received] for sample in samples)
    return built


def main() -> int:
    """Build into the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python submissions/build.py OUT\n")
        return 2
    built = build(Path(sys.argv[1]))
    sys.stdout.write("".join(f"{rubric}: {len(samples)} submissions\n" for rubric, samples in built.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
