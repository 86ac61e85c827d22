use russh::keys::ssh_encoding::Encode as _;
use russh::keys::ssh_key::PrivateKey;
use russh::keys::ssh_key::certificate::{Builder, CertType};
use russh::keys::ssh_key::private::Ed25519Keypair;
use signature::Signer;

use super::*;

fn pair(seed: u8) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

fn blob(seed: u8) -> Vec<u8> {
    pair(seed).public_key().to_bytes().unwrap()
}

/// A host certificate for key 1 by authority 2.
fn certificate(serial: u64, key_id: &str) -> Certificate {
    let key = pair(1).public_key().clone();
    let mut builder = Builder::new([7; 16], key, 1, 2_000_000_000).unwrap();
    builder.serial(serial).unwrap().key_id(key_id).unwrap();
    builder.cert_type(CertType::Host).unwrap().all_principals_valid().unwrap();
    builder.sign(&pair(2)).unwrap()
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

fn section(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &string(body)].concat()
}

/// A list with these sections.
fn list(sections: &[Vec<u8>]) -> Vec<u8> {
    let header = [MAGIC, &1_u32.to_be_bytes(), &[0; 24], &string(b""), &string(b"made by hand")];
    [header.concat(), sections.concat()].concat()
}

/// Certificates by this authority; 0 is every authority.
fn certificates(authority: u8, sections: &[Vec<u8>]) -> Vec<u8> {
    let key = if authority == 0 { Vec::new() } else { blob(authority) };
    section(CERTIFICATES, &[string(&key), string(b""), sections.concat()].concat())
}

