//! Two gigabytes down and up through a command's standard streams.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process;

use super::place::Place;
use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::{CIPHER, Server, relay};
use crate::bench::measure::{Contender, Cost, alternate};
use crate::step::Failure;

const ROUNDS: usize = 7;
/// Even without a delay `plink` takes ten times as long, so its ratios need no precision.
const ROUNDS_OF_PLINK: usize = 1;
const BYTES: usize = 2_000_000_000;
const PIECE: usize = 1_000_000;
const CIPHERS: [(&str, &str); 2] =
    [("aes128-gcm", CIPHER), ("aes256-gcm", "aes256-gcm@openssh.com")];

pub(super) fn run(rivals: &Rivals) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let files = Files::create()?;
    for (name, cipher) in CIPHERS {
        let server = Server::start(&rivals.folder, cipher)?;
        let bulk = Bulk { rivals, files: &files, cipher: name, place: server.place };
        rows.extend(bulk.down()?);
        rows.extend(bulk.up()?);
    }
    let server = Server::start(&rivals.folder, CIPHER)?;
    let far = relay::start(server.place.port)?;
    let part = format!("head -c 300000000 {}", files.source().display());
    let costs = alternate(ROUNDS, &running(rivals, far, &part).map(Contender::into_pipe))?;
    rows.push(
        Row::new("300 MB down, 50 ms round trip", walls(&costs)).goals(Some(0.80), Some(0.80)),
    );
    Ok(rows)
}

/// Transfers to and from one server.
struct Bulk<'a> {
    rivals: &'a Rivals,
    files: &'a Files,
    cipher: &'a str,
    place: Place,
}

impl Bulk<'_> {
    fn down(&self) -> Result<Vec<Row>, Failure> {
        let (all, file) = (format!("cat {}", self.files.source().display()), self.files.sink());
        let to_file = compare(self.running(&all).map(|it| it.into_file(&file)))?;
        let to_pipe = compare(self.running(&all).map(Contender::into_pipe))?;
        let title = |place| format!("2 GB down to {place}, {}", self.cipher);
        let mut rows = Vec::from(times(&title("a file"), &to_file, 0.90, 0.30));
        rows.extend(times(&title("a pipe"), &to_pipe, 0.90, 0.30));
        let title = format!("2 GB down, {}: resident memory", self.cipher);
        rows.push(Row::new(&title, peaks(&to_pipe)).goals(Some(0.90), None));
        Ok(rows)
    }

    fn up(&self) -> Result<[Row; 2], Failure> {
        let file = self.files.source();
        let costs = compare(self.running("cat > /dev/null").map(|it| it.reading(&file)))?;
        Ok(times(&format!("2 GB up, {}", self.cipher), &costs, 0.85, 0.40))
    }

    fn running(&self, command: &str) -> [Contender<'_>; 3] {
        running(self.rivals, self.place, command)
    }
}

/// Wall time with the goals for its ratios, and processor time.
fn times(title: &str, costs: &[Cost], to_ssh: f64, to_plink: f64) -> [Row; 2] {
    [
        Row::new(title, walls(costs)).goals(Some(to_ssh), Some(to_plink)),
        Row::new(&format!("{title}: processor time"), processor(costs)).goals(Some(0.70), None),
    ]
}

/// Runs all three; the first two, whose times are close, in turn.
fn compare(contenders: [Contender<'_>; 3]) -> Result<Vec<Cost>, Failure> {
    let [ours, ssh, plink] = contenders;
    let mut costs = alternate(ROUNDS, &[ours, ssh])?;
    costs.extend(alternate(ROUNDS_OF_PLINK, &[plink])?);
    Ok(costs)
}

/// Each client with this command.
fn running<'a>(rivals: &'a Rivals, place: Place, command: &str) -> [Contender<'a>; 3] {
    Client::ALL.map(|client| {
        let command = command.to_owned();
        Contender::new(client.name(), move || rivals.order(client, place, &command))
    })
}

fn walls(costs: &[Cost]) -> impl Iterator<Item = Figure> {
    costs.iter().map(|cost| Figure::Time(cost.median()))
}

fn processor(costs: &[Cost]) -> impl Iterator<Item = Figure> {
    costs.iter().map(|cost| Figure::Time(cost.processor))
}

fn peaks(costs: &[Cost]) -> impl Iterator<Item = Figure> {
    costs.iter().map(|cost| Figure::Memory(cost.peak_kib))
}

/// The files to send and to overwrite, in memory, because a disk would dominate the measurement.
/// Both are removed on drop.
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) fn create() -> Result<Self, Failure> {
        let files =
            Self { folder: PathBuf::from(format!("/dev/shm/sshc-bench.{}", process::id())) };
        files.fill().map_err(|error| {
            Failure::new(format!("cannot write in `{}`: {error}", files.folder.display()))
        })?;
        Ok(files)
    }

    fn fill(&self) -> io::Result<()> {
        fs::create_dir(&self.folder)?;
        let mut source = File::create(self.source())?;
        let piece: Vec<u8> = (0..=u8::MAX).cycle().take(PIECE).collect();
        for _ in 0..BYTES / PIECE {
            source.write_all(&piece)?;
        }
        Ok(())
    }

    /// The first bytes of it in a file of their own.
    pub(super) fn part(&self, bytes: usize) -> Result<PathBuf, Failure> {
        let part = self.folder.join("part");
        let failed = |error| Failure::new(format!("cannot write `{}`: {error}", part.display()));
        let mut source = File::open(self.source()).map_err(failed)?.take(bytes as u64);
        let mut into = File::create(&part).map_err(failed)?;
        io::copy(&mut source, &mut into).map_err(failed)?;
        Ok(part)
    }

    pub(super) fn source(&self) -> PathBuf {
        self.folder.join("source")
    }

    fn sink(&self) -> PathBuf {
        self.folder.join("sink")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Anything that remains is in memory, and disappears at the next boot.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
