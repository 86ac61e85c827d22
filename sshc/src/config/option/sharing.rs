//! Sharing one connection: `ControlMaster`, `ControlPath`, `ControlPersist`.

use std::time::Duration;

use super::super::syntax::Directive;
use super::super::value::{self, Words, YES_NO};
use super::{Config, Fault, Read, choice, first, one, template};

/// Whether a connection is shared with other programs (`ControlMaster`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlMaster {
    /// One that is there is used, and none made.
    No,
    /// One is made, and none used.
    Yes,
    /// One that is there is used, else one is made.
    Auto,
}

pub(in super::super) const CONTROL_MASTER: Words<ControlMaster> = &[
    ("false", ControlMaster::No),
    ("true", ControlMaster::Yes),
    ("no", ControlMaster::No),
    ("yes", ControlMaster::Yes),
    ("auto", ControlMaster::Auto),
];

/// How long a shared connection stays when nobody uses it (`ControlPersist`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlPersist {
    /// Not at all.
    No,
    /// Until it is ended.
    Yes,
    /// So long.
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
