//! `keyagent env --shell cmd`, executed by cmd.

use harness::home::Home;

use super::Ours;
use crate::login::key_pair;
use crate::wine;

#[test]
fn cmd_reads_its_variable_by_the_command_of_the_help() {
    let _alone = wine::alone();
    let home = Home::new();
    key_pair(&home, "id");
    let agent = Ours::with_key(&home, "id");
    let own = agent.pipe();
    let program = format!("Z:{}", wine::programs().join("keyagent.exe").display());
    let program = program.replace('/', r"\");
    // In a file, unlike at the prompt, `%` is written twice.
    let by_loop = format!("for /f \"tokens=1*\" %%a in ('{program} env --shell cmd') do @set %%b");
    let by_file = format!("{program} env --shell cmd > set.bat\r\ncall set.bat");
    for way in [by_loop, by_file] {
        let rest = format!("echo [%SSH_AUTH_SOCK%]\r\n{program} list");
        home.write("go.bat", format!("@echo off\r\n{way}\r\n{rest}\r\n"));
        let ran = wine::builtin(&home, "cmd").args(["/d", "/c", "go.bat"]).run();
        let said = ran.stdout().replace("\r\n", "\n");
        let (first, second) = said.trim_end().split_once('\n').expect("two lines");
        assert_eq!(first, format!("[{own}]"), "{way}");
        assert!(second.ends_with(" ssh-ed25519 ada"), "{way}: {second}");
    }
}
