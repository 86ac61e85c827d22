//! Agents that `sshc` asks: OpenSSH's, PuTTY's, and forwarded ones.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use harness::agent::Agent;
use harness::home::Home;
use harness::sshd::Sshd;
use keygen::PrivateKeyFile;
use russh::client::{self, AuthResult, Handle};
use russh::keys::PublicKeyOrCertificate;
use russh::keys::signature::Verifier as _;
use russh::keys::ssh_key::{HashAlg, PublicKey, Signature};
use sshc::agent::{
    AgentError, Agents, Choice, Constraints, Identity, PublicHalf, RelayPolicy, relay,
};

use super::{key_pair, openssh_agent, public_line, server};

const TYPES: [&str; 3] = ["ed25519", "ecdsa", "rsa"];

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(work)
}

async fn connect(socket: &Path) -> Agents {
    let choice = Choice::Path(socket.display().to_string());
    Agents::connect(&choice).await.expect("the agent listens")
}

/// An agent with a key of each type.
fn filled_agent(home: &Home) -> Agent {
    let agent = openssh_agent(home);
    for key_type in TYPES {
        agent.add(home, &key_pair(home, key_type));
    }
    agent
}

/// `ssh-add` with these arguments, for this agent.
fn ssh_add(home: &Home, socket: &Path, arguments: &[&str]) -> (i32, String) {
    let ran =
        home.peer("ssh-add").env("SSH_AUTH_SOCK", socket).args(arguments.iter().copied()).run();
    (ran.code(), format!("{}{}", ran.stdout(), ran.stderr()))
}

async fn assert_signs(agents: &mut Agents, identity: &Identity) {
    let key = identity.public_key();
    let hash = key.algorithm().is_rsa().then_some(HashAlg::Sha512);
    let blob = agents.sign(identity, hash, b"to be signed").await.expect("the agent signs");
    let signature = Signature::try_from(blob.as_slice()).expect("it is a signature");
    key.key_data().verify(b"to be signed", &signature).expect("it is the key's");
    if hash.is_some() {
        assert_eq!(signature.algorithm().as_str(), "rsa-sha2-512");
    }
}

#[test]
fn openssh_keys_are_listed_in_order_and_sign() {
    let home = Home::new();
    let agent = filled_agent(&home);
    block_on(async {
        let mut agents = connect(agent.socket()).await;
        let listing = agents.identities().await.unwrap();
        let comments: Vec<_> = listing.identities.iter().map(|it| it.comment.as_str()).collect();
        assert_eq!(comments, ["id_ed25519", "id_ecdsa", "id_rsa"]);
        assert_eq!(listing.unreadable, []);
        for identity in &listing.identities {
            assert_signs(&mut agents, identity).await;
        }
    });
}

#[test]
fn pageants_keys_are_listed_and_sign() {
    let home = Home::new();
    let keys = ["rsa", "ed25519", "ecdsa"].map(|key_type| {
        let file = home.path(format!("{key_type}.ppk"));
        let made =
            home.peer("puttygen").args(["-q", "-t", key_type, "-C", key_type, "-o"]).arg(&file);
        let made = made.args(["--new-passphrase", "/dev/null"]).run();
        assert_eq!(made.code(), 0, "{}", made.stderr());
        file
    });
    let agent = Agent::pageant(&home, &keys.each_ref().map(PathBuf::as_path));
    block_on(async {
        let mut agents = connect(agent.socket()).await;
        let listing = agents.identities().await.unwrap();
        let mut comments: Vec<_> =
            listing.identities.iter().map(|it| it.comment.as_str()).collect();
        comments.sort_unstable();
        assert_eq!(comments, ["ecdsa", "ed25519", "rsa"]);
        for identity in &listing.identities {
            assert_signs(&mut agents, identity).await;
        }
    });
}

