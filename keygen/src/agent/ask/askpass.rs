//! `SSH_ASKPASS`, run as ssh-agent does: with `SSH_ASKPASS_PROMPT=confirm`, the exit status is the
//! yes or no.

use std::env;
use std::ffi::OsString;
use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Question, QuestionKind};

/// The pause between checks whether the program has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// The longest answer, in bytes.
const LONGEST: u64 = 4096;

/// Whether to use it even if there is a terminal.
pub(super) fn comes_first() -> bool {
    let require = env::var("SSH_ASKPASS_REQUIRE").unwrap_or_default();
    ["force", "prefer"].contains(&require.as_str()) && program().is_some()
}

fn program() -> Option<OsString> {
    env::var_os("SSH_ASKPASS").filter(|program| !program.is_empty())
}

pub(super) fn ask(question: &Question<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let mut command = Command::new(program()?);
    command.arg(&question.text).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if question.kind == QuestionKind::Confirmation {
        command.env("SSH_ASKPASS_PROMPT", "confirm");
    }
    let mut child = command.spawn().ok()?;
    let status = wait(&mut child, question)?;
    let mut said = Zeroizing::new(Vec::with_capacity(4096));
    child.stdout.take()?.take(LONGEST).read_to_end(&mut said).ok()?;
    let line =
        contract::encoding::lines(&said).next().map(|(_, line)| line.to_vec()).unwrap_or_default();
    status.success().then(|| Zeroizing::new(line))
}

/// Waits for its exit status; ends the program once the question has expired.
fn wait(child: &mut Child, question: &Question<'_>) -> Option<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().ok()? {
            return Some(status);
        }
        if question.is_over() {
            // It may be ending by itself at this moment.
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(PAUSE);
    }
}
