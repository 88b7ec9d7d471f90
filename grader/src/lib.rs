//! Grades a course: a Cargo workspace whose exercises students fill in.
//!
//! A grade passes through these modules in order, and each hands one type to the next: [`course`] (what is to be graded) →
//! [`attempt`] (what building and running it led to) → [`answers`] (what the cases answered, and what is recorded) →
//! [`verdict`] (what became of each case, and why) → [`report`] (the verdicts, for a person or a program).
//! [`Workspace::grade`] makes the whole way.
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
//!     let grade = workspace.grade(&course, &selection, GradeOptions::default(), &|_progress| ())?;
//!     print!("{}", report::json::render(&grade)?);
//!     Ok(if grade.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
//! }
//! ```

#![warn(unreachable_pub)]

pub mod answers;
mod at_once;
pub mod attempt;
mod clean;
pub mod cli;
pub mod course;
mod error;
pub mod experiment;
mod grade;
mod hints;
mod process;
pub mod report;
pub mod verdict;
mod workspace;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

pub use course::Course;
pub use error::{Error, Fault, OrFault, Result, path_with_line};
pub use grade::{GradeOptions, Remembered, ReportListener, Tables};
pub use hints::{Hints, HintsWanted};
pub use process::{Bounds, Interrupt};
pub use verdict::Report;
pub use workspace::{Limits, Workspace};

/// What a program that grades calls first. If the grader started this process to do a part of its work (to supervise a
/// program, or to record a compiler call), that part is done now, and the process is to end with this code.
pub fn serve() -> Option<ExitCode> {
    process::supervisor::serve().or_else(attempt::plan::serve_as_compiler)
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
    use std::path::{Path, PathBuf};

    use walkdir::WalkDir;

    /// The modules in the first column of the guide's tables. A name without a folder is in that of the name before it.
    fn modules_of(tables: &str) -> Vec<String> {
        let mut modules = Vec::new();
        for column in tables.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next()) {
            let mut folder = "";
            for name in column.split('`').filter(|name| !name.trim().trim_matches(',').is_empty()) {
                let (parent, module) = name.rsplit_once('/').unwrap_or((folder, name));
                folder = parent;
                modules.push(if folder.is_empty() { module.to_owned() } else { format!("{folder}/{module}") });
            }
        }
        modules
    }

    /// The guide's tables: the modules of a grade, and all modules.
    fn tables() -> [&'static str; 2] {
        let guide = include_str!("../README.md");
        let tables = guide.split_once("## How a grade works").and_then(|(_, rest)| rest.split_once("\n## ")).unwrap().0;
        tables.split_once("### The modules in detail").unwrap().into()
    }

    /// The source files, by their modules' names.
    fn sources() -> Vec<(String, PathBuf)> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files = WalkDir::new(&sources).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        let module = |path: &Path| {
            let module = path.strip_prefix(&sources).unwrap().with_extension("");
            module.to_str().unwrap().replace('\\', "/")
        };
        files.map(|entry| (module(entry.path()), entry.into_path())).collect()
    }

    #[test]
    fn the_guide_says_what_each_module_holds() {
        // The modules that supervise programs have one row.
        let described =
            |module: &String| module != "lib" && !module.starts_with("process/") && !module.ends_with("/tests");
        let mut modules: Vec<String> = sources().into_iter().map(|(module, _)| module).filter(described).collect();
        let mut of_the_guide = tables().map(modules_of).concat();
        modules.sort();
        of_the_guide.sort();
        of_the_guide.dedup();
        assert_eq!(of_the_guide, modules);
    }

    #[test]
    fn no_module_uses_one_below_it_in_the_guide() {
        let folder = |module: &str| module.split('/').next().unwrap().to_owned();
        let mut order: Vec<String> = modules_of(tables()[1]).iter().map(|module| folder(module)).collect();
        order.dedup();
        let place = |folder: &str| order.iter().position(|other| other == folder);
        let uses = |(module, path): (String, PathBuf)| {
            let source = std::fs::read_to_string(path).unwrap();
            // Tests may use what is below; so may links in comments.
            let code = source.split("#[cfg(test)]").next().unwrap();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let used = code
                .split("crate::")
                .skip(1)
                .map(|rest| rest.split(|letter| !char::is_alphanumeric(letter) && letter != '_'));
            let used: Vec<String> = used.filter_map(|mut words| words.next().map(str::to_owned)).collect();
            (module, used)
        };
        let arrows = sources().into_iter().filter(|(module, _)| module != "lib").map(uses);
        let up: Vec<String> = arrows
            .flat_map(|(module, used)| {
                let own = place(&folder(&module));
                let below = used.into_iter().filter(|used| place(used) > own);
                below.map(|used| format!("{module} uses {used}")).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(up, [""; 0]);
        assert!(order.len() > 10, "{order:?}");
    }
}
