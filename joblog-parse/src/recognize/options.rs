//! The options of `ssh`, `scp`, `sftp` and `rsync`, and which of them take a value.

/// The options of `ssh` that take a value (ssh(1) of OpenSSH 10; `-P` since 9.6).
pub(super) const SSH_VALUES: &str = "BDEFIJLOPQRSWbceilmopw";
/// The options of `ssh` without a value.
pub(super) const SSH_FLAGS: &str = "1246AaCfGgKkMNnqsTtVvXxYy";
/// The options of `autossh` with a value: those of ssh, and the port for monitoring the connection.
pub(super) const AUTOSSH_VALUES: &str = "BDEFIJLMOPQRSWbceilmopw";
/// The options of `autossh` without a value.
pub(super) const AUTOSSH_FLAGS: &str = "1246AaCfGgKkNnqsTtVvXxYy";
/// The options of `scp` that take a value (scp(1)).
pub(super) const SCP_VALUES: &str = "cDFiJloPSX";
/// The options of `sftp` that take a value (sftp(1)).
pub(super) const SFTP_VALUES: &str = "BbcDFiJloPRSsX";

/// The options of `sshfs` that take a value (sshfs(1)).
pub(super) const SSHFS_VALUES: &str = "opF";
/// The options of `ssh-copy-id` that take a value (ssh-copy-id(1)).
pub(super) const COPY_ID_VALUES: &str = "ipoFt";

/// An argument that begins with `-`, parsed like getopt does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Argument<'a> {
    /// Only options without values.
    Flags,
    /// An option with the value glued to it, such as `-p22`; flags may come before it (`-Np22`).
    Glued(char, &'a str),
    /// An option whose value is the next word.
    Separate(char),
    /// An option that is not in the tables.
    Unknown,
}

/// Reads an argument such as `-tt`, `-p22` or `-NfL`; `letters` is what follows the hyphen.
pub(super) fn argument<'a>(letters: &'a str, values: &str, flags: &str) -> Argument<'a> {
    for (index, letter) in letters.char_indices() {
        if values.contains(letter) {
            let rest = letters.get(index + letter.len_utf8()..).unwrap_or_default();
            return match rest {
                "" => Argument::Separate(letter),
                rest => Argument::Glued(letter, rest),
            };
        }
        if !flags.contains(letter) {
            return Argument::Unknown;
        }
    }
    if letters.is_empty() { Argument::Unknown } else { Argument::Flags }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_getopt_does() {
        for (letters, read) in [
            ("tt", Argument::Flags),
            ("p22", Argument::Glued('p', "22")),
            ("Np22", Argument::Glued('p', "22")),
            ("NfL", Argument::Separate('L')),
            ("oPort=22", Argument::Glued('o', "Port=22")),
            ("Z", Argument::Unknown),
            ("-help", Argument::Unknown),
            ("", Argument::Unknown),
        ] {
            assert_eq!(argument(letters, SSH_VALUES, SSH_FLAGS), read, "-{letters}");
        }
    }
}
