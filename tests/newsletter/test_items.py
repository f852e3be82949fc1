"""What is an item, when it is, and what is asked: small newsletters of every shape."""

from __future__ import annotations

from textwrap import dedent

import pytest

from bot.newsletter import Draft, Imported, Unreadable, import_document, items_in
from bot.newsletter.document import Block, Document, Kind, Place

SENTENCE = "Si parla di come le città d'Europa proteggono i loro fiumi, con esperti di sei Paesi."


def imported(text: str, name: str = "maggio.md", year: int | None = None) -> Imported:
    return import_document(dedent(text).encode(), name, year=year)


def told(text: str, name: str = "maggio.md") -> list[tuple[str, str]]:
    return [(draft.title, draft.when) for draft in imported(text, name).drafts]


def one(body: str, head: str = "Maggio 2021") -> Draft:
    """The first of two items: a shape shows only where it is there twice."""
    text = f"# Notizie\n\n{head}\n\n## Fiumi d'Europa\n\n{dedent(body)}\n\n## Altra voce\n\n3 maggio\n\n{SENTENCE}\n"
    return import_document(text.encode(), "numero.md").drafts[0]


def asked(draft: Draft, field: str) -> list[str]:
    return [str(text) for about, text in draft.questions if about == field]


# --- where items begin and end ------------------------------------------------------------------


def test_a_title_with_its_date_below_is_an_item() -> None:
    assert told(
        f"""\
        Maggio 2021

        ## Fiumi d'Europa

        *5-6 maggio*

        {SENTENCE}

        ## Mostra sul mare

        **da metà maggio**

        {SENTENCE}
        """
    ) == [("Fiumi d'Europa", "5-6 maggio"), ("Mostra sul mare", "da metà maggio")]


def test_a_date_may_stand_above_its_title() -> None:
    assert told(
        """\
        May 2021

        5-6 May

        ### The rivers of Europe

        What cities do for their rivers, with experts from six countries around the table.

        From 15 May

        ### A sea of glass

        Blown on the island by twelve masters, and shown for the first time in one place.
        """
    ) == [("The rivers of Europe", "5-6 May"), ("A sea of glass", "From 15 May")]


def test_labels_say_when_and_where() -> None:
    found = imported(
        """\
        Appuntamenti di marzo 2025

        FIUMI D'EUROPA

        Quando: giovedì 6 marzo, ore 19
        Dove: Sala dei Fiumi, via del Ponte 3
        Info: www.fiumi.example.org

        MARE DI VETRO

        Quando: 15 marzo
        Dove: Museo del Vetro
        """,
        "mail.txt",
    ).drafts
    assert [(each.when, each.where, each.link) for each in found] == [
        (
            "giovedì 6 marzo, ore 19",
            "Sala dei Fiumi, via del Ponte 3",
            "https://www.fiumi.example.org",
        ),
        ("15 marzo", "Museo del Vetro", ""),
    ]


def test_a_title_may_hold_its_date() -> None:
    assert told(
        """\
        Estate 2025

        **Sabato 14 giugno, ore 17 – Carta marmorizzata.** Acqua, colla di alghe e molta pazienza.

        **Fino al 28 settembre: vetri da tavola.** Centodieci pezzi, molti dei quali mai esposti prima.
        """
    ) == [
        ("Carta marmorizzata", "Sabato 14 giugno, ore 17"),
        ("vetri da tavola", "Fino al 28 settembre"),
    ]


def test_each_row_of_a_table_is_an_item_and_a_month_row_is_none() -> None:
    page = """\
        <h1>Agenda 2025</h1><table>
        <tr><th>Data</th><th>Evento</th><th>Luogo</th></tr>
        <tr><td colspan="3">MAGGIO</td></tr>
        <tr><td>mar 6</td><td>Benvenuto agli studenti</td><td>Aula Magna</td></tr>
        <tr><td>8-9</td><td>Convegno sui confini</td><td>Collegio</td></tr>
        <tr><td colspan="3">GIUGNO</td></tr>
        <tr><td>metà mese</td><td>Open day dei corsi</td><td>online</td></tr>
        </table>"""
    found = imported(page, "agenda.html").drafts
    assert [(each.title, each.when, each.where) for each in found] == [
        ("Benvenuto agli studenti", "mar 6 maggio", "Aula Magna"),
        ("Convegno sui confini", "8-9 maggio", "Collegio"),
        ("Open day dei corsi", "metà giugno", "online"),
    ]


