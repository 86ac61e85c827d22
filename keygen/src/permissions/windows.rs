//! Access lists: the owner, SYSTEM and Administrators, as Win32-OpenSSH demands.
//!
//! The list is given at creation, so that there is no moment in which the file has its folder's, and is protected, so
//! that none is inherited later.

mod sddl;

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::{
    ERROR_SUCCESS, GENERIC_WRITE, INVALID_HANDLE_VALUE, LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSecurityDescriptorToStringSecurityDescriptorW, ConvertSidToStringSidW,
    ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW, GetSecurityInfo,
    SDDL_REVISION_1, SE_FILE_OBJECT, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetTokenInformation, OWNER_SECURITY_INFORMATION,
    PROTECTED_DACL_SECURITY_INFORMATION, PSID, SECURITY_ATTRIBUTES, SetFileSecurityW, TOKEN_QUERY,
    TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_DELETE,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Creates a file that did not exist, with a protected access list.
pub(super) fn create_owner_only(path: &Path) -> io::Result<File> {
    let list = AccessList::of_owner("")?;
    create_file(&wide(path), &list.attributes())
}

/// Creates a file that did not exist, with the access list that its folder hands down.
pub(super) fn create_public(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Nothing: the access list of a new private key names whoever runs this, and public files have that of their folder.
pub(super) fn keep_owner(_file: &File, _replaced: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates a folder with a protected access list, which what is made in it inherits.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    let list = AccessList::of_owner("OICI")?;
    create_folder(&wide(path), &list.attributes())
}

/// A security descriptor in the memory of the system.
pub(crate) struct AccessList(LocalMemory);

impl AccessList {
    /// Everything for the owner, SYSTEM and Administrators, nothing for anybody else; `inheritance` are SDDL's flags.
    fn of_owner(inheritance: &str) -> io::Result<Self> {
        let owner = user()?;
        let entries: String = ["SY", "BA", &owner]
            .iter()
            .map(|trustee| format!("(A;{inheritance};FA;;;{trustee})"))
            .collect();
        parse(&wide(Path::new(&format!("O:{owner}D:P{entries}")))).map(Self)
    }

    /// Everything for the owner, nothing for anybody else; the owner is named, because that of an administrator's
    /// programs would be the group.
    pub(crate) fn of_owner_alone() -> io::Result<Self> {
        let owner = user()?;
        parse(&wide(Path::new(&format!("O:{owner}D:P(A;;GA;;;{owner})")))).map(Self)
    }

    /// For the functions that create something; they are valid as long as the list is.
    pub(crate) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>().try_into().unwrap_or(u32::MAX),
            lpSecurityDescriptor: self.0.0,
            bInheritHandle: 0,
        }
    }
}

/// What the system allocated and we are to free.
struct LocalMemory(*mut c_void);

impl Drop for LocalMemory {
    #[expect(unsafe_code, reason = "freeing the system's memory has no safe interface")]
    fn drop(&mut self) {
        // SAFETY: the pointer came from a function that says to free it so, and is dropped once.
        unsafe { LocalFree(self.0) };
    }
}

/// The security identifier of the user that this process runs as, as `S-1-5-…`.
pub(crate) fn user() -> io::Result<String> {
    let token = token()?;
    // A `TOKEN_USER` and the longest identifier (68 bytes) behind it, aligned for both.
    let mut information = [0_u64; 16];
    identify(&token, &mut information)?;
    text_of_user(&information)
}

#[expect(unsafe_code, reason = "tokens have no safe interface")]
fn token() -> io::Result<OwnedHandle> {
    let mut token = ptr::null_mut();
    // SAFETY: the pseudo handle of this process is always valid, and `token` is where the new handle goes.
    checked(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the handle is new, and nobody else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}

#[expect(unsafe_code, reason = "tokens have no safe interface")]
fn identify(token: &OwnedHandle, information: &mut [u64; 16]) -> io::Result<()> {
    let size = size_of_val(information).try_into().unwrap_or(u32::MAX);
    let mut needed = 0;
    // SAFETY: the system writes at most `size` bytes, which is what the array has.
    checked(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            information.as_mut_ptr().cast(),
            size,
            &raw mut needed,
        )
    })
}

#[expect(unsafe_code, reason = "security identifiers have no safe interface")]
fn text_of_user(information: &[u64; 16]) -> io::Result<String> {
    // SAFETY: `identify` filled the array with a `TOKEN_USER`, whose pointer leads into the same array.
    text_of(unsafe { (*information.as_ptr().cast::<TOKEN_USER>()).User.Sid })
}

