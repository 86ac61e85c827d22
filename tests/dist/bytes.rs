//! Everything that a user can verify: reproducible bytes, checksums, the bill of materials, and
//! sizes.

use std::fs;
use std::process::Command;

use super::{dist, files, output, package, python, read};

#[test]
fn two_runs_give_the_same_bytes() {
    let names = files(&dist("once"));
    assert_eq!(names, files(&dist("again")));
    for name in names {
        let [once, again] =
            ["once", "again"].map(|run| fs::read(dist(run).join(&name)).expect("it is there"));
        assert!(once == again, "{name} differs");
    }
}

#[test]
fn checksums_are_those_of_every_package() {
    let folder = dist("once");
    output(Command::new("sha256sum").current_dir(&folder).args([
        "--check",
        "--quiet",
        "SHA256SUMS",
    ]));
    let sums = read(&folder.join("SHA256SUMS"));
    let listed = sums.lines().filter_map(|line| line.split_once("  ")).map(|(_, name)| name);
    let packages = files(&folder);
    let packages =
        packages.iter().map(String::as_str).filter(|it| !it.contains('/') && *it != "SHA256SUMS");
    assert_eq!(listed.collect::<Vec<_>>(), packages.collect::<Vec<_>>());
}

#[test]
fn the_bill_of_materials_is_valid_and_names_what_programs_are_made_of() {
    const VALIDATE: &str = "import sys\n\
        from cyclonedx.schema import SchemaVersion\n\
        from cyclonedx.validation.json import JsonStrictValidator\n\
        error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())\n\
        sys.exit(str(error) if error else 0)";
    let file = package("sbom.cdx.json");
    python(VALIDATE, &[&file]);
    let document: serde_json::Value = serde_json::from_str(&read(&file)).expect("it is JSON");
    let components = document["components"].as_array().expect("there are components");
    let names: Vec<_> = components.iter().filter_map(|it| it["name"].as_str()).collect();
    for name in ["sshc", "keygen", "russh", "aws-lc-sys"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    for name in ["proptest", "assert_cmd", "xtask", "tests"] {
        assert!(!names.contains(&name), "{name} is in no program");
    }
}
