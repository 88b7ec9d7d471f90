//! The course: which steps a workspace folder has, and what each `exercise.toml` says about its functions and cases.
//!
//! A grade begins here. Errors in an instructor's file are found, with their line, before anything is built (`load`).

#![warn(unreachable_pub)]

mod about;
pub mod at_once;
pub mod blanked;
pub mod declaration;
pub mod edition;
mod error;
pub mod experiment;
mod filled;
mod formula;
pub mod interface;
mod items;
mod lesson;
pub mod list;
mod load;
mod naming;
pub mod plot;
pub mod solution;
mod stub;
pub mod surface;
mod update;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use about::{About, Complete, FILE as ABOUT, Words};
pub use declaration::{Declaration, Source};
pub use edition::{Edition, HANDED_OUT};
pub use error::{Error, Fault, OrFault, Result, or_fault, path_with_line};
pub use experiment::Experiment;
pub use filled::filled;
pub use lesson::Lesson;
pub use load::Reader;
pub use naming::Selection;
pub use plot::Plot;
pub use solution::{Body, Form, Mistake, NewBody, Solution, is_kebab_case};
pub use surface::{Surface, Surfaces};
pub use update::{Exercise, Remark, Update, functions_to_write};

/// A course: a workspace folder and its steps in order.
///
/// ```
/// use std::path::Path;
///
/// use grader::Workspace;
///
/// # fn main() -> grader::Result<()> {
/// # let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
/// let workspace = Workspace::new(&folder, |root| root.join("target"))?;
/// let course = workspace.course()?;
/// let step = course.step("loss")?;
/// assert_eq!(step.heading(), "Step 1: How wrong is a weight?");
/// assert_eq!(step.source(), Path::new("exercises/01-loss/src/lib.rs"));
/// assert_eq!(course.step("1")?.name, "loss");
/// assert!(course.step("lose").unwrap_err().to_string().contains("did you mean `loss`?"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Course {
    /// The workspace folder.
    pub root: PathBuf,
    /// Its version, as the workspace's manifest gives it.
    pub version: Option<String>,
    /// What it says of itself; where that cannot be read, what is said of any course.
    pub about: About,
    /// The steps that can be graded, by number; there is at least one, but in a new course.
    pub steps: Vec<Step>,
    /// The other steps of the course, by number.
    pub faulty: Vec<FaultyStep>,
    /// Whether it is the instructors' or the students'.
    pub edition: Edition,
}

/// A step that cannot be graded, and why.
#[derive(Debug, Clone)]
pub struct FaultyStep {
    /// The number in the folder's name.
    pub number: u32,
    /// The name in the folder's name.
    pub name: String,
    /// The folder, relative to the course.
    pub folder: PathBuf,
    /// What is wrong in one of its files.
    pub fault: Fault,
}

impl FaultyStep {
    /// The folder's own name: `03-mean`.
    pub fn folder_name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// One step of the course: an exercise folder.
#[derive(Debug, Clone)]
pub struct Step {
    /// The number in the folder's name.
    pub number: u32,
    /// The name in the folder's name, which is also the crate's.
    pub name: String,
    /// The folder, relative to the course.
    pub folder: PathBuf,
    /// What the step is about, in a few words.
    pub title: String,
    /// What a student has built when it is done, in a few words.
    pub built: Option<String>,
    /// Whether the course is complete without it.
    pub bonus: bool,
    /// The functions that the student writes, in the order to write them.
    pub functions: Vec<Function>,
    /// What is graded, in the order to report it.
    pub cases: Vec<Case>,
    /// What students can play with, in the order to show it.
    pub experiments: Vec<Experiment>,
    /// Pictures of the lesson beside the plots of its cases.
    pub pictures: Vec<Picture>,
    /// What of it is shown when the course is complete.
    pub product: Option<Product>,
}

/// What is shown of a step when the course is complete: the student's own answers on the lesson's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What it is.
    pub title: String,
    /// The case with the answer to show.
    pub case: String,
    /// The answer's column.
    pub column: String,
    /// The answer's row, from 1.
    pub row: usize,
    /// The case whose plot is shown.
    pub picture: String,
}

