//! Other letters, signs and words for the same.

use std::fmt::Write as _;

use super::{Log, by_line, changed, with_words};
use crate::joblog_parse::random::Random;

/// Whether a word may be written in other letters: it is not a value, a command or an option.
fn is_plain(log: &Log, word: &str) -> bool {
    const KEPT: [&str; 12] =
        ["ssh", "scp", "sftp", "rsync", "mosh", "putty", "plink", "l", "p", "o", "i", "J"];
    let is_value = log.login.as_ref().is_some_and(|login| {
        login.user.as_str().contains(word) || login.host.to_string().contains(word)
    });
    !is_value && !KEPT.contains(&word) && word.chars().all(char::is_alphabetic)
}

/// Lines with a command or a structure, in which the letters matter.
fn is_exact(line: &str) -> bool {
    ["ssh ", "scp ", "rsync ", "sftp ", "plink", "putty", "mosh", "://", "{", "$", " -", "\\"]
        .iter()
        .any(|it| line.contains(it))
}

pub(super) fn small_letters(log: &Log, _: &mut Random) -> Option<Log> {
    log.login.as_ref()?;
    by_line(log, |line| {
        if is_exact(line) {
            return line.to_owned();
        }
        with_words(line, |word| is_plain(log, word).then(|| word.to_lowercase()))
    })
}

pub(super) fn capital_letters(log: &Log, random: &mut Random) -> Option<Log> {
    log.login.as_ref()?;
    let is_whole = random.below(2) == 0;
    by_line(log, |line| {
        if is_exact(line) || line.contains('@') {
            return line.to_owned();
        }
        with_words(line, |word| {
            let mut letters = word.chars();
            let first = letters.next().filter(|_| is_plain(log, word))?;
            let rest = letters.as_str();
            let rest = if is_whole { rest.to_uppercase() } else { rest.to_owned() };
            Some(first.to_uppercase().collect::<String>() + &rest)
        })
    })
}

/// Letters without accents, and plain signs instead of typographic ones.
pub(super) fn plain_letters(log: &Log, random: &mut Random) -> Option<Log> {
    let is_german = random.below(2) == 0;
    let plain = |c: char| match c {
        'ä' if is_german => "ae",
        'ö' if is_german => "oe",
        'ü' if is_german => "ue",
        'Ä' if is_german => "Ae",
        'Ü' if is_german => "Ue",
        'ß' => "ss",
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' => "e",
        'í' | 'ì' | 'î' | 'ï' | 'ı' => "i",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'ú' | 'ù' | 'û' | 'ü' | 'ů' => "u",
        'ç' | 'č' | 'ć' => "c",
        'ñ' | 'ň' | 'ń' => "n",
        'ş' | 'š' | 'ś' => "s",
        'ž' | 'ż' | 'ź' => "z",
        'ř' => "r",
        'ł' => "l",
        'ğ' => "g",
        'ý' => "y",
        '’' | '‘' => "'",
        '“' | '”' => "\"",
        '–' => "-",
        '…' => "...",
        '\u{a0}' => " ",
        _ => "",
    };
    let mut text = String::with_capacity(log.text.len());
    for c in log.text.chars() {
        match plain(c) {
            "" => text.push(c),
            plain => text.push_str(plain),
        }
    }
    changed(log, text)
}

/// Quotes around the user or the host where it stands alone.
pub(super) fn quotes(log: &Log, random: &mut Random) -> Option<Log> {
    let login = log.login.as_ref()?;
    let (open, close) =
        *[("'", "'"), ("\"", "\""), ("`", "`"), ("“", "”"), ("**", "**"), ("<", ">")]
            .get(random.below(6))?;
    let value = if random.below(2) == 0 { login.user.to_string() } else { login.host.to_string() };
    by_line(log, |line| {
        if is_exact(line) || line.contains(['"', '\'', '`', '*', '<', '|', ',']) {
            return line.to_owned();
        }
        let Some(at) = line.find(&value) else { return line.to_owned() };
        let (before, after) = (line.get(..at), line.get(at + value.len()..));
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let is_alone = before.ends_with([' ', ':', '='])
            && (after.is_empty() || after.starts_with([' ', ';']) || after == ".");
        if is_alone { format!("{before}{open}{value}{close}{after}") } else { line.to_owned() }
    })
}

