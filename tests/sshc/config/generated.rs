//! Generated configurations: random blocks, options, quotes and comments, read by `ssh -G` and by
//! us.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::{Config, Context, Corpus, Files, Line, Request, differences, options, ssh_g};

/// The number of files to try, unless `SSHC_CONFIGS` sets another.
const FILES: u64 = 60;

/// The hosts to look up in each file.
const LOOKED_UP: [&str; 5] =
    ["node7", "eve@node8", "-p 5 node7.example.com", "-l ada 192.0.2.7", "-oUser=ivy NODE7"];

const BLOCKS: [&str; 18] = [
    "Host *",
    "Host node7",
    "Host node* !node8",
    "Host \"node7\" 192.0.2.*",
    "host=NODE7",
    "Host !node7",
    "Host node? *.example.com",
    "Match all",
    "Match host node*",
    "Match host node*,!node8",
    "Match Host \"*.example.com,192.0.2.7\"",
    "Match !host node7",
    "Match user ada",
    "match !user eve,ivy originalhost node*",
    "Match originalhost node7 user *",
    "Match localuser nobody",
    "Match final host *.example.com",
    "Match final all",
];

/// Options, each with values that ssh accepts, separated by bars.
const OPTIONS: [(&str, &str); 46] = [
    ("HostName", "node9|%h.example.com|192.0.2.9|2001:db8::7|Node9.EXAMPLE.com|a%%b"),
    ("User", "ada|Eve|\"a b\"|root@example"),
    ("Port", "22|2222|65535|\"222\""),
    ("AddressFamily", "any|inet|INET6"),
    ("BindAddress", "192.0.2.1|::1"),
    ("ConnectTimeout", "5|1m|1h30m|90S"),
    ("ConnectionAttempts", "1|3"),
    ("ProxyJump", "none|jump|ada@jump:2222|a,b:22|[2001:db8::7]:22|ssh://ada@jump:2222"),
    ("ProxyCommand", "none|nc %h %p|nc -x \"a b\" %h 22 # no comment|exec nc '%h' %p"),
    ("TCPKeepAlive", "yes|no"),
    ("KeepAlive", "no"),
    ("ServerAliveInterval", "0|30|5m"),
    ("ServerAliveCountMax", "0|5"),
    ("Ciphers", "aes256-ctr|aes128-gcm@openssh.com,aes256-ctr"),
    ("KexAlgorithms", "curve25519-sha256"),
    ("MACs", "hmac-sha2-256,hmac-sha2-512"),
    ("Compression", "yes|NO"),
    ("RekeyLimit", "1G 1h|64k 90"),
    ("RequiredRSASize", "3072"),
    ("UserKnownHostsFile", "~/kh|/a /b|\"/a b\" /c|none|~/.ssh/%h"),
    ("GlobalKnownHostsFile", "/etc/kh|/a /b"),
    ("HostKeyAlias", "alias|Alias.Example"),
    ("HashKnownHosts", "yes|no"),
    ("RevokedHostKeys", "none|~/revoked|\"/a b\""),
    ("StrictHostKeyChecking", "yes|no|ask|accept-new|off"),
    ("UpdateHostKeys", "yes|no"),
    ("IdentityFile", "~/.ssh/a|/keys/%h-%r|\"/keys/a b\"|none"),
    ("CertificateFile", "~/.ssh/a-cert.pub"),
    ("IdentitiesOnly", "yes|no"),
    ("IdentityAgent", "none|SSH_AUTH_SOCK|/run/agent|$MY_AGENT"),
    ("AddKeysToAgent", "yes|no|ask|confirm|confirm 5m|1h"),
    ("PreferredAuthentications", "publickey,password|keyboard-interactive"),
    ("PubkeyAuthentication", "yes|no"),
    ("PasswordAuthentication", "yes|no"),
    ("ChallengeResponseAuthentication", "yes|no"),
    ("NumberOfPasswordPrompts", "1|7"),
    ("BatchMode", "yes|no"),
    ("LocalForward", "8080 localhost:80|[::1]:1 [::2]:2|*:81 node8:81"),
    ("RemoteForward", "9090 localhost:90|1080|/run/r host:1"),
    ("DynamicForward", "1080|*:1081|[::1]:1082"),
    ("ClearAllForwardings", "yes|no"),
    ("ForwardAgent", "yes|no"),
    ("SetEnv", "A=1|A=1 B=2 A=3|\"A=a b\" C=|A=x=y"),
    ("RequestTTY", "yes|no|force|auto"),
    ("RemoteCommand", "none|uptime|echo \"a  b\" # c|echo %h %p %%"),
    ("EscapeChar", "none|~|%"),
];

