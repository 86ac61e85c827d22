//! What a malicious log can cost: memory does not grow with it.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use harness::home::Home;
use harness::invocation::Finished;
use harness::programs::under_test;

/// The most that any log may take, in KiB.
const MOST_KIB: u64 = 32 * 1024;
const ANNOUNCEMENT: &str = "Log in with ssh ada@203.0.113.7";

/// The processor time that 64 KB of anything may take. A release build needs less than 100 ms; the
/// programs under test are hardly optimized.
const MOST_PROCESSOR: Duration = Duration::from_millis(500);

/// Runs the tool on a log, and measures its memory by the kernel's account of the run.
fn weighed(home: &Home, arguments: &[&str]) -> (Finished, u64) {
    let (run, peak, _) = measured(home, arguments);
    (run, peak)
}

/// The same with the processor time, which other programs on the machine hardly change.
fn measured(home: &Home, arguments: &[&str]) -> (Finished, u64, Duration) {
    let time = home.peer("time").args(["--quiet", "--format=%M %U %S", "--output=cost"]);
    let run = time.arg(under_test("joblog-parse")).args(arguments.to_vec()).arg("log").run();
    assert!([0, 1].contains(&run.code()), "{}", run.stderr());
    let cost = home.read_text("cost");
    let [peak, user, system] = cost.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("`{cost}` is not the cost of a run");
    };
    let seconds = |text: &str| Duration::from_secs_f64(text.parse().expect("seconds"));
    (run, peak.parse().expect("kibibytes"), seconds(user) + seconds(system))
}

fn assert_light(name: &str, peak: u64) {
    assert!(peak < MOST_KIB, "{name}: {peak} KiB");
}

#[test]
fn one_line_without_end_takes_no_more_memory() {
    let home = Home::new();
    let filler = "residual 0.25 1.75 2.5e-6 ".repeat(40_000);
    let half = filler.repeat(31);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    home.write("log", format!("{half}{ANNOUNCEMENT}. {half}"));
    let (run, peak) = weighed(&home, &[]);
    assert_eq!(run.quiet_success(), "ada@203.0.113.7\n");
    assert_light("one line of 64 MB", peak);
    home.write("log", utf16(&format!("\u{feff}{filler}{ANNOUNCEMENT}. {filler}")));
    let (run, peak) = weighed(&home, &["--explain"]);
    assert!(run.quiet_success().contains("ada@203.0.113.7 taken"));
    assert_light("one line of UTF-16", peak);
}

#[test]
fn logins_without_end_are_an_error_and_no_list() {
    let home = Home::new();
    let mut log = String::new();
    for number in 0..300_000 {
        let (third, fourth) = (number / 250 % 250 + 1, number % 250 + 1);
        let _ = writeln!(log, "ssh -i /k/{number} u{number}@203.0.{third}.{fourth} ({:>97})", "x");
    }
    home.write("log", &log);
    let (run, peak) = weighed(&home, &["--all"]);
    assert_eq!(
        run.failure(1),
        "joblog-parse: cannot list every login: there are more than 15000, or they need too much \
         memory\njoblog-parse: hint: --pattern narrows the search\n"
    );
    assert_light("300,000 logins", peak);
    let (run, peak) = weighed(&home, &[]);
    assert_eq!(run.quiet_success(), "u299999@203.0.200.250\n");
    home.write("log", log.lines().take(15_000).collect::<Vec<_>>().join("\n"));
    let (run, most) = weighed(&home, &["--all", "--json"]);
    assert_eq!(run.quiet_success().lines().count(), 15_000);
    assert_light("as many as are listed", most);
    home.write("log", log);
    assert_light("the last of 300,000 logins", peak);
    let (run, peak) = weighed(&home, &["--explain"]);
    assert_eq!(run.code(), 0);
    assert_light("300,000 logins explained", peak);
}

#[test]
fn long_logins_without_end_take_no_more_memory() {
    let home = Home::new();
    let label = [&"j".repeat(60), &"j".repeat(60), &"j".repeat(60)].map(String::as_str).join(".");
    let mut log = String::new();
    for number in 0..14_900 {
        let hops = (0..8).map(|hop| format!("u{hop}@{label}{hop}.example.com")).collect::<Vec<_>>();
        let path = "k".repeat(200);
        let hops = hops.join(",");
        let _ = writeln!(log, "ssh -i /{path} -J {hops} user{number}@h{number}.example.com");
    }
    home.write("log", &log);
    for arguments in [&["--all"][..], &["--all", "--explain"], &[]] {
        let (_, peak) = weighed(&home, arguments);
        assert_light(&format!("long logins {arguments:?}"), peak);
    }
}

#[test]
fn repeats_are_no_further_logins() {
    let home = Home::new();
    home.write("log", format!("{ANNOUNCEMENT}\nssh bob@203.0.113.8\n").repeat(50_000));
    let (run, peak) = weighed(&home, &["--all"]);
    assert_eq!(run.quiet_success(), "ada@203.0.113.7\nbob@203.0.113.8\n");
    assert_light("100,000 repeats", peak);
}

