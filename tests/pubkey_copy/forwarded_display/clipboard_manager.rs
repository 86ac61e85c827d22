//! A clipboard manager like those of desktops (freedesktop.org's `ClipboardManager`): it fetches
//! the text that it is asked to keep, and offers it after the owner is gone.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// A running manager; dropping it ends it.
pub(super) struct ClipboardManager {
    display: String,
    window: Window,
    thread: Option<JoinHandle<()>>,
}

struct Atoms {
    clipboard: Atom,
    save: Atom,
    text: Atom,
    targets: Atom,
    property: Atom,
}

impl ClipboardManager {
    /// Starts it, and returns once it is the manager.
    pub(super) fn start(display: &str) -> Self {
        let (connection, root) = connect(display);
        let window = connection.generate_id().expect("an id");
        let nothing = CreateWindowAux::new();
        connection
            .create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &nothing)
            .expect("sent");
        let manager = atom(&connection, "CLIPBOARD_MANAGER");
        let (begun, is_begun) = mpsc::channel();
        let thread = thread::spawn(move || {
            connection.set_selection_owner(window, manager, x11rb::CURRENT_TIME).expect("sent");
            connection.sync().expect("answered");
            begun.send(()).expect("it is waited for");
            serve(&connection, window, manager);
        });
        is_begun.recv().expect("it begins");
        Self { display: display.to_owned(), window, thread: Some(thread) }
    }
}

impl Drop for ClipboardManager {
    fn drop(&mut self) {
        let (connection, _) = connect(&self.display);
        let end = ClientMessageEvent::new(32, self.window, AtomEnum::STRING, [0; 5]);
        let sent = connection.send_event(false, self.window, EventMask::NO_EVENT, end);
        sent.expect("sent");
        connection.sync().expect("answered");
        if let Some(thread) = self.thread.take() {
            thread.join().expect("it ends well");
        }
    }
}

fn connect(display: &str) -> (RustConnection, Window) {
    let (connection, screen) = x11rb::connect(Some(display)).expect("the display answers");
    let root = connection.setup().roots.get(screen).expect("a screen").root;
    (connection, root)
}

fn atom(connection: &RustConnection, name: &str) -> Atom {
    let asked = connection.intern_atom(false, name.as_bytes()).expect("sent");
    asked.reply().expect("an atom").atom
}

/// Works as the manager until it gets a message.
fn serve(connection: &RustConnection, window: Window, manager: Atom) {
    let atoms = Atoms {
        clipboard: atom(connection, "CLIPBOARD"),
        save: atom(connection, "SAVE_TARGETS"),
        text: atom(connection, "UTF8_STRING"),
        targets: atom(connection, "TARGETS"),
        property: atom(connection, "KEPT"),
    };
    let mut kept = Vec::new();
    let mut asking = None;
    loop {
        match connection.wait_for_event().expect("an event") {
            Event::ClientMessage(_) => return,
            Event::SelectionRequest(asked) if asked.selection == manager => {
                assert_eq!(asked.target, atoms.save);
                let (clipboard, text, property) = (atoms.clipboard, atoms.text, atoms.property);
                let now = x11rb::CURRENT_TIME;
                connection.convert_selection(window, clipboard, text, property, now).expect("sent");
                asking = Some(asked);
            }
            Event::SelectionNotify(_) => {
                let property = connection
                    .get_property(true, window, atoms.property, AtomEnum::ANY, 0, u32::MAX / 4)
                    .expect("sent");
                kept = property.reply().expect("a text").value;
                answer(connection, asking.take().expect("it was asked"));
                // The previous owner sees this and ends.
                let now = x11rb::CURRENT_TIME;
                connection.set_selection_owner(window, atoms.clipboard, now).expect("sent");
            }
            Event::SelectionRequest(asked) => offer(connection, &atoms, &kept, asked),
            _ => {}
        }
        connection.flush().expect("sent");
    }
}

fn offer(connection: &RustConnection, atoms: &Atoms, kept: &[u8], asked: SelectionRequestEvent) {
    let (to, property) = (asked.requestor, asked.property);
    if asked.target == atoms.targets {
        let targets = [atoms.targets, atoms.text];
        connection
            .change_property32(PropMode::REPLACE, to, property, AtomEnum::ATOM, &targets)
            .expect("sent");
    } else {
        connection
            .change_property8(PropMode::REPLACE, to, property, asked.target, kept)
            .expect("sent");
    }
    answer(connection, asked);
}

fn answer(connection: &RustConnection, asked: SelectionRequestEvent) {
    let answer = SelectionNotifyEvent {
        response_type: x11rb::protocol::xproto::SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: asked.time,
        requestor: asked.requestor,
        selection: asked.selection,
        target: asked.target,
        property: asked.property,
    };
    connection.send_event(false, asked.requestor, EventMask::NO_EVENT, answer).expect("sent");
}
