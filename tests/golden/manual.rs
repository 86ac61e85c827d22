//! Man pages: clap's sections, and sections for which clap has no place.

use clap::Command;
use clap_mangen::Man;

/// The sections of a page that the clap definitions do not contain.
struct Sections {
    exit_status: &'static str,
    /// Each variable with its effect.
    environment: &'static [(&'static str, &'static str)],
    files: &'static [(&'static str, &'static str)],
    see_also: &'static str,
}

const NO_COLOR: (&str, &str) = ("NO_COLOR", "If set, nothing is coloured.");
const ASKPASS: (&str, &str) = (
    "SSH_ASKPASS, SSH_ASKPASS_REQUIRE",
    "The program that asks for a passphrase where there is no terminal, and whether it is wanted \
     (force, prefer or never), as for ssh(1).",
);
const AGENT: (&str, &str) = ("SSH_AUTH_SOCK", "The agent's socket or pipe.");
const SHELL: (&str, &str) = ("SHELL", "The shell that runs local and proxy commands.");
const USUAL: &str = "0 success; 1 failure; 2 wrong usage.";

fn sections(tool: &str) -> Sections {
    match tool {
        "keygen" => Sections {
            exit_status: USUAL,
            environment: &[ASKPASS, AGENT, NO_COLOR],
            files: &[(
                "~/.ssh/id_rsa, ~/.ssh/id_ed25519, ~/.ssh/id_ecdsa",
                "The default of -o for a new key.",
            )],
            see_also: "pubkey-copy(1), sshc(1), ssh-keygen(1), puttygen(1)",
        },
        "pubkey-copy" => Sections {
            exit_status: USUAL,
            environment: &[
                AGENT,
                ASKPASS,
                ("DISPLAY, WAYLAND_DISPLAY", "The desktop whose clipboard is used."),
                NO_COLOR,
            ],
            files: &[("~/.ssh/id_*", "The default identities, used if no key is named.")],
            see_also: "keygen(1), cidr(1), ssh-copy-id(1), sshd(8)",
        },
        "joblog-parse" => Sections {
            exit_status: "0 found a login; 1 found none, or could not read a log; 2 wrong usage.",
            environment: &[NO_COLOR],
            files: &[],
            see_also: "sshc(1)",
        },
        "cidr" => Sections {
            exit_status: "0 success; 1 failure; 2 wrong usage. Of a question (contains, me --check, diff --exit-code): \
                          0 yes, 1 no, 2 unknown.",
            environment: &[
                ("HTTPS_PROXY, ALL_PROXY, HTTP_PROXY", "The proxy for `me --proxy env`."),
                NO_COLOR,
            ],
            files: &[],
            see_also: "pubkey-copy(1), sshd(8), nft(8)",
        },
        "sshc" => Sections {
            exit_status: "The remote command's status; 128+n if signal n ended it; 255 if sshc itself failed; \
                          2 for wrong usage.",
            environment: &[
                AGENT,
                ASKPASS,
                ("TERM", "The kind of terminal, sent to the server."),
                SHELL,
                ("BROWSER", "The browser for --open."),
                ("TMPDIR", "The folder for data of a tunnel whose reader has stalled."),
                NO_COLOR,
            ],
            files: &[
                ("~/.ssh/config, /etc/ssh/ssh_config", "The configuration; see ssh_config(5)."),
                ("~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts", "The host keys on record."),
                (
                    "~/.ssh/known_targets",
                    "Host keys filed under user@host:port, in the format of known_hosts, each with the day of its \
                     last use; --host-key-ttl says when they expire. The copy that --forget leaves is known_targets.old.",
                ),
                ("~/.ssh/id_*", "The default identities, tried if no key is named."),
            ],
            see_also: "joblog-parse(1), keygen(1), pubkey-copy(1), ssh(1), ssh_config(5), plink(1)",
        },
        "keyagent" => Sections {
            exit_status: USUAL,
            environment: &[
                (
                    "SSH_AUTH_SOCK",
                    "The agent to use, unless it is gone; without it, the user's usual one.",
                ),
                ASKPASS,
                ("SHELL", "The shell for which `env` prints."),
                NO_COLOR,
            ],
            files: &[
                (
                    "$XDG_RUNTIME_DIR/keyagent/agent.sock",
                    "The agent's socket; without XDG_RUNTIME_DIR, in a private folder of the \
                     temporary directory.",
                ),
                (
                    "~/.ssh/known_hosts, ~/.ssh/known_targets, /etc/ssh/ssh_known_hosts",
                    "The host keys for `add --only`.",
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
        section("EXIT STATUS", &escaped(about.exit_status)),
        section("ENVIRONMENT", &list(about.environment)),
        section("FILES", &list(about.files)),
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
    // With a date, the pages would differ every day.
    let man = Man::new(command).title(name.to_uppercase()).date("");
    let mut page = Vec::new();
    let mut written = man
        .render_title(&mut page)
        .and_then(|()| man.render_name_section(&mut page))
        .and_then(|()| man.render_synopsis_section(&mut page))
        .and_then(|()| man.render_description_section(&mut page))
        .and_then(|()| man.render_options_section(&mut page));
    if has_subcommands {
        written = written.and_then(|()| man.render_subcommands_section(&mut page));
    }
    written.expect("a page can be written to memory");
    without_repeats(&String::from_utf8(page).expect("a man page is UTF-8"))
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

fn list(entries: &[(&str, &str)]) -> String {
    let entry = |(name, text): &(&str, &str)| format!(".TP\n{}{}", escaped(name), escaped(text));
    entries.iter().map(entry).collect()
}

/// Escapes text for roff: a literal hyphen, and no line that roff would take for a request.
fn escaped(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\*(Aq");
        if line.starts_with(['.', '\'']) { format!("\\&{line}\n") } else { format!("{line}\n") }
    };
    text.lines().map(line).collect()
}
