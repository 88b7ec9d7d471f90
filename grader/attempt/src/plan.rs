//! Plans: the compiler calls by which cargo would build a step, made again at every grade.
//!
//! A save changes only the student's file, and what cargo then works out is the same each time: two compiler calls. So
//! the grader asks cargo once ([`record`]), with this program in the place of the compiler ([`serve_as_compiler`]). It
//! records the calls for the steps instead of making them, and makes all the others. A plan is kept under the content
//! of everything that decides it, and while that stays the same, a grade makes the calls itself. So there is no second
//! set of flags, and what is built depends on the content of files and never on their times.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use course::filled;
use fs_err as fs;
use process::file_of_this_program;
use serde::{Deserialize, Serialize};

use super::inputs::{DepInfo, is_set_by_cargo};

/// The calls that build one step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// The student's library.
    pub library: Call,
    /// The program of cases, which links it.
    pub cases: Call,
    /// What the crates were compiled from that the step is built with, but for those that never change.
    pub sources: Vec<PathBuf>,
}

/// One call of the compiler, except where its outputs go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    program: PathBuf,
    arguments: Vec<String>,
    /// The variables that cargo sets in addition to the environment that it was started with.
    environment: BTreeMap<String, String>,
    folder: PathBuf,
}

/// The packages whose calls a process in the compiler's place records.
const PACKAGES: &str = "GRADER_RECORD_PACKAGES";

/// The folder for the records.
const FOLDER: &str = "GRADER_RECORD_FOLDER";

/// The wrapper that the user has set for the compiler.
const WRAPPER: &str = "GRADER_RECORD_WRAPPER";

/// The variables that tell this program that it is in the compiler's place.
const RECORDING: [&str; 3] = [PACKAGES, FOLDER, WRAPPER];

/// How cargo shares its processors among the calls that it makes at once.
const JOBS: [&str; 3] = ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];

/// Makes a call of cargo record, in a folder, the compiler calls for these packages.
///
/// # Errors
/// If the system does not say which file this program is.
pub fn record(cargo: &mut Command, packages: &[&str], folder: &Path) -> io::Result<()> {
    cargo.env(PACKAGES, packages.join(",")).env(FOLDER, folder);
    if let Some(wrapper) = env::var_os("RUSTC_WRAPPER").filter(|wrapper| !wrapper.is_empty()) {
        cargo.env(WRAPPER, wrapper);
    }
    cargo.env("RUSTC_WRAPPER", file_of_this_program()?);
    Ok(())
}

/// In the compiler's place, records a call or makes it, and returns its exit code; otherwise nothing. Every program
/// that grades starts with this.
pub fn serve_as_compiler() -> Option<ExitCode> {
    let (packages, folder) = (env::var(PACKAGES).ok()?, PathBuf::from(env::var_os(FOLDER)?));
    let mut words = env::args_os().skip(1);
    let program = PathBuf::from(words.next()?);
    let arguments: Vec<OsString> = words.collect();
    let served = match Target::of(&packages, &arguments) {
        Some(target) => target.record_call(&folder, program, arguments).map(|()| ExitCode::SUCCESS),
        None => make(&program, &arguments),
    };
    Some(served.unwrap_or_else(|error| {
        // Cargo shows what the compiler writes.
        eprintln!("error: {error}");
        ExitCode::FAILURE
    }))
}

/// A target of a package, in cargo's sense, whose call is recorded.
struct Target {
    package: String,
    kind: TargetKind,
}

#[derive(Clone, Copy)]
enum TargetKind {
    Library,
    Cases,
}

impl TargetKind {
    fn name(self) -> &'static str {
        match self {
            TargetKind::Library => "library",
            TargetKind::Cases => "cases",
        }
    }
}

