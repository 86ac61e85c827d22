//! The form of source files.

use std::collections::BTreeSet;

use harness::workspace::{files, read};

use super::TOOLS;

/// As much as a reader can keep in mind; the second half of a longer file belongs elsewhere. Tables
/// of tests at the end do not count.
const LINES: usize = 450;

/// Where each crate's module trees begin.
const ROOTS: &[&str] = &[
    "contract/src/lib.rs",
    "keygen/src/lib.rs",
    "keygen/src/main.rs",
    "keygen/src/bin/keyagent.rs",
    "pubkey-copy/src/lib.rs",
    "pubkey-copy/src/main.rs",
    "joblog-parse/src/lib.rs",
    "joblog-parse/src/main.rs",
    "cidr/src/lib.rs",
    "cidr/src/main.rs",
    "sshc/src/lib.rs",
    "sshc/src/main.rs",
    "xtask/src/main.rs",
    "tests/main.rs",
    "tests/dist/main.rs",
    "tests/windows/main.rs",
    "tests/harness/lib.rs",
    "tests/harness/session_leader.rs",
    "tests/harness/embedded_cluster.rs",
];

/// Names that say nothing about the content of a file.
const NAMELESS: [&str; 6] = ["common", "helpers", "manager", "misc", "util", "utils"];

fn sources() -> Vec<String> {
    let folders = TOOLS.iter().map(|tool| format!("{tool}/src"));
    let folders = folders.chain(["contract/src", "xtask/src", "tests"].map(str::to_owned));
    folders.flat_map(|folder| files(&folder, ".rs")).collect()
}

/// Every line of every source, with a name for messages.
fn lines() -> Vec<(String, String)> {
    let numbered = |path: String| {
        let text = read(&path);
        let lines = text.lines().enumerate();
        let named = lines.map(|(at, line)| (format!("{path}:{}", at + 1), line.to_owned()));
        named.collect::<Vec<_>>()
    };
    sources().into_iter().flat_map(numbered).collect()
}

/// The modules that a file declares and that live in other files.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    let before = std::iter::once("").chain(text.lines());
    before.zip(text.lines()).filter_map(|(before, line)| {
        let declaration = line.trim().strip_suffix(';')?;
        let (visibility, name) = declaration.split_once("mod ")?;
        let is_elsewhere = before.trim().starts_with("#[path = ");
        (!is_elsewhere && (visibility.is_empty() || visibility.starts_with("pub"))).then_some(name)
    })
}

/// The files below its folder that a file declares as modules by their paths.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("#[path = \""));
    paths.filter_map(|path| path.strip_suffix("\"]")).filter(|path| !path.starts_with("../"))
}

