//! The notebook at the far end of the tunnel, and the browser at the near end.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::step::Failure;

/// How long a tunnel may take to open: longer than a login on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(20);

const PAGE: &str = "hello from the notebook";
/// The part of the address after the port, as the log shows it.
pub(super) const PAGE_PATH: &str = "/lab?token=c0ffee1234";

/// Starts the notebook, and returns its port on the cluster's loopback.
pub(super) fn serve() -> Result<u16, Failure> {
    let cannot = |error| Failure::new(format!("cannot start the notebook: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(cannot)?;
    let port = listener.local_addr().map_err(cannot)?.port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // A client that has left needs nothing more.
            let _ = answer(stream);
        }
    });
    Ok(port)
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request)?;
    let length = PAGE.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{PAGE}")
}

/// A port for the near end of the tunnel.
pub(super) fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("no port is free: {error}")))
}

/// Reads a page through the tunnel once that is open; returns the status line and the body.
pub(super) fn read(url: &str) -> Result<(String, String), Failure> {
    let deadline = Instant::now() + TIME_LIMIT;
    loop {
        match fetch(url) {
            Ok(page) => return Ok(page),
            Err(error) if Instant::now() > deadline => {
                return Err(Failure::new(format!("no answer through the tunnel: {error}")));
            }
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn fetch(url: &str) -> io::Result<(String, String)> {
    let no_page = |text: &str| io::Error::other(format!("`{}` is not a page", text.escape_debug()));
    let place = url.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
    let (place, path) = place.ok_or_else(|| no_page(url))?;
    let mut stream = TcpStream::connect(place)?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, page) = answer.split_once("\r\n\r\n").ok_or_else(|| no_page(&answer))?;
    Ok((head.lines().next().unwrap_or_default().to_owned(), page.to_owned()))
}
