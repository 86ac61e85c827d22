//! What a label means: `Job username on the system`, `publicIpAddress`, `ansible_port`.
//!
//! The vocabulary is closed: a label with a word in it that is not known here means nothing, so that the host of a
//! database or the user of a web site is never taken for the cluster's.

use super::spelled;
use super::vocabulary::{
    FILLERS, FOREIGN, HOSTS, MACHINES, OTHER_SERVICES, PRIVATE, PUBLIC, USERS,
};

/// What the value behind a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Label {
    User,
    /// A host that is said to be public, or not said to be private.
    Host,
    PrivateHost,
    Port,
    /// The name or number of a job, a cluster or a machine, by which halves are joined.
    Job,
    Cluster,
    Machine,
    IdentityFile,
    HostKey,
    Jump,
    /// In an object of a name and a value: what the value is.
    Name,
    /// The value in an object that says elsewhere what it is.
    Value,
    /// A host or user of something else; it is shown by `--explain`.
    Foreign,
}

/// How a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One word of a file's format: a JSON key, the left of an `=`, the heading of a column.
    Key,
    /// Words of a sentence, of which only the last ones may belong to the label.
    Phrase,
}

/// How a host is named, which tells whether it may take the place of one that was announced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Naming {
    /// The words of the label, in lower case.
    words: String,
    /// It is named as the cluster's: as public, or as that of the master node, not only as a host or a server.
    pub(super) is_announcement: bool,
}

impl Naming {
    /// The name that a label gives.
    pub(super) fn of(label: &str, form: Form) -> Self {
        let words = spelled::words(label);
        let words = words.iter().map(String::as_str).collect::<Vec<_>>();
        let known = match form {
            Form::Key => Some(words.as_slice()),
            Form::Phrase => last_known(label, &words),
        };
        let known = known.unwrap_or_default();
        let is_cluster = |word: &&str| {
            PUBLIC.contains(word)
                || (MACHINES.contains(word) && !matches!(*word, "server" | "machine"))
        };
        Self {
            words: known.join(" "),
            is_announcement: known.iter().any(is_cluster) && !known.contains(&"compute"),
        }
    }

    /// Whether both have the same words.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

/// What the label means, if anything.
pub(super) fn classify(label: &str, form: Form) -> Option<Label> {
    let words = spelled::words(label);
    let mut words = words.iter().map(String::as_str).collect::<Vec<_>>();
    if let Some(label) = special(&words) {
        return Some(label);
    }
    if form == Form::Phrase {
        words = without_letters(&words);
    }
    if words.iter().any(|word| is_other(word)) || names_resolver(&words) {
        return names_login(&words).then_some(Label::Foreign);
    }
    let known = match form {
        Form::Key => words.as_slice(),
        Form::Phrase => last_known(label, &words)?,
    };
    if !known.iter().all(|word| is_known(word)) {
        return None;
    }
    meaning(known)
}

/// Labels that mean something only as a whole.
fn special(words: &[&str]) -> Option<Label> {
    Some(match words {
        ["host", "key"] | [.., "host", "key", "fingerprint"] | ["sshc", "hostkey"] => {
            Label::HostKey
        }
        ["identityfile"]
        | ["identity" | "key", "file"]
        | [.., "private" | "ssh", "key", "file"] => Label::IdentityFile,
        ["proxy", "jump"] | ["proxyjump"] | ["jump", "host"] => Label::Jump,
        [.., "job" | "jobs", "id" | "name" | "number" | "no"]
        | [.., "job"]
        | ["jobid" | "jobname"] => Label::Job,
        [.., "cluster", "id" | "name"] | ["clusterid" | "clustername"] => Label::Cluster,
        [.., "instance" | "machine" | "vm" | "node", "id"] | ["instanceid"] => Label::Machine,
        ["key"] | ["output", "key"] => Label::Name,
        ["value"] | ["output", "value"] => Label::Value,
        ["port"] | ["ssh" | "ansible", "port"] | [_, "ssh", "port"] => Label::Port,
        _ => return None,
    })
}

/// Whether the words are about something other than the cluster: a proxy, a licence server, where somebody comes from.
pub(super) fn is_foreign(label: &str) -> bool {
    spelled::words(label).iter().any(|word| is_other(word))
}

/// The last words that are all known, where the word before them does not belong to them.
fn last_known<'a>(label: &str, words: &'a [&'a str]) -> Option<&'a [&'a str]> {
    let unknown = words.iter().rposition(|word| !is_known(word));
    let Some(unknown) = unknown else { return Some(words) };
    let known = words.get(unknown + 1..).filter(|known| !known.is_empty())?;
    let before = words.get(unknown)?;
    let first = known.first()?;
    let is_new_phrase = label.split_whitespace().any(|word| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.to_lowercase().starts_with(first)
    });
    let is_level = matches!(
        *before,
        "info" | "debug" | "notice" | "warn" | "warning" | "error" | "z" | "utc" | "am" | "pm"
    );
    let is_number = before.starts_with(|c: char| c.is_ascii_digit());
    let is_determined = PUBLIC.contains(first)
        || matches!(*first, "the" | "as" | "with" | "ssh" | "at" | "to" | "and");
    (is_new_phrase || is_level || is_number || is_determined).then_some(known)
}

fn is_known(word: &str) -> bool {
    [USERS, HOSTS, MACHINES, PUBLIC, PRIVATE, FILLERS].iter().any(|list| list.contains(&word))
}

/// Whether a word has a part in some label, and so is no name.
pub(super) fn is_word(word: &str) -> bool {
    const OTHERS: &[&str] = &[
        "time",
        "defined",
        "data",
        "mode",
        "interface",
        "root's",
        "has",
        "was",
        "are",
        "must",
        "can",
        "not",
        "soon",
    ];
    is_known(word) || is_other(word) || OTHERS.contains(&word)
}

/// Whether the name of an object is that of a service which is not the cluster.
pub(super) fn names_service(name: &str) -> bool {
    spelled::words(name).iter().any(|word| OTHER_SERVICES.contains(&word.as_str()))
}

/// Whether the name of an object or a section is that of one thing among several: `B`, `node2`, `cluster-b`. Other names may
/// say what the values are.
pub(super) fn names_one(name: &str) -> bool {
    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_letter = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let is_kind = |text: &str| {
        let text = text.trim_end_matches(['-', '_']).to_ascii_lowercase();
        MACHINES.contains(&text.as_str()) || text == "host"
    };
    let (stem, last) = name.rsplit_once(['-', '_']).unwrap_or_default();
    is_letter(name) || (kind != name && is_kind(kind)) || (is_letter(last) && is_kind(stem))
}

fn is_other(word: &str) -> bool {
    FOREIGN.contains(&word) || OTHER_SERVICES.contains(&word)
}

/// The words without the letters that tell clusters apart: `Cluster B user`.
fn without_letters<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let before = std::iter::once(&"").chain(words);
    let is_letter = |word: &str| word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let kept = words.iter().zip(before);
    kept.filter(|(word, before)| !(is_letter(word) && MACHINES.contains(before)))
        .map(|(word, _)| *word)
        .collect()
}

