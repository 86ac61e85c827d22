//! The options of `puttygen`, which takes the key file first.

use super::ForeignOption;
use super::arguments::Arguments;
use super::fitting;

/// First the letters for actions, then those for details.
#[rustfmt::skip]
pub(super) const OPTIONS: &[ForeignOption] = &[
    ForeignOption { letters: "L", what: "the public half of a key", command: "keygen public FILE" },
    ForeignOption { letters: "l", what: "the fingerprint of a key", command: "keygen inspect -l FILE" },
    ForeignOption { letters: "p", what: "the public half with BEGIN and END lines", command: "keygen public FILE -O rfc4716" },
    ForeignOption { letters: "P", what: "another passphrase", command: "keygen passphrase FILE" },
    ForeignOption { letters: "E", what: "the fingerprints by SHA-256 and by MD5", command: "keygen inspect FILE" },
];

/// The equivalents of the long options.
pub(super) const LONG: [(&str, &str, &str); 8] = [
    ("reencrypt", "a new lock, with the same passphrase or another", "keygen passphrase FILE"),
    ("cert-info", "what is in a certificate", "keygen inspect FILE"),
    ("dump", "keygen does not print the numbers of a key", "puttygen FILE --dump"),
    (
        "certificate",
        "a certificate stays in a file beside its key, such as id-cert.pub, and is shown with it",
        "keygen inspect FILE",
    ),
    ("remove-certificate", "only the key is written", "keygen convert FILE -o OUT"),
    ("random-device", "every key is made of the system's random numbers", "keygen -o FILE"),
    ("primes", "keygen finds probable primes (FIPS 186-5 A.1.3)", "keygen -o FILE"),
    (
        "strong-rsa",
        "RSA keys of today's sizes need no strong primes (FIPS 186-5 A.1.1)",
        "keygen -o FILE",
    ),
];

const WITH_VALUE: &str = "tbCoOE";

pub(super) fn said(arguments: &[String]) -> Arguments {
    Arguments::read(arguments, WITH_VALUE)
}

impl Arguments {
    pub(super) fn has_its_long_option(&self) -> bool {
        self.long().any(|(name, _)| name == "ppk-param" || LONG.iter().any(|it| it.0 == name))
            || self.value('O').is_some_and(|format| of_format(format, "", None).is_some())
    }
}

/// Our equivalent of these options.
pub(super) fn answer(said: &Arguments, names_a_file_first: bool) -> Option<(String, String)> {
    let file = said.file().unwrap_or("FILE");
    let output = said.value('o');
    if let Some(format) = said.value('O')
        && let Some(hint) = of_format(format, file, output)
    {
        return Some((format!("-O {format}"), hint));
    }
    if let Some((name, value)) = said.long().find(|(name, _)| *name == "ppk-param") {
        return Some((format!("--{name}"), of_parameters(value.unwrap_or_default())));
    }
    for (name, what, command) in LONG {
        if said.long().any(|(given, _)| given == name) {
            return Some((
                format!("--{name}"),
                format!("{what}: {}", command.replace("FILE", file)),
            ));
        }
    }
    if let Some(found) = fitting(OPTIONS, said, |_| false) {
        return Some(found);
    }
    if !names_a_file_first {
        return None;
    }
    let hint = match output {
        Some(output) => format!("another file of the same key: keygen convert {file} -o {output}"),
        None if said.has('C') => {
            format!("another comment: keygen convert {file} -o OUT -C TEXT")
        }
        None => format!(
            "keygen inspect {file} shows a key, keygen public {file} its public half; -o {file} makes one"
        ),
    };
    Some((file.to_owned(), hint))
}

fn of_format(format: &str, file: &str, output: Option<&str>) -> Option<String> {
    let output = output.unwrap_or("OUT");
    Some(match format {
        "private" => format!("PuTTY's format: keygen convert {file} -O ppk -o {output}"),
        "private-openssh" | "private-openssh-new" => {
            format!("OpenSSH's format: keygen convert {file} -O openssh -o {output}")
        }
        "private-sshcom" => {
            format!(
                "keygen does not write ssh.com's format: puttygen {file} -O {format} -o {output}"
            )
        }
        "public" => {
            format!("the public half with BEGIN and END lines: keygen public {file} -O rfc4716")
        }
        "public-openssh" => format!("the public half of a key: keygen public {file}"),
        "fingerprint" => format!("the fingerprint of a key: keygen inspect -l {file}"),
        "cert-info" => format!("what is in a certificate: keygen inspect {file}"),
        "text" => {
            format!("keygen does not print the numbers of a key: puttygen {file} -O text")
        }
        _ => return None,
    })
}

/// The equivalent of one parameter of `version=2,kdf=argon2id,memory=8192,passes=13,…`.
fn of_parameters(parameters: &str) -> String {
    for parameter in parameters.split(',') {
        match parameter.split_once('=') {
            Some(("version", "2")) => return "PPK version 2: keygen -O ppk2".into(),
            Some(("version", _)) => return "PPK version 3: keygen -O ppk".into(),
            Some(("memory", _)) => return "the memory of Argon2: keygen --ppk-memory KIB".into(),
            Some(("passes", _)) => return "the passes of Argon2: keygen --ppk-passes N".into(),
            _ => {}
        }
    }
    "the costs of Argon2: keygen --ppk-memory KIB --ppk-passes N".into()
}
