//! Finds dependency cycles between files. A module and its own children may depend on each other:
//! they are one thing in several files.

use std::collections::{BTreeMap, BTreeSet};

use harness::workspace::{files, read};

/// The folders with the sources of every crate of the workspace.
const SOURCES: [&str; 8] = [
    "contract/src",
    "keygen/src",
    "pubkey-copy/src",
    "joblog-parse/src",
    "cidr/src",
    "sshc/src",
    "tests/harness",
    "xtask/src",
];

/// A module by its path in the crate, such as `connect::proxy`; the crate's root is empty.
type Module = String;

/// The code of a file, without comments and without its own tests.
fn code(text: &str) -> String {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    lines.map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn module_of(path: &str, folder: &str) -> Module {
    let path = path.strip_prefix(folder).expect("a source of the crate");
    let path = path.trim_start_matches('/').trim_end_matches(".rs");
    if path == "lib" || path == "main" { String::new() } else { path.replace('/', "::") }
}

fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

/// The longest module path that is a prefix of this path.
fn named<'a>(path: &str, modules: &'a BTreeSet<Module>) -> Option<&'a Module> {
    let mut path = path;
    loop {
        if let Some(module) = modules.get(path).filter(|it| !it.is_empty()) {
            return Some(module);
        }
        path = path.rsplit_once("::")?.0;
    }
}

/// Every path that begins with `crate::` or `super::`, in full, one for each part of `{…}`.
fn paths(module: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut rest = &code[at..];
            let mut base = if start == "crate::" { "" } else { module };
            if start == "crate::" {
                rest = &rest["crate::".len()..];
            }
            while let Some(after) = rest.strip_prefix("super::") {
                base = parent(base);
                rest = after;
            }
            let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let word: String = rest.chars().take_while(|c| is_path(*c)).collect();
            let group = rest[word.len()..].strip_prefix('{').and_then(|it| it.split('}').next());
            let join = |tail: &str| format!("{base}::{tail}").trim_start_matches("::").to_owned();
            match group {
                Some(group) => {
                    found.extend(group.split(',').map(|it| join(&(word.clone() + it.trim()))));
                }
                None => found.push(join(&word)),
            }
        }
    }
    found
}

/// Which module uses which, except modules and their parents.
fn arrows(folder: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    let sources: Vec<_> = files(folder, ".rs")
        .into_iter()
        .filter(|path| !path.ends_with("/tests.rs") && !path.ends_with("/properties.rs"))
        .filter(|path| !path.contains("/bin/"))
        .collect();
    let modules: BTreeSet<Module> = sources.iter().map(|path| module_of(path, folder)).collect();
    let mut arrows = BTreeMap::new();
    for path in &sources {
        let module = module_of(path, folder);
        let used = paths(&module, &code(&read(path)));
        let used = used.iter().filter_map(|path| named(path, &modules));
        let is_family = |other: &&Module| {
            let (one, other) = (format!("{module}::"), format!("{other}::"));
            one.starts_with(&other) || other.starts_with(&one)
        };
        let used = used.filter(|other| !is_family(other)).cloned().collect::<BTreeSet<_>>();
        if !module.is_empty() {
            arrows.insert(module, used);
        }
    }
    arrows
}

/// The modules reachable from this one.
fn reached(from: &str, arrows: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from.to_owned()];
    while let Some(module) = waiting.pop() {
        for next in arrows.get(&module).into_iter().flatten() {
            if reached.insert(next.clone()) {
                waiting.push(next.clone());
            }
        }
    }
    reached
}

/// The groups of modules that can all reach one another.
fn circles(arrows: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Vec<Module>> {
    let reaches: BTreeMap<_, _> = arrows.keys().map(|it| (it, reached(it, arrows))).collect();
    let in_circle = reaches.iter().filter(|(module, reached)| reached.contains(**module));
    in_circle
        .map(|(module, reached)| {
            let back = |other: &&Module| reaches.get(*other).is_some_and(|it| it.contains(*module));
            reached.iter().filter(back).cloned().collect()
        })
        .collect()
}

#[test]
fn a_circle_is_found_and_a_family_is_none() {
    let arrow = |from: &str, to: &[&str]| {
        (from.to_owned(), to.iter().map(|to| (*to).to_owned()).collect::<BTreeSet<_>>())
    };
    let all = BTreeMap::from([
        arrow("a", &["b"]),
        arrow("b", &["c"]),
        arrow("c", &["a"]),
        arrow("d", &["a"]),
    ]);
    let found = circles(&all);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [["a", "b", "c"].map(str::to_owned).to_vec()]
    );
    let code = "use crate::one::{two, Three};\nuse super::four;\nsuper::super::five();";
    assert_eq!(
        paths("x::y", code),
        ["one::two", "one::Three", "x::four", "five"].map(str::to_owned)
    );
}

#[test]
fn no_files_use_one_another_in_a_circle() {
    let found: Vec<String> = SOURCES
        .iter()
        .flat_map(|folder| {
            circles(&arrows(folder))
                .into_iter()
                .map(move |it| format!("{folder}: {}", it.join(", ")))
        })
        .collect();
    assert_eq!(found, Vec::<String>::new());
}
