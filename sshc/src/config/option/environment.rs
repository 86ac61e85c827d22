//! The environment of remote programs: `SendEnv` and `SetEnv`.

use super::super::syntax::Directive;
use super::{Config, SettingError, another, first, words};
use crate::pattern::match_one;

/// A pattern after `-` removes names given before.
pub(super) fn send_env(config: &mut Config, line: &Directive<'_>) -> Result<(), SettingError> {
    for word in words(line) {
        if word.is_empty() || word.contains('=') {
            return Err(SettingError::value("names of environment variables", word));
        }
        match word.strip_prefix('-') {
            Some(pattern) => config.send_env.retain(|name| !match_one(name, pattern, false)),
            None => another(&mut config.send_env, word.to_owned())?,
        }
    }
    Ok(())
}

pub(super) fn set_env(config: &mut Config, line: &Directive<'_>) -> Result<(), SettingError> {
    let mut variables: Vec<(String, String)> = Vec::new();
    for word in words(line) {
        let variable = word.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = variable.ok_or_else(|| SettingError::value("NAME=VALUE", word))?;
        // The first value of a name counts.
        if !variables.iter().any(|(known, _)| known == name) {
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    first(&mut config.set_env, variables)
}
