//! Builds exercises: one cargo call for all, and for each either its program or why it does not compile.
//!
//! The second station on the way of a grade, and the one place that calls cargo. A compile error in one step leaves the
//! others alone; an error that no student's file is to blame for is the grader's own.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::thread;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::plain::plain;
use crate::process::{self, Group};

/// What to build: packages of one workspace, each with a library that the student writes and a program of cases.
#[derive(Debug)]
pub struct Request<'a> {
    /// The folder of the workspace.
    pub workspace: &'a Path,
    /// Where cargo puts what it builds.
    pub target: &'a Path,
    /// The packages, which are named as their programs.
    pub packages: Vec<String>,
}

/// What became of one package.
#[derive(Debug, Clone)]
pub enum Built {
    /// It compiles.
    Program {
        /// Into this program.
        path: PathBuf,
        /// With these warnings.
        warnings: Vec<CompilerError>,
    },
    /// It does not compile.
    Failed(CompileFailure),
}

/// Why a package does not compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileFailure {
    /// Where the errors are.
    pub culprit: Culprit,
    /// The compiler's errors, in its order.
    pub errors: Vec<CompilerError>,
}

/// Which file of a package the compiler complains about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Culprit {
    /// The student's library.
    Library,
    /// The cases, which call the library: a function is missing there or has another signature.
    Cases,
}

/// One error or warning of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompilerError {
    /// What is wrong, in one line.
    pub message: String,
    /// The same as the compiler shows it, with terminal colours.
    pub rendered: String,
    /// The source file, as the compiler names it.
    pub file: String,
    /// The line in that file, from 1.
    pub line: usize,
}

/// What happens during a build, for whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A package was compiled.
    Compiled(&'a str),
    /// Cargo waits, and says for what.
    Waiting(&'a str),
}

/// Builds the packages of a request; the result has each by name.
///
/// # Errors
/// If cargo cannot be started or fails without a student's file being to blame, or an interrupt comes.
pub fn build(request: &Request<'_>, progress: &(dyn Fn(Progress<'_>) + Sync)) -> Result<HashMap<String, Built>> {
    if request.packages.is_empty() {
        return Ok(HashMap::new());
    }
    let mut group = Group::start(&mut cargo(request)).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => Error::Interrupted,
        _ => Error::NoCargo(error),
    })?;
    let stdout = group.child().stdout.take();
    let stderr = group.child().stderr.take();
    let (told, complaint) = thread::scope(|scope| {
        let complaint = scope.spawn(|| stderr.map(|pipe| follow(pipe, progress)).unwrap_or_default());
        let told = stdout.map_or(Ok(Told::default()), |pipe| listen(pipe, progress));
        (told, complaint.join().unwrap_or_default())
    });
    let success = group.wait()?.success();
    if process::interrupted() {
        return Err(Error::Interrupted);
    }
    settle(request, told?, success, &complaint)
}

