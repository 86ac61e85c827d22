//! Finds out whether a server speaks TLS: many TLS servers close without a message if the client
//! does not.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::dial::{DialOptions, reach};

/// The start of a `ClientHello` of TLS 1.2 (RFC 5246 §7.4.1.2): its record, type and version.
const HELLO: [u8; 11] = [22, 3, 1, 0, 51, 1, 0, 0, 47, 3, 3];

/// No session, four suites of which every server knows one, no compression.
const SUITES: [u8; 13] = [0, 0, 8, 0xc0, 0x2f, 0xc0, 0x30, 0x00, 0x9c, 0x00, 0x2f, 1, 0];

/// The type and version of a TLS server's answer, a hello or an alert (RFC 8446 §5.1).
const ANSWERS: [[u8; 2]; 2] = [[22, 3], [21, 3]];

/// Sends a TLS hello, and checks whether the answer is TLS too.
pub(crate) async fn is_spoken(at: SocketAddr, dial: &DialOptions, time_limit: Duration) -> bool {
    let asked = async {
        let (mut socket, _) = reach(vec![at], dial).await?;
        // They protect no secret, so any 32 bytes will do.
        socket.write_all(&[&HELLO[..], &[7; 32], &SUITES].concat()).await?;
        let mut answer = [0; 2];
        socket.read_exact(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    matches!(timeout(time_limit, asked).await, Ok(Ok(answer)) if ANSWERS.contains(&answer))
}