impl Target {
    /// The target that a call of cargo's builds, if it is to be recorded.
    fn of(packages: &str, arguments: &[OsString]) -> Option<Self> {
        let package = env::var("CARGO_PKG_NAME").ok()?;
        let behind = |option: &str| {
            let at = arguments.iter().position(|argument| argument == option)?;
            arguments.get(at + 1)?.to_str()
        };
        let kind = match behind("--crate-type")? {
            "lib" => TargetKind::Library,
            // A build script is a program, too, but none that cargo has a name for.
            "bin" if env::var_os("CARGO_BIN_NAME").is_some() => TargetKind::Cases,
            _ => return None,
        };
        packages.split(',').any(|recorded| recorded == package).then_some(Self { package, kind })
    }

    fn record_call(&self, folder: &Path, program: PathBuf, arguments: Vec<OsString>) -> io::Result<()> {
        let text = |words: OsString| {
            words.into_string().map_err(|words| {
                io::Error::other(format!("`{}` is not Unicode; move the course", words.to_string_lossy()))
            })
        };
        let call = Call {
            program,
            arguments: arguments.into_iter().map(text).collect::<io::Result<_>>()?,
            // Text that is not Unicode is not in cargo's variables; the compiler gets it from this process when the
            // call is made.
            environment: filled(
                env::vars_os()
                    .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                    .filter(|(name, _)| !RECORDING.iter().chain(&JOBS).any(|left_out| left_out == name)),
            ),
            folder: env::current_dir()?,
        };
        fs::write(file_of(folder, &self.package, self.kind), serde_json::to_vec(&call)?)
    }
}

fn file_of(folder: &Path, package: &str, kind: TargetKind) -> PathBuf {
    folder.join(format!("{package}-{}.json", kind.name()))
}

/// Makes a call as cargo wants it made.
fn make(program: &Path, arguments: &[OsString]) -> io::Result<ExitCode> {
    let mut command = match env::var_os(WRAPPER) {
        Some(wrapper) => {
            let mut command = Command::new(wrapper);
            command.arg(program);
            command
        }
        None => Command::new(program),
    };
    command.args(arguments);
    for name in RECORDING {
        command.env_remove(name);
    }
    become_command(&mut command).map_err(|error| {
        let program = command.get_program().display();
        let setting = if env::var_os(WRAPPER).is_some() { "RUSTC_WRAPPER" } else { "RUSTC" };
        let remedy = format!("set {setting} to another program, or unset it");
        io::Error::new(error.kind(), format!("`{program}`, which is to compile, cannot be started: {error}; {remedy}"))
    })
}

#[cfg(unix)]
fn become_command(command: &mut Command) -> io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

