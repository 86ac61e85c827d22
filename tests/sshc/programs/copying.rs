//! Programs that copy, mirror and back up files.

use std::fs;

use super::Lab;
use crate::sshc::noise;

/// A folder with a file that does not compress, and one in a folder below.
fn fill(lab: &Lab, folder: &str) {
    lab.0.home.write(format!("{folder}/bulk"), noise(7, 3_000_000));
    lab.0.home.write(format!("{folder}/below/small"), "small\n");
}

fn assert_same(lab: &Lab, one: &str, other: &str) {
    for name in ["bulk", "below/small"] {
        let [one, other] = [one, other].map(|folder| lab.0.home.read(format!("{folder}/{name}")));
        assert!(one == other, "{name} differs");
    }
}

/// The options that HPC centres recommend for speed, and those for a port and key.
#[test]
fn rsync_with_the_recipes_of_computing_centres() {
    let lab = Lab::new();
    fill(&lab, "data");
    let port = lab.0.sshd.port();
    let known = lab.path(".ssh/known_hosts");
    for (at, recipe) in [
        "sshc".to_owned(),
        "ssh -T -c aes128-gcm@openssh.com -o Compression=no -x".to_owned(),
        format!("ssh -p {port} -i {} -o UserKnownHostsFile={known}", lab.path("id_ed25519")),
        "ssh -o ServerAliveInterval=60 -o ControlMaster=no -q".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        let copy = format!("copy{at}");
        let there = format!("lb:{}/", lab.path(&copy));
        let up = lab.program("rsync").args(["-aHz", "--partial", "-e", recipe, "data/", &there]);
        lab.through_sshc(up.run());
        assert_same(&lab, "data", &copy);
        let back = format!("back{at}/");
        let down = lab.program("rsync").args(["-a", "--info=progress2", "-e", recipe]);
        lab.through_sshc(down.args([&there, &back]).run());
        assert_same(&lab, "data", &back);
    }
}

#[test]
fn sshfs_mounts_a_folder() {
    let lab = Lab::new();
    fill(&lab, "data");
    fs::create_dir(lab.0.home.path("mounted")).unwrap();
    let there = format!("lb:{}", lab.path("data"));
    let mount = lab.program("sshfs").args(["-o", "ssh_command=sshc,reconnect", &there, "mounted"]);
    lab.through_sshc(mount.run());
    assert_same(&lab, "data", "mounted");
    lab.0.home.write("mounted/new", "written\n");
    assert_eq!(lab.program("fusermount3").args(["-u", "mounted"]).run().code(), 0);
    assert_eq!(lab.0.home.read_text("data/new"), "written\n");
}

#[test]
fn lftp_with_its_own_call() {
    let lab = Lab::new();
    fill(&lab, "data");
    let script = format!("open sftp://lb; mirror {} got; quit", lab.path("data"));
    lab.through_sshc(lab.program("lftp").args(["-c", &script]).run());
    assert_same(&lab, "data", "got");
    let script = format!(
        "set sftp:connect-program 'sshc -a -x'; open sftp://lb; mirror -R data {}; quit",
        lab.path("put")
    );
    lab.through_sshc(lab.program("lftp").args(["-c", &script]).run());
    assert_same(&lab, "data", "put");
}

#[test]
fn unison_synchronizes_both_ways() {
    let lab = Lab::new();
    fill(&lab, "data");
    lab.0.home.write("other/only-there", "there\n");
    let there = format!("ssh://lb/{}", lab.path("other"));
    let synchronize = lab.program("unison").args(["data", &there, "-batch", "-ui", "text"]);
    lab.through_sshc(synchronize.args(["-sshcmd", "sshc", "-sshargs", "-C -q"]).run());
    assert_same(&lab, "data", "other");
    assert_eq!(lab.0.home.read_text("data/only-there"), "there\n");
}

#[test]
fn borg_and_restic_back_up_to_a_server() {
    let lab = Lab::new();
    fill(&lab, "data");
    let repository = format!("ssh://lb{}", lab.path("borg"));
    let borg = |words: &[&str]| {
        let borg = lab.program("borg").env("BORG_REPO", &repository).env("BORG_RSH", "sshc -x");
        let borg = borg.env("BORG_BASE_DIR", lab.path(".")).args(words.iter().copied());
        lab.through_sshc(borg.run())
    };
    borg(&["init", "--encryption=none"]);
    borg(&["create", "::one", "data"]);
    fs::rename(lab.0.home.path("data"), lab.0.home.path("kept")).unwrap();
    borg(&["extract", "::one"]);
    assert_same(&lab, "kept", "data");
    lab.0.home.write("password", "secret\n");
    let restic = |words: &[&str]| {
        let restic = lab.program("restic").args(["-q", "-p", "password", "-r"]);
        let restic = restic.arg(format!("sftp:lb:{}", lab.path("restic")));
        lab.through_sshc(restic.args(words.iter().copied()).run())
    };
    restic(&["init"]);
    restic(&["backup", "data"]);
    restic(&["restore", "latest", "--target", "restored"]);
    assert_same(&lab, "kept", "restored/data");
}
