//! A shared connection where there is no room, or no place, for its socket.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use harness::programs::installed;
use rustix::process::test_kill_process;

use super::Site;
use super::sharing::{control, holder, logins, shared, sockets, until};

/// A file system of this size at the folder for sockets.
struct Disk(PathBuf);

impl Disk {
    fn mount(site: &Site, options: &str) -> Self {
        let folder = site.home.path(".run/sshc");
        fs::create_dir_all(&folder).expect("it can be made");
        let mut mount = Command::new(installed("mount"));
        mount.args(["-t", "tmpfs", "-o", options, "none"]).arg(&folder);
        assert!(mount.status().expect("it can be started").success());
        Self(folder)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new(installed("umount")).arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_costs_only_the_sharing() {
    let site = Site::new();
    // No room for the lock, or none for the socket next to it.
    for (options, logins_before) in [("mode=700,nr_inodes=1", 0), ("mode=700,nr_inodes=2", 2)] {
        let disk = Disk::mount(&site, options);
        assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n", "{options}");
        let ran = site.sshc(["-v", "--share", &site.sshd.target(), "echo in"]).run();
        assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{options}");
        let why = "not using a shared connection: No space left on device\n";
        assert!(ran.stderr().contains(why), "{options}: {}", ran.stderr());
        assert_eq!(logins(&site.sshd), logins_before + 2);
        assert_eq!(sockets(&site), Vec::<PathBuf>::new(), "{options}");
        drop(disk);
    }
}

#[test]
fn a_full_disk_still_has_room_for_socket_and_lock() {
    let site = Site::new();
    let disk = Disk::mount(&site, "mode=700,size=8k");
    fs::write(disk.0.join("full.lock"), [7; 8192]).expect("so much fits");
    for _ in 0..2 {
        assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n");
    }
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn a_log_that_cannot_be_written_stops_no_program() {
    let site = Site::new();
    for _ in 0..2 {
        let sshc = site.sshc(["--share", "-v", "-E", "/dev/full", &site.sshd.target(), "echo in"]);
        let ran = sshc.run();
        let expected = "sshc: cannot write the log `/dev/full`: No space left on device\n";
        assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (0, "in\n", expected));
    }
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

/// When a user logs out, `$XDG_RUNTIME_DIR` goes with everything in it.
#[test]
fn when_the_user_logs_out_the_holder_ends() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let pid = holder(&site).expect("it is held");
    let mut running = shared(&site, "echo started; cat").stdin_open().start();
    running.stdout.wait_for("started\n");
    fs::remove_dir_all(site.home.path(".run/sshc")).expect("it is ours");
    // What still runs may end.
    running.send("more\n");
    running.stdout.wait_for("more\n");
    assert_eq!(running.finish().quiet_success(), "started\nmore\n");
    until("the holder ends", || test_kill_process(pid).is_err());
    until("the server sees the end", || {
        site.sshd.log().text().contains("Received disconnect from 127.0.0.1")
    });
}
