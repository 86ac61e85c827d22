//! Lines recognised by their form: a stack frame, a request to a web server, a message in a chat.

use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::{ParsedLine, Signs, Token};

/// The evidence against what a line names, from its form alone; `said` is the line without its
/// stamp.
pub(super) fn against(said: &str, line: &ParsedLine<'_>) -> Evidence {
    let mut taint = super::reports::against(said, line);
    if is_code(line, said.trim()) {
        taint.add(Evidence::EXAMPLE);
    }
    if is_session_list(said, line) || is_rule(line) || is_request(said) || is_chat(said) {
        taint.add(Evidence::EVENT);
    }
    if is_history(said) || is_waiting(said) || is_waiting(line.text) || is_restricted(said) {
        taint.add(Evidence::EVENT);
    }
    if is_transfer_prompt(said) || is_assigned(said) || is_of_batch_system(said) {
        taint.add(Evidence::ACTION);
    }
    // A server's banner, as `ssh-keyscan` prints it.
    if is_own_setting(line) || said.contains(" SSH-2.0-") {
        taint.add(Evidence::EVENT);
    }
    // Terraform removes an output.
    if said.trim_end().ends_with("-> null") {
        taint.add(Evidence::FAILURE);
    }
    // The remote of a copy program.
    if ["type = sftp", "type=sftp"].iter().any(|kind| said.contains(kind)) {
        taint.add(Evidence::FOREIGN);
    }
    taint
}

/// Whether `last` or `who` lists a user's terminal line, or the line reports what was done instead
/// of what should be done.
fn is_session_list(said: &str, line: &ParsedLine<'_>) -> bool {
    let has_terminal = line.tokens.iter().any(|token| token.text.starts_with("pts/"));
    let is_done =
        said.trim_start().get(..12).is_some_and(|it| it.eq_ignore_ascii_case("connected to"));
    has_terminal || is_done
}

/// Whether the line names a network, as access rules do.
fn is_rule(line: &ParsedLine<'_>) -> bool {
    let is_network = |text: &str| {
        text.split_once('/').is_some_and(|(address, bits)| {
            address.parse::<std::net::Ipv4Addr>().is_ok() && bits.parse::<u8>().is_ok()
        })
    };
    line.tokens.iter().any(|token| is_network(token.text))
}

