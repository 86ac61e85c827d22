//! Makes, reads, converts and inspects SSH key files: PPK, OpenSSH, PKCS#8 and PEM.
//!
//! The library half of the `keygen` program: [`cli`] is the only module that reads arguments or
//! prints. The other tools use [`PrivateKeyFile`], [`PublicKeyLine`] and [`Passphrase`].
//!
//! ```
//! # fn login(path: &std::path::Path) -> Result<(), keygen::Error> {
//! let file = keygen::PrivateKeyFile::read(path)?;
//! let passphrase = match file.is_locked() {
//!     true => Some(keygen::Passphrase::ask("Passphrase: ")?),
//!     false => None,
//! };
//! let key: ssh_key::PrivateKey = file.unlock(passphrase.as_ref())?;
//! # drop(key);
//! # Ok(())
//! # }
//! ```

pub mod agent;
mod base64;
pub mod certificate;
pub mod cli;
mod code_page;
pub mod date;
mod defaults;
mod der;
pub mod error;
mod generate;
mod input;
mod inspect;
mod key_file;
mod key_pair;
mod memory;
mod passphrase;
mod permissions;
mod public_key;
mod random;
mod signals;
mod store;
mod text;
#[cfg(windows)]
pub mod windows;
mod wire;

pub use defaults::MAX_FILE_SIZE;
pub use error::Error;
pub use generate::{KeyKind, Progress, RsaBits, generate};
pub use inspect::{Inspection, Warning, inspect};
pub use key_file::{
    Costs, Damage, Encryption, KeyFormat, Pkcs8Kdf, PrivateKeyFile, Protection, encode,
};
pub use memory::{WipingAllocator, without_traces};
pub use passphrase::{Passphrase, ask};
pub use public_key::{PublicKeyLine, comment_argument, split_options};
pub use signals::restore_terminal_on_signals;
