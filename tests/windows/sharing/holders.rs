//! Holders that are more than a process in the background: a tunnel that reconnects, and one whose
//! connection a command provides.

use std::io::Read as _;
use std::net::TcpStream;

use harness::DEADLINE;

use super::{Site, until};
use crate::wine;

/// Whether the tunnel at this port leads to a server.
fn leads(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.set_read_timeout(Some(DEADLINE)).expect("it is a socket");
    let mut greeting = [0; 8];
    stream.read_exact(&mut greeting).is_ok() && &greeting == b"SSH-2.0-"
}

#[test]
fn a_tunnel_that_reconnects_shares_each_of_its_connections() {
    let site = Site::new();
    let goal = format!("127.0.0.1:{}", site.sshd.port());
    let words = format!("--share --reconnect -N --print-forwards -L auto:{goal} $TARGET");
    let tunnel = site.sshc(&words).invocation.start();
    tunnel.stdout.wait_for("}\n");
    let forward: serde_json::Value =
        serde_json::from_str(&tunnel.stdout.text()).expect("it is JSON");
    let port = forward["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
    for logins in 1..3 {
        assert!(leads(port));
        assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
        assert_eq!(site.logins(), logins);
        // Kills the server's process for this connection.
        let lost = site.run("--share $TARGET 'kill -KILL $PPID'");
        assert_eq!(lost.code, 255, "{lost:?}");
        until("it is connected again", || site.logins() > logins && leads(port));
    }
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    assert_eq!(site.says("--share -O exit $TARGET"), "");
    assert_eq!(tunnel.finish().code(), 0);
    assert_eq!(site.logins(), 3);
}

#[test]
fn a_command_that_provides_the_connection_lives_with_the_holder() {
    let site = Site::new();
    let program = wine::programs().join("sshc.exe").display().to_string().replace('/', r"\");
    let (pin, target) = (site.sshd.fingerprint("ed25519"), site.sshd.target());
    // As with a jump host, it logs in, too.
    let command = format!("Z:{program} -F none --key id --host-key {pin} -W %h:%p {target}");
    let words = format!("--proxy-command '{command}' --share $TARGET");
    for _ in 0..3 {
        assert_eq!(site.says(&format!("{words} 'echo in'")), "in\n");
        assert_eq!(site.logins(), 2);
    }
    let lives = || {
        let processes = std::fs::read_dir("/proc").expect("Linux has it").filter_map(Result::ok);
        let mut lines = processes.filter_map(|it| std::fs::read(it.path().join("cmdline")).ok());
        let forward = format!("127.0.0.1:{}", site.sshd.port());
        let is_it = |line: &Vec<u8>| {
            let mut words = line.split(|byte| *byte == 0);
            words.any(|word| word == b"-W") && words.next() == Some(forward.as_bytes())
        };
        lines.any(|line| is_it(&line))
    };
    assert!(lives());
    assert_eq!(site.says(&format!("{words} -O exit")), "");
    until("the command ends", || !lives());
}
