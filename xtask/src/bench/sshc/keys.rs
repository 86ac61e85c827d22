//! How long the echo of a key takes from the remote terminal.
//!
//! The standard library has no pseudo-terminals, but Python's has: a script types and measures.

use std::process::Command;
use std::time::Duration;

use super::place::Place;
use super::report::{Figure, Row};
use super::rival::{Client, Rivals};
use super::{CIPHER, Server};
use crate::step::{self, Failure};

const TYPIST: &str = include_str!("keystrokes.py");
/// The time depends on where the system placed the programs, which changes with each round.
const ROUNDS: usize = 9;
const KEYS: &str = "500";
/// The remote terminal itself echoes.
const LISTENER: &str = "echo ready; exec cat > /dev/null";

pub(super) fn run(rivals: &Rivals) -> Result<Vec<Row>, Failure> {
    let server = Server::start(&rivals.folder, CIPHER)?;
    let mut echoes = Client::ALL.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (client, echoes) in Client::ALL.into_iter().zip(&mut echoes) {
            echoes.extend(type_keys(rivals, client, server.place)?);
        }
    }
    for echoes in &mut echoes {
        echoes.sort_unstable();
    }
    let at = |percent: usize| {
        let percentile = move |echoes: &Vec<Duration>| {
            Figure::Time(echoes.get(echoes.len() * percent / 100).copied().unwrap_or_default())
        };
        echoes.iter().map(percentile).collect::<Vec<_>>()
    };
    Ok(vec![
        Row::new("keystroke echo, median", at(50)).goals(Some(1.0), Some(1.0)),
        Row::new("keystroke echo, p99", at(99)),
    ])
}

fn type_keys(rivals: &Rivals, client: Client, place: Place) -> Result<Vec<Duration>, Failure> {
    let mut order = rivals.client(client, place);
    let terminal = if client == Client::Plink { "-t" } else { "-tt" };
    order.args([terminal, &place.login(), LISTENER]);
    let mut typist = Command::new("python3");
    typist.args(["-c", TYPIST, KEYS]).arg(order.get_program()).args(order.get_args());
    let microseconds = step::output(&mut typist)?;
    let parsed: Result<Vec<u64>, _> = microseconds.lines().map(str::parse).collect();
    let parsed = parsed.map_err(|_| Failure::new("the typist did not print figures"))?;
    Ok(parsed.into_iter().map(Duration::from_micros).collect())
}
