//! Man pages: clap's sections, and sections for which clap has no place.

use std::io::Write as _;

use clap::Command;
use clap_mangen::Man;

/// The sections of a program's pages that the clap definitions do not contain.
struct Sections {
    environment: &'static [Entry],
    files: &'static [Entry],
    see_also: &'static str,
}

/// A variable or a file, its meaning, and the subcommands on whose pages it stands besides the
/// program's own page.
type Entry = (&'static str, &'static str, Of);

enum Of {
    All,
    /// The words after the program's name.
    Only(&'static [&'static str]),
}
use Of::{All, Only};

const NO_COLOR: Entry = ("NO_COLOR", "If set, nothing is coloured.", All);
const ASKPASS: &str = "SSH_ASKPASS, SSH_ASKPASS_REQUIRE";
const ASKPASS_HELP: &str = "The program that asks for a passphrase where there is no terminal, and whether it is wanted \
                            (force, prefer or never), as for ssh(1).";
const AGENT: (&str, &str) = ("SSH_AUTH_SOCK", "The agent's socket or pipe.");

fn exit_status(words: &[String]) -> &'static str {
    match words.join(" ").as_str() {
        "joblog-parse" => "0 found a login; 1 found none, or could not read a log; 2 wrong usage.",
        "keyagent" => {
            "0 success; 1 failure; 2 wrong usage. Of `status`: 0 an agent runs; 1 none runs; 2 unknown."
        }
        "keyagent status" => {
            "0 an agent runs; 1 none runs; 2 unknown, such as an agent that does not answer, or wrong \
             usage."
        }
        "cidr" => {
            "0 success; 1 failure; 2 wrong usage. Of a question (contains, me --check, diff --exit-code): \
             0 yes; 1 no; 2 unknown."
        }
        "cidr contains" => {
            "0 the rules contain every address; 1 they do not; 2 unknown, such as rules that cannot be \
             read, or wrong usage."
        }
        "cidr me" => {
            "0 success; 1 failure; 2 wrong usage. With --check: 0 the rules let this machine in; 1 they \
             do not; 2 unknown, such as without a network."
        }
        "cidr diff" => {
            "0 success; 1 failure; 2 wrong usage. With --exit-code: 0 nothing changes; 1 something \
             changes; 2 unknown, such as rules that cannot be read."
        }
        "sshc" => {
            "The remote command's status; 128+n if signal n ended it; 255 if sshc itself failed; 2 for \
             wrong usage. With --diagnose: 0 a login would work; 1 it would not; 255 unknown. With -O check: \
             0 there is a shared connection; 255 there is none, as with ssh."
        }
        "keyagent start" => "0 success; 1 failure; 2 wrong usage. With a command: its status.",
        _ => "0 success; 1 failure; 2 wrong usage.",
    }
}

fn sections(tool: &str) -> Sections {
    match tool {
        "keygen" => Sections {
            environment: &[
                (ASKPASS, ASKPASS_HELP, Only(&["convert", "passphrase", "public"])),
                (AGENT.0, AGENT.1, Only(&["inspect"])),
                NO_COLOR,
            ],
            files: &[(
                "~/.ssh/id_rsa, ~/.ssh/id_ed25519, ~/.ssh/id_ecdsa",
                "The default of -o for a new key.",
                Only(&[]),
            )],
            see_also: "pubkey-copy(1), sshc(1), ssh-keygen(1), puttygen(1)",
        },
        "pubkey-copy" => Sections {
            environment: &[
                (AGENT.0, AGENT.1, All),
                (ASKPASS, ASKPASS_HELP, All),
                ("DISPLAY, WAYLAND_DISPLAY", "The desktop whose clipboard is used.", All),
                NO_COLOR,
            ],
            files: &[("~/.ssh/id_*", "The default identities, used if no key is named.", All)],
            see_also: "keygen(1), cidr(1), ssh-copy-id(1), sshd(8)",
        },
        "joblog-parse" => Sections { environment: &[NO_COLOR], files: &[], see_also: "sshc(1)" },
        "cidr" => Sections {
            environment: &[
                (
                    "HTTPS_PROXY, ALL_PROXY, HTTP_PROXY",
                    "The proxy for `me --proxy env`.",
                    Only(&["me"]),
                ),
                NO_COLOR,
            ],
            files: &[],
            see_also: "pubkey-copy(1), sshd(8), nft(8)",
        },
        "sshc" => Sections {
            environment: &[
                (AGENT.0, AGENT.1, All),
                (ASKPASS, ASKPASS_HELP, All),
                ("TERM", "The kind of terminal, sent to the server.", All),
                ("SHELL", "The shell that runs local and proxy commands.", All),
                ("BROWSER", "The browser for --open.", All),
                ("TMPDIR", "The folder for data of a tunnel whose reader has stalled.", All),
                NO_COLOR,
            ],
            files: &[
                (
                    "~/.ssh/config, /etc/ssh/ssh_config",
                    "The configuration; see ssh_config(5).",
                    All,
                ),
                ("~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts", "The host keys on record.", All),
                (
                    "~/.ssh/known_targets",
                    "Host keys filed under user@host:port, in the format of known_hosts, each with the day of its \
                     last use; --host-key-ttl says when they expire. The copy that --forget leaves is known_targets.old.",
                    All,
                ),
                ("~/.ssh/id_*", "The default identities, tried if no key is named.", All),
            ],
            see_also: "joblog-parse(1), keygen(1), pubkey-copy(1), ssh(1), ssh_config(5), plink(1)",
        },
        "keyagent" => Sections {
            environment: &[
                (
                    "SSH_AUTH_SOCK",
                    "The agent to use, unless it is gone; without it, the user's usual one.",
                    All,
                ),
                (ASKPASS, ASKPASS_HELP, Only(&["add", "lock", "start", "unlock"])),
                ("SHELL", "The shell for which `env` and `start` print.", Only(&["env", "start"])),
                NO_COLOR,
            ],
            files: &[
                (
                    "$XDG_RUNTIME_DIR/keyagent/agent.sock",
                    "The agent's socket; without XDG_RUNTIME_DIR, in a private folder of the \
                     temporary directory.",
                    All,
                ),
                (
                    "~/.ssh/known_hosts, ~/.ssh/known_targets, /etc/ssh/ssh_known_hosts",
                    "The host keys for `add --only`.",
                    Only(&["add"]),
                ),
            ],
            see_also: "keygen(1), sshc(1), ssh-agent(1), ssh-add(1)",
        },
        _ => panic!("`{tool}` has no sections"),
    }
}

