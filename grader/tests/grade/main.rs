//! The grader as a student meets it: the real program on small courses, each with one kind of trouble.

mod bad_input;
mod bonus;
mod cache;
mod compile_errors;
mod course;
mod formats;
mod golden;
mod limits;
mod processes;
mod right_answers;
mod trouble;
