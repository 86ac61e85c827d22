//! Rules of Azure's network security groups: as `az network nsg rule list` prints them, with the
//! properties beside the name, and as the Resource Manager stores them, with the properties one
//! level down.

use super::aws::is_tcp;
use super::{Fields, Found};
use crate::ports::Ports;
use crate::range::IpRange;
use crate::rules::firewall::{Action, ParseError, anyone};

pub(super) fn is_rule(fields: &Fields) -> bool {
    let is_one = |fields: &Fields| fields.has("access") && fields.has("direction");
    is_one(fields) || fields.object("properties").is_some_and(|inner| is_one(&inner))
}

pub(super) fn rule(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    let firewall = fields.around();
    match fields.object("properties") {
        Some(inner) => properties(&inner, &NAMES, firewall, found),
        None => properties(fields, &NAMES, firewall, found),
    }
}

/// The names of the properties in Azure's JSON and in Terraform.
pub(in crate::rules) struct Names {
    source: [&'static str; 2],
    groups: &'static str,
    ports: [&'static str; 2],
    source_ports: [&'static str; 2],
}

pub(in crate::rules) const NAMES: Names = Names {
    source: ["sourceAddressPrefix", "sourceAddressPrefixes"],
    groups: "sourceApplicationSecurityGroups",
    ports: ["destinationPortRange", "destinationPortRanges"],
    source_ports: ["sourcePortRange", "sourcePortRanges"],
};

pub(super) const TERRAFORM: Names = Names {
    source: ["source_address_prefix", "source_address_prefixes"],
    groups: "source_application_security_group_ids",
    ports: ["destination_port_range", "destination_port_ranges"],
    source_ports: ["source_port_range", "source_port_ranges"],
};

pub(in crate::rules) fn properties(
    fields: &Fields,
    names: &Names,
    firewall: String,
    found: &mut Found,
) -> Result<(), ParseError> {
    let inbound = match fields.text("direction")?.to_ascii_lowercase().as_str() {
        "inbound" => true,
        "outbound" => false,
        _ => return Err(fields.error("has a direction that is neither Inbound nor Outbound")),
    };
    if !inbound || !is_tcp(fields.text("protocol")?) {
        return Ok(());
    }
    let action = match fields.text("access")?.to_ascii_lowercase().as_str() {
        "allow" => Action::Allow,
        "deny" => Action::Deny,
        _ => return Err(fields.error("has an access that is neither Allow nor Deny")),
    };
    let mut runs = Vec::new();
    for name in names.ports {
        runs.extend(fields.ports(name)?);
    }
    let ports = Ports::of(runs).ok_or_else(|| fields.error("names no destination port"))?;
    let (mut sources, mut doubt) = (Vec::new(), None);
    for name in names.source {
        for (place, text) in fields.texts(name)? {
            if is_tag(text) {
                let cause = format!(
                    "names the service tag `{}`, whose addresses are not in the input",
                    contract::shown(text)
                );
                doubt = Some(fields.error(cause));
            } else {
                sources.extend(prefix(text, &place, action, fields)?);
            }
        }
    }
    for name in names.source_ports {
        if fields.ports(name)?.iter().any(|run| *run != (0, u16::MAX)) {
            doubt =
                Some(fields.error("is limited to some source ports, which cidr cannot evaluate"));
        }
    }
    if fields.is_filled(names.groups) && action == Action::Deny {
        let cause = "keeps out a group of machines, whose addresses are not in the input";
        doubt = Some(fields.error(cause));
    }
    let priority = fields.number("priority")?.and_then(|number| u64::try_from(number).ok());
    let priority = priority.ok_or_else(|| fields.error("has no priority"))?;
    match doubt {
        Some(why) => found.add(firewall, priority, fields.doubtful(action, ports, why)),
        None if sources.is_empty() => {}
        None => found.add(firewall, priority, fields.rule(action, ports, sources)),
    }
    Ok(())
}

/// Tags for machines of the network and for Azure's own probes, none of which are outside.
const INSIDE: [&str; 2] = ["VirtualNetwork", "AzureLoadBalancer"];

/// Whether a source is a tag for addresses that Azure keeps a list of.
fn is_tag(text: &str) -> bool {
    let is_word = text.starts_with(|first: char| first.is_ascii_uppercase()) && !text.contains(':');
    is_word && !EVERYONE.contains(&text) && !INSIDE.contains(&text)
}

const EVERYONE: [&str; 3] = ["*", "Any", "Internet"];

/// A source: addresses, or everyone.
fn prefix(
    text: &str,
    place: &str,
    action: Action,
    fields: &Fields,
) -> Result<Vec<IpRange>, ParseError> {
    match text {
        _ if EVERYONE.contains(&text) => Ok(anyone()),
        "" => Ok(Vec::new()),
        _ if INSIDE.contains(&text) && action == Action::Allow => Ok(Vec::new()),
        tag if INSIDE.contains(&tag) => {
            Err(fields.error(format!("keeps out `{tag}`, whose addresses are not in the input")))
        }
        _ => Ok(vec![super::fields::source(text, place, fields.leniency())?]),
    }
}
