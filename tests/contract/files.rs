//! Every option of every program that takes a file, found from the clap definitions: its message
//! for a hostile name, a missing file, a folder and an unreadable file, the encodings that it
//! reads, and that it ends quietly when its reader goes away.

use std::any::TypeId;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;

use harness::account::Account;
use harness::home::Home;
use harness::invocation::{Finished, Invocation};
use harness::programs::under_test;
use harness::sshd::Sshd;

use super::encodings::forms;
use crate::golden::{commands, with_subcommands};

/// How a command line uses the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Reads it, and succeeds with the contents of this file.
    Reads(&'static str),
    /// The same; the contents become the passphrase of this key.
    Locks(&'static str, &'static str),
    /// Reads it if it exists, such as a known_hosts file, and succeeds with these contents.
    MayBeMissing(&'static str),
    Writes,
}
use Use::{Locks, MayBeMissing, Reads, Writes};

impl Use {
    /// The file with which the line succeeds, if it reads one.
    fn input(self) -> Option<&'static str> {
        match self {
            Reads(name) | Locks(name, _) | MayBeMissing(name) => Some(name),
            Writes => None,
        }
    }
}

/// The command, the name of the option or argument, and a command line with `{}` for the file.
const LINES: &[(&str, &str, &str, Use)] = &[
    ("keygen", "output", "-t ed25519 --no-passphrase -o {}", Writes),
    (
        "keygen",
        "passphrase_file",
        "-t ed25519 --force -o new --passphrase-file {} --rounds 1",
        Locks("secret", "new"),
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
        Locks("secret", "out"),
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
        Locks("secret", "locked"),
    ),
    ("keyagent add", "files", "{}", Reads("id.ppk")),
    ("keyagent add", "known_hosts", "id.ppk --only 127.0.0.1 --known-hosts {}", Reads("one-host")),
    ("keyagent add", "passphrase_file", "locked --passphrase-file {}", Reads("secret")),
    ("keyagent lock", "passphrase_file", "--passphrase-file {}", Reads("secret")),
    ("keyagent unlock", "passphrase_file", "--passphrase-file {}", Reads("secret")),
    ("keyagent remove", "key", "{}", MayBeMissing("id.ppk")),
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
    ("sshc", "keys", "--batch --key {} TARGET -- echo in", Reads("id.ppk")),
    (
        "sshc",
        "known_hosts",
        "--batch --key id.ppk --known-hosts {} TARGET -- echo in",
        MayBeMissing("hosts"),
    ),
    ("sshc", "config", "--batch --key id.ppk -F {} cluster -- echo in", Reads("config")),
    (
        "sshc",
        "passphrase_file",
        "--key locked --passphrase-file {} TARGET -- echo in",
        Reads("secret"),
    ),
    ("sshc", "password_file", "--batch --password-file {} ACCOUNT -- echo in", Reads("secret")),
    ("sshc", "rule", "--key id.ppk --diagnose --rule @{} TARGET", Reads("rules")),
    ("sshc", "log", "--key id.ppk --log {} TARGET -- echo in", Writes),
    ("sshc", "log_json", "--key id.ppk --log-json {} TARGET -- echo in", Writes),
    ("sshc", "log_file", "--key id.ppk -E {} TARGET -- echo in", Writes),
];

/// What a shell runs in the agent before a command of `keyagent`, which is `$0`, and after it.
const AROUND: &[(&str, &str, &str)] = &[
    ("keyagent lock", "true", "\"$0\" unlock --passphrase-file secret"),
    ("keyagent unlock", "\"$0\" lock --passphrase-file secret", "true"),
    ("keyagent remove", "\"$0\" add id.ppk", "true"),
];

/// Value names of arguments that take no file. `PATH` is a socket.
const NO_FILES: &[&str] = &[
    "ADDRESS",
    "AGENT",
    "BITS",
    "CHARACTER",
    "CIDR",
    "CIPHERS",
    "COMMAND",
    "COMMENT",
    "DESTINATION",
    "DURATION",
    "FORMAT",
    "FORWARD",
    "HOST",
    "HOST:PORT",
    "HOSTS",
    "INTERFACE",
    "IP",
    "KDF",
    "KIB",
    "LIBRARY",
    "LINE",
    "LIST",
    "MACS",
    "N",
    "NAME",
    "NAME=VALUE",
    "OPT",
    "PATH",
    "PID",
    "PORT",
    "REGEX",
    "SCOPE",
    "SECONDS",
    "SHA256:…",
    "SHELL",
    "SSHC-OPTION",
    "TAG",
    "TEXT",
    "TIME",
    "TUN",
    "TYPE",
    "URL",
    "VIA",
    "WHAT",
    "WHEN",
];

