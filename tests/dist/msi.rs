//! The installers for Windows: they install silently, a new terminal finds the programs, upgrades
//! work, and removal leaves nothing behind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{PROGRAMS, VERSION, dist, from_xtask, output, package, wine};

/// Where an installer must have put its files.
struct Scope {
    name: &'static str,
    programs: &'static str,
    modules: &'static [&'static str],
}

const SCOPES: [Scope; 2] = [
    Scope {
        name: "user",
        programs: r"C:\users\USER\AppData\Local\Programs\Cluster Login",
        modules: &[
            r"C:\users\USER\Documents\WindowsPowerShell\Modules\ClusterLogin",
            r"C:\users\USER\Documents\PowerShell\Modules\ClusterLogin",
        ],
    },
    Scope {
        name: "machine",
        programs: r"C:\Program Files\Cluster Login",
        modules: &[r"C:\Program Files\WindowsPowerShell\Modules\ClusterLogin"],
    },
];

/// The output of a command line in a new terminal. The line comes from a file, because Wine would
/// quote arguments again.
fn cmd(line: &str) -> String {
    let home = harness::home::Home::new();
    let batch = home.write("line.cmd", format!("@echo off\r\n{line}\r\n"));
    output(wine::program("cmd.exe").arg("/c").arg(wine::path(&batch))).replace('\r', "")
}

fn user() -> String {
    cmd("echo %USERNAME%").trim().to_owned()
}

/// The Windows installer, without questions; it logs what it does.
fn msiexec(what: &str, msi: &Path) -> Command {
    let mut command = wine::program("msiexec.exe");
    command.args([what, &wine::path(msi), "/qn", "/l*v", &wine::path(&log())]);
    command
}

/// The log of the last installer.
fn log() -> PathBuf {
    dist("installer.log")
}

/// An installed product, by its installer. A failing test removes it, so that the next test does
/// not fail too.
struct Installed(PathBuf);

impl Installed {
    fn new(msi: PathBuf) -> Self {
        output(&mut msiexec("/i", &msi));
        Self(msi)
    }

    fn remove(self) {
        output(&mut msiexec("/x", &self.0));
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // An upgrade may have removed it already, which fails.
            let _ = msiexec("/x", &self.0).output();
        }
    }
}

/// The folders in which a new terminal looks for programs.
fn path() -> Vec<String> {
    let path = cmd("echo %PATH%");
    let folders = path.trim().split(';').map(|it| it.trim_end_matches('\\'));
    folders.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Our folders among them.
fn on_path() -> Vec<String> {
    path().into_iter().filter(|it| it.contains("Cluster")).collect()
}

/// The state of Windows before an installation.
struct Before {
    files: Vec<String>,
    path: Vec<String>,
}

impl Before {
    fn now() -> Self {
        Self { files: everything(), path: path() }
    }
}

/// All traces of our programs in Wine's folder and its home.
fn traces() -> Vec<String> {
    let prefix = wine::prefix();
    let found =
        output(Command::new("find").args([&prefix, &prefix.with_extension("home")]).args([
            "-ipath",
            "*cluster?login*",
            "-o",
            "-ipath",
            "*ClusterLogin*",
        ]));
    found.lines().map(str::to_owned).collect()
}

/// The versions of our product that Windows lists as installed.
fn registered() -> Result<Vec<String>, String> {
    let lists = ["HKCU", "HKLM"].map(uninstall_list);
    let mut versions = Vec::new();
    for list in lists {
        // An empty line precedes each key.
        for key in list?.split("\n\n").filter(|key| key.contains("Cluster Login")) {
            let version = key.lines().find_map(|it| it.trim().strip_prefix("DisplayVersion"));
            let version = version.ok_or_else(|| format!("no version in {key}"))?;
            versions.push(version.replace("REG_SZ", "").trim().to_owned());
        }
    }
    Ok(versions)
}

/// The registry's list of installed programs. A registry that cannot be read is not an empty one.
fn uninstall_list(root: &str) -> Result<String, String> {
    let key = format!(r"{root}\Software\Microsoft\Windows\CurrentVersion\Uninstall");
    let mut reg = wine::program("reg.exe");
    let answer = reg.args(["query", &key, "/s"]).output().map_err(|error| error.to_string())?;
    let list = String::from_utf8_lossy(&answer.stdout).replace('\r', "");
    if answer.status.success() {
        return Ok(list);
    }
    if list.trim() == "reg: Unable to find the specified registry key" {
        return Ok(String::new());
    }
    let errors = String::from_utf8_lossy(&answer.stderr);
    Err(format!("{reg:?}: {}\nstdout: {list}\nstderr: {errors}", answer.status))
}

/// Waits until Windows lists exactly these versions of our product.
fn assert_registered(expected: &[&str], scope: &Scope) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = registered();
        if found.as_ref().is_ok_and(|it| it == expected) {
            return;
        }
        if Instant::now() > deadline {
            let log = std::fs::read(log()).unwrap_or_default();
            let log = String::from_utf8_lossy(&log);
            panic!("{}: registered is {found:?}, not {expected:?}; installer:\n{log}", scope.name);
        }
    }
}

