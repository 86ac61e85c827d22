//! tmux's own way to the terminal's clipboard: in its default settings it lets no program's escape
//! sequence through, but passes on what its command `load-buffer -w` (3.2 and later) is given.

use std::env;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};

/// Whether tmux took the text; `false` outside tmux and in an old one.
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
