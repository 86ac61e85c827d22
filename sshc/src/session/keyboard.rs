//! What goes to the server: standard input, or a keyboard with our escapes taken out.

use std::cell::Cell;
use std::io;

use russh::ChannelWriteHalf;
use russh::client::Msg;
use tokio::sync::{mpsc, oneshot};

use super::escape::{Escape, Escapes, Said, Typed};
use super::stream;
use crate::Error;
use crate::stdio::Input;

/// A keyboard that may also speak to us.
pub(crate) struct Keyboard<'a> {
    pub(super) escapes: Escapes,
    pub(super) said: mpsc::UnboundedSender<Said>,
    /// Told of [`Escape::Disconnect`], which waits for nothing that was said before.
    pub(super) leave: Option<oneshot::Sender<()>>,
    /// Whether raw mode is still in force; without it this is an input like any other.
    pub(super) raw: &'a Cell<bool>,
}

impl Keyboard<'_> {
    /// Takes what was said to us out of what was typed.
    fn heard(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len());
        for typed in self.escapes.divide(bytes) {
            match typed {
                Typed::Bytes(bytes) => kept.extend_from_slice(&bytes),
                // Nobody obeys any more when the session has ended.
                Typed::Said(Said::Escape(Escape::Disconnect)) => {
                    let _ = self.leave.take().map(|leave| leave.send(()));
                }
                Typed::Said(said) => drop(self.said.send(said)),
            }
        }
        kept
    }
}

/// Sends the input until its end, and then says that it has ended.
pub(crate) async fn upload(
    input: Option<&mut Input>,
    writer: &ChannelWriteHalf<Msg>,
    mut keyboard: Option<Keyboard<'_>>,
) -> Result<(), Error> {
    if let Some(input) = input {
        loop {
            let mut bytes = input.read().await.map_err(stream("standard input"))?;
            keyboard = keyboard.filter(|keyboard| keyboard.raw.get());
            if bytes.is_empty() {
                if keyboard.is_some() {
                    // In raw mode Ctrl-D is a key: only a terminal that has gone ends.
                    return Err(stream("the terminal")(io::ErrorKind::UnexpectedEof.into()));
                }
                break;
            }
            if let Some(keyboard) = &mut keyboard {
                bytes = keyboard.heard(&bytes);
            }
            // The channel is gone: its end is told by the inbox.
            if writer.data_bytes(bytes).await.is_err() {
                return Ok(());
            }
            // Sent before we look whether there is more: a key should be on its way first.
            tokio::task::yield_now().await;
        }
    }
    let _ = writer.eof().await;
    Ok(())
}
