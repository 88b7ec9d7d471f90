//! From a save to what the student sees of it: the verdict on the watch's screen, and the picture in the lab's page.

#[cfg(not(unix))]
impl super::Bench {
    pub(super) fn watch(&self) {
        println!("{:<46}left out: needs a terminal of Unix", "watch: from a save to the verdict");
    }

    pub(super) fn lab(&self) {
        println!("{:<46}left out: needs a terminal of Unix", "lab: from a save to the picture");
    }
}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    use serde_json::{Value, json};
    use testkit::Session;
    use testkit::solution::solved;

    use super::super::{Aim, Bench, CourseCopy, Row, in_turn, measured};

    /// The step whose file is saved.
    const STEP: &str = "single-weight";

    /// Its file, wrong and right by turns, and what the watch says to it.
    struct Saves {
        sides: [(String, &'static str); 2],
        number: usize,
    }

    impl Saves {
        fn new() -> Self {
            let right = solved(STEP);
            let wrong =
                testkit::changed(&right, "weight - learning_rate * gradient\n", "weight + learning_rate * gradient\n");
            Self { sides: [(wrong, " wrong: "), (right, " is done")], number: 0 }
        }

        /// Saves the other side, and returns what the watch says to it.
        fn save(&mut self, course: &CourseCopy) -> &'static str {
            let (text, verdict) = &self.sides[self.number % 2];
            self.number += 1;
            course.write(&course.source(STEP), text);
            verdict
        }
    }

    /// A watch of the step that has graded it.
    fn watch(course: &CourseCopy) -> Session {
        let mut cargo = course.cargo(["xtask", "watch", STEP]);
        cargo.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
        course.run(course.cargo(["build", "--quiet", "--profile", "grade", "--package", "tui"]));
        let screen = Session::start(cargo, 80, 24);
        screen.wait_for(" graded ");
        screen
    }

    impl Bench {
        /// From a save to the verdict on the watch's screen.
        pub(in super::super) fn watch(&self) {
            let (course, beside) = (self.warm(), CourseCopy::new(&self.folder.path().join("built")));
            let build = || beside.run(beside.cargo(["build", "--quiet", "--package", STEP]));
            build();
            let screen = watch(&course);
            let mut saves = Saves::new();
            let save = || {
                measured(|| {
                    let verdict = saves.save(&course);
                    screen.wait_for(verdict);
                })
                .by_the_clock()
            };
            let (ours, than) = in_turn(self.runs(), save, || {
                beside.edit(STEP);
                measured(build).by_the_clock()
            });
            screen.keys("q");
            screen.end();
            Row {
                work: "watch: from a save to the verdict",
                ours,
                beside: "cargo build of the crate",
                than,
                aim: Aim::Ratio(0.6),
            }
            .print();
        }

        /// From a save to the picture in the lab's page, beside the verdict on the watch's screen after the same edit.
        pub(in super::super) fn lab(&self) {
            let (watched, course) = (self.warm(), CourseCopy::new(&self.folder.path().join("lab")));
            course.solve();
            course.grade(&[]);
            let screen = watch(&watched);
            let mut page = Page::open(&course);
            let (mut in_lab, mut in_watch) = (Saves::new(), Saves::new());
            let picture = || {
                measured(|| {
                    in_lab.save(&course);
                    page.wait_for_picture();
                })
                .by_the_clock()
            };
            let verdict = || {
                measured(|| {
                    let verdict = in_watch.save(&watched);
                    screen.wait_for(verdict);
                })
                .by_the_clock()
            };
            let (ours, than) = in_turn(self.runs(), picture, verdict);
            screen.keys("q");
            screen.end();
            Row {
                work: "lab: from a save to the picture",
                ours,
                beside: "watch, to the verdict",
                than,
                aim: Aim::Longer(Duration::from_millis(100)),
            }
            .print();
        }
    }

    /// The page of a lab, which asks what a browser asks after a save, and shows nothing.
    struct Page {
        lab: Child,
        host: String,
        cookie: String,
        events: BufReader<TcpStream>,
        /// The step, by its number.
        step: u64,
    }

    impl Page {
        /// Starts a lab, and waits until it has drawn the step's first experiment.
        fn open(course: &CourseCopy) -> Self {
            course.run(course.cargo(["build", "--quiet", "--profile", "grade", "--package", "lab"]));
            let mut lab =
                course.cargo(["xtask", "lab", "--no-open", STEP]).stdout(Stdio::piped()).spawn().expect("a lab");
            let mut line = String::new();
            BufReader::new(lab.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
            let address = line.split(['/', '#', ' ', '?', '=']).filter(|word| !word.is_empty()).collect::<Vec<_>>();
            let [_, _, host, _, key, ..] = address[..] else { panic!("no address of a lab: {line}") };
            let port = host.rsplit(':').next().expect("a port");
            let cookie = format!("lab-{port}={}", key.trim());
            let mut events = request(host, &cookie, "GET /events", "");
            skip_head(&mut events);
            let (folder, _) = course.folders().into_iter().find(|(_, name)| name == STEP).expect("the step");
            let step = folder.split('-').next().and_then(|number| number.parse().ok()).expect("a number");
            let (host, cookie) = (host.to_owned(), cookie.clone());
            let mut page = Self { lab, host, cookie, events, step };
            page.show();
            page
        }

        /// Waits for the verdict on what was saved, and for its picture. What the lab had to say of an earlier save does
        /// not count.
        fn wait_for_picture(&mut self) {
            self.wait_until(true);
            self.show();
        }

        /// Waits until the step is due, or has its verdict.
        fn wait_until(&mut self, due: bool) {
            loop {
                let mut line = String::new();
                assert_ne!(self.events.read_line(&mut line).expect("an event"), 0, "the lab has ended");
                let Some(overview) = line.strip_prefix("data: ") else { continue };
                let overview: Value = serde_json::from_str(overview).expect("the state of the course");
                let mut steps = overview["steps"].as_array().into_iter().flatten();
                let step = steps.find(|step| step["number"] == self.step).expect("the step");
                if step["due"] == due {
                    return;
                }
            }
        }

        /// Shows the verdict, once there is one, and its picture.
        fn show(&mut self) {
            self.wait_until(false);
            self.ask(&format!("GET /verdict/{}", self.step), "");
            let play = json!({ "step": self.step, "name": "walk", "values": {}, "data": null, "target": "page" });
            let played = self.ask("POST /play", &play.to_string());
            assert!(played.contains("<svg"), "no picture: {played}");
        }

        fn ask(&self, line: &str, body: &str) -> String {
            let mut answer = request(&self.host, &self.cookie, line, body);
            // The server may keep the connection for a while.
            let length = skip_head(&mut answer).expect("the length of the answer");
            let mut text = vec![0; length];
            answer.read_exact(&mut text).expect("an answer");
            String::from_utf8(text).expect("a text")
        }
    }

    impl Drop for Page {
        fn drop(&mut self) {
            let _ = Command::new("kill").arg(self.lab.id().to_string()).status();
            let _ = self.lab.wait();
        }
    }

    /// Sends a request.
    fn request(host: &str, cookie: &str, line: &str, body: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(host).expect("a lab that listens");
        let head = format!("{line} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n");
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        stream.write_all([&head, &length, body].concat().as_bytes()).expect("a lab that reads");
        BufReader::new(stream)
    }

    /// Reads up to the body of an answer. Returns the body's length, if the head has it.
    fn skip_head(answer: &mut impl BufRead) -> Option<usize> {
        let (mut line, mut length) = (String::new(), None);
        while line != "\r\n" {
            line.clear();
            assert_ne!(answer.read_line(&mut line).expect("an answer"), 0, "the answer has no body");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok();
            }
        }
        length
    }
}
