//! The experiments of a step, run on its solution: that they run at the lesson's values and can be drawn, and that
//! the numbers in the answers to what can be tried are those that the solution gives.

use experiment::{Bench, Finish, Run, Trouble, Whose, finishes};
use grader::answers::Record;
use grader::attempt::Listener;
use grader::course::experiment::ChosenSurface;
use grader::course::{Course, Experiment, Step};
use grader::{Error, Result, Workspace};
use harness::controls::{Control, Values};
use harness::protocol::Given;
use harness::{Table, Trial};

use crate::readme::{Cases, Tables};

/// A step's solution, ready to run its experiments, and what its cases answered.
pub struct Laboratory<'a> {
    step: &'a Step,
    bench: Option<Bench>,
    answers: &'a Record,
}

impl<'a> Laboratory<'a> {
    /// The laboratory of a step. Nothing is built for one without experiments.
    ///
    /// # Errors
    /// If the solution cannot be built.
    pub fn new(
        workspace: &Workspace,
        course: &Course,
        step: &'a Step,
        answers: &'a Record,
        progress: &Listener<'_>,
    ) -> Result<Self> {
        let bench = match step.experiments.is_empty() {
            true => None,
            false => Some(Bench::of_solution(workspace, course, step, progress)?),
        };
        Ok(Self { step, bench, answers })
    }

    /// What is wrong with the experiments: each runs at the lesson's values, and its table can be drawn.
    ///
    /// # Errors
    /// If a program cannot be run.
    pub fn faults(&self) -> Result<Vec<Error>> {
        let mut faults = Vec::new();
        for experiment in &self.step.experiments {
            let Some(run) = self.run(&experiment.name, Values::new())? else { continue };
            faults.extend(self.fault(experiment, &run));
        }
        Ok(faults)
    }

    fn fault(&self, experiment: &Experiment, run: &Run) -> Option<Error> {
        let Experiment { name, line, surface, .. } = experiment;
        let toml = self.step.toml();
        let table = match &run.table {
            Ok(table) if table.rows.is_empty() => {
                return Some(Error::at(&toml, *line, format!("experiment `{name}` records no row")));
            }
            Ok(table) => table,
            Err(trouble) => {
                let message = format!("experiment `{name}` of the solution: {}", sentence(trouble));
                return Some(Error::at(&toml, *line, message));
            }
        };
        if let Some(ChosenSurface { control, .. }) = surface
            && !run.controls.iter().any(|known| known.name == *control)
        {
            let message = format!("experiment `{name}` draws no `{control}`, which is to choose its surface");
            return Some(Error::at(&toml, *line, message));
        }
        experiment.misfit(&run.controls, table).map(|(line, message)| Error::at(&toml, line, message))
    }

    fn run(&self, name: &str, values: Values) -> Result<Option<Run>> {
        let given = Given { values, ..Given::default() };
        self.bench.as_ref().map_or(Ok(None), |bench| bench.run(name, &given, Whose::Solution))
    }
}

impl Tables for Laboratory<'_> {
    fn of_case(&self, case: &str, trial: Trial) -> std::result::Result<Table, String> {
        Cases(self.answers).of_case(case, trial)
    }

    fn is_experiment(&self, name: &str) -> bool {
        self.step.experiment(name).is_some()
    }

    fn of_experiment(&self, name: &str, values: Values) -> std::result::Result<Table, String> {
        self.answered(name, values).map(|(_, table)| table)
    }

    fn endings(&self, name: &str, values: Values) -> std::result::Result<Vec<(Option<String>, Finish)>, String> {
        let (controls, table) = self.answered(name, values)?;
        Ok(self.step.experiment(name).map(|own| finishes(own, &controls, &table)).unwrap_or_default())
    }
}

impl Laboratory<'_> {
    /// What an experiment draws and answers with these values.
    fn answered(&self, name: &str, values: Values) -> std::result::Result<(Vec<Control>, Table), String> {
        let run = self.run(name, values).map_err(|error| error.to_string())?;
        let Run { controls, table, .. } = run.ok_or_else(|| format!("experiment `{name}` has no solution to run"))?;
        let table = table.map_err(|trouble| format!("experiment `{name}`: {}", sentence(&trouble)))?;
        Ok((controls, table))
    }
}

fn sentence(trouble: &Trouble) -> String {
    trouble.sentences().join(" ")
}
