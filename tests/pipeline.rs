//! The pipe that the programs were made for, typed into a shell as by a user.

mod announced;

use std::io::Read as _;
use std::net::TcpStream;

use harness::account::Account;
use harness::dropbear::Dropbear;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::sshd::Sshd;

const LOGIN: &str = "joblog-parse --allow-private log.txt | sshc --key id.ppk --accept-new";

/// A key pair, a real server that accepts it, and the log of a job that announces the server.
struct Cluster {
    home: Home,
    sshd: Sshd,
}

impl Cluster {
    fn new() -> Self {
        Self::with_key("--no-passphrase")
    }

    fn with_key(passphrase: &str) -> Self {
        let home = Home::new();
        home.write("secret", "correct horse\n");
        let line = home.shell(&format!("keygen {passphrase} -o id.ppk")).run().quiet_success();
        let sshd = Sshd::start(line.trim_end());
        let cluster = Self { home, sshd };
        cluster.announce(&format!("ssh -p {} {}@127.0.0.1", cluster.sshd.port(), cluster.user()));
        cluster
    }

    fn user(&self) -> String {
        self.sshd.user()
    }

    /// Writes the log as Windows PowerShell would: UTF-16 with a byte order mark and CRLF.
    fn announce(&self, command: &str) {
        let log =
            format!("Host 0 -- 172.16.1.95 -- Ranks 0-119\r\nTo log in: {command}\r\nDone.\r\n");
        let units = "\u{feff}".encode_utf16().chain(log.encode_utf16()).collect::<Vec<_>>();
        self.home
            .write("log.txt", units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    }
}

#[test]
fn a_command_runs_on_the_cluster_that_the_log_announces() {
    let cluster = Cluster::new();
    let ran = cluster.home.shell(&format!("{LOGIN} - 'whoami; exit 7'")).run();
    assert_eq!((ran.code(), ran.stdout()), (7, format!("{}\n", cluster.user()).as_str()));
    assert_eq!(ran.stderr(), "");
}

#[test]
fn every_byte_after_the_target_belongs_to_the_command() {
    let cluster = Cluster::new();
    let data: Vec<u8> = (0..=255_u8).cycle().take(1 << 20).collect();
    cluster.home.write("data", &data);
    let line = "{ joblog-parse --allow-private log.txt; cat data; } | \
                sshc --key id.ppk --accept-new - cat > back";
    let ran = cluster.home.shell(line).run();
    assert_eq!((ran.code(), ran.stderr()), (0, ""));
    assert!(cluster.home.read("back") == data, "the bytes came back changed");
}

#[test]
fn a_log_without_a_target_connects_nowhere() {
    let cluster = Cluster::new();
    let nowhere = Hostile::silent();
    for log in ["", "nothing to see\n", &format!("dask at tcp://{}\n", nowhere.address())] {
        cluster.home.write("log.txt", log);
        let ran = cluster.home.shell(&format!("{LOGIN} - whoami")).run();
        assert_eq!((ran.code(), ran.stdout()), (255, ""), "{}", ran.stderr());
        let said = ran.stderr();
        assert!(said.contains("joblog-parse: no login found in the log\n"), "{said}");
        assert!(said.contains("sshc: no destination: "), "{said}");
    }
    assert_eq!(nowhere.connections(), 0);
}

#[test]
fn the_tunnel_stays_open_until_it_is_ended() {
    let cluster = Cluster::new();
    let notebook = Hostile::saying_and_closing("a page");
    let port = harness::sshd::free_port();
    let forward = format!("{port}:localhost:{}", notebook.port());
    let line = format!("{LOGIN} -N -L {forward} --print-forwards");
    let tunnel = cluster.home.shell(&line).start();
    tunnel.stdout.wait_for("}\n");
    for _ in 0..3 {
        let mut page = String::new();
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the tunnel listens");
        (&stream).read_to_string(&mut page).expect("the page is text");
        assert_eq!(page, "a page");
    }
    assert_eq!(notebook.connections(), 3);
}

#[test]
fn the_passphrase_and_the_host_key_are_asked_on_the_terminal_beside_the_pipe() {
    let cluster = Cluster::with_key("--passphrase-file secret");
    let home = &cluster.home;
    let line = "joblog-parse --allow-private log.txt | sshc --key id.ppk - whoami > out";
    let mut terminal = home.shell(line).on_terminal();
    terminal.expect("SHA256:");
    terminal.send_line("yes");
    terminal.expect("assphrase");
    terminal.send_line("correct horse");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert!(!left.screen.contains("correct horse"), "the passphrase was echoed: {}", left.screen);
    assert_eq!(home.read_text("out").trim_end(), cluster.user());
    // A cluster on an address that another had yesterday is a new host, not a changed one.
    let name = format!("{}@127.0.0.1:{}", cluster.user(), cluster.sshd.port());
    let find = home.peer("ssh-keygen").args(["-F", &name, "-f", ".ssh/known_targets"]).run();
    assert!(find.stdout().contains(" found"), "{}", home.read_text(".ssh/known_targets"));
}

#[test]
fn a_shell_opens_where_the_keyboard_is() {
    let cluster = Cluster::new();
    let mut terminal = cluster.home.shell(LOGIN).on_terminal();
    terminal.expect(if cluster.user() == "root" { "# " } else { "$ " });
    terminal.send_line("stty size; echo $((6 * 7))");
    terminal.expect("24 80");
    terminal.expect("42");
    terminal.resize(132, 43);
    terminal.send_line("stty size");
    terminal.expect("43 132");
    terminal.send_line("exit 3");
    assert_eq!(terminal.finish().code(), 3);
}

#[test]
fn dropbear_serves_the_same_pipe() {
    let home = Home::new();
    let line = home.shell("keygen --no-passphrase -t ed25519 -o id.ppk").run().quiet_success();
    let account = Account::new("uprod_pipe", "secret");
    account.authorize(&line);
    let dropbear = Dropbear::start();
    home.write("log.txt", format!("ssh -p {} uprod_pipe@127.0.0.1\n", dropbear.port()));
    let ran = home.shell(&format!("{LOGIN} - whoami")).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "uprod_pipe\n"), "{}", ran.stderr());
}

