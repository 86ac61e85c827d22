//! The workflows and the forms for issues, judged by the schemas of what GitHub reads.

use std::path::Path;
use std::process::Command;

use harness::home::Home;
use harness::workspace::root;

use super::{files, from_xtask, read};

/// What is wrong with a file by a schema that comes with `check-jsonschema`; empty if nothing is.
fn mistakes(schema: &str, file: &Path) -> String {
    let mut command = Command::new(from_xtask("DIST_PYTHON"));
    command.args(["-m", "check_jsonschema", "--output-format", "JSON", "--builtin-schema"]);
    let output = command.arg(format!("vendor.{schema}")).arg(file).output().expect("Python runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}\n{errors}", file.display()));
    if output.status.success() { String::new() } else { report["errors"].to_string() }
}

fn schema(file: &str) -> &'static str {
    match file {
        "ISSUE_TEMPLATE/config.yml" => "github-issue-config",
        form if form.starts_with("ISSUE_TEMPLATE/") => "github-issue-forms",
        _ => "github-workflows",
    }
}

#[test]
fn every_file_for_github_is_one_that_github_reads() {
    let folder = root().join(".github");
    let all = files(&folder);
    assert!(all.len() >= 6, "{all:?}");
    for file in all {
        assert_eq!(mistakes(schema(&file), &folder.join(&file)), "", "{file}");
    }
}

#[test]
fn the_schemas_find_mistakes() {
    let home = Home::new();
    let cases = [
        ("workflows/ci.yml", "runs-on:", "run-on:", "run-on"),
        ("ISSUE_TEMPLATE/bug.yml", "type: dropdown", "type: list", "list"),
        ("ISSUE_TEMPLATE/config.yml", "true", "perhaps", "perhaps"),
    ];
    for (file, right, wrong, found) in cases {
        let text = read(&root().join(".github").join(file));
        assert!(text.contains(right), "{file}");
        let damaged = home.write("damaged.yml", text.replace(right, wrong));
        let said = mistakes(schema(file), &damaged);
        assert!(said.contains(found), "{file}: {said}");
    }
}
