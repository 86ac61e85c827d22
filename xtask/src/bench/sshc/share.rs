//! `cargo xtask bench share`: programs over a shared connection, against `ssh` with `ControlMaster`
//! and against a connection of their own.
//!
//! Parts can be named: `second first bulk crowd memory`. Figures are medians of runs in turn.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::bulk::Files;
use super::place::Place;
use super::rival::{Client, Rivals};
use super::server::free_port;
use super::slow_link::Line;
use super::{CIPHER, Server};
use crate::bench::measure::{Contender, alternate, time};
use crate::bench::table::{ratio, render, seconds};
use crate::step::{self, Failure, Outcome, cannot_start, say};

const ROUNDS: usize = 40;
const DELAYED_ROUNDS: usize = 20;
const BULK_ROUNDS: usize = 7;
const BULK_BYTES: usize = 500_000_000;
const CROWD: usize = 100;
const CROWD_ROUNDS: usize = 5;
/// After how many commands the holder's memory is looked at.
const COMMANDS: [usize; 3] = [100, 1000, 10_000];

struct Part {
    name: &'static str,
    run: fn(&Shared<'_>) -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "second", run: second },
    Part { name: "first", run: first },
    Part { name: "bulk", run: bulk },
    Part { name: "crowd", run: crowd },
    Part { name: "memory", run: memory },
];

pub(in super::super) fn run(arguments: &[String]) -> Outcome {
    let known = |name: &String| PARTS.iter().any(|part| part.name == name);
    if let Some(unknown) = arguments.iter().find(|name| !known(name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(Failure::usage(format!(
            "there is no part `{unknown}`\nusage: cargo xtask bench share [{}]...",
            names.join("|")
        )));
    }
    let rivals = Rivals::prepare()?;
    for version in rivals.versions()?.iter().take(2) {
        say(version)?;
    }
    let server = Server::start(&rivals.folder, CIPHER)?;
    let shared = Shared::new(&rivals, server.place)?;
    for part in PARTS {
        if arguments.is_empty() || arguments.iter().any(|name| name == part.name) {
            (part.run)(&shared)?;
        }
    }
    Ok(())
}

/// Clients that share connections to one server; what they have started ends on drop.
struct Shared<'a> {
    rivals: &'a Rivals,
    place: Place,
    /// For the sockets.
    folder: PathBuf,
}

impl<'a> Shared<'a> {
    fn new(rivals: &'a Rivals, place: Place) -> Result<Self, Failure> {
        // The path of a socket must be short.
        let folder =
            PathBuf::from(format!("/tmp/bench-share.{}.{}", std::process::id(), place.port));
        step::run(Command::new("mkdir").args(["-m", "700"]).arg(&folder))?;
        Ok(Self { rivals, place, folder })
    }

    /// The client's call over the shared connection, without its command.
    fn call(&self, client: Client) -> Command {
        let mut call = self.rivals.client(client, self.place);
        call.env("XDG_RUNTIME_DIR", &self.folder);
        match client {
            Client::Sshc => call.arg("--share"),
            _ => call
                .args(["-o", "ControlMaster=auto", "-o", "ControlPersist=10m", "-o"])
                .arg(format!("ControlPath={}", self.folder.join("ssh").display())),
        };
        call
    }

    fn order(&self, client: Client, command: &str) -> Command {
        let mut order = self.call(client);
        order.args([&self.place.login(), command]);
        order
    }

    /// The result of `-O`.
    fn control(&self, client: Client, word: &str) -> Result<String, Failure> {
        let mut control = self.call(client);
        control.args(["-O", word, &self.place.login()]);
        let output = control.output().map_err(|error| cannot_start(&control, &error))?;
        // ssh says it on standard error.
        Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    }

    /// Ends the process that holds the connection, and waits until its socket is gone.
    fn end(&self, client: Client) -> Outcome {
        let said = self.control(client, "check")?;
        self.control(client, "exit")?;
        let Some(process) = process(&said) else { return Ok(()) };
        let begun = Instant::now();
        while process.exists() && begun.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(10));
        }
        if process.exists() {
            return Err(Failure::new("the process that holds the connection does not end"));
        }
        Ok(())
    }

    /// Resident memory of the process that holds the connection, in KiB.
    fn memory(&self, client: Client) -> Result<u64, Failure> {
        let said = self.control(client, "check")?;
        let missing = || Failure::new(format!("no process holds a connection: {said}"));
        let status = process(&said).ok_or_else(missing)?.join("status");
        let status = fs::read_to_string(status).map_err(|_| missing())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        kib.ok_or_else(missing)
    }

    fn contender(&self, client: Client, command: &str) -> Contender<'_> {
        let command = command.to_owned();
        Contender::new(client.name(), move || self.order(client, &command))
    }
}

