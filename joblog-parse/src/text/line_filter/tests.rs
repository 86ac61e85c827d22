use super::*;

/// Returns at most so many bytes at a time.
struct Chunks<'a>(&'a [u8], usize);

impl Read for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.0.len().min(out.len()).min(self.1);
        out[..read].copy_from_slice(&self.0[..read]);
        self.0 = &self.0[read..];
        Ok(read)
    }
}

fn through(mut filter: LineFilter, text: &[u8], chunk: usize) -> Vec<(u64, String, bool)> {
    let mut source = Chunks(text, chunk);
    let mut lines = Vec::new();
    loop {
        let is_last = filter.fill(&mut source).unwrap() == 0;
        while let Some(line) = filter.next(is_last) {
            let text = String::from_utf8_lossy(line.bytes).into_owned();
            lines.push((line.number, text, line.follows_gap));
        }
        if is_last {
            return lines;
        }
    }
}

#[test]
fn lines_with_hits_come_through_with_those_around_them() {
    let dull = |from: u64, to: u64| {
        (from..=to).map(|line| format!("step {line}\n")).collect::<Vec<_>>().concat()
    };
    let text = format!("{}ssh a@b\n{}ssh c@d", dull(1, 99), dull(101, 199));
    let lines = through(LineFilter::new(), text.as_bytes(), 1 << 20);
    let numbers = lines.iter().map(|(number, ..)| *number).collect::<Vec<_>>();
    assert_eq!(numbers, (88..=112).chain(188..=200).collect::<Vec<_>>());
    assert_eq!(lines[12], (100, "ssh a@b".to_owned(), false));
    let gaps = lines.iter().filter(|(_, _, gap)| *gap).map(|(number, ..)| *number);
    assert_eq!(gaps.collect::<Vec<_>>(), [88, 188]);
}

#[test]
fn all_three_line_ends_count() {
    let lines = through(LineFilter::open(), b"a\nb\r\nc\rd\n\ne", 1);
    let lines = lines.iter().map(|(number, text, _)| (*number, text.as_str())).collect::<Vec<_>>();
    assert_eq!(lines, [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, ""), (6, "e")]);
}

#[test]
fn a_long_line_comes_through_around_its_hits() {
    let text = format!(
        "x\n{} ssh ada@203.0.113.7 {}\nssh b@c\n",
        "0.5 ".repeat(300_000),
        "1.5 ".repeat(300_000)
    );
    let lines = through(LineFilter::new(), text.as_bytes(), 1 << 16);
    let [(2, part, true), (2 | 3, ..), ..] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(part.contains(" ssh ada@203.0.113.7 ") && part.len() < 8192);
    assert_eq!(lines.last().unwrap().1, "ssh b@c");
    assert_eq!(lines.last().unwrap().0, 3);
}

#[test]
fn how_the_text_arrives_makes_no_difference() {
    let long = format!(
        "{} user: ada {} 203.0.113.7 {}",
        "z ".repeat(9000),
        "q ".repeat(700),
        "y ".repeat(40_000)
    );
    let mut text = String::new();
    for round in 0..40 {
        text.push_str(&"residual 0.25 1.75\r\n".repeat(50 + round * 7));
        text.push_str(
            [
                "ssh a@203.0.113.7\n",
                "Public IP: 198.51.100.4\r",
                &long,
                "\n",
                "\x1b[1mhost\x1b[m\n",
            ][round % 5],
        );
    }
    let whole = through(LineFilter::new(), text.as_bytes(), 1 << 20);
    assert!(whole.len() > 100);
    for chunk in [1, 7, 63, 1000, 4096, 65_537] {
        let chunked = through(LineFilter::new(), text.as_bytes(), chunk);
        for (one, other) in whole.iter().zip(&chunked) {
            assert_eq!(one, other, "{chunk}");
        }
        assert_eq!(whole.len(), chunked.len(), "{chunk}");
    }
}

#[test]
fn a_whole_line_comes_through_at_once() {
    let mut filter = LineFilter::new();
    let mut source = Chunks(b"ssh a@b\nssh", 100);
    filter.fill(&mut source).unwrap();
    assert_eq!(filter.next(false).map(|line| line.number), Some(1));
    assert_eq!(filter.next(false), None);
    assert_eq!(filter.next(true).map(|line| line.bytes), Some(&b"ssh"[..]));
}
