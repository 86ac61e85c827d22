//! The PowerShell module, checked without PowerShell: by a grammar of the language, and by having
//! the programs parse the command lines that it makes.

use std::path::PathBuf;
use std::process::Command;

use harness::home::Home;
use harness::workspace::{read, root};

use super::{PROGRAMS, VERSION, output, package, python, wine};

const FUNCTIONS: [&str; 6] = [
    "Connect-Cluster",
    "Copy-ClusterPublicKey",
    "Get-AccessRule",
    "Get-ClusterTarget",
    "New-ClusterKey",
    "Test-AccessRule",
];

const SOURCE: &str = "packaging/powershell/ClusterLogin.psm1";

fn module(ending: &str) -> PathBuf {
    root().join("packaging/powershell").join(format!("ClusterLogin.{ending}"))
}

/// The errors that a grammar of PowerShell finds, one per line.
fn findings(file: &std::path::Path) -> String {
    python(include_str!("powershell.py"), &[file])
}

#[test]
fn the_grammar_finds_nothing_wrong_but_what_is_made_wrong() {
    assert_eq!(findings(&module("psm1")), "");
    assert_eq!(findings(&module("psd1")), "");
    let home = Home::new();
    let mistakes = [
        ("param(", "param", "syntax: "),
        ("foreach ($given in", "foreach ($pattern in", "$pattern is a parameter"),
        ("$talk.Result", "$talks.Result", "nothing sets $talks"),
        ("-InputBytes $bytes", "-Bytes $bytes", "Invoke-Program has no -bytes"),
        ("New-ProgramStart 'sshc'", "New-Start 'sshc'", "there is no New-Start"),
        ("$arguments = @('--json')", "$file = Resolve-FilePath 'a'", "outside try"),
    ];
    let source = read(SOURCE);
    for (right, wrong, finding) in mistakes {
        assert!(source.contains(right), "{right}");
        let damaged = home.write("damaged.psm1", source.replacen(right, wrong, 1));
        let found = findings(&damaged);
        assert!(found.contains(finding), "{wrong}: {found}");
    }
}

#[test]
fn what_5_1_would_misread_is_not_in_it() {
    for name in ["ClusterLogin.psm1", "ClusterLogin.psd1"] {
        let text = read(&format!("packaging/powershell/{name}"));
        assert!(text.is_ascii(), "{name}: without a byte order mark 5.1 takes the code page");
        for newer in ["??", "?.", "&&", "||", "ForEach-Object -Parallel", "-AsByteStream"] {
            assert!(!text.contains(newer), "{name}: 5.1 does not know `{newer}`");
        }
    }
}

#[test]
fn every_function_is_exported_and_explained() {
    let manifest = read("packaging/powershell/ClusterLogin.psd1");
    let source = read(SOURCE);
    let exported = manifest.split("FunctionsToExport").nth(1).expect("it exports");
    let exported = exported.split(')').next().unwrap_or_default();
    let names: Vec<_> = exported.split('\'').skip(1).step_by(2).collect();
    assert_eq!(names, FUNCTIONS);
    for name in FUNCTIONS {
        let (before, body) =
            source.split_once(&format!("\nfunction {name} {{")).expect("it is there");
        let help = before.rsplit("<#").next().unwrap_or_default();
        assert!(help.trim_end().ends_with("#>"), "{name} has help right before it");
        for part in [".SYNOPSIS", ".DESCRIPTION", ".EXAMPLE"] {
            assert!(help.contains(part), "{name} has no {part}");
        }
        let body = body.split("\nfunction ").next().unwrap_or_default();
        assert!(body.contains("[CmdletBinding("), "{name} is an advanced function");
        assert!(body.contains("$PSCmdlet.ThrowTerminatingError($_)"), "{name} throws");
        let parameters = body.split("param(").nth(1).and_then(|it| it.split("\n    )").next());
        let lines = parameters.expect("it has parameters").lines();
        let variables = lines.filter_map(|line| line.rsplit_once('$').map(|(_, rest)| rest));
        for variable in variables {
            let name_only: String =
                variable.chars().take_while(char::is_ascii_alphabetic).collect();
            if !["true", "false"].contains(&name_only.as_str()) {
                assert!(help.contains(&format!(".PARAMETER {name_only}\n")), "{name} -{name_only}");
            }
        }
    }
}

#[test]
fn every_program_has_a_function_and_the_options_it_is_called_with() {
    let source = read(SOURCE);
    let home = Home::new();
    for (function, program) in [
        ("Connect-Cluster", "sshc"),
        ("Copy-ClusterPublicKey", "pubkey-copy"),
        ("Get-ClusterTarget", "joblog-parse"),
        ("New-ClusterKey", "keygen"),
    ] {
        let body = source.split(&format!("\nfunction {function} {{")).nth(1).expect("it is there");
        let body = body.split("\nfunction ").next().unwrap_or_default();
        let help = home.tool(program).arg("--help").run().quiet_success();
        for word in body.split(['\'', '"']).skip(1).step_by(2) {
            let option = word.split('=').next().unwrap_or_default();
            if option.starts_with("--") && option.len() > 2 {
                assert!(help.contains(option), "{program} has no {option}");
            }
        }
    }
    assert!(PROGRAMS.contains(&"cidr") && source.contains("Invoke-Program 'cidr'"));
}

