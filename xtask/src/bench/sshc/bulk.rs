//! Two gigabytes down and up through a command's standard streams.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use super::place::Place;
use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::{CIPHER, Server, relay};
use crate::bench::measure::{Contender, Cost, alternate};
use crate::step::Failure;

const ROUNDS: usize = 7;
/// `plink` takes ten times as long; its ratios are not close.
const ROUNDS_OF_PLINK: usize = 1;
const BYTES: u64 = 2_000_000_000;
const CIPHERS: [(&str, &str); 2] =
    [("aes128-gcm", CIPHER), ("aes256-gcm", "aes256-gcm@openssh.com")];

pub(super) fn run(rivals: &Rivals) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (name, cipher) in CIPHERS {
        let server = Server::start(&rivals.folder, cipher)?;
        down(rivals, name, server.place, &mut rows)?;
        up(rivals, name, server.place, &mut rows)?;
    }
    let server = Server::start(&rivals.folder, CIPHER)?;
    let far = relay::start(server.place.port)?;
    let costs = compare(sending(rivals, far, 300_000_000).map(Contender::into_pipe))?;
    rows.push(
        Row::new("300 MB down, 50 ms round trip", walls(&costs)).goals(Some(0.80), Some(0.80)),
    );
    Ok(rows)
}

fn down(rivals: &Rivals, name: &str, place: Place, rows: &mut Vec<Row>) -> Result<(), Failure> {
    // In memory: a disk would be measured instead.
    let file = PathBuf::from(format!("/dev/shm/sshc-bench.{}", process::id()));
    let to_file = compare(sending(rivals, place, BYTES).map(|it| it.into_file(&file)));
    remove(&file)?;
    let to_file = to_file?;
    let to_pipe = compare(sending(rivals, place, BYTES).map(Contender::into_pipe))?;
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

fn up(rivals: &Rivals, name: &str, place: Place, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let file = rivals.folder.join("up");
    let made = File::create(&file).and_then(|file| file.set_len(BYTES));
    made.map_err(|error| Failure::new(format!("cannot write `{}`: {error}", file.display())))?;
    let contenders = Client::ALL.map(|client| {
        Contender::new(client.name(), move || rivals.order(client, place, "cat > /dev/null"))
            .reading(&file)
    });
    let costs = compare(contenders)?;
    remove(&file)?;
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

/// Each client fetching so many zero bytes.
fn sending(rivals: &Rivals, place: Place, bytes: u64) -> [Contender<'_>; 3] {
    Client::ALL.map(|client| {
        Contender::new(client.name(), move || -> Command {
            rivals.order(client, place, &format!("head -c {bytes} /dev/zero"))
        })
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

fn remove(file: &Path) -> Result<(), Failure> {
    fs::remove_file(file)
        .map_err(|error| Failure::new(format!("cannot remove `{}`: {error}", file.display())))
}
