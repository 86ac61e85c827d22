//! Where new files go, who owns them, and that a failed run leaves nothing behind.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

use harness::home::Home;
use harness::invocation::Invocation;

fn keygen(home: &Home, line: &str) -> Invocation {
    home.tool("keygen").args(line.split(' '))
}

/// A standard output on which every write fails.
fn full() -> File {
    File::options().write(true).open("/dev/full").expect("Linux has it")
}

#[test]
fn a_result_that_cannot_be_said_leaves_nothing_behind() {
    let home = Home::new();
    let cannot = "keygen: cannot write to standard output: No space left on device\n";
    for json in ["", " --json"] {
        let line = format!("-t ed25519 --no-passphrase -o id{json}");
        assert_eq!(keygen(&home, &line).stdout_to(full()).run().failure(1), cannot);
        assert_eq!(home.names(), Vec::<String>::new());
    }
    let _ = keygen(&home, "-t ed25519 --no-passphrase -o id").run().quiet_success();
    let (private, public) = (home.read("id"), home.read("id.pub"));
    home.write("secret", "sesam");
    for line in [
        "-t ed25519 --no-passphrase -o id --force",
        "passphrase id --new-passphrase-file secret --json",
        "convert id -o id -O pkcs8 --force --json",
        "convert id -o other --json",
    ] {
        assert_eq!(keygen(&home, line).stdout_to(full()).run().failure(1), cannot, "{line}");
        assert_eq!((home.read("id"), home.read("id.pub")), (private.clone(), public.clone()));
        assert_eq!(home.names(), ["id", "id.pub", "secret"]);
    }
}

#[test]
fn a_reader_that_went_away_leaves_the_key() {
    let home = Home::new();
    for json in ["", " --json"] {
        let line = format!("-t ed25519 --no-passphrase -o id --force{json}");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let left = keygen(&home, &line).stdout_to(writer).run();
        assert_eq!((left.code(), left.stderr()), (0, ""));
        let shown = home.peer("ssh-keygen").args(["-yf", "id"]).run().quiet_success();
        assert!(home.read_text("id.pub").starts_with(shown.trim_end()), "{shown}");
    }
}

/// A search for primes of this size would take longer than any test can wait.
#[test]
fn what_no_key_can_have_is_refused_before_the_search() {
    let home = Home::new();
    for (option, value, said) in [
        ("-C", "a\nb", "a comment is one line without control characters"),
        ("-C", "a\u{1b}b", "a comment is one line without control characters"),
        ("-o", "keys/", "-o keys/ is a folder, not a file\n"),
        ("-o", "keys/.", "-o keys/. is a folder, not a file\n"),
        ("-o", "..", "-o .. is a folder, not a file\n"),
    ] {
        let search = keygen(&home, "-b 16384 --no-passphrase").args([option, value]);
        let failed = search.run().failure(2);
        assert!(failed.contains(said), "{failed}");
    }
    assert_eq!(home.names(), Vec::<String>::new());
    let _ = keygen(&home, "-t ed25519 --no-passphrase -o id").run().quiet_success();
    let failed = keygen(&home, "convert id -o other -C").arg("a\nb").run().failure(2);
    assert!(failed.contains("a comment is one line"), "{failed}");
}

#[test]
fn a_public_file_is_the_owners_to_write_whatever_the_umask() {
    let home = Home::new();
    for (umask, expected) in [("000", 0o644), ("022", 0o644), ("077", 0o600)] {
        let line =
            format!("umask {umask} && keygen -t ed25519 --no-passphrase -o id --force >public");
        let _ = home.shell(&line).run().quiet_success();
        let mode = |file| fs::metadata(home.path(file)).expect("there").permissions().mode();
        assert_eq!((mode("id") & 0o777, mode("id.pub") & 0o777), (0o600, expected), "{umask}");
    }
}

/// As root, since tests that make accounts run as root.
#[test]
fn a_file_that_is_replaced_stays_its_owners() {
    let home = Home::new();
    home.write("secret", "sesam");
    let _ = keygen(&home, "-t ed25519 --no-passphrase -o id").run().quiet_success();
    let (user, group) = (12_345, 23_456);
    for file in ["id", "id.pub"] {
        chown(home.path(file), Some(user), Some(group)).expect("the tests run as root");
    }
    let owned = |file| {
        let found = fs::metadata(home.path(file)).expect("there");
        (found.uid(), found.gid(), found.permissions().mode() & 0o777)
    };
    for line in [
        "passphrase id --new-passphrase-file secret --rounds 1",
        "convert id -o id -O pkcs8 --force --passphrase-file secret --no-new-passphrase",
        "-t ed25519 --no-passphrase -o id --force",
    ] {
        let _ = keygen(&home, line).run().quiet_success();
        assert_eq!(owned("id"), (user, group, 0o600), "{line}");
    }
    assert_eq!(owned("id.pub"), (user, group, 0o644));
}
