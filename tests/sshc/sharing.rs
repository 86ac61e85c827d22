//! One login for many programs: which process holds the connection, which use it, and what ends it.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::PathBuf;

use harness::agent::Agent;
use harness::home::Home;
use harness::invocation::{Finished, Invocation, Running};
use harness::process::memory_kib;
use harness::sshd::{Sshd, free_port};
pub(super) use harness::until;
use rustix::process::{Pid, Signal, test_kill_process};

use super::tunnels::{connect, converse, open, port, shouting};
use super::{Site, asyncssh_server, key_pair, public_line};

pub(super) fn shared(site: &Site, command: &str) -> Invocation {
    site.sshc(["--share", &site.sshd.target(), command])
}

/// The result of `-O`.
pub(super) fn control(site: &Site, words: &[&str]) -> Finished {
    site.sshc(["-O"]).args(words.iter().copied()).arg(site.sshd.target()).run()
}

/// The process that holds the connection.
pub(super) fn holder(site: &Site) -> Option<Pid> {
    let said = control(site, &["check"]);
    let pid = said.stdout().strip_prefix("Master running (pid=")?.strip_suffix(")\n")?;
    Pid::from_raw(pid.parse().ok()?)
}

pub(super) fn logins(sshd: &Sshd) -> usize {
    sshd.log().text().matches("Accepted publickey").count()
}

pub(super) fn sockets(site: &Site) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(site.home.path(".run/sshc")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.filter(|path| path.extension().is_none()).collect()
}

#[test]
fn the_second_program_does_not_log_in() {
    let site = Site::new();
    let ran = shared(&site, "cat; echo complaint >&2; exit 3").stdin(&b"in\0\xff\r\n"[..]).run();
    assert_eq!((ran.code(), ran.stderr()), (3, "complaint\n"));
    assert_eq!(ran.stdout, b"in\0\xff\r\n");
    for (command, status) in [("true", 0), ("kill -TERM $$", 143), ("exit 255", 255)] {
        let ran = shared(&site, command).run();
        assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (status, "", ""), "{command}");
    }
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

