use proptest::prelude::*;

use super::*;

fn stored(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be];

#[test]
fn every_encoding_is_told_with_and_without_its_mark() {
    for text in [
        "a",
        "a\n",
        "\n",
        "ada@203.0.113.7\r\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        "\u{438}\u{43c}\u{44f} \u{43f}\u{43e}\u{43b}\u{44c}\u{437}\u{43e}\u{432}\u{430}\u{442}\u{435}\u{43b}\u{44f}\n",
        "\u{30e6}\u{30fc}\u{30b6}\u{30fc}\u{540d}: ada\n",
        "\u{7528}\u{6237}\u{540d}\u{4e00}\u{ff1a} ada\n",
        "\u{1f511} key\n",
        "gr\u{fc}\u{df}e",
    ] {
        for encoding in ALL {
            let bytes = stored(text, encoding);
            let marked = [encoding.mark(), &bytes].concat();
            assert_eq!(Encoding::of(&bytes), (encoding, 0), "{text:?}");
            assert_eq!(Encoding::of(&marked), (encoding, encoding.mark().len()), "{text:?}");
            assert_eq!(decode(&bytes), text.as_bytes(), "{text:?} {encoding:?}");
            assert_eq!(decode(&marked), text.as_bytes(), "{text:?} {encoding:?}");
        }
    }
}

#[test]
fn zeros_alone_are_no_utf16() {
    for bytes in [
        &b""[..],
        b"ab",
        b"\0\0\0\0\0\0\0\0ssh",
        b"a\0b\0cdefgh",
        b"ada@node7\0rest of the line\n",
        b"10.0.0.1\0\n",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
        b"caf\xe9",
        b"\x80\0a",
    ] {
        assert_eq!(Encoding::of(bytes), (Encoding::Utf8, 0), "{bytes:?}");
        assert_eq!(decode(bytes), bytes);
    }
}

#[test]
fn invalid_characters_become_the_replacement_character() {
    assert_eq!(decode(b"\xff\xfek\0\xe9\0x"), "k\u{e9}\u{fffd}".as_bytes());
    assert_eq!(decode(b"\xff\xfe\0\xd8k\0"), "\u{fffd}k".as_bytes());
}

#[test]
fn every_line_ending_ends_a_line() {
    let found: Vec<_> = lines(b"a\r\nb\rc\n\nd").collect();
    let expected: [(u32, &[u8]); 5] = [(1, b"a"), (2, b"b"), (3, b"c"), (4, b""), (5, b"d")];
    assert_eq!(found, expected);
}

#[test]
fn a_first_line_is_taken_and_not_a_byte_more() {
    let mut cases: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in ["sesam\n", "s\n", "\n", "sesam\r\n", "ses\u{e4}m\n", "\u{0a00}\u{10a}a\n"] {
        for encoding in ALL {
            let bytes = stored(line, encoding);
            cases.push(([encoding.mark(), &bytes].concat(), b"rest\n\0".to_vec()));
            let needs_mark =
                encoding != Encoding::Utf8 && (line == "\n" || line.contains('\u{0a00}'));
            if !needs_mark {
                cases.push((bytes, b"rest\n\0".to_vec()));
            }
        }
    }
    cases.push((b"ada@node7\n".to_vec(), b"\x00\xffrest".to_vec()));
    cases.push((b"no end".to_vec(), Vec::new()));
    for (line, rest) in cases {
        let input = [line.as_slice(), &rest].concat();
        let (mut stream, mut read) = (input.as_slice(), Vec::new());
        assert!(read_first_line(&mut stream, 100, &mut read).expect("it can be read"));
        assert_eq!((read, stream), (line, rest.as_slice()), "{input:?}");
    }
    assert!(!read_first_line(&mut &b""[..], 100, &mut Vec::new()).expect("it can be read"));
}

#[test]
fn a_line_without_an_end_is_given_up() {
    let error = read_first_line(&mut io::repeat(b'x'), 100, &mut Vec::new());
    assert_eq!(error.expect_err("it is endless").kind(), ErrorKind::InvalidData);
    let mut longest = vec![b'x'; 99];
    longest.push(b'\n');
    let mut line = Vec::new();
    assert!(read_first_line(&mut longest.as_slice(), 100, &mut line).expect("it fits"));
}

proptest! {
    #[test]
    fn any_text_with_its_mark_comes_back(text in any::<String>()) {
        for encoding in ALL {
            let bytes = [encoding.mark(), &stored(&text, encoding)].concat();
            prop_assert_eq!(&*decode(&bytes), text.as_bytes());
        }
    }

    #[test]
    fn ascii_without_a_mark_comes_back(text in "[ -~\n]{1,80}") {
        for encoding in ALL {
            let bytes = stored(&text, encoding);
            prop_assert_eq!(&*decode(&bytes), text.as_bytes());
        }
    }

    #[test]
    fn utf8_without_a_nul_stays_as_it_is(text in "[^\0]{0,80}") {
        prop_assume!(!text.starts_with('\u{feff}'));
        prop_assert_eq!(&*decode(text.as_bytes()), text.as_bytes());
    }
}
