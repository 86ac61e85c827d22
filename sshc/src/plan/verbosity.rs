//! How much to say: `-q` and `-v`, or `LogLevel` if neither is given.

use crate::config::{Config, LogLevel};
use crate::options::Options;

/// The level as a number of `-v`s.
pub(super) fn verbosity(options: &Options, config: &Config) -> u8 {
    match *config.log_level {
        _ if options.is_quiet() || options.verbose > 0 => options.verbose,
        LogLevel::Debug1 => 1,
        LogLevel::Debug2 => 2,
        LogLevel::Debug3 => 3,
        _ => 0,
    }
}

/// Whether notices are off. `LogLevel ERROR` keeps them: otherwise failures would be hidden, too.
pub(super) fn is_quiet(options: &Options, config: &Config) -> bool {
    options.is_quiet() || options.verbose == 0 && *config.log_level <= LogLevel::Fatal
}
