//! The options about the full name of a host: `CanonicalizeHostname` and its companions.

use super::super::canonical::{self, CANONICALIZE, PermittedAlias};
use super::super::syntax::Directive;
use super::super::value::YES_NO;
use super::{Read, SettingError, choice, first, number, one, words};

pub(super) const CANONICAL: &[(&str, Read)] = &[
    ("canonicalizehostname", |c, line| choice(&mut c.canonicalize_hostname, line, CANONICALIZE)),
    ("canonicaldomains", |c, line| first(&mut c.canonical_domains, list(line, canonical::domain)?)),
    ("canonicalizefallbacklocal", |c, line| {
        choice(&mut c.canonicalize_fallback_local, line, YES_NO)
    }),
    ("canonicalizemaxdots", |c, line| first(&mut c.canonicalize_max_dots, number(one(line)?)?)),
    ("canonicalizepermittedcnames", |c, line| {
        first(&mut c.canonicalize_permitted_cnames, list(line, PermittedAlias::parse)?)
    }),
];

/// The words of a line as values; `none` alone means an empty list.
fn list<T>(
    line: &Directive<'_>,
    read: fn(&str) -> Result<T, SettingError>,
) -> Result<Vec<T>, SettingError> {
    match &words(line)[..] {
        [none] if none.eq_ignore_ascii_case("none") => Ok(Vec::new()),
        [.., none] | [none, ..] if none.eq_ignore_ascii_case("none") => {
            Err(SettingError::value("`none` alone", &line.words.join(" ")))
        }
        words => words.iter().map(|word| read(word)).collect(),
    }
}
