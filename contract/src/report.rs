//! Failures on standard error: `tool: cannot do X: cause`, then `tool: hint: what to do`.

use std::error::Error;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use crate::escape;
use crate::exit::Answer;

/// An error that ends a program.
pub trait Failure: Error + 'static {
    /// What the user can do about it, where there is something to say.
    fn hint(&self) -> Option<String>;

    /// The exit status: see [`exit`](crate::exit).
    fn exit_code(&self) -> u8;

    /// Whether the error is a closed pipe: the reader of our output has gone, so the program ends
    /// quietly.
    fn is_closed_pipe(&self) -> bool;
}

/// Reports a failure and returns the exit status. A closed pipe downstream is a quiet success.
#[must_use]
pub fn failure(tool: &str, failure: &impl Failure) -> ExitCode {
    if failure.is_closed_pipe() {
        return ExitCode::SUCCESS;
    }
    write(tool, failure);
    ExitCode::from(failure.exit_code())
}

/// Reports why a question has no answer. A closed pipe downstream is quiet here too, but is not a
/// "yes".
#[must_use]
pub fn unanswered(tool: &str, failure: &impl Failure) -> ExitCode {
    if !failure.is_closed_pipe() {
        write(tool, failure);
    }
    Answer::CannotTell.into()
}

/// Writes the message and the hint, and escapes both once more, so that the terminal does not obey
/// a message whose author forgot to escape it.
pub fn write(tool: &str, failure: &impl Failure) {
    let hint = failure.hint().map(|hint| format!("{tool}: hint: {}\n", escape::lines(&hint)));
    let text = format!("{tool}: {}\n", escape::shown(message(failure)));
    // If standard error is closed, nothing can be reported.
    let _ = io::stderr().lock().write_all((text + &hint.unwrap_or_default()).as_bytes());
}

/// An error with its causes, on one line.
#[must_use]
pub fn message(error: &(dyn Error + 'static)) -> String {
    let mut text = words(error);
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {}", words(cause));
        source = cause.source();
    }
    text
}

fn words(error: &(dyn Error + 'static)) -> String {
    error.downcast_ref().map_or_else(|| error.to_string(), cause)
}

/// The system's explanation, in the same words on every system and without the error number that
/// the standard library appends.
#[must_use]
pub fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    let number = error.raw_os_error().map(|code| format!(" (os error {code})"));
    if number.is_none() && text != error.kind().to_string() {
        // A text of ours or of a library, not of the system.
        return text;
    }
    match error.kind() {
        ErrorKind::NotFound => "No such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "Permission denied".to_owned(),
        ErrorKind::IsADirectory => "Is a directory".to_owned(),
        _ => {
            let words = number.and_then(|number| text.strip_suffix(&number)).unwrap_or(&text);
            words.trim_end_matches(['.', ' ', '\r', '\n']).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(io::Error);

    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("cannot read `x`")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn causes_are_in_a_users_words() {
        let missing = std::fs::read("/no/such/file").expect_err("it is not there");
        for (error, expected) in [
            (missing, "No such file or directory"),
            (ErrorKind::NotFound.into(), "No such file or directory"),
            (ErrorKind::PermissionDenied.into(), "Permission denied"),
            (ErrorKind::UnexpectedEof.into(), "unexpected end of file"),
            (io::Error::new(ErrorKind::NotFound, "no agent"), "no agent"),
            (io::Error::other("it is larger than any key"), "it is larger than any key"),
        ] {
            assert_eq!(message(&Outer(error)), format!("cannot read `x`: {expected}"));
        }
    }
}
