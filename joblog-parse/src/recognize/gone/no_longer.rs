//! Phrases for what is not, or no longer, there.

use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

/// Whether the line says `no longer` or `not yet`, in a language of the vocabulary: then what it
/// names is not there.
pub(in crate::recognize) fn says_no_longer(text: &str) -> bool {
    const SIGNS: [&str; 60] = [
        "will be created",
        "was rejected",
        "wurde abgelehnt",
        "pending approval",
        "awaiting approval",
        "gerade gelöscht",
        "being deleted",
        "being destroyed",
        "en cours de suppression",
        "closed by remote host",
        "was available as",
        "was reachable",
        "was accessible",
        "war erreichbar",
        "était accessible",
        "era accesible",
        "era raggiungibile",
        "has no permission",
        "not yet active",
        "not yet available",
        "non ancora",
        "pas encore disponible",
        "pas encore actif",
        "noch nicht aktiv",
        "noch nicht verfügbar",
        "aún no",
        "todavía no",
        "ainda não está",
        "nog niet",
        "in attesa di",
        "en attente de",
        "jeszcze nie",
        "ještě není",
        "n't have access",
        "not have access",
        "keinen Zugang",
        "keinen Zugriff",
        "pas accès",
        "no longer ",
        "any more.",
        "any longer.",
        "anymore",
        "nicht mehr",
        "n'est plus",
        "n'existe plus",
        "ne sont plus",
        "ya no ",
        "já não ",
        "não existe mais",
        "non esiste più",
        "non è più",
        "niet meer",
        "już nie",
        "již ne",
        "больше не",
        "もうあり",
        "不再",
        "더 이상",
        "inte längre",
        "ikke længere",
    ];
    const NEED: [&str; 9] =
        ["need", "nötig", "nécess", "neces", "potrzeb", "nodig", "requir", " ask", "have to"];
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| Searcher::new(SIGNS));
    let has_sign = searcher.as_ref().map_or_else(
        || SIGNS.iter().any(|sign| text.contains(sign)),
        |searcher| searcher.find(text).is_some(),
    );
    has_sign && !NEED.iter().any(|need| text.contains(need))
}
