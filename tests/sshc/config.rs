//! Compares how we and `ssh -G` read `ssh_config`, file by file.
//!
//! Each file in `fixtures/ssh_config` begins with the command lines to try, after `#$`.

mod generated;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::home::Home;
use harness::workspace::fixture;
use sshc::config::{Config, Context, Files, Request};

/// The values of each option, sorted.
type Options = BTreeMap<String, Vec<String>>;

/// The options that both programs print. Older versions of ssh show the tokens of some others;
/// the newest is asked about those in `shown`.
const SHARED: &str = "host hostname user port addressfamily bindaddress bindinterface
    connecttimeout connectionattempts proxyjump proxycommand tcpkeepalive serveraliveinterval
    serveralivecountmax ciphers kexalgorithms macs hostkeyalgorithms pubkeyacceptedalgorithms
    compression requiredrsasize rekeylimit userknownhostsfile globalknownhostsfile hostkeyalias hashknownhosts
    stricthostkeychecking updatehostkeys identityfile certificatefile identitiesonly identityagent
    addkeystoagent preferredauthentications pubkeyauthentication passwordauthentication
    kbdinteractiveauthentication numberofpasswordprompts batchmode localforward remoteforward
    dynamicforward gatewayports exitonforwardfailure clearallforwardings streamlocalbindunlink
    forwardagent sendenv setenv requesttty remotecommand sessiontype escapechar stdinnull loglevel
    canonicalizehostname canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
    canonicalizepermittedcnames knownhostscommand localcommand permitlocalcommand
    forkafterauthentication";

#[test]
fn every_file_means_what_it_means_to_ssh() {
    let corpus = Corpus::unpack();
    let (mut files, mut wrong) = (0, Vec::new());
    for file in corpus.files() {
        files += 1;
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("#$ ")).collect();
        assert!(!lines.is_empty(), "{} is tried with nothing", file.display());
        for line in lines {
            let ours = Line::parse(line).read_by_us(&file, &corpus.context);
            let name = file.file_name().unwrap().display();
            let different = differences(&ours, &read_by_ssh(&file, line));
            wrong.extend(different.iter().map(|option| format!("{name} ({line}): {option}")));
        }
    }
    assert!(files >= 60, "only {files} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_ssh_refuses_is_refused_and_located() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let context = Context::of_this_process();
    for (text, expected) in [
        ("\nPort\n", "2: no value after `port`"),
        ("Port 22 23\n", "1: unexpected `23` at the end of the line"),
        ("Host elsewhere\nPort 0\n", "2: expected a port from 1 to 65535, not `0`"),
        ("Port 65536\n", "1: expected a port from 1 to 65535, not `65536`"),
        ("User \"ada\n", "1: unbalanced quotes"),
        ("Frobnicate yes\n", "1: there is no option `Frobnicate`"),
        ("Host elsewhere\nPermitRemoteOpenn x\n", "2: there is no option `PermitRemoteOpenn`"),
        ("Match sometimes x\n", "1: bad criteria after `Match`: `sometimes`"),
        ("Match host\n", "1: bad criteria after `Match`: `host`"),
        ("Match all host a\n", "1: bad criteria after `Match`: `all`"),
        ("Compression maybe\n", "1: expected one of yes, no, true, false, not `maybe`"),
        ("ConnectionAttempts 0\n", "1: expected a number from 1, not `0`"),
        ("ConnectTimeout 5x\n", "1: expected a time such as 90, 5m or 1h30m, not `5x`"),
        ("RekeyLimit 8\n", "1: expected a number of bytes with K, M or G, or `default`, not `8`"),
        ("LocalForward 80\n", "1: expected [bind:]port host:hostport, not `80`"),
        ("SetEnv NOVALUE\n", "1: expected NAME=VALUE, not `NOVALUE`"),
        ("EscapeChar ab\n", "1: expected a character, `^` and a letter, or `none`, not `ab`"),
        ("Include\n", "1: no value after `include`"),
        ("RevokedHostKeys # none\n", "1: no value after `RevokedHostKeys`"),
    ] {
        fs::write(&file, text).unwrap();
        let request =
            Request { host: "node7", files: Files::Only(file.clone()), ..Request::default() };
        let error = Config::resolve(&request, &context).unwrap_err();
        assert_eq!(error.to_string(), format!("{}:{expected}", file.display()));
        let ssh = Command::new("ssh").args(["-G", "-F"]).arg(&file).arg("node7").output().unwrap();
        assert!(!ssh.status.success(), "ssh takes {text:?}");
    }
}

#[test]
fn what_options_say_is_shown_as_ssh_shows_it() {
    let home = Home::new();
    // ssh does not mention keys that do not exist.
    for key in ["k", "l"] {
        home.write(key, "");
    }
    for given in [
        "-L 1:a:2 -L [::1]:3:b:4 -R 5:c:6 -D 7 node7",
        "-i k -i l -C -A -n node7",
        "-J ada@jump:2222,other -4 node7",
        "-6 -p 99 -l eve node7",
    ] {
        let arguments: Vec<_> = ["-F", "none", "-G"].into_iter().chain(given.split(' ')).collect();
        let ours =
            options(&home.tool("sshc").args(arguments.iter().copied()).run().quiet_success());
        let theirs = home.peer("ssh").args(arguments).run();
        assert_eq!(theirs.code(), 0, "{}", theirs.stderr());
        let theirs = options(theirs.stdout());
        for name in "user port addressfamily proxyjump compression identityfile localforward \
            remoteforward dynamicforward forwardagent stdinnull"
            .split_whitespace()
        {
            let is_usual = is_our_default(name, ours.get(name));
            assert!(ours.get(name) == theirs.get(name) || is_usual, "{given}: {name}");
        }
    }
    // ssh has no options for these, and the configuration no keywords.
    let sshc = home.tool("sshc").args(["-F", "none", "-G", "--keepalive", "7s", "--batch"]);
    let shown = sshc.args(["--proxy", "socks5://ada@proxy:1080", "node7"]).run().quiet_success();
    for line in ["serveraliveinterval 7", "batchmode yes", "# --proxy socks5://ada@proxy:1080"] {
        assert!(shown.lines().any(|it| it == line), "{line} in {shown}");
    }
}

