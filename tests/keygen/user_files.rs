//! Key files as users have them: from other programs, damaged, or not key files at all
//! (`fixtures/keys`).

use std::fs;

use harness::home::Home;
use harness::workspace::fixture;

use super::inspecting::inspected;

const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAICB312iKNJoQaj8w2aKywzhuo26M8dhUzUcbs08Sxtoy";
const RSA: &str = "SHA256:dQioNDuYKDKP+Glkuf5zHFLqs70X3zygZIJg4qYscIY";

/// A home with these files in it.
fn home() -> Home {
    let home = Home::new();
    let folder = fixture("keys");
    for file in fs::read_dir(folder).expect("the fixtures") {
        let file = file.expect("a file");
        home.write(file.file_name(), fs::read(file.path()).expect("readable"));
    }
    home
}

/// Converts a file and returns how ssh-keygen reads the result.
fn converted(home: &Home, name: &str) -> String {
    let convert = ["convert", name, "-O", "openssh", "-o", "out", "--force", "--batch"];
    let unlock = ["--passphrase-file", "pw", "--no-new-passphrase"];
    assert_eq!(home.tool("keygen").args(convert).args(unlock).run().quiet_success(), "", "{name}");
    home.peer("ssh-keygen").args(["-yf", "out"]).run().quiet_success()
}

