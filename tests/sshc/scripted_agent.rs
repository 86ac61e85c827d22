//! An agent scripted by the tests: keys on tokens that need no touch, and agents that fail.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use harness::home::Home;
use russh::keys::signature::Signer as _;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::ssh_key::{PrivateKey, PublicKey};
use sha2::{Digest as _, Sha256};

const FAILURE: u8 = 5;
const IDENTITIES_ANSWER: u8 = 12;
const REQUEST_IDENTITIES: u8 = 11;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// The application string of SSH keys on FIDO tokens.
const APPLICATION: &[u8] = b"ssh:";

/// Returns a signature over these bytes, or `None`.
type Sign = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync>;

/// A key in an agent, and what the agent does when asked to sign.
pub(super) struct Held {
    pub(super) blob: Vec<u8>,
    pub(super) comment: &'static str,
    pub(super) sign: Sign,
}

impl Held {
    /// A key for which the agent cannot sign.
    pub(super) fn useless(blob: Vec<u8>, comment: &'static str) -> Self {
        Self { blob, comment, sign: Box::new(|_| None) }
    }

    /// A key of an unknown type, or bytes that are not a key.
    pub(super) fn strange(blob: &[&[u8]], comment: &'static str) -> Self {
        Self::useless(blob.iter().flat_map(|part| string(part)).collect(), comment)
    }

    /// An Ed25519 key on a FIDO token (OpenSSH's PROTOCOL.u2f), as if its owner had touched it.
    pub(super) fn on_token(seed: u8) -> Self {
        const KIND: &[u8] = b"sk-ssh-ed25519@openssh.com";
        const TOUCHED: u8 = 1;
        let pair = Ed25519Keypair::from_seed(&[seed; 32]);
        let blob = [string(KIND), string(pair.public.as_ref()), string(APPLICATION)].concat();
        let key = PrivateKey::from(pair);
        let sign = move |data: &[u8]| {
            let state = [&[TOUCHED][..], &7_u32.to_be_bytes()].concat();
            let signed =
                [&Sha256::digest(APPLICATION)[..], &state, &Sha256::digest(data)[..]].concat();
            let signature = key.try_sign(&signed).ok()?;
            Some([string(KIND), string(signature.as_bytes()), state].concat())
        };
        Self { blob, comment: "token", sign: Box::new(sign) }
    }

    /// Its line of `authorized_keys`.
    pub(super) fn line(&self) -> String {
        let key = PublicKey::from_bytes(&self.blob).expect("it is a key");
        key.to_openssh().expect("it can be written")
    }
}

/// Starts an agent with these keys; returns its socket, which is served until the process ends.
pub(super) fn agent(home: &Home, held: Vec<Held>) -> PathBuf {
    let held = Arc::new(held);
    serve(home, move |mut client| {
        while let Ok(request) = receive(&mut client) {
            if send(&mut client, &answer(&held, &request)).is_err() {
                break;
            }
        }
    })
}

/// An agent that reads requests and never answers.
pub(super) fn silent(home: &Home) -> PathBuf {
    serve(home, |mut client| while receive(&mut client).is_ok() {})
}

fn serve(home: &Home, treat: impl Fn(UnixStream) + Send + Sync + 'static) -> PathBuf {
    let socket = home.path(".run").join("token");
    let listener = UnixListener::bind(&socket).expect("the name is free");
    let treat = Arc::new(treat);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let treat = Arc::clone(&treat);
            thread::spawn(move || treat(client));
        }
    });
    socket
}

fn answer(held: &[Held], request: &[u8]) -> Vec<u8> {
    match request.split_first() {
        Some((&REQUEST_IDENTITIES, _)) => {
            let count = u32::try_from(held.len()).expect("they are few");
            let mut answer = [&[IDENTITIES_ANSWER][..], &count.to_be_bytes()].concat();
            for key in held {
                answer.extend([string(&key.blob), string(key.comment.as_bytes())].concat());
            }
            answer
        }
        Some((&SIGN_REQUEST, rest)) => {
            let (blob, rest) = take_string(rest);
            let (data, _) = take_string(rest);
            let key = held.iter().find(|key| key.blob == blob);
            match key.and_then(|key| (key.sign)(data)) {
                Some(signature) => [vec![SIGN_RESPONSE], string(&signature)].concat(),
                None => vec![FAILURE],
            }
        }
        _ => vec![FAILURE],
    }
}

fn receive(client: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let mut request = vec![0; u32::from_be_bytes(length) as usize];
    client.read_exact(&mut request)?;
    Ok(request)
}

fn send(client: &mut UnixStream, answer: &[u8]) -> io::Result<()> {
    client.write_all(&string(answer))
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("it is short");
    [&length.to_be_bytes(), bytes].concat()
}

fn take_string(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = bytes.split_first_chunk().expect("a length");
    rest.split_at(u32::from_be_bytes(*length) as usize)
}
