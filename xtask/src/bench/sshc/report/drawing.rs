//! Draws the ratios as bars: the line marks equal speed, shorter is faster.

use std::fmt::Write as _;

use super::Row;

/// Pixels from the left edge to the start of the bars, and then the length of a ratio of 1.
const LEFT: f64 = 330.0;
const ONE: f64 = 300.0;
const ROW: f64 = 34.0;
const TOP: f64 = 70.0;
/// Longer bars are cut off here, but still show their number.
const MOST: f64 = 1.3;

pub(super) fn of(rows: &[Row], machine: &str) -> String {
    let rows: Vec<&Row> =
        rows.iter().filter(|row| row.ratios().iter().any(|(ratio, _)| ratio.is_some())).collect();
    let bottom = rows.iter().fold(TOP, |y, _| y + ROW);
    let (width, height) = (LEFT + ONE * MOST + 60.0, bottom + 20.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width:.0}\" height=\"{height:.0}\" fill=\"white\"/>\n\
         <text x=\"20\" y=\"24\" font-size=\"15\">sshc to <tspan fill=\"#06c\">ssh</tspan> and <tspan fill=\"#c60\">plink</tspan>: shorter is better, marks are goals</text>\n\
         <text x=\"20\" y=\"42\" fill=\"#666\">{machine}</text>\n"
    );
    let mut top = TOP;
    for row in rows {
        // Writing to a string cannot fail.
        let title = row.title.replace('`', "").replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{title}</text>",
            LEFT - 10.0,
            top + 14.0
        );
        for (at, ((ratio, goal), colour)) in
            (0u8..).zip(row.ratios().into_iter().zip(["#06c", "#c60"]))
        {
            let y = top + f64::from(at) * 13.0;
            bar(&mut svg, y, ratio, goal, colour);
        }
        top += ROW;
    }
    let _ = writeln!(
        svg,
        "<line x1=\"{0:.0}\" y1=\"{1:.0}\" x2=\"{0:.0}\" y2=\"{bottom:.0}\" stroke=\"#999\" stroke-dasharray=\"4 3\"/>\n\
         <text x=\"{0:.0}\" y=\"{2:.0}\" text-anchor=\"middle\" fill=\"#666\">as fast</text>\n</svg>",
        LEFT + ONE,
        TOP - 6.0,
        TOP - 10.0
    );
    svg
}

fn bar(svg: &mut String, y: f64, ratio: Option<f64>, goal: Option<f64>, colour: &str) {
    let Some(ratio) = ratio else { return };
    let length = ratio.min(MOST) * ONE;
    let _ = writeln!(
        svg,
        "<rect x=\"{LEFT:.0}\" y=\"{y:.0}\" width=\"{length:.1}\" height=\"11\" fill=\"{colour}\"/>\
         <text x=\"{:.1}\" y=\"{:.0}\" font-size=\"10\">{ratio:.2}</text>",
        LEFT + length + 4.0,
        y + 9.0
    );
    if let Some(goal) = goal {
        let x = LEFT + goal * ONE;
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{y:.0}\" x2=\"{x:.1}\" y2=\"{:.0}\" stroke=\"black\" stroke-width=\"2\"/>",
            y + 11.0
        );
    }
}