#[test]
fn every_file_belongs_to_a_module() {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<String> = ROOTS.iter().map(|root| (*root).to_owned()).collect();
    while let Some(path) = waiting.pop() {
        let text = read(&path);
        let folder = if ROOTS.contains(&path.as_str()) {
            path.rsplit_once('/').map(|(folder, _)| folder)
        } else {
            path.strip_suffix(".rs")
        };
        let folder = folder.expect("a source has a folder and an ending");
        waiting.extend(modules(&text).map(|name| format!("{folder}/{name}.rs")));
        let here = path.rsplit_once('/').map_or("", |(here, _)| here);
        waiting.extend(paths(&text).map(|path| format!("{here}/{path}")));
        reached.insert(path);
    }
    // Each fuzz target is a program of its own.
    let is_part = |path: &String| !path.starts_with("tests/fuzz/targets/");
    let all: BTreeSet<String> = sources().into_iter().filter(is_part).collect();
    assert_eq!(all.difference(&reached).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn files_have_at_most_450_lines() {
    for path in sources() {
        let text = read(&path);
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        assert!(lines <= LINES, "{path} has {lines} lines");
    }
}

#[test]
fn comments_fit_in_100_columns() {
    for (place, line) in lines() {
        let is_comment = line.trim_start().starts_with("//");
        let fits = !is_comment || line.chars().count() <= 100;
        assert!(fits, "{place}: {line}");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for path in sources().iter().filter(|path| !path.ends_with("/tests.rs")) {
        assert!(read(path).starts_with("//! "), "{path} does not begin with `//!`");
    }
}

#[test]
fn every_file_is_named_for_what_is_in_it() {
    for path in sources() {
        let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs"));
        assert!(!NAMELESS.contains(&name.expect("a source has a name")), "{path}");
    }
}

#[test]
fn platforms_part_only_where_modules_are_chosen() {
    let all = lines();
    for (at, (place, line)) in all.iter().enumerate() {
        let asks =
            ["cfg(unix)", "cfg(windows)", "cfg(target_os", "cfg(not(unix", "cfg(not(windows"];
        if !line.trim_start().starts_with("#[") || !asks.iter().any(|ask| line.contains(ask)) {
            continue;
        }
        let (_, chosen) = all.get(at + 1).expect("an attribute is followed by its item");
        let is_choice = modules(chosen).next().is_some()
            || chosen.split("use ").next().is_some_and(|before| {
                chosen.contains("use ") && (before.trim().is_empty() || before.starts_with("pub"))
            });
        assert!(is_choice, "{place}: {chosen}");
    }
}

#[test]
fn lints_are_excepted_with_a_reason_and_never_switched_off() {
    for (place, line) in lines() {
        let line = line.trim();
        assert!(!line.starts_with("#[allow(") && !line.starts_with("#![allow("), "{place}: {line}");
    }
}

#[test]
fn only_windows_and_five_places_elsewhere_need_unsafe_code() {
    // The allocator and its setting, locking memory, and two calls that take over inherited
    // descriptors.
    let calls = [
        "keygen/src/memory.rs",
        "keygen/src/agent/heap/glibc.rs",
        "keygen/src/agent/secret/unix.rs",
        "keygen/src/agent/background/unix/descriptors.rs",
        "keygen/src/agent/listener/unix/activation.rs",
    ];
    for (place, line) in lines() {
        let is_ours = place.starts_with("tests/architecture");
        let is_known = place.contains("windows") || calls.iter().any(|it| place.starts_with(it));
        assert!(is_ours || !line.contains("expect(unsafe_code") || is_known, "{place}: {line}");
    }
}

#[test]
fn no_todo_is_left() {
    let marks = ["TODO", "FIXME", "XXX:", "todo!(", "unimplemented!(", "dbg!("];
    for (place, line) in lines() {
        let is_ours = place.starts_with("tests/architecture");
        assert!(is_ours || !marks.iter().any(|mark| line.contains(mark)), "{place}: {line}");
    }
}

/// Calls that only let time pass.
const SLEEPING: [&str; 4] = ["thread::sleep", "time::sleep", "park_timeout", "peer(\"sleep\")"];

/// Tests in which the pauses are those of a slow server or line.
const SLOW_PEERS: [&str; 2] = ["tests/sshc/relay.rs", "tests/sshc/stalled.rs"];

#[test]
fn no_test_sleeps_or_is_skipped_in_silence() {
    for (place, line) in lines() {
        if place.starts_with("tests/") && !place.starts_with("tests/architecture") {
            let waits = SLEEPING.iter().any(|call| line.contains(call));
            let imitates = SLOW_PEERS.iter().any(|file| place.starts_with(file));
            assert!(!waits || imitates, "{place} sleeps: wait for the event");
            assert!(!line.trim().starts_with("#[ignore]"), "{place}: say when it is run instead");
        }
    }
}

#[test]
fn a_main_is_one_call() {
    for tool in TOOLS {
        let main = read(&format!("{tool}/src/main.rs"));
        // keygen's allocator overwrites freed memory; only a program can install it.
        let allocator = "\n#[global_allocator]\nstatic ALLOCATOR: keygen::WipingAllocator = keygen::WipingAllocator;\n";
        let main = main.replace(allocator, "");
        let code: Vec<&str> = main.lines().filter(|line| !line.starts_with("//!")).collect();
        let library = tool.replace('-', "_");
        let expected = [
            "",
            "fn main() -> std::process::ExitCode {",
            &format!("    {library}::cli::main()"),
            "}",
        ];
        assert_eq!(code, expected, "{tool}");
    }
}

#[test]
fn whatever_program_a_test_asks_for_is_installed_before_the_tests() {
    let installed = read("xtask/src/peers.rs");
    for (place, line) in lines() {
        let calls =
            ["peer(\"", "installed(\""].into_iter().flat_map(|call| line.split(call).skip(1));
        for rest in calls
            .filter(|_| place.starts_with("tests/") && !place.starts_with("tests/architecture"))
        {
            let name = rest.split('"').next().unwrap_or_default();
            let is_known = ["sh", "wine"].contains(&name)
                || name.contains("mingw")
                || installed.contains(&format!("\"{name}\""));
            assert!(is_known, "{place}: xtask/src/peers.rs does not install `{name}`");
        }
    }
}
