//! Converts every format to every other, locked or not; the program that owns the format judges.

use harness::home::Home;

const FORMATS: [&str; 5] = ["ppk", "ppk2", "openssh", "pkcs8", "pem"];
/// The cheapest key derivations that the formats allow, because there are many combinations.
const CHEAP: [&str; 6] = ["--ppk-memory", "64", "--ppk-passes", "1", "--rounds", "1"];
const PASSPHRASE: &str = "sesam \u{f6}ffne";

/// The public line in a file, without its comment, as read by the format's owner.
fn judged(home: &Home, format: &str, file: &str, locked: bool) -> String {
    home.write("judge", if locked { format!("{PASSPHRASE}\n") } else { "\n".into() });
    let line = match format {
        "ppk" | "ppk2" => {
            let args =
                [file, "-O", "private-openssh-new", "-o", "judged", "--old-passphrase", "judge"];
            let exported = home.peer("puttygen").args(args).args(["--new-passphrase", "/dev/null"]);
            assert_eq!(exported.run().quiet_success(), "");
            home.peer("ssh-keygen").args(["-yf", "judged"]).run().quiet_success()
        }
        "openssh" => by_ssh_keygen(home, file, locked),
        _ => {
            let plain = home.peer("openssl").args(["pkey", "-in", file, "-passin", "file:judge"]);
            let public = plain.args(["-pubout", "-out", "judged"]).run();
            assert_eq!((public.code(), public.stdout()), (0, ""), "{}", public.stderr());
            public_line_of_spki(home)
        }
    };
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn by_ssh_keygen(home: &Home, file: &str, locked: bool) -> String {
    let passphrase = if locked { PASSPHRASE } else { "" };
    home.peer("ssh-keygen").args(["-y", "-P", passphrase, "-f", file]).run().quiet_success()
}

/// ssh-keygen 9.2 imports all public keys of OpenSSL except Ed25519, whose 32 bytes are at the end
/// (RFC 8410 §4).
fn public_line_of_spki(home: &Home) -> String {
    let imported = home.peer("ssh-keygen").args(["-i", "-m", "PKCS8", "-f", "judged"]).run();
    if imported.code() == 0 {
        return imported.stdout().to_owned();
    }
    let der =
        home.peer("openssl").args(["pkey", "-pubin", "-in", "judged", "-outform", "DER"]).run();
    assert_eq!((der.code(), der.stdout.len()), (0, 44));
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(der.stdout.iter().skip(12));
    let base64 = home.peer("openssl").args(["base64", "-A"]).stdin(blob).run().quiet_success();
    format!("ssh-ed25519 {base64}")
}

/// `pem` means PKCS#1 and SEC1, which do not support Ed25519.
fn exists(kind: &str, format: &str) -> bool {
    !(kind.contains("ed25519") && format == "pem")
}

/// Converts a key of this type from every format to every other.
fn convert_all(kind: &str) {
    let home = Home::new();
    home.write("secret", PASSPHRASE);
    for from in FORMATS.into_iter().filter(|format| exists(kind, format)) {
        for locked in [false, true] {
            let lock = if locked { "--passphrase-file=secret" } else { "--no-passphrase" };
            let made = home.tool("keygen").args(kind.split_whitespace()).args(CHEAP);
            let made = made.args(["-o", "in", "-O", from, "-C", "ada", "--force", lock]);
            let line = made.run().quiet_success();
            let public = line.trim_end().strip_suffix(" ada").expect("the comment").to_owned();
            assert_eq!(judged(&home, from, "in", locked), public, "{from} {locked}");
            for to in FORMATS.into_iter().filter(|format| exists(kind, format)) {
                convert_and_judge(&home, &public, to, locked);
            }
        }
    }
}

#[test]
fn every_format_of_rsa_becomes_every_other() {
    convert_all("-t rsa -b 2048");
}

#[test]
fn every_format_of_ed25519_becomes_every_other() {
    convert_all("-t ed25519");
}

#[test]
fn every_format_of_p256_becomes_every_other() {
    convert_all("-t ecdsa -b 256");
}

#[test]
fn every_format_of_p384_becomes_every_other() {
    convert_all("-t ecdsa -b 384");
}

#[test]
fn every_format_of_p521_becomes_every_other() {
    convert_all("-t ecdsa -b 521");
}

fn convert_and_judge(home: &Home, public: &str, to: &str, was_locked: bool) {
    for lock in [true, false] {
        let mut options = vec!["convert", "in", "-o", "out", "-O", to, "--force"];
        options.extend(if was_locked { &["--passphrase-file", "secret"][..] } else { &[] });
        // If no new passphrase is given, the old one (or none) is kept.
        match (was_locked, lock) {
            (true, false) => options.push("--no-new-passphrase"),
            (false, true) => options.extend(["--new-passphrase-file", "secret"]),
            _ => {}
        }
        let converted = home.tool("keygen").args(options).args(CHEAP).run();
        assert_eq!(converted.quiet_success(), "");
        assert_eq!(judged(home, to, "out", lock), public, "to {to}, locked: {lock}");
    }
}

#[test]
fn pkcs8_with_pbkdf2_is_read_by_openssl_too() {
    let home = Home::new();
    home.write("secret", PASSPHRASE);
    let made = home.tool("keygen").args([
        "-t",
        "ecdsa",
        "-o",
        "id",
        "-O",
        "pkcs8",
        "--pkcs8-kdf",
        "pbkdf2",
    ]);
    let line = made.args(["--passphrase-file", "secret", "-C", ""]).run().quiet_success();
    assert_eq!(judged(&home, "pkcs8", "id", true), line.trim_end());
    let shown = home.tool("keygen").args(["inspect", "id"]).run().quiet_success();
    assert!(shown.contains("aes256-cbc, PBKDF2 with Sha256, iterations: 600000\n"), "{shown}");
}

#[test]
fn ed25519_has_no_traditional_pem() {
    let home = Home::new();
    let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id.pem", "--no-passphrase"]);
    assert_eq!(
        made.run().failure(1),
        "keygen: an Ed25519 key in the formats PKCS#1 and SEC1 is not supported\n\
         keygen: hint: use -O openssh or -O pkcs8\n"
    );
    assert!(home.names().is_empty());
}

#[test]
fn the_passphrase_is_changed_set_and_removed_in_place() {
    let home = Home::new();
    home.write("old", "one");
    home.write("new", "two");
    let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--passphrase-file", "old"]);
    let line = made.args(CHEAP).run().quiet_success();
    let passphrase = |options: &[&str]| {
        home.tool("keygen")
            .args(["passphrase", "id"])
            .args(CHEAP)
            .args(options.iter().copied())
            .run()
    };
    let by_ssh =
        |secret: &str| home.peer("ssh-keygen").args(["-y", "-P", secret, "-f", "id"]).run();

    let changed = passphrase(&["--passphrase-file", "old", "--new-passphrase-file", "new"]);
    assert_eq!(changed.quiet_success(), "");
    assert_eq!(by_ssh("two").quiet_success(), line);
    assert_eq!(
        passphrase(&["--passphrase-file", "old", "--no-new-passphrase"]).failure(1),
        "keygen: cannot unlock `id`: wrong passphrase\n"
    );
    let removed = passphrase(&["--passphrase-file", "new", "--no-new-passphrase"]);
    assert_eq!(removed.quiet_success(), "");
    assert_eq!(by_ssh("").quiet_success(), line);
    assert_eq!(passphrase(&["--new-passphrase-file", "old"]).quiet_success(), "");
    assert_eq!(by_ssh("one").quiet_success(), line);
    assert_eq!(home.names(), ["id", "id.pub", "new", "old"]);
}

#[test]
fn a_wrong_passphrase_may_be_corrected_twice_on_the_terminal() {
    let home = Home::new();
    home.write("secret", "sesam");
    let made =
        home.tool("keygen").args(["-t", "ed25519", "-o", "id.ppk", "--passphrase-file", "secret"]);
    let _ = made.args(CHEAP).run().quiet_success();
    let convert = || home.tool("keygen").args(["convert", "id.ppk", "-o", "id"]).args(CHEAP);

    let mut screen = convert().on_terminal();
    for (typed, said) in [("no", "wrong passphrase, try again"), ("sesam", "saved id")] {
        screen.expect("Passphrase for key \"id.ppk\": ");
        screen.send_line(typed);
        screen.expect(said);
    }
    assert!(screen.finish().status.success());
    let _ = home.peer("ssh-keygen").args(["-y", "-P", "sesam", "-f", "id"]).run().quiet_success();

    let mut screen = convert().arg("--force").on_terminal();
    for said in ["try again", "try again", "keygen: cannot unlock `id.ppk`: wrong passphrase"] {
        screen.expect("Passphrase for key \"id.ppk\": ");
        screen.send_line("no");
        screen.expect(said);
    }
    assert_eq!(screen.finish().status.code(), Some(1));
}

#[test]
fn json_says_what_was_written_and_what_is_public() {
    let home = Home::new();
    home.write("secret", "sesam");
    let keygen = |arguments: &str| {
        let line = home.tool("keygen").args(arguments.split(' ')).run().quiet_success();
        serde_json::from_str::<serde_json::Value>(&line).expect("it is JSON")
    };
    let made = keygen("-t ed25519 -o id -C ada --no-passphrase --json");
    assert_eq!(
        keygen("convert id -o id.ppk --new-passphrase-file secret --json"),
        serde_json::json!({ "path": "id.ppk", "format": "ppk", "locked": true })
    );
    assert_eq!(
        keygen("passphrase id.ppk --passphrase-file secret --no-new-passphrase --json"),
        serde_json::json!({ "path": "id.ppk", "format": "ppk", "locked": false })
    );
    let public = keygen("public id.ppk --json");
    for field in
        ["algorithm", "bits", "comment", "fingerprint_sha256", "fingerprint_md5", "public_key"]
    {
        assert_eq!(public[field], made[field], "{field}");
    }
    assert_eq!(public.as_object().map(serde_json::Map::len), Some(6));
}

#[test]
fn a_comment_that_would_break_the_file_is_refused_or_replaced() {
    let home = Home::new();
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "id", "-C"]);
    let _ = made.arg("a\nPublic-Lines: 1").run().quiet_success();
    let convert = || home.tool("keygen").args(["convert", "id", "-o", "id.ppk"]);
    assert_eq!(
        convert().run().failure(1),
        "keygen: the key's comment holds a line break or another control character\n\
         keygen: hint: give another comment with -C TEXT\n"
    );
    assert_eq!(convert().args(["-C", "a b"]).run().quiet_success(), "");
    assert!(home.read_text("id.ppk").contains("\nComment: a b\n"));
}

