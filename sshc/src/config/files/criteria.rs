//! The criteria of `Match` (`ssh_config(5)`).

use std::process::Stdio;

use super::Pass;
use crate::config::template::Template;
use crate::config::{SettingError, platform};
use crate::pattern::{Listed, match_list};

/// Whether all criteria hold. Runs no program if the block cannot apply, or nothing permits
/// programs.
pub(super) fn hold(
    pass: &mut Pass<'_>,
    words: &[String],
    can_apply: bool,
    may_run: bool,
) -> Result<bool, SettingError> {
    let mut all_hold = true;
    let mut count = 0;
    let mut words = words.iter().map(String::as_str).peekable();
    while let Some(word) = words.next() {
        count += 1;
        let (name, negated) = word.strip_prefix('!').map_or((word, false), |name| (name, true));
        let (name, joined) = name.split_once('=').map_or((name, None), |(n, v)| (n, Some(v)));
        let name = name.to_ascii_lowercase();
        let bad = || SettingError::Match { criterion: word.to_owned() };
        let holds = match name.as_str() {
            "all" if words.peek().is_some() || joined.is_some() => return Err(bad()),
            // `canonical` and `final` may precede it, and do not count.
            "all" if count > 1 => return Err(bad()),
            "all" => true,
            "canonical" | "final" => {
                count -= 1;
                pass.wants_final |= name == "final";
                pass.is_final
            }
            _ => {
                let value = joined.or_else(|| words.next()).ok_or_else(bad)?;
                let can_apply = can_apply && all_hold;
                holds(pass, &name, value, can_apply, may_run)?.ok_or_else(bad)?
            }
        };
        all_hold &= holds != negated;
    }
    Ok(all_hold)
}

/// Whether a criterion with a value holds; `None` if there is none with this name.
fn holds(
    pass: &Pass<'_>,
    name: &str,
    value: &str,
    can_apply: bool,
    may_run: bool,
) -> Result<Option<bool>, SettingError> {
    let listed = |text: &str, fold_case| match_list(text, value, fold_case) == Listed::Yes;
    Ok(Some(match name {
        "host" => listed(&pass.config.current_host(pass.request)?, true),
        "originalhost" => listed(pass.request.host, true),
        "user" => listed(&pass.config.user, false),
        "localuser" => listed(&pass.context.local_user, false),
        "tagged" => listed(pass.config.tag.as_deref().unwrap_or_default(), false),
        "exec" => can_apply && succeeds(pass, value, may_run)?,
        _ => return Ok(None),
    }))
}

/// Whether a program succeeds; it may refer to the configuration known so far.
fn succeeds(pass: &Pass<'_>, command: &str, may_run: bool) -> Result<bool, SettingError> {
    if !may_run {
        return Err(SettingError::ExecRefused);
    }
    let failed = |cause: String| SettingError::Exec { command: command.to_owned(), cause };
    let tokens = pass.config.tokens(pass.context, pass.request);
    let text =
        tokens.command(&Template(command.to_owned())).map_err(|error| failed(error.to_string()))?;
    let mut shell = platform::shell(&text);
    let status = shell.stdin(Stdio::null()).stdout(Stdio::null()).status();
    status.map(|status| status.success()).map_err(|error| failed(error.to_string()))
}
