//! Saves a terminal's modes before a change, and restores them in every case.
//!
//! A thread of its own watches signals: so the terminal is restored even while the main thread
//! waits for an answer, computes, or hangs.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use rustix::process::{getpgid, getpgrp, getppid, getsid};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::ignored_signals::is_ignored;
use crate::lock::lock;
use crate::terminal::is_lent;

/// The number of [`Awaited`] guards.
static AWAITED: AtomicUsize = AtomicUsize::new(0);

/// The result of starting the signal thread, once it was tried.
static WATCHING: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();

/// The changes in force, the latest last.
static SAVED: Mutex<Vec<SavedModes>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct SavedModes {
    tty: Arc<OwnedFd>,
    before: Termios,
    during: Termios,
}

/// A change of modes, until dropped.
#[derive(Debug)]
pub(in crate::terminal) struct RawMode {
    tty: Arc<OwnedFd>,
    depth: usize,
}

/// Changes the modes of `tty` with `change`.
pub(super) fn change(tty: &Arc<OwnedFd>, change: impl FnOnce(&mut Termios)) -> io::Result<RawMode> {
    watch_signals()?;
    let mut held = lock(&SAVED);
    let before = tcgetattr(tty)?;
    let mut during = before.clone();
    change(&mut during);
    set(tty, &during)?;
    held.push(SavedModes { tty: Arc::clone(tty), before, during });
    Ok(RawMode { tty: Arc::clone(tty), depth: held.len() })
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let mut held = lock(&SAVED);
        let Some(first) = self.depth.checked_sub(1).and_then(|index| held.get(index)) else {
            return;
        };
        // If the terminal is gone, there is nothing to restore.
        let _ = set(&self.tty, &first.before);
        held.truncate(self.depth - 1);
    }
}

/// The modes of `tty` before our first change.
pub(super) fn original(tty: &OwnedFd) -> io::Result<Termios> {
    match lock(&SAVED).first() {
        Some(held) => Ok(held.before.clone()),
        None => Ok(tcgetattr(tty)?),
    }
}

/// Whether a change is in force.
pub(in crate::terminal) fn is_changed() -> bool {
    !lock(&SAVED).is_empty()
}

/// Restores the modes of a program that is about to end. Never waits: the calling thread may itself
/// hold the lock.
pub(in crate::terminal) fn restore_now() {
    if let Ok(held) = SAVED.try_lock() {
        restore(&held);
    }
}

fn restore(held: &[SavedModes]) {
    for held in held.iter().rev() {
        let _ = set(&held.tty, &held.before);
    }
}

/// Does not wait until the output is written: a stopped screen (Ctrl-S, a dead emulator) must not
/// block the program.
fn set(tty: &OwnedFd, termios: &Termios) -> io::Result<()> {
    Ok(tcsetattr(tty, OptionalActions::Now, termios)?)
}

/// Whether signals are handled, by the signal thread or by the program.
pub(in crate::terminal) fn answers_signals() -> bool {
    WATCHING.get().is_some() || AWAITED.load(Ordering::SeqCst) > 0
}

/// Starts the signal thread, once. From then on the signals that end the program first restore the
/// terminal.
pub(super) fn watch_signals() -> io::Result<()> {
    let started = WATCHING.get_or_init(|| start_watching().map_err(|error| error.kind()));
    started.map_err(io::Error::from)
}

fn start_watching() -> io::Result<()> {
    let watched = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT];
    let mut signals = Signals::new(watched.into_iter().filter(|&signal| !is_ignored(signal)))?;
    thread::Builder::new().name("terminal".to_owned()).spawn(move || {
        for signal in &mut signals {
            answer(signal);
        }
    })?;
    Ok(())
}

fn answer(signal: i32) {
    match signal {
        SIGCONT => resume(),
        // As the system does: without a shell, nothing could continue a stopped program.
        SIGTSTP if !has_job_control() => {}
        SIGINT | SIGQUIT if is_lent() => {}
        SIGTERM | SIGHUP | SIGINT | SIGQUIT if is_left_to_program() => {}
        _ => {
            restore(&lock(&SAVED));
            // Ends or stops the program as if the signal had never been caught, so that the shell
            // sees which signal it was.
            let _ = emulate_default_handler(signal);
            resume();
        }
    }
}

/// While one of these exists, the program itself handles the signals that end it.
#[derive(Debug)]
pub(in crate::terminal) struct Awaited;

impl Awaited {
    pub(in crate::terminal) fn new() -> Self {
        AWAITED.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        AWAITED.fetch_sub(1, Ordering::SeqCst);
    }
}

fn is_left_to_program() -> bool {
    AWAITED.load(Ordering::SeqCst) > 0 && lock(&SAVED).is_empty()
}

fn resume() {
    if let Some(held) = lock(&SAVED).last() {
        let _ = set(&held.tty, &held.during);
    }
}

/// Whether a shell of our session can continue our process group (POSIX: the group is not
/// orphaned).
pub(super) fn has_job_control() -> bool {
    let Some(parent) = getppid() else { return false };
    let same_session = getsid(Some(parent)).is_ok_and(|session| getsid(None) == Ok(session));
    same_session && getpgid(Some(parent)).is_ok_and(|group| group != getpgrp())
}
