//! Linux: the archive's programs, which need no library, and the packages, installed and removed.

use std::path::{Path, PathBuf};
use std::process::Command;

use harness::home::Home;
use harness::sshd::Sshd;

use super::debian::Debian;
use super::{PROGRAMS, VERSION, assert_links, dist, files, output, package};

/// Unpacks an archive, and returns its only folder.
fn unpacked(home: &Home, machine: &str) -> PathBuf {
    let folder = home.path(machine);
    std::fs::create_dir(&folder).expect("it is new");
    let archive = package(&format!("{machine}-linux.tar.gz"));
    output(Command::new("tar").arg("-C").arg(&folder).arg("-xf").arg(archive));
    folder.join(format!("cluster-login-{VERSION}-{machine}-linux"))
}

#[test]
fn the_archive_has_all_that_a_program_comes_with() {
    let home = Home::new();
    let root = unpacked(&home, "x86_64");
    let there = files(&root);
    for name in PROGRAMS {
        let expected = [
            (*name).to_owned(),
            format!("man/man1/{name}.1"),
            format!("completions/bash/{name}"),
            format!("completions/zsh/_{name}"),
            format!("completions/fish/{name}.fish"),
        ];
        for file in expected {
            assert!(there.contains(&file), "{file} is not in {there:?}");
        }
    }
    assert!(
        ["LICENSE-APACHE", "LICENSE-MIT", "README.md"].iter().all(|it| root.join(it).is_file())
    );
    assert_links(&root, "README.md");
}

/// Runs every program, makes a key, and logs in with it. `command` starts a program of the archive;
/// it sees the folder `place` as the path `seen`.
fn assert_works(command: impl Fn(&str) -> Command, place: &Path, seen: &str) {
    for name in PROGRAMS {
        assert_eq!(output(command(name).arg("--version")), format!("{name} {VERSION}\n"));
    }
    let key = format!("{seen}id.ppk");
    let mut keygen = command("keygen");
    keygen.args(["-t", "ed25519", "-C", "ada", "--no-passphrase", "-o", &key]);
    let line = output(&mut keygen);
    assert!(line.starts_with("ssh-ed25519 ") && line.ends_with(" ada\n"), "{line}");
    assert!(place.join("id.ppk").is_file());
    let sshd = Sshd::start(line.trim_end());
    let mut sshc = command("sshc");
    sshc.args(["-F", "none", "--batch", "--known-hosts", "none", "--accept-new", "--key", &key]);
    assert_eq!(output(sshc.args([&sshd.target(), "echo in"])), "in\n");
}

#[test]
fn programs_work_where_nothing_else_is() {
    let home = Home::new();
    let root = unpacked(&home, "x86_64");
    let command = |name: &str| {
        let mut chroot = Command::new("chroot");
        chroot.arg(&root).arg(format!("/{name}")).env_clear();
        chroot.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        chroot
    };
    assert_works(command, &root, "/");
}

#[test]
fn programs_work_on_aarch64() {
    let home = Home::new();
    let root = unpacked(&home, "aarch64");
    let command = |name: &str| {
        let mut emulator = Command::new("qemu-aarch64-static");
        emulator.arg(root.join(name)).env("HOME", home.path("."));
        emulator
    };
    assert_works(command, &root, &format!("{}/", root.display()));
}

#[test]
fn the_debian_package_is_installed_used_and_removed() {
    let home = Home::new();
    // The tests check our units with `systemd-analyze`.
    let debian = Debian::fresh(home.path("debian"), &["systemd"]);
    let deb = dist("once").join(format!("cluster-login_{VERSION}_amd64.deb"));
    std::fs::copy(deb, debian.path("package.deb")).expect("there is room");
    let before = files(&debian.path("usr"));
    debian.run(&["dpkg", "--install", "/package.deb"]);
    for name in PROGRAMS {
        let version = debian.run(&[name, "--version"]);
        assert_eq!(version, format!("{name} {VERSION}\n"));
        let places = [
            format!("bash-completion/completions/{name}"),
            format!("zsh/vendor-completions/_{name}"),
            format!("fish/vendor_completions.d/{name}.fish"),
        ];
        // Debian's own minimal images leave out man pages.
        let installed = debian.run(&["dpkg", "--listfiles", "cluster-login"]);
        assert!(installed.contains(&format!("/usr/share/man/man1/{name}.1.gz")), "{installed}");
        for place in places {
            assert!(debian.path("usr/share").join(&place).is_file(), "{place}");
        }
    }
    for unit in ["keyagent.service", "keyagent.socket"] {
        let unit = format!("/usr/lib/systemd/user/{unit}");
        let verify = ["systemd-analyze", "--user", "verify", "--man=no", &unit];
        debian.run(&[&["env", "XDG_RUNTIME_DIR=/tmp"][..], &verify].concat());
    }
    assert_links(&debian.path("usr/share/doc/cluster-login"), "README.md");
    let secret = debian.run(&["keygen", "-t", "ed25519", "--no-passphrase", "-o", "/id.ppk"]);
    assert!(secret.starts_with("ssh-ed25519 "), "{secret}");
    debian.run(&["dpkg", "--purge", "cluster-login"]);
    assert_eq!(files(&debian.path("usr")), before);
}

