//! The exact command lines of programs that are too large for the tests, or that need what no test
//! has.

use super::Lab;
use crate::sshc::tunnels::connect;
use harness::sshd::free_port;

#[test]
fn docker_reaches_its_daemon() {
    // `docker -H ssh://ada@host:port`: what the server answers to is the daemon's protocol.
    let lab = Lab::new();
    let port = lab.0.sshd.port().to_string();
    let user = lab.0.sshd.user();
    lab.0.home.write(".ssh/config", format!("IdentityFile {}\n", lab.path("id_ed25519")));
    let fake = lab.path("fake");
    lab.0.home.write("fake", "echo \"$@\"; cat\n");
    for words in [
        &["-o", "ConnectTimeout=30", "-l", &user, "-p", &port, "-T", "--", "127.0.0.1"][..],
        &["-l", &user, "-p", &port, "--", "127.0.0.1"],
    ] {
        let call = lab.ssh().args(words.iter().copied());
        let call = call.args(["sh", &fake, "system", "dial-stdio"]).stdin("GET /_ping\r\n\r\n");
        assert_eq!(lab.through_sshc(call.run()), "system dial-stdio\nGET /_ping\r\n\r\n");
    }
}

#[test]
fn openmpi_and_slurm_style_launchers_start_their_daemons() {
    let lab = Lab::new();
    let line = "PATH=/opt/mpi/bin:$PATH ; export PATH ; echo orted \"$0\" -mca ess env ; \
                sleep 0";
    let call = lab.ssh().args(["-x", "lb", "   ", line]);
    let said = lab.through_sshc(call.stdin("").run());
    assert!(said.starts_with("orted ") && said.ends_with("-mca ess env\n"), "{said}");
    // Intel MPI and MPICH's Hydra.
    let hydra = lab.ssh().args(["-x", "-q", "lb", "echo", "\"hydra_pmi_proxy\"", "--id", "0"]);
    assert_eq!(lab.through_sshc(hydra.stdin("").run()), "hydra_pmi_proxy --id 0\n");
}

#[test]
fn tramp_gets_a_shell_on_its_terminal() {
    // Emacs' `/ssh:lb:` starts this from a shell on a terminal, and waits for the prompt.
    let lab = Lab::new();
    let user = lab.0.sshd.user();
    let port = lab.0.sshd.port().to_string();
    let call = lab.program("sh").args([
        "-c",
        "exec ssh -l \"$1\" -p \"$2\" -o ControlMaster=auto -o ControlPath=\"$3\" -o \
         ControlPersist=no -e none lb",
        "sh",
        &user,
        &port,
        &lab.path("tramp.%C"),
    ]);
    let mut terminal = call.env("TERM", "dumb").on_terminal();
    terminal.send_line("exec env ENV='' PS1='///tramp-prompt#$ ' /bin/sh -i");
    terminal.expect("///tramp-prompt#$ ");
    terminal.send_line("echo \\\"`uname -sr`\\\" 2>/dev/null; echo tramp_exit_status $?");
    terminal.expect("\"Linux ");
    terminal.expect("tramp_exit_status 0");
    terminal.send_line("exit");
    assert_eq!(terminal.finish().code(), 0);
    lab.assert_sshc_came();
}

#[test]
fn vs_code_sends_its_script_and_gets_a_proxy() {
    let lab = Lab::new();
    let version = lab.ssh().arg("-V").run();
    assert!(version.code() == 0 && version.stderr().contains("OpenSSH"), "{}", version.stderr());
    let port = free_port();
    let call = lab.ssh().args(["-v", "-T", "-D", &port.to_string()]);
    let call = call.args(["-o", "ConnectTimeout=15", "-F", &lab.path(".ssh/config"), "lb", "sh"]);
    let mut running = call.stdin_open().start();
    running.send("echo listeningOn==; uname -s\n");
    running.stdout.wait_for("listeningOn==\nLinux\n");
    drop(connect(port));
    running.send("exit 3\n");
    running.close_stdin();
    assert_eq!(running.finish().code(), 3);
    lab.assert_sshc_came();
}

#[test]
fn vagrant_and_gcloud_log_in() {
    let lab = Lab::new();
    let (user, key) = (lab.0.sshd.user(), lab.path("id_ed25519"));
    let port = lab.0.sshd.port().to_string();
    let there = format!("{user}@127.0.0.1");
    let vagrant = lab.ssh().args([&there, "-p", &port]).args([
        "-o",
        "LogLevel=FATAL",
        "-o",
        "Compression=yes",
        "-o",
        "DSAAuthentication=yes",
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "ForwardX11=no",
        "-i",
        &key,
        "-t",
        "bash -l -c 'echo in'",
    ]);
    let ran = vagrant.run();
    assert_eq!(ran.stderr(), "");
    assert_eq!(lab.through_sshc(ran), "in\n");
    let known = lab.path("google_compute_known_hosts");
    let host_key = lab.0.sshd.host_key("ed25519");
    lab.0.home.write("google_compute_known_hosts", format!("compute.7 {host_key}\n"));
    let gcloud = |words: &[&str]| {
        let file = format!("UserKnownHostsFile={known}");
        let options = ["CheckHostIP=no", "HashKnownHosts=no", "HostKeyAlias=compute.7"];
        let options =
            options.into_iter().chain(["IdentitiesOnly=yes", "StrictHostKeyChecking=yes"]);
        let options = options.chain([file.as_str()]).flat_map(|option| ["-o", option]);
        let options: Vec<_> = options.collect();
        let ssh = lab.ssh().args(words.iter().copied()).args(["-i", &key]);
        lab.through_sshc(ssh.args(options).args([&there, "-p", &port, "--", "echo", "in"]).run())
    };
    assert_eq!(gcloud(&["-T"]), "in\n");
    // `gcloud compute start-iap-tunnel` is a proxy command.
    let proxy = format!("ProxyCommand busybox nc 127.0.0.1 {port}");
    let proxied = lab.ssh().args(["-T", "-i", &key, "-o", &proxy, "-o", "ProxyUseFdpass=no"]);
    let proxied = proxied.args(["-o", "HostKeyAlias=compute.7", "-o"]);
    let proxied = proxied.arg(format!("UserKnownHostsFile={known}"));
    let ran = proxied.args([&format!("{user}@compute.7"), "--", "echo in"]).run();
    assert_eq!(lab.through_sshc(ran), "in\n");
}
