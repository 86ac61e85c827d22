//! Measures the cost of a command: wall time, processor time, peak memory. Linux only, because it
//! reads the kernel's accounts.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::step::{self, Failure, Outcome};

/// The kernel counts processor time in hundredths of a second for user space, on every
/// architecture.
const TICK: Duration = Duration::from_millis(10);

/// One of the programs that do the same work.
pub(crate) struct Contender<'a> {
    /// Its name in the table.
    label: String,
    /// A fresh command for each run.
    command: Box<dyn Fn() -> Command + 'a>,
    /// The file that it reads on standard input, if any.
    source: Option<PathBuf>,
    sink: Sink,
}

/// Where a contender's output goes. Standard error is discarded.
enum Sink {
    /// Output that is not part of the measurement.
    Null,
    /// A pipe that we read as fast as it is filled.
    Pipe,
    /// A file that is overwritten from its beginning, so that its pages are re-used.
    File(PathBuf),
}

impl<'a> Contender<'a> {
    pub(crate) fn new(label: impl Into<String>, command: impl Fn() -> Command + 'a) -> Self {
        let (label, command) = (label.into(), Box::new(command));
        Self { label, command, source: None, sink: Sink::Null }
    }

    /// Its output goes through a pipe.
    pub(crate) fn into_pipe(self) -> Self {
        Self { sink: Sink::Pipe, ..self }
    }

    /// Its output goes into this file, overwriting the content.
    pub(crate) fn into_file(self, path: &Path) -> Self {
        Self { sink: Sink::File(path.to_owned()), ..self }
    }

    /// Its input comes from this file.
    pub(crate) fn reading(self, path: &Path) -> Self {
        Self { source: Some(path.to_owned()), ..self }
    }

    /// Runs a command of ours, or one around it, with the source and the sink.
    fn run(&self, command: &mut Command) -> Outcome {
        let failed =
            |path: &Path, error| Failure::new(format!("cannot open `{}`: {error}", path.display()));
        match &self.source {
            Some(path) => command.stdin(File::open(path).map_err(|error| failed(path, error))?),
            None => command.stdin(Stdio::null()),
        };
        command.stderr(Stdio::null());
        match &self.sink {
            Sink::Null => step::run(command.stdout(Stdio::null())),
            Sink::File(path) => {
                let file = File::options().write(true).create(true).truncate(false).open(path);
                let file = file.map_err(|error| failed(path, error))?;
                step::run(command.stdout(file))
            }
            Sink::Pipe => drain(command.stdout(Stdio::piped())),
        }
    }
}

