//! From the bytes of a source to lines worth reading: decompressing, decoding, sieving, stripping.
//!
//! What the lines say is the business of [`crate::recognize`].

pub(crate) mod decode;
pub(crate) mod decompress;
mod hits;
pub(crate) mod sieve;
pub(crate) mod strip;
