//! Many keys of each type, so that rare numbers (with leading and trailing zeros) are among them.
//!
//! `KEYGEN_BULK=10000 cargo test -p tests --test all keygen::bulk` is the slow run.

use std::ffi::OsStr;

use harness::home::Home;
use keygen::{
    KeyFormat, KeyKind, PrivateKeyFile, Progress, PublicKeyLine, RsaBits, encode, generate,
};

use super::peers;

/// How many keys of each type: 200, or as many as `KEYGEN_BULK` says.
fn count() -> usize {
    std::env::var("KEYGEN_BULK")
        .map_or(200, |count| count.parse().expect("KEYGEN_BULK is a number"))
}

/// Keys from PuTTYgen: we read and write them, and PuTTYgen reads them back.
fn through_puttygen_and_back(kind: &str, count: usize) {
    let home = Home::new();
    for number in 0..count {
        let comment = format!("{kind} number {number}");
        let (theirs, ours) = (home.path("theirs.ppk"), home.path("ours.ppk"));
        peers::puttygen(&theirs, &format!("-t {kind}"), "", &comment);
        let key = PrivateKeyFile::read(&theirs).and_then(|file| file.unlock(None));
        let key = key.unwrap_or_else(|error| panic!("{error:?}: {}", home.read_text("theirs.ppk")));
        home.write("ours.ppk", encode(&key, KeyFormat::Ppk, None).expect("it is written"));
        let line = peers::run("puttygen", [ours.as_os_str(), OsStr::new("-L")]);
        assert_eq!(line, format!("{}\n", PublicKeyLine::of(&key).expect("public")));
        assert_eq!(line, peers::run("puttygen", [theirs.as_os_str(), OsStr::new("-L")]));
        // So the whole private half is the same, and so is the MAC over it.
        assert_eq!(home.read_text("ours.ppk"), home.read_text("theirs.ppk"));
    }
}

#[test]
fn ed25519_of_puttygen() {
    through_puttygen_and_back("ed25519", count());
}

#[test]
fn p256_of_puttygen() {
    through_puttygen_and_back("ecdsa -b 256", count());
}

#[test]
fn p521_of_puttygen() {
    through_puttygen_and_back("ecdsa -b 521", count());
}

#[test]
fn p384_of_puttygen() {
    through_puttygen_and_back("ecdsa -b 384", count());
}

/// Half of our default size: it takes PuTTYgen a sixth of the time, and has the same fields in the
/// same places.
#[test]
fn rsa_of_puttygen() {
    through_puttygen_and_back("rsa -b 1024", count());
}

#[test]
fn large_rsa_of_puttygen() {
    through_puttygen_and_back("rsa -b 2048", count() / 20);
}

/// RSA keys made by keygen pass OpenSSL's check of primes and exponents.
#[test]
fn rsa_by_keygen_is_ok_to_openssl() {
    let home = Home::new();
    let kind = KeyKind::Rsa(RsaBits::new(2048).expect("a size"));
    for _ in 0..count() {
        let key = generate(kind, "", &Progress::default()).expect("a key");
        home.write("id", encode(&key, KeyFormat::Pem, None).expect("it is written"));
        let checked = home.peer("openssl").args(["rsa", "-check", "-noout", "-in", "id"]).run();
        assert_eq!((checked.code(), checked.stdout()), (0, "RSA key ok\n"), "{}", checked.stderr());
    }
}
