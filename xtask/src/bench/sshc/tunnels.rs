//! `-L`: bulk in both directions, many short connections, many at once, and one without a reader.

mod tunnel;

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::service::{self, PIECE};
use super::{CIPHER, Server};
use crate::step::Failure;
use tunnel::Tunnel;

const ROUNDS: usize = 7;
/// A thousand connections need no further rounds.
const ONCE: usize = 1;
const ROUNDS_AT_ONCE: usize = 15;
const BYTES: u64 = 2_000_000_000;
const SHORT_CONNECTIONS: usize = 1_000;
const AT_ONCE: usize = 200;
const BESIDE_THE_STALLED: usize = 99;
/// How long one of a hundred connections is not read while its sender goes on.
const STALL: Duration = Duration::from_secs(60);
/// How many bytes per second the sender of the stalled connection sends.
const STALLED_RATE: u64 = 10_000_000;

/// Work on a tunnel's local port; returns the time by its own measurement.
type Work = fn(u16) -> io::Result<Duration>;

pub(super) fn run(rivals: &Rivals) -> Result<Vec<Row>, Failure> {
    let server = Server::start(&rivals.folder, CIPHER)?;
    let (source, sink) = (service::source(BYTES, None)?, service::sink()?);
    let (page, echo) = (service::page()?, service::echo()?);
    let bench = Bench { rivals, server };
    let short =
        "1,000 connections in sequence through `-L`, from connecting to the end of the answer, p99";
    Ok(vec![
        bench.medians("`-L`, 2 GB down", ROUNDS, source, download)?.goals(Some(1.0), Some(0.50)),
        bench.medians("`-L`, 2 GB up", ROUNDS, sink, upload)?.goals(Some(0.70), Some(0.50)),
        bench.medians(short, ONCE, page, short_connections)?.goals(Some(0.30), Some(0.45)),
        bench
            .medians("200 connections at once through `-L`", ROUNDS_AT_ONCE, echo, at_once)?
            .goals(Some(1.0), Some(1.0)),
        bench.stalled(echo)?,
    ])
}

struct Bench<'a> {
    rivals: &'a Rivals,
    server: Server,
}

impl Bench<'_> {
    /// Opens each client's tunnel to `service` in turn, and returns the median time of `work`.
    fn medians(
        &self,
        title: &str,
        rounds: usize,
        service: u16,
        work: Work,
    ) -> Result<Row, Failure> {
        let mut taken = Client::ALL.map(|_| Vec::new());
        for _ in 0..rounds {
            for (client, taken) in Client::ALL.into_iter().zip(&mut taken) {
                let tunnel = Tunnel::open(self.rivals, client, self.server.place, service)?;
                taken.push(work(tunnel.port).map_err(|error| broken(client, &error))?);
            }
        }
        let medians = taken.into_iter().map(|mut taken| {
            taken.sort_unstable();
            Figure::Time(taken.get(rounds / 2).copied().unwrap_or_default())
        });
        Ok(Row::new(title, medians))
    }

    /// Our memory with one of a hundred connections unread for a minute; no byte of it may be lost,
    /// and the others must go on.
    fn stalled(&self, echo: u16) -> Result<Row, Failure> {
        let client = Client::Sshc;
        let bytes = STALLED_RATE * STALL.as_secs();
        let source = service::source(bytes, Some(STALLED_RATE))?;
        let tunnel = Tunnel::open_two(self.rivals, client, self.server.place, [source, echo])?;
        let stalled = connect(tunnel.port).map_err(|error| broken(client, &error))?;
        let slowest = echoes_for(tunnel.second, STALL).map_err(|error| broken(client, &error))?;
        let peak = tunnel.peak_kib()?;
        let received = count(stalled).map_err(|error| broken(client, &error))?;
        if received != bytes {
            return Err(Failure::new(format!(
                "{received} of {bytes} bytes came through the stalled connection"
            )));
        }
        let title = format!(
            "`-L`, resident memory with 1 of 100 connections stalled for a minute \
             ({} MB unread; the slowest answer on the others took {} ms)",
            bytes / 1_000_000,
            slowest.as_millis()
        );
        Ok(Row::new(&title, [Figure::Memory(peak)]).under(Figure::Memory(64 * 1024)))
    }
}

fn broken(client: Client, error: &io::Error) -> Failure {
    Failure::new(format!("the tunnel of {} broke: {error}", client.name()))
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

fn download(port: u16) -> io::Result<Duration> {
    let start = Instant::now();
    match count(connect(port)?)? {
        BYTES => Ok(start.elapsed()),
        short => Err(io::Error::other(format!("{short} bytes came"))),
    }
}

fn count(mut socket: TcpStream) -> io::Result<u64> {
    let (mut buffer, mut bytes) = (vec![0; PIECE], 0);
    loop {
        match socket.read(&mut buffer)? {
            0 => return Ok(bytes),
            count => bytes += count as u64,
        }
    }
}

fn upload(port: u16) -> io::Result<Duration> {
    let start = Instant::now();
    let mut socket = connect(port)?;
    let piece = vec![b'x'; PIECE];
    let mut left = BYTES;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        socket.write_all(piece.get(..count).unwrap_or_default())?;
        left -= count as u64;
    }
    socket.shutdown(Shutdown::Write)?;
    socket.read_exact(&mut [0])?;
    Ok(start.elapsed())
}

/// The time that 99 of 100 connections did not exceed.
fn short_connections(port: u16) -> io::Result<Duration> {
    let mut taken = Vec::with_capacity(SHORT_CONNECTIONS);
    for _ in 0..SHORT_CONNECTIONS {
        let start = Instant::now();
        let mut socket = connect(port)?;
        socket.write_all(b"?")?;
        count(socket)?;
        taken.push(start.elapsed());
    }
    taken.sort_unstable();
    Ok(taken.get(SHORT_CONNECTIONS * 99 / 100).copied().unwrap_or_default())
}

/// Sends a byte, and waits for its echo.
fn ask(socket: &mut TcpStream) -> io::Result<()> {
    socket.write_all(b"?")?;
    socket.read_exact(&mut [0])
}

fn at_once(port: u16) -> io::Result<Duration> {
    let ready = Arc::new(Barrier::new(AT_ONCE + 1));
    let askers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let ready = Arc::clone(&ready);
            thread::spawn(move || {
                ready.wait();
                ask(&mut connect(port)?)
            })
        })
        .collect();
    ready.wait();
    let start = Instant::now();
    for asker in askers {
        asker.join().map_err(|_| io::Error::other("an asker panicked"))??;
    }
    Ok(start.elapsed())
}

/// Asks repeatedly on each of the other connections; returns the longest time of an answer.
fn echoes_for(port: u16, time: Duration) -> io::Result<Duration> {
    let over = Arc::new(AtomicBool::new(false));
    let askers: Vec<_> = (0..BESIDE_THE_STALLED)
        .map(|_| {
            let over = Arc::clone(&over);
            thread::spawn(move || -> io::Result<Duration> {
                let (mut socket, mut slowest) = (connect(port)?, Duration::ZERO);
                while !over.load(Ordering::Relaxed) {
                    let start = Instant::now();
                    ask(&mut socket)?;
                    slowest = slowest.max(start.elapsed());
                    thread::sleep(Duration::from_millis(200));
                }
                Ok(slowest)
            })
        })
        .collect();
    thread::sleep(time);
    over.store(true, Ordering::Relaxed);
    let mut slowest = Duration::ZERO;
    for asker in askers {
        let own = asker.join().map_err(|_| io::Error::other("an asker panicked"))??;
        slowest = slowest.max(own);
    }
    Ok(slowest)
}
