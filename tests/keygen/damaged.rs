//! Damaged key files: refused in one line, without a panic, much memory or much time.

use std::time::Duration;

use harness::fuzz::damaged;
use harness::home::Home;
use keygen::{Passphrase, PrivateKeyFile, Protection, PublicKeyLine};
use rustix::time::{ClockId, clock_gettime};

/// Processor time allowed per input, none of which has a costly key derivation.
const ENOUGH: Duration = Duration::from_secs(1);

/// The address space in KiB that the program may use, code included.
const MEMORY_KIB: u32 = 64 * 1024;

/// The number of inputs that the program itself reads too: all that CI damages.
const FILES: usize = 2_000;

const CHEAP: [&str; 6] = ["--ppk-memory", "8", "--ppk-passes", "1", "--rounds", "1"];

/// A key of this type in this format, locked (cheaply) or not.
fn seed(home: &Home, kind: &str, format: &str, locked: bool) -> Vec<u8> {
    home.write("secret", "sesam");
    let lock = if locked { "--passphrase-file=secret" } else { "--no-passphrase" };
    let made = home.tool("keygen").args(["-t", kind, "-O", format, "-o", "id", "--force", lock]);
    let _ = made.args(CHEAP).run().quiet_success();
    home.read("id")
}

/// The same key in PKCS#8, locked in OpenSSL's ways with cheap derivations.
fn pkcs8_seeds(home: &Home, kind: &str) -> Vec<Vec<u8>> {
    let plain = seed(home, kind, "pkcs8", false);
    let ways = [
        "-v2 aes256 -iter 2",
        "-v2 des3 -iter 2",
        "-v1 PBE-SHA1-3DES -iter 2",
        "-scrypt -scrypt_N 16",
    ];
    let locked = ways.map(|way| {
        let made = home.peer("openssl").args(["pkcs8", "-topk8", "-in", "id", "-out", "locked"]);
        let made = made.args(["-passout", "file:secret"]).args(way.split(' ')).run();
        assert_eq!(made.code(), 0, "{}", made.stderr());
        home.read("locked")
    });
    std::iter::once(plain).chain(locked).collect()
}

/// What the tool does with a private key file. Does not unlock a file whose derivation was damaged,
/// because that may take long.
fn read_private(bytes: &[u8], affordable: &[Protection]) {
    let Ok(file) = PrivateKeyFile::parse(bytes) else { return };
    let _ = (file.comment(), file.public_key());
    if affordable.contains(&file.protection()) {
        let _ = file.unlock(Some(&Passphrase::new("sesam")));
    }
}

/// Damages these seeds, and limits the reader's time and the program's memory.
fn fuzz(home: &Home, seeds: &[Vec<u8>], read: impl Fn(&[u8])) {
    let mut count = 0;
    damaged(&seeds.iter().map(Vec::as_slice).collect::<Vec<_>>(), |bytes| {
        let start = processor_time();
        read(bytes);
        let taken = processor_time().saturating_sub(start);
        assert!(taken < ENOUGH, "it took {taken:?}");
        if count < FILES {
            home.write(format!("damaged/{count}"), bytes);
            count += 1;
        }
    });
    let line = format!("ulimit -v {MEMORY_KIB} && exec keygen inspect --json damaged/*");
    let left = home.shell(&line).run();
    // The status tells failures apart: a panic gives 101, and out of memory aborts the program.
    assert!(matches!(left.status.code(), Some(0 | 1)), "{left:#?}");
    let answers = left.stdout().lines().count() + refusals(left.stderr());
    assert_eq!(answers, count, "every file is shown or refused");
}

fn refusals(said: &str) -> usize {
    said.lines().filter(|line| line.contains(" `damaged/")).count()
}

/// The time of this thread only, because the machine may be busy with other work.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a time is not negative")
}

fn fuzz_private(home: &Home, seeds: &[Vec<u8>]) {
    let affordable: Vec<Protection> = seeds
        .iter()
        .map(|seed| PrivateKeyFile::parse(seed).expect("a seed is whole").protection())
        .collect();
    fuzz(home, seeds, |bytes| read_private(bytes, &affordable));
}

/// Keys of these types in this format, locked and not.
fn seeds(home: &Home, format: &str, kinds: &[&str]) -> Vec<Vec<u8>> {
    let pair = |kind| [false, true].map(|locked| seed(home, kind, format, locked));
    kinds.iter().copied().flat_map(pair).collect()
}

