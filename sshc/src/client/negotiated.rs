//! The algorithms of a key exchange, logged in the words of `ssh -v`: scripts look for them.

use russh::Names;
use russh::compression::Compression;

/// What ssh writes for the MAC of a cipher that authenticates by itself.
const IMPLICIT: &str = "<implicit>";

/// Parts of the names of such ciphers.
const AUTHENTICATING: [&str; 2] = ["gcm", "poly1305"];

/// Logs what was agreed on, for each key exchange of a connection.
pub(super) fn log(names: &Names) {
    for line in lines(names) {
        log::info!("{line}");
    }
    log::info!("SSH2_MSG_NEWKEYS sent");
}

/// The same in the words of `ssh -O conninfo`.
pub(super) fn summary(names: &Names) -> String {
    let Names { kex, key, .. } = names;
    let cipher = names.cipher.as_ref();
    let (received, sent) = macs(names);
    let mac = both(received, sent);
    let (received, sent) = (&names.server_compression, &names.client_compression);
    let compression = both(compression_name(received), compression_name(sent));
    format!(
        "  kexalgorithm {}\n  hostkeyalgorithm {key}\n  cipher {cipher}\n  mac {mac}\n  \
         compression {compression}\n",
        kex.as_ref()
    )
}

/// A name, or the names of the two directions.
fn both(received: &str, sent: &str) -> String {
    if received == sent { sent.to_owned() } else { format!("{received} in, {sent} out") }
}

/// The MACs of what is received and sent.
fn macs(names: &Names) -> (&str, &str) {
    let cipher = names.cipher.as_ref();
    if AUTHENTICATING.iter().any(|part| cipher.contains(part)) {
        return (IMPLICIT, IMPLICIT);
    }
    (names.server_mac.as_ref(), names.client_mac.as_ref())
}

fn lines(names: &Names) -> [String; 4] {
    let Names { kex, key, .. } = names;
    let cipher = names.cipher.as_ref();
    let direction = |name: &str, mac: &str, compression: &Compression| {
        let compression = compression_name(compression);
        format!("kex: {name} cipher: {cipher} MAC: {mac} compression: {compression}")
    };
    let (received, sent) = (&names.server_compression, &names.client_compression);
    let (mac_received, mac_sent) = macs(names);
    [
        format!("kex: algorithm: {}", kex.as_ref()),
        format!("kex: host key algorithm: {key}"),
        direction("server->client", mac_received, received),
        direction("client->server", mac_sent, sent),
    ]
}

fn compression_name(compression: &Compression) -> &'static str {
    match compression {
        Compression::None => "none",
        Compression::Zlib => "zlib",
        Compression::ZlibOpenSSH => "zlib@openssh.com",
    }
}
