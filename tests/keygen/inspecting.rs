//! `keygen inspect` and `keygen public`, compared with ssh-keygen's output.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use harness::home::Home;

pub(super) fn inspected(home: &Home, file: &str) -> serde_json::Value {
    let line = home.tool("keygen").args(["inspect", file, "--json"]).run().quiet_success();
    serde_json::from_str(&line).expect("it is JSON")
}

fn warnings(home: &Home, file: &str) -> Vec<String> {
    let object = inspected(home, file);
    let warnings = object.get("warnings").and_then(|warnings| warnings.as_array()).expect("a list");
    let names = warnings.iter().map(|warning| warning.get("name").and_then(|name| name.as_str()));
    names.map(|name| name.expect("a name").to_owned()).collect()
}

fn by_ssh_keygen(home: &Home, options: &[&str]) -> String {
    home.peer("ssh-keygen").args(options.iter().copied()).run().quiet_success()
}

#[test]
fn everything_about_a_key_in_words_and_in_json() {
    let home = Home::new();
    home.write("secret", "sesam");
    let made = home.tool("keygen").args(["-t", "rsa", "-b", "2048", "-o", "id.ppk", "-C", "ada"]);
    let made =
        made.args(["--passphrase-file", "secret", "--ppk-memory", "1024", "--ppk-passes", "2"]);
    let _ = made.run().quiet_success();
    let fingerprint = |hash| {
        let shown = by_ssh_keygen(&home, &["-E", hash, "-lf", "id.pub"]);
        shown.split_whitespace().nth(1).expect("a fingerprint").to_owned()
    };
    let (sha256, md5) = (fingerprint("sha256"), fingerprint("md5"));
    let drawn = by_ssh_keygen(&home, &["-lvf", "id.pub"]);
    let (_, art) = drawn.split_once('\n').expect("a line above");

    let shown =
        home.tool("keygen").args(["inspect", "id.ppk", "--randomart"]).run().quiet_success();
    assert_eq!(
        shown,
        format!(
            "file         id.ppk\nformat       PPK version 3\ntype         ssh-rsa\nbits         2048\n\
             comment      ada\nlocked       aes256-cbc, Argon2id, 1024 KiB, passes: 2, lanes: 1\n\
             fingerprint  {sha256}\n             {md5}\n{art}"
        )
    );
    let object = inspected(&home, "id.ppk");
    assert_eq!(object["fingerprint_sha256"], sha256);
    assert_eq!(object["fingerprint_md5"], md5);
    assert_eq!((&object["bits"], &object["locked"]), (&2048.into(), &true.into()));
    assert_eq!(object["warnings"], serde_json::json!([]));
}

#[test]
fn randomart_is_ssh_keygens_for_every_type() {
    let home = Home::new();
    for kind in ["ed25519", "ecdsa -b 384", "rsa -b 2048"] {
        for _ in 0..5 {
            let made = home.tool("keygen").arg("-t").args(kind.split(' '));
            let _ = made.args(["-o", "id", "--no-passphrase", "--force"]).run().quiet_success();
            let drawn = by_ssh_keygen(&home, &["-lvf", "id.pub"]);
            let shown = home
                .tool("keygen")
                .args(["inspect", "id.pub", "--randomart"])
                .run()
                .quiet_success();
            assert!(
                shown.ends_with(drawn.split_once('\n').expect("a line above").1),
                "{drawn}{shown}"
            );
        }
    }
}

#[test]
fn what_is_wrong_is_warned_of() {
    let home = Home::new();
    let ssh = |options: &str| by_ssh_keygen(&home, &options.split(' ').collect::<Vec<_>>());
    ssh("-q -t rsa -b 1024 -N sesam -f short");
    assert_eq!(warnings(&home, "short"), ["short_rsa"]);
    ssh("-q -t dsa -N sesam -f dsa");
    assert_eq!(warnings(&home, "dsa"), ["dsa"]);
    ssh("-q -t ecdsa -b 521 -N sesam -f p521");
    assert_eq!(warnings(&home, "p521"), ["putty_p521"]);
    assert_eq!(warnings(&home, "p521.pub"), [""; 0]);
    ssh("-q -t ed25519 -N  -f open");
    assert_eq!(warnings(&home, "open"), ["unlocked"]);
    ssh("-q -t rsa -b 2048 -m PEM -N sesam -f weak");
    assert_eq!(warnings(&home, "weak"), ["public_key_beside", "weak_lock"]);

    ssh("-q -t ed25519 -N sesam -f id");
    assert_eq!(warnings(&home, "id"), [""; 0]);
    fs::copy(home.path("open.pub"), home.path("id.pub")).expect("copied");
    assert_eq!(warnings(&home, "id"), ["other_public_key_beside"]);
}

