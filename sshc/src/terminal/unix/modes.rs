//! A terminal's modes with the numbers of RFC 4254 §8, and of RFC 8160 for `IUTF8`.

use russh::Pty;
use rustix::termios::{
    ControlModes, InputModes, LocalModes, OutputModes, SpecialCodeIndex, Termios,
};

/// The value for a disabled character in RFC 4254. `_POSIX_VDISABLE` is 0 on Linux and 255
/// elsewhere.
const SWITCHED_OFF: u32 = 255;

const CHARACTERS: [(Pty, SpecialCodeIndex); 14] = [
    (Pty::VINTR, SpecialCodeIndex::VINTR),
    (Pty::VQUIT, SpecialCodeIndex::VQUIT),
    (Pty::VERASE, SpecialCodeIndex::VERASE),
    (Pty::VKILL, SpecialCodeIndex::VKILL),
    (Pty::VEOF, SpecialCodeIndex::VEOF),
    (Pty::VEOL, SpecialCodeIndex::VEOL),
    (Pty::VEOL2, SpecialCodeIndex::VEOL2),
    (Pty::VSTART, SpecialCodeIndex::VSTART),
    (Pty::VSTOP, SpecialCodeIndex::VSTOP),
    (Pty::VSUSP, SpecialCodeIndex::VSUSP),
    (Pty::VREPRINT, SpecialCodeIndex::VREPRINT),
    (Pty::VWERASE, SpecialCodeIndex::VWERASE),
    (Pty::VLNEXT, SpecialCodeIndex::VLNEXT),
    (Pty::VDISCARD, SpecialCodeIndex::VDISCARD),
];

// By name, since not every system has every flag; a missing one is not sent.
const INPUT: [(Pty, &str); 13] = [
    (Pty::IGNPAR, "IGNPAR"),
    (Pty::PARMRK, "PARMRK"),
    (Pty::INPCK, "INPCK"),
    (Pty::ISTRIP, "ISTRIP"),
    (Pty::INLCR, "INLCR"),
    (Pty::IGNCR, "IGNCR"),
    (Pty::ICRNL, "ICRNL"),
    (Pty::IUCLC, "IUCLC"),
    (Pty::IXON, "IXON"),
    (Pty::IXANY, "IXANY"),
    (Pty::IXOFF, "IXOFF"),
    (Pty::IMAXBEL, "IMAXBEL"),
    (Pty::IUTF8, "IUTF8"),
];

const LOCAL: [(Pty, &str); 13] = [
    (Pty::ISIG, "ISIG"),
    (Pty::ICANON, "ICANON"),
    (Pty::XCASE, "XCASE"),
    (Pty::ECHO, "ECHO"),
    (Pty::ECHOE, "ECHOE"),
    (Pty::ECHOK, "ECHOK"),
    (Pty::ECHONL, "ECHONL"),
    (Pty::NOFLSH, "NOFLSH"),
    (Pty::TOSTOP, "TOSTOP"),
    (Pty::IEXTEN, "IEXTEN"),
    (Pty::ECHOCTL, "ECHOCTL"),
    (Pty::ECHOKE, "ECHOKE"),
    (Pty::PENDIN, "PENDIN"),
];

const OUTPUT: [(Pty, &str); 6] = [
    (Pty::OPOST, "OPOST"),
    (Pty::OLCUC, "OLCUC"),
    (Pty::ONLCR, "ONLCR"),
    (Pty::OCRNL, "OCRNL"),
    (Pty::ONOCR, "ONOCR"),
    (Pty::ONLRET, "ONLRET"),
];

/// All modes in `termios` that have a number in SSH; first the speeds, in bits per second.
pub(super) fn encode(termios: &Termios) -> Vec<(Pty, u32)> {
    let mut modes = vec![
        (Pty::TTY_OP_OSPEED, termios.output_speed()),
        (Pty::TTY_OP_ISPEED, termios.input_speed()),
    ];
    modes.extend(CHARACTERS.map(|(mode, index)| (mode, character(termios.special_codes[index]))));
    modes.extend(INPUT.iter().filter_map(|&(mode, name)| {
        Some((mode, u32::from(termios.input_modes.contains(InputModes::from_name(name)?))))
    }));
    modes.extend(LOCAL.iter().filter_map(|&(mode, name)| {
        Some((mode, u32::from(termios.local_modes.contains(LocalModes::from_name(name)?))))
    }));
    modes.extend(OUTPUT.iter().filter_map(|&(mode, name)| {
        Some((mode, u32::from(termios.output_modes.contains(OutputModes::from_name(name)?))))
    }));
    let bits = termios.control_modes & ControlModes::CSIZE;
    modes.extend([
        (Pty::CS7, u32::from(bits == ControlModes::CS7)),
        (Pty::CS8, u32::from(bits == ControlModes::CS8)),
        (Pty::PARENB, u32::from(termios.control_modes.contains(ControlModes::PARENB))),
        (Pty::PARODD, u32::from(termios.control_modes.contains(ControlModes::PARODD))),
    ]);
    modes
}

fn character(code: u8) -> u32 {
    if code == 0 { SWITCHED_OFF } else { u32::from(code) }
}
