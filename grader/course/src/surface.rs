//! Surfaces: losses over two weights, on which figures draw contour lines and on which runs of descents are judged. A
//! course describes them in `datasets/src/surfaces.toml`, by formulas.

use std::path::Path;
use std::sync::Arc;

use harness::{Point, View};
use serde::Deserialize;
use toml::{Spanned, Value};

use super::formula::{Columns, Formula};
use super::{About, line_of, parse, read};
use crate::{Error, Result};

/// A loss over the plane, or what else a course calls it.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Its name.
    pub name: String,
    /// What it is the height of: `the loss`.
    pub called: String,
    /// The part of the plane that is worth drawing.
    pub view: View,
    /// How the heights of contour lines are spaced.
    pub levels: Levels,
    /// Where its least height is, as far as that is known.
    pub lowest: Lowest,
    /// What it is the loss of.
    pub of: Of,
    formula: Formula,
}

/// How the heights of contour lines are spaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Levels {
    /// Equal differences.
    #[default]
    Even,
    /// Equal ratios of the height above the lowest point, for a surface whose floor would vanish beside its walls.
    Logarithmic,
}

/// What is known of the least height of a surface.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Lowest {
    /// Nothing.
    #[default]
    Unknown,
    /// This is it.
    At(f64),
    /// It falls for ever.
    Nowhere,
}

/// What a surface is the loss of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Of nothing but its formula.
    Formula,
    /// Of the lesson's records of a set: on other data it is another one.
    LessonData,
}

/// The surfaces of a course.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surfaces(Vec<Arc<Surface>>);

/// Where a course describes its surfaces.
pub const FILE: &str = "datasets/src/surfaces.toml";

impl Surface {
    /// A surface of this formula.
    ///
    /// # Errors
    /// What is wrong in the formula.
    pub fn of_formula(name: &str, formula: &str, view: View) -> std::result::Result<Self, String> {
        let formula = Formula::read(formula, &Columns::default())?;
        let (levels, lowest) = (Levels::default(), Lowest::default());
        Ok(Self {
            name: name.to_owned(),
            called: "the surface".to_owned(),
            view,
            levels,
            lowest,
            of: Of::Formula,
            formula,
        })
    }

    /// The height at a point.
    pub fn height(&self, at: Point) -> f64 {
        self.formula.value(at)
    }

    /// What its formula gives somewhere in the view that cannot be drawn: no finite number, or less than the lowest.
    pub fn slip(&self) -> Option<String> {
        const POINTS: u32 = 41;
        let along = |[low, high]: [f64; 2]| {
            (0..POINTS).map(move |at| low + (high - low) * f64::from(at) / f64::from(POINTS - 1))
        };
        let mut points = along(self.view.x).flat_map(|x| along(self.view.y).map(move |y| [x, y]));
        points.find_map(|[x, y]| {
            let height = self.height([x, y]);
            let what = match self.lowest {
                _ if !height.is_finite() => "it is no number; its view must leave such points out".to_owned(),
                // A rounding may make it a little less.
                Lowest::At(lowest) if height < lowest - 1e-9 * lowest.abs().max(1.0) => {
                    format!("it is {}, and so {lowest} is not its lowest height", short(height))
                }
                _ => return None,
            };
            Some(format!("at [{}, {}] {what}", short(x), short(y)))
        })
    }

    /// The slopes along x and y at a point.
    pub fn gradient(&self, at: Point) -> Point {
        self.formula.jet(at).slope
    }

    /// How strongly the surface curves at a point along its two principal directions, the smaller curvature first: the
    /// eigenvalues of the Hessian.
    pub fn curvatures(&self, at: Point) -> [f64; 2] {
        let [xx, xy, yy] = self.formula.jet(at).curvature;
        let (middle, half) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
        [middle - half, middle + half]
    }
}

