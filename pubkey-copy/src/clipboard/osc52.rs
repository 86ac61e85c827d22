//! The escape sequence by which a program hands text to its terminal's clipboard (xterm's
//! "Manipulate Selection Data").
//!
//! It works through SSH, because it is only output. A multiplexer in between must be configured to
//! let it pass.

use std::env;

use data_encoding::BASE64;

/// What is between this process and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Multiplexer {
    Nothing,
    Tmux,
    Screen,
}

/// GNU screen drops longer strings, so they are sent in pieces that it joins.
const SCREEN_PIECE_BYTES: usize = 500;

impl Multiplexer {
    pub(super) fn find() -> Self {
        if env::var_os("TMUX").is_some() {
            Self::Tmux
        } else if env::var_os("STY").is_some() {
            Self::Screen
        } else {
            Self::Nothing
        }
    }
}

/// The bytes to write to the terminal.
pub(super) fn copy(text: &str, around: Multiplexer) -> String {
    let plain = format!("\x1b]52;c;{}\x07", BASE64.encode(text.as_bytes()));
    match around {
        Multiplexer::Nothing => plain,
        // tmux accepts the plain sequence with `set-clipboard on`, and passes on the wrapped one
        // with `allow-passthrough on`.
        Multiplexer::Tmux => {
            format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b"))
        }
        Multiplexer::Screen => {
            let pieces = plain.as_bytes().chunks(SCREEN_PIECE_BYTES).map(String::from_utf8_lossy);
            pieces.flat_map(|piece| ["\x1bP".into(), piece, "\x1b\\".into()]).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_xterms() {
        assert_eq!(copy("ssh-ed25519", Multiplexer::Nothing), "\x1b]52;c;c3NoLWVkMjU1MTk=\x07");
    }

    #[test]
    fn tmux_gets_it_plain_and_wrapped() {
        assert_eq!(
            copy("a", Multiplexer::Tmux),
            "\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
        );
    }

    #[test]
    fn screen_gets_pieces_that_join_to_the_sequence() {
        let text = "k".repeat(2_000);
        let sent = copy(&text, Multiplexer::Screen);
        let pieces: Vec<_> = sent.split_inclusive("\x1b\\").collect();
        assert!(pieces.len() > 5, "{}", pieces.len());
        let joined: String = pieces
            .iter()
            .map(|piece| {
                piece.strip_prefix("\x1bP").and_then(|p| p.strip_suffix("\x1b\\")).expect("wrapped")
            })
            .collect();
        assert_eq!(joined, copy(&text, Multiplexer::Nothing));
    }
}
