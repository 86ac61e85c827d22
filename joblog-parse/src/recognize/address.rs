//! Addresses in running text: bare IP addresses, and `user@address`.

use std::num::NonZeroU16;
use std::ops::Range;

use super::{Refusal, spelling};
use crate::target::{Host, Target, User, parse_port};

/// Longer than any user or host.
const WORD_BYTES: usize = 512;

/// An IP address in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) span: Range<usize>,
    pub(super) host: Host,
    pub(super) port: Option<NonZeroU16>,
}

/// Longer than any address with its zone, brackets and port.
const LITERAL_BYTES: usize = 96;

/// The IP address that begins at `start`, if it stands alone: not within a URL, a path, a network
/// (`…/24`), a version or after an `@`.
pub(super) fn literal_at(text: &str, start: usize) -> Option<Literal> {
    let rest = text.get(start..)?;
    let run = rest.bytes().take(LITERAL_BYTES).position(|byte| !is_address_char(byte.into()));
    let end = start + run.unwrap_or(rest.len()).min(LITERAL_BYTES);
    let signs = |sign: u8| {
        memchr::memchr_iter(sign, text.as_bytes().get(start..end).unwrap_or_default()).count()
    };
    (end > start && (signs(b'.') >= 3 || signs(b':') >= 2))
        .then(|| literal(text, start..end))
        .flatten()
}

fn is_address_char(c: char) -> bool {
    c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '%')
}

/// The address in this run of characters, with its zone and port.
fn literal(text: &str, run: Range<usize>) -> Option<Literal> {
    let before = text.get(..run.start)?;
    let behind = text.get(run.end..)?;
    let word = text.get(run.clone())?.trim_end_matches(['.', ':', '%']);
    let end = run.start + word.len();
    let is_bracketed = before.ends_with('[') && behind.starts_with(']');
    // Dots lead to the value.
    let starts_word = before.ends_with("..")
        || before.chars().next_back().is_none_or(|c| {
            spelling::is_cjk(c) || !c.is_alphanumeric() && !"@/\\-_.+%$".contains(c)
        });
    // The end of a nested string.
    let behind = if behind.starts_with("\\\"") { "" } else { behind };
    let is_whole = end < run.end
        || behind
            .chars()
            .next()
            .is_none_or(|c| spelling::is_cjk(c) || !c.is_alphanumeric() && !"/\\-_@$".contains(c));
    if !starts_word || !is_whole || word.len() < 2 {
        return None;
    }
    if is_bracketed && word.contains(':') {
        let (port, bytes) = port_behind(behind.get(1..)?)?;
        let host = word.parse().ok()?;
        return Some(Literal { span: run.start..end + 1 + bytes, host, port });
    }
    if word.matches('.').count() == 3 && !word.contains("::") {
        let (address, port) = word.split_once(':').map_or((word, None), |(a, p)| (a, Some(p)));
        let host = address.parse().ok().filter(|host| matches!(host, Host::V4(_)))?;
        let port = port.map(parse_port).transpose().ok()?;
        return Some(Literal { span: run.start..end, host, port });
    }
    let is_v6 = word.matches(':').count() >= 2;
    // The rest of a longer word that is not an address.
    let label = before.strip_suffix(':').unwrap_or_default();
    let is_v6 = is_v6 && !label.ends_with(|c: char| c.is_ascii_digit());
    let host = word.parse().ok().filter(|_| is_v6)?;
    Some(Literal { span: run.start..end, host, port: None })
}

/// The port in `:22…` and its length in bytes; `None` if something else follows the colon.
fn port_behind(text: &str) -> Option<(Option<NonZeroU16>, usize)> {
    let Some(rest) = text.strip_prefix(':') else { return Some((None, 0)) };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 {
        return Some((None, 0));
    }
    Some((Some(parse_port(rest.get(..digits)?).ok()?), 1 + digits))
}

/// A bare `user@address` in a text.
#[derive(Debug)]
pub(super) struct BareAddress {
    pub(super) span: Range<usize>,
    pub(super) outcome: Result<Target, Refusal>,
    /// The address of a login or copy program that contains it.
    pub(super) link: Option<LinkKind>,
}

/// The kind of program that an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkKind {
    /// `vscode://vscode-remote/ssh-remote+ada@203.0.113.7`
    Login,
    /// `sftp://ada@203.0.113.7/data`
    Copy,
}

/// `JetBrains` Gateway links in a text:
/// `jetbrains-gateway://connect#host=203.0.113.7&user=ada&port=2222`.
fn gateway(text: &str) -> Vec<BareAddress> {
    const SCHEME: &str = "jetbrains-gateway://";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) =
        text.get(at..).and_then(|rest| rest.find(SCHEME)).map(|found| at + found)
    {
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(is_stop).unwrap_or(rest.len()).min(WORD_BYTES * 2);
        at = start + end.max(SCHEME.len());
        let link = rest.get(..end).unwrap_or_default();
        let value = |name: &str| {
            let mut pairs = link.split(['?', '#', '&']).filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        if let (Some(user), Some(host)) = (value("user"), value("host")) {
            let outcome = place_of(user, host, value("port"));
            found.push(BareAddress {
                span: start..start + end,
                outcome,
                link: Some(LinkKind::Login),
            });
        }
    }
    found
}