/// Checks that every file is in its place, and that a new terminal finds the programs.
fn assert_installed(scope: &Scope, version: &str) {
    let user = user();
    let programs = scope.programs.replace("USER", &user);
    assert_eq!(on_path(), [programs.as_str()], "{}", scope.name);
    // Wine leaves the separator behind when a folder goes, and its cmd stops at an empty one.
    let path = path().join(";");
    for name in PROGRAMS {
        let line = format!("set \"PATH={path}\"\r\n{name} --version");
        assert_eq!(cmd(&line), format!("{name} {VERSION}\n"));
    }
    for module in scope.modules {
        let manifest = format!(r"{}\{version}\ClusterLogin.psd1", module.replace("USER", &user));
        let text = cmd(&format!("type \"{manifest}\""));
        assert!(text.contains(&format!("ModuleVersion        = '{version}'")), "{text}");
    }
    assert!(traces().iter().any(|it| it.ends_with("/Cluster Login.lnk")), "{}", scope.name);
    assert_registered(&[version], scope);
}

/// Every file and folder of Windows and of its user's home.
fn everything() -> Vec<String> {
    let prefix = wine::prefix();
    let places = [prefix.join("drive_c"), prefix.with_extension("home")];
    let found = output(Command::new("find").args(places));
    let mut found: Vec<_> = found.lines().map(str::to_owned).collect();
    found.sort();
    found
}

fn assert_nothing_left(scope: &Scope, before: &Before) {
    // Windows keeps installers there; any new one would be ours.
    let is_new = |it: &String| !before.files.contains(it) && !it.ends_with("/Installer");
    let left: Vec<_> = everything().into_iter().filter(is_new).collect();
    assert_eq!(left, Vec::<String>::new(), "{}", scope.name);
    assert_eq!(traces(), Vec::<String>::new(), "{}", scope.name);
    assert_eq!(path(), before.path, "{}", scope.name);
    assert_registered(&[], scope);
}

#[test]
fn both_are_installed_upgraded_and_removed() {
    let _alone = wine::alone();
    let next = from_xtask("NEXT_VERSION");
    for scope in &SCOPES {
        let before = Before::now();
        assert_nothing_left(scope, &before);
        let _old = Installed::new(package(&format!("x86_64-{}.msi", scope.name)));
        assert_installed(scope, VERSION);
        let later = format!("cluster-login-{next}-x86_64-{}.msi", scope.name);
        let later = Installed::new(dist("next").join(later));
        assert_installed(scope, &next);
        assert!(!traces().iter().any(|it| it.contains(&format!("/{VERSION}/"))), "the old is gone");
        later.remove();
        assert_nothing_left(scope, &before);
    }
}

#[test]
fn the_menus_terminal_says_what_is_there() {
    let _alone = wine::alone();
    let scope = &SCOPES[0];
    let before = Before::now();
    let installed = Installed::new(package("x86_64-user.msi"));
    let script = format!(r"{}\cluster-login.cmd", scope.programs.replace("USER", &user()));
    let text = cmd(&format!("call \"{script}\" menu\r\nsshc --version"));
    installed.remove();
    assert_nothing_left(scope, &before);
    for name in PROGRAMS {
        assert!(text.lines().any(|line| line.trim_start().starts_with(name)), "{name}: {text}");
    }
    assert!(text.ends_with(&format!("sshc {VERSION}\n")), "{text}");
}
