//! Rules as the JSON that cloud providers accept.

use serde_json::{Value, json};

use super::labels::Labels;
use super::lists::Lists;
use crate::address::Family;
use crate::defaults;

/// The argument of `aws ec2 authorize-security-group-ingress --ip-permissions`: one permission for
/// each run of ports.
pub(super) fn aws(lists: &Lists, labels: &Labels) -> String {
    let permissions = labels.ports().iter().map(|(first, last)| {
        let mut permission = json!({ "IpProtocol": "tcp", "FromPort": first, "ToPort": last });
        for (family, list) in lists.by_family() {
            let (ranges, member) = match family {
                Family::Ipv4 => ("IpRanges", "CidrIp"),
                Family::Ipv6 => ("Ipv6Ranges", "CidrIpv6"),
            };
            let entries = list
                .iter()
                .map(|network| described(json!({ member: network }), "Description", labels));
            insert(&mut permission, ranges, entries.collect());
        }
        permission
    });
    line(&permissions.collect())
}

/// The `securityRules` of a network security group (Azure Resource Manager).
pub(super) fn azure(lists: &Lists, labels: &Labels) -> String {
    let rules = (defaults::AZURE_PRIORITY..).zip(lists.by_family());
    let rules = rules.map(|(priority, (family, list))| {
        let mut properties = json!({
            "priority": priority,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefixes": list,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
        });
        match labels.port_texts("-").as_slice() {
            [port] => insert(&mut properties, "destinationPortRange", port.as_str().into()),
            ports => insert(&mut properties, "destinationPortRanges", ports.into()),
        }
        let properties = described(properties, "description", labels);
        json!({ "name": lists.name_for(family, labels), "properties": properties })
    });
    line(&rules.collect())
}

/// Firewall resources of Google Cloud (`compute.firewalls.insert`), one per line. A rule holds only
/// one family.
pub(super) fn gcp(lists: &Lists, labels: &Labels) -> String {
    let rules = lists.by_family().map(|(family, list)| {
        let rule = json!({
            "name": lists.name_for(family, labels),
            "direction": "INGRESS",
            "allowed": [{ "IPProtocol": "tcp", "ports": labels.port_texts("-") }],
            "sourceRanges": list,
        });
        line(&described(rule, "description", labels))
    });
    rules.collect()
}

/// One array of all networks.
pub(super) fn array(lists: &Lists) -> String {
    line(&lists.all().collect())
}

fn described(mut object: Value, member: &str, labels: &Labels) -> Value {
    if let Some(description) = labels.description() {
        insert(&mut object, member, description.into());
    }
    object
}

fn insert(object: &mut Value, member: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}