/// What was asked for. It decides what must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The course: its own steps must pass, and bonus steps do not count.
    Course,
    /// Steps by number or name: each of them must pass, bonus or not.
    Steps,
}

/// A function that the student writes.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name in `src/lib.rs`.
    pub name: String,
    /// The line of `exercise.toml` that names it, from 1.
    pub line: usize,
    /// Whether it matters most in its step.
    pub heart: bool,
    /// The three hints: a nudge, the idea, nearly the answer.
    pub hints: [String; 3],
}

/// One thing that is graded.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name in `cases.rs`, and its snapshot's.
    pub name: String,
    /// The line of `exercise.toml` that names it, from 1.
    pub line: usize,
    /// What it checks, in a few words.
    pub title: String,
    /// The function that is to blame if the answers are wrong.
    pub function: String,
    /// What passing it is worth.
    pub points: u32,
    /// How far a right answer may be off.
    tolerance: Tolerance,
    /// Tolerances of single columns, instead of the case's.
    column_tolerance: BTreeMap<String, Tolerance>,
    /// If a rounding could change an answer by more than the tolerance: why no right solution is rounded so.
    pub edge: Option<String>,
    /// What to draw of the answers, if anything.
    pub plot: Option<Plot>,
}

/// A picture in the lesson that is not the plot of a case: another view of a case's answers, or of the surface alone.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its file's name, without the ending.
    pub name: String,
    /// The line of `exercise.toml` that names it, from 1.
    pub line: usize,
    /// What it shows, in a few words.
    pub title: String,
    /// The case whose answers are drawn, if any are.
    pub case: Option<String>,
    /// How it is drawn.
    pub plot: Plot,
}

/// How far a number may be from the expected one: the larger of the two allowances holds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tolerance {
    /// As a part of the expected number.
    pub relative: f64,
    /// In the column's own unit.
    pub absolute: f64,
}

/// Sums of a few hundred terms in another order differ by about 1e-13; a mistake worth the name by far more than 1e-9.
impl Default for Tolerance {
    fn default() -> Self {
        Self { relative: 1e-9, absolute: 0.0 }
    }
}

impl Step {
    /// A step of which only the folder is known, with the number and the name in that.
    pub fn by_name(number: u32, name: String, folder: PathBuf) -> Self {
        Self {
            number,
            title: name.clone(),
            name,
            folder,
            built: None,
            bonus: false,
            functions: Vec::new(),
            cases: Vec::new(),
            experiments: Vec::new(),
            pictures: Vec::new(),
            product: None,
        }
    }

    /// How a text about the step begins.
    pub fn heading(&self) -> String {
        heading(self.number, &self.title, self.bonus)
    }

    /// The folder's own name: `03-mean`.
    pub fn folder_name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The one file that a student edits, relative to the course.
    pub fn source(&self) -> PathBuf {
        source_in(&self.folder)
    }

