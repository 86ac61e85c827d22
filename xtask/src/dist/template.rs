//! Templates in `packaging/` with `{{names}}`, and the values for them.

use std::collections::BTreeMap;

use super::files;
use crate::step::Failure;
use crate::workspace;

/// Values by name.
#[derive(Clone, Default)]
pub(super) struct Values(BTreeMap<String, String>);

impl Values {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// A template of `packaging/` with all values inserted.
    pub(super) fn fill(&self, path: &str) -> Result<String, Failure> {
        let file = workspace::root().join("packaging").join(path);
        let text = files::read(&file)?;
        self.put_into(&text).map_err(|name| Failure::new(format!("{path} wants `{name}`")))
    }

    /// The text with all values inserted, or the name that has no value.
    fn put_into(&self, text: &str) -> Result<String, String> {
        let mut pieces = text.split("{{");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once("}}").ok_or(piece)?;
            filled += self.0.get(name).ok_or(name)?;
            filled += rest;
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn every_name_is_replaced_or_reported() {
        let mut values = Values::default();
        values.set("name", "x");
        let cases = [
            ("no names", Ok("no names")),
            ("{{name}} and {{name}}", Ok("x and x")),
            ("{{version}}", Err("version")),
            ("{{name", Err("name")),
        ];
        for (text, expected) in cases {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(values.put_into(text), expected, "{text}");
        }
    }
}
