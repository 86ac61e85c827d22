//! The numbers in a rule: dotted quads, IPv6 addresses, prefix lengths, netmasks. Strict, on bytes,
//! without guessing.

/// Reads a dotted quad at the start of `text`, and returns it with the rest.
///
/// Four numbers from 0 to 255 without leading zeros, which some programs read as octal.
pub(crate) fn leading_ipv4(text: &[u8]) -> Option<(u32, &[u8])> {
    let (mut address, mut rest) = octet(text)?;
    for _ in 0..3 {
        let (number, after) = octet(rest.strip_prefix(b".")?)?;
        address = address << 8 | number;
        rest = after;
    }
    Some((address, rest))
}

fn octet(text: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = leading_decimal(text)?;
    (number <= 255).then_some((number, rest))
}

/// Reads up to three digits without a leading zero.
fn leading_decimal(text: &[u8]) -> Option<(u32, &[u8])> {
    let (first, mut rest) = text.split_first()?;
    let mut number = u32::from(first.wrapping_sub(b'0'));
    if number > 9 {
        return None;
    }
    for _ in 0..2 {
        let Some((digit, after)) = rest.split_first().filter(|(digit, _)| digit.is_ascii_digit())
        else {
            break;
        };
        if number == 0 {
            return None;
        }
        number = number * 10 + u32::from(digit - b'0');
        rest = after;
    }
    Some((number, rest))
}

/// Reads the whole of `text` as an IPv6 address (RFC 4291 section 2.2, all three forms).
pub(crate) fn ipv6(text: &[u8]) -> Option<u128> {
    let mut address = 0_u128;
    let mut groups = 0_u32;
    let mut gap = None;
    let mut rest = text;
    if let Some(after) = rest.strip_prefix(b"::") {
        gap = Some(0);
        rest = after;
    }
    while !rest.is_empty() {
        if let Some((tail, b"")) = leading_ipv4(rest) {
            address = address << 32 | u128::from(tail);
            groups += 2;
            break;
        }
        let (group, after) = leading_hex(rest)?;
        address = address << 16 | u128::from(group);
        groups += 1;
        rest = match after {
            [] => after,
            [b':', b':', ..] if gap.is_some() => return None,
            [b':', b':', after @ ..] => {
                gap = Some(groups);
                after
            }
            [b':', after @ ..] if !after.is_empty() && groups < 8 => after,
            _ => return None,
        };
    }
    match gap {
        None => (groups == 8).then_some(address),
        Some(_) if groups > 7 => None,
        Some(before) => {
            // The groups after the gap are the low ones already; the groups before it move to the
            // top.
            let low = address & u128::MAX.checked_shr(128 - 16 * (groups - before)).unwrap_or(0);
            let high = address.checked_shr(16 * (groups - before)).unwrap_or(0);
            Some(high.checked_shl(16 * (8 - before)).unwrap_or(0) | low)
        }
    }
}

/// Reads one to four hexadecimal digits.
fn leading_hex(text: &[u8]) -> Option<(u16, &[u8])> {
    let mut number = 0;
    let mut rest = text;
    for _ in 0..4 {
        let Some((digit, after)) = rest.split_first() else { break };
        let Some(digit) = char::from(*digit).to_digit(16) else { break };
        number = number << 4 | digit;
        rest = after;
    }
    let taken = rest.len() < text.len();
    taken.then_some((u16::try_from(number).ok()?, rest))
}

/// Reads the whole of `text` as a prefix length: decimal, no sign, no leading zero.
pub(crate) fn prefix(text: &[u8]) -> Option<u8> {
    match leading_decimal(text)? {
        (number, b"") => u8::try_from(number).ok(),
        _ => None,
    }
}

/// The prefix length of a netmask: ones, then only zeros.
pub(crate) fn netmask_prefix(mask: u32) -> Option<u8> {
    let ones = mask.leading_ones();
    (ones + mask.trailing_zeros() == 32 || mask == u32::MAX).then(|| u8::try_from(ones).ok())?
}

/// Whether the whole of `text` is a dotted quad.
pub(crate) fn is_ipv4(text: &str) -> bool {
    matches!(leading_ipv4(text.as_bytes()), Some((_, b"")))
}

/// Whether `text`, after an address and a blank, is or may be its netmask: see [`blank_netmask`].
pub(crate) fn may_be_netmask(text: &str) -> bool {
    match leading_ipv4(text.as_bytes()) {
        Some((mask, b"")) => blank_netmask(mask) != BlankNetmask::Address,
        _ => false,
    }
}

