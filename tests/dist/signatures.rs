//! Signatures on the installers, on the programs in them and on the PowerShell module, with
//! time-stamps.

use std::path::{Path, PathBuf};
use std::process::Command;

use harness::home::Home;

use super::{PROGRAMS, dist, files, from_xtask, output, read};

fn next(ending: &str) -> PathBuf {
    let version = from_xtask("NEXT_VERSION");
    dist("next").join(format!("cluster-login-{version}-x86_64-{ending}"))
}

/// The contents of the zip.
fn unpacked(home: &Home) -> PathBuf {
    let folder = home.path("zip");
    output(Command::new("unzip").arg("-q").arg(next("windows.zip")).arg("-d").arg(&folder));
    let root = next("windows");
    folder.join(root.file_name().expect("it has a name"))
}

/// The output of `osslsigncode` for a good signature with a good time-stamp; `None` for any other.
fn verified(file: &Path) -> Option<String> {
    let mut command = Command::new("osslsigncode");
    command.arg("verify").arg("-CAfile").arg(dist("public.pem"));
    command.arg("-TSA-CAfile").arg(dist("authority/authority.pem")).arg("-in").arg(file);
    let judged = command.output().expect("osslsigncode is there");
    judged.status.success().then(|| String::from_utf8_lossy(&judged.stdout).into_owned())
}

fn assert_signed(file: &Path) {
    let said = verified(file).unwrap_or_else(|| panic!("{} is not signed", file.display()));
    assert!(said.contains("Timestamp Server Signature verification: ok"), "{said}");
}

#[test]
fn programs_and_installers_are_signed_with_the_time() {
    let home = Home::new();
    let root = unpacked(&home);
    let programs = PROGRAMS.iter().map(|name| root.join(name).with_extension("exe"));
    for file in programs.chain(["user.msi", "machine.msi"].map(next)) {
        assert_signed(&file);
        let damaged = home.path("damaged").with_extension(file.extension().unwrap_or_default());
        let mut bytes = std::fs::read(&file).expect("it is there");
        let middle = bytes.len() / 3;
        bytes[middle] ^= 1;
        std::fs::write(&damaged, bytes).expect("there is room");
        assert_eq!(verified(&damaged), None, "a byte of {} was changed", file.display());
    }
}

/// `osslsigncode` signs scripts since 2.8; with an older one the packages say that scripts are
/// unsigned.
#[test]
fn the_powershell_module_is_signed_where_scripts_can_be() {
    let home = Home::new();
    let root = unpacked(&home);
    let usage = Command::new("osslsigncode").arg("--version").output().expect("it is there");
    let usage = String::from_utf8_lossy(&usage.stdout).into_owned();
    let too_old = (0..8).any(|minor| usage.starts_with(&format!("osslsigncode 2.{minor},")));
    let scripts: Vec<_> = files(&root).into_iter().filter(|it| it.contains(".ps")).collect();
    assert_eq!(scripts.len(), PROGRAMS.len() + 2, "{scripts:?}");
    for script in scripts {
        let script = root.join(script);
        assert_eq!(read(&script).contains("SIG # Begin signature block"), !too_old, "{usage}");
        if !too_old {
            assert_signed(&script);
        }
    }
}
