//! Recognises arguments of `ssh-keygen` and `puttygen`, and names the command here that does the
//! same.

mod arguments;
mod puttygen;
mod ssh_keygen;

use std::ffi::OsString;
use std::path::Path;

use self::arguments::Arguments;
use super::command;
use crate::error::Error;

/// The purpose of an argument, and the command for it: keygen's, or the other program's if keygen
/// has none.
#[derive(Clone, Copy, Debug)]
struct ForeignOption {
    /// All of these letters must be given.
    letters: &'static str,
    what: &'static str,
    /// FILE, HOST and VALUE stand for the given values.
    command: &'static str,
}

/// The explanation for refused arguments, if they belong to another program.
pub(super) fn answer(arguments: &[OsString]) -> Option<Error> {
    let arguments: Vec<String> =
        arguments.iter().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    let unfamiliar =
        |argument: &str, hint: String| Error::Unfamiliar { argument: argument.to_owned(), hint };
    if let Some((name, option)) = secret(&arguments) {
        let hint = format!(
            "other programs can read arguments: write the passphrase to a file, and pass {option} \
             FILE"
        );
        return Some(unfamiliar(name, hint));
    }
    let first = arguments.first()?;
    let definition = command();
    let subcommand = definition.get_subcommands().find(|known| known.get_name() == first);
    let rest = if subcommand.is_some() { arguments.get(1..)? } else { &arguments };
    let is_file = |word: &str| Path::new(word).extension().is_some() || Path::new(word).exists();
    let names_a_file_first =
        !first.starts_with('-') && subcommand.is_none() && is_file(first.as_str());
    if !names_a_file_first && !first.starts_with('-') && subcommand.is_none() {
        return None;
    }
    let known = subcommand.unwrap_or(&definition);
    let is_ours = |letter| known.get_arguments().any(|it| it.get_short() == Some(letter));
    let of_putty = puttygen::said(rest);
    let is_putty = names_a_file_first || of_putty.names_a_ppk() || of_putty.has_its_long_option();
    let answer = if is_putty { puttygen::answer(&of_putty, names_a_file_first) } else { None };
    let (argument, hint) = answer.or_else(|| {
        let said = ssh_keygen::said(rest);
        match subcommand.map(clap::Command::get_name) {
            Some(name) if said.has('f') && !is_ours('f') => {
                let file = said.value('f').unwrap_or("FILE");
                let hint = format!("the file needs no option: keygen {name} {file}");
                Some(("-f".to_owned(), hint))
            }
            _ => ssh_keygen::answer(&said, is_ours),
        }
    })?;
    Some(unfamiliar(&argument, hint))
}

/// An option that would contain the passphrase itself, which must not be shown, and the option that
/// names a file instead.
fn secret(arguments: &[String]) -> Option<(&'static str, &'static str)> {
    const OPTIONS: [(&str, &str); 4] = [
        ("--passphrase", "--passphrase-file"),
        ("--password", "--passphrase-file"),
        ("--old-passphrase", "--passphrase-file"),
        ("--new-passphrase", "--new-passphrase-file"),
    ];
    arguments.iter().find_map(|argument| {
        let name = argument.split('=').next().unwrap_or_default();
        OPTIONS.into_iter().find(|(option, _)| *option == name)
    })
}

/// The first option that fits, in the order of the table: letters for the action come before its
/// details.
fn fitting(
    options: &[ForeignOption],
    said: &Arguments,
    is_ours: impl Fn(char) -> bool,
) -> Option<(String, String)> {
    let fits = |option: &&ForeignOption| {
        let mut letters = option.letters.chars();
        letters.all(|letter| said.has(letter)) && !option.letters.chars().all(&is_ours)
    };
    let option = options.iter().find(fits)?;
    let letter = option.letters.chars().find(|letter| !is_ours(*letter))?;
    Some((format!("-{letter}"), hint(option, said, letter)))
}

