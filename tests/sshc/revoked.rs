//! Revoked host keys (`RevokedHostKeys`), by us and by `ssh`.

use std::path::Path;

use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::Finished;
use russh::keys::signature::Signer;
use russh::keys::ssh_encoding::Encode as _;
use russh::keys::ssh_key::{PrivateKey, Signature};

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
fn a_revoked_authority_vouches_for_no_host() {
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
    let stranger = public_line(&key_pair(&site.home, "ecdsa"));
    let list = revocation_list(&site.home, &[], &format!("key: {stranger}\n"));
    let list = std::fs::read(list).expect("ssh-keygen wrote it");
    site.home.write("cut", &list[..list.len() - 1]);
    site.home.write("longer", [&list, &b"\x09\0\0\0\0"[..]].concat());
    site.home.write("prose", "Dear diary\n");
    let nobody = Hostile::closing();
    let target = format!("ada@{}", nobody.address());
    let pin = site.sshd.fingerprint("ed25519");
    for (file, why) in [
        ("missing", "there is no such file"),
        (".ssh", "Is a directory"),
        ("cut", "the key revocation list is cut off"),
        ("longer", "the key revocation list has a section of the unknown type 9"),
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

/// A list by `ssh-keygen -k`, made with these options from a specification.
pub(super) fn revocation_list(home: &Home, options: &[&str], specification: &str) -> String {
    let specification = home.write("specification", specification);
    let list = home.path("list");
    let keygen = home.peer("ssh-keygen").args(["-q", "-k", "-f"]).arg(&list);
    let made = keygen.args(options.iter().copied()).arg(specification).run();
    assert_eq!(made.code(), 0, "{}", made.stderr());
    list.display().to_string()
}

/// Asserts that both generations of `ssh-keygen -Q` find `key` in the list, or not.
fn assert_listed(home: &Home, list: &str, key: &Path, is_listed: bool) {
    for judge in [home.peer("ssh-keygen"), home.in_newest("/usr/bin/ssh-keygen")] {
        let judged = judge.args(["-Q", "-f", list]).arg(key).run();
        assert_eq!(judged.code() != 0, is_listed, "{}{}", judged.stdout(), judged.stderr());
        assert_eq!(judged.stdout().contains("REVOKED"), is_listed, "{}", judged.stdout());
    }
}

/// Asserts that `ssh` and `sshc` refuse the server because of the list, or log in.
fn assert_refused(site: &Site, list: &str, is_refused: bool) {
    let [theirs, ours] = with_revoked(site, list, &[]);
    if is_refused {
        let theirs = theirs.failure(255);
        assert!(theirs.contains("revoked by file"), "{theirs}");
        let ours = ours.failure(255);
        let start = format!("sshc: the host key of {} is revoked by {list}: ", name(site));
        assert!(ours.starts_with(&start), "{ours}");
    } else {
        assert_eq!((theirs.code(), theirs.stdout()), (0, "in\n"), "{}", theirs.stderr());
        assert_eq!(ours.quiet_success(), "in\n");
    }
}

#[test]
fn revocation_lists_name_keys_as_for_ssh() {
    let site = Site::new();
    let stranger = public_line(&key_pair(&site.home, "ecdsa"));
    let (shown, print) = (site.sshd.host_key("ed25519"), site.sshd.fingerprint("ed25519"));
    let key = site.home.write("shown.pub", format!("{shown}\n"));
    for (specification, is_revoked) in [
        (format!("{shown}\n"), true),
        (format!("key: {stranger}\nkey: {shown}\n"), true),
        (format!("sha1: {shown}\nsha1: {stranger}\n"), true),
        (format!("sha256: {shown}\n"), true),
        (format!("hash: {print}\n"), true),
        (format!("key: {stranger}\nsha1: {stranger}\nsha256: {stranger}\n"), false),
    ] {
        let list = revocation_list(&site.home, &[], &specification);
        assert_listed(&site.home, &list, &key, is_revoked);
        assert_refused(&site, &list, is_revoked);
    }
}

#[test]
fn revocation_lists_name_certificates_as_for_ssh() {
    let (site, files) = certified("127.0.0.1", &["-z", "12"]);
    let authority = public_line(&files.path("id_rsa"));
    key_pair(&files, "ed25519");
    let certificate = files.path("id_ecdsa-cert.pub");
    let ours = &["-s", "id_rsa.pub"][..];
    let others = &["-s", "id_ed25519.pub"][..];
    for (options, specification, is_revoked) in [
        (ours, "serial: 12\n", true),
        (ours, "serial: 10-14\n", true),
        (ours, "serial: 13-14\nserial: 11\n", false),
        // ssh-keygen writes these as bits.
        (ours, "serial: 2\nserial: 4\nserial: 7\nserial: 12\nserial: 15\n", true),
        (ours, "serial: 2\nserial: 4\nserial: 7\nserial: 13\nserial: 15\n", false),
        (others, "serial: 12\n", false),
        (ours, "id: host\n", true),
        (ours, "id: hos\nid: host2\n", false),
        (others, "id: host\n", false),
        (&["-s", "none"], "id: host\n", true),
        (&[], &format!("key: {authority}\n"), true),
        (&[], &format!("sha256: {authority}\n"), true),
        (&[], &format!("key: {}\n", public_line(&files.path("id_ecdsa"))), true),
    ] {
        let list = revocation_list(&files, options, specification);
        assert_listed(&files, &list, &certificate, is_revoked);
        assert_refused(&site, &list, is_revoked);
    }
}

#[test]
fn a_revocation_list_with_a_wrong_signature_is_refused() {
    let site = Site::new();
    let stranger = public_line(&key_pair(&site.home, "ecdsa"));
    let list = revocation_list(&site.home, &[], &format!("key: {stranger}\n"));
    let key = PrivateKey::read_openssh_file(site.home.path("id_ed25519")).expect("it is a key");
    let blob = key.public_key().to_bytes().expect("it has a blob");
    let mut signed = std::fs::read(&list).expect("ssh-keygen wrote it");
    signed.push(4);
    blob.encode(&mut signed).expect("there is memory");
    let signature: Signature = Signer::try_sign(&key, &signed).expect("it is a key of ours");
    signature.encode_prefixed(&mut signed).expect("there is memory");
    site.home.write("list", &signed);
    // Only older versions of OpenSSH check signatures.
    let [_, ours] = with_revoked(&site, &list, &[]);
    assert_eq!(ours.quiet_success(), "in\n");
    let end = signed.len() - 1;
    signed[end] ^= 1;
    site.home.write("list", &signed);
    let [_, ours] = with_revoked(&site, &list, &[]);
    let said = ours.failure(255);
    assert!(said.contains(": the key revocation list has an invalid signature\n"), "{said}");
}
