//! Our agent: its answers, and the connections on which it gives them.
//!
//! Each connection has a thread. Nothing is asked or signed while the store is locked, so that a
//! client that sends nothing, half a message or too much does not hold up any other.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

use super::ask::{self, Caller, Connection};
use super::clock;
use super::control::{self, Control, Detail, Expired, Places, Status};
use super::heap;
use super::message::{self, MESSAGE_LIMIT, REQUEST_IDENTITIES};
use super::request::{Addition, Request};
use super::session_bind::Session;
use super::signer::Signer;
use super::store::{Defaults, Material, Store, StoredKey};
use super::upstream::Upstream;
use crate::defaults::PASSPHRASE_TRIES;
use crate::key_file::PrivateKeyFile;
use crate::public_key::PublicKeyLine;

/// How often expired keys are removed.
const SWEEP: Duration = Duration::from_secs(1);

/// Far more than a signature with RSA of 16384 bits needs. Only the used part takes up memory, but
/// glibc keeps the stacks of ended threads up to 40 MiB in all: of this size, five.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The agent.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) store: Store,
    pub(super) upstream: Upstream,
    /// Its addresses, for `status`.
    pub(super) places: Places,
    /// How many are connected.
    pub(super) clients: AtomicUsize,
    /// The most since memory was last given back.
    most_clients: AtomicUsize,
    is_stopping: AtomicBool,
    end: Mutex<Sender<()>>,
}

impl Server {
    /// An agent without keys; `end` receives the request to stop.
    pub(super) fn new(
        defaults: Defaults,
        upstream: Upstream,
        places: Places,
        end: Sender<()>,
    ) -> Arc<Self> {
        let store = Store::new(defaults);
        let [clients, most_clients] = [0; 2].map(AtomicUsize::new);
        let (is_stopping, end) = (AtomicBool::new(false), Mutex::new(end));
        Arc::new(Self { store, upstream, places, clients, most_clients, is_stopping, end })
    }

    /// Ends the agent once the answer to this request has been written.
    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    /// Removes expired keys for as long as the process lives.
    pub(super) fn sweep_loop(self: &Arc<Self>) -> io::Result<()> {
        let server = Arc::clone(self);
        let sweep = move || {
            loop {
                thread::sleep(SWEEP);
                server.store.sweep();
            }
        };
        thread::Builder::new().name("sweep".into()).stack_size(STACK_BYTES).spawn(sweep).map(drop)
    }

