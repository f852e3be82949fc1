"""What each form of a date line means, in Italian and in English: the manual of the grammar, by example."""

from __future__ import annotations

import pytest

from bot.core.dates import FORMS, LONGEST, Misread, read
from tests.core.dates.notation import noted

# Read with `year=2021`, in which 7 May is a Friday. The notation is explained in `notation.py`.

ITALIAN = """
# one day
7 maggio                            2021-05-07
07 maggio                           2021-05-07
il 7 maggio                         2021-05-07
il giorno 7 maggio                  2021-05-07
in data 7 maggio                    2021-05-07
l'8 maggio                          2021-05-08
L’8 MAGGIO                          2021-05-08
L'11 Maggio.                        2021-05-11
7 maggio 2022                       2022-05-07
7 maggio, 2022                      2022-05-07
7 maggio del 2022                   2022-05-07
venerdì 7 maggio                    2021-05-07
venerdi 7 maggio                    2021-05-07
venerdi' 7 maggio                   2021-05-07
Venerdì, 7 maggio                   2021-05-07
ven. 7 mag.                         2021-05-07
lun 3 mag 2021                      2021-05-03
mar 4 maggio                        2021-05-04
4 mar                               2021-03-04
mar 2 mar                           2021-03-02
8 sett. 2021                        2021-09-08
8 set                               2021-09-08
3 gen                               2021-01-03
1° maggio                           2021-05-01
1º maggio                           2021-05-01
1 ° giugno 2023                     2023-06-01
primo maggio                        2021-05-01
il primo di maggio                  2021-05-01
il19 maggio                         2021-05-19
19maggio                            2021-05-19
29 febbraio 2024                    2024-02-29
4 aprile                            2021-04-04

# a range
5-6 maggio                          2021-05-05..2021-05-06
5 - 6 maggio                        2021-05-05..2021-05-06
5–6 maggio                          2021-05-05..2021-05-06
5 — 6 maggio                        2021-05-05..2021-05-06
5−6 maggio                          2021-05-05..2021-05-06
5‑6 maggio                          2021-05-05..2021-05-06
12/13 giugno                        2021-06-12..2021-06-13
13-16 gennaio                       2021-01-13..2021-01-16
dal 12 al 13 giugno                 2021-06-12..2021-06-13
dal 12 fino al 13 giugno            2021-06-12..2021-06-13
dall'11 al 13 giugno                2021-06-11..2021-06-13
dall’8 all’11 giugno                2021-06-08..2021-06-11
dal 15 maggio al 21 ottobre         2021-05-15..2021-10-21
Dal 12 ottobre al 19 dicembre       2021-10-12..2021-12-19
12 ottobre-19 dicembre              2021-10-12..2021-12-19
22 ottobre-9 novembre               2021-10-22..2021-11-09
28 aprile - 3 maggio                2021-04-28..2021-05-03
dal primo giugno al 30 settembre    2021-06-01..2021-09-30
da sabato 15 a mercoledì 19 maggio  2021-05-15..2021-05-19
Da giovedì 15 maggio 2025 a lunedì 19 maggio 2025   2025-05-15..2025-05-19
nei giorni 5-6 maggio               2021-05-05..2021-05-06

# a range over the end of a year; a year stands for its own side, the other side lies next to it
28 dicembre - 6 gennaio             2021-12-28..2022-01-06
28 dicembre - 6 gennaio 2027        2026-12-28..2027-01-06
28 dicembre 2026 - 6 gennaio        2026-12-28..2027-01-06
28 dicembre 2026 - 6 gennaio 2027   2026-12-28..2027-01-06
Dal 30 ottobre al 10 gennaio 2021   2020-10-30..2021-01-10
28 aprile - 3 maggio 2027           2027-04-28..2027-05-03
28 aprile 2027 - 3 maggio           2027-04-28..2027-05-03
dal 12 al 13 giugno 2022            2022-06-12..2022-06-13

# separate days are no range
5, 10 e 12 maggio                   2021-05-05 | 2021-05-10 | 2021-05-12
5, 10, 12 maggio                    2021-05-05 | 2021-05-10 | 2021-05-12
16 e 21 giugno                      2021-06-16 | 2021-06-21
16 ed 21 giugno                     2021-06-16 | 2021-06-21
5 e 6 maggio                        2021-05-05 | 2021-05-06
il 5 e il 6 maggio                  2021-05-05 | 2021-05-06
l'8 e l'11 giugno                   2021-06-08 | 2021-06-11
28 e 29 settembre 2007              2007-09-28 | 2007-09-29
domenica 23 e lunedì 24 maggio      2021-05-23 | 2021-05-24
30 aprile e 2 maggio                2021-04-30 | 2021-05-02
30 aprile, 2 e 3 maggio             2021-04-30 | 2021-05-02 | 2021-05-03
30 dicembre e 2 gennaio             2021-12-30 | 2022-01-02
30 dicembre e 2 gennaio 2022        2021-12-30 | 2022-01-02
5-6 e 10-12 maggio                  2021-05-05..2021-05-06 | 2021-05-10..2021-05-12
5, 10-12 e 20 maggio                2021-05-05 | 2021-05-10..2021-05-12 | 2021-05-20
dal 5 al 7 e dal 10 al 12 maggio    2021-05-05..2021-05-07 | 2021-05-10..2021-05-12

# a beginning, an end, a deadline
dal 15 maggio                       2021-05-15..
dall'8 maggio                       2021-05-08..
a partire dal 15 maggio             2021-05-15..
dal 15 maggio ore 10                2021-05-15.. 10:00
fino al 28 novembre                 ..2021-11-28
sino all'8 novembre                 ..2021-11-08
aperto fino al 28 novembre 2024     ..2024-11-28
fino al 28 novembre alle 18         ..2021-11-28 -18:00
entro il 28 novembre                by ..2021-11-28
entro l’8 novembre                  by ..2021-11-08
entro e non oltre il 28 novembre    by ..2021-11-28
scadenza 28 novembre                by ..2021-11-28
Scadenza: 28 novembre               by ..2021-11-28
scadenza iscrizioni: 28 novembre    by ..2021-11-28
iscrizioni entro il 28 novembre     by ..2021-11-28
Iscrizioni aperte fino al 28 novembre   by ..2021-11-28
entro le ore 12 del 28 novembre     by ..2021-11-28 -12:00
entro il 28 novembre alle 23.59     by ..2021-11-28 -23:59
entro fine maggio                   by ..2021-05-31 month
entro la fine di maggio             by ..2021-05-31 month
entro metà maggio                   by ..2021-05-20 part
entro maggio                        by ..2021-05-31 month

# a part of a month
inizio maggio                       2021-05-01..2021-05-10 part
all'inizio di maggio                2021-05-01..2021-05-10 part
ai primi di maggio                  2021-05-01..2021-05-10 part
primi di maggio                     2021-05-01..2021-05-10 part
metà maggio                         2021-05-11..2021-05-20 part
a metà maggio                       2021-05-11..2021-05-20 part
meta' maggio                        2021-05-11..2021-05-20 part
da metà maggio                      2021-05-11.. part
dalla metà di maggio                2021-05-11.. part
fino a metà maggio                  ..2021-05-20 part
fine maggio                         2021-05-21..2021-05-31 part
a fine febbraio                     2021-02-21..2021-02-28 part
fine febbraio 2024                  2024-02-21..2024-02-29 part
da metà maggio a fine giugno        2021-05-11..2021-06-30 part
fine maggio - inizio giugno         2021-05-21..2021-06-10 part

# a month
maggio                              2021-05-01..2021-05-31 month
a maggio                            2021-05-01..2021-05-31 month
ad aprile                           2021-04-01..2021-04-30 month
a gennaio                           2021-01-01..2021-01-31 month
in maggio                           2021-05-01..2021-05-31 month
nel mese di maggio                  2021-05-01..2021-05-31 month
maggio 2022                         2022-05-01..2022-05-31 month
febbraio 2024                       2024-02-01..2024-02-29 month
maggio-giugno                       2021-05-01..2021-06-30 month
maggio/giugno                       2021-05-01..2021-06-30 month
maggio e giugno                     2021-05-01..2021-05-31 month | 2021-06-01..2021-06-30 month
da maggio a settembre               2021-05-01..2021-09-30 month
dicembre-gennaio                    2021-12-01..2022-01-31 month
gennaio - febbraio 2019             2019-01-01..2019-02-28 month
da maggio                           2021-05-01.. month
a partire dal mese di maggio        2021-05-01.. month

# no date yet
data da definire                    undated
Date da definire.                   undated
autunno                             undated
in autunno                          undated
primavera 2027                      undated
primavera-estate 2027               undated

# with hours
7 maggio ore 11                     2021-05-07 11:00
7 maggio, ore 11                    2021-05-07 11:00
7 maggio – ore 11                   2021-05-07 11:00
7 maggio alle 11                    2021-05-07 11:00
7 maggio alle ore 16:30             2021-05-07 16:30
7 maggio alle 18.30                 2021-05-07 18:30
7 maggio h 21                       2021-05-07 21:00
7 maggio h.21                       2021-05-07 21:00
7 maggio ore 21.00                  2021-05-07 21:00
7 maggio 18:30                      2021-05-07 18:30
7 maggio 2021 18:30                 2021-05-07 18:30
7 maggio ore 0:00                   2021-05-07 00:00
28 maggio alle 5.30 del mattino     2021-05-28 05:30
7 maggio alle 9 di sera             2021-05-07 21:00
7 maggio alle 3 del pomeriggio      2021-05-07 15:00
7 maggio a mezzogiorno              2021-05-07 12:00
7 maggio ore 9.30-12.30             2021-05-07 09:30-12:30
13 settembre 2024, ore 9.30-12.30.  2024-09-13 09:30-12:30
26 settembre, 14.30- 17.30          2021-09-26 14:30-17:30
7 maggio dalle 9 alle 12            2021-05-07 09:00-12:00
7 maggio, dalle ore 9 alle ore 12.30    2021-05-07 09:00-12:30
7 maggio dalle 9 a mezzogiorno      2021-05-07 09:00-12:00
alle 11 del 7 maggio                2021-05-07 11:00
ore 11, venerdì 7 maggio            2021-05-07 11:00
dal 5 al 7 maggio, ore 21           2021-05-05..2021-05-07 21:00
5 e 6 maggio ore 21                 2021-05-05 21:00 | 2021-05-06 21:00
il 5 maggio alle 21 e il 6 maggio alle 17   2021-05-05 21:00 | 2021-05-06 17:00
il 5 alle 21 e il 6 maggio alle 17  2021-05-05 21:00 | 2021-05-06 17:00
7 maggio ore 11 e 7 maggio ore 17   2021-05-07 11:00 | 2021-05-07 17:00

# as machines write it
2021-05-07                          2021-05-07
2021-05-07 11:00                    2021-05-07 11:00
2021-05-07T11:00                    2021-05-07 11:00
2021-05-05/2021-05-06               2021-05-05..2021-05-06
2021-05-05/2021-05-10               2021-05-05..2021-05-10
2021-05-05 - 2021-05-06             2021-05-05..2021-05-06

# another language than the file's
7 May                               2021-05-07
October 13th-15th 2021              2021-10-13..2021-10-15

# impossible days
31 giugno                           refused @0: 30 giugno
29 febbraio                         refused @0: 28 febbraio
dal 28 al 31 aprile                 refused @10: 30 aprile
32 maggio                           refused @0: 31 maggio
0 maggio                            refused @0: 1 maggio
2021-02-30                          refused @0: 28 febbraio
7 maggio ore 25                     refused @13: 7 maggio
dal 21 al 15 maggio                 refused @10: 15 maggio - 21 maggio
dal 15 maggio 2021 al 10 maggio 2021    refused @22: 10 maggio - 15 maggio
7 maggio ore 12-9                   refused @16: 7 maggio ore 12

# a weekday that does not match
venerdì 8 maggio                    refused @0: sabato 8 maggio
il sab. 9 maggio                    refused @3: domenica 9 maggio
venerdì 7 maggio 2022               refused @0: sabato 7 maggio 2022
da giovedì 15 a mercoledì 19 maggio     refused @3: sabato 15 maggio

# what could be meant in two ways
12/05                               refused @0: 12 maggio
12/05/2021                          refused @0: 12 maggio 2021
12.05.2021                          refused @0: 12 maggio 2021
12-05-2021                          refused @0: 12 maggio 2021
5/12 maggio                         refused @2: 5 maggio - 12 maggio
il 9                                refused @3: 9 maggio
dal 12 al 13                        refused @4: 12 maggio
mar 5                               refused @0: 5 maggio
5 maggio e 7                        refused @11: 7 maggio
30 aprile e 2 maggio ore 21         refused @25: 30 aprile e 2 maggio
5 maggio ore 9-12 e 15-18, 20 maggio    refused @20: 5 maggio ore 9-12
dal 5 maggio alle 9 al 7 maggio     refused @20: dal 5 maggio alle 9
2 maggio e 30 aprile                refused @11: 30 aprile, 2 maggio
12, 10 e 5 maggio                   refused @4: 5 maggio, 10 maggio, 12 maggio
7 maggio a mezzanotte               refused @9: 7 maggio 23:59
7 maggio ore 21-24                  refused @16: 7 maggio ore 21-23:59
dal 15 maggio a settembre           refused @16: dal 15 maggio
maggio ore 11                       refused @11: maggio

# what is left over
14 luglio, Moncalieri ore 21.00     refused @11: 14 luglio
7 maggio circa                      refused @9: 7 maggio
verso il 7 maggio                   refused @0: 7 maggio
7 maggio o 8 maggio                 refused @9: 7 maggio
seconda metà di maggio              refused @0: 7 maggio
ogni lunedì                         refused @0: 7 maggio
7 magio                             refused @2: 7 maggio
7 maggio 1130                       refused @9: 7 maggio ore 11.30
5-6-7 maggio                        refused @3: 7 maggio
5-10-12 maggio                      refused @4: 7 maggio
7 maggio ore 11-12 giugno           refused @15: 7 maggio ore 11
ore 11                              refused @0: 7 maggio
"""

