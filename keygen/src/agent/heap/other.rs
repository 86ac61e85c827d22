//! C libraries whose threads share their heap, or that have no such setting.

pub(super) fn share() {}

pub(super) fn give_back() {}
