//! Secrets in addresses: which query parameters hold one, and how a text is shown without them.

use std::borrow::Cow;

/// Parameters whose value grants access.
const PARAMETERS: [&str; 13] = [
    "token",
    "tkn",
    "mwi_auth_token",
    "mwi-auth-token",
    "access_token",
    "auth_token",
    "password",
    "passwd",
    "secret",
    "key",
    "auth",
    "pw",
    "sig",
];

/// Shown in place of a secret.
const HIDDEN: &str = "***";

/// Whether the value of this parameter is a secret.
pub(crate) fn is_secret(parameter: &str) -> bool {
    PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(parameter))
}

/// The text with `***` in place of the secrets in its addresses: `?token=***`.
pub(crate) fn hidden(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    for at in memchr::memchr_iter(b'=', text.as_bytes()) {
        let before = text.get(..at).unwrap_or_default();
        let is_start = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let start = before.rfind(is_start).filter(|start| *start >= kept);
        let Some(start) = start.filter(|at| before.get(*at..).is_some_and(is_in_query)) else {
            continue;
        };
        if !is_secret(before.get(start + 1..).unwrap_or_default()) {
            continue;
        }
        let value = text.get(at + 1..).unwrap_or_default();
        let is_end = |c: char| c.is_whitespace() || "&#\"'<>`;,)]}".contains(c);
        let bytes = value.find(is_end).unwrap_or(value.len());
        if bytes > 0 {
            out.push_str(text.get(kept..=at).unwrap_or_default());
            out.push_str(HIDDEN);
            kept = at + 1 + bytes;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether the text begins with a sign before a parameter: `?`, `&`, `#` or `;`.
fn is_in_query(text: &str) -> bool {
    text.starts_with(['?', '&', '#', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_the_reader_in_is_not_repeated() {
        for (text, seen) in [
            ("http://n:8888/lab?token=abc", "http://n:8888/lab?token=***"),
            ("x?a=1&Token=abc&b=2 y?tkn=z.", "x?a=1&Token=***&b=2 y?tkn=***"),
            ("(http://n:8888/?password=p%20w) host=a", "(http://n:8888/?password=***) host=a"),
            ("user=ada token=abc", "user=ada token=abc"),
            ("?token=", "?token="),
            ("?token=ü€ b", "?token=*** b"),
            ("plain", "plain"),
        ] {
            assert_eq!(hidden(text), seen);
        }
    }
}
