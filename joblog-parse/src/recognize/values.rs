//! The labelled values, addresses and users of one line, put where they belong.

use std::num::NonZeroU16;

use super::address::{self, Literal};
use super::field::{self, Field};
use super::join::{Half, Ids, Place};
use super::label::{self, Form, Label, Naming, classify};
use super::{Recognizer, Refusal, Tier, line, prose, service};
use crate::escaped::Escaped;
use crate::target::{Host, Jump, Reach, TargetError, parse_jumps, parse_port};

/// Something in a line, in the order in which it stands there.
enum Event<'a> {
    Field(Field<'a>),
    Host(Literal, Label, Naming),
    Begin { is_list: bool, label: Option<Label>, name: Option<&'a str> },
    End,
}

/// The line that values are read from.
#[derive(Clone, Copy)]
struct At<'a> {
    number: u64,
    text: &'a str,
    /// What of it values are read from.
    rest: &'a str,
    /// It names a user.
    has_user: bool,
    /// The port that it names in words.
    port: Option<NonZeroU16>,
}

impl Recognizer {
    /// Reads what is left of a line (`rest`) when commands and logins are taken out of it.
    pub(super) fn read_values(
        &mut self,
        number: u64,
        text: &str,
        rest: &str,
        commanded: Option<(Host, Option<NonZeroU16>)>,
    ) {
        let fields = field::fields(rest);
        if service::is_named(rest, &fields) {
            for literal in address::literals(rest) {
                let host = literal.host.to_string();
                let refusal = Refusal::OtherService(host.as_str().into());
                self.refuse(number, Tier::Prose, text, refusal);
            }
            return;
        }
        let named = prose::user(rest);
        let has_user = fields.iter().any(|field| field.label == Label::User);
        let mut at = At { number, text, rest, has_user: has_user || named.is_some(), port: None };
        let (events, mut unlabelled) = events(rest, fields);
        if matches!(self.json.label(), Some(Label::Host | Label::PrivateHost)) {
            for literal in unlabelled.drain(..) {
                let place = Place::new(literal.host, literal.port, Naming::default());
                self.add_host(at, Tier::Fields, Label::Host, place);
            }
        }
        let has_host = events.iter().any(|(_, event)| is_host(event)) || commanded.is_some();
        let lone = match unlabelled.as_slice() {
            [lone] if !has_host => Some(lone),
            _ => None,
        };
        // Behind an address that is not the cluster's it is the port of that one.
        let is_told_here =
            has_host && unlabelled.iter().all(|other| is_among(&other.host, &events));
        let port = prose::port(rest);
        at.port = port.filter(|_| is_told_here || lone.is_some());
        self.enter(rest);
        for (_, event) in events {
            match event {
                Event::Begin { is_list, label, name } => self.json.begin(is_list, label, name),
                Event::End => {
                    if let Some(block) = self.json.end() {
                        self.close(block);
                    }
                }
                Event::Host(literal, label, name) => {
                    let place = Place::new(literal.host, literal.port, name);
                    self.add_host(at, Tier::Prose, label, place);
                }
                Event::Field(field) => self.add_field(at, &field),
            }
        }
        if let Some(port) = port.filter(|_| has_user && !has_host && unlabelled.is_empty()) {
            self.json.add_port(Ok(port), number);
        }
        if let Some((host, port)) = commanded {
            self.add_host(at, Tier::Prose, Label::Host, Place::new(host, port, Naming::default()));
        }
        let is_told = has_host || lone.is_some() || prose::is_about_login(rest);
        let named = named.filter(|_| !has_user && is_told);
        if let Some(lone) = lone.filter(|_| has_user || named.is_some()) {
            let place = Place::new(lone.host.clone(), lone.port, Naming::default());
            self.add_host(at, Tier::Prose, Label::Host, place);
        }
        if let Some(name) = named {
            self.add_user(at, Tier::Prose, name.map_err(Refusal::from));
        }
    }

    /// Takes note of what the line is about.
    fn enter(&mut self, rest: &str) {
        let mut ids = line::ids(rest);
        if ids.is_empty() {
            ids = self.section.clone();
        } else {
            self.section = ids.clone();
        }
        self.about(&ids);
    }

    fn about(&mut self, ids: &Ids) {
        if let Some(block) = self.json.about(ids) {
            self.close(block);
        }
    }

    fn add_field(&mut self, at: At<'_>, field: &Field<'_>) {
        let tier = if field.form == Form::Key { Tier::Fields } else { Tier::Prose };
        let value = field.value.as_ref();
        let block = self.json.block();
        match field.label {
            Label::User => self.add_user(at, tier, value.parse().map_err(Refusal::from)),
            Label::Host | Label::PrivateHost => self.add_host_text(at, tier, field),
            Label::Port => {
                if let Some(port) = numbered_port(value) {
                    self.json.add_port(port, at.number);
                }
            }
            Label::IdentityFile => {
                block.identity_file = block.identity_file.take().or(value.parse().ok());
            }
            Label::Name => self.json.name(classify(value, Form::Key)),
            Label::Value => {
                if let Some(label) = self.json.label().filter(|label| *label != Label::Value) {
                    let field =
                        Field { label, value: value.into(), span: field.span.clone(), ..*field };
                    self.add_field(at, &field);
                }
            }
            Label::HostKey => block.host_key = block.host_key.take().or(value.parse().ok()),
            Label::Jump if block.jump.is_empty() => {
                block.jump = parse_jumps(value).unwrap_or_default();
            }
            Label::Job | Label::Cluster | Label::Machine | Label::Jump | Label::Foreign => {}
        }
    }

