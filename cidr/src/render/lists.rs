//! Networks as text, separated by family, as platforms require.

use ipnet::IpNet;

use super::labels::Labels;
use crate::address::Family;

/// Networks by family. At least one of the two lists is not empty.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) v4: Vec<String>,
    pub(super) v6: Vec<String>,
}

impl FromIterator<IpNet> for Lists {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        let mut lists = Self::default();
        for network in networks {
            match network {
                IpNet::V4(network) => lists.v4.push(network.to_string()),
                IpNet::V6(network) => lists.v6.push(network.to_string()),
            }
        }
        lists
    }
}

impl Lists {
    /// The lists that are not empty. On some platforms an empty list would mean "everyone".
    pub(super) fn by_family(&self) -> impl Iterator<Item = (Family, &[String])> {
        let lists = [(Family::Ipv4, self.v4.as_slice()), (Family::Ipv6, self.v6.as_slice())];
        lists.into_iter().filter(|(_, list)| !list.is_empty())
    }

    /// All networks, IPv4 first.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.v4.iter().chain(&self.v6).map(String::as_str)
    }

    /// The name of the rule, with the family appended if there is one rule for each.
    pub(super) fn name_for(&self, family: Family, labels: &Labels) -> String {
        match self.by_family().count() {
            0 | 1 => labels.name().to_owned(),
            _ => format!("{}-{}", labels.name(), family.name()),
        }
    }

    /// Replaces a network of prefix 0, which some programs refuse, by its two halves.
    pub(super) fn halved(mut self) -> Self {
        for (list, all, halves) in [
            (&mut self.v4, "0.0.0.0/0", ["0.0.0.0/1", "128.0.0.0/1"]),
            (&mut self.v6, "::/0", ["::/1", "8000::/1"]),
        ] {
            // A network of prefix 0 holds all others, so it is the only one in the list.
            if list.first().is_some_and(|first| first == all) {
                *list = halves.map(str::to_owned).to_vec();
            }
        }
        self
    }
}
