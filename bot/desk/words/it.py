"""What the desk says in Italian."""

from __future__ import annotations

from bot.desk.matter import Action, Kind, Public
from bot.desk.words.language import Language, Told

ITALIAN = Language(
    locale="it",
    clock="EEE d MMMM HH:mm",
    kinds={
        Kind.UNKNOWN: Told(
            title="Forse è già uscito: {name}",
            what="Su {channel} il post «{begins}…» è partito, ma non si sa se è arrivato: {reason}.",
            do="Guardate {address}. Se il post c'è, premete «È uscito»; se siete certi che non c'è, «Manda di nuovo».",
            order="Guardate {address}, poi `banditore resolve {attempt} published` se c'è, `… absent` se non c'è.",
        ),
        Kind.TASK: Told(
            title="Da pubblicare a mano: {name}",
            what="{channel} è tenuto da una persona: il testo è pronto, da pubblicare entro {deadline}.",
            do="Copiate il testo, pubblicatelo, poi premete «È uscito».",
            order="`banditore tasks` mostra il testo; poi `banditore tasks done {attempt}`.",
        ),
        Kind.STOPPED: Told(
            title="Canale fermo: {channel}",
            what="{channel} non pubblica più nulla: {reason}.",
            do="Rimediate alla causa, poi premete «Riprendi».",
            order="Rimediate alla causa, poi `banditore resume --channel {channel}`.",
        ),
        Kind.SILENT: Told(
            title="Canale senza credenziali: {channel}",
            what="{channel} non può pubblicare: {reason}",
            do="Date le credenziali al servizio e riavviatelo.",
        ),
        Kind.ACCESS: Told(
            title="Credenziali o permessi da controllare: {channel}",
            what="{reason}. Al prossimo post {channel} si fermerebbe.",
            do="{do}",
        ),
        Kind.REJECTED: Told(
            title="Rifiutato: {name}",
            what="La piattaforma non accetta questo post su {channel}: {reason}.",
            do="Correggete la notizia; con `edition: 2` sarà annunciata di nuovo.",
        ),
        Kind.MISSED: Told(
            title="Non è uscito in tempo: {name}",
            what="Un annuncio di {item} non uscirà più su {channels}: {reason}.",
            do="Se importa ancora, annunciatelo a mano e scrivetelo nel registro con `banditore adopt`.",
        ),
        Kind.HELD: Told(
            title="In attesa di una persona: {name}",
            what="{item} non può uscire su {channels}: {reason}.",
            do="Rimediate entro {deadline}; dopo non uscirà più.",
        ),
        Kind.OVERDUE: Told(
            title="In ritardo",
            what="Dovevano essere già usciti: {posts}{more_}.",
            do="Controllate la rete e il registro: `banditore status` dice che cosa li trattiene.",
        ),
        Kind.FILE: Told(
            title="Errore in {file}",
            what="Riga {line}: {problem}{hint_}{more_}{who_}.",
            do="Correggete il file: fino ad allora i suoi annunci non escono, gli altri sì.",
        ),
        Kind.CHANGED: Told(
            title="Annunciato, ma è cambiato: {name}",
            what="I post già usciti non sono più veri: {changes}.",
            do="Correggete o cancellate i post qui sotto, poi premete «Fatto».",
            order="Correggete o cancellate i post elencati sotto.",
        ),
        Kind.BUDGET: Told(
            title="Budget quasi finito: {channel}",
            what="Nel mese {month} {channel} ha speso ${spent} di ${budget}.",
            do="Alzate `budget` in channels.yaml, o lasciate che il resto del mese aspetti.",
        ),
        Kind.EMPTY: Told(
            title="Niente in coda",
            what="Nei prossimi {days} giorni non esce nulla{drafts_}.",
            do="Se non è voluto, scrivete le notizie del mese o dichiaratele `status: ready`.",
        ),
        Kind.PAUSED: Told(
            title="Pausa ancora attiva",
            what="Dal {since} è in pausa {scope}, per ordine di {by}: {reason}{until_}.",
            do="Se è stata dimenticata, premete «Riprendi».",
            order="Se è stata dimenticata: `banditore resume`.",
        ),
        Kind.NODE: Told(
            title="Un nodo non risponde: {node}",
            what="{node} non pubblica{reason_}, visto l'ultima volta {since}.",
            do="Riavviatelo, o rimettetelo in ordine: gli altri nodi intanto pubblicano.",
        ),
        Kind.LEDGER: Told(
            title="Il registro non risponde",
            what="Il servizio non riesce a lavorare: {reason}.",
            do="Rimediate (disco, database): finché dura non esce nulla, poi si riprende da solo.",
        ),
        Kind.CLOCK: Told(
            title="Orologio sbagliato",
            what="{reason}.",
            do="Regolate l'orologio della macchina (NTP): gli annunci escono all'ora che esso segna.",
        ),
    },
    public={
        Public.NO: "Nulla di questo è pubblico.",
        Public.YES: "È pubblico.",
        Public.MAYBE: "Forse è pubblico.",
    },
    actions={
        Action.OUT: "È uscito",
        Action.AGAIN: "Manda di nuovo",
        Action.SURELY: "Sì, non c'è: manda di nuovo",
        Action.BACK: "No, aspetta",
        Action.SKIP: "Non si pubblica",
        Action.RESUME: "Riprendi",
        Action.DONE: "Fatto",
        Action.STOP: "Ferma",
        Action.GO: "Fai uscire",
    },
    optional={
        "hint": " ({hint})",
        "more": ", e altri {more}",
        "who": " · ultima modifica di {who}",
        "drafts": "; le bozze sono {drafts}",
        "reason": ": {reason}",
        "until": " (fino a {until})",
    },
    changes={
        "dates": "data",
        "where": "luogo",
        "link": "link",
        "cancelled": "l'evento è annullato",
        "gone": "la notizia non c'è più nei file",
    },
    phrases={
        "round_up": "riepilogo",
        "everything": "tutto",
        "day": "EEEE d MMMM",
        "tomorrow": "Prossimo giorno di lavoro, {day}: {posts} annunci, come usciranno",
        "nothing_tomorrow": "Fino a {day} compreso non esce nulla",
        "monday": "La settimana",
        "last": "Scorsa",
        "last_week": "{out}; non usciti {missed}; costo ${spent}",
        "next": "Prossima",
        "month": "Questo mese",
        "waits": "In attesa",
        "nothing": "nulla",
        "unknown": "forse usciti",
        "tasks": "da pubblicare a mano",
        "held": "trattenuti",
        "pauses": "pause",
        "stopped": "✓ {who}: fermato",
        "let_go": "✓ {who}: esce",
        "too_late": "È già uscito, o il suo tempo è passato.",
        "see_status": "/status dice come stanno le cose; il registro ha i particolari.",
        "settled": "✓ Risolto",
        "settled_by": "✓ {who}: {what}",
        "stranger": "Non siete nell'elenco di chi può ordinare qui: nulla è cambiato.",
        "stale": "/{command} è arrivato troppo tardi: non è stato eseguito.",
        "no_such": "Non c'è più nulla da fare qui.",
        "not_possible": "Non si può: {reason}",
        "do": "Che fare:",
        "really": "Guardate {address}: il post non c'è davvero? Se c'è, uscirebbe due volte.",
    },
)
