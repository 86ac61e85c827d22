//! `ControlMaster ask`: a person confirms each guest's use of the connection.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contract::shown;
use tokio::sync::OnceCell;

use crate::plan::{Plan, Sharing};

/// Whether guests need a person's consent.
pub(super) struct Consent {
    /// The connection that they ask for; `None` if they need no consent.
    what: Option<String>,
    /// The process that started the holder, until it comes: its user has just logged in.
    starter: Cell<Option<u32>>,
}

impl Consent {
    pub(super) fn new(plan: &Plan, sharing: &Sharing, starter: u32) -> Self {
        let goal = plan.route.last().filter(|_| sharing.asks);
        let what = goal.map(|hop| {
            let user = hop.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
            format!("the shared connection to {}", shown(format!("{user}{}", hop.host)))
        });
        Self { what, starter: Cell::new(Some(starter)) }
    }

    /// The permission that a new guest needs.
    pub(super) fn ask_for(&self, guest: Option<u32>) -> Permission {
        let is_starter = guest.is_some() && guest == self.starter.get();
        if is_starter {
            // Another process may get its number later.
            self.starter.set(None);
        }
        let what = self.what.clone().filter(|_| !is_starter);
        Permission { what, guest, answer: OnceCell::new(), is_over: Arc::default() }
    }
}

/// One guest's permission.
pub(super) struct Permission {
    what: Option<String>,
    guest: Option<u32>,
    answer: OnceCell<bool>,
    is_over: Arc<AtomicBool>,
}

impl Permission {
    /// Whether the guest may use the connection. The user is asked at most once, at its first use.
    pub(super) async fn is_granted(&self) -> bool {
        let Some(what) = &self.what else { return true };
        *self.answer.get_or_init(|| self.ask(what.clone())).await
    }

    async fn ask(&self, what: String) -> bool {
        let (guest, is_over) = (self.guest, Arc::clone(&self.is_over));
        let asked = tokio::task::spawn_blocking(move || {
            keygen::agent::allows("sshc", &what, guest, &|| is_over.load(Ordering::Relaxed))
        });
        asked.await.unwrap_or(false)
    }

    /// The guest is gone: its question ends.
    pub(super) fn is_not_needed(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
