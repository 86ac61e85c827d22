//! Words that address the reader, and words that refer to what stands before them.

use crate::recognize::parsed_line::{ParsedLine, Signs};

/// `conda run`, `nextflow run`: an argument of a program.
pub(super) fn is_subcommand(line: &ParsedLine<'_>, at: usize) -> bool {
    let is_run = line.tokens.get(at).is_some_and(|token| token.text == "run");
    let has_sign = line.gap_behind(at).has(Signs::COLON) || line.gap_behind(at).has(Signs::SIGN);
    is_run && !has_sign && at == 1 && line.cues(0).is_empty()
}

/// Whether a line speaks of what stands above it.
pub(in crate::recognize) fn refers_back(line: &ParsedLine<'_>) -> bool {
    const BACK: [&str; 15] = [
        "above",
        "these",
        "oben",
        "obige",
        "obigen",
        "dessus",
        "arriba",
        "anterior",
        "acima",
        "sopra",
        "hierboven",
        "powyżej",
        "výše",
        "yukarıda",
        "выше",
    ];
    let is_back = |text: &str| BACK.iter().any(|word| text.eq_ignore_ascii_case(word));
    line.tokens.iter().any(|token| is_back(token.text)) || line.text.contains(['↑', '^'])
}

/// Forms of politeness, in scripts without blanks: they address the reader.
pub(super) const POLITE: [&str; 7] =
    ["ください", "下さい", "请", "請", "하세요", "십시오", "주세요"];

/// Words that address the reader but are not cues, and words for what is new.
pub(super) const TOLD: [&str; 20] = [
    "interactive",
    "paste",
    "home",
    "outside",
    "laptop",
    "instead",
    "you",
    "please",
    "run",
    "use",
    "type",
    "now",
    "new",
    "sie",
    "bitte",
    "vous",
    "usted",
    "te",
    "du",
    "lei",
];