/// A copy of the corpus in a folder of its own, and the environment in which `ssh` reads it.
struct Corpus {
    directory: tempfile::TempDir,
    context: Context,
}

impl Corpus {
    fn unpack() -> Self {
        let source = fixture("ssh_config");
        let directory = tempfile::tempdir().expect("a place for the corpus");
        fs::create_dir(directory.path().join("included")).expect("a place for what is included");
        for part in ["", "included"] {
            for entry in fs::read_dir(source.join(part)).expect("the corpus is there") {
                let path = entry.expect("the corpus is there").path();
                if path.is_file() {
                    let text = fs::read_to_string(&path).expect("it is a text");
                    let place = directory.path().to_str().expect("it is named in plain letters");
                    let name = path.strip_prefix(&source).expect("it was found there");
                    let copy = directory.path().join(name);
                    fs::write(copy, text.replace("@DIR@", place)).expect("it can be copied");
                }
            }
        }
        let mut context = Context::of_this_process();
        context.may_run_programs = true;
        let defaults = read_by_ssh(Path::new("none"), "node7");
        let (home, _) =
            first(&defaults, "userknownhostsfile").split_once("/.ssh/").expect("it is in ~/.ssh");
        context.home = PathBuf::from(home);
        first(&defaults, "user").clone_into(&mut context.local_user);
        Self { directory, context }
    }

    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let entries = fs::read_dir(self.directory.path()).expect("the copy is there");
        entries.map(|entry| entry.expect("the copy is there").path()).filter(|path| path.is_file())
    }
}

/// Arguments that both programs understand.
#[derive(Default)]
struct Line<'a> {
    host: &'a str,
    user: Option<&'a str>,
    port: Option<u16>,
    options: Vec<String>,
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Self {
        let mut line = Self::default();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "-l" => line.user = words.next(),
                "-p" => line.port = words.next().map(|port| port.parse().expect("a port")),
                "-o" => line.options.extend(words.next().map(str::to_owned)),
                _ => match (word.strip_prefix("-o"), word.split_once('@')) {
                    (Some(option), _) => line.options.push(option.to_owned()),
                    (None, Some((user, host))) => (line.user, line.host) = (Some(user), host),
                    (None, None) => line.host = word,
                },
            }
        }
        line
    }

    fn read_by_us(&self, file: &Path, context: &Context) -> Options {
        let request = Request {
            host: self.host,
            user: self.user,
            port: self.port,
            options: &self.options,
            files: Files::Only(file.to_owned()),
            ..Request::default()
        };
        let config = Config::resolve(&request, context).expect("we read what ssh reads");
        options(&config.show(&request, context).expect("it can be shown"))
    }
}

/// The options on which the programs disagree.
fn differences(ours: &Options, theirs: &Options) -> Vec<String> {
    let mut different = Vec::new();
    for name in SHARED.split_whitespace() {
        let (ours, theirs) = (ours.get(name), theirs.get(name));
        if ours != theirs && !is_our_default(name, ours) {
            different.push(format!("{name}: {ours:?}, ssh: {theirs:?}"));
        }
    }
    different
}

fn read_by_ssh(file: &Path, line: &str) -> Options {
    let read = ssh_g(file, line);
    read.unwrap_or_else(|error| panic!("ssh refuses {}: {error}", file.display()))
}

/// The output of `ssh -G`, or the reason for its refusal.
fn ssh_g(file: &Path, line: &str) -> Result<Options, String> {
    let output = Command::new("ssh")
        .args(["-G", "-F"])
        .arg(file)
        .args(line.split_whitespace())
        .output()
        .expect("ssh is installed");
    if output.status.success() {
        Ok(options(&String::from_utf8(output.stdout).expect("ssh prints text")))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn options(text: &str) -> Options {
    let mut options = Options::new();
    for line in text.lines() {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        options.entry(name.to_lowercase()).or_default().push(value.to_owned());
    }
    for values in options.values_mut() {
        values.sort();
    }
    options
}

fn first<'a>(options: &'a Options, name: &str) -> &'a str {
    options.get(name).and_then(|values| values.first()).expect("ssh has a default for it")
}

/// Whether an option has a value that is our default and not that of `ssh`.
fn is_our_default(name: &str, values: Option<&Vec<String>>) -> bool {
    let values: Option<Vec<_>> = values.map(|values| values.iter().map(String::as_str).collect());
    match name {
        "requiredrsasize" => values == Some(vec!["2048"]),
        "serveraliveinterval" => values == Some(vec!["15"]),
        "identityfile" => {
            values == Some(vec!["~/.ssh/id_ecdsa", "~/.ssh/id_ed25519", "~/.ssh/id_rsa"])
        }
        "ciphers" | "kexalgorithms" | "macs" | "hostkeyalgorithms" | "pubkeyacceptedalgorithms" => {
            values.is_none()
        }
        _ => false,
    }
}
