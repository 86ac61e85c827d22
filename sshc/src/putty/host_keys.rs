//! Host keys in PuTTY's format: named `type@port:host`, with the key as numbers.

use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXLOWER_PERMISSIVE;

use super::registry_encoding::{Value, unescape};
use crate::known_hosts::{Entry, Name, Place};

/// A stored host key as a line of known hosts; `None` if it is not understood.
pub(super) fn line(name: &str, value: &Value) -> Option<Entry> {
    let Value::Text(numbers) = value else { return None };
    let (key_type, place) = name.split_once('@')?;
    let (port, host) = place.split_once(':')?;
    let server = Name::host(&unescape(host), port.parse().ok()?).ok()?;
    let blob = key(key_type, numbers)?;
    let file: Arc<Path> =
        Path::new(&format!(r"HKCU\Software\SimonTatham\PuTTY\SshHostKeys\{name}")).into();
    Some(Entry::recorded(Place { file, line: 0 }, &server, blob))
}

/// The key as a server would send it (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4).
fn key(key_type: &str, numbers: &str) -> Option<Vec<u8>> {
    let fields: Vec<_> = numbers.split(',').collect();
    Some(match (key_type, &fields[..]) {
        ("rsa2", [exponent, modulus]) => {
            strings(&[b"ssh-rsa", &mpint(exponent)?, &mpint(modulus)?])
        }
        ("ssh-ed25519", [x, y]) => {
            // The point is sent as its y, lowest byte first, with the lowest bit of x in the
            // highest bit.
            let mut point = fixed(y, 32)?;
            point.reverse();
            *point.last_mut()? |= (fixed(x, 32)?.last()? & 1) << 7;
            strings(&[b"ssh-ed25519", &point])
        }
        (_, [curve, x, y]) => {
            let bytes = match *curve {
                "nistp256" => 32,
                "nistp384" => 48,
                "nistp521" => 66,
                _ => return None,
            };
            let name = format!("ecdsa-sha2-{curve}");
            if key_type != name {
                return None;
            }
            let point = [vec![4], fixed(x, bytes)?, fixed(y, bytes)?].concat();
            strings(&[name.as_bytes(), curve.as_bytes(), &point])
        }
        _ => return None,
    })
}

/// Each part after its length (RFC 4251 §5, `string`).
fn strings(parts: &[&[u8]]) -> Vec<u8> {
    let mut blob = Vec::new();
    for part in parts {
        // No number in a registry value comes near 4 GiB.
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        blob.extend_from_slice(&length.to_be_bytes());
        blob.extend_from_slice(part);
    }
    blob
}

/// The bytes of a number such as `0x1f`, highest first, without leading zeros.
fn number(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x")?;
    let even = if digits.len() % 2 == 0 { digits.to_owned() } else { format!("0{digits}") };
    let bytes = HEXLOWER_PERMISSIVE.decode(even.as_bytes()).ok()?;
    Some(bytes.into_iter().skip_while(|&byte| byte == 0).collect())
}

/// The number, with a leading zero byte if its highest bit is set (RFC 4251 §5, `mpint`).
fn mpint(text: &str) -> Option<Vec<u8>> {
    let mut bytes = number(text)?;
    if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    Some(bytes)
}

