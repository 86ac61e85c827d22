//! The file of targets: hosts from job logs are recorded there, until they have been unused for
//! some time.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use harness::home::Home;
use harness::invocation::Invocation;
use harness::network::Lab;
use harness::programs::installed;
use harness::sshd::Sshd;

use super::{Site, key_pair, public_line};

const FILE: &str = ".ssh/known_targets";

/// The day `count` days ago, as in the file.
fn days_ago(count: u32) -> String {
    let ago = format!("{count} days ago");
    let output = Command::new(installed("date")).args(["-u", "+%F", "-d", &ago]).output();
    let output = output.expect("date can be started");
    String::from_utf8(output.stdout).expect("a date is text").trim().to_owned()
}

/// Runs `body` with today's date; repeats a run that fails across midnight.
fn on_one_day(mut body: impl FnMut(&str)) {
    loop {
        let today = days_ago(0);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&today)));
        match outcome {
            Err(_) if days_ago(0) != today => {}
            Err(cause) => std::panic::resume_unwind(cause),
            Ok(()) => return,
        }
    }
}

/// A site whose server is not on record, and its target.
fn unmet() -> (Site, String) {
    let site = Site::new();
    fs::remove_file(site.home.path(".ssh/known_hosts")).expect("it was written");
    let target = site.sshd.target();
    (site, target)
}

/// Runs `echo in` on a target from a log.
fn from_log(site: &Site, options: &[&str]) -> Invocation {
    let sshc = site.sshc(options.iter().copied()).args(["-", "echo in"]);
    sshc.stdin(format!("{}\n", site.sshd.target()))
}

fn line(site: &Site, used: &str) -> String {
    format!("{} {} used={used}\n", site.sshd.target(), site.sshd.host_key("ed25519"))
}

#[test]
fn a_target_of_a_log_is_filed_with_the_day_in_a_file_of_its_own() {
    on_one_day(|today| {
        let (site, _) = unmet();
        let mut terminal =
            site.sshc(["-", "echo in"]).stdin(format!("{}\n", site.sshd.target())).on_terminal();
        terminal.expect(&format!("filed as     {} in ", site.sshd.target()));
        terminal.expect(&format!("{}\r\n", site.home.path(FILE).display()));
        terminal.expect("Trust this host key? (yes/once/no/fingerprint) ");
        terminal.send_line("yes");
        assert_eq!(terminal.finish().code(), 0);
        assert_eq!(site.home.read_text(FILE), line(&site, today));
        let mode = fs::metadata(site.home.path(FILE)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!site.home.path(".ssh/known_hosts").exists());
        assert_eq!(from_log(&site, &["--batch"]).run().quiet_success(), "in\n");
        assert_eq!(site.home.read_text(FILE), line(&site, today));
        // Other programs can read the file as known hosts.
        let found = site.home.peer("ssh-keygen").args(["-l", "-f", FILE]).run().quiet_success();
        assert!(found.contains(&site.sshd.fingerprint("ed25519")), "{found}");
    });
}

#[test]
fn a_target_that_is_used_stays_and_one_that_is_not_is_asked_about_again() {
    on_one_day(|today| {
        let (site, target) = unmet();
        let gone = format!("ann@192.0.2.9:22 {} used=2020-01-01\n", site.sshd.host_key("ed25519"));
        let by_hand = format!("eve@192.0.2.9:22 {}\n", site.sshd.host_key("ed25519"));
        // This line is used on its last day, and stays. Of the others, one has expired, and one
        // never does.
        let before = gone.clone() + &by_hand + &line(&site, &days_ago(14));
        site.home.write(FILE, &before);
        assert_eq!(from_log(&site, &["--batch"]).run().quiet_success(), "in\n");
        assert_eq!(site.home.read_text(FILE), by_hand.clone() + &line(&site, today));

        site.home.write(FILE, gone + &by_hand + &line(&site, &days_ago(15)));
        let said = from_log(&site, &["--batch"]).run().failure(255);
        let expected = format!("sshc: the host key of {target} is not on record: ssh-ed25519 ");
        assert!(said.starts_with(&expected), "{said}");
        assert_eq!(from_log(&site, &["--accept-new"]).run().quiet_success(), "in\n");
        assert_eq!(site.home.read_text(FILE), by_hand + &line(&site, today));
    });
}

