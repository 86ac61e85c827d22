//! Agents that break the protocol; real agents are tested in the `tests` crate.

use std::time::Duration;

use russh::keys::ssh_key::{HashAlg, PrivateKey, private};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::message::{Entry, entries_answer, put_string};
use super::transport::Stream;
use super::*;

/// Agents that answer each request with their next frame, and hang up after the last.
fn agents(scripts: Vec<Vec<Vec<u8>>>) -> Agents {
    let agents = scripts.into_iter().map(|frames| {
        let (near, far) = duplex(1 << 20);
        tokio::spawn(serve(far, frames));
        Connection::new("test".to_owned(), Stream::new(near))
    });
    Agents { agents: agents.collect() }
}

async fn serve(mut far: DuplexStream, frames: Vec<Vec<u8>>) {
    for frame in frames {
        let Ok(length) = far.read_u32().await else { return };
        let mut request = vec![0; length as usize];
        far.read_exact(&mut request).await.unwrap();
        far.write_all(&frame).await.unwrap();
    }
}

fn framed(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    put_string(&mut frame, message);
    frame
}

fn entry(blob: &[u8], comment: &[u8]) -> Entry {
    Entry { blob: blob.to_vec(), comment: comment.to_vec() }
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from(private::Ed25519Keypair::from_seed(&[seed; 32]))
}

fn blob(seed: u8) -> Vec<u8> {
    key(seed).public_key().to_bytes().unwrap()
}

fn listing(entries: &[Entry]) -> Vec<u8> {
    framed(&entries_answer(entries))
}

#[tokio::test]
async fn one_unreadable_key_does_not_hide_the_others() {
    let mut future = Vec::new();
    put_string(&mut future, b"ssh-unheard-of");
    let mut nested = Vec::new();
    for _ in 0..5000 {
        put_string(&mut nested, b"ssh-ed25519-cert-v01@openssh.com");
    }
    let entries = [
        entry(&blob(1), b"first"),
        entry(&future, b"evil\x1b[2J"),
        entry(b"", b"empty"),
        entry(&nested, b"deep"),
        entry(&blob(2), b"caf\xE9"),
        entry(&blob(1), b"again"),
    ];
    let listing = agents(vec![vec![listing(&entries)]]).identities().await.unwrap();
    let comments: Vec<_> = listing.identities.iter().map(|it| it.comment.as_str()).collect();
    assert_eq!(comments, ["first", "caf\u{fffd}"]);
    let unreadable: Vec<_> = listing.unreadable.iter().map(ToString::to_string).collect();
    assert_eq!(
        unreadable,
        [
            r"cannot use the agent's key `evil\u{1b}[2J` (ssh-unheard-of)",
            "cannot use the agent's key `empty` (no algorithm)",
            "cannot use the agent's key `deep` (ssh-ed25519-cert-v01@openssh.com)",
        ]
    );
}

#[tokio::test]
async fn keys_on_fido_tokens_are_read() {
    let mut ed25519 = Vec::new();
    put_string(&mut ed25519, b"sk-ssh-ed25519@openssh.com");
    put_string(&mut ed25519, &[7; 32]);
    put_string(&mut ed25519, b"ssh:");
    let listing = agents(vec![vec![listing(&[entry(&ed25519, b"token")])]]).identities().await;
    let identities = listing.unwrap().identities;
    assert_eq!(identities[0].public_key().algorithm().as_str(), "sk-ssh-ed25519@openssh.com");
}

#[tokio::test]
async fn several_agents_are_one_and_a_broken_one_does_not_hide_the_others() {
    let first = vec![listing(&[entry(&blob(1), b"one")])];
    let broken = vec![framed(b"?")];
    let mut signature = vec![14];
    let mut inner = Vec::new();
    put_string(&mut inner, b"ssh-ed25519");
    put_string(&mut inner, &[7; 64]);
    put_string(&mut signature, &inner);
    let second =
        vec![listing(&[entry(&blob(1), b"the same"), entry(&blob(2), b"two")]), framed(&signature)];
    let mut agents = agents(vec![first, broken, second]);
    let listing = agents.identities().await.unwrap();
    let comments: Vec<_> = listing.identities.iter().map(|it| it.comment.as_str()).collect();
    assert_eq!(comments, ["one", "two"]);
    let signed = agents.sign(&listing.identities[1], None, b"data").await.unwrap();
    assert_eq!(signed, inner);
}

#[tokio::test]
async fn hostile_answers_are_named() {
    let mut oversize = vec![0xFF; 4];
    oversize.extend([12; 64]);
    let mut too_many = vec![12];
    too_many.extend(1_000_000_u32.to_be_bytes());
    let cases: [(Vec<u8>, &str); 7] = [
        (oversize, "the agent at `test` answered with more than 256 KiB"),
        (vec![0; 4], "the agent at `test` answered with an empty message"),
        (framed(&too_many), "the agent at `test` answered with a malformed list of keys"),
        (
            framed(&[12, 0, 0, 0, 1, 0, 0, 0, 9]),
            "the agent at `test` answered with a malformed list of keys",
        ),
        (framed(b"garbage"), "the agent at `test` answered with a malformed list of keys"),
        (framed(&[5]), "the agent at `test` refused to list its keys"),
        (vec![0, 0, 0, 9, 12], "the agent at `test` hung up"),
    ];
    for (frame, expected) in cases {
        let error = agents(vec![vec![frame]]).identities().await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_silent_agent_is_given_up_and_not_asked_again() {
    let (near, _far) = duplex(1024);
    let mut silent = Connection::new("test".to_owned(), Stream::new(near));
    let error = silent.ask(&[11], Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(error, AgentError::Silent { .. }), "{error}");
    // Its late answer would be taken for the answer to the next request.
    let error = silent.ask(&[11], Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(error, AgentError::HungUp { .. }), "{error}");
}

#[tokio::test]
async fn an_rsa_signature_with_sha_1_is_refused() {
    let mut rsa = Vec::new();
    put_string(&mut rsa, b"ssh-rsa");
    let mut inner = Vec::new();
    put_string(&mut inner, b"ssh-rsa");
    put_string(&mut inner, &[1; 256]);
    let mut answer = vec![14];
    put_string(&mut answer, &inner);
    let mut agents = agents(vec![vec![framed(&answer)]]);
    let agent = &mut agents.agents[0];
    let error = agent.sign(&rsa, Some(HashAlg::Sha512), b"data").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the agent at `test` signed with ssh-rsa instead of rsa-sha2-512"
    );
}
