//! `--announced` when the connection is lost, and with options that it excludes.
//! `pipeline::announced` tests the tunnels that it opens.

use harness::hostile::Hostile;
use rustix::process::Signal;

use super::Site;
use super::reconnect::{fetch, relayed};
use super::tunnels::port;

fn announcing(port: u16) -> String {
    format!(
        r#"{{"user":"ada","host":"203.0.113.7","services":[{{"name":"jupyter","scheme":"http","host":"127.0.0.1","port":{port}}}]}}{}"#,
        "\n"
    )
}

#[test]
fn announced_tunnels_come_back_on_the_same_port() {
    let site = Site::new();
    let service = Hostile::saying_and_closing("at your service");
    let (relay, destination) = relayed(&site);
    let options = ["-v", "--announced", "--reconnect", "--print-forwards", &destination];
    let mut running = site.sshc(options).stdin(announcing(service.port())).start();
    running.stdout.wait_for("}\n");
    let forward = serde_json::from_str(running.stdout.text().trim_end()).expect("a line of JSON");
    let port = port(&forward);
    assert_eq!(fetch(port), "at your service");

    relay.hang_up();
    assert_eq!(fetch(port), "at your service", "the caller waited for the line to return");
    running.stderr.wait_for("again");
    running.signal(Signal::INT);
    assert_eq!(running.finish().code(), 130);
}

#[test]
fn announced_services_exclude_what_has_no_place_beside_them() {
    let site = Site::new();
    let target = site.sshd.target();
    for (options, said) in [
        (&["--announced", "-f"][..], "the argument '--announced' cannot be used with '-f'"),
        (&["--open"], "--announced"),
        (&["--secrets"], "--announced"),
        (&["--secrets", "-f"], "--open and --secrets are for --announced"),
        (&["--announced", "-W", "a:1"], "the argument '--announced' cannot be used with '-W"),
        (&["--reconnect"], "--reconnect is for tunnels only: add -N or --announced"),
    ] {
        let line = announcing(8888);
        let refused = site.sshc(options.iter().copied()).arg(&target).stdin(line).run().failure(2);
        assert!(refused.contains(said), "{refused}");
    }
}