/// Another sign between a label and its value.
pub(super) fn signs(log: &Log, random: &mut Random) -> Option<Log> {
    let sign = random.of(&[": ", " : ", " = ", "=", " -> ", ":\t", " => "]);
    by_line(log, |line| {
        let label = line.split_once(": ").or_else(|| line.split_once(" = "));
        let Some((label, value)) = label else { return line.to_owned() };
        let is_value = value.split_whitespace().count() == 1 && !value.contains(['{', '[', '"']);
        let is_label = label.split_whitespace().count() <= 4
            && label.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '_' | '-'));
        if is_value && is_label {
            format!("{}{sign}{}", label.trim_end(), value.trim_start())
        } else {
            line.to_owned()
        }
    })
}

/// Long sentences wrapped at another width.
pub(super) fn wrapping(log: &Log, random: &mut Random) -> Option<Log> {
    let width = 50 + random.below(30);
    by_line(log, |line| {
        let is_sentence = line.len() > width
            && line.starts_with(char::is_uppercase)
            && line.ends_with(['.', '!', '。'])
            && line.split(' ').all(|word| !word.is_empty())
            && !is_exact(line)
            && !line.contains(['|', '=', '\t', '>']);
        if !is_sentence {
            return line.to_owned();
        }
        let (mut out, mut column) = (String::new(), 0);
        for word in line.split(' ') {
            let separator = match column {
                0 => "",
                _ if column + word.len() >= width => "\n",
                _ => " ",
            };
            column = if separator == "\n" { 0 } else { column + separator.len() };
            column += word.len();
            let _ = write!(out, "{separator}{word}");
        }
        out
    })
}

/// The lines of the user and the host in the other order.
pub(super) fn order(log: &Log, _: &mut Random) -> Option<Log> {
    let login = log.login.as_ref()?;
    let (user, host) = (login.user.to_string(), login.host.to_string());
    let mut lines = log.text.lines().collect::<Vec<_>>();
    let is_label = |line: &str, value: &str| {
        line.trim_end().ends_with(value) && line.contains([':', '=']) && line.len() < 60
    };
    let at = lines.windows(2).position(|pair| {
        let [one, two] = pair else { return false };
        is_label(one, &user) && is_label(two, &host) || is_label(one, &host) && is_label(two, &user)
    })?;
    lines.swap(at, at + 1);
    changed(log, lines.join("\n") + "\n")
}

/// Words that mean the same, in the languages of the logs.
const SAME: &[&[&str]] = &[
    &["username", "user name", "login name", "user id", "account name"],
    &["hostname", "host name", "server address", "host"],
    &["ip address", "public ip", "ip"],
    &["head node", "master node", "login node", "front-end node"],
    &["cluster", "machine", "instance", "virtual machine", "environment"],
    &["log in", "sign in", "log on", "connect"],
    &["ready", "available", "online", "up and running"],
    &["benutzername", "benutzer", "anmeldename", "kennung", "login"],
    &["rechner", "server", "maschine", "knoten"],
    &["nom d'utilisateur", "utilisateur", "identifiant", "compte"],
    &["adresse", "hôte", "serveur", "adresse ip"],
    &["usuario", "nombre de usuario", "cuenta"],
    &["servidor", "máquina", "equipo", "host"],
    &["nome utente", "utente"],
    &["utilizador", "usuário", "nome de usuário"],
    &["użytkownik", "nazwa użytkownika", "login"],
    &["gebruikersnaam", "gebruiker"],
];

pub(super) fn nouns(log: &Log, random: &mut Random) -> Option<Log> {
    let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
    let mut text = log.text.clone();
    for same in SAME {
        let old = same.iter().find_map(|old| {
            let at = text.to_lowercase().find(old).filter(|_| text.is_ascii() || !old.is_ascii());
            let at = at.or_else(|| text.find(old))?;
            let old = text.get(at..at + old.len())?.to_owned();
            let before = text.get(..at)?.chars().next_back();
            let after = text.get(at + old.len()..)?.chars().next();
            (is_end(before) && is_end(after) && !matches!(before, Some('.' | '@' | '/' | '"')))
                .then_some(old)
        });
        let Some(old) = old else { continue };
        let new = random.of(same);
        let is_value = log.login.as_ref().is_some_and(|login| {
            old.contains(login.user.as_str()) || login.to_string().contains(&old)
        });
        let capital = old.chars().next().is_some_and(char::is_uppercase);
        let new = match new.chars().next() {
            Some(first) if capital => {
                first.to_uppercase().collect::<String>() + new.get(first.len_utf8()..)?
            }
            _ => new.to_owned(),
        };
        if !is_value {
            text = text.replacen(&old, &new, 1);
        }
    }
    changed(log, text)
}
