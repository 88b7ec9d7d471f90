//! The course: which steps a workspace folder holds, and what each `exercise.toml` says of its functions and cases.
//!
//! The first station on the way of a grade. Whatever is wrong in an instructor's file is found here, with its line, before
//! anything is built.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use datasets::surfaces;
use serde::Deserialize;
use toml::Spanned;
use walkdir::WalkDir;

use crate::error::{Error, Result};

/// A course: a workspace folder and its steps in order.
#[derive(Debug, Clone)]
pub struct Course {
    /// The workspace folder.
    pub root: PathBuf,
    /// The steps, by number.
    pub steps: Vec<Step>,
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
    /// Whether it goes beyond the course, which is complete without it.
    pub bonus: bool,
    /// The functions that the student writes, in the order to write them.
    pub functions: Vec<Function>,
    /// What is graded, in the order to report it.
    pub cases: Vec<Case>,
}

/// What is asked for, which decides what must pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Asked {
    /// The course: its own steps must pass, and bonus steps hold nothing back.
    #[default]
    Course,
    /// Steps by number or name: each of them must pass, bonus or not.
    Steps,
}

/// A function that the student writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its name in `src/lib.rs`.
    pub name: Spanned<String>,
    /// A nudge, the idea, nearly there.
    pub hints: [String; 3],
}

/// One thing that is graded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name in `cases.rs`, and its snapshot's.
    pub name: Spanned<String>,
    /// What is looked at, in a few words.
    pub title: String,
    /// The function that is to blame if the answers are wrong.
    pub function: Spanned<String>,
    /// What passing it is worth.
    #[serde(default = "one_point")]
    pub points: u32,
    /// How far a right answer may be off.
    #[serde(default)]
    pub tolerance: Tolerance,
    /// Tolerances of single columns, instead of the case's.
    #[serde(default)]
    pub column_tolerance: BTreeMap<String, Tolerance>,
    /// What to draw of the answers, if anything.
    pub plot: Option<Plot>,
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

/// What to draw of a case's table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    /// The horizontal axis.
    pub x: PlotAxis,
    /// The vertical axis.
    pub y: PlotAxis,
    /// How the rows are joined.
    #[serde(default)]
    pub shape: Shape,
    /// A column each of whose values has a line of its own.
    pub lines: Option<Spanned<String>>,
    /// A column of slopes: each row has a tangent.
    pub slope: Option<Spanned<String>>,
    /// A column of data, in the unit of the vertical axis, as dots.
    pub dots: Option<Spanned<String>>,
    /// A place on the horizontal axis to mark.
    pub mark: Option<PlotMark>,
    /// The surface of the datasets that lies below, as contour lines; its view is that of the axes.
    pub surface: Option<Spanned<String>>,
}

/// One axis of a plot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlotAxis {
    /// The column that is drawn.
    pub column: Spanned<String>,
    /// The unit of its numbers.
    pub unit: Option<String>,
    /// How its numbers are spread over the axis.
    #[serde(default)]
    pub scale: Scale,
    /// The lowest and the highest number that is shown; as the numbers ask for, if it is left out.
    pub range: Option<[f64; 2]>,
}

/// A place to mark on the horizontal axis.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlotMark {
    /// The column whose first number is the place.
    pub column: Spanned<String>,
    /// What the place is called.
    pub label: String,
}

/// How numbers are spread over an axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal ratios are equally far apart.
    Log,
}

/// How the rows of a plot are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// By straight lines.
    #[default]
    Line,
    /// By the parabola on which they lie; by straight lines if they lie on none, or go to and fro.
    Parabola,
    /// Not at all.
    Dots,
}

impl Plot {
    /// The columns that are drawn, each as it stands in `exercise.toml`.
    pub fn columns(&self) -> impl Iterator<Item = &Spanned<String>> {
        let further = [&self.lines, &self.slope, &self.dots].into_iter().flatten();
        [&self.x.column, &self.y.column].into_iter().chain(further).chain(self.mark.iter().map(|mark| &mark.column))
    }

    /// Whether a column is drawn by its numbers, and not only told apart by its values.
    pub fn draws_numbers_of(&self, column: &Spanned<String>) -> bool {
        self.lines.as_ref().is_none_or(|lines| lines.span() != column.span())
    }
}

impl PlotAxis {
    /// Whether the range, if one is given, is one that the scale can show.
    fn is_sound(&self) -> bool {
        self.range.is_none_or(|[low, high]| {
            low.is_finite() && high.is_finite() && low < high && (self.scale == Scale::Linear || low > 0.0)
        })
    }
}

