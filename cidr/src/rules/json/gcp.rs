//! Firewall rules of Google Cloud, as `gcloud compute firewall-rules list --format=json` prints
//! them.

use super::aws::is_tcp;
use super::{Fields, Found};
use crate::ports::{PortRange, Ports};
use crate::range::{IpRange, Range};
use crate::rules::firewall::{Action, ParseError};

/// The priority of a rule that does not state one.
pub(super) const DEFAULT_PRIORITY: u64 = 1000;

pub(super) fn rule(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    match fields.text("direction")? {
        "INGRESS" => {}
        "EGRESS" => return Ok(()),
        _ => return Err(fields.error("has a direction that is neither INGRESS nor EGRESS")),
    }
    if fields.flag("disabled")? {
        return Ok(());
    }
    let network = fields.optional_text("network")?.unwrap_or_default().to_owned();
    let priority = match fields.number("priority")? {
        None => DEFAULT_PRIORITY,
        Some(number) => {
            u64::try_from(number).map_err(|_| fields.error("has a negative priority"))?
        }
    };
    let sources = sources(fields, "sourceRanges", &["sourceTags", "sourceServiceAccounts"])?;
    for (name, action) in [("allowed", Action::Allow), ("denied", Action::Deny)] {
        let mut runs = Vec::new();
        for service in fields.objects(name)? {
            runs.extend(ports(&service, "IPProtocol")?);
        }
        if let Some(ports) = Ports::of(runs).filter(|_| !sources.is_empty()) {
            let rule = fields.rule(action, ports, sources.clone());
            found.add(network.clone(), priority, rule);
        }
    }
    Ok(())
}

/// The TCP ports of one protocol; all ports if it names none.
pub(super) fn ports(service: &Fields, protocol: &str) -> Result<Vec<PortRange>, ParseError> {
    if !is_tcp(service.text(protocol)?) {
        return Ok(Vec::new());
    }
    let runs = service.ports("ports")?;
    Ok(if runs.is_empty() { vec![(0, u16::MAX)] } else { runs })
}

/// A rule without a source applies to every IPv4 address; tags and accounts stand for machines.
pub(super) fn sources(
    fields: &Fields,
    ranges: &str,
    machines: &[&str],
) -> Result<Vec<IpRange>, ParseError> {
    let sources = fields.sources(ranges)?;
    let machines = machines.iter().any(|name| fields.is_filled(name));
    Ok(if sources.is_empty() && !machines { vec![IpRange::V4(Range::ALL)] } else { sources })
}