/// Lines that ssh refuses, although other lines may hide some of them.
const REFUSED: [&str; 12] = [
    "Port 0",
    "Port 22 23",
    "Port",
    "User \"ada",
    "Compression maybe",
    "ConnectTimeout 5x",
    "RekeyLimit 8",
    "LocalForward 80",
    "SetEnv NOVALUE",
    "EscapeChar ab",
    "Match sometimes x",
    "Match host",
];

#[test]
fn generated_configurations_mean_what_they_mean_to_ssh() {
    let corpus = Corpus::unpack();
    let number = env::var("SSHC_CONFIGS").map_or(FILES, |it| it.parse().expect("a number"));
    let (mut wrong, mut read, mut refused) = (Vec::new(), 0, 0);
    for seed in 0..number {
        let mut rng = StdRng::seed_from_u64(seed);
        let text = configuration(&mut rng);
        let file = corpus.directory.path().join("generated");
        fs::write(&file, &text).expect("it can be written");
        let line = one_of(&mut rng, &LOOKED_UP);
        let differences = match (ssh_g(&file, line), read_by_us(&file, line, &corpus.context)) {
            (Ok(theirs), Ok(ours)) => {
                read += 1;
                differences(&ours, &theirs)
            }
            (Err(_), Err(_)) => {
                refused += 1;
                continue;
            }
            (Err(theirs), Ok(_)) => vec![format!("ssh refuses it: {theirs}")],
            (Ok(_), Err(ours)) => vec![format!("we refuse it: {ours}")],
        };
        if !differences.is_empty() {
            wrong.push(format!("{seed} ({line}): {}\n{text}", differences.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > number / 2 && refused > 0, "{read} were read and {refused} refused");
}

fn read_by_us(file: &Path, line: &str, context: &Context) -> Result<super::Options, String> {
    let Line { host, user, port, options: given } = Line::parse(line);
    let files = Files::Only(file.to_owned());
    let request = Request { host, user, port, options: &given, files, ..Request::default() };
    let shown =
        Config::resolve(&request, context).and_then(|config| config.show(&request, context));
    shown.map(|text| options(&text)).map_err(|error| error.to_string())
}

fn configuration(rng: &mut StdRng) -> String {
    let mut text = String::new();
    for _ in 0..rng.random_range(3..25) {
        let line = match rng.random_range(0..40) {
            0..8 => one_of(rng, &BLOCKS).to_owned(),
            8 => one_of(rng, &["", "# Port 1", "   \t", "\t# User \"x"]).to_owned(),
            9 if rng.random_range(0..4) == 0 => one_of(rng, &REFUSED).to_owned(),
            _ => option(rng),
        };
        let end = one_of(rng, &["\n", "\n", "\n", "\r\n", " \n"]);
        write!(text, "{line}{end}").expect("a string takes all");
    }
    text
}

fn option(rng: &mut StdRng) -> String {
    let (name, values) = OPTIONS.get(rng.random_range(0..OPTIONS.len())).expect("in range");
    let values: Vec<_> = values.split('|').collect();
    let name = match rng.random_range(0..6) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        2 => format!("\"{name}\""),
        _ => (*name).to_owned(),
    };
    // After quotes ssh takes a `=` for part of the value.
    let gaps = if name.starts_with('"') { [" ", "\t", "  "] } else { [" ", "=", " = "] };
    let (indent, gap) = (one_of(rng, &["", "", "  ", "\t"]), one_of(rng, &gaps));
    // ssh takes the value up to the end of the line.
    let is_raw = ["command", "proxyjump"].iter().any(|it| name.to_lowercase().contains(it));
    let comment = if is_raw { "" } else { one_of(rng, &["", "", "", " # and so on", " #\""]) };
    format!("{indent}{name}{gap}{}{comment}", one_of(rng, &values))
}

fn one_of<'a>(rng: &mut StdRng, choices: &[&'a str]) -> &'a str {
    choices.get(rng.random_range(0..choices.len())).expect("the number is in range")
}
