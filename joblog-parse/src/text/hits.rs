//! Finds the places in a block of text that may be worth reading, by a few bytes of which every
//! announcement contains one.
//!
//! This makes the tool as fast as the disk: four searches that process many bytes at once (words,
//! single bytes, dotted numbers, signs of services), and a closer look only where one of them found
//! something.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

/// Words of which every announcement contains one, each cut in two: the search is for the second
/// part, and then the first part must stand before it. They are cut so that the second part begins
/// with three letters that are rare in logs (not `res` or `ter`: a solver writes `residual` in
/// every line), because the second looks are what the search costs. Beginnings of words are enough.
/// The first part matches in any case; if it contains the capital letter, one entry covers two
/// spellings. More than 64 entries would make the search several times slower.
const WORDS: [(&str, &str); 64] = [
    // commands, key types, and the announcement of a host key
    ("", "ssh"),
    ("", "SSH"),
    ("", "Ssh"),
    ("", "SHA256:"),
    ("", "ecdsa-sha2"),
    ("", "plink"),
    ("p", "utty"),
    ("P", "uTTY"),
    ("m", "osh"), //
    ("", "user"),
    ("", "User"),
    ("", "USER"),
    ("l", "ogin"),
    ("L", "OGIN"),
    ("", "host"),
    ("", "Host"),
    ("", "HOST"),
    ("a", "ddr"),
    ("A", "DDR"),
    ("", "dns"),
    ("", "Dns"),
    ("", "DNS"),
    ("f", "qdn"),
    ("F", "QDN"),
    ("pu", "blic"),
    ("PU", "BLIC"),
    ("e", "xtern"),
    ("E", "XTERN"),
    ("en", "dpoint"),
    ("i", "pv6"),
    ("I", "Pv6"),
    ("", "IP:"),
    ("", "ip:"),
    ("", "ip ="),
    ("", "ip\""),
    ("", "IP ="),
    ("a", "ccount"),
    ("l", "og in "),
    ("c", "onnect"),
    // users in other languages, as far as the letters do not tell; the hosts are addresses, or near
    // one
    ("b", "enutzer"),
    ("u", "tilisat"),
    ("u", "suario"),
    ("u", "suário"),
    ("u", "tente "),
    ("g", "ebruik"),
    ("u", "tilizad"),
    ("br", "uker"),
    ("br", "uger"),
    ("a", "nvänd"),
    ("k", "äyttäj"),
    ("m", "elden"),
    // the end of a cluster
    ("t", "erminat"),
    ("T", "ERMINAT"),
    ("r", "estart"),
    ("R", "ESTART"),
    ("st", "opped"),
    ("ST", "OPPED"),
    ("s", "hut"),
    ("S", "HUT"),
    ("", "deleted"),
    ("dest", "royed"),
    ("pr", "eempted"),
    ("d", "eallocated"),
    ("rec", "laimed"),
];
/// Signs of a service besides the login, cut in the same way. There are few, so this search is the
/// fastest of all.
const SERVICES: [&str; 11] = [
    "://",
    "calhost:",
    "istening on",
    "VNC",
    "vnc",
    "esktop is",
    "ashboard",
    // nouns for users that have no room among the words
    "ennung",
    "dentifiant",
    "uenta",
    "nlogg",
];
/// If a port follows `://` within this many bytes, it may be a service.
const AUTHORITY_BYTES: usize = 60;
/// No match needs more bytes after its first than this.
pub(super) const LOOKAHEAD: usize = 64;
const ESC: u8 = 0x1b;
/// Bytes processed together in the search for dotted numbers.
const BLOCK: usize = 64;

/// How far each search has come.
#[derive(Default, Clone, Copy)]
pub(super) struct Hits {
    word: Find,
    mark: Find,
    dots: Find,
    service: Find,
}

/// The state of a search.
#[derive(Default, Clone, Copy)]
struct Find {
    /// There is no match before this position, except `raw`.
    clear_to: usize,
    /// The next match, promising or not.
    raw: Option<usize>,
    /// Whether the next match was examined and is promising.
    is_promising: bool,
}

