//! Tests on a pseudo-terminal; the `tests` crate has sessions on one.

use std::fs::File;
use std::io::{Read as _, Write as _};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{ControlModes, Winsize, tcgetattr, tcsetwinsize};

use super::*;

fn pty() -> (File, Terminal) {
    let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&keyboard).unwrap();
    unlockpt(&keyboard).unwrap();
    let name = ptsname(&keyboard, Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let tty = rustix::fs::open(name, flags, Mode::empty()).unwrap();
    (File::from(keyboard), Terminal { tty: Arc::new(tty) })
}

fn flags(terminal: &Terminal) -> (InputModes, OutputModes, ControlModes, LocalModes) {
    let termios = tcgetattr(&terminal.tty).unwrap();
    (termios.input_modes, termios.output_modes, termios.control_modes, termios.local_modes)
}

fn mode(modes: &[(Pty, u32)], wanted: Pty) -> u32 {
    modes.iter().find(|(mode, _)| *mode == wanted).unwrap().1
}

/// A single test, since the saved modes are global to the process: raw mode, raw mode once more
/// inside it, and everything restored.
#[test]
fn modes_are_changed_nested_and_put_back() {
    let (_keyboard, terminal) = pty();
    let before = flags(&terminal);
    assert!(before.3.contains(LocalModes::ICANON | LocalModes::ECHO));
    let raw = terminal.raw().unwrap();
    let during = flags(&terminal);
    let cooked = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
    assert!(!during.3.intersects(cooked));
    assert!(!during.0.intersects(InputModes::ICRNL | InputModes::IXON));
    assert!(!during.1.contains(OutputModes::OPOST));
    assert_eq!(during.2, before.2);
    assert_eq!(
        mode(&terminal.modes().unwrap(), Pty::ICANON),
        1,
        "the far end gets the original modes"
    );

    drop(terminal.raw().unwrap());
    assert_eq!(flags(&terminal), during, "the inner of two is over");

    restore_now();
    assert_eq!(flags(&terminal), before, "as a panic does");
    drop(raw);
    assert_eq!(flags(&terminal), before);
}

#[test]
fn modes_carry_what_termios_says() {
    let (_keyboard, terminal) = pty();
    let mut termios = tcgetattr(&terminal.tty).unwrap();
    termios.special_codes[SpecialCodeIndex::VERASE] = 8;
    termios.special_codes[SpecialCodeIndex::VSUSP] = 0;
    termios.input_modes.remove(InputModes::IXON);
    termios.set_speed(115_200).unwrap();
    let modes = modes::encode(&termios);
    let expected = [
        (Pty::TTY_OP_ISPEED, 115_200),
        (Pty::TTY_OP_OSPEED, 115_200),
        (Pty::VINTR, 3),
        (Pty::VEOF, 4),
        (Pty::VERASE, 8),
        (Pty::VSUSP, 255),
        (Pty::IXON, 0),
        (Pty::ICRNL, 1),
        (Pty::ECHO, 1),
        (Pty::ONLCR, 1),
        (Pty::CS8, 1),
        (Pty::CS7, 0),
        (Pty::PARENB, 0),
    ];
    for (opcode, value) in expected {
        assert_eq!(mode(&modes, opcode), value, "{opcode:?}");
    }
    let mut opcodes: Vec<u8> = modes.iter().map(|(mode, _)| *mode as u8).collect();
    opcodes.sort_unstable();
    opcodes.dedup();
    assert_eq!(opcodes.len(), modes.len(), "no opcode twice");
}

#[tokio::test]
async fn resizes_tell_each_new_size() {
    let (keyboard, terminal) = pty();
    assert_eq!(terminal.size().unwrap(), Size::VT100);
    let resize = |columns| {
        let size = Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 1600, ws_ypixel: 900 };
        tcsetwinsize(&keyboard, size).unwrap();
        Size { columns: columns.into(), rows: 50, pixel_width: 1600, pixel_height: 900 }
    };
    let mut resizes = terminal.resizes(Size::VT100).unwrap();
    let first = resize(200);
    assert_eq!(resizes.next().await, first);
    // We are not on this pseudo-terminal, so the test itself sends the signal that its processes
    // would get.
    let second = resize(100);
    rustix::process::kill_process(rustix::process::getpid(), Signal::WINCH).unwrap();
    assert_eq!(resizes.next().await, second);
}

#[tokio::test]
async fn keyboard_and_screen_are_streams_of_their_own() {
    let (mut keyboard, terminal) = pty();
    let terminal = super::super::Terminal(terminal);
    let mut input = terminal.input().unwrap();
    let output = terminal.output().unwrap();
    keyboard.write_all(b"ls\n").unwrap();
    assert_eq!(input.read().await.unwrap(), b"ls\n");
    let mut echoed = [0; 4];
    keyboard.read_exact(&mut echoed).unwrap();
    assert_eq!(output.try_write_now(b"$ ").unwrap(), 2);
    let mut screen = [0; 2];
    keyboard.read_exact(&mut screen).unwrap();
    assert_eq!(&screen, b"$ ");
    let flags = rustix::fs::fcntl_getfl(&terminal.0.tty).unwrap();
    assert!(!flags.contains(OFlags::NONBLOCK));
}
