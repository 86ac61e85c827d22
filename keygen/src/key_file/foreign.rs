//! Files that are mistaken for SSH key files: what each is, and what to do about it.

use crate::der::content::Content;

/// What a file is, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) what: &'static str,
    pub(super) hint: &'static str,
}

const PKCS12: Foreign = Foreign {
    what: "a PKCS#12 file (.pfx, .p12), which holds a key beside certificates",
    hint: "take the key out: openssl pkcs12 -in FILE -nodes -nocerts -out key.pem (old files need -legacy too)",
};
const CERTIFICATE: Foreign = Foreign {
    what: "an X.509 certificate, not a key",
    hint: "name the private key that belongs to it; its public key: openssl x509 -in FILE -noout -pubkey",
};
const REQUEST: Foreign = Foreign {
    what: "a certificate signing request, not a key",
    hint: "name the private key that it was made with; its public key: openssl req -in FILE -noout -pubkey",
};

/// Binary files, by their first bytes.
const BEGINNINGS: [(&[u8], Foreign); 17] = [
    (
        b"SSH PRIVATE KEY FILE FORMAT 1.1\n",
        Foreign {
            what: "an SSH-1 private key, which servers no longer accept",
            hint: "make a new key: keygen -o id",
        },
    ),
    (b"PK\x03\x04", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"\xfe\xed\xfe\xed", JAVA),
    (b"\xce\xce\xce\xce", JAVA),
    (
        b"\x03\xd9\xa2\x9a",
        Foreign {
            what: "a KeePass database",
            hint: "open it in KeePass, and save the key that is attached to its entry as a file",
        },
    ),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"%PDF-", Foreign { what: "a PDF document", hint: "ask for the key file itself" }),
    (
        b"\xd0\xcf\x11\xe0",
        Foreign { what: "an Office document", hint: "copy the key from it into a text file" },
    ),
    (b"\x7fELF", PROGRAM),
    (b"MZ", PROGRAM),
];
const ARCHIVE: Foreign =
    Foreign { what: "an archive", hint: "unpack it, and name the key file in it" };
const PICTURE: Foreign = Foreign { what: "a picture", hint: "ask for the key as a text file" };
const PROGRAM: Foreign = Foreign { what: "a program", hint: "name the key file" };
const JAVA: Foreign = Foreign {
    what: "a Java key store",
    hint: "keytool -importkeystore -srckeystore FILE -destkeystore keys.p12 -deststoretype PKCS12, \
           then openssl pkcs12 -in keys.p12 -nodes -nocerts -out key.pem",
};

/// Text files, by a line anywhere in them.
const LINES: [(&str, Foreign); 23] = [
    (
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY",
        Foreign {
            what: "a private key of ssh.com's format",
            hint: "convert it: puttygen FILE -O private-openssh-new -o OUT",
        },
    ),
    (
        "---- BEGIN SSH2 PRIVATE KEY",
        Foreign {
            what: "a private key of ssh.com's format",
            hint: "convert it: puttygen FILE -O private-openssh-new -o OUT",
        },
    ),
    ("-----BEGIN CERTIFICATE REQUEST", REQUEST),
    ("-----BEGIN NEW CERTIFICATE REQUEST", REQUEST),
    ("-----BEGIN CERTIFICATE", CERTIFICATE),
    ("-----BEGIN TRUSTED CERTIFICATE", CERTIFICATE),
    ("-----BEGIN X509 CERTIFICATE", CERTIFICATE),
    ("-----BEGIN PKCS12", PKCS12),
    (
        "-----BEGIN PKCS7",
        Foreign {
            what: "a PKCS#7 file, which holds certificates and no key",
            hint: "name the private key that belongs to them",
        },
    ),
    (
        "-----BEGIN X509 CRL",
        Foreign { what: "a list of revoked certificates, not a key", hint: "name the key file" },
    ),
    ("-----BEGIN DH PARAMETERS", PARAMETERS),
    ("-----BEGIN DSA PARAMETERS", PARAMETERS),
    ("-----BEGIN EC PARAMETERS", PARAMETERS),
    (
        "-----BEGIN PGP ",
        Foreign {
            what: "an OpenPGP key or message, which SSH cannot use directly",
            hint: "the public half for SSH: gpg --export-ssh-key KEYID; gpg-agent logs in with the private one",
        },
    ),
    (
        "-----BEGIN SSH SIGNATURE",
        Foreign { what: "an SSH signature, not a key", hint: "check it with ssh-keygen -Y verify" },
    ),
    (
        "-----BEGIN AGE ENCRYPTED FILE",
        Foreign {
            what: "a file that age encrypted",
            hint: "decrypt it first: age --decrypt -o key FILE",
        },
    ),
    (
        "AGE-SECRET-KEY-",
        Foreign {
            what: "a key of age, which encrypts files and does not log in",
            hint: "make an SSH key: keygen -o id",
        },
    ),
    (
        "untrusted comment:",
        Foreign {
            what: "a key of minisign or signify, which signs files and does not log in",
            hint: "make an SSH key: keygen -o id",
        },
    ),
    ("Windows Registry Editor Version", REGISTRY),
    ("REGEDIT4", REGISTRY),
    ("<!doctype html", WEB_PAGE),
    ("<html", WEB_PAGE),
    (
        "$ANSIBLE_VAULT",
        Foreign {
            what: "a file that Ansible Vault encrypted",
            hint: "decrypt it first: ansible-vault decrypt --output key FILE",
        },
    ),
];
const PARAMETERS: Foreign =
    Foreign { what: "parameters that keys are made with, not a key", hint: "name the private key" };
