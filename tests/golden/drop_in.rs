//! The page `docs/drop-in.md`: what `sshc` makes of the letters of ssh, the words of plink and the
//! options of ssh_config. Its tables are those by which `sshc` reads them.

use std::fmt::Write as _;

use clap::Command;
use harness::golden::check;
use sshc::cli::{LETTERS, Letter, PLINK_LETTERS, PLINK_WORDS, Word};
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
- A shared connection at a `ControlPath` serves only calls with the same user, route, keys and host key options; others connect
  for themselves. `-O` reaches whatever is at that path.
- A tunnel of the command line that cannot be opened is an error, unless `ExitOnForwardFailure no` says otherwise.
- A remote command that a signal ends has the status 128 + its number, as in a shell.
- A key file of the command line (`-i`) must be there.
- `~C` works unless `EnableEscapeCommandline no` turns it off.
- `CheckHostIP` also refuses a key that is revoked for the address, and records no address for the target of a job log.
- `sshc` asks for the types of host key that are on record first, even if `HostKeyAlgorithms` puts others first.

Called as `ssh`, through a link, `sshc` begins the lines of `-v` with `debug1: ` and adds ssh's own words to some failures,
because some programs look for them.
";

const PROGRAMS: &str = "
## Programs that start ssh

The tests run each of these programs, or its exact call of `ssh` if the program is too large to install.

| program | how it starts `sshc` |
|---|---|
| git | `GIT_SSH_COMMAND=sshc`, or `git config core.sshCommand sshc` |
| scp, sftp | `-S` and the path of `sshc` |
| rsync | `-e sshc` with any options, or `RSYNC_RSH=sshc` |
| sshfs | `-o ssh_command=sshc` |
| Subversion | `SVN_SSH=sshc` |
| Mercurial | `--ssh sshc`, or `ui.ssh` |
| lftp | `set sftp:connect-program 'sshc -a -x'` |
| Unison | `-sshcmd sshc` |
| Borg | `BORG_RSH=sshc` |
| Ansible | `ANSIBLE_SSH_EXECUTABLE=sshc`; its shared connection works, too |
| mosh | `--ssh=sshc` |
| Open MPI | `--mca plm_rsh_agent sshc` |
| VS Code | the setting `remote.SSH.path` |
| restic, pdsh, ssh-copy-id, Jupyter, docker, TRAMP, Vagrant, gcloud | a link named `ssh` to `sshc`, first in `PATH` |
";

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

fn page(command: &Command) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(PROGRAMS);
    text.push_str(DIFFERENCES);
    text.push_str(LETTERS_OF_SSH);
    for (letter, support) in LETTERS {
        let option = command.get_arguments().find(|it| it.get_short() == Some(*letter));
        let option = option.expect("each letter is an option");
        match support {
            Letter::Works => row(&mut text, &spelled(option), "works", &help(option)),
            Letter::Anyway(why) => row(&mut text, &spelled(option), "happens anyway", why),
            Letter::NoEffect(why) => row(&mut text, &spelled(option), "no effect", why),
            Letter::Refused(why) => row(&mut text, &spelled(option), "refused", why),
        }
    }
    text.push_str(WORDS_OF_PLINK);
    for entry in PLINK_WORDS {
        word(&mut text, entry);
    }
    text.push_str(LETTERS_OF_PLINK);
    for entry in PLINK_LETTERS {
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
