//! This program again, in a process that outlives its parent.

use std::env;
use std::ffi::{OsStr, OsString, c_void};
use std::io;
use std::iter::repeat_n;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{
    AsRawHandle as _, BorrowedHandle, FromRawHandle as _, OwnedHandle, RawHandle,
};
use std::ptr;

use windows_sys::Win32::Foundation::{
    DUPLICATE_SAME_ACCESS, DuplicateHandle, ERROR_ACCESS_DENIED, WAIT_OBJECT_0,
};
use windows_sys::Win32::System::Threading::{
    CREATE_BREAKAWAY_FROM_JOB, CreateProcessW, DETACHED_PROCESS, DeleteProcThreadAttributeList,
    EXTENDED_STARTUPINFO_PRESENT, GetCurrentProcess, GetExitCodeProcess,
    InitializeProcThreadAttributeList, OpenProcess, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
    PROCESS_INFORMATION, PROCESS_SYNCHRONIZE, STARTF_USESTDHANDLES, STARTUPINFOEXW, STARTUPINFOW,
    UpdateProcThreadAttribute, WaitForSingleObject,
};

/// What a new process gets from the one that starts it. It never gets any other handle.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inherits<'a> {
    /// Whether it is in our console until it leaves it. Otherwise it has none.
    pub console: bool,
    /// Its standard error.
    pub stderr: Option<BorrowedHandle<'a>>,
}

/// A process.
#[derive(Debug)]
pub struct Process {
    handle: OwnedHandle,
    /// Whether it has left our job.
    is_free: bool,
}

impl Process {
    /// Starts this program again with these arguments.
    ///
    /// # Errors
    /// When the system refuses it, for example because the arguments are too long.
    pub fn start(arguments: &[OsString], inherited: Inherits<'_>) -> io::Result<Self> {
        let program = env::current_exe()?;
        let line = command_line(program.as_os_str(), arguments);
        // If allowed, leaves the job of the terminal or session, which would be killed with all its
        // processes.
        let denied = i32::try_from(ERROR_ACCESS_DENIED).ok();
        let (handle, is_free) = match start(line.clone(), inherited, CREATE_BREAKAWAY_FROM_JOB) {
            Err(error) if error.raw_os_error() == denied => (start(line, inherited, 0)?, false),
            started => (started?, true),
        };
        Ok(Self { handle, is_free })
    }

    /// Opens a process by its ID, to wait for its end.
    pub(crate) fn open(id: u32) -> Option<Self> {
        open(id).map(|handle| Self { handle, is_free: false })
    }

    /// Whether it survives the end of the job that we run in, for example a terminal's.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.is_free
    }

    /// Whether it ends within this many milliseconds.
    #[expect(unsafe_code, reason = "the standard library waits for its own children only")]
    #[must_use]
    pub fn ends_within(&self, milliseconds: u32) -> bool {
        // SAFETY: the handle is open as long as it is borrowed.
        unsafe { WaitForSingleObject(self.handle.as_raw_handle(), milliseconds) == WAIT_OBJECT_0 }
    }

    /// The exit status of a process that has ended.
    #[expect(unsafe_code, reason = "the standard library waits for its own children only")]
    #[must_use]
    pub fn exit_status(&self) -> Option<u32> {
        let mut status = 0;
        // SAFETY: the handle is open as long as it is borrowed, and `status` is where the answer
        // goes.
        let is_known =
            unsafe { GetExitCodeProcess(self.handle.as_raw_handle(), &raw mut status) } != 0;
        is_known.then_some(status)
    }
}

/// The command line from which C's start-up code and Rust's library read these arguments, with its
/// terminating zero.
fn command_line(program: &OsStr, arguments: &[OsString]) -> Vec<u16> {
    let mut line = Vec::new();
    for argument in [program].into_iter().chain(arguments.iter().map(OsString::as_os_str)) {
        if !line.is_empty() {
            line.push(SPACE);
        }
        line.extend(quoted(argument));
    }
    line.push(0);
    line
}

const SPACE: u16 = b' ' as u16;
const QUOTE: u16 = b'"' as u16;
const BACKSLASH: u16 = b'\\' as u16;

