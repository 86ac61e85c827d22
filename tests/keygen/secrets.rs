//! Secrets do not leak: no half-written key remains after a signal, and no copy of a key remains in
//! memory after the work.

use std::collections::HashSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;

use data_encoding::BASE64;
use harness::agent::Agent;
use harness::awaited;
use harness::home::Home;
use harness::invocation::Running;
use harness::programs::under_test;
use rustix::process::{Pid, Signal, kill_process};

/// Runs the tool in strace, which delays it by so many seconds at each call of this name.
fn held_at(home: &Home, tool: &str, (call, seconds): (&str, u32), arguments: &[&str]) -> Running {
    let filter = format!("trace={call}");
    let inject = format!("inject={call}:delay_enter={seconds}000000");
    let strace = home.peer("strace").args(["-f", "-o", "/dev/null", "-e", &filter, "-e", &inject]);
    strace.arg(under_test(tool)).args(arguments.iter().copied()).start()
}

/// The process that strace started.
fn traced(strace: &Running, tool: &str) -> u32 {
    let id = strace.id();
    awaited("strace starts the tool", || {
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
        let child = children.split_whitespace().next()?.parse().ok()?;
        let program = fs::read_link(format!("/proc/{child}/exe")).ok()?;
        (program == under_test(tool)).then_some(child)
    })
}

fn process(id: u32) -> Pid {
    Pid::from_raw(id.cast_signed()).expect("a process")
}

#[test]
fn a_signal_during_the_write_leaves_nothing() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let home = Home::new();
        let strace = held_at(
            &home,
            "keygen",
            ("fsync", 5),
            &["-t", "ed25519", "-o", "id", "--no-passphrase"],
        );
        let id = traced(&strace, "keygen");
        awaited("a file is begun", || home.names().first().map(|_| ()));
        kill_process(process(id), signal).expect("it runs");
        let finished = strace.finish();
        assert_eq!(finished.status.signal(), Some(signal.as_raw()), "{finished:?}");
        assert_eq!(home.names(), Vec::<String>::new(), "{signal:?}");
    }
}

#[test]
fn a_signal_that_was_ignored_from_the_start_stays_ignored() {
    let home = Home::new();
    let line = "trap '' HUP; exec strace -f -o /dev/null -e trace=fsync \
                -e inject=fsync:signal=HUP keygen -t ed25519 -o id --no-passphrase";
    let _ = home.shell(line).run().quiet_success();
    assert_eq!(home.names(), ["id", "id.pub"]);
}

#[test]
fn runs_at_once_leave_a_pair_of_one_key() {
    let home = Home::new();
    for _ in 0..5 {
        let runs: Vec<_> = (0..6)
            .map(|_| {
                let keygen = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--force"]);
                keygen.arg("--no-passphrase").start()
            })
            .collect();
        for run in runs {
            let _ = run.finish().quiet_success();
        }
        let private = home.peer("ssh-keygen").args(["-yf", "id"]).run().quiet_success();
        assert_eq!(home.read_text("id.pub"), private);
        assert_eq!(home.names(), ["id", "id.pub"]);
    }
}

#[test]
fn a_public_line_is_never_beside_another_key() {
    let home = Home::new();
    let make = ["-t", "ed25519", "-o", "id", "--no-passphrase", "--force"];
    let _ = home.tool("keygen").args(make).run().quiet_success();
    for call in ["rename", "unlink"] {
        for when in 1.. {
            let inject = format!("inject={call}:signal=KILL:when={when}");
            let strace = home.peer("strace").args(["-f", "-o", "/dev/null", "-e", &inject]);
            let killed = strace.arg(under_test("keygen")).args(make).run().status.signal();
            let private = home.peer("ssh-keygen").args(["-yf", "id"]).run().quiet_success();
            if home.path("id.pub").exists() {
                assert_eq!(home.read_text("id.pub"), private, "{call} {when}");
            }
            if killed.is_none() {
                break;
            }
        }
    }
}

