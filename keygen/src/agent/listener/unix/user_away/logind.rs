//! logind knows the machine's sessions and when it sleeps (`org.freedesktop.login1`).

use std::io;
use std::thread;

use rustix::process::geteuid;

use super::dbus::{Bus, Message, Object};

const LOGIN1: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// The most questions about sessions that may be open; more are a flood.
const LIMIT: usize = 64;

/// What logind reports.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    Sleeps,
    /// The session at this path is locked; its user is not known yet.
    Locked(String),
}

/// Calls `forget` whenever the machine goes to sleep or a session of this user is locked. Without a
/// system bus it never does.
pub(super) fn watch(forget: impl Fn() + Send + 'static) {
    let listen = move || {
        // If the bus ends, the system is ending, too.
        let _ = listen(&forget);
    };
    let _ = thread::Builder::new().name("logind".into()).spawn(listen);
}

fn listen(forget: &impl Fn()) -> io::Result<()> {
    let mut bus = Bus::connect()?;
    for rule in [
        format!("type='signal',sender='{LOGIN1}',interface='{MANAGER}',member='PrepareForSleep'"),
        format!("type='signal',sender='{LOGIN1}',interface='{SESSION}',member='Lock'"),
        // Desktops that lock the screen themselves report it in this way.
        format!(
            "type='signal',sender='{LOGIN1}',interface='{PROPERTIES}',member='PropertiesChanged',arg0='{SESSION}'"
        ),
    ] {
        bus.call(&Object::BUS, "AddMatch", &[&rule])?;
    }
    let mut asked = Vec::new();
    loop {
        let message = bus.next()?;
        match event(&message) {
            Some(Event::Sleeps) => forget(),
            Some(Event::Locked(_)) if asked.len() >= LIMIT => forget(),
            Some(Event::Locked(path)) => {
                let session = Object { name: LOGIN1, path: &path, interface: PROPERTIES };
                asked.push(bus.call(&session, "Get", &[SESSION, "User"])?);
            }
            None => {
                let at = asked.iter().position(|serial| Some(*serial) == message.reply_to);
                if let Some(at) = at {
                    asked.swap_remove(at);
                    if may_be_ours(&message) {
                        forget();
                    }
                }
            }
        }
    }
}

fn event(message: &Message) -> Option<Event> {
    match (message.interface.as_str(), message.member.as_str()) {
        (MANAGER, "PrepareForSleep") => (message.number(0)? == 1).then_some(Event::Sleeps),
        (SESSION, "Lock") => Some(Event::Locked(message.path.clone())),
        (PROPERTIES, "PropertiesChanged") => {
            const HINT: &[u8] = b"LockedHint\0\x01b\0";
            let at = message.body.windows(HINT.len()).position(|it| it == HINT)? + HINT.len();
            (message.number(at.next_multiple_of(4))? == 1)
                .then(|| Event::Locked(message.path.clone()))
        }
        _ => None,
    }
}

/// Whether the session in question may be this user's. `User` is a variant with the user's number
/// and object path. An answer that is not understood may mean this user.
fn may_be_ours(answer: &Message) -> bool {
    let is_understood = answer.body.starts_with(b"\x04(uo)\0");
    !is_understood || answer.number(8) == Some(geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(interface: &str, member: &str, body: &[u8]) -> Option<Event> {
        event(&Message {
            interface: interface.into(),
            member: member.into(),
            path: "/s".into(),
            body: body.into(),
            ..Message::default()
        })
    }

    #[test]
    fn only_what_means_an_absence_is_one() {
        let locked = Some(Event::Locked("/s".into()));
        assert_eq!(signal(MANAGER, "PrepareForSleep", &[1, 0, 0, 0]), Some(Event::Sleeps));
        assert_eq!(signal(MANAGER, "PrepareForSleep", &[0, 0, 0, 0]), None);
        assert_eq!(signal(MANAGER, "PrepareForSleep", &[1]), None);
        assert_eq!(signal(SESSION, "Lock", b""), locked);
        assert_eq!(signal(SESSION, "Unlock", b""), None);
        let changed = b"\x0a\0\0\0LockedHint\0\x01b\0\0\0\x01\0\0\0";
        assert_eq!(signal(PROPERTIES, "PropertiesChanged", changed), locked);
        let unlocked = b"\x0a\0\0\0LockedHint\0\x01b\0\0\0\0\0\0\0";
        assert_eq!(signal(PROPERTIES, "PropertiesChanged", unlocked), None);
        assert_eq!(signal(PROPERTIES, "PropertiesChanged", b"LockedHint\0\x01b\0"), None);
    }
}
