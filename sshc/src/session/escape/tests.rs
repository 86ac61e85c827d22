//! Tables; each case is tried with every way to split the input.

use super::*;

/// What the session gets and what sshc is asked, in order, with adjacent bytes joined.
fn joined(escapes: &mut Escapes, parts: &[&[u8]]) -> Vec<Typed<'static>> {
    let mut whole: Vec<Typed<'static>> = Vec::new();
    for typed in parts.iter().flat_map(|part| escapes.divide(part)) {
        match (whole.last_mut(), typed) {
            (Some(Typed::Bytes(before)), Typed::Bytes(bytes)) => before.to_mut().extend(&*bytes),
            (_, Typed::Bytes(bytes)) => whole.push(Typed::Bytes(Cow::Owned(bytes.into_owned()))),
            (
                Some(Typed::LocalInput(LocalInput::Echo(before))),
                Typed::LocalInput(LocalInput::Echo(text)),
            ) => {
                before.push_str(&text);
            }
            (_, Typed::LocalInput(said)) => whole.push(Typed::LocalInput(said)),
        }
    }
    whole.retain(|typed| *typed != Typed::Bytes(Cow::Borrowed(b"")));
    whole
}

fn asked(escape: Escape) -> Typed<'static> {
    Typed::LocalInput(LocalInput::Escape(escape))
}

