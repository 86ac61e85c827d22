//! Host keys announced in a log: `SSHC-HOSTKEY SHA256:…`, or a line of ssh-keyscan.

use std::num::NonZeroU16;
use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use data_encoding::{BASE64, BASE64_NOPAD};
use sha2::{Digest as _, Sha256};

use super::finding::{AnnouncedKey, KeyKind};
use crate::target::{Host, Jump, parse_port};

/// How a line begins that announces a key in our own format.
const ANNOUNCEMENT: &str = "SSHC-HOSTKEY";

/// The key that a line announces, and its host if the line names one.
pub(super) fn announced(text: &str) -> Option<AnnouncedKey> {
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER
        .get_or_init(|| Searcher::new([ANNOUNCEMENT, "ssh-rsa", "ssh-ed25519", "ecdsa-sha2"]));
    if searcher.as_ref().is_some_and(|searcher| searcher.find(text).is_none()) {
        return None;
    }
    if let Some((_, rest)) = text.split_once(ANNOUNCEMENT) {
        let mut words = rest.split(|c: char| c.is_whitespace() || "=,\"'".contains(c));
        let key = words.clone().find_map(|word| word.parse().ok())?;
        let place = words.find_map(|word| {
            let place = word.parse::<Jump>().ok()?;
            place.host.is_dotted().then_some(place)
        });
        let (host, port) = place.map(|place| (place.host, place.port)).unzip();
        return Some(AnnouncedKey { host, port: port.flatten(), kind: KeyKind::Told, key });
    }
    scanned(text)
}

/// `host[,host] type base64`, as in `known_hosts(5)`.
fn scanned(text: &str) -> Option<AnnouncedKey> {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let (at, kind) = words.iter().enumerate().find_map(|(at, word)| Some((at, kind(word)?)))?;
    let (host, port) = words.get(at.checked_sub(1)?)?.split(',').find_map(place)?;
    let blob = words.get(at + 1)?;
    let blob = BASE64.decode(blob.as_bytes()).ok()?;
    // The blob repeats its type (RFC 4253 §6.6) after four bytes of length.
    let name = words.get(at)?.as_bytes();
    if blob.get(4..4 + name.len()) != Some(name) {
        return None;
    }
    let digest = BASE64_NOPAD.encode(&Sha256::digest(&blob));
    let key = format!("SHA256:{digest}").parse().ok()?;
    Some(AnnouncedKey { host: Some(host), port, kind, key })
}

fn kind(word: &str) -> Option<KeyKind> {
    match word {
        "ssh-rsa" => Some(KeyKind::Rsa),
        word if word.starts_with("ssh-ed25519") => Some(KeyKind::Ed25519),
        word if word.starts_with("ecdsa-sha2-nistp") => Some(KeyKind::Ecdsa),
        _ => None,
    }
}

/// A host as in `known_hosts`: in brackets if a port follows.
fn place(word: &str) -> Option<(Host, Option<NonZeroU16>)> {
    match word.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
        Some((host, port)) => Some((host.parse().ok()?, Some(parse_port(port).ok()?))),
        None => Some((word.parse().ok()?, None)),
    }
}
