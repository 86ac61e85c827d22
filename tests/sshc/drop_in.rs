//! `sshc` in place of `ssh`: restrictions are obeyed or refused, the right keys are used, and other
//! programs' command lines are understood.

use std::io::{Read as _, Write as _};

use harness::agent::Agent;
use harness::home::Home;
use harness::sshd::{Sshd, free_port};

use super::host_keys::certified;
use super::tunnels::{connect, open};
use super::{Site, key_pair, public_line};

/// The server's output through `sshc` with these options.
fn echo(site: &Site, options: &[&str]) -> Result<String, String> {
    let options = options.iter().copied().chain(["--batch"]);
    let ran = site.sshc(options).arg(site.sshd.target()).arg("echo in").run();
    match ran.code() {
        0 => Ok(ran.stdout().to_owned()),
        _ => Err(ran.stderr().to_owned()),
    }
}

#[test]
fn lists_of_algorithms_take_patterns_and_no_unknown_names() {
    let site = Site::new();
    for list in [
        "HostKeyAlgorithms=ssh-ed25519*",
        "HostKeyAlgorithms=rsa-sha2-*,ssh-ed*",
        "Ciphers=*-ctr",
        "MACs=hmac-sha2-*",
        "KexAlgorithms=ecdh-*,curve25519*",
        "MACs=umac-64@openssh.com,hmac-sha2-256",
        "PubkeyAcceptedAlgorithms=*ed25519*",
    ] {
        assert_eq!(echo(&site, &["-o", list]), Ok("in\n".to_owned()), "{list}");
    }
    for option in ["MACs=nope", "Ciphers=+nope", "HostKeyAlgorithms=^ssh-nope*"] {
        let said = echo(&site, &["-o", option]).unwrap_err();
        assert!(said.contains("there is no algorithm"), "{option}: {said}");
    }
    let said = echo(&site, &["-o", "MACs=umac-64@openssh.com"]).unwrap_err();
    assert!(
        said.contains("MACs leaves no algorithm that is available here: umac-64@openssh.com"),
        "{said}"
    );
}

#[test]
fn certificate_names_are_no_host_keys() {
    const GUIDE: &str = "HostKeyAlgorithms=sk-ssh-ed25519-cert-v01@openssh.com,\
        ecdsa-sha2-nistp256-cert-v01@openssh.com,rsa-sha2-512-cert-v01@openssh.com,\
        sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,rsa-sha2-512";
    const ONLY: &str = "HostKeyAlgorithms=ecdsa-sha2-nistp256-cert-v01@openssh.com";
    let (site, _files) = certified("127.0.0.1", &[]);
    // With the authority on record, and with a host that is seen for the first time. As with
    // today's ssh, a list of certificates alone accepts no plain key.
    for (options, is_accepted) in [(&["-o", GUIDE][..], true), (&["-o", ONLY], false)] {
        assert_eq!(echo(&site, options), Ok("in\n".to_owned()), "{options:?}");
        let new = [options, &["--accept-new", "--known-hosts", "new"]].concat();
        let echoed = echo(&site, &new);
        assert_eq!(echoed.is_ok(), is_accepted, "{options:?}: {echoed:?}");
        let why = "no authority on record vouches for the host key of ";
        assert_eq!(echoed.is_err_and(|said| said.contains(why)), !is_accepted);
    }
    let said = echo(&site, &["-o", "CASignatureAlgorithms=ssh-ed25519"]).unwrap_err();
    assert!(said.contains("which CASignatureAlgorithms leaves out"), "{said}");
}

#[test]
fn keys_of_types_that_are_left_out_are_not_offered() {
    let site = Site::new();
    let said = echo(&site, &["-o", "PubkeyAcceptedAlgorithms=rsa-sha2-512"]).unwrap_err();
    assert!(said.contains("PubkeyAcceptedAlgorithms leaves out ssh-ed25519"), "{said}");
    assert!(!site.sshd.log().text().contains("Accepted publickey"));
}

#[test]
fn a_configuration_that_refuses_connects_nowhere() {
    let site = Site::new();
    let reason = "RefuseConnection=gone since May; see the wiki";
    assert_eq!(
        echo(&site, &["-o", reason]).unwrap_err(),
        "sshc: the configuration refuses connections to 127.0.0.1: gone since May; see the wiki\n"
    );
    let said = echo(&site, &["-o", "ProxyUseFdpass=yes"]).unwrap_err();
    assert!(said.contains("ProxyUseFdpass is not supported: "), "{said}");
    assert!(!site.sshd.log().text().contains("Connection from"));
}

