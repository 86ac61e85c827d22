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

/// The shortest and the longest text that winget's schema 1.10.0 takes in a field.
type Limits = (&'static str, usize, usize);

const EVERY: &[Limits] = &[
    ("PackageIdentifier", 4, 128),
    ("PackageVersion", 1, 128),
    ("ManifestType", 6, 13),
    ("ManifestVersion", 5, 23),
];

const LOCALE: &[Limits] = &[
    ("PackageLocale", 2, 20),
    ("Publisher", 2, 256),
    ("PublisherUrl", 10, 2048),
    ("PublisherSupportUrl", 10, 2048),
    ("PackageName", 2, 256),
    ("PackageUrl", 10, 2048),
    ("License", 3, 512),
    ("LicenseUrl", 10, 2048),
    ("ShortDescription", 3, 256),
    ("Description", 3, 10_000),
    ("Moniker", 1, 40),
    ("ReleaseNotesUrl", 10, 2048),
];

const INSTALLER: &[Limits] = &[
    ("Architecture", 3, 7),
    ("Scope", 4, 7),
    ("InstallerUrl", 10, 2048),
    ("InstallerSha256", 64, 64),
    ("ProductCode", 1, 255),
];

/// Checks that all of these fields are there, with texts of these lengths, and no field that
/// winget does not know: besides them, only the `others`.
fn assert_limits(document: &Value, limits: &[&[Limits]], others: &[&str]) {
    for (field, shortest, longest) in limits.iter().copied().flatten() {
        let text = document[*field].as_str().unwrap_or_else(|| panic!("{field}: {document}"));
        let length = text.chars().count();
        assert!((*shortest..=*longest).contains(&length), "{field} has {length} characters");
        assert!(!field.ends_with("Url") || text.starts_with("https://"), "{field}: {text}");
    }
    for field in document.as_object().expect("it is an object").keys() {
        let is_known = limits.iter().copied().flatten().any(|(name, ..)| name == field);
        assert!(is_known || others.contains(&field.as_str()), "winget does not know {field}");
    }
}

/// Checks a list of words against the limits of `Commands` and `Tags`.
fn assert_words(list: &Value) {
    let words: Vec<_> = list.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!((1..=16).contains(&words.len()), "{words:?}");
    assert!(words.iter().all(|it| (1..=40).contains(&it.len())), "{words:?}");
}

#[test]
fn winget_has_its_three_files() {
    let kinds = ["version", "installer", "defaultLocale"];
    let all = ["", ".installer", ".locale.en-US"].map(|kind| {
        let path = format!("winget/ClusterLogin.ClusterLogin{kind}.yaml");
        (read(&manifest(&path)), yaml(&path))
    });
    for ((text, document), kind) in all.iter().zip(kinds) {
        assert_eq!(document["PackageIdentifier"], "ClusterLogin.ClusterLogin");
        assert_eq!(document["PackageVersion"], VERSION);
        assert_eq!(document["ManifestType"], kind);
        assert_eq!(document["ManifestVersion"], "1.10.0");
        // `winget validate` warns about a manifest that does not begin with its schema.
        let schema = format!("https://aka.ms/winget-manifest.{kind}.1.10.0.schema.json");
        assert!(text.starts_with(&format!("# yaml-language-server: $schema={schema}\n")), "{text}");
    }
    let [version, installer, locale] = all.map(|(_, document)| document);
    assert_limits(&version, &[EVERY], &["DefaultLocale"]);
    assert_eq!(version["DefaultLocale"], locale["PackageLocale"]);
    assert_limits(&locale, &[EVERY, LOCALE], &["Tags"]);
    assert_words(&locale["Tags"]);
    assert_installers(&installer);
}

fn assert_installers(manifest: &Value) {
    let common = [
        "Commands",
        "InstallerType",
        "Installers",
        "MinimumOSVersion",
        "ReleaseDate",
        "UpgradeBehavior",
    ];
    assert_limits(manifest, &[EVERY], &common);
    assert_words(&manifest["Commands"]);
    assert_eq!(manifest["InstallerType"], "wix");
    assert_eq!(manifest["UpgradeBehavior"], "install");
    let date = manifest["ReleaseDate"].as_str().expect("a date");
    assert!(date.len() == 10 && date.split('-').count() == 3, "{date}");
    let installers = manifest["Installers"].as_array().expect("there are installers");
    let scopes: Vec<_> = installers.iter().map(|it| it["Scope"].as_str()).collect();
    assert_eq!(scopes, [Some("user"), Some("machine")]);
    for it in installers {
        let others = ["AppsAndFeaturesEntries", "ElevationRequirement"];
        assert_limits(it, &[INSTALLER], &others);
        assert_eq!(it["Architecture"], "x64");
        assert_download(&it["InstallerUrl"], &it["InstallerSha256"]);
        // What Windows records after the installation.
        let file = it["InstallerUrl"].as_str().and_then(|url| url.rsplit('/').next());
        let msi = dist("once").join(file.expect("a URL has a path"));
        let mut msiinfo = std::process::Command::new("msiinfo");
        let properties = output(msiinfo.arg("export").arg(msi).arg("Property")).replace('\r', "");
        let upgrade = &it["AppsAndFeaturesEntries"][0]["UpgradeCode"];
        for (name, code) in [("ProductCode", &it["ProductCode"]), ("UpgradeCode", upgrade)] {
            let line = format!("{name}\t{}\n", code.as_str().expect("a code"));
            assert!(properties.contains(&line), "{line} is not in {properties}");
        }
    }
}

#[test]
fn scoop_has_what_it_requires() {
    let text = read(&manifest("scoop/cluster-login.json"));
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_fields(&document, &["version", "homepage", "license"]);
    // Its schema forbids all other fields but these and some that we do not need.
    let known = [
        "architecture",
        "autoupdate",
        "bin",
        "checkver",
        "description",
        "homepage",
        "license",
        "pre_install",
        "psmodule",
        "version",
    ];
    let fields: Vec<_> = document.as_object().expect("it is an object").keys().collect();
    assert_eq!(fields, known);
    let download = &document["architecture"]["64bit"];
    assert_download(&download["url"], &download["hash"]);
    let folder = format!("cluster-login-{VERSION}-x86_64-windows");
    assert_eq!(download["extract_dir"], folder);
    // scoop links the whole folder as the module, so that the module's files must be at its top.
    assert_eq!(document["psmodule"]["name"], "ClusterLogin");
    assert_eq!(document["pre_install"], r#"Copy-Item "$dir\ClusterLogin\*" $dir -Recurse"#);
    let next = &document["autoupdate"]["architecture"]["64bit"]["url"];
    let next = next.as_str().expect("a URL").replace("$version", VERSION);
    assert_eq!(Value::from(next), download["url"]);
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
    assert!(["homepage ", "license ", "test do"].iter().all(|it| text.contains(it)));
    // `brew audit` wants a short description that begins with no article.
    let about = field("desc ");
    let about = about.as_str().expect("it is text");
    assert!(about.len() <= 80 && !["A ", "An ", "The "].iter().any(|it| about.starts_with(it)));
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