#[test]
fn a_passphrase_that_cannot_be_typed_makes_no_key() {
    let home = Home::new();
    home.write("nul", b"a\0b\n");
    let make = ["-t", "ed25519", "-o", "id", "--rounds", "1", "--passphrase-file"];
    let said = home.tool("keygen").args(make).arg("nul").run().failure(1);
    assert_eq!(
        said,
        "keygen: cannot read the passphrase from `nul`: the passphrase contains the character \
         U+0000, which cannot be typed\nkeygen: hint: write it as text in UTF-8 or UTF-16, on the \
         first line of the file\n"
    );
    assert_eq!(home.names(), ["nul"]);
    for units in [u16::to_le_bytes, u16::to_be_bytes] {
        home.write("utf-16", "abc\r\n".encode_utf16().flat_map(units).collect::<Vec<_>>());
        let line = home.tool("keygen").args(make).arg("utf-16").arg("--force").run();
        let line = line.quiet_success();
        let opened = home.peer("ssh-keygen").args(["-y", "-P", "abc", "-f", "id"]).run();
        assert_eq!(opened.quiet_success(), line);
    }
}

/// Sixteen bytes of a secret number; finding them proves a leak.
type Pieces = HashSet<[u8; 16]>;

/// Takes so many bytes off the front.
fn bytes<'a>(rest: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, after) = rest.split_at(length);
    *rest = after;
    taken
}

/// Takes a string of the SSH wire format off the front.
fn string<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let length: [u8; 4] = bytes(rest, 4).try_into().expect("four bytes");
    bytes(rest, u32::from_be_bytes(length) as usize)
}

/// The secret numbers of an unlocked OpenSSH file in every form that memory may hold: big-endian
/// and little-endian.
fn secrets(home: &Home, name: &str) -> Pieces {
    let text = home.read_text(name);
    let base64: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let decoded = BASE64.decode(base64.as_bytes()).expect("base64");
    let mut rest = decoded.as_slice();
    bytes(&mut rest, "openssh-key-v1\0".len());
    let _lock = [string(&mut rest), string(&mut rest), string(&mut rest)];
    let (_count, _public) = (bytes(&mut rest, 4), string(&mut rest));
    let mut private = string(&mut rest);
    let _checks = bytes(&mut private, 8);
    let numbers: Vec<&[u8]> = match string(&mut private) {
        b"ssh-rsa" => {
            let _public = [string(&mut private), string(&mut private)];
            // d, iqmp, p, q.
            (0..4).map(|_| string(&mut private)).collect()
        }
        b"ssh-ed25519" => {
            let (_public, mut both) = (string(&mut private), string(&mut private));
            vec![bytes(&mut both, 32)]
        }
        _ => vec![(string(&mut private), string(&mut private), string(&mut private)).2],
    };
    // The first byte may only be a sign.
    let digits = numbers.into_iter().filter_map(|number| number.get(1..));
    let pieces = digits.flat_map(|digits| digits.as_chunks::<16>().0.to_vec());
    pieces.flat_map(|piece| [piece, reversed(piece)]).collect()
}

fn reversed(mut piece: [u8; 16]) -> [u8; 16] {
    piece.reverse();
    piece
}

/// The writable memory of a process.
fn memory(id: u32) -> Vec<Vec<u8>> {
    let memory = File::open(format!("/proc/{id}/mem")).expect("the tests run as its owner");
    let maps = fs::read_to_string(format!("/proc/{id}/maps")).expect("it runs");
    let address = |hex| u64::from_str_radix(hex, 16).expect("an address");
    let ranges = maps.lines().filter(|map| map.contains(" rw")).map(|map| {
        let range = map.split(' ').next().and_then(|range| range.split_once('-'));
        let (start, end) = range.expect("a range");
        (address(start), address(end))
    });
    let read = |(start, end): (u64, u64)| {
        let mut bytes = vec![0; usize::try_from(end - start).expect("it is in memory")];
        memory.read_exact_at(&mut bytes, start).is_ok().then_some(bytes)
    };
    ranges.filter_map(read).collect()
}

