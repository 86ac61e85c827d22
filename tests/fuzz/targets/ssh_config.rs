//! Configurations: resolved for a host, and printed.

#![no_main]

use std::collections::BTreeMap;
use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use sshc::config::{Config, Context, Files, Request};

fuzz_target!(|bytes: &[u8]| {
    // An included file could block the reader.
    if bytes.to_ascii_lowercase().windows(7).any(|word| word == b"include") {
        return;
    }
    let file = PathBuf::from(format!("/dev/shm/fuzz-ssh-config-{}", std::process::id()));
    std::fs::write(&file, bytes).expect("memory takes it");
    let context = Context {
        home: PathBuf::from("/home/ada"),
        local_user: "ada".to_owned(),
        user_id: "1000".to_owned(),
        local_host: "desk".to_owned(),
        environment: BTreeMap::new(),
        system_directory: PathBuf::from("/etc/ssh"),
        may_run_programs: false,
    };
    let request =
        Request { host: "node", user: Some("ada"), files: Files::Only(file), ..Request::default() };
    match Config::resolve(&request, &context) {
        Ok(config) => drop(config.show(&request, &context)),
        Err(error) => {
            assert!(!error.to_string().contains(|it: char| it.is_control()), "{error}");
        }
    }
});