#[test]
fn what_else_is_in_a_file_is_not_lost() {
    let home = Home::new();
    let made =
        home.peer("openssl").args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj"]);
    let made = made.args(["/CN=ada", "-keyout", "key", "-out", "certificate"]).run();
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let expected = by_ssh_keygen(&home, "key", false);
    let (key, certificate) = (home.read_text("key"), home.read_text("certificate"));
    for bundle in [
        format!("{key}{certificate}"),
        format!("{certificate}{key}"),
        format!("Bag Attributes\n    friendlyName: ada\n{key}"),
        format!("{key}{key}"),
    ] {
        home.write("bundle.pem", &bundle);
        let said = "keygen: `bundle.pem` contains more than the key, and that would be lost\nkeygen: \
                    hint: write the key to its own file: keygen convert IN -o OUT\n";
        let keygen = |arguments: &str| home.tool("keygen").args(arguments.split(' ')).run();
        assert_eq!(keygen("passphrase bundle.pem --no-new-passphrase").failure(1), said);
        assert_eq!(keygen("convert bundle.pem -o ./bundle.pem --force").failure(1), said);
        assert_eq!(home.read_text("bundle.pem"), bundle);
        assert_eq!(keygen("convert bundle.pem -o out --force").quiet_success(), "");
        assert_eq!(by_ssh_keygen(&home, "out", false), expected);
    }
}

#[test]
fn a_passphrase_that_would_lock_nothing_is_refused() {
    let home = Home::new();
    home.write("secret", "sesam");
    let _ = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--no-passphrase"]).run();
    let converted = home.tool("keygen").args(["convert", "id", "-o", "id.ppk"]);
    assert_eq!(
        converted.args(["--passphrase-file", "secret"]).run().failure(2),
        "keygen: `id` has no passphrase to read from --passphrase-file: give one to OUT with \
         --new-passphrase-file\n"
    );
    assert_eq!(home.names(), ["id", "id.pub", "secret"]);
}
