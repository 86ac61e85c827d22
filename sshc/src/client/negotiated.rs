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

fn lines(names: &Names) -> [String; 4] {
    let Names { kex, key, .. } = names;
    let cipher = names.cipher.as_ref();
    let is_authenticating = AUTHENTICATING.iter().any(|part| cipher.contains(part));
    let direction = |name: &str, mac: &str, compression: &Compression| {
        let mac = if is_authenticating { IMPLICIT } else { mac };
        let compression = compression_name(compression);
        format!("kex: {name} cipher: {cipher} MAC: {mac} compression: {compression}")
    };
    let (received, sent) = (&names.server_compression, &names.client_compression);
    [
        format!("kex: algorithm: {}", kex.as_ref()),
        format!("kex: host key algorithm: {key}"),
        direction("server->client", names.server_mac.as_ref(), received),
        direction("client->server", names.client_mac.as_ref(), sent),
    ]
}

fn compression_name(compression: &Compression) -> &'static str {
    match compression {
        Compression::None => "none",
        Compression::Zlib => "zlib",
        Compression::ZlibOpenSSH => "zlib@openssh.com",
    }
}
