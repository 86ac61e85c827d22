//! The first packet of a server (RFC 4253 §7.1): in clear, with the names of its algorithms. russh
//! shows it only when there is none in common.

use std::sync::{Arc, Mutex};

use crate::agent::message::Fields;
use crate::lock::lock;

/// A packet is at most this long here; OpenSSH's has about 1 KB.
const MOST_BYTES: usize = 64 * 1024;

/// KEXINIT, and the random bytes that follow its number.
const NUMBER: u8 = 20;
const COOKIE: usize = 16;

/// The key exchanges that a server offers; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct ServerKexinit(Arc<Mutex<Progress>>);

#[derive(Debug)]
enum Progress {
    /// What has arrived since the version's line began.
    Arriving(Vec<u8>),
    Known(Vec<String>),
}

impl Default for Progress {
    fn default() -> Self {
        Self::Arriving(Vec::new())
    }
}

impl ServerKexinit {
    /// Takes what arrives, from the version on, until the packet is whole.
    pub(super) fn take(&self, bytes: &[u8]) {
        let mut progress = lock(&self.0);
        let Progress::Arriving(arrived) = &mut *progress else { return };
        arrived.extend_from_slice(bytes);
        if let Some(names) = key_exchanges(arrived) {
            *progress = Progress::Known(names);
        } else if arrived.len() > MOST_BYTES {
            *progress = Progress::Known(Vec::new());
        }
    }

    /// Whether the packet has arrived, or will not.
    pub(super) fn is_known(&self) -> bool {
        matches!(&*lock(&self.0), Progress::Known(_))
    }

    /// The names; empty until they are known.
    pub(super) fn key_exchanges(&self) -> Vec<String> {
        match &*lock(&self.0) {
            Progress::Arriving(_) => Vec::new(),
            Progress::Known(names) => names.clone(),
        }
    }
}

/// The names in a packet after the line of the version; empty for another packet, `None` for one
/// that is not whole.
fn key_exchanges(arrived: &[u8]) -> Option<Vec<String>> {
    let start = arrived.iter().position(|byte| *byte == b'\n')? + 1;
    let mut packet = Fields(Fields(arrived.get(start..)?).string()?);
    let names = names(&mut packet).unwrap_or_default();
    Some(names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// The first list of KEXINIT; `None` for another packet.
fn names<'a>(packet: &mut Fields<'a>) -> Option<&'a str> {
    // The length of the padding.
    packet.byte()?;
    if packet.byte()? != NUMBER {
        return None;
    }
    str::from_utf8(Fields(packet.0.get(COOKIE..)?).string()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(message: &[u8]) -> Vec<u8> {
        let length = u32::try_from(message.len() + 1).unwrap().to_be_bytes();
        [b"SSH-2.0-x\r\n", &length[..], &[4], message].concat()
    }

    fn kexinit(names: &[u8]) -> Vec<u8> {
        let length = u32::try_from(names.len()).unwrap().to_be_bytes();
        packet(&[&[NUMBER][..], &[9; COOKIE], &length, names, b"\0\0\0\x01x"].concat())
    }

    #[test]
    fn names_are_read_however_they_arrive() {
        let bytes = kexinit(b"curve25519-sha256,kex-strict-s-v00@openssh.com");
        for size in [1, 7, bytes.len()] {
            let kexinit = ServerKexinit::default();
            for piece in bytes.chunks(size) {
                assert_eq!(kexinit.key_exchanges(), [""; 0]);
                kexinit.take(piece);
            }
            kexinit.take(b"encrypted\n");
            assert_eq!(
                kexinit.key_exchanges(),
                ["curve25519-sha256", "kex-strict-s-v00@openssh.com"]
            );
        }
    }

    #[test]
    fn nothing_is_read_of_other_packets() {
        let endless = [b"SSH-2.0-x\r\n\xff\xff\xff\xff".to_vec(), vec![0; MOST_BYTES]].concat();
        for bytes in [kexinit(b""), kexinit(b"\xff"), packet(b"\x02"), packet(b""), endless] {
            let kexinit = ServerKexinit::default();
            kexinit.take(&bytes);
            assert_eq!(kexinit.key_exchanges(), [""; 0]);
            assert!(kexinit.is_known(), "it waits for no more");
        }
    }
}
