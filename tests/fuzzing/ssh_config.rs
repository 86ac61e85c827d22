//! Configurations: resolved for a host, and printed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sshc::config::{Config, Context, Files, Request};

pub(crate) fn check(bytes: &[u8], folder: &Path) {
    // An included file could block the reader.
    if bytes.to_ascii_lowercase().windows(7).any(|word| word == b"include") {
        return;
    }
    let file = folder.join("config");
    std::fs::write(&file, bytes).expect("memory takes it");
    let context = Context {
        home: PathBuf::from("/home/ada"),
        local_user: "ada".to_owned(),
        user_id: "1000".to_owned(),
        local_host: "desk".to_owned(),
        environment: BTreeMap::new(),
        system_directory: PathBuf::from("/etc/ssh"),
        look_up: |_| None,
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
}
