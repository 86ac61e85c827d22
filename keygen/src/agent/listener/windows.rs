//! Named pipes that only their user may open: our own, and that of Windows' OpenSSH where it is free.

mod pipe;

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::thread;
use std::time::Duration;

use self::pipe::Pipe;
use super::super::ask::Connection;
use super::super::server::Server;
use super::super::transport::OPENSSH;

/// So many instances of a pipe wait at least: a client that finds none waits a second or gives up.
const IDLE: usize = 4;

/// After an instance could not be made: until others are closed.
const PAUSE: Duration = Duration::from_millis(50);

/// Pipes that are ours as long as this lives.
#[derive(Debug)]
pub(in super::super) struct Listener {
    pipes: Vec<(Pipe, File)>,
}

impl Listener {
    /// Listens there, and for `is_usual` also where other programs look. A name that another program has is an error for
    /// the first, and left to it for the others.
    pub(in super::super) fn bind(path: &Path, is_usual: bool) -> io::Result<Self> {
        let mut pipes = vec![Pipe::first(&path.to_string_lossy())?];
        if is_usual {
            pipes.extend(Pipe::first(OPENSSH).ok());
        }
        Ok(Self { pipes })
    }

    /// The names of the pipes.
    pub(in super::super) fn places(&self) -> Vec<String> {
        self.pipes.iter().map(|(pipe, _)| pipe.name().to_owned()).collect()
    }
}

/// Serves until a request or the end of the watched process ends it.
pub(in super::super) fn run(
    listener: Listener,
    server: &Arc<Server>,
    end: (&Sender<()>, &Receiver<()>),
) -> io::Result<()> {
    server.sweep_for_ever()?;
    for (pipe, first) in listener.pipes {
        let mut first = Some(first);
        for _ in 0..IDLE {
            let instance = first.take().map_or_else(|| pipe.next(), Ok)?;
            let (pipe, server) = (pipe.clone(), Arc::clone(server));
            thread::spawn(move || accept_for_ever(&pipe, instance, &server));
        }
    }
    // The sender lives as long as this function.
    let _ = end.1.recv();
    Ok(())
}

fn accept_for_ever(pipe: &Pipe, first: File, server: &Arc<Server>) {
    let mut waiting = first;
    loop {
        let connected = pipe::wait_for_client(&waiting).is_ok();
        // The next instance is there before this one is given away.
        let next = loop {
            match pipe.next() {
                Ok(next) => break next,
                Err(_) => thread::sleep(PAUSE),
            }
        };
        let client = std::mem::replace(&mut waiting, next);
        if connected {
            // Without a thread for it the client is hung up on, and may try again.
            let _ = server.serve(client, None);
        }
    }
}

impl Connection for File {
    fn has_hung_up(&self) -> bool {
        pipe::has_hung_up(self)
    }
}
