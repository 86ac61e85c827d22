//! `cargo xtask fuzz [TARGET] [--runs N | --time DURATION] [--minimize]`: coverage-guided fuzzing
//! of every reader of bytes from outside.
//!
//! The targets are in `tests/fuzz/targets`, for libFuzzer. The installed compiler builds them, with
//! coverage instrumentation (`tests/fuzz/rustc.sh`). An address sanitizer would need a nightly, and
//! finds little in code without `unsafe`. Every run starts with the inputs found earlier:
//! `tests/fixtures/fuzz` has the fewest with the same coverage, and `--minimize` renews them.

mod dictionary;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{self, Failure, Outcome};
use crate::workspace;

const USAGE: &str = "usage: cargo xtask fuzz [TARGET] [--runs N | --time 30s|5m|2h] [--minimize]   (1m for each target)";

/// Seconds per input, and MB of memory in total.
const LIMITS: [&str; 2] = ["-timeout=20", "-rss_limit_mb=2048"];

/// libFuzzer's own work would take more time than some readers. Inputs are chosen alike, not by how
/// rare their coverage is (`entropic`), which took two thirds of the time of `log`; and the folders
/// of inputs are read once, because no other process adds to them.
const SPEED: [&str; 2] = ["-entropic=0", "-reload=0"];

/// The fewest inputs that reach the same code; to keep how often they do would take three times as
/// many.
const FEWEST: [&str; 2] = ["-set_cover_merge=1", "-use_counters=0"];

struct Target {
    name: &'static str,
    /// Bytes of the longest input. Everything in the format fits; longer inputs only take longer.
    longest: u32,
    /// Folders of `tests/fixtures` with inputs, besides its own.
    seeds: &'static [&'static str],
    /// The reader's sources, if there are words in them: libFuzzer puts these into inputs.
    sources: &'static [&'static str],
}