/// The security identifier of whom a pipe belongs to; an error when it belongs to nobody.
#[expect(unsafe_code, reason = "the standard library shows no owner")]
pub(crate) fn owner_of_pipe(pipe: &File) -> io::Result<String> {
    let (mut owner, mut descriptor) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the handle is open as long as `pipe` is borrowed, and both pointers are where the answers go.
    let error = unsafe {
        GetSecurityInfo(
            pipe.as_raw_handle(),
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
    // SAFETY: the callers' identifiers are valid, and `text` is where the pointer to the new text goes.
    checked(unsafe { ConvertSidToStringSidW(identifier, &raw mut text) })?;
    Ok(text_in(&LocalMemory(text.cast())))
}

#[expect(unsafe_code, reason = "the system's texts have no safe interface")]
fn text_in(memory: &LocalMemory) -> String {
    let units = (0..)
        // SAFETY: the text ends with a zero, and nothing is read behind it.
        .map(|index| unsafe { *memory.0.cast::<u16>().add(index) })
        .take_while(|unit| *unit != 0);
    char::decode_utf16(units).filter_map(Result::ok).collect()
}

#[expect(unsafe_code, reason = "security descriptors have no safe interface")]
fn parse(description: &[u16]) -> io::Result<LocalMemory> {
    let mut descriptor = ptr::null_mut();
    // SAFETY: the description ends with a zero, and `descriptor` is where the pointer to the new one goes.
    checked(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            description.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            ptr::null_mut(),
        )
    })?;
    Ok(LocalMemory(descriptor))
}

#[expect(unsafe_code, reason = "the standard library creates no file with an access list")]
fn create_file(path: &[u16], attributes: &SECURITY_ATTRIBUTES) -> io::Result<File> {
    // SAFETY: the path ends with a zero, and the attributes' descriptor lives as long as they are borrowed.
    let handle = unsafe {
        CreateFileW(
            path.as_ptr(),
            GENERIC_WRITE,
            // So that a signal can remove it half written.
            FILE_SHARE_DELETE,
            attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else owns it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

#[expect(unsafe_code, reason = "the standard library creates no folder with an access list")]
fn create_folder(path: &[u16], attributes: &SECURITY_ATTRIBUTES) -> io::Result<()> {
    // SAFETY: as in `create_file`.
    checked(unsafe { CreateDirectoryW(path.as_ptr(), attributes) })
}

/// UTF-16 with the zero that the system looks for.
fn wide(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

fn checked(succeeded: i32) -> io::Result<()> {
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Whom the access list of a file lets in besides those of a new one.
pub(super) fn exposure(path: &Path) -> io::Result<Option<String>> {
    let ours = described(&AccessList::of_owner("")?.0)?;
    let strangers = sddl::strangers(&described(&access_list_of(&wide(path))?)?, &ours);
    Ok((!strangers.is_empty()).then(|| format!("its access list lets in {}", strangers.join(", "))))
}

/// Gives a file that is there the protected access list of a new one.
pub(super) fn restrict_to_owner(path: &Path) -> io::Result<()> {
    let list = AccessList::of_owner("")?;
    set_access_list(&wide(path), &list)
}

#[expect(unsafe_code, reason = "the standard library sets no access list")]
fn set_access_list(path: &[u16], list: &AccessList) -> io::Result<()> {
    let parts = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    // SAFETY: the path ends with a zero, and the descriptor lives for the length of the call.
    checked(unsafe { SetFileSecurityW(path.as_ptr(), parts, list.0.0) })
}

#[expect(unsafe_code, reason = "the standard library shows no access list")]
fn access_list_of(path: &[u16]) -> io::Result<LocalMemory> {
    let mut descriptor = ptr::null_mut();
    // SAFETY: the path ends with a zero, `descriptor` is where the pointer to the new one goes, and nothing else is asked for.
    let error = unsafe {
        GetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    match error {
        ERROR_SUCCESS => Ok(LocalMemory(descriptor)),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}

/// The access list of a descriptor in the security descriptor definition language.
#[expect(unsafe_code, reason = "security descriptors have no safe interface")]
fn described(descriptor: &LocalMemory) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the descriptor is valid, and `text` is where the pointer to the new text goes.
    checked(unsafe {
        ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor.0,
            SDDL_REVISION_1,
            DACL_SECURITY_INFORMATION,
            &raw mut text,
            ptr::null_mut(),
        )
    })?;
    Ok(text_in(&LocalMemory(text.cast())))
}
