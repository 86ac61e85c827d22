//! Decides whether rules let an address in, and names that rule or the nearest one.

use std::net::IpAddr;

use crate::Error;
use crate::address::Address;
use crate::defaults;
use crate::range::{IpRange, Range};
use crate::rules::parallel::Piece;
use crate::rules::{self, Grant, Input, Opened, Reading};

/// The rule that lets an address in, or the one that comes nearest to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Its sources, as written.
    pub rule: IpRange,
    /// Where it stands: the input, and the line or member in it.
    pub place: String,
    /// How many addresses away it begins; 0 if it lets the address in.
    pub distance: u128,
}

/// Rules to look addresses up in, each with its place.
#[derive(Debug)]
pub struct Rules {
    inputs: Vec<Input>,
    /// Entries of lists: the input by its number, and the line.
    listed: Vec<(IpRange, usize, u64)>,
    grants: Vec<(usize, Grant)>,
    port: Option<u16>,
}

impl Rules {
    /// Reads everything that `inputs` let in.
    ///
    /// # Errors
    ///
    /// When an input cannot be read or parsed, or when its rules let different sources in to
    /// different ports and none of them is for SSH.
    pub fn read(inputs: &[Input], reading: &Reading) -> Result<Self, Error> {
        let inputs = rules::rejoin_netmasks(inputs);
        let (mut listed, mut grants, mut know_ports) = (Vec::new(), Vec::new(), false);
        for (number, input) in inputs.iter().enumerate() {
            match rules::open(input, reading)? {
                Opened::List(reader) => {
                    let take = |part: Vec<(IpRange, u64)>, lines| {
                        listed.extend(
                            part.iter().map(|(range, line)| (*range, number, lines + line)),
                        );
                    };
                    rules::read_list(reader, input, reading, with_lines, take)?;
                }
                Opened::Grants { grants: more, know_ports: know } => {
                    grants.extend(more.into_iter().map(|grant| (number, grant)));
                    know_ports |= know;
                }
            }
        }
        if reading.ports.is_some() && !know_ports {
            return Err(Error::NoPorts);
        }
        let port = only_port(&mut grants)?;
        Ok(Self { inputs, listed, grants, port })
    }

    /// The port that the answer is about, where the rules differ from port to port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The rule nearest to an address; `None` if no rule is of its family.
    #[must_use]
    pub fn nearest(&self, address: IpAddr) -> Option<Nearest> {
        let listed =
            self.listed.iter().filter_map(|entry| Some((distance(entry.0, address)?, entry)));
        let listed = listed.min_by_key(|(distance, _)| *distance);
        let listed = listed.and_then(|(distance, (rule, input, line))| {
            let input = self.inputs.get(*input)?;
            let place = match input {
                Input::Text(_) => input.to_string(),
                Input::File(_) | Input::Stdin => format!("{input}:{line}"),
            };
            Some(Nearest { rule: *rule, place, distance })
        });
        let granted = self
            .grants
            .iter()
            .filter_map(|(input, grant)| granted(self.inputs.get(*input)?, grant, address));
        listed.into_iter().chain(granted).min_by_key(|nearest| nearest.distance)
    }
}

fn with_lines(piece: &mut Piece<'_>) -> Result<Vec<(IpRange, u64)>, rules::scan::Refusal> {
    let mut entries = Vec::new();
    while let Some(entry) = piece.next_entry()? {
        entries.push((entry, piece.lines() + 1));
    }
    Ok(entries)
}

/// If rules differ from port to port, keeps only those for SSH; an error if there are none.
fn only_port(grants: &mut Vec<(usize, Grant)>) -> Result<Option<u16>, Error> {
    let differ = grants.windows(2).any(|pair| match pair {
        [(_, one), (_, other)] => one.ports != other.ports && one.sources != other.sources,
        _ => false,
    });
    if !differ {
        return Ok(None);
    }
    grants.retain(|(_, grant)| (grant.ports.0..=grant.ports.1).contains(&defaults::PORT));
    if grants.is_empty() { Err(Error::PortsDiffer) } else { Ok(Some(defaults::PORT)) }
}

