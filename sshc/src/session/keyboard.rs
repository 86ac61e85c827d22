//! Sends input to the server: standard input, or the keyboard without our escapes.

use std::cell::Cell;
use std::io;

use tokio::sync::{mpsc, oneshot};

use super::escape::{Escape, Escapes, LocalInput, Typed};
use super::stream;
use crate::Error;
use crate::client::link::ChannelWriter;
use crate::stdio::Input;

/// A keyboard that may contain escapes.
pub(crate) struct Keyboard<'a> {
    pub(super) escapes: Escapes,
    pub(super) inputs: mpsc::UnboundedSender<LocalInput>,
    /// Gets [`Escape::Disconnect`], which does not wait for earlier escapes.
    pub(super) disconnect: Option<oneshot::Sender<()>>,
    /// Whether raw mode is still on; without it this is plain input.
    pub(super) raw: &'a Cell<bool>,
}

impl Keyboard<'_> {
    /// Takes the escapes out of the typed bytes, and returns the rest.
    fn without_escapes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len());
        for typed in self.escapes.divide(bytes) {
            match typed {
                Typed::Bytes(bytes) => kept.extend_from_slice(&bytes),
                // If the session has ended, no task obeys any more.
                Typed::LocalInput(LocalInput::Escape(Escape::Disconnect)) => {
                    let _ = self.disconnect.take().map(|disconnect| disconnect.send(()));
                }
                Typed::LocalInput(input) => drop(self.inputs.send(input)),
            }
        }
        kept
    }
}

/// Sends the input until its end, and then signals the end. `has_sent` becomes true with the first
/// byte.
pub(crate) async fn upload(
    input: Option<&mut Input>,
    writer: &ChannelWriter,
    mut keyboard: Option<Keyboard<'_>>,
    has_sent: &Cell<bool>,
) -> Result<(), Error> {
    if let Some(input) = input {
        loop {
            let mut bytes = input.read().await.map_err(stream("standard input"))?;
            keyboard = keyboard.filter(|keyboard| keyboard.raw.get());
            if bytes.is_empty() {
                if keyboard.is_some() {
                    // In raw mode Ctrl-D is a key: an end means that the terminal is gone.
                    return Err(stream("the terminal")(io::ErrorKind::UnexpectedEof.into()));
                }
                break;
            }
            if let Some(keyboard) = &mut keyboard {
                bytes = keyboard.without_escapes(&bytes);
            }
            has_sent.set(has_sent.get() || !bytes.is_empty());
            // The channel is gone; the inbox reports its end.
            if writer.data_bytes(bytes).await.is_err() {
                return Ok(());
            }
            // Lets the bytes be sent before we look for more: a key should be on its way first.
            tokio::task::yield_now().await;
        }
    }
    let _ = writer.eof().await;
    Ok(())
}
