//! Servers on loopback that report our address: truthfully, falsely, slowly, or not at all.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A web server that always gives the same answer; it serves until the test ends.
pub(super) struct Web {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    response: Arc<Mutex<Vec<u8>>>,
}

impl Web {
    /// Answers 200 with this body.
    pub(super) fn saying(body: &str) -> Self {
        Self::sending(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
    }

    /// Answers with exactly these bytes, then hangs up.
    pub(super) fn sending(response: &str) -> Self {
        Self::serving("127.0.0.1", response.as_bytes().to_vec(), None)
    }

    /// Like [`Web::saying`], on the loopback address of IPv6.
    pub(super) fn saying_over_ipv6(body: &str) -> Self {
        let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        Self::serving("::1", response.into_bytes(), None)
    }

    /// Sends these bytes one at a time, with this pause between them.
    pub(super) fn dripping(response: &str, pause: Duration) -> Self {
        Self::serving("127.0.0.1", response.as_bytes().to_vec(), Some(pause))
    }

    fn serving(host: &str, response: Vec<u8>, pause: Option<Duration>) -> Self {
        let listener = TcpListener::bind((host, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let response = Arc::new(Mutex::new(response));
        let current = Arc::clone(&response);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                counter.fetch_add(1, Ordering::SeqCst);
                let response = current.lock().expect("it is whole").clone();
                thread::spawn(move || {
                    let mut request = [0; 4096];
                    // Neither the request nor the fate of the answer matters here.
                    let _ = stream.read(&mut request);
                    let Some(pause) = pause else {
                        let _ = stream.write_all(&response);
                        return;
                    };
                    // Sends a byte, then waits until the client leaves or the pause is over.
                    stream.set_read_timeout(Some(pause)).expect("the pause is not zero");
                    for byte in response.chunks(1) {
                        if stream.write_all(byte).is_err()
                            || matches!(stream.read(&mut request), Ok(0))
                        {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, asked, response }
    }

    /// From now on answers 200 with another body.
    pub(super) fn says_from_now_on(&self, body: &str) {
        let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        *self.response.lock().expect("it is whole") = response.into_bytes();
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The number of connections so far.
    pub(super) fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A proxy that connects to any address (RFC 9110 section 9.3.6); it serves until the test ends.
pub(super) struct Proxy {
    address: SocketAddr,
    used: Arc<AtomicUsize>,
}

impl Proxy {
    pub(super) fn relaying() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let used = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&used);
        thread::spawn(move || {
            for stream in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                let stream = stream.expect("a connection");
                thread::spawn(move || relay(stream));
            }
        });
        Self { address, used }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn times_used(&self) -> usize {
        self.used.load(Ordering::SeqCst)
    }
}

fn relay(mut client: TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).expect("a request");
        request.extend(byte);
    }
    let request = String::from_utf8(request).expect("a request is text");
    let target = request.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
    let target = target.unwrap_or_else(|| panic!("unexpected: {request}"));
    let mut server = TcpStream::connect(target).expect("the server is there");
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").expect("the client is there");
    let (mut to_server, mut from_client) =
        (server.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
    thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
    // The client may hang up first.
    let _ = std::io::copy(&mut server, &mut client);
}

/// How a STUN server treats a Binding request.
#[derive(Clone, Copy)]
pub(super) enum StunBehaviour {
    /// Answers with this address.
    Says(IpAddr),
    /// Ignores the first request, as if it were lost, and answers the next.
    SaysWhenAskedAgain(IpAddr),
    /// First answers with this address under another transaction ID, then with the other address
    /// under the right ID.
    AfterAForgery(IpAddr, IpAddr),
    /// First answers with this address under another magic cookie, then correctly with the other
    /// address.
    AfterAnotherCookie(IpAddr, IpAddr),
    /// Sends only so many bytes of the answer; nothing if that does not even cover the header.
    CutsOff(IpAddr, usize),
    /// States a length that is greater than the answer.
    Exaggerates(IpAddr),
    /// Answers with two addresses.
    SaysBoth(IpAddr, IpAddr),
    /// Answers with an error.
    Refuses,
    /// Sends the request back.
    Echoes,
    /// Sends nothing.
    Silent,
}

/// A STUN server; it serves until the test ends.
pub(super) struct Stun {
    address: SocketAddr,
}

impl Stun {
    pub(super) fn that(manner: StunBehaviour) -> Self {
        Self::on("127.0.0.1", manner)
    }

    /// Like [`Stun::that`], on this address.
    pub(super) fn on(host: &str, manner: StunBehaviour) -> Self {
        let socket = UdpSocket::bind((host, 0)).expect("a port is free");
        let address = socket.local_addr().expect("it is bound");
        thread::spawn(move || {
            let mut requests = 0;
            let mut request = [0; 1500];
            while let Ok((length, client)) = socket.recv_from(&mut request) {
                requests += 1;
                let (asked, _) = request.split_at(length);
                for answer in answers(manner, asked, requests) {
                    // A client that has left needs no answer.
                    let _ = socket.send_to(&answer, client);
                }
            }
        });
        Self { address }
    }

    pub(super) fn host_and_port(&self) -> String {
        self.address.to_string()
    }
}

fn answers(manner: StunBehaviour, request: &[u8], requests: u32) -> Vec<Vec<u8>> {
    assert_eq!(request.len(), 20, "a Binding request is a bare header");
    let (head, id) = request.split_at(8);
    assert_eq!(head, [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
    let id: [u8; 12] = id.try_into().expect("twelve bytes are left");
    match manner {
        StunBehaviour::SaysWhenAskedAgain(_) if requests == 1 => vec![],
        StunBehaviour::Says(address) | StunBehaviour::SaysWhenAskedAgain(address) => {
            vec![message([1, 1], id, &mapped(address, id))]
        }
        StunBehaviour::AfterAForgery(forged, address) => vec![
            message([1, 1], [0; 12], &mapped(forged, [0; 12])),
            message([1, 1], id, &mapped(address, id)),
        ],
        StunBehaviour::AfterAnotherCookie(forged, address) => {
            let mut other = message([1, 1], id, &mapped(forged, id));
            other.splice(4..8, [0x21, 0x12, 0xa4, 0x43]);
            vec![other, message([1, 1], id, &mapped(address, id))]
        }
        StunBehaviour::CutsOff(address, bytes) => {
            let mut answer = message([1, 1], id, &mapped(address, id));
            answer.truncate(bytes);
            vec![answer]
        }
        StunBehaviour::Exaggerates(address) => {
            let mut answer = message([1, 1], id, &mapped(address, id));
            answer.splice(2..4, [0, 200]);
            vec![answer]
        }
        StunBehaviour::SaysBoth(one, other) => {
            vec![message([1, 1], id, &[mapped(one, id), mapped(other, id)].concat())]
        }
        StunBehaviour::Refuses => vec![message([1, 0x11], id, &[0, 9, 0, 4, 0, 0, 4, 0])],
        StunBehaviour::Echoes => vec![request.to_vec()],
        StunBehaviour::Silent => vec![],
    }
}

fn message(kind: [u8; 2], id: [u8; 12], attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(attributes.len()).expect("an answer is short").to_be_bytes();
    [&kind[..], &length, &[0x21, 0x12, 0xa4, 0x42], &id, attributes].concat()
}

fn mapped(address: IpAddr, id: [u8; 12]) -> Vec<u8> {
    let (family, plain) = match address {
        IpAddr::V4(address) => (1, address.octets().to_vec()),
        IpAddr::V6(address) => (2, address.octets().to_vec()),
    };
    let mask = [&[0x21, 0x12, 0xa4, 0x42][..], &id].concat();
    let hidden = plain.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
    let length = u8::try_from(plain.len() + 4).expect("an address is short");
    [0, 0x20, 0, length, 0, family, 0x12, 0x34].into_iter().chain(hidden).collect()
}
