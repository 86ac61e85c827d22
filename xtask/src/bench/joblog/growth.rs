//! Draws how the time grows with the size of the log.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::logs::{self, Log};
use crate::bench::{machine, measure, table};
use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// Sizes in megabytes, each four times the one before.
const SIZES: [usize; 7] = [1, 4, 16, 64, 256, 1024, 4096];
/// The fastest of this many runs is drawn; slower ones were disturbed.
const RUNS: usize = 5;
const FILE: &str = "docs/joblog-growth.svg";

/// Times a log of each size and draws the times.
pub(super) fn plot(ours: &Path) -> Outcome {
    let mut points = Vec::with_capacity(SIZES.len());
    for megabytes in SIZES {
        let log = Log::NearTheStart.write(megabytes)?;
        let mut best = Duration::MAX;
        for _ in 0..RUNS {
            let (wall, _) =
                measure::time(Command::new(ours).arg(&log).stdout(std::process::Stdio::null()))?;
            best = best.min(wall);
        }
        logs::remove(&log)?;
        step::say(&format!("{megabytes} MB: {}", table::seconds(best)))?;
        points.push((megabytes, best));
    }
    let path = workspace::root().join(FILE);
    fs::write(&path, drawing(&points, &machine()?))
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))
}

/// Both axes are logarithmic: a straight line with slope one means time proportional to size.
fn drawing(points: &[(usize, Duration)], machine: &str) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 400\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"640\" height=\"400\" fill=\"white\"/>\n\
         <text x=\"20\" y=\"24\" font-size=\"15\">joblog-parse: wall time by size of the log (both logarithmic)</text>\n",
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        svg,
        "<text x=\"20\" y=\"42\" fill=\"#666\">{machine}; page cache warm, best of {RUNS}</text>"
    );
    let mut line = String::new();
    for (index, (megabytes, wall)) in points.iter().enumerate() {
        let x = 60 + index * 85;
        let y = height(*wall);
        let _ = write!(line, "{x},{y:.1} ");
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y:.1}\" r=\"4\" fill=\"#06c\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y - 10.0,
            table::seconds(*wall)
        );
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"385\" text-anchor=\"middle\" fill=\"#666\">{megabytes} MB</text>"
        );
    }
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/>\n</svg>",
        line.trim_end()
    );
    svg
}

/// From a millisecond at the bottom to ten seconds at the top.
fn height(wall: Duration) -> f64 {
    let decades = (wall.as_secs_f64() * 1e3).log10().clamp(0.0, 4.0);
    360.0 - decades * 75.0
}
