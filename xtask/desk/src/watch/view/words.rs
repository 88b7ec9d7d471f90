//! What the main part of the screen says.

use ansi_to_tui::IntoText;
use grader::report::terminal::{self, Layout};
use grader::verdict::StepReport;
use ratatui::text::Text;

use super::View;
use crate::watch::state::Panel;

impl View<'_> {
    /// What the main part says, as coloured text.
    pub fn text(&self, page: Layout) -> Text<'static> {
        let text = match &self.state.panel {
            Panel::Case => self.case_text(page),
            Panel::Hints(hints) => {
                let more = match hints.at_an_end() {
                    true => "That was the last one; s shows the solution.",
                    false => "h gives the next one.",
                };
                format!("\n{}\n  Edit  {}\n\n{}", hints.so_far(page), hints.place, page.paragraph("  ", more))
            }
            Panel::Question => {
                let number = self.state.course.steps[self.state.current].number;
                let question = format!("Step {number} has not passed yet. See its solution all the same?");
                format!("\n{}\n  y  yes, show it\n  Esc  no; a hint may do: h\n", page.paragraph("  ", &question))
            }
            Panel::Solution(difference) => format!("\n{}", difference.render(page)),
            Panel::Plot => {
                format!("\n{}", page.paragraph("  ", "There is no picture of this case; j and k go to the others."))
            }
            Panel::Help => HELP.to_owned(),
        };
        let text = text.replace('\t', "    ");
        // Text that is no terminal's is shown as it is.
        text.into_text().unwrap_or_else(|_| Text::raw(text))
    }

    fn case_text(&self, page: Layout) -> String {
        let step = self.state.step();
        let told = |what: &str, why: &str, then: &str| {
            let why: String = why.lines().map(|line| page.paragraph("  ", line)).collect();
            format!("\n{}\n{why}\n{}", page.paragraph("  ", what), page.paragraph("  ", then))
        };
        if let Some(why) = &self.state.unreadable {
            return told("The course cannot be read as it is:", why, "It is read again when a file of it is saved.");
        }
        if let Some(why) = &step.fault {
            return told("This cannot be graded as it is:", why, "It is graded again when a file of it is saved.");
        }
        let Some(report) = &step.report else {
            return format!("\n{}", page.paragraph("  ", "It is graded for the first time: a moment."));
        };
        match self.state.case() {
            Some(case) => format!("\n{}", terminal::detail(report, case, page)),
            None => format!("\n{}", self.what_comes_next(report, page)),
        }
    }

    /// Where a step has passed: that it has, and what comes next.
    fn what_comes_next(&self, report: &StepReport, page: Layout) -> String {
        let cases = report.cases.len();
        let mut text = page.paragraph("  ", &format!("Step {} is done: all {cases} cases pass.", report.number));
        text.push('\n');
        let next = self.state.next_open();
        if self.state.is_complete() {
            let complete = match next {
                None => "Course complete: every case of every step passes.",
                Some(_) => "Course complete: every step passes. What follows is a bonus.",
            };
            text.push_str(&format!("{}\n", page.paragraph("  ", complete)));
        }
        if let Some(at) = next {
            let next = &self.state.course.steps[at];
            let what = if next.bonus { "Next is a bonus, step" } else { "Next is step" };
            text.push_str(&page.paragraph("  ", &format!("{what} {}, {}: {}", next.number, next.name, next.title)));
            let key = match at.checked_sub(self.state.current) {
                Some(1) => "n".to_owned(),
                _ if next.number <= 10 => (next.number % 10).to_string(),
                _ => "n or p".to_owned(),
            };
            text.push_str(&page.paragraph("  ", &format!("Press {key} to go there.")));
            text.push_str(&format!("\n  Read  {}\n\n", next.folder.join("README.md").display()));
        }
        text + &page.paragraph("  ", "s shows the reference solution beside yours; j and k go through the cases.")
    }
}

const HELP: &str = "
  n p → ←      next and previous step
  1 … 9, 0     the step of this number, 0 for 10
  j k ↓ ↑      next and previous case
  space b      down and up in the text; also PgDn, PgUp
  h            hint; again for the next one
  s            solution, beside your own
  l            plot of the case
  e            open in your editor ($VISUAL, $EDITOR)
  g            grade this step anew
  Esc          back, at last to the first failure
  q Ctrl-C     quit
  Ctrl-Z       to the shell; `fg` comes back

  Every save grades by itself. Nothing here changes your
  files, and no step moves on unless you do.
";