#[test]
fn certificates_beside_a_key_are_read() {
    let home = Home::new();
    let ssh = |options: &str| by_ssh_keygen(&home, &options.split(' ').collect::<Vec<_>>());
    ssh("-q -t ed25519 -N  -f ca");
    ssh("-q -t ed25519 -N sesam -f id");
    for (validity, expected) in [
        ("20200101:20200102", vec!["expired_certificate"]),
        ("20990101:20990102", vec!["early_certificate"]),
        ("always:forever", vec![]),
    ] {
        ssh(&format!("-q -s ca -I ada -n ada -V {validity} id.pub"));
        assert_eq!(warnings(&home, "id"), expected, "{validity}");
        let shown = inspected(&home, "id-cert.pub");
        assert_eq!(shown["format"], "OpenSSH certificate");
        assert_eq!(shown["fingerprint_sha256"], inspected(&home, "id")["fingerprint_sha256"]);
    }
    fs::copy(home.path("id-cert.pub"), home.path("ca-cert.pub")).expect("copied");
    assert_eq!(warnings(&home, "ca"), ["unlocked", "other_certificate_beside"]);
}

#[test]
fn a_certificate_says_who_how_long_and_by_whom() {
    let home = Home::new();
    let ssh = |options: &str| by_ssh_keygen(&home, &options.split(' ').collect::<Vec<_>>());
    ssh("-q -t ed25519 -N  -f ca");
    ssh("-q -t ed25519 -N sesam -f id");
    let authority = ssh("-lf ca.pub").split(' ').nth(1).expect("a fingerprint").to_owned();
    ssh("-q -s ca -I ada\u{202e} -z 7 -n ada,root -V 20200101000000Z:20200102030405Z id.pub");
    let said = format!(
        "certificate  ada\\u{{202e}}, serial 7\nprincipals   ada, root\n\
         valid        from 2020-01-01 00:00:00 UTC until 2020-01-02 03:04:05 UTC\n\
         signed by    {authority}\nwarning      the certificate has expired\n"
    );
    for file in ["id", "id-cert.pub"] {
        let shown = home.tool("keygen").args(["inspect", file]).run().quiet_success();
        assert!(shown.ends_with(&said), "{shown}");
        assert_eq!(
            inspected(&home, file)["certificate"],
            serde_json::json!({
                "key_id": "ada\u{202e}",
                "serial": 7,
                "principals": ["ada", "root"],
                "valid_after": 1_577_836_800,
                "valid_before": 1_577_934_245,
                "signed_by": authority,
            })
        );
    }
    ssh("-q -s ca -I ada id.pub");
    let shown = home.tool("keygen").args(["inspect", "id"]).run().quiet_success();
    assert!(shown.contains("\nprincipals   any\nvalid        always\n"), "{shown}");
    assert_eq!(inspected(&home, "ca")["certificate"], serde_json::Value::Null);
}

/// PuTTY 0.78 and newer put the certificate into the PPK itself.
#[test]
fn a_certificate_inside_a_ppk_is_shown_and_the_key_read() {
    let home = Home::new();
    let ssh = |options: &str| by_ssh_keygen(&home, &options.split(' ').collect::<Vec<_>>());
    ssh("-q -t ed25519 -N  -f ca");
    ssh("-q -t ed25519 -N  -f id");
    ssh("-q -s ca -I ada id.pub");
    let made = home.peer("puttygen").args(["id", "-o", "plain.ppk"]);
    let _ = made.args(["--new-passphrase", "/dev/null"]).run().quiet_success();
    let made = home.peer("puttygen").args(["plain.ppk", "--certificate", "id-cert.pub"]);
    let _ = made.args(["-o", "id.ppk"]).run().quiet_success();
    let shown = inspected(&home, "id.ppk");
    assert_eq!(shown["certificate"]["key_id"], "ada");
    let line = by_ssh_keygen(&home, &["-yf", "id"]);
    assert_eq!(shown["fingerprint_sha256"], inspected(&home, "id.pub")["fingerprint_sha256"]);
    let public = home.tool("keygen").args(["public", "id.ppk"]).run().quiet_success();
    assert_eq!(public.split(' ').nth(1), line.split_whitespace().nth(1));
    let converted = home.tool("keygen").args(["convert", "id.ppk", "-o", "back"]).run();
    let _ = converted.quiet_success();
    assert_eq!(
        by_ssh_keygen(&home, &["-yf", "back"]).split_whitespace().nth(1),
        line.split_whitespace().nth(1)
    );
    let taken_out = home.peer("puttygen").args(["id.ppk", "--remove-certificate", "-o", "id.ppk"]);
    let _ = taken_out.run().quiet_success();
    assert_eq!(warnings(&home, "id.ppk"), ["unlocked"]);
}

