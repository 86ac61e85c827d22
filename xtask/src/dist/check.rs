//! `cargo xtask dist --check`: the packages are made of programs that build quickly, and tried by
//! `tests/dist/`.

mod clock;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::Options;
use super::sign::Signer;
use super::{files, linux};
use crate::step::{self, Failure, Outcome};
use crate::windows::{self, wine};
use crate::{peers, workspace};
use clock::Clock;

/// What tries the packages.
const DEBIAN_PACKAGES: &[&str] = &[
    "debootstrap",
    "icoutils",
    "lintian",
    "openssl",
    "osslsigncode",
    "qemu-user-static",
    "ruby",
    "unzip",
];

/// Readers of what we write: YAML, PowerShell, and the schema of bills of materials.
const FROM_PYPI: &[(&str, &str)] = &[
    ("cyclonedx-python-lib[json-validation]==11.12.0", "cyclonedx.validation.json"),
    ("pyyaml", "yaml"),
    ("tree-sitter-powershell==0.26.4", "tree_sitter_powershell"),
    ("tree-sitter==0.26.1", "tree_sitter"),
];

/// A version that is newer than any: what an upgrade leads to.
const NEXT: &str = "99.0.0";

/// Packs once, the same once more, and the installers of a later version with signatures; then runs
/// the tests. For some targets alone it runs those that need no others.
pub(super) fn run(arguments: &[String]) -> Outcome {
    let options = options(arguments)?;
    peers::install_packages(DEBIAN_PACKAGES)?;
    peers::install_from_pypi("dist-peers", FROM_PYPI, &[])?;
    let folder = workspace::target().join("dist-check");
    files::empty(&folder)?;
    super::make(&options, &folder.join("once"))?;
    super::make(&options, &folder.join("again"))?;
    let mut tests = workspace::cargo();
    tests.args(["test", "--locked", "--package", "tests", "--test", "dist"]);
    let _session = if options.has(windows::TARGET) {
        make_signed(&options, &folder)?;
        let prefix = wine::prefix(&folder)?;
        tests.env("WINEPREFIX", &prefix).env("NEXT_VERSION", NEXT);
        Some(wine::Session::start(&prefix)?)
    } else {
        None
    };
    tests.env("DIST", &folder);
    tests.env("DIST_PYTHON", workspace::target().join("dist-peers/bin/python"));
    step::run(tests.arg("--").args(modules(&options)))
}

/// What was asked for, from programs that build quickly.
fn options(arguments: &[String]) -> Result<Options, Failure> {
    let quick = ["--profile", windows::PROFILE].map(str::to_owned);
    Options::parse(&[&quick, arguments].concat())
}

/// The modules of tests that need no package of another target; none are named for all of them.
fn modules(options: &Options) -> Vec<&'static str> {
    let mut modules = vec!["bytes::"];
    if options.is_whole() {
        return Vec::new();
    }
    if options.has(windows::TARGET) {
        modules.extend(["msi::", "powershell::", "signatures::", "zip::"]);
    }
    if linux::TARGETS.iter().all(|target| options.has(target.rust)) {
        modules.push("linux::");
    }
    modules
}

/// The installers of a later version, with signatures that carry the time.
fn make_signed(once: &Options, folder: &Path) -> Outcome {
    let certificate = certificate(folder)?;
    let clock = Clock::start(&folder.join("clock"))?;
    let timestamp_url = Some(clock.url.clone());
    let signer = Signer { certificate, password_file: None, timestamp_url };
    let options = Options { version: Some(NEXT.to_owned()), signer: Some(signer), ..once.clone() };
    super::make(&options.only(windows::TARGET), &folder.join("next"))
}

/// A certificate of our own, good for nothing but this.
fn certificate(folder: &Path) -> Result<PathBuf, Failure> {
    let file = folder.join("certificate.pem");
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]);
    openssl.args(["-subj", "/CN=cluster-login check"]);
    openssl.args(["-addext", "extendedKeyUsage=codeSigning"]);
    step::run(openssl.arg("-keyout").arg(&file).arg("-out").arg(folder.join("public.pem")))?;
    let both = files::read(&file)? + &files::read(&folder.join("public.pem"))?;
    files::write(&file, both)?;
    Ok(file)
}
