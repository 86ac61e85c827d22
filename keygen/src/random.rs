//! Random bytes from the operating system, for keys, salts and padding.

use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::error::Error;

/// Fills the bytes, or fails if the system provides none.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    SysRng.try_fill_bytes(bytes).map_err(|error| Error::Random(error.to_string()))
}