#[test]
fn files_after_one_that_is_not_a_key_are_still_shown() {
    let home = Home::new();
    let ssh = |options: &str| by_ssh_keygen(&home, &options.split(' ').collect::<Vec<_>>());
    ssh("-q -t ed25519 -N sesam -f id");
    home.write("config", "Host *\n");
    let shown = home.tool("keygen").args(["inspect", "id", "config", "missing", "id.pub"]).run();
    assert_eq!(shown.code(), 1);
    let files: Vec<_> = shown.stdout().lines().filter(|line| line.starts_with("file ")).collect();
    assert_eq!(files, ["file         id", "file         id.pub"]);
    assert_eq!(
        shown.stderr(),
        "keygen: cannot read `config`: this is not a key file of a known format\nkeygen: hint: \
         keygen reads PPK, OpenSSH, PKCS#8, PKCS#1 and SEC1 private keys\nkeygen: cannot read \
         `missing`: No such file or directory\n"
    );
}

#[test]
fn a_file_that_others_may_read_is_warned_of_and_mended() {
    let home = Home::new();
    let _ = home
        .tool("keygen")
        .args(["-t", "ed25519", "-o", "id", "--no-passphrase"])
        .run()
        .quiet_success();
    fs::set_permissions(home.path("id"), Permissions::from_mode(0o644)).expect("ours");
    let shown = home.tool("keygen").args(["inspect", "id"]).run().quiet_success();
    assert!(
        shown
            .contains("warning      others may read it: its mode is 0644; see --fix-permissions\n"),
        "{shown}"
    );
    let shown =
        home.tool("keygen").args(["inspect", "id", "--fix-permissions"]).run().quiet_success();
    assert!(!shown.contains("others may read"), "{shown}");
    let mode = |file| fs::metadata(home.path(file)).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode("id"), 0o600);
    fs::set_permissions(home.path("id.pub"), Permissions::from_mode(0o644)).expect("ours");
    let _ =
        home.tool("keygen").args(["inspect", "id.pub", "--fix-permissions"]).run().quiet_success();
    assert_eq!(mode("id.pub"), 0o644, "others may read what is public");
}

#[test]
fn a_public_file_may_be_of_a_code_page() {
    let home = Home::new();
    let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--no-passphrase"]);
    let line = made.args(["-C", "m"]).run().quiet_success();
    home.write("cp.pub", [line.trim_end().as_bytes(), b"\xfcller\n"].concat());
    let public = home.tool("keygen").args(["public", "cp.pub"]).run().quiet_success();
    assert_eq!(public, format!("{}\u{fc}ller\n", line.trim_end()));
    let shown = home.tool("keygen").args(["inspect", "cp.pub"]).run().quiet_success();
    assert!(shown.contains("comment      m\u{fc}ller\n"), "{shown}");
}

/// Pasted without its options, the key would allow more than before.
#[test]
fn a_public_line_with_options_is_not_written_without_them() {
    let home = Home::new();
    let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--no-passphrase"]);
    let line = made.run().quiet_success();
    for options in ["cert-authority", "command=\"rsync --server\",from=\"203.0.113.7\""] {
        home.write("restricted.pub", format!("{options} {line}"));
        for more in [&[][..], &["--json"], &["-O", "rfc4716"]] {
            let public = home.tool("keygen").args(["public", "restricted.pub"]).args(more.to_vec());
            assert_eq!(
                public.run().failure(1),
                "keygen: the options in front of the key in `restricted.pub` would be lost\n\
                 keygen: hint: `pubkey-copy --print FILE` writes the line with its options\n"
            );
        }
        let _ = home.tool("keygen").args(["inspect", "restricted.pub"]).run().quiet_success();
    }
}

#[test]
fn the_public_half_needs_no_passphrase_where_it_is_in_clear() {
    let home = Home::new();
    home.write("secret", "sesam");
    for (file, format) in [("a.ppk", "ppk"), ("b", "openssh")] {
        let made =
            home.tool("keygen").args(["-t", "ed25519", "-C", "ada", "-o", file, "-O", format]);
        let line =
            made.args(["--passphrase-file", "secret", "--ppk-passes", "1"]).run().quiet_success();
        let public = |options: &[&str]| {
            home.tool("keygen")
                .args(["public", file])
                .args(options.iter().copied())
                .run()
                .quiet_success()
        };
        // OpenSSH encrypts the comment together with the private half.
        let in_clear = if format == "ppk" { line.clone() } else { line.replace(" ada", "") };
        assert_eq!(public(&[]), in_clear);
        assert_eq!(public(&["--passphrase-file", "secret"]), line);
        home.write("rfc", public(&["-O", "rfc4716", "--passphrase-file", "secret"]));
        let imported = by_ssh_keygen(&home, &["-if", "rfc"]);
        assert_eq!(imported.trim_end(), line.trim_end().strip_suffix(" ada").expect("the comment"));
        let back = home.tool("keygen").args(["public", "rfc"]).run().quiet_success();
        assert_eq!(back, line);
    }
}

