//! Bulk over 50 ms: a TCP relay that hands everything on 25 ms after it came, in order, both ways,
//! as fast as it comes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::place::Place;
use crate::step::Failure;

/// Half of the round trip.
const ONE_WAY: Duration = Duration::from_millis(25);

/// Listens, until the program ends, and gives the place whose connections go to `server`, delayed.
pub(super) fn start(server: u16) -> Result<Place, Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot start the relay: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A connection that fails is for its client to report.
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
        // The other side may be gone already.
        let _ = to.shutdown(Shutdown::Write);
    });
}
