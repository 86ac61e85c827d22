//! Lists of rules: rules stay the same when they are printed and read again.

use cidr::rules::scan::{Piece, entries};
use cidr::rules::{Input, Leniency, Reading, read_set};

pub(crate) fn check(bytes: &[u8]) {
    for truncate in [false, true] {
        match entries(&mut Piece::new(bytes, Leniency { truncate })) {
            Ok(entries) => {
                let text: Vec<String> = entries.iter().map(ToString::to_string).collect();
                let again = read_set(&[Input::Text(text.join(","))], &Reading::default());
                let networks = entries.iter().flat_map(|entry| entry.networks());
                assert_eq!(again.expect("it is read back"), networks.collect(), "{text:?}");
            }
            Err(refusal) => {
                let hint = refusal.fault.hint().unwrap_or_default();
                let said = format!("{} {} {hint}", refusal.text, refusal.fault);
                assert!(!said.contains(|it: char| it.is_control()), "{said:?}");
            }
        }
    }
}