/// Same as the module's `ConvertTo-Argument`; the module contains these expressions word for word.
fn argument(text: &str) -> String {
    let source = read(SOURCE);
    for rule in [
        r"$Text -cmatch '^[A-Za-z0-9_./:=@,+\\-]+\z'",
        r#"$Text -replace '(\\*)"', '$1$1\"'"#,
        r"$escaped -replace '(\\+)\z', '$1$1'",
    ] {
        assert!(source.contains(rule), "the module's rule is no longer {rule}");
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@,+\\-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for c in text.chars() {
        if c == '"' {
            quoted += &"\\".repeat(backslashes + 1);
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        quoted.push(c);
    }
    quoted += &"\\".repeat(backslashes);
    quoted + "\""
}

/// A program that passes a command line to Windows unchanged, without a shell.
fn starter(home: &Home) -> PathBuf {
    let program = home.path("start.exe");
    let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
    compiler.arg("-o").arg(&program).arg(root().join("tests/dist/start.c"));
    output(&mut compiler);
    program
}

/// The zip's programs, in a folder whose name must be quoted, and what starts them.
struct Unpacked {
    home: Home,
    folder: PathBuf,
    keygen: String,
    starter: PathBuf,
}

impl Unpacked {
    fn new() -> Self {
        let home = Home::new();
        let starter = starter(&home);
        let folder = home.path("Schlüssel für Łukasz (neu)");
        let zip = package("x86_64-windows.zip");
        output(Command::new("unzip").arg("-q").arg(zip).arg("-d").arg(&folder));
        let root = folder.join(format!("cluster-login-{VERSION}-x86_64-windows"));
        let keygen = wine::path(&root.join("keygen.exe"));
        Self { home, folder, keygen, starter }
    }

    /// Makes a key with this comment, by a command line in which `argument` has put each word. The
    /// comment that keygen reports.
    fn comment(&self, comment: &str, number: usize, argument: impl Fn(&str) -> String) -> String {
        let key = self.folder.join(format!("{number} ü.ppk"));
        let words = ["-t", "ed25519", "--no-passphrase", "--json", "--force"].map(str::to_owned);
        let output_option = format!("--output={}", wine::path(&key));
        let comment_option = format!("--comment={comment}");
        let words = [self.keygen.clone()].into_iter().chain(words);
        let words: Vec<_> = words.chain([output_option, comment_option]).collect();
        let line = words.iter().map(|it| argument(it)).collect::<Vec<_>>().join(" ");
        let file = self.home.write("line.txt", &line);
        let said = output(wine::program(&self.starter).arg(wine::path(&file)));
        let said: serde_json::Value = serde_json::from_str(said.trim()).expect("it is JSON");
        assert_eq!(said["path"], wine::path(&key), "{line}");
        assert!(key.is_file(), "{line}");
        said["comment"].as_str().expect("a comment").to_owned()
    }
}

#[test]
fn programs_read_the_command_lines_that_it_makes() {
    let unpacked = Unpacked::new();
    let comments = [
        "two words",
        "say \"hi\"",
        r"C:\keys\",
        r#"a\\"b"#,
        "*.ppk ?",
        "50%",
        "Grüße, Łukasz \u{1f511}",
        "",
    ];
    for (number, comment) in comments.iter().enumerate() {
        assert_eq!(unpacked.comment(comment, number, argument), *comment);
    }
}

/// How Windows PowerShell 5.1 passes an argument to a program: quoted if there is a space in it,
/// and with the quotation marks in it as they are. PowerShell 7.3 and newer escape them.
fn argument_of_5_1(text: &str) -> String {
    if text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() }
}

#[test]
fn programs_read_what_powershell_itself_passes() {
    let unpacked = Unpacked::new();
    // Typed in quotes, the comment as it arrives from 5.1; from 7 it arrives as it is.
    let cases = [
        ("two words", "two words"),
        ("Grüße, Łukasz \u{1f511}", "Grüße, Łukasz \u{1f511}"),
        ("50% & a | b; (c) > $d, `e'", "50% & a | b; (c) > $d, `e'"),
        (r"C:\my keys\id", r"C:\my keys\id"),
        ("*.ppk ?", "*.ppk ?"),
        ("@rules.txt", "@rules.txt"),
        ("say \"hi\"", "say hi"),
        (r#"say \"hi\""#, "say \"hi\""),
    ];
    for (number, (typed, from_5_1)) in cases.iter().enumerate() {
        assert_eq!(unpacked.comment(typed, number, argument_of_5_1), *from_5_1, "5.1");
        assert_eq!(unpacked.comment(typed, number, argument), *typed, "7");
    }
}

/// PowerShell cannot be had here, so these are the module's words; a grammar checks what they call.
#[test]
fn following_shows_that_it_waits_and_counts_are_numbers() {
    let source = read(SOURCE);
    let body = |function: &str| {
        let body = source.split(&format!("\nfunction {function} {{")).nth(1).expect("it is there");
        body.split("\n}\n").next().unwrap_or_default().to_owned()
    };
    let follows = body("Get-ClusterTarget");
    assert!(follows.contains("if ($Follow) { $activity = \"Waiting for a login in "), "{follows}");
    assert!(follows.contains("-Activity $activity\n"), "{follows}");
    assert!(body("Invoke-Program").contains("Wait-Program $process $Activity\n"));
    let waits = body("Wait-Program");
    assert!(waits.contains("Write-Progress -Activity $Activity -Status \"$seconds s\"\n"));
    let counts = body("Get-AccessRule");
    assert!(counts.contains("$object.addresses = ConvertTo-Count $object.addresses\n"), "{counts}");
}
