//! Rules as commands that mean the same in sh and in PowerShell.
//!
//! Only single quotes are used, because PowerShell 5.1 strips double quotes from arguments.

use super::labels::Labels;
use super::lists::Lists;
use crate::address::Family;
use crate::defaults;

/// A rule of the Windows firewall.
pub(super) fn powershell(lists: &Lists, labels: &Labels) -> String {
    let quoted = |texts: Vec<String>| format!("'{}'", texts.join("','"));
    let (name, ports) = (labels.name(), quoted(labels.port_texts("-")));
    let sources = quoted(lists.all().map(str::to_owned).collect());
    let description =
        labels.description().map_or_else(String::new, |text| format!(" -Description '{text}'"));
    format!(
        "New-NetFirewallRule -Name '{name}' -DisplayName '{name}' -Direction Inbound -Action Allow -Protocol TCP -LocalPort {ports} -RemoteAddress {sources}{description}\n"
    )
}

/// `aws ec2` in the shorthand syntax, with the security group in the variable `GROUP_ID`.
pub(super) fn aws_cli(lists: &Lists, labels: &Labels) -> String {
    let description =
        labels.description().map_or_else(String::new, |text| format!(",Description={text}"));
    let ranges: Vec<String> = lists
        .by_family()
        .map(|(family, list)| {
            let (ranges, member) = match family {
                Family::Ipv4 => ("IpRanges", "CidrIp"),
                Family::Ipv6 => ("Ipv6Ranges", "CidrIpv6"),
            };
            let entry = |network: &String| format!("{{{member}={network}{description}}}");
            format!(",{ranges}=[{}]", list.iter().map(entry).collect::<Vec<_>>().join(","))
        })
        .collect();
    let permissions = labels.ports().iter().map(|(first, last)| {
        format!(" 'IpProtocol=tcp,FromPort={first},ToPort={last}{}'", ranges.concat())
    });
    format!(
        "aws ec2 authorize-security-group-ingress --group-id $GROUP_ID --ip-permissions{}\n",
        permissions.collect::<String>()
    )
}

/// `az network`, with the group in the variables `RESOURCE_GROUP` and `NSG_NAME`; one rule for each
/// family.
pub(super) fn az_cli(lists: &Lists, labels: &Labels) -> String {
    let ports = labels.port_texts("-").join(" ");
    let description =
        labels.description().map_or_else(String::new, |text| format!(" --description '{text}'"));
    let rules = (defaults::AZURE_PRIORITY..).zip(lists.by_family());
    let commands = rules.map(|(priority, (family, list))| {
        let (name, sources) = (lists.name_for(family, labels), list.join(" "));
        format!(
            "az network nsg rule create --resource-group $RESOURCE_GROUP --nsg-name $NSG_NAME --name {name} --priority {priority} --direction Inbound --access Allow --protocol Tcp --source-address-prefixes {sources} --destination-port-ranges {ports}{description}\n"
        )
    });
    commands.collect()
}
