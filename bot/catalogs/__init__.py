"""What is said to people, in their language: gettext catalogs, one file of sentences a language.

English is the language of the templates themselves; `it.po` has the Italian ones.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from bot.core.said import Said

LANGUAGES = ("en", "it")


def in_language(text: str, language: str) -> str:
    """`text` in `language` ("en" or "it"), where it is a `Said`; other text is given back as it is."""
    if not isinstance(text, Said):
        return text
    catalog = _catalog(language)
    if text.several is None:
        template = catalog.gettext(text.template)
    else:
        template = catalog.ngettext(text.template, *text.several)
    values = {
        name: in_language(value, language) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return template.format(**values) if values else template


@cache
def _catalog(language: str) -> NullTranslations:
    file = files("bot.catalogs").joinpath(f"{language}.po")
    if not file.is_file():
        return NullTranslations()
    # A catalog is compiled when it is first needed: nothing that is committed can be older than its source.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
