//! Logs for measurements: those of a solver, the same in every run.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::step::Failure;
use crate::workspace;

const MEGABYTE: usize = 1_000_000;
/// Lines of a solver are generated once and repeated, because generating them costs more than
/// writing them.
const LINES: u64 = 20_000;
const ANNOUNCEMENT: &str =
    "Job username on the system: uprod_qpWia, public IP address of the master node: 203.0.113.7";

/// The kinds of large logs.
#[derive(Clone, Copy)]
pub(super) enum Log {
    NearTheStart,
    None,
    TenThousand,
    OneLine,
    Utf16,
    /// Every line has a word for a user or a host.
    CueInEveryLine,
    AddressInEveryLine,
}

impl Log {
    pub(super) const ALL: [Self; 7] = [
        Self::NearTheStart,
        Self::None,
        Self::TenThousand,
        Self::OneLine,
        Self::Utf16,
        Self::CueInEveryLine,
        Self::AddressInEveryLine,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::NearTheStart => "one announcement near the start",
            Self::None => "no announcement",
            Self::TenThousand => "10,000 announcements",
            Self::OneLine => "one announcement, all in one line",
            Self::Utf16 => "one announcement, UTF-16 (the peers see bytes)",
            Self::CueInEveryLine => "one announcement, the word user in every line",
            Self::AddressInEveryLine => "one announcement, an address in every line",
        }
    }

    /// Writes a log of this many megabytes.
    pub(super) fn write(self, megabytes: usize) -> Result<PathBuf, Failure> {
        let path = place("joblog")?;
        self.fill(&path, megabytes * MEGABYTE)
            .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
        Ok(path)
    }

    fn fill(self, path: &Path, bytes: usize) -> io::Result<()> {
        let lines = solver_lines();
        let mut file = BufWriter::with_capacity(MEGABYTE, File::create(path)?);
        if matches!(self, Self::Utf16) {
            file.write_all(&[0xff, 0xfe])?;
        }
        let step = if matches!(self, Self::TenThousand) { bytes / 10_000 } else { usize::MAX };
        let mut next = if matches!(self, Self::None) { usize::MAX } else { 100.min(step) };
        let mut written = 0;
        for line in lines.iter().cycle() {
            if written >= bytes {
                break;
            }
            if written >= next {
                written += self.put(&mut file, ANNOUNCEMENT)?;
                next = next.saturating_add(step);
            }
            written += self.put(&mut file, line)?;
        }
        file.flush()
    }

    fn put(self, file: &mut impl io::Write, line: &str) -> io::Result<usize> {
        let end = if matches!(self, Self::OneLine) { ' ' } else { '\n' };
        let added = match self {
            Self::CueInEveryLine => " user time",
            Self::AddressInEveryLine => " on 10.0.0.9",
            _ => "",
        };
        let text = format!("{line}{added}{end}");
        if matches!(self, Self::Utf16) {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            file.write_all(&units)?;
            return Ok(units.len());
        }
        file.write_all(text.as_bytes())?;
        Ok(text.len())
    }
}

/// A log of a kilobyte with an announcement in it.
pub(super) fn small() -> Result<PathBuf, Failure> {
    let path = place("joblog-small")?;
    let lines = solver_lines();
    let few = lines.iter().take(9).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    fs::write(&path, format!("{few}{ANNOUNCEMENT}\n"))
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
    Ok(path)
}

pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path)
        .map_err(|error| Failure::new(format!("cannot remove `{}`: {error}", path.display())))
}

fn place(name: &str) -> Result<PathBuf, Failure> {
    let folder = workspace::target().join("bench");
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("cannot create `{}`: {error}", folder.display())))?;
    Ok(folder.join(format!("{name}.{}.log", std::process::id())))
}

fn solver_lines() -> Vec<String> {
    (0..LINES)
        .map(|step| {
            let stamp = format!("[2026-03-06T{:02}:{:02}:{:02}Z]:", step / 3600, step / 60 % 60, step % 60);
            // Pseudo-random digits, the same in every run.
            let digits = step.wrapping_mul(6_364_136_223_846_793_005) >> 33;
            match step % 4 {
                0 => format!("{stamp} Time = {step}.{digits:010}  Courant Number mean: 0.{digits:010} max: 1.25"),
                1 => format!("{stamp} smoothSolver:  Solving for Ux, Initial residual = 0.{digits:010}, Final residual = {step}e-09, No Iterations 3"),
                2 => format!("{stamp} GAMG:  Solving for p, Initial residual = 0.{digits:010}, Final residual = {step}e-08, No Iterations 12"),
                _ => format!("{stamp} ExecutionTime = {step}.37 s  ClockTime = {step} s"),
            }
        })
        .collect()
}