def test_what_is_no_item_is_ignored_and_says_why() -> None:
    found = imported(
        f"""\
        # Il foglio

        Maggio 2021

        Cari lettori, anche questo mese è pieno di cose da fare e da vedere con gli amici.

        **In questo numero**

        - Fiumi d'Europa
        - Mare di vetro

        ## Eventi

        ### Fiumi d'Europa

        7 maggio

        {SENTENCE}

        ### Mare di vetro

        9 maggio

        {SENTENCE}

        ---

        Redazione: via del Ponte 3, 10100 Torino

        Per non ricevere più questa mail: cancellati
        """
    )
    assert [draft.title for draft in found.drafts] == ["Fiumi d'Europa", "Mare di vetro"]
    reasons = {each.text: str(each.why) for each in found.ignored}
    assert reasons["Eventi"] == "title of a section"
    assert reasons["Redazione: via del Ponte 3, 10100 Torino"] == "foot of the issue"
    assert reasons["Maggio 2021"] == "head of the issue"
    assert "In questo numero" in reasons
    assert (
        "Cari lettori, anche questo mese è pieno di cose da fare e da vedere con gli amici."
        in reasons
    )


def test_an_item_without_a_date_is_news() -> None:
    draft = one(SENTENCE)
    assert (draft.title, draft.when, draft.schedule, draft.questions) == (
        "Fiumi d'Europa",
        "",
        "notice",
        (),
    )


def test_a_text_without_items_gives_none() -> None:
    assert imported("Maggio 2021\n\nUna sola riga, senza titoli né date.\n").drafts == ()


# --- dates --------------------------------------------------------------------------------------


def test_an_hour_in_the_text_sharpens_the_date_line() -> None:
    draft = one(f"7 maggio\n\n{SENTENCE} L'incontro inizia alle 18.")
    assert (draft.when, draft.questions) == ("7 maggio alle 18", ())
    assert draft.sources["when"] == "7 maggio» «L'incontro inizia alle 18."


def test_an_hour_of_something_else_is_asked_about() -> None:
    draft = one(f"7 maggio\n\n{SENTENCE} La biglietteria apre alle 18.")
    assert asked(draft, "when") == ["the hour stands in the text: is it when this begins?"]


def test_two_hours_are_no_hour() -> None:
    draft = one("7 maggio\n\nRitrovo alle 9.30 davanti al ponte. La visita inizia alle 10.")
    assert draft.when == "7 maggio"
    assert asked(draft, "when") == [
        "the text names several hours: 7 maggio alle 9.30, 7 maggio alle 10"
    ]


def test_an_end_in_the_text_is_taken_where_the_beginning_is_the_same() -> None:
    draft = one("dal 15 maggio\n\nLa città ospita dal 15 maggio al 21 ottobre la mostra dei fiumi.")
    assert (draft.when, draft.schedule) == ("dal 15 maggio al 21 ottobre", "long")


def test_a_date_that_stands_in_the_text_alone_is_asked_about() -> None:
    draft = one("La mostra dei fiumi apre il 15 maggio nel palazzo della Regione, con un concerto.")
    assert draft.when == "il 15 maggio"
    assert asked(draft, "when") == ["the date stands in the text only: is it the event's?"]


@pytest.mark.parametrize(
    "line",
    ["sabato 7 maggio", "31 giugno", "12/05/2021 o 05/12/2021", "ogni giovedì", "10 e 5 maggio"],
)
def test_a_line_that_can_be_no_date_gives_none_and_a_question(line: str) -> None:
    draft = one(f"{line}\n\n{SENTENCE}")
    assert draft.when == ""
    assert len(asked(draft, "when")) == 1


