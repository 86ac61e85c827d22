//! Errors of the SSH library, in the words of a user.

use std::io;

use contract::shown;

use super::Error;
use crate::advice;
use crate::client::End;
use crate::client::link::frame::REFUSED_HERE;
use crate::reason::Reason;

const CLOSED: &str = "the server closed the connection";

/// The same words, however the silence was noticed.
const SILENT: &str = "the server stopped answering";

impl Error {
    /// A handshake that failed in russh, with the place.
    ///
    /// `available` are our algorithms of the kind for which there was none in common; a user may
    /// have chosen of them.
    pub(crate) fn handshake(
        place: String,
        cause: &russh::Error,
        available: &[&str],
        is_chosen: bool,
    ) -> Self {
        use russh::Error as E;
        let closed = || (Reason::Closed, Some(advice::CLOSED.to_owned()));
        let (code, hint) = match cause {
            E::NoCommonAlgo { kind, theirs, .. } => {
                let hint = advice::algorithm(kind, theirs, available, is_chosen);
                (Reason::NoCommonAlgorithm, Some(hint))
            }
            E::HUP | E::Disconnect | E::SendError | E::RecvError => closed(),
            E::IO(cause) if is_closed(cause.kind()) => closed(),
            E::IO(cause) if cause.kind() == io::ErrorKind::ConnectionReset => {
                (Reason::Closed, Some(advice::RESET.to_owned()))
            }
            _ => (Reason::KeyExchange, None),
        };
        Self::Handshake { code, place, reason: plain_russh(cause), hint }
    }

    /// A server that disconnected before it showed its host key.
    pub(crate) fn hung_up(place: String, end: &End) -> Self {
        let is_booting = end.reason.contains("booting up");
        let hint = if is_booting { advice::BOOTING } else { advice::DISCONNECTED };
        let (code, hint) = (Reason::TurnedAway, Some(hint.to_owned()));
        Self::Handshake { code, place, reason: end.words(), hint }
    }
}

/// russh's errors in the words of a user, in lower case and without debug output.
pub(super) fn plain_russh(cause: &russh::Error) -> String {
    use russh::Error as E;
    match cause {
        E::NoCommonAlgo { kind, ours, theirs } => format!(
            "no common {}: we offer {}; the server has {}",
            algorithm_words(kind),
            algorithm_names(ours),
            algorithm_names(theirs)
        ),
        E::Version => "it does not speak SSH".into(),
        E::HUP | E::Disconnect | E::SendError | E::RecvError => CLOSED.into(),
        E::KeepaliveTimeout | E::InactivityTimeout => SILENT.into(),
        E::WrongServerSig => "the server could not prove that it holds its host key".into(),
        E::PacketAuth | E::DecryptionError => {
            "a packet arrived damaged (message authentication code incorrect)".into()
        }
        E::PacketSize(size) => format!("a packet of {size} bytes, which SSH does not allow"),
        E::StrictKeyExchangeViolation { .. } => {
            "messages were inserted into the key exchange".into()
        }
        E::KexInit | E::Kex => "the server's part in the key exchange is invalid".into(),
        E::SshKey(_) | E::SshEncoding(_) | E::Keys(_) | E::CouldNotReadKey => {
            "the server sent a key or a message that cannot be read".into()
        }
        E::IO(cause) => line_words(cause),
        E::ChannelOpenFailure(reason) => refusal_words(reason).into(),
        other => shown(other.to_string()),
    }
}

/// RFC 4254 §5.1.
fn refusal_words(reason: &russh::ChannelOpenFailure) -> &'static str {
    use russh::ChannelOpenFailure as R;
    match reason {
        R::AdministrativelyProhibited => "administratively prohibited",
        R::ConnectFailed => "connect failed",
        R::UnknownChannelType => "unknown channel type",
        R::ResourceShortage => "resource shortage",
        R::Other { code: REFUSED_HERE, .. } => "the process that holds the connection refused",
        R::Other { .. } => "the server refused",
    }
}

fn algorithm_words(kind: &russh::AlgorithmKind) -> &'static str {
    use russh::AlgorithmKind as K;
    match kind {
        K::Kex => "key exchange",
        K::Key => "type of host key",
        K::Cipher => "cipher",
        K::Compression => "compression",
        K::Mac => "message authentication code",
    }
}

/// Drops pseudo-algorithms (`ext-info-*`, `kex-strict-*`) from the list.
fn algorithm_names(names: &[String]) -> String {
    let is_algorithm =
        |name: &&String| !name.starts_with("kex-strict-") && !name.starts_with("ext-info-");
    let names: Vec<&str> = names.iter().filter(is_algorithm).map(String::as_str).collect();
    shown(names.join(","))
}

fn is_closed(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe)
}

/// What happened to the connection to the server.
fn line_words(cause: &io::Error) -> String {
    match cause.kind() {
        kind if is_closed(kind) => CLOSED.into(),
        io::ErrorKind::ConnectionReset => "the connection was reset".into(),
        io::ErrorKind::TimedOut => SILENT.into(),
        _ => contract::report::cause(cause),
    }
}
