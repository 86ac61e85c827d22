//! OpenSSH's `sftp` and `scp` with `sshc` as their `ssh`, in both directions.

use harness::programs::under_test;

use super::{Site, name_lb, noise};

/// A folder with a file that does not compress, and one in a folder below.
fn fill(site: &Site) {
    site.home.write("data/bulk", noise(7, 3_000_000));
    site.home.write("data/below/small", "small\n");
}

fn assert_copied(site: &Site, folder: &str) {
    for name in ["bulk", "below/small"] {
        let [one, other] =
            ["data", folder].map(|folder| site.home.read(format!("{folder}/{name}")));
        assert!(one == other, "{folder}/{name} differs");
    }
}

#[test]
fn sftp_lists_sends_and_fetches() {
    let site = Site::new();
    name_lb(&site);
    fill(&site);
    let path = |name: &str| site.home.path(name).display().to_string();
    let batch = format!(
        "ls -l {0}\nput -R data {1}\nget -R {1} {2}\nrm {1}/bulk\nls {1}\n",
        path("data"),
        path("there"),
        path("back"),
    );
    site.home.write("batch", batch);
    let sftp = site.home.peer("sftp").arg("-S").arg(under_test("sshc"));
    let ran = sftp.args(["-C", "-b", "batch", "lb"]).run();
    assert_eq!(ran.code(), 0, "{}{}", ran.stdout(), ran.stderr());
    assert!(ran.stdout().contains(" 3000000 "), "{}", ran.stdout());
    assert!(!site.home.path("there/bulk").exists());
    assert_copied(&site, "back");
}

#[test]
fn scp_copies_by_both_of_its_protocols() {
    let site = Site::new();
    name_lb(&site);
    fill(&site);
    let program = under_test("sshc");
    let scp = |words: &[&str]| {
        let scp = site.home.peer("scp").arg("-S").arg(&program).args(words.iter().copied());
        let ran = scp.run();
        assert_eq!(ran.code(), 0, "{words:?}: {}{}", ran.stdout(), ran.stderr());
    };
    let there = |name: &str| format!("lb:{}", site.home.path(name).display());
    for (protocol, copy) in [("-O", "old"), ("-s", "new")] {
        scp(&[protocol, "-rpq", "data", &there(copy)]);
        assert_copied(&site, copy);
        let back = format!("{copy}-back");
        scp(&[protocol, "-rC", &there(copy), &back]);
        assert_copied(&site, &back);
        // From one server to another, by way of this computer.
        let third = format!("{copy}-third");
        scp(&[protocol, "-3rq", &there(copy), &there(&third)]);
        assert_copied(&site, &third);
    }
}
