//! Calls that must end for us as they end for `ssh`: with the same status, the same output, and
//! the same effect. What `ssh` calls wrong usage is 2 here, as everywhere in these tools.

use std::fs;

use harness::home::Home;
use harness::invocation::Finished;
use harness::sshd::free_port;

use super::host_keys::certified;
use super::{Site, key_pair, name_lb, public_line};

/// A site with `lb` in its configuration, as for programs that start ssh.
fn site() -> Site {
    let site = Site::new();
    name_lb(&site);
    let more = format!(
        "{} UserKnownHostsFile {}\n GlobalKnownHostsFile none\n IdentitiesOnly yes\n BatchMode yes\n",
        site.home.read_text(".ssh/config"),
        site.home.path(".ssh/known_hosts").display()
    );
    site.home.write("config", more);
    site
}

/// `ssh` and `sshc` with these words after `-F config`.
fn both(site: &Site, words: &[&str]) -> [Finished; 2] {
    [site.home.peer("ssh"), site.home.tool("sshc")].map(|program| {
        let program = program.env("FOO1", "one").env("FOO2", "two").stdin("input\n");
        program.args(["-F", "config"]).args(words.iter().copied()).run()
    })
}

fn compare(site: &Site, words: &[&str]) {
    let [theirs, ours] = both(site, words);
    let said = format!("{words:?}\nssh: {}\nsshc: {}", theirs.stderr(), ours.stderr());
    let status = if theirs.code() == 255 && ours.code() == 2 { 255 } else { ours.code() };
    assert_eq!((status, ours.stdout()), (theirs.code(), theirs.stdout()), "{said}");
}

#[test]
fn calls_of_other_programs_end_alike() {
    let site = site();
    let port = site.sshd.port().to_string();
    let uri = format!("ssh://{}@127.0.0.1:{port}", site.sshd.user());
    let glued = format!("-p{port}");
    let taken = format!("{port}:localhost:1");
    let (goal, closed) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{}", free_port()));
    for words in [
        &["lb", "echo", "a  b"][..],
        &["lb", "exit 7"],
        &["lb", "exit 255"],
        &["lb", "echo out; echo err >&2"],
        &["lb", "cat"],
        &["-n", "lb", "cat"],
        &["lb", ""],
        &["lb", "--", "echo x"],
        &["--", "lb", "echo x"],
        &["--", "lb", "--", "echo x"],
        &["lb", "echo", "-p", "x"],
        &["-t", "lb", "tty || echo none"],
        &["-tt", "lb", "tty | cut -c1-8"],
        &["-Ttt", "lb", "tty | cut -c1-8"],
        &["-ttT", "lb", "tty"],
        &["-qTp", &port, "lb", "echo x"],
        &[&glued, "lb", "echo x"],
        &["lb", "-p", &port, "echo x"],
        &["-lnobody-there", "lb", "id"],
        &["-46", "lb", "echo x"],
        &["-64", "lb", "echo x"],
        &["-b", "127.0.0.2", "lb", "echo ${SSH_CONNECTION%% *}"],
        &["-b", "localhost", "lb", "echo ${SSH_CONNECTION%% *}"],
        &["-b", "10.9.9.9", "lb", "echo x"],
        &["-B", "lo", "lb", "echo x"],
        &["-B", "nope0", "lb", "echo x"],
        &["-C", "-c", "aes128-ctr", "-m", "hmac-sha2-256", "lb", "echo x"],
        &["-c", "nope", "lb", "echo x"],
        &["-e", "none", "lb", "echo x"],
        &["-e", "abc", "lb", "echo x"],
        &["-s", "lb", "nosuch"],
        &["-s", "lb"],
        &["-W", &goal, "lb"],
        &["-W", &closed, "lb"],
        &["-W", "localhost:nosuch", "lb"],
        &["-p", "nosuch", "lb", "echo x"],
        &["-p", "0", "lb", "echo x"],
        &["-O", "check", "lb"],
        &["-O", "nope", "-S", "socket", "lb"],
        &[],
        &[&uri, "echo x"],
        &["ssh://lb/path", "echo x"],
        &["@lb", "echo x"],
        &["-f", "lb"],
        &["-Q", "nope"],
        &["-F", "missing", "lb", "echo x"],
        &["-J", "a b", "lb", "echo x"],
        &["-J", "none", "lb", "echo x"],
        &["-J", "lb", "-o", "ProxyCommand=false", "lb", "echo x"],
        &["-o", "ProxyCommand=false", "-J", "lb", "lb", "echo x"],
        &["-L", "x", "lb", "echo x"],
        &["-o", "ExitOnForwardFailure=yes", "-R", &taken, "lb", "echo x"],
        &["-o", "ExitOnForwardFailure=no", "-R", &taken, "lb", "echo x"],
        &["-o", "ClearAllForwardings=yes", "-R", &taken, "lb", "echo x"],
        &["-o", "RequestTTY=force", "lb", "tty | cut -c1-8"],
        &["-A", "lb", "echo ${SSH_AUTH_SOCK:+agent}"],
    ] {
        compare(&site, words);
    }
}

