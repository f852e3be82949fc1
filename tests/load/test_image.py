"""An item's image: found inside the content folder, checked by its bytes, described in words."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.model import Image, Severity
from bot.load import Shelf, load
from bot.load.library import Library
from tests.load.build import loaded, told
from tests.pictures import jpeg, png

ISSUE = "content/2021-05.yaml"


def issue(image: str, translations: str = "") -> str:
    return f"""
        items:
          - id: estonia
            title: A
            when: 5 maggio
            link: none
            image: {image}
            {translations}
        """


def faults(folder: Path, image: str, files: dict[str, str | bytes]) -> list[str]:
    return told(loaded(folder, {ISSUE: issue(image), **files})[1])


GOOD_IMAGE = "{file: images/estonia.jpg, alt: La piazza di Tartu al tramonto}"


def test_an_image_is_what_its_bytes_say(tmp_path: Path) -> None:
    content = png(640, 480)  # its name says JPEG; nobody asks the name
    catalog, problems = loaded(
        tmp_path, {ISSUE: issue(GOOD_IMAGE), "content/images/estonia.jpg": content}
    )
    assert problems == ()
    assert catalog.items["estonia"].image == Image(
        file="images/estonia.jpg",
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="image/png",
        width=640,
        height=480,
        alt={"it": "La piazza di Tartu al tramonto"},
    )


def test_a_translation_describes_it_in_its_own_language(tmp_path: Path) -> None:
    text = issue(GOOD_IMAGE, "translations: {en: {title: B, alt: The square of Tartu at dusk}}")
    catalog, problems = loaded(tmp_path, {ISSUE: text, "content/images/estonia.jpg": jpeg()})
    image = catalog.items["estonia"].image
    assert problems == ()
    assert image is not None
    assert image.alt_in("en") == "The square of Tartu at dusk"
    assert image.alt_in("de") == "La piazza di Tartu al tramonto"


def test_a_translation_that_describes_nothing_is_told(tmp_path: Path) -> None:
    text = issue(GOOD_IMAGE, "translations: {en: {title: B}}")
    _, problems = loaded(tmp_path, {ISSUE: text, "content/images/estonia.jpg": jpeg()})
    assert told(problems) == ["7:20 no 'alt' here: the image is described in 'it' only"]
    assert problems[0].severity is Severity.WARNING


def test_a_description_without_an_image_is_told(tmp_path: Path) -> None:
    text = issue("", "translations: {en: {title: B, alt: The square}}")
    _, problems = loaded(tmp_path, {ISSUE: text})
    assert told(problems) == ["7:35 never used: the item has no image"]


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("{alt: La piazza}", "6:12 an image needs a file"),
        ("{file: images/estonia.jpg}", "6:12 an image needs a description"),
        ("{file: images/estonia.jpg, alt: '  '}", "an image needs a description"),
        ("{file: images/estonia.jpg, alt: Estonia.JPG}", "6:44 'Estonia.JPG' is the file's name"),
        ("{file: images/estonia.jpg, alt: estonia}", "6:44 'estonia' is the file's name"),
        ("{file: images/estonia.jpg, alt: images/estonia.jpg}", "is the file's name"),
        ("{file: images/estonia.jpg, alt: '...'}", "6:44 '...' says nothing"),
        (
            "{file: images/estonia.jpg, alt: '" + "🌍" * 500 + "a'}",
            "6:44 the description has 1001 characters, and X takes 1000",
        ),
        ("images/estonia.jpg", "6:12 keys with values are wanted"),
    ],
)
def test_an_image_needs_its_file_and_what_can_be_seen_in_it(
    tmp_path: Path, image: str, said: str
) -> None:
    [fault] = faults(tmp_path, image, {"content/images/estonia.jpg": jpeg()})
    assert said in fault


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/etc/passwd", "is not a path inside the content folder"),
        ("../estonia.jpg", "is not a path inside the content folder"),
        ("images/../../estonia.jpg", "is not a path inside the content folder"),
        ('"images\\\\estonia.jpg"', "is not a path"),
        ("https://example.org/a.jpg", "is an address"),
        ('"a\\0.jpg"', "is not a path inside"),
        ("images", "it is not a file"),
        ("images/estonia.jpg/a", "there is no such file"),
        ("images/Estonia.jpeg", "there is no such file"),
        ("x" * 5000, "there is no such file"),
        ("out.jpg", "it leads out of the content folder"),
        (".out/secret.jpg", "it leads out of the content folder"),
        ("round.jpg", "there is no such file"),
        ("pipe.jpg", "it is not a file"),
        ("large.jpg", "it has 6.0 MB, and X takes 5"),
        ("word.jpg", "it is something else, not a JPEG or a PNG"),
        ("cut.jpg", "the picture is not whole"),
    ],
)
def test_a_file_that_can_t_be_posted_is_refused_where_it_is_named(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    (tmp_path / "content/out.jpg").symlink_to(tmp_path / "secret.jpg")
    (tmp_path / "content/.out").symlink_to(tmp_path)
    (tmp_path / "content/round.jpg").symlink_to("round.jpg")
    os.mkfifo(tmp_path / "content/pipe.jpg")
    files: dict[str, str | bytes] = {
        "content/images/estonia.jpg": jpeg(),
        "content/large.jpg": jpeg() + b" " * 6_000_000,
        "content/word.jpg": "ciao",
        "content/cut.jpg": jpeg()[:-2],
    }
    [fault] = faults(tmp_path, f"{{file: {name}, alt: La piazza}}", files)
    assert fault.startswith("6:19 ")
    assert said in fault


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    image = "{file: images/Estonia.jpeg, alt: La piazza}"
    _, problems = loaded(tmp_path, {ISSUE: issue(image), "content/images/estonia.jpg": jpeg()})
    assert [problem.hint for problem in problems] == ["did you mean 'images/estonia.jpg'?"]


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/images").mkdir()
    (tmp_path / "content/images/estonia.jpg").symlink_to("../shared.jpg")
    files: dict[str, str | bytes] = {ISSUE: issue(GOOD_IMAGE), "content/shared.jpg": jpeg()}
    assert loaded(tmp_path, files)[1] == ()


# --- a change of the image is a change of its item --------------------------------------------------------


@pytest.mark.parametrize("other", [png(), None])
def test_another_image_is_noticed_though_its_item_s_file_is_the_same(
    tmp_path: Path, other: bytes | None
) -> None:
    loaded(tmp_path, {ISSUE: issue(GOOD_IMAGE), "content/images/estonia.jpg": jpeg()})
    library = Library(tmp_path / "content", tmp_path / "schedules")
    first = library.current
    item = first.catalog.items["estonia"]
    assert library.refresh() is None
    assert first.still_says(item)

    path = tmp_path / "content/images/estonia.jpg"
    path.unlink()
    if other is not None:
        path.write_bytes(other)

    assert not first.still_says(item)
    second = library.refresh()
    assert second is not None
    if other is None:
        assert second.catalog.broken == {ISSUE}
    else:
        assert second.catalog.items["estonia"].image != item.image
        assert second.catalog.items["estonia"].revision != item.revision
        assert second.still_says(second.catalog.items["estonia"])
    assert library.refresh() is None


def test_an_image_that_comes_late_mends_its_file(tmp_path: Path) -> None:
    loaded(tmp_path, {ISSUE: issue(GOOD_IMAGE)})
    library = Library(tmp_path / "content", tmp_path / "schedules")
    assert library.current.catalog.broken == {ISSUE}
    (tmp_path / "content/images").mkdir()
    (tmp_path / "content/images/estonia.jpg").write_bytes(jpeg())
    mended = library.refresh()
    assert mended is not None
    assert mended.catalog.broken == frozenset()


def test_a_file_settles_anew_when_its_image_changes(tmp_path: Path) -> None:
    loaded(tmp_path, {ISSUE: issue(GOOD_IMAGE), "content/images/estonia.jpg": jpeg()})
    now = datetime.now(UTC) + timedelta(hours=1)
    library = Library(tmp_path / "content", tmp_path / "schedules", clock=lambda: now)
    assert library.current.settled == {}
    (tmp_path / "content/images/estonia.jpg").write_bytes(png())
    changed = library.refresh()
    assert changed is not None
    assert changed.settled == {ISSUE: now + timedelta(minutes=10)}


def test_a_shelf_gives_back_a_file_whose_images_are_the_same_and_no_other(tmp_path: Path) -> None:
    loaded(tmp_path, {ISSUE: issue(GOOD_IMAGE), "content/images/estonia.jpg": jpeg()})
    folders, shelf = (tmp_path / "content", tmp_path / "schedules"), Shelf()
    first = load(*folders, shelf)[0].items["estonia"]
    assert load(*folders, shelf)[0].items["estonia"] is first
    (tmp_path / "content/images/estonia.jpg").write_bytes(png())
    assert load(*folders, shelf)[0].items["estonia"].image != first.image
