use std::fs;

use super::*;

/// A home with `text` as the user's configuration.
pub(super) fn home_with(text: impl AsRef<[u8]>) -> (tempfile::TempDir, Context) {
    let home = tempfile::tempdir().unwrap();
    let context = Context {
        home: home.path().to_owned(),
        local_user: "ada".to_owned(),
        user_id: "1000".to_owned(),
        local_host: "desk.example.com".to_owned(),
        environment: [("KEYS".to_owned(), "/keys".to_owned())].into(),
        system_directory: home.path().join("etc"),
        look_up: |_| None,
        may_run_programs: false,
    };
    fs::create_dir(context.user_directory()).unwrap();
    fs::create_dir(&context.system_directory).unwrap();
    fs::write(context.user_directory().join("config"), text).unwrap();
    (home, context)
}

fn node7() -> Request<'static> {
    Request { host: "node7", ..Request::default() }
}

fn resolve(text: impl AsRef<[u8]>) -> Result<Config, Error> {
    let (_home, context) = home_with(text);
    Config::resolve(&node7(), &context)
}

/// The message without the directory, which differs between runs.
fn fault(text: &str) -> String {
    match resolve(text).unwrap_err() {
        Error::Line { fault, .. } => fault.to_string(),
        other => other.to_string(),
    }
}

#[test]
fn the_users_file_comes_before_that_of_all() {
    let (_home, context) = home_with("Port 1\n");
    let system = context.system_directory.join("ssh_config");
    fs::write(system, "Port 2\nUser all\nInclude more\n").unwrap();
    fs::write(context.system_directory.join("more"), "Compression yes\n").unwrap();
    let config = Config::resolve(&node7(), &context).unwrap();
    assert_eq!((*config.port, config.user.as_str(), *config.compression), (1, "all", true));
    let none = Request { files: Files::None, ..node7() };
    let config = Config::resolve(&none, &context).unwrap();
    assert_eq!((*config.port, config.user.as_str()), (22, "ada"));
    assert!(!config.port.is_given());
}

#[test]
fn includes_of_the_user_begin_beside_the_configuration() {
    let (home, context) = home_with("Include conf.d/*\nInclude ~/own ${KEYS}/none\n");
    fs::create_dir(context.user_directory().join("conf.d")).unwrap();
    fs::write(context.user_directory().join("conf.d/a"), "Port 5\n").unwrap();
    fs::write(home.path().join("own"), "User own\n").unwrap();
    let config = Config::resolve(&node7(), &context).unwrap();
    assert_eq!((*config.port, config.user.as_str()), (5, "own"));
}

#[test]
fn a_file_that_includes_itself_is_refused() {
    assert_eq!(fault("Include config\n"), "more than 16 files include one another");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let (home, context) = home_with("");
    let path = home.path().join("missing");
    let request = Request { files: Files::Only(path.clone()), ..node7() };
    let error = Config::resolve(&request, &context).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read the configuration `{}`", path.display()));
}

#[test]
fn files_of_windows_are_read() {
    let text = "Host node7\r\n  Port 2200\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        [b"\xFF\xFE", &utf16[..]].concat(),
        text.replace("\r\n", "\r").into_bytes(),
    ] {
        assert_eq!(*resolve(bytes).unwrap().port, 2200);
    }
}

#[test]
fn programs_run_only_with_leave() {
    let text = "Match exec \"test %h = node7\"\n  Port 3\nMatch exec \"exit 1\"\n  User no\n";
    assert_eq!(fault(text), "`Match exec` would run a program");
    let error = resolve(text).unwrap_err();
    assert_eq!(
        error.hint().unwrap(),
        "pass --config-exec to let the configuration run programs, or write `PermitMatchExec yes` \
         above it into your own"
    );
    // If the block cannot apply, nothing has to run.
    assert!(resolve("Match host other exec \"test %h = node7\"\n").is_ok());
}

/// The port after this text as the user's configuration and one for all users; or what is wrong.
fn port_of(user: &str, system: &str) -> Result<u16, String> {
    let (_home, context) = home_with(user);
    fs::write(context.system_directory.join("ssh_config"), system).unwrap();
    let config = Config::resolve(&node7(), &context);
    config.map(|config| *config.port).map_err(|error| error.to_string())
}

#[test]
fn a_line_of_the_users_own_file_lets_programs_run() {
    let runs = "Match exec true\n  Port 3\n";
    let permitted = format!("PermitMatchExec yes\n{runs}");
    assert_eq!(port_of(&permitted, ""), Ok(3));
    // Programs that the system's configuration names are run then, too.
    assert_eq!(port_of("PermitMatchExec yes\n", runs), Ok(3));
    for (user, system) in [
        (runs, ""),
        (&*format!("PermitMatchExec no\nPermitMatchExec yes\n{runs}"), ""),
        (&format!("{runs}PermitMatchExec yes\n"), ""),
        (&format!("Host other\nPermitMatchExec yes\n{runs}"), ""),
        ("", &permitted),
        (runs, "PermitMatchExec yes\n"),
    ] {
        let refused = port_of(user, system).unwrap_err();
        assert!(refused.ends_with("`Match exec` would run a program"), "{refused}");
    }
    let (_home, context) = home_with("");
    fs::write(context.system_directory.join("ssh_config"), "PermitMatchExec yes\n").unwrap();
    let config = Config::resolve(&node7(), &context).unwrap();
    let notes: Vec<_> = config.notes.iter().map(ToString::to_string).collect();
    assert!(notes[0].ends_with("it counts only in a file that you alone can write"), "{notes:?}");
}

