//! `keygen` as users run it.