@pytest.mark.parametrize(
    ("line", "when", "is_sure"),
    [("13/05/2021", "13 maggio 2021", True), ("12/05/2021", "12 maggio 2021", False)],
)
def test_figures_get_a_month_in_words_and_a_question_where_they_can_be_read_twice(
    line: str, when: str, is_sure: bool
) -> None:
    draft = one(f"{line}\n\n{SENTENCE}")
    assert (draft.when, not asked(draft, "when")) == (when, is_sure)


def test_a_date_glued_to_its_text_and_one_behind_an_image_are_read() -> None:
    assert one(f"![locandina](a.jpg)13 maggio\n\n{SENTENCE}").when == "13 maggio"
    assert one(f"il13 maggio\n\n{SENTENCE}").when == "il 13 maggio"


def test_dates_of_the_past_and_of_registration_are_not_the_event() -> None:
    draft = one(
        "20 maggio\n\nNel 2018 vennero in cento. Ad aprile si è svolto un primo incontro, il 12 aprile. "
        "Iscrizioni entro il 15 maggio."
    )
    assert (draft.when, draft.entries, draft.questions) == ("20 maggio", (), ())


def test_january_in_an_issue_of_december_and_january_is_of_the_next_year() -> None:
    draft = one(f"10 gennaio\n\n{SENTENCE}", head="dicembre 2024 – gennaio 2025")
    assert (draft.when, draft.questions) == ("10 gennaio 2025", ())


def test_january_in_an_issue_of_december_alone_is_asked_about() -> None:
    draft = one(f"10 gennaio\n\n{SENTENCE}", head="Dicembre 2024")
    assert draft.when == "10 gennaio 2025"
    assert asked(draft, "when") == ["is this in 2025? The document names no year beside it"]


def test_a_weekday_tells_the_year() -> None:
    draft = one(f"venerdì 17 gennaio, ore 18\n\n{SENTENCE}", head="Dicembre 2024")
    assert (draft.when, draft.questions) == ("venerdì 17 gennaio 2025, ore 18", ())


def test_a_second_event_in_the_text_becomes_an_entry_with_a_question() -> None:
    draft = one(
        "maggio\n\nTorna la gara dei canotti sul fiume, con partenza dal ponte.\n\n"
        "Il 28 maggio si cammina per cinque chilometri alle 5.30 del mattino."
    )
    assert draft.when == "maggio"
    assert [entry.when for entry in draft.entries] == ["Il 28 maggio alle 5.30 del mattino"]
    assert len(asked(draft, "dates")) == 1


def test_a_call_has_its_last_day() -> None:
    found = imported(
        """\
        Maggio 2025

        ## Bandi

        - **Premio Ponte 2025.** Tre premi alle associazioni. Scadenza: 30 maggio. [Regolamento](https://p.example.org)
        - **Borse di studio.** Due borse di tremila euro, domande entro il 23 maggio a borse@b.example.org
        """
    ).drafts
    assert [(each.title, each.when, each.schedule) for each in found] == [
        ("Premio Ponte 2025", "Scadenza: 30 maggio", "call"),
        ("Borse di studio", "domande entro il 23 maggio", "call"),
    ]
    assert [asked(each, "when") for each in found] == [[], []]


def test_a_document_that_tells_no_year_asks_for_it() -> None:
    with pytest.raises(Unreadable, match="does not say of which year"):
        imported(f"## Fiumi\n\n7 maggio\n\n{SENTENCE}\n")
    assert imported(f"## Fiumi\n\n7 maggio\n\n{SENTENCE}\n", year=2021).year == 2021


# --- links, contacts, languages -----------------------------------------------------------------


def test_links_behind_words_and_bare_ones() -> None:
    assert one(f"7 maggio\n\n{SENTENCE} Info sul [sito](https://f.example.org/a).").link == (
        "https://f.example.org/a"
    )
    assert one(f"7 maggio\n\n{SENTENCE} Maggiori informazioni su fiumi.example.org.").link == (
        "https://fiumi.example.org"
    )


