//! What the machine does to a grade, or somebody to the grader's own files, is never a verdict on a student's code.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use serde_json::Value;
use testkit::solution::solved;
use testkit::{Course, Run};
use walkdir::WalkDir;

use crate::PROGRAM;

const STEP: &str = "01-loss";
const SOURCE: &str = "exercises/01-loss/src/lib.rs";
const MANIFEST: &str = "exercises/01-loss/Cargo.toml";

/// A course with a right step 1, which has been graded.
fn course(name: &str) -> Course {
    let course = PROGRAM.course(name).with_step(STEP, "loss", &solved("loss"));
    assert_eq!(grade(&course, &[]).code, 0);
    course
}

/// Grades after an edit that changes nothing but the text; the compiler keeps its work for the next time.
fn grade(course: &Course, arguments: &[&str]) -> Run {
    course.append(SOURCE, "// Once more.\n");
    Run::from(course.grade_command(arguments).env("CARGO_INCREMENTAL", "1").output().unwrap())
}

#[track_caller]
fn assert_right(course: &Course, arguments: &[&str], what: &str) {
    let run = grade(course, arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{what}: {}", run.stdout);
}

/// All files in a folder of the grader's own.
fn files_in(course: &Course, folder: &str) -> Vec<PathBuf> {
    let entries = WalkDir::new(course.path("target/grader").join(folder)).into_iter().map(Result::unwrap);
    let files: Vec<_> = entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect();
    assert!(!files.is_empty(), "{folder}");
    files
}

fn flip_bits(file: &Path) {
    let mut content = fs::read(file).unwrap();
    content.iter_mut().skip(100).step_by(300).for_each(|byte| *byte ^= 1);
    fs::set_permissions(file, PermissionsExt::from_mode(0o644)).unwrap();
    fs::write(file, content).unwrap();
}

fn cut_off(file: &Path) {
    fs::write(file, "").unwrap();
}

#[test]
fn damaged_crates_are_compiled_again() {
    let course = PROGRAM.course("machine-crates").with_step(STEP, "loss", &solved("loss"));
    // One of its own, as all courses of the tests share the others.
    course.write(
        "damaged/Cargo.toml",
        "[package]\nname = \"damaged-by-a-test\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    course.write("damaged/src/lib.rs", "pub fn one() -> f64 {\n    1.0\n}\n");
    course.append(MANIFEST, "\n[dependencies.damaged-by-a-test]\npath = \"../../damaged\"\n");
    course.change(SOURCE, "error * error", "error * error * damaged_by_a_test::one()");
    assert_right(&course, &[], "at first");

    let noted = course.read("target/grader/plans/crates.json");
    let crates: Value = serde_json::from_str(noted.split_once('\n').unwrap().1).unwrap();
    let crates = crates["hashes"].as_object().unwrap().keys().filter(|file| file.contains("damaged_by_a_test"));
    let crates: Vec<PathBuf> = crates.map(PathBuf::from).collect();
    assert_eq!(crates.len(), 2, "{crates:?}");
    for damage in [flip_bits, cut_off] {
        for file in &crates {
            for arguments in [&[][..], &["--fresh"]] {
                damage(file);
                assert_right(&course, arguments, &format!("{} {arguments:?}", file.display()));
            }
        }
    }
}

#[test]
fn damage_to_what_is_kept_for_the_next_time_costs_only_time() {
    let course = course("machine-kept");
    let all = |folder: &str, damage: fn(&Path)| files_in(&course, folder).iter().for_each(|file| damage(file));
    for folder in ["incremental", "builds/01-loss", "plans", "sound", "compiled"] {
        for damage in [flip_bits, cut_off] {
            all(folder, damage);
            assert_right(&course, &[], folder);
            // For the next round.
            assert_right(&course, &[], folder);
        }
    }
    let read_only: fn(&Path) = |file| fs::set_permissions(file, PermissionsExt::from_mode(0o444)).unwrap();
    all("incremental", read_only);
    assert_right(&course, &[], "read-only");
    let plan = "target/grader/plans/01-loss.json";
    assert!(course.read(plan).contains("edition=2024"));
    course.write(plan, &course.read(plan).replace("edition=2024", "edition<2024"));
    assert_right(&course, &[], "a plan of other letters");
}

/// A grade after an edit, in which the linker begins with these commands. `$0.calls` is a file for them.
fn grade_with_linker(course: &Course, commands: &str) -> Run {
    let path = std::env::var("PATH").unwrap();
    course.write("bin/cc.calls", "");
    course.write_script("bin/cc", &format!("{commands}\nPATH='{path}' exec cc \"$@\"\n"));
    course.append(SOURCE, "// Once more.\n");
    let path = format!("{}:{path}", course.path("bin").display());
    Run::from(course.grade_command(&[]).env("PATH", path).output().unwrap())
}

#[test]
fn a_full_disk_is_no_verdict_and_not_remembered() {
    let course = course("machine-full");
    let ended = grade_with_linker(&course, "echo 'ld: final link failed: No space left on device' >&2; exit 1");
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{ended:?}");
    assert!(ended.stderr.contains("No space left on device"), "{ended:?}");
    assert_eq!(course.grade(&[]).code, 0);
}

#[test]
fn a_linker_that_fails_is_called_again_and_its_word_is_not_remembered() {
    let course = course("machine-linker");
    let once = "[ -s \"$0.calls\" ] || { echo >> \"$0.calls\"; exit 1; }";
    let run = grade_with_linker(&course, once);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let run = grade_with_linker(&course, "exit 1");
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{run:?}");
    assert!(run.stdout.contains("cannot be linked"), "{}", run.stdout);
    assert_eq!(course.grade(&[]).code, 0);
}

#[test]
fn a_grade_survives_that_the_graders_folder_is_deleted() {
    let course = course("machine-deleted");
    let delete =
        format!("[ -s \"$0.calls\" ] || rm -rf '{}'; echo >> \"$0.calls\"", course.path("target/grader").display());
    let run = grade_with_linker(&course, &delete);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(course.read("bin/cc.calls").lines().count() > 1);
}

#[test]
fn a_limit_that_the_shell_sets_is_named() {
    let course = course("machine-limits");
    for (option, most) in [("-v", "300000"), ("-f", "1000")] {
        course.append(SOURCE, "// Once more.\n");
        let grade = course.grade_command(&[]);
        let mut command = Command::new("sh");
        let limited = format!("ulimit {option} {most}; exec \"$0\" \"$@\"");
        command.arg("-c").arg(limited).arg(grade.get_program()).args(grade.get_args());
        for (name, value) in grade.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(course.root());
        let run = Run::from(command.output().unwrap());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(&format!("`ulimit {option}`")), "{run:?}");
        assert_eq!(course.grade(&[]).code, 0);
    }
}