fn bytes(bytes: &'static str) -> Typed<'static> {
    Typed::Bytes(Cow::Borrowed(bytes.as_bytes()))
}

#[test]
fn escapes_are_found_at_line_starts_however_the_bytes_come() {
    let echoed = |text: &str| Typed::LocalInput(LocalInput::Echo(text.to_owned()));
    let line = |text: &str| Typed::LocalInput(LocalInput::Line(text.to_owned()));
    let cases: Vec<(Option<u8>, &str, Vec<Typed<'static>>)> = vec![
        (Some(b'~'), "", vec![]),
        (Some(b'~'), "ls ~.\r", vec![bytes("ls ~.\r")]),
        (Some(b'~'), "~.", vec![asked(Escape::Disconnect)]),
        (Some(b'~'), "~~.", vec![bytes("~.")]),
        (Some(b'~'), "~~\r~.", vec![bytes("~\r"), asked(Escape::Disconnect)]),
        (Some(b'~'), "ls\r~?", vec![bytes("ls\r"), asked(Escape::Help)]),
        (Some(b'~'), "ls\n~#ls", vec![bytes("ls\n"), asked(Escape::Forwards), bytes("ls")]),
        (Some(b'~'), "~\u{1a}", vec![asked(Escape::Suspend)]),
        (Some(b'~'), "~R~#", vec![asked(Escape::Rekey), asked(Escape::Forwards)]),
        (
            Some(b'~'),
            "~C~R\r~Rls",
            vec![
                asked(Escape::CommandLine),
                echoed("~R"),
                line("~R"),
                asked(Escape::Rekey),
                bytes("ls"),
            ],
        ),
        (
            Some(b'~'),
            "~C-L\u{3}~?",
            vec![asked(Escape::CommandLine), echoed("-L^C\r\n"), asked(Escape::Help)],
        ),
        (Some(b'~'), "~v~V", vec![asked(Escape::Louder), asked(Escape::Quieter)]),
        // Not an escape: a home directory, and the line goes on.
        (Some(b'~'), "~ada/~.", vec![bytes("~ada/~.")]),
        (Some(b'~'), "~\r~.", vec![bytes("~\r"), asked(Escape::Disconnect)]),
        (Some(b'~'), "x~.\u{1b}[A~.", vec![bytes("x~.\u{1b}[A~.")]),
        (Some(2), "~.\r\u{2}.", vec![bytes("~.\r"), asked(Escape::Disconnect)]),
        // The escape character itself is no key: `..` sends a dot.
        (Some(b'.'), "..", vec![bytes(".")]),
        (Some(b'.'), ".?", vec![asked(Escape::Help)]),
        (None, "~.\r~.", vec![bytes("~.\r~.")]),
    ];
    for (begin, input, expected) in cases {
        let input = input.as_bytes();
        for first in 0..=input.len() {
            for second in first..=input.len() {
                let parts = [&input[..first], &input[first..second], &input[second..]];
                let found = joined(&mut Escapes::new(begin), &parts);
                assert_eq!(found, expected, "{begin:?} {parts:?}");
            }
        }
    }
}

#[test]
fn an_unfinished_escape_is_held_back() {
    let mut escapes = Escapes::new(Some(b'~'));
    assert_eq!(escapes.divide(b"~"), []);
    assert_eq!(joined(&mut escapes, &[b"x"]), [bytes("~x")]);
}

#[test]
fn a_large_paste_is_passed_on_without_a_copy() {
    let paste = vec![b'x'; 1 << 20];
    let mut escapes = Escapes::new(Some(b'~'));
    assert!(
        matches!(escapes.divide(&paste).as_slice(), [Typed::Bytes(Cow::Borrowed(all))] if all.len() == 1 << 20)
    );
}

#[test]
fn help_and_echo_name_the_character_in_force() {
    let help = Escapes::new(Some(2)).help();
    assert!(help.contains("\r\n  ^B.   end the connection\r\n"), "{help}");
    assert!(help.contains("\r\n  ^B^Z  suspend sshc\r\n"), "{help}");
    let end = "\r\n  ^B^B  send the escape character\r\n\
               They are recognised at the beginning of a line.\r\n";
    assert!(help.starts_with("Supported escape sequences:\r\n") && help.ends_with(end), "{help}");
    assert_eq!(Escapes::new(None).help(), "");
    let escapes = Escapes::new(Some(b'~'));
    assert_eq!(escapes.echo(Escape::Disconnect), "~.\r\n");
    assert_eq!(escapes.echo(Escape::Suspend), "~^Z\r\n");
}

#[test]
fn command_lines_are_read() {
    let cases = [
        ("", Request::Nothing),
        ("  ", Request::Nothing),
        ("-h", Request::Help),
        ("?", Request::Help),
        ("help", Request::Help),
        ("--help", Request::Help),
        ("-L 8080:localhost:80", Request::Open(ForwardKind::Local, "8080:localhost:80")),
        (" -L8080:localhost:80 ", Request::Open(ForwardKind::Local, "8080:localhost:80")),
        ("L auto:localhost:80", Request::Open(ForwardKind::Local, "auto:localhost:80")),
        ("-R [::1]:0:localhost:22", Request::Open(ForwardKind::Remote, "[::1]:0:localhost:22")),
        ("-D 1080", Request::Open(ForwardKind::Dynamic, "1080")),
        ("-KL 8080", Request::Cancel(ForwardKind::Local, "8080")),
        ("-KR127.0.0.1:8080", Request::Cancel(ForwardKind::Remote, "127.0.0.1:8080")),
        ("KD 1080", Request::Cancel(ForwardKind::Dynamic, "1080")),
        ("! ls -l", Request::Run("ls -l")),
        ("!", Request::Nothing),
    ];
    for (line, expected) in cases {
        assert_eq!(Request::read(line), Ok(expected), "{line:?}");
    }
}

#[test]
fn empty_command_lines_get_an_error_that_says_what_was_expected() {
    let cases = [
        ("-", "expected -L, -R, -D, -KL, -KR, -KD or -h, found `-`"),
        ("-X 1", "expected -L, -R, -D, -KL, -KR, -KD or -h, found `-X 1`"),
        ("-K", "expected -L, -R, -D, -KL, -KR, -KD or -h, found `-K`"),
        ("ls\u{1b}", "expected -L, -R, -D, -KL, -KR, -KD or -h, found `ls\\u{1b}`"),
        ("-L", "expected what to forward, found `-L`"),
        ("-KD ", "expected [bind:]port, found `-KD`"),
    ];
    for (line, expected) in cases {
        assert_eq!(Request::read(line).unwrap_err().to_string(), expected, "{line:?}");
    }
}
