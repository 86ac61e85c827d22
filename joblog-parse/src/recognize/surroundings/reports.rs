//! What programs write about their own doings: connections that they open, events that they
//! record, settings of what they use.

use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::{Kind, ParsedLine, Signs};

/// The keys of a record of an event, and how the words begin that make it news of a machine.
const EVENT_KEYS: [&str; 8] = [
    "\"ev\":",
    "\"evt\":",
    "\"event\":",
    "\"eventname\":",
    "\"event_name\":",
    "\"event_type\":",
    "\"eventtype\":",
    "\"action\":",
];
const NEWS: [&str; 18] = [
    "ready",
    "up",
    "start",
    "launch",
    "creat",
    "provision",
    "alloc",
    "run",
    "boot",
    "avail",
    "assign",
    "deploy",
    "login-info",
    "login_info",
    "access",
    "connect",
    "announce",
    "online",
];

/// The evidence against what a line names, because a program reports what it does or records.
pub(super) fn against(said: &str, line: &ParsedLine<'_>) -> Evidence {
    let mut taint = Evidence::default();
    if is_connecting(line)
        || is_key_program(said)
        || is_shell_prompt(said)
        || said.trim_start().starts_with("open sftp://")
    {
        taint.add(Evidence::ACTION);
    }
    if is_visit(line)
        || is_event(said)
        || is_from(said)
        || is_placement(line)
        || is_over(said)
        || is_warning(line)
        || said.trim_start().starts_with("Ansible: TASK [")
    {
        taint.add(Evidence::EVENT);
    }
    if said.contains("FATAL: ") {
        taint.add(Evidence::FAILURE);
    }
    if is_listing(said) || is_commented_out(said) {
        taint.add(Evidence::EXAMPLE);
    }
    taint
}

/// A program logs in, in its own words: `Logging into node7.example.org... user: ada`.
fn is_connecting(line: &ParsedLine<'_>) -> bool {
    const VERBS: [&str; 4] = ["logging", "signing", "authenticating", "dialing"];
    let text = |at: usize| line.tokens.get(at).map_or("", |token| token.text);
    let begins =
        |at: usize| at == 0 || line.tokens.get(at).is_some_and(|token| token.gap != Signs::BLANK);
    let verb = (0..line.tokens.len().min(8)).find(|at| begins(*at) && line.is_one_of(*at, &VERBS));
    verb.is_some_and(|verb| {
        let place = (verb + 1..verb + 3).find(|at| ["to", "into"].contains(&text(*at)));
        place.is_some_and(|to| {
            let token = line.tokens.get(to + 1);
            token.is_some_and(|it| matches!(it.what, Kind::Host(..)) && it.gap == Signs::BLANK)
        }) && !line.says(&[Cue::Your])
    })
}

/// What a program for keys reports: `ssh-copy-id installed key for user ada on 203.0.113.7`.
fn is_key_program(said: &str) -> bool {
    let mut words = said.split_whitespace();
    let names = ["ssh-copy-id", "ssh-keygen", "ssh-keyscan", "ssh-agent", "ssh-add"];
    words.next().is_some_and(|word| names.contains(&word.trim_end_matches(':')))
        && words.next().is_some_and(|word| word.ends_with("ed") || word == "for")
}

/// A cmdlet at a prompt of `PowerShell`: `PS C:\> Test-NetConnection …`.
fn is_shell_prompt(said: &str) -> bool {
    let Some((prompt, command)) = said.split_once("> ") else { return false };
    let name = command.split_whitespace().next().unwrap_or_default();
    let is_cmdlet = name.split_once('-').is_some_and(|(verb, noun)| {
        let is_capital = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        is_capital(verb) && is_capital(noun)
    });
    is_cmdlet && (prompt.trim_start().starts_with("PS") || prompt.trim_start() == "PowerShell")
}

/// A visitor has come or gone: `Client connected (user ada, 203.0.113.7)`.
fn is_visit(line: &ParsedLine<'_>) -> bool {
    const VISITORS: [&str; 4] = ["client", "peer", "visitor", "viewer"];
    const DONE: [&str; 6] =
        ["connected", "disconnected", "joined", "left", "authenticated", "attached"];
    // `user=ada client=203.0.113.7 server=node7.example.org`
    let is_source = |at: usize| {
        line.tokens.get(at + 1).is_some_and(|value| {
            matches!(value.what, Kind::Host(..)) && value.gap.has(Signs::EQUALS)
        })
    };
    // `Ingest client: user=ada, endpoint=203.0.113.7`
    let is_speaker = |at: usize| {
        line.gap_behind(at).has(Signs::COLON)
            && line.tokens.get(at + 2).is_some_and(|value| value.gap.has(Signs::EQUALS))
    };
    (0..line.tokens.len().min(12)).any(|at| {
        line.is_one_of(at, &["client"]) && is_speaker(at)
            || line.is_one_of(at, &VISITORS) && line.is_one_of(at + 1, &DONE)
            || line.is_one_of(at, &["client", "srcip"]) && is_source(at)
    })
}

