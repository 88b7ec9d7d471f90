//! `cargo xtask update`: puts a student's code into a stub that the course has changed, and keeps the file as it was.

use std::path::Path;
use std::process::ExitCode;

use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::{Remark, Step, Update};
use grader::report::text::{Style, Text, styled};
use grader::{Error, Result, Workspace};

use crate::own_file::{replace, replace_keeping};

/// What to update.
#[derive(Debug)]
pub struct UpdateArgs {
    /// The step, by number, name or path; all if none is named.
    pub step: Option<String>,
}

/// Puts the student's code into the stubs that have changed. The exit code is 1 if it could not be put into one.
///
/// # Errors
/// If a file cannot be read or written; the student's file is then unchanged.
pub fn update(workspace: &Workspace, args: &UpdateArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let names: Vec<String> = args.step.iter().cloned().collect();
    let layout = layout();
    let (mut done, mut code) = (0, ExitCode::SUCCESS);
    for step in course.select(&names)? {
        grader::check_interrupt(workspace.interrupt())?;
        let mut page = Page { text: Text::default(), width: layout.width };
        match step.update(&course.root)? {
            Update::Nothing => continue,
            Update::Unreadable => {
                page.unreadable(step);
                code = ExitCode::from(1);
            }
            Update::Untouched { stub } => {
                put(&course.root, step, &stub, replace)?;
                page.untouched(step);
            }
            Update::Merged { text, remarks } => {
                let kept = put(&course.root, step, &text, replace_keeping)?;
                page.merged(step, &step.source().with_file_name(kept), remarks);
            }
        }
        // Said at once: a later step may fail.
        let gap = if done > 0 { "\n" } else { "" };
        print(&format!("{gap}{}", page.text.write(&layout)))?;
        done += 1;
    }
    if done == 0 {
        let place = args.step.as_ref().map_or("your files have", |_| "your file has");
        print(&layout.paragraph("", format!("Nothing to update: {place} all that has changed in the course.")))?;
    }
    Ok(code)
}

/// Puts a text into the student's file, with the line ends that the file has.
fn put<T>(root: &Path, step: &Step, text: &str, replace: impl FnOnce(&Path, &str) -> Result<T>) -> Result<T> {
    let path = root.join(step.source());
    let old = String::from_utf8(fs::read(&path)?)
        .map_err(|_| Error::in_file(&step.source(), "the file is not UTF-8; save it as that, and update again"))?;
    if old.contains("\r\n") { replace(&path, &text.replace('\n', "\r\n")) } else { replace(&path, text) }
}

struct Page {
    text: Text,
    width: usize,
}

impl Page {
    fn say(&mut self, indent: &str, words: impl Into<String>) {
        self.text.paragraph(indent, words.into(), self.width);
    }

    fn untouched(&mut self, step: &Step) {
        self.say("", format!("{} was not begun; it is the new stub now.", step.source().display()));
    }

    fn merged(&mut self, step: &Step, kept: &Path, remarks: Vec<Remark>) {
        let (file, kept) = (step.source(), kept.display());
        self.say(
            "",
            format!("{} is the new stub with your code in it. Your file as it was is now {kept}.", file.display()),
        );
        for remark in remarks {
            self.text.blank();
            self.remark(remark);
        }
        self.text.blank();
        let command = format!("cargo xtask grade {}", step.name);
        self.text.line(["  Then  ".into(), styled(command, Style::TO_DO)]);
    }

    fn remark(&mut self, remark: Remark) {
        match remark {
            Remark::New(function) => self.say("  ", format!("`{function}` is new: write it.")),
            Remark::Declared { function, now, before } => {
                self.say(
                    "  ",
                    format!("`{function}` has your code, but its declaration has changed. Make the code fit:"),
                );
                self.text.line(format!("    now     {now}"));
                self.text.line(format!("    before  {before}"));
            }
            Remark::Gone(item) => {
                self.say(
                    "  ",
                    format!("`{item}` is no longer part of the step. Yours stays in the file; delete it if you like."),
                );
            }
            Remark::InComment(item) => {
                self.say(
                    "  ",
                    format!("`{item}` has changed, and so had yours. Yours is in a comment at the end of the file."),
                );
            }
        }
    }

    fn unreadable(&mut self, step: &Step) {
        let (file, name) = (step.source(), &step.name);
        self.say(
            "",
            format!("{}: nothing was changed, because the brackets in it do not fit together.", file.display()),
        );
        self.text.blank();
        for (what, command) in [("See ", "grade"), ("Then", "update")] {
            self.text
                .line([format!("  {what}  ").into(), styled(format!("cargo xtask {command} {name}"), Style::TO_DO)]);
        }
    }
}
