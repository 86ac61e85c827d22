//! What a failure means and what to do about it, in one line each, for the hint of an ordinary run
//! and for the report of `--diagnose`.
//!
//! Advice about a host key depends on its record, and is in [`alert`](crate::host_key::alert).

use russh::AlgorithmKind;

use crate::reason::{Reason, Stage};

mod login;
mod network;

pub(crate) use login::login;
pub(crate) use network::{NetworkFacts, RuleMatch, unreached};

/// Something accepts the connection but sends nothing.
pub(crate) const SILENT: &str = "the program there may not be an SSH server, or may be \
                                 overloaded: check the port, or allow more time with \
                                 --connect-timeout";

/// The connection is closed before SSH begins.
pub(crate) const CLOSED: &str = "the program there may not be an SSH server, or may have too many \
                                 connections: check the port, or try again in a moment";

/// The connection is reset before the login.
pub(crate) const RESET: &str = "something cut the connection: a firewall on the way, an access \
                                rule that does not include this computer (`cidr me`), or a server \
                                that is starting or stopping";

/// The server sent its version, but not its part of the key exchange.
pub(crate) const STALLED: &str = "the server answers, but large packets may get lost on the way, \
                                  as with a VPN whose MTU is too large: connect without the VPN, \
                                  or lower the MTU (Linux: `ip link set dev IFACE mtu 1300`); an \
                                  overloaded server needs more time (--connect-timeout)";

/// The server is not up yet.
pub(crate) const BOOTING: &str = "the cluster accepts no logins yet: --wait retries until it does";

/// The server disconnected with a message.
pub(crate) const DISCONNECTED: &str =
    "the message is the server's: its administrator or the job log knows more";

/// The connection is lost.
pub(crate) const LOST: &str = "log in again; run programs that must outlive a lost connection in \
                               tmux or screen on the cluster, and keep tunnels (-N) up with \
                               --reconnect";

/// A TLS server answers.
pub(crate) const TLS: &str = "a web server or another service listens there: check the port";

/// An HTTP server answers.
pub(crate) const WEB: &str = "a web server, a proxy or the login page of this network answers: \
                              check the port, and log in to the network in a browser if it \
                              requires that";

/// Something else answers.
pub(crate) const OTHER: &str = "the program there may not be an SSH server: check the port";

/// An SSH-1 server answers.
pub(crate) const OLD: &str =
    "SSH-1 has been broken for decades; ask the administrator for a newer server";

/// The server turns us away because of its penalties (`PerSourcePenalties`).
pub(crate) const PENALTY: &str = "after failed logins the server blocks this address for 15 s to \
                                  10 min: stop trying, then use --wait, which never triggers that";

/// The server turns us away because it is busy (`MaxStartups`).
pub(crate) const TOO_MANY_CALLERS: &str =
    "the server has too many connections that are not logged in yet: try again in a few seconds";

/// The proxy sent nothing.
pub(crate) const PROXY_SILENT: &str = "the program there may not be a proxy, or may be \
                                       overloaded: check its address, or allow more time with \
                                       --connect-timeout";

/// The proxy wants a login.
pub(crate) const PROXY_LOGIN: &str = "name the user in the URL, as in --proxy \
                                      http://user@host:port; sshc asks for the password";

/// The change to the list of `kind` that would give us an algorithm in common with the server,
/// which has `theirs`; `ours` are all that this program has, allowed or not.
pub(crate) fn algorithm(
    kind: &AlgorithmKind,
    theirs: &[String],
    ours: &[&str],
    is_chosen: bool,
) -> String {
    let option = match kind {
        AlgorithmKind::Kex => "KexAlgorithms",
        AlgorithmKind::Key => "HostKeyAlgorithms",
        AlgorithmKind::Cipher => "Ciphers",
        AlgorithmKind::Mac => "MACs",
        AlgorithmKind::Compression => {
            return "-o Compression=yes allows the server's compression".into();
        }
    };
    match theirs.iter().find(|name| ours.contains(&name.as_str())) {
        Some(name) if is_chosen => {
            format!("{option} leaves out {name}; -o {option}=+{name} allows it")
        }
        Some(name) => format!("-o {option}=+{name} allows it; ask for a newer server"),
        None => "sshc supports none of them: ask the administrator for a newer server".into(),
    }
}

