//! Unlocked keys after logind has reported that the user has left.

use std::time::Instant;

use harness::DEADLINE;
use harness::agent::Agent;
use harness::home::Home;
use harness::invocation::Running;

use super::{key, keyagent};

/// A bus on which any program may be logind.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/><allow user="*"/>
  </policy>
</busconfig>
"#;

/// Sends what each input line names, as logind would; a session's path ends with its user's number.
const LOGIND: &str = r"
import os, dbus, dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
name = dbus.service.BusName('org.freedesktop.login1', bus)
LOGIN1 = 'org.freedesktop.login1'

class Manager(dbus.service.Object):
    @dbus.service.signal(LOGIN1 + '.Manager', signature='b')
    def PrepareForSleep(self, begins): pass

class Session(dbus.service.Object):
    def __init__(self, user):
        self.user = user
        super().__init__(bus, '/org/freedesktop/login1/session/_%d' % user)
    @dbus.service.signal(LOGIN1 + '.Session')
    def Lock(self): pass
    @dbus.service.signal('org.freedesktop.DBus.Properties', signature='sa{sv}as')
    def PropertiesChanged(self, interface, changed, gone): pass
    @dbus.service.method('org.freedesktop.DBus.Properties', in_signature='ss', out_signature='v')
    def Get(self, interface, wanted):
        print('asked for', self.user, flush=True)
        return dbus.Struct((dbus.UInt32(self.user), dbus.ObjectPath('/user')), signature='uo')

manager = Manager(bus, '/org/freedesktop/login1')
sessions = {}

def told(source, condition):
    data = os.read(0, 4096).decode()
    for line in data.splitlines():
        word, of = line.split()
        if word == 'sleep':
            manager.PrepareForSleep(of == 'begins')
            continue
        user = int(of)
        session = sessions[user] = sessions.get(user) or Session(user)
        if word == 'lock':
            session.Lock()
        else:
            changed = {'IdleHint': True, 'LockedHint': word == 'hint'}
            session.PropertiesChanged(LOGIN1 + '.Session', changed, [])
    return bool(data)

GLib.io_add_watch(0, GLib.IO_IN, told)
print('ready', flush=True)
GLib.MainLoop().run()
";

/// A bus with a logind, and our agent with an unlocked key.
struct World {
    home: Home,
    _agent: Agent,
    logind: Running,
    _bus: Running,
}

impl World {
    fn new() -> Self {
        let mut home = Home::new();
        let socket = home.path("bus").display().to_string();
        home.write("bus.conf", BUS.replace("SOCKET", &socket));
        let bus = ["--config-file", "bus.conf", "--nofork", "--nopidfile", "--print-address"];
        let bus = home.peer("dbus-daemon").args(bus).start();
        bus.stdout.wait_for("unix:path=");
        home.set("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={socket}"));
        // Debian's Python, which has the modules.
        let logind = home.peer("sh").args(["-c", "exec /usr/bin/python3 -c \"$0\"", LOGIND]);
        let logind = logind.stdin_open().start();
        logind.stdout.wait_for("ready\n");
        let agent = Agent::keyagent(&home, &[]);
        home.set("SSH_AUTH_SOCK", agent.socket());
        key(&home, "ed25519", "id", "sesam");
        let world = Self { home, _agent: agent, logind, _bus: bus };
        keyagent(&world.home, ["add", "id", "--later"]);
        world.unlock();
        world
    }

    fn unlock(&self) {
        let mut terminal = self.home.peer("ssh-add").args(["-T", "id.pub"]).on_terminal();
        terminal.expect("Passphrase for key \"id\"");
        terminal.send_line("sesam");
        assert_eq!(terminal.finish().code(), 0);
        assert!(!self.is_forgotten());
    }

    fn is_forgotten(&self) -> bool {
        keyagent(&self.home, ["list"]).contains("(asks for its passphrase)")
    }

    /// The agent hears logind only after the bus has accepted its rules.
    fn wait_until_heard(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        while !self.is_forgotten() {
            self.logind.send("sleep begins\n");
            assert!(Instant::now() < deadline, "the agent does not hear logind");
        }
    }

    fn wait_until_forgotten(&self, why: &str) {
        let deadline = Instant::now() + DEADLINE;
        while !self.is_forgotten() {
            assert!(Instant::now() < deadline, "{why}");
        }
    }
}

#[test]
fn what_was_unlocked_is_forgotten_when_its_user_leaves() {
    let mut world = World::new();
    let user = rustix::process::geteuid().as_raw();
    world.wait_until_heard();
    for told in [format!("lock {user}\n"), format!("hint {user}\n"), "sleep begins\n".into()] {
        world.unlock();
        world.logind.send(&told);
        world.wait_until_forgotten(&told);
    }
}

#[test]
fn what_means_no_absence_of_its_user_is_passed_over() {
    let mut world = World::new();
    let user = rustix::process::geteuid().as_raw();
    world.wait_until_heard();
    world.unlock();
    // Each answer arrives before the next question is asked.
    for stranger in [user + 1, user + 2] {
        world.logind.send(format!("unhint {user}\nsleep ends\nlock {stranger}\n"));
        world.logind.stdout.wait_for(&format!("asked for {stranger}\n"));
    }
    assert!(!world.is_forgotten());
    world.logind.send(format!("lock {user}\n"));
    world.wait_until_forgotten("its own session is locked");
}