fn cargo(request: &Request<'_>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--profile", "grade", "--bins", "--keep-going", "--color", "never"]);
    command.args(["--message-format", "json-diagnostic-rendered-ansi"]);
    command.arg("--manifest-path").arg(request.workspace.join("Cargo.toml"));
    command.arg("--target-dir").arg(request.target);
    for package in request.packages.iter().map(String::as_str).chain(own_package(request)) {
        command.args(["--package", package]);
    }
    command.current_dir(request.workspace);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The package of the program that a student calls, where this is it, or one that it has built beside it, and the same cargo
/// has built it into the same folder. Cargo compiles what packages share with the features that all it is asked for need
/// together: asked for this one too, it finds that done already.
fn own_package(request: &Request<'_>) -> Option<&'static str> {
    let program = std::env::current_exe().ok()?;
    let built_here = program.parent() == Some(&request.target.join("grade"));
    let name = "xtask";
    let of_its_own = [name, "desk"].iter().any(|own| program.file_stem() == Some(own.as_ref()));
    (built_here && of_its_own && request.workspace.join(name).is_dir()).then_some(name)
}

/// What cargo said of the packages.
#[derive(Default)]
struct Told {
    programs: HashMap<PathBuf, PathBuf>,
    errors: BTreeMap<PathBuf, Vec<(Culprit, CompilerError)>>,
    warnings: BTreeMap<PathBuf, Vec<CompilerError>>,
    /// Errors without a place in a source file, such as a missing linker.
    faults: Vec<String>,
}

fn listen(stdout: ChildStdout, progress: &(dyn Fn(Progress<'_>) + Sync)) -> Result<Told> {
    let mut told = Told::default();
    for line in BufReader::new(stdout).lines() {
        // A build script may print what is not JSON.
        let Ok(message) = serde_json::from_str::<CargoMessage>(&line?) else { continue };
        match message {
            CargoMessage::CompilerArtifact { manifest_path, target, executable, fresh } => {
                if !fresh && !target.is("custom-build") {
                    progress(Progress::Compiled(&target.name));
                }
                if let Some(program) = executable {
                    told.programs.insert(manifest_path, program);
                }
            }
            CargoMessage::CompilerMessage { manifest_path, target, message } => {
                let culprit = if target.is("bin") { Culprit::Cases } else { Culprit::Library };
                let error = message.level.starts_with("error");
                match message.placed() {
                    Some(placed) if error => told.errors.entry(manifest_path).or_default().push((culprit, placed)),
                    Some(placed) => told.warnings.entry(manifest_path).or_default().push(placed),
                    // The compiler's closing count has no place either.
                    None if !error || message.message.starts_with("aborting due to") => {}
                    None => told.faults.push(message.rendered.unwrap_or(message.message)),
                }
            }
            CargoMessage::Other => {}
        }
    }
    Ok(told)
}

/// Follows what cargo says to a person, and keeps it for the case that it fails.
fn follow(stderr: impl Read, progress: &(dyn Fn(Progress<'_>) + Sync)) -> String {
    let mut said = String::new();
    for line in BufReader::new(stderr).lines().map_while(io::Result::ok) {
        let line = line.trim();
        if line.starts_with("Blocking") {
            progress(Progress::Waiting(line));
        } else if !line.starts_with("Compiling") {
            said.push_str(line);
            said.push('\n');
        }
    }
    said
}

/// Says of every package what became of it.
fn settle(request: &Request<'_>, mut told: Told, success: bool, complaint: &str) -> Result<HashMap<String, Built>> {
    let package_of = |manifest: &Path| {
        let text = std::fs::read_to_string(manifest).ok()?;
        toml::from_str::<Manifest>(&text).ok().map(|manifest| manifest.package.name)
    };
    let mut built = HashMap::new();
    for (manifest, program) in told.programs {
        let warnings = told.warnings.remove(&manifest).unwrap_or_default();
        built.extend(package_of(&manifest).map(|package| (package, Built::Program { path: program, warnings })));
    }
    for (manifest, errors) in &mut told.errors {
        let Some(package) = package_of(manifest).filter(|package| request.packages.contains(package)) else {
            told.faults.extend(errors.drain(..).map(|(_, error)| error.rendered));
            continue;
        };
        let culprit = errors.iter().map(|(culprit, _)| *culprit).min_by_key(|culprit| *culprit as u8);
        let failure = CompileFailure {
            culprit: culprit.unwrap_or(Culprit::Library),
            errors: errors.drain(..).map(|(_, error)| error).collect(),
        };
        built.insert(package, Built::Failed(failure));
    }

    let missing = request.packages.iter().any(|package| !built.contains_key(package));
    if let Some(fault) = told.faults.first() {
        return Err(Error::Build(remedied(plain(fault).trim_end())));
    }
    if missing || (!success && !built.values().any(|built| matches!(built, Built::Failed(_)))) {
        return Err(Error::Build(complaint.trim_end().to_owned()));
    }
    Ok(built)
}

/// A fault with what to do about it, where that is known.
fn remedied(fault: &str) -> String {
    if fault.contains("linker") {
        let remedy = "Rust links with a C compiler's linker. Install one: build-essential on Debian and Ubuntu, \
                      `xcode-select --install` on macOS, Visual Studio's C++ build tools on Windows.";
        return format!("{fault}\n{remedy}");
    }
    fault.to_owned()
}

/// The part that is read here of the messages that cargo documents under "external tools".
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum CargoMessage {
    CompilerArtifact {
        manifest_path: PathBuf,
        target: Target,
        executable: Option<PathBuf>,
        fresh: bool,
    },
    CompilerMessage {
        manifest_path: PathBuf,
        target: Target,
        message: Diagnostic,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Target {
    fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|own| own == kind)
    }
}

#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    rendered: Option<String>,
    spans: Vec<Span>,
}

impl Diagnostic {
    /// The message with the place that it is about, if it has one.
    fn placed(&self) -> Option<CompilerError> {
        let span = self.spans.iter().find(|span| span.is_primary)?;
        Some(CompilerError {
            message: self.message.clone(),
            rendered: self.rendered.clone().unwrap_or_default(),
            file: span.file_name.clone(),
            line: span.line_start,
        })
    }
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}