#[test]
fn fuzz_keygen_ppk() {
    let home = Home::new();
    fuzz_private(&home, &seeds(&home, "ppk", &["ed25519", "ecdsa"]));
}

#[test]
fn fuzz_keygen_ppk2() {
    let home = Home::new();
    fuzz_private(&home, &seeds(&home, "ppk2", &["ed25519", "rsa"]));
}

#[test]
fn fuzz_keygen_openssh() {
    let home = Home::new();
    fuzz_private(&home, &seeds(&home, "openssh", &["ed25519", "ecdsa", "rsa"]));
}

#[test]
fn fuzz_keygen_pkcs8() {
    let home = Home::new();
    let seeds: Vec<_> =
        ["ed25519", "ecdsa", "rsa"].iter().flat_map(|kind| pkcs8_seeds(&home, kind)).collect();
    fuzz_private(&home, &seeds);
}

#[test]
fn fuzz_keygen_pem() {
    let home = Home::new();
    fuzz_private(&home, &seeds(&home, "pem", &["ecdsa", "rsa"]));
}

#[test]
fn fuzz_keygen_public() {
    let home = Home::new();
    let _ = seed(&home, "ed25519", "openssh", false);
    let line = home.read("id.pub");
    let options = [b"from=\"::1\",command=\"a \\\" b\" ".as_slice(), &line].concat();
    let rfc4716 =
        home.tool("keygen").args(["public", "id.pub", "-O", "rfc4716"]).run().quiet_success();
    let signed = home.peer("ssh-keygen").args(["-q", "-s", "id", "-I", "ada", "-n", "ada,bob"]);
    let _ = signed.arg("id.pub").run().quiet_success();
    let certificate = home.read("id-cert.pub");
    fuzz(&home, &[line, options, rfc4716.into_bytes(), certificate], |bytes| {
        if let Ok(key) = PublicKeyLine::parse_file(bytes) {
            let again: PublicKeyLine = key.to_string().parse().expect("what is printed is read");
            assert!(again.is_same_key(&key));
        }
    });
}

/// Changes every single byte of an unlocked file: no change may give another key.
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
            // PKCS#8 has no checksum: another seed is another key, and no program can detect that.
            if format != "pkcs8"
                && let Some(read) = key(&bytes)
            {
                assert!(read.is_same_key(&expected), "{format}, byte {place}");
            }
        }
    }
}

#[test]
fn damage_is_told_from_a_wrong_passphrase_where_the_format_can() {
    let home = Home::new();
    home.write("wrong", "sesame");
    let unlock = |bytes: &[u8], passphrase: &str| {
        home.write("key", bytes);
        let shown = home.tool("keygen").args(["inspect", "key", "--passphrase-file", passphrase]);
        let said = shown.run().failure(1);
        said.strip_prefix("keygen: cannot unlock `key`: ").expect("the file is named").to_owned()
    };
    let changed = |whole: &[u8], mark: &str, by: usize| {
        let text = std::str::from_utf8(whole).expect("it is text");
        let place = text.rfind(mark).expect("it is there") + mark.len() + by;
        let mut bytes = whole.to_vec();
        bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
        bytes
    };

    let ppk = seed(&home, "ed25519", "ppk", true);
    let maybe = "wrong passphrase\nkeygen: hint: if you are sure of the passphrase, the file is damaged: restore it \
                 from a copy\n";
    assert_eq!(unlock(&ppk, "wrong"), maybe);
    assert_eq!(
        unlock(&changed(&ppk, "Private-MAC: ", 7), "secret"),
        "the file is damaged or was tampered with: the passphrase is right, but the MAC does not match\n"
    );
    let openssh = seed(&home, "ed25519", "openssh", true);
    assert_eq!(unlock(&openssh, "wrong"), "wrong passphrase\n");
    // The fifth line from the end holds numbers of the key.
    let lines: Vec<&[u8]> = openssh.split_inclusive(|byte| *byte == b'\n').collect();
    let end: usize = lines.iter().rev().take(4).map(|line| line.len()).sum();
    let mut damaged = openssh.clone();
    let place = openssh.len() - end;
    damaged[place] = if damaged[place] == b'0' { b'1' } else { b'0' };
    let said = unlock(&damaged, "secret");
    assert!(!said.contains("wrong passphrase"), "{said}");
    for format in ["pkcs8", "pem"] {
        assert_eq!(unlock(&seed(&home, "ecdsa", format, true), "wrong"), maybe);
    }
}
