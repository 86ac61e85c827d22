//! Prints a configuration for `sshc -G`, with the names and forms of `ssh -G`.

mod lines;

use super::canonical::{CANONICALIZE, PermittedAlias};
use super::option::CONTROL_MASTER;
use super::value::{self, PermittedGoal, Words, YES_NO};
use super::{
    Algorithms, Config, Context, Error, ForwardAgent, Jump, Request, Setting, Template, Tokens,
};

impl Config {
    /// All options, one per line: the name in lower case, then the value. Leaves out options
    /// without a value.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] when a path or command cannot be expanded.
    pub fn show(&self, request: &Request<'_>, context: &Context) -> Result<String, Error> {
        let tokens = self.tokens(context, request);
        let mut lines = vec![format!("host {}", request.host)];
        lines.extend(self.destination());
        lines.extend(self.full_name());
        lines.extend(self.algorithms());
        lines.extend(self.trust(&tokens)?);
        lines.extend(self.forwards(&tokens)?);
        lines.extend(self.session(&tokens)?);
        lines.extend(lines::without_effect(self));
        lines::sort(&mut lines);
        Ok(lines.join("\n") + "\n")
    }

    fn destination(&self) -> Vec<String> {
        let mut lines = vec![
            line("hostname", &*self.host_name),
            line("user", &*self.user),
            line("port", *self.port),
            word("addressfamily", &self.address_family, value::ADDRESS_FAMILY),
            line("connectionattempts", *self.connection_attempts),
            line("serveraliveinterval", self.server_alive_interval.as_secs()),
            line("serveralivecountmax", *self.server_alive_count_max),
            word("tcpkeepalive", &self.tcp_keep_alive, YES_NO),
        ];
        let timeout = self.connect_timeout.map(|time| time.as_secs().to_string());
        lines.push(line("connecttimeout", timeout.unwrap_or_else(|| "none".to_owned())));
        let reason = self.refuse_connection.as_ref();
        lines.extend(reason.map(|reason| line("refuseconnection", reason)));
        lines.extend(self.tag.as_ref().map(|tag| line("tag", tag)));
        lines.extend(self.bind_address.as_ref().map(|address| line("bindaddress", address)));
        lines.extend(self.bind_interface.as_ref().map(|name| line("bindinterface", name)));
        if !self.proxy_jump.is_empty() {
            let jumps: Vec<_> = self.proxy_jump.iter().map(Jump::to_string).collect();
            lines.push(line("proxyjump", jumps.join(",")));
        }
        let command = self.proxy_command.as_ref().map(Template::as_written);
        lines.extend(command.map(|command| line("proxycommand", command)));
        lines
    }

    fn full_name(&self) -> Vec<String> {
        let or_none = |words: Vec<String>| {
            if words.is_empty() { "none".to_owned() } else { words.join(" ") }
        };
        let rules = self.canonicalize_permitted_cnames.iter().map(PermittedAlias::show).collect();
        vec![
            word("canonicalizehostname", &self.canonicalize_hostname, CANONICALIZE),
            line("canonicaldomains", or_none(self.canonical_domains.to_vec())),
            word("canonicalizefallbacklocal", &self.canonicalize_fallback_local, YES_NO),
            line("canonicalizemaxdots", *self.canonicalize_max_dots),
            line("canonicalizepermittedcnames", or_none(rules)),
        ]
    }

    fn algorithms(&self) -> Vec<String> {
        let mut lines = vec![
            word("warnweakcrypto", &self.warn_weak_crypto, value::WARN_WEAK_CRYPTO),
            word("compression", &self.compression, YES_NO),
            line("requiredrsasize", *self.required_rsa_size),
            line("rekeylimit", self.rekey_limit.show()),
        ];
        for (name, list) in [
            ("ciphers", &self.ciphers),
            ("kexalgorithms", &self.kex_algorithms),
            ("macs", &self.macs),
            ("hostkeyalgorithms", &self.host_key_algorithms),
            ("pubkeyacceptedalgorithms", &self.pubkey_accepted_algorithms),
            ("casignaturealgorithms", &self.ca_signature_algorithms),
        ] {
            lines.extend(list.as_ref().map(Algorithms::show).map(|list| line(name, list)));
        }
        lines
    }

    fn trust(&self, tokens: &Tokens) -> Result<Vec<String>, Error> {
        let mut lines = vec![
            line("userknownhostsfile", paths(&self.user_known_hosts_file, tokens)?),
            line("globalknownhostsfile", paths(&self.global_known_hosts_file, tokens)?),
            word("hashknownhosts", &self.hash_known_hosts, YES_NO),
            word(
                "stricthostkeychecking",
                &self.strict_host_key_checking,
                value::STRICT_HOST_KEY_CHECKING,
            ),
            word("checkhostip", &self.check_host_ip, YES_NO),
            word("updatehostkeys", &self.update_host_keys, value::YES_NO_ASK),
            word("identitiesonly", &self.identities_only, YES_NO),
            line("addkeystoagent", self.add_keys_to_agent.show()),
            word("pubkeyauthentication", &self.pubkey_authentication, value::PUBKEY_AUTHENTICATION),
            word("passwordauthentication", &self.password_authentication, YES_NO),
            word("kbdinteractiveauthentication", &self.kbd_interactive_authentication, YES_NO),
            line("numberofpasswordprompts", *self.number_of_password_prompts),
            word("batchmode", &self.batch_mode, YES_NO),
        ];
        if self.host_key_ttl.is_given() {
            lines.push(line("hostkeyttl", *self.host_key_ttl));
        }
        let files = self.identity_file.iter().map(|file| line("identityfile", file.as_written()));
        lines.extend(files);
        let files = self.certificate_file.iter();
        lines.extend(files.map(|file| line("certificatefile", file.as_written())));
        let files = self.revoked_host_keys.iter().filter(|file| !file.is_none());
        let files: Vec<_> = files.cloned().collect();
        let files = if files.is_empty() { "none".to_owned() } else { paths(&files, tokens)? };
        lines.push(line("revokedhostkeys", files));
        let command = self.known_hosts_command.as_ref().map(Template::as_written);
        lines.extend(command.map(|command| line("knownhostscommand", command)));
        lines.extend(self.host_key_alias.as_ref().map(|alias| line("hostkeyalias", alias)));
        if self.identity_agent.is_given() {
            lines.push(line("identityagent", self.agent(tokens)?));
        }
        let devices = self.kbd_interactive_devices.as_ref();
        lines.extend(devices.map(|devices| line("kbdinteractivedevices", devices)));
        let methods = self.preferred_authentications.as_ref();
        lines.extend(methods.map(|list| line("preferredauthentications", list.join(","))));
        Ok(lines)
    }

