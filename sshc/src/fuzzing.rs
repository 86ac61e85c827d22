//! Entry points for the fuzz targets: what peers send us before SSH begins, without a network.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

use crate::connect::proxy;
use crate::forward::socks::{self, Caller};

/// A peer that has sent all of this, and accepts every answer.
struct Said<'a>(&'a [u8]);

impl AsyncRead for Said<'_> {
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

impl AsyncWrite for Said<'_> {
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

impl Caller for Said<'_> {
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
    let mut said = Said(answer);
    let login = Some(("ada", "sesame"));
    let asked = proxy::http::ask(&mut said, "node.example.com", 22, login).await;
    asked.map(|()| said.0.len()).map_err(|cause| cause.to_string())
}

/// How many bytes follow the answers of a SOCKS proxy.
///
/// # Errors
/// With the proxy's refusal, as text for the user.
pub async fn socks_proxy(answer: &[u8]) -> Result<usize, String> {
    let mut said = Said(answer);
    let login = Some(("ada", "sesame"));
    let asked = proxy::socks::ask(&mut said, "node.example.com", 22, login).await;
    asked.map(|()| said.0.len()).map_err(|cause| cause.to_string())
}

/// Where a client of `-D` wants to go.
///
/// # Errors
/// When the request is not SOCKS, or is cut off.
pub async fn socks_client(request: &[u8]) -> io::Result<(String, u16)> {
    let request = socks::negotiate(&mut Said(request)).await?;
    Ok((request.host, request.port))
}
