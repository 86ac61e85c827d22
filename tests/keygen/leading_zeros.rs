//! Numbers that begin or end with zero bytes: about one key in a hundred, and many programs misread
//! it.

use data_encoding::BASE64;
use harness::home::Home;

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64.encode(der))
}

/// PKCS#8 of an Ed25519 seed (RFC 8410 §7).
fn ed25519(seed: [u8; 32]) -> String {
    let start = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    pem("PRIVATE KEY", &[start.as_slice(), &seed].concat())
}

/// SEC1 of a scalar on P-256, without the point (RFC 5915 §3).
fn p256(scalar: [u8; 32]) -> String {
    let (start, curve) =
        (b"\x30\x31\x02\x01\x01\x04\x20", b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
    pem("EC PRIVATE KEY", &[start.as_slice(), &scalar, curve].concat())
}

/// 32 bytes with so many zero bytes at the start and at the end.
fn between_zeros(start: usize, end: usize) -> [u8; 32] {
    std::array::from_fn(|place| if place < start || place >= 32 - end { 0 } else { 0x9c })
}

/// We convert to PPK and OpenSSH's format, PuTTYgen to PPK, and we read that back.
#[test]
fn zeros_at_the_edges_of_a_number_are_kept() {
    let home = Home::new();
    let keygen =
        |arguments: &str| home.tool("keygen").args(arguments.split(' ')).run().quiet_success();
    let puttygen =
        |arguments: &str| home.peer("puttygen").args(arguments.split(' ')).run().quiet_success();
    for (start, end) in [(0, 0), (1, 0), (0, 1), (1, 1), (3, 0), (0, 3), (12, 0), (0, 31)] {
        let bytes = between_zeros(start, end);
        for file in [ed25519(bytes), p256(bytes)] {
            home.write("in", file);
            for format in ["ppk", "ppk2", "openssh", "pkcs8"] {
                assert_eq!(keygen(&format!("convert in -o {format} -O {format} --force")), "");
            }
            let public = home.peer("ssh-keygen").args(["-yf", "openssh"]).run().quiet_success();
            for ours in ["ppk", "ppk2", "openssh"] {
                let saved = format!("{ours} -C ada -o theirs --new-passphrase /dev/null");
                assert_eq!(puttygen(&saved), "");
                let said = keygen("public theirs");
                assert_eq!(said, format!("{} ada\n", public.trim_end()), "{start} {end} {ours}");
                assert_eq!(keygen("convert theirs -o back -O pkcs8 --force"), "");
                assert_eq!(home.read_text("back"), home.read_text("pkcs8"), "{start} {end} {ours}");
            }
            let by_openssl = home.peer("openssl").args(["pkey", "-in", "pkcs8"]).run();
            assert_eq!(by_openssl.quiet_success(), home.read_text("pkcs8"), "{start} {end}");
        }
    }
}