#[test]
fn a_remote_socks_forward_reaches_only_permitted_hosts() {
    let site = Site::new();
    let sshd = site.sshd.port();
    let permitted = format!("PermitRemoteOpen=127.0.0.1:{sshd} [::1]:*");
    for (option, is_open) in [
        ("PermitRemoteOpen=any", true),
        ("PermitRemoteOpen=none", false),
        ("PermitRemoteOpen=127.0.0.1:9", false),
        (&permitted, true),
        ("PermitRemoteOpen=127.0.0.1:*", true),
    ] {
        let port = free_port();
        let (_running, _) = open(&site, &["-R", &port.to_string(), "-o", option]);
        let mut caller = connect(port);
        let [high, low] = sshd.to_be_bytes();
        caller.write_all(&[5, 1, 0]).unwrap();
        caller.write_all(&[5, 1, 0, 1, 127, 0, 0, 1, high, low]).unwrap();
        let mut answer = [0; 4];
        caller.read_exact(&mut answer).unwrap();
        assert_eq!(answer[3] == 0, is_open, "{option}: {answer:?}");
    }
}

#[test]
fn a_host_names_further_keys_only_once_it_is_trusted() {
    let site = Site::with(Sshd::setup().host_key_type("ecdsa"));
    let target = site.sshd.target();
    site.home.write(".ssh/known_hosts", "");
    let login = |options: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--key", "id_ed25519"]);
        assert_eq!(sshc.args(options.iter().copied()).args([&target, "true"]).run().code(), 0);
        site.home.read_text(".ssh/known_hosts").lines().count()
    };
    assert_eq!(login(&["--accept-new", "--batch"]), 1);
    // Now it is on record.
    assert_eq!(login(&["--batch"]), 2);
}

#[test]
fn notes_name_what_has_no_effect_also_where_a_configuration_is_shown() {
    let home = Home::new();
    let text = "CheckHostIP yes\nVersionAddendum x\nPermitRemoteOpen none\nIPQoS ef\n\
                ControlMaster auto\nCanonicalizeHostname yes\nLocalCommand x\n\
                UpdateHostKeys ask\nAddKeysToAgent ask\n";
    home.write("c", text);
    let shown = home.tool("sshc").args(["-v", "-G", "-F", "c", "host"]).run();
    assert_eq!(shown.code(), 0);
    assert_eq!(shown.stderr().matches("has no effect").count(), 8, "{}", shown.stderr());
    let shown = home.tool("sshc").args(["-v", "-G", "-F", "c", "-R", "1080", "host"]).run();
    assert_eq!(shown.stderr().matches("has no effect").count(), 7, "{}", shown.stderr());
}

#[test]
fn every_certificate_of_a_key_is_tried() {
    let home = Home::new();
    let (good, bad) = (key_pair(&home, "ecdsa"), key_pair(&home, "rsa"));
    let site = Site::with(Sshd::setup());
    let authorized = format!("cert-authority,principals=\"ada\" {}", public_line(&good));
    let sign = |authority: &std::path::Path, name: &str| {
        let signed = site.home.peer("ssh-keygen").args(["-q", "-I", "x", "-n", "ada", "-s"]);
        assert_eq!(signed.arg(authority).arg("id_ed25519.pub").run().code(), 0);
        std::fs::rename(site.home.path("id_ed25519-cert.pub"), site.home.path(name)).unwrap();
    };
    sign(&bad, "bad-cert.pub");
    sign(&good, "id_ed25519-cert.pub.kept");
    let certificate = site.home.read_text("id_ed25519-cert.pub.kept");
    // A server that accepts only the certificate.
    let server = Sshd::start(&authorized);
    let log_in = |arguments: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--batch", "--accept-new"]);
        let sshc = sshc.args(["--identities-only"]).args(arguments.iter().copied());
        sshc.args([&server.target(), "echo in"]).run()
    };
    site.home.write("good-cert.pub", &certificate);
    let both = ["-o", "CertificateFile=bad-cert.pub", "-o", "CertificateFile=good-cert.pub"];
    let ran = log_in(&[&["-i", "id_ed25519"][..], &both].concat());
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
    assert_eq!(log_in(&["-i", "id_ed25519"]).code(), 255);
    // In place of the public key, and named as the identity.
    site.home.write("id_ed25519.pub", &certificate);
    assert_eq!(log_in(&["-i", "id_ed25519"]).code(), 0);
    site.home.write("id_ed25519-cert.pub", &certificate);
    assert_eq!(log_in(&["-i", "id_ed25519-cert.pub"]).code(), 0);
}