    /// Serves a connection on a thread of its own.
    pub(super) fn serve<C: Connection + Read + Write + 'static>(
        self: &Arc<Self>,
        stream: C,
        process: Option<i32>,
    ) -> io::Result<()> {
        let client = ConnectedClient::new(self);
        let serve = move || {
            let mut stream = stream;
            // However it ends, there is no one to report it to.
            let _ = client.0.converse(&mut stream, process);
        };
        thread::Builder::new().name("client".into()).stack_size(STACK_BYTES).spawn(serve).map(drop)
    }

    fn converse(
        &self,
        stream: &mut (impl Connection + Read + Write),
        process: Option<i32>,
    ) -> io::Result<()> {
        let mut session = Session::default();
        loop {
            let mut length = [0; 4];
            stream.read_exact(&mut length)?;
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            if length == 0 || length > MESSAGE_LIMIT {
                return Err(ErrorKind::InvalidData.into());
            }
            // One allocation of the final size, because growing would leave copies of a key.
            let mut message = Zeroizing::new(Vec::with_capacity(length));
            Read::by_ref(stream).take(length as u64).read_to_end(&mut message)?;
            if message.len() < length {
                return Ok(());
            }
            let caller = Caller { process, connection: stream };
            let answer = self.answer(&mut session, &caller, &message);
            let mut frame = Vec::with_capacity(answer.len() + 4);
            message::put_string(&mut frame, &answer);
            stream.write_all(&frame)?;
            self.end_if_stopping();
        }
    }

    /// Ends the agent if it was asked to; called after the answer to that request.
    pub(super) fn end_if_stopping(&self) {
        if self.is_stopping.load(Ordering::Acquire) {
            // The receiver lives as long as the process.
            let _ = self.end.lock().unwrap_or_else(PoisonError::into_inner).send(());
        }
    }

    /// The answer to one message. Overwrites what computing it left on the stack.
    pub(super) fn answer(
        &self,
        session: &mut Session,
        caller: &Caller<'_>,
        message: &[u8],
    ) -> Vec<u8> {
        let answer = self.make_answer(session, caller, message);
        if message.first() != Some(&REQUEST_IDENTITIES) {
            wipe_stack();
        }
        answer
    }

    #[inline(never)]
    fn make_answer(&self, session: &mut Session, caller: &Caller<'_>, message: &[u8]) -> Vec<u8> {
        let request = Request::read(message);
        if let Request::Extension { name: message::SESSION_BIND, contents } = request {
            // Even while the agent is locked.
            let is_bound = session.bind(contents);
            return vec![if is_bound { message::SUCCESS } else { message::EXTENSION_FAILURE }];
        }
        match request {
            Request::List => self.list(session),
            Request::Sign { key, data, flags } => self
                .sign(session, caller, key, data, flags)
                .or_else(|| self.unlocked_upstream()?.sign(key, message))
                .unwrap_or_else(failure),
            Request::Add(addition) => status(self.add(*addition)),
            Request::Remove(blob) => {
                let removes = |it: &Upstream| it.removes(blob, message);
                status(self.store.remove(blob) || self.unlocked_upstream().is_some_and(removes))
            }
            Request::RemoveAll => {
                let is_removed = self.store.remove_all();
                if let Some(upstream) = self.unlocked_upstream() {
                    upstream.remove_hardware();
                }
                status(is_removed)
            }
            Request::RemoveAllOfVersion1 => status(true),
            Request::Lock(passphrase) => status(self.store.lock(passphrase)),
            Request::Unlock(passphrase) => status(self.unlock(passphrase)),
            Request::Hardware => {
                status(self.unlocked_upstream().is_some_and(|it| it.passes(message)))
            }
            Request::Extension { name, contents } => self.extension(session, name, contents),
            Request::Refused => failure(),
        }
    }

    fn list(&self, session: &Session) -> Vec<u8> {
        let mut entries = self.store.list(session);
        if let Some(upstream) = self.unlocked_upstream() {
            entries.extend(upstream.hardware());
        }
        message::entries_answer(&entries)
    }

    /// The agent for keys on tokens, unless our lock is for its keys too.
    fn unlocked_upstream(&self) -> Option<&Upstream> {
        (!self.store.is_locked()).then_some(&self.upstream)
    }

    fn add(&self, addition: Addition) -> bool {
        let Addition { blob, signer, comment, terms } = addition;
        self.store.add(blob, comment, terms, Material::Signer(signer))
    }

    fn unlock(&self, passphrase: &[u8]) -> bool {
        match self.store.unlock(passphrase) {
            Ok(()) => true,
            Err(wait) => {
                // Only this client waits, but the count of failures is the agent's.
                thread::sleep(wait);
                false
            }
        }
    }

    fn sign(
        &self,
        session: &Session,
        caller: &Caller<'_>,
        key: &[u8],
        data: &[u8],
        flags: u32,
    ) -> Option<Vec<u8>> {
        let held = self.store.find(key)?;
        if !session.may_sign(&held.terms.restrictions, key, data) {
            return None;
        }
        let signer = match held.signer() {
            Some(signer) => signer,
            None => unlock_file(&held, caller)?,
        };
        let is_confirmed = !held.terms.confirm || ask::confirm(&held, caller);
        // The key may have been removed while a person was asked.
        if !is_confirmed || !self.store.still_holds(&held) {
            return None;
        }
        let signature = signer.sign(data, flags)?;
        let mut answer = vec![message::SIGN_RESPONSE];
        message::put_string(&mut answer, &signature);
        Some(answer)
    }

    fn extension(&self, session: &Session, name: &[u8], contents: &[u8]) -> Vec<u8> {
        if name == message::QUERY {
            return if self.store.is_locked() { failure() } else { control::query_answer() };
        }
        // A machine to which the agent is forwarded must not control it.
        match Control::read(name, contents).filter(|_| !session.is_remote()) {
            Some(control) => self.carry_out(control),
            None => failure(),
        }
    }
}

