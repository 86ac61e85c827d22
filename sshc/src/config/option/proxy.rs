//! The way to the server: `ProxyJump` and `ProxyCommand`.
//!
//! They set the same thing: the first of them counts, except that `ProxyJump none` leaves the
//! decision to `ProxyCommand`.

use super::super::jump;
use super::{Config, Directive, SettingError, command, one};

/// Names on a command line must mean nothing to a shell in this option.
pub(super) const PROXY_JUMP: &str = "proxyjump";

/// Checks what a command line says. As with ssh, its names may come from anywhere, and those of a
/// file only from its owner.
pub(super) fn check(line: &Directive<'_>) -> Result<(), SettingError> {
    if line.keyword.eq_ignore_ascii_case(PROXY_JUMP) { jump::names(line.raw) } else { Ok(()) }
}

pub(super) fn proxy_jump(config: &mut Config, line: &Directive<'_>) -> Result<(), SettingError> {
    let text = one(line)?;
    let jumps = if text.eq_ignore_ascii_case("none") {
        Vec::new()
    } else {
        text.split(',').map(str::parse).collect::<Result<_, _>>()?
    };
    if !config.proxy_command.is_given() {
        config.proxy_jump.decide(jumps);
    }
    Ok(())
}

pub(super) fn proxy_command(config: &mut Config, line: &Directive<'_>) -> Result<(), SettingError> {
    if config.proxy_jump.is_empty() { command(&mut config.proxy_command, line) } else { Ok(()) }
}
