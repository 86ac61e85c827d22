//! Runs `sshc`, as a program beside this one and not as a library.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use super::{InstallRequest, script};
use crate::defaults::ANSWER_BYTES;

/// Its exit status if it fails itself, as opposed to the remote command.
const OWN_FAILURE: i32 = 255;

/// How its own lines begin.
const OWN: &str = "sshc: ";

/// The result of a run.
#[derive(Debug)]
pub(super) struct SshcOutput {
    status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    /// Without its own lines, which have been passed on.
    pub(super) stderr: Vec<u8>,
}

impl SshcOutput {
    /// Whether `sshc` failed before it could run the command.
    pub(super) fn failed_itself(&self) -> bool {
        // It exits with 2 for options that it does not understand.
        matches!(self.status.code(), None | Some(OWN_FAILURE | 2))
    }
}

/// Its path: beside this program, with the same naming, or in the search path.
pub(super) fn find() -> Option<PathBuf> {
    beside(&env::current_exe().ok()?).or_else(|| {
        let path = env::var_os("PATH")?;
        let name = format!("sshc{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name))
            .find(|file| file.is_file())
    })
}

fn beside(program: &Path) -> Option<PathBuf> {
    let name = program.file_name()?.to_str()?;
    let sshc = program.with_file_name(name.replacen("pubkey-copy", "sshc", 1));
    Some(sshc).filter(|sshc| sshc != program && sshc.is_file())
}

/// Runs the command on the server, with this standard input.
pub(super) fn run(
    program: &Path,
    order: &InstallRequest,
    options: &[OsString],
    input: Vec<u8>,
) -> io::Result<SshcOutput> {
    let mut child = Command::new(program)
        .args(["--windows-command", &script::windows_command()])
        .args(options)
        .args([OsStr::new("--"), destination(order), OsStr::new(script::POSIX_COMMAND)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // It may end without reading its input.
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let talk = thread::spawn(move || stderr.map(|stderr| pass_on(stderr, anstream::stderr())));
    let stdout = stdout.map(read_bounded).transpose()?.unwrap_or_default();
    let status = child.wait()?;
    let _ = writer.join();
    let stderr = talk.join().ok().flatten().unwrap_or_default();
    Ok(SshcOutput { status, stdout, stderr })
}

fn destination(order: &InstallRequest) -> &OsStr {
    OsStr::new(if order.is_piped { "-" } else { &order.destination })
}

/// Reads everything, so that the other side can go on; drops the excess.
fn read_bounded(mut stream: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.by_ref().take(ANSWER_BYTES).read_to_end(&mut bytes)?;
    io::copy(&mut stream, &mut io::sink())?;
    Ok(bytes)
}

/// Passes on messages of `sshc` itself at once, and keeps those of the server.
fn pass_on(stream: impl Read, mut talk: impl Write) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let (mut kept, mut line, mut is_own) = (Vec::new(), Vec::new(), false);
    loop {
        line.clear();
        let read = reader.by_ref().take(ANSWER_BYTES).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return kept;
        }
        // Its hints continue on indented lines.
        is_own = line.starts_with(OWN.as_bytes()) || is_own && line.starts_with(b"  ");
        if is_own {
            let text = String::from_utf8_lossy(&line);
            let _ = writeln!(talk, "{}", contract::shown(text.trim_end()));
        } else if (kept.len() as u64) < ANSWER_BYTES {
            kept.extend_from_slice(&line);
        }
    }
}

/// The identities to try besides the agent's, as options for `sshc`: the usual ones, with which the
/// user may log in so far, then the key itself, with which a second run can log in.
///
/// Adds nothing if the user has named a key.
pub(crate) fn identities(files: &[PathBuf], given: &[OsString]) -> Vec<OsString> {
    let names_a_key = |option: &OsString| {
        let option = option.to_string_lossy();
        let is_short = option.starts_with("-i") && !option.starts_with("--");
        is_short
            || ["--key", "--identities-only"].iter().any(|it| option.starts_with(it))
            || option.to_ascii_lowercase().contains("identityfile")
    };
    if given.iter().any(names_a_key) {
        return Vec::new();
    }
    let identity = |file: &PathBuf| {
        let path = file.to_string_lossy().replace('%', "%%");
        let path = if MAIN_SEPARATOR == '\\' {
            path.replace('\\', "/")
        } else {
            path.replace('\\', "\\\\")
        };
        ["-o".to_owned(), format!("IdentityFile=\"{}\"", path.replace('"', "\\\""))]
    };
    files.iter().flat_map(identity).map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_offered_unless_another_was_named() {
        let files = [PathBuf::from("/home/ada/my keys/100%.ppk")];
        let offered = ["-o", r#"IdentityFile="/home/ada/my keys/100%%.ppk""#].map(OsString::from);
        let table: [(&[&str], bool); 7] = [
            (&[], true),
            (&["-p", "2222", "-J", "jump"], true),
            (&["-i", "other"], false),
            (&["-iother"], false),
            (&["--key=other"], false),
            (&["--identities-only"], false),
            (&["-oIdentityFile=other"], false),
        ];
        for (given, is_offered) in table {
            let given: Vec<OsString> = given.iter().map(OsString::from).collect();
            let expected: &[OsString] = if is_offered { &offered } else { &[] };
            assert_eq!(identities(&files, &given), expected, "{given:?}");
        }
    }

    #[test]
    fn the_lines_of_sshc_are_distinguished_from_the_servers() {
        let said = b"sshc: hint: it holds:\n  a key\nmotd\n  of the server\n";
        let mut talk = Vec::new();
        assert_eq!(pass_on(&said[..], &mut talk), b"motd\n  of the server\n");
        assert_eq!(talk, b"sshc: hint: it holds:\n  a key\n");
    }
}
