//! Keys that `keygen` makes, judged by PuTTYgen, ssh-keygen and OpenSSL.

use std::os::unix::fs::PermissionsExt as _;

use harness::home::Home;

/// Options, and ssh-keygen's description of the public line.
const TYPES: [(&str, &str); 5] = [
    // Neither the modulus nor its primes fill whole bytes.
    ("-t rsa -b 2050", "2050 (RSA)"),
    ("-t ed25519", "256 (ED25519)"),
    ("-t ecdsa", "256 (ECDSA)"),
    ("-t ecdsa -b 384", "384 (ECDSA)"),
    ("-t ecdsa -b 521", "521 (ECDSA)"),
];

const COMMENT: &str = "ada's key";

/// Makes a key and returns the public line that it printed.
fn make(home: &Home, options: &str, file: &str, passphrase: &str) -> String {
    home.write("secret", format!("{passphrase}\r\nnot this line\n"));
    let lock: &[&str] =
        if passphrase.is_empty() { &["--no-passphrase"] } else { &["--passphrase-file", "secret"] };
    let made =
        home.tool("keygen").args(options.split_whitespace()).args(["-o", file, "-C", COMMENT]);
    made.args(lock).run().quiet_success()
}

fn fingerprint_by_ssh_keygen(home: &Home, public_file: &str, expected: &str) -> String {
    let shown = home.peer("ssh-keygen").args(["-lf", public_file]).run().quiet_success();
    let (bits, kind) = expected.split_once(' ').expect("bits and kind");
    let mut fields = shown.trim().splitn(3, ' ');
    let (size, fingerprint) = (fields.next(), fields.next().expect("a fingerprint"));
    assert_eq!((size, fields.next()), (Some(bits), Some(format!("{COMMENT} {kind}").as_str())));
    fingerprint.to_owned()
}

#[test]
fn ppk_files_are_loaded_saved_and_fingerprinted_by_puttygen() {
    let home = Home::new();
    for (number, (options, expected)) in TYPES.into_iter().enumerate() {
        for passphrase in ["", "sesam \u{f6}ffne"] {
            for format in ["", " -O ppk2"] {
                let name = format!("{number}{}{}", passphrase.len(), format.len());
                let (ppk, public) = (format!("{name}.ppk"), format!("{name}.pub"));
                // Choosing the passes by time takes long, so only one type does it.
                let cost = if options.contains("ed25519") { "" } else { " --ppk-passes 1" };
                let line = make(&home, &format!("{options}{format}{cost}"), &ppk, passphrase);
                assert_eq!(home.read_text(&public), line);
                let fingerprint = fingerprint_by_ssh_keygen(&home, &public, expected);

                home.write("secret", passphrase);
                let by_puttygen = home.peer("puttygen").args(["-l", &ppk]).run().quiet_success();
                assert!(by_puttygen.contains(&fingerprint), "{by_puttygen}");
                let again =
                    home.peer("puttygen").args([&ppk, "-O", "private-openssh-new", "-o", "again"]);
                let again =
                    again.args(["--old-passphrase", "secret", "--new-passphrase", "/dev/null"]);
                assert_eq!(again.run().quiet_success(), "");
                let by_ssh = home.peer("ssh-keygen").args(["-yf", "again"]).run().quiet_success();
                assert_eq!(by_ssh, line);
            }
        }
    }
}

#[test]
fn openssh_files_are_read_by_ssh_keygen() {
    let home = Home::new();
    for (number, (options, expected)) in TYPES.into_iter().enumerate() {
        for passphrase in ["", "sesam \u{f6}ffne"] {
            let name = format!("id{number}{}", passphrase.len());
            let line = make(&home, options, &name, passphrase);
            let public = format!("{name}.pub");
            assert_eq!(home.read_text(&public), line);
            fingerprint_by_ssh_keygen(&home, &public, expected);
            let judged = home.peer("ssh-keygen").args(["-y", "-P", passphrase, "-f", &name]);
            assert_eq!(judged.run().quiet_success(), line);
        }
    }
}