ENGLISH = """
# one day
7 May                               2021-05-07
May 7                               2021-05-07
May 7th                             2021-05-07
7th May                             2021-05-07
7th of May                          2021-05-07
the 7th of May                      2021-05-07
on 7 May                            2021-05-07
on the first of May                 2021-05-01
May 7, 2022                         2022-05-07
7 May 2022                          2022-05-07
October 6th 2021                    2021-10-06
Friday 7 May                        2021-05-07
Friday, May 7                       2021-05-07
Fri. 7 May                          2021-05-07
Tue 4 May                           2021-05-04
Sept 8                              2021-09-08
8 Sept. 2021                        2021-09-08
MAY 7.                              2021-05-07

# a range
12-13 June                          2021-06-12..2021-06-13
12–13 June                          2021-06-12..2021-06-13
June 12th-13th                      2021-06-12..2021-06-13
October 2nd-6th                     2021-10-02..2021-10-06
October 13th-15th 2021              2021-10-13..2021-10-15
September 30th - October 1st 2021   2021-09-30..2021-10-01
from 12 to 13 June                  2021-06-12..2021-06-13
12 to 13 June                       2021-06-12..2021-06-13
28 April – 3 May                    2021-04-28..2021-05-03
May 5-June 3                        2021-05-05..2021-06-03
from 15 May to 21 October           2021-05-15..2021-10-21
from 15 May until 21 October        2021-05-15..2021-10-21
from Saturday 15 to Wednesday 19 May    2021-05-15..2021-05-19
28 December – 6 January             2021-12-28..2022-01-06
28 December – 6 January 2027        2026-12-28..2027-01-06
from 30 October to 10 January 2021  2020-10-30..2021-01-10
12/13 June                          2021-06-12..2021-06-13

# separate days are no range
16 and 21 June                      2021-06-16 | 2021-06-21
5, 10 and 12 May                    2021-05-05 | 2021-05-10 | 2021-05-12
5, 10, and 12 May                   2021-05-05 | 2021-05-10 | 2021-05-12
May 5, 10 and 12                    2021-05-05 | 2021-05-10 | 2021-05-12
May 5, 10 and 12, 2022              2022-05-05 | 2022-05-10 | 2022-05-12
5 & 6 May                           2021-05-05 | 2021-05-06
30 April and 2 May                  2021-04-30 | 2021-05-02
5-6 and 10-12 May                   2021-05-05..2021-05-06 | 2021-05-10..2021-05-12
7 May, from 9 to 11 June            2021-05-07 | 2021-06-09..2021-06-11

# a beginning, an end, a deadline
from 9 April                        2021-04-09..
starting 9 April                    2021-04-09..
until 28 November                   ..2021-11-28
till 28 November                    ..2021-11-28
by 28 November                      by ..2021-11-28
deadline 28 November                by ..2021-11-28
Deadline: 28 November               by ..2021-11-28
deadline for applications: 28 November  by ..2021-11-28
applications by 28 November         by ..2021-11-28
applications open until 28 November     by ..2021-11-28
by 12 noon on 28 November           by ..2021-11-28 -12:00
by the end of May                   by ..2021-05-31 month
until the end of May                ..2021-05-31 month
by mid-May                          by ..2021-05-20 part

# a part of a month
early May                           2021-05-01..2021-05-10 part
mid-May                             2021-05-11..2021-05-20 part
mid May                             2021-05-11..2021-05-20 part
from mid-May                        2021-05-11.. part
late May                            2021-05-21..2021-05-31 part
end of May                          2021-05-21..2021-05-31 part
at the end of May                   2021-05-21..2021-05-31 part
from mid-May to late June           2021-05-11..2021-06-30 part

# a month
May                                 2021-05-01..2021-05-31 month
in May                              2021-05-01..2021-05-31 month
May 2022                            2022-05-01..2022-05-31 month
May–June                            2021-05-01..2021-06-30 month
from May to September               2021-05-01..2021-09-30 month

# no date yet
TBC                                 undated
t.b.c.                              undated
date to be confirmed                undated
autumn                              undated
spring 2027                         undated

# with hours
7 May at 11                         2021-05-07 11:00
7 May at 11 am                      2021-05-07 11:00
7 May, 11:00                        2021-05-07 11:00
7 May, 6.30 pm                      2021-05-07 18:30
7 May at 6 p.m.                     2021-05-07 18:00
7 May at 6 o'clock in the evening   2021-05-07 18:00
7 May, 08:30                        2021-05-07 08:30
7 May at noon                       2021-05-07 12:00
7 May at 12 pm                      2021-05-07 12:00
7 May 2-4 pm                        2021-05-07 14:00-16:00
7 May, 10 am-1 pm                   2021-05-07 10:00-13:00
7 May from 9.30 am to 12 noon       2021-05-07 09:30-12:00
7 May, 09:30–12:30                  2021-05-07 09:30-12:30
May 5, 6-8 pm                       2021-05-05 18:00-20:00
6 pm on 7 May                       2021-05-07 18:00
May 5 and 6 at 9 pm                 2021-05-05 21:00 | 2021-05-06 21:00
5 May at 9 pm and 6 May at 5 pm     2021-05-05 21:00 | 2021-05-06 17:00

# another language than the file's
7 maggio                            2021-05-07

# refused
31 June                             refused @0: 30 June
Friday 8 May                        refused @0: Saturday 8 May
12/05                               refused @0: 12 May
by May                              refused @3: by the end of May
until May 2022                      refused @6: until the end of May 2022
7 May at 7                          refused @9: 7 May at 7 pm
7 May at 12 am                      refused @9: 7 May
7 May at midnight                   refused @6: 7 May 23:59
7 May 11-1 pm                       refused @9: 7 May
3 and June 7                        refused @0: 3 May
between 5 and 7 May                 refused @0: 7 May
7 May from 9 to 11                  refused @6: 7 May
every Monday                        refused @0: 7 May
7 Mai                               refused @2: 7 May
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Phrase and meaning of each line; two blanks or more stand between them."""
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return [(line[: (cut := line.index("  "))], line[cut:].strip()) for line in lines]