/// Where a scheduler put a job: `job 71 started on node7.example.org for user ada`.
fn is_placement(line: &ParsedLine<'_>) -> bool {
    const PUT: [&str; 6] = ["started", "dispatched", "placed", "scheduled", "finished", "ran"];
    let put = (1..line.tokens.len().min(12))
        .find(|at| line.is_one_of(*at, &PUT) && line.is_one_of(*at + 1, &["on"]));
    put.is_some_and(|put| {
        (put.saturating_sub(4)..put).any(|at| line.has(at, Cue::Job))
            && line.says(&[Cue::User, Cue::UserName, Cue::Account])
            && !line.says(&[Cue::Connect, Cue::Ssh, Cue::Login, Cue::Log, Cue::Your])
    })
}

/// The text after a key of an object.
fn value_of<'a>(said: &'a str, key: &str) -> Option<&'a str> {
    let (_, value) = said.split_once(key)?;
    value.trim_start().trim_start_matches('"').split('"').next()
}

/// A record of an end: `{"kind": "lease_end", "user": "ada", …}`.
fn is_over(said: &str) -> bool {
    const KEYS: [&str; 5] = ["\"kind\":", "\"event\":", "\"ev\":", "\"type\":", "\"phase\":"];
    let said = said.trim();
    said.starts_with('{')
        && said.ends_with('}')
        && KEYS.iter().any(|key| {
            value_of(said, key).is_some_and(|value| {
                let value = value.to_ascii_lowercase();
                ["end", "ended", "release", "released", "expired", "stopped", "closed"]
                    .iter()
                    .filter_map(|end| value.strip_suffix(end))
                    .any(|before| before.is_empty() || before.ends_with('_'))
            })
        })
}

/// A warning that names a login, and does not speak of logging in: `WARNING: unprotected private
/// key file for user ada on node7.example.org`.
fn is_warning(line: &ParsedLine<'_>) -> bool {
    let begins =
        line.text.trim_start().get(..8).is_some_and(|it| it.eq_ignore_ascii_case("warning:"));
    begins && !line.says(&[Cue::Connect, Cue::Ssh, Cue::Login, Cue::Log, Cue::Your, Cue::Ready])
}

/// Where someone came from: `pięć prób logowania z adresu 203.0.113.7`.
fn is_from(said: &str) -> bool {
    const FROM: [&str; 9] = [
        "z adresu ",
        "z adresy ",
        "dall'indirizzo ",
        "depuis l'adresse ",
        "desde la dirección ",
        "von der adresse ",
        "vanaf adres ",
        "vanaf het adres ",
        "from the address ",
    ];
    let said = said.to_lowercase();
    FROM.iter().any(|from| {
        said.split_once(from).is_some_and(|(_, behind)| {
            behind.starts_with(|c: char| c.is_ascii_digit()) || behind.starts_with("ip ")
        })
    })
}

/// A record of what someone did: `{"ev": "login_web", "user": "ada", …}`.
fn is_event(said: &str) -> bool {
    let said = said.trim();
    if !said.starts_with('{') || !said.trim_end_matches(',').ends_with('}') {
        return false;
    }
    let said = said.to_ascii_lowercase();
    if said.contains("ssh") {
        return false;
    }
    let is_time = ["\"t\":", "\"ts\":", "\"time\":", "\"eventtime\":", "\"timestamp\":", "\"@t"];
    is_time.iter().any(|key| said.contains(key))
        && EVENT_KEYS.iter().any(|key| {
            value_of(&said, key).is_some_and(|value| {
                // AWS calls its requests so: `StartInstances`.
                let is_request = *key == "\"eventname\":";
                let mut words = value.split(|c: char| !c.is_alphanumeric());
                is_request || !words.any(|word| NEWS.iter().any(|news| word.starts_with(news)))
            })
        })
}

/// Source code in a compiler's message: `|     connect("ada@203.0.113.7")`.
fn is_listing(said: &str) -> bool {
    let code = said.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    code.starts_with('|')
        && ["(\"", "('"].iter().any(|open| {
            code.split_once(open)
                .is_some_and(|(before, _)| before.ends_with(|c: char| c.is_alphanumeric()))
        })
}

/// A setting of ssh that is commented out: `#   HostName 203.0.113.7`.
fn is_commented_out(said: &str) -> bool {
    let Some(said) = said.trim_start().strip_prefix('#') else { return false };
    let mut words = said.split_whitespace();
    let is_setting = words.next().is_some_and(|word| ["HostName", "User"].contains(&word));
    is_setting && words.next().is_some() && words.next().is_none()
}