impl Drop for Shared<'_> {
    fn drop(&mut self) {
        for client in [Client::Sshc, Client::Ssh] {
            let _ = self.end(client);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder in `/proc` of the process that `-O check` names.
fn process(said: &str) -> Option<PathBuf> {
    let (_, pid) = said.split_once("pid=")?;
    let digits: String = pid.chars().take_while(char::is_ascii_digit).collect();
    Some(Path::new("/proc").join(digits))
}

/// `true` where a connection is there already.
fn second(near: &Shared<'_>) -> Outcome {
    let compare = |title: &str, shared: &Shared<'_>, rounds| {
        let both = [Client::Sshc, Client::Ssh].map(|client| shared.contender(client, "true"));
        say(&render(title, &alternate(rounds, &both)?))
    };
    compare("second `true`, loopback (at most .80)", near, ROUNDS)?;
    let line = Line::lay()?;
    let port = free_port()?;
    let _server = Server::start_at(line.near(port), &near.rivals.folder, CIPHER)?;
    let far = Shared::new(near.rivals, line.far(port))?;
    compare("second `true`, 50 ms round trip (at most .60)", &far, DELAYED_ROUNDS)
}

/// Runs `true` where no connection is shared yet, against a login that will not be shared.
fn first(near: &Shared<'_>) -> Outcome {
    compare_first("first `true`, loopback", near, ROUNDS)?;
    let line = Line::lay()?;
    let port = free_port()?;
    let _server = Server::start_at(line.near(port), &near.rivals.folder, CIPHER)?;
    let far = Shared::new(near.rivals, line.far(port))?;
    compare_first("first `true`, 50 ms round trip", &far, DELAYED_ROUNDS)
}

fn compare_first(title: &str, shared: &Shared<'_>, rounds: usize) -> Outcome {
    let mut walls: [Vec<Duration>; 4] = Default::default();
    for client in [Client::Sshc, Client::Ssh] {
        shared.end(client)?;
    }
    for _ in 0..rounds {
        for (client, at) in [(Client::Sshc, 0), (Client::Ssh, 2)] {
            let alone = time(&mut shared.rivals.order(client, shared.place, "true"))?.0;
            let first = time(shared.order(client, "true").stderr(Stdio::null()))?.0;
            shared.end(client)?;
            for (walls, wall) in walls.iter_mut().skip(at).zip([alone, first]) {
                walls.push(wall);
            }
        }
    }
    let [sshc, shared, ssh, multiplexed] = walls.map(median);
    say(&format!(
        "{title} (no slower): sshc {} shared, {} alone, ratio {}; ssh {} and {}, ratio {}",
        seconds(shared),
        seconds(sshc),
        ratio(shared, sshc),
        seconds(multiplexed),
        seconds(ssh),
        ratio(multiplexed, ssh)
    ))
}

fn median(mut walls: Vec<Duration>) -> Duration {
    walls.sort_unstable();
    walls.get(walls.len() / 2).copied().unwrap_or_default()
}

/// Bulk through the holder, and over a connection of its own.
fn bulk(shared: &Shared<'_>) -> Outcome {
    let files = Files::create()?;
    let down = format!("head -c {BULK_BYTES} {}", files.source().display());
    let to_pipe = pair(shared, &down).map(Contender::into_pipe);
    say(&render("500 MB down to a pipe (at most 1.10)", &alternate(BULK_ROUNDS, &to_pipe)?))?;
    let to_null = pair(shared, &down);
    say(&render("500 MB down to the null device", &alternate(BULK_ROUNDS, &to_null)?))?;
    let part = files.part(BULK_BYTES)?;
    let up = pair(shared, "cat > /dev/null").map(|it| it.reading(&part));
    say(&render("500 MB up from a file (at most 1.10)", &alternate(BULK_ROUNDS, &up)?))
}

/// The same command over the shared connection and over one of its own, by both programs.
fn pair<'a>(shared: &'a Shared<'_>, command: &str) -> [Contender<'a>; 4] {
    let own = |client: Client| {
        let command = command.to_owned();
        let label = format!("{} alone", client.name());
        Contender::new(label, move || shared.rivals.order(client, shared.place, &command))
    };
    [
        shared.contender(Client::Sshc, command),
        own(Client::Sshc),
        shared.contender(Client::Ssh, command),
        own(Client::Ssh),
    ]
}

/// A hundred commands at once.
fn crowd(shared: &Shared<'_>) -> Outcome {
    let mut walls: [Vec<Duration>; 2] = Default::default();
    let clients = [Client::Sshc, Client::Ssh];
    for client in clients {
        step::run(shared.order(client, "true").stderr(Stdio::null()))?;
    }
    for _ in 0..CROWD_ROUNDS {
        for (client, walls) in clients.into_iter().zip(&mut walls) {
            walls.push(at_once(|| shared.order(client, "true"))?);
        }
    }
    let [sshc, ssh] = walls.map(median);
    say(&format!(
        "{CROWD} `true` at once: sshc {}, ssh {}, ratio {}; memory after them: sshc {} KiB, ssh {} KiB",
        seconds(sshc),
        seconds(ssh),
        ratio(sshc, ssh),
        shared.memory(Client::Sshc)?,
        shared.memory(Client::Ssh)?
    ))
}

fn at_once(order: impl Fn() -> Command) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let start = |_| {
        let mut order = order();
        order.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        order.spawn().map_err(|error| cannot_start(&order, &error))
    };
    let children = (0..CROWD).map(start).collect::<Result<Vec<Child>, Failure>>()?;
    for mut child in children {
        let status = child.wait().map_err(|error| Failure::new(error.to_string()))?;
        if !status.success() {
            return Err(Failure::new(format!("one of {CROWD} at once failed: {status}")));
        }
    }
    Ok(begun.elapsed())
}

/// The holder's resident memory after many commands.
fn memory(shared: &Shared<'_>) -> Outcome {
    for client in [Client::Sshc, Client::Ssh] {
        shared.end(client)?;
        let mut done = 0;
        let mut said = OsString::from(client.name());
        for commands in COMMANDS {
            // ssh is only a measure for the first of them.
            if client == Client::Ssh && commands > COMMANDS[1] {
                continue;
            }
            while done < commands {
                step::run(shared.order(client, "true").stderr(Stdio::null()))?;
                done += 1;
            }
            said.push(format!(": {} KiB after {commands} commands", shared.memory(client)?));
        }
        say(&format!(
            "the holder's resident memory (under 8192 KiB, constant), {}",
            said.display()
        ))?;
    }
    Ok(())
}