#[test]
fn the_lifetime_is_an_options_or_the_configurations() {
    let (site, target) = unmet();
    let config = site.home.write("config", "IgnoreUnknown HostKeyTTL\nHostKeyTTL 2d\n");
    let with_config = |options: &[&str]| {
        let sshc = site.home.tool("sshc").arg("-F").arg(&config).args(["--key", "id_ed25519"]);
        let sshc = sshc.arg("--batch").args(options.iter().copied()).args(["-", "echo in"]);
        sshc.stdin(format!("{target}\n")).run().code()
    };
    let usual = |options: &[&str]| from_log(&site, options).arg("--batch").run().code();
    let old = line(&site, &days_ago(10));
    let code = |run: &dyn Fn() -> i32| {
        site.home.write(FILE, &old);
        run()
    };
    assert_eq!(code(&|| usual(&[])), 0);
    assert_eq!(code(&|| usual(&["--host-key-ttl", "1w"])), 255);
    assert_eq!(code(&|| usual(&["--host-key-ttl", "10d"])), 0);
    assert_eq!(code(&|| usual(&["-o", "HostKeyTTL=3d"])), 255);
    assert_eq!(code(&|| usual(&["-o", "HostKeyTTL=3d", "--host-key-ttl", "none"])), 0);
    assert_eq!(code(&|| with_config(&[])), 255);
    assert_eq!(code(&|| with_config(&["--host-key-ttl", "2w"])), 0);
    // ssh accepts the same file.
    let read = site.home.peer("ssh").args(["-G", "-F"]).arg(&config).arg("node7").run();
    assert_eq!(read.code(), 0, "{}", read.stderr());
    let shown = site.sshc(["-G", "--host-key-ttl", "2w", "node7"]).run().quiet_success();
    assert!(shown.contains("\nhostkeyttl 14d\n"), "{shown}");
    let shown = site.sshc(["-G", "node7"]).run().quiet_success();
    assert!(!shown.contains("hostkeyttl"), "{shown}");
    for (options, said) in [
        (&["--host-key-ttl", "1h"][..], "expected days or weeks, such as 14d or 2w, or none"),
        (&["-o", "HostKeyTTL=0d"], "days or weeks such as 14d or 2w, or `none`"),
        (&["--host-key-ttl", "2d", "--known-hosts", "mine"], "cannot be used with"),
    ] {
        let ran = from_log(&site, options).run();
        assert!(ran.code() == 2 || ran.code() == 255, "{options:?}");
        assert!(ran.stderr().contains(said), "{}", ran.stderr());
    }
}

#[test]
fn what_older_versions_filed_in_known_hosts_counts_and_stays() {
    let (site, target) = unmet();
    let older = format!("{target} {}\n", site.sshd.host_key("ed25519"));
    site.home.write(".ssh/known_hosts", &older);
    assert_eq!(from_log(&site, &["--batch"]).run().quiet_success(), "in\n");
    assert_eq!(site.home.read_text(".ssh/known_hosts"), older);
    assert!(!site.home.path(FILE).exists());
    let forgotten = site.sshc(["--forget", &target]).run().quiet_success();
    assert!(forgotten.contains("known_hosts:1: ssh-ed25519 "), "{forgotten}");
    assert_eq!(site.home.read_text(".ssh/known_hosts"), "");
}

#[test]
fn files_of_the_users_choice_take_the_targets_unless_a_lifetime_is_chosen() {
    let (site, target) = unmet();
    let older = format!("{target} {}\n", site.sshd.host_key("ed25519"));
    for option in [&["--known-hosts", "mine"][..], &["-o", "UserKnownHostsFile=mine"]] {
        let options = [&["--accept-new"], option].concat();
        assert_eq!(from_log(&site, &options).run().quiet_success(), "in\n");
        assert_eq!(site.home.read_text("mine"), older);
        assert!(!site.home.path(FILE).exists());
        fs::remove_file(site.home.path("mine")).expect("it was written");
    }
    let both = ["--accept-new", "-o", "UserKnownHostsFile=mine", "--host-key-ttl", "7d"];
    assert_eq!(from_log(&site, &both).run().quiet_success(), "in\n");
    assert!(!site.home.path("mine").exists());
    assert!(site.home.read_text(FILE).starts_with(&target));
}

