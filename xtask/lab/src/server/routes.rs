//! What can be asked for. No request names a path: steps are asked for by number, and pages and pictures by names that are
//! looked up in the course's own lists.

use std::convert::Infallible;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use figure::svg::STYLE;
use futures_util::stream::{self, Stream};
use grader::course::{Course, Experiment, read};
use harness::OwnData;
use harness::controls::Values;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use worker::editor::{Editor, Runs};

use super::door::{Door, guard};
use crate::classroom::{Classroom, HintsWanted};
use crate::experiment::{self, Setting};
use crate::lesson::{self, Surroundings};
use crate::picture::{self, Place};

/// The longest body of a request.
const MOST_BYTES: usize = 64 << 10;

/// The longest file of the student's own data: some hundred thousand rows.
const MOST_BYTES_OF_DATA: usize = 8 << 20;

/// How often a stream of events says that it is still there.
const HEARTBEAT: Duration = Duration::from_secs(15);

type Room = State<Arc<Classroom>>;

/// All that the lab answers.
pub fn router(door: Door, classroom: Arc<Classroom>) -> Router {
    Router::new()
        .route("/", file("text/html; charset=utf-8", include_str!("../page/index.html")))
        .route("/lab.css", file("text/css; charset=utf-8", include_str!("../page/lab.css")))
        .route("/lab.js", file("text/javascript; charset=utf-8", include_str!("../page/lab.js")))
        .route("/icon.svg", file("image/svg+xml", include_str!("../page/icon.svg")))
        .route("/figure.css", file("text/css; charset=utf-8", STYLE))
        .route("/events", get(events))
        .route("/lesson/{number}", get(lesson))
        .route("/page/{name}", get(page))
        .route("/still/{number}/{name}", get(still))
        .route("/verdict/{number}", get(verdict))
        .route("/draw", post(draw))
        .route("/play", post(play))
        .route("/data", post(own_data).layer(DefaultBodyLimit::max(MOST_BYTES_OF_DATA)))
        .route("/hints", post(hints))
        .route("/open", post(open))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(door, guard))
        .with_state(classroom)
}

/// A file of the page's, which is part of this program.
fn file(kind: &'static str, text: &'static str) -> MethodRouter<Arc<Classroom>> {
    get(([(header::CONTENT_TYPE, kind)], text))
}

/// Why a request is not answered, in a sentence.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

impl Refusal {
    fn not_found(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("The course has no such {what}."))
    }

    fn own(error: impl ToString) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

type Answer = Result<Response, Refusal>;

fn json(document: &impl Serialize) -> Answer {
    let text = serde_json::to_string(document).map_err(Refusal::own)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// What a page asks with.
fn asked<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let misread = |error: serde_json::Error| Refusal(StatusCode::BAD_REQUEST, format!("This is no request: {error}"));
    serde_json::from_slice(body).map_err(misread)
}

/// How the course stands: now, and whenever that changes. Whoever comes late has all of it with the first event.
async fn events(State(classroom): Room) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = classroom.changes();
    changes.mark_changed();
    let overviews = stream::unfold((classroom, changes), async |(classroom, mut changes)| {
        changes.changed().await.ok()?;
        let overview = serde_json::to_string(&classroom.overview()).unwrap_or_default();
        Some((Ok(Event::default().event("overview").data(overview)), (classroom, changes)))
    });
    Sse::new(overviews).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// A page of the course.
#[derive(Serialize)]
struct Lesson {
    html: String,
    /// Pictures with the student's answers that the lesson does not show itself.
    others: Vec<String>,
    experiments: Vec<ExperimentDocument>,
}

#[derive(Serialize)]
struct ExperimentDocument {
    name: String,
    title: String,
    /// The questions and the answers, as HTML.
    tries: Vec<[String; 2]>,
}

impl ExperimentDocument {
    fn of(experiment: &Experiment, surroundings: &Surroundings<'_>) -> Self {
        let html = |markdown: &str| lesson::render(markdown, surroundings);
        let tries = experiment.tries.iter().map(|own| [html(&own.question), html(&own.answer)]);
        Self { name: experiment.name.clone(), title: experiment.title.clone(), tries: tries.collect() }
    }
}

async fn lesson(State(classroom): Room, Path(number): Path<u32>) -> Answer {
    let seat = classroom.seat(number).ok_or_else(|| Refusal::not_found("step"))?;
    let (course, step) = (&seat.course, seat.step());
    let markdown = read(&course.root, &step.readme()).map_err(Refusal::own)?;
    let pages = pages(course);
    let surroundings = Surroundings { course, step: Some(number), pages: &pages };
    let html = lesson::render(&markdown, &surroundings);
    let is_shown = |name: &&str| markdown.contains(&format!("](pictures/{name}.svg)"));
    let others = picture::live(step).filter(|name| !is_shown(name)).map(str::to_owned).collect();
    let experiments = step.experiments.iter().map(|own| ExperimentDocument::of(own, &surroundings)).collect();
    json(&Lesson { html, others, experiments })
}

async fn page(State(classroom): Room, Path(name): Path<String>) -> Answer {
    let course = classroom.course();
    let pages = pages(&course);
    let name = pages.iter().find(|own| **own == name).ok_or_else(|| Refusal::not_found("page"))?;
    let markdown = read(&course.root, &FilePath::new(EXERCISES).join(format!("{name}.md"))).map_err(Refusal::own)?;
    let html = lesson::render(&markdown, &Surroundings { course: &course, step: None, pages: &pages });
    json(&Lesson { html, others: Vec::new(), experiments: Vec::new() })
}

