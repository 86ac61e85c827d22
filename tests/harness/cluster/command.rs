//! Runs commands for the cluster's users: `whoami` and `hostname` are answered here, and the
//! machine's shell runs all others.

use std::process::Stdio;

use russh::server::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf};
use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::process::{ChildStdin, Command};

/// The cluster's host name.
const HOST_NAME: &str = "master-node";

/// Runs one command on a channel, sends its exit status and closes the channel.
pub(super) async fn run(user: &str, command: &str, channel: Channel<Msg>) {
    let status = match command.trim() {
        "whoami" => say(&channel, user).await,
        "hostname" => say(&channel, HOST_NAME).await,
        _ => return shell(command, channel).await,
    };
    finish(&channel, status).await;
}

async fn say(channel: &Channel<Msg>, line: &str) -> u32 {
    match channel.data_bytes(format!("{line}\n")).await {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

async fn finish(channel: &Channel<Msg>, status: u32) {
    // The client may have left.
    let _ = channel.exit_status(status).await;
    let _ = channel.eof().await;
    let _ = channel.close().await;
}

async fn shell(command: &str, channel: Channel<Msg>) {
    let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
    let child = Command::new(shell)
        .args([option, command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let Ok(mut child) = child else {
        return finish(&channel, 127).await;
    };
    let (output, errors) = (channel.make_writer(), channel.make_writer_ext(Some(1)));
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (reader, writer) = channel.split();
    let input = tokio::spawn(feed(reader, stdin));
    let ((), (), status) = tokio::join!(copy(stdout, output), copy(stderr, errors), child.wait());
    input.abort();
    let status = status.ok().and_then(|status| status.code());
    // The client may have left here, too.
    let _ = writer.exit_status(status.and_then(|code| u32::try_from(code).ok()).unwrap_or(1)).await;
    let _ = writer.eof().await;
    let _ = writer.close().await;
}

/// Copies the client's bytes to the command until the client sends EOF.
async fn feed(mut channel: ChannelReadHalf, stdin: Option<ChildStdin>) {
    let Some(mut stdin) = stdin else { return };
    while let Some(message) = channel.wait().await {
        match message {
            ChannelMsg::Data { data } if stdin.write_all(&data).await.is_err() => return,
            ChannelMsg::Eof => return,
            _ => {}
        }
    }
}

async fn copy(source: Option<impl AsyncRead + Unpin>, mut target: impl AsyncWrite + Unpin) {
    if let Some(mut source) = source {
        // The command may have closed its input early.
        let _ = io::copy(&mut source, &mut target).await;
    }
}
