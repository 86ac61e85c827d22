//! The part of Terraform's language that firewalls need: blocks, and attributes with literal
//! values. Any other expression is kept as text, and refused if a rule depends on it.

mod parser;

use contract::shown;

use super::Leniency;
use super::firewall::{ParseError, Place};
use super::json::{Fields, Firewalls, Found, terraform};

/// Reads the resources of one file.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let mut found = Found::default();
    for block in parser::blocks(text)? {
        let fields = |place: &str| Fields::of(&block.body, place, leniency);
        match (block.kind.as_str(), block.labels.as_slice()) {
            ("resource", [kind, name]) => {
                let place = format!("{}.{}", shown(kind), shown(name));
                if fields(&place).number("count")? != Some(0) {
                    terraform::resource(kind, &fields(&place), &mut found)?;
                }
            }
            ("ingress", []) => terraform::ingress(&fields("ingress"), &mut found)?,
            (
                "check" | "data" | "import" | "locals" | "moved" | "output" | "provider"
                | "removed" | "terraform" | "variable",
                _,
            ) => {}
            (kind, _) => {
                let cause = format!("a `{}` block, whose rules are not in the input", shown(kind));
                let mut error = ParseError::new(Place::Line(block.line), cause);
                error.hint = Some("`terraform show -json PLAN` prints all rules".into());
                return Err(error);
            }
        }
    }
    Ok(found.firewalls())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(text: &str) -> Result<Vec<String>, String> {
        Firewalls::shown_grants(read(text, Leniency::default()))
    }

    #[test]
    fn resources_blocks_and_comments() {
        let text = r#"
            terraform { required_version = ">= 1.5" }
            variable "x" { default = "y" } # z
            /* resource "aws_security_group" "no" { */
            resource "aws_security_group" "ssh" {
              name = "ssh-${var.x}"   // a template where nobody looks
              description = <<-END
                ingress { }
              END
              ingress {
                description = "a \"quoted\" one"
                from_port   = 22
                to_port     = 22
                protocol    = "tcp"
                cidr_blocks = [
                  "203.0.113.0/24", # office
                  "198.51.100.7/32",
                ]
              }
              egress {
                from_port   = 0
                to_port     = 0
                protocol    = "-1"
                cidr_blocks = ["0.0.0.0/0"]
              }
              tags = { Name = "x" }
            }
            resource "aws_vpc_security_group_ingress_rule" "web" {
              for_each          = toset(["192.0.2.0/25", "192.0.2.128/25"])
              security_group_id = aws_security_group.ssh.id
              cidr_ipv4         = each.value
              from_port         = 443
              to_port           = 443
              ip_protocol       = "tcp"
            }
        "#;
        assert_eq!(
            grants(text).unwrap(),
            ["22-22 198.51.100.7/32,203.0.113.0/24", "443-443 192.0.2.0/24"]
        );
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let ingress = |source: &str| {
            format!(
                "ingress {{\n from_port = 22\n to_port = 22\n protocol = \"tcp\"\n cidr_blocks = {source}\n}}\n"
            )
        };
        for (text, expected) in [
            (
                ingress("var.office"),
                ": ingress.cidr_blocks: is the expression `var.office`, whose value is not in the \
                 input",
            ),
            (ingress("[\"${var.a}/32\"]"), ": ingress.cidr_blocks: is not a list of strings"),
            (
                ingress("[\"10.0.0.1/8\"]"),
                ": ingress.cidr_blocks[0]: `10.0.0.1/8` has host bits set: the network is 10.0.0.0/8",
            ),
            (ingress("[\"10.0.0.0/8\""), ":6: an unclosed list"),
            (ingress("[]"), ": ingress: names no source that is known before it is applied"),
            (
                "module \"x\" {\n}\n".to_owned(),
                ":1: a `module` block, whose rules are not in the input",
            ),
            (
                "resource \"openstack_networking_secgroup_rule_v2\" \"x\" {}".to_owned(),
                ": openstack_networking_secgroup_rule_v2.x: is a \
                 `openstack_networking_secgroup_rule_v2`, which cidr cannot read",
            ),
            (
                "resource \"aws\u{1b}[2J_security_group\" \"\u{7}\" { ingress { } }".to_owned(),
                ": aws\\u{1b}[2J_security_group.\\u{7}: is a `aws\\u{1b}[2J_security_group`, which \
                 cidr cannot read",
            ),
            ("x {\n y = ".to_owned() + &"toset(".repeat(100_000), ":2: nested too deeply"),
            ("ingress {".to_owned(), ":1: an unclosed block"),
        ] {
            assert_eq!(grants(&text), Err(expected.to_owned()), "{text}");
        }
    }
}