#[test]
fn the_access_rule_goes_into_the_line_and_sshd_keeps_it() {
    for (rule, code) in [("127.0.0.0/8", 0), ("192.0.2.0/24", 255)] {
        let home = Home::new();
        let line = format!(
            "keygen --no-passphrase -t ed25519 -o id.ppk > line && \
             cidr merge {rule} | pubkey-copy id.ppk --from - --print"
        );
        let line = home.shell(&line).run().quiet_success();
        assert_eq!(line, format!("from=\"{rule}\" {}", home.read_text("line")));
        let sshd = Sshd::start(line.trim_end());
        home.write("log.txt", format!("ssh -p {} {}@127.0.0.1\n", sshd.port(), sshd.user()));
        let ran = home.shell(&format!("{LOGIN} - true")).run();
        assert_eq!(ran.code(), code, "{rule}: {}", ran.stderr());
    }
}

#[test]
fn one_command_goes_from_the_submitted_job_to_a_shell() {
    let mut cluster = Cluster::new();
    cluster.sshd.stop();
    let home = &cluster.home;
    home.write("log.txt", "job submitted\n");
    let line =
        "joblog-parse --allow-private --follow log.txt | sshc --wait --key id.ppk --accept-new";
    let mut terminal = home.shell(line).on_terminal();
    let announcement = format!("ssh -p {} {}@127.0.0.1\n", cluster.sshd.port(), cluster.user());
    home.write("log.txt", format!("job submitted\n{announcement}"));
    terminal.expect(&format!("waiting for 127.0.0.1:{} ", cluster.sshd.port()));
    terminal.expect("Connection refused");
    cluster.sshd.restart();
    cluster.sshd.log().wait_for("Accepted publickey");
    terminal.send_line("echo $((40 + 2))");
    terminal.expect("42\r");
    terminal.send_line("exit 3");
    let left = terminal.finish();
    assert_eq!(left.code(), 3, "{}", left.screen);
}

#[test]
fn the_line_for_a_job_script_makes_the_first_contact_safe_without_a_question() {
    let home = Home::new();
    let key = home.shell("keygen --no-passphrase -o id.ppk").run().quiet_success();
    // A separate system, with the host keys from its installation.
    let server = Sshd::setup().newest().host_key_type("rsa").authorize(key.trim_end());
    let server = server.option("HostKey /etc/ssh/ssh_host_ed25519_key").start();
    let line = home.tool("sshc").arg("--print-host-key-line").run().quiet_success();
    let said = home.in_newest("/bin/sh").args(["-c", &line]).run().quiet_success();
    assert!(said.starts_with("SSHC-HOSTKEY SHA256:"), "{said}");
    let login = format!("{said}ssh -p {} root@127.0.0.1\n", server.port());
    home.write("log.txt", &login);
    let pipe = "joblog-parse --json --allow-private log.txt | sshc --batch --key id.ppk - echo in";
    assert_eq!(home.shell(pipe).run().quiet_success(), "in\n");
    // A key other than the announced one is refused.
    let other = home.shell("ssh-keygen -q -t ed25519 -N '' -f other && ssh-keygen -lf other").run();
    let other = other.quiet_success();
    let fingerprint = other.split(' ').nth(1).expect("the fingerprint is the second word");
    let announced = said.split(' ').nth(1).expect("it is announced").trim_end();
    home.write("log.txt", login.replace(announced, fingerprint));
    let refused = home.shell(pipe).run().failure(255);
    assert!(refused.contains(" is not one of those given with --host-key: "), "{refused}");
}
