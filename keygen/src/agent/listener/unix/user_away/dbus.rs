//! The part of D-Bus that is needed to hear a few signals on the system bus (D-Bus Specification,
//! "Message Protocol"): sends strings, receives numbers and strings.

use std::env;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;

use data_encoding::HEXLOWER;
use rustix::process::geteuid;

const USUAL: &str = "unix:path=/run/dbus/system_bus_socket";

/// Longer messages are refused: none of the wanted ones is.
const LIMIT: usize = 1 << 20;

/// The codes of header fields.
const PATH: u8 = 1;
const INTERFACE: u8 = 2;
const MEMBER: u8 = 3;
const REPLY_SERIAL: u8 = 5;
const DESTINATION: u8 = 6;
const SIGNATURE: u8 = 8;

/// A connection to the bus.
pub(super) struct Bus {
    stream: BufReader<UnixStream>,
    serial: u32,
}

/// The object and interface of a call.
pub(super) struct Object<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
}

impl Object<'static> {
    /// The bus itself.
    pub(super) const BUS: Self = Self {
        name: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus",
    };
}

/// A received message: a signal, or the answer to a call.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) path: String,
    pub(super) interface: String,
    pub(super) member: String,
    /// The number of the call that this answers.
    pub(super) reply_to: Option<u32>,
    pub(super) body: Vec<u8>,
    pub(super) is_big_endian: bool,
}

impl Bus {
    /// Connects to the system bus as this user.
    pub(super) fn connect() -> io::Result<Self> {
        let named = env::var("DBUS_SYSTEM_BUS_ADDRESS").unwrap_or_else(|_| USUAL.to_owned());
        let path = named.split(';').find_map(|address| address.strip_prefix("unix:path="));
        let path = path.and_then(|path| path.split(',').next()).ok_or(ErrorKind::Unsupported)?;
        let mut stream = BufReader::new(UnixStream::connect(path)?);
        let user = HEXLOWER.encode(geteuid().as_raw().to_string().as_bytes());
        stream.get_mut().write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.by_ref().take(1024).read_line(&mut answer)?;
        if !answer.starts_with("OK ") {
            return Err(ErrorKind::PermissionDenied.into());
        }
        stream.get_mut().write_all(b"BEGIN\r\n")?;
        let mut bus = Self { stream, serial: 0 };
        bus.call(&Object::BUS, "Hello", &[])?;
        Ok(bus)
    }

    /// Calls a method, and returns the number by which its answer will refer to the call.
    pub(super) fn call(
        &mut self,
        object: &Object<'_>,
        method: &str,
        arguments: &[&str],
    ) -> io::Result<u32> {
        self.serial += 1;
        let mut body = Vec::new();
        for argument in arguments {
            put_string(&mut body, argument);
        }
        let mut fields = Vec::new();
        let signature = "s".repeat(arguments.len());
        for (code, kind, value) in [
            (PATH, b'o', object.path),
            (INTERFACE, b's', object.interface),
            (MEMBER, b's', method),
            (DESTINATION, b's', object.name),
            (SIGNATURE, b'g', &signature),
        ] {
            align(&mut fields, 8);
            fields.extend([code, 1, kind, 0]);
            if kind == b'g' {
                fields.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
                fields.extend(value.bytes().chain([0]));
            } else {
                put_string(&mut fields, value);
            }
        }
        // Little-endian, method call, no flags, protocol version 1.
        let mut message = vec![b'l', 1, 0, 1];
        for number in [length(&body), self.serial, length(&fields)] {
            message.extend(number.to_le_bytes());
        }
        message.extend(fields);
        align(&mut message, 8);
        message.extend(body);
        self.stream.get_mut().write_all(&message)?;
        Ok(self.serial)
    }

    /// Waits for the next message.
    pub(super) fn next(&mut self) -> io::Result<Message> {
        let mut start = [0; 16];
        self.stream.read_exact(&mut start)?;
        let mut message = Message { is_big_endian: start[0] == b'B', ..Message::default() };
        let body = message.read(&start, 4).ok_or(ErrorKind::InvalidData)?;
        let fields = message.read(&start, 12).ok_or(ErrorKind::InvalidData)?;
        if body.max(fields) > LIMIT {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut header = vec![0; fields.next_multiple_of(8)];
        self.stream.read_exact(&mut header)?;
        message.body = vec![0; body];
        self.stream.read_exact(&mut message.body)?;
        header.truncate(fields);
        // Fields after one that is not understood stay empty.
        let _ = message.read_fields(&header);
        Ok(message)
    }
}

impl Message {
    /// The 32-bit number at this position of the body.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        self.word(&self.body, at)
    }

    fn word(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let word = bytes.get(at..)?.first_chunk::<4>()?;
        Some(if self.is_big_endian { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) })
    }

    fn read(&self, bytes: &[u8], at: usize) -> Option<usize> {
        usize::try_from(self.word(bytes, at)?).ok()
    }

    /// Reads the header fields: each is a code and a variant. The types of all wanted fields are
    /// one character.
    fn read_fields(&mut self, header: &[u8]) -> Option<()> {
        let mut at = 0;
        while at < header.len() {
            let [code, 1, kind, 0] = *header.get(at..)?.first_chunk::<4>()? else { return None };
            at += 4;
            match kind {
                b's' | b'o' => {
                    let length = self.read(header, at)?;
                    let text = header.get(at + 4..)?.get(..length)?;
                    let text = String::from_utf8_lossy(text).into_owned();
                    match code {
                        PATH => self.path = text,
                        INTERFACE => self.interface = text,
                        MEMBER => self.member = text,
                        _ => {}
                    }
                    at += 4 + length + 1;
                }
                b'g' => at += usize::from(*header.get(at)?) + 2,
                b'u' => {
                    let number = self.word(header, at)?;
                    self.reply_to = (code == REPLY_SERIAL).then_some(number).or(self.reply_to);
                    at += 4;
                }
                _ => return None,
            }
            at = at.next_multiple_of(8);
        }
        Some(())
    }
}

fn align(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}

fn put_string(bytes: &mut Vec<u8>, text: &str) {
    align(bytes, 4);
    bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(text.bytes().chain([0]));
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_nonsense_is_not() {
        let mut message = Message::default();
        let header = b"\x01\x01o\0\x02\0\0\0/s\0\0\0\0\0\0\x05\x01u\0\x07\0\0\0\x08\x01g\0\x01b\0";
        assert_eq!(message.read_fields(header), Some(()));
        assert_eq!((message.path.as_str(), message.reply_to), ("/s", Some(7)));
        for cut in 1..header.len() {
            // A cut between two fields leaves a complete header.
            let _ = Message::default().read_fields(&header[..cut]);
        }
        assert_eq!(Message::default().read_fields(b"\x01\x01s\0\xff\xff\xff\xff"), None);
        assert_eq!(Message::default().read_fields(b"\x01\x02ss\0"), None);
    }
}
