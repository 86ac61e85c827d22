//! Labelled values in a line: `"user": "ada"`, `ansible_host=203.0.113.7`, `Public IP: 203.0.113.7`, `HostName h`.

use std::borrow::Cow;
use std::ops::Range;

use super::label::{Form, Label, classify};
use super::{shell, spelled};

/// A label that means something, and the value behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) label: Label,
    pub(super) value: Cow<'a, str>,
    /// Where the value stands, its quotes included.
    pub(super) span: Range<usize>,
    pub(super) form: Form,
    /// The label as it is written.
    pub(super) name: &'a str,
}

/// A label, and what it stands in, is looked for no further back.
const LABEL_BYTES: usize = 256;

/// Where a label and its value meet.
struct Joint {
    label_end: usize,
    value_start: usize,
    sign: Sign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Colon,
    Equals,
    /// The word `is`: only users are told so, since `The host is up` tells no host.
    Is,
}

/// The labelled values of a line, in order.
pub(super) fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let (mut at, mut done) = (0, 0);
    while let Some(joint) = next_joint(text, at) {
        at = joint.value_start;
        if let Some(field) = field(text, done, &joint) {
            at = field.span.end.max(at);
            done = at;
            fields.push(field);
        }
    }
    if fields.is_empty() {
        return setting(text).or_else(|| pair(text)).into_iter().collect();
    }
    fields
}

fn next_joint(text: &str, from: usize) -> Option<Joint> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) =
        memchr::memchr3(b':', b'=', b' ', bytes.get(at..)?).map(|found| at + found)
    {
        let before =
            found.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
        let behind = bytes.get(found + 1).copied().unwrap_or(b' ');
        let is_number = before.is_ascii_digit() && behind.is_ascii_digit();
        match bytes.get(found) {
            Some(b':')
                if (!matches!(behind, b'/' | b':' | b'\\')
                    || bytes.get(found + 1..found + 3) == Some(b"\\\""))
                    && before != b':'
                    && !is_number =>
            {
                return Some(Joint { label_end: found, value_start: found + 1, sign: Sign::Colon });
            }
            Some(b'=') if behind != b'=' && !b"=!<>".contains(&before) => {
                let arrow = usize::from(behind == b'>');
                return Some(Joint {
                    label_end: found,
                    value_start: found + 1 + arrow,
                    sign: Sign::Equals,
                });
            }
            Some(b' ') if text.get(found..).is_some_and(|rest| rest.starts_with(" -> ")) => {
                return Some(Joint { label_end: found, value_start: found + 4, sign: Sign::Colon });
            }
            Some(b' ') if text.get(found..).is_some_and(|rest| rest.starts_with(" is ")) => {
                return Some(Joint { label_end: found, value_start: found + 4, sign: Sign::Is });
            }
            _ => at = found + 1,
        }
    }
    None
}

fn field<'a>(text: &'a str, done: usize, joint: &Joint) -> Option<Field<'a>> {
    let before = spelled::tail(text.get(done..joint.label_end)?, LABEL_BYTES);
    let (label, form, name) = label(before, joint.sign == Sign::Equals)?;
    if joint.sign == Sign::Is && label != Label::User {
        return None;
    }
    let (value, span) = value(text, joint.value_start)?;
    Some(Field { label, value, span, form, name })
}

/// What the object or list is about that begins behind `before`.
pub(super) fn label_of_group(before: &str) -> Option<Label> {
    let trimmed = spelled::tail(before.trim_end(), LABEL_BYTES);
    let arrow = trimmed.strip_suffix("=>");
    let labelled = arrow.or_else(|| trimmed.strip_suffix([':', '=']))?;
    label(labelled, !trimmed.ends_with(':')).map(|(label, ..)| label)
}

/// The name of the object or list that begins behind `before`.
pub(super) fn name_of_group(before: &str) -> Option<&str> {
    let trimmed = spelled::tail(before.trim_end(), LABEL_BYTES);
    let labelled = trimmed.strip_suffix([':', '='])?.trim_end();
    let is_edge = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'));
    labelled.trim_end_matches(['"', '\'', '\\']).rsplit(is_edge).next()
}

