"""Small files that cost much memory or time where they are read without limits: archives, PDFs, source and text."""

from __future__ import annotations

import bz2
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence

MEBIBYTE = 1 << 20


def zip_of_bzip2(mebibytes: int) -> bytes:
    """Return a zip of some hundred bytes whose one entry declares 100 bytes and has `mebibytes` of them."""
    packer = bz2.BZ2Compressor()
    packed = b"".join([*(packer.compress(bytes(MEBIBYTE)) for _ in range(mebibytes)), packer.flush()])
    common = struct.pack("<HHHHHIIIHH", 46, 0, 12, 0, 33, zlib.crc32(bytes(100)), len(packed), 100, 4, 0)
    local = b"PK\3\4" + common + b"a.md" + packed
    entry = b"PK\1\2" + struct.pack("<H", 46) + common + bytes(10) + struct.pack("<I", 0) + b"a.md"
    return local + entry + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, len(entry), len(local), 0)


def zip_of_entries(names: Sequence[str], content: bytes = b"x") -> bytes:
    """Return a zip with these names, also empty and equal ones."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.NameToInfo.clear()  # or it would warn of equal names
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def tar_of_zeros(kind: bytes, mebibytes: int) -> bytes:
    """Return a packed tar whose first entry, of any kind, has `mebibytes` of zeros; `a.txt` follows."""
    entry, small = tarfile.TarInfo("big"), tarfile.TarInfo("a.txt")
    entry.type, entry.size, small.size = kind, mebibytes * MEBIBYTE, 2
    packer = bz2.BZ2Compressor(9)
    parts = [packer.compress(entry.tobuf(tarfile.GNU_FORMAT))]
    parts += [packer.compress(bytes(MEBIBYTE)) for _ in range(mebibytes)]
    end = small.tobuf(tarfile.GNU_FORMAT) + b"hi".ljust(512 + 1024, b"\0")
    return b"".join([*parts, packer.compress(end), packer.flush()])


def tar_that_declares(kind: bytes, size: int) -> bytes:
    """Return a tar of two blocks whose entry declares any size, written as a number of 88 bits."""
    entry = tarfile.TarInfo("a.txt")
    entry.type = kind
    head = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    head[124:136] = b"\x80" + size.to_bytes(11, "big")
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + bytes(1024)


_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def _pdf(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(data), data)


def _pages(count: int, resources: bytes) -> list[bytes]:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<<%s>>>>" % resources
    return [_CATALOG, b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * count, count), page]


def pdf_of_forms(times: int, depth: int) -> bytes:
    """Return a PDF whose page draws a form `times` times, which draws another one as often, and so on."""
    objects = [*_pages(1, b"/XObject<</X 5 0 R>>"), _stream(b"/X Do " * times)]
    for level in range(1, depth):
        last = level == depth - 1
        inner = b"/Font<</F %d 0 R>>" % (4 + depth) if last else b"/XObject<</X %d 0 R>>" % (5 + level)
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<<%s>>" % inner
        objects.append(_stream(b"BT /F 9 Tf (A) Tj ET" if last else b"/X Do " * times, head))
    return _pdf([*objects, _FONT])


def pdf_packed_twice(count: int) -> bytes:
    """Return a PDF of less than a kilobyte with `count` letters in a stream that is packed twice."""
    text = zlib.compress(zlib.compress(b"BT /F 9 Tf 1 0 0 1 9 9 Tm (A) Tj ET\n" * count, 9), 9)
    return _pdf([*_pages(1, b"/Font<</F 5 0 R>>"), _stream(text, b"/Filter[/FlateDecode/FlateDecode]"), _FONT])


def pdf_of_pages(count: int) -> bytes:
    """Return a PDF that shows one page `count` times."""
    return _pdf([*_pages(count, b"/Font<</F 5 0 R>>"), _stream(b"BT /F 9 Tf (Hello) Tj ET"), _FONT])


def long_list(characters: int) -> str:
    """Return Python source whose syntax tree takes about 800 times its size in memory."""
    return "x = [" + "a," * (characters // 2) + "]\n"
