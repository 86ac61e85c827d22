//! The list of its crates in each program, where `cargo audit bin` and other scanners look for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use harness::home::Home;

use super::{PROGRAMS, VERSION, output, package, python};

/// Finds the list, which is compressed by zlib, in a program of any format; prints its only root,
/// with the version, and then the other packages.
const READ: &str = r"
import json, re, sys, zlib
program = open(sys.argv[1], 'rb').read()
for start in re.finditer(rb'\x78[\x01\x5e\x9c\xda]', program):
    try:
        found = json.loads(zlib.decompressobj().decompress(program[start.start():]))
        break
    except (zlib.error, ValueError):
        pass
else:
    sys.exit('there is no list of crates')
root, = [it for it in found['packages'] if it.get('root')]
print(root['name'], root['version'], root['source'])
for it in found['packages']:
    print(it['name'])
";

fn crates(program: &Path) -> (String, BTreeSet<String>) {
    let found = python(READ, &[program]);
    let (root, names) = found.split_once('\n').expect("there is a root");
    (root.to_owned(), names.lines().map(str::to_owned).collect())
}

/// Checks the list in every program of this folder.
fn assert_listed(folder: &Path, ending: &str) {
    for name in PROGRAMS {
        let (root, names) = crates(&folder.join(format!("{name}{ending}")));
        let package = if *name == "keyagent" { "keygen" } else { name };
        assert_eq!(root, format!("{package} {VERSION} local"));
        assert!(names.contains("clap"), "{name}: {names:?}");
        assert_eq!(names.contains("russh"), *name == "sshc", "{name}: {names:?}");
        assert_eq!(names.contains("rustls"), *name == "cidr", "{name}: {names:?}");
        for other in ["assert_cmd", "proptest", "xtask"] {
            assert!(!names.contains(other), "{other} is in no program, but {name} lists it");
        }
    }
}

#[test]
fn every_program_for_windows_lists_its_crates() {
    let home = Home::new();
    let folder = home.path("zip");
    let zip = package("x86_64-windows.zip");
    output(Command::new("unzip").arg("-q").arg(zip).arg("-d").arg(&folder));
    assert_listed(&folder.join(format!("cluster-login-{VERSION}-x86_64-windows")), ".exe");
}

#[test]
fn every_program_for_linux_lists_its_crates() {
    let home = Home::new();
    for machine in ["x86_64", "aarch64"] {
        let archive = package(&format!("{machine}-linux.tar.gz"));
        output(Command::new("tar").arg("-C").arg(home.path(".")).arg("-xf").arg(archive));
        let folder = format!("cluster-login-{VERSION}-{machine}-linux");
        assert_listed(&home.path(folder), "");
    }
}
