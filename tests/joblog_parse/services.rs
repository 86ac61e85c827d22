//! What a log announces besides the login: which services, of which job, and how much of their
//! tokens.

use std::fmt::Write as _;

use harness::home::Home;
use harness::invocation::Finished;

const LOGIN: &str = "To log in: ssh -p 2222 ada@203.0.113.7\n";
const NOTEBOOK: &str = "\
[I 2026-11-22 12:05:01.123 ServerApp] Jupyter Server 2.14.2 is running at:
[I 2026-11-22 12:05:01.123 ServerApp] http://node07:8888/lab?token=0123abcd
[I 2026-11-22 12:05:01.123 ServerApp]     http://127.0.0.1:8888/lab?token=0123abcd
";

fn parse(arguments: &[&str], log: &str) -> Finished {
    Home::new().tool("joblog-parse").args(arguments.to_vec()).stdin(log).run()
}

/// The `services` of each line of `--json`, verbatim.
fn services(arguments: &[&str], log: &str) -> Vec<String> {
    let run = parse(&[&["--json"], arguments].concat(), log);
    let lines = run.quiet_success();
    let services = lines.lines().map(|line| {
        let services = line.split_once(",\"services\":").map_or("", |(_, services)| services);
        services.strip_suffix('}').unwrap_or_default().to_owned()
    });
    services.collect()
}

/// `host:port` of each service that belongs to the chosen login.
fn places(log: &str) -> Vec<String> {
    let run = parse(&["-o", "forwards"], log);
    run.stdout().lines().filter_map(|line| line.split_once(':')).map(|it| it.1.into()).collect()
}

#[test]
fn a_notebook_is_one_service_and_its_token_is_kept_back() {
    let log = format!("{LOGIN}{NOTEBOOK}");
    let service = |token| {
        format!(
            r#"[{{"name":"jupyter","scheme":"http","host":"node07","port":8888,"path":"/lab","token_parameter":"token","token":{token},"line":4}}]"#
        )
    };
    assert_eq!(services(&[], &log), [service("null")]);
    assert_eq!(services(&["--secrets"], &log), [service("\"0123abcd\"")]);
    assert_eq!(parse(&["-o", "forwards"], &log).quiet_success(), "8888:node07:8888\n");
    assert_eq!(parse(&[], &log).quiet_success(), "ada@203.0.113.7:2222\n");
}

