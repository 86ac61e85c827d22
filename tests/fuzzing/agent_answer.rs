//! Answers of agents: keys, signatures, and the names of algorithms.

use keygen::agent::message;

pub(crate) fn check(bytes: &[u8]) {
    if let Some(entries) = message::read_entries(bytes) {
        let again = message::read_entries(&message::entries_answer(&entries));
        let again = again.expect("what is written is read");
        assert_eq!(again.len(), entries.len());
        for (one, other) in entries.iter().zip(&again) {
            assert_eq!((&one.blob, &one.comment), (&other.blob, &other.comment));
            let _ = message::algorithm(&one.blob);
        }
    }
    let _ = message::read_signature(bytes);
}
