//! Experiments: a step's programs are kept ready, and each request runs one of them with the values of its controls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use figure::Figure;
use figure::svg::{self, Format};
use grader::course::plot::Scale;
use grader::course::{Experiment, Step};
use grader::experiment::{Bench, Trouble};
use grader::{Error, Result, Workspace};
use harness::OwnData;
use harness::controls::{Control, Domain, Span, Value, Values, without_control};
use harness::protocol::{Given, Spare};
use serde::Serialize;

use crate::classroom::Seat;
use crate::picture::{Place, Sheet, csv};

/// The programs of all steps, as far as somebody has asked for them.
pub struct Benches {
    /// With an interrupt of its own: a save ends a grade and no experiment.
    workspace: Workspace,
    /// By the number of the step.
    kept: Mutex<HashMap<u32, Arc<Mutex<Option<Kept>>>>>,
}

/// A step's programs, and the round of verdicts that they belong to.
struct Kept {
    round: u64,
    bench: Arc<Bench>,
}

impl Benches {
    /// None yet, of the course that lies in this workspace.
    ///
    /// # Errors
    /// If its folder has gone.
    pub fn new(workspace: &Workspace) -> Result<Self> {
        let target = workspace.target().to_owned();
        Ok(Self { workspace: Workspace::new(workspace.root(), |_| target)?, kept: Mutex::default() })
    }

    /// The programs of a step, as its last verdict saw them. Whoever asks while they are built waits for that.
    ///
    /// # Errors
    /// If a program cannot be built and it is not the student's code.
    pub fn of(&self, seat: &Seat) -> Result<Arc<Bench>> {
        let slot = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry(seat.step().number).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = slot.as_ref().filter(|kept| kept.round == seat.round) {
            return Ok(Arc::clone(&kept.bench));
        }
        let bench = Arc::new(self.workspace.bench(&seat.course, seat.step(), &|_progress| ())?);
        *slot = Some(Kept { round: seat.round, bench: Arc::clone(&bench) });
        Ok(bench)
    }
}

/// What came of a run, for the page.
#[derive(Debug, Serialize)]
pub struct Played {
    title: String,
    /// On which values and which data it ran.
    state: String,
    svg: Option<String>,
    /// The horizontal and the vertical axis, for what lies on the picture.
    axes: Option<[AxisDocument; 2]>,
    notes: Vec<String>,
    table: Option<Sheet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    csv: Option<String>,
    controls: Vec<ControlDocument>,
    /// Why there is no run of the student's code.
    trouble: Vec<String>,
    /// Whether what was given is to blame, and not the code.
    refused: bool,
    /// The line of the student's file to look at.
    line: Option<usize>,
    has_solution: bool,
}

#[derive(Debug, Serialize)]
struct AxisDocument {
    ends: [f64; 2],
    logarithmic: bool,
}

/// A control as the page makes it.
#[derive(Debug, Serialize)]
struct ControlDocument {
    name: String,
    /// The text of its value in this run, and of the lesson's.
    value: String,
    lesson: String,
    #[serde(flatten)]
    domain: DomainDocument,
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
        /// The columns of a file that can take its place.
        columns: Vec<String>,
        has_own: bool,
    },
}

/// What an experiment runs with.
pub struct Setting {
    /// The values of its controls.
    pub values: Values,
    /// Data in the place of the lesson's.
    pub data: Option<Arc<OwnData>>,
}

/// Runs an experiment on the student's code and on the solution.
///
/// # Errors
/// If a program cannot be started.
pub fn play(bench: &Bench, step: &Step, experiment: &Experiment, setting: Setting, place: Place) -> Result<Played> {
    let data = setting.data.as_ref().map(|data| bench.keep_data(data)).transpose()?;
    // Which controls there are may depend on another one that has just been changed.
    let given = Given { values: setting.values, spare: Spare::LeftOut, data };
    let pair = bench.run_both(&experiment.name, &given)?;
    let controls = &pair.leading().controls;
    let (mut trouble, refused, line) = match &pair.student.table {
        Ok(_) => (Vec::new(), false, None),
        Err(trouble) => {
            let own = trouble.place().filter(|at| std::path::Path::new(&at.file).ends_with(step.source()));
            (trouble.sentences(), matches!(trouble, Trouble::Refused(_)), own.map(|at| at.line))
        }
    };
    if !controls.is_empty() {
        trouble.extend(without_control(&given.values, controls));
    }
    let figure = Figure::of_experiment(experiment, &pair);
    let data_note = setting.data.and_then(|data| data.note());
    let state = pair.setting();
    let svg = figure.as_ref().map(|figure| match place {
        Place::Page => svg::render(figure, Format::OnPage),
        Place::Narrow => svg::render(figure, Format::OnNarrowPage),
        Place::File => {
            let subtitle = format!("Step {}: {state}", step.number);
            svg::render(figure, Format::Alone { subtitle: &subtitle })
        }
    });
    let expected = pair.solution.as_ref().and_then(|run| run.table.as_ref().ok());
    let own = pair.student.table.as_ref().ok();
    let table = own.map(|own| ("yours", own)).or(expected.map(|expected| ("expected", expected)));
    Ok(Played {
        title: experiment.title.clone(),
        svg: svg.transpose().map_err(Error::from)?,
        axes: figure.as_ref().map(|figure| [&figure.x, &figure.y].map(axis)),
        notes: figure.map(|figure| figure.notes).unwrap_or_default().into_iter().chain(data_note).collect(),
        table: table.map(|(whose, table)| Sheet::of(whose, table)),
        csv: table.filter(|_| place == Place::File).map(|(_, table)| csv(table)),
        controls: controls.iter().map(control).collect(),
        state,
        trouble,
        refused,
        line,
        has_solution: bench.has_solution(),
    })
}

fn axis(axis: &figure::Axis) -> AxisDocument {
    AxisDocument { ends: axis.ends, logarithmic: axis.scale == Scale::Log }
}

fn control(control: &Control) -> ControlDocument {
    let ends = |span: &Span| [span.low, span.high];
    let domain = match (&control.domain, &control.value) {
        (Domain::Number(span), _) => {
            DomainDocument::Number { low: span.low, high: span.high, logarithmic: span.is_logarithmic() }
        }
        (Domain::Count { low, high }, _) => DomainDocument::Count { low: *low, high: *high },
        (Domain::Choice(options), _) => DomainDocument::Choice { options: options.clone() },
        (Domain::Point { x, y }, Value::Point { x: at_x, y: at_y }) => {
            DomainDocument::Point { x: ends(x), y: ends(y), at: [*at_x, *at_y] }
        }
        (Domain::Point { x, y }, _) => DomainDocument::Point { x: ends(x), y: ends(y), at: [x.low, y.low] },
        (Domain::Data { records, columns, has_own }, _) => {
            DomainDocument::Data { records: records.clone(), columns: columns.clone(), has_own: *has_own }
        }
    };
    ControlDocument {
        name: control.name.clone(),
        value: control.value.to_string(),
        lesson: control.lesson.to_string(),
        domain,
    }
}
