//! `CanonicalizeHostname` and its companions: the full name of a host that was named in short.

use std::net::IpAddr;

use dns_lookup::{AddrInfoHints, getaddrinfo};

use super::value::Words;
use super::{Config, Context, Error, Request, SettingError};
use crate::pattern::{ListMatch, match_list};

/// When to look for the full name (`CanonicalizeHostname`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canonicalize {
    /// Never.
    No,
    /// If this computer connects to the host itself.
    Yes,
    /// Also if a proxy or a jump host does.
    Always,
}

pub(super) const CANONICALIZE: Words<Canonicalize> = &[
    ("true", Canonicalize::Yes),
    ("false", Canonicalize::No),
    ("yes", Canonicalize::Yes),
    ("no", Canonicalize::No),
    ("always", Canonicalize::Always),
];

/// Which names may be replaced by those that they are aliases of (`CanonicalizePermittedCNAMEs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermittedAlias {
    aliases: String,
    names: String,
}

impl PermittedAlias {
    pub(super) fn parse(text: &str) -> Result<Self, SettingError> {
        let lists = text.split_once(':').filter(|(aliases, names)| {
            !aliases.is_empty() && !names.is_empty() && !names.contains(':')
        });
        let (aliases, names) = lists
            .ok_or_else(|| SettingError::value("patterns of aliases:patterns of names", text))?;
        Ok(Self { aliases: aliases.to_lowercase(), names: names.to_lowercase() })
    }

    pub(super) fn show(&self) -> String {
        let Self { aliases, names } = self;
        format!("{aliases}:{names}")
    }

    fn allows(&self, alias: &str, name: &str) -> bool {
        let is_in = |name, list: &str| match_list(name, list, true) == ListMatch::Yes;
        is_in(alias, &self.aliases) && is_in(name, &self.names)
    }
}

/// A domain in which short names are looked up.
pub(super) fn domain(text: &str) -> Result<String, SettingError> {
    if is_name(text) {
        Ok(text.to_lowercase())
    } else {
        Err(SettingError::value("the name of a domain", text))
    }
}

/// Whether this can be a name in the DNS; names come back from there, too.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))
    };
    text.len() < 254 && text.split('.').all(is_label)
}

/// The answer for a name that exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The name that it is an alias of, or the same.
    pub canonical: Option<String>,
}

/// Asks the system for a name.
pub(super) fn look_up(name: &str) -> Option<Found> {
    /// `AI_CANONNAME` of `getaddrinfo`, on every system.
    const WITH_CANONICAL_NAME: i32 = 2;
    let hints = AddrInfoHints { flags: WITH_CANONICAL_NAME, ..AddrInfoHints::default() };
    let mut answers = getaddrinfo(Some(name), None, Some(hints)).ok()?.flatten();
    answers.next().map(|answer| Found { canonical: answer.canonname })
}

impl Config {
    /// Replaces a short host name by its full one, if that is wanted and it has one.
    pub(super) fn canonicalize(
        &mut self,
        request: &Request<'_>,
        context: &Context,
    ) -> Result<(), Error> {
        let is_direct =
            self.proxy_command.is_none() && self.proxy_jump.is_empty() && !request.is_proxied;
        if !is_direct && *self.canonicalize_hostname != Canonicalize::Always {
            return Ok(());
        }
        let host = self.host_name.to_string();
        if let Ok(address) = host.parse::<IpAddr>() {
            self.host_name.value = address.to_string();
            return Ok(());
        }
        let candidates = self.candidates(&host);
        let mut names = candidates.iter().flatten();
        let found = names.find_map(|name| Some((name.clone(), (context.look_up)(name)?)));
        let found = match found {
            None if candidates.is_some() && !*self.canonicalize_fallback_local => {
                return Err(Error::NotFound { host });
            }
            // The name as it is may be an alias, too.
            None if !self.canonicalize_permitted_cnames.is_empty() => {
                (context.look_up)(&host).map(|found| (host, found))
            }
            found => found,
        };
        if let Some((name, found)) = found {
            let name = name.trim_end_matches('.').to_owned();
            self.host_name.value = self.alias_of(&name, found).unwrap_or(name);
        }
        Ok(())
    }

    /// The names to look up, with the dot that ends a full name; `None` if the host has enough dots
    /// already.
    fn candidates(&self, host: &str) -> Option<Vec<String>> {
        if host.ends_with('.') {
            return Some(vec![host.to_owned()]);
        }
        let dots = u32::try_from(host.matches('.').count()).unwrap_or(u32::MAX);
        if dots > *self.canonicalize_max_dots {
            return None;
        }
        let domains = self.canonical_domains.iter();
        Some(domains.map(|domain| format!("{host}.{domain}.")).collect())
    }

