//! The file that programs of Cygwin and MSYS2, among them Git for Windows', take for a Unix socket:
//! it contains a port of this machine, and a secret that both ends send there.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::windows::io::AsHandle as _;
use std::path::Path;
use std::time::Duration;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::permissions::{owner_of, user};

/// How the file begins.
const COOKIE: &str = "!<socket >";

/// How much of the file Cygwin's programs read.
const FILE_LIMIT: u64 = 128;

/// Four numbers of four bytes.
pub(in super::super::super) const SECRET_BYTES: usize = 16;

/// A process, a user and a group, in four bytes each.
pub(in super::super::super) const IDENTITY_BYTES: usize = 12;

/// The secret that both ends know.
pub(in super::super::super) type Secret = Zeroizing<[u8; SECRET_BYTES]>;

/// The file's contents.
pub(in super::super::super) fn text(port: u16, secret: &[u8; SECRET_BYTES]) -> Zeroizing<String> {
    let number = |at: usize| {
        let bytes = secret.iter().skip(at * 4).take(4).rev();
        bytes.fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte))
    };
    let [a, b, c, d] = [0, 1, 2, 3].map(number);
    Zeroizing::new(format!("{COOKIE}{port} s {a:08X}-{b:08X}-{c:08X}-{d:08X}\0"))
}

/// Parses the port and the secret in the contents.
fn parse(text: &str) -> Option<(u16, Secret)> {
    let (port, secret) = text.trim_end_matches('\0').strip_prefix(COOKIE)?.split_once(" s ")?;
    let mut bytes = Vec::with_capacity(SECRET_BYTES);
    for number in secret.split('-').filter(|number| number.len() == 8) {
        bytes.extend(u32::from_str_radix(number, 16).ok()?.to_le_bytes());
    }
    Some((port.parse().ok()?, Zeroizing::new(bytes.try_into().ok()?)))
}

/// A stream to the agent behind this file, which Cygwin's programs take for a socket, if the file
/// belongs to this user.
///
/// # Errors
/// When the file is something else, or no agent listens there any more, or it does not answer in
/// time.
pub fn connect(path: &Path, time_limit: Duration) -> io::Result<TcpStream> {
    let file = File::open(path)?;
    if owner_of(file.as_handle())? != user()? {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "another user's file"));
    }
    let mut text = Zeroizing::new(Vec::new());
    file.take(FILE_LIMIT).read_to_end(&mut text)?;
    let found = std::str::from_utf8(&text).ok().and_then(parse);
    let not_one =
        || io::Error::new(io::ErrorKind::InvalidData, "it is neither a pipe nor a socket");
    let (port, secret) = found.ok_or_else(not_one)?;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(time_limit))?;
    stream.set_write_timeout(Some(time_limit))?;
    stream.write_all(&*secret)?;
    let mut said = Secret::default();
    stream.read_exact(&mut *said)?;
    if !bool::from(said.ct_eq(&*secret)) {
        // Another program has got the port of an agent that has ended.
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    let mut identity = [0; IDENTITY_BYTES];
    let (process, _) = identity.split_at_mut(4);
    process.copy_from_slice(&std::process::id().to_le_bytes());
    stream.write_all(&identity)?;
    stream.read_exact(&mut identity)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_cygwins() {
        let secret = std::array::from_fn(|at| u8::try_from(at).expect("sixteen"));
        let text = text(49152, &secret);
        assert_eq!(*text, "!<socket >49152 s 03020100-07060504-0B0A0908-0F0E0D0C\0");
        assert_eq!(parse(&text), Some((49152, Zeroizing::new(secret))));
        for damaged in
            ["", "!<socket >49152 s ", "!<socket >49152 s 03020100-07060504", "!<symlink>"]
        {
            assert_eq!(parse(damaged), None, "{damaged}");
        }
    }
}
