//! Asks cargo how it would build some steps, and has it build what they depend on. This is the only module that calls
//! cargo.

mod alone;

use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use course::{Error, Result, Step, or_fault};
use process::{How, Input, Order, Supervised, file_of_this_program};

use super::crates::{self, Artifact, Suspects};
use super::inputs::Surroundings;
use super::plan::{self, Plan};
use super::run_folder::RunFolder;
use super::{Listener, Progress};
use crate::workspace::Workspace;
use alone::Alone;

/// The plans of steps, in their order; for a step that cargo cannot plan, its complaint.
///
/// # Errors
/// If cargo cannot be started, or an interrupt comes.
pub(crate) fn plans(
    workspace: &Workspace,
    surroundings: &Surroundings,
    steps: &[&Step],
    progress: &Listener<'_>,
) -> Result<Vec<std::result::Result<Plan, String>>> {
    let ask = |steps: &[&Step]| {
        let folder = RunFolder::new(&workspace.scratch())?;
        let question = Question { workspace, root: workspace.root(), folder: folder.path(), progress, surroundings };
        question.ask(steps)
    };
    let (mut plans, mut complaint) = ask(steps)?;
    if plans.iter().any(Option::is_none) && crates::delete(workspace, surroundings.in_short(), Suspects::Damaged) {
        (plans, complaint) = ask(steps)?;
    }
    // Something that all of them need cannot be built. Asking for each one alone would only take time.
    let in_vain = plans.iter().all(Option::is_none) && complaint.contains("could not compile");
    let plans = plans.into_iter().zip(steps).map(|(plan, step)| match plan {
        Some(plan) if plan.is_complete() => Ok(Ok(plan)),
        // It links the library of another one, whose call was only recorded.
        Some(_) => {
            let (plans, complaint) = ask(&[step])?;
            Ok(plans.into_iter().next().flatten().ok_or(complaint))
        }
        None if in_vain => Ok(Err(complaint.clone())),
        None => plan_alone(workspace, surroundings, step, progress),
    });
    plans.collect()
}

/// The plan of a step, or cargo's complaint, whatever is wrong with the manifests of others.
fn plan_alone(
    workspace: &Workspace,
    surroundings: &Surroundings,
    step: &Step,
    progress: &Listener<'_>,
) -> Result<std::result::Result<Plan, String>> {
    let folder = RunFolder::new(&workspace.scratch())?;
    let alone = match or_fault(Alone::new(workspace.root(), step, &folder.path().join("alone")))? {
        Ok(alone) => alone,
        Err(fault) => return Ok(Err(fault.to_string())),
    };
    let question = Question { workspace, root: alone.root(), folder: folder.path(), progress, surroundings };
    let (plans, complaint) = question.ask(&[step])?;
    let plan = plans.into_iter().next().flatten();
    Ok(plan.map(|plan| alone.as_in_course(plan)).ok_or_else(|| alone.named_as_in_course(&complaint)))
}

/// How to ask cargo.
struct Question<'a> {
    workspace: &'a Workspace,
    /// The folder of cargo's workspace.
    root: &'a Path,
    /// The folder for the recorded calls.
    folder: &'a Path,
    progress: &'a Listener<'a>,
    surroundings: &'a Surroundings,
}

