//! The meaning of a label: `Job username on the system`, `publicIpAddress`, `ansible_port`.
//!
//! Its noun decides, and so does a word that ties it to another service: the host of a database and
//! the user of a web site are never the cluster's. An unknown word changes nothing.

use super::cue::{self, Cue};
use super::spelling;

/// The meaning of a label's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Label {
    User,
    /// A host called public, or not called private.
    Host,
    PrivateHost,
    Port,
    /// The name or number of a job, a cluster or a machine, which ties halves together.
    Job,
    Cluster,
    Machine,
    IdentityFile,
    HostKey,
    Jump,
    /// In an object of a name and a value: the name.
    Name,
    /// The value in an object whose meaning is stated elsewhere.
    Value,
    /// A host or user of something else.
    Foreign,
}

/// Whether a label names a part of a login: its user, host or port.
pub(super) fn is_of_login(label: &str) -> bool {
    matches!(classify(label), Some(Label::User | Label::Host | Label::PrivateHost | Label::Port))
}

/// The meaning of a key, a heading or a label in words.
pub(super) fn classify(label: &str) -> Option<Label> {
    let words = spelling::words(label);
    let words = words.iter().map(String::as_str).collect::<Vec<_>>();
    if let Some(label) = special(&words) {
        return Some(label);
    }
    let mut cues = Vec::new();
    for word in label.split_whitespace() {
        cue::of(word, &mut cues);
    }
    cue::resolve(&mut cues);
    meaning(&cues)
}

/// Labels that have a meaning only as a whole.
pub(super) fn special(words: &[&str]) -> Option<Label> {
    Some(match words {
        ["host", "key"] | [.., "host", "key", "fingerprint"] | ["sshc", "hostkey"] => {
            Label::HostKey
        }
        ["identityfile"]
        | ["identity" | "key", "file"]
        | [.., "private" | "ssh", "key", "file"] => Label::IdentityFile,
        ["proxy", "jump"] | ["proxyjump"] | ["jump", "host"] => Label::Jump,
        [.., "job" | "jobs", "id" | "name" | "number" | "no"] | ["job" | "jobid" | "jobname"] => {
            Label::Job
        }
        [.., "cluster", "id" | "name"] | ["clusterid" | "clustername"] => Label::Cluster,
        [.., "instance" | "machine" | "vm" | "node", "id"] | ["instanceid"] => Label::Machine,
        ["key"] | ["output", "key"] => Label::Name,
        ["value"] | ["output", "value"] => Label::Value,
        _ => return None,
    })
}

/// The meaning of a phrase's noun: the last one before the first `of`, `on` or `is` after a noun.
pub(super) fn meaning(cues: &[Cue]) -> Option<Label> {
    if cues.iter().any(|cue| matches!(cue, Cue::Foreign | Cue::Other | Cue::From | Cue::Jump)) {
        return Some(Label::Foreign);
    }
    let is_private = cues.contains(&Cue::Private) && !cues.contains(&Cue::Public);
    let mut noun = None;
    let mut is_named = false;
    for cue in cues {
        match cue {
            Cue::User | Cue::UserName | Cue::Account | Cue::Login => noun = Some(Label::User),
            // `Nom de connexion`
            Cue::Connect if is_named && noun.is_none() => noun = Some(Label::User),
            Cue::Host | Cue::Machine | Cue::Main | Cue::Public | Cue::Cluster
                if !matches!(noun, Some(Label::User)) || *cue == Cue::Host =>
            {
                noun = Some(if is_private { Label::PrivateHost } else { Label::Host });
            }
            Cue::Port => noun = Some(Label::Port),
            Cue::Name => is_named = true,
            // A noun that only qualifies another one: `Job name`, `user interface`, `node id`.
            Cue::Compound if noun.is_none() => {}
            Cue::Compound | Cue::Version | Cue::Key | Cue::EventKey => return None,
            Cue::Id if !matches!(noun, Some(Label::User)) => return None,
            Cue::Job if noun.is_none() => is_named = false,
            Cue::Of | Cue::At | Cue::Is if noun.is_some() => break,
            _ => {}
        }
    }
    let is_verb = |cue: &Cue| matches!(cue, Cue::Connect);
    match noun {
        None if cues.iter().any(is_verb)
            && cues.iter().rev().find(|cue| **cue != Cue::Function) == Some(&Cue::As) =>
        {
            Some(Label::User)
        }
        None if cues.iter().any(is_verb) && !is_named => Some(Label::Host),
        noun => noun,
    }
}