/// How near a platform's rule comes to an address, without the sources that earlier rules denied.
fn granted(input: &Input, grant: &Grant, address: IpAddr) -> Option<Nearest> {
    let near = |range| distance(range, address).map(|away| (away, range));
    let (distance, range) =
        grant.sources.ranges().filter_map(near).min_by_key(|(away, _)| *away)?;
    let is_by = |(rule, _): &&(IpRange, _)| {
        rule.overlaps(range) && (distance > 0 || near(*rule).is_some_and(|(away, _)| away == 0))
    };
    let (rule, place) = grant.by.iter().find(is_by)?;
    Some(Nearest { rule: *rule, place: format!("{input}{place}"), distance })
}

/// How many addresses away a range is; `None` if it is of the other family.
fn distance(range: IpRange, address: IpAddr) -> Option<u128> {
    fn of<A: Address>(range: Range<A>, address: A) -> u128 {
        if address < range.first() {
            (range.first() - address).into()
        } else if range.last() < address {
            (address - range.last()).into()
        } else {
            0
        }
    }
    match (range, address) {
        (IpRange::V4(range), IpAddr::V4(address)) => Some(of(range, address.to_bits())),
        (IpRange::V6(range), IpAddr::V6(address)) => Some(of(range, address.to_bits())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(rules: &str, address: &str, port: Option<&str>) -> Result<String, String> {
        let ports = port.map(|port| port.parse().unwrap());
        let reading = Reading { ports, ..Reading::default() };
        let rules = Rules::read(&[Input::Text(rules.into())], &reading);
        let rules = rules.map_err(|error| error.to_string())?;
        let nearest = rules.nearest(address.parse().unwrap());
        let port = rules.port().map_or_else(String::new, |port| format!(" on {port}"));
        Ok(match nearest {
            Some(Nearest { rule, place, distance }) => format!("{rule} {distance} {place}{port}"),
            None => "nothing".to_owned(),
        })
    }

    #[test]
    fn the_nearest_entry_of_a_list() {
        let rules = "10.0.0.0/8\n203.0.113.0/30 # home\n2001:db8::/32\n";
        for (address, expected) in [
            ("10.1.2.3", "10.0.0.0/8 0 argument"),
            ("203.0.113.7", "203.0.113.0/30 4 argument"),
            ("203.0.112.255", "203.0.113.0/30 1 argument"),
            ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32 1 argument"),
        ] {
            assert_eq!(checked(rules, address, None).as_deref(), Ok(expected), "{address}");
        }
        assert_eq!(checked("10.0.0.0/8", "::1", None).as_deref(), Ok("nothing"));
    }

    const GROUP: &str = r#"[
        {"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"203.0.113.0/24"}]},
        {"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}
    ]"#;

    #[test]
    fn ports_matter_where_rules_differ() {
        for (address, port, expected) in [
            ("203.0.113.7", None, "203.0.113.0/24 0 argument: [0] on 22"),
            ("203.0.114.7", None, "203.0.113.0/24 8 argument: [0] on 22"),
            ("203.0.114.7", Some("443"), "0.0.0.0/0 0 argument: [1]"),
            ("203.0.113.7", Some("22,443"), "203.0.113.0/24 0 argument: [0]"),
            ("203.0.114.7", Some("22,443"), "203.0.113.0/24 8 argument: [0]"),
            ("203.0.113.7", Some("23"), "nothing"),
        ] {
            assert_eq!(
                checked(GROUP, address, port).as_deref(),
                Ok(expected),
                "{address} {port:?}"
            );
        }
        assert!(checked(&GROUP.replace("22", "80"), "203.0.113.7", None).is_err());
        assert!(checked("10.0.0.0/8", "10.0.0.1", Some("22")).is_err());
    }
}
