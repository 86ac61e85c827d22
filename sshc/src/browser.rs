//! Opens the browser for `--open`.
//!
//! Other users of this computer can read a program's arguments, and a browser may run for days. So
//! it gets the address of a page of ours, which redirects to the real one, once. This way no opener
//! sees a byte of the log, however it treats its argument.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// How long to wait for the browser.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// How long a client may take to send its request.
const REQUEST: Duration = Duration::from_secs(2);
/// The longest request that is read; we only need its first line.
const REQUEST_BYTES: usize = 8 * 1024;

/// Opens a page of ours in the browser, which redirects to `page`. Calls `on_failure` if the opener
/// fails.
///
/// # Errors
/// When there is no browser, or no port for our page.
pub(crate) async fn open(page: String, on_failure: impl Fn() + Send + 'static) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let path = format!("/{:032x}", rand::random::<u128>());
    let start = start_page(listener.local_addr()?, &path);
    tokio::spawn(async move {
        // A browser that never came needs no page.
        let _ = timeout(TIME_LIMIT, lead_on(&listener, &path, &page)).await;
    });
    platform::open(&start, on_failure)
}

fn start_page(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

/// Answers until a client that knows the path was redirected.
async fn lead_on(listener: &TcpListener, path: &str, page: &str) {
    let wanted = format!("GET {path} HTTP/1.");
    while let Ok((mut stream, _)) = listener.accept().await {
        let Ok(request) = timeout(REQUEST, request(&mut stream)).await else { continue };
        let is_wanted = request.starts_with(wanted.as_bytes());
        let answer = if is_wanted { leading_to(page) } else { NOT_FOUND.to_owned() };
        // A client that has left needs no answer.
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
        if is_wanted {
            return;
        }
    }
}

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn leading_to(page: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {page}\r\nReferrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

/// Reads a request up to the end of its head.
async fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut piece = [0; 1024];
    while request.len() < REQUEST_BYTES && !request.windows(4).any(|it| it == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(count) if count > 0 => {
                request.extend_from_slice(piece.get(..count).unwrap_or_default());
            }
            _ => break,
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(address: SocketAddr, line: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{line}\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_page_redirects_once_and_only_from_its_path() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asking = async {
            for line in ["GET / HTTP/1.1", "GET /abcd HTTP/1.1", "POST /abc HTTP/1.1", "nonsense"] {
                assert!(ask(address, line).await.starts_with("HTTP/1.1 404 "), "{line}");
            }
            ask(address, "GET /abc HTTP/1.1").await
        };
        let page = "http://127.0.0.1:8888/lab?token=t";
        let ((), answer) = tokio::join!(lead_on(&listener, "/abc", page), asking);
        assert!(answer.starts_with("HTTP/1.1 302 "), "{answer}");
        assert!(answer.contains(&format!("\r\nLocation: {page}\r\n")), "{answer}");
    }

    #[test]
    fn an_opener_sees_nothing_that_a_shell_would_read() {
        let page = start_page(SocketAddr::from(([127, 0, 0, 1], 40123)), "/00ff");
        assert_eq!(page, "http://127.0.0.1:40123/00ff");
    }
}