def test_a_link_that_leads_nowhere_is_asked_about() -> None:
    draft = one(f"7 maggio\n\n{SENTENCE} È disponibile in [italiano](#).")
    assert draft.link == ""
    assert asked(draft, "link") == ["«italiano» leads nowhere in the document: which page is it?"]


def test_of_two_pages_one_is_proposed_and_the_other_named() -> None:
    draft = one(
        f"7 maggio\n\n{SENTENCE} Il [progetto](https://p.example.org) e il [partner](https://q.example.org)."
    )
    assert draft.link == "https://p.example.org"
    assert asked(draft, "link") == ["is this the page, or https://q.example.org?"]


def test_whom_to_write_to_or_to_call() -> None:
    assert one(f"7 maggio\n\n{SENTENCE} Scrivere a fiumi@comune.example.it.").contact == (
        "fiumi@comune.example.it"
    )
    assert one(f"7 maggio\n\n{SENTENCE} Tel. 011 555 01 23.").contact == "011 555 01 23"


def test_an_item_in_two_languages_is_one_with_a_translation() -> None:
    found = imported(
        f"""\
        Maggio 2021

        ## Fiumi d'Europa

        7 maggio

        {SENTENCE}

        ## The rivers of Europe

        7 May

        What cities do for their rivers, with experts from six countries around the table.
        """
    ).drafts
    assert [draft.title for draft in found] == ["Fiumi d'Europa"]
    assert found[0].translations["en"].title == "The rivers of Europe"
    assert asked(found[0], "translations") == ["is this the same item in another language?"]


# --- a date beside others -----------------------------------------------------------------------


def test_an_entry_of_a_list_does_not_take_the_date_of_the_next() -> None:
    found = imported(
        """\
        # News, May 2024

        ## Dates for your diary

        - 3 June – Grants workshop
        - Thu 13 – Drop-in clinic
        - 28 May – Leap lunch
        - w/c 24 June – Refugee Week
        - 1 July – Summer picnic
        """
    )
    assert [(draft.title, draft.when) for draft in found.drafts] == [
        ("Grants workshop", "3 June"),
        ("Leap lunch", "28 May"),
        ("Refugee Week", "24 June"),
        ("Summer picnic", "1 July"),
    ]
    assert "Thu 13 – Drop-in clinic" in [each.text for each in found.ignored]
    assert asked(found.drafts[2], "when") == ["«w/c 24 June»: on which day?"]


def test_another_day_behind_the_date_is_no_place_and_is_asked_about() -> None:
    draft = one(f"Sabato 22 maggio, ore 21 (in caso di pioggia domenica 23 maggio)\n\n{SENTENCE}")
    assert (draft.when, draft.where) == ("Sabato 22 maggio, ore 21", "")
    assert asked(draft, "when") == [
        "behind the date the document says «(in caso di pioggia domenica 23 maggio)»: what of it holds?"
    ]


def test_a_place_behind_the_date_keeps_its_bracket() -> None:
    draft = one(f"Sabato 22 maggio, Parco Reale (ingresso da via Pio XI 12)\n\n{SENTENCE}")
    assert draft.where == "Parco Reale (ingresso da via Pio XI 12)"


def test_a_street_named_after_a_day_is_no_date() -> None:
    draft = one(f"Sabato 22 maggio, piazza 4 Novembre\n\nSi parte da via 25 Aprile. {SENTENCE}")
    assert (draft.when, draft.where) == ("Sabato 22 maggio", "piazza 4 Novembre")
    assert (draft.questions, draft.entries) == ((), ())


def test_several_dates_with_words_of_their_own_are_asked_about_and_none_is_the_place() -> None:
    draft = one("6 maggio: La Costituzione\n\n13 maggio: Il Parlamento\n\n20 maggio: La Corte")
    assert (draft.when, draft.where) == ("6 maggio", "")
    assert asked(draft, "when") == ["the text names other days, too: 13 maggio, 20 maggio"]


def test_a_date_below_a_line_like_a_title_may_be_that_ones() -> None:
    draft = one(f"{SENTENCE}\n\nFesta dei vicini\n\ngiovedì 20 maggio, ore 18")
    assert asked(draft, "when") == [
        "«Festa dei vicini» stands above this date: is it an item of its own?"
    ]