#[test]
fn the_line_of_a_login_is_reported_without_its_token() {
    let line =
        "ssh -N -L 8888:node07:8888 ada@203.0.113.7  # http://localhost:8888/lab?token=0123abcd\n";
    for arguments in [&["--json"][..], &["--explain"], &["--explain", "--json"]] {
        let run = parse(arguments, line);
        let said = run.quiet_success();
        assert!(said.contains("?token=***") && !said.contains("0123abcd"), "{said}");
    }
    let log = format!("Your notebook: {line}");
    assert_eq!(parse(&[], &log).quiet_success(), "ada@203.0.113.7\n");
    let said = services(&["--secrets"], &log).join("");
    assert!(said.contains(r#""host":"node07","port":8888,"path":"/lab""#), "{said}");
    assert!(said.contains(r#""token":"0123abcd""#), "{said}");
}

#[test]
fn forwards_are_what_ssh_takes() {
    let log = format!(
        "{LOGIN}{NOTEBOOK}TensorBoard 2.15.1 at http://node07:6006/ (Press CTRL+C to quit)\n\
         Dashboard: http://node08:8888/status is running\nDesktop started on display [::1]:1\n\
         Uvicorn running on http://[2001:db8::7]:8000\n"
    );
    let forwards = parse(&["-o", "forwards"], &log).quiet_success();
    assert_eq!(
        forwards,
        "8888:node07:8888\n6006:node07:6006\n8889:node08:8888\n5901:localhost:5901\n8000:[2001:db8::7]:8000\n"
    );
    let home = Home::new();
    for forward in forwards.lines() {
        let config = home.peer("ssh").args(["-TGF", "none", "-L", forward, "host"]).run();
        assert!(config.quiet_success().contains("\nlocalforward "), "{forward}");
    }
}

#[test]
fn a_log_without_a_login_has_forwards_all_the_same() {
    assert_eq!(parse(&["-o", "forwards"], NOTEBOOK).quiet_success(), "8888:node07:8888\n");
    let refused = parse(&["-o", "forwards"], LOGIN).failure(1);
    assert_eq!(
        refused,
        "joblog-parse: no service found in the log\n\
         joblog-parse: hint: -L takes one by hand: port:host:hostport\n"
    );
}

#[test]
fn services_are_those_of_the_cluster_that_is_meant() {
    let again = LOGIN.replace("203.0.113.7", "203.0.113.8");
    let other = NOTEBOOK.replace("node07", "node08").replace("8888", "8890");
    let log = format!("{LOGIN}{NOTEBOOK}Cluster terminated\n{again}");
    assert_eq!(places(&log), [""; 0]);
    let log = format!("{log}{other}");
    assert_eq!(places(&log), ["node08:8890"]);
    let all = services(&["--all"], &log);
    assert!(all.len() == 2 && all[0].contains("node07") && all[1].contains("node08"), "{all:?}");
    let first = services(&["--first"], &log);
    assert!(first.len() == 1 && first[0].contains("node07"), "{first:?}");
}

#[test]
fn what_has_ended_is_not_reported() {
    let spark = "INFO SparkUI: Bound SparkUI to 0.0.0.0, and started at http://node07:4040\n";
    let stopped = "INFO SparkUI: Stopped Spark web UI at http://node07:4040\n";
    assert_eq!(places(&format!("{LOGIN}{spark}")), ["node07:4040"]);
    assert_eq!(places(&format!("{LOGIN}{spark}{stopped}")), [""; 0]);
    assert_eq!(places(&format!("{LOGIN}{spark}{stopped}{spark}")), ["node07:4040"]);
}

#[test]
fn the_login_host_sees_itself_as_its_loopback() {
    let log = "ssh ada@gpu3.example.edu\nTensorBoard 2.15.1 at http://gpu3.example.edu:6006/\n";
    assert_eq!(places(log), ["localhost:6006"]);
    let log = "ssh ada@203.0.113.7\nUvicorn running on http://0.0.0.0:8000\n";
    assert_eq!(places(log), ["localhost:8000"]);
}

#[test]
fn hostile_and_foreign_addresses_are_no_services() {
    let log = format!(
        "{LOGIN}\
         Jupyter is running at http://169.254.169.254:8888/latest/meta-data?token=ab\n\
         Jupyter is running at http://-oProxyCommand=id:8888/lab\n\
         Jupyter is running at http://node07:22/lab or http://node07:70000/lab or http://node07:0/\n\
         Jupyter is running at http://ada:pw@node07:8888/lab\n\
         Jupyter is running at http://node07:8888//evil.example/%2e%2e/lab\n\
         Jupyter is running at http://node07:8888/lab?token=a\u{1}b\n\
         Open javascript://node07:8888/%0aalert(1) in your browser\n\
         https_proxy=http://proxy.corp:3128 pip install -i http://mirror.local:8081/simple numpy\n\
         Downloading https://github.com/x/y/releases/z.tgz\n\
         wandb: View run at https://wandb.ai/team/run\n\
         + ssh -N -L 5432:db:5432 bastion\n\
         Connecting to license server http://lic01:8090\n"
    );
    assert_eq!(services(&["--secrets"], &log), [""]);
}

#[test]
fn thousands_of_services_leave_the_last_ones() {
    let mut log = LOGIN.to_owned();
    for port in 10_000..30_000 {
        let _ = writeln!(log, "Dashboard of Dask is running at http://node07:{port}/status");
    }
    let places = places(&log);
    assert_eq!((places.len(), places[15].as_str()), (16, "node07:29999"));
    let line = services(&["--secrets"], &log).join("");
    assert!(line.len() < 8 * 1024, "{} bytes", line.len());
}

#[test]
fn a_service_far_from_everything_else_is_seen() {
    let filler = "residual 0.25 1.75 2.5e-6\n".repeat(500);
    for line in [
        "TensorBoard 2.15.1 at http://node07:6006/\n",
        "Jupyter listening on node07 port 6006\n",
        "Dask dashboard is at node07:6006\n",
    ] {
        assert_eq!(places(&format!("{LOGIN}{filler}{line}{filler}")), ["node07:6006"], "{line}");
    }
    let line = "New 'node07:2 (ada)' desktop is node07:2\n";
    assert_eq!(places(&format!("{LOGIN}{filler}{line}{filler}")), ["node07:5902"]);
}
