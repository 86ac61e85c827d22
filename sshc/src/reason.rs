//! Why a login or session failed, as one code: for `--log-json`, for `--wait`, and for scripts.
//!
//! Errors have the words for people. This module has what programs decide by; `advice` has what
//! helps.

pub(crate) mod server_phrases;

/// How far a connection got before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing was sent: the request, or what we would log in with, is unusable.
    Preparation,
    /// There was no connection.
    Network,
    /// There was a connection, but no SSH server introduced itself.
    Greeting,
    /// An SSH server introduced itself, but no encryption was set up.
    KeyExchange,
    /// We checked the host key.
    HostKey,
    /// We logged in.
    Login,
    /// We were logged in.
    Session,
}

macro_rules! reasons {
    ($($(#[doc = $meaning:literal])+ $name:ident = $code:literal at $stage:ident,)*) => {
        /// Why a login, or what was to follow it, failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[doc = $meaning])+ $name,)*
        }

        impl Reason {
            /// All reasons, in the order in which they can occur.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code for scripts; it never changes.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The meaning, for the manual.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($meaning),+).trim_ascii(),)*
                }
            }

            /// How far the connection got.
            #[must_use]
            pub fn stage(self) -> Stage {
                match self {
                    $(Self::$name => Stage::$stage,)*
                }
            }
        }
    };
}

reasons! {
    /// The options or the configuration cannot be used.
    Usage = "usage" at Preparation,
    /// A question could not be asked, or was not answered.
    Unanswered = "unanswered" at Preparation,
    /// A key file or an agent cannot be used, or the passphrase is wrong.
    KeyUnusable = "key-unusable" at Preparation,
    /// Hosts beyond a jump host can be checked only from there.
    BeyondJumpHost = "beyond-jump-host" at Preparation,
    /// Something on this computer failed, such as writing a file.
    Local = "local-failure" at Preparation,
    /// The address is private or link-local, and no jump host leads to it.
    PrivateAddress = "private-address" at Network,
    /// The host name does not resolve.
    NameNotFound = "name-not-found" at Network,
    /// The name has no address of the wanted family, or there is no such address here.
    NoAddress = "no-address" at Network,
    /// There is no route to the address.
    Unreachable = "unreachable" at Network,
    /// The address does not answer, and the access rule leaves this computer out.
    RuleExcludes = "rule-excludes" at Network,
    /// The address does not answer, but another server does: the instance is gone.
    InstanceGone = "instance-gone" at Network,
    /// Nothing answers on this port, which the network or the host filters.
    PortFiltered = "port-filtered" at Network,
    /// The address does not answer.
    NoAnswer = "no-answer" at Network,
    /// The address refuses connections to the port.
    Refused = "refused" at Network,
    /// The proxy, its command, or the jump host could not connect.
    ProxyFailed = "proxy-failed" at Network,
    /// The proxy wants another login.
    ProxyLogin = "proxy-login" at Preparation,
    /// The port is open, but the server sends nothing.
    Silent = "silent" at Greeting,
    /// The connection was closed or reset before SSH began.
    Closed = "closed" at Greeting,
    /// The server refuses the connection for now.
    TurnedAway = "turned-away" at Greeting,
    /// Something other than an SSH-2 server answers.
    NotSsh = "not-ssh" at Greeting,
    /// No algorithm in common.
    NoCommonAlgorithm = "no-common-algorithm" at KeyExchange,
    /// The key exchange failed or was not finished.
    KeyExchange = "key-exchange" at KeyExchange,
    /// The host key is not on record, and was not accepted.
    HostKeyUnknown = "host-key-unknown" at HostKey,
    /// The host key is new, but another key is on record for this address, filed under the other
    /// scope: the address was used before.
    HostKeyReused = "host-key-reused" at HostKey,
    /// The host key is not the one on record, or not the one that was named.
    HostKeyChanged = "host-key-changed" at HostKey,
    /// The host key is revoked.
    HostKeyRevoked = "host-key-revoked" at HostKey,
    /// The certificate of the host is not valid here and now.
    HostCertificate = "host-certificate" at HostKey,
    /// The host key is too short.
    HostKeyWeak = "host-key-weak" at HostKey,
    /// There is no key and no password to log in with.
    NothingToOffer = "nothing-to-offer" at Login,
    /// The server accepts none of the keys: wrong user or wrong key, it does not say which.
    KeyNotWelcome = "key-not-welcome" at Login,
    /// The server accepted a key, but refused the login after the signature.
    SignatureRefused = "signature-refused" at Login,
    /// The server accepted a key, but the agent did not sign with it.
    AgentRefused = "agent-refused" at Login,
    /// The server accepted one method and requires another.
    SecondFactor = "second-factor" at Login,
    /// The password has expired.
    PasswordExpired = "password-expired" at Login,
    /// The account has expired.
    AccountExpired = "account-expired" at Login,
    /// The account is locked.
    AccountLocked = "account-locked" at Login,
    /// The server accepts no logins for now: it is booting or shutting down.
    LoginsClosed = "logins-closed" at Login,
    /// The password or another answer was refused.
    PasswordRefused = "password-refused" at Login,
    /// The server hung up after too many attempts.
    TooManyAttempts = "too-many-attempts" at Login,
    /// The server required no authentication, which --no-trivial-auth refuses.
    NoProof = "no-proof" at Login,
    /// The server did not wait for the answer to a question.
    LoginTimeLimit = "login-time-limit" at Login,
    /// The server hung up during the login.
    HungUp = "hung-up" at Login,
    /// The connection broke during the login.
    LoginBroken = "login-broken" at Login,
    /// The server refused the shell, the command or the terminal.
    SessionRefused = "session-refused" at Session,
    /// The shell ended as soon as it began.
    ShellEnded = "shell-ended" at Session,
    /// A disk of the server is full.
    DiskFull = "disk-full" at Session,
    /// A tunnel could not be set up.
    ForwardRefused = "forward-refused" at Session,
    /// The connection was lost.
    Lost = "lost" at Session,
    /// A signal ended the remote program.
    Signal = "signal" at Session,
    /// A login would work, but a step on the way to it is slow.
    Slow = "slow" at Session,
}

