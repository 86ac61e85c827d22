//! PuTTY's data in the registry of a Windows machine: host keys and saved sessions.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use harness::home::Home;
use harness::hostile::Hostile;
use harness::sshd::{Sshd, free_port};

use crate::login::{echo, key_pair};
use crate::wine;

const PUTTY: &str = r"HKCU\Software\SimonTatham\PuTTY";

/// Sets a value below a registry key of PuTTY's.
fn set(home: &Home, key: &str, name: &str, kind: &str, value: &str) {
    let key = format!(r"{PUTTY}\{key}");
    let add = wine::builtin(home, "reg").args(["add", &key, "/v", name, "/t", kind, "/d", value]);
    let added = add.arg("/f").run();
    assert_eq!(added.code(), 0, "{}{}", added.stdout(), added.stderr());
}

/// The name and the value under which PuTTY stores the host key of this server.
fn stored(home: &Home, sshd: &Sshd) -> (String, String) {
    let port = sshd.port().to_string();
    let plink = home.peer("plink").args(["-ssh", "-P", &port, "-l", &sshd.user()]);
    home.write(".putty/placeholder", "");
    let plink = plink.env("PUTTYDIR", home.path(".putty"));
    let mut terminal = plink.args(["127.0.0.1", "true"]).on_terminal();
    terminal.expect("Store key in cache?");
    terminal.send_line("y");
    let _ = terminal.finish();
    let file = home.read_text(".putty/sshhostkeys");
    let place = format!("@{port}:127.0.0.1 ");
    let line = file.lines().find(|line| line.contains(&place)).expect("plink has stored it");
    let (name, value) = line.split_once(' ').expect("a name and a value");
    (name.to_owned(), value.to_owned())
}

#[test]
fn a_host_key_that_putty_accepted_is_accepted_and_another_refused() {
    let _alone = wine::alone();
    let home = Home::new();
    let line = key_pair(&home, "id");
    for key_type in ["ed25519", "ecdsa", "rsa"] {
        let sshd = Sshd::setup().authorize(&line).host_key_type(key_type).start();
        let target = sshd.target();
        let unknown = echo(&home, &["--key", "id"], &target).run().failure(255);
        assert!(unknown.contains(" is not on record: "), "{key_type}: {unknown}");
        let (name, value) = stored(&home, &sshd);
        set(&home, "SshHostKeys", &name, "REG_SZ", &value);
        let ran = echo(&home, &["--key", "id"], &target).run();
        assert_eq!(ran.quiet_success(), "in\n", "{key_type}");
        let digit = if value.ends_with('1') { "3" } else { "1" };
        let other = value.get(..value.len() - 1).expect("it is ASCII").to_owned() + digit;
        set(&home, "SshHostKeys", &name, "REG_SZ", &other);
        let changed = echo(&home, &["--key", "id", "--accept-new"], &target).run().failure(255);
        let place = format!(r"{PUTTY}\SshHostKeys\{name} has ");
        assert!(changed.contains(" has changed: ") && changed.contains(&place), "{changed}");
    }
}

#[test]
fn a_saved_session_says_where_as_whom_and_with_what() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let (session, free) = (r"Sessions\My%20Cluster", free_port());
    let key = format!("Z:{}", home.path("id").display()).replace('/', r"\");
    let tunnel = format!("L{free}=127.0.0.1:{}", sshd.port());
    for (name, value) in [
        ("HostName", "127.0.0.1"),
        ("Protocol", "ssh"),
        ("UserName", &sshd.user()),
        ("PublicKeyFile", &key),
        ("PortForwardings", &tunnel),
    ] {
        set(&home, session, name, "REG_SZ", value);
    }
    set(&home, session, "PortNumber", "REG_DWORD", &sshd.port().to_string());
    set(&home, session, "PingIntervalSecs", "REG_DWORD", "30");
    let pin = sshd.fingerprint("ed25519");
    let sshc = || wine::tool(&home, "sshc").args(["-F", "none", "--batch", "--host-key", &pin]);
    let mut running = sshc().args(["putty:My Cluster", "echo in; cat"]).stdin_open().start();
    running.stdout.wait_for("in\n");
    let mut greeting = String::new();
    let through = TcpStream::connect(("127.0.0.1", free)).expect("the tunnel listens");
    BufReader::new(through).read_line(&mut greeting).expect("sshd speaks first");
    assert!(greeting.starts_with("SSH-2.0-OpenSSH"), "{greeting}");
    running.close_stdin();
    assert_eq!(running.finish().code(), 0);
    let shown = sshc().args(["-G", "putty:My Cluster"]).run().quiet_success();
    for expected in [
        "host 127.0.0.1".to_owned(),
        format!("user {}", sshd.user()),
        format!("port {}", sshd.port()),
        format!("identityfile {key}"),
        format!("localforward {free} [127.0.0.1]:{}", sshd.port()),
        "serveraliveinterval 30".to_owned(),
    ] {
        assert!(shown.lines().any(|line| line == expected), "{expected} in {shown}");
    }
    let none = sshc().args(["putty:Nobody", "true"]).run().failure(255);
    assert!(none.contains("PuTTY has no saved session `Nobody`"), "{none}");
}

