//! Hostile files: unlocking one takes neither all memory nor an hour, whatever cost it demands.

use data_encoding::BASE64;
use harness::home::Home;

/// The refusal, without the part that names the failed operation.
fn refusal(what: &str) -> String {
    format!(
        "the file asks for {what} allowed\n\
         keygen: hint: if the file is really yours, re-save it with puttygen or ssh-keygen at a lower cost\n"
    )
}

fn assert_refused(home: &Home, what: &str) {
    home.write("secret", "sesam");
    let said = home.tool("keygen").args(["convert", "hostile", "-o", "out"]);
    let said = said.args(["--passphrase-file", "secret"]).run().failure(1);
    let (_, cause) = said.split_once("`hostile`: ").expect("the file is named");
    assert_eq!(cause, refusal(what));
    assert!(!home.names().contains(&"out".to_owned()));
}

/// A key of this type in this format, locked with a cheap derivation.
fn locked(home: &Home, format: &str) -> String {
    home.write("secret", "sesam");
    let made = home.tool("keygen").args(["-t", "ecdsa", "-o", "id", "--force", "-O", format]);
    let made = made.args(["--passphrase-file", "secret", "--rounds", "1"]);
    let _ = made.args(["--ppk-memory", "64", "--ppk-passes", "1"]).run().quiet_success();
    home.read_text("id")
}

#[test]
fn argon2_is_capped_in_memory_passes_and_lanes() {
    let home = Home::new();
    let honest = locked(&home, "ppk");
    for (header, hostile, what) in [
        (
            "Memory: 64",
            "Memory: 1048577",
            "1048577 KiB of memory for Argon2, more than the 1048576 KiB",
        ),
        (
            "Memory: 64",
            "Memory: 4294967295",
            "4294967295 KiB of memory for Argon2, more than the 1048576 KiB",
        ),
        (
            "Passes: 1",
            "Passes: 524289",
            "524289 passes of Argon2 over 64 KiB, more than the 524288 at that size",
        ),
        ("Parallelism: 1", "Parallelism: 65", "65 lanes of Argon2, more than the 64"),
    ] {
        let text = honest.replace(&format!("Argon2-{header}\n"), &format!("Argon2-{hostile}\n"));
        assert_ne!(text, honest);
        home.write("hostile", text);
        assert_refused(&home, what);
    }
}

#[test]
fn bcrypt_is_capped_in_rounds() {
    let home = Home::new();
    let honest = locked(&home, "openssh");
    let (begin, rest) = honest.split_once('\n').expect("a first line");
    let (base64, end) = rest.split_once("-----END").expect("a last line");
    let mut bytes = BASE64.decode(base64.replace('\n', "").as_bytes()).expect("base64");
    // The options are a salt of 16 bytes and the number of rounds.
    let salt = bytes.windows(4).position(|four| four == [0, 0, 0, 16]).expect("a salt");
    let rounds = bytes.get_mut(salt + 20..salt + 24).expect("the rounds");
    assert_eq!(rounds, [0, 0, 0, 1]);
    rounds.copy_from_slice(&4097_u32.to_be_bytes());
    home.write("hostile", format!("{begin}\n{}\n-----END{end}", BASE64.encode(&bytes)));
    assert_refused(&home, "4097 rounds of bcrypt, more than the 4096");
}

/// A DER element whose contents are shorter than 64 KiB.
fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).expect("short").to_be_bytes();
    [&[tag, 0x82], &length[..], contents].concat()
}

fn number(number: u64) -> Vec<u8> {
    der(2, &[&[0], &number.to_be_bytes()[..]].concat())
}

/// An encrypted PKCS#8 file (RFC 8018, appendix A.4) with this key derivation.
fn pkcs8(derivation: &[u8], parameters: &[Vec<u8>]) -> String {
    let sequence = |elements: &[Vec<u8>]| der(0x30, &elements.concat());
    let pbes2 = der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d");
    let aes_256_cbc = der(6, b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a");
    let derivation = sequence(&[der(6, derivation), sequence(parameters)]);
    let cipher = sequence(&[aes_256_cbc, der(4, &[0; 16])]);
    let algorithm = sequence(&[pbes2, sequence(&[derivation, cipher])]);
    let file = BASE64.encode(&sequence(&[algorithm, der(4, &[0; 64])]));
    format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{file}\n-----END ENCRYPTED PRIVATE KEY-----\n")
}

#[test]
fn pbkdf2_is_capped_in_iterations() {
    let home = Home::new();
    let pbkdf2 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
    home.write("hostile", pkcs8(pbkdf2, &[der(4, &[7; 8]), number(10_000_001)]));
    assert_refused(&home, "10000001 iterations of its key derivation, more than the 10000000");
}

#[test]
fn scrypt_is_capped_in_memory_and_work() {
    let home = Home::new();
    let scrypt = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
    let limit = "more than the 1073741824 bytes and 33554432 steps";
    for (n, r, p) in
        [(1 << 30, 8, 1), (1 << 14, 1 << 20, 1), (1 << 14, 8, 1 << 20), (1 << 40, 1 << 40, 1)]
    {
        let parameters = [der(4, &[7; 8]), number(n), number(r), number(p)];
        home.write("hostile", pkcs8(scrypt, &parameters));
        assert_refused(&home, &format!("scrypt with N = {n}, r = {r}, p = {p}, {limit}"));
    }
}

#[test]
fn nothing_is_written_at_a_cost_that_would_not_be_read() {
    let home = Home::new();
    home.write("secret", "sesam");
    for (format, options, said) in [
        (
            "ppk",
            ["--ppk-memory", "2097152"],
            "2097152 KiB of memory for Argon2 could not be read back: the limit is 1048576 KiB",
        ),
        (
            "ppk",
            ["--ppk-passes", "4097"],
            "4097 passes of Argon2 over 8192 KiB could not be read back: the limit is 4096 at that size",
        ),
        (
            "openssh",
            ["--rounds", "5000"],
            "5000 rounds of bcrypt could not be read back: the limit is 4096",
        ),
    ] {
        let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "-O", format]);
        let made = made.args(["--passphrase-file", "secret"]).args(options).run();
        assert_eq!(made.failure(2), format!("keygen: {said}\n"));
        assert_eq!(home.names(), ["secret"]);
    }
}
