//! `cargo xtask fuzz [TARGET] [--runs N | --time DURATION] [--minimize]`: coverage-guided fuzzing
//! of every reader of bytes from outside.
//!
//! The targets are in `tests/fuzz/targets`, for libFuzzer. The installed compiler builds them: it
//! supports coverage instrumentation, but only with `RUSTC_BOOTSTRAP`. An address sanitizer would
//! need a nightly, and finds little in code without `unsafe`. Every run starts with the inputs
//! found earlier: `tests/fixtures/fuzz` has the fewest inputs with the same coverage, and
//! `--minimize` renews them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{self, Failure, Outcome};
use crate::workspace;

const USAGE: &str = "usage: cargo xtask fuzz [TARGET] [--runs N | --time 30s|5m|2h] [--minimize]   (1m for each target)";

const CARGO_FUZZ: &str = "0.13.2";

/// The limits: seconds per input, and MB of memory in total.
const LIMITS: [&str; 2] = ["-timeout=20", "-rss_limit_mb=2048"];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let targets = targets()?;
    if let Some(wanted) = options.target.as_ref().filter(|it| !targets.contains(it)) {
        let known = targets.join(", ");
        return Err(Failure::usage(format!("no fuzz target `{wanted}`; there are: {known}")));
    }
    install()?;
    lock()?;
    for target in &targets {
        if options.target.as_ref().is_none_or(|wanted| wanted == target) {
            fuzz(target, &options)?;
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct Options {
    target: Option<String>,
    /// In libFuzzer's syntax.
    end: String,
    minimizes: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { target: None, end: String::new(), minimizes: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--runs" | "--time" if options.end.is_empty() => {
                    let value = rest.next().ok_or_else(|| Failure::usage(USAGE))?;
                    options.end = if argument == "--runs" {
                        value.parse().ok().map(|runs: u64| format!("-runs={runs}"))
                    } else {
                        seconds(value).map(|seconds| format!("-max_total_time={seconds}"))
                    }
                    .ok_or_else(|| Failure::usage(USAGE))?;
                }
                "--minimize" => options.minimizes = true,
                name if options.target.is_none() && !name.starts_with('-') => {
                    options.target = Some(name.to_owned());
                }
                _ => return Err(Failure::usage(USAGE)),
            }
        }
        if options.end.is_empty() {
            "-max_total_time=60".clone_into(&mut options.end);
        }
        Ok(options)
    }
}

/// `90`, `90s`, `5m` or `2h` in seconds.
fn seconds(text: &str) -> Option<u64> {
    let (number, factor) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) if text.ends_with('h') => (number, 3600),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

fn folder() -> PathBuf {
    workspace::root().join("tests").join("fuzz")
}

/// The names of the targets, in order.
fn targets() -> Result<Vec<String>, Failure> {
    let folder = folder().join("targets");
    let unreadable = |error| Failure::new(format!("cannot read `{}`: {error}", folder.display()));
    let mut names = Vec::new();
    for file in fs::read_dir(&folder).map_err(unreadable)? {
        let path = file.map_err(unreadable)?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort_unstable();
    Ok(names)
}

fn cargo_fuzz() -> PathBuf {
    workspace::target().join("cargo-fuzz").join("bin").join("cargo-fuzz")
}

fn install() -> Outcome {
    if cargo_fuzz().is_file() {
        return Ok(());
    }
    let mut install = workspace::cargo();
    install.args(["install", "--locked", "--debug", "--version", CARGO_FUZZ, "--root"]);
    step::run(install.arg(workspace::target().join("cargo-fuzz")).arg("cargo-fuzz"))
}

/// The targets are a separate workspace, which must use the versions in the programs.
fn lock() -> Outcome {
    let (ours, theirs) = (workspace::root().join("Cargo.lock"), folder().join("Cargo.lock"));
    let copied = fs::copy(&ours, &theirs);
    copied
        .map(drop)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", theirs.display())))
}

fn fuzz(target: &str, options: &Options) -> Outcome {
    let kept = workspace::root().join("tests").join("fixtures").join("fuzz").join(target);
    let found = workspace::target().join("fuzz-corpus").join(target);
    make_folder(&found)?;
    make_folder(&kept)?;
    step::say(&format!("fuzzing {target}"))?;
    step::run(libfuzzer(target, &[&found, &kept]).arg("--").args(LIMITS).arg(&options.end))?;
    if !options.minimizes {
        return Ok(());
    }
    let fewest = workspace::target().join("fuzz-corpus").join(format!("{target}-fewest"));
    // Left by an interrupted run.
    let _ = fs::remove_dir_all(&fewest);
    make_folder(&fewest)?;
    let mut merge = libfuzzer(target, &[&fewest, &found, &kept]);
    step::run(merge.args(["--", "-set_cover_merge=1"]).args(LIMITS))?;
    let failed = |error| Failure::new(format!("cannot replace `{}`: {error}", kept.display()));
    fs::remove_dir_all(&kept).map_err(failed)?;
    fs::rename(&fewest, &kept).map_err(failed)
}

/// `cargo fuzz run` with these folders of inputs; new ones go to the first.
fn libfuzzer(target: &str, folders: &[&Path]) -> Command {
    let mut command = Command::new(cargo_fuzz());
    command.current_dir(workspace::root()).env("RUSTC_BOOTSTRAP", "1");
    command.args(["run", "--sanitizer", "none", "--fuzz-dir"]).arg(folder());
    command.arg("--target-dir").arg(workspace::target().join("fuzz")).arg(target);
    command.args(folders);
    command
}

fn make_folder(folder: &Path) -> Outcome {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("cannot make `{}`: {error}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Option<(Option<String>, String, bool)> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let options = Options::parse(&words).ok()?;
        Some((options.target, options.end, options.minimizes))
    }

    #[test]
    fn when_a_run_ends() {
        for (words, expected) in [
            (&[][..], Some("-max_total_time=60")),
            (&["--runs", "100000000"], Some("-runs=100000000")),
            (&["--time", "90"], Some("-max_total_time=90")),
            (&["--time", "90s"], Some("-max_total_time=90")),
            (&["--time", "5m"], Some("-max_total_time=300")),
            (&["--time", "2h"], Some("-max_total_time=7200")),
            (&["--time", "2d"], None),
            (&["--time"], None),
            (&["--runs", "many"], None),
            (&["--runs", "1", "--time", "1"], None),
            (&["--seconds", "5"], None),
        ] {
            assert_eq!(parsed(words).map(|it| it.1).as_deref(), expected, "{words:?}");
        }
        let (target, end, minimizes) = parsed(&["rules", "--minimize"]).expect("it is right");
        assert_eq!(
            (target.as_deref(), end.as_str(), minimizes),
            (Some("rules"), "-max_total_time=60", true)
        );
    }

    #[test]
    fn every_target_is_in_the_manifest() {
        let manifest = fs::read_to_string(folder().join("Cargo.toml")).expect("it is there");
        for target in targets().expect("they are there") {
            let lines = format!("name = \"{target}\"\npath = \"targets/{target}.rs\"");
            assert!(manifest.contains(&lines), "{target}");
        }
    }
}
