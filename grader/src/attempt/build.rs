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

use super::progress::{Listener, Progress};
use crate::clean::strip_ansi;
use crate::error::{Error, Result};
use crate::process::{Group, Interrupt};

/// What to build: packages of one workspace, each with a library that the student writes and a program of cases.
#[derive(Debug)]
pub struct Request<'a> {
    /// The folder of the workspace.
    pub workspace: &'a Path,
    /// Where cargo puts what it builds.
    pub target: &'a Path,
    /// The packages, which are named as their programs.
    pub packages: Vec<String>,
    /// What ends it before its time.
    pub interrupt: &'a Interrupt,
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

/// Builds the packages of a request; the result has each by name.
///
/// # Errors
/// If cargo cannot be started or fails without a student's file being to blame, or an interrupt comes.
pub fn build(request: &Request<'_>, progress: &Listener<'_>) -> Result<HashMap<String, Built>> {
    if request.packages.is_empty() {
        return Ok(HashMap::new());
    }
    let mut group = Group::start(&mut cargo(request), request.interrupt).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => Error::Interrupted,
        _ => Error::NoCargo(error),
    })?;
    let stdout = group.child().stdout.take();
    let stderr = group.child().stderr.take();
    let (told, complaint) = thread::scope(|scope| {
        let complaint = scope.spawn(|| stderr.map(|pipe| follow(pipe, progress)).unwrap_or_default());
        let told = stdout.map_or(Ok(Told::default()), listen);
        (told, complaint.join().unwrap_or_default())
    });
    let success = group.wait()?.success();
    if request.interrupt.is_raised() {
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
    // The counts of its progress, which it shows of itself on a terminal alone; wide enough to name what it is at.
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "120");
    command.env("CARGO_TERM_PROGRESS_TERM_INTEGRATION", "false");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The package of `cargo xtask`, and its folder in a workspace.
pub const OWN_PACKAGE: &str = "xtask";

/// The package of `cargo xtask`, where the same cargo has built it, or a program that it hands over to, into the same
/// folder. Cargo compiles what packages share with the features that all it is asked for need together: asked for this one
/// too, it finds that done already.
fn own_package(request: &Request<'_>) -> Option<&'static str> {
    let program = std::env::current_exe().ok()?;
    let built_here = program.parent() == Some(&request.target.join("grade"));
    (built_here && request.workspace.join(OWN_PACKAGE).is_dir()).then_some(OWN_PACKAGE)
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

fn listen(stdout: ChildStdout) -> Result<Told> {
    let mut told = Told::default();
    for line in BufReader::new(stdout).lines() {
        // A build script may print what is not JSON.
        let Ok(message) = serde_json::from_str::<CargoMessage>(&line?) else { continue };
        match message {
            CargoMessage::CompilerArtifact { manifest_path, executable } => {
                told.programs.extend(executable.map(|program| (manifest_path, program)));
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

/// Follows what cargo says to a person, and keeps it for the case that it fails: all but what tells of progress.
fn follow(stderr: impl Read, progress: &Listener<'_>) -> String {
    let (mut said, mut line) = (String::new(), Vec::new());
    // After a carriage return a line stands until it is written over; an end of line may follow, too.
    let mut returned = false;
    for byte in BufReader::new(stderr).bytes().map_while(io::Result::ok) {
        match byte {
            b'\r' => {
                told_by(&String::from_utf8_lossy(&line)).into_iter().for_each(progress);
                returned = true;
            }
            b'\n' => {
                keep(&line, &mut said, progress);
                line.clear();
                returned = false;
            }
            letter => {
                if std::mem::take(&mut returned) {
                    line.clear();
                }
                line.push(letter);
            }
        }
    }
    if !returned {
        keep(&line, &mut said, progress);
    }
    said
}

fn keep(line: &[u8], said: &mut String, progress: &Listener<'_>) {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    match told_by(line) {
        Some(told) => progress(told),
        None if line.is_empty() || line.starts_with("Compiling ") => {}
        None => said.extend([line, "\n"]),
    }
}

/// The progress that a line of cargo's tells of: `Building [==> ] 12/66: serde, toml`, or that it waits for a lock.
fn told_by(line: &str) -> Option<Progress<'_>> {
    if line.trim().starts_with("Blocking waiting for file lock on ") {
        return Some(Progress::Waiting);
    }
    let (_bar, counted) = line.trim().strip_prefix("Building [")?.split_once(']')?;
    let (count, units) = counted.split_once(':').unwrap_or((counted, ""));
    let (done, of) = count.split_once('/')?;
    Some(Progress::Building { done: done.trim().parse().ok()?, of: of.trim().parse().ok()?, units: units.trim() })
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
        return Err(Error::Build(remedied(strip_ansi(fault).trim_end())));
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
        executable: Option<PathBuf>,
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// What is kept of what cargo says, and the progress that it tells of.
    fn followed(stderr: &str) -> (String, Vec<String>) {
        let told = Mutex::new(Vec::new());
        let said = follow(stderr.as_bytes(), &|progress| told.lock().unwrap().push(format!("{progress:?}")));
        (said, told.into_inner().unwrap())
    }

    #[test]
    fn cargo_tells_of_its_progress_between_the_lines_that_it_says() {
        let stderr = "    Blocking waiting for file lock on build directory\n   Compiling loss v0.1.0 (/course)\n    \
                      Building [======>   ] 85/95: loss, harness(build.rs)     \r   Compiling harness v0.1.0\n    \
                      Building [========> ] 93/95: loss(bin)  \rerror: could not compile `loss`\r\n\
                      warning: build failed, waiting\n";
        let (said, told) = followed(stderr);
        assert_eq!(said, "error: could not compile `loss`\nwarning: build failed, waiting\n");
        let building = |done, units| format!("{:?}", Progress::Building { done, of: 95, units });
        let waiting = format!("{:?}", Progress::Waiting);
        assert_eq!(told, [waiting, building(85, "loss, harness(build.rs)"), building(93, "loss(bin)")]);
    }

    #[test]
    fn what_is_written_over_and_not_understood_is_neither_shown_nor_kept() {
        for line in [
            " Downloading 69 crates, remaining bytes: 2.4MiB",
            "Building",
            "Building [=> ] many/95: x",
            "Building [=> ] 9",
            "\u{1b}[K",
            "",
        ] {
            assert_eq!(followed(&format!("{line}   \rerror: no\n")), ("error: no\n".to_owned(), vec![]), "{line:?}");
        }
        assert_eq!(followed("    Building [=> ] 1/2: x"), (String::new(), followed("Building [] 1/2: x\r").1));
        assert_eq!(followed("no end of line"), ("no end of line\n".to_owned(), vec![]));
    }
}
