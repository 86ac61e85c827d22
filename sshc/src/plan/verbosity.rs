//! How much is told: `-q` and `-v`, or `LogLevel` where neither is given.

use crate::config::{Config, LogLevel};
use crate::options::Options;

/// As many `-v`s as that is.
pub(super) fn verbosity(options: &Options, config: &Config) -> u8 {
    match *config.log_level {
        _ if options.is_quiet() || options.verbose > 0 => options.verbose,
        LogLevel::Debug1 => 1,
        LogLevel::Debug2 => 2,
        LogLevel::Debug3 => 3,
        _ => 0,
    }
}

/// Whether there are no notices. `ERROR` has no fellow here: what went wrong must not go with them.
pub(super) fn is_quiet(options: &Options, config: &Config) -> bool {
    options.is_quiet() || options.verbose == 0 && *config.log_level <= LogLevel::Fatal
}
