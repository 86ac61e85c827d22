//! Networks in the words of the platforms that enforce them, each family where the platform wants it.

use std::fmt::Write as _;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::labels::Labels;
use crate::address::Family;

/// Networks as text, apart by family. At least one of the two lists has something in it.
#[derive(Debug, Default)]
pub(super) struct Lists {
    v4: Vec<String>,
    v6: Vec<String>,
}

impl FromIterator<IpNet> for Lists {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        let mut lists = Self::default();
        for network in networks {
            match Family::of(network.addr()) {
                Family::Ipv4 => lists.v4.push(network.to_string()),
                Family::Ipv6 => lists.v6.push(network.to_string()),
            }
        }
        lists
    }
}

impl Lists {
    /// The lists that are not empty: an empty one would mean everybody on some platforms.
    fn by_family(&self) -> impl Iterator<Item = (Family, &[String])> {
        let lists = [(Family::Ipv4, self.v4.as_slice()), (Family::Ipv6, self.v6.as_slice())];
        lists.into_iter().filter(|(_, list)| !list.is_empty())
    }

    /// The rule's name, with its family where there is a rule for each.
    fn name_for(&self, family: Family, labels: &Labels) -> String {
        match self.by_family().count() {
            0 | 1 => labels.name().to_owned(),
            _ => format!("{}-{}", labels.name(), family.name()),
        }
    }
}

/// What `aws ec2 authorize-security-group-ingress --ip-permissions` takes.
pub(super) fn aws(lists: &Lists, labels: &Labels) -> String {
    let port = labels.port();
    let mut permission = json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port });
    for (family, list) in lists.by_family() {
        let (ranges, member) = match family {
            Family::Ipv4 => ("IpRanges", "CidrIp"),
            Family::Ipv6 => ("Ipv6Ranges", "CidrIpv6"),
        };
        let entries =
            list.iter().map(|network| described(json!({ member: network }), "Description", labels));
        insert(&mut permission, ranges, entries.collect());
    }
    line(&json!([permission]))
}

/// The `securityRules` of a network security group (Azure Resource Manager), from priority 1000 on.
pub(super) fn azure(lists: &Lists, labels: &Labels) -> String {
    let rules = (1000..).zip(lists.by_family()).map(|(priority, (family, list))| {
        let properties = json!({
            "priority": priority,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefixes": list,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": labels.port().to_string(),
        });
        let properties = described(properties, "description", labels);
        json!({ "name": lists.name_for(family, labels), "properties": properties })
    });
    line(&rules.collect())
}

/// Firewall resources of Google Cloud (`compute.firewalls.insert`), one a line, as a rule holds one family.
pub(super) fn gcp(lists: &Lists, labels: &Labels) -> String {
    let rules = lists.by_family().map(|(family, list)| {
        let rule = json!({
            "name": lists.name_for(family, labels),
            "direction": "INGRESS",
            "allowed": [{ "IPProtocol": "tcp", "ports": [labels.port().to_string()] }],
            "sourceRanges": list,
        });
        line(&described(rule, "description", labels))
    });
    rules.collect()
}

/// An `ingress` block of Terraform's `aws_security_group`, as `terraform fmt` leaves it.
pub(super) fn terraform(lists: &Lists, labels: &Labels) -> String {
    let mut arguments: Vec<(&str, String)> = Vec::new();
    if let Some(description) = labels.description() {
        // The only two ways in which an allowed description could be taken for a template.
        let literal = description.replace("${", "$${").replace("%{", "%%{");
        arguments.push(("description", format!("\"{literal}\"")));
    }
    arguments.push(("from_port", labels.port().to_string()));
    arguments.push(("to_port", labels.port().to_string()));
    arguments.push(("protocol", "\"tcp\"".to_owned()));
    for (family, list) in lists.by_family() {
        let argument = match family {
            Family::Ipv4 => "cidr_blocks",
            Family::Ipv6 => "ipv6_cidr_blocks",
        };
        arguments.push((argument, format!("[\"{}\"]", list.join("\", \""))));
    }
    let width = arguments.iter().map(|(argument, _)| argument.len()).max().unwrap_or_default();
    let mut text = "ingress {\n".to_owned();
    for (argument, value) in arguments {
        // A String takes every write.
        let _ = writeln!(text, "  {argument:width$} = {value}");
    }
    text + "}\n"
}

/// A file for `nft -f`: a table of its own, which replaces itself, that lets these in to the port and nobody else.
pub(super) fn nftables(lists: &Lists, labels: &Labels) -> String {
    let (name, port) = (labels.name(), labels.port());
    let comment =
        labels.description().map_or_else(String::new, |text| format!(" comment \"{text}\""));
    let mut text = format!("table inet {name}\ndelete table inet {name}\ntable inet {name} {{\n");
    let mut rules = String::new();
    for (family, list) in lists.by_family() {
        let (set, kind, source) = match family {
            Family::Ipv4 => ("allowed_ipv4", "ipv4_addr", "ip saddr"),
            Family::Ipv6 => ("allowed_ipv6", "ipv6_addr", "ip6 saddr"),
        };
        let elements = list.join(", ");
        // A String takes every write.
        let _ = write!(
            text,
            "\tset {set} {{\n\t\ttype {kind}\n\t\tflags interval\n\t\telements = {{ {elements} }}\n\t}}\n"
        );
        let _ = writeln!(rules, "\t\ttcp dport {port} {source} @{set} accept{comment}");
    }
    let _ = write!(
        text,
        "\tchain input {{\n\t\ttype filter hook input priority filter; policy accept;\n{rules}\t\ttcp dport {port} drop\n\t}}\n}}\n"
    );
    text
}