impl Server {
    fn carry_out(&self, control: Control) -> Vec<u8> {
        match control {
            Control::Status => control::status_answer(&self.status()),
            Control::Stop => {
                self.stop();
                status(true)
            }
            Control::AddLocked { blob, comment, file, terms } => {
                status(self.store.add(blob, comment, terms, Material::LockedFile(file)))
            }
        }
    }

    fn status(&self) -> Status {
        let now = clock::now();
        let keys = self.store.all();
        let details = keys.iter().filter_map(|key| {
            let line = PublicKeyLine::from_blob(&key.blob, "").ok()?;
            Some(Detail {
                fingerprint_sha256: line.fingerprint_sha256(),
                certificate: line.certificate().is_some(),
                lifetime: key.expires.map(|expires| expires.saturating_sub(now).as_secs()),
                confirm: key.terms.confirm,
                wants_passphrase: key.wants_passphrase(),
                only: key.terms.restrictions.iter().map(|it| it.to.to_string()).collect(),
                expired: expired(key, &line),
            })
        });
        Status {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            places: self.places.served.clone(),
            taken: self.places.taken.clone(),
            openssh_config: self.places.openssh_config.clone(),
            upstream: self.upstream.0.clone(),
            locked: self.store.is_locked(),
            keys: details.collect(),
        }
    }
}

/// What to say about a certificate that is not offered any more.
fn expired(key: &StoredKey, line: &PublicKeyLine) -> Option<Expired> {
    let certificate = line.certificate().filter(|_| !key.is_valid_now())?;
    Some(Expired {
        algorithm: line.algorithm().to_owned(),
        bits: line.bits(),
        comment: crate::text::comment(&key.comment).into_owned(),
        valid_before: certificate.valid_before(),
    })
}

/// Counts a client while its thread runs.
struct ConnectedClient(Arc<Server>);

impl ConnectedClient {
    fn new(server: &Arc<Server>) -> Self {
        let clients = server.clients.fetch_add(1, Ordering::AcqRel) + 1;
        server.most_clients.fetch_max(clients, Ordering::AcqRel);
        Self(Arc::clone(server))
    }
}

impl Drop for ConnectedClient {
    fn drop(&mut self) {
        let left = self.0.clients.fetch_sub(1, Ordering::AcqRel).saturating_sub(1);
        // A few times after a crowd, and whenever the last one leaves.
        if left <= self.0.most_clients.load(Ordering::Acquire) / 2 {
            self.0.most_clients.store(left, Ordering::Release);
            heap::give_back();
        }
    }
}

/// Overwrites what the functions of a request left on the stack: moved numbers leave copies.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "it is the stack that is to be overwritten")]
fn wipe_stack() {
    let mut left_behind = [0_u8; 64 * 1024];
    std::hint::black_box(&mut left_behind).zeroize();
}

/// Asks a few times for the passphrase of a key that was added locked.
fn unlock_file(held: &StoredKey, caller: &Caller<'_>) -> Option<Arc<Signer>> {
    let file = PrivateKeyFile::parse(held.locked_file()?.bytes()).ok()?;
    for _ in 0..PASSPHRASE_TRIES {
        let passphrase = ask::passphrase(held, caller)?;
        match file.unlock(Some(&passphrase)) {
            Ok(key) => return Signer::new(key.key_data()).ok().map(|it| held.unlocked(it)),
            Err(error) if error.is_wrong_passphrase() => {}
            Err(_) => return None,
        }
    }
    None
}

fn status(success: bool) -> Vec<u8> {
    vec![if success { message::SUCCESS } else { message::FAILURE }]
}

fn failure() -> Vec<u8> {
    vec![message::FAILURE]
}
