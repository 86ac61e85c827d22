//! glibc gives new threads heaps of their own, up to eight for each processor, and keeps freed
//! memory that is not at a heap's end. After a crowd of clients, that would be most of the agent's
//! memory.

/// Requests allocate little, so threads rarely wait for each other.
#[expect(unsafe_code, reason = "the C library has no safe interface for its settings")]
pub(super) fn share() {
    // SAFETY: it takes two numbers and changes only where memory comes from in future. If it fails,
    // the agent needs more memory.
    let _ = unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

#[expect(unsafe_code, reason = "the C library has no safe interface for its heap")]
pub(super) fn give_back() {
    // SAFETY: it unmaps only what is free, under the heap's own lock.
    let _ = unsafe { libc::malloc_trim(0) };
}