    fn add_user(&mut self, at: At<'_>, tier: Tier, value: Result<crate::User, Refusal>) {
        if let Ok(user) = &value {
            let name = user.as_str();
            let is_number = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if is_number || matches!(name, "null" | "none" | "None" | "true" | "false") {
                return;
            }
        }
        if let Err(refusal) = &value {
            self.refuse(at.number, tier, at.text, refusal.clone());
        }
        let half = Half { value, line: at.number, text: Escaped::new(at.text.trim()), tier };
        if let Some(block) = self.json.add_user(half) {
            self.close(block);
        }
    }

    fn add_host_text(&mut self, at: At<'_>, tier: Tier, field: &Field<'_>) {
        let value = field.value.as_ref();
        let value = value.strip_prefix("ssh://").unwrap_or(value);
        match value.parse::<Jump>() {
            Ok(Jump { user: None, host, port }) if line::is_dotted(&host) => {
                let place = Place::new(host, port, Naming::of(field.name, field.form));
                self.add_host(at, tier, field.label, place);
            }
            Err(error) if value.contains('.') || value.contains(':') => {
                self.refuse(at.number, tier, at.text, error.into());
            }
            Ok(_) | Err(_) => {}
        }
    }

    fn add_host(&mut self, at: At<'_>, tier: Tier, label: Label, mut place: Place) {
        // A line that tells of a failure, and of no user, does not say where to log in.
        if !at.has_user && !place.name.is_announcement && prose::is_failure(at.rest) {
            let refusal = Refusal::OtherService(place.host.to_string().as_str().into());
            return self.refuse(at.number, tier, at.text, refusal);
        }
        place.port = place.port.or(at.port);
        let is_private = label == Label::PrivateHost || place.host.reach() == Reach::Private;
        let half = Half { value: place, line: at.number, text: Escaped::new(at.text.trim()), tier };
        if let Some(block) = self.json.add_host(half, is_private) {
            self.close(block);
        }
    }
}

fn is_host(event: &Event<'_>) -> bool {
    match event {
        Event::Field(field) => field.label == Label::Host && field.value.contains(['.', ':']),
        Event::Host(_, label, _) => *label == Label::Host,
        Event::Begin { .. } | Event::End => false,
    }
}

/// The port that a value is, or why it is none; what is no number at all says nothing.
pub(super) fn numbered_port(value: &str) -> Option<Result<NonZeroU16, TargetError>> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| parse_port(value))
}

/// Whether the host is one of those that the line says something about.
fn is_among(host: &Host, events: &[(usize, Event<'_>)]) -> bool {
    let is_it = |event: &Event<'_>| matches!(event, Event::Host(other, ..) if other.host == *host);
    events.iter().any(|(_, event)| is_it(event))
}

/// What a line has, in order, and the addresses in it that nothing says anything about.
fn events<'a>(text: &'a str, fields: Vec<Field<'a>>) -> (Vec<(usize, Event<'a>)>, Vec<Literal>) {
    let mut events = Vec::new();
    let mut unlabelled = Vec::new();
    for literal in address::literals(text) {
        let field = fields.get(fields.partition_point(|it| it.span.end < literal.span.end));
        if field.is_some_and(|field| field.span.start <= literal.span.start) {
            continue;
        }
        let before = text.get(..literal.span.start).unwrap_or_default().trim_end();
        let before = before.strip_suffix(['"', '\'', '`', '(', '[']).unwrap_or(before);
        let phrase = field::last_phrase(before.trim_end_matches([':', '=', ' ', '>', '.', '-']));
        match classify(phrase, Form::Phrase) {
            Some(label @ (Label::Host | Label::PrivateHost)) => {
                let name = Naming::of(phrase, Form::Phrase);
                events.push((literal.span.start, Event::Host(literal, label, name)));
            }
            Some(_) => {}
            None if label::is_foreign(phrase) => {}
            None => unlabelled.push(literal),
        }
    }
    if text.contains(['{', '}', '[', ']']) {
        events.extend(braces(text, &fields));
    }
    events.extend(fields.into_iter().map(|field| (field.span.start, Event::Field(field))));
    events.sort_by_key(|(place, _)| *place);
    (events, unlabelled)
}

/// The braces of JSON in a line: where keys are quoted, or nothing but brackets stands there.
fn braces<'a>(text: &'a str, fields: &[Field<'_>]) -> Vec<(usize, Event<'a>)> {
    let is_bare = text.chars().all(|c| c.is_whitespace() || "{}[],".contains(c));
    let is_opening = text
        .trim_end()
        .strip_suffix(['{', '['])
        .is_some_and(|before| before.trim_end().ends_with(['=', ':', '>']));
    let has_quoted_key = ["\":", "\\\":", "\" :"].iter().any(|key| text.contains(key));
    if !is_bare && !is_opening && !has_quoted_key {
        return Vec::new();
    }
    let mut in_quotes = false;
    let mut events = Vec::new();
    let mut fields = fields.iter().peekable();
    for (place, c) in text.char_indices() {
        while fields.next_if(|field| field.span.end <= place).is_some() {}
        if fields.peek().is_some_and(|field| field.span.contains(&place)) {
            in_quotes = false;
            continue;
        }
        match c {
            '"' => in_quotes = !in_quotes,
            '{' | '[' if !in_quotes => {
                let before = text.get(..place).unwrap_or_default();
                let (label, name) = (field::label_of_group(before), field::name_of_group(before));
                events.push((place, Event::Begin { is_list: c == '[', label, name }));
            }
            '}' | ']' if !in_quotes => events.push((place, Event::End)),
            _ => {}
        }
    }
    events
}
