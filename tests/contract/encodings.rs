//! Text as Windows programs write it: with a byte order mark, in UTF-16, with other line ends.

use super::World;

/// The same text in every accepted form, with a name for messages.
pub(super) fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |mark: &str, to_bytes: fn(u16) -> [u8; 2]| {
        let units = mark.encode_utf16().chain(text.encode_utf16()).collect::<Vec<_>>();
        units.into_iter().flat_map(to_bytes).collect()
    };
    vec![
        ("as it is", text.into()),
        ("with a byte order mark", format!("\u{feff}{text}").into()),
        ("in UTF-16LE", utf16("\u{feff}", u16::to_le_bytes)),
        ("in UTF-16BE", utf16("\u{feff}", u16::to_be_bytes)),
        ("in UTF-16LE without a mark", utf16("", u16::to_le_bytes)),
        ("in UTF-16BE without a mark", utf16("", u16::to_be_bytes)),
        ("with CRLF", text.replace('\n', "\r\n").into()),
        ("with CR", text.replace('\n', "\r").into()),
    ]
}

#[test]
fn job_logs_are_read_in_every_form() {
    let world = World::new();
    for (form, bytes) in forms("Username: uprod_qpWia\nPublic IP: 203.0.113.7\n") {
        let ran = world.home.tool("joblog-parse").stdin(bytes).run();
        assert_eq!((ran.code(), ran.stdout()), (0, "uprod_qpWia@203.0.113.7\n"), "{form}");
    }
}

#[test]
fn lists_of_addresses_are_read_in_every_form() {
    let world = World::new();
    for (form, bytes) in forms("192.0.2.0/25\n192.0.2.128/25 # office\n2001:db8::/32\n") {
        let ran = world.home.tool("cidr").arg("merge").stdin(bytes).run();
        assert_eq!((ran.code(), ran.stdout()), (0, "192.0.2.0/24\n2001:db8::/32\n"), "{form}");
    }
}

#[test]
fn public_lines_and_private_keys_are_read_in_every_form() {
    let world = World::new();
    let home = &world.home;
    let line = home.tool("keygen").args(["public", "id.ppk"]).run().quiet_success();
    let convert = ["convert", "id.ppk", "-o", "id_ed25519", "--no-new-passphrase"];
    assert_eq!(home.tool("keygen").args(convert).run().code(), 0);
    for name in ["id.ppk", "id_ed25519", "id.pub"] {
        for (form, bytes) in forms(&home.read_text(name)) {
            home.write("copy", bytes);
            let shown = home.tool("keygen").args(["public", "copy"]).run();
            assert_eq!((shown.code(), shown.stdout()), (0, line.as_str()), "{name} {form}");
            let copied = home.tool("pubkey-copy").args(["copy", "--print"]).run();
            assert_eq!((copied.code(), copied.stdout()), (0, line.as_str()), "{name} {form}");
        }
    }
}

#[test]
fn known_hosts_are_read_in_every_form() {
    let world = World::new();
    let home = &world.home;
    let known = home.read_text(".ssh/known_hosts");
    for (form, bytes) in forms(&known) {
        home.write(".ssh/known_hosts", bytes);
        let ran = world.success("sshc").run();
        assert_eq!(ran.code(), 0, "known_hosts {form}: {}", ran.stderr());
    }
}

#[test]
fn a_target_with_the_marks_of_powershell_is_understood() {
    let world = World::new();
    for end in ["\n", "\r\n"] {
        for mark in ["", "\u{feff}"] {
            let target = format!("{mark}{}{end}the rest", world.sshd.target());
            let ran = world.home.tool("sshc").args(["--key", "id.ppk", "--host-key-scope", "host"]);
            let ran = ran.args(["-", "cat"]).stdin(target).run();
            assert_eq!((ran.code(), ran.stdout()), (0, "the rest"), "{}", ran.stderr());
        }
    }
}
