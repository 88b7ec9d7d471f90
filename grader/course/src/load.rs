//! Reads a course from its folder: turns `exercise.toml` into the types of [`course`](super), with the lines that later
//! messages name.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::experiment::{ChosenSurface, ControlMark, EndingColumns, Experiment, TRIES, Try, without_marks};
use super::list::{Entry, List};
use super::plot::{Plot, Word};
use super::surface::{self, Of, Surface, Surfaces};
use super::{Case, Course, Edition, FaultyStep, Function, Picture, Product, Step, Tolerance, parse, read};
use crate::at_once::{cores, each};
use crate::{Error, OrFault, Result, or_fault};

/// Reads a course again and again. A step is parsed anew only if its `exercise.toml` or a surface has changed.
#[derive(Debug)]
pub struct Reader {
    root: PathBuf,
    before: Option<(Course, Sources)>,
}

/// What the steps of a course were made from.
#[derive(Debug)]
struct Sources {
    /// None if they could not be read.
    surfaces: Option<Surfaces>,
    /// The `exercise.toml` of each step, by its folder.
    declarations: BTreeMap<PathBuf, String>,
}

impl Reader {
    /// A reader of the course in a workspace folder.
    pub fn of(root: &Path) -> Self {
        Self { root: root.to_owned(), before: None }
    }

    /// Reads the course as it is now.
    ///
    /// # Errors
    /// Those of [`Course::load`].
    pub fn read(&mut self) -> Result<Course> {
        let (course, sources) = load(&self.root, self.before.as_ref())?;
        self.before = Some((course.clone(), sources));
        Ok(course)
    }
}

impl Course {
    /// Reads the course in a workspace folder. A step that cannot be read becomes one of its faulty ones. A new
    /// course has no steps.
    ///
    /// # Errors
    /// If the folder holds no course, its list of steps has an error, or no step can be read.
    pub fn load(root: &Path) -> Result<Self> {
        load(root, None).map(|(course, _)| course)
    }

    /// The folders in `exercises` or `solutions` that belong to no step, except hidden ones, which belong to an editor.
    pub fn strays_in(&self, parent: &str) -> Vec<PathBuf> {
        let known: Vec<&Path> =
            self.steps.iter().map(|step| &*step.folder).chain(self.faulty.iter().map(|step| &*step.folder)).collect();
        let is_stray = |path: &Path| {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            path.is_dir() && !hidden && known.iter().all(|folder| folder.file_name() != path.file_name())
        };
        let beside = fs_err::read_dir(self.root.join(parent)).into_iter().flatten().flatten();
        let strays = beside.filter(|entry| is_stray(&entry.path()));
        let mut strays: Vec<_> = strays.map(|entry| Path::new(parent).join(entry.file_name())).collect();
        strays.sort();
        strays
    }
}

/// Reads a course, which may have been read before.
fn load(root: &Path, before: Option<&(Course, Sources)>) -> Result<(Course, Sources)> {
    let exercises = root.join("exercises");
    if !exercises.is_dir() {
        return Err(Error::in_file(root, "this is not a course: it has no folder `exercises`"));
    }
    let list = List::load(root)?;

    // A slip in it is found by `verify`; it keeps no student from a grade.
    let about = or_fault(super::About::load(root))?.unwrap_or_default();
    let surfaces = or_fault(Surfaces::load(root))?;
    let before = before.filter(|(_, sources)| surfaces.is_ok() && sources.surfaces.as_ref() == surfaces.as_ref().ok());
    let loaded = each(&list.entries, cores(), |entry| or_fault(load_step(root, entry, &surfaces, before)))?;
    let (mut steps, mut faulty, mut declarations) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (entry, step) in list.entries.into_iter().zip(loaded) {
        match step {
            Ok((text, step)) => {
                declarations.insert(entry.folder, text);
                steps.push(step);
            }
            Err(fault) => {
                let Entry { number, name, folder, .. } = entry;
                faulty.push(FaultyStep { number, name, folder, fault });
            }
        }
    }
    if steps.is_empty() && !faulty.is_empty() {
        return Err(faulty.swap_remove(0).fault.into());
    }
    if faulty.is_empty() && !steps.is_empty() && steps.iter().all(|step| step.bonus) {
        let message = "every step is a bonus; the course needs one of its own, without `bonus = true`";
        return Err(Error::in_file(Path::new("exercises"), message));
    }
    let (root, version, edition) = (root.to_owned(), list.version, Edition::of(root));
    let course = Course { root, version, about, steps, faulty, edition };
    Ok((course, Sources { surfaces: surfaces.ok(), declarations }))
}

