//! The options of a command, each with the values that follow it.

use crate::rules::firewall::{ParseError, Place};

/// Options by the names that `known` lists.
pub(super) struct Options<'a> {
    given: Vec<(&'static str, Vec<&'a str>)>,
}

impl<'a> Options<'a> {
    /// Reads `--name value value` and `--name=value`. Each name must be in `known`, which may list
    /// several spellings, or begin with one of `ignored`.
    pub(super) fn of(
        words: &[&'a str],
        line: usize,
        known: &[&[&'static str]],
    ) -> Result<Self, ParseError> {
        let error = |cause: String| ParseError::new(Place::Line(line), cause);
        let mut given: Vec<(&'static str, Vec<&'a str>)> = Vec::new();
        for word in words {
            if !word.starts_with('-') || word.starts_with("-1") {
                let (_, values) = given.last_mut().ok_or_else(|| {
                    error(format!("has `{}` before any option", contract::shown(*word)))
                })?;
                values.push(word);
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (*word, None),
            };
            let is_it = |spelling: &&'static str| spelling.eq_ignore_ascii_case(name);
            let names = known.iter().find(|spellings| spellings.iter().any(is_it));
            let name = names.and_then(|spellings| spellings.first()).ok_or_else(|| {
                let name = contract::shown(name);
                error(format!("has the option `{name}`, which cidr does not know"))
            })?;
            if given.iter().any(|(before, _)| before == name) {
                return Err(error(format!("has the option `{name}` twice")));
            }
            given.push((name, value.into_iter().collect()));
        }
        Ok(Self { given })
    }

    /// The values of an option; `None` if it was not given.
    pub(super) fn values(&self, name: &str) -> Option<&[&'a str]> {
        self.given.iter().find(|(given, _)| *given == name).map(|(_, values)| values.as_slice())
    }

    /// The value of an option that takes exactly one.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.values(name).and_then(|values| if let [one] = values { Some(*one) } else { None })
    }
}
