//! 5,000 damaged files of every format: none is read as a key other than the one that other
//! programs read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use data_encoding::BASE64;
use harness::fuzz::damaged_at_least;
use harness::home::Home;
use keygen::{Passphrase, PrivateKeyFile, PublicKeyLine};

const FILES: usize = 5_000;

const PASSPHRASE: &str = "sesam";

/// Every format, some of them in older variants and made by peers.
const FORMATS: [&str; 5] = ["ppk", "ppk2", "openssh", "pkcs8", "pem"];

/// Reads each file with the Python libraries, and prints the blob of each that one of them can
/// read.
const READ: &str = r"
import base64, io, sys
import asyncssh, paramiko
from cryptography.hazmat.primitives import serialization as s

def by_asyncssh(data):
    return asyncssh.import_private_key(data, 'sesam').public_data

def by_paramiko(data):
    for kind in (paramiko.RSAKey, paramiko.ECDSAKey, paramiko.Ed25519Key):
        try:
            return kind.from_private_key(io.StringIO(data.decode()), password='sesam').asbytes()
        except Exception:
            pass
    raise ValueError

def by_cryptography(data):
    for load in (s.load_pem_private_key, s.load_ssh_private_key):
        for password in (b'sesam', None):
            try:
                key = load(data, password).public_key()
                line = key.public_bytes(s.Encoding.OpenSSH, s.PublicFormat.OpenSSH)
                return base64.b64decode(line.split()[1])
            except Exception:
                pass
    raise ValueError

for name in sys.stdin.read().split():
    data = open(name, 'rb').read()
    for read in (by_asyncssh, by_paramiko, by_cryptography):
        try:
            print(name, base64.b64encode(read(data)).decode())
        except Exception:
            pass
";

/// Reads the same without what stands around the base64: what is left is one DER structure, as long
/// as it says, and a library takes it or does not.
const READ_BARE: &str = r"
import base64, re, sys
from cryptography.hazmat.primitives import serialization as s

for name in sys.stdin.read().split():
    digits = re.sub(rb'[^A-Za-z0-9+/]', b'', open(name, 'rb').read())
    for start in re.finditer(rb'M[CI][4G]', digits):
        rest = digits[start.start():]
        der = base64.b64decode(rest[:len(rest) // 4 * 4])
        length = der[1] + 2 if der[1] < 0x80 else der[2] + 3
        for password in (b'sesam', None):
            try:
                key = s.load_der_private_key(der[:length], password).public_key()
                line = key.public_bytes(s.Encoding.OpenSSH, s.PublicFormat.OpenSSH)
                print(name, line.split()[1].decode())
            except Exception:
                pass
";

fn seeds(home: &Home) -> Vec<Vec<u8>> {
    home.write("secret", PASSPHRASE);
    let cheap = ["--ppk-memory", "8", "--ppk-passes", "1", "--rounds", "1"];
    let mut seeds = Vec::new();
    for kind in ["ed25519", "ecdsa", "rsa"] {
        for format in FORMATS.into_iter().filter(|format| (kind, *format) != ("ed25519", "pem")) {
            for lock in ["--passphrase-file=secret", "--no-passphrase"] {
                let make = ["-t", kind, "-O", format, "-o", "id", "--force", lock];
                let make = home.tool("keygen").args(make).args(cheap);
                let size: &[&str] = if kind == "rsa" { &["-b", "2048"] } else { &[] };
                let _ = make.args(size.iter().copied()).run().quiet_success();
                seeds.push(home.read("id"));
            }
        }
    }
    seeds
}

/// The blob of the key in these bytes, as our reader reads it.
fn ours(bytes: &[u8]) -> Option<Vec<u8>> {
    let file = PrivateKeyFile::parse(bytes).ok()?;
    let key = file.unlock(Some(&Passphrase::new(PASSPHRASE))).ok()?;
    Some(PublicKeyLine::of(&key).ok()?.blob().to_vec())
}

#[test]
fn five_thousand_damaged_files_are_no_other_keys() {
    let home = Home::new();
    let seeds = seeds(&home);
    let keys: BTreeSet<Vec<u8>> = seeds.iter().map(|seed| ours(seed).expect("a key")).collect();
    let views: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    let mut accepted = BTreeMap::new();
    let mut count = 0;
    damaged_at_least(FILES, &views, |bytes| {
        count += 1;
        if let Some(blob) = ours(bytes) {
            let name = format!("{count}.key");
            home.write(&name, bytes);
            accepted.insert(name, blob);
        }
    });
    assert!(count >= FILES);
    let names = accepted.keys().fold(String::new(), |mut names, name| {
        let _ = writeln!(names, "{name}");
        names
    });
    let read = home.python().args(["-W", "ignore", "-c", READ]).stdin(names).run();
    let mut compared = BTreeSet::new();
    for line in read.stdout().lines() {
        let (name, blob) = line.split_once(' ').expect("a name and a blob");
        let shown = || home.read(name).escape_ascii().to_string();
        assert_eq!(BASE64.encode(&accepted[name]), blob, "{}", shown());
        compared.insert(name);
    }
    // Damage in a comment, in blanks or after the key changes nothing. If a file has become another
    // key, other programs must read the same key: from the file as it is or, if it holds only the
    // seed and the lines around it are damaged, from the text between them.
    let is_known =
        |name: &String, blob: &Vec<u8>| keys.contains(blob) || compared.contains(name.as_str());
    let others: BTreeMap<_, _> =
        accepted.iter().filter(|(name, blob)| !is_known(name, blob)).collect();
    let names = others.keys().fold(String::new(), |names, name| format!("{names}{name}\n"));
    let read = home.python().args(["-W", "ignore", "-c", READ_BARE]).stdin(names).run();
    for (name, blob) in &others {
        let expected = format!("{name} {}", BASE64.encode(blob));
        let is_read = read.stdout().lines().any(|line| line == expected);
        assert!(is_read, "{}\n{}", home.read(name).escape_ascii(), read.stderr());
        // `inspect` must report that nothing proves the key.
        let shown = ["inspect", "--json", "--passphrase-file", "secret", name.as_str()];
        let shown = home.tool("keygen").args(shown).run();
        let file = home.read(name);
        let is_named = shown.stdout().contains("\"unproven\"");
        assert!(is_named, "{}: {}", file.escape_ascii(), shown.stdout());
    }
    assert!(accepted.len() > FILES / 50, "{}", accepted.len());
    assert!(compared.len() > FILES / 100, "{} of {}", compared.len(), accepted.len());
}

#[test]
fn an_end_line_of_something_else_is_damage_and_nothing_proves_the_key() {
    let home = Home::new();
    home.write("secret", PASSPHRASE);
    let make = ["-t", "ed25519", "-O", "pkcs8", "-o", "id", "--passphrase-file", "secret"];
    let _ = home.tool("keygen").args(make).run().quiet_success();
    let whole = String::from_utf8(home.read("id")).expect("PEM is text");
    let (body, end) = whole.split_at(whole.find("-----END").expect("an END line"));
    for end in ["", end.trim_end_matches(['-', '\n']), "-----END RSA PRIVATE KEY-----\n"] {
        home.write("cut", format!("{body}{end}"));
        let inspect = ["inspect", "--json", "--passphrase-file", "secret", "cut"];
        let shown = home.tool("keygen").args(inspect).run().quiet_success();
        assert!(shown.contains("\"repaired\"") && shown.contains("\"unproven\""), "{shown}");
        let openssl = home.peer("openssl").args(["pkey", "-in", "cut", "-passin", "file:secret"]);
        let _ = openssl.run().failure(1);
    }
}