impl Question<'_> {
    /// The plans of steps, as far as cargo got with them, and its complaint.
    fn ask(&self, steps: &[&Step]) -> Result<(Vec<Option<Plan>>, String)> {
        let packages: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
        let packages = &packages[..];
        let missing = || -> Vec<&str> {
            packages.iter().copied().filter(|package| Plan::recorded(self.folder, package).is_none()).collect()
        };
        let mut output = self.call(self.build(packages), packages)?;
        let built = missing();
        if output.success && !built.is_empty() {
            // Somebody has had cargo build them here, and cargo makes no call for what is up to date.
            self.call(self.clean(&built), &[])?;
            output = self.call(self.build(&built), &built)?;
        }
        let manifests: Vec<PathBuf> =
            steps.iter().map(|step| self.root.join(&step.folder).join("Cargo.toml")).collect();
        let mut artifacts = output.stderr.artifacts.clone();
        // Those that are only recorded.
        artifacts.retain(|artifact| !manifests.iter().any(|manifest| artifact.is_of(manifest)));
        crates::note(self.workspace, self.surroundings.in_short(), &artifacts);
        let sources: Vec<PathBuf> =
            artifacts.iter().flat_map(|artifact| artifact.sources(self.workspace.root())).collect();
        let plan = |package: &&str| {
            let plan = Plan::recorded(self.folder, package)?;
            Some(Plan { sources: sources.clone(), ..plan })
        };
        let plans = packages.iter().map(plan).collect();
        // Cargo names this program before the compiler, because it is in the compiler's place.
        let wrapper = format!("{} ", file_of_this_program()?.display());
        Ok((plans, output.complaint().replace(&wrapper, "")))
    }

    /// Runs cargo, and records how it would compile some packages.
    fn call(&self, mut cargo: Command, packages: &[&str]) -> Result<CargoOutput> {
        plan::record(&mut cargo, packages, self.folder)?;
        let interrupt = self.workspace.interrupt();
        let not_started = |error: io::Error| match error.kind() {
            io::ErrorKind::Interrupted => Error::Interrupted,
            _ => Error::NoCargo(error),
        };
        // How long it takes depends on the network and the machine.
        let order = Order { bounds: None, input: Input::Nothing };
        let (supervised, output) = Supervised::start(&cargo, &order, interrupt).map_err(not_started)?;
        let (ended, stderr) = thread::scope(|scope| {
            let following = scope.spawn(|| follow(output, self.progress));
            let ended = supervised.wait(&mut |_| ControlFlow::Continue(()));
            (ended, following.join().unwrap_or_default())
        });
        if interrupt.is_raised() {
            return Err(Error::Interrupted);
        }
        let success = ended.map_err(not_started)?.how == How::Exited(Some(0));
        Ok(CargoOutput { success, stderr })
    }

    /// Makes cargo forget what it has built of these packages.
    fn clean(&self, packages: &[&str]) -> Command {
        let mut command = self.cargo("clean");
        command.args(packages.iter().flat_map(|package| ["--package", package]));
        command
    }

    fn build(&self, packages: &[&str]) -> Command {
        let mut command = self.cargo("build");
        // The form in which the compiler's messages are read when its calls are made again.
        command.args(["--message-format", "json-diagnostic-rendered-ansi"]);
        for package in packages {
            command.args(["--package", package, "--bin", package]);
        }
        // The counts of its progress, which it shows by itself only on a terminal; wide enough to name the units at
        // work.
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "120");
        command.env("CARGO_TERM_PROGRESS_TERM_INTEGRATION", "false");
        command
    }

    /// Called in the course's folder, where cargo finds its configuration and rustup the toolchain.
    fn cargo(&self, task: &str) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args([task, "--profile", "grade", "--color", "never"]);
        command.arg("--manifest-path").arg(self.root.join("Cargo.toml"));
        command.arg("--target-dir").arg(self.workspace.target()).current_dir(self.workspace.root());
        command
    }
}

/// What cargo says, and whether it succeeded.
struct CargoOutput {
    success: bool,
    stderr: Stderr,
}

/// What cargo says to a person, without its progress.
#[derive(Debug, Default, PartialEq, Eq)]
struct Stderr {
    /// The compiler's errors in crates that are not a student's.
    errors: String,
    /// Cargo's own words.
    words: String,
    /// The crates that it has compiled, or found compiled.
    artifacts: Vec<Artifact>,
}

