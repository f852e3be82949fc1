"""The Italian words of dates."""

from __future__ import annotations

from bot.core.dates.words import Half, Part, Role, Table

_TO = ("a", "ad", "al", "all'", "alla", "allo")
_TILL = tuple(f"{word} {to}" for word in ("fino", "sino") for to in _TO)
_OPEN = (
    "aperto",
    "aperta",
    "aperti",
    "aperte",
    "visitabile",
    "in corso",
    "online",
    "prorogato",
    "prorogata",
)
_CALLS = (
    *(
        "iscrizioni",
        "iscrizione",
        "candidature",
        "domande",
        "adesioni",
        "prenotazioni",
        "registrazioni",
    ),
    *("bando", "iscrizioni aperte", "candidature aperte", "registrazioni aperte", "bando aperto"),
    *("per le iscrizioni", "per le candidature", "per le domande", "per le adesioni", "del bando"),
)

TABLE = Table(
    language="it",
    months=(
        "gennaio gen genn",
        "febbraio feb febb febbr",
        "marzo mar",
        "aprile apr",
        "maggio mag magg",
        "giugno giu",
        "luglio lug",
        "agosto ago",
        "settembre set sett",
        "ottobre ott",
        "novembre nov",
        "dicembre dic",
    ),
    weekdays=(
        "lunedì lunedi lunedi' lun",
        "martedì martedi martedi' mar",
        "mercoledì mercoledi mercoledi' mer",
        "giovedì giovedi giovedi' gio",
        "venerdì venerdi venerdi' ven",
        "sabato sab",
        "domenica dom",
    ),
    parts={
        Part.BEGINNING: (
            "inizio",
            "inizi",
            "primi",
            "primi giorni",
            "ai primi",
            "all' inizio",
            "agli inizi",
            "nei primi giorni",
        ),
        Part.MIDDLE: ("metà", "meta'", "meta"),
        Part.END: ("fine", "ultimi giorni", "negli ultimi giorni"),
    },
    halves={
        Half.MORNING: ("del mattino", "di mattina", "della mattina", "am"),
        Half.AFTERNOON: ("del pomeriggio", "di pomeriggio"),
        Half.EVENING: ("di sera", "della sera"),
        Half.NIGHT: ("di notte", "della notte"),
        Half.PM: ("pm",),
    },
    words={
        Role.FIRST: ("primo",),
        Role.ORDINAL: ("°",),
        Role.SEASON: ("primavera", "estate", "autunno", "inverno"),
        Role.UNDATED: (
            *("da definire", "da destinarsi", "da stabilire", "da confermare", "da annunciare"),
            *("data da definire", "date da definire", "data da destinarsi", "date da destinarsi"),
            *("in data da destinarsi", "in data da definire", "a data da destinarsi"),
            *("data da stabilire", "date da stabilire", "data da confermare", "date da confermare"),
            *("data in via di definizione", "date in via di definizione", "prossimamente"),
        ),
        Role.FROM: (
            *("da", "dal", "dall'", "dalla", "dallo", "dagli", "dai", "dal giorno"),
            *("a partire da", "a partire dal", "a partire dall'", "a partire dalla"),
            *("a decorrere dal", "a decorrere dall'"),
        ),
        Role.TO: (*_TO, "al giorno"),
        Role.UNTIL: (*_TILL, *(f"{word} {till}" for word in _OPEN for till in _TILL)),
        Role.BY: (
            *(
                "entro",
                "entro e non oltre",
                "non oltre",
                "scadenza",
                "in scadenza",
                "scade",
                "termine",
            ),
            *(
                "scadenza entro",
                "scade entro",
                "in scadenza entro",
                "in scadenza a",
                "in scadenza al",
            ),
            *("scadenza al", "scade a", "termine ultimo", "con scadenza", "con scadenza al"),
        ),
        Role.CALL: _CALLS,
        Role.ON: (
            *("il", "lo", "la", "l'", "i", "gli", "le", "il giorno", "nel giorno", "nei giorni"),
            *("i giorni", "giorno", "giorni", "in data", "nella giornata di", "nelle giornate di"),
            *("nelle giornate del", "nei giorni di", "nelle date", "nelle date del"),
        ),
        Role.IN: (
            *("a", "ad", "in", "nel", "nel mese di", "mese di", "il mese di", "nel corso di"),
            *("nel corso del mese di", "durante il mese di", "per tutto", "tutto", "al mese di"),
            *("per tutto il mese di", "tutto il mese di", "nei mesi di", "mesi di"),
        ),
        Role.OF: ("di", "d'", "del", "dell'", "della"),
        Role.AND: ("e", "ed", "&"),
        Role.AT: ("ore", "h", "alle", "alle ore", "alle h", "le ore", "orario", "con orario"),
        Role.SINCE: ("dalle", "dalle ore", "dalle h", "a partire dalle", "a partire dalle ore"),
        Role.TILL: ("alle", "alle ore", "fino alle", "fino alle ore"),
        Role.NOON: ("mezzogiorno", "a mezzogiorno"),
        Role.MIDNIGHT: ("mezzanotte", "a mezzanotte", "alla mezzanotte", "la mezzanotte"),
    },
    forms=(
        "7 maggio",
        "sabato 8 maggio",
        "5-6 maggio",
        "5, 10 e 12 maggio",
        "28 aprile - 3 maggio",
        "dal 15 maggio al 21 ottobre",
        "dal 15 maggio",
        "fino al 28 novembre",
        "entro il 28 novembre",
        "metà maggio",
        "da metà maggio",
        "maggio",
        "7 maggio ore 11",
        "7 maggio ore 9.30-12.30",
        "data da definire",
    ),
)