fn hint(option: &ForeignOption, said: &Arguments, letter: char) -> String {
    let mut command = option.command.to_owned();
    let value = said.value(letter);
    for (name, given) in [("FILE", said.file()), ("HOST", value), ("VALUE", value)] {
        if let Some(given) = given {
            // Unquoted, a name with a blank would become two.
            let is_plain = !given.contains(char::is_whitespace);
            let given = if is_plain { given.to_owned() } else { format!("\"{given}\"") };
            command = command.replace(name, &given);
        }
    }
    format!("{}: {command}", option.what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_for(line: &str) -> Option<String> {
        let arguments: Vec<OsString> =
            std::iter::once("keygen").chain(line.split(' ')).map(OsString::from).collect();
        let answer = answer(&arguments)?;
        let hint = contract::Failure::hint(&answer).expect("a hint");
        assert!(!answer.to_string().contains("sesam") && !hint.contains("sesam"), "{line}");
        Some(hint)
    }

    #[test]
    fn each_habit_is_answered_with_the_command_for_it() {
        for (line, expected) in [
            ("-yf id", "keygen public id"),
            ("-yfid", "keygen public id"),
            ("-y", "keygen public FILE"),
            ("-l -f id", "keygen inspect -l id"),
            ("-lv -f id", "keygen inspect --randomart id"),
            ("-lf id.ppk", "keygen inspect -l id.ppk"),
            ("-t rsa -f id -N sesam", "keygen --passphrase-file SECRET"),
            ("-t rsa -f id -N ", "keygen --no-passphrase"),
            ("-t rsa -f id", "keygen -o id"),
            ("-t rsa -Nsesam", "keygen --passphrase-file SECRET"),
            ("-p -f id -P sesam -N sesam", "keygen passphrase id"),
            ("-e -f id.pub", "keygen public id.pub -O rfc4716"),
            ("-e -m PKCS8 -f id.pub", "ssh-keygen -e -m PKCS8 -f id.pub"),
            ("-i -f id.txt", "keygen public id.txt"),
            ("-c -C ada -f id", "keygen convert id -o OUT -C TEXT"),
            ("-m PEM -t rsa -f id", "keygen -O pem"),
            ("-m PKCS8 -t rsa -f id", "keygen -O pkcs8"),
            ("-R node7", "sshc --forget node7"),
            ("-F node7 -l", "ssh-keygen -F node7"),
            ("-k -f krl -s ca", "ssh-keygen -k"),
            ("-s ca -I ada -n ada -V +1w id.pub", "ssh-keygen -s ca"),
            ("-U -s ca.pub -I ada id.pub", "ssh-keygen -s ca.pub"),
            ("-U", "ssh-keygen -s"),
            ("-Y sign -f id -n file text", "ssh-keygen -Y sign"),
            ("-K", "ssh-keygen -K"),
            ("-t ed25519-sk", "ssh-keygen -t ed25519-sk"),
            ("-t ecdsa-sk -O resident -f id", "ssh-keygen -t ecdsa-sk"),
            ("-t dsa", "keygen -t ed25519"),
            ("-t mldsa44-ed25519", "ssh-keygen -t mldsa44-ed25519"),
            ("inspect -f id", "keygen inspect id"),
            ("public -yf id", "keygen public id"),
            ("id.ppk", "keygen inspect id.ppk"),
            ("id.ppk -L", "keygen public id.ppk"),
            ("-L id.ppk", "keygen public id.ppk"),
            ("id.ppk -l", "keygen inspect -l id.ppk"),
            ("id.ppk -p", "keygen public id.ppk -O rfc4716"),
            ("id.ppk -P", "keygen passphrase id.ppk"),
            ("id.ppk -O private-openssh -o id", "keygen convert id.ppk -O openssh -o id"),
            ("id.pem -o id.ppk", "keygen convert id.pem -o id.ppk"),
            ("id.ppk -O private -o new.ppk", "keygen convert id.ppk -O ppk -o new.ppk"),
            ("id.ppk -O private-sshcom -o x", "puttygen id.ppk -O private-sshcom -o x"),
            ("id.ppk -O public-openssh", "keygen public id.ppk"),
            ("id.ppk -C ada", "keygen convert id.ppk -o OUT -C TEXT"),
            ("id.ppk --reencrypt", "keygen passphrase id.ppk"),
            ("-t rsa -o id.ppk --ppk-param version=2", "keygen -O ppk2"),
            ("-t rsa -o id.ppk --random-device /dev/urandom", "keygen"),
            ("convert id.ppk -O private-openssh -o id", "keygen convert id.ppk -O openssh -o id"),
            ("-o k --passphrase sesam", "--passphrase-file FILE"),
            ("-o k --passphrase=sesam", "--passphrase-file FILE"),
        ] {
            let hint = hint_for(line).expect(line);
            assert!(hint.contains(expected), "{line}: {hint}");
        }
        for line in ["-t x", "frobnicate", "inspect -l id --bogus", "-o"] {
            assert_eq!(hint_for(line), None, "{line}");
        }
    }

    /// Checks that clap accepts each of our commands in a hint.
    #[test]
    fn no_hint_names_what_there_is_not() {
        let mut count = 0;
        let commands = ssh_keygen::OPTIONS.iter().chain(puttygen::OPTIONS).map(|it| it.command);
        for named in commands.chain(puttygen::LONG.map(|(_, _, named)| named)) {
            let Some(line) = named.strip_prefix("keygen") else { continue };
            let arguments = std::iter::once("keygen").chain(line.split_whitespace());
            let parsed = command().try_get_matches_from(arguments);
            assert!(parsed.is_ok(), "{named}: {:?}", parsed.err());
            count += 1;
        }
        assert!(count > 20, "{count}");
    }
}
