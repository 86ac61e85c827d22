//! `pubkey-copy` as users run it.
