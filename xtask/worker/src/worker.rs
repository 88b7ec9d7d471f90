//! Grades in the background, and what was saved last comes first. A save during a grade ends its child processes at
//! once, and the interrupted steps are graded again. So no save is lost, and no verdict is reported on an outdated
//! file.

mod queue;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use grader::attempt::Listener;
use grader::course::{Course, Lesson, Reader, Selection, Step};
use grader::report::progress_in_words;
use grader::verdict::StepReport;
use grader::{GradeOptions, Remembered, Report, ReportListener, Result, Tables, Workspace};

use crate::files::Changes;
use crate::panics;
use queue::{Order, Queue, Shift, Task};

/// What the worker reports. Steps are named by their folders.
#[derive(Debug)]
pub enum News {
    /// The course, which was read again, with what is wrong in the steps that cannot be read.
    Course(Arc<Course>),
    /// Why the course could not be read again, for a person.
    Unreadable(String),
    /// What is remembered of the steps, in their order; reported once, before anything else.
    Remembered(Vec<Option<Remembered>>),
    /// These steps are to be graded: their verdicts may be out of date.
    Due(Vec<String>),
    /// A grade begins; what it grades, in a few words.
    Began(String),
    /// What the grade is doing now, in a few words.
    Doing(String),
    /// A step has new verdicts.
    Graded {
        /// The step.
        folder: String,
        /// The verdicts.
        report: StepReport,
        /// How long the grade took.
        took: Duration,
        /// What to think about, if the step has passed.
        question: Option<String>,
    },
    /// Steps could not be graded.
    Failed {
        /// The steps.
        folders: Vec<String>,
        /// Why, for a person.
        why: String,
    },
    /// There is nothing left to do for the moment.
    Rested,
}

/// The function that grades: [`grader::grade_telling`], or a test's own.
pub type Grade =
    fn(&Workspace, &Course, &Selection<'_>, GradeOptions, &Listener<'_>, &mut ReportListener<'_>) -> Result<Report>;

/// A handle to the thread that grades.
#[derive(Clone)]
pub struct Worker {
    shared: Arc<Shared>,
}

struct Shared {
    workspace: Workspace,
    grade: Grade,
    tell: Box<dyn Fn(News) + Send + Sync>,
    queue: Mutex<Queue>,
    /// Signalled when work arrives or ends.
    changed: Condvar,
}

/// What the thread knows from one grade to the next.
struct Known {
    course: Arc<Course>,
    reader: Reader,
    /// The steps whose attempt held when they had been graded.
    holding: BTreeSet<String>,
}

/// How a grade ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Done,
    Interrupted,
    /// The course cannot be read, so these steps could not be graded.
    Unreadable(Vec<String>),
}

impl Worker {
    /// Starts the thread, which first reports what is remembered.
    pub fn start(
        workspace: Workspace,
        course: Arc<Course>,
        grade: Grade,
        tell: impl Fn(News) + Send + Sync + 'static,
    ) -> Self {
        let (queue, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { workspace, grade, tell: Box::new(tell), queue, changed });
        let worker = Self { shared: Arc::clone(&shared) };
        thread::spawn(move || shared.work(course));
        worker
    }

    /// Grades these steps before all others, and if `fresh` is set, without using remembered results. A running grade
    /// is interrupted and begins again after them.
    pub fn grade_now(&self, folders: Vec<String>, fresh: bool) {
        self.shared.grade_now(folders, fresh);
    }

    /// Grades the steps whose files have changed, as far as that makes a difference to them. A file that is not always
    /// read interrupts no grade, as it may be one that the graded code writes.
    pub fn grade_changed(&self, Changes { saved, touched }: Changes) {
        self.shared.lock().touched.get_or_insert_default().extend(touched);
        if saved.is_empty() {
            self.shared.changed.notify_all();
        } else {
            self.grade_now(saved.into_iter().collect(), false);
        }
    }

