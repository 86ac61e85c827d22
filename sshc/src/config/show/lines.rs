//! The lines of `-G` for options without effect here, and the order of all lines: that of
//! `ssh -G` of OpenSSH 10.6.

use super::{Config, line};

/// What `ssh -G` prints for options that nothing was said about. Where its default would promise
/// what we do not do, the value is what we do.
const DEFAULTS: &[(&str, &str)] = &[
    ("channeltimeout", "none"),
    ("enablesshkeysign", "no"),
    ("fingerprinthash", "SHA256"),
    ("forwardx11", "no"),
    ("forwardx11timeout", "1200"),
    ("forwardx11trusted", "no"),
    ("hostbasedauthentication", "no"),
    ("ipqos", "none none"),
    ("logverbose", "none"),
    ("nohostauthenticationforlocalhost", "no"),
    ("obscurekeystroketiming", "no"),
    ("proxyusefdpass", "no"),
    ("streamlocalbindmask", "0177"),
    ("syslogfacility", "USER"),
    ("tunnel", "false"),
    ("tunneldevice", "any:any"),
    ("verifyhostkeydns", "false"),
    ("visualhostkey", "no"),
];

/// The names of all lines in their order; ours that ssh does not have are the last.
const ORDER: &str = "\
    host user hostname port addressfamily batchmode canonicalizefallbacklocal
    canonicalizehostname checkhostip compression controlmaster enablesshkeysign
    clearallforwardings exitonforwardfailure fingerprinthash forwardx11 forwardx11trusted
    gatewayports gssapiauthentication gssapikeyexchange gssapidelegatecredentials
    gssapitrustdns gssapirenewalforcesrekey gssapikexalgorithms hashknownhosts
    hostbasedauthentication identitiesonly kbdinteractiveauthentication
    nohostauthenticationforlocalhost passwordauthentication permitlocalcommand proxyusefdpass
    pubkeyauthentication requesttty sessiontype stdinnull forkafterauthentication
    streamlocalbindunlink stricthostkeychecking tcpkeepalive tunnel verifyhostkeydns
    visualhostkey updatehostkeys enableescapecommandline warnweakcrypto canonicalizemaxdots
    connectionattempts forwardx11timeout numberofpasswordprompts serveralivecountmax
    serveraliveinterval requiredrsasize obscurekeystroketiming bindaddress bindinterface
    ciphers controlpath hostkeyalgorithms hostkeyalias hostbasedacceptedalgorithms
    identityagent ignoreunknown kbdinteractivedevices kexalgorithms casignaturealgorithms
    localcommand remotecommand loglevel macs pkcs11provider securitykeyprovider
    preferredauthentications pubkeyacceptedalgorithms xauthlocation knownhostscommand tag
    refuseconnection versionaddendum dynamicforward localforward remoteforward identityfile
    canonicaldomains certificatefile globalknownhostsfile userknownhostsfile revokedhostkeys
    sendenv setenv logverbose channeltimeout permitremoteopen addkeystoagent forwardagent
    connecttimeout tunneldevice canonicalizepermittedcnames controlpersist escapechar ipqos
    rekeylimit streamlocalbindmask syslogfacility proxyjump proxycommand hostkeyttl
    permitmatchexec";

/// The lines of the options without effect.
pub(super) fn without_effect(config: &Config) -> Vec<String> {
    let given = &config.without_effect;
    let is_given = |name: &str| given.iter().any(|(it, _)| it == name);
    let mut lines: Vec<_> = given.iter().map(|(name, value)| line(name, value)).collect();
    let defaults = DEFAULTS.iter().filter(|(name, _)| !is_given(name));
    lines.extend(defaults.map(|(name, value)| line(name, value)));
    let keys = config.pubkey_accepted_algorithms.as_ref();
    // As with ssh, the same as for users' keys.
    if let Some(keys) = keys.filter(|_| !is_given("hostbasedacceptedalgorithms")) {
        lines.push(line("hostbasedacceptedalgorithms", keys.show()));
    }
    lines
}

/// Puts lines into ssh's order. Those of one option stay in theirs.
pub(super) fn sort(lines: &mut [String]) {
    let order: Vec<&str> = ORDER.split_whitespace().collect();
    lines.sort_by_cached_key(|line| {
        let name = line.split(' ').next().unwrap_or_default();
        order.iter().position(|it| *it == name).unwrap_or(order.len())
    });
}
