//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use harness::{Cell, Table, Trial, answer, case, experiment, given};
use study_score::{Line, StudyRecord, calculate_gradients, describe, gradient_descent_study, predict};

fn main() -> ExitCode {
    harness::main(&[
        case("predicted-scores", predicted_scores),
        case("slopes-at-some-lines", slopes_at_some_lines),
        case("slopes-of-few-records", slopes_of_few_records),
        case("first-steps", first_steps),
        case("the-long-way-down", the_long_way_down),
        case("line-among-the-records", line_among_the_records),
        case("nothing-to-learn", nothing_to_learn),
        case("beyond-all-numbers", beyond_all_numbers),
        case("lines-as-text", lines_as_text),
        case("the-answer", the_answer),
        experiment("line", line),
        experiment("loss-by-step", loss_by_step),
    ])
}

/// The line among the records after some steps from a start that the student chooses.
fn line(trial: &Trial, table: &mut Table) {
    let mut records = trial.records::<StudyRecord>();
    records.sort_by(|one, other| one.hours.total_cmp(&other.hours));
    let (start, rate) = (chosen_start(trial), trial.number("learning rate", 0.01, 1e-4..0.1));
    let line = gradient_descent_study(&records, start, rate, trial.count("steps", 100, 0..=5_000));
    let loss = loss_of(&records, line);
    for record in &records {
        table.row([
            given("hours", record.hours),
            given("score", record.score),
            answer("predicted score", predict(line, record.hours)),
            answer("base", line.base),
            answer("weight", line.weight),
            answer("loss", loss),
        ]);
    }
}

/// The loss after each step.
fn loss_by_step(trial: &Trial, table: &mut Table) {
    let records = trial.records::<StudyRecord>();
    let (mut line, rate) = (chosen_start(trial), trial.number("learning rate", 0.01, 1e-4..0.1));
    for step in 0..=trial.count("steps", 100, 0..=3_000) {
        table.row([
            given("step", step),
            answer("base", line.base),
            answer("weight", line.weight),
            answer("loss", loss_of(&records, line)),
        ]);
        line = gradient_descent_study(&records, line, rate, 1);
    }
}

fn chosen_start(trial: &Trial) -> Line {
    Line { base: trial.number("start base", 0.0, -50.0..100.0), weight: trial.number("start weight", 0.0, -20.0..20.0) }
}

/// The mean of the squared errors.
fn loss_of(records: &[StudyRecord], line: Line) -> f64 {
    let errors = records.iter().map(|record| predict(line, record.hours) - record.score);
    errors.map(|error| error * error).sum::<f64>() / records.len().max(1) as f64
}

fn predicted_scores(trial: &Trial, table: &mut Table) {
    let line = start(trial);
    let falling = Line { weight: -line.weight, ..line };
    let hours = trial.number("hours", 7.0, 4.0..9.0);
    // The last two leave what a score can be: a line goes on above 100 and below 0.
    for (line, hours) in
        [(line, 0.0), (line, 0.75), (line, 1.0), (line, 3.0), (line, hours), (line, 80.0), (falling, 80.0)]
    {
        table.row([
            given("base", line.base),
            given("weight", line.weight),
            given("hours", hours),
            answer("score", predict(line, hours)),
        ]);
    }
}

fn slopes_at_some_lines(trial: &Trial, table: &mut Table) {
    let records = trial.records::<StudyRecord>();
    let near = start(trial);
    for line in [
        near,
        Line { base: 0.0, weight: 0.0 },
        Line { base: near.base + 30.0, weight: near.weight },
        Line { base: near.base, weight: near.weight + 6.0 },
        Line { base: near.base + 45.0, weight: near.weight - 9.0 },
    ] {
        slopes(records.len(), &records, line, table);
    }
}

fn slopes_of_few_records(trial: &Trial, table: &mut Table) {
    let mut records = trial.records::<StudyRecord>();
    for count in [0, 1, 3, 5] {
        slopes(count, &records[..count], start(trial), table);
    }
    records[2].hours = 0.0;
    slopes("3, one idle", &records[..3], start(trial), table);
}

