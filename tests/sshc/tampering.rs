//! An attacker on the network who leaves out, repeats, swaps, inserts or changes packets, as in the
//! Terrapin attack: it always ends the connection.

use std::io::{self, Read, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use harness::hostile::Hostile;
use harness::sshd::Sshd;

use super::Site;
use super::scripted::{assert_reason, each};

/// The server's packets after this number are encrypted.
const NEWKEYS: usize = 2;

/// What is done to one of the server's packets, counted from its KEXINIT.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tamper {
    Nothing,
    LeaveOut(usize),
    Repeat(usize),
    SwapWithNext(usize),
    Change(usize),
    /// Inserts a message of this number before an unencrypted packet.
    Insert(usize, u8),
    /// The Terrapin attack: one more unencrypted message, one encrypted message less, so that the
    /// sequence numbers match again.
    Terrapin(usize),
}

/// Ciphers whose packets show their length, and the length of the tag after each packet.
const CIPHERS: [(&str, &str, usize); 2] = [
    ("aes256-gcm@openssh.com", "hmac-sha2-256", 16),
    ("aes256-ctr", "hmac-sha2-256-etm@openssh.com", 32),
];

/// Relays between a client and a server, and tampers with the server's packets.
struct Proxy {
    server: Hostile,
    packets: Arc<AtomicUsize>,
}

impl Proxy {
    fn new(to: SocketAddr, tag_bytes: usize, tamper: Tamper) -> Self {
        let packets = Arc::new(AtomicUsize::default());
        let counted = Arc::clone(&packets);
        let server = Hostile::with(move |client| {
            let server = TcpStream::connect(to).expect("sshd listens");
            thread::scope(|scope| {
                scope.spawn(|| {
                    // Either side may have left already.
                    let _ = io::copy(&mut &client, &mut &server);
                    let _ = server.shutdown(Shutdown::Write);
                });
                let _ = carry(&server, &client, tag_bytes, tamper, &counted);
                let _ = client.shutdown(Shutdown::Both);
                let _ = server.shutdown(Shutdown::Both);
            });
        });
        Self { server, packets }
    }
}

/// Passes on the server's version and packets until either side leaves.
fn carry(
    mut from: &TcpStream,
    mut to: &TcpStream,
    tag_bytes: usize,
    tamper: Tamper,
    count: &AtomicUsize,
) -> io::Result<()> {
    let mut byte = [0];
    while byte != *b"\n" {
        from.read_exact(&mut byte)?;
        to.write_all(&byte)?;
    }
    let mut held_back = Vec::new();
    for number in 0.. {
        let packet = packet(&mut from, if number > NEWKEYS { tag_bytes } else { 0 })?;
        count.store(number + 1, Ordering::SeqCst);
        let is = |wanted: usize| number == wanted;
        let mut sent = match tamper {
            Tamper::LeaveOut(at) if is(at) => Vec::new(),
            Tamper::Repeat(at) if is(at) => packet.repeat(2),
            Tamper::Change(at) if is(at) => changed(packet),
            Tamper::Insert(at, message) if is(at) => [in_clear(message), packet].concat(),
            Tamper::Terrapin(at) if is(at) => [in_clear(2), packet].concat(),
            Tamper::Terrapin(_) if is(NEWKEYS + 1) => Vec::new(),
            Tamper::SwapWithNext(at) if is(at) => {
                held_back = packet;
                continue;
            }
            _ => packet,
        };
        sent.append(&mut held_back);
        to.write_all(&sent)?;
    }
    Ok(())
}

/// One packet (RFC 4253 §6), from its length to its tag.
fn packet(from: &mut impl Read, tag_bytes: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut packet = vec![0; 4 + u32::from_be_bytes(length) as usize + tag_bytes];
    let (head, rest) = packet.split_at_mut(4);
    head.copy_from_slice(&length);
    from.read_exact(rest)?;
    Ok(packet)
}

/// Changes a byte that belongs to a tag, to the padding or, in the first packet, to what both sides
/// sign.
fn changed(mut packet: Vec<u8>) -> Vec<u8> {
    let last = packet.len() - 1;
    if let Some(byte) = packet.get_mut(last.min(30)) {
        *byte ^= 1;
    }
    packet
}

/// An unencrypted packet: a message of this number with one empty string and seven zeros.
fn in_clear(message: u8) -> Vec<u8> {
    let mut packet = vec![0, 0, 0, 20, 7, message];
    packet.resize(24, 0);
    packet
}

/// `sshc … echo in` through a proxy, with this cipher.
fn echo(site: &Site, proxy: &Proxy, cipher: &str, mac: &str) -> (i32, String, String) {
    let target = format!("{}@{}", site.sshd.user(), proxy.server.address());
    let ran = site
        .sshc(["--connect-timeout", "2s", "--keepalive", "1s", "--batch"])
        .args(["--host-key", &site.sshd.fingerprint("ed25519")])
        .args(["-o", &format!("Ciphers={cipher}"), "-o", &format!("MACs={mac}")])
        .args([&target, "echo in"])
        .run();
    (ran.code(), ran.stdout().to_owned(), ran.stderr().to_owned())
}

