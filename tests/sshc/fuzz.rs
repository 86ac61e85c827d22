//! Damaged messages from agents and from their clients, screens and keystrokes: never a panic, a
//! hang, or a wrong reading.

use harness::fuzz;
use harness::home::Home;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::ssh_key::{Certificate, PrivateKey};
use sshc::agent::{Agents, Choice, RelayPolicy, relay};
use sshc::known_hosts::RevocationList;
use sshc::session::escape::{Escapes, LocalInput, Typed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::net::UnixListener;
use tokio::runtime::{Builder, Runtime};

use super::revoked::revocation_list;
use super::{key_pair, public_line};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("it is short");
    [&length.to_be_bytes(), bytes].concat()
}

#[test]
fn fuzz_sshc_revocation_lists() {
    let home = Home::new();
    let (authority, key) = (key_pair(&home, "ed25519"), key_pair(&home, "ecdsa"));
    let sign = home.peer("ssh-keygen").args(["-q", "-h", "-I", "host", "-z", "12", "-s"]);
    let signed = sign.arg(&authority).arg(key.with_extension("pub")).run();
    assert_eq!(signed.code(), 0, "{}", signed.stderr());
    let certificate = Certificate::from_openssh(&home.read_text("id_ecdsa-cert.pub"));
    let certificate = certificate.expect("ssh-keygen wrote it");
    let line = public_line(&key);
    let specification = format!(
        "serial: 2\nserial: 4\nserial: 7\nserial: 13\nserial: 15\nserial: 100-200\nid: other\n\
         key: {line}\nsha1: {line}\nsha256: {line}\n"
    );
    let list = revocation_list(&home, &["-s", "id_ed25519.pub"], &specification);
    let list = std::fs::read(list).expect("ssh-keygen wrote it");
    assert!(RevocationList::parse(&list).expect("it is one").revokes_certificate(&certificate));
    fuzz::damaged(&[&list], |bytes| match RevocationList::parse(bytes) {
        Ok(list) => {
            let _ = list.revokes_certificate(&certificate);
        }
        Err(fault) => assert!(!fault.to_string().contains(char::is_control)),
    });
}

#[test]
fn fuzz_sshc_agent_answers() {
    let home = Home::new();
    let socket = home.path(".run").join("hostile");
    let choice = Choice::Path(socket.display().to_string());
    let key = PrivateKey::from(Ed25519Keypair::from_seed(&[1; 32]));
    let blob = key.public_key().to_bytes().expect("a key has a blob");
    let listed =
        [&[12, 0, 0, 0, 2][..], &string(&blob), &string(b"one"), &string(b"?"), &string(b"two")];
    let (listing, refusal) = (string(&listed.concat()), string(&[5]));
    let runtime = runtime();
    let listener = {
        let _inside = runtime.enter();
        UnixListener::bind(&socket).expect("the name is free")
    };
    fuzz::damaged(&[&listing, &refusal], |bytes| {
        runtime.block_on(async {
            let answer = async {
                let (mut client, _) = listener.accept().await.expect("a client connects");
                let mut request = [0; 5];
                client.read_exact(&mut request).await.expect("it asks");
                // It may have left before the end.
                let _ = client.write_all(bytes).await;
            };
            let ask = async {
                let mut agents = Agents::connect(&choice).await.expect("it listens");
                agents.identities().await
            };
            let ((), listed) = tokio::join!(answer, ask);
            for unreadable in listed.map(|listing| listing.unreadable).unwrap_or_default() {
                assert!(!unreadable.to_string().contains(char::is_control));
            }
        });
    });
}

#[test]
fn fuzz_sshc_agent_requests() {
    let sign = string(&[&[13][..], &string(b"blob"), &string(b"data"), &[0; 4]].concat());
    let bind = string(&[&[27][..], &string(b"session-bind@openssh.com"), &string(b"")].concat());
    let seeds = [string(&[11]), sign, bind, string(&[19])];
    let runtime = runtime();
    fuzz::damaged(&seeds.each_ref().map(Vec::as_slice), |bytes| {
        runtime.block_on(async {
            let (mut client, channel) = duplex(1 << 20);
            client.write_all(bytes).await.expect("there is room");
            client.shutdown().await.expect("it can be closed");
            let _ = relay(channel, &Choice::None, None, RelayPolicy::ListAndSign).await;
            let mut answers = Vec::new();
            client.read_to_end(&mut answers).await.expect("it was closed");
            // Without an agent there are two answers: an empty list and a failure.
            let mut rest = answers.as_slice();
            while !rest.is_empty() {
                let known = [string(&[12, 0, 0, 0, 0]), string(&[5])];
                rest = known
                    .iter()
                    .find_map(|answer| rest.strip_prefix(answer.as_slice()))
                    .expect("an answer");
            }
        });
    });
}

#[test]
fn fuzz_sshc_escapes() {
    let seeds: [&[u8]; 3] = [b"ls\r~.~~\r~#x", b"~C-L 1:h:2\r~\x1a~?", b"~~~~\n~x~"];
    fuzz::damaged(&seeds, |bytes| {
        let mut escapes = Escapes::new(Some(b'~'));
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let mut asked = 0;
        let (mut sent, mut shown) = (Vec::new(), Vec::new());
        for typed in escapes.divide(first).into_iter().chain(escapes.divide(second)) {
            match typed {
                Typed::Bytes(bytes) => sent.extend_from_slice(&bytes),
                Typed::LocalInput(LocalInput::Escape(_)) => asked += 1,
                Typed::LocalInput(LocalInput::Echo(text)) => {
                    shown.extend_from_slice(text.as_bytes());
                }
                Typed::LocalInput(LocalInput::Line(_)) => {}
            }
        }
        // Every byte is passed on or shown in the command line, except escapes, halves of doubled
        // characters, and bytes still held back.
        assert!(sent.len() + 2 * asked <= bytes.len());
        let kept = |bytes: &[u8]| {
            bytes.iter().filter(|byte| byte.is_ascii_lowercase() && **byte != b'v').count()
        };
        assert_eq!(kept(&sent) + kept(&shown), kept(bytes));
    });
}