#[test]
fn options_of_the_configuration_have_the_same_effect() {
    let site = site();
    for option in [
        "RemoteCommand=echo configured",
        "RemoteCommand=none",
        "SetEnv=A=b C=\"d e\"",
        "SendEnv=FOO*",
        "SendEnv=FOO* -FOO1",
        "StdinNull=yes",
        "LocalCommand=echo local",
        "PermitLocalCommand=yes",
        "ProxyCommand=none",
        "ProxyCommand=false",
        "User=\"root\"",
        "User = root",
        "User root x",
        "Port",
        "Nope=1",
        "IgnoreUnknown=Nope",
        "Include=/nonexistent",
        "Host=x",
        "Match=all",
        "Ciphers=",
        "ConnectTimeout=0",
        "ConnectTimeout=x",
        "NumberOfPasswordPrompts=0",
        "PubkeyAuthentication=no",
        "PreferredAuthentications=nope",
        "PreferredAuthentications=nope,publickey",
        "PreferredAuthentications=password",
        "AddressFamily=inet6",
        "StrictHostKeyChecking=maybe",
        "HostKeyAlias=other",
        "UserKnownHostsFile=none",
        "UserKnownHostsFile=/dev/null",
        "HostKeyAlgorithms=ssh-rsa",
        "HostKeyAlgorithms=-*",
        "HostKeyAlgorithms=-*ecdsa*",
        "KexAlgorithms=-curve*",
        "RekeyLimit=1M 1h",
        "RekeyLimit=1",
        "RekeyLimit=1M 1x",
        "GatewayPorts=clientspecified",
        "EscapeChar=abc",
        "LogLevel=QUIET",
        "LogLevel=nope",
        "IdentityFile=none",
        "Tunnel=no",
        "ForwardAgent=yes",
        "ServerAliveInterval=5",
    ] {
        for command in [&["echo x${FOO1}$A$C$SSH_AUTH_SOCK; cat; tty | cut -c1-8"][..], &[]] {
            compare(&site, &[&["-o", option, "lb"], command].concat());
        }
    }
    for options in [
        &["UserKnownHostsFile=none", "StrictHostKeyChecking=no"][..],
        &["UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no"],
        &["UserKnownHostsFile=none", "StrictHostKeyChecking=accept-new"],
        &["IgnoreUnknown=Nope", "Nope=1"],
        &["PermitLocalCommand=yes", "LocalCommand=echo %h %n %p"],
        &["User=nobody-there", "User=root"],
    ] {
        let options = options.iter().flat_map(|option| ["-o", option]);
        let words: Vec<_> = options.chain(["lb", "echo x"]).collect();
        compare(&site, &words);
    }
}

/// Of a command line and a configuration with a command, neither is run.
#[test]
fn two_commands_are_a_failure_and_no_status_of_a_command() {
    let site = site();
    let words = ["-o", "RemoteCommand=echo configured", "lb", "echo given"];
    let [theirs, ours] = both(&site, &words);
    assert_eq!((theirs.code(), theirs.stdout()), (255, ""));
    assert_eq!(
        ours.failure(255),
        "sshc: cannot use the configuration: a command was given, but the configuration also has a RemoteCommand\n\
         sshc: hint: -o RemoteCommand=none runs the one of the command line\n"
    );
}

