//! The Windows installers: `wixl` makes them from `packaging/windows/package.wxs`, and `msibuild`
//! adds what `wixl` cannot.

mod directories;

use std::path::Path;
use std::process::Command;

use super::product::{self, Product};
use super::sign::Signer;
use super::template::Values;
use super::{archive, deliver, files, scratch};
use crate::step::{self, Failure, Outcome};
use crate::workspace;
use directories::{Tree, guids};

pub(super) const DEBIAN_PACKAGES: [&str; 6] =
    ["advancecomp", "faketime", "libfaketime", "msitools", "wixl", "zip"];

/// When the PATH is set and restored, and when folders are created and removed, as Microsoft's
/// documentation suggests.
const ACTIONS: [(&str, u32); 4] = [
    ("RemoveEnvironmentStrings", 3300),
    ("RemoveFolders", 3600),
    ("CreateFolders", 3700),
    ("WriteEnvironmentStrings", 5200),
];

/// Whom an installer is for. Windows tells the two apart by their upgrade codes, which never
/// change.
struct Scope {
    name: &'static str,
    wix: &'static str,
    upgrade_code: &'static str,
    registry: &'static str,
    /// Whose PATH the `Environment` table means; `=-` sets it and restores it.
    path: &'static str,
    programs: &'static [&'static str],
    /// Where Windows PowerShell and PowerShell 7 look for modules.
    modules: &'static [&'static [&'static str]],
}

const SCOPES: [Scope; 2] = [
    Scope {
        name: "user",
        wix: "perUser",
        upgrade_code: "6D3A1F0C-5B1E-4C7B-9A56-0F5B6E2C9D41",
        registry: "HKCU",
        path: "=-PATH",
        programs: &["LocalAppDataFolder", "Programs", "Cluster Login"],
        modules: &[
            &["PersonalFolder", "PowerShell", "Modules"],
            &["PersonalFolder", "WindowsPowerShell", "Modules"],
        ],
    },
    Scope {
        name: "machine",
        wix: "perMachine",
        upgrade_code: "B0A7C2E4-8D2F-4B57-8E0D-7C1A3F94E6B2",
        registry: "HKLM",
        path: "=-*PATH",
        programs: &["ProgramFiles64Folder", "Cluster Login"],
        modules: &[&["ProgramFiles64Folder", "WindowsPowerShell", "Modules"]],
    },
];

/// Packs this folder as both installers.
pub(super) fn make(
    root: &Path,
    product: &Product,
    signer: Option<&Signer>,
    dist: &Path,
) -> Outcome {
    archive::set_times(root, product.epoch)?;
    for scope in &SCOPES {
        let work = scratch(&format!("msi-{}", scope.name))?;
        let msi = work.join(product.file(&format!("x86_64-{}.msi", scope.name)));
        let tree = tree(scope, root, product)?;
        wixl(scope, &tree, product, &msi)?;
        add_tables(scope, &tree, product, &msi)?;
        set_package_code(scope, product, &msi)?;
        if let Some(signer) = signer {
            signer.sign(&msi, product)?;
        }
        deliver(&msi, dist)?;
    }
    Ok(())
}

/// Where everything is installed: the module where PowerShell looks, the rest beside the programs.
fn tree(scope: &Scope, root: &Path, product: &Product) -> Result<Tree, Failure> {
    let mut tree = Tree::default();
    tree.add(scope.programs, root, &[product::MODULE])?;
    for place in scope.modules {
        let place = [place, &[product::MODULE, &product.version][..]].concat();
        tree.add(&place, &root.join(product::MODULE), &[])?;
    }
    Ok(tree)
}

fn wixl(scope: &Scope, tree: &Tree, product: &Product, msi: &Path) -> Outcome {
    let identity = identity(scope, product);
    let mut values = product.values();
    describe(scope, product, &mut values)?;
    values.set("directories", &tree.wix(&tree.codes(&identity)?));
    values.set("component_refs", &tree.references());
    values.set("programs_folder", &tree.id(scope.programs)?);
    let source = msi.with_file_name("package.wxs");
    files::write(&source, values.fill("windows/package.wxs")?)?;
    let mut wixl = at(product, "wixl");
    wixl.current_dir("/");
    step::run(wixl.args(["--arch", "x64", "--output"]).arg(msi).arg(&source))
}

