//! Bulk over a round trip of 50 ms: a TCP relay that passes everything on after 25 ms, in order, in
//! both directions, at full speed.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::place::Place;
use crate::step::Failure;

/// Half of the round trip.
const ONE_WAY: Duration = Duration::from_millis(25);

/// Listens until the program ends, and returns the address whose connections lead to `server`,
/// delayed.
pub(super) fn start(server: u16) -> Result<Place, Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot start the relay: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client reports its own failed connection.
            let _ = join(client, server);
        }
    });
    Ok(Place::loopback(port))
}

fn join(client: TcpStream, server: u16) -> io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    delay(client.try_clone()?, server.try_clone()?);
    delay(server, client);
    Ok(())
}

fn delay(mut from: TcpStream, mut to: TcpStream) {
    let (sender, pieces) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let piece = buffer.get(..count).unwrap_or_default().to_vec();
            if sender.send((Instant::now() + ONE_WAY, piece)).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (due, piece) in pieces {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                return;
            }
        }
        // The other side may have gone already.
        let _ = to.shutdown(Shutdown::Write);
    });
}
