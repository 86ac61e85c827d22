//! Every option of every program that takes a file, found from the clap definitions: its message
//! for a hostile name, a missing file, a folder and an unreadable file, and the encodings that it
//! reads.

use std::any::TypeId;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::{Finished, Invocation};
use harness::sshd::Sshd;

use super::encodings::forms;
use crate::golden::{commands, with_subcommands};

/// How a command line uses the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Reads it, and succeeds with the contents of this file.
    Reads(&'static str),
    /// Reads it, and would then log in, for which there is no server here.
    ReadsFirst,
    /// Reads it if it exists, such as a known_hosts file.
    MayBeMissing(&'static str),
    Writes,
}
use Use::{MayBeMissing, Reads, ReadsFirst, Writes};

/// The command, the name of the option or argument, and a command line with `{}` for the file.
const LINES: &[(&str, &str, &str, Use)] = &[
    ("keygen", "output", "-t ed25519 --no-passphrase -o {}", Writes),
    (
        "keygen",
        "passphrase_file",
        "-t ed25519 --force -o new --passphrase-file {}",
        Reads("secret"),
    ),
    ("keygen convert", "input", "{} --force -o out.ppk --no-new-passphrase", Reads("id.ppk")),
    ("keygen convert", "output", "id.ppk -o {} --no-new-passphrase", Writes),
    (
        "keygen convert",
        "passphrase_file",
        "locked --force -o out.ppk --passphrase-file {} --no-new-passphrase",
        Reads("secret"),
    ),
    (
        "keygen convert",
        "new_passphrase_file",
        "id.ppk --force -o out --new-passphrase-file {} --rounds 1",
        Reads("secret"),
    ),
    ("keygen inspect", "files", "{}", Reads("id.ppk")),
    ("keygen inspect", "passphrase_file", "locked --passphrase-file {}", Reads("secret")),
    ("keygen public", "file", "{}", Reads("id.ppk")),
    ("keygen public", "passphrase_file", "locked --passphrase-file {}", Reads("secret")),
    ("keygen passphrase", "file", "{} --no-new-passphrase", Reads("id.ppk")),
    (
        "keygen passphrase",
        "passphrase_file",
        "locked --passphrase-file {} --new-passphrase-file secret --rounds 1",
        Reads("secret"),
    ),
    (
        "keygen passphrase",
        "new_passphrase_file",
        "locked --passphrase-file secret --new-passphrase-file {} --rounds 1",
        Reads("secret"),
    ),
    ("keyagent add", "files", "{}", Reads("id.ppk")),
    ("keyagent add", "known_hosts", "id.ppk --only 127.0.0.1 --known-hosts {}", Reads("one-host")),
    ("keyagent add", "passphrase_file", "locked --passphrase-file {}", Reads("secret")),
    ("keyagent lock", "passphrase_file", "--passphrase-file {}", Reads("secret")),
    ("keyagent unlock", "passphrase_file", "--passphrase-file {}", ReadsFirst),
    ("pubkey-copy", "key", "{} --print", Reads("id.ppk")),
    ("pubkey-copy", "passphrase_file", "locked.pem --print --passphrase-file {}", Reads("secret")),
    ("joblog-parse", "files", "{}", Reads("job.log")),
    ("cidr merge", "inputs", "@{}", Reads("rules")),
    ("cidr subtract", "inputs", "@{} --minus 192.0.2.128/25", Reads("rules")),
    ("cidr subtract", "minus", "192.0.2.0/23 --minus @{}", Reads("rules")),
    ("cidr intersect", "inputs", "@{} --with 192.0.2.128/25", Reads("rules")),
    ("cidr intersect", "with", "192.0.2.0/23 --with @{}", Reads("rules")),
    ("cidr diff", "old", "@{} 192.0.2.0/23", Reads("rules")),
    ("cidr diff", "new", "192.0.2.0/23 @{}", Reads("rules")),
    ("cidr split", "inputs", "@{} --prefix 26", Reads("rules")),
    ("cidr contains", "rules", "@{} --address 192.0.2.7", Reads("rules")),
    ("cidr contains", "address", "192.0.2.0/23 --address @{}", Reads("rules")),
    ("cidr show", "inputs", "@{}", Reads("rules")),
    ("cidr me", "check", "--address 192.0.2.7 --check @{}", Reads("rules")),
    ("sshc", "keys", "--batch --key {} TARGET -- true", Reads("id.ppk")),
    ("sshc", "known_hosts", "--key id.ppk --known-hosts {} TARGET -- true", MayBeMissing("hosts")),
    ("sshc", "config", "--key id.ppk -F {} TARGET -- true", Reads("config")),
    (
        "sshc",
        "passphrase_file",
        "--key locked --passphrase-file {} TARGET -- true",
        Reads("secret"),
    ),
    ("sshc", "password_file", "--batch --password-file {} TARGET -- true", ReadsFirst),
    ("sshc", "rule", "--key id.ppk --diagnose --rule @{} TARGET", Reads("rules")),
    ("sshc", "log", "--key id.ppk --log {} TARGET -- true", Writes),
    ("sshc", "log_json", "--key id.ppk --log-json {} TARGET -- true", Writes),
    ("sshc", "log_file", "--key id.ppk -E {} TARGET -- true", Writes),
];

/// Value names of arguments that take a file although their type is not `PathBuf`.
const FILE_NAMES: [&str; 6] = ["FILE", "KEY", "IN", "OLD", "NEW", "RULE"];

struct World {
    home: Home,
    sshd: Sshd,
}

impl World {
    fn new() -> Self {
        let home = Home::new();
        fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
        home.write("secret", "correct horse\n");
        home.write("job.log", "Username: uprod_qpWia\nPublic IP: 203.0.113.7\n");
        home.write("rules", "192.0.2.0/25\n192.0.2.128/25\n");
        home.write("config", "Compression no\n");
        let make = |line: &str| home.shell(line).run().quiet_success();
        let line = make("keygen -t ed25519 --no-passphrase -o id.ppk");
        make("keygen convert id.ppk -o locked --new-passphrase-file secret --rounds 1 -q");
        make("keygen convert id.ppk -o plain.pem -O pkcs8 --no-new-passphrase -q");
        make("openssl pkey -in plain.pem -aes256 -passout 'pass:correct horse' -out locked.pem");
        let sshd = Sshd::setup()
            .option("PasswordAuthentication yes")
            .authorize(line.trim_end())
            .host_key_type("ed25519")
            .start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        home.write("hosts", sshd.known_hosts_line("ed25519"));
        let key = sshd.host_key("ed25519");
        home.write("one-host", format!("127.0.0.1 {key}\n"));
        Self { home, sshd }
    }

    fn arguments(&self, command: &str, line: &str, file: &str) -> Vec<String> {
        let target = self.sshd.target();
        let words = command.split(' ').skip(1).chain(line.split(' '));
        words.map(|word| word.replace("TARGET", &target).replace("{}", file)).collect()
    }

    fn call(&self, command: &str, line: &str, file: &str) -> Invocation {
        let tool = command.split(' ').next().expect("a program");
        let call = self.home.tool(tool);
        // With its own agent, so that no earlier line has changed its state.
        let call = if tool == "keyagent" {
            call.args(["start", "--"]).arg(harness::home::under_test(tool))
        } else {
            call
        };
        call.args(self.arguments(command, line, file))
    }

    /// The same, run by a user who owns nothing here, because root may read everything.
    fn call_as_stranger(&self, command: &str, line: &str, file: &str) -> Invocation {
        let tool = command.split(' ').next().expect("a program");
        let user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let call = self.home.peer("setpriv").args(user);
        let tool = harness::home::under_test(tool);
        call.arg(tool).args(self.arguments(command, line, file))
    }
}

/// The program's message about the file: the first line, without `tool: `.
fn refusal(command: &str, ran: &Finished) -> String {
    let tool = command.split(' ').next().expect("a program");
    assert!(ran.code() != 0 && ran.stdout.is_empty(), "{command}: {ran:?}");
    let first = ran.stderr().lines().next().expect("it says why");
    assert!(!ran.stderr().contains("os error"), "{command}: {first}");
    let message = first.strip_prefix(&format!("{tool}: "));
    message.unwrap_or_else(|| panic!("{command} is not named in {first:?}")).to_owned()
}

/// Checks that every command line ends its message about `file` in the same words.
fn assert_same_words(file: &str, cause: &str, ran: impl Fn(&str, &str) -> Finished) {
    for (command, option, line, kind) in LINES {
        if cause.starts_with("No such") && matches!(kind, MayBeMissing(_)) || *kind == Writes {
            continue;
        }
        // These commands first look for the agent, and the stranger has none.
        let asks_first = ["keyagent lock", "keyagent unlock"].contains(command);
        if asks_first && cause.starts_with("Permission") {
            continue;
        }
        let message = refusal(command, &ran(command, line));
        let expected = format!("`{file}`: {cause}");
        assert!(message.ends_with(&expected), "{command} {option}: {message}");
        assert!(message.starts_with("cannot "), "{command} {option}: {message}");
    }
}

#[test]
fn every_option_that_takes_a_file_has_a_line() {
    for command in commands() {
        for (words, command) in with_subcommands(&command) {
            let words = words.join(" ");
            // Their arguments are a socket, and a key by its file or by any other name.
            if ["keyagent start", "keyagent remove"].contains(&words.as_str()) {
                continue;
            }
            for argument in command.get_arguments().filter(|it| it.get_action().takes_values()) {
                let names = argument.get_value_names().unwrap_or_default();
                let type_id = argument.get_value_parser().type_id();
                // The addresses to look up may be a file too, as rules may.
                let is_file = type_id == TypeId::of::<PathBuf>()
                    || names.iter().any(|name| FILE_NAMES.contains(&name.as_str()))
                    || (words == "cidr contains" && argument.get_id() == "address");
                let has_line =
                    LINES.iter().any(|(of, id, ..)| *of == words && argument.get_id() == *id);
                assert_eq!(is_file, has_line, "{words}: {} {names:?}", argument.get_id());
            }
        }
    }
}

#[test]
fn a_hostile_name_is_shown_once_and_obeyed_by_no_terminal() {
    let world = World::new();
    // A command that writes names the missing folder.
    let hostile = "no\\where\u{1b}[31m\u{202e}/file";
    let shown = "no\\where\\u{1b}[31m\\u{202e}";
    for (command, option, line, kind) in LINES {
        let ran = world.call(command, line, hostile).run();
        if matches!(kind, MayBeMissing(_)) {
            assert!(!ran.stderr().contains(['\u{1b}', '\u{202e}']), "{command} {option}");
            continue;
        }
        let message = refusal(command, &ran);
        assert!(message.contains(shown), "{command} {option}: {message:?}");
        assert!(!ran.stderr().contains(['\u{1b}', '\u{202e}']), "{command} {option}: {message:?}");
        assert!(
            message.ends_with(": No such file or directory"),
            "{command} {option}: {message:?}"
        );
    }
}

#[test]
fn a_missing_file_a_folder_and_a_closed_one_are_named_in_the_same_words() {
    let world = World::new();
    world.home.write("folder/file", "");
    let run = |file: &'static str| {
        let world = &world;
        move |command: &str, line: &str| world.call(command, line, file).run()
    };
    assert_same_words("missing", "No such file or directory", run("missing"));
    assert_same_words("folder", "Is a directory", run("folder"));
    let closed = world.home.write("closed", "secret");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("ours");
    // Files that a command reads before the unreadable one must be readable for every user.
    for name in ["locked", "locked.pem", "id.ppk"] {
        let path = world.home.path(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("ours");
    }
    assert!(closed.as_os_str().as_bytes().starts_with(b"/"), "it is named from the root");
    assert_same_words("closed", "Permission denied", |command, line| {
        world.call_as_stranger(command, line, "closed").run()
    });
}

#[test]
fn text_is_read_in_every_encoding() {
    let world = World::new();
    for (command, option, line, kind) in LINES {
        let (Reads(name) | MayBeMissing(name)) = kind else { continue };
        let text = world.home.read_text(name);
        let locked = world.home.read("locked");
        for (form, bytes) in forms(&text) {
            world.home.write("copy", bytes);
            world.home.write("locked", &locked);
            let ran = world.call(command, line, "copy").run();
            // The answers of `cidr diff` and similar commands do not matter here.
            assert!(ran.stderr.is_empty(), "{command} {option} {form}: {}", ran.stderr());
        }
    }
}

#[test]
fn a_closed_pipe_ends_every_line_quietly() {
    let world = World::new();
    for (command, option, line, kind) in LINES {
        let Reads(name) = kind else { continue };
        world.home.write("copy", world.home.read(name));
        let locked = world.home.read("locked");
        let (reader, writer) = io::pipe().expect("a pipe is free");
        drop(reader);
        let ran = world.call(command, line, "copy").stdout_to(writer).run();
        world.home.write("locked", locked);
        assert_eq!(ran.stderr(), "", "{command} {option}");
    }
}
