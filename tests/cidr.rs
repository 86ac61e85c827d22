//! `cidr` as users run it.