/// The number in exactly `length` bytes, highest first.
fn fixed(text: &str, length: usize) -> Option<Vec<u8>> {
    let bytes = number(text)?;
    let zeros = length.checked_sub(bytes.len())?;
    Some([vec![0; zeros], bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_key::{Verdict, judge};
    use crate::known_hosts::KnownHosts;

    /// As plink 0.78 stored them for a server on port 2222, with that server's own public keys.
    const STORED: [(&str, &str, &str); 3] = [
        (
            "ssh-ed25519@2222:node7.example.com",
            "0x1be894ef31cbfca73b886e165f39d2c22ebf810d77dbd7abbed1bca4be50ea9c,0x3f3842707c6ae6786bbbee68aa9d0e724ad715ff2be0fa4b29dabb6fcfe6235c",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/",
        ),
        (
            "ecdsa-sha2-nistp256@2222:node7.example.com",
            "nistp256,0xfe49b52a2fae30e4f3a156365ca6b78d16204ff7603554b09ac6be6b9e8de7f3,0xc4562e46bed06b331a7dd515c8ba07dd27bcd33bb38fbfd7e582321c3b013664",
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5JtSovrjDk86FWNlymt40WIE/3YDVUsJrGvmuejefzxFYuRr7QazMafdUVyLoH3Se80zuzj7/X5YIyHDsBNmQ=",
        ),
        (
            "rsa2@2222:node7.example.com",
            "0x10001,0xb24e4594546cf758574af88e5e96b3a6d6cb025ab6f4a1e420239af6b6a2cb238a4a1f6b883ce5d7810c4f6a2dcc03d06e3939e4e7998f5d8773dfe8efe64aaf8960becab6671d9e8a2bce44fbdd22b5f4717a208c182f6cda05dc9e88e24dc19e8dc4dd6506c0e27975a9afc91f4117c74684246045ff20a90e106d7c27519fac361dfcb99946d7eb993c89cb28d1b35ef7a7c9dee375a015a82a7b30251989472cc694a0db75e18f72060486355dcd2fd50515fce02bddfff107f75bd6538537e1e1237cec98cebbe85fbb0790bc6ca27a8e48338d5e86adb4b5d033f67e8d64643f64cec9557a7618f1eb0453d79787798408143e754c6c6c915c71fa7a35",
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCyTkWUVGz3WFdK+I5elrOm1ssCWrb0oeQgI5r2tqLLI4pKH2uIPOXXgQxPai3MA9BuOTnk55mPXYdz3+jv5kqviWC+yrZnHZ6KK85E+90itfRxeiCMGC9s2gXcnojiTcGejcTdZQbA4nl1qa/JH0EXx0aEJGBF/yCpDhBtfCdRn6w2Hfy5mUbX65k8icso0bNe96fJ3uN1oBWoKnswJRmJRyzGlKDbdeGPcgYEhjVdzS/VBRX84Cvd//EH91vWU4U34eEjfOyYzrvoX7sHkLxsonqOSDONXoattLXQM/Z+jWRkP2TOyVV6dhjx6wRT15eHeYQIFD51TGxskVxx+no1",
        ),
    ];

    fn stored(name: &str, value: &str) -> KnownHosts {
        let mut all = KnownHosts::default();
        all.extend(line(name, &Value::Text(value.to_owned())));
        all
    }

    #[test]
    fn what_plink_stored_is_the_key_of_the_server() {
        let server = [Name::host("node7.example.com", 2222).unwrap()];
        for (name, value, key) in STORED {
            let key = key.parse().unwrap();
            let file = format!(r"HKCU\Software\SimonTatham\PuTTY\SshHostKeys\{name}");
            let Verdict::Known { place } = judge(&key, &server, &stored(name, value)) else {
                panic!("{name} is not known");
            };
            assert_eq!(place.to_string(), file);
            let elsewhere = [Name::host("node8.example.com", 2222).unwrap()];
            assert_eq!(judge(&key, &elsewhere, &stored(name, value)), Verdict::Unknown);
            // The last digit belongs to a coordinate or to the modulus.
            let other = format!(
                "{}{}",
                &value[..value.len() - 1],
                if value.ends_with('0') { "1" } else { "0" }
            );
            let verdict = judge(&key, &server, &stored(name, &other));
            assert!(matches!(verdict, Verdict::Changed { .. }), "{name}");
        }
    }

    #[test]
    fn the_sign_of_an_ed25519_point_counts() {
        let (name, value, key) = STORED[0];
        let (x, y) = value.split_once(',').unwrap();
        let flipped = if x.ends_with('c') { x.replace('c', "d") } else { x.replace('d', "c") };
        let server = [Name::host("node7.example.com", 2222).unwrap()];
        let verdict =
            judge(&key.parse().unwrap(), &server, &stored(name, &format!("{flipped},{y}")));
        assert!(matches!(verdict, Verdict::Changed { .. }));
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for (name, value) in [
            ("rsa@22:node7", "10001,abc"),
            ("dss@22:node7", "0x1,0x2,0x3,0x4"),
            ("ssh-ed448@22:node7", "0x1,0x2"),
            ("rsa2@22:node7", "0x10001"),
            ("rsa2@22:node7", "10001,0xabc"),
            ("rsa2@22:node7", "0x10001,0xxyz"),
            ("rsa2@x:node7", "0x10001,0xabc"),
            ("rsa2@22", "0x10001,0xabc"),
            ("ecdsa-sha2-nistp256@22:node7", "nistp384,0x1,0x2"),
            ("ecdsa-sha2-nistp256@22:node7", "nistp224,0x1,0x2"),
            ("ssh-ed25519@22:node7", &format!("0x1,0x{}", "f".repeat(66))),
        ] {
            assert!(line(name, &Value::Text(value.to_owned())).is_none(), "{name} {value}");
        }
        assert!(line("rsa2@22:node7", &Value::Number(1)).is_none());
    }
}
