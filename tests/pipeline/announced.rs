//! From a log to the pages of a job: `joblog-parse --json … | sshc --announced`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;

use harness::cluster::Cluster;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::{Invocation, Running};
use rustix::process::Signal;

const TOKEN: &str = "0123abcd4567ef";
const PARSE: &str = "joblog-parse --allow-private --json";
const LOGIN: &str = "sshc --batch --key id.ppk --accept-new --announced";

/// A gateway, a cluster behind it, a notebook on the cluster, and the log that names all of them.
struct Lab {
    home: Home,
    notebook: Hostile,
    _gate: Cluster,
    cluster: Cluster,
}

impl Lab {
    fn new() -> Self {
        let home = Home::new();
        let line = home.shell("keygen --no-passphrase -t ed25519 -o id.ppk").run().quiet_success();
        let start = |user| Cluster::start(user, line.trim_end()).expect("a cluster starts");
        let (gate, cluster) = (start("gatekeeper"), start("uprod_lab"));
        let notebook = notebook();
        let port = notebook.port();
        let log = format!(
            "Connect: ssh -J gatekeeper@{} -p {} uprod_lab@127.0.0.1\n\
             Looking in indexes: http://mirror.local:8081/simple\n\
             [I 2026-11-22 12:05:01.123 ServerApp] Jupyter Server 2.14.2 is running at:\n\
             [I 2026-11-22 12:05:01.123 ServerApp] http://localhost:{port}/lab?token={TOKEN}\n\
             [I 2026-11-22 12:05:01.123 ServerApp]     http://127.0.0.1:{port}/lab?token={TOKEN}\n",
            gate.address(),
            cluster.address().port(),
        );
        home.write("log.txt", log);
        Self { home, notebook, _gate: gate, cluster }
    }

    /// `sshc` with the output of `joblog-parse`, without a shell, so that signals reach only
    /// `sshc`.
    fn start(&self, parse: &str, login: &str) -> Running {
        self.sshc(parse, login).start()
    }

    fn sshc(&self, parse: &str, login: &str) -> Invocation {
        let json = self.home.shell(&format!("{PARSE} {parse} log.txt")).run().quiet_success();
        let words = LOGIN.split(' ').skip(1).chain(login.split_whitespace());
        self.home.tool("sshc").args(words.map(str::to_owned)).stdin(json)
    }
}

/// Answers like a notebook: only to requests with the token.
fn notebook() -> Hostile {
    Hostile::with(|mut stream| {
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0)
        {
            request.extend(byte);
        }
        let line = format!("GET /lab?token={TOKEN} HTTP/1.1\r\n");
        let status = if request.starts_with(line.as_bytes()) { "200 OK" } else { "403 Forbidden" };
        let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n\r\nthe notebook");
    })
}

/// The web server's answer to a browser that opens this address.
fn get(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("it is an address of the web");
    let (place, path) = rest.split_at(rest.find('/').expect("it has a path"));
    let mut stream = TcpStream::connect(place).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

fn end(mut running: Running) -> String {
    running.signal(Signal::INT);
    running.finish().stderr().to_owned()
}

#[test]
fn one_command_goes_from_the_log_through_two_hops_to_the_page() {
    let lab = Lab::new();
    let command = format!("{PARSE} --secrets log.txt | {LOGIN} --secrets");
    let running = lab.home.shell(&command).start();
    running.stdout.wait_for("\n");
    let line = running.stdout.text();
    let (url, service) = line.trim_end().split_once("  ").expect("an address and what it is");
    assert_eq!(service, format!("jupyter on localhost:{}", lab.notebook.port()));
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with(&format!("/lab?token={TOKEN}")));
    assert!(get(url).starts_with("HTTP/1.1 200 OK\r\n"));
    // Without the token the notebook refuses.
    assert!(get(url.split('?').next().expect("a page")).starts_with("HTTP/1.1 403 "));
    assert_eq!(running.stderr.text(), "");
}

#[test]
fn a_token_is_shown_only_where_it_is_asked_for() {
    for (parse, login) in
        [("", ""), ("", "--secrets"), ("--secrets", ""), ("--secrets", "-v --log-json log.json")]
    {
        let lab = Lab::new();
        let running = lab.start(parse, login);
        running.stdout.wait_for("\n");
        let line = running.stdout.text();
        assert!(line.contains("/lab  jupyter on ") && !line.contains(TOKEN), "{line}");
        let said = end(running);
        assert!(!said.contains(TOKEN), "{said}");
        if login.contains("--log-json") {
            let log = lab.home.read_text("log.json");
            assert!(log.contains("jupyter on localhost:") && !log.contains(TOKEN), "{log}");
        }
    }
}