#[test]
fn the_keepalive_of_a_saved_session_notices_a_dead_connection() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let pin = sshd.fingerprint("ed25519");
    let is_silent = Arc::new(AtomicBool::default());
    let line = line_to(sshd.address(), Arc::clone(&is_silent));
    let session = r"Sessions\Sleepy";
    let host = format!("{}@127.0.0.1", sshd.user());
    set(&home, session, "HostName", "REG_SZ", &host);
    set(&home, session, "PortNumber", "REG_DWORD", &line.port().to_string());
    set(&home, session, "PingIntervalSecs", "REG_DWORD", "1");
    let options = ["-F", "none", "--batch", "--key", "id", "--host-key", &pin];
    let sshc = wine::tool(&home, "sshc").args(options);
    let running = sshc.args(["putty:Sleepy", "echo in; cat"]).stdin_open().start();
    running.stdout.wait_for("in\n");
    is_silent.store(true, Ordering::SeqCst);
    let left = running.finish();
    assert_eq!(left.code(), 255);
    assert!(left.stderr().contains("the server stopped answering"), "{}", left.stderr());
}

/// A relay to a server, which passes on nothing from the server once it is silent.
fn line_to(server: SocketAddr, is_silent: Arc<AtomicBool>) -> Hostile {
    Hostile::with(move |client| {
        let server = TcpStream::connect(server).expect("sshd listens");
        thread::scope(|scope| {
            scope.spawn(|| {
                let _ = io::copy(&mut &client, &mut &server);
                let _ = server.shutdown(Shutdown::Both);
            });
            let mut block = [0; 4096];
            while let Ok(read @ 1..) = (&server).read(&mut block)
                && !is_silent.load(Ordering::SeqCst)
                && (&client).write_all(block.get(..read).unwrap_or_default()).is_ok()
            {}
        });
    })
}

#[test]
fn the_proxy_of_a_saved_session_is_asked() {
    let _alone = wine::alone();
    let home = Home::new();
    let (asked, hears) = mpsc::channel();
    let asked = Mutex::new(asked);
    let proxy = Hostile::with(move |mut stream| {
        let mut line = String::new();
        let _ = BufReader::new(&stream).read_line(&mut line);
        let _ = asked.lock().expect("no thread panicked").send(line);
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n");
        let _ = stream.shutdown(Shutdown::Write);
        let _ = io::copy(&mut stream, &mut io::sink());
    });
    let session = r"Sessions\Behind";
    set(&home, session, "HostName", "REG_SZ", "ada@node7.example");
    set(&home, session, "ProxyMethod", "REG_DWORD", "3");
    set(&home, session, "ProxyHost", "REG_SZ", "127.0.0.1");
    set(&home, session, "ProxyPort", "REG_DWORD", &proxy.port().to_string());
    let shown = echo(&home, &["-G"], "putty:Behind").run().quiet_success();
    assert!(shown.ends_with(&format!("# --proxy http://127.0.0.1:{}\n", proxy.port())), "{shown}");
    let said = echo(&home, &[], "putty:Behind").run().failure(255);
    assert_eq!(hears.recv().expect("it was asked"), "CONNECT node7.example:22 HTTP/1.1\r\n");
    assert!(said.contains("through the proxy: the proxy answered `HTTP/1.1 403"), "{said}");
}
