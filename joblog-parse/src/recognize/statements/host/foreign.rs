//! What names a machine or a port of another service: labels, names of hosts, port numbers.

use super::super::Reader;
use crate::recognize::cue::{self, Cue};
use crate::recognize::parsed_line::Signs;
use crate::target::Host;

/// Labels of the machine that data is sent to.
const FAR_ENDS: [&str; 22] = [
    "serveur de sauvegarde",
    "servidor de respaldo",
    "servidor de copias",
    "servidor de backup",
    "server di backup",
    "sicherungsserver",
    "backupserver",
    "archive host",
    "archive server",
    "zielserver",
    "zielhost",
    "zielsystem",
    "zielrechner",
    "serveur de destination",
    "serveur cible",
    "servidor de destino",
    "server di destinazione",
    "destination server",
    "remote storage",
    "doelserver",
    "serwer docelowy",
    "cilovy server",
];

/// Whether a label names the machine that data is sent to.
pub(super) fn is_far_end(label: &str) -> bool {
    FAR_ENDS.iter().any(|end| label.contains(end))
}

/// Whether the first label of the name is that of a service, as in `proxy.example.org`.
pub(in crate::recognize) fn is_of_service(host: &Host) -> bool {
    let Host::Name(name) = host else { return false };
    let first = name.split('.').next().unwrap_or_default();
    let is_store = ["s3", "minio", "swift", "blob"].contains(&first);
    let first = first.trim_end_matches(|c: char| c.is_ascii_digit());
    // People may log in to these.
    let is_way_in =
        ["ui", "gateway", "portal", "console", "api", "web", "worker", "docker", "monitor"];
    let first = first.to_ascii_lowercase();
    let cue = cue::of_word(&first);
    is_store
        || first == "sftp"
        || matches!(cue, Some(Cue::Foreign | Cue::Other | Cue::Action))
            && !is_way_in.contains(&first.as_str())
}

/// Whether the first label of the name is that of a service for files.
pub(super) fn is_for_files(host: &Host) -> bool {
    let Host::Name(name) = host else { return false };
    name.split('.').next().is_some_and(|first| ["sftp", "ftp"].contains(&first))
}

impl Reader<'_, '_> {
    /// Whether it is a name server: `DNS server`, `name server`.
    pub(super) fn is_resolver(&self, word: usize) -> bool {
        let text = |word: usize| {
            self.line.tokens.get(word).map_or("", |token| token.text).to_ascii_lowercase()
        };
        text(word).starts_with("server")
            && word
                .checked_sub(1)
                .is_some_and(|before| matches!(text(before).as_str(), "dns" | "name"))
            && !self.gap(word).has(Signs::SIGN)
    }

    /// Whether it is a server for files, time and the like, or a network's gateway.
    pub(in crate::recognize::statements) fn is_of_things(&self, word: usize) -> bool {
        const OF: [&str; 13] = [
            "default", "nat", "vpn", "api", "internet", "network", "web", "mail", "sms", "payment",
            "data", "storage", "ip",
        ];
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        // `Gateway: 203.0.113.1` is the network's, `login gateway: 203.0.113.1` is not.
        let is_alone = word == 0 && self.gap(word + 1).has(Signs::SIGN);
        let is_gateway = text(word).eq_ignore_ascii_case("gateway")
            && (is_alone
                || word
                    .checked_sub(1)
                    .is_some_and(|it| OF.iter().any(|of| text(it).eq_ignore_ascii_case(of))));
        if is_gateway {
            return true;
        }
        word.checked_sub(1).is_some_and(|before| {
            self.line.has(before, Cue::Compound)
                && !self.gap(word).has(Signs::SIGN)
                && !self.gap(word).has(Signs::BREAK)
        })
    }

    /// Whether the line is about logging in, rather than only about files.
    pub(super) fn says_shell(&self) -> bool {
        self.line.tokens.iter().enumerate().any(|(at, token)| {
            self.line.has_any(at, &[Cue::Connect, Cue::Ssh, Cue::Login])
                && !token.text.to_ascii_lowercase().contains("ftp")
        })
    }
}
