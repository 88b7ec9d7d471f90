//! Experiments: the programs of a step are kept ready, and each request runs one of them with the values of its
//! controls.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use experiment::{Bench, Trouble};
use figure::Figure;
use grader::course::plot::Scale;
use grader::course::{Experiment, Step};
use grader::{Error, Result, Workspace};
use harness::controls::{Control, Domain, Span, Value, Values, without_control};
use harness::protocol::{Given, Spare};
use harness::{OwnData, Table};
use serde::Serialize;

use crate::picture::{TableDocument, Target, csv};
use crate::step_view::StepView;

/// The programs of all steps that somebody has asked for.
pub struct Benches {
    /// Has its own interrupt, so that a save ends a grade but no experiment.
    workspace: Workspace,
    /// By the step's number.
    kept: Mutex<HashMap<u32, Arc<Mutex<Option<Kept>>>>>,
}

/// The programs of a step, and the round of verdicts that they belong to.
struct Kept {
    round: u64,
    bench: Arc<Bench>,
}

impl Benches {
    /// Those of the course in this workspace; none is built yet.
    ///
    /// # Errors
    /// If the folder of the course is gone.
    pub fn new(workspace: &Workspace) -> Result<Self> {
        let target = workspace.target().to_owned();
        Ok(Self { workspace: Workspace::new(workspace.root(), |_| target)?, kept: Mutex::default() })
    }

    /// The programs of a step, built from the sources of its last verdict. Waits if another request is building them.
    ///
    /// # Errors
    /// If a program cannot be built, and the student's code is not the cause.
    pub fn bench(&self, view: &StepView) -> Result<Arc<Bench>> {
        let slot = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry(view.step().number).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = slot.as_ref().filter(|kept| kept.round == view.round) {
            return Ok(Arc::clone(&kept.bench));
        }
        let bench = Arc::new(Bench::of(&self.workspace, &view.course, view.step(), &|_progress| ())?);
        *slot = Some(Kept { round: view.round, bench: Arc::clone(&bench) });
        Ok(bench)
    }
}

/// The result of a run, for the page.
#[derive(Debug, Serialize)]
pub struct RunDocument {
    title: String,
    /// The values and the data of the run.
    state: String,
    svg: Option<String>,
    /// The horizontal and the vertical axis, for what the page puts on the picture.
    axes: Option<[AxisDocument; 2]>,
    notes: Vec<String>,
    table: Option<TableDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    csv: Option<String>,
    controls: Vec<ControlDocument>,
    #[serde(flatten)]
    trouble: TroubleDocument,
    has_solution: bool,
}

/// Why there is no run of the student's code.
#[derive(Debug, Default, Serialize)]
struct TroubleDocument {
    /// The reasons, in sentences.
    #[serde(rename = "trouble")]
    sentences: Vec<String>,
    /// Whether the given values or data are the cause, and not the code.
    refused: bool,
    /// The line of the student's file to look at.
    line: Option<usize>,
}

impl TroubleDocument {
    fn of(trouble: &Trouble, step: &Step) -> Self {
        let in_source = trouble.place().filter(|at| Path::new(&at.file).ends_with(step.source()));
        Self {
            sentences: trouble.sentences(),
            refused: matches!(trouble, Trouble::Refused(_)),
            line: in_source.map(|at| at.line),
        }
    }
}

#[derive(Debug, Serialize)]
struct AxisDocument {
    ends: [f64; 2],
    logarithmic: bool,
}

/// What the page needs to show a control.
#[derive(Debug, Serialize)]
struct ControlDocument {
    name: String,
    /// Its value in this run.
    value: String,
    /// Its value in the lesson.
    lesson: String,
    #[serde(flatten)]
    domain: DomainDocument,
    /// A value to mark on it.
    mark: Option<MarkDocument>,
}

/// A value to mark on a control.
#[derive(Debug, Clone, Serialize)]
struct MarkDocument {
    #[serde(skip)]
    control: String,
    value: f64,
    label: String,
}