#[test]
fn the_browser_is_led_to_the_page_and_sees_no_token_among_its_arguments() {
    let lab = Lab::new();
    let home = &lab.home;
    let script = "#!/bin/sh\necho \"$#:$1\" > \"$HOME/opened\"\n";
    let browser = home.write("browser", script);
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let _ = home.shell("mkfifo opened").run().quiet_success();
    let running = lab.sshc("--secrets", "--open").env("BROWSER", &browser).start();
    let opened = home.read_text("opened");
    let start = opened.trim_end().strip_prefix("1:").expect("one argument");
    let is_plain = start.bytes().all(|it| it.is_ascii_alphanumeric() || b":/.".contains(&it));
    assert!(start.starts_with("http://127.0.0.1:") && is_plain, "{start}");
    // A request without the secret path is not redirected.
    let (root, _) = start.rsplit_once('/').expect("it has a path");
    assert!(get(&format!("{root}/")).starts_with("HTTP/1.1 404 "));
    let answer = get(start);
    let page =
        answer.lines().find_map(|line| line.strip_prefix("Location: ")).expect("it leads on");
    assert!(get(page).starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    // The redirect works only once.
    let place = root.strip_prefix("http://").expect("it is an address");
    assert!(TcpStream::connect(place).is_err());
    assert_eq!(end(running), "");
}

#[test]
fn without_a_browser_the_tunnel_stays_open_and_the_user_gets_a_notice() {
    let lab = Lab::new();
    let running = lab.sshc("--secrets", "--open").env("BROWSER", "/bin/false").start();
    running.stderr.wait_for("the browser could not be opened");
    let line = running.stdout.text();
    let page = line.split("  ").next().expect("an address").to_owned();
    assert!(get(&format!("{page}?token={TOKEN}")).starts_with("HTTP/1.1 200 OK\r\n"));
    drop(end(running));
}

#[test]
fn a_port_that_is_taken_is_replaced_by_a_free_one() {
    let lab = Lab::new();
    // The notebook itself has this port here, because this computer is also the cluster.
    let running = lab.start("", "--print-forwards");
    running.stdout.wait_for("}\n");
    let line = running.stdout.text();
    let forward: serde_json::Value = serde_json::from_str(line.trim_end()).expect("JSON");
    let port = forward["port"].as_u64().expect("a port");
    assert_ne!(port, u64::from(lab.notebook.port()));
    assert_eq!(forward["bind"], "127.0.0.1");
    assert_eq!(forward["name"], "jupyter");
    assert_eq!(forward["to"], format!("localhost:{}", lab.notebook.port()));
    assert_eq!(forward["url"], format!("http://127.0.0.1:{port}/lab"));
    drop(end(running));
}

#[test]
fn a_free_port_is_the_same_here_as_there() {
    let lab = Lab::new();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let port = free.local_addr().expect("it is bound").port();
    drop(free);
    let log =
        lab.home.read_text("log.txt").replace(&lab.notebook.port().to_string(), &port.to_string());
    lab.home.write("log.txt", log);
    let running = lab.start("", "");
    running.stdout.wait_for(&format!("http://127.0.0.1:{port}/lab  jupyter on localhost:{port}\n"));
    drop(end(running));
}

#[test]
fn a_command_runs_beside_the_tunnels_and_has_standard_output_for_itself() {
    let lab = Lab::new();
    let running = lab.sshc("", "- hostname").run();
    assert_eq!((running.code(), running.stdout()), (0, "master-node\n"), "{}", running.stderr());
    assert!(running.stderr().contains("/lab  jupyter on localhost:"), "{}", running.stderr());
}

#[test]
fn the_destination_may_be_named_and_the_services_piped() {
    let lab = Lab::new();
    let known = lab.cluster.address();
    let running = lab.start("", &format!("uprod_lab@{known}"));
    running.stdout.wait_for("  jupyter on localhost:");
    drop(end(running));
}

#[test]
fn what_is_no_service_is_refused_before_anything_is_connected() {
    let nowhere = Hostile::silent();
    let port = nowhere.port();
    let service = |host: &str, port: &str, path: &str| {
        format!(
            r#"{{"name":"jupyter","scheme":"http","host":"{host}","port":{port},"path":"{path}"}}"#
        )
    };
    let home = Home::new();
    for (services, cause) in [
        (
            service("169.254.169.254", "8888", "/"),
            "`169.254.169.254` is not a machine that a job listens on",
        ),
        (
            service("-oProxyCommand=id", "8888", "/"),
            "`-oProxyCommand=id` is not a host name or address",
        ),
        (service("node07", "22", "/"), "`22` is not a port that a job listens on (1024-65535)"),
        (
            service("node07", "70000", "/"),
            "`70000` is not a port that a job listens on (1024-65535)",
        ),
        (
            service("node07", "8888", "//evil.example/"),
            "`//evil.example/` is not the path of a page",
        ),
        (service("node07", "8888", "/lab?x=$(id)"), "`/lab?x=$(id)` is not the path of a page"),
        (
            service("node07", "8888", "/").replace("http", "javascript"),
            "`javascript` is not the protocol of a service",
        ),
    ] {
        let line = format!(
            r#"{{"user":"ada","host":"127.0.0.1","port":{port},"services":[{services}]}}{}"#,
            "\n"
        );
        let refused =
            home.tool("sshc").args(["--batch", "--announced", "--open"]).stdin(line).run();
        let said = refused.failure(255);
        assert_eq!(said, format!("sshc: cannot open the announced services: {cause}\n"));
    }
    for (line, cause) in [
        ("ada@127.0.0.1\n", "the line on standard input is not JSON"),
        (
            "{\"user\":\"ada\",\"host\":\"127.0.0.1\",\"services\":[]}\n",
            "the log announces no service besides the login",
        ),
    ] {
        let said = home.tool("sshc").args(["--announced"]).stdin(line).run().failure(255);
        assert_eq!(
            said,
            format!(
                "sshc: cannot open the announced services: {cause}\n\
                 sshc: hint: `joblog-parse --json log.txt | sshc --announced` passes the services on\n"
            )
        );
    }
    assert_eq!(nowhere.connections(), 0);
}
