//! An entry point for the fuzz targets: how `keyagent` parses a message.

use super::request::Request;

/// Parses a request, with the key and the restrictions in it.
pub fn read_request(message: &[u8]) {
    drop(Request::read(message));
}
