//! What a page can ask of a lab that runs students' code, byte by byte: an impossible value is refused with a sentence,
//! and reaches nothing but the code that it is for.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use testkit::processes_in;
use testkit::solution::solved;
use testkit::{Course, PATIENCE, Program, wait_until};

const PROGRAM: Program = testkit::program!("lab");

struct Lab {
    process: Child,
    host: String,
    key: String,
}

impl Lab {
    fn start(course: &Course) -> Self {
        let mut command = course.command(&["lab", "--no-open"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("Lab  http://127.0.0.1:"), "{line}");
        let address = line.split_whitespace().nth(1).unwrap();
        let (host, key) = address.strip_prefix("http://").unwrap().split_once("/?key=").unwrap();
        Self { process, host: host.to_owned(), key: key.to_owned() }
    }

    /// The status and the body of an answer.
    fn ask(&self, line: &str, body: &str) -> (u16, String) {
        let Self { host, key, .. } = self;
        let port = host.split(':').next_back().unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "{line} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: lab-{port}={key}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn play(&self, values: Value) -> (u16, Value) {
        let request = json!({ "step": 1, "name": "explorer", "values": values, "data": null, "target": "page" });
        let (status, body) = self.ask("POST /play", &request.to_string());
        (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn trouble(played: &Value) -> String {
    let sentences = played["trouble"].as_array().unwrap().iter();
    sentences.map(|sentence| sentence.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_impossible_value_is_refused_with_a_sentence() {
    let course = PROGRAM.course("requests").with_step("01-rate", "learning-rate", &solved("learning-rate"));
    let lab = Lab::start(&course);
    wait_until("the code has been run", || lab.play(json!({})).0 == 200);

    let (_, lesson) = lab.play(json!({}));
    assert!(lesson["svg"].as_str().unwrap().starts_with("<svg"));
    assert_eq!((&lesson["has_solution"], trouble(&lesson)), (&json!(true), String::new()));
    let names: Vec<&str> =
        lesson["controls"].as_array().unwrap().iter().map(|control| control["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["data", "start", "learning rate", "steps"]);

    let (_, set) = lab.play(json!({ "learning rate": "7e-8", "steps": "3", "data": "fresh-7" }));
    assert_eq!(set["state"], "start = 100; learning rate = 7e-8; steps = 3, on fresh data, seed 7");
    for value in ["1e999", "NaN", "-1", "", "0x10", "1e-8; rm -rf /"] {
        let (status, refused) = lab.play(json!({ "learning rate": value }));
        assert_eq!((status, &refused["refused"]), (200, &json!(true)), "{value}");
        assert!(trouble(&refused).contains("learning rate"), "{value}: {}", trouble(&refused));
    }
    let (_, unknown) = lab.play(json!({ "no such": "1" }));
    assert!(trouble(&unknown).contains("no control `no such`"), "{}", trouble(&unknown));
    let (_, many) = lab.play(json!({ "learning rate": "1".repeat(20_000) }));
    assert_eq!(many["refused"], json!(true));
    // A number must be sent as the text of its box.
    assert_eq!(lab.play(json!({ "steps": 3 })).0, 400);
    assert_eq!(lab.ask("POST /play", r#"{"step":1,"name":"no-such","values":{},"data":null,"target":"page"}"#).0, 404);
    assert_eq!(lab.ask("POST /play", r#"{"step":1,"name":"../../x","values":{},"data":null,"target":"page"}"#).0, 404);
}

/// The processes of the student's program that are at work, or wait for the next run.
#[cfg(target_os = "linux")]
fn student_processes(course: &Course) -> Vec<String> {
    let all = processes_in(&course.path("exercises")).into_iter();
    let own = all.filter(|process| !process.contains("/exe ") && process.contains("/student "));
    own.filter_map(|process| Some(process.split(' ').next()?.to_owned())).collect()
}

/// A course whose `explore` begins with this.
#[cfg(target_os = "linux")]
fn explores(name: &str, begin: impl FnOnce(&Course) -> String) -> Course {
    let course = PROGRAM.course(name);
    let head = "pub fn explore(";
    let solved = solved("learning-rate");
    let at = solved.find(head).unwrap();
    let body = at + solved[at..].find("{\n").unwrap() + 1;
    let code = format!("{} {} {}", &solved[..body], begin(&course), &solved[body..]);
    course.with_step("01-rate", "learning-rate", &code)
}

#[test]
#[cfg(target_os = "linux")]
fn each_run_has_a_process_of_its_own_that_is_started_ahead_and_ends_with_the_lab() {
    let course = explores("requests-ahead", |course| course.note_in("notes", "pid"));
    let lab = Lab::start(&course);
    wait_until("the code has been run", || lab.play(json!({})).0 == 200);
    let mut runs = Vec::new();
    for steps in 3..8 {
        wait_until("a process waits", || student_processes(&course).len() == 1);
        let waiting = student_processes(&course);
        let (_, played) = lab.play(json!({ "steps": steps.to_string() }));
        assert_eq!(played["table"]["row_count"], steps + 1);
        let last = course.notes("notes").pop().unwrap();
        assert_eq!(waiting, [last.as_str()]);
        assert!(!runs.contains(&last), "{last} in {runs:?}");
        runs.push(last);
    }
    drop(lab);
    wait_until("nothing is left", || processes_in(&course.path("exercises")).is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_is_started_ahead_has_the_bounds_of_every_other() {
    let course = explores("requests-ahead-bounds", |_| {
        "if num_steps == 193 { loop { std::hint::black_box(0); } } \
         if num_steps == 194 { std::thread::sleep(std::time::Duration::from_secs(100)); } \
         if num_steps == 195 { \
           for _ in 0..70 { drop(std::process::Command::new(\"sleep\").arg(\"100\").spawn()); } \
           std::thread::sleep(std::time::Duration::from_secs(100)); \
         }"
        .to_owned()
    });
    let lab = Lab::start(&course);
    wait_until("the code has been run", || lab.play(json!({ "steps": "1" })).0 == 200);
    for (steps, says) in
        [("193", "did not end within 1 s"), ("194", "waited for 2 s"), ("195", "more than 64 programs at once")]
    {
        wait_until("a process waits", || student_processes(&course).len() == 1);
        let (_, played) = lab.play(json!({ "steps": steps }));
        assert!(trouble(&played).contains(says), "{says}: {}", trouble(&played));
        let (_, next) = lab.play(json!({ "steps": "2" }));
        assert_eq!(trouble(&next), "");
    }
    drop(lab);
    wait_until("nothing is left", || processes_in(&course.path("exercises")).is_empty());
}

#[test]
fn data_of_ones_own_takes_the_place_of_the_lessons() {
    let course = PROGRAM.course("requests-data").with_step("01-rate", "learning-rate", &solved("learning-rate"));
    let lab = Lab::start(&course);
    wait_until("the code has been run", || lab.play(json!({})).0 == 200);
    let (status, taken) = lab.ask("POST /data", "\u{feff}sqft,price\r\n1000,\"260,000\"\r\n2000,410000\r\n");
    assert_eq!(status, 200, "{taken}");
    let taken: Value = serde_json::from_str(&taken).unwrap();
    assert_eq!(taken["columns"], json!(["sqft", "price"]));
    let on = |data: Value| {
        let request = json!({ "step": 1, "name": "explorer", "values": {}, "data": data, "target": "page" });
        lab.ask("POST /play", &request.to_string())
    };
    let played: Value = serde_json::from_str(&on(taken["number"].clone()).1).unwrap();
    assert!(played["state"].as_str().unwrap().ends_with(", on your own data"), "{}", played["state"]);
    let (status, message) = on(json!(99));
    assert_eq!((status, message.contains("drop it again")), (410, true), "{message}");
    for (file, says) in [("", "empty"), ("sqft,price\n", "has no row"), ("sqft,price\n1,2,3\n4,5\n", "line 2")] {
        let (status, message) = lab.ask("POST /data", file);
        assert_eq!((status, message.contains(says)), (422, true), "{message}");
    }
    for (file, says) in [
        ("sqft,price\n1000,cheap\n2000,3\n", "your file does not hold houses: line 2: the `price` is `cheap`"),
        ("a,b\n1,2\n3,4\n", "your file does not hold houses: line 1: the columns must be `sqft,price`"),
    ] {
        let taken: Value = serde_json::from_str(&lab.ask("POST /data", file).1).unwrap();
        let played: Value = serde_json::from_str(&on(taken["number"].clone()).1).unwrap();
        let trouble = played["trouble"][0].as_str().unwrap();
        assert!(played["refused"] == true && trouble.starts_with(says), "{played}");
    }
}

#[test]
fn without_a_solution_the_students_run_is_drawn_alone() {
    let course = PROGRAM.course("requests-alone").with_step("01-rate", "learning-rate", &solved("learning-rate"));
    fs_err::remove_dir_all(course.path("solutions")).unwrap();
    let lab = Lab::start(&course);
    wait_until("the code has been run", || lab.play(json!({})).0 == 200);
    let (_, played) = lab.play(json!({ "steps": "3" }));
    assert_eq!((&played["has_solution"], &played["table"]["whose"]), (&json!(false), &json!("yours")));
    assert_eq!(played["table"]["row_count"], 4);
    assert!(!played["svg"].as_str().unwrap().contains(">expected<"));
}

#[test]
fn what_cannot_be_started_says_why() {
    let course = PROGRAM.course("requests-port");
    course.step("port-of-a-loss");
    let lab = Lab::start(&course);
    let port = lab.host.split(':').next_back().unwrap();
    let taken = course.xtask(&["lab", "--no-open", "--port", port]);
    assert_eq!(taken.code, 2);
    assert!(taken.stderr.contains(&format!("port {port} cannot be had")), "{}", taken.stderr);
    let unknown = course.xtask(&["lab", "los"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    assert!(unknown.stderr.contains("los"), "{}", unknown.stderr);
}
