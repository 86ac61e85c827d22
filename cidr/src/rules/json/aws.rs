//! Rules of EC2's security groups: the permissions of `describe-security-groups` and
//! `--ip-permissions`, and the rules of `describe-security-group-rules`.

use super::Fields;
use super::Found;
use crate::rules::firewall::{Action, ParseError};

/// Security groups only allow; a source that no rule allows stays out.
pub(super) fn rule(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    // Egress rules and rules for other protocols do not let SSH in.
    if fields.flag("IsEgress")? || !is_tcp(fields.text("IpProtocol")?) {
        return Ok(());
    }
    let ports = match fields.text("IpProtocol")? {
        "-1" => crate::ports::Ports::all(),
        _ => fields.port_range("FromPort", "ToPort")?,
    };
    if fields.is_filled("PrefixListIds") || fields.is_filled("PrefixListId") {
        let mut error = fields.error("lets in a prefix list, whose addresses are not in the input");
        error.hint = Some(
            "add what `aws ec2 get-managed-prefix-list-entries --prefix-list-id …` prints".into(),
        );
        found.allow(fields.doubtful(Action::Allow, ports, error));
        return Ok(());
    }
    let mut sources = fields.sources("CidrIpv4")?;
    sources.extend(fields.sources("CidrIpv6")?);
    for (ranges, member) in [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")] {
        for range in fields.objects(ranges)? {
            range.text(member)?;
            sources.extend(range.sources(member)?);
        }
    }
    // Other groups (`UserIdGroupPairs`) are machines of the account, not addresses.
    if !sources.is_empty() {
        found.allow(fields.rule(Action::Allow, ports, sources));
    }
    Ok(())
}

/// Whether a protocol, by name or IANA number, includes TCP.
pub(super) fn is_tcp(protocol: &str) -> bool {
    matches!(protocol.to_ascii_lowercase().as_str(), "tcp" | "6" | "-1" | "all" | "*")
}
