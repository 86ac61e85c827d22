//! Terraform's rules: the resources of a plan (`terraform show -json PLAN`), of a state, and of the
//! language itself, which [`crate::rules::hcl`] converts to the same form.

use super::aws::is_tcp;
use super::{Fields, Found, azure, gcp};
use crate::ports::Ports;
use crate::range::IpRange;
use crate::rules::firewall::{Action, ParseError};

/// A plan or a state, as `terraform show -json` prints it or as it is stored.
pub(super) fn plan(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    found.know_ports = true;
    for name in ["planned_values", "values"] {
        if let Some(values) = fields.object(name) {
            return values.object("root_module").map_or(Ok(()), |root| module(&root, found));
        }
    }
    if let Some(root) = fields.object("root_module") {
        return module(&root, found);
    }
    for resource in fields.objects("resources")? {
        for instance in resource.objects("instances")? {
            if let (true, Some(values)) = (is_managed(&resource)?, instance.object("attributes")) {
                self::resource(resource.text("type")?, &values, found)?;
            }
        }
    }
    Ok(())
}

fn module(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    for resource in fields.objects("resources")? {
        if let (true, Some(values)) = (is_managed(&resource)?, resource.object("values")) {
            self::resource(resource.text("type")?, &values, found)?;
        }
    }
    fields.objects("child_modules")?.iter().try_for_each(|child| module(child, found))
}

fn is_managed(resource: &Fields) -> Result<bool, ParseError> {
    Ok(resource.optional_text("mode")? != Some("data"))
}

/// One resource; it adds no rule unless it is a firewall.
pub(in crate::rules) fn resource(
    kind: &str,
    values: &Fields,
    found: &mut Found,
) -> Result<(), ParseError> {
    found.know_ports = true;
    match kind {
        "aws_security_group" | "aws_default_security_group" => {
            values.objects("ingress")?.iter().try_for_each(|block| ingress(block, found))?;
        }
        "aws_security_group_rule" => {
            if values.text("type")? == "ingress" {
                ingress(values, found)?;
            }
        }
        "aws_vpc_security_group_ingress_rule" => ingress(values, found)?,
        "azurerm_network_security_group" => {
            for rule in values.objects("security_rule")? {
                azure::properties(&rule, &azure::TERRAFORM, rule.around(), found)?;
            }
        }
        "azurerm_network_security_rule" => {
            let group = values.optional_text("network_security_group_name")?.unwrap_or_default();
            azure::properties(values, &azure::TERRAFORM, group.to_owned(), found)?;
        }
        "google_compute_firewall" => google(values, found)?,
        _ if may_let_in(kind) => {
            let kind = contract::shown(kind);
            return Err(values.error(format!("is a `{kind}`, which cidr cannot read")));
        }
        _ => return Ok(()),
    }
    if values.has("dynamic") {
        return Err(values.error("has dynamic blocks, whose contents are not in the input"));
    }
    Ok(())
}

/// Whether a resource of an unknown type may be a firewall.
fn may_let_in(kind: &str) -> bool {
    let words = ["firewall", "security_group", "secgroup", "network_acl", "security_list"];
    words.iter().any(|word| kind.contains(word)) && !kind.contains("egress")
}

/// An `ingress` block of a security group, and the resources that stand for one.
pub(in crate::rules) fn ingress(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    found.know_ports = true;
    let protocol = if fields.has("ip_protocol") { "ip_protocol" } else { "protocol" };
    if !is_tcp(fields.text(protocol)?) {
        return Ok(());
    }
    let ports = match fields.text(protocol)? {
        "-1" | "all" => Ports::all(),
        _ => fields.port_range("from_port", "to_port")?,
    };
    let rule = match sources_of(fields)? {
        Ok(sources) if sources.is_empty() => return Ok(()),
        Ok(sources) => fields.rule(Action::Allow, ports, sources),
        Err(why) => fields.doubtful(Action::Allow, ports, why),
    };
    found.allow(rule);
    Ok(())
}

/// The sources of an `ingress` block, or why they are not all known.
fn sources_of(fields: &Fields) -> Result<Result<Vec<IpRange>, ParseError>, ParseError> {
    let mut sources = Vec::new();
    for name in ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"] {
        if let Some(why) = fields.unknown(name) {
            return Ok(Err(why));
        }
        sources.extend(fields.sources(name)?);
    }
    if fields.is_filled("prefix_list_ids") || fields.is_filled("prefix_list_id") {
        let cause = "lets in a prefix list, whose addresses are not in the input";
        return Ok(Err(fields.error(cause)));
    }
    let groups =
        ["security_groups", "self", "source_security_group_id", "referenced_security_group_id"];
    if sources.is_empty() && !groups.iter().any(|name| fields.is_filled(name)) {
        let cause = "names no source that is known before it is applied";
        return Ok(Err(fields.error(cause)));
    }
    Ok(Ok(sources))
}

fn google(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    let is_ingress = fields.optional_text("direction")?.unwrap_or("INGRESS") == "INGRESS";
    if !is_ingress || fields.flag("disabled")? {
        return Ok(());
    }
    let machines = ["source_tags", "source_service_accounts"];
    let sources = gcp::sources(fields, "source_ranges", &machines)?;
    let network = fields.optional_text("network")?.unwrap_or_default().to_owned();
    let priority = fields.number("priority")?.and_then(|number| u64::try_from(number).ok());
    for (name, action) in [("allow", Action::Allow), ("deny", Action::Deny)] {
        let mut runs = Vec::new();
        for service in fields.objects(name)? {
            runs.extend(gcp::ports(&service, "protocol")?);
        }
        if let Some(ports) = Ports::of(runs).filter(|_| !sources.is_empty()) {
            let rule = fields.rule(action, ports, sources.clone());
            found.add(network.clone(), priority.unwrap_or(gcp::DEFAULT_PRIORITY), rule);
        }
    }
    Ok(())
}
