use crate::fingerprint::randomart;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use russh::keys::ssh_key::Certificate;

use super::alert::{Answer, NotAnAnswer, UnknownHost};
use super::*;

const A: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/";
const B: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAb0S9FEzDSA3xTzffzPpgjy86n7kHUWmrHYYL36FzL0";
const C: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJDDiBvpTfFV+g29pugb24H4+k8FzB7rnpUXrsffjWLw";
const E: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5JtSovrjDk86FWNlymt40WIE/3YDVUsJrGvmuejefzxFYuRr7QazMafdUVyLoH3Se80zuzj7/X5YIyHDsBNmQ=";
const R: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDTqs7Dwk5ly12bEArDJwEQiiFbE7pLzxb/efSVN0Kzk6pDm7wPLIFTWsfELnmRStNEimO2Ya/rlPfZKC9ZFgygwJfofJqxE6E1fzAwOXxV2VCVyuMF7CqZmvpYxT5f/CuQpPRdA+M4aNZ49WKp8iQBBpY2tsuW8G8hSugd1LcoaWwjLNFrounwCjZhvGbT7GhZvDZN0V4WOJueHrFyHPHdfg/xaN58yzaTySLP/ONEGasEaZibrf1r8UMfx+adTJGT1+sNdxobkEk0rL1Jn1chc0k+hZ6yiXA79SvsBH5wLYPqL0cbT5sBVNX1KmnJhiWoF3xolqbYN8OJvq7usk1f";

