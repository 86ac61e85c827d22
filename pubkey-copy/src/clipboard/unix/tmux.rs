//! tmux's own way to the terminal's clipboard: by default it blocks the escape sequences of
//! programs, but passes on the input of its command `load-buffer -w` (3.2 and later).

use std::env;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};

/// Whether tmux accepted the text; `false` outside tmux and in an old version.
pub(super) fn put(text: &str) -> bool {
    env::var_os("TMUX").is_some() && load_buffer(text).unwrap_or(false)
}

fn load_buffer(text: &str) -> io::Result<bool> {
    let mut tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = tmux.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    Ok(tmux.wait()?.success())
}
