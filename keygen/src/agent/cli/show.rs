//! `keyagent list` and `status`.

use std::process::ExitCode;
use std::time::SystemTime;

use serde::Serialize;

use super::error::Failure;
use crate::PublicKeyLine;
use crate::agent::client::Client;
use crate::agent::control::{Detail, Status, Taken};
use crate::agent::error::AgentError;
use crate::cli::output;
use crate::date;
use contract::{exit::Answer, shown};

const JSON_HELP: &str = "\
Print the results as JSON

Each key: fingerprint_sha256, algorithm, bits, comment, certificate, valid_before (seconds since 1970; null for no limit), expired, and from keyagent lifetime (seconds left), confirm, \
wants_passphrase, only; another agent does not report these, and they are null. The status: running, pid, \
version, places, taken (place, program and pid of a place that another program holds), openssh_config (the file that points \
OpenSSH here), upstream (the agent that handles keys on tokens), locked, keys (their number).";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// Print the results as JSON
    #[arg(long, long_help = JSON_HELP)]
    json: bool,
}

/// A key as `list` shows it.
#[derive(Serialize)]
struct Shown {
    fingerprint_sha256: String,
    algorithm: String,
    bits: Option<u32>,
    comment: String,
    certificate: bool,
    /// Seconds since 1970.
    valid_before: Option<u64>,
    expired: bool,
    lifetime: Option<u64>,
    confirm: Option<bool>,
    wants_passphrase: Option<bool>,
    only: Option<Vec<String>>,
}

pub(super) fn list(args: &ShowArgs) -> Result<ExitCode, Failure> {
    let mut client = Client::connect()?;
    let entries = client.list()?;
    let status = client.status()?;
    let mut shown_keys = Vec::new();
    for entry in entries {
        let comment = crate::text::comment(&entry.comment).into_owned();
        let Ok(line) = PublicKeyLine::from_blob(&entry.blob, &comment) else {
            let name = crate::agent::message::algorithm(&entry.blob).unwrap_or("no algorithm");
            if !args.json {
                shown_keys.push(format!("? {} {}\n", shown(name), shown(&comment)));
            }
            continue;
        };
        let key = described(&line, comment, status.as_ref());
        shown_keys.push(key.shown(args));
    }
    let expired = status.iter().flat_map(|status| &status.keys).filter_map(expired);
    shown_keys.extend(expired.map(|key| key.shown(args)));
    output::result(&shown_keys.concat())?;
    Ok(ExitCode::SUCCESS)
}

fn described(line: &PublicKeyLine, comment: String, status: Option<&Status>) -> Shown {
    let fingerprint_sha256 = line.fingerprint_sha256();
    let certificate = line.certificate().is_some();
    let valid_before = line.certificate().map(ssh_key::Certificate::valid_before);
    let is_it =
        |it: &&Detail| it.fingerprint_sha256 == fingerprint_sha256 && it.certificate == certificate;
    let detail = status.and_then(|status| status.keys.iter().find(is_it)).cloned();
    Shown {
        algorithm: line.algorithm().to_owned(),
        bits: line.bits(),
        comment,
        certificate,
        valid_before: valid_before.filter(|end| *end != u64::MAX),
        expired: valid_before.is_some_and(|end| end <= date::seconds_since_1970(SystemTime::now())),
        lifetime: detail.as_ref().and_then(|it| it.lifetime),
        confirm: detail.as_ref().map(|it| it.confirm),
        wants_passphrase: detail.as_ref().map(|it| it.wants_passphrase),
        only: detail.map(|it| it.only),
        fingerprint_sha256,
    }
}

/// A certificate that has expired, and that the agent therefore does not offer to programs.
fn expired(detail: &Detail) -> Option<Shown> {
    let expired = detail.expired.clone()?;
    Some(Shown {
        fingerprint_sha256: detail.fingerprint_sha256.clone(),
        algorithm: expired.algorithm,
        bits: expired.bits,
        comment: expired.comment,
        certificate: true,
        valid_before: Some(expired.valid_before),
        expired: true,
        lifetime: detail.lifetime,
        confirm: Some(detail.confirm),
        wants_passphrase: Some(detail.wants_passphrase),
        only: Some(detail.only.clone()),
    })
}

impl Shown {
    fn shown(&self, args: &ShowArgs) -> String {
        if args.json { contract::json::line(self) } else { in_words(self) }
    }
}

fn in_words(key: &Shown) -> String {
    let mut notes = Vec::new();
    if let Some(end) = key.valid_before {
        let is = if key.expired { "expired" } else { "valid until" };
        notes.push(format!("certificate {is} {}", date::of_moment(end)));
    }
    if let Some(seconds) = key.lifetime {
        notes.push(format!("forgotten in {}", time(seconds)));
    }
    if key.confirm == Some(true) {
        notes.push("asks before each use".to_owned());
    }
    if key.wants_passphrase == Some(true) {
        notes.push("asks for its passphrase".to_owned());
    }
    if let Some(hosts) = key.only.as_ref().filter(|hosts| !hosts.is_empty()) {
        notes.push(format!("only for {}", shown(hosts.join(", "))));
    }
    let comment = if key.comment.is_empty() { "no comment".into() } else { shown(&key.comment) };
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("{} {} {comment}{notes}\n", key.fingerprint_sha256, key.algorithm)
}

