//! Opens an input, recognises its form, and reads it unless it is a list.

use std::fs::File;
use std::io::{self, Read};

use super::firewall::{self, Firewalls, Grant, ParseError, Place};
use super::input::Input;
use super::recognize::{self, Form};
use super::{
    Leniency, Reading, authorized_keys, commands, hcl, ipset, iptables, json, nftables, parallel,
    sshd,
};
use crate::Error;

/// An input whose form is known.
pub(crate) enum Opened {
    List(Box<dyn Read>),
    Grants { grants: Vec<Grant>, know_ports: bool },
}

/// How much of an input is examined to recognise it, in bytes.
const HEAD: u64 = 64 * 1024;
/// The largest input other than a list, in bytes: it is held in memory.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Opens an input, and reads it unless it is a list.
pub(crate) fn open(input: &Input, reading: &Reading) -> Result<Opened, Error> {
    let reader: Box<dyn Read> = match input {
        Input::Text(text) => Box::new(io::Cursor::new(text.clone())),
        Input::File(path) => {
            Box::new(File::open(path).map_err(|source| Error::Open { path: path.clone(), source })?)
        }
        Input::Stdin => Box::new(io::stdin()),
    };
    let unreadable = |source| Error::Read { input: input.clone(), source };
    let mut reader = parallel::decoded(reader).map_err(unreadable)?;
    let mut text = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut text).map_err(unreadable)?;
    let form = recognize::form(&text);
    let is_empty = form == Form::Nothing && (text.len() as u64) < HEAD;
    if is_empty && *input == Input::Stdin && !reading.nothing {
        return Err(Error::NothingCame);
    }
    if matches!(form, Form::List | Form::Nothing) {
        return Ok(Opened::List(Box::new(io::Cursor::new(text).chain(reader))));
    }
    reader.take(LARGEST).read_to_end(&mut text).map_err(unreadable)?;
    let in_input = |error| Error::ParseError { input: input.clone(), error };
    let firewalls = firewalls(form, &text, reading.leniency).map_err(in_input)?;
    let mut grants = Vec::new();
    for rules in &firewalls.list {
        grants.extend(firewall::grants(rules, reading.ports.as_ref()).map_err(in_input)?);
    }
    if let Some(wanted) = reading.ports.as_ref().filter(|_| firewalls.know_ports) {
        grants = firewall::common(grants, wanted);
    }
    Ok(Opened::Grants { grants, know_ports: firewalls.know_ports })
}

fn firewalls(form: Form, text: &[u8], leniency: Leniency) -> Result<Firewalls, ParseError> {
    let refused = |cause: &str| ParseError::new(Place::Member(String::new()), cause);
    if text.len() as u64 > LARGEST {
        return Err(refused("more than 64 MiB without a list"));
    }
    let text = str::from_utf8(text).map_err(|_| refused("not UTF-8 or UTF-16"))?;
    match form {
        Form::Json => json::read(text, leniency),
        Form::Hcl => hcl::read(text, leniency),
        Form::Nftables => nftables::read(text, leniency),
        Form::Iptables => iptables::read(text, leniency),
        Form::AuthorizedKeys => authorized_keys::read(text, leniency),
        Form::Sshd => sshd::read(text, leniency),
        Form::Ipset => ipset::read(text, leniency),
        Form::Commands => commands::read(text, leniency),
        Form::Listing(hint) => {
            let error = refused("is output for people, not for programs");
            Err(ParseError { hint: Some(hint.to_owned()), ..error })
        }
        Form::List | Form::Nothing => Ok(Firewalls::default()),
    }
}
