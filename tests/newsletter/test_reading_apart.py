"""What is not read, and what reading may cost at most."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot import catalogs
from bot.catalogs import in_language
from bot.newsletter import reading
from bot.newsletter.document import Block, Document, Kind, Link, Place
from bot.newsletter.reading import Unreadable, read_document
from bot.newsletter.reading.apart import read_apart
from bot.newsletter.reading.formats import Format
from bot.newsletter.reading.wire import packed, unpacked
from tests.newsletter.papers import package, pdf_of, stream, word_of

ENOUGH = 300_000  # KiB

REFUSED = {
    "vuoto.txt": b" \n\n",
    "bianco.html": b"<p>&nbsp;</p>",
    "vecchio.doc": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "segreto.docx": b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "libero.odt": b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
    "mela.pages": b"PK\x03\x04" + b"\0" * 60,
    "archivio.zip": b"PK\x03\x04" + b"\0" * 60,
    "ricco.rtf": b"{\\rtf1 ciao}",
    "foto.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 60,
    "foto.heic": b"\0\0\0\x18ftypheic",
    "dati.csv": b"5 maggio;Festa",
    "nulla.pdf": b"\0" * 1000,
    "nulla.docx": b"\0" * 1000,
    "nulla.txt": b"\0" * 1000,
    "enorme.txt": b"a" * 20_000_001,
    "mezzo.pdf": b"%PDF-1.7\n1 0 obj\n<</Type",
    "mezzo.docx": b"PK\x03\x04word/document.xml",
    "allegato.eml": b"Content-Type: application/pdf\n\n...",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_refused_with_a_way_out_in_both_languages(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_document(REFUSED[name], name)

    for text in (refused.value.message, refused.value.hint):
        assert text
        assert in_language(text, "it") != in_language(text, "en") == text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vecchio.doc", "Word 2003"),
        ("segreto.docx", "password"),
        ("libero.odt", "OpenDocument"),
        ("mela.pages", "Pages"),
        ("archivio.zip", "archive"),
        ("ricco.rtf", "RTF"),
        ("foto.heic", "picture"),
        ("dati.csv", ".csv"),
        ("nulla.pdf", "is called .pdf"),
        ("enorme.txt", "20 MB"),
    ],
)
def test_a_refusal_names_what_the_file_is(name: str, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        read_document(REFUSED[name], name)


def _page(contents: bytes) -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        contents,
    )


LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "ah">' + "".join(
    f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 12)
)

# What has brought parsers to their knees; each is made when it is needed
HOSTILE = {
    "bomba.docx": lambda: package(b"<a>" + b" " * 200_000_000 + b"</a>"),
    "risate.docx": lambda: package(f"{LAUGHS}]><a>&a11;</a>".encode()),
    "risate.html": lambda: f"{LAUGHS}]><p>&a11;</p>".encode(),
    "profondo.docx": lambda: word_of("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000),
    "molti.docx": lambda: word_of("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 40_000),
    "profondo.html": lambda: b"<div>" * 100_000 + b"a" + b"</div>" * 100_000,
    "lungo.html": lambda: b"<p>Festa in piazza</p>\n" * 900_000,
    "attributi.html": lambda: b"<p " + b"a=1 " * 4_000_000 + b">Festa",
    "parentesi.md": lambda: b"[" * 10_000_000,
    "asterischi.md": lambda: b"*" * 10_000_000,
    "anello.pdf": lambda: pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"
    ),
    "bomba.pdf": lambda: _page(stream(zlib.compress(b"q " * 100_000_000), b"/Filter/FlateDecode")),
    "lunghezza.pdf": lambda: _page(b"<</Length 99999999999>>stream\nq\nendstream"),
    "parentesi.pdf": lambda: _page(stream(b"[" * 500_000)),
    "parti.eml": lambda: b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (part, part)
        for part in range(3000)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_or_refused_within_its_memory(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(HOSTILE[name]())

    # A process that has had no other children can tell what this one took at most
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, check=True
    )

    answer, kibibytes = measured.stdout.splitlines()
    assert answer in ("read", "refused")
    assert int(kibibytes) < ENOUGH


MEASURE = """
import resource, sys
from pathlib import Path
from bot.newsletter.reading import Unreadable, read_document

try:
    read_document(Path(sys.argv[1]).read_bytes(), sys.argv[1])
    print("read")
except Unreadable:
    print("refused")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_reading_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(Unreadable, match="too much time"):
        read_apart(b"Festa", Format.TEXT, seconds=0.0)


def test_reading_may_not_use_more_memory_than_it_is_given() -> None:
    inside = subprocess.run(
        [sys.executable, "-m", "bot.newsletter.reading", "text"],
        input=b"a" * 400_000_000,
        capture_output=True,
        check=True,
    )

    assert "longer than any newsletter" in json.loads(inside.stdout)["message"][0]


def test_files_are_read_in_threads_at_the_same_time() -> None:
    with ThreadPoolExecutor(4) as threads:
        documents = threads.map(lambda n: read_document(f"Festa {n}".encode(), "a.txt"), range(8))

        assert [document.blocks[0].text for document in documents] == [
            f"Festa {n}" for n in range(8)
        ]


def test_a_document_comes_back_from_its_process_as_it_was() -> None:
    cell = Block(Kind.PARAGRAPH, "qui 🚀", Place(3, 1), links=(Link(0, 3, "#"),), bold=((0, 3),))
    document = Document(
        (
            Block(
                Kind.ROW, "qui", Place(3, 1), 1, (Link(0, 3, ""),), ((0, 3),), 11.5, (cell,), True
            ),
        ),
        "Maggio",
        "it",
        True,
    )

    assert unpacked(packed(document)) == document


def test_every_sentence_of_the_readers_is_there_in_italian() -> None:
    sentences = [
        call.args[0].value
        for file in Path(reading.__file__).parent.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "said"
        and isinstance(call.args[0], ast.Constant)
    ]

    with Path(catalogs.__file__).with_name("it.po").open("rb") as file_of_italian:
        italian = {message.id for message in read_po(file_of_italian) if message.string}

    assert len(sentences) > 20
    assert set(sentences) <= italian
