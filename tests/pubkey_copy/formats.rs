//! Every key file format, written by the programs that own it.

use harness::home::Home;

use super::{key_pair, pubkey_copy};

/// Types and sizes of keys, as both `ssh-keygen` and `puttygen` name them.
const KINDS: [(&str, &str); 5] =
    [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048")];

/// The line of a file, which must be printed without a message or a question.
fn line_of(home: &Home, file: &str) -> String {
    pubkey_copy(home, ["--print", "--batch", file]).run().quiet_success()
}

#[test]
fn openssh_files_locked_or_not() {
    let home = Home::new();
    for (kind, bits) in KINDS {
        for passphrase in ["", "correct horse"] {
            let name = format!("{kind}-{bits}-{}", passphrase.len());
            let made =
                home.peer("ssh-keygen").args(["-q", "-t", kind, "-b", bits, "-N", passphrase]);
            assert_eq!(made.args(["-C", "ada@node7", "-f", &name]).run().quiet_success(), "");
            let public = format!("{name}.pub");
            let expected = home.read_text(&public);
            assert_eq!(line_of(&home, &public), expected);
            assert_eq!(line_of(&home, &name), expected);
        }
    }
}

#[test]
fn a_locked_openssh_file_alone_hides_only_its_comment() {
    let home = Home::new();
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "correct horse"]);
    assert_eq!(made.args(["-C", "ada@node7", "-f", "id"]).run().quiet_success(), "");
    let public = home.read_text("id.pub");
    std::fs::rename(home.path("id"), home.path("alone")).expect("it is there");
    assert_eq!(line_of(&home, "alone"), public.replace(" ada@node7", ""));
}

#[test]
fn ppk_files_of_both_versions_locked_or_not() {
    let home = Home::new();
    home.write("passphrase", "correct horse\n");
    home.write("empty", "");
    for (kind, bits) in KINDS {
        for version in ["2", "3"] {
            for passphrase in ["passphrase", "empty"] {
                let name = format!("{kind}-{bits}-{version}-{passphrase}.ppk");
                let parameters = format!("version={version},passes=1");
                let made = home
                    .peer("puttygen")
                    .args(["-q", "-t", kind, "-b", bits, "-C", "rsa key of Ada", "-o", &name])
                    .args(["--ppk-param", &parameters, "--new-passphrase", passphrase])
                    .run();
                assert_eq!(made.code(), 0, "{}", made.stderr());
                let expected = home.peer("puttygen").args(["-L", &name]).run().quiet_success();
                assert_eq!(line_of(&home, &name), expected);
            }
        }
    }
}

#[test]
fn pem_files_of_openssl() {
    let home = Home::new();
    for command in [
        "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out pkcs8.pem",
        "openssl rsa -in pkcs8.pem -traditional -out pkcs1.pem",
        "openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out ec8.pem",
        "openssl ec -in ec8.pem -out sec1.pem",
        "chmod 600 *.pem",
    ] {
        assert_eq!(home.shell(command).run().code(), 0, "{command}");
    }
    for file in ["pkcs8.pem", "pkcs1.pem", "ec8.pem", "sec1.pem"] {
        let expected = home.peer("ssh-keygen").args(["-y", "-f", file]).run().quiet_success();
        assert_eq!(line_of(&home, file), expected, "{file}");
    }
}

/// OpenSSH does not read Ed25519 keys in PKCS#8, but OpenSSL shows the 32 bytes at the end of the
/// line's blob.
#[test]
fn an_ed25519_key_in_pkcs_8() {
    let home = Home::new();
    let made = home.shell("openssl genpkey -quiet -algorithm ED25519 -out id.pem").run();
    assert_eq!(made.code(), 0, "{}", made.stderr());
    home.write("line", line_of(&home, "id.pem"));
    let ours = home.shell("cut -d' ' -f2 line | base64 -d | tail --bytes=32 | base64");
    let theirs =
        home.shell("openssl pkey -in id.pem -pubout -outform DER | tail --bytes=32 | base64");
    assert_eq!(ours.run().quiet_success(), theirs.run().quiet_success());
}

