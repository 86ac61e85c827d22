//! The letters of `ssh-keygen`.

use super::ForeignOption;
use super::arguments::Arguments;
use super::fitting;

const WITH_VALUE: &str = "CDEFGIMNOPRSTVYZabfmnrstwz";

/// First the letters for actions, then those for details.
#[rustfmt::skip]
pub(super) const OPTIONS: &[ForeignOption] = &[
    ForeignOption { letters: "Y", what: "keygen does not make or check signatures", command: "ssh-keygen -Y VALUE" },
    ForeignOption { letters: "k", what: "keygen does not make revocation lists", command: "ssh-keygen -k" },
    ForeignOption { letters: "Q", what: "keygen does not read revocation lists", command: "ssh-keygen -Q" },
    ForeignOption { letters: "M", what: "keygen does not find primes for key exchanges", command: "ssh-keygen -M VALUE" },
    ForeignOption { letters: "F", what: "keygen does not read known_hosts", command: "ssh-keygen -F HOST" },
    ForeignOption { letters: "R", what: "sshc keeps known_hosts", command: "sshc --forget HOST" },
    ForeignOption { letters: "H", what: "keygen does not write known_hosts", command: "ssh-keygen -H" },
    ForeignOption { letters: "A", what: "keygen does not make host keys", command: "ssh-keygen -A" },
    ForeignOption { letters: "s", what: "keygen does not sign certificates; ssh-keygen does, also with \
                                 keys of keygen", command: "ssh-keygen -s VALUE" },
    ForeignOption { letters: "r", what: "keygen does not print SSHFP records", command: "ssh-keygen -r HOST" },
    ForeignOption { letters: "K", what: "keygen does not fetch keys from tokens", command: "ssh-keygen -K" },
    ForeignOption { letters: "D", what: "keygen does not list keys in tokens", command: "ssh-keygen -D VALUE" },
    ForeignOption { letters: "L", what: "what is in a certificate", command: "keygen inspect FILE" },
    ForeignOption { letters: "lv", what: "the fingerprint as a picture", command: "keygen inspect --randomart FILE" },
    ForeignOption { letters: "l", what: "the fingerprints of keys, one line per key", command: "keygen inspect -l FILE" },
    ForeignOption { letters: "y", what: "the public half of a key", command: "keygen public FILE" },
    ForeignOption { letters: "e", what: "the public half with BEGIN and END lines", command: "keygen public FILE -O rfc4716" },
    ForeignOption { letters: "x", what: "the public half with BEGIN and END lines", command: "keygen public FILE -O rfc4716" },
    ForeignOption { letters: "i", what: "a public key of another format as one line", command: "keygen public FILE" },
    ForeignOption { letters: "X", what: "a public key of another format as one line", command: "keygen public FILE" },
    ForeignOption { letters: "c", what: "another comment", command: "keygen convert FILE -o OUT -C TEXT" },
    ForeignOption { letters: "p", what: "another passphrase", command: "keygen passphrase FILE" },
    ForeignOption { letters: "B", what: "the fingerprints of a key", command: "keygen inspect FILE" },
    ForeignOption { letters: "N", what: "the passphrase comes from a file", command: "keygen --passphrase-file SECRET" },
    ForeignOption { letters: "P", what: "the old passphrase comes from a file", command: "keygen passphrase FILE --passphrase-file SECRET" },
    ForeignOption { letters: "m", what: "the format of a new file", command: "keygen -O pem" },
    ForeignOption { letters: "E", what: "the fingerprints by SHA-256 and by MD5", command: "keygen inspect FILE" },
    ForeignOption { letters: "a", what: "the rounds of bcrypt in a new file", command: "keygen --rounds 16" },
    ForeignOption { letters: "v", what: "the fingerprint as a picture", command: "keygen inspect --randomart FILE" },
    ForeignOption { letters: "Z", what: "keygen locks OpenSSH's files with aes256-ctr", command: "keygen convert FILE -o OUT" },
    ForeignOption { letters: "w", what: "keygen does not make keys in tokens", command: "ssh-keygen -w VALUE" },
    ForeignOption { letters: "I", what: "keygen does not sign certificates", command: "ssh-keygen -s CA -I VALUE" },
    ForeignOption { letters: "U", what: "keygen does not sign certificates", command: "ssh-keygen -s CA -U" },
    ForeignOption { letters: "V", what: "keygen does not sign certificates", command: "ssh-keygen -s CA -V VALUE" },
    ForeignOption { letters: "h", what: "keygen does not sign certificates", command: "ssh-keygen -s CA -h" },
    ForeignOption { letters: "n", what: "keygen does not sign certificates", command: "ssh-keygen -s CA -n VALUE" },
    ForeignOption { letters: "z", what: "keygen does not sign certificates", command: "ssh-keygen -s CA -z VALUE" },
    ForeignOption { letters: "g", what: "keygen does not print SSHFP records", command: "ssh-keygen -g -r HOST" },
    ForeignOption { letters: "u", what: "keygen does not make revocation lists", command: "ssh-keygen -k -u" },
    ForeignOption { letters: "G", what: "keygen does not find primes for key exchanges", command: "ssh-keygen -M generate" },
    ForeignOption { letters: "T", what: "keygen does not find primes for key exchanges", command: "ssh-keygen -M screen" },
    ForeignOption { letters: "S", what: "keygen does not find primes for key exchanges", command: "ssh-keygen -M generate" },
    ForeignOption { letters: "W", what: "keygen does not find primes for key exchanges", command: "ssh-keygen -M generate" },
    ForeignOption { letters: "d", what: "servers no longer accept DSA keys", command: "keygen -t ed25519" },
    ForeignOption { letters: "f", what: "the file of a new key", command: "keygen -o FILE" },
];

