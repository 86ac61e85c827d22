//! Elements of XML and HTML in a line: `<user>ada</user>`, `<b>ssh …</b>`.

use std::borrow::Cow;

/// HTML elements that only change the appearance of their content.
const LOOKS: [&str; 27] = [
    "a", "b", "i", "u", "p", "br", "em", "tt", "td", "th", "tr", "li", "ul", "ol", "dt", "dd",
    "dl", "pre", "kbd", "div", "var", "code", "span", "samp", "font", "table", "strong",
];

/// The text without HTML tags, and with XML elements of plain text as labelled values, `user: ada`.
/// An element without an end stays unchanged, so that a placeholder such as `<user>` is not taken
/// for one.
pub(super) fn unmarked(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = without_entities(without_bulletin_board(text));
    if !text.contains("</") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        rest = match read(tag) {
            Some(Tag::Look(bytes)) => {
                out.push_str("  ");
                tag.get(bytes..).unwrap_or_default()
            }
            Some(Tag::Element { name, value, bytes }) => {
                out.extend([" ", name, ": ", value, " ; "]);
                tag.get(bytes..).unwrap_or_default()
            }
            None => {
                out.push('<');
                tag.get(1..).unwrap_or_default()
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The text without bulletin board tags: `[b]User:[/b] ada`.
fn without_bulletin_board(text: Cow<'_, str>) -> Cow<'_, str> {
    const TAGS: [&str; 8] = ["b", "i", "u", "code", "tt", "url", "quote", "pre"];
    if !text.contains("[/") {
        return text;
    }
    let mut out = text.into_owned();
    for tag in TAGS {
        for form in [format!("[{tag}]"), format!("[/{tag}]")] {
            if out.contains(&form) {
                out = out.replace(&form, " ");
            }
        }
    }
    Cow::Owned(out)
}

/// The text with HTML entities decoded. A character that ends a name or begins a tag stays encoded.
fn without_entities(text: Cow<'_, str>) -> Cow<'_, str> {
    const ENTITIES: [(&str, &str); 13] = [
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&colon;", ":"),
        ("&#58;", ":"),
        ("&commat;", "@"),
        ("&#64;", "@"),
        ("&rarr;", "→"),
        ("&ndash;", "–"),
    ];
    if !text.contains('&') || !text.contains(';') {
        return text;
    }
    let mut out = text.into_owned();
    for (entity, character) in ENTITIES {
        if out.contains(entity) {
            out = out.replace(entity, character);
        }
    }
    Cow::Owned(out)
}

enum Tag<'a> {
    /// A tag of this many bytes that only changes the appearance.
    Look(usize),
    Element {
        name: &'a str,
        value: &'a str,
        bytes: usize,
    },
}

fn read(tag: &str) -> Option<Tag<'_>> {
    let inner = tag.strip_prefix('<')?;
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c)))?;
    let (name, after) = name.split_at(end);
    if LOOKS.contains(&name.to_ascii_lowercase().as_str()) {
        let close = tag.find('>')?;
        return Some(Tag::Look(close + 1));
    }
    let content = after.strip_prefix('>').filter(|_| !inner.starts_with('/'))?;
    let (value, closing) = content.split_at(content.find('<')?);
    let rest = closing.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
    Some(Tag::Element { name, value, bytes: tag.len() - rest.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_labelled_values() {
        for (text, expected) in [
            (
                "<c><user>ada</user><ip>203.0.113.7</ip></c>",
                "<c> user: ada ;  ip: 203.0.113.7 ; </c>",
            ),
            ("run <code>ssh a@h</code>.", "run   ssh a@h  ."),
            ("<td class=\"x\">User</td><td>ada</td>", "  User    ada  "),
            ("ssh <user>@<host></pre>", "ssh <user>@<host>  "),
            ("a < b", "a < b"),
            ("x </", "x </"),
        ] {
            assert_eq!(unmarked(text.into()), expected, "{text}");
        }
    }
}
