//! Wayland compositors without a screen, for the clipboard: sway, and weston, where only programs
//! with a window can copy.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::home::Home;
use harness::invocation::{Invocation, Running};
use tempfile::TempDir;

/// A running compositor, which ends when this is dropped.
pub(super) struct Compositor {
    folder: TempDir,
    socket: String,
    _process: Running,
}

impl Compositor {
    /// Starts sway, and returns when it accepts clients.
    pub(super) fn start(home: &Home) -> Self {
        let folder = TempDir::with_prefix("sway-").expect("a temporary folder can be made");
        // sway does not run as root, so another user must be able to create its socket here.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("it is ours");
        let config = folder.path().join("config");
        let greeting = "xwayland disable\nexec echo \"listening on $WAYLAND_DISPLAY;\"\n";
        fs::write(&config, greeting).expect("the folder is ours");
        let sway = as_nobody(home).arg("sway").arg("--config").arg(config);
        let process = sway
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("WLR_BACKENDS", "headless")
            .env("WLR_LIBINPUT_NO_DEVICES", "1")
            .env("WLR_RENDERER", "pixman")
            .folder("/")
            .start();
        process.stdout.wait_for(";");
        let greeting = process.stdout.text();
        let socket = greeting.trim().trim_start_matches("listening on ").trim_end_matches(';');
        Self { socket: socket.to_owned(), folder, _process: process }
    }

    /// Starts weston, which does not support data-control.
    pub(super) fn without_data_control(home: &Home) -> Self {
        let folder = TempDir::with_prefix("weston-").expect("a temporary folder can be made");
        let socket = "wayland-weston".to_owned();
        let weston = home.peer("weston").args(["--backend=headless-backend.so", "--idle-time=0"]);
        let process = weston
            .arg(format!("--socket={socket}"))
            .env("XDG_RUNTIME_DIR", folder.path())
            .folder("/")
            .start();
        process.stderr.wait_for("launching '/usr/lib");
        Self { socket, folder, _process: process }
    }

    /// The name of its socket.
    pub(super) fn socket(&self) -> &str {
        &self.socket
    }

    /// A program as its client.
    pub(super) fn client(&self, program: Invocation) -> Invocation {
        program.env("XDG_RUNTIME_DIR", self.folder.path()).env("WAYLAND_DISPLAY", &self.socket)
    }
}

/// A command line to which the program to run is appended; `setpriv` changes the user only if it
/// may.
fn as_nobody(home: &Home) -> Invocation {
    if rustix::process::geteuid().is_root() {
        let user = ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"];
        home.peer("setpriv").args(user)
    } else {
        home.peer("env")
    }
}
