//! The requests that the lab answers. None of them contains a path: steps have numbers, and the names of pages and
//! pictures are looked up in the course's own lists.

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
use grader::HintsWanted;
use grader::course::{Course, Experiment, read};
use harness::OwnData;
use harness::controls::Values;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use worker::editor::{Editor, Runs};

use super::access::{Access, guard};
use crate::experiment::{self, Setting};
use crate::lesson::{self, Surroundings};
use crate::picture::{self, Target};
use crate::state::LabState;
use crate::step_view::StepView;

/// The longest body of a request.
const MOST_BYTES: usize = 64 << 10;

/// The longest file of the student's own data: some hundred thousand rows.
const MOST_BYTES_OF_DATA: usize = 8 << 20;

/// How often a stream of events shows that it is still alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The modules of the page's script, each with its path.
const SCRIPTS: [(&str, &str); 11] = [
    ("/address.js", include_str!("../page/address.js")),
    ("/controls.js", include_str!("../page/controls.js")),
    ("/dom.js", include_str!("../page/dom.js")),
    ("/experiments.js", include_str!("../page/experiments.js")),
    ("/lab.js", include_str!("../page/lab.js")),
    ("/lesson.js", include_str!("../page/lesson.js")),
    ("/page.js", include_str!("../page/page.js")),
    ("/pictures.js", include_str!("../page/pictures.js")),
    ("/points.js", include_str!("../page/points.js")),
    ("/server.js", include_str!("../page/server.js")),
    ("/verdict.js", include_str!("../page/verdict.js")),
];

type SharedState = State<Arc<LabState>>;

/// All requests that the lab answers.
pub fn router(access: Access, state: Arc<LabState>) -> Router {
    let scripts = SCRIPTS.iter().fold(Router::new(), |router, (path, script)| {
        router.route(path, file("text/javascript; charset=utf-8", script))
    });
    scripts
        .route("/", file("text/html; charset=utf-8", include_str!("../page/index.html")))
        .route("/lab.css", file("text/css; charset=utf-8", include_str!("../page/lab.css")))
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
        .layer(middleware::from_fn_with_state(access, guard))
        .with_state(state)
}

/// A file of the page, which is part of this program.
fn file(kind: &'static str, text: &'static str) -> MethodRouter<Arc<LabState>> {
    get(([(header::CONTENT_TYPE, kind)], text))
}

/// Why a request is refused, in a sentence.
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

    fn internal(error: impl ToString) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

type Answer = Result<Response, Refusal>;

fn json(document: &impl Serialize) -> Answer {
    let text = serde_json::to_string(document).map_err(Refusal::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// The request in a body.
fn request<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let misread = |error: serde_json::Error| Refusal(StatusCode::BAD_REQUEST, format!("This is no request: {error}"));
    serde_json::from_slice(body).map_err(misread)
}

/// The state of the course, now and after every change. Each event has all of it, so a page that opens late misses
/// nothing.
async fn events(State(state): SharedState) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = state.changes();
    changes.mark_changed();
    let overviews = stream::unfold((state, changes), async |(state, mut changes)| {
        changes.changed().await.ok()?;
        let overview = serde_json::to_string(&state.overview()).unwrap_or_default();
        Some((Ok(Event::default().event("overview").data(overview)), (state, changes)))
    });
    Sse::new(overviews).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// A lesson, or another page of the course.
#[derive(Serialize)]
struct LessonDocument {
    html: String,
    /// The pictures with the student's answers that the lesson itself does not show.
    others: Vec<String>,
    experiments: Vec<ExperimentDocument>,
}

#[derive(Serialize)]
struct ExperimentDocument {
    name: String,
    title: String,
    /// Each question and its answer, as HTML.
    tries: Vec<[String; 2]>,
}

impl ExperimentDocument {
    fn of(experiment: &Experiment, surroundings: &Surroundings<'_>) -> Self {
        let html = |markdown: &str| lesson::render(markdown, surroundings);
        let tries = experiment.tries.iter().map(|to_try| [html(&to_try.question), html(&to_try.answer)]);
        Self { name: experiment.name.clone(), title: experiment.title.clone(), tries: tries.collect() }
    }
}

async fn lesson(State(state): SharedState, Path(number): Path<u32>) -> Answer {
    let view = step_of(&state, number)?;
    let (course, step) = (&view.course, view.step());
    let markdown = read(&course.root, &step.readme()).map_err(Refusal::internal)?;
    let pages = pages(course);
    let surroundings = Surroundings { course, step: Some(number), pages: &pages };
    let html = lesson::render(&markdown, &surroundings);
    let is_shown = |name: &&str| markdown.contains(&format!("](pictures/{name}.svg)"));
    let others = picture::live(step).filter(|name| !is_shown(name)).map(str::to_owned).collect();
    let experiments =
        step.experiments.iter().map(|experiment| ExperimentDocument::of(experiment, &surroundings)).collect();
    json(&LessonDocument { html, others, experiments })
}

async fn page(State(state): SharedState, Path(name): Path<String>) -> Answer {
    let course = state.course();
    let pages = pages(&course);
    let name = pages.iter().find(|page| **page == name).ok_or_else(|| Refusal::not_found("page"))?;
    let markdown =
        read(&course.root, &FilePath::new(EXERCISES).join(format!("{name}.md"))).map_err(Refusal::internal)?;
    let html = lesson::render(&markdown, &Surroundings { course: &course, step: None, pages: &pages });
    json(&LessonDocument { html, others: Vec::new(), experiments: Vec::new() })
}

const EXERCISES: &str = "exercises";

/// The step with this number.
fn step_of(state: &LabState, number: u32) -> Result<StepView, Refusal> {
    state.step(number).ok_or_else(|| Refusal::not_found("step"))
}

/// The names of the pages that the lessons share: the Markdown files beside the steps, except those about the folder.
fn pages(course: &Course) -> Vec<String> {
    let files = std::fs::read_dir(course.root.join(EXERCISES)).into_iter().flatten().flatten();
    let names = files.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".md")?.to_owned()));
    names.filter(|name| !matches!(name.as_str(), "README" | "CONTRIBUTING")).collect()
}

