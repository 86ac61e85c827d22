//! Lines that say that there is no machine, or no longer: `no cluster was created`, `your lease has
//! expired`.

use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use crate::recognize::cue::{self, Cue};
use crate::recognize::spelling;

/// A longer line is no such sentence.
const LINE_BYTES: usize = 400;
/// How far after its noun the state may stand.
const STATE_WORDS: usize = 4;
const NONE: [&str; 14] = [
    "no", "kein", "keine", "keinen", "aucun", "aucune", "ningun", "ninguna", "nessun", "nessuna",
    "geen", "nenhum", "nenhuma", "zadna",
];
/// There may be many of these, and some always are elsewhere.
const MANY: [&str; 8] = ["node", "nodes", "knoten", "noeud", "noeuds", "nodo", "nodos", "nodi"];
/// What a machine is not when there is none.
const STATES: [&str; 36] = [
    "created",
    "assigned",
    "granted",
    "started",
    "provisioned",
    "available",
    "up",
    "running",
    "left",
    "remains",
    "remaining",
    "exists",
    "allocated",
    "delivered",
    "launched",
    "obtained",
    "zugeteilt",
    "gestartet",
    "verfugbar",
    "frei",
    "bereit",
    "erstellt",
    "allouee",
    "disponible",
    "creee",
    "demarree",
    "asignada",
    "creada",
    "creado",
    "disponibile",
    "creata",
    "assegnata",
    "beschikbaar",
    "disponivel",
    "criada",
    "iniciada",
];
/// What people have a machine for, as a contract.
const LEASES: [&str; 17] = [
    "lease",
    "reservation",
    "rental",
    "booking",
    "contract",
    "mietzeit",
    "miete",
    "reservierung",
    "buchung",
    "mietvertrag",
    "reserva",
    "alquiler",
    "prenotazione",
    "noleggio",
    "huur",
    "reservering",
    "rezerwacja",
];
const OVER: [&str; 17] = [
    "ended",
    "expired",
    "over",
    "withdrawn",
    "abgelaufen",
    "vorbei",
    "beendet",
    "zuende",
    "expiree",
    "terminee",
    "caducada",
    "terminada",
    "scaduta",
    "finita",
    "afgelopen",
    "verlopen",
    "wygasla",
];
/// What is done to a machine that nobody needs.
const BACK: [&str; 3] = ["returned", "recycled", "repossessed"];
const NOT_NOW: [&str; 16] = [
    "will", "when", "if", "once", "until", "before", "unless", "may", "can", "after", "wenn",
    "falls", "si", "quand", "cuando", "quando",
];

/// Whether the line says that no machine is there, or that the contract for it is over.
pub(super) fn says_over(text: &str) -> bool {
    if text.len() > LINE_BYTES || !may_say(text) {
        return false;
    }
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(spelling::folded).collect::<Vec<_>>();
    let is_one_of = |word: &String, all: &[&str]| all.contains(&word.as_str());
    if words.iter().any(|word| is_one_of(word, &NOT_NOW)) {
        return false;
    }
    let follows = |at: usize, all: &[&str]| {
        words.iter().skip(at + 1).take(STATE_WORDS).any(|word| is_one_of(word, all))
    };
    (0..words.len()).any(|at| {
        let Some(noun) = words.get(at) else { return false };
        if is_one_of(noun, &LEASES) {
            return follows(at, &OVER);
        }
        if noun == "boot" && words.get(at + 1).is_some_and(|word| word == "failed") {
            return true;
        }
        let is_machine = matches!(cue::of_word(noun), Some(Cue::Machine | Cue::Cluster));
        if is_machine && words.get(at + 1).is_some_and(|word| is_one_of(word, &BACK)) {
            return true;
        }
        let is_none = at.checked_sub(1).and_then(|it| words.get(it));
        is_none.is_some_and(|word| is_one_of(word, &NONE))
            && !is_one_of(noun, &MANY)
            && is_machine
            && follows(at, &STATES)
    })
}

/// Whether the text contains the beginning of such a sentence.
fn may_say(text: &str) -> bool {
    const STEMS: [&str; 26] = [
        "boot failed",
        " returned",
        " recycled",
        " repossessed",
        "no ",
        "No ",
        "kein",
        "Kein",
        "ucun",
        "ing\u{fa}n",
        "inguna",
        "essun",
        "geen",
        "Geen",
        "enhum",
        "adna ",
        "lease",
        "Lease",
        "eservation",
        "ental",
        "ooking",
        "ontract",
        "iete",
        "ietzeit",
        "eservierung",
        "eserva ",
    ];
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| Searcher::new(STEMS));
    searcher.as_ref().is_none_or(|searcher| searcher.find(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_told_from_what_is_limited() {
        for (text, is_over) in [
            ("runctl: no cluster was created", true),
            ("giving up, no instance is running", true),
            ("Es wurden keine Rechner zugeteilt.", true),
            ("Aucune machine n'est disponible.", true),
            ("Your lease has expired.", true),
            ("The reservation is over", true),
            ("No machine will be started before noon", false),
            ("no nodes are running", false),
            ("There is no server limit", false),
            ("no password is needed on this machine", false),
            ("The lease will have expired by noon", false),
            ("Your lease ends at noon", false),
            ("boot failed, machine returned to pool", true),
            ("the function returned 0", false),
        ] {
            assert_eq!(says_over(text), is_over, "{text}");
        }
    }
}
