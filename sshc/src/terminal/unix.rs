//! `/dev/tty` through termios.

mod modes;
mod saved_modes;

use std::io::{self, IsTerminal as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Stdio;
use std::sync::Arc;

use russh::Pty;
use rustix::fs::{Mode, OFlags};
use rustix::io::retry_on_intr;
use rustix::process::Signal;
use rustix::termios::{InputModes, LocalModes, OutputModes, SpecialCodeIndex, Termios};
use tokio::signal::unix::{SignalKind, signal};

use super::Size;
use crate::stdio::unix::{Input, Output};

pub(super) use saved_modes::{Awaited, RawMode, answers_signals, is_changed, restore_now};

/// For terminals without `TERM`.
pub(super) const DEFAULT_TERM: &str = "dumb";

#[derive(Debug)]
pub(super) struct Terminal {
    tty: Arc<OwnedFd>,
}

impl Terminal {
    pub(super) fn open() -> io::Result<Self> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let tty = match rustix::fs::open("/dev/tty", flags, Mode::empty()) {
            Ok(tty) => tty,
            Err(error) => standard_terminal().unwrap_or_else(|| Err(error.into()))?,
        };
        Ok(Self { tty: Arc::new(tty) })
    }

    pub(super) fn size(&self) -> io::Result<Size> {
        size_of(&self.tty)
    }

    pub(super) fn modes(&self) -> io::Result<Vec<(Pty, u32)>> {
        Ok(modes::encode(&saved_modes::original(&self.tty)?))
    }

    pub(super) fn raw(&self) -> io::Result<RawMode> {
        saved_modes::change(&self.tty, make_raw)
    }

    pub(super) fn original(&self) -> io::Result<RawMode> {
        let original = saved_modes::original(&self.tty)?;
        saved_modes::change(&self.tty, |termios| *termios = original)
    }

    pub(super) fn keyboard(&self) -> io::Result<Stdio> {
        Ok(self.tty.try_clone()?.into())
    }

    pub(super) fn resizes(&self, since: Size) -> io::Result<Resizes> {
        Ok(Resizes {
            tty: Arc::clone(&self.tty),
            last: since,
            changed: signal(SignalKind::window_change())?,
            // While suspended we get no notice of new sizes.
            continued: signal(SignalKind::from_raw(Signal::CONT.as_raw()))?,
        })
    }

    pub(super) fn input(&self) -> io::Result<Input> {
        Input::open(self.tty.as_fd())
    }

    pub(super) fn output(&self) -> io::Result<Output> {
        Output::open(self.tty.as_fd())
    }

    pub(super) fn show(&self, text: &str) -> io::Result<()> {
        let mut bytes = text.as_bytes();
        while !bytes.is_empty() {
            let written = retry_on_intr(|| rustix::io::write(&self.tty, bytes))?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }
}

pub(super) fn missing() -> &'static str {
    "there is no terminal"
}

/// Without a controlling terminal there is no job control, so no background.
pub(super) fn is_in_background() -> bool {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open("/dev/tty", flags, Mode::empty())
        .and_then(rustix::termios::tcgetpgrp)
        .is_ok_and(|foreground| foreground != rustix::process::getpgrp())
}

/// The first terminal among the standard descriptors, for a process without a controlling one;
/// `None` if there is none.
fn standard_terminal() -> Option<io::Result<OwnedFd>> {
    if io::stdin().is_terminal() {
        Some(io::stdin().as_fd().try_clone_to_owned())
    } else if io::stderr().is_terminal() {
        Some(io::stderr().as_fd().try_clone_to_owned())
    } else {
        None
    }
}

fn size_of(tty: &OwnedFd) -> io::Result<Size> {
    let size = rustix::termios::tcgetwinsize(tty)?;
    let known = |value: u16, otherwise| if value == 0 { otherwise } else { u32::from(value) };
    Ok(Size {
        columns: known(size.ws_col, Size::VT100.columns),
        rows: known(size.ws_row, Size::VT100.rows),
        pixel_width: u32::from(size.ws_xpixel),
        pixel_height: u32::from(size.ws_ypixel),
    })
}

/// Makes the terminal raw: the line discipline is on the server. Parity and character size stay as
/// they are: on a serial line they belong to the hardware.
fn make_raw(termios: &mut Termios) {
    termios.input_modes |= InputModes::IGNPAR;
    termios.input_modes -= InputModes::ISTRIP
        | InputModes::INLCR
        | InputModes::IGNCR
        | InputModes::ICRNL
        | InputModes::IXON
        | InputModes::IXANY
        | InputModes::IXOFF
        | InputModes::from_name("IUCLC").unwrap_or(InputModes::empty());
    termios.local_modes -= LocalModes::ISIG
        | LocalModes::ICANON
        | LocalModes::ECHO
        | LocalModes::ECHOE
        | LocalModes::ECHOK
        | LocalModes::ECHONL
        | LocalModes::IEXTEN;
    termios.output_modes -= OutputModes::OPOST;
    termios.special_codes[SpecialCodeIndex::VMIN] = 1;
    termios.special_codes[SpecialCodeIndex::VTIME] = 0;
}

#[derive(Debug)]
pub(super) struct Resizes {
    tty: Arc<OwnedFd>,
    last: Size,
    changed: tokio::signal::unix::Signal,
    continued: tokio::signal::unix::Signal,
}

impl Resizes {
    pub(super) async fn next(&mut self) -> Size {
        loop {
            if let Ok(now) = size_of(&self.tty)
                && now != self.last
            {
                self.last = now;
                return now;
            }
            tokio::select! {
                _ = self.changed.recv() => {}
                _ = self.continued.recv() => {}
            }
        }
    }
}

pub(super) fn suspend() -> io::Result<()> {
    if !saved_modes::has_job_control() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    saved_modes::watch_signals()?;
    rustix::process::kill_current_process_group(Signal::TSTP)?;
    Ok(())
}

#[cfg(test)]
mod tests;
