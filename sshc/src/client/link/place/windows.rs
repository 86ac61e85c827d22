//! Connections are not shared on Windows yet. Types without values stand for what cannot be made
//! here.

use std::convert::Infallible;
use std::io::{self, ErrorKind, IoSlice};
use std::path::{Path, PathBuf};

use tokio::process::{Child, Command};

use super::Unreached;
use crate::stdio::{Passed, Received};

/// Whether connections are shared on this system.
pub(crate) const SUPPORTED: bool = false;

/// Nowhere.
pub(crate) fn usual_folder() -> PathBuf {
    PathBuf::new()
}

#[derive(Debug)]
pub(crate) struct Stream(Infallible);

impl Stream {
    pub(crate) async fn readable(&self) -> io::Result<()> {
        match self.0 {}
    }

    pub(crate) async fn writable(&self) -> io::Result<()> {
        match self.0 {}
    }

    pub(crate) fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        match self.0 {}
    }

    pub(crate) fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    pub(crate) fn try_write_vectored(&self, _: &[IoSlice<'_>]) -> io::Result<usize> {
        match self.0 {}
    }
}

pub(crate) fn send_with(_: &Stream, _: &[u8], _: &[Passed<'_>]) -> io::Result<usize> {
    Err(ErrorKind::Unsupported.into())
}

pub(crate) fn try_receive(
    stream: &Stream,
    into: &mut [u8],
    _: &mut Vec<Received>,
) -> io::Result<usize> {
    stream.try_read(into)
}

pub(crate) async fn connect(_: &Path) -> Result<Stream, Unreached> {
    Err(Unreached::Failed(ErrorKind::Unsupported.into()))
}

pub(crate) fn pair() -> io::Result<(Stream, Stream)> {
    Err(ErrorKind::Unsupported.into())
}

pub(crate) fn leave_terminal() -> io::Result<()> {
    Ok(())
}

pub(crate) fn is_starting(_: &Path) -> bool {
    false
}

#[derive(Debug)]
pub(crate) struct Claim(Infallible);

impl Claim {
    pub(crate) fn take(_: &Path, _: bool) -> io::Result<Option<Self>> {
        Err(ErrorKind::Unsupported.into())
    }

    pub(crate) fn open(self) -> io::Result<Door> {
        match self.0 {}
    }

    pub(crate) fn start_holder(self, _: Command) -> io::Result<Child> {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(crate) struct Door(Infallible);

impl Door {
    pub(crate) fn inherited(_: &Path) -> io::Result<Self> {
        Err(ErrorKind::Unsupported.into())
    }

    pub(crate) fn porch(&mut self) -> io::Result<Porch> {
        match self.0 {}
    }

    pub(crate) fn is_listed(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn unlist(&mut self) {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(crate) struct Porch(Infallible);

impl Porch {
    pub(crate) async fn deserted(&self) {
        match self.0 {}
    }

    pub(crate) fn let_in(self) -> io::Result<(Listener, Vec<Stream>)> {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(crate) struct Listener(Infallible);

impl Listener {
    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        match self.0 {}
    }
}
