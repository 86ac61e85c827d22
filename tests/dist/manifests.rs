//! Manifests for package managers: required fields, and addresses and checksums of the files that
//! were built.

use std::path::PathBuf;

use serde_json::Value;

use super::{PROGRAMS, VERSION, dist, output, python, read};
use harness::workspace;

fn manifest(path: &str) -> PathBuf {
    dist("once").join("manifests").join(path)
}

/// A file of YAML, as JSON.
fn yaml(path: &str) -> Value {
    const CONVERT: &str = "import json, sys, yaml\n\
        print(json.dumps(yaml.safe_load(open(sys.argv[1])), default=str))";
    serde_json::from_str(&python(CONVERT, &[&manifest(path)])).expect("it is JSON")
}

/// Checks that the address ends in a file that was built, and that the checksum is that file's.
fn assert_download(url: &Value, sum: &Value) {
    let (url, sum) = (url.as_str().expect("a URL"), sum.as_str().expect("a checksum"));
    let (folder, file) = url.rsplit_once('/').expect("a URL has a path");
    assert!(folder.ends_with(&format!("/releases/download/v{VERSION}")), "{url}");
    let sums = read(&dist("once").join("SHA256SUMS"));
    assert!(sums.lines().any(|line| line == format!("{sum}  {file}")), "{file} is not {sum}");
}

fn assert_fields(document: &Value, fields: &[&str]) {
    for field in fields {
        assert!(!document[*field].is_null(), "`{field}` is not in {document}");
    }
}

#[test]
fn winget_has_its_three_files() {
    let all = ["", ".installer", ".locale.en-US"]
        .map(|kind| yaml(&format!("winget/ClusterLogin.ClusterLogin{kind}.yaml")));
    for document in &all {
        assert_eq!(document["PackageIdentifier"], "ClusterLogin.ClusterLogin");
        assert_eq!(document["PackageVersion"], VERSION);
        assert_fields(document, &["ManifestType", "ManifestVersion"]);
    }
    let [version, installer, locale] = &all;
    assert_eq!(version["DefaultLocale"], locale["PackageLocale"]);
    assert_fields(locale, &["Publisher", "PackageName", "License", "ShortDescription"]);
    let installers = installer["Installers"].as_array().expect("there are installers");
    let scopes: Vec<_> = installers.iter().map(|it| it["Scope"].as_str()).collect();
    assert_eq!(scopes, [Some("user"), Some("machine")]);
    for it in installers {
        assert_fields(it, &["Architecture", "ProductCode"]);
        assert_download(&it["InstallerUrl"], &it["InstallerSha256"]);
        // What Windows records after the installation.
        let file = it["InstallerUrl"].as_str().and_then(|url| url.rsplit('/').next());
        let msi = dist("once").join(file.expect("a URL has a path"));
        let mut msiinfo = std::process::Command::new("msiinfo");
        let properties = output(msiinfo.arg("export").arg(msi).arg("Property")).replace('\r', "");
        let code = it["ProductCode"].as_str().expect("a code");
        assert!(properties.contains(&format!("ProductCode\t{code}\n")), "{properties}");
    }
}

#[test]
fn scoop_has_what_it_requires() {
    let text = read(&manifest("scoop/cluster-login.json"));
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_fields(&document, &["version", "homepage", "license", "checkver", "autoupdate"]);
    let download = &document["architecture"]["64bit"];
    assert_download(&download["url"], &download["hash"]);
    let mut programs: Vec<_> =
        document["bin"].as_array().expect("programs").iter().filter_map(Value::as_str).collect();
    programs.sort_unstable();
    assert_eq!(programs, PROGRAMS.iter().map(|it| format!("{it}.exe")).collect::<Vec<_>>());
}

#[test]
fn homebrew_has_a_formula_that_ruby_reads() {
    let path = manifest("homebrew/cluster-login.rb");
    assert_eq!(output(std::process::Command::new("ruby").arg("-c").arg(&path)), "Syntax OK\n");
    let text = read(&path);
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        Value::from(line.expect("the field is there").trim().trim_matches('"'))
    };
    assert_download(&field("url "), &field("sha256 "));
    assert!(["desc ", "homepage ", "license ", "test do"].iter().all(|it| text.contains(it)));
}

/// What `cargo binstall` would download for this target and look for in it, by its own rules: the
/// target's override, or the general values.
fn binstall(package: &str, target: &str) -> [String; 2] {
    let manifest = workspace::read(&format!("{package}/Cargo.toml"));
    let section = |name: &str| {
        let start = format!("[package.metadata.binstall{name}]\n");
        manifest.split(&start).nth(1).map(|it| it.split("\n[").next().unwrap_or(it).to_owned())
    };
    let (own, all) = (section(&format!(".overrides.{target}")), section(""));
    let machine = target.split('-').next().expect("a target has a machine");
    ["pkg-url", "bin-dir"].map(|key| {
        let start = format!("{key} = \"");
        let sections = own.iter().chain(all.iter());
        let line = sections.flat_map(|it| it.lines()).find_map(|it| it.strip_prefix(&start));
        let value = line.expect("the key is there").trim_end_matches('"');
        value.replace("{ version }", VERSION).replace("{ target-arch }", machine)
    })
}

#[test]
fn cargo_binstall_finds_every_program() {
    let targets = [
        ("x86_64-unknown-linux-gnu", "x86_64-linux", ".tar.gz"),
        ("x86_64-unknown-linux-musl", "x86_64-linux", ".tar.gz"),
        ("aarch64-unknown-linux-gnu", "aarch64-linux", ".tar.gz"),
        ("aarch64-unknown-linux-musl", "aarch64-linux", ".tar.gz"),
        ("x86_64-pc-windows-msvc", "x86_64-windows", ".zip"),
        ("x86_64-pc-windows-gnu", "x86_64-windows", ".zip"),
        ("aarch64-apple-darwin", "aarch64-macos", ".tar.gz"),
        ("x86_64-apple-darwin", "x86_64-macos", ".tar.gz"),
    ];
    for package in ["cidr", "joblog-parse", "keygen", "pubkey-copy", "sshc"] {
        for (target, system, ending) in targets {
            let folder = format!("cluster-login-{VERSION}-{system}");
            let [url, inside] = binstall(package, target);
            let address = format!("{{ repo }}/releases/download/v{VERSION}/{folder}{ending}");
            assert_eq!(url, address, "{package} for {target}");
            assert_eq!(inside, format!("{folder}/{{ bin }}{{ binary-ext }}"), "{package}");
            // Packages for macOS are made on a Mac.
            let is_made_here = !system.ends_with("-macos");
            assert!(!is_made_here || dist("once").join(format!("{folder}{ending}")).is_file());
        }
    }
}