#[test]
fn halves_without_end_are_forgotten() {
    let home = Home::new();
    let mut log = String::new();
    for number in 0..100_000 {
        let _ = writeln!(log, "[job {number}] Username: u{number}\n[job x{number}] {{\"host\":");
    }
    home.write("log", log);
    let (run, peak) = weighed(&home, &[]);
    assert_eq!(run.code(), 1);
    assert_light("halves and open objects", peak);
}

#[test]
fn lines_of_nothing_but_beginnings_cost_no_more_than_others() {
    let home = Home::new();
    let mails = (0..400).map(|number| format!("user{number}@example{number}.com "));
    let mails = mails.collect::<String>() + "\n";
    for (name, log) in [
        ("at signs", "@".repeat(400_000)),
        ("short logins", "a@b\n".repeat(200_000)),
        ("logins in long lines", mails.repeat(100)),
        ("addresses", "1.2.3.4 ".repeat(20_000)),
        ("labels", "host 1.2.3.4, ".repeat(20_000)),
        ("programs", "ssh ".repeat(50_000)),
        ("commands", "ssh a@1.2.3.4; ".repeat(10_000)),
        ("quotes after a program", "ssh \"".repeat(100_000)),
        ("quotes after another one", "mosh \"".repeat(100_000)),
        ("quotes after a copy", "sshfs \"".repeat(100_000)),
        ("remote shells", "rsync -e \"ssh ".repeat(30_000)),
        ("tunnels", "ssh -L 1:h:2 ".repeat(40_000)),
        ("jump hosts", format!("ssh -J {} ada@10.0.0.1", "a@b.example,".repeat(40_000))),
        ("labelled names", "host=b.c q ".repeat(50_000)),
        ("objects", "{\"a\":[{\"b\":\"1.2.3.4\",\"user\":\"x\"},".repeat(10_000)),
    ] {
        home.write("log", format!("{log}\n{ANNOUNCEMENT}\n"));
        let start = Instant::now();
        let (run, peak) = weighed(&home, &[]);
        assert_eq!(run.quiet_success(), "ada@203.0.113.7\n", "{name}");
        assert_light(name, peak);
        // It used to take minutes; a loaded machine may be slow.
        assert!(start.elapsed() < Duration::from_secs(20), "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn no_64_kilobytes_cost_more_than_a_moment() {
    let home = Home::new();
    for unit in [
        "a@b.cc ",
        "ada@203.0.113.7 ",
        "203.0.113.7 ",
        "user ada host b.cc ",
        "user: ada, ",
        "login as ada at b.cc and ",
        "port 22 ",
        "not valid ",
        "b.cc was deleted ",
        "host=b.c q ",
        "ssh \"",
        "ssh -L 1:h:2 ",
        "ssh -J a@b.cc,",
        "sshfs \"",
        "rsync -e \"ssh ",
        "mosh \"",
        "sftp://a@b.cc ",
        "ssh://a@b.cc ",
        "scp x a@b.cc:y ",
        "http://b.cc:8888/ ",
        "<user>a</user>",
        "{\"user\":\"a\",\"host\":\"b.cc\"},",
        "user\n",
        "user: a\n",
        "host: b.cc\n",
        "203.0.113.7\n",
        "a@b.cc\n",
        "Connect to\n",
        "connecting to b.cc: refused\n",
        "  File \"a\"\n",
        "用户",
        "ユーザー a ",
    ] {
        let log = unit.repeat(64 * 1024 / unit.len());
        home.write("log", log);
        let least = (0..3).map(|_| measured(&home, &[]).2).min().expect("three runs");
        assert!(least < MOST_PROCESSOR, "{unit:?}: {least:?}");
    }
}

#[test]
fn a_few_compressed_bytes_that_are_made_to_cost_much_are_an_error() {
    let home = Home::new();
    let gzip = |text: &str| {
        home.write("text", text);
        assert_eq!(home.peer("gzip").args(["-9", "-f", "text"]).run().code(), 0);
        fs::rename(home.path("text.gz"), home.path("log")).expect("it is packed");
    };
    gzip(&format!("{}\n{ANNOUNCEMENT}\n", "ssh \"".repeat(4_000_000)));
    let (run, peak) = weighed(&home, &[]);
    assert_eq!(
        run.failure(1),
        "joblog-parse: cannot read `log`: it expands to far more text than a compressed log \
         should; if it is a log, unpack it first\n"
    );
    assert_light("a few compressed bytes", peak);
    gzip(&format!("{}{ANNOUNCEMENT}\n", "residual 0.25 1.75 2.5e-6\n".repeat(1_000_000)));
    assert_eq!(weighed(&home, &[]).0.quiet_success(), "ada@203.0.113.7\n");
}