#[test]
fn other_and_damaged_files_are_reported() {
    let home = Home::new();
    let _ = home
        .tool("keygen")
        .args(["-t", "ed25519", "-o", "id.ppk", "--no-passphrase", "-C", "ada"])
        .run()
        .quiet_success();
    let ppk = home.read_text("id.ppk");
    let failure = |name: &str, contents: &str| {
        home.write(name, contents);
        home.tool("keygen").args(["inspect", name]).run().failure(1)
    };
    assert_eq!(
        failure("text", "hello"),
        "keygen: cannot read `text`: this is not a key file of a known format\nkeygen: hint: \
         keygen reads PPK, OpenSSH, PKCS#8, PKCS#1 and SEC1 private keys\n"
    );
    assert_eq!(
        failure("cut.ppk", &ppk[..ppk.len() / 2]),
        "keygen: cannot read `cut.ppk`: damaged or truncated PPK version 3 file: line 6: the lines up to here are \
         not base64\n"
    );
    assert_eq!(
        failure("forged.ppk", &ppk.replace("Comment: ada", "Comment: eve")),
        "keygen: cannot read `forged.ppk`: the file is damaged or was tampered with: its MAC does not match\n"
    );
    assert_eq!(
        failure("v1.ppk", &ppk.replace("File-3", "File-1")),
        "keygen: cannot read `v1.ppk`: PPK version 1, whose integrity check can be forged, is not supported\n\
         keygen: hint: load the key in PuTTYgen 0.52 or later and save it again\n"
    );
    let hostile = ppk.replace("Encryption: none", "Encryption: aes256-cbc").replace(
        "Private-Lines",
        "Key-Derivation: Argon2id\nArgon2-Memory: 104857600\nArgon2-Passes: 1\nArgon2-Parallelism: 1\n\
         Argon2-Salt: 00112233445566778899aabbccddeeff\nPrivate-Lines",
    );
    assert_eq!(
        failure("hostile.ppk", &hostile),
        "keygen: cannot read `hostile.ppk`: the file asks for 104857600 KiB of memory for Argon2, more than the \
         1048576 KiB allowed\nkeygen: hint: if the file is really yours, re-save it with puttygen or ssh-keygen at a \
         lower cost\n"
    );
}

#[test]
fn many_keys_are_listed_as_ssh_keygen_lists_them() {
    let home = Home::new();
    for (kind, bits) in [("rsa", "2048"), ("ed25519", "256"), ("ecdsa", "521")] {
        let made = home.peer("ssh-keygen").args(["-q", "-t", kind, "-b", bits, "-N", ""]);
        let made = made.args(["-C", "ada's key"]);
        assert_eq!(made.args(["-f", kind]).run().quiet_success(), "");
    }
    let all = ["rsa.pub", "ed25519.pub", "ecdsa.pub"].map(|name| home.read_text(name)).concat();
    home.write("authorized_keys", format!("# mine\n{all}restrict {all}"));
    let signed = home.peer("ssh-keygen").args(["-q", "-s", "ed25519", "-I", "me", "rsa.pub"]).run();
    assert_eq!(signed.code(), 0, "{}", signed.stderr());
    home.write("bare.pub", home.read_text("rsa.pub").replace(" ada's key", ""));
    let files = ["rsa", "ed25519", "ecdsa", "bare.pub", "rsa-cert.pub", "authorized_keys"];
    let theirs: String = files
        .iter()
        .map(|name| home.peer("ssh-keygen").args(["-lf", name]).run().quiet_success())
        .collect();
    let ours = home.tool("keygen").args(["inspect", "-l"]).args(files).run().quiet_success();
    assert_eq!(ours, theirs);
}

#[test]
fn standard_input_is_not_locked_in_its_place() {
    let home = Home::new();
    let said =
        home.tool("keygen").args(["passphrase", "-", "--no-new-passphrase"]).run().failure(2);
    assert!(said.contains("keygen convert - -o OUT --new-passphrase-file FILE"), "{said}");
}
