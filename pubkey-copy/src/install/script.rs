//! What is sent to the server: one text on standard input for every kind of server, and the command
//! that reads it.
//!
//! On POSIX the command is `sh`, which every login shell understands, even csh, fish and restricted
//! ones, so that no quoting is needed. Windows gets PowerShell, with a command in the only form
//! that `cmd` and PowerShell pass on alike; it picks its own lines out of the same text, where they
//! are comments for `sh`.

use data_encoding::BASE64;

use super::{Action, server_versions};
use crate::line::{AuthorizedKey, KeyOption};

/// Reads the script from standard input, and runs it.
pub(super) const POSIX_COMMAND: &str = "sh";

const POSIX: &str = include_str!("posix.sh");
const WINDOWS: &str = include_str!("windows.ps1");

/// How the lines for PowerShell begin.
const MARK: &str = "#ps ";

/// Runs the lines of standard input that are for PowerShell.
const PICK: &str = "$ProgressPreference = 'SilentlyContinue'; \
    $lines = @($input | ForEach-Object { \"$_\" } | Where-Object { $_.StartsWith('#ps ') } | \
    ForEach-Object { $_.Substring(4) }); Invoke-Expression ($lines -join [char]10)";

/// The command for a Windows server, whose shell may be `cmd` or PowerShell. It contains no
/// character that either of them interprets.
pub(super) fn windows_command() -> String {
    let units: Vec<u8> = PICK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let code = BASE64.encode(&units);
    format!("powershell.exe -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand {code}")
}

/// The text for standard input.
pub(super) fn input(line: &AuthorizedKey, action: Action) -> String {
    let (text, key) = (line.to_string(), line.key());
    let options: Vec<String> = line.options().iter().map(ToString::to_string).collect();
    let names: Vec<&str> = line.options().iter().map(KeyOption::name).collect();
    let release = server_versions::release(line);
    let blob = BASE64.encode(key.blob());
    let (major, minor) = (release.major.to_string(), release.minor.to_string());
    let options = options.join(",");
    let word = match action {
        Action::Add => "add",
        Action::Remove => "remove",
    };
    let settings = [
        ("action", word),
        ("line", &text),
        ("type", key.algorithm()),
        ("blob", &blob),
        ("options", &options),
        ("names", &names.join(" ")),
        ("major", &major),
        ("minor", &minor),
        ("newest", release.brought),
    ];
    let settings: Vec<String> =
        settings.iter().map(|(name, value)| format!("{name}={}\n", quoted(value))).collect();
    let head = format!(
        "$action = '{word}'\n$type = '{}'\n$blob = '{blob}'\n$needs = '{major}.{minor}'\n\
         $options64 = '{}'\n$line64 = '{}'\n",
        key.algorithm(),
        BASE64.encode(options.as_bytes()),
        BASE64.encode(text.as_bytes()),
    );
    let windows = head + WINDOWS;
    let code = windows.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let code: String = code.flat_map(|line| [MARK, line, "\n"]).collect();
    code + &settings.concat() + POSIX
}

/// The text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada's";

    fn text(options: &[&str]) -> String {
        let options = options.iter().map(|text| text.parse().expect("an option")).collect();
        let line = AuthorizedKey::new(options, KEY.parse().expect("a key")).expect("a line");
        input(&line, Action::Add)
    }

    #[test]
    fn every_value_is_one_word() {
        let text = text(&["command=echo 'hi'"]);
        for line in [
            r#"line='command="echo '\''hi'\''" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada'\''s'"#,
            r#"options='command="echo '\''hi'\''"'"#,
            "names='command'",
            "newest='ssh-ed25519'",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}");
        }
    }

    #[test]
    fn windows_finds_its_lines_and_no_text_in_them_that_is_not_ascii() {
        let text = text(&["command=gr\u{fc}n"]);
        let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(MARK)).collect();
        assert_eq!(lines.first(), Some(&"$action = 'add'"));
        assert!(lines.iter().all(|line| line.is_ascii()));
        assert_eq!(lines.last(), Some(&"exit 0"));
    }

    #[test]
    fn the_command_for_windows_fits_and_needs_no_quoting() {
        let command = windows_command();
        // The length limit of `cmd`, with room for what the server adds.
        assert!(command.len() < 8000, "{}", command.len());
        let plain = |c: char| c.is_ascii_alphanumeric() || " .-+/=".contains(c);
        assert!(command.chars().all(plain), "{command}");
    }
}
