//! The command line of `sshc`: arguments in, a status out.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use contract::Failure as _;
use joblog_parse::Target;
use tokio::runtime::{Builder, LocalOptions};

use crate::Error;
use crate::ask::Asker;
use crate::config::Context;
use crate::destination::Destination;
use crate::options::Options;
use crate::plan::{self, Origin, Surroundings};
use crate::terminal::{self, Terminal};
use crate::{ignored_signals, logging, notices, run, stdio};

mod forget;
mod saved;

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    // Patterns among them are for the server's shell.
    let options = match Options::read(&env::args_os().collect::<Vec<_>>()) {
        Ok(options) => options,
        Err(error) => return contract::usage::report("sshc", &error),
    };
    ignored_signals::remember();
    keygen::restore_terminal_on_signals(terminal::answers_signals);
    let (status, reason) = match connect(options) {
        Ok(status) => (status, None),
        Err(error) => (report(&error), Some(error.reason())),
    };
    logging::end(status, reason);
    if let Some(cause) = logging::failure() {
        notices::error(&cause);
    }
    ExitCode::from(status)
}

/// The definition that help texts, man pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    Options::command()
}

fn connect(mut options: Options) -> Result<u8, Error> {
    logging::start(options.verbose, options.log_json.as_deref())?;
    let (destination, origin) = destination(&mut options)?;
    let mut context = Context::of_this_process();
    context.may_run_programs = options.config_exec;
    let around = Surroundings {
        context,
        stdin_is_terminal: io::stdin().is_terminal(),
        has_terminal: Terminal::open().is_ok(),
    };
    if options.show_config {
        let text = plan::show(&options, destination, origin, &around)?;
        io::stdout().write_all(text.as_bytes()).map_err(Error::Output)?;
        return Ok(0);
    }
    let plan = plan::plan(&options, destination.clone(), origin, &around)?;
    if let (true, Some(hop)) = (options.forget, plan.route.last()) {
        return forget::forget(&destination, hop).map(|()| 0);
    }
    logging::show(plan.verbosity);
    for note in &plan.notes {
        log::info!("{note}");
    }
    let asker = Asker {
        batch: plan.batch,
        passphrase_file: options.passphrase_file,
        password_file: options.password_file,
    };
    keep_freed_memory();
    // Only a local runtime leaves tokio's threads out of the program: 300 KB that every command
    // would load.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())
        .map_err(|source| Error::Stream { what: "the system's events", source })?;
    let outcome = runtime.block_on(run::run(&plan, asker));
    // A thread that waits for a key press must not keep us from ending.
    runtime.shutdown_background();
    outcome
}

/// Lets the buffers of bulk data stay in the heap when they are freed.
///
/// glibc gives the end of the heap back to the system whenever 128 KiB of it are free, until
/// something larger was freed
/// once: then twice that size is its measure (mallopt(3), `M_MMAP_THRESHOLD`). Otherwise each
/// buffer would be made of
/// new pages. The memory is never touched, so that nothing is spent; other systems' heaps do not
/// care.
fn keep_freed_memory() {
    const LARGEST_BUFFER: usize = 2 * 1024 * 1024;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGEST_BUFFER)));
}

/// The destination among the arguments, or the one that comes first on standard input.
fn destination(options: &mut Options) -> Result<(Destination, Origin), Error> {
    match options.destination.take() {
        Some(text) => {
            let destination = match saved::take_over(options, &text)? {
                Some(saved) => saved,
                None => text.parse().map_err(Error::Destination)?,
            };
            Ok((destination, Origin::Arguments))
        }
        None => from_standard_input(options).map(|found| (found, Origin::StandardInput)),
    }
}

fn from_standard_input(options: &mut Options) -> Result<Destination, Error> {
    if io::stdin().is_terminal() {
        return Err(Error::NoDestination("none was given"));
    }
    let line = stdio::read_line_exact()
        .map_err(|source| Error::Stream { what: "standard input", source })?
        .filter(|line| !line.trim().is_empty())
        .ok_or(Error::NoDestination("standard input ended before one arrived"))?;
    let target = Target::from_line(&line).map_err(Error::Target)?;
    if options.jump.is_empty() {
        options.jump = target.jump.iter().map(Destination::from).collect();
    }
    if let (true, Some(key)) = (options.host_keys.is_empty(), &target.host_key) {
        let pin =
            key.to_string().parse().map_err(|cause: crate::fingerprint::NotAFingerprint| {
                Error::Destination(cause.to_string())
            })?;
        options.host_keys.push(pin);
    }
    Ok(Destination::from(&target))
}

/// Says why we fail, unless nobody is left to read it, and gives the exit status.
fn report(error: &Error) -> u8 {
    if error.is_closed_pipe() {
        return 0;
    }
    notices::error(error);
    error.exit_code()
}
