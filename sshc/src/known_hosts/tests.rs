use std::fs;

use russh::keys::ssh_key::PublicKey;

use super::*;

const A: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/";
const B: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAb0S9FEzDSA3xTzffzPpgjy86n7kHUWmrHYYL36FzL0";
const E: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5JtSovrjDk86FWNlymt40WIE/3YDVUsJrGvmuejefzxFYuRr7QazMafdUVyLoH3Se80zuzj7/X5YIyHDsBNmQ=";
const R: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCyTkWUVGz3WFdK+I5elrOm1ssCWrb0oeQgI5r2tqLLI4pKH2uIPOXXgQxPai3MA9BuOTnk55mPXYdz3+jv5kqviWC+yrZnHZ6KK85E+90itfRxeiCMGC9s2gXcnojiTcGejcTdZQbA4nl1qa/JH0EXx0aEJGBF/yCpDhBtfCdRn6w2Hfy5mUbX65k8icso0bNe96fJ3uN1oBWoKnswJRmJRyzGlKDbdeGPcgYEhjVdzS/VBRX84Cvd//EH91vWU4U34eEjfOyYzrvoX7sHkLxsonqOSDONXoattLXQM/Z+jWRkP2TOyVV6dhjx6wRT15eHeYQIFD51TGxskVxx+no1";

fn parse(text: &str) -> KnownHosts {
    KnownHosts::parse(Path::new("kh"), text)
}

fn host(host: &str) -> Name {
    Name::host(host, 22).unwrap()
}

/// The numbers of the lines that apply to a name, and whether each names it exactly.
fn lines_about(text: &str, name: &Name) -> Vec<(u32, bool)> {
    parse(text)
        .about(std::slice::from_ref(name))
        .map(|(line, relation)| (line.place.line, relation == Relation::Named))
        .collect()
}

#[test]
fn every_form_of_names_is_understood() {
    let hashed = entry::hashed("node7", [7; 20]);
    for (names, expected) in [
        ("node7", true),
        ("NODE7", true),
        ("node8,node7", true),
        ("node*", true),
        ("node?,!node7", false),
        ("node?,!node8", true),
        ("[node7]:2222", false),
        ("ada@node7:22", false),
        (hashed.as_str(), true),
    ] {
        let found = lines_about(&format!("{names} {A}\n"), &host("Node7"));
        assert_eq!(found, if expected { vec![(1, true)] } else { vec![] }, "{names}");
    }
}

#[test]
fn wider_names_cover_narrower_ones() {
    let text = format!("node7 {A}\n[node7]:2222 {A}\nada@node7:2222 {A}\n* {A}\n");
    let target = Name::target("ada", "node7", 2222).unwrap();
    assert_eq!(lines_about(&text, &target), [(1, false), (2, false), (3, true), (4, true)]);
    let port = Name::host("node7", 2222).unwrap();
    assert_eq!(lines_about(&text, &port), [(1, false), (2, true), (4, true)]);
    assert_eq!(lines_about(&text, &host("node7")), [(1, true), (4, true)]);
}

#[test]
fn spaces_tabs_comments_and_markers() {
    let text = format!(
        "# a comment\n\n   \t\n  # another\n\tnode7\t  {A}\ta comment # with more\n\
         @revoked node7 {B}\n@cert-authority\tnode7\t{E} ca\n"
    );
    let all = parse(&text);
    assert_eq!(all.warnings(), []);
    let markers: Vec<_> =
        all.about(&[host("node7")]).map(|(line, _)| (line.place.line, line.marker)).collect();
    assert_eq!(markers, [(5, Marker::HostKey), (6, Marker::Revoked), (7, Marker::CertAuthority)]);
}

#[test]
fn a_malformed_line_is_a_warning_and_the_others_count() {
    for (line, fault) in [
        ("node7".to_owned(), LineError::NoKey),
        ("node7 ssh-ed25519".to_owned(), LineError::NoKey),
        (format!("@trusted node7 {A}"), LineError::Marker),
        (format!("@revoked @revoked node7 {A}"), LineError::Key),
        (format!("|1|abc|def {A}"), LineError::Hash),
        (format!("|2|{} {A}", "x"), LineError::Hash),
        ("node7 ssh-ed25519 AAAA".to_owned(), LineError::Key),
        (format!("node7 {}", A.replace("ssh-ed25519", "ssh-rsa")), LineError::Key),
        (format!("node7 {}", &A[..A.len() - 1]), LineError::Key),
        ("node7 1024 35 1234567890".to_owned(), LineError::Key),
    ] {
        let all = parse(&format!("{line}\nnode7 {A}\n"));
        let place = Place { file: Path::new("kh").into(), line: 1 };
        assert_eq!(all.warnings(), [Warning { place, fault }], "{line}");
        assert_eq!(all.about(&[host("node7")]).count(), 1);
    }
    assert_eq!(parse("node7\n").warnings()[0].to_string(), "kh:1: no key");
}

