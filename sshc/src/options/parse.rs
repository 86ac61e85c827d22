//! Reads a command line into [`Options`]: translates plink's words, finds which place names the
//! user or port first, and refuses mistyped options.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use super::{Diagnosis, Options, pasted, plink};
use crate::destination::{Destination, is_user};

/// The place on the command line that names something first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum First<T> {
    /// An option of its own.
    Option(T),
    /// `-o`; the configuration has its value.
    Config,
    /// The destination, if any place does.
    #[default]
    Destination,
}

impl First<String> {
    /// The same, with a borrowed value.
    pub(crate) fn as_deref(&self) -> First<&str> {
        match self {
            Self::Option(value) => First::Option(value),
            Self::Config => First::Config,
            Self::Destination => First::Destination,
        }
    }
}

impl<T: Copy> First<T> {
    /// The value from the first place, unless that is `-o`; `value` is the destination's.
    pub(crate) fn or_else(self, value: Option<T>) -> Option<T> {
        match self {
            Self::Option(first) => Some(first),
            Self::Config => None,
            Self::Destination => value,
        }
    }
}

impl Options {
    /// Reads a process's arguments, including the program's name.
    ///
    /// # Errors
    /// clap's, which also carry the texts of `--help` and `--version`.
    pub(crate) fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let refused = |why| Self::command().error(ErrorKind::UnknownArgument, why);
        let definition = Self::command();
        let arguments = plink::translate(arguments, |word| takes_value(&definition, word));
        let arguments = taken_apart(&definition, &arguments.map_err(refused)?);
        let matches = definition.try_get_matches_from(&arguments)?;
        let mut options = Self::from_arg_matches(&matches)?;
        let destination = options.destination.as_deref();
        if let Some(meant) = pasted::without_ssh(&arguments, destination, &options.command) {
            return Self::read(&meant);
        }
        let refusal = options.letters.refusal().or_else(|| options.sharing.refusal());
        if let Some(why) = refusal {
            return Err(refused(why));
        }
        options.refuse_unneeded().map_err(refused)?;
        options.user = options.first(&matches, "users", "user", options.users.first());
        if let First::Option(name) = &options.user
            && !is_user(name)
        {
            return Err(refused(format!("`{}` cannot be a user's name", contract::shown(name))));
        }
        if options.decides_jumps()
            && options.first(&matches, "jump", "proxycommand", Some(&())) == First::Config
        {
            return Err(refused(
                "-J cannot follow -o ProxyCommand, which leads another way".into(),
            ));
        }
        options.port = options.first(&matches, "ports", "port", options.ports.first());
        let dashes = arguments.iter().position(|word| word == "--");
        let next = dashes.and_then(|at| arguments.get(at + 1));
        options.is_after_dashes =
            next.is_some() && next == options.destination.as_ref().map(Into::into).as_ref();
        options.refuse_mistyped(&arguments)?;
        let letters = options.letters.as_config().into_iter().chain(options.sharing.as_config());
        options.option.splice(..0, letters.collect::<Vec<_>>());
        Ok(options)
    }

    /// Refuses options that would have no effect. clap's `requires` does not where the required
    /// option would conflict with a given one.
    fn refuse_unneeded(&self) -> Result<(), String> {
        let Diagnosis { diagnose, rule, controls, json } = &self.diagnosis;
        let is_for_diagnosis = !rule.is_empty() || !controls.is_empty() || *json;
        for (is_given, is_needed, why) in [
            (is_for_diagnosis, *diagnose, "--rule, --control and --json are for --diagnose"),
            (self.open || self.secrets, self.announced, "--open and --secrets are for --announced"),
            (self.wait_for.is_some(), self.wait.is_some(), "--wait-for is for --wait"),
        ] {
            if is_given && !is_needed {
                return Err(why.to_owned());
            }
        }
        Ok(())
    }

    /// Which place names something first: its own option, `-o`, or the destination.
    fn first<T: Clone>(
        &self,
        matches: &ArgMatches,
        own: &str,
        keyword: &str,
        value: Option<&T>,
    ) -> First<T> {
        let names_it = |option: &String| {
            let word = option.trim_start();
            let end = word.find([' ', '\t', '=']).unwrap_or(word.len());
            word.get(..end).is_some_and(|name| name.eq_ignore_ascii_case(keyword))
        };
        let of_config = self.option.iter().position(names_it);
        let of_config =
            of_config.and_then(|at| matches.indices_of("option").and_then(|mut it| it.nth(at)));
        let of_own = matches.indices_of(own).and_then(|mut it| it.next());
        let of_destination = matches.index_of("destination").filter(|_| self.names(keyword));
        let places = [of_own, of_config, of_destination];
        match places.iter().flatten().min() {
            Some(first) if Some(*first) == of_config => First::Config,
            Some(first) if Some(*first) == of_own => {
                value.cloned().map_or(First::Destination, First::Option)
            }
            _ => First::Destination,
        }
    }

    /// Whether the destination names a `user`, or a `port`.
    fn names(&self, keyword: &str) -> bool {
        let destination = self.destination.as_deref().map(str::parse::<Destination>);
        destination.is_some_and(|destination| match (destination, keyword) {
            (Ok(destination), "user") => destination.user.is_some(),
            (Ok(destination), "port") => destination.port.is_some(),
            _ => false,
        })
    }

    /// Refuses an unknown option after the destination: no command begins with a hyphen. With `--`
    /// before it, it counts as a command.
    fn refuse_mistyped(&self, arguments: &[OsString]) -> Result<(), clap::Error> {
        if self.is_after_dashes {
            return Ok(());
        }
        let first = self.command.first().map(|word| word.to_string_lossy());
        let Some(first) = first.filter(|word| word.starts_with('-')) else {
            return Ok(());
        };
        let before = arguments.len().checked_sub(self.command.len() + 1);
        if before.and_then(|at| arguments.get(at)).is_some_and(|word| word == "--") {
            return Ok(());
        }
        let shown = contract::shown(&*first);
        let words =
            format!("unexpected argument '{shown}' found; as a command it needs '--' before it");
        Err(Self::command().error(ErrorKind::UnknownArgument, words))
    }
}

