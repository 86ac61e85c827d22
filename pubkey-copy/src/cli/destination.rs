//! `--to`: the options for `sshc`, and the report when it is done.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::{Args, output};
use crate::Error;
use crate::defaults::DESTINATION_BYTES;
use crate::install::{self, Action, InstallRequest};
use crate::line::AuthorizedKey;
use crate::source::{Found, identity};

pub(super) fn install(line: &AuthorizedKey, found: &Found, args: &Args) -> Result<(), Error> {
    let given = args.to.as_deref().unwrap_or_default();
    let is_piped = given == "-";
    let destination = if is_piped { piped()? } else { given.to_owned() };
    let action = if args.remove { Action::Remove } else { Action::Add };
    let (options, without_key) = options(found, args);
    let order = InstallRequest { action, destination, is_piped, options, without_key };
    let outcome = install::install(line, &order).map_err(|source| {
        let destination = format!("`{}`", contract::shown(&order.destination));
        match action {
            Action::Add => Error::Install { destination, source },
            Action::Remove => Error::Remove { destination, source },
        }
    })?;
    if !args.quiet {
        output::warnings(&outcome);
    }
    if args.json {
        let object = output::json_installed(line, &found.origin, &order.destination, &outcome);
        return output::print(object.trim_end());
    }
    if !args.quiet && io::stderr().is_terminal() {
        output::installed(line, &order.destination, &outcome);
    }
    Ok(())
}

/// The first line of standard input, which `sshc` interprets.
fn piped() -> Result<String, Error> {
    let mut line = Vec::new();
    contract::encoding::read_first_line(&mut io::stdin().lock(), DESTINATION_BYTES, &mut line)
        .map_err(|source| Error::Read { name: "standard input".into(), source })?;
    let text = String::from_utf8_lossy(&contract::encoding::decode(&line)).trim().to_owned();
    if text.is_empty() { Err(Error::NoDestination) } else { Ok(text) }
}

/// How the user logs in. Our options come first, so that the user's, which follow, win.
fn options(found: &Found, args: &Args) -> (Vec<OsString>, Option<Vec<OsString>>) {
    let mut files: Vec<PathBuf> = identity::files();
    files.extend(found.private_file.clone().filter(|file| !files.contains(file)));
    let identities = install::identities(&files, &args.sshc);
    let mut others: Vec<OsString> = Vec::new();
    if args.batch {
        others.push("--batch".into());
    }
    // Standard input carries the script for the server.
    if let Some(file) = args.passphrase_file.as_ref().filter(|file| *file != Path::new("-")) {
        others.extend(["--passphrase-file".into(), file.clone().into_os_string()]);
    }
    others.extend(args.sshc.iter().cloned());
    let has_password_file =
        args.sshc.iter().any(|option| option.to_string_lossy().starts_with("--password-file"));
    let may_use_password = !args.batch || has_password_file;
    let without_key = ["-o", "PubkeyAuthentication=no"].map(OsString::from);
    let without_key = (!identities.is_empty() && may_use_password)
        .then(|| without_key.into_iter().chain(others.clone()).collect());
    (identities.into_iter().chain(others).collect(), without_key)
}