ALL = [("it", *row) for row in rows(ITALIAN)] + [("en", *row) for row in rows(ENGLISH)]


@pytest.mark.parametrize(("phrase", "meaning"), rows(ITALIAN))
def test_italian(phrase: str, meaning: str) -> None:
    assert noted(read(phrase, language="it", year=2021)) == meaning


@pytest.mark.parametrize(("phrase", "meaning"), rows(ENGLISH))
def test_english(phrase: str, meaning: str) -> None:
    assert noted(read(phrase, language="en", year=2021)) == meaning


@pytest.mark.parametrize(("language", "phrase", "meaning"), ALL)
def test_the_nearest_phrase_of_a_refusal_is_understood(
    language: str, phrase: str, meaning: str
) -> None:
    reading = read(phrase, language=language, year=2021)
    if isinstance(reading, Misread):
        assert not isinstance(read(reading.nearest, language=language, year=2021), Misread)
        assert 0 <= reading.offset <= len(phrase)


@pytest.mark.parametrize(("language", "phrase", "meaning"), ALL)
def test_spaces_of_every_kind_and_capitals_change_nothing(
    language: str, phrase: str, meaning: str
) -> None:
    if meaning.startswith("refused"):
        return
    for variant in (
        phrase.replace(" ", "\u00a0"),
        phrase.replace(" ", "\u2009\u202f"),
        phrase.upper(),
    ):
        assert noted(read(variant, language=language, year=2021)) == meaning


