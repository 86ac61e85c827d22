//! `-Q`: which algorithms are available here.

use russh::keys::ssh_key::Algorithm;

use crate::config::AlgorithmKind;
use crate::connect::algorithms;

/// The lists that `-Q` knows, and the option names that stand for the list of their values.
const LISTS: &str = "cipher\ncipher-auth\ncompression\nkex\nkey\nkey-ca-sign\nkey-cert\nkey-plain\n\
                     key-sig\nmac\nprotocol-version\nsig\n";

/// The lines of a list; `None` when there is no such list.
pub(crate) fn lines(list: &str) -> Option<String> {
    let signatures = |is_listed: fn(&str) -> bool| {
        let names = AlgorithmKind::Signature.names().iter().copied();
        names.filter(|name| is_listed(name) && algorithms::is_available(name)).collect()
    };
    let available = |kind: AlgorithmKind| algorithms::available(kind);
    let names: Vec<&str> = match list.to_ascii_lowercase().as_str() {
        "help" => return Some(LISTS.to_owned()),
        "cipher" | "ciphers" => available(AlgorithmKind::Cipher),
        "cipher-auth" => {
            let all = available(AlgorithmKind::Cipher).into_iter();
            all.filter(|name| name.contains("gcm") || name.contains("poly1305")).collect()
        }
        "mac" | "macs" => available(AlgorithmKind::Mac),
        "kex" | "kexalgorithms" => available(AlgorithmKind::KeyExchange),
        "key" => signatures(|name| !name.starts_with("rsa-sha2")),
        "key-cert" => signatures(|name| is_certificate(name) && !name.starts_with("rsa-sha2")),
        "key-plain" => signatures(|name| !is_certificate(name) && !name.starts_with("rsa-sha2")),
        "sig" | "key-ca-sign" | "casignaturealgorithms" => signatures(|name| !is_certificate(name)),
        "key-sig" | "hostkeyalgorithms" | "pubkeyacceptedalgorithms" | "pubkeyacceptedkeytypes" => {
            signatures(|_| true)
        }
        "compression" => vec!["none", "zlib@openssh.com"],
        "protocol-version" => vec!["2"],
        _ => return None,
    };
    Some(names.into_iter().flat_map(|name| [name, "\n"]).collect())
}

fn is_certificate(name: &str) -> bool {
    Algorithm::new_certificate(name).is_ok_and(|algorithm| algorithm.as_str() != name)
}
