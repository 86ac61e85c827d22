//! All programs that ask an agent, with ours.

use harness::sshd::Sshd;

use super::{agent, key, keyagent, ssh_add};

#[test]
fn ssh_add_lists_tests_and_removes() {
    let (home, _agent) = agent(&[]);
    assert_eq!(ssh_add(&home, ["-l"]), (1, "The agent has no identities.\n".to_owned()));
    let kinds =
        ["ed25519", "rsa -b 2048", "rsa -b 1024", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521"];
    let lines: Vec<String> = kinds
        .iter()
        .enumerate()
        .map(|(at, kind)| key(&home, kind, &format!("k{at}"), ""))
        .collect();
    for at in 0..kinds.len() {
        assert_eq!(ssh_add(&home, ["-q", &format!("k{at}")]).0, 0);
    }
    assert_eq!(ssh_add(&home, ["-L"]), (0, lines.join("\n") + "\n"));
    for (at, kind) in kinds.iter().enumerate() {
        // It signs, for RSA without flags, and the signature verifies.
        let signed = ssh_add(&home, ["-T", &format!("k{at}.pub")]);
        assert_eq!(signed, (0, String::new()), "{kind}");
    }
    // Adding the same key again replaces the comment and keeps the position.
    keyagent(&home, ["add", "k0", "-C", "another"]);
    let (_, listed) = ssh_add(&home, ["-L"]);
    assert!(listed.lines().next().is_some_and(|first| first.ends_with(" another")), "{listed}");
    assert_eq!(ssh_add(&home, ["-d", "k1.pub"]).0, 0);
    assert_eq!(ssh_add(&home, ["-l"]).1.lines().count(), kinds.len() - 1);
    assert_eq!(ssh_add(&home, ["-d", "k1.pub"]).0, 1);
    assert_eq!(ssh_add(&home, ["-D"]).0, 0);
    assert_eq!(ssh_add(&home, ["-l"]).0, 1);
    // There is no token, and ssh-add fails without asking the agent.
    assert_ne!(ssh_add(&home, ["-K"]).0, 0);
    assert_eq!(ssh_add(&home, ["-l"]).0, 1);
}

#[test]
fn logins_of_every_program_are_signed() {
    let (home, _agent) = agent(&[]);
    for kind in ["ed25519", "rsa -b 2048"] {
        let line = key(&home, kind, "id", "");
        let sshd = Sshd::setup().authorize(&line).host_key_type("ed25519").start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        keyagent(&home, ["add", "id"]);
        let port = sshd.port().to_string();
        let user = sshd.user();
        let known = format!("UserKnownHostsFile={}", home.path(".ssh/known_hosts").display());
        let options =
            ["-F", "none", "-o", "BatchMode=yes", "-o", &known, "-o", "IdentityFile=none"];
        let ssh =
            home.peer("ssh").args(options).args(["-p", &port, "-l", &user, "127.0.0.1", "echo in"]);
        assert_eq!(ssh.run().quiet_success(), "in\n", "ssh, {kind}");
        let pin = sshd.fingerprint("ed25519");
        let putty = |program: &str| {
            home.peer(program).args(["-batch", "-hostkey", &pin, "-P", &port, "-l", &user])
        };
        let plink = putty("plink").args(["127.0.0.1", "echo in"]).run();
        assert_eq!(plink.stdout(), "in\n", "plink, {kind}: {}", plink.stderr());
        let psftp = putty("psftp").args(["-be", "-b"]).arg(home.write("do", "pwd\n"));
        let psftp = psftp.arg("127.0.0.1").run();
        assert_eq!(psftp.code(), 0, "psftp, {kind}: {}", psftp.stderr());
        let ours = home.tool("sshc").args([&sshd.target(), "--", "echo in"]).run();
        assert_eq!(ours.quiet_success(), "in\n", "sshc, {kind}");
        for program in [PARAMIKO, ASYNCSSH] {
            let ran = home.python().args(["-c", program, &port, &user]).run();
            assert_eq!(ran.stdout(), "in\n", "{kind}: {}", ran.stderr());
        }
        keyagent(&home, ["remove", "id.pub"]);
        std::fs::remove_file(home.path("id")).expect("it is there");
    }
}

const PARAMIKO: &str = "
import paramiko, sys
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect('127.0.0.1', int(sys.argv[1]), sys.argv[2], look_for_keys=False)
print(client.exec_command('echo in')[1].read().decode(), end='')
";

const ASYNCSSH: &str = "
import asyncio, asyncssh, sys
async def main():
    options = dict(username=sys.argv[2], known_hosts=None, config=None)
    async with asyncssh.connect('127.0.0.1', int(sys.argv[1]), **options) as connection:
        print((await connection.run('echo in')).stdout, end='')
asyncio.run(main())
";

#[test]
fn git_signs_its_commits() {
    let (home, _agent) = agent(&[]);
    let line = key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    std::fs::remove_file(home.path("id")).expect("it is there");
    home.write("allowed", format!("ada@node7 {line}"));
    home.write(
        ".gitconfig",
        "[user]\nname = Ada\nemail = ada@node7\nsigningKey = id.pub\n[gpg]\nformat = ssh\n\
         [gpg \"ssh\"]\nallowedSignersFile = allowed\n",
    );
    let git = |arguments: &[&str]| home.peer("git").args(arguments.to_vec()).run();
    assert_eq!(git(&["init", "-q"]).code(), 0);
    let made = git(&["commit", "-q", "-S", "--allow-empty", "-m", "signed"]);
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let verified = git(&["verify-commit", "HEAD"]);
    assert_eq!(verified.code(), 0, "{}", verified.stderr());
}

#[test]
fn a_certificate_is_held_beside_its_key_until_it_has_run_out() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "ca", "");
    let line = key(&home, "ecdsa -b 256", "id", "");
    let certify = |validity: &str| {
        let made = home
            .peer("ssh-keygen")
            .args(["-q", "-s", "ca", "-I", "ada", "-n", "ada", "-V", validity]);
        assert_eq!(made.arg("id.pub").run().code(), 0);
    };
    certify("-2h:-1h");
    keyagent(&home, ["add", "id"]);
    assert_eq!(ssh_add(&home, ["-L"]), (0, line + "\n"), "one that has run out is not offered");
    let listed = keyagent(&home, ["list"]);
    let shown = listed.lines().nth(1).expect("it is shown");
    let expected = " ecdsa-sha2-nistp256-cert-v01@openssh.com id (certificate expired 20";
    assert!(shown.contains(expected) && shown.ends_with(" UTC)"), "{listed}");
    let json = keyagent(&home, ["list", "--json"]);
    assert!(json.lines().nth(1).is_some_and(|it| it.contains("\"expired\":true")), "{json}");
    keyagent(&home, ["remove", "id"]);
    assert_eq!(keyagent(&home, ["list"]), "", "it does not stay without its key");
    keyagent(&home, ["add", "id"]);
    certify("-1h:+1h");
    keyagent(&home, ["add", "id"]);
    let (_, listed) = ssh_add(&home, ["-l"]);
    assert_eq!(listed.matches("(ECDSA-CERT)").count(), 1, "{listed}");
    let listed = keyagent(&home, ["list"]);
    for (is, count) in [("valid until", 1), ("expired", 0)] {
        let note = format!(" id (certificate {is} 20");
        assert_eq!(listed.matches(&note).count(), count, "{is}: {listed}");
    }
    for public in ["id.pub", "id-cert.pub"] {
        assert_eq!(ssh_add(&home, ["-T", public]), (0, String::new()), "{public}");
    }
    keyagent(&home, ["remove", "id"]);
    assert_eq!(ssh_add(&home, ["-l"]).0, 1);
}
