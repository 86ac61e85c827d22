//! The desktop's own opener, started directly and never by a shell.

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;

use tokio::process::Command;

/// Openers in the order in which they are tried. The last one exists in WSL, for the Windows
/// browser.
const OPENERS: &[&str] =
    if cfg!(target_os = "macos") { &["/usr/bin/open"] } else { &["xdg-open", "wslview"] };

pub(super) fn open(page: &str, on_failure: impl Fn() + Send + 'static) -> io::Result<()> {
    let openers = OPENERS.iter().map(OsString::from);
    let mut missing = io::Error::from(io::ErrorKind::NotFound);
    for opener in preferred(env::var_os("BROWSER")).into_iter().chain(openers) {
        let mut command = Command::new(opener);
        // Not in our process group: Ctrl-C here must not end the browser.
        command.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match command.process_group(0).spawn() {
            Ok(mut child) => {
                tokio::spawn(async move {
                    if !child.wait().await.is_ok_and(|status| status.success()) {
                        on_failure();
                    }
                });
                return Ok(());
            }
            Err(cause) => missing = cause,
        }
    }
    Err(missing)
}

/// The program in `BROWSER`, if that is a single word. A command line with arguments is meant for a
/// shell, so we ignore it.
fn preferred(browser: Option<OsString>) -> Option<OsString> {
    let browser = browser?;
    let first = browser.as_bytes().split(|byte| *byte == b':').next()?;
    let is_program = !first.is_empty()
        && !first.starts_with(b"-")
        && !first
            .iter()
            .any(|byte| byte.is_ascii_whitespace() || b"%$`'\"\\;|&<>(){}*?".contains(byte));
    is_program.then(|| std::ffi::OsStr::from_bytes(first).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_program_is_taken_from_the_environment() {
        for (browser, program) in [
            ("firefox", Some("firefox")),
            ("/usr/bin/firefox:chromium", Some("/usr/bin/firefox")),
            ("firefox --new-window %s", None),
            ("sh -c 'id'", None),
            ("$(id)", None),
            ("-x", None),
            ("", None),
        ] {
            let found = preferred(Some(browser.into()));
            assert_eq!(found.as_deref(), program.map(std::ffi::OsStr::new), "{browser}");
        }
    }
}
