//! Pageant's window, through which older PuTTY programs ask: the request is in memory that the
//! client shares, and a message names that memory (`WM_COPYDATA`).
//!
//! The window has a thread of its own. Other threads compute the answers, because one may wait for
//! a person, and the other clients must not.

mod shared_memory;

use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use std::io;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::DataExchange::COPYDATASTRUCT;
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    ChangeWindowMessageFilterEx, CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW,
    MSG, MSGFLT_ALLOW, PBT_APMSUSPEND, PM_NOREMOVE, PeekMessageW, RegisterClassW, WM_CLOSE,
    WM_COPYDATA, WM_ENDSESSION, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE, WNDCLASSW,
    WS_OVERLAPPEDWINDOW, WTS_SESSION_LOCK,
};
use zeroize::Zeroizing;

use self::shared_memory::RequestMemory;
use crate::agent::ask::{Caller, Connection};
use crate::agent::message::{self, FAILURE};
use crate::agent::server::Server;
use crate::agent::session_bind::Session;
use crate::agent::transport::REQUEST;
use crate::permissions::is_elevated;
use crate::windows::wide;

/// The longest name of shared memory, including its zero.
const NAME_LIMIT: u32 = 1024;

/// How long a client's thread may be blocked by an answer.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// An answer that takes longer is waiting for a person, and other clients are served meanwhile.
const LOOK: Duration = Duration::from_millis(100);

/// How many clients may wait for a person at once, each nested in the one before.
const DEPTH_LIMIT: u32 = 8;

thread_local! {
    /// The agent that this thread's window belongs to.
    static AGENT: RefCell<Option<Arc<Server>>> = const { RefCell::new(None) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// A window that waits for its agent.
#[derive(Debug)]
pub(super) struct Window(Sender<Arc<Server>>);

impl Window {
    /// Makes the window, with this class and title.
    pub(super) fn open(name: &'static str) -> io::Result<Self> {
        let (sender, agent) = channel();
        let (result, opened) = channel();
        let run = move || run(name, &result, &agent);
        thread::Builder::new().name("window".into()).spawn(run)?;
        opened.recv().map_err(io::Error::other)??;
        Ok(Self(sender))
    }

    /// From now on it answers.
    pub(super) fn serve(&self, server: &Arc<Server>) {
        // Its thread lives as long as the process.
        let _ = self.0.send(Arc::clone(server));
    }
}

fn run(name: &str, result: &Sender<io::Result<()>>, agent: &Receiver<Arc<Server>>) {
    let window = create(name);
    if let Ok(window) = window {
        listen_to_the_system(window);
    }
    // `Window::open` waits for this.
    let _ = result.send(window.and(Ok(())));
    if let Ok(agent) = agent.recv() {
        AGENT.set(Some(agent));
        dispatch_messages();
    }
}

/// An ordinary window that is never shown, because message-only windows get no session
/// notifications.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn create(name: &str) -> io::Result<HWND> {
    let name = wide(name);
    let (nothing, no_menu) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: without a name this program's own module is meant, which is always there.
    let module = unsafe { GetModuleHandleW(ptr::null()) };
    let class = WNDCLASSW {
        lpfnWndProc: Some(procedure),
        hInstance: module,
        lpszClassName: name.as_ptr(),
        ..WNDCLASSW::default()
    };
    // SAFETY: the class and its name live for the length of the call, and the procedure as long as
    // the program.
    if unsafe { RegisterClassW(&raw const class) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let (text, style) = (name.as_ptr(), WS_OVERLAPPEDWINDOW);
    // SAFETY: both names end with a zero, and the class was registered above.
    let window = unsafe {
        CreateWindowExW(0, text, text, style, 0, 0, 0, 0, nothing, no_menu, module, ptr::null())
    };
    if window.is_null() { Err(io::Error::last_os_error()) } else { Ok(window) }
}

/// Subscribes to the locking of the session, and lets programs with fewer rights send requests.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn listen_to_the_system(window: HWND) {
    // SAFETY: the window was just made. Where this is unsupported, no session is locked.
    unsafe { WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) };
    if is_elevated() {
        // SAFETY: the window was just made, and no result is requested.
        unsafe { ChangeWindowMessageFilterEx(window, WM_COPYDATA, MSGFLT_ALLOW, ptr::null_mut()) };
    }
}

#[expect(unsafe_code, reason = "windows have no safe interface")]
fn dispatch_messages() {
    let mut message = MSG::default();
    // SAFETY: `message` is where the message goes.
    while unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) } > 0 {
        // SAFETY: the message is the system's own.
        unsafe { DispatchMessageW(&raw const message) };
    }
}

