//! The keys that an ssh-agent holds: the one request of its protocol that lists them (draft-ietf-sshm-ssh-agent §4.4).

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io::{self, Read, Write};

#[cfg(unix)]
use unix as socket;
#[cfg(windows)]
use windows as socket;

use keygen::PublicKeyLine;

/// `SSH_AGENTC_REQUEST_IDENTITIES`, behind its length.
const REQUEST: [u8; 5] = [0, 0, 0, 1, 11];

/// `SSH_AGENT_IDENTITIES_ANSWER`.
const ANSWER: u8 = 12;

/// OpenSSH's agent answers with no more.
const ANSWER_LIMIT_BYTES: u32 = 256 * 1024;

/// Why an agent's keys are not known.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// No agent is running, or the variable that leads to it did not get here.
    #[error("no agent is there: {}", socket::NOT_THERE)]
    NotThere,
    /// It is named but cannot be reached.
    #[error("the agent at `{path}` does not answer")]
    Unreachable {
        /// The socket or pipe.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// What it answered is not a list of keys.
    #[error("the agent's answer makes no sense")]
    Nonsense,
}

/// The keys that the agent of this session holds, in its order. Those of a kind we don't know are left out.
///
/// # Errors
/// When there is no agent, or none that answers.
pub fn keys() -> Result<Vec<PublicKeyLine>, AgentError> {
    let path = socket::path().ok_or(AgentError::NotThere)?;
    let answer = socket::connect(&path).and_then(|mut socket| ask(&mut socket));
    let unreachable = |source| AgentError::Unreachable { path: contract::shown(&path), source };
    identities(&answer.map_err(unreachable)?).ok_or(AgentError::Nonsense)
}

fn ask(socket: &mut (impl Read + Write)) -> io::Result<Vec<u8>> {
    socket.write_all(&REQUEST)?;
    let mut length = [0; 4];
    socket.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length).min(ANSWER_LIMIT_BYTES);
    let mut answer = Vec::new();
    socket.take(length.into()).read_to_end(&mut answer)?;
    Ok(answer)
}

/// Takes the answer apart; `None` when it is not whole.
fn identities(answer: &[u8]) -> Option<Vec<PublicKeyLine>> {
    let (kind, mut rest) = answer.split_first()?;
    if *kind != ANSWER {
        return None;
    }
    let count = number(&mut rest)?;
    let mut keys = Vec::new();
    for _ in 0..count {
        let blob = string(&mut rest)?;
        let comment = String::from_utf8_lossy(string(&mut rest)?);
        keys.extend(PublicKeyLine::from_blob(blob, &comment));
    }
    Some(keys)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (digits, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(u32::from_be_bytes(*digits))
}

fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = number(rest)?;
    let (taken, behind) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = behind;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &[u8] = b"\0\0\0\x0bssh-ed25519\0\0\0\x20\
        \xb3\x3e\xae\xf3\x7e\xa2\xdf\x7c\xaa\x01\x0d\xef\xde\xa3\x4e\x24\
        \x1f\x65\xf1\xb5\x29\xa4\xf4\x3e\xd1\x43\x27\xf5\xc5\x4a\xab\x62";

    fn field(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).expect("short");
        [&length.to_be_bytes(), bytes].concat()
    }

    fn answer(keys: &[(&[u8], &[u8])]) -> Vec<u8> {
        let count = u32::try_from(keys.len()).expect("few");
        let keys = keys.iter().flat_map(|(blob, comment)| [field(blob), field(comment)]);
        [&[ANSWER][..], &count.to_be_bytes()]
            .into_iter()
            .map(<[u8]>::to_vec)
            .chain(keys)
            .flatten()
            .collect()
    }

    #[test]
    fn keys_come_in_the_agents_order_with_their_comments() {
        let unknown = field(b"ssh-tomorrow");
        let found =
            identities(&answer(&[(ED25519, b"ada"), (&unknown, b"new"), (ED25519, b"\xff")]))
                .expect("whole");
        let comments: Vec<_> = found.iter().map(PublicKeyLine::comment).collect();
        assert_eq!(comments, ["ada", "\u{fffd}"]);
        assert_eq!(identities(&answer(&[])), Some(Vec::new()));
    }

    #[test]
    fn half_an_answer_is_none() {
        let whole = answer(&[(ED25519, b"ada")]);
        for length in 0..whole.len() {
            assert_eq!(identities(&whole[..length]), None, "{length}");
        }
        assert_eq!(identities(&[5]), None, "SSH_AGENT_FAILURE");
        assert_eq!(identities(&[ANSWER, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
