//! `-A`: a program on the server asks the local agent, but only for keys and signatures;
//! `AddKeysToAgent`.

use harness::agent::Agent;

use super::{Site, asyncssh_server, key_pair, openssh_agent, public_line};

/// A site, and an agent with the key that its server accepts.
pub(super) fn site_with_agent() -> (Site, Agent) {
    let mut site = Site::new();
    let agent = openssh_agent(&site.home);
    agent.add(&site.home, &site.home.path("id_ed25519"));
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    (site, agent)
}

#[test]
fn the_agent_is_there_only_when_it_was_asked_for() {
    let (site, _agent) = site_with_agent();
    let target = site.sshd.target();
    let list = "ssh-add -L || echo none >&2";
    let without = site.sshc([target.as_str(), list]).run();
    assert_eq!(without.stdout(), "");
    let with = site.sshc(["-A", &target, list]).run();
    assert_eq!(with.stdout(), public_line(&site.home.path("id_ed25519")));
}

#[test]
fn a_forwarded_agent_signs_and_gives_nothing_away() {
    let (site, _agent) = site_with_agent();
    let target = site.sshd.target();
    let hop = format!(
        "ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes \
         -p {} 127.0.0.1 echo further",
        site.sshd.port()
    );
    assert_eq!(site.sshc(["-A", &target, &hop]).run().stdout(), "further\n");
    let emptied = site.sshc(["-A", &target, "ssh-add -D"]).run();
    assert_ne!(emptied.code(), 0, "{}", emptied.stderr());
    let list = site.home.peer("ssh-add").arg("-L").run();
    assert_eq!(list.stdout(), public_line(&site.home.path("id_ed25519")));
}

/// A server made with asyncssh that opens 200 channels to the agent, and counts those that it gets.
const GREEDY: &str = concat!(
    include_str!("../fixtures/anybody.py"),
    r"
async def handle(process):
    connection = process.channel.get_connection()
    granted = []
    for _ in range(200):
        try:
            granted.append(await connection.open_agent_connection())
        except asyncssh.ChannelOpenError:
            pass
    process.stdout.write(f'{len(granted)}\n')
    for reader, writer in granted[:1]:
        writer.close()
        await writer.wait_closed()
    for _ in range(100):
        try:
            granted.append(await connection.open_agent_connection())
            break
        except asyncssh.ChannelOpenError:
            await asyncio.sleep(0.05)
    process.stdout.write(f'{len(granted)}\n')
    process.exit(0)

",
    include_str!("../fixtures/serving.py")
);

#[test]
fn a_server_gets_no_more_than_64_channels_to_the_agent_at_a_time() {
    let (site, _agent) = site_with_agent();
    let host_key = key_pair(&site.home, "ecdsa");
    let (_server, port) = asyncssh_server(&site.home, GREEDY, &host_key, &[]);
    let ran = site.sshc(["-A", "--batch", &format!("ada@127.0.0.1:{port}"), "x"]).run();
    assert_eq!(ran.quiet_success(), "64\n65\n");
}

#[test]
fn an_unlocked_key_is_given_to_the_agent_when_that_is_wanted() {
    let mut site = Site::new();
    let agent = openssh_agent(&site.home);
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    let key = key_pair(&site.home, "ecdsa");
    site.sshd.authorize(&public_line(&key));
    let lock = ["-q", "-p", "-P", "", "-N", "open sesame", "-f", "id_ecdsa"];
    assert_eq!(site.home.peer("ssh-keygen").args(lock).run().code(), 0);
    site.home.write("words", "open sesame\n");
    let target = site.sshd.target();
    let sshc = || site.home.tool("sshc").args(["-F", "none", "--key", "id_ecdsa"]);
    let wished = ["-o", "AddKeysToAgent=yes", "--passphrase-file", "words", &target, "true"];
    assert_eq!(sshc().args(wished).run().code(), 0);
    let list = site.home.peer("ssh-add").arg("-L").run();
    assert_eq!(list.stdout(), public_line(&key), "with its comment");
    assert_eq!(sshc().args(["--batch", &target, "echo in"]).run().quiet_success(), "in\n");
}