/// Unless noted otherwise, certificates of key A, signed by B, for the year 2026.
const FOR_NODE7: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAII8i1OCZMz2AugU3IajqkSP6hoL4lUSwnIPY7T+0o2nCAAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/AAAAAAAAAAAAAAACAAAAAmlkAAAAGgAAAAVub2RlNwAAAA0qLmV4YW1wbGUuY29tAAAAAGlVuQAAAAAAazbsgAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgBvRL0UTMNIDfFPN9/M+mCPLzqfuQdRaasdhgvfoXMvQAAABTAAAAC3NzaC1lZDI1NTE5AAAAQMTqp7XokAm7SqtfyNACqkT3yYFPA+AZlkOGshp6oCBqaPUCesmP58hQesFwER5wAxX1DvFyuWPsf+Nu5NcVQAQ=";
const OF_A_USER: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIHaUUEj9AA/xBgYEsPwGHOpFOC3m61v/vYL/lMTt9MU+AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/AAAAAAAAAAAAAAABAAAAAmlkAAAACQAAAAVub2RlNwAAAABpVbkAAAAAAGs27IAAAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAAAAAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1mb3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACAG9EvRRMw0gN8U8338z6YI8vOp+5B1Fpqx2GC9+hcy9AAAAFMAAAALc3NoLWVkMjU1MTkAAABAImWdKHI/RKhLvVGRORidBpAGNtkF1hVfxwYkYHIo8tE1DDepdxsA7HVhj7/eQWMPuKHqS68GsqANTLWulvAWCQ==";
const CRITICAL: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIBuvqqzwqluG03N0yDhZJP7ExKhDQWwrFmkTQ/2wo+gLAAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/AAAAAAAAAAAAAAACAAAAAmlkAAAACQAAAAVub2RlNwAAAABpVbkAAAAAAGs27IAAAAAaAAAAEnN0cmljdEBleGFtcGxlLmNvbQAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgBvRL0UTMNIDfFPN9/M+mCPLzqfuQdRaasdhgvfoXMvQAAABTAAAAC3NzaC1lZDI1NTE5AAAAQDKJhgIm+cS0NMKZ33wauWMfLgyI4h48ISOsyFdVxyqp/3INWIjQJGuLqRW3dHrinMkWrtHcpjfvbERcx8fdKgg=";
const FOR_NO_HOST: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIKZAh0vtw0Tgtw7zAAaJMJjNmnh4eDpsWTZJzAS65f6hAAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/AAAAAAAAAAAAAAACAAAAAmlkAAAAAAAAAABpVbkAAAAAAGs27IAAAAAAAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIAb0S9FEzDSA3xTzffzPpgjy86n7kHUWmrHYYL36FzL0AAAAUwAAAAtzc2gtZWQyNTUxOQAAAEAEVV3iS0mJEeHtkK6RGcLOsi3BF9dAsyB/H+BYcYqFc9QUO/I3+nXl5DvFlb8cbU7BV4lSYCf9aHAHy6nN2vQA";
/// Signed by R.
const SHA1: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIKnbJ2wQkjDSI9t8sYEG2H0McnL2xRV/TAnU31cyD0tgAAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/AAAAAAAAAAAAAAACAAAAAmlkAAAACQAAAAVub2RlNwAAAABpVbkAAAAAAGs27IAAAAAAAAAAAAAAAAAAAAEXAAAAB3NzaC1yc2EAAAADAQABAAABAQDTqs7Dwk5ly12bEArDJwEQiiFbE7pLzxb/efSVN0Kzk6pDm7wPLIFTWsfELnmRStNEimO2Ya/rlPfZKC9ZFgygwJfofJqxE6E1fzAwOXxV2VCVyuMF7CqZmvpYxT5f/CuQpPRdA+M4aNZ49WKp8iQBBpY2tsuW8G8hSugd1LcoaWwjLNFrounwCjZhvGbT7GhZvDZN0V4WOJueHrFyHPHdfg/xaN58yzaTySLP/ONEGasEaZibrf1r8UMfx+adTJGT1+sNdxobkEk0rL1Jn1chc0k+hZ6yiXA79SvsBH5wLYPqL0cbT5sBVNX1KmnJhiWoF3xolqbYN8OJvq7usk1fAAABDwAAAAdzc2gtcnNhAAABAJuq+UaTjEceJirW2oEGJ+ACJvZJDrSioSdt1cbipKIa7d04gS8p3ityFOCquHcacsV1xsdQ/vwifbGTLBVAYXDNWYNpCpbfYEVwcXL7SwEG0zCfEUFnWfuSSyIlAm4az2rQUZby026SPsMenzvaTCSt3SLvaq7+jR+6PfJ3U4VaASM08KeY5ly73GRB7R6kONGob8ZTA8bEpgldyFgFDPEZWaTteBk016S6E9pAZa/t7GeSDtgraWQ66A/Pf8AvM+gyxhwleBaYRrVhhWThrU88kvtaPeKdh4LVV5YNpg+lOkiEYg5YUSxMI1VDZcVmq7SzVrueegJ7XXcPqp2PZz8=";

fn key(text: &str) -> PublicKey {
    text.parse().unwrap()
}

fn records(text: &str) -> KnownHosts {
    KnownHosts::parse(Path::new("kh"), text)
}

fn host() -> Name {
    Name::host("node7", 22).unwrap()
}

fn port() -> Name {
    Name::host("node7", 2222).unwrap()
}

fn target() -> Name {
    Name::target("ada", "node7", 22).unwrap()
}

fn place(line: u32) -> Place {
    Place { file: Path::new("kh").into(), line }
}

/// A verdict as a word and a line number.
fn short(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Known { place } => format!("known {}", place.line),
        Verdict::Unknown => "unknown".to_owned(),
        Verdict::Changed { recorded } => {
            let lines: Vec<_> = recorded.iter().map(|r| r.place.line.to_string()).collect();
            format!("changed {}", lines.join(","))
        }
        Verdict::Revoked { place } => format!("revoked {}", place.line),
        Verdict::NotCertified => "not certified".to_owned(),
        Verdict::BadCertificate { place, fault } => format!("bad {}: {fault}", place.line),
    }
}

