//! A window for a yes or no. A client's console cannot be told apart from here, so that the askpass program asks for
//! passphrases.

use std::ptr;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::UI::WindowsAndMessaging::{
    IDYES, MB_DEFBUTTON2, MB_ICONQUESTION, MB_SETFOREGROUND, MB_TOPMOST, MB_YESNO, MessageBoxW,
};
use zeroize::Zeroizing;

use super::{Asked, Kind, Question};

/// How long to wait for a click before looking whether the client is still there.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn ask(question: &Question<'_>) -> Asked {
    if question.kind == Kind::Passphrase {
        return Asked::NoWay;
    }
    let (sender, answer) = channel();
    let text = question.text.clone();
    thread::spawn(move || {
        // The client may have gone meanwhile; the window then says nothing to anybody.
        let _ = sender.send(is_allowed(&text));
    });
    loop {
        match answer.recv_timeout(LOOK) {
            Ok(true) => return Asked::Answer(Zeroizing::new(b"yes".to_vec())),
            Err(RecvTimeoutError::Timeout) if !question.is_over() => {}
            _ => return Asked::Refused,
        }
    }
}

/// Shows the question; "no" is what Enter means.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn is_allowed(text: &str) -> bool {
    let wide = |text: &str| text.encode_utf16().chain([0]).collect::<Vec<_>>();
    let (text, title) = (wide(text), wide("keyagent"));
    let style = MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2 | MB_SETFOREGROUND | MB_TOPMOST;
    // SAFETY: both texts end with a zero and live for the length of the call.
    unsafe { MessageBoxW(ptr::null_mut(), text.as_ptr(), title.as_ptr(), style) == IDYES }
}