/// The arguments, with each value that is glued to a letter in a word of its own: after the
/// destination, clap takes a group of letters with other characters in it for the command.
fn taken_apart(definition: &clap::Command, arguments: &[OsString]) -> Vec<OsString> {
    let texts: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    let options = plink::option_positions(&texts, &|word: &str| takes_value(definition, word));
    let parts = arguments.iter().enumerate().flat_map(|(at, word)| {
        let group = word.to_str().filter(|_| options.contains(&at));
        let parts = group.and_then(|group| parts(definition, group));
        parts.unwrap_or_else(|| vec![word.clone()])
    });
    parts.collect()
}

/// The letters before the one with a value, that letter, and the value glued to it.
fn parts(definition: &clap::Command, group: &str) -> Option<Vec<OsString>> {
    let letters = group.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
    for (at, letter) in letters.char_indices() {
        let mut options = definition.get_arguments();
        let option = options.find(|option| option.get_short() == Some(letter))?;
        if !option.get_action().takes_values() {
            continue;
        }
        let (flags, rest) = letters.split_at(at);
        let value = rest.strip_prefix(letter)?;
        if value.is_empty() || value.starts_with(['-', '=']) {
            return None;
        }
        let flags = (!flags.is_empty()).then(|| format!("-{flags}"));
        let words = flags.into_iter().chain([format!("-{letter}"), value.to_owned()]);
        return Some(words.map(OsString::from).collect());
    }
    None
}

