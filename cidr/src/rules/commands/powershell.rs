//! `New-NetFirewallRule` of the PowerShell module `NetSecurity`.

use super::options::Options;
use crate::ports::Ports;
use crate::rules::Leniency;
use crate::rules::firewall::{Action, ParseError, Place, Rule, anyone};
use crate::rules::json::Found;
use crate::rules::words;

/// PowerShell ignores case.
pub(super) const CMDLET: &str = "New-NetFirewallRule";

const KNOWN: [&[&str]; 11] = [
    &["-Name"],
    &["-DisplayName"],
    &["-Group"],
    &["-Description"],
    &["-Direction"],
    &["-Action"],
    &["-Protocol"],
    &["-LocalPort"],
    &["-RemoteAddress"],
    &["-Enabled"],
    &["-Profile"],
];

pub(super) fn read(
    arguments: &[&str],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let cmdlet = Cmdlet { options: Options::of(arguments, line, &KNOWN)?, line };
    let action = cmdlet.action()?;
    if !cmdlet.is_about_tcp_from_outside()? {
        return Ok(());
    }
    let sources = match cmdlet.list("-RemoteAddress") {
        Some(texts) => words::addresses(texts.iter().map(String::as_str), line, leniency)?,
        None => anyone(),
    };
    let ports = match cmdlet.list("-LocalPort") {
        Some(texts) => words::ports(texts.iter().map(String::as_str), '-', line)?,
        None => None,
    };
    let (ports, place) = (ports.unwrap_or_else(Ports::all), Place::Line(line));
    // Windows applies rules that block before rules that allow.
    found.add("powershell".to_owned(), 0, Rule { action, ports, sources, place, doubt: None });
    Ok(())
}

struct Cmdlet<'a> {
    options: Options<'a>,
    line: usize,
}

impl Cmdlet<'_> {
    fn error(&self, cause: impl Into<String>) -> ParseError {
        ParseError::new(Place::Line(self.line), cause)
    }

    fn word(&self, name: &str) -> Option<String> {
        self.options.value(name).map(str::to_ascii_lowercase)
    }

    /// The items of a comma-separated list; `None` for `Any` or a missing option.
    fn list(&self, name: &str) -> Option<Vec<String>> {
        let text = self.options.values(name)?.join(" ");
        let items: Vec<String> = text.split(',').map(|it| it.trim().to_owned()).collect();
        let is_any = matches!(items.as_slice(), [item] if item.eq_ignore_ascii_case("any"));
        (!is_any).then_some(items)
    }

    fn action(&self) -> Result<Action, ParseError> {
        match self.word("-Action").as_deref() {
            Some("allow") => Ok(Action::Allow),
            Some("block") => Ok(Action::Deny),
            Some(_) => Err(self.error("has an action that is neither Allow nor Block")),
            None => Err(self.error("names no action")),
        }
    }

    fn is_about_tcp_from_outside(&self) -> Result<bool, ParseError> {
        let is_on = self.word("-Enabled").is_none_or(|it| it == "true");
        let protocol = self.word("-Protocol");
        let is_tcp = protocol.is_none_or(|it| matches!(it.as_str(), "tcp" | "6" | "any"));
        let is_inbound = match self.word("-Direction").as_deref() {
            Some("inbound") => true,
            Some("outbound") => false,
            Some(_) => {
                return Err(self.error("has a direction that is neither Inbound nor Outbound"));
            }
            None => return Err(self.error("names no direction")),
        };
        if is_inbound && is_on && self.list("-Profile").is_some() {
            return Err(self.error("has the condition `-Profile`, which cidr cannot evaluate"));
        }
        Ok(is_inbound && is_on && is_tcp)
    }
}
