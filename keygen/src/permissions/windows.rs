//! Access lists: the owner, SYSTEM and Administrators, as Win32-OpenSSH demands.
//!
//! The list is set at creation, so that the file never has its folder's, and is protected, so that
//! it never inherits one later.

mod sddl;
mod user_sid;

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::FromRawHandle as _;
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::{
    ERROR_SUCCESS, GENERIC_WRITE, INVALID_HANDLE_VALUE, LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSecurityDescriptorToStringSecurityDescriptorW,
    ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW, SDDL_REVISION_1,
    SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, SECURITY_ATTRIBUTES,
    SetFileSecurityW,
};
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_ATTRIBUTE_SYSTEM,
    FILE_FLAGS_AND_ATTRIBUTES, FILE_SHARE_DELETE, FILE_SHARE_MODE, FILE_SHARE_NONE,
};

pub(crate) use self::user_sid::{is_elevated, owner_of_process};
pub use self::user_sid::{owner_of, user};

/// Creates a new file with a protected access list.
pub(super) fn create_owner_only(path: &Path) -> io::Result<File> {
    let list = AccessList::of_owner("")?;
    // So that a signal handler can remove the half-written file.
    create_file(&wide(path), &list.attributes(), FILE_SHARE_DELETE, FILE_ATTRIBUTE_NORMAL)
}

/// Creates the file that Cygwin's programs take for a socket: with the system attribute, for its
/// owner only, and unreadable until it is complete.
pub(crate) fn create_socket_file(path: &Path) -> io::Result<File> {
    let list = AccessList::of_owner_alone()?;
    create_file(&wide(path), &list.attributes(), FILE_SHARE_NONE, FILE_ATTRIBUTE_SYSTEM)
}

/// Creates a new file with the access list inherited from its folder.
pub(super) fn create_public(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Nothing to do: the access list of a new private key names the current user, and public files
/// inherit their folder's.
pub(super) fn keep_owner(_file: &File, _replaced: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates a folder with a protected access list, which files in it inherit.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    let list = AccessList::of_owner("OICI")?;
    create_folder(&wide(path), &list.attributes())
}

/// A security descriptor in memory that the system allocated.
#[derive(Debug)]
pub struct AccessList(LocalMemory);

impl AccessList {
    /// All rights for the owner, SYSTEM and Administrators, none for anyone else; `inheritance`
    /// holds SDDL flags.
    fn of_owner(inheritance: &str) -> io::Result<Self> {
        let owner = user()?;
        let entries: String = ["SY", "BA", &owner]
            .iter()
            .map(|trustee| format!("(A;{inheritance};FA;;;{trustee})"))
            .collect();
        parse(&wide(Path::new(&format!("O:{owner}D:P{entries}")))).map(Self)
    }

    /// All rights for the owner, none for anyone else. Names the owner, because objects of an
    /// administrator's programs would otherwise belong to the group.
    ///
    /// # Errors
    /// When the system does not say who the user is.
    pub fn of_owner_alone() -> io::Result<Self> {
        let owner = user()?;
        parse(&wide(Path::new(&format!("O:{owner}D:P(A;;GA;;;{owner})")))).map(Self)
    }

    /// Attributes for functions that create objects; valid as long as the list is.
    #[must_use]
    pub fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>().try_into().unwrap_or(u32::MAX),
            lpSecurityDescriptor: self.0.0,
            bInheritHandle: 0,
        }
    }
}

/// Memory that the system allocated and we must free.
#[derive(Debug)]
struct LocalMemory(*mut c_void);

impl Drop for LocalMemory {
    #[expect(unsafe_code, reason = "freeing the system's memory has no safe interface")]
    fn drop(&mut self) {
        // SAFETY: the pointer came from a function whose result must be freed this way, and is
        // dropped once.
        unsafe { LocalFree(self.0) };
    }
}

#[expect(unsafe_code, reason = "the system's texts have no safe interface")]
fn text_in(memory: &LocalMemory) -> String {
    let units = (0..)
        // SAFETY: the text ends with a zero, and nothing is read after it.
        .map(|index| unsafe { *memory.0.cast::<u16>().add(index) })
        .take_while(|unit| *unit != 0);
    char::decode_utf16(units).filter_map(Result::ok).collect()
}

#[expect(unsafe_code, reason = "security descriptors have no safe interface")]
fn parse(description: &[u16]) -> io::Result<LocalMemory> {
    let mut descriptor = ptr::null_mut();
    // SAFETY: the description ends with a zero, and `descriptor` is where the pointer to the new
    // one goes.
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
fn create_file(
    path: &[u16],
    attributes: &SECURITY_ATTRIBUTES,
    sharing: FILE_SHARE_MODE,
    kind: FILE_FLAGS_AND_ATTRIBUTES,
) -> io::Result<File> {
    // SAFETY: the path ends with a zero, and the attributes' descriptor lives as long as they are
    // borrowed.
    let handle = unsafe {
        CreateFileW(
            path.as_ptr(),
            GENERIC_WRITE,
            sharing,
            attributes,
            CREATE_NEW,
            kind,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

#[expect(unsafe_code, reason = "the standard library creates no folder with an access list")]
fn create_folder(path: &[u16], attributes: &SECURITY_ATTRIBUTES) -> io::Result<()> {
    // SAFETY: as in `create_file`.
    checked(unsafe { CreateDirectoryW(path.as_ptr(), attributes) })
}

/// UTF-16 with the terminating zero that the system needs.
fn wide(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

fn checked(succeeded: i32) -> io::Result<()> {
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Whom the access list of a file admits in addition to that of a new one.
pub(super) fn exposure(path: &Path) -> io::Result<Option<String>> {
    let ours = described(&AccessList::of_owner("")?.0)?;
    let strangers = sddl::strangers(&described(&access_list_of(&wide(path))?)?, &ours);
    Ok((!strangers.is_empty()).then(|| format!("its access list lets in {}", strangers.join(", "))))
}

/// Gives an existing file the protected access list of a new one.
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
    // SAFETY: the path ends with a zero, `descriptor` is where the pointer to the new one goes, and
    // nothing else is requested.
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