impl Course {
    /// Reads the course in a workspace folder.
    ///
    /// # Errors
    /// If the folder holds no exercises, or an `exercise.toml` or a dataset is malformed or incomplete.
    pub fn load(root: &Path) -> Result<Self> {
        let root = resolved(root)?;
        let exercises = root.join("exercises");
        if !exercises.is_dir() {
            return Err(Error::in_file(&root, "this is not a course: it has no folder `exercises`"));
        }
        check_datasets(&root)?;

        let mut steps = Vec::new();
        for entry in WalkDir::new(&exercises).min_depth(1).max_depth(1).sort_by_file_name() {
            let entry = entry.map_err(std::io::Error::from)?;
            if entry.file_type().is_dir() && entry.path().join("Cargo.toml").is_file() {
                steps.push(Step::load(&root, &Path::new("exercises").join(entry.file_name()))?);
            }
        }
        if steps.is_empty() {
            return Err(Error::in_file(Path::new("exercises"), "the course has no exercise yet"));
        }
        if steps.iter().all(|step| step.bonus) {
            let message = "every step is a bonus; the course needs one of its own, without `bonus = true`";
            return Err(Error::in_file(Path::new("exercises"), message));
        }
        for pair in steps.windows(2) {
            if pair[0].number == pair[1].number {
                let message = format!("{} has the same number; renumber one of them", pair[0].folder.display());
                return Err(Error::in_file(&pair[1].folder, message));
            }
        }
        Ok(Self { root, steps })
    }

    /// The steps of these numbers or names, in the course's order; all if none is named.
    ///
    /// # Errors
    /// If a step is unknown or named twice.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Step>> {
        let mut chosen: Vec<&Step> = Vec::new();
        for name in names {
            let step = self.step(name)?;
            if chosen.iter().any(|other| other.number == step.number) {
                return Err(Error::StepTwice(step.name.clone()));
            }
            chosen.push(step);
        }
        if names.is_empty() {
            chosen.extend(&self.steps);
        }
        chosen.sort_by_key(|step| step.number);
        Ok(chosen)
    }

    /// The step of this number or name.
    ///
    /// # Errors
    /// If there is none.
    pub fn step(&self, name: &str) -> Result<&Step> {
        let wanted = name.trim_end_matches('/');
        let wanted = wanted.rsplit('/').next().unwrap_or(wanted);
        let found = self
            .steps
            .iter()
            .find(|step| step.name == wanted || step.folder_name() == wanted || wanted.parse() == Ok(step.number));
        found.ok_or_else(|| Error::UnknownStep {
            name: name.to_owned(),
            suggestion: nearest(wanted, self.steps.iter().map(|step| step.name.as_str())),
            known: self.steps.iter().map(Step::label).collect::<Vec<_>>().join(", "),
        })
    }
}

impl Asked {
    /// What these numbers or names ask for; the course if there are none.
    pub fn by(names: &[String]) -> Self {
        if names.is_empty() { Asked::Course } else { Asked::Steps }
    }
}

impl Step {
    /// Reads one exercise folder, given relative to the course.
    fn load(root: &Path, folder: &Path) -> Result<Self> {
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy();
        let (number, name) = folder_name
            .split_once('-')
            .and_then(|(number, name)| Some((number.parse().ok()?, name.to_owned())))
            .ok_or_else(|| Error::in_file(folder, "an exercise's folder is named like `07-closed-form`"))?;

        let path = folder.join("exercise.toml");
        let text = read(root, &path)?;
        let exercise: Exercise = toml::from_str(&text).map_err(|error| Error::Course {
            path: path.clone(),
            line: error.span().map(|span| line_of(&text, &span)),
            message: error.message().to_owned(),
        })?;
        exercise.check(&path, &text)?;
        let Exercise { title, bonus, function: functions, case: cases } = exercise;
        Ok(Self { number, name, folder: folder.to_owned(), title, bonus, functions, cases })
    }

    /// How a person names the step: `3 single-weight`.
    pub fn label(&self) -> String {
        format!("{} {}", self.number, self.name)
    }

    /// How a text about the step begins.
    pub fn heading(&self) -> String {
        heading(self.number, &self.title, self.bonus)
    }

    /// The folder's own name: `03-single-weight`.
    pub fn folder_name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The one file that a student edits, relative to the course.
    pub fn source(&self) -> PathBuf {
        self.folder.join("src").join("lib.rs")
    }

    /// The step's solution, relative to the course.
    pub fn solution(&self) -> PathBuf {
        Path::new("solutions").join(self.folder_name())
    }

