//! Calls of the PowerShell module's functions: the real programs get the words that each function
//! would pass, and must do what the function promises.

use std::path::Path;

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use harness::workspace::root;
use serde_json::Value;

use super::python;

/// The words that a function of the module passes to its program, for these parameters and
/// variables.
fn words(function: &str, given: &[&str]) -> Vec<String> {
    let module = root().join("packaging/powershell/ClusterLogin.psm1");
    let mut arguments = vec![module.as_path(), Path::new(function)];
    arguments.extend(given.iter().map(Path::new));
    let printed = python(include_str!("powershell_call.py"), &arguments);
    printed.lines().map(str::to_owned).collect()
}

fn json(call: Invocation) -> Value {
    let printed = call.run().quiet_success();
    serde_json::from_str(printed.trim_end()).unwrap_or_else(|error| panic!("{printed}: {error}"))
}

/// A new key in a file with this name.
fn new_key(home: &Home, name: &str) -> Value {
    let file = format!("file={}", home.path(name).display());
    let given = [file.as_str(), "Type=ed25519", "Comment=ada at work", "NoPassphrase=1"];
    json(home.tool("keygen").args(words("New-ClusterKey", &given)))
}

#[test]
fn a_key_is_made_and_its_line_copied() {
    let home = Home::new();
    let key = new_key(&home, "my key.ppk");
    assert_eq!(key["comment"], "ada at work");
    let path = format!("Path={}", home.path("my key.ppk").display());
    let given = [path.as_str(), "From=203.0.113.0/24", "From=192.0.2.7", "Comment=ada"];
    let printing = words("Copy-ClusterPublicKey", &[&given[..], &["NoClipboard=1"]].concat());
    let copied = json(home.tool("pubkey-copy").args(printing.clone()));
    let line = copied["line"].as_str().expect("a line");
    assert!(line.starts_with("from=\"203.0.113.0/24,192.0.2.7\" ssh-ed25519 "), "{line}");
    assert!(line.ends_with(" ada"), "{line}");
    let copying = words("Copy-ClusterPublicKey", &given);
    let but_print: Vec<_> = printing.into_iter().filter(|word| word != "--print").collect();
    assert_eq!(copying, but_print);
}

#[test]
fn the_login_of_a_log_is_used() {
    let home = Home::new();
    new_key(&home, "id.ppk");
    let sshd = Sshd::start(home.read_text("id.pub").trim_end());
    let log = home.write("log.txt", format!("Log in with: ssh {}\n", sshd.target()));
    let log = format!("files={}", log.display());
    // `AllowPrivate`, because the server listens on the loopback interface.
    let target = words("Get-ClusterTarget", &[&log, "AllowPrivate=1", "Loose=1", "Secrets=1"]);
    let target = home.tool("joblog-parse").args(target).run().quiet_success();
    let key = format!("files={}", home.path("id.ppk").display());
    let command = "Command=echo \"in  it\"";
    let given = [&key, "AcceptNew=1", "Batch=1", "Option=LogLevel=ERROR", command];
    let sshc = home.tool("sshc").args(words("Connect-Cluster", &given));
    assert_eq!(sshc.stdin(target).run().quiet_success(), "in  it\n");
    let destination = format!("Target={}", sshd.target());
    let given = [&given[..], &[destination.as_str()]].concat();
    let sshc = home.tool("sshc").args(words("Connect-Cluster", &given));
    assert_eq!(sshc.run().quiet_success(), "in  it\n");
}

/// Every parameter of `Connect-Cluster` at once; `-G` parses them, and prints what they mean.
#[test]
fn sshc_takes_every_parameter() {
    let home = Home::new();
    let given = [
        "files=/keys/id.ppk",
        "LocalForward=8888:localhost:8888",
        "LocalForward=8889:localhost:8889",
        "NoCommand=1",
        "Wait=1",
        "Jump=ada@one.example.org",
        "Jump=ada@two.example.org",
        "Share=5m",
        "Option=ServerAliveInterval=20",
        "Target=ada@203.0.113.7",
    ];
    let printed = home.tool("sshc").arg("-G").args(words("Connect-Cluster", &given)).run();
    let printed = printed.quiet_success();
    for line in [
        "user ada",
        "hostname 203.0.113.7",
        "identityfile /keys/id.ppk",
        "proxyjump ada@one.example.org,ada@two.example.org",
        "localforward 8888 [localhost]:8888",
        "localforward 8889 [localhost]:8889",
        "serveraliveinterval 20",
        "controlpersist 300",
    ] {
        assert!(printed.lines().any(|it| it == line), "no {line}:\n{printed}");
    }
    let announced = words("Connect-Cluster", &["Announced=1", "Open=1", "Secrets=1", "Batch=1"]);
    let refused = home.tool("sshc").args(announced).stdin("{}\n").run();
    assert!(!refused.stderr().contains("--help"), "wrong usage: {}", refused.stderr());
}

#[test]
fn rules_come_from_the_address_the_pipeline_and_files() {
    let home = Home::new();
    let cidr = |function: &str, given: &[&str]| home.tool("cidr").args(words(function, given));
    let own = json(cidr("Get-AccessRule", &["Address=203.0.113.7", "PrefixLength=24"]));
    assert_eq!(own["network"], "203.0.113.0/24");
    let everywhere = cidr("Get-AccessRule", &["Everywhere=1"]).run().quiet_success();
    assert!(everywhere.contains("\"0.0.0.0/0\""), "{everywhere}");
    // The module makes a number of each `addresses`, which is text for the sake of IPv6.
    for line in everywhere.lines() {
        let rule: Value = serde_json::from_str(line).expect("JSON");
        let addresses = rule["addresses"].as_str().expect("text");
        assert!(addresses.bytes().all(|it| it.is_ascii_digit()), "{addresses}");
    }
    let rules = home.write("rules.txt", "# home\n192.0.2.0/25\n");
    let file = format!("files=@{}", rules.display());
    let merge = ["Argument=merge", "Argument=--json"];
    let merged = cidr("Invoke-Cidr", &[&merge[..], &[&file, "reads=1"]].concat());
    assert_eq!(json(merged.stdin("192.0.2.128-192.0.2.255\n"))["network"], "192.0.2.0/24");
    let nothing = cidr("Invoke-Cidr", &[&merge[..], &["reads=1"]].concat()).stdin("\n").run();
    assert!(nothing.failure(1).contains("the result is empty"));
    for (address, code, inside) in [("192.0.2.1", 0, true), ("192.0.2.200", 1, false)] {
        let asked = words("Test-AccessRule", &[&format!("Address={address}")]);
        let asked: Vec<_> = asked.iter().map(|word| format!("Argument={word}")).collect();
        let given: Vec<&str> = asked.iter().map(String::as_str).chain([file.as_str()]).collect();
        let answer = cidr("Invoke-Cidr", &given).run();
        assert_eq!(answer.code(), code, "{}", answer.stderr());
        let answer: Value = serde_json::from_str(answer.stdout().trim_end()).expect("JSON");
        assert_eq!(answer["inside"], inside);
    }
}
