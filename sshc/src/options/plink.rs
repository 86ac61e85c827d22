//! The options of plink. They have one dash and several letters, and must not be read as groups of
//! single letters: `-logappend` would log in as `ogappend`.

use std::ffi::OsString;

/// The option that an option of plink becomes.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// Another option here; if the word has a value, it follows.
    Option(&'static str),
    /// `-o` with this name and the word's value.
    Config(&'static str),
    /// The destination: the word's value names a saved session.
    Session,
    /// A shared connection, or none: the last of these words counts.
    Share(bool),
    /// Nothing; contains why.
    Nothing(&'static str),
    /// A refusal; contains what to do instead.
    Refused(&'static str),
}

use Word::{Config, Nothing, Option, Refused, Session, Share};

const NO_ACL: &str = "Windows decides which processes may look into this one";
const ONLY_SSH: &str = "sshc speaks only SSH";
const NO_PASSWORD: &str = "a password on the command line can be read by every user: give it with \
                           --password-file FILE";
const NO_PROTOCOL_LOG: &str = "-v says what happens, and --log-json FILE writes it down";
const NOT_SANITISED: &str = "what the command writes is passed on unchanged; a filter such as cat -v \
                             makes it safe to look at";
const UNCHANGED: &str = "what the command writes is passed on unchanged";
const ANTISPOOF: &str = "sshc marks its questions by itself, so that a server cannot imitate them";

/// Each word, whether a value follows it, and what it becomes. plink's single letters are ssh's;
/// [`SHORT_OPTIONS`] has the exceptions.
pub const WORDS: &[(&str, bool, Word)] = &[
    ("-agent", false, Option("--agent=auto")),
    ("-antispoof", false, Nothing(ANTISPOOF)),
    ("-batch", false, Option("--batch")),
    ("-cert", true, Config("CertificateFile")),
    ("-fuzznet", false, Refused("it is for plink's own tests")),
    ("-hostkey", true, Option("--host-key")),
    ("-legacy-charset-handling", false, Nothing("names and texts are UTF-8 everywhere")),
    ("-legacy-stdio-prompts", false, Nothing("questions are asked at the terminal")),
    ("-load", true, Session),
    ("-logappend", false, Nothing("sshc always appends to the log")),
    ("-loghost", true, Config("HostKeyAlias")),
    ("-logoverwrite", false, Refused("sshc always appends to the log: remove the file first")),
    ("-nc", true, Option("-W")),
    ("-no-antispoof", false, Nothing(ANTISPOOF)),
    ("-no-sanitise-stderr", false, Nothing(UNCHANGED)),
    ("-no-sanitise-stdout", false, Nothing(UNCHANGED)),
    ("-no-sanitize-stderr", false, Nothing(UNCHANGED)),
    ("-no-sanitize-stdout", false, Nothing(UNCHANGED)),
    ("-no-trivial-auth", false, Option("--no-trivial-auth")),
    ("-noagent", false, Option("--agent=none")),
    ("-nopageant", false, Option("--agent=none")),
    ("-nopagent", false, Option("--agent=none")),
    ("-noshare", false, Share(false)),
    ("-pageant", false, Option("--agent=auto")),
    ("-pagent", false, Option("--agent=auto")),
    ("-pgpfp", false, Refused("there are no PGP keys to show")),
    ("-preconnectcommand", true, Refused("run the command yourself before sshc")),
    ("-proxycmd", true, Option("--proxy-command")),
    ("-pw", true, Refused(NO_PASSWORD)),
    ("-pwfile", true, Option("--password-file")),
    ("-raw", false, Refused(ONLY_SSH)),
    ("-restrict-acl", false, Refused(NO_ACL)),
    ("-restrict_acl", false, Refused(NO_ACL)),
    ("-restrictacl", false, Refused(NO_ACL)),
    ("-rlogin", false, Refused(ONLY_SSH)),
    ("-sanitise-stderr", false, Refused(NOT_SANITISED)),
    ("-sanitise-stdout", false, Refused(NOT_SANITISED)),
    ("-sanitize-stderr", false, Refused(NOT_SANITISED)),
    ("-sanitize-stdout", false, Refused(NOT_SANITISED)),
    ("-sercfg", true, Refused(ONLY_SSH)),
    ("-serial", false, Refused(ONLY_SSH)),
    ("-sessionlog", true, Option("--log")),
    ("-share", false, Share(true)),
    ("-shareexists", false, Option("-Ocheck")),
    ("-ssh", false, Nothing(ONLY_SSH)),
    ("-ssh-connection", false, Refused(ONLY_SSH)),
    ("-sshlog", true, Refused(NO_PROTOCOL_LOG)),
    ("-sshrawlog", true, Refused(NO_PROTOCOL_LOG)),
    ("-supdup", false, Refused(ONLY_SSH)),
    ("-telnet", false, Refused(ONLY_SSH)),
];

/// Letters with another meaning for plink than for ssh. If any of plink's words is used, these have
/// plink's meaning, too.
pub const SHORT_OPTIONS: &[(&str, bool, Word)] = &[
    ("-P", true, Option("--port")),
    ("-p", true, Refused("with plink's options, the port is -P")),
    ("-m", true, Refused("pipe a file of commands to the server: sshc … sh -s < FILE")),
];

/// The arguments with plink's words replaced by our own options. `takes_value` says whether the
/// next word is an option's value.
///
/// # Errors
/// When a word is refused, with what to do instead.
pub(super) fn translate(
    arguments: &[OsString],
    takes_value: impl Fn(&str) -> bool,
) -> Result<Vec<OsString>, String> {
    let texts: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    let options = option_positions(&texts, &takes_value);
    let is_word =
        |at: &usize| WORDS.iter().any(|(word, ..)| texts.get(*at).is_some_and(|it| it == word));
    let is_plink = options.iter().any(is_word);
    let tables = [WORDS, if is_plink { SHORT_OPTIONS } else { &[] }];
    let mut translated = Vec::with_capacity(arguments.len());
    let mut shares = false;
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let word = texts.get(at).map(AsRef::as_ref).unwrap_or_default();
        let entry = tables.iter().copied().flatten().find(|(name, ..)| *name == word);
        let Some((_, has_value, meaning)) = entry.filter(|_| options.contains(&at)) else {
            translated.push(argument.clone());
            at += 1;
            continue;
        };
        let value = if *has_value { arguments.get(at + 1) } else { None };
        if *has_value && value.is_none() {
            return Err(format!("a value is required for `{word}` but none was supplied"));
        }
        at += if *has_value { 2 } else { 1 };
        match meaning {
            Option(name) => {
                translated.push(name.into());
                translated.extend(value.cloned());
            }
            Config(name) => {
                let mut option = OsString::from(name);
                option.push("=");
                option.push(value.cloned().unwrap_or_default());
                translated.extend(["-o".into(), option]);
            }
            Session => {
                let mut session = OsString::from("putty:");
                session.push(value.cloned().unwrap_or_default());
                translated.push(session);
            }
            Share(wanted) => shares = *wanted,
            Nothing(_) => {}
            Refused(why) => return Err(format!("{word} is not supported: {why}")),
        }
    }
    if shares {
        translated.insert(1, "--share".into());
    }
    Ok(translated)
}

/// The positions of the options before the command.
pub(super) fn option_positions(
    words: &[std::borrow::Cow<'_, str>],
    takes_value: &impl Fn(&str) -> bool,
) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut has_destination = false;
    let mut at = 1;
    while let Some(word) = words.get(at) {
        if word == "--" || (!word.starts_with('-') || word == "-") && has_destination {
            break;
        }
        if word.starts_with('-') && word != "-" {
            positions.push(at);
            let known = WORDS.iter().find(|(name, ..)| name == word);
            let skips = match known {
                Some((_, has_value, _)) => *has_value,
                None => takes_value(word),
            };
            has_destination |= word == "-load";
            at += usize::from(skips);
        } else {
            has_destination = true;
        }
        at += 1;
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(line: &str) -> Result<String, String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let takes_value =
            |word: &str| matches!(word, "-l" | "-i" | "-o" | "--key" | "-P" | "-p" | "-m");
        translate(&words, takes_value).map(|words| {
            words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
        })
    }

    #[test]
    fn words_become_options() {
        for (line, expected) in [
            ("sshc -batch ada@h ls", "sshc --batch ada@h ls"),
            ("sshc -ssh -P 2222 -batch h", "sshc --port 2222 --batch h"),
            ("sshc -P tag h", "sshc -P tag h"),
            ("sshc -p 2222 h ls -batch", "sshc -p 2222 h ls -batch"),
            ("sshc -load My_Cluster ls -batch", "sshc putty:My_Cluster ls -batch"),
            ("sshc -hostkey SHA256:x -noagent h", "sshc --host-key SHA256:x --agent=none h"),
            ("sshc -l -batch h", "sshc -l -batch h"),
            ("sshc h -batch ls -pw x", "sshc h --batch ls -pw x"),
            ("sshc -- -batch", "sshc -- -batch"),
            ("sshc -cert c.pub h", "sshc -o CertificateFile=c.pub h"),
            ("sshc -logappend -noshare -share h", "sshc --share h"),
            ("sshc -share -noshare h", "sshc h"),
            ("sshc -shareexists h", "sshc -Ocheck h"),
        ] {
            assert_eq!(translated(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_refused_with_what_can() {
        for (line, why) in [
            ("sshc -pw secret h", "--password-file"),
            ("sshc -batch -m file h", "sh -s"),
            ("sshc -telnet h", "only SSH"),
            ("sshc -sanitise-stdout h", "passed on unchanged"),
            // `-p` is ssh's, and has another meaning in pscp: with plink's words it would be
            // ambiguous.
            ("sshc -p 2222 -batch h", "the port is -P"),
            ("sshc -p 2222 h -batch", "the port is -P"),
            ("sshc -load", "a value is required"),
        ] {
            let refused = translated(line).unwrap_err();
            assert!(refused.contains(why) && !refused.contains("secret"), "{line}: {refused}");
        }
    }
}
