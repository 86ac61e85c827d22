//! The file that makes Windows' OpenSSH use our pipe when another program has the usual one. A user
//! includes it once; we rewrite it at each start.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::{Existing, Pending, Readers};

/// Beside OpenSSH's `config`, so that `Include keyagent.conf` there is enough.
const NAME: &str = "keyagent.conf";

/// The first line of our file. A file that begins otherwise is left alone.
const MARK: &str = "# Written by keyagent whenever it starts.";

/// The path of the file.
pub(super) fn path() -> Option<PathBuf> {
    let home = env::var_os("USERPROFILE").filter(|home| !home.is_empty())?;
    Some(Path::new(&home).join(".ssh").join(NAME))
}

/// Writes it for this pipe, unless it has that content already.
pub(super) fn write(path: &Path, pipe: &str) -> io::Result<()> {
    let text = text(pipe);
    match fs::read_to_string(path) {
        Ok(there) if there == text => return Ok(()),
        Ok(there) if !there.starts_with(MARK) => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Pending::write(path, text.as_bytes(), Readers::Anyone, Existing::Replace)
        .and_then(Pending::commit)
        .map_err(io::Error::other)
}

fn text(pipe: &str) -> String {
    format!(
        "{MARK}\n\
         # OpenSSH finds it with this at the beginning of the file `config` beside it: Include {NAME}\n\
         IdentityAgent \"{}\"\n",
        pipe.replace('\\', "/")
    )
}
