//! The page `docs/drop-in.md`: what `sshc` makes of the letters of ssh, the words of plink and the
//! options of ssh_config. Its tables are those by which `sshc` reads them.

use std::fmt::Write as _;

use clap::Command;
use harness::golden::check;
use harness::workspace::{files, read};
use sshc::cli::{PLINK_SHORT_OPTIONS, PLINK_WORDS, SHORT_OPTIONS, ShortOption, Word};
use sshc::config::{OPTIONS, Support};

use super::options::{help, spelled};

const INTRODUCTION: &str = "\
# sshc in place of ssh and plink

`sshc` takes the command lines of `ssh` and `plink` and the files of `ssh_config(5)`, so that programs which start `ssh` can
start it instead. It does what an option says, or refuses the option by name; it never ignores one that restricts something.

`cargo xtask golden` makes these tables from the program's own. With `-v`, also in `sshc -v -G`, `sshc` reports an option that has
*no effect*. A *refused* one ends the call with status 2 (255 for an option of `ssh_config`) before anything is sent.
";

const DIFFERENCES: &str = "
## Where it differs from ssh on purpose

- Text that a server sends before the shell is shown with a bar (`| `) before each line, so that it cannot pass for a message
  of `sshc`.
- `Match exec` runs a program only with `--config-exec`, or below `PermitMatchExec yes` in your own configuration.
- `StrictHostKeyChecking no` accepts a new host key, but never a changed one.
- A shared connection at a `ControlPath` serves calls with the same user, route, keys and host key options, and calls that have
  no such options and name the destination as the first call did; others connect for themselves. `-O` reaches whatever is at
  that path.
- A tunnel of the command line that cannot be opened is an error, unless `ExitOnForwardFailure no` says otherwise.
- A remote command that a signal ends has the status 128 + its number, as in a shell.
- `-G` prints what `sshc` does: its own lists of algorithms and identity files, `serveraliveinterval 15`,
  `requiredrsasize 2048`, `enableescapecommandline yes`, `obscurekeystroketiming no` and `ipqos none none`. It has no lines
  for `XAuthLocation`, `SecurityKeyProvider` and GSSAPI unless you set them. With `--share` it prints what that stands for.
- A key file of the command line (`-i`) must be there.
- `~C` works unless `EnableEscapeCommandline no` turns it off.
- `CheckHostIP` also refuses a key that is revoked for the address, and records no address for the target of a job log.
- `@revoked` for a host counts on all its ports, and a `KnownHostsCommand` that cannot be run ends the connection.
- `sshc` asks for the types of host key that are on record first, even if `HostKeyAlgorithms` puts others first.

Called as `ssh`, through a link, `sshc` begins the lines of `-v` with `debug1: ` and adds ssh's own words to some failures,
because some programs look for them.
";

const PROGRAMS: &str = "
## Programs that start ssh

The tests run each of these programs, or its exact call of `ssh` if the program is too large to install.

| program | how it starts `sshc` |
|---|---|
";

/// The programs, how each starts `sshc`, and the tests that run it.
const ROWS: &[(&str, &str, &[&str])] = &[
    (
        "git",
        "`GIT_SSH_COMMAND=sshc`, or `git config core.sshCommand sshc`",
        &["git_by_each_of_its_ways_to_name_ssh"],
    ),
    (
        "scp, sftp",
        "`-S` and the path of `sshc`",
        &["scp_copies_by_both_of_its_protocols", "sftp_lists_sends_and_fetches"],
    ),
    (
        "rsync",
        "`-e sshc` with any options, or `RSYNC_RSH=sshc`",
        &["rsync_with_the_recipes_of_computing_centres"],
    ),
    ("sshfs", "`-o ssh_command=sshc`", &["sshfs_mounts_a_folder"]),
    ("Subversion", "`SVN_SSH=sshc`", &["subversion_checks_out_and_commits"]),
    ("Mercurial", "`--ssh sshc`, or `ui.ssh`", &["mercurial_clones_and_pushes"]),
    ("lftp", "`set sftp:connect-program 'sshc -a -x'`", &["lftp_with_its_own_call"]),
    ("Unison", "`-sshcmd sshc`", &["unison_synchronizes_both_ways"]),
    ("Borg", "`BORG_RSH=sshc`", &["borg_and_restic_back_up_to_a_server"]),
    (
        "Ansible",
        "`ANSIBLE_SSH_EXECUTABLE=sshc`; its shared connection works, too",
        &["ansible_runs_modules_over_one_shared_connection"],
    ),
    ("mosh", "`--ssh=sshc`", &["mosh_starts_its_server"]),
    (
        "Open MPI",
        "`--mca plm_rsh_agent sshc:ssh`, so that nodes without `sshc` use `ssh` among themselves",
        &["openmpi_starts_a_job_on_its_hosts"],
    ),
    ("Intel MPI, MPICH", "`-launcher-exec sshc`", &["hydra_starts_its_proxies"]),
    (
        "TRAMP (Emacs)",
        "`tramp-login-program` of its method, or a link named `ssh`",
        &["tramp_reads_writes_and_runs"],
    ),
    ("VS Code", "the setting `remote.SSH.path`", &["vs_code_sends_its_script_and_gets_a_proxy"]),
    (
        "restic, pdsh, ssh-copy-id, Jupyter, docker, Vagrant, gcloud",
        "a link named `ssh` to `sshc`, first in `PATH`",
        &[
            "borg_and_restic_back_up_to_a_server",
            "pdsh_runs_a_command_on_each_host",
            "ssh_copy_id_installs_a_key",
            "jupyter_opens_its_tunnels",
            "docker_reaches_its_daemon",
            "vagrant_and_gcloud_log_in",
        ],
    ),
];