#[test]
fn files_are_the_owners_alone_and_nothing_else_is_left() {
    let home = Home::new();
    make(&home, "-t ed25519", "id.ppk", "");
    assert_eq!(home.names(), ["id.ppk", "id.pub", "secret"]);
    let mode = home.path("id.ppk").metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_ppk_costs_what_puttys_own_do_unless_told() {
    let home = Home::new();
    make(&home, "-t ed25519", "id.ppk", "sesam");
    let ppk = home.read_text("id.ppk");
    for header in ["Key-Derivation: Argon2id", "Argon2-Memory: 8192", "Argon2-Parallelism: 1"] {
        assert!(ppk.lines().any(|line| line == header), "{ppk}");
    }
    make(&home, "-t ed25519 --force --ppk-memory 1024 --ppk-passes 7", "id.ppk", "sesam");
    let ppk = home.read_text("id.ppk");
    assert!(ppk.contains("\nArgon2-Memory: 1024\nArgon2-Passes: 7\n"), "{ppk}");
}

#[test]
fn the_default_is_rsa_of_3072_bits_in_the_home() {
    let home = Home::new();
    let line = home.tool("keygen").args(["--no-passphrase", "-q"]).run().quiet_success();
    assert!(line.starts_with("ssh-rsa ") && line.contains(" rsa-key-20"), "{line}");
    assert_eq!(home.read_text(".ssh/id_rsa.pub"), line);
    let shown = home.peer("ssh-keygen").args(["-lf", ".ssh/id_rsa"]).run().quiet_success();
    assert!(shown.starts_with("3072 SHA256:"), "{shown}");
}

#[test]
fn what_is_there_is_kept_unless_forced() {
    let home = Home::new();
    let keygen = || home.tool("keygen").args(["-t", "ed25519", "--no-passphrase", "-o", "id.ppk"]);
    home.write("id.pub", "theirs");
    assert_eq!(
        keygen().run().failure(1),
        "keygen: `id.pub` already exists\nkeygen: hint: choose another name, or pass --force to replace it\n"
    );
    assert_eq!((home.names(), home.read_text("id.pub")), (vec!["id.pub".into()], "theirs".into()));
    let line = keygen().arg("--force").run().quiet_success();
    assert_eq!(home.read_text("id.pub"), line);
}

#[test]
fn json_says_everything_about_the_new_key() {
    let home = Home::new();
    let made =
        home.tool("keygen").args(["-t", "ed25519", "--no-passphrase", "-o", "id.ppk", "--json"]);
    let line = made.args(["-C", "Jos\u{e9}"]).run().quiet_success();
    assert!(line.is_ascii() && line.ends_with("}\n"), "{line}");
    let made: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
    let public = home.read_text("id.pub");
    assert_eq!(made["path"], "id.ppk");
    assert_eq!(made["public_path"], "id.pub");
    assert_eq!(made["format"], "ppk");
    assert_eq!(made["algorithm"], "ssh-ed25519");
    assert_eq!(made["bits"], 256);
    assert_eq!(made["comment"], "Jos\u{e9}");
    assert_eq!(made["locked"], false);
    assert_eq!(made["public_key"], public.trim_end());
    let shown = home.peer("ssh-keygen").args(["-lf", "id.pub"]).run().quiet_success();
    assert_eq!(made["fingerprint_sha256"].as_str(), shown.split_whitespace().nth(1));
    let shown = home.peer("ssh-keygen").args(["-E", "md5", "-lf", "id.pub"]).run().quiet_success();
    assert_eq!(made["fingerprint_md5"].as_str(), shown.split_whitespace().nth(1));
}

#[test]
fn sizes_that_do_not_exist_are_wrong_usage() {
    let home = Home::new();
    for (options, message) in [
        ("-b 1024", "keygen: -b: an RSA key has 2048 to 16384 bits, an even number\n"),
        ("-b 2049", "keygen: -b: an RSA key has 2048 to 16384 bits, an even number\n"),
        ("-t ed25519 -b 255", "keygen: -b: an Ed25519 key has 256 bits\n"),
        ("-t ecdsa -b 512", "keygen: -b: an ECDSA key has 256, 384 or 521 bits\n"),
    ] {
        let made = home.tool("keygen").args(options.split_whitespace()).args([
            "--no-passphrase",
            "-o",
            "id",
        ]);
        assert_eq!(made.run().failure(2), message);
    }
    assert!(home.names().is_empty());
}

#[test]
fn the_passphrase_is_asked_twice_on_the_terminal() {
    let home = Home::new();
    let mut screen = home.tool("keygen").args(["-t", "ed25519", "-o", "id"]).on_terminal();
    screen.expect("Passphrase for \"id\" (empty for none): ");
    screen.send_line("sesam");
    screen.expect("The same again: ");
    screen.send_line("sesame");
    screen.expect("they differ, try again");
    screen.expect("Passphrase for \"id\" (empty for none): ");
    screen.send_line("sesamx\x7f");
    screen.expect("The same again: ");
    screen.send_line("sesam");
    screen.expect("saved id and id.pub");
    screen.expect("fingerprint SHA256:");
    let left = screen.finish();
    assert!(left.status.success() && !left.screen.contains("sesam"), "{}", left.screen);
    let _ = home.peer("ssh-keygen").args(["-y", "-P", "sesam", "-f", "id"]).run().quiet_success();
}

#[test]
fn without_a_terminal_it_says_which_options_answer() {
    let home = Home::new();
    let keygen = || home.tool("keygen").args(["-t", "ed25519", "-o", "id"]);
    let hint = "keygen: hint: answer with --passphrase-file FILE or --no-passphrase\n";
    assert_eq!(
        keygen().run().failure(1),
        format!("keygen: cannot ask for a passphrase for `id`: there is no terminal\n{hint}")
    );
    assert_eq!(
        keygen().arg("--batch").run().failure(1),
        format!("keygen: cannot ask for a passphrase for `id`: --batch was given\n{hint}")
    );
    assert!(home.names().is_empty());
}

#[test]
fn places_for_no_private_key_are_refused_before_anything_is_asked() {
    let home = Home::new();
    home.write("folder/file", "");
    for (place, code, said) in [
        ("-", 2, "-o -: a private key is written to a file, not to standard output\n"),
        (
            "id.pub",
            2,
            "`id.pub` is the name of a public key, but -o names the private one\nkeygen: hint: \
             leave out `.pub`: the public key goes into a file of that name beside it\n",
        ),
        ("folder", 1, "`folder` is not a regular file, so it is not replaced\n"),
        ("/dev/null", 1, "`/dev/null` is not a regular file, so it is not replaced\n"),
        ("missing/id", 1, "cannot write to `missing`: No such file or directory\n"),
    ] {
        let made = home.tool("keygen").args(["-t", "ed25519", "--force", "-o", place]).run();
        assert_eq!(made.failure(code), format!("keygen: {said}"));
    }
    assert_eq!(home.names(), ["folder"]);
}