fn describe(scope: &Scope, product: &Product, values: &mut Values) -> Outcome {
    values.set("product_code", &product_code(scope, product)?);
    values.set("start_menu_guid", &guid(&format!("{}/start-menu", identity(scope, product)))?);
    values.set("upgrade_code", scope.upgrade_code);
    values.set("scope", scope.wix);
    values.set("registry", scope.registry);
    let icon = workspace::root().join("packaging/windows/icon.ico");
    values.set("icon", &relative(&icon));
    Ok(())
}

/// The text from which an installer's codes are derived.
fn identity(scope: &Scope, product: &Product) -> String {
    format!("{}/{}", product.repository, scope.name)
}

/// The code by which Windows identifies this version.
fn product_code(scope: &Scope, product: &Product) -> Result<String, Failure> {
    guid(&format!("{}/{}", identity(scope, product), product.version))
}

/// The codes of both installers, for manifests.
pub(super) fn codes(product: &Product, values: &mut Values) -> Outcome {
    for scope in &SCOPES {
        let name = scope.name;
        values.set(
            &format!("{name}_product_code"),
            &format!("{{{}}}", product_code(scope, product)?),
        );
        values.set(&format!("{name}_upgrade_code"), &format!("{{{}}}", scope.upgrade_code));
    }
    Ok(())
}

fn guid(name: &str) -> Result<String, Failure> {
    Ok(guids(&[name.to_owned()])?.concat())
}

/// `wixl` finds files only below its working folder, which is therefore the root.
fn relative(path: &Path) -> String {
    path.strip_prefix("/").unwrap_or(path).display().to_string()
}

/// What `wixl` 0.101 cannot do: environment variables, with the actions that read their table, and
/// removing folders that contain no file. Windows removes such folders together with files, Wine
/// only if an installer created them by name.
fn add_tables(scope: &Scope, tree: &Tree, product: &Product, msi: &Path) -> Outcome {
    let folder = tree.id(scope.programs)?;
    let component = directories::component_id(&folder);
    let row = format!("Path\t{}\t[~];[{folder}]\t{component}", scope.path);
    let columns = "Environment\tName\tValue\tComponent_\r\ns72\tl255\tL255\ts72";
    import(msi, product, ["Environment", "Environment"], columns, &[row])?;
    for (action, sequence) in ACTIONS {
        let row = format!("('{action}', {sequence})");
        let into = "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES";
        step::run(at(product, "msibuild").arg(msi).args(["-q", &format!("{into} {row}")]))?;
    }
    let folders = tree.removable();
    let row = |folder: &String| format!("{folder}\t{component}");
    let rows: Vec<_> = folders.iter().map(row).collect();
    let columns = "Directory_\tComponent_\r\ns72\ts72";
    import(msi, product, ["CreateFolder", "Directory_\tComponent_"], columns, &rows)?;
    // Mode 2: when the component is removed.
    let row = |(at, folder)| format!("Folder{at:02}\t{component}\t\t{folder}\t2");
    let rows: Vec<_> = folders.iter().enumerate().map(row).collect();
    let columns =
        "FileKey\tComponent_\tFileName\tDirProperty\tInstallMode\r\ns72\ts72\tL255\ts72\ti2";
    import(msi, product, ["RemoveFile", "FileKey"], columns, &rows)
}

/// Imports rows into a table, by its name and key; `msibuild` reads them in the archive format of
/// Windows Installer.
fn import(
    msi: &Path,
    product: &Product,
    [name, key]: [&str; 2],
    columns: &str,
    rows: &[String],
) -> Outcome {
    let table = msi.with_file_name(format!("{name}.idt"));
    files::write(&table, format!("{columns}\r\n{name}\t{key}\r\n{}\r\n", rows.join("\r\n")))?;
    step::run(at(product, "msibuild").arg(msi).arg("-i").arg(&table))
}

/// Replaces the random code that `wixl` gives each file.
fn set_package_code(scope: &Scope, product: &Product, msi: &Path) -> Outcome {
    let this = format!("{}/{}/{}", identity(scope, product), product.version, product.epoch);
    let code = format!("{{{}}}", guid(&this)?);
    let mut msibuild = at(product, "msibuild");
    msibuild.arg(msi).args(["-s", "Installation Database", product::PUBLISHER, "x64;1033", &code]);
    step::run(&mut msibuild)
}

/// A program whose clock shows the time of this release.
fn at(product: &Product, program: &str) -> Command {
    let mut command = Command::new("faketime");
    command.env("TZ", "UTC").args(["-f", &product.time, program]);
    command
}