#[test]
fn only_a_locked_pem_file_takes_its_passphrase() {
    let home = Home::new();
    home.write("passphrase", "correct horse\n");
    let made = home.peer("ssh-keygen").args(["-q", "-t", "rsa", "-b", "2048", "-m", "PEM"]);
    let made = made.args(["-N", "correct horse", "-C", "", "-f", "id_rsa"]).run();
    assert_eq!(made.quiet_success(), "");
    let line = home.read_text("id_rsa.pub");
    let beside = pubkey_copy(&home, ["-p", "--batch", "id_rsa"]).run().quiet_success();
    assert_eq!(key_of(&beside), key_of(&line));
    std::fs::remove_file(home.path("id_rsa.pub")).expect("it is there");

    let batch = pubkey_copy(&home, ["-p", "--batch", "id_rsa"]).run().failure(1);
    assert_eq!(
        batch,
        "pubkey-copy: cannot unlock `id_rsa`: it needs a passphrase, and --batch never \
         asks\npubkey-copy: hint: use --passphrase-file FILE, or name the `.pub` file, which is \
         not locked\n"
    );
    let ran = pubkey_copy(&home, ["-p", "id_rsa", "--passphrase-file", "passphrase"]).run();
    assert_eq!(key_of(&ran.quiet_success()), key_of(&line));

    assert_eq!(
        pubkey_copy(&home, ["-p", "id_rsa"]).run().failure(1),
        "pubkey-copy: cannot ask for the passphrase of `id_rsa`: there is no terminal\n\
         pubkey-copy: hint: answer with --passphrase-file FILE\n"
    );
    let mut terminal = pubkey_copy(&home, ["-p", "id_rsa"]).on_terminal_with_stdout_piped();
    terminal.expect("Passphrase for `id_rsa`: ");
    terminal.send_line("wrong horse");
    terminal.expect("Passphrase for `id_rsa`: ");
    terminal.send_line("correct horse");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    let printed = String::from_utf8(left.stdout).expect("a line");
    assert_eq!(key_of(&printed), key_of(&line));
}

/// The algorithm and the key of a line, without its comment.
fn key_of(line: &str) -> Vec<&str> {
    line.split_whitespace().take(2).collect()
}

#[test]
fn rfc_4716_files_of_both_makers() {
    let home = Home::new();
    let line = key_pair(&home);
    let exported = home.peer("ssh-keygen").args(["-e", "-m", "RFC4716", "-f", "id_ed25519.pub"]);
    home.write("openssh.pub", exported.run().quiet_success());
    assert_eq!(key_of(&line_of(&home, "openssh.pub")), key_of(&line));

    let exported = home.peer("puttygen").args(["id_ed25519", "-O", "public", "-o", "putty.pub"]);
    assert_eq!(exported.run().code(), 0);
    assert_eq!(line_of(&home, "putty.pub"), format!("{line}\n"));
}

#[test]
fn public_files_as_editors_and_powershell_leave_them() {
    let home = Home::new();
    let line = key_pair(&home);
    let utf_16: Vec<u8> =
        format!("\u{feff}{line}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let variants: [Vec<u8>; 5] = [
        format!("\u{feff}{line}\r\n").into_bytes(),
        format!("# my key\n\n{line}").into_bytes(),
        line.replace(' ', "\t").into_bytes(),
        [line.as_bytes(), b" m\xfcller\r\n"].concat(),
        utf_16,
    ];
    for bytes in variants {
        let umlaut = if bytes.contains(&b'\xfc') { " m\u{fc}ller" } else { "" };
        home.write("variant.pub", &bytes);
        let printed = line_of(&home, "variant.pub");
        assert_eq!(printed, format!("{line}{umlaut}\n"), "{}", bytes.escape_ascii());
        let piped = pubkey_copy(&home, ["-p", "-"]).stdin(bytes).run().quiet_success();
        assert_eq!(piped, printed);
    }
}

