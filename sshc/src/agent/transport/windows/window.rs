//! Pageant's window, as PuTTY before 0.75 has it: a request in shared memory, and a message that
//! says where.
//!
//! The message is answered when the agent, or its user, is done with it. That takes a thread of its
//! own, so that the connection to the server stays alive meanwhile and an agent that hangs can be
//! given up.

use std::io;
use std::thread;

use pageant::wmmessage::{is_pageant_running, query_pageant_direct};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::sync::oneshot;

use super::Stream;
use crate::agent::message::FAILURE;

/// What the shared memory holds: a length in four bytes, and a message.
const MOST_BYTES: usize = 8192;

/// A stream to the agent whose window is there.
pub(super) fn connect() -> io::Result<Stream> {
    if !is_pageant_running() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it is not running"));
    }
    let (near, far) = duplex(MOST_BYTES);
    tokio::spawn(serve(far));
    Ok(Stream::new(near))
}

/// Passes on one request after the other, until we or the agent go.
async fn serve(mut stream: DuplexStream) -> io::Result<()> {
    // The agent tells its clients apart by it; two at once must not share their memory.
    let cookie = format!("{:016x}", rand::random::<u64>());
    loop {
        let length = stream.read_u32().await?;
        let mut frame = length.to_be_bytes().to_vec();
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        let mut body = (&mut stream).take(length.into());
        if size > MOST_BYTES - frame.len() {
            tokio::io::copy(&mut body, &mut tokio::io::sink()).await?;
            stream.write_all(&[0, 0, 0, 1, FAILURE]).await?;
            continue;
        }
        body.read_to_end(&mut frame).await?;
        stream.write_all(&ask(cookie.clone(), frame).await?).await?;
    }
}

/// One request's answer, waited for elsewhere.
async fn ask(cookie: String, request: Vec<u8>) -> io::Result<Vec<u8>> {
    let (sender, answer) = oneshot::channel();
    thread::Builder::new().name("pageant".to_owned()).spawn(move || {
        // Nobody waits any more when the deadline has passed.
        let _ = sender.send(query_pageant_direct(cookie, &request));
    })?;
    answer.await.map_err(io::Error::other)?.map_err(io::Error::other)
}