#[test]
fn keys_are_added_with_their_comment_and_constraints() {
    let home = Home::new();
    let agent = openssh_agent(&home);
    block_on(async {
        let mut agents = connect(agent.socket()).await;
        for (key_type, confirm) in [("rsa", false), ("ecdsa", false), ("ed25519", true)] {
            let key =
                PrivateKeyFile::read(&key_pair(&home, key_type)).unwrap().unlock(None).unwrap();
            let lifetime = Some(Duration::from_secs(3600));
            let constraints = Constraints { lifetime, confirm };
            agents.add(&key, &format!("ada's {key_type}"), constraints).await.unwrap();
        }
        let (code, listed) = ssh_add(&home, agent.socket(), &["-l"]);
        assert_eq!(code, 0);
        for comment in ["ada's rsa (RSA)", "ada's ecdsa (ECDSA)", "ada's ed25519 (ED25519)"] {
            assert!(listed.contains(comment), "{listed}");
        }
        let identities = agents.identities().await.unwrap().identities;
        assert_signs(&mut agents, &identities[0]).await;
        assert_signs(&mut agents, &identities[1]).await;
        // There is no one to confirm the signature.
        let error = agents.sign(&identities[2], None, b"data").await.unwrap_err();
        assert!(matches!(error, AgentError::Refused { .. }), "{error}");
    });
}

/// A client that trusts every host.
struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _key: &PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

async fn dial(sshd: &Sshd) -> Handle<Trusting> {
    let config = Arc::new(client::Config::default());
    client::connect(config, sshd.address(), Trusting).await.expect("sshd listens")
}

/// Logs in with the agent's last identity, after binding the session to the agent or not.
async fn log_in(sshd: &Sshd, agents: &mut Agents, bind: bool) -> Result<AuthResult, AgentError> {
    let mut handle = dial(sshd).await;
    if bind {
        let session = handle.agent_session_binding().expect("keys were exchanged");
        agents.bind(session, false).await?;
    }
    let identity = agents.identities().await?.identities.pop().expect("it has one");
    let mut signer = agents.signer(&identity);
    let user = sshd.user();
    match &identity.public {
        PublicHalf::Key(key) => {
            let hash = key.algorithm().is_rsa().then_some(HashAlg::Sha256);
            let key = PublicKey::clone(key);
            handle.authenticate_publickey_with(user, key, hash, &mut signer).await
        }
        PublicHalf::Certificate(certificate) => {
            let certificate = (**certificate).clone();
            handle.authenticate_certificate_with(user, certificate, None, &mut signer).await
        }
    }
}

#[test]
fn each_type_of_key_logs_in() {
    let home = Home::new();
    for key_type in TYPES {
        let agent = openssh_agent(&home);
        let key = key_pair(&home, key_type);
        agent.add(&home, &key);
        let sshd = server().authorize(public_line(&key)).start();
        block_on(async {
            let mut agents = connect(agent.socket()).await;
            let result = log_in(&sshd, &mut agents, true).await.unwrap();
            assert!(result.success(), "{key_type}: {}", sshd.log().text());
        });
        drop(agent);
        for file in [key.with_extension("pub"), key, home.path(".run").join("agent")] {
            let _ = std::fs::remove_file(file);
        }
    }
}

#[test]
fn a_certificate_in_the_agent_logs_in() {
    let home = Home::new();
    let (authority, key) = (key_pair(&home, "ecdsa"), key_pair(&home, "ed25519"));
    let sshd =
        server().option(format!("TrustedUserCAKeys {}", authority.with_extension("pub").display()));
    let sshd = sshd.start();
    let signed = home.peer("ssh-keygen").args(["-q", "-s"]).arg(&authority);
    let signed = signed.args(["-I", "test", "-n", &sshd.user()]).arg(key.with_extension("pub"));
    assert_eq!(signed.run().code(), 0);
    let agent = openssh_agent(&home);
    agent.add(&home, &key);
    block_on(async {
        let mut agents = connect(agent.socket()).await;
        let listing = agents.identities().await.unwrap();
        let certified = |it: &Identity| matches!(it.public, PublicHalf::Certificate(_));
        assert_eq!(listing.identities.iter().map(certified).collect::<Vec<_>>(), [false, true]);
        let result = log_in(&sshd, &mut agents, true).await.unwrap();
        assert!(result.success(), "{}", sshd.log().text());
    });
}