/// What to do about a slow step, given its name.
pub(crate) fn slow(step: &str) -> &'static str {
    match step {
        "name" => {
            "the name server of this network is slow: name the address instead, or check this \
             computer's DNS settings"
        }
        "connection" | "control" => "the path is long or loses packets: try another network",
        "key" => {
            "the server looks up the key in a remote directory, or is busy: allow more time with \
             --connect-timeout"
        }
        _ => {
            "the server is busy, or fails to look up this computer's name (UseDNS): allow more \
             time with --connect-timeout"
        }
    }
}

/// What to do if the case itself suggests nothing better.
pub(crate) fn otherwise(reason: Reason) -> &'static str {
    match reason.stage() {
        Stage::Preparation if reason == Reason::Unanswered => {
            "log in without --diagnose, so that sshc can ask"
        }
        Stage::Preparation => "fix that, and run it again",
        Stage::Network => "check this computer's network and its VPN",
        Stage::Greeting | Stage::KeyExchange => {
            "try again in a moment; --wait waits until the cluster can be logged in to"
        }
        Stage::HostKey => "ask the administrator of the server which key is right",
        Stage::Login | Stage::Session => "ask the administrator of the server what its log says",
    }
}

/// A summary of a reason, before the details of the case.
pub(crate) fn lead(reason: Reason) -> &'static str {
    match reason {
        Reason::Usage | Reason::Local | Reason::Unanswered | Reason::BeyondJumpHost => "unknown",
        Reason::KeyUnusable => "the key cannot be used",
        Reason::PrivateAddress => "the wrong address",
        Reason::NameNotFound | Reason::NoAddress => "the name",
        Reason::RuleExcludes => "the access rule",
        Reason::InstanceGone => "the instance is gone",
        Reason::PortFiltered => "the port is filtered",
        Reason::NoAnswer => "the instance is gone, or the path to it is filtered",
        Reason::Unreachable => "this computer's network",
        Reason::Refused => "booting, or no SSH server",
        Reason::ProxyFailed | Reason::ProxyLogin => "the proxy",
        Reason::Silent => "starting up, or no SSH server",
        Reason::Closed => "starting up, or too many connections",
        Reason::TurnedAway => "turned away",
        Reason::NotSsh => "not SSH",
        Reason::NoCommonAlgorithm => "no algorithm in common",
        Reason::KeyExchange => "the key exchange",
        Reason::HostKeyUnknown => "first contact",
        Reason::HostKeyReused => "an address that was used before",
        Reason::HostKeyChanged => "possibly an attack",
        Reason::HostKeyRevoked => "a revoked host key",
        Reason::HostCertificate => "the host's certificate",
        Reason::HostKeyWeak => "a weak host key",
        Reason::NothingToOffer => "no key to log in with",
        Reason::KeyNotWelcome => "wrong user or wrong key, the server does not say which",
        Reason::SignatureRefused => "the login was refused after the signature",
        Reason::AgentRefused => "the agent did not sign",
        Reason::SecondFactor => "the key is not enough",
        Reason::PasswordExpired => "the password has expired",
        Reason::AccountExpired => "the account has expired",
        Reason::AccountLocked => "the account is locked",
        Reason::LoginsClosed => "no logins for now",
        Reason::PasswordRefused => "the password",
        Reason::TooManyAttempts => "too many keys",
        Reason::NoProof => "a login without any proof",
        Reason::LoginTimeLimit => "the server's time limit for a login",
        Reason::HungUp | Reason::LoginBroken => "the login broke off",
        Reason::SessionRefused => "no session",
        Reason::ShellEnded => "the shell ended at once",
        Reason::DiskFull => "the disk is full",
        Reason::ForwardRefused => "no tunnel",
        Reason::Lost => "the connection was lost",
        Reason::Signal => "a signal",
        Reason::Slow => "slow",
    }
}
