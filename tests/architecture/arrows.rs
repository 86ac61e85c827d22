//! Which crate depends on which.

use std::collections::BTreeSet;

use harness::workspace::read;

use super::TOOLS;

/// All allowed dependencies between the workspace's crates.
const ARROWS: &[(&str, &[&str])] = &[
    ("contract", &[]),
    ("keygen", &["contract"]),
    ("pubkey-copy", &["contract", "keygen"]),
    ("joblog-parse", &["contract"]),
    ("cidr", &["contract"]),
    ("sshc", &["contract", "joblog-parse", "keygen"]),
    ("xtask", &[]),
    ("tests", &["cidr", "contract", "joblog-parse", "keygen", "pubkey-copy", "sshc"]),
];

/// All dependencies in a manifest, for every platform and purpose.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut in_dependencies = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_dependencies = section.trim_end_matches(']').ends_with("dependencies");
        } else if in_dependencies && let Some((key, _)) = line.split_once('=') {
            let name = key.trim().split('.').next().unwrap_or_default();
            found.insert(name.to_owned());
        }
    }
    found
}

#[test]
fn manifests_are_read_with_all_their_sections() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\nb = { path = \"b\" }\n\
                    [target.'cfg(unix)'.dependencies]\nc = \"1\"\n[dev-dependencies]\nd = \"1\"\n[lints]\nworkspace = true";
    let expected = ["a", "b", "c", "d"].map(str::to_owned);
    assert_eq!(dependencies(manifest), BTreeSet::from(expected));
}

#[test]
fn crates_know_one_another_as_the_design_draws_it() {
    let members: BTreeSet<String> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (name, expected) in ARROWS {
        let known = dependencies(&read(&format!("{name}/Cargo.toml")));
        let arrows: Vec<_> = known.intersection(&members).collect();
        assert_eq!(arrows, *expected, "the arrows from {name}");
    }
}

#[test]
fn every_crate_of_the_workspace_has_its_arrows_drawn() {
    let manifest = read("Cargo.toml");
    let members = manifest.lines().find(|line| line.starts_with("members = "));
    let members = members.expect("the workspace has members").split('"').skip(1).step_by(2);
    let drawn: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(members.collect::<BTreeSet<_>>(), drawn);
}

#[test]
fn only_sshc_knows_the_protocol_and_its_runtime() {
    for tool in TOOLS.iter().filter(|tool| **tool != "sshc") {
        let known = dependencies(&read(&format!("{tool}/Cargo.toml")));
        for stranger in ["russh", "tokio"] {
            assert!(!known.contains(stranger), "{tool} knows {stranger}");
        }
    }
}

#[test]
fn xtask_starts_at_once_because_it_depends_on_nothing() {
    assert_eq!(dependencies(&read("xtask/Cargo.toml")), BTreeSet::new());
}

#[test]
fn every_crate_is_held_to_the_lints() {
    for (name, _) in ARROWS {
        let manifest = read(&format!("{name}/Cargo.toml"));
        assert!(manifest.contains("[lints]\nworkspace = true"), "{name} has lints of its own");
    }
}

#[test]
fn there_is_one_provider_of_cryptography_for_ssh() {
    let manifest = read("Cargo.toml");
    let russh = manifest.lines().find(|line| line.starts_with("russh = ")).expect("it is there");
    assert!(
        russh.contains("default-features = false") && russh.contains("\"aws-lc-rs\""),
        "{russh}"
    );
    assert!(!russh.contains("\"ring\""), "{russh}");
}