/// The meaning of the label, its form and the label itself that `before` ends with.
fn label(before: &str, is_equals: bool) -> Option<(Label, Form, &str)> {
    // `User.........: ada`
    let trimmed = before.trim_end().trim_end_matches('.');
    for quote in ["\\\"", "\"", "'"] {
        if let Some(open) = trimmed.strip_suffix(quote) {
            let start = open.rfind(quote)? + quote.len();
            let name = open.get(start..)?;
            return Some((classify(name, Form::Key)?, Form::Key, name));
        }
    }
    let phrase = last_phrase(trimmed);
    // How PowerShell writes a variable of the environment.
    let variable = phrase.rsplit_once('$').and_then(|(_, name)| name.strip_prefix("env:"));
    let phrase = variable.unwrap_or(phrase);
    let last_word = phrase.split_whitespace().next_back()?;
    let is_glued = is_equals && trimmed.len() == before.len();
    if is_glued || last_word.len() == phrase.len() || last_word.contains('_') {
        let form = if is_equals || last_word.contains('_') { Form::Key } else { Form::Phrase };
        return Some((classify(last_word, Form::Key)?, form, last_word));
    }
    let form = if is_equals { Form::Key } else { Form::Phrase };
    Some((classify(phrase, Form::Phrase)?, form, phrase))
}

/// What comes behind the last sign that ends a phrase.
pub(super) fn last_phrase(text: &str) -> &str {
    let text = spelled::tail(text, LABEL_BYTES);
    let is_end = |(index, c): (usize, char)| {
        let behind = text.get(index + c.len_utf8()..).and_then(|rest| rest.chars().next());
        let is_before_blank = behind.is_none_or(char::is_whitespace);
        match c {
            ',' | ';' | '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | '|' | '"' | '`' | '\t'
            | '=' => true,
            '\'' => is_before_blank || text.get(..index).is_none_or(|before| before.ends_with(' ')),
            '.' | '!' | '?' | ':' => is_before_blank,
            '-' => {
                is_before_blank
                    && text.get(..index).is_none_or(|b| b.is_empty() || b.ends_with([' ', '-']))
            }
            _ => false,
        }
    };
    let end = text.char_indices().rfind(|found| is_end(*found));
    let phrase = end.and_then(|(index, c)| text.get(index + c.len_utf8()..)).unwrap_or(text).trim();
    // Columns are apart by more than a blank.
    phrase.rsplit("  ").next().unwrap_or(phrase)
}

/// The value that begins at `start`, behind blanks: quoted, or up to a blank, a comma or a semicolon. All of it is taken,
/// so that a hostile value is refused as a whole.
fn value(text: &str, start: usize) -> Option<(Cow<'_, str>, Range<usize>)> {
    let rest = text.get(start..)?;
    let inner = rest.trim_start();
    let inner = inner
        .strip_prefix('[')
        .filter(|list| list.trim_start().starts_with('"'))
        .unwrap_or(inner)
        .trim_start();
    let from = start + (rest.len() - inner.len());
    if let Some(escaped) = inner.strip_prefix("\\\"") {
        let end = escaped.find("\\\"")?;
        return Some((Cow::Borrowed(escaped.get(..end)?), from..from + end + 4));
    }
    if let Some(quote) = inner.chars().next().filter(|c| "\"'`".contains(*c)) {
        let (value, bytes) = shell::quoted(inner.get(1..)?, quote);
        return Some((value, from..from + 1 + bytes));
    }
    // An object or a list: its values come by themselves.
    if inner.starts_with(['{', '[']) && !inner.contains("]:") {
        return None;
    }
    let end =
        inner.find(|c: char| c.is_whitespace() || c == ',' || c == ';').unwrap_or(inner.len());
    let value = spelled::without_sentence_end(inner.get(..end)?);
    (!value.is_empty()).then(|| (Cow::Borrowed(value), from..from + end))
}

