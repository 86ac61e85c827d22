//! Asks in windows, for a yes or no or a passphrase, because the agent cannot identify a client's
//! console.

mod dialog;

use std::ptr;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::UI::WindowsAndMessaging::{
    IDYES, MB_DEFBUTTON2, MB_ICONQUESTION, MB_SETFOREGROUND, MB_TOPMOST, MB_YESNO, MessageBoxW,
};
use zeroize::Zeroizing;

use self::dialog::Dialog;
use super::super::transport::program_of;
use super::{Asked, Question, QuestionKind};

/// How long to wait for a click before checking that the client is still there.
const LOOK: Duration = Duration::from_millis(100);

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
    thread::spawn(move || {
        // The client may have gone meanwhile; then the answer has no receiver.
        let _ = sender.send(is_allowed(&text, title));
    });
    loop {
        match answer.recv_timeout(LOOK) {
            Ok(true) => return Asked::Answer(Zeroizing::new(b"yes".to_vec())),
            Err(RecvTimeoutError::Timeout) if !question.is_over() => {}
            _ => return Asked::Refused,
        }
    }
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
    let wide = |text: &str| text.encode_utf16().chain([0]).collect::<Vec<_>>();
    let (text, title) = (wide(text), wide(title));
    let style = MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2 | MB_SETFOREGROUND | MB_TOPMOST;
    // SAFETY: both texts end with a zero and live for the length of the call.
    unsafe { MessageBoxW(ptr::null_mut(), text.as_ptr(), title.as_ptr(), style) == IDYES }
}