impl CargoOutput {
    /// Why there is no plan.
    fn complaint(&self) -> String {
        let errors = self.stderr.errors.clone() + &errors_of(&self.stderr.words);
        match errors.trim_end() {
            errors if !errors.is_empty() && !self.success => super::compile::remedied(errors),
            _ => "cargo does not compile a library and a program for it".to_owned(),
        }
    }
}
/// Follows what cargo says to a person. Progress is reported; everything else is kept in case cargo fails.
fn follow(stderr: impl Read, progress: &Listener<'_>) -> Stderr {
    let (mut kept, mut line) = (Stderr::default(), Vec::new());
    // After a carriage return, a line stays until it is written over; an end of line may follow, too.
    let mut returned = false;
    for byte in BufReader::new(stderr).bytes().map_while(io::Result::ok) {
        match byte {
            b'\r' => {
                progress_in(&String::from_utf8_lossy(&line)).into_iter().for_each(progress);
                returned = true;
            }
            b'\n' => {
                kept.keep(&line, progress);
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
        kept.keep(&line, progress);
    }
    kept
}

impl Stderr {
    fn keep(&mut self, line: &[u8], progress: &Listener<'_>) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        match progress_in(line) {
            Some(now) => progress(now),
            None if line.is_empty() || line.starts_with("Compiling ") => {}
            // A message for programs: what the compiler says about a crate that is not a student's.
            None if line.starts_with('{') => match Artifact::in_message(line) {
                Some(artifact) => self.artifacts.push(artifact),
                None => self.errors.extend(error_in(line)),
            },
            None => self.words.extend([line, "\n"]),
        }
    }
}

/// The errors among cargo's words: all lines from an error up to the next warning. All words, if no line starts like an
/// error.
fn errors_of(words: &str) -> String {
    let is_error = |line: &str| line.starts_with("error");
    if !words.lines().any(is_error) {
        return words.to_owned();
    }
    let mut within = false;
    let errors = words.lines().filter(|line| {
        within = is_error(line) || within && !line.starts_with("warning: ");
        within
    });
    errors.flat_map(|line| [line, "\n"]).collect()
}

/// The error in one of cargo's messages for programs, as the compiler shows it.
fn error_in(message: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let message = message.get("message").filter(|message| message["level"] == "error")?;
    message["rendered"].as_str().map(str::to_owned)
}

/// The progress in a line of cargo's: `Building [==> ] 12/66: serde, toml`, or that it waits for a lock.
fn progress_in(line: &str) -> Option<Progress<'_>> {
    if line.trim().starts_with("Blocking waiting for file lock on ") {
        return Some(Progress::Waiting);
    }
    let (_bar, counted) = line.trim().strip_prefix("Building [")?.split_once(']')?;
    let (count, units) = counted.split_once(':').unwrap_or((counted, ""));
    let (done, total) = count.split_once('/')?;
    Some(Progress::Preparing {
        done: done.trim().parse().ok()?,
        total: total.trim().parse().ok()?,
        units: units.trim(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// What is kept of what cargo says, and the progress that it tells of.
    fn followed(stderr: &str) -> (String, Vec<String>) {
        let reported = Mutex::new(Vec::new());
        let stderr = follow(stderr.as_bytes(), &|progress| reported.lock().unwrap().push(format!("{progress:?}")));
        (stderr.words, reported.into_inner().unwrap())
    }

    fn complaint(success: bool, words: &str) -> String {
        CargoOutput { success, stderr: follow(words.as_bytes(), &|_| ()) }.complaint()
    }

    #[test]
    fn errors_are_told_without_the_warnings_around_them() {
        let warning = "warning: profile package spec `tui` in profile `grade` did not match any packages\n\n\thelp: a \
                       package with a similar name exists: `itoa`\n";
        let error =
            "error: rustc 1.95.0 is not supported by the following package:\n  loss@0.1.0 requires rustc 1.99\n";
        let errors = "error: rustc 1.95.0 is not supported by the following package:\nloss@0.1.0 requires rustc 1.99";
        assert_eq!(complaint(false, &[warning, error, warning, warning].concat()), errors);
        assert_eq!(complaint(false, &[error, warning, error].concat()), format!("{errors}\n{errors}"));
        let of_compiler = r#"{"reason":"x","message":{"level":"error","rendered":"error: in a crate\n"}}"#;
        assert_eq!(
            complaint(false, &[warning, of_compiler, "\n", error].concat()),
            format!("error: in a crate\n{errors}")
        );
        assert_eq!(complaint(false, "toolchain 'x' is not installed\n"), "toolchain 'x' is not installed");
        for (success, words) in [(true, warning), (true, ""), (false, "")] {
            assert_eq!(complaint(success, words), "cargo does not compile a library and a program for it");
        }
    }

    #[test]
    fn cargo_tells_of_its_progress_between_the_lines_that_it_says() {
        let stderr = "    Blocking waiting for file lock on build directory\n   Compiling loss v0.1.0 (/course)\n    \
                      Building [======>   ] 85/95: loss, harness(build.rs)     \r   Compiling harness v0.1.0\n    \
                      Building [========> ] 93/95: loss(bin)  \rerror: could not compile `loss`\r\n\
                      warning: build failed, waiting\n";
        let (words, reported) = followed(stderr);
        assert_eq!(words, "error: could not compile `loss`\nwarning: build failed, waiting\n");
        let preparing = |done, units| format!("{:?}", Progress::Preparing { done, total: 95, units });
        let waiting = format!("{:?}", Progress::Waiting);
        assert_eq!(reported, [waiting, preparing(85, "loss, harness(build.rs)"), preparing(93, "loss(bin)")]);
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
