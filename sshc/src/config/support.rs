//! How we treat each option of `ssh_config(5)` (OpenSSH 10.6): it works, it has no effect, or it is
//! refused because ignoring it would allow what it should prevent.

/// How we treat an option.
#[derive(Clone, Copy, Debug)]
pub enum Support {
    /// It works as in the manual.
    Full,
    /// It has no effect, which is reported with `-v`; contains why that is harmless.
    NoEffect(&'static str),
    /// It is refused, except for values without effect.
    Refused {
        /// Why it must not be ignored.
        why: &'static str,
        /// Whether a value has no effect.
        is_harmless: fn(&str) -> bool,
    },
}

use Support::{Full, NoEffect};

const NO_X11: &str = "X11 is never forwarded";
const NO_GSSAPI: &str = "GSSAPI is not supported";
const NO_HOSTBASED: &str = "host-based authentication is not supported";

/// All options that `ssh_config(5)` describes, in its order.
pub const OPTIONS: &[(&str, Support)] = &[
    ("AddKeysToAgent", Full),
    ("AddressFamily", Full),
    ("BatchMode", Full),
    ("BindAddress", Full),
    ("BindInterface", Full),
    ("CanonicalDomains", Full),
    ("CanonicalizeFallbackLocal", Full),
    ("CanonicalizeHostname", Full),
    ("CanonicalizeMaxDots", Full),
    ("CanonicalizePermittedCNAMEs", Full),
    ("CASignatureAlgorithms", Full),
    ("CertificateFile", Full),
    (
        "ChannelTimeout",
        Support::Refused {
            why: "idle channels would stay open",
            is_harmless: |value| value.eq_ignore_ascii_case("none"),
        },
    ),
    ("CheckHostIP", Full),
    ("Ciphers", Full),
    ("ClearAllForwardings", Full),
    ("Compression", Full),
    ("ConnectionAttempts", Full),
    ("ConnectTimeout", Full),
    ("ControlMaster", Full),
    ("ControlPath", Full),
    ("ControlPersist", Full),
    ("DynamicForward", Full),
    ("EnableEscapeCommandline", Full),
    ("EnableSSHKeysign", NoEffect(NO_HOSTBASED)),
    ("EscapeChar", Full),
    ("ExitOnForwardFailure", Full),
    ("FingerprintHash", NoEffect("fingerprints are shown by SHA-256, and read by either hash")),
    ("ForkAfterAuthentication", Full),
    ("ForwardAgent", Full),
    ("ForwardX11", NoEffect(NO_X11)),
    ("ForwardX11Timeout", NoEffect(NO_X11)),
    ("ForwardX11Trusted", NoEffect(NO_X11)),
    ("GatewayPorts", Full),
    ("GlobalKnownHostsFile", Full),
    ("GSSAPIAuthentication", NoEffect(NO_GSSAPI)),
    ("GSSAPIDelegateCredentials", NoEffect(NO_GSSAPI)),
    ("HashKnownHosts", Full),
    ("Host", Full),
    ("HostbasedAcceptedAlgorithms", NoEffect(NO_HOSTBASED)),
    ("HostbasedAuthentication", NoEffect(NO_HOSTBASED)),
    ("HostKeyAlgorithms", Full),
    ("HostKeyAlias", Full),
    ("Hostname", Full),
    ("IdentitiesOnly", Full),
    ("IdentityAgent", Full),
    ("IdentityFile", Full),
    ("IgnoreUnknown", Full),
    ("Include", Full),
    ("IPQoS", NoEffect("packets are not marked")),
    ("KbdInteractiveAuthentication", Full),
    ("KbdInteractiveDevices", Full),
    ("KexAlgorithms", Full),
    ("KnownHostsCommand", Full),
    ("LocalCommand", Full),
    ("LocalForward", Full),
    ("LogLevel", Full),
    ("LogVerbose", NoEffect("-v says what happens")),
    ("MACs", Full),
    ("Match", Full),
    ("NoHostAuthenticationForLocalhost", NoEffect("localhost is checked like any other host")),
    ("NumberOfPasswordPrompts", Full),
    ("ObscureKeystrokeTiming", NoEffect("keystroke timing is not obscured")),
    ("PasswordAuthentication", Full),
    ("PermitLocalCommand", Full),
    ("PermitRemoteOpen", Full),
    ("PKCS11Provider", NoEffect("tokens are used through an agent")),
    ("Port", Full),
    ("PreferredAuthentications", Full),
    ("ProxyCommand", Full),
    ("ProxyJump", Full),
    (
        "ProxyUseFdpass",
        Support::Refused {
            why: "sshc cannot take over the socket of a proxy command",
            is_harmless: is_no,
        },
    ),
    ("PubkeyAcceptedAlgorithms", Full),
    ("PubkeyAuthentication", Full),
    ("RefuseConnection", Full),
    ("RekeyLimit", Full),
    ("RemoteCommand", Full),
    ("RemoteForward", Full),
    ("RequestTTY", Full),
    ("RequiredRSASize", Full),
    ("RevokedHostKeys", Full),
    ("SecurityKeyProvider", NoEffect("security keys are used through an agent")),
    ("SendEnv", Full),
    ("ServerAliveCountMax", Full),
    ("ServerAliveInterval", Full),
    ("SessionType", Full),
    ("SetEnv", Full),
    ("StdinNull", Full),
    (
        "StreamLocalBindMask",
        Support::Refused {
            why: "sockets are made for their owner (0177), which this would narrow further",
            is_harmless: |value| u32::from_str_radix(value, 8).is_ok_and(|mask| mask & !0o177 == 0),
        },
    ),
    ("StreamLocalBindUnlink", Full),
    ("StrictHostKeyChecking", Full),
    ("SyslogFacility", NoEffect("sshc does not write to the system log")),
    ("Tag", Full),
    ("TCPKeepAlive", Full),
    (
        "Tunnel",
        Support::Refused {
            why: "tun devices are not supported; traffic meant for the tunnel would go another way",
            is_harmless: is_no,
        },
    ),
    ("TunnelDevice", NoEffect("tun devices are not supported")),
    ("UpdateHostKeys", Full),
    ("User", Full),
    ("UserKnownHostsFile", Full),
    ("VerifyHostKeyDNS", NoEffect("host keys in DNS are not trusted")),
    ("VersionAddendum", NoEffect("sshc sends only its version")),
    ("VisualHostKey", NoEffect("-v shows the picture of a new host key")),
    ("WarnWeakCrypto", Full),
    ("XAuthLocation", NoEffect(NO_X11)),
];

/// Options that older versions and other systems had.
const FORMER: &str = "cipher dsaauthentication gssapiclientidentity gssapikexalgorithms
    gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns
    hostbasedkeytypes protocol rhostsrsaauthentication rsaauthentication skeyauthentication
    smartcarddevice useblacklistedkeys usekeychain useprivilegedport useroaming usersh
    disablemtaes hpnbuffersize hpndisabled noneenabled nonemacenabled noneswitch tcprcvbuf
    tcprcvbufpoll";

fn is_no(value: &str) -> bool {
    ["no", "false"].iter().any(|no| value.eq_ignore_ascii_case(no))
}

/// How we treat an option, by its name in lower case; `None` for a name that OpenSSH never had.
pub(super) fn support(keyword: &str) -> Option<Support> {
    let found = OPTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(keyword));
    found.map(|(_, support)| *support).or_else(|| {
        let is_former = FORMER.split_whitespace().any(|name| name == keyword);
        is_former.then_some(NoEffect("it is from another time or system"))
    })
}

/// Whether the newest OpenSSH has an option, by its name in lower case.
pub(super) fn is_current(keyword: &str) -> bool {
    OPTIONS.iter().any(|(name, _)| name.eq_ignore_ascii_case(keyword))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_option_of_the_manual_is_in_the_table_once() {
        let manual = include_str!("../../../tests/fixtures/ssh_config_options.txt");
        let manual: BTreeSet<&str> = manual.lines().collect();
        let table: BTreeSet<&str> = OPTIONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(table, manual);
        assert_eq!(OPTIONS.len(), table.len());
    }

    #[test]
    fn what_asks_for_nothing_is_harmless() {
        for (name, harmless, refused) in [
            ("channeltimeout", "none", "session=5m"),
            ("proxyusefdpass", "no", "yes"),
            ("streamlocalbindmask", "0177", "0777"),
            ("tunnel", "no", "point-to-point"),
        ] {
            let Some(Support::Refused { is_harmless, .. }) = support(name) else {
                panic!("{name} is not refused")
            };
            assert!(is_harmless(harmless) && !is_harmless(refused), "{name}");
        }
        assert!(support("usekeychain").is_some() && support("prt").is_none());
    }
}
