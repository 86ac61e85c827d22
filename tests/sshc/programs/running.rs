//! Programs that run commands elsewhere, and those that open tunnels.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use harness::sshd::free_port;

use super::Lab;
use crate::sshc::tunnels::connect;
use crate::sshc::{Site, server};

#[test]
fn mosh_starts_its_server() {
    let lab = Lab::new();
    let mosh = lab.program("mosh").args(["--ssh=sshc", "--bind-server=any", "lb", "--"]);
    let mut terminal = mosh.args(["sh", "-c", "echo mosh''-reached"]).on_terminal();
    terminal.expect("mosh-reached");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    lab.assert_sshc_came();
}

#[test]
fn pdsh_runs_a_command_on_each_host() {
    let lab = Lab::new();
    let pdsh = lab.program("pdsh").args(["-R", "ssh", "-w", "lb", "echo in %h"]);
    assert_eq!(lab.through_sshc(pdsh.run()), "lb: in lb\n");
    // The exit status comes with -S.
    let pdsh = lab.program("pdsh").args(["-S", "-R", "ssh", "-w", "lb", "exit 7"]);
    assert_eq!(pdsh.run().code(), 7);
}

/// Where the nodes have only `ssh`, they start each other with that: the first agent that is found.
#[test]
fn openmpi_starts_a_job_on_its_hosts() {
    let lab = Lab::new();
    // It is `sshc`, too, and would come by default.
    std::fs::remove_file(lab.path(".bin/ssh")).expect("it is there");
    let mpirun = |job: &str| {
        // Daemons of two hosts on one machine get in each other's way.
        let mpirun = lab.program("mpirun").args(["--allow-run-as-root", "--host", "lb:2"]);
        // Else its daemons answer at an address of another network, if there is one.
        let mpirun = mpirun.args(["--mca", "oob_tcp_if_include", "lo"]);
        mpirun.args(["--mca", "plm_rsh_agent", "sshc:ssh", "sh", "-c", job]).stdin("").run()
    };
    let job = "echo $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE in ${SSH_CONNECTION##* }";
    let said = lab.through_sshc(mpirun(job));
    let mut ranks: Vec<_> = said.lines().collect();
    ranks.sort_unstable();
    let port = lab.0.sshd.port();
    assert_eq!(ranks, [format!("0 of 2 in {port}"), format!("1 of 2 in {port}")]);
    assert_eq!(mpirun("exit 7").code(), 7);
}

/// A daemon's answers to `docker version`.
const DOCKER_DAEMON: &str = r#"
import http.server, json, socketserver, sys
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        version = {"Version": "7.0-under-test", "ApiVersion": "1.41", "MinAPIVersion": "1.24"}
        body = b"OK" if self.path.endswith("/_ping") else json.dumps(version).encode()
        self.send_response(200)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *words):
        pass
class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
server = Server(sys.argv[1], Answer)
print("listening", flush=True)
server.serve_forever()
"#;

#[test]
fn docker_reaches_its_daemon() {
    let lab = Lab::of(Site::with(server().option("AcceptEnv DOCKER_HOST")));
    let socket = lab.path("docker.sock");
    let script = lab.0.home.write("daemon.py", DOCKER_DAEMON);
    let daemon = lab.program("python3").arg(script).arg(&socket).start();
    daemon.stdout.wait_for("listening\n");
    // The program that docker starts on the server finds the daemon by this variable.
    let config = lab.0.home.read_text(".ssh/config");
    lab.0.home.write(".ssh/config", format!("{config} SetEnv DOCKER_HOST=unix://{socket}\n"));
    let (user, port) = (lab.0.sshd.user(), lab.0.sshd.port());
    for there in ["ssh://lb".to_owned(), format!("ssh://{user}@lb:{port}")] {
        let docker = lab.program("docker").args(["-H", &there, "version"]);
        let docker = docker.args(["--format", "{{.Server.Version}}"]);
        assert_eq!(lab.through_sshc(docker.run()), "7.0-under-test\n");
    }
}