#[test]
fn recorded_types_are_asked_for_in_order() {
    let text = format!("node7 {R}\nnode7 {A}\nnode8 {E}\nnode7 {B}\n@revoked node7 {E}\n");
    let names = parse(&text).algorithms_for(&[host("node7")]);
    let names: Vec<_> = names.iter().map(Algorithm::as_str).collect();
    assert_eq!(names, ["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]);
    assert!(!parse(&text).has_authority_for(&[host("node7")]));
    assert!(parse(&format!("@cert-authority *7 {A}")).has_authority_for(&[host("node7")]));
}

#[test]
fn ten_thousands_of_lines_are_read_and_searched_at_once() {
    let lines = (0..50_000).map(|n| format!("node{n},192.0.2.{} {A}\n", n % 256));
    let all = parse(&lines.collect::<String>());
    assert_eq!(all.about(&[host("node49999")]).count(), 1);
}

#[test]
fn a_file_that_is_not_there_is_empty_and_one_that_cannot_be_read_an_error() {
    let home = tempfile::tempdir().unwrap();
    let missing = home.path().join("missing");
    assert_eq!(KnownHosts::read(&[&missing]).unwrap().lines.len(), 0);
    let error = KnownHosts::read(&[missing.as_path(), home.path()]).unwrap_err();
    let expected = format!("cannot read the known hosts in `{}`", home.path().display());
    assert_eq!(error.to_string(), expected);
}

#[test]
fn files_of_windows_are_read() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("known_hosts");
    let text = format!("node7 {A}\r\nnode8 {B}\r\n");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.clone().into_bytes(), [b"\xFF\xFE", &utf16[..]].concat()] {
        fs::write(&file, bytes).unwrap();
        let all = KnownHosts::read(&[&file]).unwrap();
        assert_eq!((all.lines.len(), all.warnings.len()), (2, 0));
        assert_eq!(all.about(&[host("node8")]).count(), 1);
    }
}

#[test]
fn a_key_is_remembered_once_and_found() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("new/.ssh/known_hosts");
    let (a, b): (PublicKey, PublicKey) = (A.parse().unwrap(), B.parse().unwrap());
    remember(&file, &host("node7"), &a, false).unwrap();
    remember(&file, &host("node7"), &a, false).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("node7 {A}\n"));
    remember(&file, &host("node8"), &b, true).unwrap();
    remember(&file, &host("node8"), &b, false).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains("|1|") && !text.contains("node8"), "{text}");
    assert_eq!(lines_about(&text, &host("node8")), [(2, true)]);
}

#[test]
fn a_key_is_remembered_after_whatever_is_there() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("known_hosts");
    let key: PublicKey = A.parse().unwrap();
    fs::write(&file, "# no newline").unwrap();
    remember(&file, &host("node7"), &key, false).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("# no newline\nnode7 {A}\n"));

    fs::write(&file, b"\xFF\xFE#\0").unwrap();
    remember(&file, &host("node7"), &key, false).unwrap();
    let all = KnownHosts::read(&[&file]).unwrap();
    assert_eq!((all.about(&[host("node7")]).count(), all.warnings.len()), (1, 0));
}

#[test]
fn many_at_once_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("known_hosts");
    let key: PublicKey = A.parse().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (file, key) = (&file, &key);
            scope.spawn(move || {
                for number in 0..10 {
                    let name = host(&format!("node{thread}-{number}"));
                    remember(file, &name, key, false).unwrap();
                }
                forget(file, &host(&format!("node{thread}-0"))).unwrap();
            });
        }
    });
    let all = KnownHosts::read(&[&file]).unwrap();
    assert_eq!((all.lines.len(), all.warnings.len()), (72, 0));
}

#[test]
fn forgetting_takes_the_lines_of_one_name_and_keeps_the_file_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("known_hosts");
    let old = home.path().join("known_hosts.old");
    let others = format!("# caf\u{e9}\r\n* {B}\n@revoked node7 {B}\nbroken\n");
    let hashed = entry::hashed("node7", [1; 20]);
    let before = format!("{others}node7,192.0.2.7 {A}\n{hashed} {E}\nada@node7:22 {A}");
    fs::write(&file, &before).unwrap();
    let forgotten = forget(&file, &host("node7")).unwrap();
    let removed: Vec<_> = forgotten.iter().map(|f| (f.place.line, f.key_type.as_str())).collect();
    assert_eq!(removed, [(5, "ssh-ed25519"), (6, "ecdsa-sha2-nistp256")]);
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{others}ada@node7:22 {A}"));
    assert_eq!(fs::read_to_string(&old).unwrap(), before);

    fs::remove_file(&old).unwrap();
    assert_eq!(forget(&file, &host("node7")).unwrap(), []);
    assert!(!old.exists());
    assert_eq!(forget(&home.path().join("missing"), &host("node7")).unwrap(), []);
    let target = Name::target("ada", "node7", 22).unwrap();
    assert_eq!(forget(&file, &target).unwrap().len(), 1);
}
