//! What the C library keeps of the memory that threads and clients have used.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod other;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use glibc as platform;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
use other as platform;

/// Makes all threads share the existing heaps; called before the first thread starts.
pub fn share() {
    platform::share();
}

/// Returns free memory to the system; called when half of the clients have left.
pub fn give_back() {
    platform::give_back();
}