impl Hits {
    /// The position of the first hit at or after `from` and before `end`; text after `end` only
    /// serves as look-ahead.
    pub(super) fn next(&mut self, text: &[u8], from: usize, end: usize) -> Option<usize> {
        static WORD_SEARCH: LazyLock<Option<Searcher>> =
            LazyLock::new(|| Searcher::new(WORDS.map(|(_, rare)| rare)));
        static SERVICE_SEARCH: LazyLock<Option<Searcher>> =
            LazyLock::new(|| Searcher::new(SERVICES));

        let find = |searcher: &Option<Searcher>, at| match searcher {
            Some(one) => one.find_in(text, (at..text.len()).into()).map(|found| found.start()),
            None => Some(at),
        };
        let find_word = |at| find(&WORD_SEARCH, at);
        let find_service = |at| find(&SERVICE_SEARCH, at);
        let find_mark =
            |at| memchr::memchr2(b'@', ESC, text.get(at..)?).map(|found: usize| at + found);
        let bounds = Bounds { from, end, text: text.len() };
        let finds = [
            self.word.advance(bounds, find_word, |at| is_word(text, at)),
            self.mark.advance(bounds, find_mark, |at| is_login_or_escape(text, at)),
            self.dots.advance(
                bounds,
                |at| dotted_number(text, at),
                |at| is_letter(text, at) || is_address(text, at),
            ),
            self.service.advance(bounds, find_service, |at| is_service(text, at)),
        ];
        finds.into_iter().flatten().min()
    }

    /// The first `bytes` bytes of the text were dropped.
    pub(super) fn shift(&mut self, bytes: usize) {
        for find in [&mut self.word, &mut self.mark, &mut self.dots, &mut self.service] {
            find.clear_to = find.clear_to.saturating_sub(bytes);
            find.raw = find.raw.and_then(|raw| raw.checked_sub(bytes));
        }
    }
}

/// Where a hit may be, and how much text there is to look ahead.
#[derive(Clone, Copy)]
struct Bounds {
    from: usize,
    end: usize,
    text: usize,
}

impl Find {
    /// The first promising match within the bounds. Nothing is searched twice: a match after the
    /// bounds is remembered.
    fn advance(
        &mut self,
        bounds: Bounds,
        search: impl Fn(usize) -> Option<usize>,
        is_promising: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut at = bounds.from;
        loop {
            let known = self.raw.filter(|raw| *raw >= at);
            self.is_promising &= known.is_some();
            let start = at.max(self.clear_to);
            if known.is_none() && start >= bounds.end {
                self.raw = None;
                return None;
            }
            self.raw = known.or_else(|| search(start));
            let Some(raw) = self.raw else {
                self.clear_to = start.max(self.clear_to).max(bounds.text.saturating_sub(LOOKAHEAD));
                return None;
            };
            self.clear_to = self.clear_to.max(raw);
            if raw >= bounds.end {
                return None;
            }
            self.is_promising = self.is_promising || is_promising(raw);
            if self.is_promising {
                return Some(raw);
            }
            at = raw + 1;
        }
    }
}

/// Whether the sign at `at` begins more than an address without a port, as most of them do.
fn is_service(text: &[u8], at: usize) -> bool {
    let Some(authority) = text.get(at..).and_then(|rest| rest.strip_prefix(b"://")) else {
        return true;
    };
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_[]:*".contains(byte);
    let bytes = authority.iter().take(AUTHORITY_BYTES).take_while(is_inside).count();
    let written = authority.get(..bytes).unwrap_or_default();
    let port = memchr::memrchr(b':', written).map(|colon| colon + 1);
    port.and_then(|port| written.get(port)).is_some_and(u8::is_ascii_digit)
}

/// Whether the second part of a word begins at `at`, with its first part before it.
fn is_word(text: &[u8], at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    WORDS.iter().any(|(lead, rare)| {
        let start = before.len().saturating_sub(lead.len());
        after.starts_with(rare.as_bytes())
            && before.get(start..).is_some_and(|it| it.eq_ignore_ascii_case(lead.as_bytes()))
            && is_word_start(text, start)
    })
}

/// A match in lower case must not follow a lower-case letter: it would be inside a word (`ghost`,
/// `superuser`).
fn is_word_start(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    !(before.is_some_and(u8::is_ascii_lowercase)
        && text.get(at).is_some_and(u8::is_ascii_lowercase))
}

/// An escape sequence, or an `@` between what may be a user and what may be a host.
fn is_login_or_escape(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    text.get(at) == Some(&ESC)
        || before.is_some_and(|byte| !byte.is_ascii_whitespace())
            && text.get(at + 1).is_some_and(|byte| !byte.is_ascii_whitespace())
}

/// The first position at or after `from` with one to three digits between two dots, or with a
/// letter of a language whose words are not searched for.
fn dotted_number(text: &[u8], from: usize) -> Option<usize> {
    let is_found = |at: usize| is_dotted_number(text, at) || is_letter(text, at);
    let mut at = from;
    while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<{ BLOCK + 4 }>()) {
        if has_dotted_number(block)
            && let Some(found) = (at..at + BLOCK).find(|at| is_found(*at))
        {
            return Some(found);
        }
        at += BLOCK;
    }
    (at..text.len()).find(|at| is_found(*at))
}

