//! Locks mutexes without handling poison.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex. It cannot be poisoned: the program aborts when a thread panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
