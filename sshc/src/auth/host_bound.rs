//! `publickey-hostbound-v00@openssh.com` (OpenSSH's PROTOCOL, authentication): `publickey`, with a
//! signature that also covers the server's host key.
//!
//! An agent demands it for keys that are limited to certain hosts once its socket was forwarded:
//! only so does it know for which server it signs. A server says in `EXT_INFO` that it knows the
//! method. russh drops that message, so we go by the server's version; and russh asks by
//! `publickey` whether the server would accept a key, which no signature is made for.

use crate::agent::message::{Fields, put_string};

const PUBLICKEY: &[u8] = b"publickey";
const HOST_BOUND: &[u8] = b"publickey-hostbound-v00@openssh.com";

/// A request to be signed by `publickey`, as one for this host key; `None` if it is something else.
pub(super) fn bound(to_sign: &[u8], host_key: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Fields(to_sign);
    // The session, the message's number, the user, and the service.
    fields.string()?;
    fields.byte()?;
    fields.string()?;
    fields.string()?;
    let before = to_sign.get(..to_sign.len() - fields.0.len())?;
    if fields.string()? != PUBLICKEY {
        return None;
    }
    let mut bound = before.to_vec();
    put_string(&mut bound, HOST_BOUND);
    bound.extend_from_slice(fields.0);
    put_string(&mut bound, host_key);
    Some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request as russh makes it, with this method.
    fn request(method: &[u8], more: &[u8]) -> Vec<u8> {
        let mut request = Vec::new();
        put_string(&mut request, b"session");
        request.push(50);
        for field in [b"ada", &b"ssh-connection"[..], method] {
            put_string(&mut request, field);
        }
        request.push(1);
        put_string(&mut request, b"ssh-ed25519");
        put_string(&mut request, b"key");
        request.extend_from_slice(more);
        request
    }

    #[test]
    fn the_host_key_is_added_to_what_is_signed() {
        let expected = request(HOST_BOUND, b"\0\0\0\x08host key");
        assert_eq!(bound(&request(PUBLICKEY, b""), b"host key"), Some(expected.clone()));
        assert_eq!(bound(&expected, b"host key"), None);
        assert_eq!(bound(b"\0\0\0\x01", b"host key"), None);
    }
}
