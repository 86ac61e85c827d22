//! The evidence for and against a candidate: a set of reasons with a weight each.

use std::fmt;
use std::ops::BitOr;

/// How certain it is that a log announces a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The log only names it; never printed by default.
    Mentioned,
    /// The log states a login, but not quite as an announcement would.
    Stated,
    /// The log says where to log in, and as which user.
    Announced,
}

impl Class {
    /// The name that `--json` and `--explain` use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mentioned => "mentioned",
            Self::Stated => "stated",
            Self::Announced => "announced",
        }
    }
}

/// A candidate with at least this score is announced.
const ANNOUNCED: i16 = 4;
/// A candidate with at least this score is stated.
const STATED: i16 = 2;

/// The reasons for and against a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Evidence(u32);

/// The weight of each reason, and its text for `--explain`.
const REASONS: [(i16, &str); 32] = [
    (7, "a command that logs in"),
    (3, "a command that copies"),
    (2, "user@host"),
    (2, "a user is named"),
    (1, "the name looks like an account"),
    (2, "a host is named"),
    (2, "it is labelled public"),
    (2, "it is the machine to log in to"),
    (2, "the words are about logging in"),
    (1, "the host is next to the user"),
    (1, "something is ready"),
    (-7, "it is someone else's event"),
    (-7, "it is about a failure"),
    (-7, "it is about another service"),
    (-7, "it is what the job does"),
    (-12, "it is an example"),
    (-4, "it is a shell's trace"),
    (-4, "it runs a command there"),
    (-7, "it is an option of another program"),
    (-8, "the port is another service's"),
    (-3, "only an address beside a user"),
    (-2, "it is a compute node"),
    (-1, "user and host are far apart"),
    (-12, "the job did it itself"),
    (20, "the pattern that was asked for"),
    (3, "the sentences name one login and one host"),
    (0, "the words around it offer it"),
    (0, "its line says other things"),
    (0, "the log says little else"),
    (-7, "the words around it are those of another text"),
    (0, "the words around it are those of an announcement"),
    (2, "words point to its user and its host"),
];

impl Evidence {
    pub(crate) const COMMAND: Self = Self(1);
    pub(crate) const COPY: Self = Self(1 << 1);
    pub(crate) const LOGIN: Self = Self(1 << 2);
    pub(crate) const USER_NAMED: Self = Self(1 << 3);
    pub(crate) const USER_SHAPED: Self = Self(1 << 4);
    pub(crate) const HOST_NAMED: Self = Self(1 << 5);
    pub(crate) const PUBLIC: Self = Self(1 << 6);
    pub(crate) const MAIN: Self = Self(1 << 7);
    pub(crate) const CONNECT: Self = Self(1 << 8);
    pub(crate) const HOST_WITH_USER: Self = Self(1 << 9);
    pub(crate) const READY: Self = Self(1 << 10);
    pub(crate) const EVENT: Self = Self(1 << 11);
    pub(crate) const FAILURE: Self = Self(1 << 12);
    pub(crate) const FOREIGN: Self = Self(1 << 13);
    pub(crate) const ACTION: Self = Self(1 << 14);
    pub(crate) const EXAMPLE: Self = Self(1 << 15);
    pub(crate) const TRACE: Self = Self(1 << 16);
    pub(crate) const REMOTE_COMMAND: Self = Self(1 << 17);
    pub(crate) const ARGUMENT: Self = Self(1 << 18);
    pub(crate) const SERVICE_PORT: Self = Self(1 << 19);
    pub(crate) const ALONE: Self = Self(1 << 20);
    pub(crate) const COMPUTE: Self = Self(1 << 21);
    pub(crate) const FAR: Self = Self(1 << 22);
    pub(crate) const RAN: Self = Self(1 << 23);
    pub(crate) const PATTERN: Self = Self(1 << 24);
    pub(crate) const PASSAGE: Self = Self(1 << 25);

    pub(crate) const OFFERED: Self = Self(1 << 26);
    pub(crate) const BESIDE: Self = Self(1 << 27);
    pub(crate) const BARE: Self = Self(1 << 28);
    pub(crate) const OTHER_TEXT: Self = Self(1 << 29);
    pub(crate) const ANNOUNCING_TEXT: Self = Self(1 << 30);
    pub(crate) const POINTED_TO: Self = Self(1 << 31);

    /// Any of these reasons alone means that a login is not the reader's.
    const ELSEWHERE: Self = Self(
        Self::EVENT.0
            | Self::FAILURE.0
            | Self::FOREIGN.0
            | Self::ACTION.0
            | Self::EXAMPLE.0
            | Self::ARGUMENT.0
            | Self::SERVICE_PORT.0
            | Self::RAN.0
            | Self::OTHER_TEXT.0,
    );

    /// Whether any of these reasons is present.
    pub(crate) fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the words around the login offer it.
    pub(crate) fn is_offered(self) -> bool {
        self.has(Self::OFFERED | Self::CONNECT | Self::READY | Self::MAIN | Self::PUBLIC)
    }

    /// Whether it would be a login if anything offered it.
    pub(crate) fn lacks_offer(self) -> bool {
        self.class() == Class::Mentioned && (self | Self::OFFERED).class() > Class::Mentioned
    }

    /// Whether the words around the login decide for or against it.
    #[must_use]
    pub fn is_by_words(self) -> bool {
        self.has(Self::OTHER_TEXT | Self::ANNOUNCING_TEXT)
    }

    fn reasons(self) -> impl Iterator<Item = (i16, &'static str)> {
        REASONS.iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, it)| *it)
    }

    /// The sum of the weights.
    #[must_use]
    pub fn score(self) -> i16 {
        self.reasons().map(|(weight, _)| weight).sum()
    }

    /// Whether something says that the login is the reader's: the words around it, or that a record
    /// is all that the log has.
    fn is_given(self) -> bool {
        let is_address = self.has(Self::LOGIN) && self.has(Self::HOST_NAMED);
        is_address || self.is_offered() || self.has(Self::PASSAGE | Self::PATTERN | Self::BARE)
    }

    /// The class of this evidence. A login that belongs elsewhere, or that is not given to the
    /// reader, is only mentioned, however much it looks like an announcement; unless all the words
    /// around it are those of one, and the reasons against it are weak.
    #[must_use]
    pub fn class(self) -> Class {
        if self.has(Self::ELSEWHERE) || !self.is_given() {
            let is_announced = self.has(Self::ANNOUNCING_TEXT) && self.score() >= 0;
            return if is_announced { Class::Stated } else { Class::Mentioned };
        }
        match self.score() {
            ANNOUNCED.. => Class::Announced,
            STATED.. => Class::Stated,
            _ => Class::Mentioned,
        }
    }
}

impl BitOr for Evidence {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Evidence {
    /// Writes the score and the reasons: `6: a user is named +2, …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.score())?;
        for (place, (weight, words)) in self.reasons().enumerate() {
            write!(f, "{}{words}", if place == 0 { ": " } else { ", " })?;
            if weight != 0 {
                write!(f, " {weight:+}")?;
            }
        }
        Ok(())
    }
}
