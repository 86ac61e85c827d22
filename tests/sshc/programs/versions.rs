//! Version control: git, Subversion and Mercurial.

use super::Lab;

#[test]
fn git_by_each_of_its_ways_to_name_ssh() {
    let lab = Lab::new();
    let git = |words: &[&str]| {
        let git =
            lab.program("git").args(["-c", "user.name=ada", "-c", "user.email=ada@example.org"]);
        git.args(["-c", "init.defaultBranch=main"]).args(words.iter().copied())
    };
    assert_eq!(git(&["init", "-q", "--bare", "there.git"]).run().code(), 0);
    assert_eq!(git(&["init", "-q", "here"]).run().code(), 0);
    assert_eq!(git(&["-C", "here", "commit", "-q", "--allow-empty", "-m", "one"]).run().code(), 0);
    let path = lab.path("there.git");
    let (port, user) = (lab.0.sshd.port(), lab.0.sshd.user());
    let by_port = format!("ssh://{user}@127.0.0.1:{port}{path}");
    let by_name = format!("lb:{path}");
    let key = lab.path("id_ed25519");
    let push = ["-C", "here", "push", "-q"];
    lab.through_sshc(git(&push).args([&by_name, "HEAD:name"]).run());
    let command = format!("sshc -i {key} -o IdentitiesOnly=yes");
    let named = git(&push).env("GIT_SSH_COMMAND", &command).args([&by_port, "HEAD:command"]);
    lab.through_sshc(named.run());
    let named = git(&push).env("GIT_SSH", "sshc").args([&by_name, "HEAD:variable"]);
    lab.through_sshc(named.run());
    let option = format!("core.sshCommand={command}");
    let named = lab.program("git").args(["-c", &option]).args(push).args([&by_port, "HEAD:option"]);
    lab.through_sshc(named.run());
    // plink's way to give a port.
    let plink = git(&push).env("GIT_SSH_COMMAND", format!("sshc -batch -i {key}"));
    let plink = plink.env("GIT_SSH_VARIANT", "plink").args([&by_port, "HEAD:plink"]);
    lab.through_sshc(plink.run());
    let branches = lab.through_sshc(git(&["ls-remote", "--heads", &by_name]).run());
    let pushed = ["command", "name", "option", "plink", "variable"];
    let found: Vec<_> = branches.lines().filter_map(|line| line.rsplit('/').next()).collect();
    assert_eq!(found, pushed);
    lab.through_sshc(git(&["clone", "-q", "--branch", "name", &by_name, "clone"]).run());
    // Not only the newest version of the protocol, which is announced by SendEnv.
    let old = git(&["-c", "protocol.version=0", "ls-remote", "--heads", &by_name]).run();
    assert_eq!(lab.through_sshc(old), branches);
}

#[test]
fn subversion_checks_out_and_commits() {
    let lab = Lab::new();
    assert_eq!(lab.program("svnadmin").args(["create", "there"]).run().code(), 0);
    let svn = |words: &[&str]| {
        let svn = lab.program("svn").args(["--non-interactive", "--config-dir", ".subversion"]);
        svn.env("SVN_SSH", "sshc -q").args(words.iter().copied())
    };
    let url = format!("svn+ssh://lb{}", lab.path("there"));
    lab.through_sshc(svn(&["checkout", "-q", &url, "here"]).run());
    lab.0.home.write("here/file", "contents\n");
    assert_eq!(svn(&["add", "-q", "here/file"]).run().code(), 0);
    lab.through_sshc(svn(&["commit", "-q", "-m", "one", "here"]).run());
    let shown = svn(&["cat", &format!("{url}/file")]).env_remove("SVN_SSH").run();
    assert_eq!(lab.through_sshc(shown), "contents\n");
}

#[test]
fn mercurial_clones_and_pushes() {
    let lab = Lab::new();
    let hg = |words: &[&str]| {
        lab.program("hg").env("HGUSER", "ada").args(["-q"]).args(words.iter().copied())
    };
    assert_eq!(hg(&["init", "there"]).run().code(), 0);
    let url = format!("ssh://lb/{}", lab.path("there"));
    lab.through_sshc(hg(&["clone", "--ssh", "sshc -C", &url, "here"]).run());
    lab.0.home.write("here/file", "contents\n");
    assert_eq!(hg(&["-R", "here", "commit", "-A", "-m", "one"]).run().code(), 0);
    lab.through_sshc(hg(&["-R", "here", "push"]).run());
    let there = hg(&["-R", "there", "cat", "-r", "tip", &lab.path("there/file")]).run();
    assert_eq!((there.code(), there.stdout()), (0, "contents\n"), "{}", there.stderr());
}