/// Reads a step of the list, and its `exercise.toml`, which is parsed unless the step had the same one before.
fn load_step(
    root: &Path,
    entry: &Entry,
    surfaces: &OrFault<Surfaces>,
    before: Option<&(Course, Sources)>,
) -> Result<(String, Step)> {
    let Entry { number, name, folder, .. } = entry;
    if !root.join(folder).is_dir() {
        let message = match root.join(folder).symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => "the folder of this step is missing; put it back",
            Ok(data) if data.is_symlink() => "the folder of this step is a broken link; put it back",
            _ => "the folder of this step is not a folder; put it back",
        };
        return Err(Error::in_file(folder, message));
    }
    let path = folder.join("exercise.toml");
    let text = read(root, &path)?;
    if let Some((course, sources)) = before
        && sources.declarations.get(folder) == Some(&text)
        && let Some(step) = course.steps.iter().find(|step| step.folder == *folder)
    {
        return Ok((text, step.clone()));
    }
    let exercise: Exercise = parse(&path, &text)?;
    let file = File::new(&path, &text, surfaces);
    exercise.check(&file)?;
    let step = Step {
        number: *number,
        name: name.clone(),
        folder: folder.clone(),
        title: exercise.title,
        built: exercise.built,
        bonus: exercise.bonus,
        functions: exercise.function.into_iter().map(|function| function.resolved(&file)).collect(),
        cases: exercise.case.into_iter().map(|case| case.resolved(&file)).collect(),
        experiments: exercise.experiment.into_iter().map(|experiment| experiment.resolved(&file)).collect(),
        pictures: exercise.picture.into_iter().map(|picture| picture.resolved(&file)).collect(),
        product: exercise.product.map(ProductEntry::resolved),
    };
    Ok((text, step))
}

/// The file that is read, to find the lines of its parts and the surfaces that it names.
struct File<'a> {
    path: &'a Path,
    surfaces: &'a OrFault<Surfaces>,
    /// Where each line ends, as every name of a long file is looked up.
    ends: Vec<usize>,
}

impl<'a> File<'a> {
    fn new(path: &'a Path, text: &str, surfaces: &'a OrFault<Surfaces>) -> Self {
        Self { path, surfaces, ends: text.match_indices('\n').map(|(end, _)| end).collect() }
    }

    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        1 + self.ends.partition_point(|end| *end < spanned.span().start)
    }

    fn resolved(&self, plot: PlotEntry) -> Plot {
        plot.map(|name| self.word(name), |name| self.surfaces.as_ref().ok()?.named(name.get_ref()))
    }

    fn word(&self, name: Spanned<String>) -> Word {
        Word { line: self.line(&name), text: name.into_inner() }
    }

    fn fault<T>(&self, spanned: &Spanned<T>, message: String) -> Error {
        Error::at(self.path, self.line(spanned), message)
    }
}

/// An `exercise.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exercise {
    title: String,
    built: Option<String>,
    #[serde(default)]
    bonus: bool,
    #[serde(default)]
    function: Vec<FunctionEntry>,
    #[serde(default)]
    case: Vec<CaseEntry>,
    #[serde(default)]
    experiment: Vec<ExperimentEntry>,
    #[serde(default)]
    picture: Vec<PictureEntry>,
    product: Option<ProductEntry>,
}

