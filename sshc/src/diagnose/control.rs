//! `--control`: what the answers of other servers say about a server that does not answer.

use crate::forward::spec::HostPort;
use crate::reason::Reason;

/// The result of asking a server for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Control {
    pub(crate) place: HostPort,
    /// Whether it answered, even with a refusal.
    pub(crate) answers: bool,
}

/// Why `host` does not answer on `port`, judged by the other servers.
///
/// If another port of the same host answers, the host is up. Another host on the same port shows
/// whether the network lets that port through; another host on another port only shows that there
/// is a network.
pub(crate) fn judge(host: &str, port: u16, controls: &[Control]) -> (Reason, String) {
    let own = controls.iter().filter(|it| it.place.host == host);
    let others = controls.iter().filter(|it| it.place.host != host && it.place.port == port);
    let (own, others): (Vec<_>, Vec<_>) = (own.collect(), others.collect());
    if let Some(there) = own.iter().find(|it| it.answers) {
        let also = there.place.port;
        return (
            Reason::PortFiltered,
            format!("{host} is up: its port {also} answers, but its port {port} is filtered"),
        );
    }
    if let Some(up) = others.iter().find(|it| it.answers) {
        let HostPort { host: up, .. } = &up.place;
        return (
            Reason::InstanceGone,
            format!("{host} does not answer, but {up} does on the same port {port}"),
        );
    }
    if !others.is_empty() {
        let network_works = controls.iter().any(|it| it.answers);
        let besides = if network_works { ", though other ports do" } else { "" };
        return (
            Reason::PortFiltered,
            format!("neither {host} nor another server answers on port {port}{besides}"),
        );
    }
    if !own.is_empty() {
        return (Reason::InstanceGone, format!("{host} answers on none of the ports asked"));
    }
    (Reason::NoAnswer, format!("{host} does not answer on port {port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(place: &str, answers: bool) -> Control {
        Control { place: place.parse().unwrap(), answers }
    }

    #[test]
    fn control_servers_decide_the_reason() {
        use Reason::{InstanceGone, NoAnswer, PortFiltered};
        for (controls, expected) in [
            (&[][..], NoAnswer),
            (&[control("up:22", true)], InstanceGone),
            (&[control("up:22", false)], PortFiltered),
            (&[control("up:443", true)], NoAnswer),
            (&[control("up:443", false)], NoAnswer),
            (&[control("node7:443", true)], PortFiltered),
            (&[control("node7:443", false)], InstanceGone),
            (&[control("up:22", true), control("node7:443", true)], PortFiltered),
            (&[control("up:22", false), control("up:443", true)], PortFiltered),
            (&[control("down:22", false), control("up:22", true)], InstanceGone),
        ] {
            assert_eq!(judge("node7", 22, controls).0, expected, "{controls:?}");
        }
    }
}
