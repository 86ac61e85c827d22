//! The settings of the SSH transport: timeout, keepalive, rekey limits and algorithms.

use std::time::Duration;

use crate::config::Config;
use crate::connect::{AlgorithmPreferences, TransportSettings};
use crate::defaults;
use crate::options::Options;

pub(super) fn settings(options: &Options, config: &Config) -> TransportSettings {
    // As with ssh, 0 bytes means the usual number, and a time of 0 means no limit.
    let rekey = &*config.rekey_limit;
    let bytes = rekey.bytes.and_then(|bytes| usize::try_from(bytes).ok());
    TransportSettings {
        timeout: timeout(options, config),
        keepalive: options.keepalive.unwrap_or(*config.server_alive_interval),
        keepalive_max: usize::try_from(*config.server_alive_count_max).unwrap_or(usize::MAX),
        rekey_bytes: bytes.filter(|&bytes| bytes > 0).unwrap_or(defaults::REKEY_BYTES),
        rekey_time: rekey.time.filter(|time| !time.is_zero()).unwrap_or(defaults::REKEY_TIME),
        algorithms: AlgorithmPreferences {
            compression: options.compress || *config.compression,
            ..preferences(config)
        },
    }
}

pub(super) fn preferences(config: &Config) -> AlgorithmPreferences {
    AlgorithmPreferences {
        compression: *config.compression,
        ciphers: (*config.ciphers).clone(),
        key_exchanges: (*config.kex_algorithms).clone(),
        macs: (*config.macs).clone(),
        host_keys: (*config.host_key_algorithms).clone(),
    }
}

/// As with ssh, 0 means the default.
fn timeout(options: &Options, config: &Config) -> Duration {
    let given = options.connect_timeout.or(*config.connect_timeout);
    given.filter(|given| !given.is_zero()).unwrap_or(defaults::CONNECT_TIMEOUT)
}
