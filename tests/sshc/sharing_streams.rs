//! The standard streams of a program over a shared connection, which the holder reads and writes
//! itself where they are pipes or files.

use std::fs::{self, File};
use std::io;

use harness::invocation::Finished;
use harness::programs::installed;
use harness::transcript::Transcript;

use super::Site;
use super::sharing::{control, logins, shared, until};

/// Bytes that a process has read or written so far, by whatever system call.
fn carried(process: u32) -> u64 {
    let counts = fs::read_to_string(format!("/proc/{process}/io")).expect("it runs");
    let count = |name: &str| {
        let line = counts.lines().find_map(|line| line.strip_prefix(name)).expect("Linux has it");
        line.trim().parse::<u64>().expect("a number")
    };
    count("rchar:") + count("wchar:")
}

const BULK: usize = 20_000_000;

#[test]
fn bulk_passes_through_the_holder_only() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    site.home.write("bulk", super::noise(9, BULK));
    let bulk = || File::open(site.home.path("bulk")).expect("it was written");
    let command = "cat; echo END; exec sleep 1000";
    // From a file into a pipe.
    let running = shared(&site, command).stdin_from(bulk()).start();
    running.stdout.wait_for("END\n");
    assert!(carried(running.id()) < 1_000_000, "{} bytes", carried(running.id()));
    drop(running);
    // From a pipe into a file.
    let (reader, mut writer) = io::pipe().expect("a pipe can be made");
    let into = File::create(site.home.path("copy")).expect("the home is ours");
    let running = shared(&site, command).stdin_from(reader).stdout_to(into).start();
    io::copy(&mut bulk(), &mut writer).expect("the peer reads");
    drop(writer);
    until("everything arrives", || site.home.read("copy").len() == BULK + 4);
    assert!(carried(running.id()) < 1_000_000, "{} bytes", carried(running.id()));
    assert_eq!(site.home.read("copy").get(..BULK), Some(&site.home.read("bulk")[..]));
    drop(running);
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn output_and_errors_in_one_place_stay_in_order() {
    let site = Site::new();
    // On the server they are two streams, and so take their time.
    let pause = "sleep 0.05";
    let each = format!("echo out $i; {pause}; echo err $i >&2; {pause}");
    let command = format!("for i in 1 2 3 4 5 6; do {each}; done");
    let expected = site.home.peer("sh").args(["-c", &format!("({command}) 2>&1")]).run();
    for output in ["> both 2>&1; cat both", "2>&1 | cat"] {
        let sshc = site.sshc_line(&format!("--share {} '{command}' {output}", site.sshd.target()));
        assert_eq!(site.home.shell(&sshc).run().quiet_success(), expected.stdout(), "{output}");
    }
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn a_failed_output_is_reported_as_without_sharing() {
    let site = Site::new();
    let folder = site.home.path("small");
    fs::create_dir(&folder).expect("the name is free");
    let mount = format!("mount -t tmpfs -o size=64k none {}", folder.display());
    let lines = |sshc: &str| {
        [
            format!("{sshc} 'head -c 1000000 /dev/zero; sleep 1' > small/file"),
            format!("{sshc} 'echo in' > /dev/full"),
            format!("{sshc} 'echo in' >&-"),
            format!("{{ {sshc} yes; echo $? >&2; }} | head -n 1"),
        ]
    };
    let run = |line: &str| -> Finished {
        // In a mount namespace of its own, which ends with it.
        let unshare = site.home.peer("unshare").args(["--mount", "sh", "-c"]);
        unshare.arg(format!("{mount} && {line}")).run()
    };
    assert!(installed("mount").is_file());
    let target = site.sshd.target();
    let alone = lines(&site.sshc_line(&target));
    let with = lines(&site.sshc_line(&format!("--share {target}")));
    for (alone, with) in alone.iter().zip(&with) {
        let (one, other) = (run(alone), run(with));
        assert_eq!((one.code(), one.stdout()), (other.code(), other.stdout()), "{with}");
        assert_eq!(one.stderr(), other.stderr(), "{with}");
    }
    let full = run(&with[0]);
    assert_eq!(full.code(), 255, "{full:?}");
    assert!(full.stderr().contains("no storage space"), "{full:?}");
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn streams_end_with_the_program_that_handed_them_over() {
    let site = Site::new();
    let (reader, writer) = io::pipe().expect("a pipe can be made");
    let output = Transcript::of("the output", reader);
    let (source, _sink) = io::pipe().expect("a pipe can be made");
    let command = "echo started; exec sleep 1000";
    let running = shared(&site, command).stdin_from(source).stdout_to(writer).start();
    output.wait_for("started\n");
    // Kills it.
    drop(running);
    // The holder has closed its end, too.
    assert_eq!(output.wait_for_end(), b"started\n");
    assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n");
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}
