//! The program that a file of tests tries.

use crate::course::Course;

/// A program under test, and where its courses lie. [`program!`](crate::program) makes one.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its file.
    pub path: &'static str,
    /// Cargo's folder for files of tests.
    pub folder: &'static str,
    /// The tests that try it: their package and their crate.
    pub tests: &'static str,
}

impl Program {
    /// A course without steps, for this program to work on. No other course of these tests has its name.
    pub fn course(self, name: &str) -> Course {
        Course::new(self, name)
    }
}

/// The [`Program`] of this name, which belongs to the package whose tests call this.
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        $crate::Program {
            path: env!(concat!("CARGO_BIN_EXE_", $name)),
            folder: env!("CARGO_TARGET_TMPDIR"),
            tests: concat!(env!("CARGO_PKG_NAME"), "-", env!("CARGO_CRATE_NAME")),
        }
    };
}
