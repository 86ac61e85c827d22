//! Rules of Azure's network security groups: as `az network nsg rule list` prints them, with their
//! properties beside the name, and as the Resource Manager has them, with the properties below it.

use super::aws::is_tcp;
use super::{Fields, Found};
use crate::ports::Ports;
use crate::range::IpRange;
use crate::rules::firewall::{Action, Misread, anyone};

pub(super) fn is_rule(fields: &Fields) -> bool {
    let is_one = |fields: &Fields| fields.has("access") && fields.has("direction");
    is_one(fields) || fields.object("properties").is_some_and(|inner| is_one(&inner))
}

pub(super) fn rule(fields: &Fields, found: &mut Found) -> Result<(), Misread> {
    let firewall = fields.around();
    match fields.object("properties") {
        Some(inner) => properties(&inner, &NAMES, firewall, found),
        None => properties(fields, &NAMES, firewall, found),
    }
}

/// What the properties are called: in Azure's JSON, and in Terraform.
pub(in crate::rules) struct Names {
    source: [&'static str; 2],
    groups: &'static str,
    ports: [&'static str; 2],
}

pub(in crate::rules) const NAMES: Names = Names {
    source: ["sourceAddressPrefix", "sourceAddressPrefixes"],
    groups: "sourceApplicationSecurityGroups",
    ports: ["destinationPortRange", "destinationPortRanges"],
};

pub(super) const TERRAFORM: Names = Names {
    source: ["source_address_prefix", "source_address_prefixes"],
    groups: "source_application_security_group_ids",
    ports: ["destination_port_range", "destination_port_ranges"],
};

pub(in crate::rules) fn properties(
    fields: &Fields,
    names: &Names,
    firewall: String,
    found: &mut Found,
) -> Result<(), Misread> {
    let inbound = match fields.text("direction")?.to_ascii_lowercase().as_str() {
        "inbound" => true,
        "outbound" => false,
        _ => return Err(fields.misread("has a direction that is neither Inbound nor Outbound")),
    };
    if !inbound || !is_tcp(fields.text("protocol")?) {
        return Ok(());
    }
    let action = match fields.text("access")?.to_ascii_lowercase().as_str() {
        "allow" => Action::Allow,
        "deny" => Action::Deny,
        _ => return Err(fields.misread("has an access that is neither Allow nor Deny")),
    };
    let mut runs = Vec::new();
    for name in names.ports {
        runs.extend(fields.ports(name)?);
    }
    let ports = Ports::of(runs).ok_or_else(|| fields.misread("names no destination port"))?;
    let mut sources = Vec::new();
    for name in names.source {
        for (place, text) in fields.texts(name)? {
            sources.extend(prefix(text, &place, action, fields)?);
        }
    }
    if fields.is_filled(names.groups) && action == Action::Deny {
        return Err(fields.misread("keeps out a group of machines, whose addresses are not here"));
    }
    let priority = fields.number("priority")?.and_then(|number| u64::try_from(number).ok());
    let priority = priority.ok_or_else(|| fields.misread("has no priority"))?;
    if !sources.is_empty() {
        found.add(firewall, priority, fields.rule(action, ports, sources));
    }
    Ok(())
}

/// A source: addresses, everything, or a service tag.
fn prefix(
    text: &str,
    place: &str,
    action: Action,
    fields: &Fields,
) -> Result<Vec<IpRange>, Misread> {
    match (text, action) {
        ("*" | "Any" | "Internet", _) => Ok(anyone()),
        // Tags of machines of the network and of Azure's own probes, which are not outside.
        ("", _) | ("VirtualNetwork" | "AzureLoadBalancer", Action::Allow) => Ok(Vec::new()),
        (tag, _)
            if tag.starts_with(|first: char| first.is_ascii_uppercase()) && !tag.contains(':') =>
        {
            let tag = contract::shown(tag);
            Err(fields
                .misread(format!("names the service tag `{tag}`, whose addresses are not here")))
        }
        _ => Ok(vec![super::fields::source(text, place, fields.leniency())?]),
    }
}