const REGISTRY: Foreign = Foreign {
    what: "a file of Windows' registry: PuTTY keeps sessions and host keys there, no private keys",
    hint: "name the .ppk file, which is its PublicKeyFile",
};
const WEB_PAGE: Foreign = Foreign {
    what: "a web page (HTML), such as a login or an error in place of a download",
    hint: "download the key again, after logging in, and as the file itself (raw)",
};

/// The kind of file, if it is known and not an SSH key; `text` is the decoded content.
pub(super) fn named(bytes: &[u8], text: &[u8]) -> Option<Foreign> {
    if text.trim_ascii().is_empty() {
        let hint = "copy or download it again";
        let what = if bytes.is_empty() { "empty" } else { "blank" };
        return Some(Foreign { what, hint });
    }
    if let Some(der) = bytes.first().filter(|tag| **tag == 0x30).and_then(|_| Content::of(bytes)) {
        return of_content(der);
    }
    let beginning = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning));
    let lines = || {
        let lines = contract::encoding::lines(text).map(|(_, line)| line.trim_ascii());
        lines.filter(|line| !line.is_empty()).find_map(of_line)
    };
    beginning.map(|(_, foreign)| *foreign).or_else(lines).or_else(|| of_structure(text))
}

fn of_content(content: Content) -> Option<Foreign> {
    match content {
        Content::Pkcs12 => Some(PKCS12),
        Content::Certificate => Some(CERTIFICATE),
        Content::Request => Some(REQUEST),
        _ => None,
    }
}

fn of_line(line: &[u8]) -> Option<Foreign> {
    let begins = |beginning: &str| {
        line.get(..beginning.len()).is_some_and(|it| it.eq_ignore_ascii_case(beginning.as_bytes()))
    };
    LINES.iter().find(|(beginning, _)| begins(beginning)).map(|(_, foreign)| *foreign)
}

/// Text files that are recognised by their words.
fn of_structure(text: &[u8]) -> Option<Foreign> {
    let holds =
        |words: &str| text.windows(words.len()).any(|it| it.eq_ignore_ascii_case(words.as_bytes()));
    let all = |words: &[&str]| words.iter().all(|words| holds(words));
    if all(&["{", "\"kty\""]) {
        return Some(Foreign {
            what: "a JSON Web Key (JWK) without a whole private key of a type that SSH uses",
            hint: "export the private key: kty RSA with its primes, EC with P-256, P-384 or P-521, or OKP with Ed25519",
        });
    }
    if all(&["[Interface]", "PrivateKey"]) {
        return Some(Foreign {
            what: "a configuration of WireGuard, whose keys do not log in",
            hint: "make an SSH key: keygen -o id",
        });
    }
    if all(&["<RSAKeyValue>"]) {
        return Some(Foreign {
            what: "an RSA key in XML (.NET)",
            hint: "export it as PEM there: RSA.ExportRSAPrivateKeyPem()",
        });
    }
    if let Some((_, first)) = contract::encoding::lines(text).next() {
        if ["AAAAC3Nz", "AAAAB3Nz", "AAAAE2Vj"].iter().any(|it| first.starts_with(it.as_bytes())) {
            return Some(Foreign {
                what: "the base64 of a public key, without the type in front of it",
                hint: "write the type and a blank before it: ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp256",
            });
        }
        let fields = first.split(|byte| *byte == b' ').take(3);
        let is_number = |it: &[u8]| !it.is_empty() && it.iter().all(u8::is_ascii_digit);
        if fields.clone().count() == 3 && fields.clone().all(is_number) {
            return Some(Foreign {
                what: "an SSH-1 public key, which servers no longer accept",
                hint: "make a new key: keygen -o id",
            });
        }
    }
    if contract::encoding::lines(text).any(|(_, line)| {
        let line = line.trim_ascii_start();
        line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"host "))
    }) && holds("HostName")
    {
        return Some(Foreign {
            what: "a configuration of ssh, not a key",
            hint: "name the file that is its IdentityFile",
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_kinds_of_file_are_named() {
        for (text, expected) in [
            ("", "empty"),
            (" \r\n", "blank"),
            ("-----BEGIN CERTIFICATE-----\n", "an X.509 certificate"),
            ("Bag Attributes\n-----BEGIN CERTIFICATE-----\n", "an X.509 certificate"),
            ("-----BEGIN CERTIFICATE REQUEST-----\n", "a certificate signing request"),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "an OpenPGP key"),
            ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", "a private key of ssh.com's"),
            ("SSH PRIVATE KEY FILE FORMAT 1.1\n\0", "an SSH-1 private key"),
            ("{\n \"kty\": \"RSA\", \"n\": \"\"}", "a JSON Web Key"),
            ("Windows Registry Editor Version 5.00\r\n", "a file of Windows' registry"),
            ("\n<!DOCTYPE html><title>Sign in", "a web page"),
            ("Host node7\n  HostName 192.0.2.7\n", "a configuration of ssh"),
            ("PK\x03\x04", "an archive"),
            ("1024 35 1234567 ada\n", "an SSH-1 public key"),
            ("AAAAC3NzaC1lZDI1NTE5AAAAI ada\n", "the base64 of a public key"),
        ] {
            let found = named(text.as_bytes(), text.as_bytes()).expect(text);
            assert!(found.what.starts_with(expected), "{text}: {}", found.what);
        }
        assert_eq!(named(b"hello", b"hello"), None);
    }
}
