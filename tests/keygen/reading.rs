//! What the peers write is read: every type, locked and not.

use std::ffi::OsStr;
use std::path::Path;

use keygen::{Passphrase, PrivateKeyFile};

use super::peers;

const TYPES: [&str; 6] =
    ["rsa -b 2048", "ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "dsa -b 1024"];

/// Unlocks the file and compares what was read with what the peer says about its public half.
fn assert_reads(path: &Path, passphrase: &str, public: &str, comment: &str) {
    let file = PrivateKeyFile::read(path).unwrap_or_else(|error| panic!("{path:?}: {error:?}"));
    assert_eq!(file.is_locked(), !passphrase.is_empty(), "{path:?}");
    let secret = Passphrase::new(passphrase);
    let key = file.unlock(Some(&secret)).unwrap_or_else(|error| panic!("{path:?}: {error:?}"));
    let fields: Vec<_> = public.split_whitespace().collect();
    let read = key.public_key().to_openssh().expect("a public line");
    assert_eq!(read.split_whitespace().take(2).collect::<Vec<_>>(), fields[..2], "{path:?}");
    assert_eq!(key.comment().as_str_lossy(), comment, "{path:?}");
    let in_clear = file.public_key().expect("the public half is in clear").to_string();
    assert_eq!(in_clear.split_whitespace().take(2).collect::<Vec<_>>(), fields[..2], "{path:?}");
    if file.is_locked() {
        let wrong = file.unlock(Some(&Passphrase::new("wrong"))).expect_err("a wrong passphrase");
        assert!(wrong.is_wrong_passphrase(), "{path:?}: {wrong:?}");
        assert!(matches!(file.unlock(None), Err(keygen::Error::File { .. })));
    }
}

#[test]
fn ppk_files_of_puttygen() {
    let home = tempfile::tempdir().expect("a directory");
    for (number, kind) in TYPES.iter().enumerate() {
        for version in
            ["version=2", "version=3", "version=3,kdf=argon2i", "version=3,kdf=argon2d,memory=1024"]
        {
            for passphrase in ["", "sesam \u{f6}ffne"] {
                let path = home.path().join(format!("{number}-{version}-{}.ppk", passphrase.len()));
                let options = format!("-t {kind} --ppk-param {version}");
                peers::puttygen(&path, &options, passphrase, "Ada's key, 1843");
                let public = peers::run("puttygen", [path.as_os_str(), OsStr::new("-L")]);
                assert_reads(&path, passphrase, &public, "Ada's key, 1843");
            }
        }
    }
}

#[test]
fn openssh_files_of_ssh_keygen_with_every_cipher() {
    let home = tempfile::tempdir().expect("a directory");
    let ciphers = peers::run("ssh", ["-Q", "cipher"]);
    for (number, kind) in TYPES.iter().enumerate() {
        for cipher in ciphers.lines().chain([""]) {
            let path = home.path().join(format!("{number}{cipher}"));
            let passphrase = if cipher.is_empty() { "" } else { "sesam \u{f6}ffne" };
            let mut arguments = vec!["-q", "-t"];
            arguments.extend(kind.split_whitespace());
            arguments.extend(["-N", passphrase, "-C", "Ada's key, 1843", "-a", "2"]);
            if !cipher.is_empty() {
                arguments.extend(["-Z", cipher]);
            }
            let at = [OsStr::new("-f"), path.as_os_str()];
            peers::run("ssh-keygen", arguments.into_iter().map(OsStr::new).chain(at));
            let public =
                std::fs::read_to_string(path.with_file_name(format!("{number}{cipher}.pub")));
            assert_reads(&path, passphrase, &public.expect("the public line"), "Ada's key, 1843");
        }
    }
}

#[test]
fn openssh_files_of_puttygen() {
    let home = tempfile::tempdir().expect("a directory");
    for (number, kind) in TYPES.iter().enumerate() {
        for length in 0..16 {
            // Every length of comment: PuTTYgen pads by a whole block where OpenSSH pads by none.
            for passphrase in ["", "sesam"] {
                let path = home.path().join(format!("{number}-{length}-{}", passphrase.len()));
                let comment = "x".repeat(length + 1);
                let options = format!("-t {kind} -O private-openssh-new");
                if kind.contains("sa ") && !kind.starts_with("ec") && length > 0 {
                    continue;
                }
                peers::puttygen(&path, &options, passphrase, &comment);
                let file = PrivateKeyFile::read(&path).expect("it is read");
                let public = file.public_key().expect("the public half").to_string();
                assert_reads(&path, passphrase, &public, &comment);
            }
        }
    }
}
