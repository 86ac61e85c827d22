//! Marks around the lines of a key that was quoted, listed, mailed or put into a program: in each
//! format they are removed and reported, if the key proves itself.

use harness::home::Home;

/// Ways in which a text travels: the words about it, and the command that makes it.
const WAYS: [(&str, &str, &str); 21] = [
    ("quoted mail", "marks on every line", "sed 's/^/> /'"),
    ("quoted twice", "marks on every line", "sed 's/^/> > /; s/ $//'"),
    ("an added file", "marks on every line", "sed 's/^/+/'"),
    ("a removed file", "marks on every line", "sed 's/^/-/'"),
    ("numbered lines", "marks on every line", "cat -n"),
    ("numbers and colons", "marks on every line", "grep -n ''"),
    ("a search", "marks on every line", "grep -nH '' -"),
    ("a list of Word's", "marks on every line", "awk '{ printf \"%d.\\t%s\\n\", NR, $0 }'"),
    (
        "a log",
        "marks on every line",
        "awk '{ printf \"Nov 30 01:02:%02d node7 app[12]: %s\\n\", NR, $0 }'",
    ),
    ("a comment of a program", "marks on every line", "sed 's|^|// |'"),
    (
        "an RTF document",
        "marks on every line",
        "awk 'NR == 1 { printf \"{\\\\rtf1\\\\ansi \" } { print $0 \"\\\\par\" } END { print \"}\" }'",
    ),
    (
        "a web page",
        "tags or character references of HTML",
        "sed 's/$/<br>/; s/+/\\&#43;/g' | tr -d '\\n'",
    ),
    ("a web page as text", "marks on every line", "sed 's/$/<br>/'"),
    ("a table", "marks on every line", "sed 's|.*|<tr><td class=\"blob\">&</td></tr>|'"),
    (
        "references",
        "tags or character references of HTML",
        "sed 's|+|\\&#x2B;|g; s|/|\\&sol;|g; s|=|\\&#61;|g'",
    ),
    ("a string in C", "marks on every line", "sed 's/.*/  \"&\\\\n\"/'"),
    (
        "a string in JavaScript",
        "marks on every line",
        "sed 's/.*/  \"&\\\\n\" +/; 1s/^ */const key = /; $s/ .$/;/'",
    ),
    (
        "mail that was not decoded",
        "quoted-printable",
        "sed '/=/{s/=/=3D/g;b;}; s/^\\(.\\{40\\}\\)\\(.\\)/\\1=\\n\\2/'",
    ),
    ("Markdown", "backslashes before punctuation", "sed 's/[-+=]/\\\\&/g'"),
    ("line ends twice", "", "sed 's/$/\\r\\r/'"),
    ("a fence", "", "sed '1i```' | sed '$a```'"),
];

/// A key in each format, and its fingerprint.
fn keys(home: &Home) -> Vec<(&'static str, String)> {
    home.write("pw", "sesam\n");
    let cheap = ["--ppk-memory", "8", "--ppk-passes", "1", "--rounds", "1"];
    let mut keys = Vec::new();
    for (name, kind, format, lock) in [
        ("openssh", "ed25519", "openssh", "--no-passphrase"),
        ("openssh-locked", "ecdsa", "openssh", "--passphrase-file=pw"),
        ("ppk", "ed25519", "ppk", "--no-passphrase"),
        ("ppk-locked", "ecdsa", "ppk2", "--passphrase-file=pw"),
        ("pem", "ecdsa", "pem", "--no-passphrase"),
        ("pem-locked", "ecdsa", "pem", "--passphrase-file=pw"),
        ("pkcs8", "ecdsa", "pkcs8", "--no-passphrase"),
    ] {
        let make = ["-t", kind, "-O", format, "-o", name, "-C", "ada@node7", lock];
        let line = home.tool("keygen").args(make).args(cheap).run().quiet_success();
        keys.push((name, line.split(' ').nth(1).expect("base64").to_owned()));
    }
    keys
}