#[cfg(not(unix))]
fn become_command(command: &mut Command) -> io::Result<ExitCode> {
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

impl Plan {
    /// What was recorded for a package in a folder; nothing if cargo did not get as far as calling the compiler for it.
    pub fn recorded(folder: &Path, package: &str) -> Option<Self> {
        let call = |kind| {
            let text = fs::read(file_of(folder, package, kind)).ok()?;
            serde_json::from_slice::<Call>(&text).ok().map(Call::without_own_environment)
        };
        let (library, cases) = (call(TargetKind::Library)?, call(TargetKind::Cases)?);
        Some(Self { library, cases, sources: Vec::new() })
    }

    /// The same plan for a workspace in another folder.
    pub fn moved(self, from: &Path, to: &Path) -> Self {
        let sources =
            self.sources.iter().map(|path| path.strip_prefix(from).map_or(path.clone(), |path| to.join(path)));
        Self { library: self.library.moved(from, to), cases: self.cases.moved(from, to), sources: sources.collect() }
    }

    /// Whether everything that it links is there.
    pub fn is_complete(&self) -> bool {
        let linked = [&self.library, &self.cases].into_iter().flat_map(Call::linked);
        linked.into_iter().filter(|(name, _)| *name != self.library.crate_name()).all(|(_, path)| path.is_file())
    }

    /// The calls with their outputs in these folders.
    pub fn with_outputs(&self, outputs: &Path, incremental: &Path) -> Self {
        let library = self.library.with_outputs(outputs, incremental);
        let rlib = library.output("lib", ".rlib");
        let cases = self.cases.with_outputs(outputs, incremental).linking(self.library.crate_name(), &rlib);
        Self { library, cases, sources: self.sources.clone() }
    }

    /// The same calls, for which the compiler uses nothing that it has kept, and keeps nothing.
    pub fn compiled_once(&self) -> Self {
        let (library, cases) = (self.library.compiled_once(), self.cases.compiled_once());
        Self { library, cases, sources: self.sources.clone() }
    }

    /// The same calls for another library, which is compiled once.
    pub fn of_source(&self, source: &Path) -> Self {
        let library = self.library.of_source(source);
        Self { library, ..self.compiled_once() }
    }

    /// The same for a library whose warnings nobody reads, whatever the step's manifest says about them.
    pub fn of_library(&self, source: &Path) -> Self {
        let mut plan = self.of_source(source);
        plan.library.arguments.push("--cap-lints=allow".to_owned());
        plan
    }

    /// Whether code of the library may become part of the cases, whatever its kind: the compiler optimises, or is called
    /// with options that may make it.
    pub fn inlines(&self) -> bool {
        const MAY: [&str; 6] = ["-O", "-Z", "opt-level", "lto", "instrument-coverage", "debuginfo"];
        let arguments = self.library.arguments.iter().chain(&self.cases.arguments);
        arguments.into_iter().any(|argument| {
            let option = argument.strip_prefix("-C").unwrap_or(argument);
            MAY.iter().any(|may| option.starts_with(may))
        })
    }

    /// The plan by which the objects of the cases, and how the linker is called, are left in a folder and a file.
    pub fn keeping_objects(&self, folder: &Path, linker: &Path) -> Self {
        let mut plan = self.clone();
        plan.cases.replace_behind("--out-dir", &folder.to_string_lossy());
        let linker = format!("--print=link-args={}", linker.display());
        plan.cases.arguments.extend(["-C".to_owned(), "save-temps".to_owned(), linker]);
        plan
    }

    /// The library that is built.
    pub fn rlib(&self) -> PathBuf {
        self.library.output("lib", ".rlib")
    }

    /// The program that is built.
    pub fn program(&self) -> PathBuf {
        self.cases.output("", env::consts::EXE_SUFFIX)
    }

    /// What the compiler read for both calls, as far as it got; a file's name is relative to the folder in which it was
    /// called.
    pub fn read(&self, folder: &Path) -> DepInfo {
        let mut read = self.library.read(folder);
        read.extend(self.read_for_cases(folder));
        read
    }

    /// The same for the cases alone.
    pub fn read_for_cases(&self, folder: &Path) -> DepInfo {
        let mut read = self.cases.read(folder);
        read.files.extend(self.sources.iter().cloned());
        read
    }
}

impl Call {
    /// Without the variables that this process has as well: they may have other values when the call is made. Cargo's
    /// own variables stay, because this process may be a child of cargo and the next one may not.
    fn without_own_environment(mut self) -> Self {
        let is_set_here = |name: &str, value: &str| env::var(name).is_ok_and(|present| present == value);
        self.environment
            .retain(|name, value| name != "RUSTC_WRAPPER" && (is_set_by_cargo(name) || !is_set_here(name, value)));
        self
    }

    fn moved(mut self, from: &Path, to: &Path) -> Self {
        if let Ok(within) = self.folder.strip_prefix(from) {
            self.folder = to.join(within);
        }
        let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
        for word in self.arguments.iter_mut().chain(self.environment.values_mut()) {
            *word = word.replace(&*from, &to);
        }
        self
    }

    /// The name of the crate that is compiled.
    pub fn crate_name(&self) -> &str {
        self.behind("--crate-name").unwrap_or_default()
    }

    /// The call as a command.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(&self.environment).current_dir(&self.folder);
        command
    }

    /// The program that is built, or the library with `lib` before its name and `.rlib` behind it.
    fn output(&self, before: &str, behind: &str) -> PathBuf {
        let suffix = self.codegen("extra-filename").unwrap_or_default();
        let name = format!("{before}{}{suffix}{behind}", self.crate_name());
        self.output_folder().join(name)
    }

    /// What the compiler read for it.
    fn read(&self, folder: &Path) -> DepInfo {
        DepInfo::listed(&self.output("", ".d"), folder)
    }

    /// The folder for its outputs.
    pub fn output_folder(&self) -> &Path {
        Path::new(self.behind("--out-dir").unwrap_or_default())
    }

    /// The crates that are linked by name.
    pub fn linked(&self) -> Vec<(&str, &Path)> {
        let behind = self.arguments.windows(2).filter(|pair| pair[0] == "--extern");
        behind.filter_map(|pair| pair[1].split_once('=')).map(|(name, path)| (name, Path::new(path))).collect()
    }

    /// The same call for another source file, which is compiled once.
    fn of_source(&self, source: &Path) -> Self {
        let mut call = self.compiled_once();
        if let Some(file) = call.source_mut() {
            *file = source.to_string_lossy().into_owned();
        }
        call
    }

    /// The same call without work that the compiler keeps to make the next one faster.
    fn compiled_once(&self) -> Self {
        let mut call = self.clone();
        if let Some(at) = self.incremental() {
            call.arguments.drain(at..at + 2);
        }
        call
    }

    /// The position of that option among its arguments.
    fn incremental(&self) -> Option<usize> {
        let incremental = |pair: &[String]| pair[0] == "-C" && pair[1].starts_with("incremental=");
        self.arguments.windows(2).position(incremental)
    }

    fn with_outputs(&self, outputs: &Path, incremental: &Path) -> Self {
        let mut call = self.clone();
        call.replace_behind("--out-dir", &outputs.to_string_lossy());
        for argument in &mut call.arguments {
            if argument.starts_with("incremental=") {
                *argument = format!("incremental={}", incremental.display());
            }
        }
        // A warning is not an error, whatever the user's flags say: warnings never decide a grade.
        let denies =
            |pair: &[String]| matches!(pair[0].as_str(), "-D" | "-F" | "--deny" | "--forbid") && pair[1] == "warnings";
        while let Some(at) = call.arguments.windows(2).position(denies) {
            call.arguments.drain(at..at + 2);
        }
        let denies = ["-Dwarnings", "-Fwarnings", "--deny=warnings", "--forbid=warnings"];
        call.arguments.retain(|argument| !denies.contains(&argument.as_str()));
        call
    }

    /// The same call with another file for a crate that is linked.
    fn linking(&self, name: &str, file: &Path) -> Self {
        let mut call = self.clone();
        let is_of_crate = |pair: &[String]| {
            pair[0] == "--extern" && pair[1].split_once('=').is_some_and(|(linked, _)| linked == name)
        };
        if let Some(at) = call.arguments.windows(2).position(is_of_crate) {
            call.arguments[at + 1] = format!("{name}={}", file.display());
        }
        call
    }

    fn behind(&self, option: &str) -> Option<&str> {
        let at = self.arguments.iter().position(|argument| argument == option)?;
        self.arguments.get(at + 1).map(String::as_str)
    }

    fn replace_behind(&mut self, option: &str, value: &str) {
        if let Some(at) = self.arguments.iter().position(|argument| argument == option)
            && let Some(argument) = self.arguments.get_mut(at + 1)
        {
            *argument = value.to_owned();
        }
    }

    /// The value of a codegen option.
    fn codegen(&self, option: &str) -> Option<&str> {
        self.arguments.iter().find_map(|argument| argument.strip_prefix(option)?.strip_prefix('='))
    }

    /// The source file, which is the argument that belongs to no option.
    fn source_mut(&mut self) -> Option<&mut String> {
        let at = (0..self.arguments.len()).find(|at| {
            self.arguments[*at].ends_with(".rs")
                && (*at == 0 || !self.arguments[at - 1].starts_with('-') || self.arguments[at - 1].contains('='))
        })?;
        self.arguments.get_mut(at)
    }
}
