//! The grader as a student meets it: the real program on small courses, each with one kind of trouble.

mod compile_errors;
mod course;
mod golden;
mod trouble;
