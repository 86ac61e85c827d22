//! The installers for Windows: they install silently, a new terminal finds the programs, upgrades
//! work, and removal leaves nothing behind.

use std::path::Path;
use std::process::Command;

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

/// The output of a command line in a new terminal. The line comes from a file, because Wine quotes
/// arguments anew.
fn cmd(line: &str) -> String {
    let home = harness::home::Home::new();
    let batch = home.write("line.cmd", format!("@echo off\r\n{line}\r\n"));
    output(wine::program("cmd.exe").arg("/c").arg(wine::path(&batch))).replace('\r', "")
}

fn user() -> String {
    cmd("echo %USERNAME%").trim().to_owned()
}

/// Runs the Windows installer without questions.
fn msiexec(what: &str, msi: &Path) {
    output(wine::program("msiexec.exe").args([what, &wine::path(msi), "/qn"]));
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

fn is_registered() -> bool {
    let keys = ["HKCU", "HKLM"]
        .map(|root| format!(r"{root}\Software\Microsoft\Windows\CurrentVersion\Uninstall"));
    keys.iter().any(|key| {
        let found = wine::program("reg.exe").args(["query", key, "/s"]).output().expect("it runs");
        String::from_utf8_lossy(&found.stdout).contains("Cluster Login")
    })
}

/// Checks that every file is in its place, and that a new terminal finds the programs.
fn assert_installed(scope: &Scope, version: &str) {
    let user = user();
    let programs = scope.programs.replace("USER", &user);
    assert_eq!(on_path(), [programs.as_str()], "{}", scope.name);
    for name in PROGRAMS {
        // When Wine removes a folder from PATH it leaves the separator, and its cmd stops at an
        // empty entry.
        let line = format!("set \"PATH=%PATH:;;=;%\"\r\n{name} --version");
        assert_eq!(cmd(&line), format!("{name} {VERSION}\n"));
    }
    for module in scope.modules {
        let manifest = format!(r"{}\{version}\ClusterLogin.psd1", module.replace("USER", &user));
        let text = cmd(&format!("type \"{manifest}\""));
        assert!(text.contains(&format!("ModuleVersion        = '{version}'")), "{text}");
    }
    assert!(traces().iter().any(|it| it.ends_with("/Cluster Login.lnk")), "{}", scope.name);
    assert!(is_registered());
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
    assert!(!is_registered(), "{}", scope.name);
}

#[test]
fn both_are_installed_upgraded_and_removed() {
    let _alone = wine::alone();
    let next = from_xtask("NEXT_VERSION");
    for scope in &SCOPES {
        let before = Before::now();
        assert_nothing_left(scope, &before);
        let msi = package(&format!("x86_64-{}.msi", scope.name));
        msiexec("/i", &msi);
        assert_installed(scope, VERSION);
        let later = format!("cluster-login-{next}-x86_64-{}.msi", scope.name);
        let later = dist("next").join(later);
        msiexec("/i", &later);
        assert_installed(scope, &next);
        assert!(!traces().iter().any(|it| it.contains(&format!("/{VERSION}/"))), "the old is gone");
        msiexec("/x", &later);
        assert_nothing_left(scope, &before);
    }
}

#[test]
fn the_menus_terminal_says_what_is_there() {
    let _alone = wine::alone();
    let scope = &SCOPES[0];
    let before = Before::now();
    let msi = package("x86_64-user.msi");
    msiexec("/i", &msi);
    let script = format!(r"{}\cluster-login.cmd", scope.programs.replace("USER", &user()));
    let text = cmd(&format!("call \"{script}\"\r\nsshc --version"));
    msiexec("/x", &msi);
    assert_nothing_left(scope, &before);
    for name in PROGRAMS {
        assert!(text.lines().any(|line| line.trim_start().starts_with(name)), "{name}: {text}");
    }
    assert!(text.ends_with(&format!("sshc {VERSION}\n")), "{text}");
}