@pytest.mark.parametrize("language", FORMS)
def test_every_form_that_is_shown_to_people_is_understood(language: str) -> None:
    for form in FORMS[language]:
        assert not isinstance(read(form, language=language, year=2021), Misread), form


@pytest.mark.parametrize(
    "line",
    [
        *("maggio", "da metà maggio", "7 maggio", "5-6 maggio", "5, 10 e 12 maggio", "9 maggio"),
        *("13 maggio", "dal 15 maggio", "dal 15 maggio al 21 ottobre", "19-20 maggio", "25 maggio"),
        *("26-27 maggio", "nel mese di maggio", "a partire dal mese di maggio", "Il 28 maggio"),
        *("il 5 maggio", "il 10 maggio", "il 12 maggio", "28 maggio alle 5.30 del mattino"),
        *(
            "autunno 2021",
            "ad aprile",
            "a settembre",
            "a fine dicembre",
            "alle ore 11 del 7 maggio",
        ),
    ],
)
def test_the_date_lines_of_a_real_issue_are_understood(line: str) -> None:
    assert not isinstance(read(line, language="it", year=2021), Misread)


def test_the_wording_is_kept_as_staff_wrote_it() -> None:
    when = read("  Dal 15 Maggio ", language="it", year=2021)
    assert not isinstance(when, Misread)
    assert when.wording == "Dal 15 Maggio"