fn assert_ends(site: &Site, tag_bytes: usize, cipher: &str, mac: &str, tamper: Tamper) {
    let proxy = Proxy::new(site.sshd.address(), tag_bytes, tamper);
    let begin = Instant::now();
    let (code, stdout, said) = echo(site, &proxy, cipher, mac);
    let what = format!("{tamper:?} with {cipher}: {said}");
    assert!(begin.elapsed() < Duration::from_secs(15), "{what}: {:?}", begin.elapsed());
    assert_eq!((code, stdout.as_str()), (255, ""), "{what}");
    assert!(said.starts_with("sshc: ") && said.len() > 30, "{what}");
    assert!(said.lines().skip(1).all(|line| line.starts_with("sshc: hint: ")), "{what}");
    assert!(!said.contains("the host key of"), "{what}");
}

/// A server that soon drops clients that do not finish the login.
fn site() -> Site {
    Site::with(Sshd::setup().option("LoginGraceTime 2"))
}

#[test]
fn packets_that_are_left_out_repeated_swapped_or_changed_end_the_connection() {
    let site = site();
    for (cipher, mac, tag_bytes) in CIPHERS {
        let proxy = Proxy::new(site.sshd.address(), tag_bytes, Tamper::Nothing);
        let (code, stdout, said) = echo(&site, &proxy, cipher, mac);
        assert_eq!((code, stdout.as_str(), said.as_str()), (0, "in\n", ""), "{cipher}");
        let packets = proxy.packets.load(Ordering::SeqCst);
        assert!(packets > 10, "only {packets} packets");
        // The last few come after the command's output.
        let tampers = (0..packets - 6).flat_map(|at| {
            [Tamper::LeaveOut, Tamper::Repeat, Tamper::SwapWithNext, Tamper::Change]
                .map(|tamper| tamper(at))
        });
        // Unencrypted padding is not protected, so changing it goes unnoticed.
        let tampers: Vec<_> = tampers.filter(|it| *it != Tamper::Change(NEWKEYS)).collect();
        thread::scope(|scope| {
            for part in tampers.chunks(tampers.len().div_ceil(8)) {
                let site = &site;
                scope.spawn(move || {
                    for tamper in part {
                        assert_ends(site, tag_bytes, cipher, mac, *tamper);
                    }
                });
            }
        });
    }
}

#[test]
fn nothing_is_inserted_into_the_key_exchange() {
    const IGNORE: u8 = 2;
    const UNIMPLEMENTED: u8 = 3;
    const DEBUG: u8 = 4;
    const SERVICE_ACCEPT: u8 = 6;
    const EXT_INFO: u8 = 7;
    let site = site();
    let (cipher, mac, tag_bytes) = CIPHERS[1];
    let inserted = (0..=NEWKEYS).flat_map(|at| {
        [IGNORE, UNIMPLEMENTED, DEBUG, SERVICE_ACCEPT, EXT_INFO]
            .map(|message| Tamper::Insert(at, message))
    });
    let terrapin = (0..=NEWKEYS).map(Tamper::Terrapin);
    for tamper in inserted.chain(terrapin) {
        assert_ends(&site, tag_bytes, cipher, mac, tamper);
    }
}

/// This cipher encrypts the lengths too, so only the server itself can tamper.
const CHACHA20: [&str; 6] =
    ["--connect-timeout", "1s", "--keepalive", "1s", "-o", "Ciphers=chacha20-poly1305@openssh.com"];

/// asyncssh, tampering with one of its own packets.
const SERVER: &str = concat!(
    include_str!("../fixtures/anybody.py"),
    include_str!("../fixtures/tampering_server.py")
);

/// asyncssh's packets up to the one that opens the channel, except the one that confirms the login:
/// without it we would wait as long as for a person.
const PACKETS: [usize; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11];

#[test]
fn chacha20_notices_as_much() {
    const KINDS: [&str; 4] = ["leave-out", "repeat", "swap", "change"];
    let everywhere = |server: &str, step: usize| -> Vec<String> {
        let places = PACKETS.iter().step_by(step);
        let all = places.flat_map(|at| KINDS.map(|kind| format!("{server} {kind} {at}")));
        // Unencrypted padding is not protected, so changing it goes unnoticed.
        all.filter(|it| !it.ends_with(&format!(" change {NEWKEYS}"))).collect()
    };
    let nothing = ["strict nothing 0", "loose nothing 0"].map(str::to_owned).to_vec();
    let scenarios = [nothing, everywhere("strict", 1), everywhere("loose", 4)].concat();
    each(SERVER, &CHACHA20, &scenarios, |what, (code, stdout, said)| {
        if what.contains("nothing") {
            assert_eq!((code, stdout, said), (0, "in\n", ""), "{what}");
        } else {
            assert_eq!((code, stdout), (255, ""), "{what}: {said}");
            assert_reason(what, said);
        }
    });
}

#[test]
fn terrapin_is_noticed_wherever_the_server_has_the_cure() {
    let places = ["strict", "loose"].map(|server| {
        (0..=NEWKEYS).map(|at| format!("{server} terrapin {at}")).collect::<Vec<_>>()
    });
    each(SERVER, &CHACHA20, &places.concat(), |what, (code, stdout, said)| {
        if what.starts_with("strict") {
            assert_eq!((code, stdout), (255, ""), "{what}: {said}");
            assert_reason(what, said);
        } else {
            // The missing message goes unnoticed: this is the attack itself, against a server
            // without protection.
            assert_eq!((code, stdout, said), (0, "in\n", ""), "{what}");
        }
    });
}