    /// The name that another one is a permitted alias of.
    fn alias_of(&self, alias: &str, found: Found) -> Option<String> {
        let name = found.canonical?.trim_end_matches('.').to_lowercase();
        let mut rules = self.canonicalize_permitted_cnames.iter();
        let is_permitted =
            is_name(&name) && name != alias && rules.any(|rule| rule.allows(alias, &name));
        is_permitted.then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::tests::home_with;
    use super::*;

    /// `node7.b.test` exists and is an alias, `node8.b.test` exists; `evil.b.test` is an alias of
    /// what is no name.
    fn look_up(name: &str) -> Option<Found> {
        let canonical = match name {
            "node7.b.test." | "x.y.b.test" | "alone" => "real.c.test.",
            "node8.b.test." | "full.b.test." => name,
            "evil.b.test." => "-oProxyCommand=x.c.test",
            _ => return None,
        };
        Some(Found { canonical: Some(canonical.to_owned()) })
    }

    fn host(text: &str, host: &str, is_proxied: bool) -> String {
        let (_home, mut context) = home_with(text);
        context.look_up = look_up;
        let request = Request { host, is_proxied, ..Request::default() };
        match Config::resolve(&request, &context) {
            Ok(config) => format!("{} {}", *config.host_name, *config.port),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn short_names_get_their_domain() {
        let domains = "CanonicalDomains a.test B.test\n";
        let block = "Match canonical host *.b.test\n  Port 3\nHost *.c.test\n  Port 4\n";
        let yes = format!("CanonicalizeHostname yes\n{domains}{block}");
        let strict = format!("CanonicalizeFallbackLocal no\n{yes}");
        let aliased = |rule: &str| format!("CanonicalizePermittedCNAMEs {rule}\n{yes}");
        for (text, name, expected) in [
            (&*yes, "node8", "node8.b.test 3"),
            (&yes, "NODE8", "node8.b.test 3"),
            (&yes, "node7", "node7.b.test 3"),
            (&yes, "node9", "node9 22"),
            (&yes, "full.b.test.", "full.b.test 3"),
            (&yes, "gone.b.test.", "gone.b.test. 22"),
            (&yes, "192.0.2.7", "192.0.2.7 22"),
            (&yes, "2001:DB8::0:1", "2001:db8::1 22"),
            (&yes, "a.b.c", "a.b.c 22"),
            (&strict, "node9", "cannot find `node9` in any of the CanonicalDomains"),
            (&strict, "a.b.c", "a.b.c 22"),
            (&strict, "node8", "node8.b.test 3"),
            (&aliased("*.b.test:*.c.test"), "node7", "real.c.test 4"),
            (&aliased("*.a.test:* *.b.test,x:y,*.c.test"), "node7", "real.c.test 4"),
            (&aliased("*.b.test:*.d.test"), "node7", "node7.b.test 3"),
            (&aliased("none"), "node7", "node7.b.test 3"),
            (&aliased("*.b.test:*.c.test"), "x.y.b.test", "real.c.test 4"),
            (&aliased("alone:*.c.test"), "alone", "real.c.test 4"),
            (&aliased("alone:*.c.test"), "x.y.b.test", "x.y.b.test 3"),
            (&yes, "x.y.b.test", "x.y.b.test 3"),
            (&aliased("*:*"), "evil", "evil.b.test 3"),
            (&format!("HostName %h8\n{yes}"), "node", "node8.b.test 3"),
            (&format!("CanonicalizeMaxDots 0\n{yes}"), "node8.b", "node8.b 22"),
            (
                &format!("CanonicalizeMaxDots 2\n{strict}"),
                "a.b.c",
                "cannot find `a.b.c` in any of the CanonicalDomains",
            ),
            (&format!("CanonicalDomains none\n{yes}"), "node8", "node8 22"),
            (domains, "node8", "node8 22"),
        ] {
            assert_eq!(host(text, name, false), expected, "{text}: {name}");
        }
    }

    #[test]
    fn names_that_others_look_up_stay_unless_always() {
        let text = "CanonicalDomains b.test\nCanonicalizeHostname ";
        for (more, is_proxied, expected) in [
            ("yes\nProxyJump gate\n", false, "node8 22"),
            ("yes\nProxyCommand nc %h %p\n", false, "node8 22"),
            ("yes\n", true, "node8 22"),
            ("always\n", true, "node8.b.test 22"),
            ("always\nProxyJump gate\n", false, "node8.b.test 22"),
            ("yes\nProxyJump none\n", false, "node8.b.test 22"),
        ] {
            assert_eq!(host(&format!("{text}{more}"), "node8", is_proxied), expected, "{more}");
        }
    }

    #[test]
    fn invalid_rules_are_refused() {
        for line in [
            "CanonicalizePermittedCNAMEs a",
            "CanonicalizePermittedCNAMEs a:",
            "CanonicalizePermittedCNAMEs :b",
            "CanonicalizePermittedCNAMEs a:b:c",
            "CanonicalizePermittedCNAMEs none a:b",
            "CanonicalDomains a none",
            "CanonicalDomains -x",
            "CanonicalDomains a..b",
            "CanonicalDomains a;b",
            "CanonicalizeHostname perhaps",
        ] {
            let (_home, context) = home_with(line);
            fs::write(context.user_directory().join("config"), line).unwrap();
            let request = Request { host: "x", ..Request::default() };
            assert!(Config::resolve(&request, &context).is_err(), "{line}");
        }
    }

    #[test]
    fn the_system_knows_its_own_name() {
        assert!(super::look_up("localhost").is_some());
        assert_eq!(super::look_up("no-such-host.invalid."), None);
    }
}