/// Whether a dotted number begins in the block. Branchless, so that the compiler vectorises it.
#[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]
fn has_dotted_number(block: &[u8; BLOCK + 4]) -> bool {
    let is_digit = |byte: u8| byte.wrapping_sub(b'0') < 10;
    let mut any = false;
    for window in block.windows(5) {
        if let [first, one, two, three, four] = *window {
            let is_three = is_digit(three) & (four == b'.');
            let is_two = is_digit(two) & ((three == b'.') | is_three);
            any |= (first == b'.') & is_digit(one) & ((two == b'.') | is_two);
            any |= is_first_of_letter(first);
        }
    }
    any
}

/// Whether a byte begins a letter outside ASCII and the common letters of western Europe in UTF-8,
/// but no sign: dashes, frames and bullets begin with 0xE2, pictures with 0xF0.
#[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]
fn is_first_of_letter(byte: u8) -> bool {
    (0xc4..0xf0).contains(&byte) & (byte != 0xe2)
}

fn is_letter(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| is_first_of_letter(*byte))
}

fn is_dotted_number(text: &[u8], at: usize) -> bool {
    let Some([b'.', rest @ ..]) = text.get(at..) else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=3).contains(&digits) && rest.get(digits) == Some(&b'.')
}

/// Whether the dot at `at` is the first of the three in a dotted quad.
fn is_address(text: &[u8], at: usize) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let before = before.iter().rev().take(16).take_while(is_part).count();
    let after = after.iter().take(16).take_while(is_part);
    (1..=3).contains(&before) && after.filter(|byte| **byte == b'.').count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_hit_and_numbers_do_not() {
        for (text, hit) in [
            ("at node 203.0.113.7 now", Some(11)),
            ("IP=1.2.3.4", Some(4)),
            ("residual 0.123 1.5 2.25 v1.2.3 1.2.3 .5.", None),
            ("x ssh y", Some(2)),
            ("a ghost", None),
            ("użytkownik: ada", Some(1)),
            ("Хост: a.example.bg", Some(0)),
            ("größer — … ✓ │ 🎉", None),
            ("utilizador", Some(1)),
            ("brukernavn", Some(2)),
            ("brugernavn", Some(2)),
            ("användarnamn", Some(1)),
            ("käyttäjä", Some(1)),
            ("Login", Some(1)),
            ("begin", None),
            ("ogin", None),
            ("unrestarted", None),
            ("ada@host1", Some(3)),
            ("a @ b", None),
            ("adminUsername", Some(5)),
            ("\x1b[1m", Some(0)),
            ("at http://node07:8888/", Some(7)),
            ("at https://pypi.org/simple", None),
            ("on localhost:8888", Some(5)),
            ("Listening on 8888", Some(1)),
        ] {
            assert_eq!(Hits::default().next(text.as_bytes(), 0, text.len()), hit, "{text}");
            let after = format!("{}{text}", "0.25 ".repeat(100));
            assert_eq!(
                Hits::default().next(after.as_bytes(), 0, after.len()),
                hit.map(|at| at + 500)
            );
        }
    }

    #[test]
    fn words_hit_in_every_spelling_however_they_are_cut() {
        let words = "ssh SSH Ssh SHA256: ecdsa-sha2 plink putty PuTTY mosh user User USER login Login LOGIN host Host \
                     HOST addr Addr ADDR dns Dns DNS fqdn FQDN public Public PUBLIC external External EXTERNAL endpoint \
                     Endpoint IPv6 Ipv6 ipv6 IP: ip: ip\" terminat Terminat TERMINAT restart Restart RESTART stopped \
                     Stopped STOPPED shut Shut SHUT deleted destroyed preempted deallocated reclaimed";
        for word in words.split_whitespace() {
            let text = format!("{}at {word} {}", "- ".repeat(40), "- ".repeat(40));
            let place = 83..83 + word.len();
            let hit = Hits::default().next(text.as_bytes(), 0, text.len());
            assert!(hit.is_some_and(|hit| place.contains(&hit)), "{word}");
        }
    }

    #[test]
    fn the_vector_search_finds_what_the_plain_one_does() {
        for number in [".1.", ".12.", ".123."] {
            for place in 0..200 {
                let text = format!("{}{number}{}", "x".repeat(place), "y".repeat(100));
                assert_eq!(dotted_number(text.as_bytes(), 0), Some(place));
            }
        }
    }
}
