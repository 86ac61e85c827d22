//! The command line of `sshc`: arguments in, a status out.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use contract::Failure as _;
use joblog_parse::Target;
use tokio::runtime::{Builder, LocalOptions};

use crate::Error;
use crate::announced;
use crate::ask::Asker;
use crate::config::Context;
use crate::defaults::COMPATIBLE_VERSION;
use crate::destination::Destination;
use crate::host_key::job_script;
use crate::logging::Form;
use crate::options::{self, Options, Sharing, query};
pub use crate::options::{PLINK_SHORT_OPTIONS, PLINK_WORDS, SHORT_OPTIONS, ShortOption, Word};
use crate::plan::{self, DestinationSource, Environment, Plan, Work};
use crate::reason::Reason;
use crate::terminal::{self, Terminal};
use crate::{background, ignored_signals, logging, notices, run, share, stdio};

mod diagnose;
mod forget;
mod openssh_messages;
mod putty_session;

/// Programs look for this text to find out which options they may use.
const COMPATIBLE: &str = "options and configuration of";

/// Success, with nothing left to do or report.
const DONE: (u8, Option<Reason>) = (0, None);

const OLD_SPELLING: &str = "the word after `--` is the destination; `-` takes it from standard \
                            input: joblog-parse log.txt | sshc - COMMAND";

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    // Patterns among them are for the server's shell.
    let arguments: Vec<_> = env::args_os().collect();
    let options = match Options::read(&arguments) {
        Ok(options) => options,
        Err(error) => return contract::usage::report("sshc", &error),
    };
    if options.letters.version_line {
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(io::stderr(), "sshc_{version}, {COMPATIBLE} {COMPATIBLE_VERSION}");
        return ExitCode::SUCCESS;
    }
    ignored_signals::remember();
    keygen::restore_terminal_on_signals(terminal::answers_signals);
    let is_after_dashes = options.is_after_dashes;
    let destination = options.destination.clone();
    let (status, reason) = match connect(options, &arguments) {
        Ok(ended) => ended,
        Err(error) => {
            let status = report(&error);
            if let Some(line) = openssh_messages::line(&arguments, &error) {
                let _ = writeln!(io::stderr(), "{line}");
            }
            if is_after_dashes && matches!(error, Error::Dial { .. } | Error::Destination(_)) {
                hint_at_old_spelling();
            } else if error.reason() == Reason::NameNotFound
                && let Some(word) = destination.filter(|word| !word.contains(['@', '.', ':']))
            {
                hint_at_mistaken_word(&word);
            }
            (status, Some(error.reason()))
        }
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

/// The exit status, and the reason if known.
fn connect(mut options: Options, arguments: &[OsString]) -> Result<(u8, Option<Reason>), Error> {
    if let Some(list) = &options.letters.query {
        let unknown = || Error::Usage(format!("-Q has no list `{}`", contract::shown(list)));
        let lines = query::lines(list).ok_or_else(unknown)?;
        io::stdout().write_all(lines.as_bytes()).map_err(Error::Output)?;
        return Ok(DONE);
    }
    if options.print_host_key_line {
        let line = job_script::ANNOUNCEMENT.as_bytes();
        return io::stdout().write_all(line).map(|()| DONE).map_err(Error::Output);
    }
    let files = (options.log_json.as_deref(), options.letters.log_file.as_deref());
    let form = if openssh_messages::are_expected(arguments) { Form::Ssh } else { Form::Own };
    logging::start(options.verbose, form, files.0, files.1)?;
    options.jumps()?;
    for note in options.letters.without_effect() {
        log::info!("{note}");
    }
    let is_child = options.letters.background_child || options.sharing.share_holder.is_some();
    if is_child {
        background::will_leave();
    }
    if options.letters.background && !is_child && !options.show_config {
        let line =
            if options.is_from_standard_input() { Some(target_line(&options)?) } else { None };
        return background::hand_over(arguments, line.as_deref()).map(|status| (status, None));
    }
    let (destination, origin) = destination(&mut options)?;
    let mut context = Context::of_this_process();
    context.may_run_programs = options.config_exec;
    let around = Environment {
        context,
        stdin_is_terminal: io::stdin().is_terminal(),
        has_terminal: Terminal::open().is_ok(),
    };
    if options.show_config {
        let (text, notes) = plan::show(&options, destination, origin, &around)?;
        for note in notes {
            log::info!("{note}");
        }
        io::stdout().write_all(text.as_bytes()).map_err(Error::Output)?;
        return Ok(DONE);
    }
    let mut plan = plan::plan(&options, destination.clone(), origin, &around)?;
    if let Some(sharing) = &mut plan.share {
        sharing.arguments = holder_arguments(&options, arguments);
        if options.sharing.share_holder.is_some() {
            // Whatever its guests want goes beside each other.
            plan.work = Work::Tunnels;
        }
    }
    if plan.forks {
        let line = options.letters.background_target.as_deref();
        return background::hand_over(arguments, line).map(|status| (status, None));
    }
    if let (true, Some(hop)) = (options.forget, plan.route.last()) {
        return forget::forget(&destination, hop, options.host_key_scope.is_some()).map(|()| DONE);
    }
    let diagnosis = diagnose::diagnosis(&options)?;
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
    // Only a local runtime keeps tokio's threads out of the program, 300 KB that every command
    // would load.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())
        .map_err(|source| Error::Stream { what: "the system's events", source })?;
    let outcome = runtime.block_on(async {
        match &diagnosis {
            Some(diagnosis) => match run::diagnose(&plan, diagnosis, asker).await {
                Ok(verdict) => Ok((verdict.status, verdict.reason)),
                // A diagnosis that was not read to its end is no "yes".
                Err(error) if error.is_closed_pipe() => Ok((error.exit_code(), None)),
                Err(error) => Err(error),
            },
            None => perform(&plan, &options.sharing, asker).await,
        }
    });
    // A thread that waits for a key press must not keep us from exiting.
    runtime.shutdown_background();
    outcome
}

/// Runs, controls or holds a connection.
async fn perform(
    plan: &Plan,
    options: &Sharing,
    asker: Asker,
) -> Result<(u8, Option<Reason>), Error> {
    if let Some(request) = options.request() {
        return share::control(plan, request).await.map(|status| (status, None));
    }
    let ended = match (&plan.share, options.share_holder) {
        (Some(sharing), Some(starter)) => run::hold(plan, sharing, starter, asker).await?,
        _ => run::run(plan, asker).await?,
    };
    Ok((ended.status, ended.reason))
}

/// The command line for a holder: ours, and the target that stood on our standard input.
fn holder_arguments(options: &Options, arguments: &[OsString]) -> Vec<OsString> {
    let target = options.letters.background_target.iter();
    let target = target.flat_map(|line| ["--background-target".into(), line.into()]);
    target.chain(arguments.iter().skip(1).cloned()).collect()
}

/// Keeps freed buffers of bulk data in the heap.
///
/// glibc returns the end of the heap to the system whenever 128 KiB of it are free, until a larger
/// block has been freed once; from then on the limit is twice that block's size (mallopt(3),
/// `M_MMAP_THRESHOLD`). Without this, each buffer would be made of new pages. The block is never
/// touched, so it costs nothing; other systems' allocators are not affected.
fn keep_freed_memory() {
    const LARGEST_BUFFER: usize = 2 * 1024 * 1024;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGEST_BUFFER)));
}