/// The man page of a command, which is named by its words.
pub(crate) fn page(words: &[String], command: Command) -> String {
    let tool = words.first().expect("a command has a name");
    let about = sections(tool);
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let paragraphs = help.split("\n\n").filter(|it| !it.is_empty());
    let (examples, notes): (Vec<&str>, Vec<&str>) = paragraphs
        .filter(|it| !it.starts_with("Exit status:"))
        .partition(|it| it.starts_with("Examples:"));
    let examples = examples.concat();
    let own_page = if words.len() > 1 { format!("{tool}(1), ") } else { String::new() };
    [
        defined(&words.join("-"), command),
        section("NOTES", &as_it_is(&notes.join("\n\n"))),
        section("EXIT STATUS", &escaped(exit_status(words))),
        section("ENVIRONMENT", &list(about.environment, words)),
        section("FILES", &list(about.files, words)),
        section("EXAMPLES", &as_it_is(examples.trim_start_matches("Examples:\n"))),
        section("SEE ALSO", &escaped(&(own_page + about.see_also))),
    ]
    .concat()
}

/// The part of a page that comes from the clap definition, up to the subcommands.
fn defined(name: &str, command: Command) -> String {
    let is_shown = |it: &Command| it.get_name() != "help" && !it.is_hide_set();
    let has_subcommands = command.get_subcommands().any(is_shown);
    // Otherwise clap_mangen omits the one-paragraph help of options that `-h` hides.
    let command = command.mut_args(|option| option.hide_short_help(false));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace("\n       ", "\n");
    // With a date, the pages would differ every day.
    let man = Man::new(command).title(name.to_uppercase()).date("");
    let mut page = Vec::new();
    let mut written = man
        .render_title(&mut page)
        .and_then(|()| man.render_name_section(&mut page))
        // clap_mangen's own synopsis is one line of all options without their values.
        .and_then(|()| page.write_all(section("SYNOPSIS", &as_it_is(&usage)).as_bytes()))
        .and_then(|()| man.render_description_section(&mut page))
        .and_then(|()| man.render_options_section(&mut page));
    if has_subcommands {
        written = written.and_then(|()| man.render_subcommands_section(&mut page));
    }
    written.expect("a page can be written to memory");
    let page = String::from_utf8(page).expect("a man page is UTF-8");
    // There is no page about `help`.
    let help = format!(".TP\n{}\\-help(1)\n", name.replace('-', "\\-"));
    let page = page.split_once(&help).map_or(page.as_str(), |(before, _)| before);
    without_repeats(page)
}

/// A section; nothing if its text is empty.
fn section(title: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(".SH \"{title}\"\n{text}") }
}

/// Preformatted lines.
fn as_it_is(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(".nf\n{}.fi\n", escaped(text)) }
}

/// Each of clap's sections defines the apostrophe again; one definition is enough.
fn without_repeats(page: &str) -> String {
    let is_wanted = |(at, line): &(usize, &str)| *at < 2 || !line.contains(".ds Aq");
    let lines = page.lines().enumerate().filter(is_wanted);
    lines.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// The entries that concern this command.
fn list(entries: &[Entry], words: &[String]) -> String {
    let concerns = |(.., of): &&Entry| match (words, of) {
        ([_, command, ..], Only(commands)) => commands.contains(&command.as_str()),
        _ => true,
    };
    let entry = |(name, text, _): &Entry| format!(".TP\n{}{}", escaped(name), escaped(text));
    entries.iter().filter(concerns).map(entry).collect()
}

/// Escapes text for roff: a literal hyphen, and no line that roff would take for a request.
fn escaped(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\*(Aq");
        if line.starts_with(['.', '\'']) { format!("\\&{line}\n") } else { format!("{line}\n") }
    };
    text.lines().map(line).collect()
}