#[test]
fn verdicts() {
    for (text, name, expected) in [
        (String::new(), host(), "unknown"),
        (format!("node7 {A}"), host(), "known 1"),
        (format!("node7 {A} some comment"), host(), "known 1"),
        (format!("node8 {A}"), host(), "unknown"),
        (format!("node7 {B}"), host(), "changed 1"),
        // A key of another type is no reason to trust this one.
        (format!("node7 {E}"), host(), "changed 1"),
        (format!("node7 {B}\nnode7 {E}"), host(), "changed 1,2"),
        (format!("node7 {B}\nnode7 {A}"), host(), "known 2"),
        (format!("* {B}\nnode7 {A}"), host(), "known 2"),
        (format!("node7 {A}\n@revoked * {A}"), host(), "revoked 2"),
        (format!("@revoked node8 {A}\nnode7 {A}"), host(), "known 2"),
        (format!("@revoked node7 {B}"), host(), "unknown"),
        (format!("@cert-authority node7 {A}"), host(), "unknown"),
        (format!("@cert-authority node7 {B}"), host(), "unknown"),
        // The wider name can accept and revoke, but another key there is no contradiction.
        (format!("node7 {A}"), port(), "known 1"),
        (format!("node7 {B}"), port(), "unknown"),
        (format!("@revoked node7 {A}"), port(), "revoked 1"),
        (format!("[node7]:2222 {B}\nnode7 {A}"), port(), "known 2"),
        (format!("[node7]:2222 {B}"), host(), "unknown"),
        (format!("[node7]:22 {A}"), host(), "known 1"),
        (format!("node7 {B}"), target(), "unknown"),
        (format!("node7 {A}"), target(), "known 1"),
        (format!("ada@node7:22 {B}\nnode7 {B}"), target(), "changed 1"),
        (format!("bob@node7:22 {B}"), target(), "unknown"),
        (format!("@revoked node7 {A}\nada@node7:22 {A}"), target(), "revoked 1"),
    ] {
        let verdict = judge(&key(A), std::slice::from_ref(&name), &records(&text));
        assert_eq!(short(&verdict), expected, "{name}:\n{text}");
    }
}

#[test]
fn several_names_are_as_good_as_one() {
    let address = Name::host("192.0.2.7", 22).unwrap();
    let names = [host(), address];
    assert_eq!(short(&judge(&key(A), &names, &records(&format!("192.0.2.7 {A}")))), "known 1");
    let text = format!("node7 {B}\n192.0.2.7 {C}");
    assert_eq!(short(&judge(&key(A), &names, &records(&text))), "changed 1,2");
}

#[test]
fn certificates() {
    let mid_2026 = UNIX_EPOCH + Duration::from_secs(1_780_000_000);
    let year = Duration::from_secs(366 * 86400);
    let ca = format!("@cert-authority node7 {B}");
    let everywhere = format!("@cert-authority * {B}\n@cert-authority * {R}");
    let other = Name::host("node8", 22).unwrap();
    let in_domain = Name::host("n1.example.com", 2222).unwrap();
    let not_for_node8 = "bad 1: it is not valid for the name `node8`";
    for (text, shown, name, now, expected) in [
        (&ca, FOR_NODE7, host(), mid_2026, "known 1"),
        (&ca, FOR_NODE7, port(), mid_2026, "known 1"),
        (&ca, FOR_NODE7, target(), mid_2026, "known 1"),
        (&everywhere, FOR_NODE7, in_domain, mid_2026, "known 1"),
        (&everywhere, FOR_NODE7, other.clone(), mid_2026, not_for_node8),
        (&everywhere, FOR_NO_HOST, other.clone(), mid_2026, not_for_node8),
        (&ca, FOR_NODE7, other, mid_2026, "unknown"),
        (&ca, FOR_NODE7, host(), mid_2026 - year, "bad 1: it is not valid yet"),
        (&ca, FOR_NODE7, host(), mid_2026 + year, "bad 1: it has expired"),
        (&ca, OF_A_USER, host(), mid_2026, "bad 1: it is a user's certificate, not a host's"),
        (
            &ca,
            CRITICAL,
            host(),
            mid_2026,
            "bad 1: it has the unknown critical option `strict@example.com`",
        ),
        (&everywhere, SHA1, host(), mid_2026, "bad 2: its signature algorithm is too weak"),
        (&format!("{ca}\n@revoked * {B}"), FOR_NODE7, host(), mid_2026, "revoked 2"),
        (&format!("{ca}\n@revoked * {A}"), FOR_NODE7, host(), mid_2026, "revoked 2"),
        // Without a record of the authority, the certificate counts as its key.
        (&format!("@cert-authority node7 {C}"), FOR_NODE7, host(), mid_2026, "unknown"),
        (&format!("node7 {A}"), FOR_NODE7, host(), mid_2026, "known 1"),
        (&format!("node7 {B}"), FOR_NODE7, host(), mid_2026, "changed 1"),
    ] {
        let shown = Certificate::from_openssh(shown).unwrap();
        let names = std::slice::from_ref(&name);
        let records = records(text);
        let verdict = judge_certificate(&shown, names, &records, &ca_signatures(), true, now);
        assert_eq!(short(&verdict), expected, "{name}:\n{text}");
    }
}