#[test]
fn keys_that_are_too_short_and_certificates_that_are_not_wanted_stay_here() {
    let home = Home::new();
    let (authority, rsa) = (key_pair(&home, "ecdsa"), key_pair(&home, "rsa"));
    let certified = key_pair(&home, "ed25519");
    let sign = home.peer("ssh-keygen").args(["-q", "-I", "x", "-n", "root", "-s"]);
    assert_eq!(sign.arg(&authority).arg("id_ed25519.pub").run().code(), 0);
    let lines = format!("{}cert-authority {}", public_line(&rsa), public_line(&authority));
    let server = Sshd::setup().authorize(lines).host_key_type("ed25519").start();
    let known = home.write("known", server.known_hosts_line("ed25519"));
    let known = format!("UserKnownHostsFile={}", known.display());
    let port = server.port().to_string();
    for (key, option, status) in [
        (&rsa, "RequiredRSASize=3072", 0),
        (&rsa, "RequiredRSASize=4096", 255),
        (&certified, "RequiredRSASize=4096", 0),
        (&certified, "CertificateFile=none", 255),
        (&certified, "CertificateFile=id_ed25519-cert.pub", 0),
    ] {
        for program in [home.tool("sshc"), home.peer("ssh")] {
            let program = program.args(["-F", "none", "-o", "BatchMode=yes", "-o", &known]);
            let program = program.args(["-o", option, "-p", &port, "-i"]).arg(key);
            let ran = program.args(["root@127.0.0.1", "true"]).run();
            assert_eq!(ran.code(), status, "{option}: {}", ran.stderr());
        }
    }
}

#[test]
fn the_address_to_connect_from_may_have_a_name() {
    let site = Site::new();
    let target = site.sshd.target();
    let from = |address: &str| site.sshc(["-4", "-b", address, &target, "echo in"]).run();
    assert_eq!(from("localhost").quiet_success(), "in\n");
    let said = from("nowhere.invalid").failure(255);
    assert!(said.contains("`nowhere.invalid` is not an address of this computer"), "{said}");
}

/// As with ssh, they come before the keys of files, and with `IdentitiesOnly`, too.
#[test]
fn a_certificate_that_is_named_is_offered_first_if_an_agent_has_its_key() {
    let home = Home::new();
    let (authority, key) = (key_pair(&home, "ecdsa"), key_pair(&home, "ed25519"));
    let agent = Agent::openssh(&home);
    agent.add(&home, &key);
    let sign = home.peer("ssh-keygen").args(["-q", "-I", "x", "-n", "ada", "-s"]);
    assert_eq!(sign.arg(&authority).arg("id_ed25519.pub").run().code(), 0);
    std::fs::rename(home.path("id_ed25519-cert.pub"), home.path("named.pub")).unwrap();
    std::fs::remove_file(&key).unwrap();
    let line = format!("cert-authority,principals=\"ada\" {}", public_line(&authority));
    let server = Sshd::setup().authorize(line).option("MaxAuthTries 2").start();
    for others in ["a", "b", "c"] {
        let made = home.peer("ssh-keygen").args(["-q", "-t", "ecdsa", "-N", "", "-f", others]);
        assert_eq!(made.run().code(), 0);
    }
    let log_in = |options: &[&str]| {
        let sshc = home.tool("sshc").env("SSH_AUTH_SOCK", agent.socket()).args(["-F", "none"]);
        let sshc = sshc.args(["--batch", "--accept-new", "-i", "a", "-i", "b", "-i", "c"]);
        sshc.args(options.to_vec()).args([&server.target(), "echo in"]).run()
    };
    let named = ["-o", "CertificateFile=named.pub"];
    assert_eq!(log_in(&named).quiet_success(), "in\n");
    assert_eq!(log_in(&[&["--identities-only"][..], &named].concat()).quiet_success(), "in\n");
    assert_eq!(log_in(&[]).code(), 255);
}

#[test]
fn without_a_user_the_local_one_logs_in_and_the_first_that_is_named_counts() {
    let site = Site::new();
    let port = site.sshd.port().to_string();
    let named = site.sshc(["--batch", "-p", &port, "127.0.0.1", "id -un"]).run().quiet_success();
    assert_eq!(named.trim_end(), site.sshd.user());
    for (arguments, user) in [
        (&["-o", "user=foo", "-l", "bar", "host"][..], "foo"),
        (&["-l", "bar", "-o", "user=foo", "baz@host"], "bar"),
        (&["-o", "user=foo", "baz@host"], "foo"),
        (&["baz@host", "-l", "bar"], "baz"),
    ] {
        let sshc = site.home.tool("sshc").args(["-F", "none", "-G"]);
        let shown = sshc.args(arguments.iter().copied()).run().quiet_success();
        let line = format!("user {user}");
        assert!(shown.lines().any(|it| it == line), "{arguments:?}: {shown}");
    }
}