#[test]
fn a_key_for_one_host_signs_only_in_a_session_bound_to_it() {
    let home = Home::new();
    let key = key_pair(&home, "ed25519");
    let sshd = server().authorize(public_line(&key)).start();
    let known: String = TYPES.iter().map(|it| sshd.known_hosts_line(it) + "\n").collect();
    let known_hosts = home.write("known_hosts", known).display().to_string();
    let agent = openssh_agent(&home);
    let host = format!("[127.0.0.1]:{}", sshd.port());
    let arguments = ["-q", "-H", &known_hosts, "-h", &host, &key.display().to_string()];
    let (code, said) = ssh_add(&home, agent.socket(), &arguments);
    assert_eq!(code, 0, "{said}");
    block_on(async {
        let mut unbound = connect(agent.socket()).await;
        let error = log_in(&sshd, &mut unbound, false).await.unwrap_err();
        assert!(matches!(error, AgentError::Refused { .. }), "{error}");
        let mut bound = connect(agent.socket()).await;
        assert!(log_in(&sshd, &mut bound, true).await.unwrap().success());
    });
}

/// Relays connections on a new socket to `agent`, like channels from a remote host, until the
/// process ends.
fn forward(home: &Home, agent: &Agent, pass: RelayPolicy) -> PathBuf {
    let socket = home.path(".run").join("forwarded");
    let listener = UnixListener::bind(&socket).expect("the name is free");
    listener.set_nonblocking(true).expect("it is ours");
    let choice = Choice::Path(agent.socket().display().to_string());
    thread::spawn(move || {
        block_on(async {
            let listener = tokio::net::UnixListener::from_std(listener).expect("it is a socket");
            while let Ok((channel, _)) = listener.accept().await {
                let choice = choice.clone();
                tokio::spawn(async move { relay(channel, &choice, None, pass).await });
            }
        });
    });
    socket
}

#[test]
fn a_forwarded_agent_logs_in_further_and_does_nothing_else() {
    let home = Home::new();
    let agent = filled_agent(&home);
    let socket = forward(&home, &agent, RelayPolicy::ListAndSign);
    let listed = ssh_add(&home, agent.socket(), &["-l"]);
    assert_eq!(ssh_add(&home, &socket, &["-l"]), listed);

    let key = home.path("id_ed25519");
    let sshd = server().authorize(public_line(&key)).start();
    home.write("known_hosts", sshd.known_hosts_line("ed25519"));
    let ssh = home.peer("ssh").env("SSH_AUTH_SOCK", &socket).args(["-F", "none", "-v"]);
    let ssh = ssh.args(["-o", "UserKnownHostsFile=known_hosts", "-o", "BatchMode=yes"]);
    let ssh = ssh.args(["-o", "HostKeyAlgorithms=ssh-ed25519", "-p", &sshd.port().to_string()]);
    let ran = ssh.args([&format!("{}@127.0.0.1", sshd.user()), "echo further"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "further\n"), "{}", ran.stderr());
    // The next hop's session binding must get through, because restricted keys need it.
    assert!(
        ran.stderr().contains("get_agent_identities: bound agent to hostkey"),
        "{}",
        ran.stderr()
    );

    let key = key.display().to_string();
    for arguments in [&["-D"][..], &["-d", &key], &["-q", &key], &["-t", "60", &key]] {
        assert_eq!(ssh_add(&home, &socket, arguments).0, 1, "{arguments:?}");
    }
    assert_eq!(ssh_add(&home, agent.socket(), &["-l"]), listed);
}

#[test]
fn a_forwarded_agent_does_everything_if_the_option_says_so() {
    let home = Home::new();
    let agent = filled_agent(&home);
    let socket = forward(&home, &agent, RelayPolicy::Everything);
    assert_eq!(ssh_add(&home, &socket, &["-D"]).0, 0);
    assert_eq!(
        ssh_add(&home, agent.socket(), &["-l"]),
        (1, "The agent has no identities.\n".to_owned())
    );
}

#[test]
fn an_agent_that_is_not_there_is_an_error_only_when_it_was_named() {
    let home = Home::new();
    let nowhere = Choice::Path(home.path("nowhere").display().to_string());
    block_on(async {
        let error = Agents::connect(&nowhere).await.unwrap_err();
        assert!(matches!(error, AgentError::Unreachable { .. }), "{error}");
        assert!(Agents::connect(&Choice::None).await.unwrap().is_empty());
    });
}
