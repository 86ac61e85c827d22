//! Two gigabytes down and up through a command's standard streams.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process;

use super::place::Place;
use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::{CIPHER, Server, relay};
use crate::bench::measure::{Contender, Cost, alternate};
use crate::step::Failure;

const ROUNDS: usize = 7;
/// Without delay `plink` takes ten times as long; its ratios are not close.
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
        down(rivals, name, server.place, &files, &mut rows)?;
        up(rivals, name, server.place, &files, &mut rows)?;
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

fn down(
    rivals: &Rivals,
    name: &str,
    place: Place,
    files: &Files,
    rows: &mut Vec<Row>,
) -> Result<(), Failure> {
    let all = format!("cat {}", files.source().display());
    let file = files.sink();
    let to_file = compare(running(rivals, place, &all).map(|it| it.into_file(&file)))?;
    let to_pipe = compare(running(rivals, place, &all).map(Contender::into_pipe))?;
    for (costs, place) in [(&to_file, "a file"), (&to_pipe, "a pipe")] {
        let title = format!("2 GB down to {place}, {name}");
        rows.push(Row::new(&title, walls(costs)).goals(Some(0.90), Some(0.30)));
        let title = format!("{title}: processor time");
        rows.push(Row::new(&title, processor(costs)).goals(Some(0.70), None));
    }
    rows.push(
        Row::new(&format!("2 GB down, {name}: resident memory"), peaks(&to_pipe))
            .goals(Some(0.90), None),
    );
    Ok(())
}

fn up(
    rivals: &Rivals,
    name: &str,
    place: Place,
    files: &Files,
    rows: &mut Vec<Row>,
) -> Result<(), Failure> {
    let file = files.source();
    let costs = compare(running(rivals, place, "cat > /dev/null").map(|it| it.reading(&file)))?;
    let title = format!("2 GB up, {name}");
    rows.push(Row::new(&title, walls(&costs)).goals(Some(0.85), Some(0.40)));
    let title = format!("{title}: processor time");
    rows.push(Row::new(&title, processor(&costs)).goals(Some(0.70), None));
    Ok(())
}

/// All three; the first two, which are close, in turn.
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

/// What is sent, and what is written over, in memory: a disk would be measured instead. Dropped, both are removed.
struct Files {
    folder: PathBuf,
}

impl Files {
    fn create() -> Result<Self, Failure> {
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

    fn source(&self) -> PathBuf {
        self.folder.join("source")
    }

    fn sink(&self) -> PathBuf {
        self.folder.join("sink")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What stays is in memory, and gone with the next start of the machine.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
