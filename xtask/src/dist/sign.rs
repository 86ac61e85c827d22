//! Signatures for Windows, by `osslsigncode`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::product::Product;
use super::scratch;
use crate::step::{self, Outcome};

pub(super) const DEBIAN_PACKAGES: [&str; 1] = ["osslsigncode"];

/// Whose signature, and whose time.
pub(super) struct Signer {
    /// PKCS #12, or PEM with key and certificates.
    pub(super) certificate: PathBuf,
    /// What unlocks the key, in a file's first line.
    pub(super) password_file: Option<PathBuf>,
    /// A time-stamp authority (RFC 3161); signatures with its stamp outlive the certificate.
    pub(super) timestamp_url: Option<String>,
}

impl Signer {
    /// Signs a program or an installer in its place.
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
        // Its word on success is of no interest; why it fails goes to standard error.
        step::output(command.arg("-in").arg(file).arg("-out").arg(&signed))?;
        super::files::copy(&signed, file)
    }
}
