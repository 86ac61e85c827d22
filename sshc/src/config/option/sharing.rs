//! Sharing one connection: `ControlMaster`, `ControlPath`, `ControlPersist`.

use std::time::Duration;

use super::super::syntax::Directive;
use super::super::value::{self, Words, YES_NO};
use super::{Config, Fault, Read, choice, first, one, template};

/// Whether to share a connection with other programs (`ControlMaster`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlMaster {
    /// Use a shared connection if there is one, but start none.
    No,
    /// Start a shared connection, but use none.
    Yes,
    /// Use a shared connection if there is one, else start one.
    Auto,
}

pub(in super::super) const CONTROL_MASTER: Words<ControlMaster> = &[
    ("false", ControlMaster::No),
    ("true", ControlMaster::Yes),
    ("no", ControlMaster::No),
    ("yes", ControlMaster::Yes),
    ("auto", ControlMaster::Auto),
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
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
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
    ("controlmaster", control_master),
    ("controlpath", |c, line| first(&mut c.control_path, Some(template(one(line)?)))),
    ("controlpersist", |c, line| first(&mut c.control_persist, ControlPersist::parse(one(line)?)?)),
];

/// `ask` and `autoask` would have the holder ask at every command, on a terminal that it has left.
fn control_master(config: &mut Config, line: &Directive<'_>) -> Result<(), Fault> {
    let text = one(line)?;
    if ["ask", "autoask"].iter().any(|word| word.eq_ignore_ascii_case(text)) {
        let why = "a shared connection does not ask before each use; auto shares it without asking";
        return Err(Fault::Unsupported { keyword: line.keyword.to_owned(), why });
    }
    choice(&mut config.control_master, line, CONTROL_MASTER)
}
