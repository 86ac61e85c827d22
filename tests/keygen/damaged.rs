//! Damaged key files: refused in a line, without a panic, much memory or much time.

use harness::fuzz::damaged;
use harness::home::Home;
use keygen::{Passphrase, PrivateKeyFile, PublicKeyLine};

/// A key of this type in this format, locked or not, cheaply.
fn seed(home: &Home, kind: &str, format: &str, locked: bool) -> Vec<u8> {
    home.write("secret", "sesam");
    let lock = if locked { "--passphrase-file=secret" } else { "--no-passphrase" };
    let cheap =
        ["--ppk-memory", "8", "--ppk-passes", "1", "--rounds", "1", "--pkcs8-kdf", "pbkdf2"];
    let made = home.tool("keygen").args(["-t", kind, "-O", format, "-o", "id", "--force", lock]);
    let _ = made.args(cheap).run().quiet_success();
    home.read("id")
}

/// What the tool does with a private key file; a damaged one must not become a key it was not.
fn read_private(bytes: &[u8]) {
    let Ok(file) = PrivateKeyFile::parse(bytes) else { return };
    let _ = (file.comment(), file.public_key(), file.protection());
    // A damaged cost is legitimate work up to its bound, and not what is looked for here.
    if !file.is_locked() {
        let _ = file.unlock(Some(&Passphrase::new("sesam")));
    }
}

fn fuzz_private(format: &str, kinds: &[&str]) {
    let home = Home::new();
    let seeds: Vec<_> = kinds
        .iter()
        .flat_map(|kind| [false, true].map(|locked| seed(&home, kind, format, locked)))
        .collect();
    damaged(&seeds.iter().map(Vec::as_slice).collect::<Vec<_>>(), read_private);
}

#[test]
fn fuzz_keygen_ppk() {
    fuzz_private("ppk", &["ed25519", "ecdsa"]);
    fuzz_private("ppk2", &["ed25519", "rsa"]);
}

#[test]
fn fuzz_keygen_openssh() {
    fuzz_private("openssh", &["ed25519", "ecdsa", "rsa"]);
}

#[test]
fn fuzz_keygen_pkcs8() {
    fuzz_private("pkcs8", &["ed25519", "ecdsa", "rsa"]);
}

#[test]
fn fuzz_keygen_pem() {
    fuzz_private("pem", &["ecdsa", "rsa"]);
}

#[test]
fn fuzz_keygen_public() {
    let home = Home::new();
    let _ = seed(&home, "ed25519", "openssh", false);
    let line = home.read("id.pub");
    home.write("options", [b"from=\"::1\",command=\"a \\\" b\" ".as_slice(), &line].concat());
    let rfc4716 =
        home.tool("keygen").args(["public", "id.pub", "-O", "rfc4716"]).run().quiet_success();
    damaged(&[&line, &home.read("options"), rfc4716.as_bytes()], |bytes| {
        if let Ok(key) = PublicKeyLine::parse_file(bytes) {
            let again: PublicKeyLine = key.to_string().parse().expect("what is printed is read");
            assert!(again.is_same_key(&key));
        }
    });
}

/// Every single byte of an unlocked file changed: none of them may give another key.
#[test]
fn no_changed_byte_makes_another_key() {
    let home = Home::new();
    for format in ["ppk", "openssh", "pkcs8"] {
        let whole = seed(&home, "ed25519", format, false);
        let key = |bytes: &[u8]| {
            let file = PrivateKeyFile::parse(bytes).ok()?;
            PublicKeyLine::of(&file.unlock(None).ok()?).ok()
        };
        let expected = key(&whole).expect("it is whole");
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            // PKCS#8 has no check of its own: there another seed is another key, and nothing can tell.
            if format != "pkcs8"
                && let Some(read) = key(&bytes)
            {
                assert!(read.is_same_key(&expected), "{format}, byte {place}");
            }
        }
    }
}
