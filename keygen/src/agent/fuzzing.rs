//! A door for the fuzz targets: what `keyagent` does with the first bytes of a message.

use super::request::Request;

/// Reads a request, with the key and the restrictions in it.
pub fn read_request(message: &[u8]) {
    drop(Request::read(message));
}
