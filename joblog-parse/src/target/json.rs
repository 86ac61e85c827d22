//! Reads the target from a line of `--json`, for `sshc`; `render` writes it.

use serde::Deserialize;

use super::{Target, TargetError, parse_port, parts};

/// The fields of a target; a line has more fields, which are about the log.
#[derive(Deserialize)]
struct Fields {
    user: String,
    host: String,
    port: Option<u32>,
    jump: Option<String>,
    identity_file: Option<String>,
    host_key: Option<String>,
}

impl Target {
    /// Reads a line of `joblog-parse --json`: `port`, `jump` (in the form of `ssh -J`),
    /// `identity_file` and `host_key` may be null or absent; other fields are ignored.
    ///
    /// # Errors
    /// [`TargetError::Json`] when it is not such an object; otherwise the first invalid field.
    pub fn from_json_line(line: &str) -> Result<Self, TargetError> {
        let fields: Fields = serde_json::from_str(line)
            .map_err(|error| TargetError::Json(error.to_string().as_str().into()))?;
        Ok(Self {
            user: fields.user.parse()?,
            host: fields.host.parse()?,
            port: fields.port.map(|port| parse_port(&port.to_string())).transpose()?,
            jump: fields.jump.map_or(Ok(Vec::new()), |jump| parts::parse_jumps(&jump))?,
            identity_file: fields.identity_file.map(|path| path.parse()).transpose()?,
            host_key: fields.host_key.map(|key| key.parse()).transpose()?,
        })
    }
}
