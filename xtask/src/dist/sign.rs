//! Signatures for Windows, by `osslsigncode`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::product::Product;
use super::{files, scratch};
use crate::peers;
use crate::programs::PROGRAMS;
use crate::step::{self, Failure, Outcome};

const DEBIAN_PACKAGES: [&str; 1] = ["osslsigncode"];

/// The first version of `osslsigncode` that signs PowerShell scripts.
const SIGNS_SCRIPTS: [u32; 2] = [2, 8];

/// The certificate for signatures, and the source of their time.
#[derive(Clone)]
pub(super) struct Signer {
    /// PKCS #12, or PEM with the key and certificates.
    pub(super) certificate: PathBuf,
    /// The file whose first line unlocks the key.
    pub(super) password_file: Option<PathBuf>,
    /// A time-stamp authority (RFC 3161); stamped signatures outlive the certificate.
    pub(super) timestamp_url: Option<String>,
}

impl Signer {
    /// Signs everything in this folder whose signature Windows checks: the programs, and the
    /// module, which hardly works unsigned where only signed scripts are trusted.
    pub(super) fn sign_folder(&self, root: &Path, product: &Product) -> Outcome {
        peers::install_packages(&DEBIAN_PACKAGES)?;
        for program in PROGRAMS {
            self.sign(&root.join(program.name).with_extension("exe"), product)?;
        }
        let about = step::output(Command::new("osslsigncode").arg("--version"))?;
        if !signs_scripts(&about) {
            return step::say("the module stays unsigned: osslsigncode 2.8 would sign it");
        }
        for script in scripts(root)? {
            self.sign(&script, product)?;
        }
        Ok(())
    }

    /// Signs a file in place.
    pub(super) fn sign(&self, file: &Path, product: &Product) -> Outcome {
        let signed = scratch("signed")?.join(file.file_name().unwrap_or_default());
        let mut command = Command::new("osslsigncode");
        command.args(["sign", "-h", "sha256"]);
        let is_pem = self.certificate.extension().is_some_and(|it| it == "pem");
        if is_pem {
            command.arg("-certs").arg(&self.certificate).arg("-key").arg(&self.certificate);
        } else {
            command.arg("-pkcs12").arg(&self.certificate);
        }
        if let Some(file) = &self.password_file {
            command.arg("-readpass").arg(file);
        }
        match &self.timestamp_url {
            Some(url) => command.args(["-ts", url]),
            None => command.args(["-time", &product.epoch.to_string()]),
        };
        command.args(["-n", "Cluster Login", "-i", &product.repository]);
        // Its output on success is discarded; the reason for a failure goes to standard error.
        step::output(command.arg("-in").arg(file).arg("-out").arg(&signed))?;
        files::copy(&signed, file)
    }
}

/// The module's files, by their extensions.
fn scripts(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut find = Command::new("find");
    let found = step::output(find.arg(root).args(["-name", "*.ps1", "-o", "-name", "*.ps[dm]1"]))?;
    let mut scripts: Vec<_> = found.lines().map(PathBuf::from).collect();
    scripts.sort();
    Ok(scripts)
}

/// Whether the version of `osslsigncode` that prints this signs scripts.
fn signs_scripts(about: &str) -> bool {
    let version = about.split([' ', ',']).nth(1).unwrap_or_default();
    let numbers: Vec<u32> = version.split('.').filter_map(|it| it.parse().ok()).collect();
    numbers.as_slice() >= SIGNS_SCRIPTS.as_slice()
}

#[cfg(test)]
mod tests {
    use super::signs_scripts;

    #[test]
    fn scripts_are_signed_from_2_8_on() {
        let cases = [
            ("osslsigncode 2.9, using:\n\tOpenSSL 3.0.13", true),
            ("osslsigncode 2.8, using:", true),
            ("osslsigncode 2.10, using:", true),
            ("osslsigncode 3.0, using:", true),
            ("osslsigncode 2.5, using:", false),
            ("", false),
        ];
        for (about, expected) in cases {
            assert_eq!(signs_scripts(about), expected, "{about}");
        }
    }
}