#[test]
fn a_plain_key_on_record_makes_up_for_a_certificate_if_it_is_accepted() {
    let now = UNIX_EPOCH + Duration::from_secs(1_780_000_000);
    let ca = format!("@cert-authority node7 {B}");
    for (text, shown, accepts_plain, expected) in [
        (&format!("{ca}\nnode7 {A}"), CRITICAL, true, "known 2"),
        (
            &format!("{ca}\nnode7 {A}"),
            CRITICAL,
            false,
            "bad 1: it has the unknown critical option `strict@example.com`",
        ),
        (&format!("{ca}\nnode7 {A}\n@revoked * {A}"), CRITICAL, true, "revoked 3"),
        (&format!("{ca}\nnode7 {A}\n@revoked * {B}"), CRITICAL, true, "revoked 3"),
        (&ca, FOR_NODE7, false, "known 1"),
        (&format!("node7 {A}"), FOR_NODE7, false, "not certified"),
        (&String::new(), FOR_NODE7, false, "not certified"),
    ] {
        let shown = Certificate::from_openssh(shown).unwrap();
        let names = [host()];
        let records = records(text);
        let verdict =
            judge_certificate(&shown, &names, &records, &ca_signatures(), accepts_plain, now);
        assert_eq!(short(&verdict), expected, "{text}");
    }
}

#[test]
fn a_certificate_with_one_bit_changed_is_refused() {
    let mut bytes = Certificate::from_openssh(FOR_NODE7).unwrap().to_bytes().unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let shown = Certificate::from_bytes(&bytes).unwrap();
    let now = UNIX_EPOCH + Duration::from_secs(1_780_000_000);
    let text = format!("@cert-authority node7 {B}");
    let records = records(&text);
    let verdict = judge_certificate(&shown, &[host()], &records, &ca_signatures(), true, now);
    assert_eq!(short(&verdict), "bad 1: its signature is wrong");
    assert!(SystemTime::now() > now);
}

#[test]
fn the_question() {
    let (name, shown) = (port(), key(A));
    let unknown = UnknownHost {
        name: &name,
        address: Some("192.0.2.7:2222"),
        key: &shown,
        file: Some(Path::new("kh")),
        known_as: &["node8 (kh:3)".to_owned(), "a hashed name (kh:7)".to_owned()],
        can_be_pinned: true,
    };
    let fingerprint = Fingerprint::of(&shown);
    let described = format!(
        "The server's host key is not on record. You have no guarantee that the server
is the computer you think it is.

  host         [node7]:2222
  address      192.0.2.7:2222
  key type     ssh-ed25519 (256 bits)
  fingerprint  {fingerprint}
  filed as     [node7]:2222 in kh
  known as     node8 (kh:3)
               a hashed name (kh:7)
"
    );
    let asked = "
If you trust this host, answer `yes` to remember the key and connect, or paste
the fingerprint you were given, which does the same if it is the right one.
Answer `once` to connect without remembering the key, `no` to give up.
";
    assert_eq!(unknown.question(false), format!("{described}{asked}"));
    let picture = randomart(&shown);
    assert_eq!(unknown.question(true), format!("{described}\n{picture}\n{asked}"));
    let refusal = unknown.refusal();
    assert_eq!(
        refusal.message,
        format!("the host key of [node7]:2222 is not on record: ssh-ed25519 {fingerprint}")
    );
    assert_eq!(
        refusal.hint,
        format!("if that is the fingerprint you were given, pass --host-key {fingerprint}")
    );
}

