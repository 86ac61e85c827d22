//! The building blocks of announcements and look-alikes. `{u}` and `{h}` stand for the user and the
//! host.

mod decoys;
mod labels;
mod marks;
mod sentences;

pub(super) use decoys::{DECOYS, NOISE};
pub(super) use labels::{HOSTS, PORTS, USERS};
pub(super) use marks::{LAYOUTS, MARKS, SIGNS};
pub(super) use sentences::SENTENCES;
