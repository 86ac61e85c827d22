//! A shared connection under faults: of its holder, its server, its socket, or another guest.

use std::fs::{self, Permissions};
use std::io::{self, BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use harness::invocation::Running;
use harness::sshd::Sshd;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::Site;
use super::sharing::{control, holder, logins, shared, sockets, until};

#[test]
fn a_killed_holder_does_not_block_later_logins() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let running = shared(&site, "echo started; exec sleep 1000").start();
    running.stdout.wait_for("started\n");
    let pid = holder(&site).expect("it is held");
    kill_process(pid, Signal::KILL).expect("it is ours");
    let lost = running.finish();
    assert_eq!((lost.code(), lost.stdout()), (255, "started\n"));
    assert!(lost.stderr().contains("was lost: the process that holds it is gone\n"), "{lost:?}");
    assert_eq!(sockets(&site).len(), 1, "it could not clear up");
    assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n");
    assert_ne!(holder(&site), Some(pid));
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

/// The programs that were started, each of which adds a line.
fn runs(site: &Site) -> usize {
    site.home.read_text("ran").lines().count()
}

#[test]
fn what_may_have_begun_is_not_begun_again() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let pid = holder(&site).expect("it is held").as_raw_nonzero();
    // The program itself kills the holder, so that its caller never learns that it ran.
    let command = format!("echo x >> {}; kill -KILL {pid}", site.home.path("ran").display());
    let lost = shared(&site, &command).run();
    assert_eq!((lost.code(), lost.stdout()), (255, ""), "{lost:?}");
    assert!(lost.stderr().contains("was lost: the process that holds it is gone\n"), "{lost:?}");
    assert_eq!((runs(&site), logins(&site.sshd)), (1, 1));
}

