//! The text after the options, in the long help and in the manual.

use std::fmt::Write as _;

use crate::reason::Reason;

/// The text after the options: examples, and the exit statuses and reason codes for scripts.
pub(super) fn after_help() -> String {
    let longest = Reason::ALL.iter().map(|reason| reason.code().len()).max().unwrap_or_default();
    let mut text = EXAMPLES.to_owned();
    for reason in Reason::ALL {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {:<longest$}  {}", reason.code(), reason.meaning());
    }
    text
}

const EXAMPLES: &str = "\
Examples:
  sshc ada@node7                                  a shell, as with ssh or PuTTY
  sshc --key id.ppk ada@node7 hostname -f         one command; sshc returns its exit status
  joblog-parse log.txt | sshc --key id.ppk        the cluster that the log announces
  joblog-parse log.txt | sshc --key id.ppk - whoami
                                                  a command there
  joblog-parse log.txt | sshc --key id.ppk -N -L 8888:localhost:8888
                                                  only the tunnel, until Ctrl-C
  joblog-parse --json --secrets log.txt | sshc --key id.ppk --announced --open
                                                  the notebook that it announces, in the browser
  joblog-parse --follow log.txt | sshc --wait --key id.ppk
                                                  from the submitted job to a shell
  sshc --share ada@node7 hostname                 one login for this command and those that follow
  sshc --batch --host-key SHA256:… ada@node7 true
                                                  in a script: nothing is asked

Exit status: the remote command's status; 128+n if signal n ended it; 255 if sshc itself failed; 2 for wrong usage.

Reasons in --log-json:";
