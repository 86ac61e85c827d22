//! Keeps secrets out of freed memory: freed blocks are overwritten first, and so is the stack after
//! a piece of work.
//!
//! The libraries below wipe most of their secrets, but miss copies made by moving, growing and
//! computing. This module catches the rest.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

use zeroize::Zeroize as _;

/// More stack than any command uses, in bytes; a thread has at least four times as much.
const STACK_BYTES: usize = 256 * 1024;

/// The system's allocator, which overwrites every block before freeing it, and so every block that
/// grows.
#[derive(Debug)]
pub struct WipingAllocator;

#[expect(unsafe_code, reason = "an allocator has no safe interface")]
// SAFETY: every call goes to the system's own allocator; a block is written to only while the
// caller may free it.
unsafe impl GlobalAlloc for WipingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the promises that the system's allocator requires.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block has this size, and nothing else uses it any more.
        unsafe {
            block.write_bytes(0, layout.size());
            // Without `black_box`, the compiler would drop writes to memory that is about to be
            // freed.
            System.dealloc(black_box(block), layout);
        }
    }
}

/// Does the work, and then overwrites the stack that it used.
pub fn without_traces<T>(work: impl FnOnce() -> T) -> T {
    let result = on_its_own_stack(work);
    wipe_stack();
    result
}

/// Has a frame of its own, so that the work's frames are below the caller's.
#[inline(never)]
fn on_its_own_stack<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[expect(clippy::large_stack_arrays, reason = "the stack itself is meant")]
#[inline(never)]
fn wipe_stack() {
    let mut stack = [0_u8; STACK_BYTES];
    stack.zeroize();
    black_box(&stack);
}
