//! `cargo xtask dist --check`: makes the packages from quickly built programs, and has
//! `tests/dist/` try them.

mod timestamp_authority;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::Options;
use super::sign::Signer;
use super::{files, linux};
use crate::step::{self, Failure, Outcome};
use crate::windows::{self, wine};
use crate::{peers, workspace};
use timestamp_authority::TimestampAuthority;

/// What the tests need to try the packages.
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

/// Programs that read what we write: YAML, PowerShell, and the schemas of bills of materials and of
/// files for GitHub.
const FROM_PYPI: &[(&str, &str)] = &[
    ("check-jsonschema==0.39.0", "check_jsonschema"),
    ("cyclonedx-python-lib[json-validation]==11.12.0", "cyclonedx.validation.json"),
    ("pyyaml", "yaml"),
    ("tree-sitter-powershell==0.26.4", "tree_sitter_powershell"),
    ("tree-sitter==0.26.1", "tree_sitter"),
];

/// A version newer than any, to upgrade to.
const NEXT: &str = "99.0.0";

/// Packs once, then the same again, then signed installers of a later version; then runs the tests.
/// With `--target`, only the tests that need no other target; with `--without-source` first, all
/// but the build from source in a fresh Debian, and with `--only-source` that alone.
pub(super) fn run(arguments: &[String]) -> Outcome {
    let (skipped, arguments) = match arguments {
        [only] if only == "--only-source" => return from_source(),
        [first, rest @ ..] if first == "--without-source" => (&["--skip", "source::"][..], rest),
        _ => (&[][..], arguments),
    };
    let options = Options { quick: true, ..Options::parse(arguments)? };
    peers::install_packages(DEBIAN_PACKAGES)?;
    peers::install_from_pypi("dist-peers", FROM_PYPI, &[])?;
    let folder = workspace::target().join("dist-check");
    files::empty(&folder)?;
    super::make(&options, &folder.join("once"))?;
    super::make(&options, &folder.join("again"))?;
    let mut tests = tests();
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
    step::run(tests.arg("--").args(modules(&options)).args(skipped))
}

/// The build from source, which needs no package.
fn from_source() -> Outcome {
    peers::install_packages(&["debootstrap"])?;
    step::run(tests().args(["--", "--nocapture", "source::"]))
}

fn tests() -> Command {
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--locked", "--package", "tests", "--test", "dist"]);
    cargo
}

/// The test modules that need no package of another target; empty means all of them.
fn modules(options: &Options) -> Vec<&'static str> {
    let mut modules = vec!["bytes::", "github::", "manifests::homebrew"];
    if options.is_whole() {
        return Vec::new();
    }
    if options.has(windows::TARGET) {
        modules.extend(["crates::every_program_for_windows", "manifests::scoop"]);
        modules.extend(["manifests::winget", "msi::", "powershell", "signatures::", "zip::"]);
    }
    if linux::TARGETS.iter().all(|target| options.has(target.rust)) {
        modules.extend(["crates::every_program_for_linux", "linux::"]);
    }
    modules
}

/// The installers of a later version, with signatures and time-stamps.
fn make_signed(once: &Options, folder: &Path) -> Outcome {
    let certificate = certificate(folder)?;
    let authority = TimestampAuthority::start(&folder.join("authority"))?;
    let timestamp_url = Some(authority.url.clone());
    let signer = Signer { certificate, password_file: None, timestamp_url };
    let options = Options { version: Some(NEXT.to_owned()), signer: Some(signer), ..once.clone() };
    super::make(&options.only(windows::TARGET), &folder.join("next"))
}

/// A self-made certificate, only for this check.
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
