//! Data goes to standard output, messages go to standard error.

use std::io;

use super::{TOOLS, World};
use harness::home::Home;

#[test]
fn a_success_leaves_standard_error_empty() {
    let world = World::new();
    for tool in TOOLS {
        let stdout = world.success(tool).run().quiet_success();
        assert!(!stdout.is_empty(), "{tool} wrote nothing");
        assert!(stdout.ends_with('\n') && !stdout.contains('\r'), "{tool}: {stdout:?}");
    }
}

#[test]
fn the_same_bytes_go_to_a_pipe_and_to_a_terminal() {
    let world = World::new();
    for tool in TOOLS {
        let piped = world.success(tool).run().quiet_success();
        let quiet = world.success(tool).env("NO_COLOR", "1").arg("--quiet");
        // Arguments after `--` belong to the remote command.
        let call = if tool == "sshc" { world.success(tool) } else { quiet };
        let shown = call.on_terminal().finish();
        assert_eq!(shown.code(), 0, "{tool}: {}", shown.screen);
        assert_eq!(shown.screen.replace("\r\n", "\n"), piped, "{tool}");
    }
}

#[test]
fn version_and_help_are_data() {
    let home = Home::new();
    for tool in TOOLS {
        let version = home.tool(tool).arg("--version").run().quiet_success();
        assert_eq!(version, format!("{tool} {}\n", env!("CARGO_PKG_VERSION")));
        for option in ["-h", "--help"] {
            let help = home.tool(tool).arg(option).run().quiet_success();
            assert!(help.contains(&format!("Usage: {tool}")), "{tool} {option}: {help}");
        }
    }
}

#[test]
fn the_short_help_is_a_screenful_and_the_long_one_has_examples() {
    let home = Home::new();
    for tool in TOOLS {
        let short = home.tool(tool).arg("-h").run().quiet_success();
        let long = home.tool(tool).arg("--help").run().quiet_success();
        assert!(short.lines().count() <= 80, "{tool} -h has {} lines", short.lines().count());
        assert!(long.contains("Examples:"), "{tool} --help has no examples");
        assert!(long.len() > short.len(), "{tool} --help says no more than -h");
    }
}

#[test]
fn a_reader_that_left_ends_the_program_quietly() {
    let world = World::new();
    for tool in TOOLS {
        let (reader, writer) = io::pipe().expect("a pipe is free");
        drop(reader);
        let ended = world.success(tool).stdout_to(writer).run();
        // `keyagent status` is a question, and its answer was not read.
        let code = if tool == "keyagent" { 2 } else { 0 };
        assert_eq!((ended.code(), ended.stderr()), (code, ""), "{tool}");
    }
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let world = World::new();
    for tool in TOOLS {
        let (failure, _) = world.failure(tool);
        let shown = failure.env("NO_COLOR", "1").on_terminal().finish();
        assert!(!shown.screen.contains('\x1b'), "{tool} with NO_COLOR: {:?}", shown.screen);
    }
}
