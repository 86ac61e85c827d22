//! Recognises arguments of `ssh-keygen` and `puttygen`, and names the command here that does the
//! same.

use std::ffi::OsString;
use std::path::Path;

use super::command;
use crate::error::Error;

/// The letters of ssh-keygen that select an action, before those that modify it.
const LETTERS: [(char, &str); 28] = [
    ('y', "the public half of a key: keygen public FILE"),
    ('l', "the fingerprints of keys, a line each: keygen inspect -l FILE..."),
    ('p', "another passphrase: keygen passphrase FILE"),
    ('e', "the public half with BEGIN and END lines: keygen public FILE -O rfc4716"),
    ('i', "a public key of another format as one line: keygen public FILE"),
    ('c', "another comment: keygen convert FILE -o OUT -C TEXT"),
    ('B', "the fingerprint of a key: keygen inspect FILE"),
    ('L', "what is in a certificate: keygen inspect FILE"),
    ('R', "known_hosts is not keygen's: ssh-keygen -R HOST takes a host out of it"),
    ('F', "known_hosts is not keygen's: ssh-keygen -F HOST looks a host up"),
    ('H', "known_hosts is not keygen's: ssh-keygen -H hides its names"),
    ('A', "host keys are not keygen's: ssh-keygen -A makes them"),
    ('Y', "signatures are not keygen's: ssh-keygen -Y makes and checks them"),
    ('s', "certificates are not keygen's: ssh-keygen -s signs them"),
    ('k', "revocation lists are not keygen's: ssh-keygen -k makes them"),
    ('Q', "revocation lists are not keygen's: ssh-keygen -Q looks a key up"),
    ('M', "primes for key exchanges are not keygen's: ssh-keygen -M makes them"),
    ('r', "SSHFP records are not keygen's: ssh-keygen -r prints them"),
    ('D', "keys in tokens are not keygen's: ssh-keygen -D lists them"),
    ('K', "keys in tokens are not keygen's: ssh-keygen -K fetches them"),
    (
        'N',
        "the passphrase comes from a file, keygen --passphrase-file FILE; or none: keygen --no-passphrase",
    ),
    ('P', "the passphrase comes from a file: --passphrase-file FILE"),
    ('m', "the format of a new file: keygen -O pem, or keygen convert FILE -O pem -o OUT"),
    ('E', "both fingerprints, SHA256 and MD5: keygen inspect FILE"),
    ('a', "the rounds of a new file: keygen --rounds N"),
    ('v', "the fingerprint as a picture: keygen inspect --randomart FILE"),
    ('Z', "OpenSSH's files are locked with aes256-ctr here: keygen convert FILE -o OUT"),
    ('f', "the file of a new key: keygen -o FILE"),
];

/// The explanation for refused arguments, if they belong to another program.
pub(super) fn answer(arguments: &[OsString]) -> Option<Error> {
    let arguments: Vec<_> = arguments.iter().skip(1).map(|it| it.to_string_lossy()).collect();
    let unfamiliar = |argument: &str, hint: String| {
        Some(Error::Unfamiliar { argument: argument.to_owned(), hint })
    };
    // The passphrase itself is not shown.
    let secret = arguments.iter().find_map(|argument| {
        let name = argument.split('=').next().unwrap_or_default();
        ["--passphrase", "--password", "--new-passphrase", "--old-passphrase"]
            .into_iter()
            .find(|known| *known == name)
    });
    if let Some(name) = secret {
        let hint =
            if name == "--new-passphrase" { "--new-passphrase-file" } else { "--passphrase-file" };
        let hint = format!(
            "other programs can read arguments: write the passphrase to a file, and give {hint} FILE"
        );
        return unfamiliar(name, hint);
    }
    let first = arguments.first()?;
    let is_command = command().get_subcommands().any(|known| known.get_name() == first.as_ref());
    if !first.starts_with('-') && !is_command {
        let hint = format!(
            "keygen inspect {first} shows a key, keygen public {first} its public half; -o {first} makes one"
        );
        let names_a_file =
            Path::new(first.as_ref()).extension().is_some() || Path::new(first.as_ref()).exists();
        return unfamiliar(first, hint).filter(|_| names_a_file);
    }
    let letters = arguments.iter().filter(|it| it.starts_with('-') && !it.starts_with("--"));
    let letters: Vec<char> = letters.flat_map(|it| it.chars().skip(1)).collect();
    let (letter, hint) = LETTERS.iter().find(|(letter, _)| letters.contains(letter))?;
    if is_command && *letter == 'f' {
        return unfamiliar("-f", format!("the file has no option before it: keygen {first} FILE"));
    }
    unfamiliar(&format!("-{letter}"), (*hint).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_habit_is_answered_with_a_command_that_there_is() {
        for (line, expected) in [
            ("-yf id", "keygen public FILE"),
            ("-l -f id", "keygen inspect -l FILE..."),
            ("-t rsa -f id -N x", "--passphrase-file FILE"),
            ("-t rsa -f id", "keygen -o FILE"),
            ("-p -f id", "keygen passphrase FILE"),
            ("-e -f id", "-O rfc4716"),
            ("-i -f id", "keygen public FILE"),
            ("-R host", "ssh-keygen -R HOST"),
            ("-k -f krl", "ssh-keygen -k"),
            ("-K", "ssh-keygen -K"),
            ("inspect -f id", "keygen inspect FILE"),
            ("id.ppk", "keygen inspect id.ppk"),
            ("-o k --passphrase secret", "--passphrase-file FILE"),
            ("-o k --passphrase=secret", "--passphrase-file FILE"),
        ] {
            let arguments: Vec<OsString> =
                std::iter::once("keygen").chain(line.split(' ')).map(OsString::from).collect();
            let answer = answer(&arguments).expect(line);
            let hint = contract::Failure::hint(&answer).expect("a hint");
            assert!(hint.contains(expected), "{line}: {hint}");
            assert!(!answer.to_string().contains("secret") && !hint.contains("secret"), "{line}");
        }
        assert!(answer(&["keygen".into(), "-t".into(), "x".into()]).is_none());
        assert!(answer(&["keygen".into(), "frobnicate".into()]).is_none());
    }
}
