//! New keys in the middle of a transfer.

use harness::home::Home;

use super::{Site, server};

/// Several MB that do not compress or repeat.
pub(super) fn several_megabytes(home: &Home, megabytes: u32) -> String {
    let line = format!("head -c {megabytes}000000 /dev/urandom > bulk; sha256sum < bulk");
    home.shell(&line).run().quiet_success()
}

#[test]
fn openssh_exchanges_keys_every_100_kib_while_both_sides_send() {
    let site = Site::with(server().option("RekeyLimit 100K"));
    let sum = several_megabytes(&site.home, 8);
    let target = site.sshd.target();
    let sshc = format!("sshc -F none --key id_ed25519 {target}");
    for (line, expected) in [
        (format!("{sshc} cat < bulk | sha256sum"), sum.as_str()),
        (format!("{sshc} sha256sum < bulk"), &sum),
        (format!("{sshc} 'cat {}' | sha256sum", site.home.path("bulk").display()), &sum),
    ] {
        assert_eq!(site.home.shell(&line).run().quiet_success(), expected, "{line}");
    }
}
