//! Identifies this process's user, and the owners of other objects.

use std::io;
use std::os::windows::io::{AsRawHandle as _, BorrowedHandle, FromRawHandle as _, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, GetSecurityInfo, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSID, TOKEN_INFORMATION_CLASS, TOKEN_QUERY,
    TOKEN_USER, TokenElevation, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::{LocalMemory, checked, text_in};

/// The security identifier of the user that this process runs as, as `S-1-5-…`.
///
/// # Errors
/// When the system does not say.
pub fn user() -> io::Result<String> {
    let token = token()?;
    // A `TOKEN_USER` followed by the longest identifier (68 bytes), aligned for both.
    let mut information = [0_u64; 16];
    inform(&token, TokenUser, &mut information)?;
    text_of_user(&information)
}

#[expect(unsafe_code, reason = "tokens have no safe interface")]
fn token() -> io::Result<OwnedHandle> {
    let mut token = ptr::null_mut();
    // SAFETY: the pseudo handle of this process is always valid, and `token` is where the new
    // handle goes.
    checked(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}

#[expect(unsafe_code, reason = "tokens have no safe interface")]
fn inform(
    token: &OwnedHandle,
    class: TOKEN_INFORMATION_CLASS,
    information: &mut [u64; 16],
) -> io::Result<()> {
    let size = size_of_val(information).try_into().unwrap_or(u32::MAX);
    let mut needed = 0;
    // SAFETY: the system writes at most `size` bytes, which is what the array has.
    checked(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            class,
            information.as_mut_ptr().cast(),
            size,
            &raw mut needed,
        )
    })
}

#[expect(unsafe_code, reason = "security identifiers have no safe interface")]
fn text_of_user(information: &[u64; 16]) -> io::Result<String> {
    // SAFETY: `inform` filled the array with a `TOKEN_USER`, whose pointer points into the same
    // array.
    text_of(unsafe { (*information.as_ptr().cast::<TOKEN_USER>()).User.Sid })
}

/// The security identifier of the owner of a pipe, a process or shared memory; an error if it has
/// no owner.
///
/// # Errors
/// When the system does not say.
#[expect(unsafe_code, reason = "the standard library shows no owner")]
pub fn owner_of(object: BorrowedHandle<'_>) -> io::Result<String> {
    let (mut owner, mut descriptor) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the handle is open as long as `object` is borrowed, and both pointers are where the
    // answers go.
    let error = unsafe {
        GetSecurityInfo(
            object.as_raw_handle(),
            SE_KERNEL_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    if error != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(error.cast_signed()));
    }
    let _descriptor = LocalMemory(descriptor);
    if owner.is_null() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it has no owner"));
    }
    text_of(owner)
}

#[expect(unsafe_code, reason = "security identifiers have no safe interface")]
fn text_of(identifier: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the callers' identifiers are valid, and `text` is where the pointer to the new text
    // goes.
    checked(unsafe { ConvertSidToStringSidW(identifier, &raw mut text) })?;
    Ok(text_in(&LocalMemory(text.cast())))
}

/// The default owner of objects that this process creates: that of the process itself.
#[expect(unsafe_code, reason = "the handle that stands for this process has no safe interface")]
pub(crate) fn owner_of_process() -> io::Result<String> {
    // SAFETY: the pseudo handle of this process is always valid, and need not be closed.
    owner_of(unsafe { BorrowedHandle::borrow_raw(GetCurrentProcess()) })
}

/// Whether this process has an administrator's rights, so that other processes of this user have
/// fewer.
pub(crate) fn is_elevated() -> bool {
    let mut information = [0_u64; 16];
    let informed = token().and_then(|token| inform(&token, TokenElevation, &mut information));
    informed.is_ok() && information.first().is_some_and(|answer| *answer != 0)
}