/// A request to a web server: `"GET /api HTTP/1.1" 200`, `200 GET /api`.
fn is_request(said: &str) -> bool {
    const VERBS: [&str; 7] = ["GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "PATCH ", "OPTIONS "];
    said.contains('/')
        && VERBS.iter().any(|verb| {
            said.match_indices(verb).any(|(at, _)| {
                let before = said.get(..at).unwrap_or_default();
                let behind = said.get(at + verb.len()..).unwrap_or_default();
                let is_path = behind.starts_with('/') || behind.starts_with("http");
                before.ends_with('"') || is_path && !before.ends_with(char::is_alphanumeric)
            })
        })
}

/// A line of a shell's history: `  501  ssh ada@203.0.113.7`.
fn is_history(said: &str) -> bool {
    let number = said.trim_start();
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = number.len() - rest.len();
    (3..=5).contains(&digits)
        && rest.starts_with("  ")
        && rest.trim_start().starts_with(|c: char| c.is_ascii_lowercase())
}

/// A program waits for a machine, tries again, or tests: `Waiting for 203.0.113.7 to accept …`.
fn is_waiting(said: &str) -> bool {
    const BEGINNINGS: [&str; 11] = [
        "attempting ",
        "waiting for ",
        "still waiting",
        "trying ",
        "retrying ",
        "retry ",
        "attempt ",
        "self-check",
        "smoke test",
        "test login",
        "testing ",
    ];
    let said = said.trim_start_matches(|c: char| !c.is_alphanumeric());
    let begins =
        |it: &&&str| said.get(..it.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(it));
    // `attempt 2: log in with …`
    let is_counter = |begin: &str| {
        let rest = said.get(begin.len()..).unwrap_or_default();
        rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(':')
            && !rest.starts_with(':')
    };
    BEGINNINGS.iter().find(begins).is_some_and(|begin| !is_counter(begin))
}

/// The line is about an earlier login, or about one that is not for people.
fn is_restricted(said: &str) -> bool {
    const SIGNS: [&str; 14] = [
        "Last run",
        "last run",
        "Last job",
        "Last session",
        "Previous run",
        "last seen",
        "service account",
        "automation only",
        "staff only",
        "operators only",
        "vendor only",
        "nur für den",
        "nur für das",
        "no login for",
    ];
    SIGNS.iter().any(|sign| said.contains(sign))
}

/// A command typed into a program that transfers files: `sftp> open …`.
fn is_transfer_prompt(said: &str) -> bool {
    let said = said.trim_start();
    let is_remote = said
        .split_once("> ")
        .is_some_and(|(before, _)| before.starts_with("lftp ") && before.contains('@'));
    ["sftp> ", "ftp> ", "lftp> "].iter().any(|prompt| said.starts_with(prompt)) || is_remote
}

/// Assignments before a command, as a shell runs it: `HOST=203.0.113.7 USER=ada ./push.sh`.
fn is_assigned(said: &str) -> bool {
    let is_assignment = |word: &&str| {
        word.split_once('=').is_some_and(|(name, _)| {
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && name
                    .bytes()
                    .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
        })
    };
    let words = said.split_whitespace().take(8).collect::<Vec<_>>();
    let count = words.iter().take_while(|word| is_assignment(word)).count();
    count > 0 && words.get(count).is_some_and(|word| word.starts_with(['.', '/']))
}

/// The beginning of an element of XML whose content follows: `<service name="licences">`.
pub(super) fn is_element(said: &str) -> bool {
    said.starts_with('<')
        && !said.starts_with("</")
        && said.ends_with('>')
        && !said.ends_with("/>")
        && !said.contains("</")
}

/// A program's report of its own settings: `Using SSH username: ada`.
fn is_own_setting(line: &ParsedLine<'_>) -> bool {
    let is_using = |token: &Token<'_>| token.text.eq_ignore_ascii_case("using");
    let Some(using) = line.tokens.iter().position(is_using) else { return false };
    let begins =
        using == 0 || line.tokens.get(using).is_some_and(|token| token.gap.has(Signs::COLON));
    let mut signs = (using + 1..line.tokens.len().min(using + 7))
        .filter(|at| line.tokens.get(*at).is_some_and(|token| token.gap.has(Signs::SIGN)));
    let nouns = [Cue::User, Cue::UserName, Cue::Host, Cue::Connect];
    begins && signs.any(|sign| line.has_any(sign - 1, &nouns))
}

/// Whether the line at the level of errors has the stamp `E` or `ERROR`.
pub(super) fn is_of_error_level(stamp: &str) -> bool {
    stamp.starts_with("[E ")
        || stamp
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| matches!(word, "ERROR" | "FATAL" | "CRITICAL"))
}

/// Whether the line repeats the arguments of what failed: `kwargs: {'host': …}`.
pub(super) fn is_dump(line: &ParsedLine<'_>, stamp: usize) -> bool {
    const DUMPS: [&str; 14] = [
        "kwargs",
        "args",
        "params",
        "parameters",
        "cfg",
        "config",
        "ctx",
        "context",
        "opts",
        "options",
        "locals",
        "details",
        "arguments",
        "request",
    ];
    let behind = line.tokens.partition_point(|token| token.span.end <= stamp);
    [0, behind].into_iter().any(|first| {
        let is_signed = line.tokens.get(first + 1).is_some_and(|next| next.gap.has(Signs::SIGN));
        let text = line.tokens.get(first).map_or("", |token| token.text);
        is_signed && DUMPS.iter().any(|dump| text.eq_ignore_ascii_case(dump))
    })
}

/// Whether the line is part of a program's error output: a stack frame, or the name of an
/// exception.
pub(super) fn is_error(line: &ParsedLine<'_>, said: &str) -> bool {
    let is_frame = (said.starts_with("at ") && said.contains('('))
        || said.starts_with("Caused by:")
        || said.starts_with("Traceback")
        || said.starts_with("File \"");
    let is_exception = |word: &str| {
        ["Exception", "Error"].iter().any(|end| {
            word.strip_suffix(end).is_some_and(|name| name.len() > 2 && !name.ends_with('-'))
        })
    };
    is_frame || line.tokens.iter().take(4).any(|token| is_exception(token.text))
}