/// The option for a line of `authorized_keys` (sshd(8)).
pub(super) fn authorized_keys(lists: &Lists) -> String {
    let all: Vec<&str> = lists.v4.iter().chain(&lists.v6).map(String::as_str).collect();
    format!("from=\"{}\"\n", all.join(","))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Input, Leniency, read_set};

    fn lists(rules: &str) -> Lists {
        let set = read_set(&[Input::Text(rules.into())], Leniency::default()).unwrap();
        set.networks().collect()
    }

    fn labels() -> Labels {
        Labels {
            port: Some(2222.try_into().unwrap()),
            name: Some("lab".parse().unwrap()),
            description: Some("for ${ada}".parse().unwrap()),
        }
    }

    const BOTH: &str = "203.0.113.7,198.51.100.0/24,2001:db8::/32";

    #[test]
    fn amazon() {
        assert_eq!(
            aws(&lists(BOTH), &labels()),
            concat!(
                r#"[{"FromPort":2222,"IpProtocol":"tcp","IpRanges":[{"CidrIp":"198.51.100.0/24","Description":"for ${ada}"},"#,
                r#"{"CidrIp":"203.0.113.7/32","Description":"for ${ada}"}],"#,
                r#""Ipv6Ranges":[{"CidrIpv6":"2001:db8::/32","Description":"for ${ada}"}],"ToPort":2222}]"#,
                "\n"
            )
        );
        assert_eq!(
            aws(&lists("2001:db8::/32"), &Labels::default()),
            "[{\"FromPort\":22,\"IpProtocol\":\"tcp\",\"Ipv6Ranges\":[{\"CidrIpv6\":\"2001:db8::/32\"}],\"ToPort\":22}]\n"
        );
    }

    #[test]
    fn microsoft() {
        assert_eq!(
            azure(&lists("203.0.113.7,2001:db8::/32"), &labels()),
            concat!(
                r#"[{"name":"lab-ipv4","properties":{"access":"Allow","description":"for ${ada}","destinationAddressPrefix":"*","#,
                r#""destinationPortRange":"2222","direction":"Inbound","priority":1000,"protocol":"Tcp","#,
                r#""sourceAddressPrefixes":["203.0.113.7/32"],"sourcePortRange":"*"}},"#,
                r#"{"name":"lab-ipv6","properties":{"access":"Allow","description":"for ${ada}","destinationAddressPrefix":"*","#,
                r#""destinationPortRange":"2222","direction":"Inbound","priority":1001,"protocol":"Tcp","#,
                r#""sourceAddressPrefixes":["2001:db8::/32"],"sourcePortRange":"*"}}]"#,
                "\n"
            )
        );
    }

    #[test]
    fn google() {
        assert_eq!(
            gcp(&lists(BOTH), &labels()),
            concat!(
                r#"{"allowed":[{"IPProtocol":"tcp","ports":["2222"]}],"description":"for ${ada}","direction":"INGRESS","#,
                r#""name":"lab-ipv4","sourceRanges":["198.51.100.0/24","203.0.113.7/32"]}"#,
                "\n",
                r#"{"allowed":[{"IPProtocol":"tcp","ports":["2222"]}],"description":"for ${ada}","direction":"INGRESS","#,
                r#""name":"lab-ipv6","sourceRanges":["2001:db8::/32"]}"#,
                "\n"
            )
        );
        assert_eq!(
            gcp(&lists("203.0.113.7"), &Labels::default()),
            concat!(
                r#"{"allowed":[{"IPProtocol":"tcp","ports":["22"]}],"direction":"INGRESS","#,
                r#""name":"ssh-access","sourceRanges":["203.0.113.7/32"]}"#,
                "\n"
            )
        );
    }

    #[test]
    fn hashicorp() {
        assert_eq!(
            terraform(&lists(BOTH), &labels()),
            r#"ingress {
  description      = "for $${ada}"
  from_port        = 2222
  to_port          = 2222
  protocol         = "tcp"
  cidr_blocks      = ["198.51.100.0/24", "203.0.113.7/32"]
  ipv6_cidr_blocks = ["2001:db8::/32"]
}
"#
        );
        assert_eq!(
            terraform(&lists("203.0.113.7"), &Labels::default()),
            "ingress {\n  from_port   = 22\n  to_port     = 22\n  protocol    = \"tcp\"\n  cidr_blocks = [\"203.0.113.7/32\"]\n}\n"
        );
    }

    #[test]
    fn netfilter() {
        assert_eq!(
            nftables(&lists(BOTH), &labels()),
            "table inet lab
delete table inet lab
table inet lab {
\tset allowed_ipv4 {
\t\ttype ipv4_addr
\t\tflags interval
\t\telements = { 198.51.100.0/24, 203.0.113.7/32 }
\t}
\tset allowed_ipv6 {
\t\ttype ipv6_addr
\t\tflags interval
\t\telements = { 2001:db8::/32 }
\t}
\tchain input {
\t\ttype filter hook input priority filter; policy accept;
\t\ttcp dport 2222 ip saddr @allowed_ipv4 accept comment \"for ${ada}\"
\t\ttcp dport 2222 ip6 saddr @allowed_ipv6 accept comment \"for ${ada}\"
\t\ttcp dport 2222 drop
\t}
}
"
        );
    }

    #[test]
    fn openssh() {
        assert_eq!(
            authorized_keys(&lists("203.0.113.7,2001:db8::/32")),
            "from=\"203.0.113.7/32,2001:db8::/32\"\n"
        );
    }
}
