//! A page of `docs/options/`: tables of all options of a program.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::with_subcommands;

/// The whole page: one table for the program and for each of its subcommands.
pub(crate) fn page(command: &Command) -> String {
    let name = command.get_name();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut text = format!(
        "# {name}\n\n{about}\n\nMade from the program's own definition by `cargo xtask golden`.\n"
    );
    for (words, command) in with_subcommands(command) {
        let mut command = command.clone();
        let usage = command.render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        write!(text, "\n## {}\n\n", words.join(" ")).expect("writing to a string");
        if words.len() > 1
            && let Some(about) = command.get_about()
        {
            write!(text, "{about}\n\n").expect("writing to a string");
        }
        write!(
            text,
            "```text\n{usage}\n```\n\n| option | what it does | default |\n|---|---|---|\n"
        )
        .expect("writing to a string");
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            text.push_str(&row(argument));
        }
    }
    text
}

/// The short help, for a cell of a table.
pub(super) fn help(argument: &Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    help.replace('|', "\\|").replace('\n', " ")
}

fn row(argument: &Arg) -> String {
    // The default of a flag is always "not given", so it is not printed.
    let values =
        if argument.get_action().takes_values() { argument.get_default_values() } else { &[] };
    let defaults: Vec<_> = values.iter().map(|value| format!("`{}`", value.display())).collect();
    format!("| `{}` | {} | {} |\n", spelled(argument), help(argument), defaults.join(" "))
}

/// `-o, --output <FILE>`, or `[FILE]...` for a positional argument.
pub(super) fn spelled(argument: &Arg) -> String {
    if argument.is_positional() {
        return argument.to_string().replace('|', "\\|");
    }
    let mut text = String::new();
    if let Some(short) = argument.get_short() {
        text.push('-');
        text.push(short);
    }
    if let Some(long) = argument.get_long() {
        text.push_str(if text.is_empty() { "--" } else { ", --" });
        text.push_str(long);
    }
    if argument.get_action().takes_values() {
        for name in argument.get_value_names().unwrap_or_default() {
            write!(text, " <{name}>").expect("writing to a string");
        }
    }
    text.replace('|', "\\|")
}
