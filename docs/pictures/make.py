"""Take the pictures of docs/desk.md from a made-up course: python docs/pictures/make.py."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from bench.desk import course  # noqa: E402 - found only now
from grader.desk.manual_grading import GradingDesk  # noqa: E402

SIZES = {"desktop": (1100, 720), "phone": (390, 800)}
QUIET = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


def prepared(folder: Path) -> GradingDesk:
    """Write a course of sixty teams, a part of it graded."""
    desk = course(folder, 60, 4, comments=4)
    chance = random.Random(3)  # noqa: S311 - made up
    for name in desk.records.names(desk.batch)[:12]:
        skill = chance.randint(0, 3)
        for number in range(4):
            points = Decimal(min(4, chance.randint(0, 3) + skill)) / 2
            desk.decide(f"q{number}", [name], {f"c{number}-sense": (points, "Say why: $h_t = f(x)$.")}, "Tutor T")
    return desk


def take(browser: Browser, address: str, pages: dict[str, str], folder: Path, dark: bool = False) -> None:
    """Write a picture of each page in each size."""
    for size, (width, height) in SIZES.items():
        scheme: Literal["light", "dark"] = "dark" if dark else "light"
        page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
        page.goto(address)
        for name, path in pages.items():
            page.goto(urljoin(address, path))
            page.locator("body[data-ready]").wait_for()
            path = folder / f"{name}-{size}.png"
            page.screenshot(path=path)
            Image.open(path).quantize(64).save(path, optimize=True)


def main() -> None:
    """Open a desk, take the pictures, and close it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        name = prepared(folder).records.names(1)[-1]
        group = prepared_group(folder)
        command = [sys.executable, "-u", "-m", "grader", "desk", str(folder), "--tutor", "Tutor T", "--no-browser"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        line = process.stdout.readline() if process.stdout else ""
        pages = {
            "queue": "/", "item": f"/question/q0/{name}", "bank": "/bank/q0",
            "comment": "/bank/q0/1?text=Say+why+the+gate+opens&points=1.5",
            "code": f"/question/q2/{name}", "list": "/list/q0?state=open", "together": "/bulk/q0?state=open",
            "sharing": "/sharing", "requests": "/requests",
            "group": group, "causes": "/causes", "overview": "/overview", "publish": "/publish",
        }  # fmt: skip
        try:
            with sync_playwright() as playwright:
                found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
                browser = playwright.chromium.launch(executable_path=found, args=QUIET)
                address = re.sub(r".* ", "", line.strip())
                take(browser, address, pages, HERE / "desk")
                if len(sys.argv) > 1:  # a folder for dark pictures, to be looked at
                    take(browser, address, pages, Path(sys.argv[1]), dark=True)
                browser.close()
        finally:
            process.terminate()
            process.wait()


def prepared_group(folder: Path) -> str:
    """Return the address of a group."""
    from grader.desk.group_grading import Groups

    return f"/groups/q1/{Groups(GradingDesk(folder)).of('q1')[0].first.name}"


if __name__ == "__main__":
    main()
