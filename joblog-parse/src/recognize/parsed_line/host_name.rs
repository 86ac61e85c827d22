//! Whether a word with dots is a host name.

use crate::target::Host;

/// Domains that names of two labels end with, besides those of two letters. A name with another end
/// is rather that of a person.
const ENDINGS: &[&str] = &[
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "pro",
    "aero",
    "coop",
    "jobs",
    "mobi",
    "asia",
    "arpa",
    "app",
    "dev",
    "cloud",
    "tech",
    "online",
    "site",
    "website",
    "store",
    "shop",
    "blog",
    "xyz",
    "page",
    "host",
    "hosting",
    "space",
    "systems",
    "solutions",
    "services",
    "network",
    "computer",
    "software",
    "digital",
    "science",
    "academy",
    "university",
    "college",
    "institute",
    "engineering",
    "energy",
    "group",
    "team",
    "zone",
    "center",
    "works",
    "world",
    "live",
    "life",
    "today",
    "agency",
    "company",
    "gmbh",
    "swiss",
    "berlin",
    "hamburg",
    "bayern",
    "wien",
    "paris",
    "london",
    "amsterdam",
    "tokyo",
    "studio",
    "design",
    "domains",
    "link",
    "click",
    "farm",
    "build",
    "run",
    "codes",
    "lab",
    "compute",
    "hpc",
    "example",
    "test",
    "invalid",
    "internal",
    "local",
    "localdomain",
    "lan",
    "corp",
    "intranet",
    "cluster",
    "top",
];

/// Whether a word is a host name with a domain, and not a file, a module or a version.
pub(in crate::recognize) fn is_host_name(word: &str) -> bool {
    const FILES: &[&str] = &[
        "log", "txt", "py", "sh", "json", "yaml", "yml", "gz", "tar", "zip", "cfg", "conf", "ini",
        "dat", "out", "err", "csv", "xml", "html", "htm", "pem", "ppk", "key", "pub", "exe", "dll",
        "so", "sim", "inp", "cas", "msh", "h5", "java", "md", "rs", "c", "h", "cpp", "f", "f90",
        "cu", "js", "ts", "css", "service", "socket", "sock", "bat", "ps1", "cmd", "lic", "bin",
        "img", "iso", "png", "jpg", "pdf", "svg", "deb", "rpm", "whl", "tgz", "bz2", "xz", "zst",
        "tf", "tfvars", "tfstate", "toml", "lock", "tmp", "bak", "old", "pid", "crt", "cer", "csr",
        "go", "rb", "filter", "actions", "handler", "manager", "running", "ready", "module",
        "plugin", "main", "pl", "php", "sql", "db", "ipynb", "vtk", "vtu", "stl", "step", "odb",
        "res", "def", "dbs", "jou", "k", "nc",
    ];
    // Sizes of cloud machines: `c6i.xlarge`.
    const SIZES: [&str; 7] = ["nano", "micro", "small", "medium", "large", "xlarge", "metal"];
    let mut labels = word.rsplit('.');
    let last = labels.next().unwrap_or_default();
    // `ben.howell` is a user name.
    let is_end = last.len() == 2
        || ENDINGS.contains(&last.to_ascii_lowercase().as_str())
        || word.matches('.').count() > 1;
    let is_domain =
        is_end && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    // `login.example.pl` is not a Perl program.
    let is_country = matches!(last, "pl" | "rs") && word.matches('.').count() > 1;
    let is_file = FILES.contains(&last.to_ascii_lowercase().as_str()) && !is_country
        || SIZES.contains(&last)
        || word.starts_with("iqn.")
        || last.chars().any(char::is_uppercase) && last.chars().any(char::is_lowercase);
    is_domain
        && !is_file
        && labels.next().is_some_and(|label| !label.is_empty())
        && word.parse::<Host>().is_ok()
}
