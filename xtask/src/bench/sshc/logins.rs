//! `true` over a fresh connection: the cost of every step of a script.

use super::place::Place;
use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::server::free_port;
use super::slow_link::Line;
use super::{CIPHER, Server};
use crate::bench::measure::{Contender, Cost, alternate};
use crate::step::Failure;

const ROUNDS: usize = 40;
const DELAYED_ROUNDS: usize = 20;

/// Memory varies between runs, depending on where the kernel places the program.
const WEIGHINGS: usize = 9;

pub(super) fn run(rivals: &Rivals) -> Result<Vec<Row>, Failure> {
    let server = Server::start(&rivals.folder, CIPHER)?;
    let near = logins(rivals, server.place, ROUNDS)?;
    let memory = memory(rivals, server.place)?;
    let line = Line::lay()?;
    let port = free_port()?;
    let _server = Server::start_at(line.near(port), &rivals.folder, CIPHER)?;
    let far = logins(rivals, line.far(port), DELAYED_ROUNDS)?;
    Ok(vec![
        Row::new("`true`, loopback", near.iter().map(|it| Figure::Time(it.median())))
            .goals(Some(0.25), Some(0.25)),
        Row::new("`true`, resident memory", memory).goals(Some(0.70), None),
        Row::new("`true`, 50 ms round trip", far.iter().map(|it| Figure::Time(it.median())))
            .goals(Some(0.65), Some(0.78)),
    ])
}

fn logins(rivals: &Rivals, place: Place, rounds: usize) -> Result<Vec<Cost>, Failure> {
    let contenders = Client::ALL
        .map(|client| Contender::new(client.name(), move || rivals.order(client, place, "true")));
    alternate(rounds, &contenders)
}

/// The median peak memory of each client.
fn memory(rivals: &Rivals, place: Place) -> Result<Vec<Figure>, Failure> {
    let mut peaks = Client::ALL.map(|_| Vec::with_capacity(WEIGHINGS));
    for _ in 0..WEIGHINGS {
        for (cost, peaks) in logins(rivals, place, 0)?.iter().zip(&mut peaks) {
            peaks.push(cost.peak_kib);
        }
    }
    Ok(peaks.into_iter().map(median).map(Figure::Memory).collect())
}

fn median(mut peaks: Vec<u64>) -> u64 {
    peaks.sort_unstable();
    peaks.get(peaks.len() / 2).copied().unwrap_or_default()
}
