//! A relay between `sshc` and a server: the line, which tests cut, silence and count.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use harness::hostile::Hostile;

/// A relay on a port of its own; dropping it closes the port.
pub(super) struct Relay {
    server: Hostile,
    line: Arc<Line>,
}

/// What is done to every connection.
struct Line {
    to: SocketAddr,
    /// Bytes that the client, or the server, may send before both are cut off.
    most_up: usize,
    most_down: usize,
    up: AtomicUsize,
    down: AtomicUsize,
    silent: AtomicBool,
    /// The clients' ends of all connections so far.
    clients: Mutex<Vec<TcpStream>>,
}

impl Relay {
    /// A relay that does nothing else.
    pub(super) fn faithful(to: SocketAddr) -> Self {
        Self::cutting(to, usize::MAX, usize::MAX)
    }

    /// Cuts each connection off after so many bytes from the client, or so many from the server.
    pub(super) fn cutting(to: SocketAddr, most_up: usize, most_down: usize) -> Self {
        let line = Arc::new(Line {
            to,
            most_up,
            most_down,
            up: AtomicUsize::default(),
            down: AtomicUsize::default(),
            silent: AtomicBool::default(),
            clients: Mutex::default(),
        });
        let shared = Arc::clone(&line);
        Self { server: Hostile::with(move |client| shared.carry(&client)), line }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// From now on nothing is passed on any more, and nothing is closed.
    pub(super) fn fall_silent(&self) {
        self.line.silent.store(true, Ordering::SeqCst);
    }

    /// Every connection so far is cut off; new ones are welcome.
    pub(super) fn hang_up(&self) {
        for client in self.line.clients.lock().expect("nobody panicked").drain(..) {
            // It may be gone already.
            let _ = client.shutdown(Shutdown::Both);
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
        let clone = client.try_clone().expect("a descriptor is left");
        self.clients.lock().expect("nobody panicked").push(clone);
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
            let passed = block.get(..read.min(left)).unwrap_or_default();
            left -= passed.len();
            if to.write_all(passed).is_err() || left == 0 {
                break;
            }
        }
        // Either may be gone already.
        let whole = if left == 0 { Shutdown::Both } else { Shutdown::Write };
        let _ = to.shutdown(whole);
        if left == 0 {
            let _ = from.shutdown(whole);
        }
    }
}