pub(super) fn said(arguments: &[String]) -> Arguments {
    Arguments::read(arguments, &format!("{WITH_VALUE}o"))
}

/// Our equivalent of these letters; letters that we have, too, are ignored.
pub(super) fn answer(said: &Arguments, is_ours: impl Fn(char) -> bool) -> Option<(String, String)> {
    let of_type = said.value('t').and_then(|kind| Some((format!("-t {kind}"), of_type(kind)?)));
    let of_format = said.value('m').and_then(|format| of_format(format, said));
    // Actions come before key types; a new key is the last possibility.
    let does = OPTIONS.iter().take_while(|option| option.letters != "N");
    let does = fitting(&does.copied().collect::<Vec<_>>(), said, &is_ours);
    let is_about_a_format = said.has('e') || does.is_none() && said.value('N').is_none();
    if is_about_a_format && let Some(answer) = of_type.clone().or(of_format) {
        return Some(answer);
    }
    if does.is_none() && said.value('N') == Some("") {
        return Some((
            "-N".to_owned(),
            "a key without a passphrase: keygen --no-passphrase".into(),
        ));
    }
    does.or(of_type).or_else(|| fitting(OPTIONS, said, is_ours))
}

fn of_format(format: &str, said: &Arguments) -> Option<(String, String)> {
    let argument = format!("-m {format}");
    let hint = match (format.to_ascii_uppercase().as_str(), said.has('e'), said.has('i')) {
        ("PKCS8" | "PEM", true, _) => {
            let file = said.file().unwrap_or("FILE");
            format!(
                "keygen writes public keys as one line or RFC 4716: ssh-keygen -e -m {format} -f {file}"
            )
        }
        (_, true, _) | (_, _, true) => return None,
        ("PEM", ..) => "PKCS#1 and SEC1: keygen -O pem".into(),
        ("PKCS8", ..) => "PKCS#8: keygen -O pkcs8".into(),
        _ => return None,
    };
    Some((argument, hint))
}

/// Types of keys that keygen does not make.
fn of_type(kind: &str) -> Option<String> {
    let kind = kind.to_ascii_lowercase();
    Some(match kind.as_str() {
        "dsa" | "ssh-dss" => "servers no longer accept DSA keys: keygen -t ed25519".into(),
        "rsa1" => "servers no longer accept SSH-1 keys: keygen -t rsa".into(),
        "eddsa" => "keygen makes EdDSA keys of one size: keygen -t ed25519".into(),
        "ed448" => "OpenSSH does not accept Ed448 keys: keygen -t ed25519".into(),
        "ed25519-sk" | "ecdsa-sk" => {
            format!(
                "keygen does not make keys in tokens, but reads their files: ssh-keygen -t \
                     {kind}"
            )
        }
        _ if kind.starts_with("mldsa") => {
            format!("keygen does not make keys of this type: ssh-keygen -t {kind}")
        }
        _ => return None,
    })
}
