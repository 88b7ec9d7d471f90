//! `cargo xtask watch`: a full screen that grades at every save.
//!
//! Each source of events has a thread of its own: keys, signals, files, and the worker that grades. All of them send to
//! one channel. Only this loop changes the state, draws it, and does what it asks for, so no grade can keep a key
//! waiting.

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fuzz;
mod input;
mod keys;
mod last_resort;
mod list;
mod screen;
mod signals;
mod state;
mod view;

use std::convert::Infallible;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, ExitCode};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use grader::cli::layout;
use grader::course::{Course, Step, read};
use grader::report::{Charset, Difference};
use grader::{Error, Hints, HintsWanted, Result, Workspace};
use ratatui::crossterm::event::{Event as Typed, KeyEventKind};
use worker::editor::{Editor, Runs};
use worker::files::{self, Files, FilesNews};
use worker::{News, Worker, panics};
use xtask::cli::WatchArgs;
use xtask::reset;

use input::{Round, Turn};
use last_resort::{INTERRUPTED, LastResort};
use screen::Screen;
use signals::{Interrupts, Signal};
use state::{Effect, Event, OnArrival, State, is_interrupt};
use view::Theme;

/// Watches a course until the student leaves.
///
/// # Errors If there is no terminal for it, the course cannot be read, or the watch itself fails; the terminal is then
/// as it was.
pub fn watch(workspace: Workspace, args: &WatchArgs) -> Result<ExitCode> {
    if let Some(obstacle) = screen::obstacle() {
        return Err(Error::Program(obstacle));
    }
    let course = Arc::new(workspace.course()?);
    let first = args.step.as_ref().map(|name| course.step(name)).transpose()?.map(|step| step.number);
    with_panics_as_errors(|| Watch::start(workspace, course, first, args)?.run())
}

/// Turns a panic of the work into an error, which is printed after the screen was given back.
fn with_panics_as_errors(work: impl FnOnce() -> Result<ExitCode>) -> Result<ExitCode> {
    panics::keep();
    // After a panic nothing of the work is used but its destructors.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(fault_of_the_watch(&panics::take())))
}

/// What the threads send to the loop.
enum Message {
    Typed(Typed, Round),
    Work(News),
    NoFileEvents(u32),
    Signal(Signal),
    /// A thread that should never end has ended.
    Lost(Error),
    /// No message has come for a while.
    Nothing,
}

struct Watch {
    workspace: Workspace,
    state: State,
    screen: Screen,
    worker: Worker,
    messages: Receiver<Message>,
    /// The editor that has the terminal, and its name.
    editor: Option<(Child, String)>,
    /// The command for opening files, if the student gave one.
    edit_command: Option<String>,
    interrupts: Interrupts,
    last_resort: LastResort,
    theme: Theme,
}

impl Watch {
    fn start(workspace: Workspace, course: Arc<Course>, first: Option<u32>, args: &WatchArgs) -> Result<Self> {
        let theme = Theme { colours: layout().colours, charset: Charset::of_terminal() };
        let on_arrival = if args.open { OnArrival::OpenEditor } else { OnArrival::Look };
        let state = State::new(Arc::clone(&course), first, on_arrival, Instant::now());
        let files = Files::of(&workspace);
        let (sender, messages) = mpsc::channel();

        let last_resort = LastResort::new(workspace.interrupt().clone());
        let (on_signal, signals) = (last_resort.clone(), sender.clone());
        let interrupts = Interrupts::default();
        let waiting = interrupts.clone();
        signals::follow(&interrupts, move |signal| {
            let is_new = waiting.waits();
            send(&signals, Message::Signal(signal));
            match signal {
                Signal::Interrupt if is_new => on_signal.interrupted(),
                Signal::Interrupt => {}
                Signal::End(code) => on_signal.asked_to_end(code),
                Signal::Stop | Signal::Continue => {}
            }
        })?;
        let turn = Turn::default();
        let screen = Screen::take(turn.clone())?;
        let on_key = last_resort.clone();
        on_a_thread(&sender, move |sender| {
            input::read(&turn, |typed, round| {
                let interrupt = matches!(&typed, Typed::Key(key) if is_interrupt(key));
                send(sender, Message::Typed(typed, round));
                if interrupt {
                    on_key.interrupted();
                }
            })
        });
        let on_news = sender.clone();
        let worker = Worker::start(workspace.clone(), course, grader::grade_telling, move |news| {
            send(&on_news, Message::Work(news))
        });
        let grader = worker.clone();
        on_a_thread(&sender, move |sender| {
            files::follow(files, files::system, |news| match news {
                FilesNews::Changed(changes) => grader.grade_changed(changes),
                FilesNews::NoEvents { looks_a_second } => send(sender, Message::NoFileEvents(looks_a_second)),
            })
        });
        let edit_command = args.edit_cmd.clone();
        Ok(Self {
            workspace,
            state,
            screen,
            worker,
            messages,
            editor: None,
            edit_command,
            interrupts,
            last_resort,
            theme,
        })
    }