#[test]
fn ssh_copy_id_installs_a_key() {
    let lab = Lab::new();
    let made = lab.program("ssh-keygen").args(["-q", "-t", "ecdsa", "-N", "", "-f", "new"]);
    assert_eq!(made.run().code(), 0);
    // It looks whether the key logs in already. As with ssh, one of the configuration would, too.
    let config = lab.0.home.read_text(".ssh/config");
    let lines = config.lines().filter(|line| !line.contains("IdentityFile"));
    lab.0.home.write(".ssh/config", lines.collect::<Vec<_>>().join("\n"));
    std::fs::rename(lab.path("id_ed25519"), lab.path(".ssh/id_ed25519")).expect("it is there");
    let home = lab.0.home.path("elsewhere");
    let copied = lab.through_sshc(lab.program("ssh-copy-id").args(["-i", "new.pub", "lb"]).run());
    assert!(copied.contains("Number of key(s) added: 1"), "{copied}");
    let kept = std::fs::read_to_string(home.join(".ssh/authorized_keys")).unwrap();
    assert_eq!(kept, lab.0.home.read_text("new.pub"));
}

#[test]
fn ansible_runs_modules_over_one_shared_connection() {
    let mut lab = Lab::new();
    lab.0.home.set("ANSIBLE_HOME", lab.path("ansible"));
    lab.0.home.set("ANSIBLE_SSH_EXECUTABLE", "sshc");
    // Its own options, but with less than a minute until the connection ends by itself.
    let sharing = "-C -o ControlMaster=auto -o ControlPersist=15s";
    lab.0.home.set("ANSIBLE_SSH_ARGS", sharing);
    lab.0.home.set("ANSIBLE_REMOTE_TEMP", lab.path("remote"));
    lab.0.home.set("ANSIBLE_SSH_CONTROL_PATH_DIR", lab.path("cp"));
    let ansible = |words: &[&str]| {
        let ansible = lab.program("ansible").args(["-i", "lb,", "all"]);
        lab.through_sshc(ansible.args(words.iter().copied()).run())
    };
    let said = ansible(&["-m", "ping"]);
    assert!(said.contains("\"ping\": \"pong\""), "{said}");
    lab.0.home.write("file", "contents\n");
    ansible(&["-m", "copy", "-a", &format!("src=file dest={}", lab.path("copied"))]);
    assert_eq!(lab.0.home.read_text("copied"), "contents\n");
    let logins = lab.0.sshd.log().text().matches("Accepted publickey").count();
    assert_eq!(logins, 1);
}

/// `jupyter console --ssh` and `jupyter_client` start `ssh -f … sleep` under pexpect.
#[test]
fn jupyter_opens_its_tunnels() {
    const SCRIPT: &str = "\
import sys\n\
from jupyter_client.ssh.tunnel import openssh_tunnel, try_passwordless_ssh\n\
assert try_passwordless_ssh('lb', None, False)\n\
openssh_tunnel(int(sys.argv[1]), int(sys.argv[2]), 'lb', timeout=2)\n\
print('open', flush=True)\n\
sys.stdin.read()\n";
    let lab = Lab::new();
    let kernel = TcpListener::bind("127.0.0.1:0").unwrap();
    let goal = kernel.local_addr().unwrap().port().to_string();
    let kernel = thread::spawn(move || {
        let (mut caller, _) = kernel.accept().unwrap();
        caller.write_all(b"kernel").unwrap();
    });
    let port = free_port();
    let python = lab.program("/usr/bin/python3").args(["-c", SCRIPT, &port.to_string(), &goal]);
    let mut running = python.stdin_open().start();
    running.stdout.wait_for("open");
    let mut answer = String::new();
    connect(port).read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "kernel");
    kernel.join().unwrap();
    running.close_stdin();
    assert_eq!(running.finish().code(), 0);
    lab.assert_sshc_came();
}