const TARGETS: [Target; 14] = [
    Target {
        name: "agent_answer",
        longest: 512,
        seeds: &[],
        sources: &["keygen/src/agent/message.rs"],
    },
    Target {
        name: "agent_request",
        longest: 1024,
        seeds: &[],
        sources: &["keygen/src/agent/request.rs", "keygen/src/agent/restrict_destination.rs"],
    },
    Target { name: "key_file", longest: 1024, seeds: &["keys"], sources: &["keygen/src/key_file"] },
    Target { name: "known_hosts", longest: 1024, seeds: &[], sources: &["sshc/src/known_hosts"] },
    Target {
        name: "log",
        longest: 256,
        seeds: &["announcements", "joblogs"],
        sources: &["joblog-parse/src/recognize", "joblog-parse/src/text/hits.rs"],
    },
    Target { name: "platforms", longest: 512, seeds: &["platforms"], sources: &["cidr/src/rules"] },
    Target {
        name: "proxy",
        longest: 256,
        seeds: &[],
        sources: &["sshc/src/connect/proxy/http.rs", "sshc/src/connect/proxy/socks.rs"],
    },
    Target { name: "public_line", longest: 512, seeds: &[], sources: &["keygen/src/public_key"] },
    Target { name: "revocation_list", longest: 512, seeds: &[], sources: &[] },
    Target { name: "rules", longest: 128, seeds: &[], sources: &["cidr/src/rules/entry"] },
    Target { name: "shown", longest: 128, seeds: &[], sources: &[] },
    Target { name: "socks", longest: 300, seeds: &[], sources: &["sshc/src/forward/socks.rs"] },
    Target {
        name: "ssh_config",
        longest: 256,
        seeds: &["ssh_config"],
        sources: &["sshc/src/config"],
    },
    Target {
        name: "stun_web",
        longest: 128,
        seeds: &[],
        sources: &["cidr/src/my_address/https.rs"],
    },
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let is_wanted = |it: &&Target| options.target.as_ref().is_none_or(|wanted| it.name == wanted);
    let targets: Vec<_> = TARGETS.iter().filter(is_wanted).collect();
    if targets.is_empty() {
        let (wanted, known) = (options.target.unwrap_or_default(), TARGETS.map(|it| it.name));
        let known = known.join(", ");
        return Err(Failure::usage(format!("no fuzz target `{wanted}`; there are: {known}")));
    }
    lock()?;
    build(&targets)?;
    targets.iter().try_for_each(|target| fuzz(target, &options))
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

/// The targets are a separate workspace, which must use the versions in the programs.
fn lock() -> Outcome {
    let (ours, theirs) = (workspace::root().join("Cargo.lock"), folder().join("Cargo.lock"));
    let copied = fs::copy(&ours, &theirs);
    copied
        .map(drop)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", theirs.display())))
}

/// Cargo does not notice changes in `rustc.sh`.
fn build(targets: &[&Target]) -> Outcome {
    let mut build = workspace::cargo();
    build.current_dir(folder()).env("RUSTC_WRAPPER", folder().join("rustc.sh"));
    build.args(["build", "--release", "--target-dir"]).arg(built());
    step::run(build.args(targets.iter().flat_map(|target| ["--bin", target.name])))
}

/// The folder of cargo's output for the targets.
fn built() -> PathBuf {
    workspace::target().join("fuzz")
}

fn fuzz(target: &Target, options: &Options) -> Outcome {
    let kept = fixtures().join("fuzz").join(target.name);
    let found = corpora().join(target.name);
    for folder in [&kept, &found, &failed()] {
        make_folder(folder)?;
    }
    step::say(&format!("fuzzing {}", target.name))?;
    let seeds = target.seeds.iter().map(|seeds| fixtures().join(seeds));
    let mut fuzzer = libfuzzer(target);
    fuzzer.args(SPEED).arg(&options.end).args(dictionary(target)?);
    step::run(fuzzer.args([&found, &kept]).args(seeds))?;
    if !options.minimizes {
        return Ok(());
    }
    let fewest = corpora().join(format!("{}-fewest", target.name));
    // Left by an interrupted run.
    let _ = fs::remove_dir_all(&fewest);
    make_folder(&fewest)?;
    step::run(libfuzzer(target).args(FEWEST).args([&fewest, &found, &kept]))?;
    let failed = |error| Failure::new(format!("cannot replace `{}`: {error}", kept.display()));
    fs::remove_dir_all(&kept).map_err(failed)?;
    fs::rename(&fewest, &kept).map_err(failed)
}

/// libFuzzer's option for the target's dictionary, which is written anew; it refuses an empty one.
fn dictionary(target: &Target) -> Result<Option<String>, Failure> {
    if target.sources.is_empty() {
        return Ok(None);
    }
    let sources: Vec<_> = target.sources.iter().map(|path| workspace::root().join(path)).collect();
    let path = corpora().join(format!("{}.dict", target.name)).display().to_string();
    dictionary::of(&sources)
        .and_then(|words| fs::write(&path, words))
        .map_err(|error| Failure::new(format!("cannot write `{path}`: {error}")))?;
    Ok(Some(format!("-dict={path}")))
}

fn fixtures() -> PathBuf {
    workspace::root().join("tests").join("fixtures")
}

/// The folder of the inputs found so far, with a folder for each target.
fn corpora() -> PathBuf {
    workspace::target().join("fuzz-corpus")
}

/// The folder of the inputs that crashed a target, or took too long.
fn failed() -> PathBuf {
    workspace::target().join("fuzz-failed")
}

/// A target's program with its limits; arguments and folders of inputs follow, and new inputs go to
/// the first folder.
fn libfuzzer(target: &Target) -> Command {
    let mut command = Command::new(built().join("release").join(target.name));
    command.args(LIMITS).arg(format!("-max_len={}", target.longest));
    command.arg(format!("-artifact_prefix={}/{}-", failed().display(), target.name));
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
    fn every_target_is_in_the_manifest_and_in_the_list() {
        let manifest = fs::read_to_string(folder().join("Cargo.toml")).expect("it is there");
        let files = fs::read_dir(folder().join("targets")).expect("it is there");
        let mut names: Vec<_> = files
            .map(|file| file.expect("an entry").path().file_stem().expect("a name").to_owned())
            .collect();
        names.sort_unstable();
        assert_eq!(names, TARGETS.map(|target| target.name));
        for Target { name, seeds, sources, .. } in &TARGETS {
            let lines = format!("name = \"{name}\"\npath = \"targets/{name}.rs\"");
            assert!(manifest.contains(&lines), "{name}");
            assert!(seeds.iter().all(|seeds| fixtures().join(seeds).is_dir()), "{name}");
            let sources: Vec<_> = sources.iter().map(|it| workspace::root().join(it)).collect();
            let words = dictionary::of(&sources).expect("the sources are there");
            assert_eq!(words.is_empty(), sources.is_empty(), "{name}");
        }
    }
}
