//! Servers on a loopback port that misbehave.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A server that treats every connection alike; dropping it closes its port.
#[derive(Debug)]
pub struct Hostile {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    closing: Arc<AtomicBool>,
}

impl Hostile {
    /// Calls `treat` for every connection, each on a thread of its own, and then closes the
    /// connection.
    #[must_use]
    pub fn with(treat: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (connections, closing) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let server = Self { address, connections, closing };
        let (connections, closing) = (server.connections.clone(), server.closing.clone());
        let treat = Arc::new(treat);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if closing.load(Ordering::SeqCst) {
                    break;
                }
                connections.fetch_add(1, Ordering::SeqCst);
                let treat = Arc::clone(&treat);
                thread::spawn(move || treat(stream));
            }
        });
        server
    }

    /// Closes the connection at once.
    #[must_use]
    pub fn closing() -> Self {
        Self::with(drop)
    }

    /// Never sends anything, and reads until the client leaves.
    #[must_use]
    pub fn silent() -> Self {
        Self::with(|stream| read_until_end(&stream))
    }

    /// Sends these bytes, and then reads until the client leaves.
    #[must_use]
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::with(move |mut stream| {
            // The client may have left already.
            let _ = stream.write_all(&bytes);
            read_until_end(&stream);
        })
    }

    /// Sends these bytes and closes.
    #[must_use]
    pub fn saying_and_closing(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::with(move |mut stream| {
            // The client may have left already.
            let _ = stream.write_all(&bytes);
        })
    }

    /// Sends these bytes and EOF, then reads until the client leaves. The client sees an end, not a
    /// reset.
    #[must_use]
    pub fn saying_and_ending(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::with(move |mut stream| {
            // The client may have left already.
            let _ = stream.write_all(&bytes).and_then(|()| stream.shutdown(Shutdown::Write));
            read_until_end(&stream);
        })
    }

    /// Sends these bytes over and over, one byte in each `pause`, until the client leaves.
    #[must_use]
    pub fn dripping(bytes: impl Into<Vec<u8>>, pause: Duration) -> Self {
        let bytes = bytes.into();
        Self::with(move |mut stream| {
            stream.set_read_timeout(Some(pause)).expect("the pause is not zero");
            for byte in bytes.iter().cycle() {
                if stream.write_all(&[*byte]).is_err() || is_gone(&stream) {
                    return;
                }
            }
        })
    }

    /// The address on which it listens, on 127.0.0.1.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // The listening thread wakes only for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn read_until_end(mut stream: &TcpStream) {
    let mut block = [0; 4096];
    while matches!(stream.read(&mut block), Ok(1..)) {}
}

/// Waits for the stream's read timeout; returns true if the client leaves before.
fn is_gone(mut stream: &TcpStream) -> bool {
    let mut block = [0; 4096];
    match stream.read(&mut block) {
        Ok(read) => read == 0,
        Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}
