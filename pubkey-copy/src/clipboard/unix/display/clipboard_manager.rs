//! The clipboard manager of an X11 desktop, which still offers a text after the program that copied
//! it has ended (freedesktop.org's `ClipboardManager`, ICCCM §2.4).

use std::env;
use std::error::Error;
use std::sync::mpsc;
use std::thread;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, PropMode, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::defaults::HANDOVER_TIMEOUT;

/// Whether the display is on another machine, as with `ssh -X`: ssh does not end while any program
/// is connected to it.
pub(super) fn is_forwarded() -> bool {
    let name = env::var("DISPLAY").unwrap_or_default();
    // A path names a socket of this machine, as on macOS.
    let host = name.rsplit_once(':').map_or("", |(host, _)| host);
    let has_wayland = env::var_os("WAYLAND_DISPLAY").is_some_and(|it| !it.is_empty());
    !has_wayland && !host.is_empty() && host != "unix" && !host.starts_with('/')
}

/// Asks the manager, if there is one, to keep the current text, and returns whether it does.
pub(super) fn keeps_the_clipboard() -> bool {
    let (say, said) = mpsc::channel();
    thread::spawn(move || {
        // The receiver is gone after the timeout.
        let _ = say.send(ask().unwrap_or(false));
    });
    said.recv_timeout(HANDOVER_TIMEOUT).unwrap_or(false)
}

fn ask() -> Result<bool, Box<dyn Error>> {
    let (connection, screen) = x11rb::connect(None)?;
    let atom = |name: &str| -> Result<u32, Box<dyn Error>> {
        Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    };
    let manager = atom("CLIPBOARD_MANAGER")?;
    if connection.get_selection_owner(manager)?.reply()?.owner == x11rb::NONE {
        return Ok(false);
    }
    let root = connection.setup().roots.get(screen).ok_or("no such screen")?.root;
    let window = connection.generate_id()?;
    let class = WindowClass::INPUT_ONLY;
    let nothing = CreateWindowAux::new();
    connection.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &nothing)?;
    // The form to keep: text, which all programs can paste.
    let (property, text) = (atom("PUBKEY_COPY_TARGETS")?, atom("UTF8_STRING")?);
    connection.change_property32(PropMode::REPLACE, window, property, AtomEnum::ATOM, &[text])?;
    let save = atom("SAVE_TARGETS")?;
    connection.convert_selection(window, manager, save, property, x11rb::CURRENT_TIME)?;
    connection.flush()?;
    loop {
        if let Event::SelectionNotify(answer) = connection.wait_for_event()? {
            return Ok(answer.selection == manager && answer.property != x11rb::NONE);
        }
    }
}
