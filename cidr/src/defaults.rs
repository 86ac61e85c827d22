//! Defaults, each with its reason.

use std::time::Duration;

use crate::address::Family;

/// The port that rules are for, unless another is named: SSH.
pub const PORT: u16 = 22;

/// What a rule is called.
pub const NAME: &str = "ssh-access";

/// Priority of an Azure rule. The lowest number is evaluated first and 100 to 4096 are free for
/// users; most groups begin at 100 and leave 1000 unused.
pub const AZURE_PRIORITY: u32 = 1000;

/// Inbound rules of a security group of AWS, for each family; it can be raised on request.
pub const AWS_QUOTA: usize = 60;

/// Sources in the rules of a network security group of Azure.
pub const AZURE_QUOTA: usize = 4000;

/// Source ranges of a firewall rule of Google Cloud.
pub const GCP_QUOTA: usize = 5000;

/// The most networks that `split` prints: 2^24 lines are 250 MB.
pub const MOST_NETWORKS: u128 = 1 << 24;

/// Time limit for each source, in seconds. A slow connection needs two for DNS, TLS and the answer;
/// ten is longer than a person waits for a rule.
pub const TIMEOUT_SECONDS: &str = "5";

/// How much longer to wait for a contradicting answer once two operators agree.
pub const GRACE: Duration = Duration::from_secs(1);

/// RFC 8489 section 6.2.1: the first wait for a STUN answer, doubled with each repetition.
pub const STUN_FIRST_WAIT: Duration = Duration::from_millis(500);

/// How many STUN requests are sent. We give up on the last one 3.5 seconds after the first was
/// sent.
pub const STUN_REQUESTS: u32 = 3;

/// The sources asked by default, as written on the command line, with the families that they answer
/// over.
///
/// Two must agree. A network may filter any one of them, or all UDP, or all HTTPS, so there are at
/// least four of each kind, each run by a different operator and each answering in one line.
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
