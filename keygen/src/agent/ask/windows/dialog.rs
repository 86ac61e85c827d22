//! A small window for a passphrase. It is described in memory, because the program's resources are
//! built elsewhere.

mod template;

use std::cell::RefCell;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use windows_sys::Win32::Foundation::{HWND, LPARAM, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::Controls::EM_LIMITTEXT;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    DialogBoxIndirectParamW, EndDialog, GetDlgItemTextW, IDCANCEL, IDOK, PostMessageW,
    SendDlgItemMessageW, SetDlgItemTextW, SetForegroundWindow, WM_CLOSE, WM_COMMAND, WM_INITDIALOG,
};
use zeroize::{Zeroize as _, Zeroizing};

/// The longest passphrase, in UTF-16 units.
const LONGEST: usize = 1024;

/// A passphrase in UTF-8.
pub(super) type Answer = Option<Zeroizing<Vec<u8>>>;

thread_local! {
    /// The answer of this thread's window.
    static ANSWER: RefCell<Answer> = const { RefCell::new(None) };
    /// Where the window publishes its handle.
    static SHOWN: RefCell<Arc<AtomicPtr<()>>> = RefCell::default();
}

/// A question on the screen.
pub(super) struct Dialog {
    window: Arc<AtomicPtr<()>>,
    pub(super) answer: Receiver<Answer>,
}

impl Dialog {
    /// Shows it, on a thread of its own. If it cannot be shown, the answer's sender is dropped.
    pub(super) fn show(text: &str) -> Self {
        let (sender, answer) = channel();
        let window = Arc::new(AtomicPtr::default());
        let (shown, template) = (Arc::clone(&window), template::passphrase(text));
        thread::spawn(move || {
            SHOWN.set(shown);
            // Without a desktop there is no window, and the sender is dropped without an answer.
            if let Some(is_answered) = run(&template) {
                // The receiver may have been dropped.
                let _ = sender.send(ANSWER.take().filter(|_| is_answered));
            }
        });
        Self { window, answer }
    }
}

impl Drop for Dialog {
    #[expect(unsafe_code, reason = "windows have no safe interface")]
    fn drop(&mut self) {
        let window: HWND = self.window.load(Ordering::Acquire).cast();
        if !window.is_null() {
            // SAFETY: a window that is not there any more is an error, and nothing else.
            unsafe { PostMessageW(window, WM_CLOSE, 0, 0) };
        }
    }
}

/// Shows the window until it is answered; `None` if it cannot be shown.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn run(template: &[u32]) -> Option<bool> {
    // SAFETY: without a name this program's own module is meant, which is always there.
    let module = unsafe { GetModuleHandleW(ptr::null()) };
    // SAFETY: the template is complete and aligned, and it and the procedure live for the length of
    // the call.
    let result = unsafe {
        DialogBoxIndirectParamW(
            module,
            template.as_ptr().cast(),
            ptr::null_mut(),
            Some(procedure),
            0,
        )
    };
    (result > 0).then_some(result == OK)
}

const OK: isize = IDOK as isize;
const CANCEL: isize = IDCANCEL as isize;

#[expect(unsafe_code, reason = "the system calls this function")]
unsafe extern "system" fn procedure(
    window: HWND,
    message: u32,
    first: WPARAM,
    _second: LPARAM,
) -> isize {
    match message {
        WM_INITDIALOG => prepare(window),
        WM_CLOSE => end(window, CANCEL),
        // The lower half identifies the button.
        WM_COMMAND => match (first & 0xffff).cast_signed() {
            OK => {
                ANSWER.set(Some(take(window)));
                end(window, OK);
            }
            CANCEL => end(window, CANCEL),
            _ => return 0,
        },
        _ => return 0,
    }
    1
}

#[expect(unsafe_code, reason = "windows have no safe interface")]
fn prepare(window: HWND) {
    SHOWN.with_borrow(|shown| shown.store(window.cast(), Ordering::Release));
    // SAFETY: the window is being made.
    unsafe { SendDlgItemMessageW(window, template::ENTRY, EM_LIMITTEXT, LONGEST, 0) };
    // SAFETY: the window is being made. If it may not come to the front, the task bar shows it.
    unsafe { SetForegroundWindow(window) };
}

/// The typed text, which is then erased from the entry.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn take(window: HWND) -> Zeroizing<Vec<u8>> {
    let mut units = [0_u16; LONGEST + 1];
    let room = i32::try_from(units.len()).unwrap_or_default();
    // SAFETY: `room` says how many units fit in the buffer.
    let length = unsafe { GetDlgItemTextW(window, template::ENTRY, units.as_mut_ptr(), room) };
    let mut text = Zeroizing::new(Vec::with_capacity(4 * units.len()));
    let typed = units.iter().copied().take(usize::try_from(length).unwrap_or_default());
    for c in char::decode_utf16(typed) {
        let mut bytes = [0; 4];
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
        bytes.zeroize();
    }
    units.zeroize();
    let nothing = [0];
    // SAFETY: the empty text is a zero.
    unsafe { SetDlgItemTextW(window, template::ENTRY, nothing.as_ptr()) };
    text
}

#[expect(unsafe_code, reason = "windows have no safe interface")]
fn end(window: HWND, result: isize) {
    SHOWN.with_borrow(|shown| shown.store(ptr::null_mut(), Ordering::Release));
    // SAFETY: the window is there, because it got the message that led here.
    unsafe { EndDialog(window, result) };
}