struct World {
    home: Home,
    sshd: Sshd,
    account: Account,
    /// The contents of the file `locked`, which some lines change.
    locked: Vec<u8>,
}

impl World {
    /// `account` is the name of a user that no other test has.
    fn new(account: &str) -> Self {
        let home = Home::new();
        fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
        home.write("secret", "correct horse\n");
        home.write("job.log", "Username: uprod_qpWia\nPublic IP: 203.0.113.7\n");
        home.write("rules", "192.0.2.0/25\n192.0.2.128/25\n");
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
        let (port, user) = (sshd.port(), sshd.user());
        let config = format!("Host cluster\n\tHostName 127.0.0.1\n\tPort {port}\n\tUser {user}\n");
        home.write("config", config);
        let locked = home.read("locked");
        Self { home, sshd, account: Account::new(account, "correct horse"), locked }
    }

    fn arguments(&self, command: &str, line: &str, file: &str) -> Vec<String> {
        let account = format!("{}@{}", self.account.name(), self.sshd.address());
        let words = command.split(' ').skip(1).chain(line.split(' '));
        let words = words.map(|word| word.replace("TARGET", &self.sshd.target()));
        words.map(|word| word.replace("ACCOUNT", &account).replace("{}", file)).collect()
    }

    /// What to run after a program that starts others, or alone.
    fn words(&self, command: &str, line: &str, file: &str) -> Vec<String> {
        let tool = program(command);
        let path = under_test(tool).display().to_string();
        let mut words = vec![path.clone()];
        if tool == "keyagent" {
            // With its own agent, so that no earlier line has changed its state.
            let around = AROUND.iter().find(|(of, ..)| *of == command);
            let (_, before, after) = around.unwrap_or(&("", "true", "true"));
            let script = format!("{before} >/dev/null 2>&1 && \"$0\" \"$@\" && {after}");
            words.extend(["start", "--", "sh", "-c", &script, &path].map(str::to_owned));
        }
        words.extend(self.arguments(command, line, file));
        words
    }

    fn call(&self, command: &str, line: &str, file: &str) -> Invocation {
        let words = self.words(command, line, file);
        self.home.tool(program(command)).args(words.into_iter().skip(1))
    }

    /// The same, run by a user who owns nothing here but a folder for sockets, because root may
    /// read everything.
    fn call_as_stranger(&self, command: &str, line: &str, file: &str) -> Invocation {
        let sockets = self.home.path("sockets");
        fs::create_dir_all(&sockets).expect("ours");
        fs::set_permissions(&sockets, fs::Permissions::from_mode(0o700)).expect("ours");
        chown(&sockets, Some(65534), Some(65534)).expect("root may give it away");
        let call = self.home.peer("setpriv").env("XDG_RUNTIME_DIR", sockets);
        let call = call.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        call.args(self.words(command, line, file))
    }

    /// A line with a file of these contents, or of a new name.
    fn call_on(&self, contents: Option<&[u8]>, command: &str, line: &str) -> Invocation {
        self.home.write("locked", &self.locked);
        let copy = self.home.write("copy", contents.unwrap_or_default());
        if contents.is_none() {
            fs::remove_file(copy).expect("it is ours");
            // keygen writes it too.
            let _ = fs::remove_file(self.home.path("copy.pub"));
        }
        self.call(command, line, "copy")
    }
}

fn program(command: &str) -> &str {
    command.split(' ').next().expect("a program")
}

/// The program's message about the file: the first line, without `tool: `.
fn refusal(command: &str, ran: &Finished) -> String {
    let tool = program(command);
    assert!(ran.code() != 0 && ran.stdout.is_empty(), "{command}: {ran:?}");
    let first = ran.stderr().lines().next().unwrap_or_default();
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
        let message = refusal(command, &ran(command, line));
        let expected = format!("`{file}`: {cause}");
        assert!(message.ends_with(&expected), "{command} {option}: {message}");
        assert!(message.starts_with("cannot "), "{command} {option}: {message}");
    }
}