    fn agent(&self, tokens: &Tokens) -> Result<String, Error> {
        Ok(match &*self.identity_agent {
            None => "none".to_owned(),
            Some(agent) if agent.as_written() == "SSH_AUTH_SOCK" => agent.as_written().to_owned(),
            Some(agent) if agent.is_variable() => agent.as_written().to_owned(),
            Some(agent) => tokens.path(agent)?.display().to_string(),
        })
    }

    fn forwards(&self, tokens: &Tokens) -> Result<Vec<String>, Error> {
        let mut lines = vec![
            word("gatewayports", &self.gateway_ports, YES_NO),
            word("exitonforwardfailure", &self.exit_on_forward_failure, YES_NO),
            word("clearallforwardings", &self.clear_all_forwardings, YES_NO),
            word("streamlocalbindunlink", &self.stream_local_bind_unlink, YES_NO),
            match &*self.forward_agent {
                ForwardAgent::No => line("forwardagent", "no"),
                ForwardAgent::Yes => line("forwardagent", "yes"),
                ForwardAgent::At(path) if path.is_variable() => {
                    line("forwardagent", path.as_written())
                }
                ForwardAgent::At(path) => line("forwardagent", tokens.path(path)?.display()),
            },
        ];
        let permitted = self.permit_remote_open.as_ref().map_or_else(
            || "any".to_owned(),
            |permitted| {
                let goals: Vec<_> = permitted.iter().map(PermittedGoal::show).collect();
                if goals.is_empty() { "none".to_owned() } else { goals.join(" ") }
            },
        );
        lines.push(line("permitremoteopen", permitted));
        for (name, forwards, without_target) in [
            ("localforward", &self.local_forward, ""),
            ("remoteforward", &self.remote_forward, " [socks]:0"),
            ("dynamicforward", &self.dynamic_forward, ""),
        ] {
            for forward in forwards {
                lines.push(forward.expanded(tokens)?.show(name, without_target));
            }
        }
        Ok(lines)
    }

    fn session(&self, tokens: &Tokens) -> Result<Vec<String>, Error> {
        let mut lines = vec![
            word("requesttty", &self.request_tty, value::REQUEST_TTY),
            word("sessiontype", &self.session_type, value::SESSION_TYPE),
            line("escapechar", value::show_escape_char(*self.escape_char)),
            word("enableescapecommandline", &self.enable_escape_commandline, YES_NO),
            word("stdinnull", &self.stdin_null, YES_NO),
            word("forkafterauthentication", &self.fork_after_authentication, YES_NO),
            word("permitlocalcommand", &self.permit_local_command, YES_NO),
            word("loglevel", &self.log_level, value::LOG_LEVEL),
            word("controlmaster", &self.control_master, CONTROL_MASTER),
            line("controlpersist", self.control_persist.show()),
        ];
        lines.extend(self.send_env.iter().map(|name| line("sendenv", name)));
        for (name, value) in &*self.set_env {
            lines.push(line("setenv", format!("{name}={}", tokens.text(value)?)));
        }
        if !self.ignore_unknown.is_empty() {
            lines.push(line("ignoreunknown", &*self.ignore_unknown));
        }
        if self.permit_match_exec.is_given() {
            lines.push(word("permitmatchexec", &self.permit_match_exec, YES_NO));
        }
        let command = self.local_command.as_ref().map(Template::as_written);
        lines.extend(command.map(|command| line("localcommand", command)));
        if let Some(path) = self.control_path.as_ref().filter(|path| !path.is_none()) {
            lines.push(line("controlpath", paths(std::slice::from_ref(path), tokens)?));
        }
        if let Some(command) = &*self.remote_command {
            lines.push(line("remotecommand", tokens.command(command)?));
        }
        Ok(lines)
    }
}

fn line(name: &str, value: impl std::fmt::Display) -> String {
    format!("{name} {value}")
}

fn word<T: PartialEq>(name: &str, setting: &Setting<T>, words: Words<T>) -> String {
    line(name, value::word(&**setting, words))
}

fn paths(templates: &[Template], tokens: &Tokens) -> Result<String, Error> {
    let mut paths = Vec::with_capacity(templates.len());
    for template in templates {
        paths.push(if template.is_none() {
            template.as_written().to_owned()
        } else {
            tokens.path(template)?.display().to_string()
        });
    }
    Ok(paths.join(" "))
}