impl Surfaces {
    /// Reads the surfaces of a course; there are none without the file.
    ///
    /// # Errors
    /// If the file, or one of data that it names, has an error.
    pub fn load(root: &Path) -> Result<Self> {
        if !root.join(FILE).exists() {
            return Ok(Self::default());
        }
        let path = Path::new(FILE);
        let text = read(root, path)?;
        let file: File = parse(path, &text)?;
        let called = About::load(root).unwrap_or_default().words.surface;
        let mut surfaces: Vec<Arc<Surface>> = Vec::new();
        for entry in file.surface {
            let fault =
                |spanned: &Spanned<String>, message: String| Error::at(path, line_of(&text, &spanned.span()), message);
            let name = entry.name.get_ref();
            if surfaces.iter().any(|surface| surface.name == *name) {
                return Err(fault(&entry.name, format!("there is a surface `{name}` above already")));
            }
            let ViewEntry { x, y } = entry.view;
            if [x, y].iter().any(|[low, high]| !(low.is_finite() && high.is_finite() && low < high)) {
                return Err(fault(&entry.name, format!("each side of the view of `{name}` is [lowest, highest]")));
            }
            if let Some(LowestEntry::At(height)) = entry.lowest
                && !height.is_finite()
            {
                return Err(fault(&entry.name, format!("`lowest` of `{name}` is a finite number or \"nowhere\"")));
            }
            let columns = match &entry.data {
                Some(data) => {
                    let beside = path.with_file_name(data.get_ref());
                    if !root.join(&beside).exists() {
                        return Err(fault(data, format!("there is no file `{}` beside this one", data.get_ref())));
                    }
                    columns(root, &beside)?
                }
                None => Columns::default(),
            };
            let formula = Formula::read(entry.formula.get_ref(), &columns)
                .map_err(|why| fault(&entry.formula, format!("the formula of `{name}` has a slip: {why}")))?;
            surfaces.push(Arc::new(Surface {
                view: View { x, y },
                levels: entry.levels,
                lowest: entry.lowest.map(Lowest::from).unwrap_or_default(),
                of: if entry.data.is_some() { Of::LessonData } else { Of::Formula },
                name: entry.name.into_inner(),
                called: called.clone(),
                formula,
            }));
        }
        Ok(Self(surfaces))
    }

