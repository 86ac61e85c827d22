//! `keygen` against ssh-keygen and PuTTYgen: making keys, and inspecting a thousand files.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Contender, alternate};
use super::table;
use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// The time to make a key is random, so a few runs say little.
const ROUNDS: usize = 30;
const INSPECTED: usize = 1000;
const INSPECTIONS: usize = 3;

/// What is measured, in this order: a name for the command line, and the options for such a key.
const MAKING: [(&str, &[&str]); 4] = [
    ("rsa-2048", &["rsa", "-b", "2048"]),
    ("rsa-3072", &["rsa", "-b", "3072"]),
    ("rsa-4096", &["rsa", "-b", "4096"]),
    ("ed25519", &["ed25519"]),
];
const INSPECTING: &str = "inspect";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (rounds, named) = match arguments.split_first() {
        Some((first, rest)) if first.starts_with(|c: char| c.is_ascii_digit()) => {
            (first.parse().map_err(|_| Failure::usage(USAGE))?, rest)
        }
        _ => (ROUNDS, arguments),
    };
    let is_known = |name: &String| {
        name == INSPECTING || MAKING.iter().any(|(known, _)| *known == name.as_str())
    };
    if !named.iter().all(is_known) {
        return Err(Failure::usage(USAGE));
    }
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|wanted| wanted == name);
    let keygen = workspace::release("keygen")?;
    let folder = workspace::target().join("bench/keygen");
    renew(&folder)?;
    for (_, kind) in MAKING.iter().filter(|(name, _)| is_wanted(name)) {
        making(&keygen, &folder, kind, rounds)?;
    }
    if is_wanted(INSPECTING) {
        inspecting(&keygen, &folder)?;
    }
    Ok(())
}

const USAGE: &str = "usage: cargo xtask bench keygen [ROUNDS] [rsa-2048|rsa-3072|rsa-4096|ed25519|inspect]...   \
                     (30 keys of each kind, about 6 minutes)";

fn making(keygen: &Path, folder: &Path, kind: &[&str], rounds: usize) -> Outcome {
    let made = Cell::new(0);
    let place = || {
        made.set(made.get() + 1);
        folder.join(format!("key{}", made.get()))
    };
    let ours = Contender::new("keygen", || {
        let mut command = Command::new(keygen);
        command.arg("-t").args(kind).args(["--no-passphrase", "-o"]).arg(place());
        command
    });
    let openssh = Contender::new("ssh-keygen", || {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-N", "", "-t"]).args(kind).arg("-f").arg(place());
        command
    });
    let putty = Contender::new("puttygen", || {
        let mut command = Command::new("puttygen");
        command
            .args(["-q", "--new-passphrase", "/dev/null", "-t"])
            .args(kind)
            .arg("-o")
            .arg(place());
        command
    });
    let costs = alternate(rounds, &[ours, openssh, putty])?;
    step::say(&table::render(&format!("a new key, {}; {rounds} in turn", kind.join(" ")), &costs))?;
    renew(folder)
}

fn inspecting(keygen: &Path, folder: &Path) -> Outcome {
    let mut files: Vec<PathBuf> = Vec::with_capacity(INSPECTED);
    for number in 0..INSPECTED {
        let file = folder.join(format!("key{number}"));
        step::run(
            Command::new(keygen)
                .args(["-q", "-t", "ed25519", "--no-passphrase", "-o"])
                .arg(&file)
                .stdout(std::process::Stdio::null()),
        )?;
        files.push(file);
    }
    let one_by_one = |program: &Path, option: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", r#"for file in "$2"/key*[0-9]; do "$0" "$1" "$file" || exit; done"#]);
        command.arg(program).arg(option).arg(folder);
        command
    };
    let at_once = Contender::new("keygen inspect, all at once", || {
        let mut command = Command::new(keygen);
        command.arg("inspect").args(&files);
        command
    });
    let ours = Contender::new("keygen inspect, one by one", || one_by_one(keygen, "inspect"));
    let openssh =
        Contender::new("ssh-keygen -lf, one by one", || one_by_one("ssh-keygen".as_ref(), "-lf"));
    let putty = Contender::new("puttygen -l, one by one", || one_by_one("puttygen".as_ref(), "-l"));
    let costs = alternate(INSPECTIONS, &[ours, at_once, openssh, putty])?;
    step::say(&table::render(
        &format!("{INSPECTED} files inspected; {INSPECTIONS} times in turn"),
        &costs,
    ))?;
    renew(folder)
}

/// Makes the folder, or empties it.
fn renew(folder: &Path) -> Outcome {
    let failed = |error| Failure::new(format!("cannot empty `{}`: {error}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)
}
