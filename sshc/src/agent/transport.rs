//! Connects to the agent that the [`Choice`] selects, by a socket or a pipe.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{AgentError, Choice};
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// How long connecting may take, including waiting for a busy pipe.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The agent's address in the environment.
const SSH_AUTH_SOCK: &str = "SSH_AUTH_SOCK";

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A stream to an agent, over any transport.
pub(super) struct Stream(Box<dyn Duplex>);

impl Stream {
    pub(super) fn new(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self(Box::new(stream))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// Streams to the chosen agents, with their names.
pub(super) async fn connect(choice: &Choice) -> Result<Vec<(String, Stream)>, AgentError> {
    let places = places(choice, |name| std::env::var(name).ok().filter(|path| !path.is_empty()))?;
    let mut streams = Vec::new();
    for place in places {
        match within_deadline(&place).await {
            Ok(stream) => streams.push((place, stream)),
            Err(error) if *choice == Choice::Auto => log::debug!("no agent at {place}: {error}"),
            Err(source) => return Err(AgentError::Unreachable { agent: place, source }),
        }
    }
    Ok(streams)
}

async fn within_deadline(place: &str) -> io::Result<Stream> {
    match tokio::time::timeout(CONNECT_WITHIN, platform::connect(place)).await {
        Ok(connected) => connected,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// The addresses to try, in order: paths of sockets and pipes, and names that the platform adds.
fn places(
    choice: &Choice,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, AgentError> {
    let named = variable(SSH_AUTH_SOCK);
    Ok(match choice {
        Choice::Auto => platform::all_places(named),
        Choice::OpenSsh => vec![named.or_else(platform::openssh).ok_or(AgentError::NoAgent)?],
        Choice::Pageant => vec![platform::pageant().or(named).ok_or(AgentError::NoAgent)?],
        Choice::None => Vec::new(),
        Choice::Variable(name) => {
            vec![variable(name).ok_or_else(|| AgentError::Unset { name: name.clone() })?]
        }
        Choice::Path(path) => vec![path.clone()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_where_the_choice_says() {
        let environment = |name: &str| {
            let path = match name {
                SSH_AUTH_SOCK => "/run/agent",
                "MINE" => "/run/mine",
                _ => return None,
            };
            Some(path.to_owned())
        };
        let mine = Choice::Variable("MINE".to_owned());
        assert_eq!(places(&mine, environment).unwrap(), ["/run/mine"]);
        assert_eq!(places(&Choice::OpenSsh, environment).unwrap(), ["/run/agent"]);
        assert_eq!(places(&Choice::Path("/x".to_owned()), environment).unwrap(), ["/x"]);
        assert_eq!(places(&Choice::None, environment).unwrap(), [""; 0]);
        assert_eq!(places(&Choice::Auto, environment).unwrap()[0], "/run/agent");
        let unset = Choice::Variable("UNSET".to_owned());
        assert!(matches!(places(&unset, environment), Err(AgentError::Unset { .. })));
    }
}
