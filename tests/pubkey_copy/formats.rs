//! Every format of key file, as the programs that write them write them.

use harness::home::Home;

use super::{key_pair, pubkey_copy};

/// Types and sizes of keys, as `ssh-keygen` and `puttygen` both call them.
const KINDS: [(&str, &str); 5] =
    [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048")];

/// The line of a file, which must come without a word and without a question.
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
fn public_files_as_editors_and_powershell_leave_them() {
    let home = Home::new();
    let line = key_pair(&home);
    let utf_16: Vec<u8> =
        format!("\u{feff}{line}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let variants: [Vec<u8>; 5] = [
        format!("\u{feff}{line}\r\n").into_bytes(),
        format!("# my key\n\n{line}").into_bytes(),
        line.replace(' ', "\t").into_bytes(),
        format!("no-pty {line}\r").into_bytes(),
        utf_16,
    ];
    for bytes in variants {
        home.write("variant.pub", &bytes);
        assert_eq!(line_of(&home, "variant.pub"), format!("{line}\n"), "{}", bytes.escape_ascii());
        let piped = pubkey_copy(&home, ["-p", "-"]).stdin(bytes).run().quiet_success();
        assert_eq!(piped, format!("{line}\n"));
    }
}

#[test]
fn several_keys_in_a_file_are_no_choice() {
    let home = Home::new();
    let line = key_pair(&home);
    home.write("authorized_keys", format!("{line}\n{line}\n"));
    let failed = pubkey_copy(&home, ["-p", "authorized_keys"]).run().failure(1);
    let first = "pubkey-copy: cannot choose a key: there are 2 in `authorized_keys`\n";
    assert!(failed.starts_with(first), "{failed}");
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
        "pubkey-copy: cannot use `id_ed25519-cert.pub`: it is a certificate, and servers take the key itself\n\
         pubkey-copy: hint: name the file without `-cert` in its name, or the private key\n"
    );
}

#[test]
fn what_is_no_key_is_refused_without_being_shown() {
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
    assert_eq!(
        absent,
        "pubkey-copy: cannot read `abs\\u{1b}ent`: No such file or directory (os error 2)\n"
    );
}