fn slopes(name: impl Into<Cell>, records: &[StudyRecord], line: Line, table: &mut Table) {
    let gradients = calculate_gradients(records, line);
    table.row([
        given("records", name),
        given("base", line.base),
        given("weight", line.weight),
        answer("slope of base", gradients.base),
        answer("slope of weight", gradients.weight),
    ]);
}

fn first_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.01, 0.004..0.009);
    descents(trial, &trial.records::<StudyRecord>(), rate, &[0, 1, 2, 3, 4], table);
    // Far too fast: the loss rises with every step, and the steps are taken all the same.
    descents(trial, &trial.records::<StudyRecord>(), 0.1, &[3], table);
}

/// So fast that the numbers soon leave what an `f64` holds.
fn beyond_all_numbers(trial: &Trial, table: &mut Table) {
    let finite = |number: f64| if number.is_finite() { Cell::from(number) } else { "not finite".into() };
    for (rate, steps) in [(10.0, 1), (10.0, 2), (10.0, 300)] {
        let line = gradient_descent_study(&trial.records::<StudyRecord>(), start(trial), rate, steps);
        table.row([
            given("rate", rate),
            given("steps", steps),
            answer("base", finite(line.base)),
            answer("weight", finite(line.weight)),
        ]);
    }
}

fn the_long_way_down(trial: &Trial, table: &mut Table) {
    descents(trial, &trial.records::<StudyRecord>(), 0.01, &[10, 100, 1_000, 3_000, 10_000], table);
}

fn line_among_the_records(trial: &Trial, table: &mut Table) {
    let records = trial.records::<StudyRecord>();
    for steps in [0, 3, 1_000] {
        let line = gradient_descent_study(&records, start(trial), 0.01, steps);
        for record in &records {
            table.row([
                given("steps", steps),
                given("hours", record.hours),
                given("score", record.score),
                answer("predicted score", line.base + line.weight * record.hours),
            ]);
        }
    }
}

fn nothing_to_learn(trial: &Trial, table: &mut Table) {
    descents(trial, &[], 0.01, &[0, 1, 50], table);
}

fn descents(trial: &Trial, records: &[StudyRecord], rate: f64, all_steps: &[usize], table: &mut Table) {
    let start = start(trial);
    for &steps in all_steps {
        let line = gradient_descent_study(records, start, rate, steps);
        table.row([
            given("rate", rate),
            given("steps", steps),
            answer("base", line.base),
            answer("weight", line.weight),
        ]);
    }
}

fn lines_as_text(trial: &Trial, table: &mut Table) {
    // The third decimal keeps every number away from the middle between two roundings, except for those of the last
    // line: they are a little below it, and rounding them twice, or as `f32`, takes them above it.
    let base = trial.number("base", 32.5, 21.0..59.0) + 0.023;
    let weight = trial.number("weight", 4.0, 2.5..7.5) + 0.023;
    for line in [
        Line { base, weight },
        Line { base: weight, weight: base },
        Line { base: base.trunc(), weight: weight.trunc() },
        Line { base: base + 0.9, weight: weight + 0.06 },
        Line { base: 0.0, weight: 0.0 },
        Line { base: -base, weight: -weight },
        Line { base: -0.04, weight: -0.02 },
        Line { base: 0.15, weight: 0.35 },
    ] {
        table.row([given("base", line.base), given("weight", line.weight), answer("text", describe(line))]);
    }
}

fn the_answer(trial: &Trial, table: &mut Table) {
    let start = start(trial);
    for steps in [0, 100, 1_000, 10_000] {
        let line = gradient_descent_study(&trial.records::<StudyRecord>(), start, 0.01, steps);
        table.row([given("rate", 0.01), given("steps", steps), answer("line", describe(line))]);
    }
}

/// The lesson's start, or a fresh one.
fn start(trial: &Trial) -> Line {
    Line { base: trial.number("start base", 30.0, 12.0..28.0), weight: trial.number("start weight", 5.0, 1.5..3.5) }
}