#[test]
fn everyone_can_read_what_is_packed_and_only_root_can_change_it() {
    let listings = |machine: &str, architecture: &str| {
        let archive = package(&format!("{machine}-linux.tar.gz"));
        let deb = dist("once").join(format!("cluster-login_{VERSION}_{architecture}.deb"));
        let tar = output(Command::new("tar").arg("-tvzf").arg(archive));
        tar + &output(Command::new("dpkg-deb").arg("-c").arg(deb))
    };
    let listed = listings("x86_64", "amd64") + &listings("aarch64", "arm64");
    for line in listed.lines() {
        let (mode, rest) = line.split_once(' ').expect("a mode comes first");
        let owner = rest.trim_start().split(' ').next();
        assert!([Some("0/0"), Some("root/root")].contains(&owner), "{line}");
        let path = rest.rsplit(' ').next().unwrap_or_default();
        let is_program = PROGRAMS.iter().any(|it| path.ends_with(&format!("linux/{it}")))
            || path.starts_with("./usr/bin/");
        let expected = if mode.starts_with('d') {
            "drwxr-xr-x"
        } else if is_program && !path.ends_with('/') {
            "-rwxr-xr-x"
        } else {
            "-rw-r--r--"
        };
        assert_eq!(mode, expected, "{line}");
    }
    assert!(listed.lines().count() > 100, "{listed}");
}

#[test]
fn the_debian_package_is_as_debian_wants_it() {
    for architecture in ["amd64", "arm64"] {
        let deb = dist("once").join(format!("cluster-login_{VERSION}_{architecture}.deb"));
        let mut lintian = Command::new("lintian");
        // Our programs are static on purpose, and the package closes no Debian bug.
        lintian.args(["--fail-on", "error", "--allow-root", "--suppress-tags"]);
        lintian.arg("statically-linked-binary,initial-upload-closes-no-bugs,no-changelog");
        output(lintian.arg(deb));
    }
}

#[test]
fn the_rpm_has_everything_where_it_belongs() {
    for machine in ["x86_64", "aarch64"] {
        let rpm = dist("once").join(format!("cluster-login-{VERSION}-1.{machine}.rpm"));
        let query = |format: &str| {
            output(Command::new("rpm").args(["-qp", "--nosignature", "--qf", format]).arg(&rpm))
        };
        assert_eq!(
            query("%{NAME} %{VERSION} %{ARCH} %{LICENSE}"),
            format!("cluster-login {VERSION} {machine} MIT OR Apache-2.0")
        );
        let listed = query("[%{FILEMODES:perms} %{FILEUSERNAME} %{FILENAMES}\n]");
        for name in PROGRAMS {
            let expected = [
                format!("-rwxr-xr-x root /usr/bin/{name}"),
                format!("-rw-r--r-- root /usr/share/man/man1/{name}.1.gz"),
                format!("-rw-r--r-- root /usr/share/bash-completion/completions/{name}"),
                format!("-rw-r--r-- root /usr/share/zsh/site-functions/_{name}"),
                format!("-rw-r--r-- root /usr/share/fish/vendor_completions.d/{name}.fish"),
            ];
            for line in expected {
                assert!(listed.lines().any(|it| it == line), "{line} is not in\n{listed}");
            }
        }
        assert!(listed.contains("/usr/share/licenses/cluster-login/LICENSE-MIT"));
        for unit in ["keyagent.service", "keyagent.socket"] {
            let line = format!("-rw-r--r-- root /usr/lib/systemd/user/{unit}");
            assert!(listed.lines().any(|it| it == line), "{line} is not in\n{listed}");
        }
    }
}
