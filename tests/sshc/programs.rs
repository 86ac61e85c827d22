//! Programs that start `ssh`, as they are, with `sshc` in its place: by their own option for it, or
//! under the name `ssh` where they have none.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::invocation::{Finished, Invocation};
use harness::programs::under_test;

use super::{Site, name_lb};

mod command_lines;
mod copying;
mod editing;
mod running;
mod versions;

/// A server that `lb` stands for in the configuration, and a home in which `ssh` is `sshc`, and
/// every call of either is on record.
struct Lab(Site);

impl Lab {
    fn new() -> Self {
        Self::of(Site::new())
    }

    fn of(site: Site) -> Self {
        name_lb(&site);
        fs::create_dir(site.home.path("elsewhere")).expect("the home of the server is new");
        let (program, calls) = (under_test("sshc"), site.home.path("calls"));
        for name in ["ssh", "sshc"] {
            let path = site.home.path(".bin").join(name);
            let _ = fs::remove_file(&path);
            let (program, calls) = (program.display(), calls.display());
            let line = format!(
                "#!/bin/bash\necho \"$*\" >> '{calls}'\nexec -a {name} '{program}' \"$@\"\n"
            );
            fs::write(&path, line).expect("the folder is ours");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        Self(site)
    }

    /// A program, which must be installed.
    fn program(&self, name: &str) -> Invocation {
        self.0.home.peer(name)
    }

    /// `sshc` by the name of ssh.
    fn ssh(&self) -> Invocation {
        self.program("env").arg("ssh")
    }

    /// The path of a file of this name, on both sides.
    fn path(&self, name: &str) -> String {
        self.0.home.path(name).display().to_string()
    }

    /// The output of a program that succeeded, and that reached the server through `sshc`.
    #[expect(clippy::needless_pass_by_value, reason = "callers have no other use for it")]
    fn through_sshc(&self, ran: Finished) -> String {
        assert_eq!(ran.code(), 0, "{}{}", ran.stdout(), ran.stderr());
        self.assert_sshc_came();
        ran.stdout().to_owned()
    }

    fn assert_sshc_came(&self) {
        // The next program must call it again.
        fs::remove_file(self.0.home.path("calls")).expect("sshc was called");
        assert!(self.0.sshd.log().text().contains("Accepted publickey"));
    }
}