#[test]
fn what_lines_carry_is_undone_and_named() {
    let home = Home::new();
    let keys = keys(&home);
    let mut wrong = Vec::new();
    for (way, damage, command) in WAYS {
        let mut changed = 0;
        for (name, base64) in &keys {
            let _ = home.shell(&format!("cat {name} | {command} > carried")).run().quiet_success();
            let convert = ["convert", "carried", "-O", "openssh", "-o", "out", "--force"];
            let lock: &[&str] =
                if name.contains("locked") { &["--passphrase-file", "pw"] } else { &[] };
            let new: &[&str] = if lock.is_empty() { &[] } else { &["--no-new-passphrase"] };
            let done = home.tool("keygen").args(convert).args(lock).args(new).arg("--batch").run();
            let read = home.peer("ssh-keygen").args(["-y", "-P", "", "-f", "out"]).run();
            let is_right =
                done.code() == 0 && read.stdout().split(' ').nth(1).map(str::trim) == Some(base64);
            let shown = ["inspect", "--json", "carried"];
            let shown = home.tool("keygen").args(shown).args(lock).run();
            // A key may have none of the characters that are written in another way.
            let is_changed = home.read("carried") != home.read(*name);
            changed += usize::from(is_changed);
            let is_named = damage.is_empty() || !is_changed || shown.stdout().contains(damage);
            if !is_right || !is_named {
                wrong.push(format!(
                    "{way}, {name}: {}{}\n{}",
                    done.stderr(),
                    shown.stdout(),
                    home.read_text("carried")
                ));
            }
        }
        assert!(damage.is_empty() || changed > 0, "{way} changes no key");
    }
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        WAYS.len() * keys.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_key_with_a_changed_digit_is_refused() {
    let home = Home::new();
    let keys = keys(&home);
    for (name, _) in keys.iter().filter(|(name, _)| !name.contains("locked")) {
        // In the middle of the last long line of base64, which belongs to the private half.
        let text = home.read_text(name);
        let lines: Vec<&str> = text.lines().collect();
        let at = lines
            .iter()
            .rposition(|line| line.len() >= 60 && !line.contains(": "))
            .expect("a line of base64");
        let mut changed: Vec<String> = lines.iter().map(|line| format!("> {line}")).collect();
        let digit = if changed[at].contains('x') { ("x", "y") } else { ("A", "B") };
        changed[at] = changed[at].replacen(digit.0, digit.1, 1);
        home.write("carried", changed.join("\n"));
        let convert = ["convert", "carried", "-O", "openssh", "-o", "out", "--force", "--batch"];
        let left = home.tool("keygen").args(convert).run();
        if left.code() == 0 {
            // The digit belonged to the comment, or to none of the key's numbers.
            let read = home.peer("ssh-keygen").args(["-yf", "out"]).run().quiet_success();
            let line = home.tool("keygen").args(["public", name]).run().quiet_success();
            assert_eq!(read.split(' ').nth(1).map(str::trim), line.split(' ').nth(1), "{name}");
        }
    }
}

/// Writes an OpenSSL key as JSON, number by number.
const JWK: &str = r"
import base64, json, sys
from cryptography.hazmat.primitives import serialization as s

def number(value, size=None):
    size = size or (value.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(value.to_bytes(size, 'big')).rstrip(b'=').decode()

def raw(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()

key = s.load_pem_private_key(open('key', 'rb').read(), None)
kind = sys.argv[1]
if kind == 'rsa':
    it = key.private_numbers()
    jwk = dict(kty='RSA', n=number(it.public_numbers.n), e=number(it.public_numbers.e),
               d=number(it.d), p=number(it.p), q=number(it.q), dp=number(it.dmp1),
               dq=number(it.dmq1), qi=number(it.iqmp), kid='ada', key_ops=['sign'])
elif kind == 'ed25519':
    public = key.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
    private = key.private_bytes(s.Encoding.Raw, s.PrivateFormat.Raw, s.NoEncryption())
    jwk = dict(kty='OKP', crv='Ed25519', x=raw(public), d=raw(private))
else:
    it = key.private_numbers()
    size = (key.curve.key_size + 7) // 8
    jwk = dict(kty='EC', crv='P-' + kind[1:], x=number(it.public_numbers.x, size),
               y=number(it.public_numbers.y, size), d=number(it.private_value, size))
open('key.jwk', 'w').write(json.dumps(jwk, indent=2))
open('set.jwk', 'w').write(json.dumps(dict(keys=[jwk, dict(kty='RSA', n='AQAB', e='AQAB')])))
del jwk['d']
open('public.jwk', 'w').write(json.dumps(jwk))
";

#[test]
fn json_web_keys_are_read_and_named() {
    let home = Home::new();
    for (kind, algorithm) in [
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048"),
        ("ed25519", "ED25519"),
        ("p256", "EC -pkeyopt ec_paramgen_curve:P-256"),
        ("p384", "EC -pkeyopt ec_paramgen_curve:P-384"),
        ("p521", "EC -pkeyopt ec_paramgen_curve:P-521"),
    ] {
        let made = format!("genpkey -out key -algorithm {algorithm}");
        assert_eq!(home.peer("openssl").args(made.split(' ')).run().code(), 0, "{kind}");
        let _ = home.python().args(["-c", JWK, kind]).run().quiet_success();
        let expected = home.tool("keygen").args(["public", "key"]).run().quiet_success();
        for name in ["key.jwk", "set.jwk"] {
            let line = home.tool("keygen").args(["public", name]).run().quiet_success();
            assert_eq!(line, expected, "{kind}");
            let shown = home.tool("keygen").args(["inspect", name]).run().quiet_success();
            assert!(
                shown.contains("other programs do not read this file: a JSON Web Key (JWK)"),
                "{shown}"
            );
            let convert = ["convert", name, "-O", "openssh", "-o", "out", "--force"];
            assert_eq!(home.tool("keygen").args(convert).run().quiet_success(), "");
            let read = home.peer("ssh-keygen").args(["-yf", "out"]).run().quiet_success();
            assert_eq!(read.split(' ').nth(1).map(str::trim), expected.split_whitespace().nth(1));
        }
        let said = home.tool("keygen").args(["inspect", "public.jwk"]).run().failure(1);
        let what = "keygen: cannot read `public.jwk`: this file is a JSON Web Key (JWK) without a whole private key";
        assert!(said.starts_with(what) && said.contains("hint: export the private key"), "{said}");
        // A public half of another key is refused.
        let other = home.read_text("key.jwk").replace("\"d\": \"", "\"d\": \"AA");
        home.write("other.jwk", other);
        let _ = home.tool("keygen").args(["inspect", "other.jwk"]).run().failure(1);
    }
}
