//! The window's description (`DLGTEMPLATE`): a text, an entry that masks its text, and two buttons.

use windows_sys::Win32::UI::WindowsAndMessaging::{
    BS_DEFPUSHBUTTON, DS_CENTER, DS_MODALFRAME, DS_SETFONT, DS_SETFOREGROUND, ES_AUTOHSCROLL,
    ES_PASSWORD, IDCANCEL, IDOK, WS_BORDER, WS_CAPTION, WS_CHILD, WS_EX_TOPMOST, WS_POPUP,
    WS_SYSMENU, WS_TABSTOP, WS_VISIBLE,
};

/// The ID of the entry.
pub(super) const ENTRY: i32 = 100;

const TEXT: i32 = 101;

/// The system's classes, by number.
const BUTTON: u16 = 0x80;
const EDIT: u16 = 0x81;
const STATIC: u16 = 0x82;

/// Position and size, in dialog units.
type Area = [u16; 4];

/// The description, aligned as the system requires.
pub(super) fn passphrase(text: &str) -> Vec<u32> {
    let frame = (DS_MODALFRAME | DS_CENTER | DS_SETFONT | DS_SETFOREGROUND).cast_unsigned();
    let mut units = Units::default();
    units.long(frame | WS_POPUP | WS_CAPTION | WS_SYSMENU | WS_VISIBLE);
    units.long(WS_EX_TOPMOST);
    // Four controls.
    units.0.push(4);
    units.0.extend([0, 0, 240, 80]);
    // No menu, and the default dialog class.
    units.0.extend([0, 0]);
    units.text("keyagent");
    units.0.push(8);
    units.text("MS Shell Dlg");
    units.control(STATIC, TEXT, 0, [8, 8, 224, 24], text);
    let entry = (ES_PASSWORD | ES_AUTOHSCROLL).cast_unsigned() | WS_BORDER | WS_TABSTOP;
    units.control(EDIT, ENTRY, entry, [8, 36, 224, 13], "");
    let ok = BS_DEFPUSHBUTTON.cast_unsigned() | WS_TABSTOP;
    units.control(BUTTON, IDOK, ok, [126, 58, 50, 14], "OK");
    units.control(BUTTON, IDCANCEL, WS_TABSTOP, [182, 58, 50, 14], "Cancel");
    units.aligned()
}

#[derive(Default)]
struct Units(Vec<u16>);

impl Units {
    fn long(&mut self, number: u32) {
        let [a, b, c, d] = number.to_le_bytes();
        self.0.extend([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]);
    }

    fn text(&mut self, text: &str) {
        self.0.extend(text.encode_utf16().chain([0]));
    }

    fn control(&mut self, class: u16, id: i32, style: u32, area: Area, text: &str) {
        if !self.0.len().is_multiple_of(2) {
            self.0.push(0);
        }
        self.long(style | WS_CHILD | WS_VISIBLE);
        self.long(0);
        self.0.extend(area);
        self.0.extend([u16::try_from(id).unwrap_or_default(), 0xffff, class]);
        self.text(text);
        // No creation data for the control.
        self.0.push(0);
    }

    fn aligned(&self) -> Vec<u32> {
        let pairs = self.0.chunks(2).map(|pair| {
            let mut units = pair.iter().copied().map(u32::from);
            let (low, high) = (units.next().unwrap_or_default(), units.next().unwrap_or_default());
            low | high << 16
        });
        pairs.collect()
    }
}
