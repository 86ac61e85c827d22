//! The names in a line of `known_hosts`: patterns, or one hashed name.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::LineError;
use crate::pattern::{self, ListMatch};

#[derive(Clone, Debug)]
pub(super) enum Names {
    Patterns(Box<str>),
    Hashed { salt: Box<[u8]>, hash: Box<[u8]> },
}

impl Names {
    pub(super) fn parse(text: &str) -> Result<Self, LineError> {
        let Some(hashed) = text.strip_prefix('|') else {
            return Ok(Self::Patterns(text.into()));
        };
        let decode = |part: &str| BASE64.decode(part.as_bytes()).ok().filter(|b| b.len() == 20);
        let parts = hashed.strip_prefix("1|").and_then(|rest| rest.split_once('|'));
        let (salt, hash) = parts.ok_or(LineError::Hash)?;
        match (decode(salt), decode(hash)) {
            (Some(salt), Some(hash)) => {
                Ok(Self::Hashed { salt: salt.into_boxed_slice(), hash: hash.into_boxed_slice() })
            }
            _ => Err(LineError::Hash),
        }
    }

    /// Whether these names include `name`, which must be in lower case.
    pub(super) fn match_name(&self, name: &str) -> bool {
        match self {
            Self::Patterns(list) => pattern::match_list(name, list, true) == ListMatch::Yes,
            Self::Hashed { salt, hash } => hash_of(name, salt)[..] == hash[..],
        }
    }
}

/// A name as `HashKnownHosts` writes it: `|1|salt|hash`.
pub(in crate::known_hosts) fn hashed(name: &str, salt: [u8; 20]) -> String {
    format!("|1|{}|{}", BASE64.encode(&salt), BASE64.encode(&hash_of(name, &salt)))
}

fn hash_of(name: &str, salt: &[u8]) -> [u8; 20] {
    Hmac::<Sha1>::new_from_slice(salt)
        .map(|hmac| hmac.chain_update(name).finalize().into_bytes().into())
        // HMAC accepts keys of any length (RFC 2104 §3).
        .unwrap_or_default()
}
