//! Tunnels through servers other than OpenSSH: dropbear and asyncssh.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use harness::account::Account;
use harness::dropbear::Dropbear;
use harness::sshd::free_port;
use rustix::process::Signal;

use super::tunnels::{by_socks, connect, converse, open_by, port, shouting};
use super::{Site, noise, public_line};

/// Accepts every user, and connects and listens wherever clients ask.
const ASYNCSSH: &str = r"
import asyncio, asyncssh, sys

class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        return False
    def connection_requested(self, *there):
        return True
    def server_requested(self, *here):
        return True

async def main():
    server = await asyncssh.create_server(Server, '127.0.0.1', 0, server_host_keys=[sys.argv[1]])
    print(server.get_port(), flush=True)
    await server.wait_closed()

asyncio.run(main())
";

/// More than one window of any of the servers.
const BYTES: usize = 3 << 20;

/// Sends through a tunnel while the other side answers.
fn swap(stream: &TcpStream) {
    let sent = noise(7, BYTES);
    thread::scope(|scope| {
        let heard = scope.spawn(|| {
            let mut heard = vec![0; sent.len()];
            (&*stream).read_exact(&mut heard).map(|()| heard)
        });
        (&mut &*stream).write_all(&sent).expect("the peer listens");
        let heard = heard.join().expect("no panic").expect("the peer answers");
        assert!(heard == sent.to_ascii_uppercase(), "something else came back");
    });
    assert_eq!(converse(stream, b"the end"), b"THE END");
}

/// Tests `-L`, `-R` and `-D` through this server, each with two connections at once.
fn three_tunnels(site: &Site, target: &str) {
    let service = shouting();
    let (goal, far) = (format!("127.0.0.1:{}", service.port()), free_port());
    let (near, remote) = (format!("auto:{goal}"), format!("127.0.0.1:{far}:{goal}"));
    let options = ["-L", &near, "-R", &remote, "-D", "auto"];
    let (mut running, forwards) = open_by(site, target, &options);
    let [local, ..] = forwards.as_slice() else { panic!("nothing listens") };
    let dynamic = forwards.iter().find(|it| it["direction"] == "dynamic").expect("it listens");
    let all = || [connect(port(local)), connect(far), by_socks(port(dynamic), service.port())];
    let streams: Vec<TcpStream> = [all(), all()].into_iter().flatten().collect();
    thread::scope(|scope| {
        for stream in &streams {
            scope.spawn(|| swap(stream));
        }
    });
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
}

#[test]
fn dropbear_carries_tunnels_of_all_kinds() {
    let site = Site::new();
    let account = Account::new("sshctunnels", "unused");
    account.authorize(&public_line(&site.home.path("id_ed25519")));
    let dropbear = Dropbear::start();
    site.home.write(".ssh/known_hosts", dropbear.known_hosts_line());
    three_tunnels(&site, &dropbear.target(&account));
}

#[test]
fn asyncssh_carries_tunnels_of_all_kinds() {
    let site = Site::new();
    let script = site.home.write("server.py", ASYNCSSH);
    let server = site.home.python().arg(script).arg(site.home.path("id_ed25519")).start();
    server.stdout.wait_for("\n");
    let port = server.stdout.text().trim().to_owned();
    let key = public_line(&site.home.path("id_ed25519"));
    site.home.write(".ssh/known_hosts", format!("[127.0.0.1]:{port} {key}"));
    three_tunnels(&site, &format!("ada@127.0.0.1:{port}"));
}
