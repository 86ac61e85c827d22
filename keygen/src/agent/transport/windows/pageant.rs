//! Pageant's names, as PuTTY 0.75 and later compute them: of its pipe, and of the mutex under which
//! PuTTY's programs decide which of them is the agent.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use windows_sys::Win32::Security::Authentication::Identity::{GetUserNameExW, NameUserPrincipal};
use windows_sys::Win32::Security::Cryptography::{
    CRYPTPROTECTMEMORY_CROSS_PROCESS, CryptProtectMemory,
};
use windows_sys::Win32::System::WindowsProgramming::GetUserNameW;

/// The class and the title of Pageant's window; also part of its pipe's name.
pub(in super::super::super) const PAGEANT: &str = "Pageant";

/// `CRYPTPROTECTMEMORY_BLOCK_SIZE`, as a length.
const BLOCK_BYTES: usize = 16;

/// The longest user name, in UTF-16 units. Windows' own limit is 256, and a domain follows the `@`.
const NAME_UNITS: usize = 1024;

/// The name of the pipe, derived from the user's name and a value that only this user's programs
/// can compute, until the next boot. It must not be stored. `None` if the system does not say who
/// the user is.
#[must_use]
pub fn pipe() -> Option<String> {
    let user = user_name()?;
    let block = encrypted(padded(PAGEANT.as_bytes()));
    Some(format!(r"\\.\pipe\pageant.{user}.{}", hash(&block)))
}

/// The name of the mutex.
pub(in super::super::super) fn mutex() -> Option<String> {
    Some(format!(r"Local\pageant-mutex.{}", user_name()?))
}

/// The principal name of a domain user, or the account name of any other.
fn user_name() -> Option<String> {
    principal().or_else(account).map(|name| before_at(&name))
}

fn before_at(name: &str) -> String {
    name.split_once('@').map_or(name, |(user, _)| user).to_owned()
}

#[expect(unsafe_code, reason = "the user's name has no safe interface")]
fn principal() -> Option<String> {
    let (mut name, mut length) = ([0; NAME_UNITS], units());
    // SAFETY: `length` says how many units fit in the buffer.
    let is_known = unsafe { GetUserNameExW(NameUserPrincipal, name.as_mut_ptr(), &raw mut length) };
    is_known.then(|| until_zero(&name))
}

#[expect(unsafe_code, reason = "the user's name has no safe interface")]
fn account() -> Option<String> {
    let (mut name, mut length) = ([0; NAME_UNITS], units());
    // SAFETY: `length` says how many units fit in the buffer.
    let is_known = unsafe { GetUserNameW(name.as_mut_ptr(), &raw mut length) };
    (is_known != 0).then(|| until_zero(&name))
}

fn units() -> u32 {
    u32::try_from(NAME_UNITS).unwrap_or_default()
}

fn until_zero(units: &[u16]) -> String {
    let name: Vec<u16> = units.iter().copied().take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&name)
}

/// The text with at least one zero, padded with zeros to a whole block.
fn padded(text: &[u8]) -> Vec<u8> {
    let mut block = text.to_vec();
    block.resize((text.len() + 1).next_multiple_of(BLOCK_BYTES), 0);
    block
}

/// Encrypts with the key that all processes of this machine share. If there is none, leaves it
/// unchanged, as PuTTY does.
#[expect(unsafe_code, reason = "this encryption has no safe interface")]
fn encrypted(mut block: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(block.len()).unwrap_or_default();
    // SAFETY: the pointer and the length are those of the vector, which the system encrypts in
    // place.
    let _ = unsafe {
        CryptProtectMemory(block.as_mut_ptr().cast(), length, CRYPTPROTECTMEMORY_CROSS_PROCESS)
    };
    block
}

/// SHA-256 over the block as an SSH string (RFC 4251 §5).
fn hash(block: &[u8]) -> String {
    let length = u32::try_from(block.len()).unwrap_or_default();
    let digest = Sha256::new().chain_update(length.to_be_bytes()).chain_update(block).finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_puttys() {
        let plain = padded(PAGEANT.as_bytes());
        assert_eq!(plain, b"Pageant\0\0\0\0\0\0\0\0\0");
        // The name that PuTTY's programs look for if the system encrypts nothing, as with Wine 8.
        let expected = "2e9e7389b30cd8240bf15518e9a228d6537dc38d64b2070a189ca2fe5452d492";
        assert_eq!(hash(&plain), expected);
    }

    #[test]
    fn a_domain_is_cut_off() {
        for (name, user) in [("ada@example.org", "ada"), ("ada", "ada"), ("Ada L", "Ada L")] {
            assert_eq!(before_at(name), user);
        }
    }
}