/// The destination from the arguments, or from the first line of standard input.
fn destination(options: &mut Options) -> Result<(Destination, DestinationSource), Error> {
    match options.destination.take() {
        Some(text) if text != "-" => {
            let destination = match putty_session::take_over(options, &text)? {
                Some(saved) => saved,
                None => text.parse().map_err(Error::Destination)?,
            };
            if options.announced {
                let line = target_line(options)?;
                options.services = announced::in_line(&line)?;
                options.letters.background_target = Some(line);
            }
            Ok((destination, DestinationSource::Arguments))
        }
        Some(_) | None => {
            from_standard_input(options).map(|found| (found, DestinationSource::StandardInput))
        }
    }
}

/// Explains that the word taken for the destination is not a host name.
fn hint_at_mistaken_word(word: &str) {
    let word = contract::shown(word);
    let hint = match word.as_str() {
        "ssh" | "ssh.exe" => "`ssh` was taken for the destination: leave that word out".to_owned(),
        _ if io::stdin().is_terminal() => return,
        _ => format!(
            "`{word}` was taken for the destination; as a command for the one on standard input it \
             is: sshc - {word}"
        ),
    };
    let _ = writeln!(io::stderr(), "sshc: hint: {hint}");
}

/// Explains that `--` used to precede the command, with the destination on standard input.
fn hint_at_old_spelling() {
    if !io::stdin().is_terminal() {
        let _ = writeln!(io::stderr(), "sshc: hint: {OLD_SPELLING}");
    }
}

/// The line on standard input that names the destination.
fn target_line(options: &Options) -> Result<String, Error> {
    if let Some(line) = &options.letters.background_target {
        return Ok(line.clone());
    }
    if io::stdin().is_terminal() {
        return Err(Error::NoDestination("none was given"));
    }
    stdio::read_line_exact()
        .map_err(|source| Error::Stream { what: "standard input", source })?
        .filter(|line| !line.trim().is_empty())
        .ok_or(Error::NoDestination("standard input ended before one arrived"))
}

fn from_standard_input(options: &mut Options) -> Result<Destination, Error> {
    let line = target_line(options)?;
    options.letters.background_target = Some(line.clone());
    let target = match options::target_in(&line) {
        Some(pasted) => Target::from_line(&pasted),
        None => Target::from_line(&line),
    };
    let target = target.map_err(Error::Target)?;
    if options.announced {
        options.services = announced::in_line(&line)?;
    }
    options.jump_by_default(target.jump.iter().map(Destination::from));
    if let (true, Some(key)) = (options.host_keys.is_empty(), &target.host_key) {
        let pin =
            key.to_string().parse().map_err(|cause: crate::fingerprint::NotAFingerprint| {
                Error::Destination(cause.to_string())
            })?;
        options.host_keys.push(pin);
    }
    Ok(Destination::from(&target))
}

/// Reports why we fail, if there is still a reader, and returns the exit status.
fn report(error: &Error) -> u8 {
    if error.is_closed_pipe() {
        return 0;
    }
    notices::error(error);
    error.exit_code()
}