#[test]
fn a_changed_key_and_a_forgotten_target_are_told_apart_by_the_file() {
    let (site, target) = unmet();
    let other = public_line(&key_pair(&site.home, "ecdsa"));
    let other = other.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let changed = format!("{target} {other} used={}\n", days_ago(1));
    site.home.write(FILE, &changed);
    let said = from_log(&site, &["--accept-new"]).run().failure(255);
    let place = format!("{}:1 has ecdsa-sha2-nistp256 ", site.home.path(FILE).display());
    assert!(said.contains(&place), "{said}");
    // A refused key does not count as a use of the recorded one.
    assert_eq!(site.home.read_text(FILE), changed);
    let command = said.split("run sshc ").nth(1).expect("it names a command").trim_end();
    let gone = site.sshc(command.split(' ')).run().quiet_success();
    assert!(gone.starts_with(&format!("{}:1: ", site.home.path(FILE).display())), "{gone}");
    assert_eq!(site.home.read_text(FILE), "");
    assert_eq!(site.home.read_text(".ssh/known_targets.old"), changed);
}

#[test]
fn a_diagnosis_leaves_the_day_as_it_is() {
    let (site, target) = unmet();
    let before = line(&site, &days_ago(3));
    site.home.write(FILE, &before);
    let options = ["--diagnose", "--host-key-scope", "target", &target];
    assert_eq!(site.sshc(options).run().code(), 0);
    assert_eq!(site.home.read_text(FILE), before);
}

#[test]
fn a_file_that_cannot_be_written_does_not_keep_a_known_target_out() {
    let (site, _) = unmet();
    let before = line(&site, &days_ago(3));
    let file = site.home.write(FILE, &before).display().to_string();
    // Modes do not prevent root from writing.
    let read_only = format!(
        "exec unshare --mount sh -c 'mount --bind {file} {file} && mount -o remount,bind,ro {file} && \
         exec sshc -F none --key id_ed25519 --batch -v - \"echo in\"'"
    );
    let ran = site.home.shell(&read_only).stdin(format!("{}\n", site.sshd.target())).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
    assert!(ran.stderr().contains("the day of use was not recorded: "), "{}", ran.stderr());
    assert_eq!(site.home.read_text(FILE), before);
}

#[test]
fn a_damaged_or_huge_file_is_not_an_empty_one() {
    let (site, _) = unmet();
    let file = site.home.path(FILE);
    let known = line(&site, &days_ago(1));
    // Meaningless lines are ignored.
    site.home.write(FILE, format!("\u{1b}]0;x\u{7} used=2020-01-01\n|1|x|y z used=1\n{known}"));
    let ran = from_log(&site, &["--batch", "-v"]).run();
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert!(!ran.stderr().contains('\u{1b}'), "{}", ran.stderr());
    fs::File::create(&file).and_then(|file| file.set_len(65 << 20)).expect("a file with a hole");
    let said = from_log(&site, &["--accept-new"]).run().failure(255);
    let expected = format!("sshc: cannot read the known hosts in `{}`: ", file.display());
    assert!(said.starts_with(&expected), "{said}");
}

#[test]
fn a_re_used_address_is_a_new_target_beside_the_old_one() {
    let (home, lab) = (Home::new(), Lab::new());
    let key = key_pair(&home, "ed25519");
    let start = || {
        let sshd = Sshd::setup().authorize(public_line(&key)).host_key_type("ed25519");
        sshd.inside(&lab.far, Lab::CLUSTER).start()
    };
    let login = |target: &str, options: &[&str]| {
        let sshc = home.tool("sshc").inside(&lab.near).args(["-F", "none", "--key", "id_ed25519"]);
        let sshc = sshc.args(options.iter().copied()).args(["-", "true"]);
        sshc.stdin(format!("{target}\n")).run()
    };
    let first = start();
    assert_eq!(login("root@203.0.113.7", &["--accept-new"]).quiet_success(), "");
    drop(first);
    let second = start();
    // The next cluster at this address has another user.
    let said = login("toor@203.0.113.7", &["--batch"]).failure(255);
    let earlier = format!(
        "; {}:1 has the key of an earlier machine at this address",
        home.path(FILE).display()
    );
    assert!(said.contains(&earlier), "{said}");
    // With the same name, another machine must cause an alarm.
    let said = login("root@203.0.113.7", &["--accept-new"]).failure(255);
    assert!(said.contains("the host key of root@203.0.113.7:22 has changed: "), "{said}");
    // Once the record has expired, the name is free.
    let over = home.read_text(FILE).replace(&days_ago(0), "2020-01-01");
    home.write(FILE, over);
    assert_eq!(login("root@203.0.113.7", &["--accept-new"]).quiet_success(), "");
    let record = home.read_text(FILE);
    let expected = format!("root@203.0.113.7:22 {} used=", second.host_key("ed25519"));
    assert!(record.starts_with(&expected) && record.lines().count() == 1, "{record}");
}
