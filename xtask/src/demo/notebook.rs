//! The notebook at the far end of the tunnel, and the browser at the near end.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::step::Failure;

/// How long a tunnel may take to stand: more than a login on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

const PAGE: &str = "hello from the notebook";

/// Starts the notebook, and gives its port on the cluster's loopback.
pub(super) fn serve() -> Result<u16, Failure> {
    let cannot = |error| Failure::new(format!("cannot start the notebook: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(cannot)?;
    let port = listener.local_addr().map_err(cannot)?.port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // A reader that went away has seen enough.
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

/// Reads the page through the tunnel, as soon as it stands.
pub(super) fn read(port: u16) -> Result<String, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match fetch(port) {
            Ok(page) => return Ok(page),
            Err(error) if Instant::now() > deadline => {
                return Err(Failure::new(format!("no answer through the tunnel: {error}")));
            }
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn fetch(port: u16) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((_, page)) => Ok(page.to_owned()),
        None => Err(io::Error::other(format!("`{}` is no page", answer.escape_debug()))),
    }
}
