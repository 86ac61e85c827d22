//! `cidr` against programs that merge, subtract and look up networks: `iprange`, `grepcidr` and
//! `aggregate6`.
//!
//! All of them get the same random networks, generated without host bits because the peers misread
//! anything else.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::measure::{self, Contender, Cost, alternate};
use super::table;
use crate::step::{self, Failure, Outcome};
use crate::workspace;

const ROUNDS: usize = 15;
const MILLION: u32 = 1_000_000;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let with_python = match arguments {
        [] => true,
        [only] if only == "--without-aggregate6" => false,
        _ => {
            return Err(Failure::usage(
                "usage: cargo xtask bench cidr [--without-aggregate6]   (aggregate6 takes minutes)",
            ));
        }
    };
    let bench = Bench { program: workspace::release("cidr")?, folder: lists()? };
    bench.one_rule()?;
    bench.merge_a_million()?;
    bench.subtract_and_intersect()?;
    bench.look_up_a_million()?;
    bench.merge_ten_million()?;
    if with_python {
        bench.against_aggregate6("v4")?;
        bench.against_aggregate6("v6")?;
    }
    Ok(())
}

struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn one_rule(&self) -> Outcome {
        let ours = self.ours("cidr merge 203.0.113.7", &["merge", "203.0.113.7"]);
        compare("one rule (ours is to stay under 3 ms)", 200, &[ours])
    }

    fn merge_a_million(&self) -> Outcome {
        let ours = self.ours("cidr merge", &["merge", "@v4"]);
        let theirs = self.peer("iprange", "iprange", &["v4"]);
        compare("merge 1,000,000 IPv4 networks", ROUNDS, &[ours, theirs])
    }

    fn subtract_and_intersect(&self) -> Outcome {
        let contenders = [
            self.ours("cidr merge", &["merge", "@v4"]),
            self.ours("cidr subtract", &["subtract", "@v4", "--minus", "@other"]),
            self.ours("cidr intersect", &["intersect", "@v4", "--with", "@other"]),
            self.peer("iprange subtract", "iprange", &["v4", "--except", "other"]),
            self.peer("iprange intersect", "iprange", &["v4", "other", "--common"]),
        ];
        compare(
            "1,000,000 x 1,000,000 IPv4 networks (over .5 is within twice a merge)",
            ROUNDS,
            &contenders,
        )
    }

    /// Both run in a shell that accepts status 1, because not every address is inside.
    fn look_up_a_million(&self) -> Outcome {
        let ours =
            format!("{} contains @rules --address - < addresses || true", self.program.display());
        let contenders = [
            self.peer("cidr contains", "sh", &["-c", &ours]),
            self.peer("grepcidr", "sh", &["-c", "grepcidr -f rules < addresses || true"]),
        ];
        compare("1,000,000 addresses against 100,000 rules", ROUNDS, &contenders)
    }

    fn merge_ten_million(&self) -> Outcome {
        let ours = self.ours("cidr merge", &["merge", "@ten"]);
        let theirs = self.peer("iprange", "iprange", &["ten"]);
        compare(
            "merge 10,000,000 IPv4 networks (ours is to stay under 400 MiB)",
            3,
            &[ours, theirs],
        )
    }

    /// One run of `aggregate6`, which takes minutes, after five of ours.
    fn against_aggregate6(&self, list: &str) -> Outcome {
        let program = workspace::target().join("peers").join("bin").join("aggregate6");
        let ours = alternate(5, &[self.ours("cidr merge", &["merge", &format!("@{list}")])])?;
        let mut theirs = Command::new(program);
        theirs.arg(list).current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null());
        let (wall, processor) = measure::time(&mut theirs)?;
        let label = "aggregate6".to_owned();
        let theirs = Cost { label, walls: vec![wall], processor, peak_kib: 0 };
        let costs: Vec<Cost> = ours.into_iter().chain([theirs]).collect();
        let title = format!("merge 1,000,000 networks ({list}); under .05 is 20 times as fast");
        step::say(&table::render(&title, &costs))
    }

    fn ours<'a>(&'a self, label: &str, arguments: &[&str]) -> Contender<'a> {
        self.contender(label, self.program.clone(), arguments)
    }

    fn peer<'a>(&'a self, label: &str, program: &str, arguments: &[&str]) -> Contender<'a> {
        self.contender(label, program.into(), arguments)
    }

    fn contender<'a>(&'a self, label: &str, program: PathBuf, arguments: &[&str]) -> Contender<'a> {
        let arguments: Vec<String> =
            arguments.iter().map(|&argument| argument.to_owned()).collect();
        Contender::new(label, move || {
            let mut command = Command::new(&program);
            command.args(&arguments).current_dir(&self.folder);
            command
        })
    }
}

fn compare(title: &str, rounds: usize, contenders: &[Contender<'_>]) -> Outcome {
    let costs = alternate(rounds, contenders)?;
    step::say(&table::render(&format!("{title}; {rounds} runs in turn"), &costs))
}

/// Writes the lists that all programs read, and returns their folder.
fn lists() -> Result<PathBuf, Failure> {
    let folder = workspace::target().join("bench").join("cidr");
    fs::create_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
    let mut rng = Rng(0x2545_f491_4f6c_dd1d);
    write_list(&folder.join("v4"), MILLION, || rng.ipv4_network(16))?;
    write_list(&folder.join("other"), MILLION, || rng.ipv4_network(16))?;
    write_list(&folder.join("ten"), 10 * MILLION, || rng.ipv4_network(24))?;
    write_list(&folder.join("rules"), MILLION / 10, || rng.ipv4_network(20))?;
    write_list(&folder.join("addresses"), MILLION, || rng.ipv4_address())?;
    write_list(&folder.join("v6"), MILLION, || rng.ipv6_network())?;
    Ok(folder)
}

fn write_list(path: &Path, count: u32, mut line: impl FnMut() -> String) -> Outcome {
    let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
    let mut file = BufWriter::new(file);
    for _ in 0..count {
        writeln!(file, "{}", line()).map_err(|error| cannot_write(path, &error))?;
    }
    file.flush().map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", path.display()))
}

/// xorshift64* (Vigna 2016): the same lists in every run.
struct Rng(u64);

impl Rng {
    fn throw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn ipv4_bits(&mut self) -> u32 {
        u32::try_from(self.throw() >> 32).unwrap_or_default()
    }

    fn ipv4_address(&mut self) -> String {
        Ipv4Addr::from(self.ipv4_bits()).to_string()
    }

    fn ipv4_network(&mut self, shortest: u32) -> String {
        let prefix = shortest + self.ipv4_bits() % (33 - shortest);
        let address = self.ipv4_bits() & u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        format!("{}/{prefix}", Ipv4Addr::from(address))
    }

    /// In `2000::/3`, of 32 to 128 bits.
    fn ipv6_network(&mut self) -> String {
        let prefix = 32 + self.ipv4_bits() % 97;
        let bits = u128::from(self.throw()) << 64 | u128::from(self.throw());
        let address = bits >> 3 | 1 << 125;
        let address = address & u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
        format!("{}/{prefix}", Ipv6Addr::from(address))
    }
}