/// Whether the line is source code, or test output.
pub(super) fn is_code(line: &ParsedLine<'_>, said: &str) -> bool {
    let text = |at: usize| line.tokens.get(at).map_or("", |token| token.text);
    let numbered =
        said.trim_start_matches(['>', ' ']).trim_start_matches(|c: char| c.is_ascii_digit());
    let is_listing = numbered.len() < said.len()
        && numbered.trim_start().starts_with('|')
        && (said.contains("('") || said.contains("(\""));
    let is_test = (text(0) == "Test" && text(1).contains('/'))
        || said.starts_with("Expected:")
        || said.starts_with("Received:")
        || [".spec.", ".test.", "_test.", "::test"].iter().any(|name| said.contains(name));
    let is_instance = text(0) != "instance" && said.to_ascii_lowercase().contains("for instance");
    // `const user = "ada";`
    let is_statement = said.ends_with(';')
        && ["const ", "let ", "var ", "return "].iter().any(|it| said.starts_with(it));
    is_listing || is_test || is_instance || is_statement || is_assigned_call(said) || is_call(said)
}

/// A call of a method with named arguments: `client.connect("203.0.113.7", username="ada")`.
fn is_call(said: &str) -> bool {
    ["(\"", "('"].iter().any(|open| {
        said.split_once(open).is_some_and(|(before, arguments)| {
            let name = before.rsplit(' ').next().unwrap_or_default();
            name.contains('.')
                && name.ends_with(|c: char| c.is_alphanumeric())
                && (arguments.contains("=\"") || arguments.contains("='"))
        })
    })
}

/// A call whose result is kept: `fs = fsspec.filesystem("sftp", host=…)`.
fn is_assigned_call(said: &str) -> bool {
    let Some((name, call)) = said.split_once(" = ") else { return false };
    let is_name = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
    };
    let name = name.rsplit(' ').next().unwrap_or_default();
    is_name(name)
        && call.split_once('(').is_some_and(|(function, arguments)| {
            is_name(function) && arguments.contains(['"', '\'', '='])
        })
}

/// A person's message in a chat: `<ada> ssh …`. The names of bots show that they are programs.
pub(super) fn is_chat(said: &str) -> bool {
    let Some((name, _)) = said.strip_prefix('<').and_then(|it| it.split_once("> ")) else {
        return false;
    };
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-|[]".contains(&it));
    is_name && !said.contains("</") && !name.contains("bot") && !name.contains("info")
}

/// Whether the line sets a standard environment variable.
pub(in crate::recognize) fn is_environment(text: &str) -> bool {
    const NAMES: [&str; 10] =
        ["SHELL", "PWD", "HOME", "PATH", "LANG", "SHLVL", "OLDPWD", "TERM", "TMPDIR", "LOGNAME"];
    NAMES.contains(&variable(text))
}

/// Whether the line sets a variable of a batch system or a build: `PBS_O_HOST=…` is where the job
/// comes from.
fn is_of_batch_system(text: &str) -> bool {
    const BEGINNINGS: &str = "PBS_ SLURM_ SLURMD_ LSB_ LS_ SGE_ OMPI_ CI_ GITHUB_ GITLAB_ JENKINS_ \
                              RUNNER_ DEPLOY_ SFTP_ FTP_ BACKUP_ RSYNC_ UPLOAD_ SMTP_ DB_ PG";
    let name = variable(text);
    let is_constant =
        name.bytes().all(|it| it.is_ascii_uppercase() || b"_0123456789".contains(&it));
    !name.is_empty() && is_constant && BEGINNINGS.split_whitespace().any(|it| name.starts_with(it))
}

/// The name of the variable that a line sets.
fn variable(text: &str) -> &str {
    let name = text.split_once('=').map_or("", |(name, _)| name).trim_start();
    name.strip_prefix("export ").unwrap_or(name)
}