def test_figures_that_look_like_a_date_are_asked_about_where_no_date_is_understood() -> None:
    draft = one("14-15/5, 21-22/5 e finale il 29/5")
    assert draft.when == ""
    assert asked(draft, "when") == [
        "«14-15/5, 21-22/5 e finale il 29/5» looks like a date: which is it?"
    ]


def test_an_hour_is_not_cut_from_a_day_that_comes_again_and_again() -> None:
    draft = one(f"Ogni giovedì di maggio, 19:00, sala Stemmi\n\n{SENTENCE}")
    assert asked(draft, "when") == [
        "«Ogni giovedì di maggio, 19:00, sala Stemmi» can't be a date: what comes again and again has no date of its own"
    ]


def test_a_day_in_figures_is_no_telephone() -> None:
    assert one(f"05.05.2021 - ore 15 - Sala Rossa\n\n{SENTENCE}").contact == ""


def test_more_lines_than_a_newsletter_of_a_year_are_refused() -> None:
    blocks = tuple(Block(Kind.PARAGRAPH, "riga", Place(line=n)) for n in range(1, 20_002))
    with pytest.raises(Unreadable, match="longer than any newsletter"):
        items_in(Document(blocks), "2021-05.md")
    assert items_in(Document(blocks[:10]), "2021-05.md").drafts == ()


def test_a_line_set_like_the_title_below_it_is_asked_about_as_the_place() -> None:
    found = imported(
        """\
        Aprile 2026

        **8 aprile**

        **La ragazza del faro**

        **Kino Orbis, vicolo Lungo 4**

        Un film di cent'anni fa, in italiano con i sottotitoli per chi lo sta imparando.

        **15 aprile**

        **Pane e catrame**

        **Kino Orbis, vicolo Lungo 4**

        Copia restaurata, con la presentazione di chi l'ha ritrovata in una cantina di provincia.
        """
    ).drafts
    assert [(each.title, each.when, each.where) for each in found] == [
        ("La ragazza del faro", "8 aprile", "Kino Orbis, vicolo Lungo 4"),
        ("Pane e catrame", "15 aprile", "Kino Orbis, vicolo Lungo 4"),
    ]
    assert asked(found[0], "where") == ["it stands below the title: is this where it is?"]


def test_what_is_struck_out_is_no_date_and_is_asked_about() -> None:
    draft = one(f"~~16 maggio~~ 20 maggio\n\n{SENTENCE}")
    assert draft.when == "20 maggio"
    assert asked(draft, "when") == ["«16 maggio» is struck out in the document: what holds now?"]


def test_the_day_of_a_photograph_is_not_the_event() -> None:
    draft = one("La mostra dei fiumi si visita ogni giorno. Foto di Anna Rossi, 12 maggio 2021.")
    assert draft.when == ""


def test_days_of_publication_above_titles_are_none_of_the_events() -> None:
    cards = "".join(
        f"{day} ottobre 2025\n\n### Missione {name}\n\nSi parte il {day + 10} ottobre con tutte le imprese che si iscrivono.\n\n"
        for day, name in ((1, "in Serbia"), (2, "in Marocco"), (3, "a Lione"), (4, "a Oslo"))
    )
    found = import_document(f"# Notizie\n\nn. 9, 8 ottobre 2025\n\n{cards}".encode(), "n.md")
    assert [each.when for each in found.drafts] == [f"il {day} ottobre" for day in (11, 12, 13, 14)]
    assert all(asked(each, "when") for each in found.drafts)
    assert sum(str(each.why) == "the day of its publication" for each in found.ignored) == 4


def test_a_single_event_with_its_full_date_is_an_item_and_no_masthead() -> None:
    assert told("# Concerto\n\n*12 maggio 2021, ore 21*\n\nSi suona in piazza.\n") == [
        ("Concerto", "12 maggio 2021, ore 21")
    ]
    assert told("# Concerto\n\n12 maggio 2021\n\nSi suona in piazza con la banda.\n") == [
        ("Concerto", "12 maggio 2021")
    ]
