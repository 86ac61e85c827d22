//! Defaults, each with its reason.

use std::time::Duration;

use crate::address::Family;

/// The port that rules are about: SSH, which this program is for.
pub const PORT: u16 = 22;

/// What a rule is called.
pub const NAME: &str = "ssh-access";

/// Where a rule of Azure is asked among others. The lowest number is asked first, 100 to 4096 are
/// ours to take; most groups begin at 100 and leave 1000 free.
pub const AZURE_PRIORITY: u32 = 1000;

/// Inbound rules of a security group of AWS, for each family; it can be raised on request.
pub const AWS_QUOTA: usize = 60;

/// Sources in the rules of a network security group of Azure.
pub const AZURE_QUOTA: usize = 4000;

/// Source ranges of a firewall rule of Google Cloud.
pub const GCP_QUOTA: usize = 5000;

/// The most networks that `split` prints: 2^24 lines are 250 MB.
pub const MOST_NETWORKS: u128 = 1 << 24;

/// How long a source may take, in seconds: a slow line needs two for DNS, TLS and the answer, and
/// ten are more than a person waits for a rule.
pub const TIMEOUT_SECONDS: &str = "5";

/// How long a contradiction is still waited for once two operators agree.
pub const GRACE: Duration = Duration::from_secs(1);

/// RFC 8489 section 6.2.1: the first wait for a STUN answer, doubled with each repetition.
pub const STUN_FIRST_WAIT: Duration = Duration::from_millis(500);

/// How many STUN requests are sent: the last is given up on 3.5 seconds after the first.
pub const STUN_REQUESTS: u32 = 3;

/// The sources asked by default, as they are written on the command line, and the families that
/// they answer over.
///
/// Two must agree, and a network may filter any of them, or all of UDP, or all of HTTPS: so there
/// are at least four of each kind, every one of another operator, all with answers of one line.
pub const SOURCES: [(&str, &[Family]); 12] = [
    ("https://icanhazip.com/", &[Family::Ipv4, Family::Ipv6]),
    ("https://checkip.amazonaws.com/", &[Family::Ipv4]),
    ("https://api.ipify.org/", &[Family::Ipv4]),
    ("https://api6.ipify.org/", &[Family::Ipv6]),
    ("https://ident.me/", &[Family::Ipv4, Family::Ipv6]),
    ("https://ipinfo.io/ip", &[Family::Ipv4]),
    ("https://ifconfig.co/ip", &[Family::Ipv4, Family::Ipv6]),
    ("stun:stun.l.google.com:19302", &[Family::Ipv4, Family::Ipv6]),
    ("stun:stun.cloudflare.com:3478", &[Family::Ipv4, Family::Ipv6]),
    ("stun:stun.nextcloud.com:3478", &[Family::Ipv4, Family::Ipv6]),
    ("stun:global.stun.twilio.com:3478", &[Family::Ipv4]),
    ("stun:stun.sipgate.net:3478", &[Family::Ipv4, Family::Ipv6]),
];