/// The calling process connects while the holder starts.
#[test]
fn a_first_login_makes_one_connection_which_the_holder_takes_over() {
    let site = Site::new();
    let ran = site.sshc(["-v", "--share", &site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
    let line = format!(
        " using the connection to 127.0.0.1:{} that the calling sshc has made\n",
        site.sshd.port()
    );
    assert_eq!(ran.stderr().matches(&line).count(), 1, "{}", ran.stderr());
    assert_eq!(ran.stderr().matches("connecting to ").count(), 1, "{}", ran.stderr());
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    let log = site.sshd.log().text();
    assert_eq!(log.matches("Connection from").count(), 1, "{log}");
    assert_eq!(logins(&site.sshd), 1);
}

#[test]
fn the_socket_is_its_users_only_and_goes_with_the_holder() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let folder = fs::metadata(site.home.path(".run/sshc")).expect("it was made");
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    let [socket] = &sockets(&site)[..] else { panic!("{:?}", sockets(&site)) };
    let found = fs::symlink_metadata(socket).expect("it is there");
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    let pid = holder(&site).expect("it is held");
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    until("the holder ends", || test_kill_process(pid).is_err());
    assert_eq!(sockets(&site), Vec::<PathBuf>::new());
    let gone = control(&site, &["check"]).failure(255);
    assert!(gone.ends_with("`: there is none\n"), "{gone}");
}

#[test]
fn fifty_that_start_at_once_log_in_once() {
    let site = Site::with(Sshd::setup().option("MaxSessions 64"));
    let running: Vec<Running> =
        (0..50).map(|at| shared(&site, &format!("echo {at}")).start()).collect();
    for (at, running) in running.into_iter().enumerate() {
        assert_eq!(running.finish().quiet_success(), format!("{at}\n"));
    }
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

/// Resident memory of a process that belongs to no file, in KiB.
pub(super) fn memory(process: Pid) -> u64 {
    let process = process.as_raw_nonzero().get().unsigned_abs();
    memory_kib(process, "RssAnon").expect("it runs")
}

#[test]
fn a_crowd_leaves_nothing_in_the_holders_memory() {
    let site = Site::with(Sshd::setup().option("MaxSessions 128"));
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let held = holder(&site).expect("it is held");
    let before = memory(held);
    for _ in 0..2 {
        let running: Vec<Running> =
            (0..100).map(|_| shared(&site, "echo in; cat").stdin_open().start()).collect();
        for one in &running {
            one.stdout.wait_for("in\n");
        }
        // All of them were there at once.
        for one in running {
            assert_eq!(one.finish().quiet_success(), "in\n");
        }
        until("its memory is given back", || memory(held) < before + 700);
    }
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

/// An asyncssh server that asks for a code, which is valid once.
const ONE_TIME: &str =
    concat!(include_str!("../fixtures/one_time_code.py"), include_str!("../fixtures/serving.py"));

#[test]
fn a_code_is_asked_for_once_for_twenty_commands() {
    let home = Home::new();
    let (_server, port) = asyncssh_server(&home, ONE_TIME, &key_pair(&home, "ed25519"), &[]);
    let target = format!("ada@127.0.0.1:{port}");
    let options = ["-F", "none", "--share", &target, "true"];
    let mut terminal = home.tool("sshc").args(options).on_terminal();
    terminal.expect("| Code: ");
    // They wait for the one that asks.
    let waiting: Vec<Running> = (0..10).map(|_| home.tool("sshc").args(options).start()).collect();
    terminal.send_line("123456");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert!(left.screen.ends_with("123456\r\nin\r\n"), "{}", left.screen);
    for running in waiting {
        assert_eq!(running.finish().quiet_success(), "in\n");
    }
    for _ in 0..10 {
        assert_eq!(home.tool("sshc").args(options).run().quiet_success(), "in\n");
    }
    let exit = home.tool("sshc").args(["-F", "none", "-O", "exit", &target]).run();
    assert_eq!(exit.quiet_success(), "");
}

#[test]
fn the_caller_does_not_wait_for_the_holder_to_end() {
    let site = Site::new();
    let target = site.sshd.target();
    let way = format!("sshc -F none --key id_ed25519 -W %h:%p {target}");
    let proxy = format!("--proxy-command 'sh -c \"echo led >&2; exec {way}\"'");
    for (options, said) in [("", "in\n"), (&*proxy, "led\nin\n")] {
        let sshc = format!("sshc -F none --key id_ed25519 --share {options} {target}");
        for line in
            [format!("{sshc} echo in 2>&1 | cat"), format!("echo \"$({sshc} echo in 2>&1)\"")]
        {
            // If the holder or its command kept a pipe, this would end only after ten minutes.
            assert_eq!(site.home.shell(&line).run().quiet_success(), said, "{line}");
            let exit = site.home.shell(&sshc.replace(" --share", " -O exit --share")).run();
            assert_eq!(exit.quiet_success(), "", "{line}");
            until("it ends", || sockets(&site).is_empty());
        }
    }
}

#[test]
fn control_path_and_persist_are_those_of_ssh() {
    let site = Site::new();
    let path = site.home.path("c-%r@%h:%p");
    let target = site.sshd.target();
    let config = format!(
        "Host *\nControlMaster auto\nControlPath {}\nControlPersist 10m\nIdentityFile {}\n",
        path.display(),
        site.home.path("id_ed25519").display()
    );
    site.home.write("config", config);
    for _ in 0..2 {
        let ran = site.home.tool("sshc").args(["-F", "config", &target, "echo in"]).run();
        assert_eq!(ran.quiet_success(), "in\n");
    }
    assert_eq!(logins(&site.sshd), 1);
    let named = format!("c-{}@127.0.0.1:{}", site.sshd.user(), site.sshd.port());
    assert!(site.home.path(&named).exists());
    // `none` gives a separate connection, and so does another key.
    for option in [&["-S", "none"][..], &["-o", "ControlPath=none"], &["-i", "id_ed25519", "-C"]] {
        let before = logins(&site.sshd);
        let sshc = site.home.tool("sshc").args(["-F", "config"]).args(option.iter().copied());
        assert_eq!(sshc.args([&target, "echo in"]).run().quiet_success(), "in\n", "{option:?}");
        assert_eq!(logins(&site.sshd), before + 1, "{option:?}");
    }
    let exit = site.home.tool("sshc").args(["-F", "config", "-O", "exit", &target]).run();
    assert_eq!(exit.quiet_success(), "");
}

#[test]
fn a_master_is_made_by_m_and_used_by_s() {
    let site = Site::new();
    let target = site.sshd.target();
    let line = format!("sshc -F none --key id_ed25519 -M -S here -fN {target} > output 2>&1");
    assert_eq!(site.home.shell(&line).run().quiet_success(), "");
    let use_it = || site.sshc(["-S", "here", &target, "echo in"]).run();
    assert_eq!(use_it().quiet_success(), "in\n");
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(site.sshc(["-S", "here", "-O", "exit", &target]).run().quiet_success(), "");
    until("the socket goes", || !site.home.path("here").exists());
    // Without a master each program has its own connection.
    assert_eq!(use_it().quiet_success(), "in\n");
    assert_eq!(logins(&site.sshd), 2);
}

#[test]
fn an_unused_holder_ends() {
    let site = Site::new();
    let once = site.sshc(["--share=1s", &site.sshd.target(), "true"]).run();
    assert_eq!(once.quiet_success(), "");
    until("it ends", || sockets(&site).is_empty());
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    assert_eq!(logins(&site.sshd), 2);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn guests_have_tunnels_of_their_own() {
    let site = Site::new();
    let service = shouting();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let target = site.sshd.target();
    let far = free_port();
    let goal = format!("127.0.0.1:{}", service.port());
    let (local, remote) = (format!("auto:{goal}"), format!("127.0.0.1:{far}:{goal}"));
    let options = ["--share", "-L", &local, "-R", &remote];
    let (mut tunnels, forwards) = open(&site, &options);
    let near = port(&forwards[0]);
    for port in [near, far] {
        assert_eq!(converse(&connect(port), b"word"), b"WORD");
    }
    assert_eq!(logins(&site.sshd), 1);
    tunnels.signal(Signal::TERM);
    assert_eq!(tunnels.finish().code(), 143);
    // The server has stopped listening for it.
    until("the port is free", || std::net::TcpListener::bind(("127.0.0.1", far)).is_ok());
    let spoken = site.sshc(["--share", "-W", &goal, &target]);
    assert_eq!(spoken.stdin("word\n").run().quiet_success(), "WORD\n");
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn forwards_are_added_and_cancelled() {
    let site = Site::new();
    let service = shouting();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let (near, far) = (free_port(), free_port());
    let goal = format!("127.0.0.1:{}", service.port());
    let local = format!("{near}:{goal}");
    let remote = format!("{far}:{goal}");
    assert_eq!(control(&site, &["forward", "-L", &local, "-R", &remote]).quiet_success(), "");
    for port in [near, far] {
        assert_eq!(converse(&connect(port), b"word"), b"WORD");
    }
    let chosen = control(&site, &["forward", "-L", &format!("0:{goal}")]);
    let chosen: u16 = chosen.quiet_success().trim_end().parse().expect("a port");
    assert_eq!(converse(&connect(chosen), b"word"), b"WORD");
    let taken = control(&site, &["forward", "-L", &local]).failure(255);
    assert!(taken.contains("the port is in use"), "{taken}");
    assert_eq!(control(&site, &["cancel", "-L", &local, "-R", &remote]).quiet_success(), "");
    for port in [near, far] {
        until("the port is free", || std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
    let unknown = control(&site, &["cancel", "-L", &local]).failure(255);
    assert!(unknown.contains("there is no forward at"), "{unknown}");
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn after_stop_guests_stay_and_new_guests_are_refused() {
    let site = Site::new();
    let mut running = shared(&site, "echo started; cat").stdin_open().start();
    running.stdout.wait_for("started\n");
    let pid = holder(&site).expect("it is held");
    assert_eq!(control(&site, &["stop"]).quiet_success(), "");
    until("the socket goes", || sockets(&site).is_empty());
    running.send("more\n");
    assert_eq!(running.finish().quiet_success(), "started\nmore\n");
    until("the holder ends", || test_kill_process(pid).is_err());
}

#[test]
fn the_server_s_programs_have_one_agent() {
    let mut site = Site::new();
    let agent = Agent::openssh(&site.home);
    agent.add(&site.home, &site.home.path("id_ed25519"));
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    let target = site.sshd.target();
    let list = ["--share", "-A", &target, "ssh-add -L"];
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let key = public_line(&site.home.path("id_ed25519"));
    assert_eq!(site.sshc(list).run().quiet_success(), key);
    assert_eq!(logins(&site.sshd), 1);
    let other = Agent::keyagent(&site.home, &[]);
    site.home.set("SSH_AUTH_SOCK", other.socket());
    let ran = site.sshc(["-v"]).args(list).run();
    let why = "not using a shared connection: its programs use another agent\n";
    assert!(ran.stderr().contains(why), "{ran:?}");
    assert!(!ran.stdout().contains("ssh-ed25519"), "{ran:?}");
    assert_eq!(logins(&site.sshd), 2);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn a_shell_has_its_terminal_and_its_size() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let command = "stty size; read -r line; stty size; exit 7";
    let mut terminal = site.sshc(["--share", "-t", &site.sshd.target(), command]).on_terminal();
    terminal.expect("24 80\r\n");
    terminal.resize(100, 30);
    terminal.send("\r");
    terminal.expect("30 100\r\n");
    assert_eq!(terminal.finish().code(), 7);
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn proxy_is_refused_by_name() {
    let site = Site::new();
    let said = control(&site, &["proxy"]).failure(2);
    assert!(said.contains("-O proxy is not supported"), "{said}");
}