/// How many pieces of the secrets are in the memory of a tool that has done its work and is about
/// to exit.
fn at_exit(home: &Home, tool: &str, arguments: &[&str], secrets: &Pieces) -> usize {
    let strace = held_at(home, tool, ("exit_group", 6), arguments);
    let id = traced(&strace, tool);
    awaited("the tool ends", || {
        let call = fs::read_to_string(format!("/proc/{id}/syscall")).ok()?;
        // The number of exit_group on x86_64 and on aarch64.
        ["231 ", "94 "].iter().any(|number| call.starts_with(number)).then_some(())
    });
    let memory = memory(id);
    assert!(fs::read_to_string(format!("/proc/{id}/syscall")).is_ok(), "it is still held");
    // It may have ended meanwhile.
    let _ = kill_process(process(id), Signal::KILL);
    let _ = strace.finish();
    found(&memory, secrets)
}

fn found(memory: &[Vec<u8>], secrets: &Pieces) -> usize {
    assert!(memory.len() > 2, "its heap, its stack and its variables");
    let pieces = memory.iter().flat_map(|bytes| bytes.windows(16));
    pieces.filter(|piece| secrets.contains(*piece)).count()
}

#[test]
fn no_copy_of_a_key_is_in_memory_after_the_work() {
    let home = Home::new();
    home.write("secret", "correct horse battery\n");
    for (kind, format) in [("ed25519", "ppk"), ("ecdsa", "pkcs8"), ("rsa", "openssh")] {
        let new = ["-t", kind, "-o", "id", "--force"];
        let made = home.tool("keygen").args(new).arg("--no-passphrase").run();
        let _ = made.quiet_success();
        let convert = ["convert", "id", "--force", "-o"];
        let lock = ["--new-passphrase-file", "secret"];
        let locked = home.tool("keygen").args(convert).arg("locked").args(lock).run();
        let _ = locked.quiet_success();
        let mut secrets = secrets(&home, "id");
        secrets.insert(*b"correct horse ba");
        assert!(secrets.len() > 2, "{kind}");
        let out = ["-o", "out", "-O", format, "--force"];
        let unlocked = [&["convert", "id"][..], &out].concat();
        assert_eq!(at_exit(&home, "keygen", &unlocked, &secrets), 0, "{unlocked:?}");
        let unlock = ["convert", "locked", "--passphrase-file", "secret"];
        let locked = [&unlock[..], &out].concat();
        assert_eq!(at_exit(&home, "keygen", &locked, &secrets), 0, "{locked:?}");
    }
}

#[test]
fn no_copy_of_a_key_is_in_pubkey_copy_after_unlocking() {
    let home = Home::new();
    home.write("secret", "correct horse battery\n");
    let new = ["-t", "rsa", "-b", "2048", "-o", "id", "--no-passphrase"];
    let line = home.tool("keygen").args(new).run().quiet_success();
    for format in ["pem", "pkcs8"] {
        let convert = ["convert", "id", "-O", format, "-o", "locked", "--force"];
        let lock = ["--new-passphrase-file", "secret"];
        let _ = home.tool("keygen").args(convert).args(lock).run().quiet_success();
        let mut secrets = secrets(&home, "id");
        secrets.insert(*b"correct horse ba");
        let print = ["locked", "--print", "--passphrase-file", "secret"];
        let printed = home.tool("pubkey-copy").args(print).run().quiet_success();
        assert_eq!(printed.split(' ').nth(1).map(str::trim), line.split(' ').nth(1).map(str::trim));
        assert_eq!(at_exit(&home, "pubkey-copy", &print, &secrets), 0, "{format}");
    }
}

#[test]
fn no_copy_of_a_key_is_in_an_agent_that_forgot_it() {
    let mut home = Home::new();
    let agent = Agent::keyagent(&home, &[]);
    home.set("SSH_AUTH_SOCK", agent.socket());
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let new = ["-t", kind, "-o", "id", "--no-passphrase", "--force"];
        let _ = home.tool("keygen").args(new).run().quiet_success();
        let secrets = secrets(&home, "id");
        let _ = home.tool("keyagent").args(["add", "id"]).run().quiet_success();
        assert_eq!(home.peer("ssh-add").args(["-T", "id.pub"]).run().code(), 0, "{kind}");
        assert_ne!(found(&memory(agent.id()), &secrets), 0, "{kind}: it is held");
        let _ = home.tool("keyagent").args(["remove", "--all"]).run().quiet_success();
        assert_eq!(found(&memory(agent.id()), &secrets), 0, "{kind}");
    }
}