/// A server of names: `DNS server`, `Name server`.
fn names_resolver(words: &[&str]) -> bool {
    words.windows(2).any(|pair| matches!(pair, ["dns" | "name", "server" | "servers"]))
}

fn names_login(words: &[&str]) -> bool {
    words.iter().any(|word| USERS.contains(word) || HOSTS.contains(word) || MACHINES.contains(word))
}

/// The meaning of known words: that of the last noun before the first `of`, `on`, `for`, `at` or `in` behind a noun.
fn meaning(words: &[&str]) -> Option<Label> {
    let is_noun = |word: &&&str| USERS.contains(*word) || HOSTS.contains(*word);
    let first = words.iter().position(|word| is_noun(&word));
    let head_end = first.and_then(|first| {
        let behind = words.iter().skip(first);
        behind
            .clone()
            .position(|word| matches!(*word, "of" | "on" | "for" | "at" | "in" | "to" | "is"))
            .map(|at| first + at)
    });
    let head = words.get(..head_end.unwrap_or(words.len()))?;
    if head.last().is_some_and(|word| *word == "id") {
        return None;
    }
    let is_private = words.iter().any(|word| PRIVATE.contains(word));
    let host = if is_private { Label::PrivateHost } else { Label::Host };
    let is_yours = words.contains(&"your") && !words.iter().any(|word| MACHINES.contains(word));
    match head.iter().rfind(is_noun) {
        Some(noun) if HOSTS.contains(noun) && is_yours => Some(Label::Foreign),
        Some(noun) if HOSTS.contains(noun) => Some(host),
        Some(_) => Some(Label::User),
        None if words.iter().any(|word| MACHINES.contains(word) || PUBLIC.contains(word)) => {
            Some(host)
        }
        None if is_connect(words) => Some(Label::Host),
        None => None,
    }
}

/// Words that lead to an address without naming it: `Connecting to`, `connect:`, `ssh to`.
fn is_connect(words: &[&str]) -> bool {
    let is_verb = |word: &&str| {
        matches!(
            *word,
            "connect" | "connecting" | "connection" | "reachable" | "available" | "authenticating"
        )
    };
    words.iter().any(is_verb) || matches!(words, [.., "ssh", "to" | "into"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_what_they_say() {
        use Label::{Cluster, Foreign, Host, HostKey, Job, Machine, Port, PrivateHost, User};
        for (label, form, meaning) in [
            ("Job username on the system", Form::Phrase, Some(User)),
            ("Username", Form::Phrase, Some(User)),
            ("ansible_user", Form::Key, Some(User)),
            ("adminUsername", Form::Key, Some(User)),
            ("login", Form::Phrase, Some(User)),
            ("public IP address of the master node", Form::Phrase, Some(Host)),
            ("Assigned public IP", Form::Phrase, Some(Host)),
            ("publicIpAddress", Form::Key, Some(Host)),
            ("instance_public_ip", Form::Key, Some(Host)),
            ("EXTERNAL_IP", Form::Key, Some(Host)),
            ("Master node", Form::Phrase, Some(Host)),
            ("Connecting to", Form::Phrase, Some(Host)),
            ("Using ssh communicator to connect", Form::Phrase, Some(Host)),
            ("privateIpAddress", Form::Key, Some(PrivateHost)),
            ("Private IP", Form::Phrase, Some(PrivateHost)),
            ("ansible_port", Form::Key, Some(Port)),
            ("Job ID", Form::Phrase, Some(Job)),
            ("clusterName", Form::Key, Some(Cluster)),
            ("instanceId", Form::Key, Some(Machine)),
            ("host key", Form::Phrase, Some(HostKey)),
            ("Last login", Form::Phrase, Some(Foreign)),
            ("license server", Form::Phrase, Some(Foreign)),
            ("db_host", Form::Key, Some(Foreign)),
            ("my ip", Form::Phrase, Some(Foreign)),
            ("Your IP address", Form::Phrase, Some(Foreign)),
            ("User defined parameters", Form::Phrase, None),
            ("user_id", Form::Key, None),
            ("residual", Form::Phrase, None),
            ("weird_host", Form::Key, None),
        ] {
            assert_eq!(classify(label, form), meaning, "{label}");
        }
    }
}
