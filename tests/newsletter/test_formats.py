"""The same newsletter gives the same items, whatever its file is."""

from __future__ import annotations

import pytest

from tests.newsletter.formats import in_every_format, items
from tests.newsletter.letters import letter


@pytest.mark.parametrize("name", ["montelaro.md", "ellery.md"])
def test_a_newsletter_gives_the_same_items_in_every_format(name: str) -> None:
    found = in_every_format(letter(name).content, name, None)
    own = items(found["md"])
    assert len(own) > 10
    for ending in ("html", "docx", "pdf"):
        assert items(found[ending]) == own
