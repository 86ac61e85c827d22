//! Asks a STUN server: one Binding request over UDP (RFC 8489).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::time::Instant;

use super::Unusable;
use crate::address::Family;
use crate::defaults;

/// The port of STUN over UDP (section 18.6).
pub const DEFAULT_PORT: u16 = 3478;

const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const BINDING_ERROR: [u8; 2] = [0x01, 0x11];
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const XOR_MAPPED_ADDRESS: u16 = 0x0020;

/// The 96 random bits that match an answer to its request.
pub(super) type TransactionId = [u8; 12];

/// Asks the server over `family`. Repeats the request, because UDP may lose it.
pub(super) fn ask(
    host: &str,
    port: u16,
    family: Family,
    deadline: Instant,
) -> Result<IpAddr, Unusable> {
    let server = resolve(host, port, family)?;
    let socket = connect(server).map_err(Unusable::Io)?;
    let id: TransactionId = rand::random();
    let mut wait = defaults::STUN_FIRST_WAIT;
    for _ in 0..defaults::STUN_REQUESTS {
        socket.send(&binding_request(id)).map_err(Unusable::Io)?;
        let until = deadline.min(Instant::now() + wait);
        if let Some(address) = receive(&socket, id, until)? {
            return Ok(address);
        }
        wait *= 2;
    }
    Err(Unusable::TimedOut)
}

fn resolve(host: &str, port: u16, family: Family) -> Result<SocketAddr, Unusable> {
    let mut found = (host, port).to_socket_addrs().map_err(Unusable::Io)?;
    found.find(|address| Family::of(address.ip()) == family).ok_or(Unusable::NoSuchHost(family))
}

/// A socket that receives datagrams from `server` only.
fn connect(server: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(server)?;
    Ok(socket)
}

/// Waits for the answer to our request. Ignores datagrams that answer something else.
fn receive(
    socket: &UdpSocket,
    id: TransactionId,
    until: Instant,
) -> Result<Option<IpAddr>, Unusable> {
    let mut datagram = [0; 2048];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        socket.set_read_timeout(Some(left)).map_err(Unusable::Io)?;
        let length = match socket.recv(&mut datagram) {
            Ok(length) => length,
            Err(error) if is_timeout(&error) => return Ok(None),
            Err(error) => return Err(Unusable::Io(error)),
        };
        let message = datagram.get(..length).unwrap_or_default();
        if let Some(answer) = read_answer(message, id) {
            return answer.map(Some).map_err(Unusable::Stun);
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Section 5: type, length, magic cookie, transaction ID. A Binding request needs no attributes.
fn binding_request(id: TransactionId) -> [u8; 20] {
    let mut request = [0; 20];
    let bytes = BINDING_REQUEST.iter().chain(&[0, 0]).chain(&MAGIC_COOKIE).chain(&id);
    for (to, from) in request.iter_mut().zip(bytes) {
        *to = *from;
    }
    request
}

/// The address in a Binding response; `None` if the message does not answer our request.
pub(super) fn read_answer(
    message: &[u8],
    id: TransactionId,
) -> Option<Result<IpAddr, &'static str>> {
    let (header, attributes) = message.split_first_chunk::<20>()?;
    let [t0, t1, l0, l1, c0, c1, c2, c3, answered @ ..] = *header;
    if [c0, c1, c2, c3] != MAGIC_COOKIE || answered != id {
        return None;
    }
    if usize::from(u16::from_be_bytes([l0, l1])) != attributes.len() {
        return Some(Err("its length is wrong"));
    }
    match [t0, t1] {
        BINDING_SUCCESS => Some(mapped_address(attributes, id)),
        BINDING_ERROR => Some(Err("the server refused the request")),
        _ => Some(Err("it is not a Binding response")),
    }
}

/// Finds the one XOR-MAPPED-ADDRESS among the attributes (section 14).
fn mapped_address(mut attributes: &[u8], id: TransactionId) -> Result<IpAddr, &'static str> {
    let mut found = None;
    while let Some(([t0, t1, l0, l1], rest)) = attributes.split_first_chunk::<4>() {
        let (kind, length) = (u16::from_be_bytes([*t0, *t1]), u16::from_be_bytes([*l0, *l1]));
        let value = rest.get(..usize::from(length)).ok_or("an attribute is truncated")?;
        if kind == XOR_MAPPED_ADDRESS {
            let address = xor_mapped_address(value, id).ok_or("its address is malformed")?;
            if found.replace(address).is_some_and(|other| other != address) {
                return Err("it holds two addresses");
            }
        } else if is_unknown_and_required(kind) {
            return Err("it requires an extension");
        }
        // Values are padded to four bytes.
        attributes = rest.get(usize::from(length).next_multiple_of(4)..).unwrap_or_default();
    }
    if !attributes.is_empty() {
        return Err("an attribute is truncated");
    }
    found.ok_or("it holds no address")
}

