//! Sharing one connection: `ControlMaster`, `ControlPath`, `ControlPersist`.

use std::time::Duration;

use super::super::value::{self, Words, YES_NO};
use super::{Read, SettingError, choice, first, one, template};

/// Whether to share a connection with other programs (`ControlMaster`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlMaster {
    /// Use a shared connection if there is one, but start none.
    No,
    /// Start a shared connection, but use none.
    Yes,
    /// Use a shared connection if there is one, else start one.
    Auto,
    /// As `Yes`, and a person confirms each use.
    Ask,
    /// As `Auto`, and a person confirms each use.
    AutoAsk,
}

pub(in super::super) const CONTROL_MASTER: Words<ControlMaster> = &[
    ("false", ControlMaster::No),
    ("true", ControlMaster::Yes),
    ("no", ControlMaster::No),
    ("yes", ControlMaster::Yes),
    ("auto", ControlMaster::Auto),
    ("ask", ControlMaster::Ask),
    ("autoask", ControlMaster::AutoAsk),
];

/// How long an unused shared connection stays (`ControlPersist`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlPersist {
    /// Not at all.
    No,
    /// Until a user ends it.
    Yes,
    /// For this time.
    For(Duration),
}

impl ControlPersist {
    pub(super) fn parse(text: &str) -> Result<Self, SettingError> {
        match value::meaning(text, YES_NO) {
            Ok(true) => Ok(Self::Yes),
            Ok(false) => Ok(Self::No),
            Err(_) => Ok(match value::time_or_none(text)? {
                Some(time) if !time.is_zero() => Self::For(time),
                // As with ssh.
                _ => Self::Yes,
            }),
        }
    }

    pub(in super::super) fn show(self) -> String {
        match self {
            Self::No => "no".to_owned(),
            Self::Yes => "yes".to_owned(),
            Self::For(time) => time.as_secs().to_string(),
        }
    }
}

pub(super) const SHARING: &[(&str, Read)] = &[
    ("controlmaster", |c, line| choice(&mut c.control_master, line, CONTROL_MASTER)),
    ("controlpath", |c, line| first(&mut c.control_path, Some(template(one(line)?)))),
    ("controlpersist", |c, line| first(&mut c.control_persist, ControlPersist::parse(one(line)?)?)),
];