#[test]
fn what_has_no_effect_is_noted_and_what_is_mistyped_refused() {
    assert_eq!(fault("Prt 22\n"), "there is no option `Prt`");
    assert_eq!(fault("Host other\nNonsense 1\n"), "there is no option `Nonsense`");
    let text =
        "VisualHostKey yes\nIgnoreUnknown Nons*\nHost other\nNonsense 1\nHost *\nNonsense 1\n";
    let config = resolve(text).unwrap();
    let notes: Vec<_> = config.notes.iter().map(ToString::to_string).collect();
    let messages: Vec<_> =
        notes.iter().map(|note| note.rsplit_once("config:").unwrap().1).collect();
    assert_eq!(
        messages,
        [
            "1: VisualHostKey has no effect here: -v shows the picture of a new host key",
            "6: Nonsense has no effect here: IgnoreUnknown names it"
        ]
    );
    let (_home, context) = home_with("");
    for (option, expected) in [
        ("Prt=22", "-o Prt=22: there is no option `Prt`"),
        ("Host=x", "-o Host=x: there is no option `Host`"),
        ("Port", "-o Port: no value after `Port`"),
        ("Port=0", "-o Port=0: expected a port from 1 to 65535, not `0`"),
    ] {
        let options = [option.to_owned()];
        let request = Request { options: &options, ..node7() };
        let error = Config::resolve(&request, &context).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let options = ["ControlPath=none".to_owned(), "Port 2200".to_owned()];
    let request = Request { options: &options, ..node7() };
    assert_eq!(*Config::resolve(&request, &context).unwrap().port, 2200);
}

#[test]
fn tokens_and_variables() {
    let (home, context) = home_with("");
    let request = Request { host: "node7", user: Some("bob"), port: Some(2200), ..node7() };
    let tokens = Config::resolve(&request, &context).unwrap().tokens(&context, &request);
    let path = |text: &str| tokens.path(&Template(text.to_owned()));
    let expected = format!("{}/%-node7-2200-bob-ada-1000-desk", home.path().display());
    let found = path("~/%%-%h-%p-%r-%u-%i-%L").unwrap();
    assert_eq!(found.display().to_string(), expected);
    assert_eq!(path("${KEYS}/$x").unwrap().display().to_string(), "/keys/$x");
    for (text, expected) in [
        ("%x", "cannot expand `%x`: `%x` has no meaning here"),
        ("a%", "cannot expand `a%`: `%` has no meaning here"),
        ("${NONE}", "cannot expand `${NONE}`: the environment variable `NONE` is not set"),
        ("~bob/x", "cannot expand `~bob/x`: `~` can only stand for your own home directory"),
    ] {
        assert_eq!(path(text).unwrap_err().to_string(), expected);
    }
    let proxy = |text: &str| tokens.proxy_command(&Template(text.to_owned()));
    assert_eq!(proxy("nc %h %p ${KEYS}").unwrap(), "nc node7 2200 ${KEYS}");
    assert!(proxy("nc %u").is_err());
}

#[test]
fn names_with_shell_characters_are_not_expanded_into_commands() {
    let (_home, context) = home_with("");
    let command = Template("nc %h %p".to_owned());
    for host in ["a;b", "$(b)", "a b", "`b`", "-oX", "a\nb", "a|b", "a&b", "'a", "a>b"] {
        let request = Request { host, ..Request::default() };
        let tokens = Config::resolve(&request, &context).unwrap().tokens(&context, &request);
        let refused = tokens.proxy_command(&command).unwrap_err().to_string();
        assert!(refused.contains("could take for more than a name"), "{refused}");
        assert!(tokens.command(&command).is_err());
    }
}

#[test]
fn paths_leave_out_none() {
    let (home, context) = home_with("IdentityFile none\nIdentityFile ~/k\n");
    let config = Config::resolve(&node7(), &context).unwrap();
    let tokens = config.tokens(&context, &node7());
    let paths = Config::paths(&config.identity_file, &tokens).unwrap();
    assert_eq!(paths, [home.path().join("k")]);
}

#[test]
fn what_is_shown_is_what_was_read() {
    let (_home, context) = home_with(
        "EscapeChar ^x\nIdentityAgent $AGENT\nLocalForward /run/a /run/b\nTag t\n\
         UserKnownHostsFile ~/kh none\n",
    );
    let config = Config::resolve(&node7(), &context).unwrap();
    let shown = config.show(&node7(), &context).unwrap();
    let home = context.home.display();
    for line in [
        "escapechar ^X",
        "identityagent $AGENT",
        "localforward /run/a /run/b",
        "tag t",
        "updatehostkeys false",
        &format!("userknownhostsfile {home}/kh none"),
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
}
