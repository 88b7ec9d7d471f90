//! A busy machine: right code passes, whatever else computes.

use std::process::{Child, Command};

use fs_err as fs;
use testkit::{Course, solution};

use crate::PROGRAM;

/// Programs that compute without an end, with a higher priority than the grade where that may be had.
struct Load(Vec<Child>);

impl Load {
    fn of(programs: usize) -> Self {
        let start = |_| {
            let nice = Command::new("nice").args(["-n", "-5", "sh", "-c", "while :; do :; done"]).spawn();
            nice.expect("`nice`, which goes on where it may give no higher priority")
        };
        Self((0..programs).map(start).collect())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for program in &mut self.0 {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// A course in which every step is solved.
fn solved(name: &str) -> Course {
    let course = PROGRAM.course(name).with_all_steps();
    for step in fs::read_dir(course.path("exercises")).unwrap() {
        let step = step.unwrap();
        if step.path().is_dir() {
            let name = step.file_name().into_string().unwrap();
            course.write(&format!("exercises/{name}/src/lib.rs"), &solution::solved(name.split_once('-').unwrap().1));
        }
    }
    course
}

#[test]
fn right_code_passes_beside_busy_programs() {
    let course = PROGRAM.course("busy-machine").with_step("01-loss", "loss", &solution::solved("loss"));
    let _load = Load::of(6);
    assert_eq!(course.grade(&[]).code, 0);
}

/// Takes the better part of an hour: `cargo test -p xtask --test grade -- --ignored load`.
#[test]
#[ignore = "twenty grades of all steps on a machine that has no time for them"]
fn right_code_passes_at_a_load_of_thirteen_twenty_times() {
    let course = solved("load");
    let _load = Load::of(13);
    for round in 1..=20 {
        let report = course.grade_as_json(&["--fresh"]);
        let failed = report["steps"].as_array().unwrap().iter().filter(|step| step["passed"] != true);
        assert_eq!(failed.count(), 0, "round {round}: {report:#}");
    }
}
