//! Where tunnels listen: on which addresses and ports, and the messages about it.

use std::fs;
use std::io::Read as _;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use harness::hostile::Hostile;
use harness::sshd::{Sshd, free_port};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::process::Signal;

use super::Site;
use super::bulk::quoted;
use super::tunnels::{connect, converse, converse_unix, open, port, shouting};

#[test]
fn the_wanted_family_is_listened_on() {
    let site = Site::new();
    for options in [
        &["-4", "-D", "auto"][..],
        &["-4", "-o", "GatewayPorts=yes", "-D", "auto"],
        &["-o", "AddressFamily=inet", "-L", "*:auto:127.0.0.1:9"],
    ] {
        let (_running, forwards) = open(&site, options);
        let port = port(&forwards[0]);
        let _reached = connect(port);
        assert!(TcpStream::connect((Ipv6Addr::LOCALHOST, port)).is_err(), "{options:?}");
    }
    let wanted = free_port();
    let place = format!("[::1]:{wanted}:127.0.0.1:9");
    let said = site.sshc(["-4", "-N", "-L", &place, &site.sshd.target()]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot forward [::1]:{wanted} to 127.0.0.1:9: no address of the wanted family\n"
        )
    );
}

#[test]
fn a_port_is_chosen_that_is_free_in_both_families() {
    let site = Site::new();
    let (config, pin) = (site.sshd.config_file(), site.sshd.fingerprint("ed25519"));
    let user = site.sshd.user();
    // In a network namespace with only eight ports: Linux assigns odd ones first, and those are
    // taken in IPv6.
    let script = format!(
        "set -e; : > sshd.log; : > held; : > forwards; ip link set lo up
         echo 40000 40007 > /proc/sys/net/ipv4/ip_local_port_range
         sed 's/^ListenAddress .*/ListenAddress 127.0.0.1:22/' {} > moved_config
         {} -D -e -f $PWD/moved_config 2> sshd.log & sshd=$!; trap 'kill $sshd $holder $sshc' EXIT
         until grep -q listening sshd.log; do :; done
         python3 -c 'import signal, socket
held = [socket.create_server((\"::1\", port), family=socket.AF_INET6) for port in range(40001, 40008, 2)]
print(\"held\", flush=True); signal.pause()' > held & holder=$!
         until grep -q held held; do :; done
         sshc -F none --key id_ed25519 --host-key {pin} -N --print-forwards \\
             -L auto:127.0.0.1:22 {user}@127.0.0.1 > forwards 2> said & sshc=$!
         until grep -q port forwards || ! kill -0 $sshc; do :; done; cat said
         python3 -c 'import json, socket
port = json.load(open(\"forwards\"))[\"port\"]
for loopback in \"127.0.0.1\", \"::1\":
    print(port % 2, socket.create_connection((loopback, port)).recv(7).decode())'",
        config.display(),
        harness::programs::installed("sshd").display(),
    );
    let ran = site.home.shell(&format!("unshare --net sh -c {}", quoted(&script))).run();
    assert_eq!((ran.stdout(), ran.stderr()), ("0 SSH-2.0\n0 SSH-2.0\n", ""));
}

#[test]
fn a_port_that_was_chosen_is_said_once() {
    let site = Site::new();
    let service = shouting();
    let (goal, target) = (format!("127.0.0.1:{}", service.port()), site.sshd.target());
    let (local, remote) = (format!("auto:{goal}"), format!("0:{goal}"));
    let options = ["-L", &local, "-R", &remote, "-D", "auto"];
    let mut running = site.sshc(options).arg("-N").arg(&target).start();
    running.stderr.wait_for(" here is a SOCKS proxy\n");
    let said = running.stderr.text();
    let lines: Vec<&str> = said.lines().collect();
    for (line, whose) in lines.iter().zip(["here", "of the server"]) {
        let port = line.strip_prefix("sshc: port ").and_then(|rest| rest.split(' ').next());
        let port: u16 = port.and_then(|port| port.parse().ok()).expect("a port");
        assert_eq!(*line, format!("sshc: port {port} {whose} leads to {goal}"));
        assert_eq!(converse(&connect(port), b"said"), b"SAID");
    }
    assert_eq!(lines.len(), 3, "{said}");
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);

    let quiet = site.sshc(options).args(["-q", &target, "echo ran"]).run();
    assert_eq!(quiet.quiet_success(), "ran\n");
    let fixed = format!("{}:{goal}", free_port());
    assert_eq!(site.sshc(["-L", &fixed, &target, "echo ran"]).run().quiet_success(), "ran\n");

    let mut terminal =
        site.sshc(["--print-forwards", "-L", &local, "-t", &target, "echo ran"]).on_terminal();
    terminal.expect(&format!(" here leads to {goal}\r\n"));
    terminal.expect("ran\r\n");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn every_forward_is_reported_once_it_listens() {
    let site = Site::new();
    let (wanted, target) = (free_port(), site.sshd.target());
    let forward = format!("{wanted}:127.0.0.1:9");
    let ran = site.sshc(["-v", "--log-json", "log", "-L", &forward, &target, "true"]).run();
    let expected = format!("forwarding localhost:{wanted} to 127.0.0.1:9");
    assert!(ran.stderr().contains(&expected), "{}", ran.stderr());
    assert!(site.home.read_text("log").contains(&expected));
}

#[test]
fn an_obstacle_is_named_with_a_hint() {
    let site = Site::new();
    let target = site.sshd.target();
    let (socket, file) = (site.home.path("socket"), site.home.path("file"));
    let _listening = UnixListener::bind(&socket).expect("the name is free");
    fs::write(&file, "kept").expect("the name is free");
    for (path, reason) in [
        (&socket, "another program listens on that socket"),
        (&file, "a file of that name already exists"),
    ] {
        let place = path.display();
        let forward = format!("{place}:127.0.0.1:9");
        let said = site.sshc(["-N", "-L", &forward, &target]).run().failure(255);
        assert_eq!(
            said,
            format!(
                "sshc: cannot forward {place} to 127.0.0.1:9: {reason}\n\
                 sshc: hint: choose another path for the socket\n"
            )
        );
    }
    assert_eq!(site.home.read_text("file"), "kept");
    let service = shouting();
    let taken = service.port();
    let said = site.sshc(["-N", "-D", &taken.to_string(), &target]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot forward localhost:{taken} to SOCKS: the port is in use\n\
             sshc: hint: let sshc choose a free one: -D auto --print-forwards\n"
        )
    );
}

#[test]
fn an_existing_socket_is_replaced_if_the_configuration_asks_for_it() {
    let site = Site::new();
    let (service, socket) = (shouting(), site.home.path("socket"));
    let _replaced = UnixListener::bind(&socket).expect("the name is free");
    let forward = format!("{}:127.0.0.1:{}", socket.display(), service.port());
    let options = ["-o", "StreamLocalBindUnlink=yes", "-L", &forward];
    let (mut first, _) = open(&site, &options);
    assert_eq!(converse_unix(&socket, b"first"), b"FIRST");
    // When the first one ends, it does not remove the socket of its successor.
    let (_second, _) = open(&site, &options);
    first.signal(Signal::TERM);
    assert_eq!(first.finish().code(), 143);
    assert_eq!(converse_unix(&socket, b"second"), b"SECOND");
    let file = site.home.write("file", "kept").display().to_string();
    let wish = ["-o", "StreamLocalBindUnlink=yes", "-N", "-L"];
    let forward = format!("{file}:127.0.0.1:9");
    let said = site.sshc(wish).args([&forward, &site.sshd.target()]).run().failure(255);
    assert!(said.contains(": a file of that name already exists\n"), "{said}");
    assert_eq!(site.home.read_text("file"), "kept");
}

#[test]
fn a_socket_is_its_owner_s_only_from_the_beginning() {
    let site = Site::new();
    let folder = site.home.path("sockets");
    fs::create_dir(&folder).expect("the name is free");
    let watch = inotify::init(CreateFlags::NONBLOCK).expect("a descriptor is free");
    inotify::add_watch(&watch, &folder, WatchFlags::CREATE | WatchFlags::ATTRIB)
        .expect("it is there");
    let forward = format!("{}:127.0.0.1:9", folder.join("here").display());
    let (_running, _) = open(&site, &["-L", &forward]);
    let mode = fs::metadata(folder.join("here")).expect("it listens").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut room = [MaybeUninit::uninit(); 1024];
    let mut events = inotify::Reader::new(watch, &mut room);
    assert_eq!(events.next().expect("it was made").events(), ReadFlags::CREATE);
    assert!(events.next().is_err(), "its mode was changed later");
}

#[test]
fn a_server_that_forbids_a_connection_is_quoted() {
    let site = Site::with(Sshd::setup().option("AllowTcpForwarding no"));
    let said = site.sshc(["-W", "127.0.0.1:9", &site.sshd.target()]).run().failure(255);
    assert_eq!(
        said,
        "sshc: cannot forward standard input to 127.0.0.1:9: administratively prohibited: \"open failed\"\n"
    );
}

#[test]
fn one_port_on_two_addresses_of_the_server_is_two_forwards() {
    let site = Site::with(Sshd::setup().option("GatewayPorts clientspecified"));
    let wanted = free_port();
    let services = ["one", "two"].map(Hostile::saying_and_closing);
    let [one, two] = [(1, &services[0]), (2, &services[1])]
        .map(|(last, service)| format!("127.0.0.{last}:{wanted}:127.0.0.1:{}", service.port()));
    let (_running, _) = open(&site, &["-R", &one, "-R", &two]);
    for (address, expected) in [([127, 0, 0, 1], "one"), ([127, 0, 0, 2], "two")] {
        let mut heard = String::new();
        let mut caller = TcpStream::connect((Ipv4Addr::from(address), wanted)).expect("it listens");
        caller.read_to_string(&mut heard).expect("the peer answers");
        assert_eq!(heard, expected);
    }
}