#[test]
fn the_refusal_of_a_changed_key_names_line_and_fingerprints() {
    let shown = key(A);
    let Verdict::Changed { recorded } = judge(&shown, &[host()], &records(&format!("node7 {E}")))
    else {
        panic!("the key has changed");
    };
    let (a, e) = (Fingerprint::of(&shown), Fingerprint::of(&key(E)));
    let refusal = alert::changed(&host(), &shown, &recorded, false);
    assert_eq!(
        refusal.message,
        format!(
            "the host key of node7 has changed: the server shows ssh-ed25519 {a}, \
             kh:1 has ecdsa-sha2-nistp256 {e}"
        )
    );
    assert!(refusal.hint.contains("sshc --forget node7, and pass --host-key-scope target"));
    let refusal = alert::changed(&target(), &shown, &recorded, true);
    assert!(refusal.hint.ends_with("run sshc --host-key-scope target --forget ada@node7:22"));
    assert!(!refusal.hint.contains("pass --host-key-scope"));
}

#[test]
fn other_refusals() {
    let a = Fingerprint::of(&key(A));
    assert_eq!(
        alert::revoked(&host(), &key(A), &place(3)).message,
        format!("the host key of node7 is revoked by kh:3: ssh-ed25519 {a}")
    );
    assert_eq!(
        alert::bad_certificate(&host(), &place(3), &CertificateError::Expired).message,
        "the certificate of node7, by the authority in kh:3, cannot be accepted: it has expired"
    );
    assert_eq!(
        alert::not_pinned(&host(), &key(A)).message,
        format!(
            "the host key of node7 is not one of those given with --host-key: the server shows \
             ssh-ed25519 {a}"
        )
    );
}

#[test]
fn answers() {
    let fingerprint = Fingerprint::of(&key(A));
    for (text, expected) in [
        ("yes", Ok(Answer::Yes)),
        (" YES\r\n", Ok(Answer::Yes)),
        ("once", Ok(Answer::Once)),
        ("no", Ok(Answer::No)),
        ("n", Err(NotAnAnswer)),
        (&fingerprint.to_string(), Ok(Answer::IfItIs(fingerprint))),
        (&format!("256 {fingerprint} no comment (ED25519)"), Ok(Answer::IfItIs(fingerprint))),
        ("y", Err(NotAnAnswer)),
        ("", Err(NotAnAnswer)),
        ("yes please", Err(NotAnAnswer)),
        ("SHA256:abc", Err(NotAnAnswer)),
    ] {
        assert_eq!(text.parse(), expected, "{text:?}");
    }
}

#[test]
fn pictures_are_those_of_ssh_keygen() {
    assert_eq!(
        randomart(&key(A)),
        "\
+--[ED25519 256]--+
|                 |
|                 |
|                 |
|       o . . o   |
|        S o . =  |
|         + E O.* |
|            X./.O|
|           o Xo#B|
|             =%&O|
+----[SHA256]-----+"
    );
    assert!(randomart(&key(E)).starts_with("+---[ECDSA 256]---+\n|+.+=o            |"));
    assert!(randomart(&key(R)).starts_with("+---[RSA 2048]----+\n"));
}

/// The default algorithms for authorities.
fn ca_signatures() -> Vec<String> {
    ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256", "rsa-sha2-512"]
        .map(str::to_owned)
        .to_vec()
}
