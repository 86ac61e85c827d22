//! Help texts, as the programs print them.

use harness::golden::check;
use harness::home::Home;

use super::{commands, with_subcommands};

#[test]
fn help_is_golden() {
    let home = Home::new();
    for command in commands() {
        for (words, _) in with_subcommands(&command) {
            for (option, kind) in [("-h", "short"), ("--help", "long")] {
                let shown = home.tool(&words[0]).args(&words[1..]).arg(option).run();
                let path = format!("tests/golden/help/{}.{kind}.txt", words.join("-"));
                check(&path, &shown.quiet_success());
            }
        }
    }
}
