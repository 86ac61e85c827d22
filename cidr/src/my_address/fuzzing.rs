//! Doors for the fuzz targets: answers from the network, without the network.

use std::net::IpAddr;

use super::{https, stun};

/// The address in a STUN answer to a request with this transaction ID.
#[must_use]
pub fn stun_answer(message: &[u8], id: [u8; 12]) -> Option<IpAddr> {
    stun::read_answer(message, id)?.ok()
}

/// The address that the body of a web server's answer is.
///
/// # Errors
///
/// Why the body is refused, as a user reads it.
pub fn web_answer(body: &[u8]) -> Result<IpAddr, String> {
    https::one_address(body).map_err(|cause| cause.to_string())
}