#[test]
fn letters_mean_what_they_mean_to_ssh() {
    let site = Site::new();
    for letters in [
        &["-x"][..],
        &["-ax2kyTq"],
        &["-qq"],
        &["-q", "-v"],
        &["-c", "aes128-ctr"],
        &["-caes256-gcm@openssh.com"],
        &["-m", "hmac-sha2-256-etm@openssh.com"],
        &["-e", "none"],
        &["-E", "logfile"],
        &["-S", "none"],
        &["-B", "lo"],
        &["-gKM", "-P", "tag"],
    ] {
        assert_eq!(echo(&site, letters), Ok("in\n".to_owned()), "{letters:?}");
    }
    for (letters, why) in [
        (&["-X"][..], "-X is not supported: X11 is not forwarded"),
        (&["-1"], "-1 is not supported: SSH-1"),
        (&["-w", "0:0"], "-w is not supported: tun devices are not supported"),
        (&["-pw", "secret"], "-pw is not supported: a password on the command line"),
    ] {
        let said = echo(&site, letters).unwrap_err();
        assert!(said.contains(why) && !said.contains("secret"), "{letters:?}: {said}");
    }
    assert!(!site.home.read_text("logfile").contains("exit status"));
    let verbose = site.sshc(["-v", "-E", "logfile", &site.sshd.target(), "true"]).run();
    assert_eq!(verbose.quiet_success(), "");
    assert!(site.home.read_text("logfile").contains("exit status 0"));
}

#[test]
fn dashes_end_the_options_and_what_follows_is_the_destination() {
    let site = Site::new();
    let target = site.sshd.target();
    let ran = site.sshc(["-T", "--", &target, "echo", "-x"]).run();
    assert_eq!(ran.quiet_success(), "-x\n");
    let refused = site.sshc(["--", "-oProxyCommand=id", "true"]).run().failure(255);
    assert!(refused.starts_with("sshc: cannot use the destination: "), "{refused}");
    // An earlier version took this for a command, with the destination on standard input.
    let old = site.sshc(["--", "echo in"]).stdin(format!("{target}\n")).run().failure(255);
    assert!(old.contains("sshc: hint: the word after `--` is the destination; `-` takes"), "{old}");
}

#[test]
fn what_goes_to_the_background_gives_the_caller_its_shell_back() {
    let site = Site::new();
    let target = site.sshd.target();
    // The command ends when the caller tells it to, by which time the caller has its shell back.
    let line = format!(
        "sshc -F none --key id_ed25519 -f {target} 'until [ -f {0} ]; do :; done; echo in' > out \
         2> said < /dev/null && echo back && touch {0}; until grep -q in out; do :; done",
        site.home.path("go").display()
    );
    assert_eq!(site.home.shell(&line).run().quiet_success(), "back\n");
    assert_eq!(site.home.read_text("said"), "");
    let refused = site.sshc([
        "-f",
        "--batch",
        "--host-key",
        "MD5:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00",
        &target,
        "true",
    ]);
    assert_eq!(refused.run().code(), 255);
    assert_eq!(site.sshc(["-f", &target]).run().code(), 2);
}

#[test]
fn programs_that_look_for_openssh_get_a_compatible_version() {
    let home = Home::new();
    let ran = home.tool("sshc").arg("-V").run();
    assert_eq!((ran.code(), ran.stdout()), (0, ""));
    assert!(ran.stderr().starts_with("sshc_") && ran.stderr().contains("OpenSSH_10.6"));
    let ciphers = home.tool("sshc").args(["-Q", "cipher"]).run().quiet_success();
    assert!(ciphers.lines().any(|line| line == "chacha20-poly1305@openssh.com"), "{ciphers}");
    // Every listed name can be used in an option.
    for (list, option) in [("cipher", "Ciphers"), ("mac", "MACs"), ("kex", "KexAlgorithms")] {
        let names = home.tool("sshc").args(["-Q", list]).run().quiet_success();
        let list = format!("{option}={}", names.lines().collect::<Vec<_>>().join(","));
        let shown = home.tool("sshc").args(["-F", "none", "-G", "-o", &list, "h"]).run();
        assert_eq!(shown.code(), 0, "{list}: {}", shown.stderr());
    }
    assert_eq!(home.tool("sshc").args(["-Q", "nope"]).run().code(), 2);
}