fn place_of(user: &str, host: &str, port: Option<&str>) -> Result<Target, Refusal> {
    Ok(Target::new(user.parse::<User>()?, host.parse()?, port.map(parse_port).transpose()?))
}

/// Every `…@…` in a text.
pub(super) fn bare(text: &str) -> Vec<BareAddress> {
    let mut found = gateway(text);
    let mut done = 0;
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        // Each word is examined once, however many `@` it contains.
        if at < done {
            continue;
        }
        let behind = text.get(at + 1..).unwrap_or_default();
        done = at + 1 + word_end(behind);
        found.extend(bare_at(text, at));
    }
    found
}

/// An address of Emacs at this `@`: `/ssh:ada@203.0.113.7#2222:/data`.
fn emacs(text: &str, at: usize) -> Option<BareAddress> {
    const METHODS: [&str; 4] = ["/ssh:", "/sshx:", "/scp:", "/plink:"];
    let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
    let start = word_start(before);
    let word = before.get(start..)?;
    let user = METHODS.iter().find_map(|method| word.strip_prefix(method))?;
    let rest = behind.get(..word_end(behind))?;
    let place = rest.get(..rest.find(":/").or_else(|| rest.find(":~"))?)?;
    let (host, port) =
        place.split_once('#').map_or((place, None), |(host, port)| (host, Some(port)));
    let outcome = place_of(user, host.trim_matches(['[', ']']), port);
    let end = at + 1 + word_end(behind);
    Some(BareAddress { span: start..end, outcome, link: Some(LinkKind::Login) })
}

fn bare_at(text: &str, at: usize) -> Option<BareAddress> {
    if let Some(found) = emacs(text, at) {
        return Some(found);
    }
    let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
    let start = word_start(before);
    let end = word_end(behind);
    let place = spelling::without_sentence_end(behind.get(..end)?);
    let user = before.get(start..)?;
    // How Visual Studio Code and WinSCP write the host to connect to.
    let schemes = ["ssh-remote+", "sftp://", "scp://"];
    let is_copy = user.contains("://") && !user.contains("ssh-remote+");
    let remote = schemes.iter().find_map(|scheme| user.rsplit_once(scheme)).map(|(_, user)| user);
    let end = if remote.is_some() { behind.find('/').unwrap_or(end).min(end) } else { end };
    let place = if remote.is_some() { behind.get(..end)? } else { place };
    let user = remote.unwrap_or(user);
    let is_url = user.contains("://") && !user.starts_with("ssh://");
    let is_too_long = user.len().max(place.len()) > WORD_BYTES;
    if user.is_empty() || place.is_empty() || is_url || is_too_long {
        return None;
    }
    let word = format!("{user}@{place}");
    let before = before.get(..start)?;
    let rest = behind.get(end..)?;
    // `[ada@203.0.113.7] out: …` is not a prompt.
    let is_tag =
        rest.starts_with(']') && !["]$", "]#", "]%"].iter().any(|end| rest.starts_with(end));
    let before = if is_tag { before.trim_end_matches('[') } else { before };
    let link = remote.map(|_| if is_copy { LinkKind::Copy } else { LinkKind::Login });
    let mut outcome = login(user, place, before, &word);
    if let (Ok(target), Some(port)) = (&mut outcome, option_behind(rest)) {
        match parse_port(port) {
            Ok(port) => target.port = target.port.or(Some(port)),
            Err(error) => outcome = Err(error.into()),
        }
    }
    Some(BareAddress { span: start..at + 1 + end, outcome, link })
}

/// The port in an option after a destination: `ada@203.0.113.7 -p 2222`.
fn option_behind(rest: &str) -> Option<&str> {
    let mut words = rest.split_ascii_whitespace();
    let option = words.next().filter(|_| rest.starts_with(' '))?;
    match option {
        "-p" | "-P" => words.next(),
        _ => {
            option.strip_prefix("-p").filter(|port| port.starts_with(|c: char| c.is_ascii_digit()))
        }
    }
}

/// Characters that end a word of running text.
fn is_stop(c: char) -> bool {
    c.is_whitespace() || "\"'`<>()[]{},;|".contains(c) || spelling::is_cjk(c)
}

/// Where the last word of `before` begins. It includes the part before an `=` if that is an option.
fn word_start(before: &str) -> usize {
    let behind_stop = |text: &str, is_stop: fn(char) -> bool| {
        text.char_indices().rfind(|(_, c)| is_stop(*c)).map_or(0, |(at, c)| at + c.len_utf8())
    };
    // A semicolon or a bar stays part of an adjacent name, so that such a name is refused, not cut.
    let start = behind_stop(before, |c| is_stop(c) && !matches!(c, ';' | '|'));
    let word = before.get(start..).unwrap_or_default();
    if word.starts_with('-') { start } else { start + behind_stop(word, |c| c == '=') }
}

