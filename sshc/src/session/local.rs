//! The local side of a session: input and terminal.

use std::cell::Cell;

use super::escape::Escapes;
use super::{InputFrom, SessionRequest, stream};
use crate::Error;
use crate::stdio::Input;
use crate::terminal::{RawMode, Resizes, Size, Terminal};

/// The local terminal and input.
pub(super) struct Local {
    pub(super) input: Option<Input>,
    pub(super) terminal: Option<Terminal>,
    pub(super) size: Size,
    pub(super) resizes: Option<Resizes>,
    /// Held because its drop restores the terminal's modes.
    pub(super) raw: Option<RawMode>,
    /// The escapes of the keyboard; `None` if the input is not a keyboard.
    pub(super) escapes: Option<Escapes>,
    /// Whether any input has been sent.
    pub(super) has_sent: Cell<bool>,
}

impl Local {
    pub(super) fn prepare(order: &SessionRequest) -> Result<Self, Error> {
        let wanted = order.terminal || order.input == InputFrom::Keyboard;
        let terminal = wanted.then(|| Terminal::open().ok()).flatten();
        let the_terminal = stream("the terminal");
        let size = terminal.as_ref().and_then(|terminal| terminal.size().ok());
        let size = size.unwrap_or(Size::VT100);
        let (mut raw, mut resizes) = (None, None);
        if let (Some(terminal), true) = (&terminal, order.terminal) {
            resizes = Some(terminal.resizes(size).map_err(&the_terminal)?);
            if order.input == InputFrom::Keyboard {
                raw = Some(terminal.raw().map_err(&the_terminal)?);
            }
        }
        let input = match (order.input, &terminal) {
            (InputFrom::Nothing, _) => None,
            (InputFrom::Keyboard, Some(terminal)) => Some(terminal.input().map_err(&the_terminal)?),
            _ => Some(Input::stdin().map_err(stream("standard input"))?),
        };
        let escapes = raw.is_some().then(|| {
            let escapes = Escapes::new(order.escape);
            if order.command_line { escapes } else { escapes.without_command_line() }
        });
        let has_sent = Cell::new(false);
        Ok(Self { input, terminal, size, resizes, raw, escapes, has_sent })
    }
}