/// How a host is named, which decides whether it may replace an announced one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Naming {
    /// The words of the label, in lower case.
    words: String,
    /// Whether it is named as the cluster's: as public or as the master node, not only as a host or
    /// a server.
    pub(super) is_announcement: bool,
}

impl Naming {
    /// The naming by the words of a phrase and their cues.
    pub(super) fn of(words: String, cues: &[Cue]) -> Self {
        let is_main = cues.contains(&Cue::Public) || cues.contains(&Cue::Main);
        Self { words, is_announcement: is_main && !cues.contains(&Cue::Compute) }
    }

    /// Whether it is the keyword of `ssh_config(5)`.
    pub(super) fn is_setting(&self) -> bool {
        self.words == "hostname"
    }

    /// Whether both have the same words.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

/// Whether the name of an object belongs to another service than the cluster.
pub(super) fn names_service(name: &str) -> bool {
    let mut cues = Vec::new();
    cue::of(name, &mut cues);
    (cues.contains(&Cue::Foreign) || cues.contains(&Cue::Other)) && !cues.contains(&Cue::Public)
}

/// Whether the name of an object or a section names one thing among several: `B`, `node2`,
/// `cluster-b`. Other names may say what the values are.
pub(super) fn names_one(name: &str) -> bool {
    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_letter = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let is_kind = |text: &str| {
        let text = text.trim_end_matches(['-', '_']).to_ascii_lowercase();
        let cue = cue::of_word(&text);
        matches!(cue, Some(Cue::Machine | Cue::Main | Cue::Cluster)) || text == "host"
    };
    let (stem, last) = name.rsplit_once(['-', '_']).unwrap_or_default();
    is_letter(name) || (kind != name && is_kind(kind)) || (is_letter(last) && is_kind(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_what_they_say() {
        use Label::{Foreign, Host, HostKey, Job, Machine, Port, PrivateHost, User};
        for (label, meaning) in [
            ("Job username on the system", Some(User)),
            ("Username for this job", Some(User)),
            ("Username of the job", Some(User)),
            ("ansible_user", Some(User)),
            ("adminUsername", Some(User)),
            ("login", Some(User)),
            ("Nombre de usuario", Some(User)),
            ("Nazwa użytkownika", Some(User)),
            ("使用者名稱", Some(User)),
            ("public IP address of the master node", Some(Host)),
            ("Adresse IP publique du nœud maître", Some(Host)),
            ("controller_ip", Some(Host)),
            ("instance_public_ip", Some(Host)),
            ("EXTERNAL_IP", Some(Host)),
            ("Connecting to", Some(Host)),
            ("Log in at", Some(Host)),
            ("Log in as", Some(User)),
            ("privateIpAddress", Some(PrivateHost)),
            ("ansible_port", Some(Port)),
            ("remoteLoginPort", Some(Port)),
            ("Job ID", Some(Job)),
            ("instanceId", Some(Machine)),
            ("host key", Some(HostKey)),
            ("license server", Some(Foreign)),
            ("db_host", Some(Foreign)),
            ("remote_addr", Some(Foreign)),
            ("User defined parameters", None),
            ("user interface", None),
            ("residual", None),
        ] {
            assert_eq!(classify(label), meaning, "{label}");
        }
    }
}
