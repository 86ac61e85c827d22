//! The end of `--help` and of the man pages: examples, and notes for all commands.

pub(super) const ALL: &str = "\
IN, RULE, OLD and NEW can be:
  203.0.113.7  203.0.113.0/24  203.0.113.0/255.255.255.0  '203.0.113.0 255.255.255.0'
  203.0.113.1-203.0.113.6  '203.0.113.*'  2001:db8::/32
  '@FILE'      a file of these, separated by commas, blanks or newlines; # starts a comment
  -            the same on standard input, which is the default for IN
A file or standard input can also be the output of a platform: JSON of aws ec2 describe-security-groups, az \
network nsg rule list, gcloud compute firewall-rules list or terraform show; Terraform configuration; nft \
list ruleset; iptables-save; ipset save; ufw show added; firewalld rich rules; authorized_keys lines with \
from=; and every -o format of cidr itself. cidr reads the sources that it lets in, with --port only those \
for that port.
An IPv4-mapped IPv6 address (::ffff:203.0.113.7) counts as the IPv4 address in it.
If cidr does not fully understand its input, it names the file, line and column, and prints no rule.

Examples:
  cidr me                                        the rule for this machine
  cidr me --check '@rules.txt'                   do the rules let me in? if not, what to add
  aws ec2 describe-security-groups | cidr me --check - --port 22
  cidr merge '@office.txt' 203.0.113.7 -o comma  one rule field from several lists
  cidr subtract 10.0.0.0/8 --minus 10.1.0.0/16
  cidr contains '@rules.txt' --address 203.0.113.7

Recipes, with 203.0.113.7 for the rule:
  AWS         cidr merge 203.0.113.7 -o aws-cli          prints the command, for $GROUP_ID
  Azure       cidr merge 203.0.113.7 -o az-cli           prints them, for $RESOURCE_GROUP, $NSG_NAME
  Google      cidr merge 203.0.113.7 -o comma            as --source-ranges of a firewall rule
  Terraform   cidr merge 203.0.113.7 -o terraform        resources, for var.security_group_id
  Windows     cidr merge 203.0.113.7 -o powershell       prints New-NetFirewallRule
  nftables    cidr merge 203.0.113.7 -o nftables         for nft -f -
  ufw, firewalld, ipset, sshd                            -o with that name
  Kubernetes  cidr merge 203.0.113.7 -o json-array       for loadBalancerSourceRanges
  nginx       cidr merge 203.0.113.7 -o lines            each line between `allow` and `;`
  HAProxy     cidr merge 203.0.113.7 -o lines            as the file of acl office src -f FILE
More of them: docs/cidr-recipes.md

Exit status: 0 success; 1 failure; 2 wrong usage.
Of questions (contains, me --check, diff --exit-code): 0 yes; 1 no; 2 unknown.";

pub(super) const EVERYWHERE: &str = "\
Examples:
  cidr everywhere -4 -6 -o comma    0.0.0.0/0,::/0";

pub(super) const ME: &str = "\
Examples:
  cidr me                                    the rule for this machine
  cidr me --prefix 24 -o comma               the network around it, for a rule field
  cidr me --check '@rules.txt'               do the rules let me in? if not, what to add
  aws ec2 describe-security-groups | cidr me --check - --port 22";

pub(super) const MERGE: &str = "\
Examples:
  cidr merge 192.0.2.0/25 192.0.2.128/25     192.0.2.0/24
  cidr merge '@office.txt' 203.0.113.7 -o comma
                                             one rule field from several lists";

pub(super) const SUBTRACT: &str = "\
Examples:
  cidr subtract 10.0.0.0/8 --minus 10.1.0.0/16
  cidr subtract '@office.txt' --minus '@guests.txt'";

pub(super) const INTERSECT: &str = "\
Examples:
  cidr intersect '@office.txt' --with 203.0.113.0/24";

pub(super) const DIFF: &str = "\
Examples:
  cidr diff '@old.txt' '@new.txt'            what the change opens and closes
  aws ec2 describe-security-groups | cidr diff '@rules.txt' - --exit-code
                                             are the rules still the agreed ones?";

pub(super) const SPLIT: &str = "\
Examples:
  cidr split 10.0.0.0/22 --prefix 24         four networks";

pub(super) const CONTAINS: &str = "\
Examples:
  cidr contains '@rules.txt' --address 203.0.113.7
  aws ec2 describe-security-groups | cidr contains - --address 203.0.113.7 --port 22";

pub(super) const SHOW: &str = "\
Examples:
  cidr show 203.0.113.0/24                   its first and last address, and how many
  cidr show 203.0.113.1-203.0.113.6";