    /// Grades these steps when there is time.
    pub fn grade_later(&self, folders: Vec<String>) {
        let mut queue = self.shared.lock();
        let new: Vec<String> = folders.into_iter().filter(|folder| !queue.now.contains_key(folder)).collect();
        queue.later.extend(new.iter().cloned());
        self.shared.changed.notify_all();
        (self.shared.tell)(News::Due(new));
    }

    /// Interrupts the running grade and begins no other until [`Worker::resume`], so that while this process is stopped
    /// no program that it started runs into its time limit.
    pub fn pause(&self) {
        self.leave_off(Shift::Paused);
    }

    /// Goes on after [`Worker::pause`].
    pub fn resume(&self) {
        let mut queue = self.shared.lock();
        if queue.shift == Shift::Paused {
            queue.shift = Shift::On;
            self.shared.changed.notify_all();
        }
    }

    /// Interrupts the running grade, and never begins another.
    pub fn stop(&self) {
        self.leave_off(Shift::Over);
    }

    /// Waits only a moment for the running grade to clean up.
    fn leave_off(&self, shift: Shift) {
        const PATIENCE: Duration = Duration::from_millis(300);
        let mut queue = self.shared.lock();
        queue.shift = shift;
        self.shared.workspace.interrupt().raise();
        self.shared.changed.notify_all();
        drop(self.shared.changed.wait_timeout_while(queue, PATIENCE, |queue| queue.at_work));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grade_now(&self, folders: Vec<String>, fresh: bool) {
        let mut queue = self.lock();
        for folder in &folders {
            queue.later.remove(folder);
            *queue.now.entry(folder.clone()).or_default() |= fresh;
        }
        if queue.at_work {
            self.workspace.interrupt().raise();
        }
        self.changed.notify_all();
        // While the queue is locked, as for every verdict, so that the order of the news is certain.
        (self.tell)(News::Due(folders));
    }

    fn work(&self, course: Arc<Course>) {
        let remember = || grader::last(&self.workspace, &course, &course.steps.iter().collect::<Vec<_>>());
        // If this fails, the first grade finds everything out again, and reports what is wrong.
        let remembered = catch_unwind(AssertUnwindSafe(remember)).ok().and_then(Result::ok);
        (self.tell)(News::Remembered(remembered.unwrap_or_default()));
        let mut known = Known { course, reader: Reader::of(self.workspace.root()), holding: BTreeSet::new() };
        while let Some(task) = self.next_task() {
            match task {
                Task::Grade(order) => self.grade_order(order, &mut known),
                Task::Look(touched) => self.look(&touched, &known),
            }
        }
    }

    fn grade_order(&self, order: Order, known: &mut Known) {
        let graded = catch_unwind(AssertUnwindSafe(|| self.carry_out(&order, known)));
        let ended = graded.unwrap_or_else(|_| {
            let why = format!("The grader itself failed, and it is not your code: {}", panics::take());
            (self.tell)(News::Failed { folders: order.folders.clone(), why });
            Ended::Done
        });
        if ended == Ended::Done {
            known.holding.retain(|folder| !order.folders.contains(folder));
            let graded = known.course.steps.iter().filter(|step| order.folders.contains(&step.folder_name()));
            known.holding.extend(self.holding(&graded.collect::<Vec<_>>()));
        }
        if self.finish(order, ended) {
            (self.tell)(News::Rested);
        }
    }

    /// Has the steps graded whose attempt held and no longer does, or the other way round. One of which no attempt holds,
    /// as if it has a fault, is graded again if a file of its own was touched.
    fn look(&self, touched: &BTreeSet<String>, known: &Known) {
        let now = self.holding(&known.course.steps.iter().collect::<Vec<_>>());
        let is_outdated = |folder: &String| match (known.holding.contains(folder), now.contains(folder)) {
            (false, false) => touched.contains(folder),
            (before, now) => before != now,
        };
        let steps = known.course.steps.iter().map(Step::folder_name);
        let mut outdated: Vec<String> = steps.filter(is_outdated).collect();
        let queue = self.lock();
        outdated.retain(|folder| !queue.is_due(folder));
        drop(queue);
        if !outdated.is_empty() {
            self.grade_now(outdated, false);
        }
    }

    /// Those of some steps whose last attempt holds.
    fn holding(&self, steps: &[&Step]) -> BTreeSet<String> {
        // What is not known to hold is graded again.
        let hold = catch_unwind(AssertUnwindSafe(|| grader::hold(&self.workspace, steps)));
        let hold = hold.ok().and_then(Result::ok).unwrap_or_default();
        steps.iter().zip(hold).filter(|(_, holds)| *holds).map(|(step, _)| step.folder_name()).collect()
    }

    /// Waits for the next task. None after the worker was stopped.
    fn next_task(&self) -> Option<Task> {
        let mut queue = self.lock();
        loop {
            if let Some(task) = queue.take() {
                queue.at_work = matches!(task, Task::Grade(_));
                // While the queue is locked, so that this does not clear the interrupt of a save that comes now.
                self.workspace.interrupt().clear();
                return Some(task);
            }
            if queue.shift == Shift::Over {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Finishes an order, or puts it back if it was interrupted. Returns whether nothing is left to grade.
    fn finish(&self, order: Order, ended: Ended) -> bool {
        let mut queue = self.lock();
        queue.at_work = false;
        match ended {
            Ended::Done => {}
            Ended::Interrupted => queue.put_back(order),
            Ended::Unreadable(folders) => queue.waiting.extend(folders),
        }
        self.changed.notify_all();
        queue.now.is_empty() && queue.later.is_empty()
    }

    fn carry_out(&self, order: &Order, Known { course, reader, .. }: &mut Known) -> Ended {
        // Read each time: the file that was saved may be one of the course's own.
        match self.workspace.course_by(reader) {
            Ok(read) => *course = Arc::new(read),
            Err(error) => {
                (self.tell)(News::Unreadable(error.to_string()));
                return Ended::Unreadable(course.steps.iter().map(Step::folder_name).collect());
            }
        }
        (self.tell)(News::Course(Arc::clone(course)));
        self.grade_each(order, course)
    }

    fn grade_each(&self, order: &Order, course: &Course) -> Ended {
        let steps: Vec<&Step> =
            course.steps.iter().filter(|step| order.folders.contains(&step.folder_name())).collect();
        if steps.is_empty() {
            return Ended::Done;
        }
        let grade =
            |steps: &[&Step]| self.grade(course, steps, GradeOptions { fresh: order.fresh, tables: Tables::All });
        match grade(&steps) {
            Ok(()) => Ended::Done,
            Err(_) if self.workspace.interrupt().is_raised() => Ended::Interrupted,
            // A fault in one step must not keep the others from being graded.
            Err(_) if steps.len() > 1 => {
                for step in steps {
                    match grade(&[step]) {
                        Ok(()) => {}
                        Err(_) if self.workspace.interrupt().is_raised() => return Ended::Interrupted,
                        Err(error) => {
                            (self.tell)(News::Failed { folders: vec![step.folder_name()], why: error.to_string() })
                        }
                    }
                }
                Ended::Done
            }
            Err(error) => {
                let folders = steps.iter().map(|step| step.folder_name()).collect();
                (self.tell)(News::Failed { folders, why: error.to_string() });
                Ended::Done
            }
        }
    }

    fn grade(&self, course: &Course, steps: &[&Step], options: GradeOptions) -> Result<()> {
        let doing = match steps {
            [step] => format!("grading step {}", step.number),
            several => format!("grading {} steps", several.len()),
        };
        (self.tell)(News::Began(doing));
        let began = Instant::now();
        let progress: &Listener<'_> = &|progress| (self.tell)(News::Doing(progress_in_words(progress)));
        let mut tell = |known: &Report| {
            self.report(steps, known.clone(), began.elapsed());
            Ok(())
        };
        let selection = Selection::of_steps(steps.to_vec());
        let graded = (self.grade)(&self.workspace, course, &selection, options, progress, &mut tell)?;
        self.report(steps, graded, began.elapsed());
        Ok(())
    }

    fn report(&self, steps: &[&Step], graded: Report, took: Duration) {
        let queue = self.lock();
        for (step, report) in steps.iter().zip(graded.steps) {
            let folder = step.folder_name();
            if let Some(fault) = &report.fault {
                (self.tell)(News::Failed { folders: vec![folder], why: fault.to_string() });
                continue;
            }
            // If the step was saved again, this verdict is out of date.
            if !queue.is_due(&folder) {
                let question = if report.passed() { Lesson::read(self.workspace.root(), step).question } else { None };
                (self.tell)(News::Graded { folder, report, took, question });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use grader::Error;
    use grader::attempt::cache::Cache;
    use grader::attempt::inputs::{DepInfo, Surroundings};
    use grader::attempt::{Answers, Attempt, Tried};
    use grader::verdict::Part;

    use super::*;
    use crate::fixture::{Does, report, write_course};

    struct Working {
        worker: Worker,
        news: Receiver<News>,
        folder: tempfile::TempDir,
    }

    impl Working {
        fn new(grade: Grade) -> Self {
            let folder = tempfile::tempdir().unwrap();
            write_course(folder.path());
            let workspace = Workspace::new(folder.path(), |root| root.join("target")).unwrap();
            let course = Arc::new(workspace.course().unwrap());
            let (sender, news) = channel();
            let worker = Worker::start(workspace, course, grade, move |news| drop(sender.send(news)));
            Self { worker, news, folder }
        }

        /// What was graded and what failed until the worker rests, in the order of the news.
        fn until_it_rests(&self) -> Vec<String> {
            let mut graded = Vec::new();
            loop {
                match self.news.recv_timeout(Duration::from_secs(30)).unwrap() {
                    News::Graded { folder, .. } => graded.push(folder),
                    News::Failed { folders, why } => graded.push(format!("{} failed: {why}", folders.join(" "))),
                    News::Unreadable(why) => graded.push(format!("unreadable: {why}")),
                    News::Rested => return graded,
                    _ => {}
                }
            }
        }
    }

    /// All steps pass.
    fn right(
        _: &Workspace,
        course: &Course,
        selection: &Selection<'_>,
        _: GradeOptions,
        _: &Listener<'_>,
        _: &mut ReportListener<'_>,
    ) -> Result<Report> {
        let at = |step: &Step| course.steps.iter().position(|listed| listed.number == step.number).unwrap();
        let steps = selection.steps.iter().map(|step| report(course, at(step), [Does::Right; 3])).collect();
        let about = grader::course::About::default();
        Ok(Report { course_version: None, about, steps, asked: selection.asked, part: Part::Whole, left_out: 0 })
    }

    /// The second step cannot be graded.
    fn faulty(
        workspace: &Workspace,
        course: &Course,
        selection: &Selection<'_>,
        options: GradeOptions,
        progress: &Listener<'_>,
        tell: &mut ReportListener<'_>,
    ) -> Result<Report> {
        if selection.steps.iter().any(|step| step.number == 2) {
            return Err(Error::Program("not this one".to_owned()));
        }
        right(workspace, course, selection, options, progress, tell)
    }

    /// The third step makes the grader panic.
    fn panicking(
        workspace: &Workspace,
        course: &Course,
        selection: &Selection<'_>,
        options: GradeOptions,
        progress: &Listener<'_>,
        tell: &mut ReportListener<'_>,
    ) -> Result<Report> {
        assert!(selection.steps.iter().all(|step| step.number != 3), "on purpose");
        right(workspace, course, selection, options, progress, tell)
    }

    fn all() -> Vec<String> {
        ["01-loss", "02-gradient", "03-descent"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_step_that_cannot_be_graded_leaves_the_others() {
        let working = Working::new(faulty);
        working.worker.grade_now(all(), false);
        assert_eq!(working.until_it_rests(), ["01-loss", "02-gradient failed: not this one", "03-descent"]);
    }

    #[test]
    fn a_panic_of_the_grader_is_reported_and_work_goes_on() {
        let working = Working::new(panicking);
        working.worker.grade_now(vec!["03-descent".to_owned()], false);
        let news = working.until_it_rests();
        assert!(
            news[0].starts_with("03-descent failed: The grader itself failed, and it is not your code"),
            "{news:?}"
        );
        working.worker.grade_now(vec!["01-loss".to_owned()], false);
        assert_eq!(working.until_it_rests(), ["01-loss"]);
    }

    #[test]
    fn a_course_that_can_be_read_again_is_graded_again() {
        let working = Working::new(right);
        let file = working.folder.path().join("Cargo.toml");
        let good = fs_err::read_to_string(&file).unwrap();
        fs_err::write(&file, "[workspace]\nmembers = ").unwrap();
        working.worker.grade_now(vec!["02-gradient".to_owned()], false);
        let news = working.until_it_rests();
        assert!(news[0].starts_with("unreadable: Cargo.toml:2"), "{news:?}");
        fs_err::write(&file, good).unwrap();
        working.worker.grade_now(vec!["02-gradient".to_owned()], false);
        assert_eq!(working.until_it_rests(), all());
    }

    #[test]
    fn a_step_that_cannot_be_read_leaves_the_others() {
        let working = Working::new(right);
        fs_err::write(working.folder.path().join("exercises/02-gradient/exercise.toml"), "title = ").unwrap();
        working.worker.grade_now(all(), false);
        assert_eq!(working.until_it_rests(), ["01-loss", "03-descent"]);
    }

    /// All steps pass, each time other files are written, and the attempts are kept. They have read a file at the top.
    fn writing(
        workspace: &Workspace,
        course: &Course,
        selection: &Selection<'_>,
        options: GradeOptions,
        progress: &Listener<'_>,
        tell: &mut ReportListener<'_>,
    ) -> Result<Report> {
        let read = DepInfo { files: vec![workspace.root().join("included.txt")], variables: Vec::new() };
        for step in &selection.steps {
            let written = workspace.root().join(&step.folder).join("written.txt");
            let before = fs_err::read_to_string(&written).unwrap_or_default();
            fs_err::write(written, before + "once more\n")?;
            let inputs = Surroundings::of(workspace).of_attempt(step);
            let tried = Tried::of_inputs(Attempt::Ran(Answers::new()));
            Cache::new(workspace).remember(step, inputs, read.clone(), tried);
        }
        right(workspace, course, selection, options, progress, tell)
    }

    #[test]
    fn a_file_that_an_attempt_depends_on_has_its_steps_graded_and_one_that_code_writes_has_not() {
        let working = Working::new(writing);
        let touch = |path: &str, steps: &[&str]| {
            fs_err::write(working.folder.path().join(path), "new").unwrap();
            let touched = steps.iter().map(|step| (*step).to_owned()).collect();
            working.worker.grade_changed(Changes { touched, ..Changes::default() });
        };
        working.worker.grade_now(all(), false);
        assert_eq!(working.until_it_rests(), all());
        // Of what the code itself wrote, and of what nobody reads, nothing is graded.
        working.worker.grade_changed(Changes { touched: all().into_iter().collect(), ..Changes::default() });
        touch("exercises/02-gradient/README.md", &["02-gradient"]);
        touch("exercises/01-loss/data.csv", &["01-loss"]);
        assert_eq!(working.until_it_rests(), ["01-loss"]);
        // Wherever it is, and before it is there.
        touch("included.txt", &["01-loss", "02-gradient", "03-descent"]);
        assert_eq!(working.until_it_rests(), all());
    }

    #[test]
    fn a_step_without_an_attempt_is_graded_again_when_one_of_its_files_changes() {
        let working = Working::new(faulty);
        working.worker.grade_now(vec!["02-gradient".to_owned()], false);
        assert_eq!(working.until_it_rests(), ["02-gradient failed: not this one"]);
        let touched = BTreeSet::from(["02-gradient".to_owned()]);
        working.worker.grade_changed(Changes { touched, ..Changes::default() });
        assert_eq!(working.until_it_rests(), ["02-gradient failed: not this one"]);
    }
}