/// Section 6.3.3: a message with an unknown comprehension-required attribute is discarded.
fn is_unknown_and_required(kind: u16) -> bool {
    // Section 18.3, and what servers after RFC 5780 and RFC 3489 add about themselves.
    !matches!(kind, 0x0001..=0x0009 | 0x000a | 0x0014 | 0x0015 | 0x001c..=0x001e | 0x0020 | 0x8000..)
}

/// Section 14.2: a zero byte, the family, the port and the address. Port and address are combined
/// by XOR with the cookie and the transaction ID.
fn xor_mapped_address(value: &[u8], id: TransactionId) -> Option<IpAddr> {
    let ([_, family, _, _], address) = value.split_first_chunk::<4>()?;
    let mask = MAGIC_COOKIE.iter().chain(&id);
    let plain: Vec<u8> = address.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    match (family, address.len()) {
        (1, 4) => Some(IpAddr::from(*plain.first_chunk::<4>()?)),
        (2, 16) => Some(IpAddr::from(*plain.first_chunk::<16>()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The transaction id of the test vectors of RFC 5769.
    const ID: TransactionId =
        [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];

    fn response(kind: [u8; 2], attributes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(attributes.len()).unwrap().to_be_bytes();
        [&kind[..], &length, &MAGIC_COOKIE, &ID, attributes].concat()
    }

    /// RFC 5769 section 2.2: 192.0.2.1, port 32853.
    const MAPPED_V4: [u8; 12] = [0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];
    /// RFC 5769 section 2.3: 2001:db8:1234:5678:11:2233:4455:6677, port 32853.
    const MAPPED_V6: [u8; 24] = [
        0, 0x20, 0, 20, 0, 2, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc,
        0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
    ];

    #[test]
    fn the_vectors_of_rfc_5769() {
        let software = b"\x80\x22\x00\x0btest vector ";
        for (mapped, expected) in [
            (&MAPPED_V4[..], "192.0.2.1"),
            (&MAPPED_V6[..], "2001:db8:1234:5678:11:2233:4455:6677"),
        ] {
            let message = response(BINDING_SUCCESS, &[&software[..], mapped].concat());
            assert_eq!(read_answer(&message, ID), Some(Ok(expected.parse().unwrap())));
        }
    }

    #[test]
    fn malformed_answers_are_refused() {
        let mut other = MAPPED_V4;
        other[11] ^= 1;
        let two = [MAPPED_V4, other].concat();
        let twice = [MAPPED_V4, MAPPED_V4].concat();
        for (message, expected) in [
            (response(BINDING_SUCCESS, &two), Err("it holds two addresses")),
            (response(BINDING_SUCCESS, &twice), Ok("192.0.2.1")),
            (response(BINDING_SUCCESS, &[]), Err("it holds no address")),
            (response(BINDING_SUCCESS, &MAPPED_V4[..10]), Err("an attribute is truncated")),
            (response(BINDING_SUCCESS, &[0, 0x20]), Err("an attribute is truncated")),
            (
                response(BINDING_SUCCESS, &[0, 0x20, 0, 4, 0, 1, 0, 0]),
                Err("its address is malformed"),
            ),
            (response(BINDING_SUCCESS, &[0x7f, 0xff, 0, 0]), Err("it requires an extension")),
            (response(BINDING_ERROR, &MAPPED_V4), Err("the server refused the request")),
            (response(BINDING_REQUEST, &MAPPED_V4), Err("it is not a Binding response")),
            ([response(BINDING_SUCCESS, &MAPPED_V4), vec![0]].concat(), Err("its length is wrong")),
        ] {
            let expected = expected.map(|address: &str| address.parse().unwrap());
            assert_eq!(read_answer(&message, ID), Some(expected));
        }
        let message = response(BINDING_SUCCESS, &MAPPED_V4);
        assert_eq!(read_answer(&message, [0; 12]), None, "another transaction");
        assert_eq!(read_answer(&message[..19], ID), None, "half a header");
    }

    #[test]
    fn a_request_is_a_bare_header() {
        assert_eq!(binding_request(ID), *response(BINDING_REQUEST, &[]));
    }

    proptest! {
        #[test]
        fn mutations_never_panic(flips in proptest::collection::vec((0..44_usize, any::<u8>()), 0..6), cut in 0..45_usize) {
            let mut message = response(BINDING_SUCCESS, &MAPPED_V6);
            for (at, byte) in flips {
                message[at] = byte;
            }
            let _ = read_answer(&message[..cut.min(message.len())], ID);
        }
    }
}
