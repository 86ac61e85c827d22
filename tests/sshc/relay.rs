//! A relay between `sshc` and a server, with which tests cut, silence and measure the connection.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use harness::hostile::Hostile;
use rustix::net::sockopt::set_socket_linger;

/// A relay on a port of its own; dropping it closes the port.
pub(super) struct Relay {
    server: Hostile,
    line: Arc<Line>,
}

/// How a connection fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Both sides see the other one close it.
    Cut,
    /// Both sides see a reset, as when the other has forgotten the connection.
    Reset,
    /// Bytes are no longer passed on, but nothing is closed.
    Silence,
    /// A byte is left out.
    Gap,
    /// A byte is changed.
    Noise,
    /// Nothing is passed on for a while.
    Pause,
}

/// The length of [`Fault::Pause`].
const PAUSE: Duration = Duration::from_millis(300);

/// What is done to every connection.
struct Line {
    to: SocketAddr,
    fault: Fault,
    /// Bytes that the client, or the server, may send before the connection fails.
    most_up: usize,
    most_down: usize,
    up: AtomicUsize,
    down: AtomicUsize,
    silent: AtomicBool,
    failed: AtomicBool,
    /// Both ends of all connections so far.
    ends: Mutex<Vec<TcpStream>>,
}

impl Relay {
    /// A relay that only passes bytes on.
    pub(super) fn faithful(to: SocketAddr) -> Self {
        Self::failing(to, Fault::Cut, usize::MAX, usize::MAX)
    }

    /// Fails each connection after so many bytes from the client, or so many from the server.
    pub(super) fn failing(to: SocketAddr, fault: Fault, most_up: usize, most_down: usize) -> Self {
        let line = Arc::new(Line {
            to,
            fault,
            most_up,
            most_down,
            up: AtomicUsize::default(),
            down: AtomicUsize::default(),
            silent: AtomicBool::default(),
            failed: AtomicBool::default(),
            ends: Mutex::default(),
        });
        let shared = Arc::clone(&line);
        Self { server: Hostile::with(move |client| shared.carry(&client)), line }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// From now on bytes are no longer passed on, but nothing is closed.
    pub(super) fn fall_silent(&self) {
        self.line.silent.store(true, Ordering::SeqCst);
    }

    /// Cuts all connections so far; new ones are accepted.
    pub(super) fn hang_up(&self) {
        for end in self.line.ends.lock().expect("no thread panicked").drain(..) {
            // It may have been closed already.
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Bytes that the clients, and the servers, have sent.
    pub(super) fn carried(&self) -> (usize, usize) {
        (self.line.up.load(Ordering::SeqCst), self.line.down.load(Ordering::SeqCst))
    }
}

impl Line {
    fn carry(&self, client: &TcpStream) {
        let Ok(server) = TcpStream::connect(self.to) else { return };
        for stream in [client, &server] {
            stream.set_nodelay(true).expect("it is a socket");
        }
        if self.fault != Fault::Reset {
            // With a second descriptor open, closing the first would not send a reset.
            let clones = [client, &server].map(|it| it.try_clone().expect("a descriptor is left"));
            self.ends.lock().expect("no thread panicked").extend(clones);
        }
        thread::scope(|scope| {
            scope.spawn(|| self.pass(client, &server, &self.up, self.most_up));
            self.pass(&server, client, &self.down, self.most_down);
        });
    }

    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream, count: &AtomicUsize, most: usize) {
        let (mut block, mut left) = (vec![0; 32 * 1024], most);
        while let Ok(read @ 1..) = from.read(&mut block) {
            count.fetch_add(read, Ordering::SeqCst);
            if self.silent.load(Ordering::SeqCst) {
                continue;
            }
            let block = block.get_mut(..read).unwrap_or_default();
            let (passed, mut rest) = block.split_at_mut(read.min(left));
            left -= passed.len();
            if to.write_all(passed).is_err() {
                break;
            }
            if left == 0 {
                match self.fault {
                    Fault::Gap => rest = rest.get_mut(1..).unwrap_or_default(),
                    Fault::Noise => rest.iter_mut().take(1).for_each(|byte| *byte = !*byte),
                    Fault::Pause => thread::park_timeout(PAUSE),
                    Fault::Cut | Fault::Reset | Fault::Silence => return self.fail(from, to),
                }
                left = usize::MAX;
                if to.write_all(rest).is_err() {
                    break;
                }
            }
        }
        if !self.failed.load(Ordering::SeqCst) {
            // It may have been closed already.
            let _ = to.shutdown(Shutdown::Write);
        }
    }

    /// Either side may have left already.
    fn fail(&self, from: &TcpStream, to: &TcpStream) {
        if self.fault == Fault::Silence {
            return self.silent.store(true, Ordering::SeqCst);
        }
        self.failed.store(true, Ordering::SeqCst);
        for stream in [from, to] {
            let _ = if self.fault == Fault::Reset {
                // Closing with a linger time of zero sends a reset; until then only our own reading
                // ends.
                let _ = set_socket_linger(stream, Some(Duration::ZERO));
                stream.shutdown(Shutdown::Read)
            } else {
                stream.shutdown(Shutdown::Both)
            };
        }
    }
}
