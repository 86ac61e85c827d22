//! Pageant's window: requests of older PuTTY programs, and of hostile ones.

use harness::home::Home;

use super::{Ours, asker};
use crate::login::key_pair;
use crate::wine;

/// What a client reads from shared memory of this size after it wrote this length there, for this
/// owner and this ending of the memory's name.
fn ask(home: &Home, size: &str, length: &str, owner: &str, name: &str) -> String {
    let asked = wine::program(home, home.path("asker.exe"));
    asked.args(["window", size, length, owner, name]).run().quiet_success()
}

#[test]
fn requests_come_in_shared_memory_of_any_size() {
    let _alone = wine::alone();
    let home = Home::new();
    key_pair(&home, "id");
    asker(&home);
    let agent = Ours::with_key(&home, "id");
    for size in ["8192", "262144"] {
        assert_eq!(ask(&home, size, "1", "user", "whole"), "answered 12 1\n", "{size}");
    }
    // A key that does not fit into the older clients' memory.
    let comment = "x".repeat(8180);
    assert_eq!(agent.says(["add", "id", "--comment", &comment]), "");
    assert_eq!(ask(&home, "8192", "1", "user", "whole"), "answered 5 0\n");
    assert_eq!(ask(&home, "262144", "1", "user", "whole"), "answered 12 1\n");
}

#[test]
fn hostile_requests_are_refused_and_block_no_other() {
    let _alone = wine::alone();
    let home = Home::new();
    asker(&home);
    let _agent = Ours::start(&home, &[]);
    let table = [
        ("8192", "0", "user", "whole", "answered 5 0\n"),
        ("8192", "8189", "user", "whole", "answered 5 0\n"),
        ("8192", "4294967295", "user", "whole", "answered 5 0\n"),
        ("524288", "262145", "user", "whole", "answered 5 0\n"),
        ("8192", "1", "nobody", "whole", "refused\n"),
        ("8192", "1", "system", "whole", "refused\n"),
        ("8192", "1", "user", "endless", "refused\n"),
        ("8192", "1", "user", "empty", "refused\n"),
        ("8192", "1", "user", "absent", "refused\n"),
        ("8192", "1", "user", "stranger", "refused\n"),
        ("reserved", "1", "user", "whole", "refused\n"),
        ("8192", "1", "user", "whole", "answered 12 0\n"),
    ];
    for (size, length, owner, name, expected) in table {
        let said = ask(&home, size, length, owner, name);
        assert_eq!(said, expected, "{size} {length} {owner} {name}");
    }
}
