//! Pageant's window, as in PuTTY before 0.75: the request is in shared memory, and a message names
//! that memory.
//!
//! The message is answered only when the agent or its user is done. So a separate thread sends it,
//! which keeps the connection to the server alive meanwhile, and lets us give up an agent that
//! hangs.

use std::io;
use std::thread;

use keygen::agent::{ask_pageants_window, is_pageants_window_open};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::Stream;
use crate::agent::SIGN_WITHIN;
use crate::agent::message::{FAILURE, MESSAGE_LIMIT};

/// A stream to the agent that owns the window.
pub(super) fn connect() -> io::Result<Stream> {
    if !is_pageants_window_open() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it is not running"));
    }
    let (near, far) = duplex(MESSAGE_LIMIT);
    tokio::spawn(serve(far));
    Ok(Stream::new(near))
}

/// Passes on one request after the other, until we or the agent end.
async fn serve(mut stream: DuplexStream) -> io::Result<()> {
    loop {
        let length = stream.read_u32().await?;
        let mut frame = length.to_be_bytes().to_vec();
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        let mut body = (&mut stream).take(length.into());
        if size > MESSAGE_LIMIT - frame.len() {
            tokio::io::copy(&mut body, &mut tokio::io::sink()).await?;
            stream.write_all(&[0, 0, 0, 1, FAILURE]).await?;
            continue;
        }
        body.read_to_end(&mut frame).await?;
        stream.write_all(&ask(frame).await?).await?;
    }
}

/// Asks on another thread, and waits for the answer.
async fn ask(request: Vec<u8>) -> io::Result<Zeroizing<Vec<u8>>> {
    let (sender, answer) = oneshot::channel();
    thread::Builder::new().name("pageant".to_owned()).spawn(move || {
        // After the deadline nothing receives the answer any more.
        let _ = sender.send(ask_pageants_window(&request, SIGN_WITHIN));
    })?;
    answer.await.map_err(io::Error::other)?
}
