//! Programs that run `sshc` as their `ssh`, through one login.

use std::fmt::Write as _;
use std::path::PathBuf;

use harness::invocation::Invocation;
use harness::programs::under_test;
use harness::sshd::free_port;

use super::sharing::logins;
use super::tunnels::{by_socks, converse, shouting};
use super::{Site, noise};

/// A site whose server is `lb` in the configuration, with a shared connection.
fn site() -> Site {
    let site = Site::new();
    let mut config = format!("Host lb\n HostName 127.0.0.1\n Port {}\n", site.sshd.port());
    let key = site.home.path("id_ed25519");
    let socket = site.home.path(".run/c-%C");
    let _ = write!(
        config,
        " IdentityFile {}\n ControlMaster auto\n ControlPath {}\n ControlPersist 10m\n",
        key.display(),
        socket.display()
    );
    site.home.write(".ssh/config", config);
    site
}

fn sshc() -> PathBuf {
    under_test("sshc")
}

/// Ends the holder, which must be there, and have logged in once.
fn one_login_served_it_all(site: &Site) {
    let exit = site.home.tool("sshc").args(["-O", "exit", "lb"]).run();
    assert_eq!(exit.quiet_success(), "");
    assert_eq!(logins(&site.sshd), 1, "{}", site.sshd.log().text());
}

fn done(invocation: Invocation) -> String {
    let ran = invocation.run();
    assert_eq!(ran.code(), 0, "{}{}", ran.stdout(), ran.stderr());
    ran.stdout().to_owned()
}

#[test]
fn git_clones_pushes_and_fetches() {
    let site = site();
    let git = |words: &[&str]| {
        let git = site.home.peer("git").args(words.iter().copied());
        done(git.env("GIT_SSH", sshc()).env("GIT_CONFIG_NOSYSTEM", "1"))
    };
    git(&["init", "-q", "--bare", "origin.git"]);
    let far = format!("lb:{}", site.home.path("origin.git").display());
    git(&["clone", "-q", &far, "first"]);
    site.home.write("first/large", noise(3, 4_000_000));
    git(&["-C", "first", "add", "large"]);
    let me = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"];
    git(&[&["-C", "first"], &me[..], &["commit", "-q", "-m", "one"]].concat());
    git(&["-C", "first", "push", "-q", "origin", "HEAD:main"]);
    git(&["clone", "-q", "-b", "main", &far, "second"]);
    assert_eq!(site.home.read("second/large"), site.home.read("first/large"));
    git(&["-C", "second", "fetch", "-q"]);
    assert_eq!(git(&["ls-remote", &far, "main"]).lines().count(), 1);
    one_login_served_it_all(&site);
}

#[test]
fn rsync_copies_there_and_back() {
    let site = site();
    for (at, bytes) in [(1, 0), (2, 1000), (3, 3_000_000)] {
        site.home.write(format!("from/{at}"), noise(at, bytes));
    }
    let (there, back) = (site.home.path("there"), site.home.path("back"));
    let far = format!("lb:{}/", there.display());
    let rsync = |from: &str, to: &str| {
        let rsync = site.home.peer("rsync").arg("-e").arg(sshc());
        done(rsync.args(["-a", "--stats", from, to]))
    };
    rsync("from/", &far);
    rsync(&far, &format!("{}/", back.display()));
    for at in ["1", "2", "3"] {
        assert_eq!(site.home.read(format!("back/{at}")), site.home.read(format!("from/{at}")));
    }
    let again = rsync("from/", &far);
    assert!(again.contains("Number of regular files transferred: 0\n"), "{again}");
    one_login_served_it_all(&site);
}

