//! `pubkey-copy` as users run it, with the programs that make keys, paste and log in.

mod agent;
mod clipboard;
mod clipboard_owner;
mod compositor;
mod formats;
mod forwarded_display;
mod installing;
mod line;
mod options;
mod terminal;

use harness::home::Home;
use harness::invocation::Invocation;

/// Makes `id_ed25519` and its public file with `ssh-keygen`, and returns the public line.
fn key_pair(home: &Home) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "ada@node7"]);
    let made = made.args(["-f", "id_ed25519"]).run().quiet_success();
    assert_eq!(made, "");
    home.read_text("id_ed25519.pub").trim_end().to_owned()
}

/// The program, on these arguments.
fn pubkey_copy<const N: usize>(home: &Home, arguments: [&str; N]) -> Invocation {
    home.tool("pubkey-copy").args(arguments)
}
