//! Converts `aws ec2 authorize-security-group-ingress` and `az network nsg rule create` to the JSON
//! that the same programs print.

use serde_json::{Map, Value, json};

use super::options::Options;
use crate::rules::Leniency;
use crate::rules::firewall::{ParseError, Place};
use crate::rules::json::{self, Fields, Found};

const AWS: [&[&str]; 9] = [
    &["--group-id"],
    &["--group-name"],
    &["--ip-permissions"],
    &["--protocol"],
    &["--port"],
    &["--cidr"],
    &["--region"],
    &["--profile"],
    &["--output"],
];

pub(super) fn aws(
    words: &[&str],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let options = Options::of(words, line, &AWS)?;
    let error = |cause: String| ParseError::new(Place::Line(line), cause);
    let permissions = match (options.values("--ip-permissions"), options.value("--cidr")) {
        (Some(texts), None) => {
            texts.iter().map(|text| permission(text, line)).collect::<Result<Vec<_>, _>>()?
        }
        (None, Some(source)) => {
            let port = options.value("--port").unwrap_or("-1");
            let (from, to) =
                port.split_once('-').filter(|(from, _)| !from.is_empty()).unwrap_or((port, port));
            vec![json!({
                "IpProtocol": options.value("--protocol"), "FromPort": from, "ToPort": to,
                "IpRanges": [{ "CidrIp": source }],
            })]
        }
        (None, None) => return Err(error("has neither --ip-permissions nor --cidr".into())),
        (Some(_), Some(_)) => return Err(error("has both --ip-permissions and --cidr".into())),
    };
    permissions.iter().try_for_each(|it| json::any(it, "", leniency, found))
}

/// A value of `--ip-permissions`: JSON or shorthand.
fn permission(text: &str, line: usize) -> Result<Value, ParseError> {
    let error = |cause: String| ParseError::new(Place::Line(line), cause);
    if text.starts_with(['[', '{']) {
        return serde_json::from_str(text).map_err(|_| error("has JSON that is not valid".into()));
    }
    if text.contains("://") {
        let file = contract::shown(text);
        return Err(error(format!("names `{file}`, whose rules are not in the input")));
    }
    let mut shorthand = Shorthand { rest: text, depth: 0 };
    let members = shorthand.pairs().filter(|_| shorthand.rest.is_empty());
    members.ok_or_else(|| error("has truncated shorthand".into()))
}

/// The part of `aws`' shorthand syntax that needs no quotes: `a=b,c=[{d=e}]`.
struct Shorthand<'a> {
    rest: &'a str,
    depth: usize,
}

impl Shorthand<'_> {
    /// How deep lists and objects may nest; permissions need two.
    const DEEPEST: usize = 8;

    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Reads `a=b,c=d` up to the first character that cannot belong to it.
    fn pairs(&mut self) -> Option<Value> {
        let mut members = Map::new();
        loop {
            let (key, rest) = self.rest.split_once('=')?;
            if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric()) {
                return None;
            }
            self.rest = rest;
            let value = self.value()?;
            if members.insert(key.to_owned(), value).is_some() {
                return None;
            }
            if !self.take(',') {
                return Some(Value::Object(members));
            }
        }
    }

    fn value(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > Self::DEEPEST {
            return None;
        }
        let value = if self.take('[') {
            let mut values = Vec::new();
            while !self.take(']') {
                values.push(self.value()?);
                if !self.take(',') && !self.rest.starts_with(']') {
                    return None;
                }
            }
            Value::Array(values)
        } else if self.take('{') {
            let members = self.pairs()?;
            self.take('}').then_some(members)?
        } else {
            let end = self.rest.find([',', '=', '[', ']', '{', '}']).unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest;
            Value::String(text.to_owned())
        };
        self.depth -= 1;
        Some(value)
    }
}

const AZ: [&[&str]; 13] = [
    &["--resource-group", "-g"],
    &["--nsg-name"],
    &["--name", "-n"],
    &["--priority"],
    &["--direction"],
    &["--access"],
    &["--protocol"],
    &["--source-address-prefixes"],
    &["--source-port-ranges"],
    &["--destination-address-prefixes"],
    &["--destination-port-ranges"],
    &["--description"],
    &["--subscription"],
];

pub(super) fn az(
    words: &[&str],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let options = Options::of(words, line, &AZ)?;
    for name in ["--source-port-ranges", "--destination-address-prefixes"] {
        if options.values(name).is_some_and(|values| values != ["*"]) {
            let cause = format!("has the condition `{name}`, which cidr cannot evaluate");
            return Err(ParseError::new(Place::Line(line), cause));
        }
    }
    let members = json!({
        "priority": options.value("--priority"),
        "direction": options.value("--direction"),
        "access": options.value("--access"),
        "protocol": options.value("--protocol"),
        "sourceAddressPrefixes": options.values("--source-address-prefixes"),
        "destinationPortRanges": options.values("--destination-port-ranges"),
    });
    let group = options.value("--nsg-name").unwrap_or_default();
    let members = members.as_object().cloned().unwrap_or_default();
    json::azure::properties(
        &Fields::of(&members, "", leniency),
        &json::azure::NAMES,
        format!("az {group}"),
        found,
    )
}
