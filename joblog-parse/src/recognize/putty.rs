//! The options of PuTTY's programs: whole words after a hyphen, with or without a value.

use super::Refusal;
use super::command_line::LoginCommand;
use super::shell::Words;

/// Options that take the next word (PuTTY 0.78, `plink`, `pscp`, `psftp` and `putty`).
const VALUES: [&str; 21] = [
    "load",
    "l",
    "P",
    "pw",
    "pwfile",
    "i",
    "cert",
    "hostkey",
    "D",
    "L",
    "R",
    "nc",
    "m",
    "b",
    "proxycmd",
    "loghost",
    "sercfg",
    "sessionlog",
    "sshlog",
    "sshrawlog",
    "title",
];
const FLAGS: [&str; 47] = [
    "ssh",
    "v",
    "V",
    "q",
    "p",
    "r",
    "s",
    "t",
    "T",
    "x",
    "X",
    "a",
    "A",
    "1",
    "2",
    "4",
    "6",
    "C",
    "N",
    "batch",
    "bc",
    "be",
    "ls",
    "sftp",
    "scp",
    "unsafe",
    "agent",
    "pageant",
    "noagent",
    "nopageant",
    "share",
    "noshare",
    "no-share",
    "shareexists",
    "antispoof",
    "no-antispoof",
    "trivial-auth",
    "no-trivial-auth",
    "sanitise-stdout",
    "sanitise-stderr",
    "no-sanitise-stdout",
    "no-sanitise-stderr",
    "logoverwrite",
    "logappend",
    "legacy-stdio-prompts",
    "legacy-charset-handling",
    "restrict-acl",
];
/// Options that select another protocol.
const OTHER_PROTOCOLS: [&str; 7] =
    ["telnet", "rlogin", "raw", "serial", "supdup", "ssh-connection", "psusan"];

/// An argument that begins with a hyphen.
enum Argument<'a> {
    Value(&'a str),
    Flag,
}

fn argument(letters: &str) -> Result<Argument<'_>, Refusal> {
    let name = letters.strip_prefix('-').filter(|rest| !rest.is_empty()).unwrap_or(letters);
    if OTHER_PROTOCOLS.contains(&name) {
        return Err(Refusal::OtherService("a session without ssh".into()));
    }
    if VALUES.contains(&name) {
        return Ok(Argument::Value(name));
    }
    if FLAGS.contains(&name) {
        return Ok(Argument::Flag);
    }
    Err(Refusal::UnknownOption(format!("-{letters}").as_str().into()))
}

/// Reads the options up to the next word that is not one, and returns that word.
pub(super) fn next_word(
    words: &mut Words<'_>,
    said: &mut LoginCommand,
) -> Result<Option<String>, Refusal> {
    while let Some(word) = words.next() {
        let Some(letters) = word.text.strip_prefix('-').filter(|letters| !letters.is_empty())
        else {
            return Ok(Some(word.text));
        };
        if let Argument::Value(name) = argument(letters)? {
            let Some(value) = words.next() else { return Ok(None) };
            match name {
                "l" => said.option('l', &value.text),
                "P" => said.option('p', &value.text),
                "i" => said.option('i', &value.text),
                "hostkey" => said.pin(&value.text),
                _ => {}
            }
        }
    }
    Ok(None)
}

/// Reads the arguments of `plink`, or of `putty`, where a port may follow the host; also returns
/// where the reading ended.
pub(super) fn read(arguments: &str, with_port: bool) -> Result<(LoginCommand, usize), Refusal> {
    let mut said = LoginCommand::default();
    let mut words = Words::new(arguments);
    let Some(host) = next_word(&mut words, &mut said)? else {
        // A saved session is not a destination, and `putty` alone has none.
        return Err(Refusal::NoDestination);
    };
    let host = host.strip_prefix("ssh:").filter(|rest| !rest.starts_with('/')).unwrap_or(&host);
    // Unlike in ssh, the user before the host wins over -l.
    if let Some((user, _)) = host.rsplit_once('@').filter(|_| !host.starts_with("ssh://")) {
        said.prefer_user(user);
    }
    let mut end = words.position();
    match next_word(&mut words, &mut said) {
        Ok(Some(port)) if with_port && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            said.option('p', &port);
            end = words.position();
        }
        // The remote command, or any text that follows.
        Ok(word) => {
            if let Some(word) = word {
                said.run(&word, words.next().map(|word| word.text).as_deref());
            }
            end = arguments.len();
        }
        Err(_) => {}
    }
    Ok((said.to(host), end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognize::command_line::Outcome;

    #[test]
    fn options_are_read_as_putty_reads_them() {
        for (arguments, with_port, expected) in [
            ("-P 2222 -l ada -i k.ppk 203.0.113.7 id", false, "ada@203.0.113.7:2222"),
            ("-ssh -batch ada@203.0.113.7 -P 22", false, "ada@203.0.113.7:22"),
            ("-l bob ada@203.0.113.7", false, "ada@203.0.113.7"),
            (
                "-pw s3cret -hostkey x -L 1:h:2 -D 9 ada@203.0.113.7 ls -P 9",
                false,
                "ada@203.0.113.7",
            ),
            ("-ssh ada@203.0.113.7 2200", true, "ada@203.0.113.7:2200"),
            ("ssh://ada@203.0.113.7:2200", true, "ada@203.0.113.7:2200"),
            ("ada@203.0.113.7 2200", false, "ada@203.0.113.7"),
            ("-load \"my session\"", true, "the command names no destination"),
            ("-telnet ada@203.0.113.7", true, "a session without ssh is not a cluster's address"),
            ("-zz ada@203.0.113.7", true, "there is no option `-zz`"),
            ("-P 99999 ada@203.0.113.7", true, "`99999` is not a port (1-65535)"),
            ("a$(id)@203.0.113.7", true, "`a$(id)` is not a user name"),
        ] {
            let read = read(arguments, with_port).map(|(said, _)| said.outcome());
            let read = match read {
                Ok(Outcome::Target(target)) => target.to_string(),
                Ok(Outcome::Refused(refusal)) | Err(refusal) => refusal.to_string(),
                Ok(other) => format!("{other:?}"),
            };
            assert_eq!(read, expected, "{arguments}");
        }
    }
}
