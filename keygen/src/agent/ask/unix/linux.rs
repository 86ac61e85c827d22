//! Finds the controlling terminal of another process in /proc (proc(5)).

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;

use rustix::fs::{Mode, OFlags, open};
use rustix::process::geteuid;
use rustix::termios::isatty;

/// The terminal of this process, if the process is in the foreground and the terminal is ours.
pub(super) fn terminal_of(process: i32) -> Option<File> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let path = foreground_terminal(&stat)?;
    // Opening it must not make it our controlling terminal.
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let terminal = File::from(open(&path, flags, Mode::empty()).ok()?);
    let owner = terminal.metadata().ok()?.uid();
    (isatty(&terminal) && owner == geteuid().as_raw()).then_some(terminal)
}

/// The path of the controlling terminal, if the process's group is in the foreground.
fn foreground_terminal(stat: &str) -> Option<String> {
    // The second field is the program's name in parentheses, which may contain anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(2).map(str::parse::<i32>);
    let mut field = || fields.next()?.ok();
    let (group, _session, device, in_front) = (field()?, field()?, field()?, field()?);
    if group != in_front {
        return None;
    }
    let device = u32::try_from(device).ok()?;
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xfff00);
    match major {
        136..=143 => Some(format!("/dev/pts/{}", (major - 136) * 256 + minor)),
        4 => Some(format!("/dev/tty{minor}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_is_that_of_the_group_in_front() {
        let table = [
            ("7 (ssh) S 1 70 70 34816 70 4194304", Some("/dev/pts/0")),
            ("7 (a ) 1 (b) S 1 70 60 34819 70 0", Some("/dev/pts/3")),
            ("7 (ssh) S 1 70 60 34816 71 0", None),
            ("7 (ssh) S 1 70 70 0 -1 0", None),
            ("7 (ssh) S 1 70 70 1025 70 0", Some("/dev/tty1")),
            ("7 (ssh) S", None),
        ];
        for (stat, expected) in table {
            assert_eq!(foreground_terminal(stat).as_deref(), expected, "{stat}");
        }
    }
}
