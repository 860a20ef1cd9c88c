"""Pictures of submissions are drawn anew: what is none is left out, and sizes are bounded."""

from __future__ import annotations

import base64
import io

from PIL import Image, PngImagePlugin

from grader.sandbox.host.pictures import redraw


def picture(size: tuple[int, int], form: str = "PNG", secret: str = "") -> bytes:
    file, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("comment", secret)
    Image.new("RGB", size, "red").save(file, form, **({"pnginfo": info} if form == "PNG" else {}))
    return file.getvalue()


def test_pictures_are_drawn_anew_and_others_left_out() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
    sent = [picture((3000, 30), secret="words"), svg, picture((8, 8), "JPEG"), picture((8, 8), "GIF"), b""]
    drawn = redraw(sent, "C")
    assert [bool(one) for one in drawn] == [True, False, True, False, False]
    first = base64.b64decode(drawn[0])
    with Image.open(io.BytesIO(first)) as opened:
        assert opened.size == (900, 9)
        assert opened.convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert b"words" not in first


def test_nothing_is_started_for_no_picture() -> None:
    assert redraw([]) == []
