//! `--json`: one object per line, ASCII only, names in `snake_case`.

use serde_json::Value;

use super::World;

/// Every name of every object in it.
fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().flat_map(names).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| [vec![name.as_str()], names(value)].concat())
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn json_is_ascii_objects_with_plain_names() {
    let world = World::new();
    let home = &world.home;
    let make = ["--no-passphrase", "-t", "ed25519", "-C", "ключ", "-o", "ключ.ppk"];
    let _line = home.tool("keygen").args(make).run().quiet_success();
    home.write("журнал.log", "задание: ssh ada@203.0.113.9 # ключ\n");
    for (tool, arguments) in [
        ("keygen", vec!["inspect", "ключ.ppk", "--json"]),
        ("pubkey-copy", vec!["ключ.ppk", "--print", "--json"]),
        ("joblog-parse", vec!["журнал.log", "--json"]),
        ("cidr", vec!["show", "192.0.2.0/24", "2001:db8::/32", "--json"]),
        ("cidr", vec!["merge", "192.0.2.0/24", "2001:db8::/32", "--json"]),
    ] {
        let stdout = home.tool(tool).args(&arguments).run().quiet_success();
        assert!(stdout.is_ascii(), "{tool}: {stdout}");
        assert!(stdout.lines().count() > 0, "{tool} wrote nothing");
        for line in stdout.lines() {
            let value: Value = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{tool} wrote no JSON: {error}: {line}"));
            assert!(value.is_object(), "{tool}: {line}");
            for name in names(&value) {
                let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                assert!(name.chars().all(is_plain), "{tool} has a field `{name}`");
            }
        }
    }
}

/// The help lists every name that a script may rely on.
#[test]
fn every_name_is_in_the_help() {
    let world = World::new();
    let home = &world.home;
    home.write("secret", "sesam");
    let sign = "keygen -q -t ed25519 --no-passphrase -o ca >ca.line && \
                ssh-keygen -q -s ca -I ada -n ada id.pub";
    let _ = home.shell(sign).run().quiet_success();
    for line in [
        "keygen -t ed25519 --no-passphrase -o new.ppk --json",
        "keygen public new.ppk --json",
        "keygen convert new.ppk -o new --json",
        "keygen passphrase new --new-passphrase-file secret --rounds 1 --json",
        "keygen inspect new id.ppk id-cert.pub --randomart --json",
        "pubkey-copy id.ppk --print --option no-pty --json",
        "joblog-parse job.log --json",
        "joblog-parse job.log --explain --json",
        "cidr show ::/0 --json",
        "cidr contains ::/0 --address ::1 --json",
    ] {
        let tool = line.split(' ').next().expect("a program");
        let command = if tool == "cidr" { line.split(' ').nth(1) } else { None };
        let help = home.tool(tool).args(command).arg("--help").run().quiet_success();
        let words: Vec<&str> =
            help.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let stdout = home.shell(line).run().quiet_success();
        for object in stdout.lines() {
            let object: Value = serde_json::from_str(object).expect("JSON");
            for name in names(&object) {
                assert!(words.contains(&name), "{line}: `{name}` is not in {help}");
            }
        }
    }
}

#[test]
fn every_name_of_the_agent_is_in_its_help() {
    let world = World::new();
    let home = &world.home;
    for command in ["list", "status"] {
        let help = home.tool("keyagent").args([command, "--help"]).run().quiet_success();
        let words: Vec<&str> =
            help.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let line = format!(
            "keyagent start -- sh -c 'keyagent add -q id.ppk -C \u{43a} && keyagent {command} --json'"
        );
        let stdout = home.shell(&line).run().quiet_success();
        assert!(stdout.is_ascii() && stdout.lines().count() == 1, "{stdout}");
        let object: Value = serde_json::from_str(&stdout).expect("JSON");
        for name in names(&object) {
            assert!(words.contains(&name), "{command}: `{name}` is not in {help}");
        }
    }
}

#[test]
fn a_key_made_with_json_is_described_and_nothing_else_is_written() {
    let world = World::new();
    let make = ["--no-passphrase", "-t", "ed25519", "-o", "other.ppk", "--json"];
    let stdout = world.home.tool("keygen").args(make).run().quiet_success();
    let value: Value = serde_json::from_str(&stdout).expect("it is JSON");
    assert!(value.is_object(), "{stdout}");
}
