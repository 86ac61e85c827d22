//! `cargo xtask dist --check`: the packages are made of programs that build quickly, and tried by
//! `tests/dist/`.

mod clock;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::files;
use super::options::Options;
use super::sign::Signer;
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
/// the tests.
pub(super) fn run() -> Outcome {
    peers::install_packages(DEBIAN_PACKAGES)?;
    peers::install_from_pypi("dist-peers", FROM_PYPI)?;
    let folder = workspace::target().join("dist-check");
    files::empty(&folder)?;
    let quick = || Options { profile: windows::PROFILE.to_owned(), ..Options::default() };
    super::make(&quick(), &folder.join("once"))?;
    super::make(&quick(), &folder.join("again"))?;
    let certificate = certificate(&folder)?;
    make_signed(certificate, &quick(), &folder)?;
    let prefix = wine::prefix(&folder)?;
    let _session = wine::Session::start(&prefix)?;
    let mut tests = workspace::cargo();
    tests.args(["test", "--locked", "--package", "tests", "--test", "dist"]);
    tests.env("DIST", &folder).env("WINEPREFIX", &prefix).env("NEXT_VERSION", NEXT);
    tests.env("DIST_PYTHON", workspace::target().join("dist-peers/bin/python"));
    step::run(&mut tests)
}

/// The installers of a later version, with signatures that carry the time.
fn make_signed(certificate: PathBuf, quick: &Options, folder: &Path) -> Outcome {
    let clock = Clock::start(&folder.join("clock"))?;
    let timestamp_url = Some(clock.url.clone());
    let signer = Signer { certificate, password_file: None, timestamp_url };
    let options = Options {
        version: Some(NEXT.to_owned()),
        signer: Some(signer),
        profile: quick.profile.clone(),
        ..Options::default()
    };
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
