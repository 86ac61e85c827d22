//! What a server sends before SSH begins: its own lines (RFC 4253 §4.2), its version, or another
//! protocol altogether.
//!
//! Lines before the version are removed from the stream here, as many as OpenSSH accepts. Anything
//! sent instead of a version is kept for the error message.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::kexinit::ServerKexinit;
use crate::advice;
use crate::antispoof;
use crate::client::{ProgressEvent, ProgressObserver};
use crate::lock::lock;
use crate::reason::Reason;

/// How many lines may precede the version, and then how long each may be: OpenSSH's limits.
const MOST_LINES: usize = 1024;
const LONGEST_LINE: usize = 8 * 1024;

/// How many bytes are read at once until the version is complete.
const READ_BYTES: usize = 1024;

/// How many characters are shown of what was sent instead of a version.
const MOST_SHOWN: usize = 60;

/// Prefixes of versions that we support (RFC 4253 §5.1 for the second).
const VERSIONS: [&[u8]; 2] = [b"SSH-2.0-", b"SSH-1.99-"];

/// Part of the version of Microsoft's OpenSSH.
const WINDOWS: &str = "OpenSSH_for_Windows";

/// What precedes the version of OpenSSH, and the first version that knows a login that is signed
/// for the host key, too. A server also says so in `EXT_INFO`, but russh keeps that to itself.
const OPENSSH: [&str; 2] = ["OpenSSH_for_Windows_", "OpenSSH_"];
const HOST_BINDING_SINCE: (u32, u32) = (8, 9);

/// The prefix of every SSH version.
const ANY_VERSION: &[u8] = b"SSH-";

/// A TLS server's answer to something that is not TLS: an alert, in any TLS version (RFC 8446
/// §5.1).
const TLS_ALERT: [u8; 2] = [21, 3];

/// What OpenSSH sends, before its version, to clients that it turns away.
const TURNED_AWAY: [&str; 2] = ["Exceeded MaxStartups", PENALTY];
const PENALTY: &str = "Not allowed at this time";

/// What systems send while they are booting.
const BOOTING: &str = "is booting up";

/// A stream that begins with the server's version, whatever was sent before it.
#[derive(Debug)]
pub(super) struct VersionExchange<S> {
    stream: S,
    received: ReceivedSoFar,
    progress: Progress,
    /// Whether nothing more is of interest.
    is_done: bool,
    observer: ProgressObserver,
}

#[derive(Debug)]
enum Progress {
    /// An incomplete line, and the number of lines before it.
    Listening { line: Vec<u8>, lines: usize },
    /// The version and what came with it, and how many bytes of these have been passed on.
    Found { bytes: Vec<u8>, passed_on: usize },
    /// All further bytes come from the stream.
    Through,
}

/// What the server has sent so far; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct ReceivedSoFar {
    words: Arc<Mutex<Words>>,
    kexinit: ServerKexinit,
}

#[derive(Debug, Default)]
enum Words {
    #[default]
    None,
    /// The beginning of something other than a version, or the version of another SSH.
    Other(Vec<u8>),
    /// A version that we support, as far as its line has arrived.
    Version(Vec<u8>),
}

/// What the server is if it does not speak SSH-2, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotSsh {
    pub(super) code: Reason,
    pub(super) reason: String,
    pub(super) hint: &'static str,
}

impl NotSsh {
    /// A server that has not sent a byte for this long.
    pub(super) fn silent(time_limit: Duration) -> Self {
        Self {
            code: Reason::Silent,
            reason: format!("it said nothing within {time_limit:?}"),
            hint: advice::SILENT,
        }
    }
}

impl<S> VersionExchange<S> {
    /// The stream, and a record of what will be received on it.
    pub(super) fn new(stream: S, observer: ProgressObserver) -> (Self, ReceivedSoFar) {
        let received = ReceivedSoFar::default();
        let progress = Progress::Listening { line: Vec::new(), lines: 0 };
        (Self { stream, received: received.clone(), progress, is_done: false, observer }, received)
    }

    /// Takes bytes until a line begins with a version; returns whether one does.
    fn receive(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let Progress::Listening { line, lines } = &mut self.progress else { return Ok(true) };
        line.extend_from_slice(bytes);
        loop {
            let end = line.iter().position(|byte| *byte == b'\n');
            if VERSIONS.iter().any(|version| line.starts_with(version)) {
                let version = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
                let is_whole = end.is_some() || version.len() > LONGEST_LINE;
                *lock(&self.received.words) = Words::Version(version.to_vec());
                if is_whole {
                    self.observer.tell(|| ProgressEvent::Version(first_line(line)));
                    self.progress = Progress::Found { bytes: std::mem::take(line), passed_on: 0 };
                }
                return Ok(is_whole);
            }
            let is_version = line.starts_with(ANY_VERSION);
            // An unsupported version is the best explanation, then the first line.
            if *lines == 0 || is_version {
                *lock(&self.received.words) = Words::Other(line.clone());
            }
            let said = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
            let is_over = *lines >= MOST_LINES || said.len() > LONGEST_LINE || said.contains(&0);
            match end {
                _ if is_over => return Err(io::ErrorKind::InvalidData.into()),
                Some(_) if is_version => return Err(io::ErrorKind::InvalidData.into()),
                None => return Ok(false),
                Some(end) => {
                    let said: Vec<u8> = line.drain(..=end).collect();
                    log::debug!("the server says before its version: {}", shown(&said));
                    *lines += 1;
                }
            }
        }
    }
}

