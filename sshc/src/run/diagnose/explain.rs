//! Explains a failure, after finding out more about it.

use std::net::{IpAddr, SocketAddr};

use contract::shown;

use super::{Diagnose, Failed, shown_host};
use crate::advice::{self, NetworkFacts, RuleMatch};
use crate::connect;
use crate::diagnose::Verdict;
use crate::diagnose::address::{are_neighbours, is_private};
use crate::diagnose::control::{self, Control};
use crate::lock::lock;
use crate::plan::Hop;
use crate::reason::{Reason, Stage};

impl Diagnose<'_> {
    /// The verdict on a failure, after finding out more about it.
    pub(super) async fn explain(&self, hop: &Hop, Failed { cause, mut known }: Failed) -> Verdict {
        let mut reason = cause.reason();
        let mut matter = cause.plain();
        if !lock(&self.steps).has_failed() {
            lock(&self.steps).outcome(step_of(reason), matter.clone(), Some(reason));
        }
        match known.address {
            Some(address)
                if reason.stage() <= Stage::Greeting && is_far_private(address, &known) =>
            {
                reason = Reason::PrivateAddress;
                matter = format!("{address} can be reached only from within its own network");
            }
            _ if reason == Reason::NoAnswer => {
                (reason, matter) = self.silence(hop, &mut known).await;
            }
            Some(address) if reason == Reason::Unreachable && known.has_route => {
                matter = format!(
                    "{matter}; a router or a firewall reported it, because this computer has a \
                     route to {address}"
                );
            }
            Some(address) if matches!(reason, Reason::Closed | Reason::Silent) => {
                let at = SocketAddr::new(address, known.port);
                if connect::tls::is_spoken(at, &hop.dial, self.diagnosis.time_limit).await {
                    reason = Reason::NotSsh;
                    matter = format!("{address} speaks TLS");
                    return Verdict::fails(reason, &matter, Some(advice::TLS.to_owned()));
                }
            }
            _ => {}
        }
        let hint = advice::unreached(reason, &known).or_else(|| contract::Failure::hint(&cause));
        Verdict::fails(reason, &matter, hint)
    }

    /// Why an address does not answer: by the access rule, then by whether other servers answer.
    async fn silence(&self, hop: &Hop, known: &mut NetworkFacts) -> (Reason, String) {
        let host = shown_host(&hop.host);
        if let RuleMatch::Outside { mine, .. } = &known.listed {
            let matter =
                format!("{host} does not answer, and this computer's {mine} is outside it");
            return (Reason::RuleExcludes, matter);
        }
        let mut controls = Vec::new();
        for place in &self.diagnosis.controls {
            let time_limit = self.diagnosis.time_limit;
            let answers = connect::answers(&place.host, place.port, &hop.dial, time_limit).await;
            let name = crate::destination::host_and_port(&place.host, place.port);
            let verb = if answers { "answers" } else { "does not answer" };
            self.say("control", format!("{} {verb}", shown(&name)));
            known.asked.push(name);
            controls.push(Control { place: place.clone(), answers });
        }
        control::judge(&hop.host, hop.port, &controls)
    }
}

/// Whether an address is private and this computer is not in its network.
fn is_far_private(address: IpAddr, known: &NetworkFacts) -> bool {
    is_private(address) && known.mine.is_none_or(|mine| !are_neighbours(mine, address))
}

/// The step that failed.
fn step_of(reason: Reason) -> &'static str {
    match (reason, reason.stage()) {
        (Reason::NameNotFound | Reason::NoAddress, _) => "name",
        (_, Stage::Preparation) => "preparation",
        (_, Stage::Network) => "connection",
        (_, Stage::Greeting) => "server",
        (_, Stage::KeyExchange) => "encryption",
        (_, Stage::HostKey) => "host key",
        (_, Stage::Login | Stage::Session) => "key",
    }
}
