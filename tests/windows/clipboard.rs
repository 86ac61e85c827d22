//! `pubkey-copy.exe` and the clipboard of Windows.

use harness::home::Home;

use crate::wine;

#[test]
fn the_line_can_be_pasted_after_the_tool_has_ended() {
    let home = Home::new();
    let paste = wine::helper(&home, "paste", include_str!("paste.c"));
    let made = wine::tool(&home, "keygen")
        .args(["-t", "ed25519", "-C", "J\u{f6}rg", "-o", "id.ppk", "--no-passphrase"])
        .run();
    let line = made.quiet_success();

    let copied = wine::tool(&home, "pubkey-copy").args(["id.ppk", "--from", "192.0.2.7"]).run();
    assert_eq!(copied.quiet_success(), "");
    for _ in 0..2 {
        let pasted = wine::program(&home, paste.clone()).run().quiet_success();
        assert_eq!(pasted, format!("from=\"192.0.2.7\" {}", line.trim_end()));
    }
}
