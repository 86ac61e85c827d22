//! The members of one JSON object, each with its required type.

use contract::shown;
use serde_json::{Map, Value};

use super::EXPRESSION;
use crate::ports::{self, PortRange, Ports};
use crate::range::IpRange;
use crate::rules::Leniency;
use crate::rules::entry;
use crate::rules::firewall::{Action, ParseError, Place, Rule, anyone};

/// An object, where it stands, and how its addresses are read.
pub(in crate::rules) struct Fields<'a> {
    members: &'a Map<String, Value>,
    place: String,
    leniency: Leniency,
}

impl<'a> Fields<'a> {
    pub(in crate::rules) fn of(
        members: &'a Map<String, Value>,
        place: &str,
        leniency: Leniency,
    ) -> Self {
        Self { members, place: place.to_owned(), leniency }
    }

    pub(super) fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The place of a member.
    pub(super) fn below(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    pub(super) fn error(&self, cause: impl Into<String>) -> ParseError {
        ParseError::new(Place::Member(self.place.clone()), cause)
    }

    fn member_error(&self, name: &str, cause: impl Into<String>) -> ParseError {
        let place = Place::Member(self.below(name));
        let expression = self.value(name).and_then(|value| value.get(EXPRESSION)?.as_str());
        let Some(expression) = expression else { return ParseError::new(place, cause) };
        let expression = shown(expression);
        let mut error = ParseError::new(
            place,
            format!("is the expression `{expression}`, whose value is not in the input"),
        );
        error.hint = Some("`terraform show -json PLAN` prints all values".into());
        error
    }

    /// A member that is present and not null.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(in crate::rules) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Whether a list or text is present and not empty.
    pub(super) fn is_filled(&self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Array(values)) => !values.is_empty(),
            Some(Value::Object(members)) => !members.is_empty(),
            Some(Value::String(text)) => !text.is_empty(),
            Some(_) => true,
            None => false,
        }
    }

    /// A member that is an object.
    pub(super) fn object(&self, name: &str) -> Option<Fields<'a>> {
        let members = self.value(name)?.as_object()?;
        Some(Fields { members, place: self.below(name), leniency: self.leniency })
    }

    /// A list of objects, empty if it is missing or null. One object counts as a list of one.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<Fields<'a>>, ParseError> {
        let place = self.below(name);
        let values = match self.value(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        let objects = values.iter().enumerate().map(|(index, value)| {
            let members = value.as_object();
            let members =
                members.ok_or_else(|| self.member_error(name, "is not a list of objects"));
            Ok(Fields::of(members?, &format!("{place}[{index}]"), self.leniency))
        });
        objects.collect()
    }

    pub(super) fn text(&self, name: &str) -> Result<&'a str, ParseError> {
        self.optional_text(name)?.ok_or_else(|| self.member_error(name, "is missing"))
    }

    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, ParseError> {
        let text = |value: &'a Value| {
            value.as_str().ok_or_else(|| self.member_error(name, "is not a string"))
        };
        self.value(name).map(text).transpose()
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, ParseError> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.member_error(name, "is neither true nor false")),
        }
    }

    /// A text, a list of texts, or nothing at all.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<(String, &'a str)>, ParseError> {
        let place = self.below(name);
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![(place, text.as_str())]),
            Some(Value::Array(values)) => {
                let texts = values.iter().enumerate().map(|(index, value)| {
                    let text = value.as_str();
                    let text =
                        text.ok_or_else(|| self.member_error(name, "is not a list of strings"));
                    Ok((format!("{place}[{index}]"), text?))
                });
                texts.collect()
            }
            Some(_) => Err(self.member_error(name, "is neither a string nor a list of strings")),
        }
    }

    /// Addresses and networks.
    pub(super) fn sources(&self, name: &str) -> Result<Vec<IpRange>, ParseError> {
        let texts = self.texts(name)?;
        texts.iter().map(|(place, text)| source(text, place, self.leniency)).collect()
    }

    /// A whole number, which some programs write as a string.
    pub(in crate::rules) fn number(&self, name: &str) -> Result<Option<i64>, ParseError> {
        let number = |value: &Value| match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_i64(),
        };
        let missing = || self.member_error(name, "is not a whole number");
        self.value(name).map(|value| number(value).ok_or_else(missing)).transpose()
    }

    /// The ports between two members, as AWS and Terraform store them; a missing member or -1 means
    /// all ports.
    pub(super) fn port_range(&self, from: &str, to: &str) -> Result<Ports, ParseError> {
        let (first, last) = match (self.number(from)?, self.number(to)?) {
            (None | Some(-1), None | Some(-1)) => return Ok(Ports::all()),
            (Some(first), Some(last)) => (first, last),
            (Some(_), None) => return Err(self.member_error(to, "is missing")),
            (None, Some(_)) => return Err(self.member_error(from, "is missing")),
        };
        let port = |number: i64| u16::try_from(number).ok();
        let run = port(first).zip(port(last)).filter(|(first, last)| first <= last);
        let run = run.ok_or_else(|| self.member_error(from, "does not begin a range of ports"))?;
        Ports::of(vec![run]).ok_or_else(|| self.member_error(from, "names no port"))
    }

    /// Ports as Azure and Google Cloud write them: `22`, `8000-8010`, `*`.
    pub(super) fn ports(&self, name: &str) -> Result<Vec<PortRange>, ParseError> {
        let runs = self.texts(name)?.into_iter().map(|(place, text)| {
            if matches!(text, "*" | "Any") {
                return Ok((0, u16::MAX));
            }
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let number = |text: &str| if text == "0" { Some(0) } else { ports::number(text).ok() };
            number(first).zip(number(last)).filter(|(first, last)| first <= last).ok_or_else(|| {
                ParseError::new(Place::Member(place), format!("`{}` is no port", shown(text)))
            })
        });
        runs.collect()
    }

    pub(super) fn rule(&self, action: Action, ports: Ports, sources: Vec<IpRange>) -> Rule {
        Rule { action, ports, sources, place: Place::Member(self.place.clone()), doubt: None }
    }

    /// A rule with sources that are not all known.
    pub(super) fn doubtful(&self, action: Action, ports: Ports, why: ParseError) -> Rule {
        Rule { doubt: Some(Box::new(why)), ..self.rule(action, ports, anyone()) }
    }

    /// Why the value of a member is unknown, if it holds a Terraform expression.
    pub(super) fn unknown(&self, name: &str) -> Option<ParseError> {
        let is_expression = |value: &Value| value.get(EXPRESSION).is_some();
        let value = self.value(name)?;
        let is_one = is_expression(value)
            || value.as_array().is_some_and(|values| values.iter().any(is_expression));
        is_one.then(|| self.member_error(name, "is not a list of strings"))
    }

    /// The place of the object that contains this one, which groups its members.
    pub(super) fn around(&self) -> String {
        let end = self.place.rfind(['[', '.']).unwrap_or(0);
        self.place.get(..end).unwrap_or_default().to_owned()
    }
}

/// Reads one source: an address, a network or a range.
pub(super) fn source(text: &str, place: &str, leniency: Leniency) -> Result<IpRange, ParseError> {
    entry::parse(text.as_bytes(), leniency).map_err(|fault| {
        let place = Place::Member(place.to_owned());
        ParseError { place, cause: format!("`{}` {fault}", shown(text)), hint: fault.hint() }
    })
}
