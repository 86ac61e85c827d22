//! Reads key files of the peers: every type, locked and not.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use harness::home::Home;
use keygen::{Passphrase, PrivateKeyFile};

use super::peers;

const TYPES: [&str; 6] =
    ["rsa -b 2048", "ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "dsa -b 1024"];

/// Unlocks the file and compares the result with the peer's public line.
fn assert_reads(path: &Path, passphrase: &str, public: &str, comment: &str) {
    let shown = path.display();
    let file = PrivateKeyFile::read(path).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
    assert_eq!(file.is_locked(), !passphrase.is_empty(), "{shown}");
    let secret = Passphrase::new(passphrase);
    let key = file.unlock(Some(&secret)).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
    let without_comment =
        |line: &str| line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    let read = key.public_key().to_openssh().expect("a public line");
    assert_eq!(without_comment(&read), without_comment(public), "{shown}");
    assert_eq!(key.comment().as_str_lossy(), comment, "{shown}");
    let in_clear = file.public_key().expect("the public half is in clear").to_string();
    assert_eq!(without_comment(&in_clear), without_comment(public), "{shown}");
    if file.is_locked() {
        let wrong = file.unlock(Some(&Passphrase::new("wrong"))).expect_err("a wrong passphrase");
        assert!(wrong.is_wrong_passphrase(), "{shown}: {wrong:?}");
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
            // Every length of comment: where OpenSSH adds no padding, PuTTYgen adds a whole block.
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

/// Keys made by OpenSSL, and its options.
const BY_OPENSSL: [(&str, &str); 5] = [
    ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048"),
    ("p256", "EC -pkeyopt ec_paramgen_curve:P-256"),
    ("p384", "EC -pkeyopt ec_paramgen_curve:P-384"),
    ("p521", "EC -pkeyopt ec_paramgen_curve:P-521"),
    ("ed25519", "ED25519"),
];

/// Every way in which OpenSSL can write a key from PKCS#8 in `in` to `out`, locked with `secret`
/// where it locks.
const WAYS: [&str; 16] = [
    "pkcs8 -topk8 -nocrypt",
    "pkcs8 -topk8 -v2 aes128",
    "pkcs8 -topk8 -v2 aes192",
    "pkcs8 -topk8 -v2 aes256",
    "pkcs8 -topk8 -v2 des3",
    "pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA1",
    "pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA512",
    "pkcs8 -topk8 -v2 aes256 -iter 12345",
    "pkcs8 -topk8 -scrypt",
    "pkcs8 -topk8 -v1 PBE-SHA1-3DES",
    "TRADITIONAL",
    "TRADITIONAL -des3",
    "TRADITIONAL -aes128",
    "TRADITIONAL -aes192",
    "TRADITIONAL -aes256",
    "genpkey",
];

#[test]
fn everything_openssl_writes() {
    let home = Home::new();
    home.write("secret", "sesam");
    let openssl = |options: &str| {
        let run = home.peer("openssl").args(options.split_whitespace()).run();
        assert_eq!(run.code(), 0, "{options}: {}", run.stderr());
    };
    for (name, algorithm) in BY_OPENSSL {
        openssl(&format!("genpkey -algorithm {algorithm} -out in"));
        let expected = key_in(&home, "in", false);
        for way in WAYS {
            match way.strip_prefix("TRADITIONAL") {
                Some(_) if name == "ed25519" => continue,
                Some(lock) => {
                    let kind = if name == "rsa" { "rsa -traditional" } else { "ec" };
                    openssl(&format!("{kind}{lock} -in in -out out -passout file:secret"));
                }
                None if way == "genpkey" => {
                    openssl(&format!(
                        "genpkey -algorithm {algorithm} -out in2 -aes256 -pass file:secret"
                    ));
                    openssl("pkcs8 -topk8 -nocrypt -in in2 -passin file:secret -out plain");
                    assert_eq!(key_in(&home, "in2", true), key_in(&home, "plain", false));
                    continue;
                }
                None => openssl(&format!("{way} -in in -out out -passout file:secret")),
            }
            let locked = !(way.ends_with("-nocrypt") || way == "TRADITIONAL");
            assert_eq!(key_in(&home, "out", locked), expected, "{name} by {way}");
        }
    }
}

/// The public line of a file that must be locked with the passphrase `sesam`, or must not be
/// locked.
fn key_in(home: &Home, name: &str, locked: bool) -> String {
    let file =
        PrivateKeyFile::read(&home.path(name)).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_eq!(file.is_locked(), locked, "{name}");
    if locked {
        let wrong = file.unlock(Some(&Passphrase::new("wrong"))).expect_err("a wrong passphrase");
        assert!(wrong.is_wrong_passphrase(), "{wrong:?}");
    }
    let key = file.unlock(Some(&Passphrase::new("sesam")));
    let key = key.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    key.public_key().to_openssh().expect("a public line")
}

#[test]
fn pem_and_pkcs8_of_ssh_keygen() {
    let home = Home::new();
    for kind in ["rsa -b 2048", "ecdsa -b 256", "ecdsa -b 521", "dsa"] {
        for format in ["PEM", "PKCS8"] {
            for passphrase in ["", "sesam"] {
                let _ = home.shell("rm -f id id.pub").run().quiet_success();
                let made = home
                    .peer("ssh-keygen")
                    .args(["-q", "-m", format, "-N", passphrase, "-f", "id", "-t"]);
                let _ = made.args(kind.split(' ')).run().quiet_success();
                let public = home.read_text("id.pub");
                let read = key_in(&home, "id", !passphrase.is_empty());
                assert!(public.starts_with(&read), "{kind} {format}: {read}");
            }
        }
    }
}

#[test]
fn keys_that_cannot_be_used_are_refused_by_name() {
    let home = Home::new();
    for (algorithm, message) in [
        ("ED448", "cannot read `id`: the key type Ed448 is not supported"),
        ("X25519", "cannot read `id`: the key type X25519 is not supported"),
        ("RSA-PSS", "cannot read `id`: the key type RSASSA-PSS is not supported"),
    ] {
        let made =
            home.peer("openssl").args(["genpkey", "-algorithm", algorithm, "-out", "id"]).run();
        assert_eq!(made.code(), 0, "{}", made.stderr());
        let said = home.tool("keygen").args(["inspect", "id"]).run().failure(1);
        assert_eq!(said.lines().next(), Some(format!("keygen: {message}").as_str()));
    }
    peers::puttygen(&home.path("id.ppk"), "-t ed448", "", "ada");
    // The public half is readable; only the private one is not.
    let expected = peers::run("puttygen", [home.path("id.ppk").as_os_str(), OsStr::new("-L")]);
    assert_eq!(home.tool("keygen").args(["public", "id.ppk"]).run().quiet_success(), expected);
    let said = home.tool("keygen").args(["convert", "id.ppk", "-o", "out"]).run().failure(1);
    assert_eq!(
        said.lines().next(),
        Some("keygen: cannot unlock `id.ppk`: the key type ssh-ed448 is not supported")
    );
}

#[test]
fn files_as_editors_and_powershell_leave_them() {
    let home = Home::new();
    for (name, options, comment) in [
        ("a.ppk", "-t ed25519", "Jos\u{e9}"),
        ("b", "-t ecdsa -b 256 -O private-openssh-new", "ada"),
        ("c", "-t rsa -b 2048 -O private-openssh", "ada"),
    ] {
        peers::puttygen(&home.path(name), options, "sesam", comment);
        let text = home.read_text(name);
        let expected = key_in(&home, name, true);
        let utf16 = |big: bool| -> Vec<u8> {
            let bytes = move |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        for bytes in [
            text.replace('\n', "\r\n").into_bytes(),
            text.replace('\n', "\r").into_bytes(),
            format!("\u{feff}{text}").into_bytes(),
            format!("\n\r\n{text}\n\n").into_bytes(),
            utf16(true),
            utf16(false),
        ] {
            home.write("out", bytes);
            assert_eq!(key_in(&home, "out", true), expected, "{name}");
        }
    }
}

#[test]
fn comments_in_a_code_page_keep_their_mac() {
    let home = Home::new();
    let path = home.path("id.ppk");
    // PuTTYgen takes the comment from its arguments byte by byte, as from a Windows code page.
    let comment = OsStr::from_bytes(b"Jos\xe9");
    let made =
        home.peer("puttygen").args(["-q", "-t", "ed25519", "-o", "id.ppk", "-C"]).arg(comment);
    let _ = made.args(["--new-passphrase", "/dev/null"]).run().quiet_success();
    assert!(home.read("id.ppk").windows(4).any(|bytes| bytes == b"Jos\xe9"));
    let file = PrivateKeyFile::read(&path).expect("it is read");
    assert_eq!(file.comment().as_deref(), Some("Jos\u{e9}"));
    file.unlock(None).expect("the MAC is over the file's own bytes");
    assert_eq!(
        home.tool("keygen").args(["convert", "id.ppk", "-o", "2.ppk"]).run().quiet_success(),
        ""
    );
    assert!(home.read("2.ppk").windows(4).any(|bytes| bytes == b"Jos\xe9"), "and kept as they are");
    // The same file after an editor has saved it.
    let text = String::from_utf8(
        home.read("id.ppk").iter().map(|byte| if *byte == 0xe9 { b'?' } else { *byte }).collect(),
    );
    home.write("3.ppk", text.expect("ASCII").replace("Jos?", "Jos\u{e9}"));
    PrivateKeyFile::read(&home.path("3.ppk"))
        .expect("read")
        .unlock(None)
        .expect("the code page is tried");
}
