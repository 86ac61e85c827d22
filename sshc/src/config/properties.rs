//! Properties of every configuration: it never crashes the program, and its printed form means the
//! same.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use super::value;
use super::*;

/// Each case writes files.
const CASES: u32 = 64;

fn context(home: &Path) -> Context {
    Context {
        home: home.to_owned(),
        local_user: "ada".to_owned(),
        user_id: "1000".to_owned(),
        local_host: "desk.example.com".to_owned(),
        environment: [("KEYS".to_owned(), "/keys".to_owned())].into(),
        system_directory: home.join("etc"),
        look_up: |_| None,
        may_run_programs: false,
    }
}

/// The file as a configuration, in its printed form.
fn shown(bytes: &[u8]) -> Result<String, Error> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().join("config");
    fs::write(&path, bytes).expect("it can be written");
    let context = context(Path::new("/home/ada"));
    let request = Request { host: "node7", files: Files::Only(path), ..Request::default() };
    Config::resolve(&request, &context)?.show(&request, &context)
}

/// Text with all characters that have a meaning, and others.
const STRANGE: &str = "[ -~\t\u{e9}]{0,20}";
const PLAIN: &str = "[a-zA-Z0-9 ,.:@/*~\t\u{e9}-]{0,20}";

/// A line that begins like a valid one, sometimes with a text of this form in it.
fn line(text: &'static str) -> impl Strategy<Value = String> {
    let keyword = prop::sample::select(vec![
        "Host",
        "Match",
        "Port",
        "User",
        "HostName",
        "IdentityFile",
        "ProxyJump",
        "RekeyLimit",
        "LocalForward",
        "SetEnv",
        "SendEnv",
        "Ciphers",
        "ConnectTimeout",
        "EscapeChar",
        "Include",
        "AddKeysToAgent",
        "UserKnownHostsFile",
        "RemoteCommand",
        "Strange",
    ]);
    let word = prop::sample::select(vec![
        "node7", "*", "all", "host", "final", "yes", "22", "none", "a:b", "A=b", "5m",
    ]);
    let words = prop_oneof![vec(word, 0..4).prop_map(|words| words.join(" ")), text];
    let gap = prop_oneof![Just(" "), Just("="), Just("\t")];
    (keyword, gap, words, prop_oneof![Just("\n"), Just("\r\n")])
        .prop_map(|(keyword, gap, words, end)| format!("{keyword}{gap}{words}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn no_bytes_stop_the_program(bytes in vec(any::<u8>(), 0..300)) {
        if let Err(error) = shown(&bytes) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_lines_stop_the_program(lines in vec(line(STRANGE), 0..12)) {
        if let Err(error) = shown(lines.concat().as_bytes()) {
            prop_assert!(!error.to_string().contains('\n'));
        }
    }

    /// `sshc -G host > file` makes a file with the same meaning, if no word needs quotes.
    #[test]
    fn what_is_shown_is_shown_again(lines in vec(line(PLAIN), 0..6)) {
        let readable = lines.into_iter().filter(|line| shown(line.as_bytes()).is_ok());
        let Ok(first) = shown(readable.collect::<String>().as_bytes()) else { return Ok(()) };
        // The first line is not an option but the host that was given.
        let options: String = first.lines().skip(1).flat_map(|line| [line, "\n"]).collect();
        prop_assert_eq!(shown(options.as_bytes()).expect("it is what is shown"), first);
    }
}

proptest! {
    #[test]
    fn no_option_stops_the_program(text in "[A-Za-z]{0,12}[ =]?[ -~]{0,20}") {
        let options = [text];
        let request = Request { host: "node7", options: &options, files: Files::None, ..Request::default() };
        let context = context(Path::new("/home/ada"));
        let _ = Config::resolve(&request, &context);
    }

    #[test]
    fn values_are_shown_so_that_they_are_read_again(
        words in vec("[a-z0-9]{1,5}|confirm|default|[0-9]{1,6}[kmgKMG]?|([0-9]{1,3}[smhdw])+|yes|ask", 0..3),
        text in "[+^-]?[a-z*,]{0,9}|\\^?[ -~]|none",
    ) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Ok(limit) = RekeyLimit::parse(&words) {
            let shown = limit.show();
            let again: Vec<_> = shown.split(' ').collect();
            prop_assert_eq!(RekeyLimit::parse(&again).unwrap().show(), shown);
        }
        if let Ok(keys) = AddKeysToAgent::parse(&words) {
            let shown = keys.show();
            let again: Vec<_> = shown.split(' ').collect();
            prop_assert_eq!(AddKeysToAgent::parse(&again).unwrap(), keys);
        }
        if let Ok(list) = Algorithms::parse(&text, AlgorithmKind::Cipher) {
            prop_assert_eq!(list.show(), text.clone());
        }
        if let Ok(byte) = value::escape_char(&text) {
            prop_assert_eq!(value::escape_char(&value::show_escape_char(byte)).unwrap(), byte);
        }
    }
}
