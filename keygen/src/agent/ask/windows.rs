//! Asks in windows, for a yes or no or a passphrase, because the agent cannot identify a client's
//! console.

mod dialog;

use std::os::windows::io::{AsHandle as _, AsRawHandle as _, BorrowedHandle};
use std::ptr;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{HWND, LPARAM, TRUE, WPARAM};
use windows_sys::Win32::System::Threading::GetThreadId;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumThreadWindows, IDNO, IDYES, MB_DEFBUTTON2, MB_ICONQUESTION, MB_SETFOREGROUND, MB_TOPMOST,
    MB_YESNO, MessageBoxW, PostMessageW, WM_COMMAND,
};
use windows_sys::core::BOOL;
use zeroize::Zeroizing;

use self::dialog::Dialog;
use super::super::transport::program_of;
use super::{Asked, Question, QuestionKind};
use crate::windows::wide;

/// How long to wait for a click before checking that the client is still there.
const LOOK: Duration = Duration::from_millis(100);

/// How many times to try to close a window whose client has gone.
const CLOSING: u32 = 30;

/// The button, as messages name it.
const NO: WPARAM = IDNO.cast_unsigned() as WPARAM;

pub(super) fn ask(question: &Question<'_>) -> Asked {
    match question.kind {
        QuestionKind::Passphrase => ask_for_passphrase(question),
        QuestionKind::Confirmation => ask_for_consent(question),
    }
}

fn ask_for_passphrase(question: &Question<'_>) -> Asked {
    // It closes when this function returns.
    let dialog = Dialog::show(&question.text);
    loop {
        match dialog.answer.recv_timeout(LOOK) {
            Ok(Some(passphrase)) => return Asked::Answer(passphrase),
            Err(RecvTimeoutError::Disconnected) => return Asked::NoWay,
            Err(RecvTimeoutError::Timeout) if !question.is_over() => {}
            _ => return Asked::Refused,
        }
    }
}

fn ask_for_consent(question: &Question<'_>) -> Asked {
    let (sender, answer) = channel();
    let (text, title) = (question.text.clone(), question.asker);
    let asking = thread::spawn(move || {
        // The client may have gone meanwhile; then the answer has no receiver.
        let _ = sender.send(is_allowed(&text, title));
    });
    while !question.is_over() {
        match answer.recv_timeout(LOOK) {
            Ok(true) => return Asked::Answer(Zeroizing::new(b"yes".to_vec())),
            Err(RecvTimeoutError::Timeout) => {}
            _ => return Asked::Refused,
        }
    }
    // Again and again: it may not be shown yet.
    for _ in 0..CLOSING {
        refuse(asking.as_handle());
        if answer.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    Asked::Refused
}

/// Presses "no" in the windows of this thread.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn refuse(thread: BorrowedHandle<'_>) {
    // SAFETY: the handle is open. The function only sends messages, and a thread that has ended has
    // no windows.
    unsafe { EnumThreadWindows(GetThreadId(thread.as_raw_handle()), Some(press_no), 0) };
}

#[expect(unsafe_code, reason = "the system calls this function")]
unsafe extern "system" fn press_no(window: HWND, _: LPARAM) -> BOOL {
    // SAFETY: a window that is not there any more is an error, and nothing else.
    unsafe { PostMessageW(window, WM_COMMAND, NO, 0) };
    TRUE
}

/// Describes a process.
pub(super) fn program(process: i32) -> String {
    let name = u32::try_from(process).ok().and_then(program_of);
    let name = name.map(|name| format!("{}, ", contract::shown(name))).unwrap_or_default();
    format!("{name}process {process}")
}

/// Shows the question; Enter means "no".
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn is_allowed(text: &str, title: &str) -> bool {
    let (text, title) = (wide(text), wide(title));
    let style = MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2 | MB_SETFOREGROUND | MB_TOPMOST;
    // SAFETY: both texts end with a zero and live for the length of the call.
    unsafe { MessageBoxW(ptr::null_mut(), text.as_ptr(), title.as_ptr(), style) == IDYES }
}