/// Whether the next word is an option's value.
fn takes_value(definition: &clap::Command, word: &str) -> bool {
    let of = |is_named: &dyn Fn(&clap::Arg) -> bool| {
        definition.get_arguments().find(|argument| is_named(argument)).is_some_and(|argument| {
            argument.get_action().takes_values() && !argument.is_require_equals_set()
        })
    };
    match word.strip_prefix("--") {
        Some(long) => of(&|argument| argument.get_long() == Some(long)),
        // In a group of letters, the first letter with a value takes the rest of the group as its
        // value.
        None => {
            let mut letters = word.chars().skip(1);
            let valued =
                letters.find(|letter| of(&|argument| argument.get_short() == Some(*letter)));
            valued.is_some() && letters.next().is_none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_option_is_not_taken_for_a_command() {
        let read = |arguments: &[&str]| {
            let words = [&["sshc"], arguments].concat();
            Options::read(&words.iter().map(OsString::from).collect::<Vec<_>>())
        };
        for arguments in [
            &["node7", "--recconect", "-N"][..],
            &["node7", "-X", "true"],
            &["-1", "node7"],
            &["-O", "proxy", "node7"],
            &["-pw", "x", "node7"],
        ] {
            let refused = read(arguments).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::UnknownArgument, "{arguments:?}");
        }
        assert_eq!(read(&["node7", "--", "-X"]).unwrap().command, ["-X"]);
    }

    #[test]
    fn a_command_is_distinguished_from_a_destination() {
        for (arguments, destination, words) in [
            (&["ada@node7", "ls", "-l"][..], Some("ada@node7"), &["ls", "-l"][..]),
            (&["ada@node7", "--", "ls", "-l"], Some("ada@node7"), &["ls", "-l"]),
            (&["--", "ada@node7", "ls", "-l"], Some("ada@node7"), &["ls", "-l"]),
            (&["--", "ada@node7", "--", "x"], Some("ada@node7"), &["--", "x"]),
            (&["-", "ls", "-l"], Some("-"), &["ls", "-l"]),
            (&["-Tv", "--", "ada@node7"], Some("ada@node7"), &[]),
            (
                &["-caes128-ctr", "-e", "none", "-Snone", "ada@node7", "-x", "ls"],
                Some("ada@node7"),
                &["ls"],
            ),
            (&["-N"], None, &[]),
            (&["ada@node7", "git", "--", "x"], Some("ada@node7"), &["git", "--", "x"]),
            (&["ada@node7", "-p", "22", "ls", "-p"], Some("ada@node7"), &["ls", "-p"]),
            (&["ada@node7", "-xlada", "-kb127.0.0.1", "ls"], Some("ada@node7"), &["ls"]),
            (&["ada@node7", "ls", "-lb127.0.0.1"], Some("ada@node7"), &["ls", "-lb127.0.0.1"]),
        ] {
            let arguments: Vec<OsString> =
                [&["sshc"], arguments].concat().iter().map(OsString::from).collect();
            let options = Options::read(&arguments).unwrap();
            assert_eq!(options.destination.as_deref(), destination, "{arguments:?}");
            assert_eq!(options.command, words, "{arguments:?}");
        }
    }

    #[test]
    fn of_the_places_that_name_a_user_the_first_counts() {
        for (arguments, user) in [
            (&["ada@node7"][..], First::Destination),
            (&["-l", "eve", "ada@node7"], First::Option("eve".to_owned())),
            (&["-l", "eve", "-l", "bob", "node7"], First::Option("eve".to_owned())),
            (&["ada@node7", "-l", "eve"], First::Destination),
            (&["node7", "-l", "eve"], First::Option("eve".to_owned())),
            (&["-o", "Port 23", "-o", "user bob", "-l", "eve", "ada@node7"], First::Config),
            (&["-l", "eve", "-o", "User=bob", "node7"], First::Option("eve".to_owned())),
        ] {
            let words: Vec<OsString> =
                [&["sshc"], arguments].concat().iter().map(OsString::from).collect();
            assert_eq!(Options::read(&words).unwrap().user, user, "{arguments:?}");
        }
    }

    #[test]
    fn later_letters_beat_earlier_ones() {
        let read = |line: &str| {
            let words = ["sshc"].into_iter().chain(line.split(' ')).chain(["node7"]);
            Options::read(&words.map(OsString::from).collect::<Vec<_>>()).unwrap()
        };
        for (line, quiet, verbose) in [("-q -v", false, 1), ("-vq", true, 0), ("-qq", true, 0)] {
            let options = read(line);
            assert_eq!((options.is_quiet(), options.verbose), (quiet, verbose), "{line}");
        }
        for (line, configured, forwards) in [
            ("-A -a", true, false),
            ("-a -A", false, true),
            ("-x", true, true),
            ("-x", false, false),
        ] {
            assert_eq!(read(line).forwards_agent(configured), forwards, "{line}");
        }
        assert!(read("-t -T").no_terminal && read("-T -t").terminal == 1);
    }
}
