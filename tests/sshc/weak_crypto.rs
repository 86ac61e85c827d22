//! What is said about algorithms: the warning of a key exchange that is not post-quantum, and the
//! option of the list in which nothing is common.

use harness::sshd::Sshd;

use super::Site;

const WARNING: &str = "is not post-quantum: curve25519-sha256; a recording of this session can be";

/// A site whose server has no post-quantum key exchange.
fn classical() -> Site {
    Site::with(Sshd::setup().option("KexAlgorithms curve25519-sha256,ecdh-sha2-nistp256"))
}

/// The screen of a login with these options.
fn screen(site: &Site, options: &[&str]) -> String {
    let target = site.sshd.target();
    let left = site.sshc(options.iter().copied()).args([&target, "echo in"]).on_terminal().finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    left.screen
}

#[test]
fn a_key_exchange_that_is_not_post_quantum_is_warned_of() {
    let site = classical();
    assert_eq!(
        screen(&site, &[]),
        format!(
            "sshc: warning: the key exchange with {} {WARNING} read once there are quantum \
             computers\r\nsshc: hint: a newer SSH server has mlkem768x25519-sha256; \
             -o WarnWeakCrypto=no-pq-kex turns this warning off\r\nin\r\n",
            site.sshd.address()
        )
    );
    for off in ["WarnWeakCrypto=no", "WarnWeakCrypto=no-pq-kex", "KexAlgorithms=curve25519-sha256"]
    {
        assert_eq!(screen(&site, &["-o", off]), "in\r\n", "{off}");
    }
    assert_eq!(screen(&site, &["-q"]), "in\r\n");
}

#[test]
fn scripts_are_not_warned_but_v_reports_it() {
    let site = classical();
    let target = site.sshd.target();
    assert_eq!(site.sshc(["--batch", &target, "echo in"]).run().quiet_success(), "in\n");
    let ran = site.sshc(["-v", &target, "echo in"]).run();
    assert!(ran.stderr().contains("is not post-quantum: curve25519-sha256\n"), "{}", ran.stderr());
}

#[test]
fn a_server_with_another_post_quantum_key_exchange_is_not_blamed() {
    let site = Site::with(
        Sshd::setup().option("KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256"),
    );
    assert_eq!(screen(&site, &[]), "in\r\n");
    let ran = site.sshc(["-v", &site.sshd.target(), "echo in"]).run();
    let better = "; the server also has sntrup761x25519-sha512@openssh.com, which sshc has not\n";
    assert!(ran.stderr().contains(better), "{}", ran.stderr());
}

#[test]
fn the_newest_server_gets_no_warning() {
    let site = Site::with(Sshd::setup().newest());
    let ran = site.sshc(["-v", &site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
    assert!(!ran.stderr().contains("post-quantum"), "{}", ran.stderr());
}

#[test]
fn the_list_that_leaves_out_what_the_server_has_is_named() {
    for (line, chosen, option) in [
        (
            "KexAlgorithms ecdh-sha2-nistp256",
            "KexAlgorithms=curve25519-sha256",
            "KexAlgorithms leaves out ecdh-sha2-nistp256; -o KexAlgorithms=+ecdh-sha2-nistp256",
        ),
        (
            "Ciphers aes256-ctr",
            "Ciphers=aes128-ctr",
            "Ciphers leaves out aes256-ctr; -o Ciphers=+aes256-ctr",
        ),
        (
            "MACs hmac-sha2-512-etm@openssh.com\nCiphers aes256-ctr",
            "MACs=hmac-sha2-256-etm@openssh.com",
            "MACs leaves out hmac-sha2-512-etm@openssh.com; -o MACs=+hmac-sha2-512-etm@openssh.com",
        ),
        (
            "HostKeyAlgorithms ssh-ed25519",
            "HostKeyAlgorithms=ecdsa-sha2-nistp256",
            "HostKeyAlgorithms leaves out ssh-ed25519; -o HostKeyAlgorithms=+ssh-ed25519",
        ),
    ] {
        let site = Site::with(Sshd::setup().option(line));
        let target = site.sshd.target();
        let said = site.sshc(["--batch", "-o", chosen, &target, "true"]).run().failure(255);
        assert!(said.ends_with(&format!("sshc: hint: {option} allows it\n")), "{said}");
        let (_, allows) = option.split_once("-o ").expect("it has one");
        let allowed = site.sshc(["--batch", "-o", allows, &target, "echo in"]).run();
        assert_eq!(allowed.quiet_success(), "in\n");
    }
    let site = Site::new();
    let chosen = "PubkeyAcceptedAlgorithms=rsa-sha2-512";
    let said = site.sshc(["--batch", "-o", chosen, &site.sshd.target(), "true"]).run().failure(255);
    assert!(said.contains("PubkeyAcceptedAlgorithms leaves out ssh-ed25519"), "{said}");
}

#[test]
fn a_banner_is_shown_to_scripts_that_ask_for_all() {
    let banner = tempfile::NamedTempFile::new().expect("there is room");
    std::fs::write(banner.path(), "Authorized use only.\n\x1b[2J\n").expect("it is ours");
    let site = Site::with(Sshd::setup().option(format!("Banner {}", banner.path().display())));
    let target = site.sshd.target();
    assert_eq!(site.sshc(["--batch", &target, "echo in"]).run().quiet_success(), "in\n");
    let ran = site.sshc(["-v", "--batch", &target, "echo in"]).run();
    assert_eq!(ran.stdout(), "in\n");
    assert!(ran.stderr().contains("Authorized use only.\n"), "{}", ran.stderr());
    assert!(!ran.stderr().contains('\x1b'), "{}", ran.stderr());
}
