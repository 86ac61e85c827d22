//! From the bytes of a source to lines worth reading: decompresses, decodes, filters and strips.
//!
//! The content of the lines is left to [`crate::recognize`].

pub(crate) mod decode;
pub(crate) mod decompress;
mod hits;
pub(crate) mod line_filter;
pub(crate) mod strip;
mod utf16;