/// An argument in quotation marks. Backslashes count double before one.
pub(crate) fn quoted(argument: &OsStr) -> Vec<u16> {
    let mut quoted = vec![QUOTE];
    let mut backslashes = 0;
    for unit in argument.encode_wide() {
        match unit {
            BACKSLASH => backslashes += 1,
            QUOTE => {
                quoted.extend(repeat_n(BACKSLASH, backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        quoted.push(unit);
    }
    quoted.extend(repeat_n(BACKSLASH, backslashes));
    quoted.push(QUOTE);
    quoted
}

/// Without standard handles in the structure, a process at our console would get copies of ours.
fn start(mut line: Vec<u16>, inherited: Inherits<'_>, flags: u32) -> io::Result<OwnedHandle> {
    let stderr = inherited.stderr.map(inheritable).transpose()?;
    let flags = if inherited.console { flags } else { flags | DETACHED_PROCESS };
    let mut startup = STARTUPINFOEXW {
        StartupInfo: STARTUPINFOW { dwFlags: STARTF_USESTDHANDLES, ..STARTUPINFOW::default() },
        ..STARTUPINFOEXW::default()
    };
    startup.StartupInfo.cb = size_of::<STARTUPINFOEXW>().try_into().unwrap_or(u32::MAX);
    let Some(stderr) = stderr else {
        return create(&mut line, &startup, false, flags);
    };
    startup.StartupInfo.hStdError = stderr.as_raw_handle();
    let handles = [stderr.as_raw_handle()];
    let mut list = HandleList::new(&handles)?;
    startup.lpAttributeList = list.pointer();
    create(&mut line, &startup, true, flags)
}

/// A copy that children may inherit; ours stays as it is.
#[expect(unsafe_code, reason = "the standard library makes no handle inheritable")]
fn inheritable(handle: BorrowedHandle<'_>) -> io::Result<OwnedHandle> {
    let mut copy = ptr::null_mut();
    // SAFETY: the handle is open as long as it is borrowed, the pseudo handle of this process is
    // always valid, and `copy` is where the new handle goes.
    let succeeded = unsafe {
        let process = GetCurrentProcess();
        let handle = handle.as_raw_handle();
        DuplicateHandle(process, handle, process, &raw mut copy, 0, 1, DUPLICATE_SAME_ACCESS)
    };
    if succeeded == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(copy) })
}

/// The only handles that a child inherits (`PROC_THREAD_ATTRIBUTE_HANDLE_LIST`).
struct HandleList<'a> {
    memory: Vec<usize>,
    _handles: &'a [RawHandle],
}

impl<'a> HandleList<'a> {
    #[expect(unsafe_code, reason = "the standard library passes all inheritable handles on")]
    fn new(handles: &'a [RawHandle]) -> io::Result<Self> {
        let mut bytes = 0;
        // SAFETY: without memory the function only says how much it needs.
        unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &raw mut bytes) };
        let mut memory = vec![0_usize; bytes.div_ceil(size_of::<usize>())];
        let pointer = memory.as_mut_ptr().cast();
        // SAFETY: the memory has the size that the function asked for.
        if unsafe { InitializeProcThreadAttributeList(pointer, 1, 0, &raw mut bytes) } == 0 {
            return Err(io::Error::last_os_error());
        }
        let mut list = Self { memory, _handles: handles };
        // SAFETY: the list is initialized, and the handles live as long as it does.
        let succeeded = unsafe {
            UpdateProcThreadAttribute(
                list.pointer(),
                0,
                PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize,
                handles.as_ptr().cast(),
                size_of_val(handles),
                ptr::null_mut(),
                ptr::null(),
            )
        };
        if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(list) }
    }

    fn pointer(&mut self) -> *mut c_void {
        self.memory.as_mut_ptr().cast()
    }
}

impl Drop for HandleList<'_> {
    #[expect(unsafe_code, reason = "the list must be deleted")]
    fn drop(&mut self) {
        // SAFETY: the list was initialized, and is deleted once.
        unsafe { DeleteProcThreadAttributeList(self.pointer()) };
    }
}

#[expect(unsafe_code, reason = "the standard library's children inherit handles")]
fn create(
    line: &mut [u16],
    startup: &STARTUPINFOEXW,
    inherits: bool,
    flags: u32,
) -> io::Result<OwnedHandle> {
    let mut information = PROCESS_INFORMATION::default();
    // SAFETY: the line ends with a zero, and the structures live for the length of the call; the
    // longer one begins with the shorter one.
    let succeeded = unsafe {
        CreateProcessW(
            ptr::null(),
            line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            inherits.into(),
            flags | EXTENDED_STARTUPINFO_PRESENT,
            ptr::null(),
            ptr::null(),
            (&raw const *startup).cast(),
            &raw mut information,
        )
    };
    if succeeded == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: both handles are new, and nothing else owns them.
    let (process, _thread) = unsafe {
        (
            OwnedHandle::from_raw_handle(information.hProcess),
            OwnedHandle::from_raw_handle(information.hThread),
        )
    };
    Ok(process)
}

#[expect(unsafe_code, reason = "the standard library waits for its own children only")]
fn open(id: u32) -> Option<OwnedHandle> {
    // SAFETY: all arguments are plain numbers.
    let handle = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, id) };
    // SAFETY: the handle is new, and nothing else owns it.
    (!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}