impl ReceivedSoFar {
    /// Whether the server has not sent anything yet.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(*lock(&self.words), Words::None)
    }

    /// What the server is, if it does not speak SSH-2.
    pub(super) fn not_ssh(&self) -> Option<NotSsh> {
        match &*lock(&self.words) {
            Words::Other(words) => Some(not_ssh(words)),
            Words::None | Words::Version(_) => None,
        }
    }

    /// Whether the server is Microsoft's OpenSSH on Windows.
    pub(super) fn is_windows(&self) -> bool {
        self.has_version(|version| version.contains(WINDOWS))
    }

    /// Whether the server knows the login that is signed for its host key, too.
    pub(super) fn knows_host_binding(&self) -> bool {
        self.has_version(knows_host_binding)
    }

    /// The key exchanges that the server offers.
    pub(super) fn key_exchanges(&self) -> Vec<String> {
        self.kexinit.key_exchanges()
    }

    fn has_version(&self, is_wanted: impl Fn(&str) -> bool) -> bool {
        match &*lock(&self.words) {
            Words::Version(line) => is_wanted(&String::from_utf8_lossy(line)),
            Words::None | Words::Other(_) => false,
        }
    }
}

fn knows_host_binding(version: &str) -> bool {
    let number = |text: &str| {
        let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        text.get(..end)?.parse::<u32>().ok()
    };
    let openssh = OPENSSH.iter().find_map(|name| Some(version.split_once(name)?.1));
    openssh
        .and_then(|version| version.split_once('.'))
        .and_then(|(major, minor)| Some((number(major)?, number(minor)?)))
        .is_some_and(|version| version >= HOST_BINDING_SINCE)
}

fn not_ssh(words: &[u8]) -> NotSsh {
    let first = shown(words);
    if words.starts_with(&TLS_ALERT) {
        return NotSsh {
            code: Reason::NotSsh,
            reason: "it speaks TLS, not SSH".into(),
            hint: advice::TLS,
        };
    }
    if words.starts_with(ANY_VERSION) {
        return NotSsh {
            code: Reason::NotSsh,
            reason: format!("it does not speak SSH-2; its version is `{first}`"),
            hint: advice::OLD,
        };
    }
    if TURNED_AWAY.iter().any(|known| first.starts_with(known)) {
        return NotSsh {
            code: Reason::TurnedAway,
            reason: format!("the server turned us away: `{first}`"),
            hint: if first.starts_with(PENALTY) {
                advice::PENALTY
            } else {
                advice::TOO_MANY_CALLERS
            },
        };
    }
    if first.contains(BOOTING) {
        let reason = format!("the server says {}", antispoof::quoted(&first));
        return NotSsh { code: Reason::TurnedAway, reason, hint: advice::BOOTING };
    }
    let hint = if words.starts_with(b"HTTP/") || words.starts_with(b"<") {
        advice::WEB
    } else {
        advice::OTHER
    };
    let reason = format!("it does not speak SSH-2; its first words were `{first}`");
    NotSsh { code: Reason::NotSsh, reason, hint }
}

fn first_line(words: &[u8]) -> String {
    let line = words.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).trim_end_matches('\r').to_owned()
}

/// The first line, shortened so that it can be read at a glance.
fn shown(words: &[u8]) -> String {
    let text = first_line(words);
    let mut cut: String = text.chars().take(MOST_SHOWN).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    // The server must not be able to close the quotation around its words.
    contract::shown(cut.replace('`', "'"))
}

