//! A stream to an agent, over any of Windows' transports.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::window::WindowStream;

/// A named pipe, a connection through the file that Cygwin's programs take for a Unix socket, or
/// Pageant's window.
#[derive(Debug)]
pub(in super::super::super) enum Stream {
    Pipe(File),
    Socket(TcpStream),
    Window(WindowStream),
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Pipe(pipe) => pipe.read(buffer),
            Self::Socket(socket) => socket.read(buffer),
            Self::Window(window) => window.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Pipe(pipe) => pipe.write(bytes),
            Self::Socket(socket) => socket.write(bytes),
            Self::Window(window) => window.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Pipe(pipe) => pipe.flush(),
            Self::Socket(socket) => socket.flush(),
            Self::Window(window) => window.flush(),
        }
    }
}
