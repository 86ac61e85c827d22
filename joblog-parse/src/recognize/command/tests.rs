use super::*;

/// The result of reading the first command of the text.
fn read(text: &str) -> String {
    match find(text, 0).map(|found| found.outcome) {
        Some(Outcome::Target(target)) => {
            let jump = crate::target::join_jumps(&target.jump);
            let identity = target.identity_file.as_ref().map(|path| format!(" -i {path}"));
            let jump = if jump.is_empty() { jump } else { format!(" -J {jump}") };
            format!("{target}{jump}{}", identity.unwrap_or_default())
        }
        Some(Outcome::Host(host, port)) => format!("host {host} {port:?}"),
        Some(Outcome::Refused(refusal)) => refusal.to_string(),
        Some(Outcome::Unfinished) => "unfinished".into(),
        None => "none".into(),
    }
}

#[test]
fn options_are_read_as_ssh_reads_them() {
    for (text, expected) in [
        ("ssh ec2-user@203.0.113.7 -i ~/.ssh/id_rsa", "ec2-user@203.0.113.7 -i ~/.ssh/id_rsa"),
        ("ssh -p22 a@203.0.113.7", "a@203.0.113.7:22"),
        ("ssh -tt -oPort=22 -o User=ada 203.0.113.7 id", "ada@203.0.113.7:22"),
        ("ssh -o 'User ada' 203.0.113.7", "ada@203.0.113.7"),
        ("ssh -l ada -p 22 -p 23 203.0.113.7", "ada@203.0.113.7:22"),
        ("ssh -l ada bob@203.0.113.7", "ada@203.0.113.7"),
        ("ssh 203.0.113.7 -l ada", "ada@203.0.113.7"),
        ("ssh -NfL 8080:h:80 a@203.0.113.7", "a@203.0.113.7"),
        ("ssh -p 12345 root@203.0.113.8 -L 8080:localhost:8080", "root@203.0.113.8:12345"),
        ("ssh -R 1:b@198.51.100.1:2 -D 9 a@203.0.113.7", "a@203.0.113.7"),
        ("ssh -- a@203.0.113.7", "a@203.0.113.7"),
        ("ssh a@203.0.113.7 ssh -p 3 b@198.51.100.1", "a@203.0.113.7"),
        ("ssh -o HostName=203.0.113.9 a@alias.example", "a@203.0.113.9"),
        ("ssh ssh://ada@[2001:db8::1]:2222/", "ada@[2001:db8::1]:2222"),
        ("see ssh://ada@203.0.113.7:22.", "ada@203.0.113.7:22"),
        ("ssh ada@2001:db8::1", "ada@2001:db8::1"),
        ("/usr/bin/ssh a@203.0.113.7", "a@203.0.113.7"),
        (r#""C:\Program Files\ssh.exe" a@203.0.113.7"#, "a@203.0.113.7"),
        (r"C:\Windows\ssh.exe -i C:\k\id a@203.0.113.7", r"a@203.0.113.7 -i C:\k\id"),
        (r#"{"cmd":"ssh -i \"/a b\" a@203.0.113.7"}"#, "a@203.0.113.7 -i /a b"),
        ("run `ssh a@203.0.113.7`.", "a@203.0.113.7"),
        ("Use ssh a@203.0.113.7, then", "a@203.0.113.7"),
        ("ssh 203.0.113.7", "host 203.0.113.7 None"),
        ("ssh -p", "unfinished"),
        ("ssh", "unfinished"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn hosts_on_the_way_are_kept() {
    for (text, expected) in [
        ("ssh -J u@203.0.113.1 -i k.pem u@10.0.1.5", "u@10.0.1.5 -J u@203.0.113.1 -i k.pem"),
        ("ssh -Jb1.example:22,c@b2.example u@10.0.1.5", "u@10.0.1.5 -J b1.example:22,c@b2.example"),
        ("ssh -o ProxyJump=none u@203.0.113.7", "u@203.0.113.7"),
        (
            "ssh -o ProxyCommand=\"ssh -W %h:%p -p 9 u@203.0.113.1\" u@10.0.1.5",
            "u@10.0.1.5 -J u@203.0.113.1:9",
        ),
        (
            "scp -o ProxyCommand=\"ssh -W %h:%p u@203.0.113.1\" f u@h:",
            "the command leads on to another host",
        ),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn hostile_and_broken_commands_are_refused() {
    for (text, expected) in [
        ("ssh -oProxyCommand=id@203.0.113.7", "unfinished"),
        ("ssh a$(id)@203.0.113.7", "`a$(id)` is not a user name"),
        ("ssh a@b@203.0.113.7", "`a@b` is not a user name"),
        ("ssh -p 70000 a@203.0.113.7", "`70000` is not a port (1-65535)"),
        ("ssh -Z a@203.0.113.7", "there is no option `-Z`"),
        ("ssh <user>@<host>", "unfinished"),
        ("ssh a@$HOST", "`$HOST` is not a host name or address"),
        ("ssh a@203.0.113.999", "`203.0.113.999` is not a host name or address"),
        ("ssh://git@203.0.113.7/org/repo.git", "a repository is not a cluster's address"),
        ("xssh a@203.0.113.7 ssh-add a@203.0.113.7 sshd: ssh: connect", "none"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}