#[test]
fn every_option_that_takes_a_file_has_a_line() {
    let mut unknown: Vec<_> = LINES.iter().map(|(command, id, ..)| (*command, *id)).collect();
    for command in commands() {
        for (words, command) in with_subcommands(&command) {
            let words = words.join(" ");
            for argument in command.get_arguments().filter(|it| it.get_action().takes_values()) {
                let names = argument.get_value_names().unwrap_or_default();
                let is_path = argument.get_value_parser().type_id() == TypeId::of::<PathBuf>();
                let known = (words.as_str(), argument.get_id().as_str());
                let has_line = unknown.contains(&known);
                unknown.retain(|line| *line != known);
                let takes_none = !names.is_empty()
                    && names.iter().all(|name| NO_FILES.contains(&name.as_str()))
                    && (!is_path || names.iter().all(|name| name == "PATH"));
                assert!(has_line || takes_none, "{words}: {} {names:?}", argument.get_id());
            }
        }
    }
    assert_eq!(unknown, [], "there are no such options");
}

#[test]
fn a_hostile_name_is_shown_once_and_obeyed_by_no_terminal() {
    let world = World::new("cntrhostile");
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
    let world = World::new("cntrwords");
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
fn an_output_that_cannot_be_written_is_named() {
    let world = World::new("cntroutput");
    world.home.write("folder/file", "");
    let closed = world.home.path("closed");
    fs::create_dir(&closed).expect("the name is free");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("ours");
    for name in ["locked", "id.ppk"] {
        let readable = fs::Permissions::from_mode(0o644);
        fs::set_permissions(world.home.path(name), readable).expect("ours");
    }
    for (command, option, line, _) in LINES.iter().filter(|(.., kind)| *kind == Writes) {
        let message = refusal(command, &world.call(command, line, "folder").run());
        let folder =
            ["`folder`: Is a directory", "`folder` is not a regular file, so it is not replaced"];
        assert!(folder.iter().any(|it| message.ends_with(it)), "{command} {option}: {message}");
        let ran = world.call_as_stranger(command, line, "closed/new").run();
        let message = refusal(command, &ran);
        let named = message.contains("`closed/new`") || message.contains("`closed`");
        let is_plain = named && message.ends_with(": Permission denied");
        assert!(is_plain, "{command} {option}: {message}");
    }
}

#[test]
fn text_is_read_in_every_encoding() {
    let world = World::new("cntrtext");
    for (command, option, line, kind) in LINES {
        let Some(name) = kind.input() else { continue };
        let text = world.home.read_text(name);
        let run = |contents: &[u8]| world.call_on(Some(contents), command, line).run();
        let (expected, again) = (run(text.as_bytes()), run(text.as_bytes()));
        assert_eq!(expected.stderr(), "", "{command} {option}");
        let nothing = run(b"");
        let differs = (nothing.code(), &nothing.stdout) != (expected.code(), &expected.stdout);
        assert!(differs || !nothing.stderr.is_empty(), "{command} {option} ignores the contents");
        for (form, bytes) in forms(&text) {
            let ran = run(&bytes);
            let what = format!("{command} {option} {form}: {}", ran.stderr());
            assert_eq!((ran.code(), ran.stderr()), (expected.code(), ""), "{what}");
            // A new key is another one each time.
            if expected.stdout == again.stdout {
                assert_eq!(ran.stdout(), expected.stdout(), "{what}");
            }
            if let Locks(_, key) = kind {
                let open = ["passphrase", key, "--passphrase-file", "secret"];
                let open = world.home.tool("keygen").args(open).arg("--no-new-passphrase").run();
                assert_eq!((open.code(), open.stderr()), (0, ""), "{what}");
            }
        }
    }
}

#[test]
fn a_closed_pipe_ends_every_line_quietly() {
    let world = World::new("cntrpipe");
    for (command, option, line, kind) in LINES {
        let contents = kind.input().map(|name| world.home.read(name));
        let call = || world.call_on(contents.as_deref(), command, line);
        let open = call().run();
        let (reader, writer) = io::pipe().expect("a pipe is free");
        drop(reader);
        let closed = call().stdout_to(writer).run();
        let what = format!("{command} {option}");
        let code = match (*command, *option) {
            // A question whose answer could not be written has none.
            ("cidr contains" | "cidr me", _) => 2,
            ("sshc", "rule") => 255,
            _ => open.code(),
        };
        assert_eq!((closed.code(), closed.stderr()), (code, ""), "{what}: {open:?}");
    }
}
