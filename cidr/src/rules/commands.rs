//! Commands that make rules: those that `-o` prints, and similar ones.
//!
//! A command is read only if all of its options are known. Anything that a shell would interpret,
//! from variables to pipes, is refused.

mod clouds;
mod firewalld;
mod options;
mod powershell;
mod ufw;

use super::Leniency;
use super::firewall::{Firewalls, ParseError, Place};
use super::json::Found;
use super::words;

/// Whether a line begins with a command that we can read.
pub(super) fn is_command(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| *word == "sudo");
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match first {
        "aws" => second == "ec2",
        "az" => second == "network",
        "ufw" | "firewall-cmd" => true,
        "rule" => second.starts_with("family=") || second.starts_with("priority="),
        cmdlet => cmdlet.eq_ignore_ascii_case(powershell::CMDLET),
    }
}

/// Reads a script of such commands.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let mut found = Found::about_ports();
    for (line, number) in whole_lines(text) {
        let words = words::split(&line, number, ";|&<>")?;
        let sudo = words.iter().take_while(|word| *word == "sudo").count();
        let words = words.get(sudo..).unwrap_or_default();
        let known = found.count();
        one(words, number, leniency, &mut found).map_err(|error| at(error, number))?;
        found.stand_in(number, known);
    }
    Ok(found.firewalls())
}

/// Lines joined with their continuation lines and without comments, each with its number from 1.
fn whole_lines(text: &str) -> Vec<(String, usize)> {
    let mut whole: Vec<(String, usize)> = Vec::new();
    let mut is_continued = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let is_heading = line.starts_with("Added user rules") || line == "(None)";
        if !is_continued && (line.is_empty() || line.starts_with('#') || is_heading) {
            continue;
        }
        let continued = line.strip_suffix(['\\', '`']);
        let part = continued.unwrap_or(line);
        match whole.last_mut().filter(|_| is_continued) {
            Some((before, _)) => before.push_str(part),
            None => whole.push((part.to_owned(), index + 1)),
        }
        is_continued = continued.is_some();
    }
    whole
}

fn one(
    words: &[String],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let names: Vec<&str> = words.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => Ok(()),
        ["aws", "ec2", "authorize-security-group-ingress", rest @ ..] => {
            clouds::aws(rest, line, leniency, found)
        }
        ["az", "network", "nsg", "rule", "create", rest @ ..] => {
            clouds::az(rest, line, leniency, found)
        }
        ["ufw", rest @ ..] => ufw::read(rest, line, leniency, found),
        ["firewall-cmd", rest @ ..] => firewalld::command(rest, line, leniency, found),
        ["rule", ..] => firewalld::rule(&names, line, leniency, found),
        [cmdlet, rest @ ..] if cmdlet.eq_ignore_ascii_case(powershell::CMDLET) => {
            powershell::read(rest, line, leniency, found)
        }
        _ => Err(ParseError::new(Place::Line(line), "is not a command that cidr reads")),
    }
}

