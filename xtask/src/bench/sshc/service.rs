//! The services behind a tunnel, in this process: they send, swallow and echo.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::step::Failure;

/// The number of bytes moved at once.
pub(super) const PIECE: usize = 256 * 1024;

/// Sends this many bytes to each client and closes; at most `per_second` bytes per second, if set.
pub(super) fn source(bytes: u64, per_second: Option<u64>) -> Result<u16, Failure> {
    serve(move |mut socket| {
        let piece = vec![b'x'; PIECE];
        let (start, mut left) = (Instant::now(), bytes);
        while left > 0 {
            let count = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            socket.write_all(piece.get(..count).unwrap_or_default())?;
            left -= count as u64;
            if let Some(per_second) = per_second {
                let due = Duration::from_secs((bytes - left) / per_second);
                thread::sleep(due.saturating_sub(start.elapsed()));
            }
        }
        socket.shutdown(Shutdown::Write)
    })
}

/// Reads everything, and sends one byte at the end.
pub(super) fn sink() -> Result<u16, Failure> {
    serve(|mut socket| {
        let mut buffer = vec![0; PIECE];
        while socket.read(&mut buffer)? > 0 {}
        socket.write_all(b".")
    })
}

/// Answers the first bytes of a connection like a small web server: a head, a body, and the end.
pub(super) fn page() -> Result<u16, Failure> {
    const HEAD: [u8; 200] = [b'h'; 200];
    const BODY: [u8; 500] = [b'b'; 500];
    serve(|mut socket| {
        if socket.read(&mut [0; 64])? > 0 {
            socket.write_all(&HEAD)?;
            socket.write_all(&BODY)?;
        }
        socket.shutdown(Shutdown::Write)
    })
}

/// Sends everything back.
pub(super) fn echo() -> Result<u16, Failure> {
    serve(|mut socket| {
        let mut buffer = [0; 64];
        loop {
            match socket.read(&mut buffer)? {
                0 => return Ok(()),
                count => socket.write_all(buffer.get(..count).unwrap_or_default())?,
            }
        }
    })
}

/// Answers every connection on a thread of its own until the program ends; returns the port.
fn serve(
    answer: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static,
) -> Result<u16, Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot start a service: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let answer = answer.clone();
            // A failure here is noticed and reported at the other end of the tunnel.
            thread::spawn(move || socket.set_nodelay(true).and_then(|()| answer(socket)));
        }
    });
    Ok(port)
}
