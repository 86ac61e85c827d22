//! Rules as Terraform resources.

use std::fmt::Write as _;

use super::labels::Labels;
use super::lists::Lists;
use crate::address::Family;

/// An `aws_vpc_security_group_ingress_rule` for each family and run of ports, formatted as by
/// `terraform fmt`. Each network becomes a rule named after itself, so that adding one changes no
/// other.
pub(super) fn ingress_rules(lists: &Lists, labels: &Labels) -> String {
    let mut text = String::new();
    for (first, last) in labels.ports() {
        for (family, list) in lists.by_family() {
            let mut name = lists.name_for(family, labels);
            if labels.ports().len() > 1 {
                name = format!("{name}-{first}");
            }
            let source = match family {
                Family::Ipv4 => "cidr_ipv4",
                Family::Ipv6 => "cidr_ipv6",
            };
            let separator = if text.is_empty() { "" } else { "\n" };
            let networks = list.join("\", \"");
            // Writing to a `String` cannot fail.
            let _ = write!(
                text,
                r#"{separator}resource "aws_vpc_security_group_ingress_rule" "{name}" {{
  for_each = toset(["{networks}"])

  security_group_id = var.security_group_id
"#
            );
            if let Some(description) = labels.description() {
                // The only two sequences that an allowed description could contain and Terraform
                // would expand.
                let literal = description.replace("${", "$${").replace("%{", "%%{");
                let _ = writeln!(text, "  description       = \"{literal}\"");
            }
            let _ = write!(
                text,
                "  {source}         = each.value\n  from_port         = {first}\n  to_port           = {last}\n  ip_protocol       = \"tcp\"\n}}\n"
            );
        }
    }
    text
}
