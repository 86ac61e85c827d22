//! Texts generated from the clap definitions: help, man pages, completions and the tables in
//! `docs/`.

mod drop_in;
#[cfg(target_os = "linux")]
mod help;
mod manual;
mod options;

use clap::Command;
use clap_complete::Shell;
use harness::golden::check;

/// The six programs and their definitions.
pub(crate) fn commands() -> [Command; 6] {
    [
        keygen::cli::command(),
        keygen::agent::cli::command(),
        pubkey_copy::cli::command(),
        joblog_parse::cli::command(),
        cidr::cli::command(),
        sshc::cli::command(),
    ]
}

/// A command and all its subcommands, each with its words: `keygen`, `keygen convert`, …
pub(crate) fn with_subcommands(command: &Command) -> Vec<(Vec<String>, Command)> {
    let mut command = command.clone();
    command.build();
    let mut found = Vec::new();
    let mut waiting = vec![(Vec::new(), command)];
    while let Some((mut words, command)) = waiting.pop() {
        words.push(command.get_name().to_owned());
        let below: Vec<&Command> = command
            .get_subcommands()
            .filter(|below| below.get_name() != "help" && !below.is_hide_set())
            .collect();
        waiting.extend(below.into_iter().rev().map(|below| (words.clone(), below.clone())));
        found.push((words, command));
    }
    found
}

#[test]
fn man_pages_are_golden() {
    for command in commands() {
        for (words, command) in with_subcommands(&command) {
            let name = words.join("-");
            let text = manual::page(&words, command);
            for section in ["SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"] {
                assert!(text.contains(&format!(".SH \"{section}\"")), "{name} has no {section}");
            }
            assert!(!text.contains("EXTRA"), "{name}");
            check(&format!("docs/man/{name}.1"), &text);
        }
    }
}

#[test]
fn completions_are_golden() {
    let shells = [
        (Shell::Bash, "bash"),
        (Shell::Zsh, "zsh"),
        (Shell::Fish, "fish"),
        (Shell::PowerShell, "ps1"),
    ];
    for mut command in commands() {
        let name = command.get_name().to_owned();
        for (shell, ending) in shells {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut command, &name, &mut text);
            let text = String::from_utf8(text).expect("completions are UTF-8");
            check(&format!("docs/completions/{name}.{ending}"), &text);
        }
    }
}

#[test]
fn option_tables_are_golden() {
    for command in commands() {
        let name = command.get_name().to_owned();
        check(&format!("docs/options/{name}.md"), &options::page(&command));
    }
}