    /// Draws, and handles messages, until the student leaves.
    fn run(mut self) -> Result<ExitCode> {
        loop {
            let mut drawn = None;
            self.screen.follow_mouse(self.state.follows_mouse())?;
            self.screen.draw(|frame| drawn = Some(view::draw(frame, &self.state, self.theme)))?;
            if let Some(drawn) = drawn {
                self.state.drawn(drawn);
            }
            // Handle all waiting messages before drawing again.
            let first = self.next_message()?;
            let messages: Vec<Message> = std::iter::once(first).chain(self.messages.try_iter()).collect();
            for message in messages {
                if let Some(code) = self.handle(message)? {
                    return Ok(code);
                }
            }
            if let Some(code) = self.check_on_the_editor()? {
                return Ok(code);
            }
        }
    }

    /// Waits for the next message.
    fn next_message(&self) -> Result<Message> {
        // No message reports the end of the editor. Without one, the screen counts seconds.
        let patience = Duration::from_millis(if self.editor.is_some() { 20 } else { 1_000 });
        match self.messages.recv_timeout(patience) {
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => Ok(Message::Nothing),
            Err(RecvTimeoutError::Disconnected) => Err(fault_of_the_watch("all threads have gone")),
        }
    }

    /// Handles one message. Returns an exit code when the watch ends.
    fn handle(&mut self, message: Message) -> Result<Option<ExitCode>> {
        let event = match message {
            Message::Typed(Typed::Key(key), _) if key.kind == KeyEventKind::Release => return Ok(None),
            // It arrived together with the key that handed over the screen, pasted for example.
            Message::Typed(_, round) if !self.screen.is_typed_for(round) => return Ok(None),
            Message::Typed(Typed::Key(key), _) => Event::Key(key),
            Message::Typed(Typed::Paste(_), _) => Event::Pasted,
            Message::Typed(Typed::Mouse(mouse), _) => Event::Mouse(mouse),
            Message::Typed(..) | Message::Nothing => Event::Tick,
            Message::Work(news) => Event::Work(news),
            Message::NoFileEvents(looks_a_second) => Event::NoFileEvents(looks_a_second),
            Message::Signal(Signal::Interrupt) => {
                let is_new = self.interrupts.take();
                return Ok((is_new && self.editor.is_none()).then(|| ExitCode::from(INTERRUPTED)));
            }
            Message::Signal(Signal::Stop) => {
                self.stop();
                return Ok(None);
            }
            Message::Signal(Signal::Continue) => {
                self.go_on()?;
                Event::Tick
            }
            Message::Signal(Signal::End(code)) => {
                self.end_the_editor();
                return Ok(Some(ExitCode::from(code)));
            }
            Message::Lost(error) => return Err(error),
        };
        self.take(event)
    }

    fn take(&mut self, event: Event) -> Result<Option<ExitCode>> {
        let mut effect = self.state.update(event, Instant::now());
        while let Some(wanted) = effect {
            let answer = match wanted {
                Effect::Quit => return Ok(Some(ExitCode::SUCCESS)),
                Effect::GradeAll => {
                    self.worker.grade_now(vec![self.step().folder_name()], false);
                    self.worker.grade_later(self.state.course().steps.iter().map(Step::folder_name).collect());
                    None
                }
                Effect::GradeAnew => {
                    self.worker.grade_now(vec![self.step().folder_name()], true);
                    None
                }
                Effect::Hints(wanted) => Some(self.hints(wanted)),
                Effect::Solution => {
                    let difference = Difference::of(self.state.course(), self.step());
                    Some(difference.map_or_else(|error| Event::Note(error.to_string()), Event::Solution))
                }
                Effect::Readme => {
                    let lesson = read(&self.state.course().root, &self.step().readme());
                    Some(lesson.map_or_else(|error| Event::Note(error.to_string()), Event::Readme))
                }
                Effect::Reset => {
                    let step = self.step();
                    let reset = reset::put_back(&self.state.course().root, step);
                    Some(Event::Note(reset.map_or_else(|error| error.to_string(), |reset| reset.in_words(step))))
                }
                Effect::Edit => self.edit()?,
                Effect::Stop if !signals::has_job_control() => {
                    Some(Event::Note("Ctrl-Z does nothing here: no shell waits in this terminal.".to_owned()))
                }
                Effect::Stop => {
                    // Give the screen back first: after the stop, the shell has the terminal.
                    self.screen.lend();
                    signals::stop_job();
                    None
                }
            };
            effect = answer.and_then(|answer| self.state.update(answer, Instant::now()));
        }
        Ok(None)
    }

    /// The current step.
    fn step(&self) -> &Step {
        self.state.current_step()
    }

    fn hints(&self, wanted: HintsWanted) -> Event {
        let Some(report) = &self.state.step().report else { return Event::Tick };
        match Hints::ask(&self.workspace, self.state.course(), report, wanted) {
            Ok(Some(hints)) => Event::Hints(hints),
            Ok(None) => Event::Tick,
            Err(error) => Event::Note(error.to_string()),
        }
    }