type PlotEntry = Plot<Spanned<String>, Spanned<String>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionEntry {
    name: Spanned<String>,
    #[serde(default)]
    heart: bool,
    hints: [String; 3],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseEntry {
    name: Spanned<String>,
    title: String,
    function: Spanned<String>,
    #[serde(default = "one_point")]
    points: Spanned<u32>,
    #[serde(default)]
    tolerance: Tolerance,
    #[serde(default)]
    column_tolerance: BTreeMap<String, Tolerance>,
    edge: Option<String>,
    plot: Option<PlotEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureEntry {
    name: Spanned<String>,
    title: String,
    case: Option<Spanned<String>>,
    plot: PlotEntry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductEntry {
    title: String,
    case: Spanned<String>,
    column: String,
    row: usize,
    picture: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExperimentEntry {
    name: Spanned<String>,
    title: String,
    plot: PlotEntry,
    surface: Option<String>,
    mark: Option<ControlMark<Spanned<String>>>,
    ending: Option<EndingColumns<Spanned<String>>>,
    #[serde(default, rename = "try")]
    tries: Vec<TryEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TryEntry {
    question: Spanned<String>,
    answer: Spanned<String>,
}

fn one_point() -> Spanned<u32> {
    Spanned::new(0..0, 1)
}

/// The most points for a case, so that all cases of a course can be added up.
const MOST_POINTS: u32 = 1_000;

impl FunctionEntry {
    fn resolved(self, file: &File<'_>) -> Function {
        Function { line: file.line(&self.name), name: self.name.into_inner(), heart: self.heart, hints: self.hints }
    }
}

impl CaseEntry {
    fn resolved(self, file: &File<'_>) -> Case {
        Case {
            line: file.line(&self.name),
            name: self.name.into_inner(),
            title: self.title,
            function: self.function.into_inner(),
            points: self.points.into_inner(),
            tolerance: self.tolerance,
            column_tolerance: self.column_tolerance,
            edge: self.edge,
            plot: self.plot.map(|plot| file.resolved(plot)),
        }
    }

    fn check(&self, file: &File<'_>, functions: &[FunctionEntry]) -> Result<()> {
        let wanted = self.function.get_ref();
        if !functions.iter().any(|function| function.name.get_ref() == wanted) {
            let message = format!("case `{}` names `{wanted}`, which no [[function]] describes", self.name.get_ref());
            return Err(file.fault(&self.function, message));
        }
        if *self.points.get_ref() > MOST_POINTS {
            let message = format!("case `{}` has more than {MOST_POINTS} points", self.name.get_ref());
            return Err(file.fault(&self.points, message));
        }
        for tolerance in std::iter::once(&self.tolerance).chain(self.column_tolerance.values()) {
            let allowed = |number: f64| number.is_finite() && number >= 0.0;
            if !(allowed(tolerance.relative) && allowed(tolerance.absolute)) {
                let message = format!("the tolerance of case `{}` is not a size", self.name.get_ref());
                return Err(file.fault(&self.name, message));
            }
        }
        self.plot.as_ref().map_or(Ok(()), |plot| check_plot(plot, file, is_of_any_data))
    }
}

impl ExperimentEntry {
    fn resolved(self, file: &File<'_>) -> Experiment {
        let one_line =
            |text: Spanned<String>| without_marks(text.get_ref()).split_whitespace().collect::<Vec<_>>().join(" ");
        let tries = self.tries.into_iter().map(|entry| Try {
            question: one_line(entry.question),
            answer: without_marks(entry.answer.get_ref()).trim().to_owned(),
        });
        Experiment {
            line: file.line(&self.name),
            name: self.name.into_inner(),
            title: self.title,
            plot: file.resolved(self.plot),
            surface: self
                .surface
                .zip(file.surfaces.as_ref().ok())
                .map(|(control, surfaces)| ChosenSurface { control, among: surfaces.clone() }),
            mark: self.mark.map(|mark| mark.map(|name| file.word(name))),
            ending: self.ending.map(|ending| ending.map(|name| file.word(name))),
            tries: tries.collect(),
        }
    }

    fn check(&self, file: &File<'_>, cases: &[CaseEntry]) -> Result<()> {
        let name = self.name.get_ref();
        if name.contains('=') || name.split_whitespace().count() != 1 {
            let message = format!("an experiment's name is one word without `=`, unlike `{name}`");
            return Err(file.fault(&self.name, message));
        }
        if let Some(case) = cases.iter().find(|case| case.name.get_ref() == name) {
            let message = format!(
                "`{name}` is the case on line {} already; call the experiment otherwise",
                file.line(&case.name)
            );
            return Err(file.fault(&self.name, message));
        }
        if !TRIES.contains(&self.tries.len()) {
            let message = format!(
                "experiment `{name}` has {} things to try; give it {} to {} of [[experiment.try]]",
                self.tries.len(),
                TRIES.start(),
                TRIES.end()
            );
            return Err(file.fault(&self.name, message));
        }
        let mut words = self.tries.iter().flat_map(|entry| [&entry.question, &entry.answer]);
        if let Some(empty) = words.find(|words| words.get_ref().trim().is_empty()) {
            return Err(file.fault(empty, format!("something to try with experiment `{name}` has no words here")));
        }
        if self.surface.is_some() {
            file.surfaces.as_ref().map_err(Clone::clone)?;
        }
        check_plot(&self.plot, file, is_of_any_data)
    }
}

/// Whether a plot of any data can have the surface below it.
fn is_of_any_data(surface: &Surface) -> bool {
    surface.of == Of::Formula
}

impl PictureEntry {
    fn resolved(self, file: &File<'_>) -> Picture {
        Picture {
            line: file.line(&self.name),
            name: self.name.into_inner(),
            title: self.title,
            case: self.case.map(Spanned::into_inner),
            plot: file.resolved(self.plot),
        }
    }

    fn check(&self, file: &File<'_>, cases: &[CaseEntry]) -> Result<()> {
        let name = self.name.get_ref();
        if let Some(case) = cases.iter().find(|case| case.name.get_ref() == name && case.plot.is_some()) {
            let message =
                format!("the plot of the case on line {} is the picture `{name}` already", file.line(&case.name));
            return Err(file.fault(&self.name, message));
        }
        match &self.case {
            Some(case) if cases.iter().all(|known| known.name.get_ref() != case.get_ref()) => {
                let message = format!("picture `{name}` names the case `{}`, which is not there", case.get_ref());
                return Err(file.fault(case, message));
            }
            None if self.plot.surface.is_none() => {
                let message =
                    format!("picture `{name}` shows nothing; give it a `case`, a `surface` in its plot, or both");
                return Err(file.fault(&self.name, message));
            }
            _ => {}
        }
        // A lesson's picture shows only the lesson's data.
        check_plot(&self.plot, file, |_| true)
    }
}

impl ProductEntry {
    fn resolved(self) -> Product {
        let Self { title, case, column, row, picture } = self;
        Product { title, case: case.into_inner(), column, row, picture: picture.into_inner() }
    }

    fn check(&self, file: &File<'_>, cases: &[CaseEntry]) -> Result<()> {
        let case_of = |name: &Spanned<String>| cases.iter().find(|case| case.name.get_ref() == name.get_ref());
        if case_of(&self.case).is_none() {
            let message = format!("the product names the case `{}`, which is not there", self.case.get_ref());
            return Err(file.fault(&self.case, message));
        }
        if case_of(&self.picture).is_none_or(|case| case.plot.is_none()) {
            let message = format!("the product's picture is the case `{}`, which has no plot", self.picture.get_ref());
            return Err(file.fault(&self.picture, message));
        }
        Ok(())
    }
}

fn check_plot(plot: &PlotEntry, file: &File<'_>, fits: impl Fn(&Surface) -> bool) -> Result<()> {
    if let Some(axis) = [&plot.x, &plot.y].into_iter().find(|axis| !axis.is_sound()) {
        let message = format!(
            "the range of column `{}` is [lowest, highest], on a logarithmic axis above 0",
            axis.column.get_ref()
        );
        return Err(file.fault(&axis.column, message));
    }
    let Some(name) = &plot.surface else { return Ok(()) };
    let surfaces = file.surfaces.as_ref().map_err(Clone::clone)?;
    let fitting: Vec<&str> =
        surfaces.iter().filter(|surface| fits(surface)).map(|surface| surface.name.as_str()).collect();
    if fitting.contains(&name.get_ref().as_str()) {
        return Ok(());
    }
    let known = if fitting.is_empty() {
        format!("{} has none", surface::FILE)
    } else {
        format!("there are {}", fitting.join(", "))
    };
    let name_only = name.get_ref();
    let message = match surfaces.named(name_only) {
        Some(_) => {
            format!("`{name_only}` is a surface of the lesson's data, and this is drawn on other data, too; {known}")
        }
        None => format!("there is no surface `{name_only}`; {known}"),
    };
    Err(file.fault(name, message))
}

impl Exercise {
    /// Checks what the types cannot.
    fn check(&self, file: &File<'_>) -> Result<()> {
        if self.case.is_empty() {
            return Err(Error::in_file(file.path, "the exercise has no [[case]] yet"));
        }
        once_each(file, "function", self.function.iter().map(|function| &function.name))?;
        once_each(file, "case", self.case.iter().map(|case| &case.name))?;
        once_each(file, "experiment", self.experiment.iter().map(|experiment| &experiment.name))?;
        once_each(file, "picture", self.picture.iter().map(|picture| &picture.name))?;
        self.case.iter().try_for_each(|case| case.check(file, &self.function))?;
        self.experiment.iter().try_for_each(|experiment| experiment.check(file, &self.case))?;
        self.picture.iter().try_for_each(|picture| picture.check(file, &self.case))?;
        self.product.as_ref().map_or(Ok(()), |product| product.check(file, &self.case))
    }
}

fn once_each<'a>(file: &File<'_>, what: &str, names: impl Iterator<Item = &'a Spanned<String>>) -> Result<()> {
    let mut seen = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(name.get_ref(), name) {
            let message = format!("{what} `{}` is already on line {}", name.get_ref(), file.line(first));
            return Err(file.fault(name, message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::*;

    #[test]
    fn a_course_that_is_read_again_is_the_one_that_is_there_now() {
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let steps = Course::load(&real).unwrap().steps;
        let data = fs::read_dir(real.join("datasets/src")).unwrap();
        let data = data.map(|file| Path::new("datasets/src").join(file.unwrap().file_name()));
        for file in steps.iter().map(Step::toml).chain(data).chain([PathBuf::from("Cargo.toml")]) {
            fs::create_dir_all(root.join(&file).parent().unwrap()).unwrap();
            fs::copy(real.join(&file), root.join(&file)).unwrap();
        }
        let mut reader = Reader::of(root);
        let mut assert_current = |what: &str| {
            let (again, anew) = (reader.read(), Course::load(root));
            assert_eq!(format!("{again:?}"), format!("{anew:?}"), "{what}");
        };
        assert_current("for the first time");
        assert_current("unchanged");
        let change = |file: &Path, from: &str, to: &str| {
            let text = fs::read_to_string(root.join(file)).unwrap();
            assert!(text.contains(from), "{from}");
            fs::write(root.join(file), text.replace(from, to)).unwrap();
        };
        let (first, last) = (steps[0].toml(), steps.last().unwrap().toml());
        let surfaces = Path::new(surface::FILE);
        for (file, from, to) in [
            (&*first, "title = ", "title = 3 # "),
            (&*first, "title = 3 # ", "title = "),
            (&*last, "bonus = true", "bonus = false"),
            (surfaces, "formula = ", "formula = 1 #"),
            (surfaces, "formula = 1 #", "formula = "),
            (surfaces, "view = { x = [-", "view = { x = [-1"),
            (Path::new("datasets/src/homes.toml"), "= 1", "= 2"),
            (Path::new("Cargo.toml"), "\"[es]*s/01-loss\",", ""),
            (Path::new("Cargo.toml"), "\"[es]*s/02-", "\"[es]*s/01-loss\", \"[es]*s/02-"),
        ] {
            change(file, from, to);
            assert_current(&format!("{to} in {}", file.display()));
            assert_current("the same again");
        }
        fs::remove_dir_all(root.join(&steps[1].folder)).unwrap();
        assert_current("a step is gone");
    }
}