    /// The text of the file that a student edits, as far as it is one: why it cannot be read is a verdict, and
    /// reached by the build.
    pub fn read_source(&self, root: &Path) -> String {
        let path = root.join(self.source());
        let bytes = if path.is_file() { std::fs::read(path).unwrap_or_default() } else { Vec::new() };
        with_unix_lines(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What describes its functions and cases, relative to the course.
    pub fn toml(&self) -> PathBuf {
        self.folder.join("exercise.toml")
    }

    /// Its lesson, relative to the course.
    pub fn readme(&self) -> PathBuf {
        self.folder.join("README.md")
    }

    /// The step's solution, relative to the course.
    pub fn solution(&self) -> PathBuf {
        Path::new("solutions").join(self.folder_name())
    }

    /// The two folders that are the step, relative to the course: the exercise and the solution.
    pub fn folders(&self) -> [PathBuf; 2] {
        [self.folder.clone(), self.solution()]
    }

    /// The source of the step's solution, relative to the course.
    pub fn solution_source(&self) -> PathBuf {
        source_in(&self.solution())
    }

    /// The list of other right forms of the solution, relative to the course.
    pub fn forms(&self) -> PathBuf {
        self.solution().join("forms.toml")
    }

    /// The expected answers, relative to the course.
    pub fn snapshots(&self) -> PathBuf {
        self.folder.join("snapshots")
    }

    /// The names of the cases, in their order.
    pub fn case_names(&self) -> Vec<&str> {
        self.cases.iter().map(|case| case.name.as_str()).collect()
    }

    /// The experiment of this name.
    pub fn experiment(&self, name: &str) -> Option<&Experiment> {
        self.experiments.iter().find(|experiment| experiment.name == name)
    }

    /// The case of this name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name == name)
    }
}

impl FaultyStep {
    /// The one file that a student edits, relative to the course.
    pub fn source(&self) -> PathBuf {
        source_in(&self.folder)
    }
}

impl Case {
    /// The columns that have a tolerance of their own.
    pub fn columns_with_tolerance(&self) -> impl Iterator<Item = &str> {
        self.column_tolerance.keys().map(String::as_str)
    }

    /// The case with each of its tolerances so many times as wide.
    #[must_use]
    pub fn with_tolerances_times(&self, factor: f64) -> Self {
        let times =
            |Tolerance { relative, absolute }| Tolerance { relative: relative * factor, absolute: absolute * factor };
        let column_tolerance = self.column_tolerance.iter().map(|(name, tolerance)| (name.clone(), times(*tolerance)));
        Self { tolerance: times(self.tolerance), column_tolerance: filled(column_tolerance), ..self.clone() }
    }

    /// How far the numbers of a column may be off.
    pub fn tolerance_of(&self, column: &str) -> Tolerance {
        self.column_tolerance.get(column).copied().unwrap_or(self.tolerance)
    }
}

/// How a text about a step begins.
pub fn heading(number: u32, title: &str, bonus: bool) -> String {
    let step = if bonus { "Bonus step" } else { "Step" };
    format!("{step} {number}: {title}")
}

/// Reads a text file of the course. Lines end as on Unix, whatever system they were written on.
///
/// # Errors
/// If it is missing or not UTF-8, naming it relative to the course.
pub fn read(root: &Path, path: &Path) -> Result<String> {
    let whole = root.join(path);
    // Reading something that is not a file may never end.
    if whole.metadata().is_ok_and(|data| !data.is_file()) {
        return Err(Error::in_file(path, "this is not a regular file"));
    }
    let text = std::fs::read_to_string(whole).map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "the file is missing".to_owned(),
            io::ErrorKind::InvalidData => "the file is not UTF-8; have your editor save it as UTF-8".to_owned(),
            _ => format!("the file cannot be read: {error}"),
        };
        Error::in_file(path, message)
    })?;
    Ok(with_unix_lines(text))
}

/// A text without what editors on Windows add: a mark at its start, and a carriage return at the end of each line.
fn with_unix_lines(text: String) -> String {
    const BYTE_ORDER_MARK: char = '\u{feff}';
    let text = text.strip_prefix(BYTE_ORDER_MARK).map(str::to_owned).unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n") } else { text }
}

/// Reads a TOML file of the course from its text.
pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| malformed(path, text, &error))
}

/// What is wrong in a text that is not TOML, or not the expected TOML.
pub fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| line_of(text, &span));
    Fault { path: path.to_owned(), line, message: error.message().to_owned() }.into()
}

fn source_in(folder: &Path) -> PathBuf {
    folder.join("src").join("lib.rs")
}

/// The line, from 1, on which a span of a text begins.
pub fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.get(..span.start).unwrap_or(text).matches('\n').count()
}