/// A line of `ssh_config(5)`: a keyword and its value, with nothing but a log's prefix before them.
fn setting(text: &str) -> Option<Field<'_>> {
    let mut words = text.split_whitespace().rev();
    let (value, keyword) = (words.next()?, words.next()?);
    // `user name uprod_qpWia`: no word of a sentence looks like that.
    let is_name = keyword.eq_ignore_ascii_case("name")
        && value.contains(|c: char| c == '_' || c.is_ascii_digit());
    let keyword = if is_name { words.next()? } else { keyword };
    let label = match keyword.to_ascii_lowercase().as_str() {
        "hostname" => Label::Host,
        "user" => Label::User,
        "port" => Label::Port,
        "identityfile" => Label::IdentityFile,
        "proxyjump" => Label::Jump,
        _ => return None,
    };
    let is_prefix = |word: &str| {
        word.ends_with([':', ']', '|', '>'])
            || word.starts_with(|c: char| c == '[' || c.is_ascii_digit())
            || matches!(word.to_ascii_lowercase().as_str(), "job" | "cluster")
    };
    if !words.all(is_prefix) || (label == Label::User && !begins_name(value)) {
        return None;
    }
    let start = text.rfind(value)?;
    let bare = value.trim_matches('"');
    Some(Field {
        label,
        value: Cow::Borrowed(bare),
        span: start..start + value.len(),
        form: Form::Key,
        name: keyword,
    })
}

/// A row of a table of names and values: `| username | ada |`, `Public DNS   h.example`.
fn pair(text: &str) -> Option<Field<'_>> {
    let is_frame = |c: char| c.is_whitespace() || c == '|';
    let row = text.trim_matches(is_frame);
    let separators = ["...", "|", "\t", "  "];
    let separator = separators.into_iter().find(|separator| row.contains(separator))?;
    let (name, value) = row.split_once(separator)?;
    let name = if separator == "..." { last_phrase(name) } else { name };
    let value = value.trim_matches(is_frame).trim_start_matches(['.', ' ']);
    let label = classify(name.trim(), Form::Phrase)?;
    let is_name = label != Label::User || begins_name(value);
    if !is_name || value.is_empty() || value.contains(is_frame) {
        return None;
    }
    let start = text.rfind(value)?;
    Some(Field {
        label,
        value: Cow::Borrowed(value),
        span: start..start + value.len(),
        form: Form::Phrase,
        name: name.trim(),
    })
}

/// `user  0m1.2s` is a time.
fn begins_name(value: &str) -> bool {
    value.trim_start_matches('"').starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let fields = fields(text);
        fields
            .iter()
            .map(|field| format!("{:?}={}", field.label, field.value))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn values_are_found_behind_their_labels() {
        for (text, expected) in [
            (
                "[2026-03-06T12:04:12Z]: Cluster is up. Job username on the system: uprod_qpWia, public IP address of the master node: 203.0.113.7",
                "User=uprod_qpWia Host=203.0.113.7",
            ),
            ("2026-03-06 12:00:00,123 INFO Username: ada", "User=ada"),
            (
                r#"{"publicIpAddress":"203.0.113.7","privateIpAddress":"10.0.0.9"},"user":"ec2-user"}"#,
                "Host=203.0.113.7 PrivateHost=10.0.0.9 User=ec2-user",
            ),
            (r#"{\"user\":\"ada\"}"#, "User=ada"),
            (
                "web ansible_host=203.0.113.10 ansible_user=ubuntu ansible_port=22",
                "Host=203.0.113.10 User=ubuntu Port=22",
            ),
            ("instance_public_ip = \"203.0.113.9\"", "Host=203.0.113.9"),
            ("user=ada,host=203.0.113.7;port=22", "User=ada Host=203.0.113.7 Port=22"),
            ("The username is `ada`.", "User=ada"),
            ("    HostName 203.0.113.4", "Host=203.0.113.4"),
            ("default: Port 2222", "Port=2222"),
            ("Username: a$(id) public IP 203.0.113.7", "User=a$(id"),
            ("Username: -oProxyCommand=id, x", "User=-oProxyCommand=id"),
            ("Last login: Mon", "Foreign=Mon"),
            ("user time: 3", "Foreign=3"),
            ("12:30 std::string x=3", ""),
            ("| username | ada |", "User=ada"),
            ("User.......: ada", "User=ada"),
            ("12:04:13 AM  Login user ........ ada", "User=ada"),
            ("user -> ada", "User=ada"),
            ("Public DNS   h.example.org", "Host=h.example.org"),
            ("user\t0m1.234s", ""),
            ("user  one two", ""),
            ("\"ssh_user\": {", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