/// The same refusal with the line of the command; its text keeps the position within the command.
fn at(error: ParseError, line: usize) -> ParseError {
    let cause = match &error.place {
        Place::Member(path) if !path.is_empty() => format!("{path}: {}", error.cause),
        _ => error.cause,
    };
    ParseError { place: Place::Line(line), cause, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<Vec<String>, String> {
        Firewalls::shown_grants(read(text, Leniency::default()))
    }

    #[test]
    fn what_commands_let_in() {
        for (text, expected) in [
            (
                "# the office\naws ec2 authorize-security-group-ingress --group-id sg-1 \\\n  --protocol tcp --port 22 --cidr 203.0.113.7/32\n",
                &["22-22 203.0.113.7/32"][..],
            ),
            (
                "aws ec2 authorize-security-group-ingress --group-id $GROUP_ID --ip-permissions 'IpProtocol=tcp,FromPort=22,ToPort=23,IpRanges=[{CidrIp=10.0.0.0/8,Description=Ada (home)},{CidrIp=192.0.2.1/32}],Ipv6Ranges=[{CidrIpv6=2001:db8::/32}]'\n",
                &["22-23 10.0.0.0/8,192.0.2.1/32,2001:db8::/32"],
            ),
            (
                "aws ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions '[{\"IpProtocol\":\"udp\",\"FromPort\":53,\"ToPort\":53,\"IpRanges\":[{\"CidrIp\":\"0.0.0.0/0\"}]}]'",
                &[],
            ),
            (
                "az network nsg rule create -g lab --nsg-name n -n no --priority 100 --direction Inbound --access Deny --protocol '*' --source-address-prefixes 10.0.0.0/9 --destination-port-ranges '*'\n\
                 az network nsg rule create -g lab --nsg-name n -n yes --priority 200 --direction Inbound --access Allow --protocol Tcp --source-address-prefixes 10.0.0.0/8 192.0.2.1 --destination-port-ranges 22 80-90 --description 'Ada; home'\n",
                &["22-22 10.128.0.0/9,192.0.2.1/32", "80-90 10.128.0.0/9,192.0.2.1/32"],
            ),
            (
                "New-NetFirewallRule -Name 'x' -DisplayName \"x y\" -Direction Inbound -Action Allow -Protocol TCP -LocalPort 22, 23 `\n -RemoteAddress '10.0.0.0/8','192.0.2.1-192.0.2.2'\n\
                 new-netfirewallrule -DisplayName y -Direction Inbound -Action Block -RemoteAddress 10.0.0.0/255.128.0.0\n",
                &["22-23 10.128.0.0/9,192.0.2.1/32,192.0.2.2/32"],
            ),
            (
                "sudo ufw default deny incoming\nsudo ufw deny proto tcp from 10.0.0.0/9 to any port 22,8000:8010\nsudo ufw allow proto tcp from 10.0.0.0/8 to any port 22,8000:8010 comment 'x; y'\nufw allow 443/tcp\nufw allow 53/udp\nufw enable\n",
                &["22-22 10.128.0.0/9", "443-443 0.0.0.0/0,::/0", "8000-8010 10.128.0.0/9"],
            ),
            (
                "firewall-cmd --permanent --add-rich-rule='rule family=\"ipv4\" source address=\"10.0.0.0/8\" port port=\"22\" protocol=\"tcp\" accept'\n\
                 firewall-cmd --permanent --add-rich-rule='rule family=\"ipv4\" source address=\"10.0.0.0/9\" drop'\nfirewall-cmd --reload\n",
                &["22-22 10.128.0.0/9"],
            ),
            (
                "rule family=\"ipv6\" source address=\"2001:db8::/32\" service name=\"ssh\" log prefix=\"x y\" level=\"info\" accept\n",
                &["22-22 2001:db8::/32"],
            ),
        ] {
            let expected: Vec<_> = expected.iter().map(|&it| it.to_owned()).collect();
            assert_eq!(shown(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn partly_understood_input_is_refused() {
        for (text, expected) in [
            (
                "aws ec2 authorize-security-group-ingress --group-id x --protocol tcp --port 22 --cidr $RULE",
                ":1: IpRanges[0].CidrIp: `$RULE` is not an IP address, network or range",
            ),
            (
                "aws ec2 authorize-security-group-ingress --group-id x --ip-permissions file://rules.json",
                ":1: names `file://rules.json`, whose rules are not in the input",
            ),
            (
                "aws ec2 authorize-security-group-ingress --group-id x --ip-permissions 'IpProtocol=tcp,IpRanges=[{CidrIp=10.0.0.0/8'",
                ":1: has truncated shorthand",
            ),
            (
                "aws ec2 authorize-security-group-ingress --group-id x",
                ":1: has neither --ip-permissions nor --cidr",
            ),
            (
                "aws ec2 authorize-security-group-ingress --group-id x --source-group sg-1",
                ":1: has the option `--source-group`, which cidr does not know",
            ),
            (
                "aws ec2 revoke-security-group-ingress --group-id x --protocol tcp --port 22 --cidr 10.0.0.0/8",
                ":1: is not a command that cidr reads",
            ),
            (
                "az network nsg rule create --priority 100 --direction Inbound --access Allow --protocol Tcp --source-address-prefixes Storage --destination-port-ranges 22",
                ":1: names the service tag `Storage`, whose addresses are not in the input",
            ),
            (
                "az network nsg rule create --priority 100 --access Allow --protocol Tcp --source-address-prefixes 10.0.0.1",
                ":1: direction: is missing",
            ),
            ("ufw allow 22/tcp && ufw enable", ":1: has `&`, which makes it more than one command"),
            ("ufw limit ssh", ":1: has `limit`, which cidr cannot evaluate"),
            ("ufw allow OpenSSH", ":1: has `OpenSSH`, which is not a port"),
            ("ufw allow in on eth0 from 10.0.0.1", ":1: has `on`, which cidr cannot evaluate"),
            ("ufw allow from 10.0.0.1 port 80", ":1: has `port`, which cidr cannot evaluate"),
            (
                "ufw allow from 10.0.0.1/8",
                ":1: `10.0.0.1/8` has host bits set: the network is 10.0.0.0/8",
            ),
            (
                "firewall-cmd --zone=home --add-rich-rule='rule accept'",
                ":1: has the option `--zone=home`, which cidr does not know",
            ),
            (
                "firewall-cmd --add-port=22/tcp",
                ":1: has the option `--add-port=22/tcp`, which cidr does not know",
            ),
            (
                "rule family=\"ipv4\" source ipset=\"office\" accept",
                ":1: has `source ipset`, which cidr cannot evaluate",
            ),
            (
                "rule family=\"ipv4\" source address=\"10.0.0.1\" service name=\"ssh\" accept limit value=\"1/m\"",
                ":1: has `limit`, which cidr cannot evaluate",
            ),
            (
                "New-NetFirewallRule -DisplayName x -Direction Inbound -Action Allow -Protocol TCP -LocalPort 22 -RemoteAddress LocalSubnet",
                ":1: `LocalSubnet` is a word, not an address",
            ),
            (
                "New-NetFirewallRule -DisplayName x -Direction Inbound -Action Allow -Program sshd.exe",
                ":1: has the option `-Program`, which cidr does not know",
            ),
            (
                "New-NetFirewallRule -DisplayName x -Direction Inbound -Protocol TCP",
                ":1: names no action",
            ),
            ("ufw allow 22/tcp\nls\n", ":2: is not a command that cidr reads"),
        ] {
            assert_eq!(shown(text), Err(expected.to_owned()), "{text}");
        }
    }
}