/// As with ssh, keys add up: those of the command line first.
#[test]
fn keys_of_the_configuration_follow_those_of_the_command_line() {
    let site = site();
    let other = key_pair(&site.home, "ecdsa").display().to_string();
    compare(&site, &["-i", &other, "lb", "echo in"]);
    let accepted = site.sshd.log().text().matches("Accepted publickey").count();
    assert_eq!(accepted, 2, "{}", site.sshd.log().text());
    let shown = both(&site, &["-G", "-i", &other, "lb"]).map(|ran| {
        let lines = ran.stdout().lines().filter(|line| line.starts_with("identityfile "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    });
    assert_eq!(shown[0], shown[1]);
    // The usual ones do not.
    fs::create_dir_all(site.home.path(".ssh")).expect("the home is ours");
    fs::copy(site.home.path("id_ed25519"), site.home.path(".ssh/id_ed25519")).expect("it is there");
    let target = site.sshd.target();
    let only =
        site.home.tool("sshc").args(["-F", "none", "--batch", "-i", &other, &target, "true"]);
    let refused = only.run().failure(255);
    assert!(refused.contains("the server refused publickey "), "{refused}");
    let accepted = site.sshd.log().text().matches("Accepted publickey").count();
    assert_eq!(accepted, 2, "{}", site.sshd.log().text());
}

/// With no keepalive that may stay unanswered, silence ends a connection.
#[test]
fn a_silent_connection_ends_where_no_sign_of_life_is_wanted() {
    let site = site();
    let options = ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=0"];
    for (command, status) in [("sleep 30", 255), ("echo in", 0)] {
        let ran = both(&site, &[&options[..], &["lb", command]].concat());
        assert_eq!(ran.map(|ran| ran.code()), [status; 2], "{command}");
    }
}

/// As with ssh, a plain key on record makes up for a certificate that is not valid.
#[test]
fn a_server_with_an_expired_certificate_is_known_by_its_key() {
    for (names, options) in
        [("127.0.0.1", &["-V", "20200101:20200102"][..]), ("node8.example", &[])]
    {
        let (site, files) = certified(names, options);
        let authority = site.home.read_text(".ssh/known_hosts");
        let name = format!("[127.0.0.1]:{}", site.sshd.port());
        let plain = format!("{name} {}", public_line(&files.path("id_ecdsa")));
        let revoked = authority.replace("@cert-authority", "@revoked");
        let first =
            "HostKeyAlgorithms=ecdsa-sha2-nistp256-cert-v01@openssh.com,ecdsa-sha2-nistp256";
        for (known, status) in [
            (authority.clone(), 255),
            (format!("{authority}{plain}"), 0),
            (format!("{authority}{plain}{revoked}"), 255),
        ] {
            let file = site.home.write(".ssh/known_hosts", &known);
            let file = format!("UserKnownHostsFile={}", file.display());
            let port = site.sshd.port().to_string();
            let host = format!("{}@127.0.0.1", site.sshd.user());
            for program in ["ssh", "sshc"] {
                let program =
                    if program == "ssh" { site.home.peer("ssh") } else { site.home.tool("sshc") };
                let ran =
                    program.args(["-F", "none", "-i", "id_ed25519", "-o", &file, "-o", first]);
                let ran = ran.args(["-o", "GlobalKnownHostsFile=none", "-o", "BatchMode=yes"]);
                let ran = ran.args(["-p", &port, &host, "true"]).run();
                assert_eq!(ran.code(), status, "{known}: {}", ran.stderr());
            }
        }
    }
}

#[test]
fn services_and_encoded_users_are_shown_as_by_ssh() {
    let home = Home::new();
    let shown = |program: &str, words: &[&str]| {
        let program = if program == "ssh" { home.peer("ssh") } else { home.tool(program) };
        let ran = program.args(["-F", "none", "-G"]).args(words.iter().copied()).run();
        let names = ["port ", "localforward", "dynamicforward", "remoteforward", "proxyjump"];
        let lines = ran.stdout().lines().filter(|line| names.iter().any(|it| line.starts_with(it)));
        (ran.code() == 0, lines.map(str::to_owned).collect::<std::collections::BTreeSet<_>>())
    };
    for words in [
        &["-p", "https", "host"][..],
        &["-p", "22x", "host"],
        &["-p", "+22", "host"],
        &["-o", "Port=http", "host"],
        &["-o", "Port=0x16", "host"],
        &["ssh://host:https"],
        &["ssh://a%40b@host:2022/"],
        &["-L", "smtp:localhost:http", "host"],
        &["-L", "1:localhost:nope", "host"],
        &["-D", "socks", "host"],
        &["-R", "smtp", "host"],
        &["-J", "ssh://a%40b@gate:https", "host"],
        &["-J", "gate:ssh", "host"],
        &["-J", "gate:nope", "host"],
        &["-J", "none", "host"],
        &["-o", "ProxyJump=ssh://a%40b@gate", "host"],
        &["-o", "ProxyJump=ssh://a%4@gate", "host"],
    ] {
        assert_eq!(shown("sshc", words), shown("ssh", words), "{words:?}");
    }
}
