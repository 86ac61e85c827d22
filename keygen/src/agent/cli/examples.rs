//! The end of `--help` and of the man pages: examples, and notes for all commands.

pub(super) const ALL: &str = "\
Examples:
  keyagent add id.ppk                   ask for the passphrase once, then sign for every program
  keyagent add id_rsa --lifetime 8h     for a working day
  keyagent add id.ppk --later           ask at the first use instead
  keyagent list
  keyagent remove --all
  keyagent env --shell fish             the variables that other programs need

With `eval \"$(keyagent start)\"` in a shell's profile, every program finds the agent. The programs
of this package find it anyway.";

pub(super) const ADD: &str = "\
Examples:
  keyagent add id.ppk                     ask for the passphrase once
  keyagent add id.ppk --later             ask at the first use instead
  keyagent add id_rsa --lifetime 8h       for a working day
  keyagent add id_rsa --only ada@node7    only for logins to this host";

pub(super) const LIST: &str = "\
Examples:
  keyagent list           one line per key
  keyagent list --json    one object per key";

pub(super) const REMOVE: &str = "\
Examples:
  keyagent remove id.ppk
  keyagent remove --all";

pub(super) const LOCK: &str = "\
Examples:
  keyagent lock      ask for a passphrase, and hide all keys
  keyagent unlock    ask for the same passphrase, and show them again";

pub(super) const STATUS: &str = "\
Examples:
  keyagent status           where the agent listens, and how many keys it holds
  keyagent status --json    the same for a script";

pub(super) const STOP: &str = "\
Examples:
  keyagent stop";

pub(super) const START: &str = "\
Examples:
  eval \"$(keyagent start)\"      sh, bash, zsh: start it, and set the variables
  keyagent start --idle 30m     forget keys that are not used for half an hour
  keyagent start -- sh          a shell with an agent of its own";

pub(super) const RELAY: &str = "\
Examples:
  socat UNIX-LISTEN:/tmp/agent.sock,fork,umask=077 EXEC:'keyagent.exe relay' &
                                In WSL: the agent of Windows at /tmp/agent.sock";
