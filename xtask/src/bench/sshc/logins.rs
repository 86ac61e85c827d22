//! `true` over a fresh connection: what every step of a script pays.

use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::{CIPHER, Server, relay};
use crate::bench::measure::{Contender, alternate};
use crate::step::Failure;

const ROUNDS: usize = 40;
const DELAYED_ROUNDS: usize = 10;

pub(super) fn run(rivals: &Rivals) -> Result<Vec<Row>, Failure> {
    let server = Server::start(&rivals.folder, CIPHER)?;
    let near = logins(rivals, server.port, ROUNDS)?;
    let far = logins(rivals, relay::start(server.port)?, DELAYED_ROUNDS)?;
    Ok(vec![
        Row::new("`true`, loopback", near.iter().map(|it| Figure::Time(it.median())))
            .goals(Some(0.25), Some(0.25)),
        Row::new("`true`, resident memory", near.iter().map(|it| Figure::Memory(it.peak_kib)))
            .goals(Some(0.70), None),
        Row::new("`true`, 50 ms round trip", far.iter().map(|it| Figure::Time(it.median())))
            .goals(Some(0.65), Some(0.78)),
    ])
}

fn logins(
    rivals: &Rivals,
    port: u16,
    rounds: usize,
) -> Result<Vec<crate::bench::measure::Cost>, Failure> {
    let contenders = Client::ALL
        .map(|client| Contender::new(client.name(), move || rivals.order(client, port, "true")));
    alternate(rounds, &contenders)
}
