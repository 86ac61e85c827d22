//! The options of a diagnosis.

use clap::Args;

use crate::forward::spec::HostPort;

#[derive(Debug, Args)]
pub(crate) struct Diagnosis {
    /// Find out why a login does not work, without logging in
    ///
    /// Prints each step with the time it took, then a verdict and what to do. It asks nothing and
    /// changes nothing, on the server or here. The exit status is 0 if a login would work, 1 if
    /// not, and 255 if that is unknown.
    #[arg(long, conflicts_with_all = ["command", "wait", "forget", "show_config", "background", "stdio_forward", "reconnect"], help_heading = "Diagnosis")]
    pub(crate) diagnose: bool,

    /// With --diagnose: the cluster's access rule, as cidr prints it (repeatable)
    ///
    /// Networks, addresses and ranges with commas or blanks between them, @FILE, or - for standard
    /// input.
    #[arg(
        hide_short_help = true,
        long,
        value_name = "RULE",
        requires = "diagnose",
        help_heading = "Diagnosis"
    )]
    pub(crate) rule: Vec<String>,

    /// With --diagnose: a server that is up, to compare with (repeatable)
    ///
    /// sshc tries it only if the cluster does not answer. A server on the same port shows whether
    /// the instance is gone or this network filters the port; another port of the cluster shows
    /// whether the cluster is up.
    #[arg(
        hide_short_help = true,
        long = "control",
        value_name = "HOST:PORT",
        requires = "diagnose",
        help_heading = "Diagnosis"
    )]
    pub(crate) controls: Vec<HostPort>,

    /// With --diagnose: print each step as a line of JSON
    ///
    /// A step has `step`, `elapsed_ms`, `took_ms`, `ok`, `reason` and `message`. The last line has
    /// `verdict`, `hint`, `reason`, `status` and `elapsed_ms`. A `reason` is one of the codes
    /// below, or null.
    #[arg(hide_short_help = true, long, requires = "diagnose", help_heading = "Diagnosis")]
    pub(crate) json: bool,
}