/// Without a passphrase, only the MAC shows that the file has the public half of another key.
#[test]
fn an_unlocked_ppk_with_another_public_half_is_refused() {
    let home = Home::new();
    let make = |file: &str, version: &str| {
        let made = home.peer("puttygen").args(["-q", "-t", "ed25519", "-o", file]);
        let made = made.args(["--ppk-param", version, "--new-passphrase", "/dev/null"]).run();
        assert_eq!(made.code(), 0, "{}", made.stderr());
        home.read_text(file)
    };
    let public = |ppk: &str| -> Vec<String> {
        let lines = ppk.lines().skip_while(|line| !line.starts_with("Public-Lines:"));
        lines.skip(1).take(2).map(str::to_owned).collect()
    };
    for version in ["version=2", "version=3"] {
        let (ours, theirs) = (make("ours.ppk", version), make("theirs.ppk", version));
        let lines = public(&ours).into_iter().zip(public(&theirs));
        let swapped = lines.fold(ours.clone(), |ppk, (our, their)| ppk.replace(&our, &their));
        assert_ne!(swapped, ours);
        home.write("swap.ppk", swapped);
        let cause = "the file is damaged or was tampered with: its MAC does not match";
        assert_eq!(
            pubkey_copy(&home, ["-p", "swap.ppk"]).run().failure(1),
            format!("pubkey-copy: cannot take a key from `swap.ppk`: {cause}\n")
        );
        for command in ["public", "inspect"] {
            let failed = home.tool("keygen").args([command, "swap.ppk"]).run().failure(1);
            assert_eq!(failed, format!("keygen: cannot read `swap.ppk`: {cause}\n"));
        }
    }
}

#[test]
fn several_keys_in_a_file_are_refused() {
    let home = Home::new();
    let line = key_pair(&home);
    home.write("authorized_keys", format!("{line}\n{line}\n"));
    let failed = pubkey_copy(&home, ["-p", "authorized_keys"]).run().failure(1);
    assert_eq!(
        failed,
        "pubkey-copy: cannot take a key from `authorized_keys`: the file holds 2 public \
         keys\npubkey-copy: hint: `keygen inspect FILE` lists them; put the one you mean into its \
         own file\n"
    );
}

#[test]
fn a_certificate_is_not_what_servers_take() {
    let home = Home::new();
    let _line = key_pair(&home);
    let signed =
        home.peer("ssh-keygen").args(["-q", "-s", "id_ed25519", "-I", "ada", "id_ed25519.pub"]);
    assert_eq!(signed.run().code(), 0);
    let failed = pubkey_copy(&home, ["-p", "id_ed25519-cert.pub"]).run().failure(1);
    assert_eq!(
        failed,
        "pubkey-copy: cannot use `id_ed25519-cert.pub`: it is a certificate, and servers need the \
         key itself\npubkey-copy: hint: name the file without `-cert` in its name, or the private \
         key\n"
    );
}

#[test]
fn other_contents_are_refused_without_being_shown() {
    let home = Home::new();
    let _line = key_pair(&home);
    let whole = home.read("id_ed25519");
    home.write("half", &whole[..whole.len() / 2]);
    home.write("note.txt", "hunter2\n");
    home.write("empty", "");
    for file in ["half", "note.txt", "empty"] {
        let failed = pubkey_copy(&home, ["-p", file]).run().failure(1);
        let prefix = format!("pubkey-copy: cannot take a key from `{file}`: ");
        assert!(failed.starts_with(&prefix), "{failed}");
        assert!(!failed.contains("hunter2") && !failed.contains("b3BlbnNzaC"), "{failed}");
    }
    let absent = pubkey_copy(&home, ["-p", "abs\u{1b}ent"]).run().failure(1);
    assert_eq!(absent, "pubkey-copy: cannot read `abs\\u{1b}ent`: No such file or directory\n");
}