#[test]
fn sftp_and_scp_have_one_connection() {
    let site = site();
    site.home.write("file", noise(5, 2_000_000));
    let path = |name: &str| site.home.path(name).display().to_string();
    let batch = format!("put file {0}\nget {0} got\nls {0}\n", path("there"));
    site.home.write("batch", batch);
    let sftp = site.home.peer("sftp").arg("-S").arg(sshc());
    done(sftp.args(["-q", "-b", "batch", "lb"]));
    assert_eq!(site.home.read("got"), site.home.read("file"));
    for legacy in [&[][..], &["-O"]] {
        let (far, scp) = (format!("lb:{}", path("copy")), site.home.peer("scp").arg("-S"));
        done(scp.arg(sshc()).args(legacy.iter().copied()).args(["-q", "file", &far]));
        let scp = site.home.peer("scp").arg("-S").arg(sshc());
        done(scp.args(legacy.iter().copied()).args(["-q", &far, "returned"]));
        assert_eq!(site.home.read("returned"), site.home.read("file"), "{legacy:?}");
    }
    one_login_served_it_all(&site);
}

/// Remote-SSH asks for the version, and then runs `bash` with a script on its standard input and a
/// SOCKS proxy for everything else.
#[test]
fn the_call_of_visual_studio_code_is_answered() {
    let site = site();
    let version = site.home.tool("sshc").arg("-V").run();
    assert!(version.stderr().contains("OpenSSH_"), "{version:?}");
    let service = shouting();
    let windows = [free_port(), free_port()].map(|proxy| {
        let words = ["-T", "-D", &proxy.to_string(), "-o", "ConnectTimeout=15", "lb", "bash"];
        let mut window = site.home.tool("sshc").args(words).stdin_open().start();
        window.send("echo \"$((6 * 7)): running\"\n");
        window.stdout.wait_for("42: running\n");
        assert_eq!(converse(&by_socks(proxy, service.port()), b"word"), b"WORD");
        window
    });
    for mut window in windows {
        window.send("exit 3\n");
        let left = window.finish();
        assert_eq!((left.code(), left.stderr()), (3, ""));
    }
    one_login_served_it_all(&site);
}

/// Ansible brings its own options for sharing, and a path for the socket.
#[test]
fn ansible_logs_in_once_for_all_its_plays() {
    let site = site();
    let config = format!(
        "[defaults]\nhost_key_checking = True\ninterpreter_python = /usr/bin/python3\n\
         remote_tmp = {home}/remote\nlocal_tmp = {home}/local\n\
         [ssh_connection]\nssh_executable = {sshc}\nsftp_extra_args = -S {sshc}\n\
         control_path_dir = {home}/cp\n",
        home = site.home.folder().display(),
        sshc = sshc().display()
    );
    site.home.write("ansible.cfg", config);
    site.home.write("inventory", "lb\n");
    let run = |words: &[&str]| {
        let ansible = site.home.peer("ansible").env("ANSIBLE_CONFIG", "ansible.cfg");
        done(ansible.args(["lb", "-i", "inventory"]).args(words.iter().copied()))
    };
    let ping = run(&["-m", "ping"]);
    assert!(ping.contains("\"ping\": \"pong\""), "{ping}");
    site.home.write("file", noise(7, 300_000));
    let copied = site.home.path("copied").display().to_string();
    run(&["-m", "copy", "-a", &format!("src=file dest={copied}")]);
    assert_eq!(site.home.read("copied"), site.home.read("file"));
    let said = run(&["-m", "command", "-a", "echo in"]);
    assert!(said.ends_with("in\n"), "{said}");
    assert_eq!(logins(&site.sshd), 1, "{}", site.sshd.log().text());
    let sockets = std::fs::read_dir(site.home.path("cp")).expect("Ansible made it");
    let mut sockets = sockets.map(|entry| entry.expect("it can be read").path());
    let socket = sockets.find(|path| path.extension().is_none()).expect("one is there");
    let exit = site.home.tool("sshc").arg("-S").arg(socket).args(["-O", "exit", "lb"]).run();
    assert_eq!(exit.quiet_success(), "");
}