/// Where the first word of `behind` ends, including brackets around an IPv6 address.
fn word_end(behind: &str) -> usize {
    let bracketed =
        behind.strip_prefix('[').and_then(|inner| inner.find(']')).map_or(0, |at| at + 2);
    let rest = behind.get(bracketed..).unwrap_or_default();
    let ends = |c: char| is_stop(c) && !matches!(c, ';' | '|');
    bracketed + rest.find(ends).unwrap_or(rest.len())
}

fn login(user: &str, place: &str, before: &str, word: &str) -> Result<Target, Refusal> {
    let host_text = place.trim_start_matches('[').split(['/', ']']).next().unwrap_or_default();
    let is_v6 = place.starts_with('[') || host_text.parse().is_ok_and(|host: Host| host.is_v6());
    let (host_text, tail) = match host_text.split_once(':') {
        Some((host, tail)) if !is_v6 => (host, Some(tail)),
        _ => (host_text, None),
    };
    // Platforms print a password or a repository here in commands.
    if user.contains([':', '#']) {
        return Err(Refusal::Mail(word.into()));
    }
    if user.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Mail(word.into()));
    }
    if before.ends_with('[') && !place.contains(']') {
        return Err(Refusal::Prompt(word.into()));
    }
    if let Some(tail) = tail.filter(|tail| !tail.starts_with(|c: char| c.is_ascii_digit())) {
        let is_prompt = tail.starts_with(['~', '/']) || tail.is_empty();
        return Err(if is_prompt {
            Refusal::Prompt(word.into())
        } else {
            Refusal::OtherService("a repository".into())
        });
    }
    let host: Host = host_text.parse()?;
    let login: User = user.parse()?;
    if login.as_str() == "git" {
        return Err(Refusal::NoLogin(user.into()));
    }
    if place.contains('/') {
        return Err(Refusal::OtherService(word.into()));
    }
    let port = match place.split_once(']') {
        Some((_, rest)) => rest.strip_prefix(':'),
        None => tail,
    };
    Ok(Target::new(login, host, port.map(parse_port).transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognize::parsed_line::{Kind, ParsedLine};

    #[test]
    fn addresses_stand_alone() {
        for (text, expected) in [
            ("IP 203.0.113.7.", "203.0.113.7"),
            ("IP 203.0.113.7:2222, x", "203.0.113.7:2222"),
            ("(2001:db8::1)", "2001:db8::1"),
            ("at [2001:db8::1]:22 now", "2001:db8::1:22"),
            ("fe80::1%", "fe80::1"),
            ("203.0.113.7/32", ""),
            ("tcp://203.0.113.5:8786", ""),
            ("MPI-09.01.04.03 v1.2.3.4 1.2.3.4.5 999.1.1.1 12:30:45 2026-03-06T12:01:02Z", ""),
            ("ab::", ""),
            ("std::abs", ""),
            ("host-203.0.113.7", ""),
        ] {
            let line = ParsedLine::new(text);
            let found = line.tokens.iter().filter_map(|token| match &token.what {
                Kind::Host(host, Some(port)) => Some(format!("{host}:{port}")),
                Kind::Host(host, None) => Some(host.to_string()),
                _ => None,
            });
            let found = found.collect::<Vec<_>>();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_bare_login_is_told_from_mail_prompts_and_repositories() {
        for (text, expected) in [
            (
                "Connecting to cyclecloud@203.0.113.7 (instance ID: x) using SSH",
                "cyclecloud@203.0.113.7",
            ),
            ("(ada@203.0.113.7:2222)", "ada@203.0.113.7:2222"),
            ("ada@[2001:db8::1]:2222.", "ada@[2001:db8::1]:2222"),
            ("Connecting to ada@login.example.org", "ada@login.example.org"),
            (
                "1999@203.0.113.9",
                "`1999@203.0.113.9` looks like a mail address or a licence server",
            ),
            ("git@203.0.113.9:org/repo.git", "a repository is not a cluster's address"),
            ("ada@203.0.113.7:~$ ls", "`ada@203.0.113.7:~$` is a shell's prompt"),
            ("[ada@203.0.113.7 ~]$ ls", "`ada@203.0.113.7` is a shell's prompt"),
            ("a$b@203.0.113.7", "`a$b` is not a user name"),
            ("[ada@203.0.113.7:22] out: x", "ada@203.0.113.7:22"),
            ("open sftp://ada@203.0.113.7/data", "ada@203.0.113.7"),
            ("code --remote ssh-remote+ada@203.0.113.7 /home", "ada@203.0.113.7"),
            ("vscode://vscode-remote/ssh-remote+ada@203.0.113.7:22/home", "ada@203.0.113.7:22"),
            ("ada@XX.XX.XX.XX", "`XX.XX.XX.XX` is a masked address"),
        ] {
            let found = bare(text).into_iter().map(|found| {
                found
                    .outcome
                    .map_or_else(|refusal| refusal.to_string(), |target| target.to_string())
            });
            assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{text}");
        }
        assert!(bare("https://ada@203.0.113.7/x a @ b @c d@").is_empty());
    }
}
