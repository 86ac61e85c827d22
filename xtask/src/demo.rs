//! `cargo xtask demo`: the main use from the first key to the tunnel, on an embedded cluster.
//!
//! Every command is printed as a user would type it, and run exactly so. What others do (the
//! account page, the cluster that writes its log, the notebook on it) happens between the lines.

mod cluster;
mod line;
mod notebook;

use std::fs;
use std::path::{Path, PathBuf};

use crate::step::{self, Failure, Outcome};
use crate::workspace;
use cluster::Cluster;
use line::Line;

const USER: &str = "uprod_qpWia";
const GATE_USER: &str = "gate_qpWia";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::usage("usage: cargo xtask demo"));
    }
    // In one call for the whole workspace, because separate builds would not share features with
    // the tests.
    let bins = ["keygen", "pubkey-copy", "joblog-parse", "sshc", "embedded-cluster"];
    workspace::build(&[&["--workspace"][..], &bins.map(|bin| ["--bin", bin]).concat()].concat())?;
    let home = empty_home()?;
    let user = Line::in_home(&home);

    step::say("# a key pair, as PuTTYgen makes it")?;
    user.run(&[&["keygen", "--no-passphrase", "-o", "id.ppk"]])?;

    step::say("\n# its public half, for the account page")?;
    let public_line = user.output(&[&["pubkey-copy", "id.ppk", "--print"]])?;

    let (gate, cluster) =
        (Cluster::start(GATE_USER, public_line.trim())?, Cluster::start(USER, public_line.trim())?);
    let notebook = notebook::serve()?;
    let log = write_log(&home, &gate, &cluster, notebook)?;
    step::say("\n# the job runs on a cluster, and its log says where")?;
    step::say(log.trim_end())?;

    step::say("\n# a command on that cluster")?;
    let parse: &[&str] = &["joblog-parse", "--allow-private", "--json", "log.txt"];
    let login: &[&str] = &["sshc", "--key", "id.ppk", "--accept-new"];
    let who = user.output(&[parse, &[login, &["-", "whoami"]].concat()])?;
    if who.trim() != USER {
        return Err(Failure::new(format!("we are `{}` there, not `{USER}`", who.escape_debug())));
    }

    step::say("\n# a tunnel to a notebook on it")?;
    let port = notebook::free_port()?;
    let forward = format!("{port}:localhost:{notebook}");
    let _tunnel = user.start(&[parse, &[login, &["-N", "-L", &forward]].concat()])?;
    let (status, page) = notebook::read(&format!("http://127.0.0.1:{port}/"))?;
    step::say(&format!("http://localhost:{port}/ says: {status}: {page}"))?;

    step::say(
        "\n# the notebook that the log announces, through the gate and the cluster, in one command",
    )?;
    let parse: &[&str] = &["joblog-parse", "--allow-private", "--json", "--secrets", "log.txt"];
    let mut tunnel = user.start(&[parse, &[login, &["--announced", "--secrets"]].concat()])?;
    let line = tunnel.first_line()?;
    step::say(line.trim_end())?;
    let url = line.split(' ').next().unwrap_or_default();
    let (status, page) = notebook::read(url)?;
    if !status.ends_with("200 OK") {
        return Err(Failure::new(format!("the notebook says `{}`", status.escape_debug())));
    }
    step::say(&format!("{url} says: {status}: {page}"))
}

/// The home of the demonstration, below `target/`, where it can be inspected afterwards.
fn empty_home() -> Result<PathBuf, Failure> {
    let home = workspace::target().join("demo");
    if home.exists() {
        fs::remove_dir_all(&home)
            .map_err(|error| Failure::new(format!("cannot empty `{}`: {error}", home.display())))?;
    }
    fs::create_dir_all(&home)
        .map_err(|error| Failure::new(format!("cannot create `{}`: {error}", home.display())))?;
    Ok(home)
}

/// A log as a platform writes it, including a private address.
fn write_log(
    home: &Path,
    gate: &Cluster,
    cluster: &Cluster,
    notebook: u16,
) -> Result<String, Failure> {
    let (host, port) = (cluster.address.ip(), cluster.address.port());
    let (gate, page) = (gate.address, notebook::PAGE_PATH);
    let log = format!(
        "[2026-11-22T12:01:02Z]: Cluster provisioning started\n\
         [2026-11-22T12:04:11Z]: Host 0 -- 172.16.1.95 -- Ranks 0-119\n\
         [2026-11-22T12:04:12Z]: Cluster is up. To log in: ssh -J {GATE_USER}@{gate} -p {port} {USER}@{host}\n\
         [2026-11-22T12:05:46Z]: Launching ./run, Working dir: /enc/{USER}/run/shared.\n\
         [2026-11-22T12:05:50Z]: [ServerApp] Jupyter Server 2.14.2 is running at:\n\
         [2026-11-22T12:05:50Z]: [ServerApp] http://localhost:{notebook}{page}\n\
         [2026-11-22T12:05:50Z]: [ServerApp]     http://127.0.0.1:{notebook}{page}\n"
    );
    let path = home.join("log.txt");
    fs::write(&path, &log)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
    Ok(log)
}
