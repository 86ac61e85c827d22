//! The zip for Windows: it runs from any folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use harness::home::Home;

use super::{PROGRAMS, VERSION, assert_links, files, output, package, wine};

/// Unpacks into a folder whose name breaks programs that split at spaces or use a code page.
fn unpacked(home: &Home) -> PathBuf {
    let folder = home.path("Müllers Ordner (neu)");
    output(
        Command::new("unzip").arg("-q").arg(package("x86_64-windows.zip")).arg("-d").arg(&folder),
    );
    folder.join(format!("cluster-login-{VERSION}-x86_64-windows"))
}

#[test]
fn everything_is_in_it() {
    let home = Home::new();
    let mut expected: Vec<String> = PROGRAMS.iter().map(|name| format!("{name}.exe")).collect();
    expected.extend(PROGRAMS.iter().map(|name| format!("ClusterLogin/completions/{name}.ps1")));
    let others = [
        "CHANGELOG.md",
        "ClusterLogin/ClusterLogin.psd1",
        "ClusterLogin/ClusterLogin.psm1",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "cluster-login.cmd",
    ];
    expected.extend(others.map(str::to_owned));
    expected.sort();
    let folder = unpacked(&home);
    assert_eq!(files(&folder), expected);
    for name in ["CHANGELOG.md", "README.md"] {
        assert_links(&folder, name);
    }
}

#[test]
fn programs_run_from_a_folder_with_spaces_and_umlauts() {
    let home = Home::new();
    let folder = unpacked(&home);
    for name in PROGRAMS {
        let program = folder.join(name).with_extension("exe");
        let version = output(wine::program(&program).arg("--version"));
        assert_eq!(version, format!("{name} {VERSION}\n"));
    }
}

#[test]
fn a_double_click_on_the_script_leaves_a_terminal_open() {
    let home = Home::new();
    let folder = unpacked(&home);
    let typed = home.write("typed", "sshc --version\r\nexit\r\n");
    let mut cmd = wine::program("cmd.exe");
    cmd.args(["/c", "cluster-login.cmd"]).current_dir(&folder);
    cmd.stdin(std::fs::File::open(typed).expect("it was written"));
    let shown = output(&mut cmd).replace('\r', "");
    assert!(shown.contains("ClusterLogin\"\n"), "{shown}");
    assert!(shown.contains(&format!(">sshc {VERSION}\n")), "{shown}");
}

#[test]
fn a_long_path_is_taken_and_written() {
    let home = Home::new();
    let keygen = unpacked(&home).join("keygen.exe");
    let name = "x".repeat(100);
    let folder = home.path("long").join(&name).join(&name).join(&name);
    std::fs::create_dir_all(&folder).expect("Linux has no such limit");
    let key = folder.join("id.ppk");
    let mut command = wine::program(&keygen);
    command.args(["-t", "ed25519", "--no-passphrase", "-o"]).arg(wine::path(&key));
    assert!(output(&mut command).starts_with("ssh-ed25519 "));
    assert!(key.is_file());
}

/// What a program's file says of itself.
fn objdump(option: &str, program: &Path) -> String {
    output(Command::new("x86_64-w64-mingw32-objdump").arg(option).arg(program))
}

#[test]
fn programs_need_no_library_but_those_of_windows() {
    let home = Home::new();
    let folder = unpacked(&home);
    for name in PROGRAMS {
        let program = folder.join(name).with_extension("exe");
        let headers = objdump("-p", &program);
        let libraries = headers.lines().filter_map(|line| line.trim().strip_prefix("DLL Name: "));
        for library in libraries {
            let library = library.to_lowercase();
            let stranger = ["gcc", "winpthread", "stdc", "vcruntime", "ucrtbase"];
            assert!(!stranger.iter().any(|it| library.contains(it)), "{name} needs {library}");
        }
    }
}

#[test]
fn programs_carry_no_symbols() {
    let home = Home::new();
    let folder = unpacked(&home);
    for name in PROGRAMS {
        let program = folder.join(name).with_extension("exe");
        let symbols = objdump("-t", &program);
        assert!(symbols.contains("\nno symbols\n"), "{name} carries symbols");
    }
}

#[test]
fn programs_carry_version_icon_and_manifest() {
    let home = Home::new();
    let folder = unpacked(&home);
    for name in PROGRAMS {
        let program = folder.join(name).with_extension("exe");
        let resources = std::fs::read(&program).expect("it is there");
        let has = |text: &str| resources.windows(text.len()).any(|it| it == text.as_bytes());
        let wide = |text: &str| {
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            resources.windows(wide.len()).any(|it| it == wide)
        };
        assert!(wide("ProductVersion") && wide(VERSION), "{name} tells its version");
        assert!(wide("OriginalFilename") && wide(&format!("{name}.exe")), "{name} tells its name");
        assert!(has("\"asInvoker\""), "{name} asks for no elevation");
        assert!(has(">true</longPathAware>"), "{name} takes long paths");
        assert!(has(">UTF-8</activeCodePage>"), "{name} has UTF-8 for a code page");
        let sections =
            output(Command::new("wrestool").arg("--list").arg("--type=14").arg(&program));
        assert!(sections.contains("--type=14"), "{name} has an icon: {sections}");
    }
}