#[expect(unsafe_code, reason = "the system calls this function")]
unsafe extern "system" fn procedure(
    window: HWND,
    message: u32,
    first: WPARAM,
    second: LPARAM,
) -> LRESULT {
    match message {
        WM_COPYDATA => {
            // SAFETY: the system has copied the data of such a message into this process.
            let is_answered = unsafe { map_name(second) }.is_some_and(|name| is_answered(&name));
            return LRESULT::from(is_answered);
        }
        WM_WTSSESSION_CHANGE if u32::try_from(first) == Ok(WTS_SESSION_LOCK) => forget_unlocked(),
        WM_POWERBROADCAST if u32::try_from(first) == Ok(PBT_APMSUSPEND) => forget_unlocked(),
        WM_CLOSE => {
            // By `taskkill`, for example: the window disappears with the process.
            end();
            return 0;
        }
        WM_ENDSESSION if first != 0 => end(),
        _ => {}
    }
    // SAFETY: these are the system's own arguments.
    unsafe { DefWindowProcW(window, message, first, second) }
}

/// The name in a request; `None` if it is not a request.
///
/// # Safety
/// The argument must be that of a `WM_COPYDATA` message which is being answered.
#[expect(unsafe_code, reason = "the message is a pointer")]
unsafe fn map_name(about: LPARAM) -> Option<Vec<u8>> {
    let data = ptr::with_exposed_provenance::<COPYDATASTRUCT>(about.cast_unsigned());
    // SAFETY: the caller's promise; the pointer may be null.
    let data = unsafe { data.as_ref() }?;
    if data.dwData != REQUEST || data.lpData.is_null() || data.cbData > NAME_LIMIT {
        return None;
    }
    let length = usize::try_from(data.cbData).ok()?;
    // SAFETY: the system has copied this many bytes to there, and keeps them until the message is
    // answered.
    let name = unsafe { std::slice::from_raw_parts(data.lpData.cast::<u8>(), length) };
    (name.last() == Some(&0)).then(|| name.to_vec())
}

/// Whether an answer has replaced the request.
fn is_answered(name: &[u8]) -> bool {
    let Some(agent) = AGENT.with_borrow(Clone::clone) else { return false };
    let Ok(name) = CStr::from_bytes_until_nul(name) else { return false };
    let is_answered = answer(&agent, name);
    agent.end_if_stopping();
    is_answered.unwrap_or_default()
}

fn answer(agent: &Arc<Server>, name: &CStr) -> io::Result<bool> {
    let memory = RequestMemory::open(name)?;
    let answer = match memory.request()? {
        Some(request) => answer_elsewhere(agent, request)?,
        None => vec![FAILURE],
    };
    let framed = |answer: &[u8]| {
        let mut frame = Vec::with_capacity(answer.len() + 4);
        message::put_string(&mut frame, answer);
        frame
    };
    // An incomplete list would be worse than none.
    Ok(memory.answer(&framed(&answer))? || memory.answer(&framed(&[FAILURE]))?)
}

/// The answer, computed on another thread. Meanwhile this one lets other clients in.
fn answer_elsewhere(agent: &Arc<Server>, request: Zeroizing<Vec<u8>>) -> io::Result<Vec<u8>> {
    let (sender, answer) = channel();
    let is_given_up = Arc::new(AtomicBool::new(false));
    let (agent, client) = (Arc::clone(agent), Client(Arc::clone(&is_given_up)));
    thread::Builder::new().name("client".into()).spawn(move || {
        let caller = Caller { process: None, connection: &client };
        // The receiver may have gone.
        let _ = sender.send(agent.answer(&mut Session::default(), &caller, &request));
    })?;
    let deadline = Instant::now() + TIME_LIMIT;
    loop {
        match answer.recv_timeout(LOOK) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => let_others_in(),
            Err(_) => {
                is_given_up.store(true, Ordering::Release);
                return Ok(vec![FAILURE]);
            }
        }
    }
}

/// Checking for messages also handles those that other threads have sent.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn let_others_in() {
    let depth = DEPTH.get();
    if depth >= DEPTH_LIMIT {
        return;
    }
    DEPTH.set(depth + 1);
    let mut message = MSG::default();
    // SAFETY: `message` is where a message goes, which stays in the queue.
    unsafe { PeekMessageW(&raw mut message, ptr::null_mut(), 0, 0, PM_NOREMOVE) };
    DEPTH.set(depth);
}

/// A client that asked through the window, which does not show whether the client is still there.
struct Client(Arc<AtomicBool>);

impl Connection for Client {
    fn has_hung_up(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

fn forget_unlocked() {
    if let Some(agent) = AGENT.with_borrow(Clone::clone) {
        agent.store.forget_unlocked();
    }
}

fn end() {
    if let Some(agent) = AGENT.with_borrow(Clone::clone) {
        agent.stop();
        agent.end_if_stopping();
    }
}