#[test]
fn a_connection_that_died_during_sleep_is_noticed_before_a_command_is_sent() {
    let site = Site::new();
    // The holder's clock can be set.
    let clock = site.home.write("clock", "+0");
    let first = shared(&site, "echo $PPID")
        .env("LD_PRELOAD", "/usr/$LIB/faketime/libfaketimeMT.so.1")
        .env("FAKETIME_TIMESTAMP_FILE", clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("DONT_FAKE_MONOTONIC", "1");
    let server = first.run().quiet_success();
    let server = Pid::from_raw(server.trim_end().parse().expect("a number")).expect("not 0");
    let pid = holder(&site).expect("it is held");
    kill_process(server, Signal::STOP).expect("it is ours");
    // The computer slept for longer than the holder trusts a silent line.
    site.home.write("clock", "+21");
    let command = format!("echo x >> {}; echo in", site.home.path("ran").display());
    assert_eq!(shared(&site, &command).run().quiet_success(), "in\n");
    assert_ne!(holder(&site), Some(pid));
    kill_process(server, Signal::CONT).expect("it is ours");
    until("the old connection ends", || test_kill_process(server).is_err());
    assert_eq!((runs(&site), logins(&site.sshd)), (1, 2));
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn a_stopped_holder_is_passed_by() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let pid = holder(&site).expect("it is held");
    kill_process(pid, Signal::STOP).expect("it is ours");
    let ran = shared(&site, "echo in").arg("").run();
    assert_eq!(ran.quiet_success(), "in\n");
    let finished = site.sshc(["-v", "--share", &site.sshd.target(), "echo in"]).run();
    assert_eq!((finished.code(), finished.stdout()), (0, "in\n"));
    let why = "not using a shared connection: its holder does not answer\n";
    assert!(finished.stderr().contains(why), "{}", finished.stderr());
    kill_process(pid, Signal::CONT).expect("it is ours");
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn where_the_server_has_no_room_another_login_makes_it() {
    for most in [1, 2, 10] {
        let site = Site::with(Sshd::setup().option(format!("MaxSessions {most}")));
        let hold = |site: &Site| {
            let running = shared(site, "echo started; cat").stdin_open().start();
            running.stdout.wait_for("started\n");
            running
        };
        let mut running: Vec<Running> = (0..most).map(|_| hold(&site)).collect();
        assert_eq!(logins(&site.sshd), 1, "{most}");
        let ran = site.sshc(["-v", "--share", &site.sshd.target(), "echo in"]).run();
        assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{most}");
        assert!(
            ran.stderr()
                .contains("not using a shared connection: it has no room for another session: "),
            "{ran:?}"
        );
        assert_eq!(logins(&site.sshd), 2, "{most}");
        for mut one in running.drain(..) {
            one.send("more\n");
            assert_eq!(one.finish().quiet_success(), "started\nmore\n");
        }
        // There is room again.
        assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n", "{most}");
        assert_eq!(logins(&site.sshd), 2, "{most}");
        assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    }
}

#[test]
fn another_users_socket_is_not_spoken_to() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let [socket] = &sockets(&site)[..] else { panic!("{:?}", sockets(&site)) };
    let socket = socket.clone();
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    until("it ends", || sockets(&site).is_empty());
    let script = site.home.write(
        "foreign.py",
        "import os, socket, sys\n\
         it = socket.socket(socket.AF_UNIX)\n\
         it.bind(sys.argv[1])\n\
         os.chown(sys.argv[1], 65534, 65534)\n\
         os.setresuid(65534, 65534, 65534)\n\
         it.listen()\n\
         print('listens', flush=True)\n\
         while True:\n\
         \x20   print(it.accept()[0].recv(100), flush=True)\n",
    );
    let foreign = site.home.python().arg(script).arg(&socket).start();
    foreign.stdout.wait_for("listens\n");
    let ran = site.sshc(["-v", "--share", &site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
    let why = "not using a shared connection: user 65534 listens there\n";
    assert!(ran.stderr().contains(why), "{}", ran.stderr());
    // Not a single byte was sent.
    foreign.stdout.wait_for("b''\n");
}

#[test]
fn another_program_s_socket_is_left_alone() {
    let site = Site::new();
    let listener = UnixListener::bind(site.home.path("other")).expect("the name is free");
    let chatty = std::thread::spawn(move || {
        use std::io::Write as _;
        let (mut stream, _) = listener.accept().expect("a client connects");
        // A greeting of OpenSSH's own protocol for shared connections.
        stream.write_all(&[0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0]).expect("it reads");
        stream
    });
    let ran = site.sshc(["-v", "--share", "-S", "other", &site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
    assert!(ran.stderr().contains("another program listens there\n"), "{}", ran.stderr());
    drop(chatty.join());
    site.home.write("file", "kept");
    let ran = site.sshc(["-v", "--share", "-S", "file", &site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
    assert_eq!(site.home.read_text("file"), "kept");
}

#[test]
fn a_path_that_no_socket_can_have_is_not_used() {
    let site = Site::new();
    for (path, why) in [
        ("x".repeat(120), "the path of its socket is too long\n"),
        ("absent/x".to_owned(), "No such file or directory\n"),
    ] {
        let options = ["-v", "-o", "ControlMaster=auto", "-S", &path];
        let ran = site.sshc(options).args([&site.sshd.target(), "echo in"]).run();
        assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{path}");
        let why = format!("not using a shared connection: {why}");
        assert!(ran.stderr().contains(&why), "{}", ran.stderr());
    }
}

#[test]
fn a_folder_that_others_may_use_is_not_used() {
    let site = Site::new();
    fs::create_dir(site.home.path(".run/sshc")).expect("the name is free");
    let open = Permissions::from_mode(0o777);
    fs::set_permissions(site.home.path(".run/sshc"), open).expect("it is ours");
    let ran = site.sshc(["-v", "--share", &site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
    assert!(ran.stderr().contains("others may use it\n"), "{}", ran.stderr());
    assert_eq!(sockets(&site), Vec::<PathBuf>::new());
}

#[test]
fn a_failed_login_is_reported_once_in_the_servers_words() {
    let mut site = Site::new();
    site.sshd.stop();
    let said = shared(&site, "true").run().failure(255);
    assert!(said.starts_with("sshc: cannot connect to 127.0.0.1:"), "{said}");
    assert_eq!(said.matches("cannot connect").count(), 1, "{said}");
    assert_eq!(sockets(&site), Vec::<PathBuf>::new());
    // The holder fails while the program that started it tries to connect.
    let target = site.sshd.target();
    let words = ["-F", "none", "--share", "--batch", "--key", "absent", &target, "true"];
    let said = site.home.tool("sshc").args(words).run().failure(255);
    assert!(said.starts_with("sshc: cannot use the key: "), "{said}");
    assert!(!said.contains("cannot connect"), "{said}");
    assert_eq!(sockets(&site), Vec::<PathBuf>::new());
}

#[test]
fn a_connection_that_breaks_ends_the_holder() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let pid = holder(&site).expect("it is held");
    // Kills the server's process for this connection.
    let lost = shared(&site, "kill -KILL $PPID; exec sleep 1000").run();
    assert_eq!(lost.code(), 255, "{lost:?}");
    assert!(lost.stderr().contains("was lost: "), "{lost:?}");
    until("the holder ends", || test_kill_process(pid).is_err());
    assert_eq!(sockets(&site), Vec::<PathBuf>::new());
    assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n");
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn a_hundred_megabytes_go_through_the_holder_unharmed() {
    let site = Site::new();
    let bytes = super::noise(21, 100_000_000);
    site.home.write("bulk", &bytes);
    let sum = site.home.shell("sha256sum < bulk").run().quiet_success();
    let sshc = format!("sshc -F none --key id_ed25519 --share {}", site.sshd.target());
    for line in [format!("{sshc} sha256sum < bulk"), format!("{sshc} cat < bulk | sha256sum")] {
        assert_eq!(site.home.shell(&line).run().quiet_success(), sum, "{line}");
    }
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn a_guest_that_does_not_read_stops_no_other() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let (reader, writer) = io::pipe().expect("a pipe can be made");
    let stalled = shared(&site, "yes").stdout_to(writer).start();
    let mut reader = BufReader::new(reader);
    let mut line = String::new();
    reader.read_line(&mut line).expect("it says something");
    assert_eq!(line, "y\n");
    for _ in 0..5 {
        assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n");
    }
    drop(reader);
    // A reader that has seen enough ends it quietly.
    assert_eq!(stalled.finish().code(), 0);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    assert_eq!(logins(&site.sshd), 1);
}

/// What a proxy command of the holder complains of is for the caller, who may not read it.
#[test]
fn a_caller_that_reads_no_complaints_does_not_stall_the_holder() {
    let site = Site::new();
    let (user, port) = (site.sshd.user(), site.sshd.port());
    let complaints = "head -c 500000 /dev/zero | tr '\\0' x >&2";
    site.home.write(
        "config",
        format!(
            "Host lb\n User {user}\n HostKeyAlias lb\n \
             ProxyCommand {complaints}; exec busybox nc 127.0.0.1 {port}\n"
        ),
    );
    site.home.write(".ssh/known_hosts", format!("lb {}\n", site.sshd.host_key("ed25519")));
    let line = "mkfifo said; exec 3<> said; \
                sshc -F config --key id_ed25519 --share lb 'echo in' 2> said; \
                sshc -F config --key id_ed25519 --share lb 'echo again' 2> said";
    assert_eq!(site.home.shell(line).run().quiet_success(), "in\nagain\n");
    assert_eq!(logins(&site.sshd), 1);
    let exit = site.home.tool("sshc").args(["-F", "config", "--key", "id_ed25519", "--share"]);
    assert_eq!(exit.args(["-O", "exit", "lb"]).run().quiet_success(), "");
}

/// As with ssh: a script asks until there is a connection. Any other order waits.
#[test]
fn a_check_does_not_wait_for_a_login() {
    let site = Site::new();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let target = format!("ada@{}", silent.local_addr().expect("it is bound"));
    let running = site.sshc(["--share", "-S", "here", &target, "true"]).start();
    until("it is logging in", || {
        let check = site.home.tool("sshc").args(["-F", "none", "-S", "here", "-O", "check", "any"]);
        check.run().failure(255).ends_with("`: it is still logging in\n")
    });
    drop(running);
}
