//! Linux.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::io::Interest;

use super::super::Stream;
use crate::stdio::{Passed, Received};

/// Descriptors in one message; the system drops more than that.
const MOST: usize = 2;

/// Sends bytes and descriptors at once, without waiting.
pub(crate) fn send_with(stream: &Stream, bytes: &[u8], passed: &[Passed<'_>]) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(passed)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    Ok(sendmsg(stream, &[IoSlice::new(bytes)], &mut control, flags)?)
}

/// Reads what has arrived; its descriptors are appended to `received`.
pub(crate) fn try_receive(
    stream: &Stream,
    into: &mut [u8],
    received: &mut Vec<Received>,
) -> io::Result<usize> {
    stream.try_io(Interest::READABLE, || {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::CMSG_CLOEXEC;
        let message = recvmsg(stream, &mut [IoSliceMut::new(into)], &mut control, flags)?;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(rights) = message {
                received.extend(rights);
            }
        }
        Ok(message.bytes)
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::fd::AsFd as _;

    use super::*;

    #[tokio::test]
    async fn descriptors_come_with_the_bytes_that_they_were_sent_with() {
        let (near, far) = Stream::pair().unwrap();
        let (mut reader, writer) = io::pipe().unwrap();
        assert_eq!(near.try_write(b"before").unwrap(), 6);
        assert_eq!(send_with(&near, b"with", &[writer.as_fd(), reader.as_fd()]).unwrap(), 4);
        drop(writer);
        let (mut bytes, mut received) = (Vec::new(), Vec::new());
        while bytes.len() < 10 {
            far.readable().await.unwrap();
            let mut block = [0; 64];
            let count = try_receive(&far, &mut block, &mut received).unwrap();
            bytes.extend_from_slice(&block[..count]);
        }
        assert_eq!((bytes.as_slice(), received.len()), (&b"beforewith"[..], 2));
        let mut writer = std::fs::File::from(received.remove(0));
        writer.write_all(b"through it").unwrap();
        drop((writer, received));
        let mut read = String::new();
        reader.read_to_string(&mut read).unwrap();
        assert_eq!(read, "through it");
    }
}
