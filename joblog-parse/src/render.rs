//! Prints targets: for `sshc`, for scripts, for an ssh_config.

use std::collections::HashSet;
use std::fmt::Write as _;

use contract::{json, shown};
use serde::Serialize;

use crate::choose::{Chosen, Sighting};
use crate::recognize::{AnnouncedService, Candidate};
use crate::service::ServiceRecord;
use crate::target::join_jumps;

/// How targets are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// user@host or user@host:port, one per line
    #[default]
    Text,
    /// one JSON object per line
    Json,
    /// ssh://user@host:port
    Uri,
    /// comma-separated values, with a header line
    Csv,
    /// a Host block of ssh_config
    SshConfig,
    /// the -L value of a tunnel to each service, one per line
    Forwards,
}

/// A line of `--json`. The first fields are the target, the others say where it comes from.
#[derive(Serialize)]
struct Record<'a> {
    user: &'a str,
    host: String,
    port: Option<u16>,
    jump: Option<String>,
    identity_file: Option<&'a str>,
    host_key: Option<&'a str>,
    job: Option<&'a str>,
    source: &'a str,
    line: u64,
    tier: &'a str,
    text: &'a str,
    /// Omitted if empty: most logs have no services, and most readers ignore them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<ServiceRecord<'a>>,
}

/// The names of the ssh_config blocks so far: ssh would mix two blocks of the same name.
#[derive(Debug, Default)]
pub struct Aliases(HashSet<String>);

/// The text before the first target.
#[must_use]
pub fn heading(format: Format) -> &'static str {
    match format {
        Format::Csv => "user,host,port,jump,identity_file,host_key,job,source,line,tier\n",
        Format::Text | Format::Json | Format::Uri | Format::SshConfig | Format::Forwards => "",
    }
}

/// A target as a complete line; `sources` are the names of the sources by index. Tokens of services
/// are included only `with_secrets`.
#[must_use]
pub fn target(
    format: Format,
    chosen: &Chosen,
    sources: &[String],
    aliases: &mut Aliases,
    with_secrets: bool,
) -> String {
    let record = Record::new(chosen, sources, with_secrets);
    let mut text = match format {
        Format::Text => chosen.target.without_default_port().to_string(),
        Format::Json => return json::line(&record),
        Format::Uri => chosen.target.uri(),
        Format::Csv => record.csv(),
        Format::SshConfig => record.ssh_config(aliases),
        Format::Forwards => return forwards(&chosen.services),
    };
    text.push('\n');
    text
}

/// A line for each service: `port:host:hostport`, as `ssh -L` takes it. The near port is that of
/// the log's own tunnel, or the far port; if it is taken, the next one.
#[must_use]
pub fn forwards(services: &[AnnouncedService]) -> String {
    let mut taken = HashSet::new();
    let mut text = String::new();
    for AnnouncedService { service, near_port, .. } in services {
        let wanted = near_port.filter(|port| *port > 0).unwrap_or(service.port.get())..=u16::MAX;
        let Some(near) = wanted.into_iter().find(|port| taken.insert(*port)) else { continue };
        line(&mut text, &format!("{near}:{}", service.place()));
    }
    text
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

impl<'a> Record<'a> {
    fn new(chosen: &'a Chosen, sources: &'a [String], with_secrets: bool) -> Self {
        let Chosen { target, sighting, services } = chosen;
        let candidate = &sighting.candidate;
        Self {
            user: target.user.as_str(),
            host: target.host.to_string(),
            port: target.port.map(u16::from),
            jump: (!target.jump.is_empty()).then(|| join_jumps(&target.jump)),
            identity_file: target.identity_file.as_ref().map(crate::IdentityFile::as_str),
            host_key: target.host_key.as_ref().map(crate::HostKey::as_str),
            job: candidate.job.as_deref(),
            source: source_name(sighting, sources),
            line: candidate.line,
            tier: candidate.tier.name(),
            text: candidate.text.as_str(),
            services: services
                .iter()
                .map(|one| ServiceRecord::new(&one.service, one.line, with_secrets))
                .collect(),
        }
    }

    fn csv(&self) -> String {
        let optional = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let fields = [
            self.user.to_owned(),
            self.host.clone(),
            self.port.map(|port| port.to_string()).unwrap_or_default(),
            optional(self.jump.as_deref()),
            optional(self.identity_file),
            optional(self.host_key),
            optional(self.job),
            self.source.to_owned(),
            self.line.to_string(),
            self.tier.to_owned(),
        ];
        fields.map(|field| csv_field(&field)).join(",")
    }

    /// The block is named after the host, so that `ssh HOST` finds it, and if that name is taken,
    /// after the user too.
    fn ssh_config(&self, aliases: &mut Aliases) -> String {
        let Self { user, host, .. } = self;
        let names = [
            host.clone(),
            format!("{user}-{host}"),
            format!("{user}-{host}-{}", self.port.unwrap_or(22)),
        ];
        let [.., longest] = &names;
        let alias = names.iter().find(|name| !aliases.0.contains(*name)).unwrap_or(longest);
        aliases.0.insert(alias.clone());
        let mut block = format!("Host {alias}\n    HostName {host}\n    User {user}");
        let mut setting = |keyword: &str, value: Option<&str>| {
            if let Some(value) = value {
                // Writing to a String cannot fail.
                let _ = write!(block, "\n    {keyword} {value}");
            }
        };
        setting("Port", self.port.map(|port| port.to_string()).as_deref());
        setting("ProxyJump", self.jump.as_deref());
        let path = self.identity_file.map(quoted_path);
        setting("IdentityFile", path.as_deref());
        block
    }
}

/// A path that ssh reads back: quotes keep blanks, and a percent sign is doubled (`ssh_config(5)`,
/// TOKENS). A backslash needs no escape unless a backslash, a quote or the end follows; releases
/// before 8.7 have no other escapes.
fn quoted_path(path: &str) -> String {
    let is_special = path.contains("\\\\") || path.contains("\\'") || path.ends_with('\\');
    let path = if is_special { path.replace('\\', "\\\\") } else { path.to_owned() };
    format!("\"{}\"", path.replace('%', "%%"))
}

/// A CSV field (RFC 4180); one that a spreadsheet would take for a formula gets an apostrophe.
fn csv_field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) && text != "-" {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn source_name<'a>(sighting: &Sighting, sources: &'a [String]) -> &'a str {
    sources.get(sighting.source).map_or("-", String::as_str)
}

