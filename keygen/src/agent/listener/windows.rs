//! The addresses at which Windows programs look for an agent: named pipes that only their user may
//! open (our own, that of Windows' OpenSSH, Pageant's), Pageant's window, and the file that
//! Cygwin's programs take for a socket.

mod pipe;
mod socket_file;
mod ssh_config;
mod window;

use std::fs::File;
use std::io;
use std::os::windows::io::AsHandle as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::thread;
use std::time::Duration;

use contract::shown;

use self::pipe::Pipe;
use self::socket_file::SocketFile;
use self::window::Window;
use super::super::ask::Connection;
use super::super::control::Places;
use super::super::server::Server;
use super::super::transport::{
    OPENSSH, PAGEANT, PAGEANTS_WINDOW, client_of, holder, pageant_mutex, pageant_pipe, socket_file,
    taken, window_holder,
};
use crate::permissions::user;
use crate::windows::{HeldMutex, NamedMutex};

/// How many instances of a pipe wait at least. A client that finds none waits a second or gives up.
const IDLE: usize = 4;

/// How long to wait for a mutex, in milliseconds. After that we assume that it will not be
/// released, and go on without it.
const MUTEX_WAIT: u32 = 5000;

/// The pause after an instance could not be made, until others are closed.
const PAUSE: Duration = Duration::from_millis(50);

/// The window of an agent that is not Pageant's, which receives the session's notifications.
const OWN_WINDOW: &str = "keyagent";

/// Addresses that are ours while this exists.
#[derive(Debug, Default)]
pub(in super::super) struct Listener {
    pipes: Vec<(Pipe, File)>,
    window: Option<Window>,
    socket_file: Option<SocketFile>,
    places: Places,
}

impl Listener {
    /// Listens there and, for `is_usual`, also where other programs look. If another program has a
    /// name, that is an error for the first address; the others are left to it.
    pub(in super::super) fn bind(path: &Path, is_usual: bool) -> io::Result<Self> {
        let _lock = lock(&format!(r"Global\keyagent.{}", user()?));
        let mut listener = Self::default();
        let own = path.to_string_lossy();
        listener.add_pipe(&own).map_err(|error| in_use(error, &own))?;
        if is_usual {
            listener.add_pipe_unless_taken(OPENSSH);
            listener.add_pageant();
            listener.add_socket_file();
            listener.write_ssh_config(&own);
        }
        if listener.window.is_none() {
            // Without a desktop no session can be locked.
            listener.window = Window::open(OWN_WINDOW).ok();
        }
        Ok(listener)
    }

    fn add_pipe(&mut self, name: &str) -> io::Result<()> {
        self.pipes.push(Pipe::first(name)?);
        self.places.served.push(name.to_owned());
        Ok(())
    }

    fn add_pipe_unless_taken(&mut self, name: &str) {
        if self.add_pipe(name).is_err() {
            self.places.taken.push(holder(name));
        }
    }

    /// Adds Pageant's pipe and window, if they are free by the rule of PuTTY's programs.
    fn add_pageant(&mut self) {
        let _lock = pageant_mutex().and_then(|name| lock(&name));
        if let Some(pipe) = pageant_pipe() {
            self.add_pipe_unless_taken(&pipe);
        }
        if let Some(process) = window_holder() {
            self.places.taken.push(taken(PAGEANTS_WINDOW, Some(process)));
        } else if let Ok(window) = Window::open(PAGEANT) {
            self.window = Some(window);
            self.places.served.push(PAGEANTS_WINDOW.to_owned());
        }
    }

    fn add_socket_file(&mut self) {
        if let Some(Ok(file)) = socket_file().map(SocketFile::create) {
            self.places.served.push(file.path().to_string_lossy().into_owned());
            self.socket_file = Some(file);
        }
    }

    fn write_ssh_config(&mut self, pipe: &str) {
        let written = ssh_config::path().filter(|path| ssh_config::write(path, pipe).is_ok());
        self.places.openssh_config = written.map(|path| path.to_string_lossy().into_owned());
    }

    /// The addresses that we serve, and those that others have.
    pub(in super::super) fn places(&self) -> Places {
        self.places.clone()
    }
}

fn in_use(error: io::Error, pipe: &str) -> io::Error {
    if error.kind() != io::ErrorKind::AddrInUse {
        return error;
    }
    let by = match holder(pipe) {
        taken if taken.program.is_none() => String::new(),
        taken => format!(": {}", shown(taken.holder())),
    };
    io::Error::new(error.kind(), format!("an agent already listens there{by}"))
}

/// Serves until a request or the end of the watched process.
pub(in super::super) fn run(
    listener: Listener,
    server: &Arc<Server>,
    end: (&Sender<()>, &Receiver<()>),
) -> io::Result<()> {
    server.sweep_loop()?;
    for (pipe, first) in listener.pipes {
        let mut first = Some(first);
        for _ in 0..IDLE {
            let instance = first.take().map_or_else(|| pipe.next(), Ok)?;
            let (pipe, server) = (pipe.clone(), Arc::clone(server));
            thread::spawn(move || accept_loop(&pipe, instance, &server));
        }
    }
    if let Some(window) = &listener.window {
        window.serve(server);
    }
    if let Some(file) = &listener.socket_file {
        file.serve(server)?;
    }
    // The sender lives as long as this function.
    let _ = end.1.recv();
    if let Some(file) = &listener.socket_file {
        file.remove();
    }
    Ok(())
}

fn accept_loop(pipe: &Pipe, first: File, server: &Arc<Server>) {
    let mut waiting = first;
    loop {
        let connected = pipe::wait_for_client(&waiting).is_ok();
        // The next instance exists before this one is handed over.
        let next = loop {
            match pipe.next() {
                Ok(next) => break next,
                Err(_) => thread::sleep(PAUSE),
            }
        };
        let client = std::mem::replace(&mut waiting, next);
        if connected {
            let process =
                client_of(client.as_handle()).and_then(|process| i32::try_from(process).ok());
            // If no thread can be started, the client is disconnected and may try again.
            let _ = server.serve(client, process);
        }
    }
}

impl Connection for File {
    fn has_hung_up(&self) -> bool {
        pipe::has_hung_up(self)
    }
}

/// Waits until no other process decides who gets an address; returns `None` if another user has the
/// mutex, or if it never becomes free.
fn lock(name: &str) -> Option<HeldMutex> {
    let (mutex, _) = NamedMutex::open(name).ok()?;
    mutex.hold(MUTEX_WAIT).ok()
}
