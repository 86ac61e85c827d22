//! PPK files with lost line ends: the headers, which are always the same, show where each line
//! began.

use zeroize::Zeroizing;

use super::{Damage, Repaired, digits};

/// The headers after the first, in order, and whether lines of base64 follow them.
const HEADERS: [(&str, bool); 10] = [
    ("Encryption:", false),
    ("Comment:", false),
    ("Public-Lines:", true),
    ("Key-Derivation:", false),
    ("Argon2-Memory:", false),
    ("Argon2-Passes:", false),
    ("Argon2-Parallelism:", false),
    ("Argon2-Salt:", false),
    ("Private-Lines:", true),
    ("Private-MAC:", false),
];

/// The file with one line per header, and base64 in lines of 64 digits.
pub(super) fn reflowed(text: &str) -> Option<Repaired> {
    let start = text.find("PuTTY-User-Key-File-")?;
    let mut rest = text.get(start..)?;
    let mut lines = Zeroizing::new(Vec::with_capacity(2 * text.len()));
    let mut undone = Vec::new();
    let before = text.get(..start)?;
    if !before.trim().is_empty() {
        undone.push(Damage::Wrapped);
    }
    let (first, after) = up_to_header(rest, 0)?;
    let mut words = first.split_whitespace();
    let (version, algorithm) = (words.next()?, words.next()?);
    lines.extend_from_slice(format!("{version} {algorithm}\n").as_bytes());
    rest = after;
    for (place, (header, is_base64)) in HEADERS.iter().enumerate() {
        let Some(after) = rest.strip_prefix(header) else { continue };
        let (value, after) = match up_to_header(after, place + 1) {
            Some(found) => found,
            None => (after, ""),
        };
        rest = after;
        if *is_base64 {
            let value = value.trim_start();
            let count = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (base64, lost_padding) = digits(value.get(count..)?)?;
            undone.extend(lost_padding.then_some(Damage::LostPadding));
            let body = base64.as_bytes().chunks(64);
            lines.extend_from_slice(format!("{header} {}\n", body.len()).as_bytes());
            for line in body {
                lines.extend_from_slice(line);
                lines.push(b'\n');
            }
        } else if *header == "Private-MAC:" {
            let value = value.trim_start();
            let length =
                value.len() - value.trim_start_matches(|c: char| c.is_ascii_hexdigit()).len();
            let (mac, after) = value.split_at(length);
            lines.extend_from_slice(format!("{header} {mac}\n").as_bytes());
            undone.extend((!after.trim().is_empty()).then_some(Damage::Wrapped));
        } else {
            let value = value.trim_matches(|c: char| c.is_whitespace());
            lines.extend_from_slice(format!("{header} {value}\n").as_bytes());
        }
    }
    let are_lines_lost = text.trim().lines().count() < 6;
    undone.extend(are_lines_lost.then_some(Damage::LostLineEnds));
    let has_blanks = text.lines().any(|line| line.trim() != line);
    undone.extend(has_blanks.then_some(Damage::Blanks));
    Some(Repaired { text: lines, undone })
}

/// The text from here to the next header, and the rest from that header on.
fn up_to_header(text: &str, place: usize) -> Option<(&str, &str)> {
    let places = HEADERS.get(place..)?.iter().filter_map(|(header, _)| text.find(header));
    text.split_at_checked(places.min()?)
}
