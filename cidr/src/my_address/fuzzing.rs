//! Entry points for the fuzz targets: parse network answers without a network.

use std::net::IpAddr;

use super::{https, stun};

/// The address in a STUN answer to a request with this transaction ID.
#[must_use]
pub fn stun_answer(message: &[u8], id: [u8; 12]) -> Option<IpAddr> {
    stun::read_answer(message, id)?.ok()
}

/// Parses the body of a web server's answer as an address.
///
/// # Errors
///
/// Why the body is refused, in the words of the error message.
pub fn web_answer(body: &[u8]) -> Result<IpAddr, String> {
    https::one_address(body).map_err(|cause| cause.to_string())
}
