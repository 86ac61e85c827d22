//! Prints costs as a table, ratios last.

use std::fmt::Write as _;
use std::time::Duration;

use super::measure::Cost;

/// The costs of one kind of work. The first contender is ours; the ratios are ours to each of the
/// others.
pub(crate) fn render(title: &str, costs: &[Cost]) -> String {
    let mut rows = vec![
        ["", "median", "mean", "p99", "processor", "peak", "ours/median", "ours/mean"]
            .map(str::to_owned),
    ];
    if let Some(ours) = costs.first() {
        rows.extend(costs.iter().map(|cost| row(cost, ours)));
    }
    let mut text = String::from(title);
    for row in &rows {
        text.push('\n');
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
            let width = width.unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = match column {
                0 => write!(text, "  {cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
    }
    text
}

fn row(cost: &Cost, ours: &Cost) -> [String; 8] {
    [
        cost.label.clone(),
        seconds(cost.median()),
        seconds(cost.mean()),
        seconds(cost.percentile(99)),
        seconds(cost.processor),
        format!("{:.1} MiB", mebibytes(cost.peak_kib)),
        ratio(ours.median(), cost.median()),
        ratio(ours.mean(), cost.mean()),
    ]
}

/// A duration in its natural unit.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        0.0 => String::from("0"),
        ..0.01 => format!("{:.2} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// Ours to theirs; under 1 is faster.
pub(crate) fn ratio(ours: Duration, theirs: Duration) -> String {
    if theirs.is_zero() {
        return String::from("-");
    }
    format!("{:.3}", ours.as_secs_f64() / theirs.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "a table shows one decimal")]
fn mebibytes(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_to_the_first_program() {
        let cost = |label: &str, millis| Cost {
            label: label.to_owned(),
            walls: vec![Duration::from_millis(millis)],
            processor: Duration::from_millis(10),
            peak_kib: 1536,
        };
        let table = render("work", &[cost("ours", 50), cost("a peer", 200)]);
        let expected = "work
          median    mean     p99  processor     peak  ours/median  ours/mean
  ours     50 ms   50 ms   50 ms      10 ms  1.5 MiB        1.000      1.000
  a peer  200 ms  200 ms  200 ms      10 ms  1.5 MiB        0.250      0.250";
        assert_eq!(table, expected);
    }
}