/// A line of `--explain --json`.
#[derive(Serialize)]
struct Explained<'a> {
    source: &'a str,
    line: u64,
    tier: &'a str,
    target: Option<String>,
    verdict: &'a str,
    reason: Option<String>,
    class: &'a str,
    score: i16,
    evidence: String,
    wording: Option<Wording>,
    text: &'a str,
}

/// What the words around a candidate say, if that decides anything.
#[derive(Serialize)]
struct Wording {
    /// Above zero for an announcement.
    score: f64,
    /// Those that say so most clearly.
    words: Vec<String>,
}

impl Wording {
    fn of(candidate: &Candidate) -> Option<Self> {
        let wording = &candidate.wording;
        let score = f64::from(wording.score) / 100.0;
        candidate.evidence.is_by_words().then(|| Self { score, words: wording.words() })
    }

    /// ` (words -1.83: pid, was started)`.
    fn text(&self) -> String {
        format!(" (words {:+.2}: {})", self.score, self.words.join(", "))
    }
}

/// Lists every candidate: where it is, what it is, and why it was accepted or refused.
#[must_use]
pub fn explanation(
    seen: &[&Sighting],
    chosen: &[Chosen],
    sources: &[String],
    as_json: bool,
) -> String {
    let mut out = String::new();
    for sighting in seen {
        let is_chosen = chosen.iter().any(|one| {
            one.sighting.source == sighting.source
                && one.sighting.candidate.line == sighting.candidate.line
                && sighting.candidate.outcome.as_ref().is_ok_and(|target| {
                    target.user == one.target.user && target.host == one.target.host
                })
        });
        let explained = Explained::new(sighting, is_chosen, sources);
        if as_json {
            out.push_str(&json::line(&explained));
        } else {
            line(&mut out, &explained.text());
        }
    }
    out
}

impl<'a> Explained<'a> {
    fn new(sighting: &'a Sighting, is_chosen: bool, sources: &'a [String]) -> Self {
        let candidate = &sighting.candidate;
        let (verdict, reason) = match (&candidate.outcome, is_chosen) {
            (Err(refusal), _) => ("refused", Some(refusal.to_string())),
            (Ok(_), true) => ("taken", None),
            (Ok(_), false) if candidate.is_read_only => {
                ("passed over", Some("a session that can only watch".to_owned()))
            }
            (Ok(_), false) => (
                "passed over",
                Some("another one is stronger, or closer to what was asked for".to_owned()),
            ),
        };
        Self {
            source: source_name(sighting, sources),
            line: candidate.line,
            tier: candidate.tier.name(),
            target: candidate.outcome.as_ref().ok().map(ToString::to_string),
            verdict,
            reason,
            class: candidate.evidence.class().name(),
            score: candidate.evidence.score(),
            evidence: candidate.evidence.to_string(),
            wording: Wording::of(candidate),
            text: candidate.text.as_str(),
        }
    }

    fn text(&self) -> String {
        let target = self.target.as_deref().map(|target| format!(" {target}")).unwrap_or_default();
        let reason = self.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let wording = self.wording.as_ref().map(Wording::text).unwrap_or_default();
        format!(
            "{}:{}: {}:{target} {}{reason}\n    {}\n    {}, {}{wording}",
            shown(self.source),
            self.line,
            self.tier,
            self.verdict,
            self.text,
            self.class,
            self.evidence
        )
    }
}
