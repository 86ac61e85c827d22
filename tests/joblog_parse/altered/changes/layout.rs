//! Other layouts, and other text around the lines.

use super::{Log, by_line, changed};
use crate::joblog_parse::random::Random;

/// A stamp before each line, with the seconds that pass.
pub(super) fn stamps(log: &Log, random: &mut Random) -> Option<Log> {
    let form = random.of(&[
        "[2026-09-14T07:55:{}Z]: ",
        "2026-11-03 08:12:{},123 INFO  ",
        "Nov  3 08:12:{} node17 launcher[812]: ",
        "08:12:{} | ",
        "[08:12:{}] ",
        "2026-11-03T08:12:{}.004Z ",
        "time=\"2026-11-03T08:12:{}Z\" level=info msg=",
    ]);
    let mut seconds = random.below(10) + 10;
    by_line(log, |line| {
        seconds = (seconds + 1) % 60;
        let stamp = form.replace("{}", &format!("{seconds:02}"));
        if stamp.ends_with('=') { format!("{stamp}{line:?}") } else { stamp + line }
    })
}

/// The name of the program or process that wrote each line.
pub(super) fn speakers(log: &Log, random: &mut Random) -> Option<Log> {
    let speaker = random.of(&[
        "[launcher] ",
        "launcher: ",
        "INFO: ",
        "[1,0]<stdout>:",
        "0: ",
        "worker-1  | ",
        "[INFO] ",
        "launcher | ",
        "INFO - ",
    ]);
    by_line(log, |line| format!("{speaker}{line}"))
}

pub(super) fn indents(log: &Log, random: &mut Random) -> Option<Log> {
    let indent = random.of(&["  ", "    ", "\t", "        "]);
    by_line(log, |line| format!("{indent}{line}"))
}

/// Each line as a string in an object, as containers log.
pub(super) fn json_lines(log: &Log, random: &mut Random) -> Option<Log> {
    if log.text.contains(['{', '}']) {
        return None;
    }
    let form = random.of(&[
        "{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-03T08:12:14.1Z\"}",
        "{\"level\":\"info\",\"msg\":{}}",
        "{\"timestamp\":1793693534,\"message\":{}}",
    ]);
    by_line(log, |line| {
        let string = serde_json::to_string(line).unwrap_or_default();
        form.replace("{}", &string)
    })
}

/// The first word of each line in bold, or the whole line in a colour.
pub(super) fn colours(log: &Log, random: &mut Random) -> Option<Log> {
    let is_whole = random.below(2) == 0;
    by_line(log, |line| match line.split_once(' ') {
        Some((first, rest)) if !is_whole => format!("\x1b[1m{first}\x1b[0m {rest}"),
        _ => format!("\x1b[32m{line}\x1b[0m"),
    })
}

/// Wider or narrower gaps between columns, or tabs.
pub(super) fn columns(log: &Log, random: &mut Random) -> Option<Log> {
    let is_drawn = |line: &str| line.contains(['│', '║', '┌', '+', '|']);
    if log.text.lines().any(is_drawn) {
        return None;
    }
    let gap = random.of(&["\t", "      ", "         "]);
    by_line(log, |line| {
        let text = line.trim_start();
        let mut out = line.get(..line.len() - text.len()).unwrap_or_default().to_owned();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("  ") {
            out.push_str(before);
            rest = after.trim_start_matches(' ');
            if !rest.is_empty() {
                out.push_str(gap);
            }
        }
        out + rest
    })
}

pub(super) fn line_ends(log: &Log, random: &mut Random) -> Option<Log> {
    let end = random.of(&["\r\n", "  \n", " \r\n", "\r"]);
    changed(log, log.text.replace("\r\n", "\n").replace('\n', end))
}

pub(super) fn empty_lines(log: &Log, random: &mut Random) -> Option<Log> {
    let lines = log.text.lines().collect::<Vec<_>>();
    let at = random.below(lines.len().max(1));
    let (before, after) = lines.split_at_checked(at)?;
    if before.is_empty() || after.is_empty() {
        return changed(log, format!("\n\n{}\n\n", log.text));
    }
    changed(log, format!("{}\n\n{}\n", before.join("\n"), after.join("\n")))
}

/// What a job prints while it runs.
const OUTPUT: [&str; 6] = [
    "Time = 1\nsmoothSolver:  Solving for Ux, Initial residual = 0.0405, Final residual = 0.0079, No Iterations 3",
    "step     100  dt 1.0e-05  cfl 0.71  res 3.1e-03",
    "  12 %  [=====>                       ]  eta 00:41:10",
    "iteration 12 residual 2.4e-05 (12.1 s)",
    "Reading mesh ... 112,004,331 cells",
    "I/O 1.2 GB/s, 480 cores busy",
];

/// The job's output before, after or between the lines.
pub(super) fn lines_between(log: &Log, random: &mut Random) -> Option<Log> {
    let mut lines = log.text.lines().map(str::to_owned).collect::<Vec<_>>();
    let is_inner = log.text.contains(['{', '\\', '|', '│', '║']) || log.text.contains("  ");
    let at = if is_inner { random.below(2) * lines.len() } else { random.below(lines.len() + 1) };
    for _ in 0..=random.below(3) {
        lines.insert(at, random.of(&OUTPUT).to_owned());
    }
    changed(log, lines.join("\n") + "\n")
}