const EXERCISES: &str = "exercises";

/// The names of the pages that the lessons share: the Markdown files beside the steps, but for those about the folder.
fn pages(course: &Course) -> Vec<String> {
    let files = std::fs::read_dir(course.root.join(EXERCISES)).into_iter().flatten().flatten();
    let names = files.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".md")?.to_owned()));
    names.filter(|name| !matches!(name.as_str(), "README" | "CONTRIBUTING")).collect()
}

async fn still(State(classroom): Room, Path((number, name)): Path<(u32, String)>) -> Answer {
    let seat = classroom.seat(number).ok_or_else(|| Refusal::not_found("step"))?;
    let step = seat.step();
    let name = lesson::stills(step).find(|own| *own == name).ok_or_else(|| Refusal::not_found("picture"))?;
    let svg = read(&seat.course.root, &step.folder.join("pictures").join(format!("{name}.svg")));
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg.map_err(Refusal::own)?).into_response())
}

async fn verdict(State(classroom): Room, Path(number): Path<u32>) -> Answer {
    json(&classroom.verdict(number).ok_or_else(|| Refusal::not_found("step"))?)
}

/// Which picture to draw.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DrawRequest {
    step: u32,
    name: String,
    place: Place,
}

async fn draw(State(classroom): Room, body: Bytes) -> Answer {
    let DrawRequest { step: number, name, place } = asked(&body)?;
    let seat = classroom.seat(number).ok_or_else(|| Refusal::not_found("step"))?;
    let report = seat.report.as_ref().ok_or_else(none_yet)?;
    let drawn = picture::draw(seat.step(), report, &name, place).map_err(Refusal::own)?;
    json(&drawn.ok_or_else(|| Refusal::not_found("picture"))?)
}

/// Which experiment to run, and with which values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayRequest {
    step: u32,
    name: String,
    values: Values,
    /// The number of a file that was dropped.
    data: Option<u64>,
    place: Place,
}

async fn play(State(classroom): Room, body: Bytes) -> Answer {
    let PlayRequest { step: number, name, values, data, place } = asked(&body)?;
    let seat = classroom.seat(number).ok_or_else(|| Refusal::not_found("step"))?;
    let experiment = seat.step().experiment(&name).cloned().ok_or_else(|| Refusal::not_found("experiment"))?;
    if seat.report.is_none() {
        return Err(none_yet());
    }
    let has_gone = || Refusal(StatusCode::GONE, "Your file is not kept any more: drop it again.".to_owned());
    let data = data.map(|number| classroom.own_data(number).ok_or_else(has_gone)).transpose()?;
    // No more at once than there are cores, whatever pages ask for.
    let _turn = classroom.turn().await;
    let room = Arc::clone(&classroom);
    let played = spawn_blocking(move || {
        let bench = room.benches().of(&seat)?;
        experiment::play(&bench, seat.step(), &experiment, Setting { values, data }, place)
    });
    json(&played.await.map_err(Refusal::own)?.map_err(Refusal::own)?)
}

/// Takes a file of the student's own data, and says what is wrong with it if nothing can use it. Whether it has what an
/// experiment needs, the experiment says.
async fn own_data(State(classroom): Room, body: Bytes) -> Answer {
    let data = OwnData::read(&body).map_err(|why| Refusal(StatusCode::UNPROCESSABLE_ENTITY, why))?;
    let columns = data.columns.clone();
    json(&OwnDataDocument { number: classroom.keep_data(data), columns })
}

#[derive(Serialize)]
struct OwnDataDocument {
    number: u64,
    columns: Vec<String>,
}

/// What is said of code that has not been built.
fn none_yet() -> Refusal {
    Refusal(StatusCode::CONFLICT, "Your code has not been run yet.".to_owned())
}

/// For which step a hint is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HintsRequest {
    step: u32,
    one_more: bool,
}

async fn hints(State(classroom): Room, body: Bytes) -> Answer {
    let HintsRequest { step: number, one_more } = asked(&body)?;
    let seat = classroom.seat(number).ok_or_else(|| Refusal::not_found("step"))?;
    let wanted = if one_more { HintsWanted::OneMore } else { HintsWanted::SoFar };
    json(&classroom.hints(&seat, wanted).map_err(Refusal::own)?)
}

/// Which step's file to open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenRequest {
    step: u32,
    /// The line, where another one is meant than that of what fails first.
    line: Option<usize>,
}

/// Opens the step's file at what fails first, or at another line, in the student's editor.
async fn open(State(classroom): Room, body: Bytes) -> Answer {
    let OpenRequest { step: number, line } = asked(&body)?;
    let seat = classroom.seat(number).ok_or_else(|| Refusal::not_found("step"))?;
    let says = |words: String| Ok(words.into_response());
    let editor = match Editor::find(None, |name| std::env::var(name).ok()) {
        Ok(editor) => editor,
        Err(why) => return says(why),
    };
    if editor.runs() == Runs::InTerminal {
        return says(format!("{} needs a terminal, which a page has not: open the file there.", editor.name()));
    }
    let first_failure = || seat.report.as_ref().and_then(|report| report.first_failure()?.line);
    let line = line.or_else(first_failure);
    let mut command = editor.command(&seat.course.root.join(seat.step().source()), line);
    match command.spawn() {
        Ok(mut child) => {
            // Only so that the system may forget it.
            std::thread::spawn(move || child.wait());
            says(format!("Opened in {}.", editor.name()))
        }
        Err(error) => says(format!("`{}` could not be started: {error}", editor.name())),
    }
}
