//! What names a machine or a port of another service: labels, names of hosts, port numbers.

use crate::recognize::cue::{self, Cue};
use crate::target::Host;

/// Ports of services with users and hosts of their own, which are never those of ssh.
const SERVICE_PORTS: [u16; 47] = [
    20, 21, 23, 25, 53, 80, 88, 110, 111, 123, 143, 161, 389, 443, 445, 465, 514, 587, 636, 873,
    993, 995, 1194, 1433, 1521, 1883, 2049, 3128, 3306, 3389, 5432, 5671, 5672, 5900, 5901, 6379,
    6443, 6817, 6818, 8080, 8443, 8883, 8888, 9092, 9200, 27017, 51820,
];

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
    let first = first.trim_end_matches(|c: char| c.is_ascii_digit());
    // People may log in to these.
    let is_way_in = ["gateway", "portal", "console", "api", "web", "worker", "docker", "monitor"];
    let first = first.to_ascii_lowercase();
    let cue = cue::of_word(&first);
    first == "sftp"
        || matches!(cue, Some(Cue::Foreign | Cue::Other | Cue::Action))
            && !is_way_in.contains(&first.as_str())
}

/// Whether the port belongs to another service.
pub(in crate::recognize) fn is_service_port(port: u16) -> bool {
    SERVICE_PORTS.contains(&port)
}
