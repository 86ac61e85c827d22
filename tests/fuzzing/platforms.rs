//! Platforms' output: any text gives rules or a refusal, and rules stay the same when they are
//! printed and read again.

use cidr::render::labels::Labels;
use cidr::render::{self, Format};
use cidr::rules::{Input, Reading, read_set};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let read = |text: &str| read_set(&[Input::Text(text.to_owned())], &Reading::default());
    match read(text) {
        Ok(set) if set.mapped_network().is_none() && set.networks().count() < 100 => {
            let mut printed = Vec::new();
            let (format, labels) = (Format::Comma, Labels::default());
            render::write(format, &labels, set.networks(), &mut printed).expect("memory");
            let printed = String::from_utf8(printed).expect("it is text");
            assert_eq!(read(&printed).expect("it is read back"), set, "{printed}");
        }
        Ok(_) => {}
        Err(error) => {
            assert!(!error.to_string().contains(|it: char| it.is_control()), "{error:?}");
        }
    }
}
