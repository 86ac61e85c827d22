//! Copies to the clipboard of a desktop, where the text stays after the tool has ended.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::display::Display;
use harness::home::Home;

use super::compositor::Compositor;
use super::{clipboard_owner, key_pair, pubkey_copy};

#[test]
fn on_x11_the_line_can_be_pasted_after_the_tool_has_ended() {
    let mut home = Home::new();
    let line = key_pair(&home);
    let display = Display::start(&home);
    home.set("DISPLAY", display.name());

    let said = pubkey_copy(&home, ["id_ed25519"]).run().quiet_success();
    assert_eq!(said, "");

    for _ in 0..2 {
        let pasted = home.peer("xclip").args(["-out", "-selection", "clipboard"]).run();
        assert_eq!(pasted.quiet_success(), line);
    }
}

#[test]
fn the_process_that_stays_behind_holds_nothing_but_the_clipboard() {
    let mut home = Home::new();
    let _line = key_pair(&home);
    let display = Display::start(&home);
    home.set("DISPLAY", display.name());
    assert_eq!(pubkey_copy(&home, ["id_ed25519"]).run().code(), 0);

    let [holder] = clipboard_owner::of(&home)[..] else { panic!("one process stays behind") };
    assert_eq!(clipboard_owner::descriptor(holder, 2), "/dev/null");
    let process = format!("/proc/{}", holder.as_raw_nonzero());
    assert_eq!(fs::read_link(format!("{process}/cwd")).expect("it has one").to_str(), Some("/"));
    // It has its own session, so that it survives the end of the terminal.
    assert_eq!(rustix::process::getsid(Some(holder)), Ok(holder));
    assert_eq!(
        fs::read_to_string(format!("{process}/cmdline")).expect("it is ours").matches('\0').count(),
        1
    );
}

#[test]
fn the_process_that_stays_behind_ends_when_something_else_is_copied() {
    let mut home = Home::new();
    let line = key_pair(&home);
    let display = Display::start(&home);
    home.set("DISPLAY", display.name());
    assert_eq!(pubkey_copy(&home, ["id_ed25519"]).run().code(), 0);
    let [first] = clipboard_owner::of(&home)[..] else { panic!("one process stays behind") };

    let again = pubkey_copy(&home, ["id_ed25519", "--from", "192.0.2.7"]);
    assert_eq!(again.run().quiet_success(), "");
    clipboard_owner::wait_for_end(first);
    let pasted = home.peer("xclip").args(["-out", "-selection", "clipboard"]).run();
    assert_eq!(pasted.quiet_success(), format!("from=\"192.0.2.7\" {line}"));
}

#[test]
fn the_process_that_stays_behind_ends_with_the_display() {
    let mut home = Home::new();
    let _line = key_pair(&home);
    let display = Display::start(&home);
    home.set("DISPLAY", display.name());
    assert_eq!(pubkey_copy(&home, ["id_ed25519"]).run().code(), 0);
    let [holder] = clipboard_owner::of(&home)[..] else { panic!("one process stays behind") };
    drop(display);
    clipboard_owner::wait_for_end(holder);
}

#[test]
fn on_wayland_the_line_can_be_pasted_after_the_tool_has_ended() {
    let home = Home::new();
    let line = key_pair(&home);
    let compositor = Compositor::start(&home);

    let copied = compositor.client(pubkey_copy(&home, ["id_ed25519"])).run();
    assert_eq!(copied.quiet_success(), "");
    for _ in 0..2 {
        let pasted = compositor.client(home.peer("wl-paste").arg("--no-newline")).run();
        assert_eq!(pasted.quiet_success(), line);
    }
    let [holder] = clipboard_owner::of(&home)[..] else { panic!("one process stays behind") };
    drop(compositor);
    clipboard_owner::wait_for_end(holder);
}

/// The real `clip.exe` exists only on Windows; what it receives is the same.
#[test]
fn inside_wsl_the_line_goes_to_windows() {
    let home = Home::new();
    let line = key_pair(&home);
    let clip = home.write(".bin/clip.exe", "#!/bin/sh\ncat > \"$HOME/clipboard\"\n");
    fs::set_permissions(&clip, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let copied = pubkey_copy(&home, ["id_ed25519", "--comment", "J\u{f6}rg"])
        .env("WSL_DISTRO_NAME", "Debian")
        .env("DISPLAY", ":0")
        .run();
    assert_eq!(copied.quiet_success(), "");
    let expected = line.replace("ada@node7", "J\u{f6}rg");
    let utf_16: Vec<u8> = expected.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(home.read("clipboard"), utf_16);
}

#[test]
fn without_a_desktop_the_alternative_is_named() {
    let home = Home::new();
    let _line = key_pair(&home);
    let hint = "pubkey-copy: hint: pass --print to print the line, or --via osc52 to send it to \
                your terminal's clipboard\n";
    let auto = pubkey_copy(&home, ["id_ed25519"]).run().failure(1);
    assert_eq!(
        auto,
        format!(
            "pubkey-copy: cannot copy the line: there is no desktop here (neither DISPLAY nor \
             WAYLAND_DISPLAY is set), and no terminal with a clipboard\n{hint}"
        )
    );
    let native = pubkey_copy(&home, ["id_ed25519", "--via", "native"]).run().failure(1);
    assert_eq!(
        native,
        format!(
            "pubkey-copy: cannot copy the line: there is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is \
             set\n{hint}"
        )
    );
}

#[test]
fn a_display_that_does_not_answer_is_named() {
    let home = Home::new();
    let _line = key_pair(&home);
    let failed = pubkey_copy(&home, ["id_ed25519"]).env("DISPLAY", ":54321").run().failure(1);
    assert_eq!(
        failed,
        "pubkey-copy: cannot copy the line: no display server answers at `:54321`\npubkey-copy: \
         hint: pass --print to print the line, or --via osc52 to send it to your terminal's \
         clipboard\n"
    );
    assert!(clipboard_owner::of(&home).is_empty());
}

#[test]
fn a_compositor_without_data_control_is_distinguished_from_none() {
    let home = Home::new();
    let line = key_pair(&home);
    let compositor = Compositor::without_data_control(&home);
    let said = compositor.client(pubkey_copy(&home, ["id_ed25519"])).run().failure(1);
    assert!(
        said.starts_with(&format!(
            "pubkey-copy: cannot copy the line: the Wayland compositor at `{}` has no \
             data-control, so only programs with a window can copy\n",
            compositor.socket()
        )),
        "{said}"
    );
    // X11 is used if it is available too.
    let display = Display::start(&home);
    let copied =
        compositor.client(pubkey_copy(&home, ["id_ed25519"])).env("DISPLAY", display.name());
    assert_eq!(copied.run().quiet_success(), "");
    let pasted = home.peer("xclip").args(["-out", "-selection", "clipboard"]);
    assert_eq!(pasted.env("DISPLAY", display.name()).run().quiet_success(), line);
}