#[test]
fn keys_that_ssh_logs_in_with_are_read() {
    let home = home();
    for name in ["d_rsa_iqmp_wrong", "d_rsa_unsigned_ints", "d_rsa_trailing_der"]
        .into_iter()
        .chain(["a_header_rsa_over_pkcs8"])
        .chain(["d_ec_explicit", "s_pad_32", "a_body_spaces"])
    {
        fs::set_permissions(home.path(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("ours");
        let peer = home.peer("ssh-keygen").args(["-yf", name]).run().quiet_success();
        let ours = converted(&home, name);
        assert_eq!(
            ours.split(' ').nth(1).map(str::trim),
            peer.split(' ').nth(1).map(str::trim),
            "{name}"
        );
    }
    // ssh believes the label in the header here, and reads neither file.
    assert!(converted(&home, "a_header_pkcs8_over_ec").starts_with("ecdsa-sha2-nistp256 "));
    for name in ["x_ossh_pq_swapped", "x_ppk_pq_swapped.ppk", "a_header_pkcs8_over_rsa"] {
        converted(&home, name);
        assert_eq!(inspected(&home, "out")["fingerprint_sha256"], RSA, "{name}");
    }
    let said = home.tool("keygen").args(["inspect", "d_ed_v2_otherpub"]).run().failure(1);
    assert!(said.contains("its private half does not belong to its public half"), "{said}");
}

#[test]
fn damage_from_copying_is_undone_and_reported() {
    let home = home();
    for (name, damage) in [
        ("a_literal_n", "line ends written as \\n"),
        ("a_spaces_oneline", "lost line ends"),
        ("a_json_string", "line ends written as \\n, quotation marks or other text around the key"),
        ("a_body_only", "BEGIN and END lines missing"),
        ("a_zwsp", "zero-width or no-break characters"),
        ("a_emdash", "other dashes in place of hyphens"),
        ("a_nopad", "= missing at the end of the base64"),
        ("a_begin_sameline", "lost line ends"),
        ("a_end_sameline", "lost line ends"),
        ("p_indent.ppk", "blanks at the ends of lines"),
        ("p_oneline_literal.ppk", "line ends written as \\n"),
        ("a_utf16le_nobom", ""),
        ("a_leading_comment_openssh", ""),
        ("a_public_then_private", ""),
        ("p_lf_spaces.ppk", ""),
    ] {
        assert_eq!(converted(&home, name).split(' ').nth(1), Some(ED25519), "{name}");
        let said = inspected(&home, name);
        let warnings = said["warnings"].as_array().expect("a list").iter();
        let output: Vec<&str> = warnings
            .filter(|warning| warning["name"] == "repaired")
            .filter_map(|warning| warning["text"].as_str())
            .collect();
        let expected = format!("{damage}; keygen convert writes a clean copy");
        let is_told = output.iter().any(|text| text.ends_with(&expected));
        assert_eq!(is_told, !damage.is_empty(), "{name}: {output:?}");
    }
}

#[test]
fn locks_of_openssl_are_opened() {
    let home = home();
    for name in ["l_dek_camellia256", "l_dek_aria256", "l_dek_lowername", "l_v2_camellia-256-cbc"]
        .into_iter()
        .chain(["l_prf_hmacWithSHA512-256", "l_v1_PBE-MD5-DES"])
    {
        converted(&home, name);
        assert_eq!(inspected(&home, "out")["fingerprint_sha256"], RSA, "{name}");
    }
    let legacy = "-provider legacy -provider default";
    let openssl = |options: &str| {
        let run = home.peer("openssl").args(options.split_whitespace()).run();
        assert_eq!(run.code(), 0, "{options}: {}", run.stderr());
    };
    for lock in ["aes-128-cfb", "aes-256-ofb", "aes-128-cfb8", "aes-128-cfb1", "aria-128-cfb"]
        .into_iter()
        .chain(["camellia-192-ofb", "des-ede-cbc", "des-cbc", "rc2-cbc", "rc2-40-cbc", "bf-cbc"])
        .chain(["cast5-cbc", "sm4-cbc"])
    {
        openssl(&format!(
            "rsa -in o_rsa.der -inform DER -traditional -{lock} -passout file:pw -out locked {legacy}"
        ));
        converted(&home, "locked");
        assert_eq!(inspected(&home, "out")["fingerprint_sha256"], RSA, "{lock}");
    }
    for way in
        ["-v1 PBE-SHA1-RC4-128", "-v1 PBE-SHA1-RC2-40", "-v1 PBE-SHA1-2DES", "-v1 PBE-SHA1-DES"]
            .into_iter()
            .chain(["-v2 aria-256-cbc", "-v2 rc2-64-cbc", "-v2 bf-cbc", "-v2 camellia-128-cfb"])
            .chain(["-v2 aes256 -v2prf hmacWithMD5", "-v2 aes256 -v2prf hmacWithSHA512-224"])
    {
        openssl(&format!(
            "pkcs8 -topk8 -in o_rsa.der -inform DER {way} -passout file:pw -out locked {legacy}"
        ));
        converted(&home, "locked");
        assert_eq!(inspected(&home, "out")["fingerprint_sha256"], RSA, "{way}");
    }
}

#[test]
fn the_public_half_in_clear_is_enough() {
    let home = home();
    for (name, expected) in [
        ("s_sk_ed25519", "sk-ssh-ed25519@openssh.com "),
        ("p_cert.ppk", "ssh-ed25519 "),
        ("x_locked_pem", "ssh-rsa "),
        ("u_ed448.pub", "ssh-ed448 "),
    ] {
        for (tool, options) in
            [("keygen", ["public", "--batch"]), ("pubkey-copy", ["--print", "--batch"])]
        {
            let line = home.tool(tool).args(options).arg(name).run().quiet_success();
            assert!(line.starts_with(expected), "{tool} {name}: {line}");
        }
        assert!(inspected(&home, name)["fingerprint_sha256"].is_string(), "{name}");
    }
}

#[test]
fn public_keys_are_read_in_every_form() {
    let home = home();
    for name in ["o_spki.pem", "o_rsa.der", "u_wrapped.pub"] {
        assert_eq!(inspected(&home, name)["fingerprint_sha256"], RSA, "{name}");
    }
    let wrapped = home.tool("keygen").args(["inspect", "u_wrapped.pub"]).run().quiet_success();
    assert!(wrapped.contains("broken over several lines"), "{wrapped}");
    let two = home.tool("keygen").args(["inspect", "u_two.pub"]).run().quiet_success();
    let ours: Vec<&str> =
        two.lines().filter_map(|line| line.strip_prefix("fingerprint  ")).collect();
    let peer = home.peer("ssh-keygen").args(["-lf", "u_two.pub"]).run().quiet_success();
    let theirs: Vec<&str> = peer.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(ours, theirs);
    let said = home.tool("keygen").args(["public", "u_two.pub"]).run().failure(1);
    assert_eq!(
        said,
        "keygen: cannot read `u_two.pub`: the file holds 2 public keys\nkeygen: hint: `keygen \
         inspect FILE` lists them; put the one you mean into its own file\n"
    );
}

#[test]
fn every_wrong_file_is_called_by_its_name() {
    let home = home();
    for (name, what, command) in [
        ("o_pfx.pfx", "a PKCS#12 file", "openssl pkcs12 -in o_pfx.pfx -nodes -nocerts"),
        ("o_crt.pem", "an X.509 certificate, not a key", "openssl x509 -in o_crt.pem"),
        (
            "o_sshcom",
            "a private key of ssh.com's format",
            "puttygen o_sshcom -O private-openssh-new",
        ),
        ("o_ssh1", "an SSH-1 private key", "keygen -o id"),
        ("o_empty", "empty", "again"),
        ("o_pgp.asc", "an OpenPGP key", "gpg --export-ssh-key"),
    ] {
        for (tool, options) in [("keygen", vec!["inspect"]), ("pubkey-copy", vec!["--print"])] {
            let said = home.tool(tool).args(options).arg(name).run().failure(1);
            assert!(said.contains(&format!("this file is {what}")), "{tool} {name}: {said}");
            if tool == "keygen" {
                assert!(said.contains(command), "{name}: {said}");
            }
        }
    }
}

#[test]
fn locked_files_are_written_as_every_peer_reads_them() {
    let home = home();
    for (format, options) in
        [("pem", vec![]), ("pkcs8", vec![]), ("pkcs8", vec!["--pkcs8-kdf", "scrypt"])]
    {
        let new = ["-t", "rsa", "-b", "2048", "-O", format, "-o", "id", "--force"];
        let made = home.tool("keygen").args(new).args(options.clone());
        let line = made.args(["--passphrase-file", "pw", "-C", ""]).run().quiet_success();
        let by_ssh = home.peer("ssh-keygen").args(["-y", "-P", "pw", "-f", "id"]).run();
        assert_eq!(by_ssh.quiet_success(), line, "{format}");
        if options.is_empty() {
            let read = "import asyncssh, sys; k = asyncssh.read_private_key('id', 'pw'); \
                        sys.stdout.write(k.export_public_key().decode())";
            let by_asyncssh = home.python().args(["-c", read]).run().quiet_success();
            assert_eq!(by_asyncssh.split_whitespace().nth(1), line.split_whitespace().nth(1));
        }
        if format == "pem" {
            let by_putty = home.peer("puttygen").args(["id", "-L", "--old-passphrase", "pw"]).run();
            let by_putty = by_putty.quiet_success();
            assert_eq!(by_putty.split_whitespace().nth(1), line.split_whitespace().nth(1));
        }
    }
}

#[test]
fn a_computed_coefficient_is_reported() {
    let home = home();
    let names = |name: &str| -> Vec<String> {
        let said = inspected(&home, name);
        let warnings = said["warnings"].as_array().expect("a list").iter();
        warnings.map(|warning| warning["name"].as_str().expect("a name").to_owned()).collect()
    };
    for name in ["d_rsa_iqmp_wrong", "x_ossh_pq_swapped", "x_ppk_pq_swapped.ppk"] {
        assert!(names(name).contains(&"computed_coefficient".to_owned()), "{name}");
        converted(&home, name);
        assert!(!names("out").contains(&"computed_coefficient".to_owned()), "{name}");
        let lock = ["--new-passphrase-file", "pw", "--force", "-O", "pem", "-o", "locked"];
        let _ = home.tool("keygen").args(["convert", name]).args(lock).run().quiet_success();
        let said = home.tool("keygen").args(["inspect", "--passphrase-file", "pw", "locked"]).run();
        assert!(!said.quiet_success().contains("CRT coefficient"), "{name}");
    }
}

#[test]
fn ed25519_in_pkcs8_is_noted_and_the_note_is_true() {
    let home = Home::new();
    let make = ["-t", "ed25519", "-O", "pkcs8", "-o", "id", "--no-passphrase"];
    let line = home.tool("keygen").args(make).run().quiet_success();
    let note = "OpenSSH before 9.6 does not read Ed25519 from PKCS#8; keygen convert -O openssh \
                writes a format that every version reads";
    let said = home.tool("keygen").args(["inspect", "id"]).run().quiet_success();
    assert!(said.contains(&format!("warning      {note}\n")), "{said}");
    // Debian's ssh-keygen 9.2 cannot read it; the newest can.
    assert_ne!(home.peer("ssh-keygen").args(["-yf", "id"]).run().code(), 0);
    let path = home.path("id").display().to_string();
    let newest = home.in_newest("/usr/bin/ssh-keygen").args(["-yf", &path]).run().quiet_success();
    assert_eq!(newest.split(' ').nth(1).map(str::trim), line.split(' ').nth(1));
    let left = home
        .tool("keygen")
        .args(["convert", "id", "-O", "pkcs8", "-o", "other"])
        .on_terminal()
        .finish();
    assert!(left.screen.ends_with(&format!("note: {note}\r\n")), "{}", left.screen);
}

#[test]
fn the_point_of_an_ec_key_is_compared_in_every_form() {
    let home = Home::new();
    let openssl = |line: &str| {
        let run = home.peer("openssl").args(line.split(' ')).run();
        assert_eq!(run.code(), 0, "{line}: {}", run.stderr());
    };
    for curve in ["prime256v1", "secp384r1", "secp521r1"] {
        for form in ["compressed", "uncompressed", "hybrid"] {
            for name in ["one", "two"] {
                openssl(&format!("ecparam -name {curve} -genkey -noout -out {name}"));
                openssl(&format!("ec -in {name} -conv_form {form} -outform DER -out {name}.der"));
            }
            let own = inspected(&home, "one")["fingerprint_sha256"].clone();
            assert_eq!(inspected(&home, "one.der")["fingerprint_sha256"], own, "{curve} {form}");
            let (one, two) = (home.read("one.der"), home.read("two.der"));
            let (start, _) = one.split_at(one.len() - 32);
            let (_, end) = two.split_at(two.len() - 32);
            home.write("mixed.der", [start, end].concat());
            let said = home.tool("keygen").args(["inspect", "mixed.der"]).run().failure(1);
            assert!(said.contains("its private half does not belong to its public half"), "{said}");
            // A different element in place of the point is not ignored.
            let is_tag = |it: &[u8]| match it {
                [0xa1, 0x81, _, 3] => true,
                [0xa1, outer, 3, inner] => outer.checked_sub(2) == Some(*inner),
                _ => false,
            };
            let at = one.windows(4).rposition(is_tag).expect("the point");
            let mut other = one.clone();
            other[at] = 0xa2;
            home.write("other.der", other);
            let _ = home.tool("keygen").args(["inspect", "other.der"]).run().failure(1);
        }
    }
}
