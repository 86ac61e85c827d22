//! `keyagent relay`: the agent for programs that can only use standard streams (WSL, containers).

use std::io::{self, Read, Write};
use std::process::ExitCode;

use super::error::Failure;
use crate::agent::client::Client;
use crate::agent::error::AgentError;
use crate::agent::message::{self, MESSAGE_LIMIT};

/// Passes on one message after the other until standard input ends.
pub(super) fn run() -> Result<ExitCode, Failure> {
    let mut client = Client::connect()?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(request) = read(&mut input).map_err(Failure::Relay)? {
        let answer = match client.ask(&request) {
            // Some agents hang up after each answer, or when their own question was not answered.
            Err(AgentError::Unreachable { .. }) => {
                client = Client::connect()?;
                client.ask(&request)?
            }
            answer => answer?,
        };
        let mut frame = Vec::with_capacity(answer.len() + 4);
        message::put_string(&mut frame, &answer);
        output.write_all(&frame).and_then(|()| output.flush()).map_err(Failure::Relay)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The next message; `None` if the input ends before one begins.
fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MESSAGE_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a request is longer than 256 KiB"));
    }
    let mut message = vec![0; length];
    input.read_exact(&mut message)?;
    Ok(Some(message))
}
