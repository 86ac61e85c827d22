//! Tests with real pipes, sockets, files and pseudo-terminals.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use super::*;

fn is_non_blocking(fd: impl AsFd) -> bool {
    fcntl_getfl(fd).unwrap().contains(OFlags::NONBLOCK)
}

#[tokio::test]
async fn a_pipe_is_read_as_bytes_come_and_to_its_end() {
    let (reader, mut writer) = io::pipe().unwrap();
    let mut input = Input::open(reader.as_fd()).unwrap();
    for part in [&b"first"[..], b"second\0\xFF"] {
        writer.write_all(part).unwrap();
        assert_eq!(input.read().await.unwrap(), part);
    }
    drop(writer);
    assert!(input.read().await.unwrap().is_empty());
    assert!(matches!(input, Input::Polled { .. }));
}

#[tokio::test]
async fn the_shared_descriptions_stay_blocking() {
    let (reader, writer) = io::pipe().unwrap();
    let _input = Input::open(reader.as_fd()).unwrap();
    let output = Output::open(writer.as_fd()).unwrap();
    output.try_write_now(b"x").unwrap();
    assert!(!is_non_blocking(&reader) && !is_non_blocking(&writer));
}

#[tokio::test]
async fn a_full_pipe_takes_what_fits_and_the_rest_when_it_has_room() {
    let (mut reader, writer) = io::pipe().unwrap();
    let output = Output::open(writer.as_fd()).unwrap();
    let sent: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let first = output.try_write_now(&sent).unwrap();
    assert!(first > 0 && first < sent.len());
    assert_eq!(output.try_write_now(&sent[first..]).unwrap(), 0);
    let drain = std::thread::spawn(move || {
        let mut received = vec![0; 300_000];
        reader.read_exact(&mut received).unwrap();
        received
    });
    output.write_all_for_tests(&sent[first..]).await;
    assert!(drain.join().unwrap() == sent);
}

impl Output {
    async fn write_all_for_tests(&self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            self.ready().await.unwrap();
            bytes = &bytes[self.try_write_now(bytes).unwrap()..];
        }
    }
}

#[tokio::test]
async fn a_reader_that_left_is_a_broken_pipe() {
    let (reader, writer) = io::pipe().unwrap();
    let output = Output::open(writer.as_fd()).unwrap();
    drop(reader);
    output.ready().await.unwrap();
    let error = output.try_write_now(b"x").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

#[tokio::test]
async fn sockets_work_in_both_directions_and_stay_blocking() {
    let (mut near, far) = UnixStream::pair().unwrap();
    let mut input = Input::open(far.as_fd()).unwrap();
    let output = Output::open(far.as_fd()).unwrap();
    near.write_all(b"ping").unwrap();
    assert_eq!(input.read().await.unwrap(), b"ping");
    assert_eq!(output.try_write_now(b"pong").unwrap(), 4);
    let mut answer = [0; 4];
    near.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"pong");
    assert!(!is_non_blocking(&far));
    output.flush().await.unwrap();
    drop(near);
    output.try_write_now(b"x").unwrap();
    assert_eq!(output.flush().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

#[tokio::test]
async fn files_are_read_from_where_they_stand_and_appended_where_they_end() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"target\nrest of it").unwrap();
    rustix::fs::seek(&file, rustix::fs::SeekFrom::Start(7)).unwrap();
    let mut input = Input::open(file.as_fd()).unwrap();
    assert!(matches!(input, Input::Direct(_)));
    assert_eq!(input.read().await.unwrap(), b"rest of it");
    assert!(input.read().await.unwrap().is_empty());
    let output = Output::open(file.as_fd()).unwrap();
    assert_eq!(output.try_write_now(b", and more").unwrap(), 10);
    output.ready().await.unwrap();
    output.flush().await.unwrap();
    rustix::fs::seek(&file, rustix::fs::SeekFrom::Start(0)).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "target\nrest of it, and more");
}

#[tokio::test]
async fn the_null_device_ends_at_once_and_takes_everything() {
    let null = File::options().read(true).write(true).open("/dev/null").unwrap();
    let mut input = Input::open(null.as_fd()).unwrap();
    assert!(input.read().await.unwrap().is_empty());
    let output = Output::open(null.as_fd()).unwrap();
    assert_eq!(output.try_write_now(&vec![0; CHUNK]).unwrap(), CHUNK);
    output.ready().await.unwrap();
}

#[tokio::test]
async fn a_description_already_non_blocking_is_used_as_it_is() {
    let (reader, mut writer) = io::pipe().unwrap();
    rustix::fs::fcntl_setfl(&reader, OFlags::NONBLOCK).unwrap();
    let mut input = Input::open(reader.as_fd()).unwrap();
    writer.write_all(b"x").unwrap();
    assert_eq!(input.read().await.unwrap(), b"x");
    assert!(is_non_blocking(&reader));
}