    /// Opens the editor. An event says if it cannot be opened, or opens in a window.
    fn edit(&mut self) -> Result<Option<Event>> {
        let editor = match Editor::find(self.edit_command.as_deref()) {
            Ok(editor) => editor,
            Err(why) => return Ok(Some(Event::Note(why))),
        };
        let file = self.state.course().root.join(self.step().source());
        let line = self.state.case().and_then(|case| case.line);
        if editor.runs() == Runs::InWindow {
            return Ok(Some(Event::Note(editor.open_in_window(&file, line))));
        }
        self.screen.lend();
        self.last_resort.editing(true);
        match editor.open(&file, line) {
            Ok(child) => {
                self.editor = Some((child, editor.name().to_owned()));
                Ok(None)
            }
            Err(why) => {
                self.last_resort.editing(false);
                self.screen.take_again()?;
                Ok(Some(Event::Note(why)))
            }
        }
    }

    /// Takes the terminal back when the editor has ended, and tells the student if it failed.
    fn check_on_the_editor(&mut self) -> Result<Option<ExitCode>> {
        let Some((child, name)) = &mut self.editor else { return Ok(None) };
        let Some(status) = child.try_wait()? else { return Ok(None) };
        let note = match status.code() {
            Some(0) => None,
            Some(code) => Some(format!("`{name}` ended with exit status {code}.")),
            None => Some(format!("`{name}` was ended by a signal.")),
        };
        self.editor = None;
        // They were meant for the editor.
        self.interrupts.take();
        self.last_resort.editing(false);
        self.screen.take_again()?;
        note.map_or(Ok(None), |note| self.take(Event::Note(note)))
    }

    /// Stops until a shell continues this process.
    fn stop(&mut self) {
        // Without a shell nobody could, so the signal has no effect, as for all programs.
        if signals::has_job_control() {
            self.screen.lend();
            self.worker.pause();
            if let Some((editor, _)) = &self.editor {
                signals::wait_until_stopped(editor);
            }
            signals::stop();
        }
    }

    /// Continues after a stop: after [`Watch::stop`], or after one that came without warning.
    fn go_on(&mut self) -> Result<()> {
        self.worker.resume();
        if self.editor.is_none() {
            self.screen.take_again()?;
        }
        Ok(())
    }

    /// Asks the editor to end, so that it does not stay on a terminal that belongs to the shell again. It can save its
    /// work.
    fn end_the_editor(&mut self) {
        if let Some((editor, _)) = &mut self.editor {
            signals::end(editor);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The student's code must end even if the terminal hangs, so it comes first: it takes a few milliseconds.
        self.worker.stop();
        self.screen.lend();
    }
}

/// Runs endless work on its own thread, and tells the loop if it ends.
fn on_a_thread(
    sender: &Sender<Message>,
    work: impl FnOnce(&Sender<Message>) -> io::Result<Infallible> + Send + 'static,
) {
    let sender = sender.clone();
    thread::spawn(move || {
        let error = match catch_unwind(AssertUnwindSafe(|| work(&sender))) {
            Ok(Ok(never)) => match never {},
            Ok(Err(error)) => error.into(),
            Err(_) => fault_of_the_watch(&panics::take()),
        };
        send(&sender, Message::Lost(error));
    });
}

fn send(sender: &Sender<Message>, message: Message) {
    // If the loop has ended, the program is about to.
    let _ = sender.send(message);
}

fn fault_of_the_watch(what: &str) -> Error {
    Error::Program(format!("the watch itself failed, and it is not your code: {what}"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use grader::cli::exit_code_of;
    use testkit::Session;

    use super::*;

    #[test]
    fn after_a_panic_of_ours_the_terminal_is_as_it_was_and_the_message_can_be_read() {
        for faulty in ["the_loop_panics", "a_thread_panics"] {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--ignored", "--nocapture", "--exact", &format!("watch::tests::{faulty}")]);
            let (code, screen) = Session::start(command, 80, 24).end();
            // Of the test in that process, which passes when it has the error.
            assert_eq!(code, 0, "{screen}");
            assert!(
                screen.contains("error: the watch itself failed, and it is not your code: panicked at"),
                "{screen}"
            );
            assert!(screen.contains("on purpose"), "{screen}");
        }
    }

    #[test]
    #[ignore = "for the test above, which gives it a terminal"]
    fn the_loop_panics() {
        fails(|| {
            let mut screen = Screen::take(Turn::default())?;
            screen.draw(|_| panic!("on purpose"))?;
            Ok(ExitCode::SUCCESS)
        });
    }

    #[test]
    #[ignore = "for the test above, which gives it a terminal"]
    fn a_thread_panics() {
        fails(|| {
            let mut watch = Watch::start(
                fixture::workspace(),
                fixture::course(),
                None,
                &WatchArgs { step: None, open: false, edit_cmd: None },
            )?;
            let (sender, messages) = mpsc::channel();
            watch.messages = messages;
            on_a_thread(&sender, |_| panic!("on purpose"));
            watch.run()
        });
    }

    fn fails(work: impl FnOnce() -> Result<ExitCode>) {
        assert_eq!(exit_code_of(|| with_panics_as_errors(work)), ExitCode::from(2));
    }
}
