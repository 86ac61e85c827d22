//! The options of `cargo xtask dist`.

use std::path::PathBuf;

use super::sign::Signer;
use crate::step::Failure;
use crate::{windows, workspace};

const USAGE: &str = "\
usage: cargo xtask dist [--target TRIPLE]... [--profile NAME | --built FOLDER] [--sign CERT] [--base-url URL]
       cargo xtask dist --check [--without-source] [--target TRIPLE]... [--profile NAME | --built FOLDER]
       cargo xtask dist --check --only-source

  --target TRIPLE   this one alone, or several: x86_64-pc-windows-gnu, x86_64-unknown-linux-musl,
                    aarch64-unknown-linux-musl; on a Mac aarch64-apple-darwin, x86_64-apple-darwin
  --profile NAME    a profile of cargo's that takes less time than `release`, to try the packages out
  --built FOLDER    programs that are there already, in FOLDER/TRIPLE, instead of building them
  --sign CERT       sign what is for Windows: PKCS #12, or PEM (.pem) with the key in it
    --sign-password-file FILE     what unlocks the key
    --timestamp-url URL           a time-stamp authority (RFC 3161)
  --version VERSION instead of that of Cargo.toml
  --base-url URL    where the files will be downloaded from, for the manifests
  --check           pack quickly built programs for each target, twice, and try the packages
    --without-source              but do not build from source in a fresh Debian
    --only-source                 only build from source in a fresh Debian; it takes ten minutes

  SOURCE_DATE_EPOCH in the environment is the time that files get; the last commit's by default";

/// The profile of Linux programs that are only to try the packages.
const LINUX_QUICK: &str = "packages";

/// A platform that packages can be made for.
pub(super) struct Target {
    pub(super) rust: &'static str,
    /// The profile of quickly built programs.
    quick: &'static str,
}

static TARGETS: [Target; 5] = [
    Target { rust: "x86_64-pc-windows-gnu", quick: windows::PROFILE },
    Target { rust: "x86_64-unknown-linux-musl", quick: LINUX_QUICK },
    Target { rust: "aarch64-unknown-linux-musl", quick: LINUX_QUICK },
    Target { rust: "aarch64-apple-darwin", quick: "dev" },
    Target { rust: "x86_64-apple-darwin", quick: "dev" },
];

#[derive(Clone)]
pub(super) struct Options {
    pub(super) targets: Vec<&'static Target>,
    /// By default, the release profile, or each target's quick one.
    pub(super) profile: Option<String>,
    pub(super) quick: bool,
    pub(super) version: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) signer: Option<Signer>,
    pub(super) built: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            targets: from_linux().collect(),
            profile: None,
            quick: false,
            version: None,
            base_url: None,
            signer: None,
            built: None,
        }
    }
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { targets: Vec::new(), ..Self::default() };
        let (mut certificate, mut password_file, mut timestamp_url) = (None, None, None);
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let value = rest.next().ok_or_else(|| Failure::usage(USAGE))?.clone();
            match option.as_str() {
                "--target" => options.targets.push(target(&value)?),
                "--profile" => options.profile = Some(value),
                "--built" => options.built = Some(PathBuf::from(value)),
                "--version" => options.version = Some(value),
                "--base-url" => options.base_url = Some(value.trim_end_matches('/').to_owned()),
                "--sign" => certificate = Some(PathBuf::from(value)),
                "--sign-password-file" => password_file = Some(PathBuf::from(value)),
                "--timestamp-url" => timestamp_url = Some(value),
                _ => return Err(Failure::usage(USAGE)),
            }
        }
        if options.targets.is_empty() {
            options.targets.extend(from_linux());
        }
        options.signer = match certificate {
            Some(certificate) => Some(Signer { certificate, password_file, timestamp_url }),
            // These options are useless without a certificate.
            None if password_file.is_some() || timestamp_url.is_some() => {
                return Err(Failure::usage(USAGE));
            }
            None => None,
        };
        Ok(options)
    }

    /// Whether this is one of the targets.
    pub(super) fn has(&self, target: &str) -> bool {
        self.targets.iter().any(|it| it.rust == target)
    }

    /// Whether everything is made that Linux can make.
    pub(super) fn is_whole(&self) -> bool {
        from_linux().all(|target| self.has(target.rust))
    }

    /// Whether these programs are for users, rather than built quickly for a check.
    pub(super) fn is_for_users(&self) -> bool {
        !self.quick && self.profile.as_deref().is_none_or(|it| it == workspace::RELEASE)
    }

    /// The level of xz: 6 takes eight times as long as 1, and saves a sixth of the size.
    pub(super) fn compression(&self) -> &'static str {
        if self.is_for_users() { "6" } else { "1" }
    }

    /// The profile for building this target.
    pub(super) fn profile(&self, target: &str) -> &str {
        let quick = TARGETS.iter().find(|it| self.quick && it.rust == target).map(|it| it.quick);
        self.profile.as_deref().or(quick).unwrap_or(workspace::RELEASE)
    }

    /// Limits the options to this target.
    pub(super) fn only(mut self, target: &str) -> Self {
        self.targets.retain(|it| it.rust == target);
        self
    }

    /// The folder with programs for this target, if they are not to be built.
    pub(super) fn built_for(&self, target: &str) -> Option<PathBuf> {
        self.built.as_ref().map(|folder| folder.join(target))
    }
}

/// The targets that Linux can build; macOS programs cannot be linked there.
fn from_linux() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().filter(|target| !target.rust.ends_with("-apple-darwin"))
}

fn target(name: &str) -> Result<&'static Target, Failure> {
    TARGETS
        .iter()
        .find(|target| target.rust == name)
        .ok_or_else(|| Failure::usage(format!("no packages are made for `{name}`\n{USAGE}")))
}
