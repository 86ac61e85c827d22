//! What a log has instead of a login, so that a hint can say so.

use crate::escaped::Escaped;
use crate::recognize::{Candidate, Class, Refusal};

/// What was found instead of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NearMiss {
    /// No text at all.
    Nothing,
    /// A host, but no user.
    NoUser(Escaped),
    /// A login whose address is private.
    Private(Escaped),
}

/// The last and best near miss of the sources.
#[derive(Debug, Default)]
pub(super) struct NearMisses {
    has_text: bool,
    no_user: Option<Escaped>,
    private: Option<Escaped>,
}

impl NearMisses {
    pub(super) fn add_text(&mut self) {
        self.has_text = true;
    }

    /// Takes a refused candidate into account. A host that is only mentioned is not the cluster.
    pub(super) fn add(&mut self, candidate: &Candidate) {
        match &candidate.outcome {
            Err(Refusal::Private(host)) => self.private = Some(host.clone()),
            Err(Refusal::NoUser(host)) if candidate.evidence.class() != Class::Mentioned => {
                self.no_user = Some(host.clone());
            }
            _ => {}
        }
    }

    pub(super) fn best(&self) -> Option<NearMiss> {
        let private = self.private.clone().map(NearMiss::Private);
        let found = private.or_else(|| self.no_user.clone().map(NearMiss::NoUser));
        found.or_else(|| (!self.has_text).then_some(NearMiss::Nothing))
    }
}