    /// The surface of this name.
    pub fn named(&self, name: &str) -> Option<Arc<Surface>> {
        self.0.iter().find(|surface| surface.name == name).cloned()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Surface> {
        self.0.iter().map(Arc::as_ref)
    }
}

/// A number without the last digits of its roundings.
fn short(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// The numbers of a file with records.
fn columns(root: &Path, path: &Path) -> Result<Columns> {
    #[derive(Deserialize)]
    struct Records {
        record: Vec<toml::Table>,
    }

    let Records { record: records } = parse(path, &read(root, path)?)?;
    let number = |value: &Value| match value {
        Value::Integer(integer) => Some(*integer as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    };
    let is_number =
        |name: &&String| records.iter().all(|record| record.get(*name).is_some_and(|it| number(it).is_some()));
    let names: Vec<String> =
        records.first().into_iter().flat_map(toml::Table::keys).filter(is_number).cloned().collect();
    let numbers = |record: &toml::Table| names.iter().filter_map(|name| record.get(name).and_then(number)).collect();
    Ok(Columns { records: records.iter().map(numbers).collect(), names })
}

/// `surfaces.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    surface: Vec<SurfaceEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SurfaceEntry {
    name: Spanned<String>,
    formula: Spanned<String>,
    data: Option<Spanned<String>>,
    view: ViewEntry,
    #[serde(default)]
    levels: Levels,
    lowest: Option<LowestEntry>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewEntry {
    x: [f64; 2],
    y: [f64; 2],
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum LowestEntry {
    At(f64),
    Word(LowestWord),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LowestWord {
    Nowhere,
}

impl From<LowestEntry> for Lowest {
    fn from(entry: LowestEntry) -> Self {
        match entry {
            LowestEntry::At(height) => Lowest::At(height),
            LowestEntry::Word(LowestWord::Nowhere) => Lowest::Nowhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::*;

    fn load(surfaces: &str) -> std::result::Result<Surfaces, String> {
        let folder = tempfile::tempdir().unwrap();
        let sources = folder.path().join("datasets/src");
        fs::create_dir_all(&sources).unwrap();
        fs::write(sources.join("surfaces.toml"), surfaces).unwrap();
        fs::write(sources.join("points.toml"), "record = [{ x = 1, pi = 3 }]\n").unwrap();
        fs::write(sources.join("sizes.toml"), "record = [{ size = 1, name = 'a' }, { size = 3, name = 'b' }]\n")
            .unwrap();
        Surfaces::load(folder.path()).map_err(|error| error.to_string())
    }

    const BOWL: &str = "[[surface]]\nname = \"bowl\"\nformula = \"x^2 + y^2\"\nview = { x = [-1, 1], y = [-1, 1] }\n";

    #[test]
    fn a_surface_has_heights_slopes_and_curvatures() {
        let surfaces = load(&format!("{BOWL}levels = \"logarithmic\"\nlowest = 0\n")).unwrap();
        let bowl = surfaces.named("bowl").unwrap();
        assert_eq!((bowl.levels, bowl.lowest, bowl.of), (Levels::Logarithmic, Lowest::At(0.0), Of::Formula));
        assert_eq!((bowl.height([1.0, 2.0]), bowl.gradient([1.0, 2.0])), (5.0, [2.0, 4.0]));
        assert_eq!(bowl.curvatures([0.3, 0.4]), [2.0, 2.0]);
        let saddle = load(&BOWL.replace("+ y^2", "- y^2")).unwrap().named("bowl").unwrap();
        assert_eq!(saddle.curvatures([0.0, 0.0]), [-2.0, 2.0]);
    }

    #[test]
    fn a_surface_can_be_the_loss_of_the_lessons_records() {
        let text = BOWL.replace("x^2 + y^2", "mean((x + y*size)^2)") + "data = \"sizes.toml\"\nlowest = \"nowhere\"\n";
        let loss = load(&text).unwrap().named("bowl").unwrap();
        assert_eq!((loss.of, loss.lowest, loss.height([1.0, 1.0])), (Of::LessonData, Lowest::Nowhere, 10.0));
    }

    #[test]
    fn a_course_without_the_file_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Surfaces::load(folder.path()).unwrap().named("bowl").is_none());
    }

    #[test]
    fn what_cannot_be_drawn_is_told_with_its_point() {
        let slip = |text: String| load(&text).unwrap().named("bowl").unwrap().slip();
        assert_eq!(slip(BOWL.to_owned() + "lowest = 0\n"), None);
        let told = "at [-1, -1] it is no number; its view must leave such points out";
        assert_eq!(slip(BOWL.replace("x^2", "ln(x)")).as_deref(), Some(told));
        let told = "at [0, -1] it is no number; its view must leave such points out";
        assert_eq!(slip(BOWL.replace("x^2", "1/x")).as_deref(), Some(told));
        let told = "at [-0.95, -0.3] it is 0.9925, and so 1 is not its lowest height";
        assert_eq!(slip(BOWL.to_owned() + "lowest = 1\n").as_deref(), Some(told));
    }

    #[test]
    fn a_slip_is_told_with_its_line() {
        for (text, told) in [
            (BOWL.replace("y^2", "z^2"), ":3: the formula of `bowl` has a slip: at its character 7: `z` is not known"),
            (format!("{BOWL}{BOWL}"), ":6: there is a surface `bowl` above already"),
            (BOWL.replace("[-1, 1] }", "[1, 1] }"), ":2: each side of the view of `bowl` is [lowest, highest]"),
            (format!("{BOWL}data = \"none.toml\"\n"), ":5: there is no file `none.toml` beside this one"),
            (format!("{BOWL}lowest = \"deep\"\n"), ":5: "),
            (format!("{BOWL}lowest = nan\n"), ":2: `lowest` of `bowl` is a finite number or \"nowhere\""),
            (BOWL.replace("-1, 1", "-inf, 1"), ":2: each side of the view of `bowl` is [lowest, highest]"),
            (
                BOWL.replace("x^2 + y^2", "y + mean(x)") + "data = \"points.toml\"\n",
                ":3: the formula of `bowl` has a slip: at its character 10: `x` is a column too; give the column another name",
            ),
            (
                BOWL.replace("x^2 + y^2", "x + mean(pi)") + "data = \"points.toml\"\n",
                ":3: the formula of `bowl` has a slip: at its character 10: `pi` is a column too; give the column another",
            ),
            (format!("{BOWL}color = 1\n"), ":5: unknown field `color`"),
        ] {
            let error = load(&text).unwrap_err();
            assert!(error.starts_with(&format!("{FILE}{told}")), "{error}");
        }
    }
}