/// In the largest unit of which there are at least two.
fn time(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        7200..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// What `status --json` prints.
#[derive(Default, Serialize)]
struct Report {
    running: bool,
    pid: Option<u32>,
    version: Option<String>,
    places: Vec<String>,
    taken: Vec<Taken>,
    openssh_config: Option<String>,
    upstream: Option<String>,
    locked: Option<bool>,
    keys: Option<usize>,
}

impl Report {
    fn of(client: &mut Client) -> Result<Self, Failure> {
        let Some(status) = client.status()? else {
            let (places, keys) = (vec![client.place().to_owned()], Some(client.list()?.len()));
            return Ok(Self { running: true, places, keys, ..Self::default() });
        };
        Ok(Self {
            running: true,
            pid: Some(status.pid),
            version: Some(status.version),
            places: status.places,
            taken: status.taken,
            openssh_config: status.openssh_config,
            upstream: status.upstream,
            locked: Some(status.locked),
            keys: Some(status.keys.len()),
        })
    }

    fn shown(&self, args: &ShowArgs) -> String {
        if args.json { contract::json::line(self) } else { self.in_words() }
    }

    fn in_words(&self) -> String {
        if !self.running {
            return "no agent is running\n".to_owned();
        }
        let title = match (&self.version, self.pid) {
            (Some(version), Some(pid)) => {
                format!("keyagent {} is running (pid {pid})", shown(version))
            }
            _ => "another agent is running".to_owned(),
        };
        let served = self.places.iter().map(|it| format!("listens at {}\n", shown(it)));
        let taken = self.taken.iter().map(|it| {
            format!("does not listen at {}: {} does\n", shown(&it.place), shown(it.holder()))
        });
        let places: String = served.chain(taken).collect();
        let config = self.openssh_config.as_ref().filter(|_| !self.taken.is_empty());
        // The file is beside `config`, and a backslash in a path would be an escape there.
        let name = config.and_then(|file| file.rsplit(['\\', '/']).next());
        let hint = name
            .map(|name| format!("for OpenSSH, begin its `config` with: Include {}\n", shown(name)));
        let upstream = self.upstream.as_ref().map_or_else(String::new, |place| {
            format!("the agent at {} handles keys on tokens\n", shown(place))
        });
        let keys = match (self.locked, self.keys.unwrap_or_default()) {
            (Some(true), _) => "is locked".to_owned(),
            (_, 1) => "holds 1 key".to_owned(),
            (_, count) => format!("holds {count} keys"),
        };
        format!("{title}\n{places}{}{upstream}{keys}\n", hint.unwrap_or_default())
    }
}

/// Answers the question whether an agent runs.
pub(super) fn status(args: &ShowArgs) -> ExitCode {
    let answer = report().and_then(|report| {
        output::result(&report.shown(args))?;
        Ok(Answer::of(report.running).into())
    });
    answer.unwrap_or_else(|failure| contract::report::unanswered("keyagent", &failure))
}

fn report() -> Result<Report, Failure> {
    match Client::connect() {
        Ok(mut client) => Report::of(&mut client),
        Err(AgentError::NotThere { .. }) => Ok(Report::default()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_down_to_what_people_say() {
        for (seconds, expected) in
            [(0, "0s"), (119, "119s"), (120, "2m"), (7199, "119m"), (28_800, "8h"), (172_800, "2d")]
        {
            assert_eq!(time(seconds), expected);
        }
    }

    #[test]
    fn a_taken_address_is_named_with_the_line_that_openssh_needs() {
        let taken = |program: Option<&str>| Taken {
            place: r"\\.\pipe\openssh-ssh-agent".to_owned(),
            program: program.map(str::to_owned),
            pid: Some(7),
        };
        let openssh_config = Some(r"C:\Users\ada\.ssh\keyagent.conf".to_owned());
        let report = Report { running: true, openssh_config, ..Report::default() };
        assert!(!report.in_words().contains("Include"));
        let report = Report { taken: vec![taken(Some("agent.exe")), taken(None)], ..report };
        assert_eq!(
            report.in_words(),
            "another agent is running\n\
             does not listen at \\\\.\\pipe\\openssh-ssh-agent: agent.exe (pid 7) does\n\
             does not listen at \\\\.\\pipe\\openssh-ssh-agent: another program (pid 7) does\n\
             for OpenSSH, begin its `config` with: Include keyagent.conf\n\
             holds 0 keys\n"
        );
    }
}
