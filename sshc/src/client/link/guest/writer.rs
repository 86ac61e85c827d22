//! The writing half of a guest's channel.

use std::sync::Arc;

use russh::Pty;
use tokio::sync::Semaphore;

use super::GuestChannels;
use crate::client::link::frame::{DATA_BYTES, Frame};
use crate::stdio::Passed;
use crate::terminal::Size;

/// The writing half of a guest's channel.
pub(crate) struct Writer {
    pub(super) id: u32,
    pub(super) channels: Arc<GuestChannels>,
    pub(super) room: Arc<Semaphore>,
}

impl Writer {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    fn put(&self, frame: Frame<'_>) -> Result<(), russh::Error> {
        if self.channels.shared.end().is_some() {
            return Err(russh::Error::Disconnect);
        }
        self.channels.outgoing.put(&frame);
        Ok(())
    }

    pub(crate) async fn data(&self, bytes: Vec<u8>) -> Result<(), russh::Error> {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let piece = rest.get(..DATA_BYTES).unwrap_or(rest);
            let count = u32::try_from(piece.len()).unwrap_or_default();
            let room = self.room.acquire_many(count).await;
            room.map_err(|_| russh::Error::SendError)?.forget();
            self.put(Frame::Data { channel: self.id, bytes: piece })?;
            rest = rest.get(piece.len()..).unwrap_or_default();
        }
        Ok(())
    }

    /// Has the holder read or write these streams in our place, so that their bytes do not pass
    /// through us; returns whether it will.
    pub(crate) fn hand_over(&self, input: Option<Passed<'_>>, output: Option<Passed<'_>>) -> bool {
        let (has_input, has_output) = (input.is_some(), output.is_some());
        let passed: Vec<Passed<'_>> = input.into_iter().chain(output).collect();
        let frame = Frame::HandOver { channel: self.id, input: has_input, output: has_output };
        !passed.is_empty() && self.channels.outgoing.put_with(&frame, &passed)
    }

    pub(crate) fn eof(&self) -> Result<(), russh::Error> {
        self.put(Frame::Eof { channel: self.id })
    }

    pub(crate) fn close(&self) -> Result<(), russh::Error> {
        self.put(Frame::Close { channel: self.id })
    }

    pub(crate) fn agent_forward(&self) -> Result<(), russh::Error> {
        self.put(Frame::AgentForward { channel: self.id })
    }

    pub(crate) fn request_pty(
        &self,
        name: &str,
        size: Size,
        modes: &[(Pty, u32)],
    ) -> Result<(), russh::Error> {
        let bytes =
            |(code, value): &(Pty, u32)| [&[*code as u8][..], &value.to_be_bytes()].concat();
        let modes: Vec<u8> = modes.iter().flat_map(bytes).collect();
        let name = name.as_bytes();
        self.put(Frame::PtyRequest { channel: self.id, name, size, modes: &modes })
    }

    pub(crate) fn set_env(&self, name: &str, value: &str) -> Result<(), russh::Error> {
        let (name, value) = (name.as_bytes(), value.as_bytes());
        self.put(Frame::Env { channel: self.id, name, value })
    }

    pub(crate) fn request_shell(&self) -> Result<(), russh::Error> {
        self.put(Frame::Shell { channel: self.id })
    }

    pub(crate) fn exec(&self, command: &[u8]) -> Result<(), russh::Error> {
        self.put(Frame::Exec { channel: self.id, command })
    }

    pub(crate) fn request_subsystem(&self, name: &str) -> Result<(), russh::Error> {
        self.put(Frame::Subsystem { channel: self.id, name: name.as_bytes() })
    }

    pub(crate) fn window_change(&self, size: Size) -> Result<(), russh::Error> {
        self.put(Frame::WindowChange { channel: self.id, size })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.channels.close(self.id);
    }
}