async fn still(State(state): SharedState, Path((number, name)): Path<(u32, String)>) -> Answer {
    let view = step_of(&state, number)?;
    let step = view.step();
    let name = lesson::stills(step).find(|still| *still == name).ok_or_else(|| Refusal::not_found("picture"))?;
    let svg = read(&view.course.root, &step.folder.join("pictures").join(format!("{name}.svg")));
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg.map_err(Refusal::internal)?).into_response())
}

async fn verdict(State(state): SharedState, Path(number): Path<u32>) -> Answer {
    json(&state.verdict(number).ok_or_else(|| Refusal::not_found("step"))?)
}

/// A request for a picture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DrawRequest {
    step: u32,
    name: String,
    target: Target,
}

async fn draw(State(state): SharedState, body: Bytes) -> Answer {
    let DrawRequest { step: number, name, target } = request(&body)?;
    let view = step_of(&state, number)?;
    let report = view.report.as_ref().ok_or_else(not_run_yet)?;
    let drawn = picture::draw(view.step(), report, &name, target).map_err(Refusal::internal)?;
    json(&drawn.ok_or_else(|| Refusal::not_found("picture"))?)
}

/// A request to run an experiment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayRequest {
    step: u32,
    name: String,
    values: Values,
    /// The number of a file with the student's own data.
    data: Option<u64>,
    target: Target,
}

async fn play(State(state): SharedState, body: Bytes) -> Answer {
    let PlayRequest { step: number, name, values, data, target } = request(&body)?;
    let view = step_of(&state, number)?;
    let experiment = view.step().experiment(&name).cloned().ok_or_else(|| Refusal::not_found("experiment"))?;
    if view.report.is_none() {
        return Err(not_run_yet());
    }
    let is_gone = || Refusal(StatusCode::GONE, "Your file is not kept any more: drop it again.".to_owned());
    let data = data.map(|number| state.own_data(number).ok_or_else(is_gone)).transpose()?;
    // No more runs at once than there are cores, however many pages ask.
    let _core = state.core().await;
    let benches = Arc::clone(&state);
    let played = spawn_blocking(move || {
        let bench = benches.benches().bench(&view)?;
        let document = experiment::play(&bench, view.step(), &experiment, Setting { values, data }, target)?;
        grader::Result::Ok((document, bench))
    });
    let (document, bench) = played.await.map_err(Refusal::internal)?.map_err(Refusal::internal)?;
    // A control that was moved is often moved on; meanwhile the page shows the picture.
    spawn_blocking(move || bench.make_ready());
    json(&document)
}

/// Takes a file with the student's own data, or says why it cannot be read. Whether it has the columns that an
/// experiment needs, a run of the experiment says.
async fn own_data(State(state): SharedState, body: Bytes) -> Answer {
    let data = OwnData::read(&body).map_err(|why| Refusal(StatusCode::UNPROCESSABLE_ENTITY, why))?;
    let columns = data.columns.clone();
    json(&OwnDataDocument { number: state.keep_data(data), columns })
}

#[derive(Serialize)]
struct OwnDataDocument {
    number: u64,
    columns: Vec<String>,
}

/// The answer if the student's code has not been run yet.
fn not_run_yet() -> Refusal {
    Refusal(StatusCode::CONFLICT, "Your code has not been run yet.".to_owned())
}

/// A request for hints.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HintsRequest {
    step: u32,
    one_more: bool,
}

async fn hints(State(state): SharedState, body: Bytes) -> Answer {
    let HintsRequest { step: number, one_more } = request(&body)?;
    let view = step_of(&state, number)?;
    let wanted = if one_more { HintsWanted::OneMore } else { HintsWanted::SoFar };
    json(&state.hints(&view, wanted).map_err(Refusal::internal)?)
}

/// A request to open a step's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenRequest {
    step: u32,
    /// The line to open it at; that of the first failure if none is given.
    line: Option<usize>,
}

/// Opens a step's file in the student's editor.
async fn open(State(state): SharedState, body: Bytes) -> Answer {
    let OpenRequest { step: number, line } = request(&body)?;
    let view = step_of(&state, number)?;
    let first_failure = || view.report.as_ref().and_then(|report| report.first_failure()?.line);
    let sentence = match Editor::find(None) {
        Err(why) => why,
        Ok(editor) if editor.runs() == Runs::InTerminal => {
            format!("{} needs a terminal; open the file there yourself.", editor.name())
        }
        Ok(editor) => editor.open_in_window(&view.course.root.join(view.step().source()), line.or_else(first_failure)),
    };
    Ok(sentence.into_response())
}