    /// The expected answers, relative to the course.
    pub fn snapshots(&self) -> PathBuf {
        self.folder.join("snapshots")
    }

    /// The names of the cases, in their order.
    pub fn case_names(&self) -> Vec<&str> {
        self.cases.iter().map(|case| case.name.get_ref().as_str()).collect()
    }

    /// The case of this name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name.get_ref() == name)
    }
}

impl Case {
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

/// An `exercise.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exercise {
    title: String,
    #[serde(default)]
    bonus: bool,
    #[serde(default)]
    function: Vec<Function>,
    #[serde(default)]
    case: Vec<Case>,
}

impl Exercise {
    /// Checks what the types alone cannot say.
    fn check(&self, path: &Path, text: &str) -> Result<()> {
        if self.case.is_empty() {
            return Err(Error::in_file(path, "the exercise has no [[case]] yet"));
        }
        once_each(path, text, "function", self.function.iter().map(|function| &function.name))?;
        once_each(path, text, "case", self.case.iter().map(|case| &case.name))?;
        for case in &self.case {
            let wanted = case.function.get_ref();
            if !self.function.iter().any(|function| function.name.get_ref() == wanted) {
                let line = line_of(text, &case.function.span());
                let message =
                    format!("case `{}` names `{wanted}`, which no [[function]] describes", case.name.get_ref());
                return Err(Error::at(path, line, message));
            }
            for tolerance in std::iter::once(&case.tolerance).chain(case.column_tolerance.values()) {
                let allowed = |number: f64| number.is_finite() && number >= 0.0;
                if !(allowed(tolerance.relative) && allowed(tolerance.absolute)) {
                    let line = line_of(text, &case.name.span());
                    let message = format!("the tolerance of case `{}` is not a size", case.name.get_ref());
                    return Err(Error::at(path, line, message));
                }
            }
            let mut axes = case.plot.iter().flat_map(|plot| [&plot.x, &plot.y]);
            if let Some(axis) = axes.find(|axis| !axis.is_sound()) {
                let message = format!(
                    "the range of column `{}` is [lowest, highest], on a logarithmic axis above 0",
                    axis.column.get_ref()
                );
                return Err(Error::at(path, line_of(text, &axis.column.span()), message));
            }
            let wanted = case.plot.iter().flat_map(|plot| &plot.surface);
            if let Some(unknown) = wanted.into_iter().find(|name| surfaces::surface(name.get_ref()).is_none()) {
                let known: Vec<&str> = surfaces::SURFACES.iter().map(|surface| surface.name).collect();
                let message = format!("there is no surface `{}`; there are {}", unknown.get_ref(), known.join(", "));
                return Err(Error::at(path, line_of(text, &unknown.span()), message));
            }
        }
        Ok(())
    }
}

/// A folder's one path, as cargo names files below it.
fn resolved(folder: &Path) -> Result<PathBuf> {
    let path = fs_err::canonicalize(folder)?;
    // Windows' own long form of a path is one that cargo does not use.
    let short = path.to_str().and_then(|path| path.strip_prefix(r"\\?\")).map(PathBuf::from);
    Ok(short.unwrap_or(path))
}

/// Reads a text file of the course.
///
/// # Errors
/// If it is missing or not UTF-8, naming it relative to the course.
pub fn read(root: &Path, path: &Path) -> Result<String> {
    std::fs::read_to_string(root.join(path)).map_err(|error| {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => "the file is missing".to_owned(),
            _ => format!("the file cannot be read: {error}"),
        };
        Error::in_file(path, message)
    })
}

/// The line, from 1, on which a span of a text begins.
pub fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
}

fn check_datasets(root: &Path) -> Result<()> {
    for (name, check) in datasets::DATASETS {
        let path = Path::new("datasets").join(name);
        let text = read(root, &path)?;
        check(&text).map_err(|error| Error::at(&path, error.line, error.message))?;
    }
    Ok(())
}

fn once_each<'a>(path: &Path, text: &str, what: &str, names: impl Iterator<Item = &'a Spanned<String>>) -> Result<()> {
    let mut seen = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(name.get_ref(), name.span()) {
            let message = format!("{what} `{}` is already on line {}", name.get_ref(), line_of(text, &first));
            return Err(Error::at(path, line_of(text, &name.span()), message));
        }
    }
    Ok(())
}

/// The name that is most like what was typed, if it is near enough to be meant.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let scored = names.map(|name| (strsim::jaro_winkler(typed, name), name));
    let (likeness, name) = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (likeness > 0.75).then(|| name.to_owned())
}

fn one_point() -> u32 {
    1
}
