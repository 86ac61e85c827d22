//! The output formats for rules, and which labels each can carry.

use super::keywords;
use super::labels::Labels;
use crate::defaults;

/// How rules are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One network per line
    #[default]
    Lines,
    /// One line, networks separated by commas
    Comma,
    /// One JSON object per line: network, family, first, last, addresses
    Json,
    /// The fewest first-last ranges, one per line
    Ranges,
    /// For aws ec2 authorize-security-group-ingress --ip-permissions
    Aws,
    /// The securityRules of a network security group
    Azure,
    /// Firewall resources, one per line
    Gcp,
    /// Terraform: `aws_vpc_security_group_ingress_rule` resources
    #[value(help = "Terraform: aws_vpc_security_group_ingress_rule resources")]
    Terraform,
    /// A file for nft -f
    Nftables,
    /// The from= option of a line of `authorized_keys`
    #[value(help = "The from= option of an authorized_keys line")]
    AuthorizedKeys,
    /// One JSON array of networks
    JsonArray,
    /// New-NetFirewallRule, for the Windows firewall
    Powershell,
    /// An aws ec2 command
    AwsCli,
    /// az network nsg rule create, one command per family
    AzCli,
    /// ufw allow, one command per network
    Ufw,
    /// firewalld rich rules, one command per network
    Firewalld,
    /// Sets for ipset restore
    Ipset,
    /// A Match Address block of `sshd_config`
    #[value(help = "A Match Address block of sshd_config")]
    Sshd,
}

impl Format {
    /// Whether a platform enforces the output. Then an empty rule is refused, never printed.
    #[must_use]
    pub fn is_a_rule(self) -> bool {
        !matches!(self, Self::Lines | Self::Comma | Self::Json | Self::JsonArray | Self::Ranges)
    }

    /// The most networks of one family that the platform takes by default for each run of ports,
    /// and what has that limit.
    #[must_use]
    pub fn quota(self) -> Option<(usize, &'static str)> {
        match self {
            Self::Aws | Self::AwsCli | Self::Terraform => {
                Some((defaults::AWS_QUOTA, "a security group of AWS"))
            }
            Self::Azure | Self::AzCli => Some((defaults::AZURE_QUOTA, "a security group of Azure")),
            Self::Gcp => Some((defaults::GCP_QUOTA, "a firewall rule of Google Cloud")),
            _ => None,
        }
    }

    /// Why this format cannot print these labels, although it has a place for them.
    #[must_use]
    pub fn refused(self, labels: &Labels) -> Option<NotPrintable> {
        let (name, description) = (labels.name(), labels.description().unwrap_or_default());
        match self {
            Self::Nftables if keywords::is_nftables(name) => Some(NotPrintable::Keyword),
            Self::Ipset if name.len() > LONGEST_SET => Some(NotPrintable::LongName),
            Self::AwsCli if description.contains([',', '=', '[', ']', '{', '}']) => {
                Some(NotPrintable::Shorthand)
            }
            Self::Ufw if ufw_ports(labels) > UFW_PORTS => Some(NotPrintable::ManyPorts),
            _ => None,
        }
    }

    /// Which labels this format has a place for.
    #[must_use]
    pub fn places(self) -> Places {
        let (port, name, description) = match self {
            Self::Azure
            | Self::AzCli
            | Self::Gcp
            | Self::Nftables
            | Self::Powershell
            | Self::Terraform => (true, true, true),
            Self::Aws | Self::AwsCli | Self::Ufw => (true, false, true),
            Self::Firewalld => (true, false, false),
            Self::Ipset => (false, true, false),
            _ => (false, false, false),
        };
        Places { port, name, description }
    }
}

/// The longest name of a set: `ipset` takes 31 characters, of which `-ipv4-new` are ours.
const LONGEST_SET: usize = 31 - "-ipv4-new".len();

/// The most ports that a rule of `ufw` takes; a range counts as two.
const UFW_PORTS: usize = 15;

fn ufw_ports(labels: &Labels) -> usize {
    labels.ports().iter().map(|(first, last)| if first == last { 1 } else { 2 }).sum()
}

/// Why a label cannot be printed in a format that has a place for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrintable {
    /// A keyword of nftables.
    #[error("that name is a keyword of nftables")]
    Keyword,
    /// Longer than the name of an `ipset` set may be.
    #[error("the name of an ipset has at most 22 characters")]
    LongName,
    /// Characters that have a meaning in the shorthand syntax of `aws`.
    #[error("the aws shorthand syntax does not allow ,=[]{{}} in a description")]
    Shorthand,
    /// More ports than a rule of `ufw` takes.
    #[error("a ufw rule has at most 15 ports, and a range counts as two")]
    ManyPorts,
}

impl NotPrintable {
    /// How to avoid the refusal.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        match self {
            Self::Keyword => Some("put a hyphen into the name, such as ssh-access"),
            Self::Shorthand => Some("-o aws prints JSON, which takes them"),
            Self::LongName | Self::ManyPorts => None,
        }
    }
}

/// Which labels a format has a place for.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The ports.
    pub port: bool,
    /// The name.
    pub name: bool,
    /// The description.
    pub description: bool,
}
