//! Revoked host keys (`RevokedHostKeys`), by us and by `ssh`.

use harness::hostile::Hostile;
use harness::invocation::Finished;

use super::host_keys::{certified, echo, name, record};
use super::{Site, key_pair, public_line};

/// The results of `ssh` and `sshc` with this file of revoked keys; `sshc` also gets these options.
fn with_revoked(site: &Site, file: &str, options: &[&str]) -> [Finished; 2] {
    let revoked = format!("RevokedHostKeys={file}");
    let ours = echo(site, &[options, &["--batch", "-o", &revoked]].concat()).run();
    let known = format!("UserKnownHostsFile={}", record(site).display());
    let ssh = site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", "BatchMode=yes"]);
    let ssh = ssh.args(["-o", &known, "-o", &revoked, "-p", &site.sshd.port().to_string()]);
    let ssh = ssh.args([&format!("{}@127.0.0.1", site.sshd.user()), "echo in"]);
    [ssh.run(), ours]
}

#[test]
fn a_key_that_no_server_may_show_is_refused_as_by_ssh() {
    let site = Site::new();
    let stranger = public_line(&key_pair(&site.home, "ecdsa"));
    let [stolen, other] = [
        ("stolen", format!("# stolen\n\n{stranger} \t{}\n", site.sshd.host_key("ed25519"))),
        ("other", stranger.clone()),
    ]
    .map(|(name, text)| site.home.write(name, text).display().to_string());
    for file in [other.as_str(), "none"] {
        for ran in with_revoked(&site, file, &[]) {
            assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{file}: {}", ran.stderr());
        }
    }
    let refusal = format!(
        "sshc: the host key of {} is revoked by {stolen}:4: ssh-ed25519 {}\n",
        name(&site),
        site.sshd.fingerprint("ed25519")
    );
    // Also if `--host-key` names it as the right one.
    let pin = site.sshd.fingerprint("ed25519");
    for options in [&[][..], &["--accept-new"], &["--host-key", &pin]] {
        let [theirs, ours] = with_revoked(&site, &stolen, options).map(|ran| ran.failure(255));
        assert!(theirs.contains("revoked by file"), "{theirs}");
        assert!(ours.starts_with(&refusal), "{ours}");
    }
    let ran = echo(&site, &["-G", "-o", &format!("RevokedHostKeys={stolen}")]).run();
    let shown = ran.quiet_success();
    assert!(shown.contains(&format!("\nrevokedhostkeys {stolen}\n")), "{shown}");
}

#[test]
fn an_authority_that_no_server_may_show_vouches_for_nobody() {
    let (site, files) = certified("127.0.0.1", &[]);
    let revoked = files.path("id_rsa.pub").display().to_string();
    let [theirs, ours] = with_revoked(&site, &revoked, &[]).map(|ran| ran.failure(255));
    assert!(theirs.contains("revoked by file"), "{theirs}");
    let start = format!("sshc: the host key of {} is revoked by {revoked}:1: ", name(&site));
    assert!(ours.starts_with(&start), "{ours}");
}

#[test]
fn revoked_keys_that_are_not_known_connect_nowhere() {
    let site = Site::new();
    key_pair(&site.home, "ecdsa");
    let line = site.home.write("line", site.sshd.host_key("ed25519"));
    let made = site.home.peer("ssh-keygen").args(["-q", "-k", "-f", "list"]).arg(line);
    assert_eq!(made.run().code(), 0);
    site.home.write("prose", "Dear diary\n");
    let nobody = Hostile::closing();
    let target = format!("ada@{}", nobody.address());
    let pin = site.sshd.fingerprint("ed25519");
    for (file, why) in [
        ("missing", "there is no such file"),
        (".ssh", "Is a directory"),
        ("list", "it is a binary key revocation list, which is not supported"),
        ("prose", "line 1: not a public key: the key data is not base64"),
    ] {
        let file = site.home.path(file).display().to_string();
        let [theirs, _] = with_revoked(&site, &file, &[]).map(|ran| ran.failure(255));
        assert!(theirs.contains(&file), "{theirs}");
        let option = format!("RevokedHostKeys={file}");
        let refusal = format!("sshc: cannot read the revoked host keys in `{file}`: {why}\n");
        for options in [&[][..], &["--host-key", &pin]] {
            let said = site.sshc(["-o", &option, &target]).args(options.iter().copied()).run();
            let said = said.failure(255);
            assert!(said.starts_with(&refusal), "{said}");
        }
    }
    assert_eq!(nobody.connections(), 0);
}
