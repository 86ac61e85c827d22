//! Checks an old and a new version of each peer, in both directions: it reads what we write, and we
//! read what it writes.

use std::fmt::Write as _;

use harness::home::Home;
use harness::invocation::Invocation;

const PASSPHRASE: &str = "sesam";

/// Options for key types that keygen and ssh-keygen share.
const KINDS: [&str; 4] = ["-t rsa -b 2048", "-t ecdsa -b 256", "-t ecdsa -b 521", "-t ed25519"];

/// A version of the peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// Debian stable: OpenSSH 9.2, PuTTY 0.78.
    Old,
    /// Debian unstable: OpenSSH 10, PuTTY 0.85.
    New,
}

const VERSIONS: [Version; 2] = [Version::Old, Version::New];

/// The peer in this version, run in the home's folder.
fn peer(home: &Home, name: &str, version: Version) -> Invocation {
    match version {
        Version::Old => home.peer(name),
        Version::New => home.in_newest(&format!("/usr/bin/{name}")),
    }
}

/// The type and the base64 of a public key line.
fn key(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// Whether a peer reads our files of this format and type.
fn reads(peer: &str, version: Version, format: &str, kind: &str) -> bool {
    match (peer, format) {
        ("puttygen", "pkcs8") | ("ssh-keygen", "ppk" | "ppk2") => false,
        // Since 9.6.
        ("ssh-keygen", "pkcs8") => kind != "-t ed25519" || version == Version::New,
        _ => true,
    }
}

#[test]
fn what_we_write_is_read() {
    let home = Home::new();
    home.write("secret", PASSPHRASE);
    let cheap = ["--ppk-memory", "64", "--ppk-passes", "1", "--rounds", "1"];
    let mut wrong = String::new();
    for kind in KINDS {
        for format in ["ppk", "ppk2", "openssh", "pkcs8", "pem"] {
            if (kind, format) == ("-t ed25519", "pem") {
                continue;
            }
            for locked in [false, true] {
                let lock = if locked { "--passphrase-file=secret" } else { "--no-passphrase" };
                let make = home.tool("keygen").args(kind.split(' ')).args(cheap);
                let make = make.args(["-O", format, "-o", "id", "--force", "-C", "ada", lock]);
                let line = key(&make.run().quiet_success());
                for version in VERSIONS {
                    let passphrase = if locked { PASSPHRASE } else { "" };
                    let ssh = peer(&home, "ssh-keygen", version);
                    let ssh = ssh.args(["-y", "-P", passphrase, "-f", "id"]).run();
                    // PuTTY asks for no passphrase if the public half is in clear text.
                    let putty = peer(&home, "puttygen", version);
                    let secret = if locked { "secret" } else { "/dev/null" };
                    let putty = putty.args(["id", "-L", "--old-passphrase", secret]).run();
                    for (name, said) in [("ssh-keygen", ssh), ("puttygen", putty)] {
                        let is_read = said.code() == 0 && key(said.stdout()) == line;
                        if is_read != reads(name, version, format, kind) {
                            let _ = writeln!(
                                wrong,
                                "{kind} {format} {locked} by {name} {version:?}: {is_read} {}",
                                said.stderr()
                            );
                        }
                    }
                }
            }
        }
    }
    assert_eq!(wrong, "");
}

/// The public key that we read from a file.
fn ours(home: &Home, file: &str) -> String {
    let shown = home.tool("keygen").args(["convert", file, "-O", "openssh", "-o", "ours"]);
    let lock = ["--force", "--batch", "--passphrase-file", "secret", "--no-new-passphrase"];
    let done = shown.args(lock).run();
    if done.code() != 0 {
        return done.stderr().to_owned();
    }
    key(&home.peer("ssh-keygen").args(["-yf", "ours"]).run().quiet_success())
}

#[test]
fn what_ssh_keygen_writes_we_read() {
    let home = Home::new();
    home.write("secret", PASSPHRASE);
    for version in VERSIONS {
        for kind in KINDS {
            for format in ["", "-m PEM", "-m PKCS8"] {
                // This combination does not exist; the old version writes its own format instead.
                if (kind, format) == ("-t ed25519", "-m PEM") {
                    continue;
                }
                let _ = home.shell("rm -f id id.pub").run().quiet_success();
                let peer_makes = peer(&home, "ssh-keygen", version).args(kind.split(' '));
                let peer_makes =
                    peer_makes.args(format.split_whitespace()).args(["-q", "-a", "2", "-f", "id"]);
                let made = peer_makes.args(["-C", "ada", "-N", PASSPHRASE]).run();
                assert_eq!(made.code(), 0, "{version:?} {kind} {format}: {}", made.stderr());
                let line = key(&home.read_text("id.pub"));
                assert_eq!(ours(&home, "id"), line, "{version:?} {kind} {format}");
            }
        }
    }
}

#[test]
fn what_puttygen_writes_we_read() {
    let home = Home::new();
    home.write("secret", PASSPHRASE);
    for version in VERSIONS {
        for kind in KINDS {
            for form in [
                "private --ppk-param version=2",
                "private --ppk-param memory=64,passes=1",
                "private --ppk-param memory=64,passes=1,kdf=argon2i",
                "private-openssh",
                "private-openssh-new",
            ] {
                let _ = home.shell("rm -f id").run().quiet_success();
                let peer_makes = peer(&home, "puttygen", version).args(kind.split(' '));
                let peer_makes =
                    peer_makes.args(["-q", "-o", "id", "-C", "ada", "--new-passphrase", "secret"]);
                let peer_makes = peer_makes.args(["--random-device", "/dev/urandom", "-O"]);
                let made = peer_makes.args(form.split(' ')).run();
                assert_eq!(made.code(), 0, "{version:?} {kind} {form}: {}", made.stderr());
                let line = peer(&home, "puttygen", version).args(["id", "-L", "--old-passphrase"]);
                let line = key(&line.arg("secret").run().quiet_success());
                assert_eq!(ours(&home, "id"), line, "{version:?} {kind} {form}");
            }
        }
    }
}

/// A type that only the new version makes is shown by its name.
#[test]
fn a_type_that_we_do_not_know_is_shown() {
    let home = Home::new();
    let peer_makes = peer(&home, "ssh-keygen", Version::New).args(["-q", "-t", "mldsa44-ed25519"]);
    let made = peer_makes.args(["-N", "", "-C", "ada", "-f", "id"]).run();
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let line = home.read_text("id.pub");
    let public = home.tool("keygen").args(["public", "id"]).run().quiet_success();
    assert_eq!(key(&public), key(&line));
    let listed = peer(&home, "ssh-keygen", Version::New).args(["-lf", "id.pub"]).run();
    let fingerprint = listed.stdout().split(' ').nth(1).expect("a fingerprint").to_owned();
    for name in ["id", "id.pub"] {
        let shown = home.tool("keygen").args(["inspect", name]).run().quiet_success();
        assert!(shown.contains(&fingerprint), "{name}: {shown}");
    }
    let said = home.tool("keygen").args(["convert", "id", "-o", "out"]).run().failure(1);
    let algorithm = line.split(' ').next().expect("a type");
    assert!(said.contains(&format!("the key type {algorithm} is not supported")), "{said}");
}