impl Reason {
    /// Whether the cause may pass with time alone. Refused keys are not included: a caller that
    /// knows the keys must decide about them.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self.stage() {
            Stage::Preparation | Stage::HostKey | Stage::Session => matches!(self, Self::Lost),
            Stage::Network | Stage::Greeting => true,
            Stage::KeyExchange => self != Self::NoCommonAlgorithm,
            Stage::Login => matches!(self, Self::LoginBroken | Self::LoginsClosed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_words_of_scripts_and_each_is_its_own() {
        let codes: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert!(reason.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
            assert!(reason.meaning().ends_with('.'), "{}", reason.meaning());
        }
    }

    #[test]
    fn what_a_person_must_decide_does_not_pass() {
        for (reason, passes) in [
            (Reason::Refused, true),
            (Reason::NoAnswer, true),
            (Reason::TurnedAway, true),
            (Reason::Closed, true),
            (Reason::KeyExchange, true),
            (Reason::LoginBroken, true),
            (Reason::LoginsClosed, true),
            (Reason::LoginTimeLimit, false),
            (Reason::NoProof, false),
            (Reason::Lost, true),
            (Reason::ProxyLogin, false),
            (Reason::NoCommonAlgorithm, false),
            (Reason::HostKeyUnknown, false),
            (Reason::HostKeyChanged, false),
            (Reason::HostKeyRevoked, false),
            (Reason::KeyNotWelcome, false),
            (Reason::KeyUnusable, false),
            (Reason::Usage, false),
        ] {
            assert_eq!(reason.may_pass(), passes, "{reason:?}");
        }
    }
}
