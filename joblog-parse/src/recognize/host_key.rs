//! The key of a host, announced in its log: `SSHC-HOSTKEY SHA256:…`, or a line of ssh-keyscan.

use data_encoding::{BASE64, BASE64_NOPAD};
use sha2::{Digest as _, Sha256};

use crate::target::{Host, HostKey, Jump};

/// What a line begins with that announces a key in our own way.
const ANNOUNCEMENT: &str = "SSHC-HOSTKEY";

/// The host that a key is announced for, if the line names it, and the fingerprint of the key.
pub(super) fn announced(text: &str) -> Option<(Option<Host>, HostKey)> {
    if let Some((_, rest)) = text.split_once(ANNOUNCEMENT) {
        let mut words = rest.split(|c: char| c.is_whitespace() || "=,\"'".contains(c));
        let key = words.clone().find_map(|word| word.parse().ok())?;
        let host = words.find_map(|word| {
            let host = place(word)?;
            super::line::is_dotted(&host).then_some(host)
        });
        return Some((host, key));
    }
    scanned(text)
}

/// `host[,host] type base64`, as in `known_hosts(5)`.
fn scanned(text: &str) -> Option<(Option<Host>, HostKey)> {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let at = words.iter().position(|word| is_type(word))?;
    let host = words.get(at.checked_sub(1)?)?.split(',').find_map(place)?;
    let blob = words.get(at + 1)?;
    let blob = BASE64.decode(blob.as_bytes()).ok()?;
    // The blob names its type again (RFC 4253 §6.6), behind four bytes of length.
    let name = words.get(at)?.as_bytes();
    let is_of_type = blob.get(4..4 + name.len()) == Some(name);
    let digest = BASE64_NOPAD.encode(&Sha256::digest(&blob));
    is_of_type
        .then(|| format!("SHA256:{digest}").parse().ok())
        .flatten()
        .map(|key| (Some(host), key))
}

fn is_type(word: &str) -> bool {
    word.starts_with("ssh-ed25519") || word.starts_with("ecdsa-sha2-nistp") || word == "ssh-rsa"
}

fn place(word: &str) -> Option<Host> {
    word.parse::<Jump>().ok().map(|place| place.host)
}