fn numbers(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn bitmap(offset: u64, number: &[u8]) -> Vec<u8> {
    section(SERIAL_BITMAP, &[numbers(&[offset]), string(number)].concat())
}

fn extension(kind: u8, is_critical: u8) -> Vec<u8> {
    section(kind, &[string(b"x@example.com"), vec![is_critical], string(b"?")].concat())
}

fn signed(mut bytes: Vec<u8>, seed: u8) -> Vec<u8> {
    bytes.extend(section(SIGNATURE, &blob(seed)));
    let signature: Signature = Signer::try_sign(&pair(seed), &bytes).unwrap();
    [bytes, string(&signature.encode_vec().unwrap())].concat()
}

#[test]
fn keys_are_revoked_in_three_forms() {
    let sha1 = Sha1::digest(blob(1));
    let sha256 = sha256(&blob(1));
    for body in [
        section(EXPLICIT_KEYS, &[string(&blob(3)), string(&blob(1))].concat()),
        section(SHA1_FINGERPRINTS, &string(&sha1)),
        section(SHA256_FINGERPRINTS, &[string(&[0; 32]), string(&sha256)].concat()),
    ] {
        let list = RevocationList::parse(&list(&[extension(EXTENSION, 0), body])).unwrap();
        assert!(list.revokes(pair(1).public_key().key_data()));
        assert!(!list.revokes(pair(2).public_key().key_data()));
        assert!(list.revokes_certificate(&certificate(5, "node7")));
    }
    let authority = list(&[section(EXPLICIT_KEYS, &string(&blob(2)))]);
    assert!(RevocationList::parse(&authority).unwrap().revokes_certificate(&certificate(0, "")));
    let empty = RevocationList::parse(&list(&[])).unwrap();
    assert!(!empty.revokes_certificate(&certificate(5, "node7")));
}

#[test]
fn certificates_are_revoked_by_number_and_by_id() {
    let max = u64::MAX;
    for (authority, revoked, serials, others) in [
        (2, section(SERIAL_LIST, &numbers(&[5, max])), &[5, max][..], &[0, 4, 6][..]),
        (0, section(SERIAL_LIST, &numbers(&[5])), &[5], &[6]),
        (3, section(SERIAL_LIST, &numbers(&[5])), &[], &[5]),
        (2, section(SERIAL_RANGE, &numbers(&[5, 7])), &[5, 6, 7], &[0, 4, 8, max]),
        (2, section(SERIAL_RANGE, &numbers(&[1, max])), &[1, max], &[0]),
        // Bits 0, 2 and 9.
        (2, bitmap(10, &[2, 5]), &[10, 12, 19], &[0, 2, 5, 9, 11, 13, 18, 20, 26, max]),
        (2, bitmap(max, &[1]), &[max], &[max - 1]),
        (2, bitmap(0, &[0, 0xff, 0xfe]), &[1, 15], &[0, 16]),
        (2, bitmap(5, &[]), &[], &[5]),
        (2, section(KEY_IDS, &[string(b"other"), string(b"node7")].concat()), &[0, 5], &[]),
        (2, section(KEY_IDS, &string(b"node")), &[], &[5]),
        (2, extension(CERTIFICATE_EXTENSION, 0), &[], &[5]),
    ] {
        let bytes = list(&[certificates(authority, std::slice::from_ref(&revoked))]);
        let list = RevocationList::parse(&bytes).unwrap();
        let is_revoked = |serial: &u64| list.revokes_certificate(&certificate(*serial, "node7"));
        assert!(serials.iter().all(is_revoked), "{revoked:x?}");
        assert!(!others.iter().any(is_revoked), "{revoked:x?}");
        assert!(!list.revokes(pair(1).public_key().key_data()));
    }
}

#[test]
fn what_is_not_understood_is_no_list() {
    let serials = |body: &[u64]| certificates(2, &[section(SERIAL_RANGE, &numbers(body))]);
    let other_signature = {
        let bytes = signed(list(&[]), 4);
        let last = bytes.len() - 1;
        [&bytes[..last], &[!bytes[last]]].concat()
    };
    for (bytes, fault) in [
        (b"SSHKRL\n".to_vec(), RevocationListError::CutOff),
        ([MAGIC, &2_u32.to_be_bytes()].concat(), RevocationListError::Version(2)),
        (list(&[section(9, b"")]), RevocationListError::Section(9)),
        (list(&[certificates(2, &[section(0x24, b"")])]), RevocationListError::Section(0x24)),
        (
            list(&[extension(EXTENSION, 1)]),
            RevocationListError::Extension("x@example.com".to_owned()),
        ),
        (
            list(&[certificates(0, &[extension(CERTIFICATE_EXTENSION, 2)])]),
            RevocationListError::Extension("x@example.com".to_owned()),
        ),
        (
            list(&[section(SHA1_FINGERPRINTS, &string(&[0; 32]))]),
            RevocationListError::Fingerprint(32),
        ),
        (list(&[section(SHA256_FINGERPRINTS, &string(b""))]), RevocationListError::Fingerprint(0)),
        (list(&[section(EXPLICIT_KEYS, b"\0\0\0\x05ab")]), RevocationListError::CutOff),
        (
            list(&[section(CERTIFICATES, &[string(b"?"), string(b"")].concat())]),
            RevocationListError::Authority,
        ),
        (list(&[serials(&[0, 4])]), RevocationListError::Serial),
        (list(&[serials(&[5, 4])]), RevocationListError::Serial),
        (list(&[serials(&[1, 2, 3])]), RevocationListError::Surplus),
        (list(&[serials(&[1])]), RevocationListError::CutOff),
        (
            list(&[certificates(2, &[section(SERIAL_LIST, &numbers(&[1, 0]))])]),
            RevocationListError::Serial,
        ),
        (list(&[certificates(2, &[bitmap(0, &[1])])]), RevocationListError::Serial),
        (list(&[certificates(2, &[bitmap(u64::MAX, &[2])])]), RevocationListError::Serial),
        (list(&[certificates(2, &[bitmap(1, &[0x80])])]), RevocationListError::Serial),
        (other_signature, RevocationListError::Signature),
        (
            [signed(list(&[]), 4), section(EXTENSION, b"")].concat(),
            RevocationListError::AfterSignature,
        ),
    ] {
        assert_eq!(RevocationList::parse(&bytes), Err(fault), "{bytes:x?}");
    }
}

#[test]
fn signatures_must_be_right_and_last() {
    let body = list(&[section(EXPLICIT_KEYS, &string(&blob(1)))]);
    let twice = signed(signed(body.clone(), 4), 5);
    assert!(RevocationList::parse(&twice).unwrap().revokes(pair(1).public_key().key_data()));
    // Every part of a list counts: what is cut off may revoke the key.
    for length in body.len() + 1..twice.len() {
        let is_whole = length == signed(body.clone(), 4).len();
        assert_eq!(RevocationList::parse(&twice[..length]).is_ok(), is_whole, "{length}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(rest in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let bytes = [list(&[]), rest].concat();
        if let Ok(list) = RevocationList::parse(&bytes) {
            let _ = list.revokes_certificate(&certificate(5, "node7"));
        }
    }
}