/// Runs a command with a pipe for its output, and reads that to the end.
fn drain(command: &mut Command) -> Outcome {
    let mut child = command.spawn().map_err(|error| step::cannot_start(command, &error))?;
    let mut buffer = vec![0; 256 * 1024];
    if let Some(mut pipe) = child.stdout.take() {
        while pipe.read(&mut buffer).is_ok_and(|count| count > 0) {}
    }
    let status = child.wait().map_err(|error| step::cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` failed: {status}", step::shown(command))))
}

/// The cost of one contender's runs.
pub(crate) struct Cost {
    /// The contender's name.
    pub(crate) label: String,
    /// Wall time of each run, ascending.
    pub(crate) walls: Vec<Duration>,
    /// Mean processor time per run, of all threads and children, user and system; accurate to 10 ms
    /// over all runs.
    pub(crate) processor: Duration,
    /// Peak resident memory of the largest process, in KiB, from one run of its own.
    pub(crate) peak_kib: u64,
}

impl Cost {
    /// The wall time that `percent` of the runs did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let last = self.walls.len().saturating_sub(1);
        self.walls.get((last * percent).div_ceil(100)).copied().unwrap_or_default()
    }

    /// The median wall time.
    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// The mean wall time: the long-run cost of random work such as a search for primes.
    pub(crate) fn mean(&self) -> Duration {
        let total: Duration = self.walls.iter().sum();
        total.checked_div(u32::try_from(self.walls.len()).unwrap_or(1)).unwrap_or_default()
    }
}

/// Runs every contender once to warm up and to measure memory, then all of them in turn, `rounds`
/// times.
///
/// # Errors
///
/// When a run fails, which must not count as a fast success.
pub(crate) fn alternate(rounds: usize, contenders: &[Contender<'_>]) -> Result<Vec<Cost>, Failure> {
    let mut costs = Vec::with_capacity(contenders.len());
    for contender in contenders {
        let label = contender.label.clone();
        let peak_kib = peak_kib(contender)?;
        costs.push(Cost { label, walls: Vec::new(), processor: Duration::ZERO, peak_kib });
    }
    for _ in 0..rounds {
        for (contender, cost) in contenders.iter().zip(&mut costs) {
            let mut command = (contender.command)();
            let (wall, processor) = timed(|| contender.run(&mut command))?;
            cost.walls.push(wall);
            cost.processor += processor;
        }
    }
    for cost in &mut costs {
        cost.walls.sort_unstable();
        cost.processor /= u32::try_from(rounds.max(1)).unwrap_or(u32::MAX);
    }
    Ok(costs)
}

/// Wall and processor time of one run.
pub(crate) fn time(command: &mut Command) -> Result<(Duration, Duration), Failure> {
    timed(|| step::run(command))
}

fn timed(run: impl FnOnce() -> Outcome) -> Result<(Duration, Duration), Failure> {
    let before = children_processor_time()?;
    let start = Instant::now();
    run()?;
    let wall = start.elapsed();
    Ok((wall, children_processor_time()?.saturating_sub(before)))
}

/// Peak resident memory in a separate run, as GNU time reads it from `wait4`.
fn peak_kib(contender: &Contender<'_>) -> Result<u64, Failure> {
    let command = (contender.command)();
    let report = tempfile("peak")?;
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["--quiet", "--format=%M", "--output"]).arg(&report).arg("--");
    timed.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    contender.run(&mut timed)?;
    let text = fs::read_to_string(&report)
        .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", report.display())))?;
    // The report is in target/; if it cannot be removed now, it is overwritten next time.
    let _ = fs::remove_file(&report);
    text.trim().parse().map_err(|_| {
        Failure::new(format!("/usr/bin/time reported `{}`", text.trim().escape_debug()))
    })
}

/// A path for a report, used by this process only.
fn tempfile(name: &str) -> Result<PathBuf, Failure> {
    let folder = crate::workspace::target().join("bench");
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("cannot create `{}`: {error}", folder.display())))?;
    Ok(folder.join(format!("{name}.{}", std::process::id())))
}

/// Processor time of all children waited for so far (proc(5), `cutime` and `cstime` of
/// `/proc/self/stat`).
fn children_processor_time() -> Result<Duration, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|error| Failure::new(format!("cannot read `/proc/self/stat`: {error}")))?;
    let ticks =
        ticks_of_children(&stat).ok_or_else(|| Failure::new("cannot parse `/proc/self/stat`"))?;
    Ok(TICK.saturating_mul(ticks))
}

fn ticks_of_children(stat: &str) -> Option<u32> {
    // The second field is the program's name in parentheses, which may contain anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(13);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_are_read_after_a_name_that_looks_like_fields() {
        let stat = "7 (a) 1 2) S 1 1 1 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0";
        assert_eq!(ticks_of_children(stat), Some(11 + 12));
    }

    #[test]
    fn medians_and_percentiles_are_measured_values() {
        let walls = (1..=5).map(Duration::from_secs).collect();
        let cost = Cost { label: String::new(), walls, processor: Duration::ZERO, peak_kib: 0 };
        assert_eq!(cost.median(), Duration::from_secs(3));
        assert_eq!(cost.mean(), Duration::from_secs(3));
        assert_eq!(cost.percentile(99), Duration::from_secs(5));
    }
}
