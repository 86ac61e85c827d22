//! What a holder gets from the process that starts it, over its standard input: the socket to
//! listen at, and later the connection to the first server.
//!
//! A message says what its descriptor is: nothing for the socket to listen at, and the server's
//! address for the connection. One without a descriptor means that the holder connects for itself.

use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::io::Interest;
use tokio::net::TcpStream;

/// Ends each message.
const END: u8 = b'\n';

/// More than the longest address.
const MOST_BYTES: usize = 128;

/// The end of the process that starts the holder.
#[derive(Debug)]
pub(super) struct HandoverSender(UnixStream);

impl HandoverSender {
    /// Both ends; the holder's is for its standard input.
    pub(super) fn new(listener: &UnixListener) -> io::Result<(Self, OwnedFd)> {
        let (near, far) = UnixStream::pair()?;
        let sender = Self(near);
        sender.send("", Some(listener.as_fd()))?;
        Ok((sender, far.into()))
    }

    /// Hands the connection to the first server over, or tells the holder to make it.
    /// No copy of it stays here.
    pub(super) fn send_connection(
        &self,
        connection: Option<(TcpStream, SocketAddr)>,
    ) -> io::Result<()> {
        match connection {
            Some((socket, address)) => self.send(&address.to_string(), Some(socket.as_fd())),
            None => self.send("", None),
        }
    }

    fn send(&self, what: &str, descriptor: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !control.push(SendAncillaryMessage::ScmRights(descriptor.as_slice())) {
            return Err(ErrorKind::InvalidInput.into());
        }
        let bytes = [IoSlice::new(what.as_bytes()), IoSlice::new(&[END])];
        // It never waits: the buffer has room for much more than two messages.
        sendmsg(&self.0, &bytes, &mut control, SendFlags::empty())?;
        Ok(())
    }
}

/// The holder's end.
#[derive(Debug)]
pub(crate) struct Handover(tokio::net::UnixStream);

impl Handover {
    /// The socket to listen at, which has been sent before this process was started.
    pub(super) fn begin(standard_input: OwnedFd) -> io::Result<(Self, UnixListener)> {
        let stream = UnixStream::from(standard_input);
        stream.set_nonblocking(true)?;
        let (_, listener) = receive(stream.as_fd())?;
        let listener = listener.ok_or(ErrorKind::InvalidData)?;
        Ok((Self(tokio::net::UnixStream::from_std(stream)?), listener.into()))
    }

    /// The connection to the first server; `None` if the holder is to make it.
    ///
    /// # Errors
    /// [`ErrorKind::UnexpectedEof`] if the process that started the holder has given up.
    pub(crate) async fn connection(self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        let receive = || receive(self.0.as_fd());
        let (what, descriptor) = self.0.async_io(Interest::READABLE, receive).await?;
        let Some(descriptor) = descriptor else { return Ok(None) };
        let address = what.parse().map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
        let socket = std::net::TcpStream::from(descriptor);
        Ok(Some((TcpStream::from_std(socket)?, address)))
    }
}

/// One message: what it says, and its descriptor.
fn receive(stream: BorrowedFd<'_>) -> io::Result<(String, Option<OwnedFd>)> {
    let mut bytes = [0; MOST_BYTES];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received =
        recvmsg(stream, &mut [IoSliceMut::new(&mut bytes)], &mut control, RecvFlags::empty())?;
    let descriptor = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut rights) => rights.next(),
        _ => None,
    });
    if let Some(descriptor) = &descriptor {
        // Not all systems can do this as part of receiving it; no process is started meanwhile.
        fcntl_setfd(descriptor, FdFlags::CLOEXEC)?;
    }
    match bytes.get(..received.bytes).and_then(<[u8]>::split_last) {
        Some((&END, what)) => Ok((String::from_utf8_lossy(what).into_owned(), descriptor)),
        Some(_) => Err(ErrorKind::InvalidData.into()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    fn begun() -> (HandoverSender, Handover, UnixListener, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let (sender, standard_input) = HandoverSender::new(&listener).unwrap();
        let (handover, listener) = Handover::begin(standard_input).unwrap();
        (sender, handover, listener, folder)
    }

    #[tokio::test]
    async fn the_listener_comes_first_and_then_the_connection() {
        let (sender, handover, listener, folder) = begun();
        let path = folder.path().join("socket");
        assert_eq!(listener.local_addr().unwrap().as_pathname(), Some(path.as_path()));
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let socket = TcpStream::connect(address).await.unwrap();
        sender.send_connection(Some((socket, address))).unwrap();
        drop(sender);
        let (socket, named) = handover.connection().await.unwrap().unwrap();
        assert_eq!(named, address);
        let (mut accepted, _) = server.accept().unwrap();
        accepted.write_all(b"through it").unwrap();
        drop(accepted);
        let mut socket = socket.into_std().unwrap();
        socket.set_nonblocking(false).unwrap();
        let mut read = String::new();
        socket.read_to_string(&mut read).unwrap();
        assert_eq!(read, "through it");
    }

    #[tokio::test]
    async fn the_holder_may_have_to_connect_or_learns_that_no_one_waits() {
        let (sender, handover, ..) = begun();
        sender.send_connection(None).unwrap();
        assert!(handover.connection().await.unwrap().is_none());
        let (sender, handover, ..) = begun();
        drop(sender);
        let cause = handover.connection().await.unwrap_err();
        assert_eq!(cause.kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let (near, far) = UnixStream::pair().unwrap();
        (&near).write_all(b"no end").unwrap();
        assert_eq!(receive(far.as_fd()).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