const LETTERS_OF_SSH: &str = "
## Letters of ssh

A letter may come alone, with its value attached (`-p2222`) or in a group (`-qTp 2222`), before or after the host. If one is
repeated, the last one counts, as with ssh, but the first user, port and tag. Keys and tunnels add up.

| letter | here | |
|---|---|---|
";

const WORDS_OF_PLINK: &str = "
## Words of plink

A word of plink's is never read as a group of letters.

| word | here | |
|---|---|---|
";

const LETTERS_OF_PLINK: &str = "
These letters mean something else to `plink` than to `ssh`. They mean what they do to plink if the command line also has one
of the words above:

| letter | here | |
|---|---|---|
";

const OPTIONS_OF_CONFIGURATION: &str = "
## Options of ssh_config

All options of OpenSSH 10.6, for `-o`, `~/.ssh/config` and `-F`. An option without a remark works as in the manual.

| option | here | |
|---|---|---|
";

#[test]
fn the_page_about_drop_in_use_is_golden() {
    check("docs/drop-in.md", &page(&sshc::cli::command()));
}

#[test]
fn each_program_of_the_page_is_run_by_a_test() {
    let sources: String = files("tests/sshc", ".rs").iter().map(|path| read(path)).collect();
    for (programs, _, tests) in ROWS {
        for test in *tests {
            assert!(sources.contains(&format!("#[test]\nfn {test}() {{")), "{programs}: {test}");
        }
    }
}

fn page(command: &Command) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(PROGRAMS);
    for (programs, how, _) in ROWS {
        let _ = writeln!(text, "| {programs} | {how} |");
    }
    text.push_str(DIFFERENCES);
    text.push_str(LETTERS_OF_SSH);
    for (letter, support) in SHORT_OPTIONS {
        let option = command.get_arguments().find(|it| it.get_short() == Some(*letter));
        let option = option.expect("each letter is an option");
        match support {
            ShortOption::Works => row(&mut text, &spelled(option), "works", &help(option)),
            ShortOption::Anyway(why) => row(&mut text, &spelled(option), "happens anyway", why),
            ShortOption::NoEffect(why) => row(&mut text, &spelled(option), "no effect", why),
            ShortOption::Refused(why) => row(&mut text, &spelled(option), "refused", why),
        }
    }
    text.push_str(WORDS_OF_PLINK);
    for entry in PLINK_WORDS {
        word(&mut text, entry);
    }
    text.push_str(LETTERS_OF_PLINK);
    for entry in PLINK_SHORT_OPTIONS {
        word(&mut text, entry);
    }
    text.push_str(OPTIONS_OF_CONFIGURATION);
    for (name, support) in OPTIONS {
        match support {
            Support::Full => row(&mut text, name, "works", ""),
            Support::NoEffect(why) => row(&mut text, name, "no effect", why),
            Support::Refused { why, .. } => {
                row(&mut text, name, "refused", &format!("{why}; its default is accepted"));
            }
        }
    }
    text
}

fn word(text: &mut String, (word, has_value, meaning): &(&str, bool, Word)) {
    let shown = if *has_value { format!("{word} VALUE") } else { (*word).to_owned() };
    let value = if *has_value { " VALUE" } else { "" };
    match meaning {
        Word::Option(option) => row(text, &shown, &format!("`{option}{value}`"), ""),
        Word::Config(name) => row(text, &shown, &format!("`-o {name}=VALUE`"), ""),
        Word::Session => {
            row(text, &shown, "`putty:VALUE`", "a session that PuTTY has saved (Windows)");
        }
        Word::Share(true) => row(text, &shown, "`--share`", ""),
        Word::Share(false) => {
            row(text, &shown, "happens anyway", "without `-share`, nothing is shared");
        }
        Word::Nothing(why) => row(text, &shown, "no effect", why),
        Word::Refused(why) => row(text, &shown, "refused", why),
    }
}

fn row(text: &mut String, name: &str, here: &str, remark: &str) {
    writeln!(text, "| `{name}` | {here} | {remark} |").expect("writing to a string");
}
