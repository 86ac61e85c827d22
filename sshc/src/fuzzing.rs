//! Entry points for the fuzz targets: what peers send us before SSH begins, without a network, and
//! certificates, whose type is not ours.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use russh::keys::ssh_key::Certificate;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

use crate::connect::proxy;
use crate::forward::socks::{self, Caller};
use crate::known_hosts::RevocationList;

/// A peer that has sent all of this, and accepts every answer.
struct RecordedPeer<'a>(&'a [u8]);

impl AsyncRead for RecordedPeer<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.0.len().min(into.remaining());
        let (now, later) = self.0.split_at(length);
        into.put_slice(now);
        self.0 = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for RecordedPeer<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Caller for RecordedPeer<'_> {
    async fn hear(&mut self, into: &mut [u8]) -> io::Result<()> {
        self.read_exact(into).await.map(drop)
    }

    async fn say(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// How many bytes follow the answer of an HTTP proxy.
///
/// # Errors
/// With the proxy's refusal, as text for the user.
pub async fn http_proxy(answer: &[u8]) -> Result<usize, String> {
    let mut said = RecordedPeer(answer);
    let login = Some(("ada", "sesame"));
    let asked = proxy::http::ask(&mut said, "node.example.com", 22, login).await;
    asked.map(|()| said.0.len()).map_err(|cause| cause.to_string())
}

/// How many bytes follow the answers of a SOCKS proxy.
///
/// # Errors
/// With the proxy's refusal, as text for the user.
pub async fn socks_proxy(answer: &[u8]) -> Result<usize, String> {
    let mut said = RecordedPeer(answer);
    let login = Some(("ada", "sesame"));
    let asked = proxy::socks::ask(&mut said, "node.example.com", 22, login).await;
    asked.map(|()| said.0.len()).map_err(|cause| cause.to_string())
}

/// Where a client of `-D` wants to go.
///
/// # Errors
/// When the request is not SOCKS, or is cut off.
pub async fn socks_client(request: &[u8]) -> io::Result<(String, u16)> {
    let request = socks::negotiate(&mut RecordedPeer(request)).await?;
    Ok((request.host, request.port))
}

/// A host certificate for `node7` with the serial number 0.
const CERTIFICATE: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAII8i1OCZMz2AugU3IajqkSP6hoL4lUSwnIPY7T+0o2nCAAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/AAAAAAAAAAAAAAACAAAAAmlkAAAAGgAAAAVub2RlNwAAAA0qLmV4YW1wbGUuY29tAAAAAGlVuQAAAAAAazbsgAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgBvRL0UTMNIDfFPN9/M+mCPLzqfuQdRaasdhgvfoXMvQAAABTAAAAC3NzaC1lZDI1NTE5AAAAQMTqp7XokAm7SqtfyNACqkT3yYFPA+AZlkOGshp6oCBqaPUCesmP58hQesFwER5wAxX1DvFyuWPsf+Nu5NcVQAQ=";

/// Whether a list revokes a certificate.
#[must_use]
pub fn is_revoked(list: &RevocationList) -> bool {
    let certificate = Certificate::from_openssh(CERTIFICATE);
    certificate.is_ok_and(|certificate| list.revokes_certificate(&certificate))
}
