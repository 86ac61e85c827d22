use std::ffi::OsString;
use std::fs;

use super::*;
use crate::connect::TransportSettings;
use crate::defaults;
use crate::host_key_policy::{Scope, UnknownHosts};
use crate::session::{InputFrom, Program, SessionRequest};

fn planned_in(
    home: &std::path::Path,
    arguments: &[&str],
    origin: DestinationSource,
    stdin: bool,
) -> Plan {
    let words: Vec<OsString> = [&["sshc"], arguments].concat().iter().map(OsString::from).collect();
    let options = Options::read(&words).unwrap();
    let mut context = Context::of_this_process();
    context.home = home.to_path_buf();
    context.system_directory = home.join("etc");
    context.local_user = "lena".into();
    context.environment.clear();
    context.environment.insert("LC_TIME".into(), "C".into());
    let around = Environment { context, stdin_is_terminal: stdin, has_terminal: true };
    plan(&options, "ada@node7".parse().unwrap(), origin, &around).unwrap()
}

fn planned(arguments: &[&str], origin: DestinationSource, stdin_is_terminal: bool) -> Plan {
    let home = tempfile::tempdir().unwrap();
    planned_in(home.path(), arguments, origin, stdin_is_terminal)
}

fn order(plan: Plan) -> SessionRequest {
    match plan.work {
        Work::Run(order) => order,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_keyboard_is_where_the_person_is() {
    use DestinationSource::{Arguments, StandardInput};
    use InputFrom::{Keyboard, Nothing, Standard};
    for (arguments, origin, stdin_is_terminal, terminal, input) in [
        (&["ada@node7"][..], Arguments, true, true, Keyboard),
        (&["ada@node7"], Arguments, false, false, Standard),
        (&["ada@node7", "cat"], Arguments, true, false, Standard),
        (&["-t", "ada@node7", "vim"], Arguments, true, true, Keyboard),
        (&["-t", "ada@node7", "vim"], Arguments, false, false, Standard),
        (&["-tt", "ada@node7", "vim"], Arguments, false, true, Standard),
        (&["-T", "ada@node7"], Arguments, true, false, Standard),
        (&["-n", "ada@node7", "cat"], Arguments, true, false, Nothing),
        (&["-o", "RequestTTY=force", "ada@node7", "vim"], Arguments, false, true, Standard),
        (&[], StandardInput, false, true, Keyboard),
        (&["-", "cat"], StandardInput, false, false, Standard),
    ] {
        let order = order(planned(arguments, origin, stdin_is_terminal));
        assert_eq!((order.terminal, order.input), (terminal, input), "{arguments:?}");
    }
}

#[test]
fn a_connect_timeout_of_0_means_the_default() {
    for arguments in [&["-o", "ConnectTimeout=0"][..], &["--connect-timeout", "0s"], &[]] {
        let plan =
            planned(&[arguments, &["ada@node7"]].concat(), DestinationSource::Arguments, true);
        let time_limit: Vec<_> =
            plan.route.iter().map(|hop| hop.transport.timeout.as_secs()).collect();
        assert_eq!(time_limit, [30], "{arguments:?}");
    }
}

#[test]
fn the_route_is_that_of_the_configuration() {
    let dial = |options: &[&str]| {
        let options = options.iter().flat_map(|option| ["-o", option]);
        let arguments: Vec<_> = options.chain(["ada@node7"]).collect();
        let dial = planned(&arguments, DestinationSource::Arguments, true).route.remove(0).dial;
        (dial.interface, dial.keep_alive, dial.tries)
    };
    assert_eq!(dial(&[]), (None, true, 1));
    let options = ["BindInterface=tun0", "TCPKeepAlive=no", "ConnectionAttempts=7"];
    assert_eq!(dial(&options), (Some("tun0".to_owned()), false, 7));
}

#[test]
fn an_option_is_louder_than_the_level_or_quieter() {
    for (level, option, expected) in [
        ("QUIET", None, (true, 0)),
        ("FATAL", None, (true, 0)),
        ("ERROR", None, (false, 0)),
        ("INFO", None, (false, 0)),
        ("VERBOSE", None, (false, 0)),
        ("DEBUG", None, (false, 1)),
        ("DEBUG2", None, (false, 2)),
        ("DEBUG3", None, (false, 3)),
        ("QUIET", Some("-vv"), (false, 2)),
        ("DEBUG3", Some("-v"), (false, 1)),
        ("DEBUG3", Some("-q"), (true, 0)),
    ] {
        let level = format!("LogLevel={level}");
        let arguments = option.into_iter().chain(["-o", &level, "ada@node7"]).collect::<Vec<_>>();
        let plan = planned(&arguments, DestinationSource::Arguments, true);
        assert_eq!((plan.quiet, plan.verbosity), expected, "{arguments:?}");
        assert_eq!(order(plan.clone()).quiet, plan.quiet);
    }
}

#[test]
fn a_rekey_limit_of_0_means_the_default() {
    for limit in ["0", "0 0", "default 0"] {
        let option = format!("RekeyLimit={limit}");
        let plan = planned(&["-o", &option, "ada@node7"], DestinationSource::Arguments, true);
        let [hop] = &plan.route[..] else { panic!("one server") };
        let TransportSettings { rekey_bytes, rekey_time, .. } = hop.transport;
        assert_eq!((rekey_bytes, rekey_time), (defaults::REKEY_BYTES, defaults::REKEY_TIME));
    }
}

#[test]
fn windows_are_small_where_keys_are_typed_and_large_for_one_stream() {
    for (arguments, expected) in [
        (&["ada@node7"][..], Purpose::Interactive),
        (&["-tt", "ada@node7", "vim"], Purpose::Interactive),
        (&["ada@node7", "cat"], Purpose::Bulk),
        (&["-W", "node8:22", "ada@node7"], Purpose::Bulk),
        (&["-N", "ada@node7"], Purpose::Tunnels),
        (&["-L", "auto:node8:80", "ada@node7"], Purpose::Tunnels),
    ] {
        assert_eq!(
            planned(arguments, DestinationSource::Arguments, true).purpose(),
            expected,
            "{arguments:?}"
        );
    }
}

#[test]
fn a_destination_from_a_log_is_filed_by_itself() {
    let scopes = |arguments: &[&str], origin| {
        let plan = planned(arguments, origin, false);
        plan.route.iter().map(|hop| hop.policy.scope).collect::<Vec<_>>()
    };
    assert_eq!(scopes(&["ada@node7"], DestinationSource::Arguments), [Scope::Host]);
    assert_eq!(scopes(&[], DestinationSource::StandardInput), [Scope::Target]);
    assert_eq!(
        scopes(&["-J", "gate"], DestinationSource::StandardInput),
        [Scope::Host, Scope::Target]
    );
    assert_eq!(
        scopes(&["--host-key-scope", "host"], DestinationSource::StandardInput),
        [Scope::Host]
    );
}

#[test]
fn the_route_ends_at_the_destination() {
    let arguments = ["-J", "gate,bob@[2001:db8::1]:2222", "-l", "eve", "-p", "23", "ada@node7"];
    let route = planned(&arguments, DestinationSource::Arguments, true).route;
    let shown: Vec<String> = route
        .iter()
        .map(|hop| format!("{:?} {} {}", hop.user.as_deref(), hop.host, hop.port))
        .collect();
    assert_eq!(
        shown,
        ["Some(\"lena\") gate 22", "Some(\"bob\") 2001:db8::1 2222", "Some(\"eve\") node7 23"]
    );
}

#[test]
fn an_option_beats_the_files_and_each_host_has_its_own_lines() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".ssh")).unwrap();
    let text = "Host gate\n User bob\n Port 2200\nHost node7\n HostName 192.0.2.7\n ProxyJump gate\n \
                ServerAliveInterval 7\n ConnectTimeout 9\n StrictHostKeyChecking yes\n \
                LocalForward 8888 localhost:88\n SendEnv LC_*\n SetEnv A=1\n RemoteCommand uptime %r\n";
    fs::write(home.path().join(".ssh/config"), text).unwrap();
    let plan = |arguments: &[&str]| {
        planned_in(home.path(), arguments, DestinationSource::Arguments, false)
    };

    let from_files = plan(&["node7"]);
    let [gate, node7] = &from_files.route[..] else { panic!("{:?}", from_files.route) };
    assert_eq!((gate.user.as_deref(), gate.port), (Some("bob"), 2200));
    assert_eq!(node7.host, "192.0.2.7");
    assert_eq!((node7.transport.keepalive.as_secs(), node7.transport.timeout.as_secs()), (7, 9));
    assert_eq!(node7.policy.unknown_hosts, UnknownHosts::Refuse);
    assert_eq!(from_files.forwards[0].forward.to_string(), "localhost:8888 to localhost:88");
    let order = order(from_files);
    assert_eq!(order.program, Program::Command("uptime ada".into()));
    assert_eq!(order.environment, [("LC_TIME".into(), "C".into()), ("A".into(), "1".into())]);

    let with_options =
        plan(&["--keepalive", "3s", "--connect-timeout", "4s", "-J", "other", "node7"]);
    let [other, node7] = &with_options.route[..] else { panic!("{:?}", with_options.route) };
    assert_eq!((other.host.as_str(), other.transport.keepalive.as_secs()), ("other", 3));
    assert_eq!((node7.transport.keepalive.as_secs(), node7.transport.timeout.as_secs()), (3, 4));

    let without = plan(&["-F", "none", "node7"]);
    assert_eq!(without.route.len(), 1);
    assert_eq!(without.route[0].transport.keepalive.as_secs(), 15);
    assert_eq!(without.route[0].transport.timeout.as_secs(), 30);
}

#[test]
fn in_batch_mode_no_password_is_asked_for() {
    let methods = |arguments: &[&str]| {
        let plan = planned(arguments, DestinationSource::Arguments, false);
        plan.route[0].credentials.methods.iter().map(<&str>::from).collect::<Vec<_>>()
    };
    let all = ["publickey", "keyboard-interactive", "password"];
    assert_eq!(methods(&["n"]), all);
    assert_eq!(methods(&["--batch", "n"]), ["publickey"]);
    assert_eq!(methods(&["--batch", "--password-file", "f", "n"]), all);
    assert_eq!(methods(&["-o", "BatchMode=yes", "n"]), ["publickey"]);
    assert_eq!(
        methods(&["-o", "PreferredAuthentications=password,publickey", "n"]),
        ["password", "publickey"]
    );
    assert_eq!(
        methods(&["-o", "PubkeyAuthentication=no", "n"]),
        ["keyboard-interactive", "password"]
    );
}
