//! Grades a course: a Cargo workspace whose exercises students fill in.
//!
//! A grade passes through these crates in order, and each hands one type to the next: [`course`] (what is to be graded) →
//! [`attempt`] (what building and running it led to) → [`verdict`] (what became of each case, and why) → [`report`] (the
//! verdicts, for a person or a program).
//! [`grade()`] makes the whole way.
//!
//! ```no_run
//! use std::path::Path;
//! use std::process::ExitCode;
//!
//! use grader::{GradeOptions, Result, Workspace, report};
//!
//! fn main() -> Result<ExitCode> {
//!     // The grader runs this program again, as the supervisor of each program that it starts.
//!     if let Some(code) = grader::serve() {
//!         return Ok(code);
//!     }
//!     let workspace = Workspace::new(Path::new("."), |root| root.join("target"))?;
//!     let course = workspace.course()?;
//!     let selection = course.selection(&[])?;
//!     let grade = grader::grade(&workspace, &course, &selection, GradeOptions::default(), &|_progress| ())?;
//!     print!("{}", report::json::render(&grade)?);
//!     Ok(if grade.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
//! }
//! ```

#![warn(unreachable_pub)]

pub mod cli;
mod grade;
mod hints;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

pub use attempt::workspace::{Limits, Workspace, check_interrupt};
pub use course::{Course, Error, Fault, OrFault, Result, path_with_line};
pub use grade::{GradeOptions, Remembered, ReportListener, Tables, grade, grade_telling, hold, last, summary};
pub use hints::{Hints, HintsWanted};
pub use process::{Bounds, Interrupt};
pub use verdict::{Report, answers};
pub use {attempt, course, report, verdict};

/// What a program that grades calls first. If the grader started this process to do a part of its work (to supervise a
/// program, or to record a compiler call), that part is done now, and the process is to end with this code.
pub fn serve() -> Option<ExitCode> {
    process::serve().or_else(attempt::plan::serve_as_compiler)
}

/// A file that starts this program once more, also after another build has replaced it. Other programs can use it,
/// too, as long as this process lives.
///
/// # Errors
/// If the system does not say which file that is.
pub fn file_of_this_program() -> io::Result<PathBuf> {
    process::file_of_this_program()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use walkdir::WalkDir;

    /// The modules in the first column of the guide's table. A name without a folder is in that of the name before it.
    fn modules_of_the_guide() -> Vec<String> {
        let guide = include_str!("../README.md");
        let table =
            guide.split_once("### The modules in detail").and_then(|(_, rest)| rest.split_once("\n## ")).unwrap().0;
        let mut modules = Vec::new();
        for column in table.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next()) {
            let mut folder = "";
            for name in column.split('`').filter(|name| !name.trim().trim_matches(',').is_empty()) {
                let (parent, module) = name.rsplit_once('/').unwrap_or((folder, name));
                folder = parent;
                modules.push(if folder.is_empty() { module.to_owned() } else { format!("{folder}/{module}") });
            }
        }
        modules
    }

    fn grader() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    /// The crates that the grader is made of, in the order of the guide.
    fn crates() -> Vec<String> {
        let folder = |module: &String| module.split('/').next().unwrap().to_owned();
        let mut crates: Vec<String> = modules_of_the_guide().iter().map(folder).collect();
        crates.dedup();
        crates.retain(|name| grader().join(name).join("Cargo.toml").is_file());
        crates
    }

    /// The modules of a crate, with its name before theirs.
    fn modules_in(sources: &Path, name: &str) -> Vec<String> {
        let files = WalkDir::new(sources).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        let module = |path: &Path| {
            let module = path.strip_prefix(sources).unwrap().with_extension("");
            module.to_str().unwrap().replace('\\', "/")
        };
        let modules =
            files.map(|entry| module(entry.path())).filter(|module| module != "lib" && !module.ends_with("tests"));
        modules.map(|module| Path::new(name).join(module).to_str().unwrap().replace('\\', "/")).collect()
    }

    #[test]
    fn the_guide_says_what_each_module_holds() {
        let mut modules = modules_in(&grader().join("src"), "");
        modules.extend(crates().iter().flat_map(|name| modules_in(&grader().join(name).join("src"), name)));
        // The modules that supervise programs have one row.
        modules.retain(|module| !module.starts_with("process/"));
        let mut of_the_guide = modules_of_the_guide();
        of_the_guide.retain(|module| !crates().contains(module));
        modules.sort();
        of_the_guide.sort();
        assert_eq!(of_the_guide, modules);
    }

    #[test]
    fn no_crate_uses_one_below_it_in_the_guide() {
        let crates = crates();
        for (at, name) in crates.iter().enumerate() {
            let manifest = fs::read_to_string(grader().join(name).join("Cargo.toml")).unwrap();
            let used: Vec<&str> = manifest.lines().filter_map(|line| line.strip_suffix(".workspace = true")).collect();
            let below = crates[at..].iter().filter(|below| used.contains(&below.as_str()));
            assert_eq!(below.collect::<Vec<_>>(), [""; 0], "of {name}");
        }
        assert_eq!(crates.len(), 7, "{crates:?}");
    }
}