def test_the_language_of_a_reading_is_the_one_that_understood() -> None:
    when = read("7 May", language="it", year=2021)
    assert not isinstance(when, Misread)
    assert when.language == "en"


def test_an_offset_counts_from_the_phrase_as_it_was_given() -> None:
    assert (
        noted(read("  venerdì 8 maggio", language="it", year=2021)) == "refused @2: sabato 8 maggio"
    )


def test_a_composed_and_a_decomposed_accent_are_the_same() -> None:
    decomposed = "da meta\u0300 maggio"
    assert noted(read(decomposed, language="it", year=2021)) == "2021-05-11.. part"


@pytest.mark.parametrize("year", [-1, 0, 1, 9999, 10000])
def test_a_year_that_no_calendar_has_is_refused(year: int) -> None:
    for phrase in ("29 febbraio", "28 dicembre - 6 gennaio", "7 maggio", "10 gennaio e 3 maggio"):
        reading = read(phrase, language="it", year=year)
        if isinstance(reading, Misread):
            continue
        assert all(span.first.year in (1, 9999) for span in reading.spans)


def test_a_phrase_longer_than_the_limit_is_refused_at_the_limit() -> None:
    reading = read("7 maggio" + " " * LONGEST, language="it", year=2021)
    assert isinstance(reading, Misread)
    assert reading.offset == LONGEST