impl MarkDocument {
    fn of(experiment: &Experiment, table: &Table) -> Option<Self> {
        let (mark, value) = experiment.mark.as_ref().zip(experiment.marked(table))?;
        Some(Self { control: mark.control.text.clone(), value, label: mark.label.clone() })
    }
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum DomainDocument {
    Number {
        low: f64,
        high: f64,
        logarithmic: bool,
    },
    Count {
        low: usize,
        high: usize,
    },
    Choice {
        options: Vec<String>,
    },
    Point {
        x: [f64; 2],
        y: [f64; 2],
        at: [f64; 2],
    },
    Data {
        records: String,
        /// The columns that the student's own file needs.
        columns: Vec<String>,
        has_own: bool,
    },
}

/// What an experiment runs with.
pub struct Setting {
    /// The values of its controls.
    pub values: Values,
    /// The student's own data, instead of the lesson's.
    pub data: Option<Arc<OwnData>>,
}

/// Runs an experiment on the student's code and on the solution.
///
/// # Errors
/// If a program cannot be started.
pub fn play(
    bench: &Bench,
    step: &Step,
    experiment: &Experiment,
    setting: Setting,
    target: Target,
) -> Result<RunDocument> {
    let data = setting.data.as_ref().map(|data| bench.keep_data(data)).transpose()?;
    // Which controls there are may depend on one that was just changed, so values without a control are left out.
    let given = Given { values: setting.values, spare: Spare::LeftOut, data };
    let pair = bench.run_both(&experiment.name, &given)?;
    let controls = &pair.leading().controls;
    let trouble = pair.student.table.as_ref().err();
    let mut trouble = trouble.map(|trouble| TroubleDocument::of(trouble, step)).unwrap_or_default();
    if !controls.is_empty() {
        trouble.sentences.extend(without_control(&given.values, controls));
    }
    let figure = Figure::of_experiment(experiment, &pair);
    let data_note = setting.data.and_then(|data| data.note());
    let state = pair.setting();
    let subtitle = format!("Step {}: {state}", step.number);
    let svg = figure.as_ref().map(|figure| target.render(figure, &subtitle));
    let expected = pair.solution.as_ref().and_then(|run| run.table.as_ref().ok());
    let got = pair.student.table.as_ref().ok();
    let table = got.map(|got| ("yours", got)).or(expected.map(|expected| ("expected", expected)));
    let marked = table.and_then(|(_, table)| MarkDocument::of(experiment, table));
    Ok(RunDocument {
        title: experiment.title.clone(),
        svg: svg.transpose().map_err(Error::from)?,
        table: table.zip(figure.as_ref()).map(|((whose, table), figure)| TableDocument::of(whose, table, figure)),
        axes: figure.as_ref().map(|figure| [&figure.x, &figure.y].map(axis)),
        notes: figure.map(|figure| figure.notes).unwrap_or_default().into_iter().chain(data_note).collect(),
        csv: table.filter(|_| target == Target::File).map(|(_, table)| csv(table)),
        controls: controls.iter().map(|control| ControlDocument::of(control, marked.as_ref())).collect(),
        state,
        trouble,
        has_solution: bench.has_solution(),
    })
}

fn axis(axis: &figure::Axis) -> AxisDocument {
    AxisDocument { ends: axis.ends, logarithmic: axis.scale == Scale::Log }
}

impl ControlDocument {
    fn of(control: &Control, marked: Option<&MarkDocument>) -> Self {
        Self {
            name: control.name.clone(),
            value: control.value.to_string(),
            lesson: control.lesson.to_string(),
            domain: DomainDocument::of(control),
            mark: marked.filter(|mark| mark.control == control.name).cloned(),
        }
    }
}

impl DomainDocument {
    fn of(control: &Control) -> Self {
        let ends = |span: &Span| [span.low, span.high];
        match (&control.domain, &control.value) {
            (Domain::Number(span), _) => {
                Self::Number { low: span.low, high: span.high, logarithmic: span.is_logarithmic() }
            }
            (Domain::Count { low, high }, _) => Self::Count { low: *low, high: *high },
            (Domain::Choice(options), _) => Self::Choice { options: options.clone() },
            (Domain::Point { x, y }, Value::Point { x: at_x, y: at_y }) => {
                Self::Point { x: ends(x), y: ends(y), at: [*at_x, *at_y] }
            }
            (Domain::Point { x, y }, _) => Self::Point { x: ends(x), y: ends(y), at: [x.low, y.low] },
            (Domain::Data { records, columns, has_own }, _) => {
                Self::Data { records: records.clone(), columns: columns.clone(), has_own: *has_own }
            }
        }
    }
}