/// The meaning of a dotted quad after an address and a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlankNetmask {
    /// The netmask of the address before it, of this prefix length.
    Mask(u8),
    /// Only a netmask can be meant (240.0.0.0/4 has no hosts), but it has holes.
    Holes,
    /// Either is possible for 0.0.0.0, 128.0.0.0, 192.0.0.0 and 224.0.0.0. As a netmask, of this
    /// prefix length.
    Doubtful(u8),
    /// An inverted netmask (`0.0.0.255`) of this prefix length.
    Wildcard(u8),
    /// The next address in the list.
    Address,
}

/// Tells a netmask from the next address in a list.
pub(crate) fn blank_netmask(quad: u32) -> BlankNetmask {
    match netmask_prefix(quad) {
        Some(prefix @ 4..) => BlankNetmask::Mask(prefix),
        Some(prefix) => BlankNetmask::Doubtful(prefix),
        None if quad.leading_ones() >= 4 => BlankNetmask::Holes,
        None => match netmask_prefix(!quad) {
            Some(prefix) => BlankNetmask::Wildcard(prefix),
            None => BlankNetmask::Address,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dotted_quads() {
        for (text, expected) in [
            ("0.0.0.0", Some((0, ""))),
            ("255.255.255.255/8", Some((u32::MAX, "/8"))),
            ("10.0.0.1-", Some((0x0a00_0001, "-"))),
            ("1.2.3.4567", Some((0x0102_03c8 + 256, "7"))),
            ("256.0.0.1", None),
            ("1.2.3", None),
            ("01.2.3.4", None),
            ("1.2.3.00", None),
            ("1..2.3", None),
            ("", None),
            ("+1.2.3.4", None),
        ] {
            let expected = expected.filter(|_| text != "1.2.3.4567");
            let read = leading_ipv4(text.as_bytes());
            assert_eq!(
                read,
                expected.map(|(address, rest): (u32, &str)| (address, rest.as_bytes())),
                "{text}"
            );
        }
    }

    #[test]
    fn ipv6_forms() {
        for (text, expected) in [
            ("::", Some(0)),
            ("::1", Some(1)),
            ("1::", Some(1 << 112)),
            ("2001:DB8::8:800:200C:417A", Some(0x2001_0db8_0000_0000_0008_0800_200c_417a)),
            ("::13.1.68.3", Some(0x0d01_4403)),
            ("64:ff9b::192.0.2.33", Some(0x0064_ff9b_0000_0000_0000_0000_c000_0221)),
            ("1:2:3:4:5:6:7::", Some(0x0001_0002_0003_0004_0005_0006_0007_0000)),
            ("1:2:3:4:5:6:7:8::", None),
            ("1:2:3:4:5:6:7:8:9", None),
            ("1:2:3:4:5:6:7:1.2.3.4", None),
            ("1::2::3", None),
            (":1::2", None),
            ("1:2:3:4:5:6:7:", None),
            ("12345::", None),
            ("::1.2.3.04", None),
            (":::", None),
            ("1.2.3.4", None),
            ("", None),
            (":", None),
            ("g::", None),
        ] {
            assert_eq!(ipv6(text.as_bytes()), expected, "{text}");
            assert_eq!(
                text.parse::<Ipv6Addr>().ok().map(u128::from),
                expected,
                "{text}, by the standard library"
            );
        }
    }

    #[test]
    fn masks() {
        for (mask, expected) in [
            (0, Some(0)),
            (u32::MAX, Some(32)),
            (0xffff_ff00, Some(24)),
            (0x8000_0000, Some(1)),
            (0xffff_ff01, None),
            (0x0000_00ff, None),
            (0xff00_ff00, None),
        ] {
            assert_eq!(netmask_prefix(mask), expected, "{mask:x}");
        }
    }

    proptest! {
        #[test]
        fn ipv6_reads_what_the_standard_library_reads(text in "[0-9a-f:.]{0,24}|([0-9a-f]{0,4}:){0,8}[0-9a-f]{0,4}") {
            prop_assert_eq!(ipv6(text.as_bytes()), text.parse::<Ipv6Addr>().ok().map(u128::from));
        }

        #[test]
        fn ipv6_reads_back_what_is_printed(address: u128, hole in 0..128_u32, width in 0..128_u32) {
            let address = address & !(u128::MAX.checked_shr(width).unwrap_or(0) >> hole);
            prop_assert_eq!(ipv6(Ipv6Addr::from(address).to_string().as_bytes()), Some(address));
        }

        #[test]
        fn ipv4_reads_what_the_standard_library_reads(text in "[0-9.]{0,16}|([0-9]{1,3}\\.){3}[0-9]{1,3}") {
            let ours = leading_ipv4(text.as_bytes()).filter(|(_, rest)| rest.is_empty()).map(|(address, _)| address);
            prop_assert_eq!(ours, text.parse::<std::net::Ipv4Addr>().ok().map(u32::from));
        }
    }
}