impl<S: AsyncRead + Unpin> VersionExchange<S> {
    /// Reads until the version is complete; `false` if the stream ended before.
    fn poll_version(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            let mut bytes = [0; READ_BYTES];
            let mut space = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut space))?;
            if space.filled().is_empty() {
                return Poll::Ready(Ok(false));
            }
            if self.receive(space.filled())? {
                return Poll::Ready(Ok(true));
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for VersionExchange<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Progress::Listening { .. } = this.progress
            && !ready!(this.poll_version(context))?
        {
            return Poll::Ready(Ok(()));
        }
        if let Progress::Found { bytes, passed_on } = &mut this.progress {
            let rest = bytes.get(*passed_on..).unwrap_or_default();
            let taken = rest.len().min(into.remaining());
            let taken = rest.get(..taken).unwrap_or_default();
            into.put_slice(taken);
            this.received.kexinit.take(taken);
            *passed_on += taken.len();
            if *passed_on == bytes.len() {
                this.progress = Progress::Through;
            }
            return Poll::Ready(Ok(()));
        }
        let before = into.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, into))?;
        if !this.is_done {
            this.received.kexinit.take(into.filled().get(before..).unwrap_or_default());
            this.is_done = this.received.kexinit.is_known();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for VersionExchange<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn through(said: &[u8]) -> (io::Result<Vec<u8>>, ReceivedSoFar) {
        let (mut stream, received) = VersionExchange::new(said, ProgressObserver::default());
        let mut rest = Vec::new();
        (stream.read_to_end(&mut rest).await.map(|_| rest), received)
    }

    #[tokio::test]
    async fn lines_before_the_version_are_skipped_and_nothing_after_it_is_lost() {
        let version = b"SSH-2.0-x\r\n\0\0\x01\x02packet\nSSH-1.5-no\n".to_vec();
        let long = [b'x'; LONGEST_LINE - 1];
        for before in [
            &b""[..],
            b"\n",
            b"hello\r\nworld\n",
            &b"line\n".repeat(MOST_LINES - 1),
            &[&long[..], b"\n"].concat(),
        ] {
            let (rest, received) = through(&[before, &version].concat()).await;
            assert_eq!(rest.unwrap(), version);
            assert!(received.not_ssh().is_none() && !received.is_nothing());
            assert!(!received.is_windows());
        }
        // Even in the smallest pieces.
        let (mut near, far) = tokio::io::duplex(1);
        let said = [&b"SSH it\nhello\n"[..], &version].concat();
        tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut near, &said).await });
        let (mut stream, _) = VersionExchange::new(far, ProgressObserver::default());
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, version);
    }

    #[tokio::test]
    async fn windows_is_known_by_its_version_in_one_piece_or_many() {
        let version = b"SSH-2.0-OpenSSH_for_Windows_9.5\r\nOpenSSH_9.2";
        let (mut near, far) = tokio::io::duplex(1);
        tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut near, version).await });
        let (mut stream, received) = VersionExchange::new(far, ProgressObserver::default());
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert_eq!((rest.as_slice(), received.is_windows()), (&version[..], true));
        let (_, received) = through(version).await;
        assert!(received.is_windows());
        let (_, received) = through(b"SSH-2.0-OpenSSH_9.2\r\nOpenSSH_for_Windows\r\n").await;
        assert!(!received.is_windows());
    }

    #[tokio::test]
    async fn other_protocols_are_quoted_in_the_reason() {
        let long = "long ".repeat(100);
        let cut = format!("{}…", &long[..MOST_SHOWN]);
        for (said, reason) in [
            (
                "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
                "first words were `HTTP/1.1 400 Bad Request`",
            ),
            ("<html>", "first words were `<html>`"),
            ("220 mail.example ESMTP\r\nSSH-1.5-old\n", "version is `SSH-1.5-old`"),
            ("SSH-1.5-old", "version is `SSH-1.5-old`"),
            ("\x15\x03\x01\0\x02\x02\x46", "it speaks TLS, not SSH"),
            ("Exceeded MaxStartups\r\n", "turned us away: `Exceeded MaxStartups`"),
            ("\x1b[2Jx\n", r"first words were `\u{1b}[2Jx`"),
            (&long, &cut),
        ] {
            let (_, received) = through(said.as_bytes()).await;
            let not_ssh = received.not_ssh().unwrap();
            assert!(not_ssh.reason.contains(reason), "{}", not_ssh.reason);
        }
        let (rest, received) = through(b"").await;
        assert_eq!((rest.unwrap(), received.not_ssh()), (Vec::new(), None));
        assert!(received.is_nothing());
    }

    #[tokio::test]
    async fn endless_greetings_are_cut_off() {
        for said in
            [b"x".repeat(LONGEST_LINE + 1), b"line\n".repeat(MOST_LINES + 1), b"\0".to_vec()]
        {
            let (rest, _) = through(&said).await;
            assert_eq!(rest.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn versions_from_8_9_know_host_binding() {
        for (version, knows) in [
            ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7", true),
            ("SSH-2.0-OpenSSH_8.9p1 Ubuntu-3", true),
            ("SSH-2.0-OpenSSH_10.6", true),
            ("SSH-2.0-OpenSSH_for_Windows_9.5", true),
            ("SSH-2.0-OpenSSH_for_Windows_8.1", false),
            ("SSH-2.0-OpenSSH_8.8", false),
            ("SSH-2.0-OpenSSH_7.4p1 Debian-10", false),
            ("SSH-2.0-OpenSSH_", false),
            ("SSH-2.0-OpenSSH_x.9", false),
            ("SSH-2.0-OpenSSH_99999999999.9", false),
            ("SSH-2.0-dropbear_2022.83", false),
            ("", false),
        ] {
            assert_eq!(knows_host_binding(version), knows, "{version}");
        }
    }
}
