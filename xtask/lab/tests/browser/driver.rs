//! A real browser for tests: Debian's chromium, or any Chrome, driven by its own chromedriver.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use testkit::PATIENCE;
use tokio::sync::{Mutex, MutexGuard};
use url::{ParseError, Url};

/// A page in a browser.
pub struct Browser {
    pub client: Client,
    driver: Child,
    /// One browser at a time: two of them would only wait for each other.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::const_new(());

impl Browser {
    /// A browser; none on a machine without one, where the tests say once that they were left out.
    pub async fn start() -> Option<Self> {
        let (Some(driver), Some(browser)) = (found(&["chromedriver"]), found(&["chromium", "google-chrome", "chrome"]))
        else {
            static ONCE: Once = Once::new();
            ONCE.call_once(|| left_out(NO_BROWSER));
            return None;
        };
        let turn = TURN.lock().await;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(driver);
        let driver = command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let client = connect(&format!("http://127.0.0.1:{port}"), &browser.display().to_string()).await;
        Some(Self { client, driver, _turn: turn })
    }

    /// Closes the browser. What does not end by itself is killed.
    pub async fn end(self) {
        let _ = self.client.clone().close().await;
    }

    pub async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// The value of an expression on the page.
    pub async fn value(&self, expression: &str) -> Value {
        self.client.execute(&format!("return {expression}"), Vec::new()).await.unwrap()
    }

    pub async fn text(&self, expression: &str) -> String {
        self.value(expression).await.as_str().unwrap_or_default().to_owned()
    }

    pub async fn does(&self, script: &str) {
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    /// Waits until an expression on the page is true.
    #[track_caller]
    pub fn until<'a>(&'a self, expression: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let began = Instant::now();
            while self.value(&format!("Boolean({expression})")).await != json!(true) {
                if began.elapsed() > PATIENCE {
                    let page = self.text("document.body.innerText").await;
                    panic!("{caller}: waited in vain for {expression}\n{page}");
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// Sends a command of Chrome's protocol.
    pub async fn chrome(&self, command: &'static str, parameters: Value) {
        self.client.issue_cmd(Chrome { command, parameters }).await.unwrap();
    }

    /// Moves the mouse with no button pressed.
    pub async fn hover(&self, place: (f64, f64)) {
        self.mouse("mouseMoved", place, 0).await;
    }

    /// Presses the mouse's button at one place and lets it go at another.
    pub async fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        self.mouse("mousePressed", from, 1).await;
        self.mouse("mouseMoved", to, 1).await;
        self.mouse("mouseReleased", to, 0).await;
    }

    async fn mouse(&self, kind: &str, (x, y): (f64, f64), buttons: u32) {
        let button = if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
        self.chrome("Input.dispatchMouseEvent", event).await;
    }

    /// The middle of an element, which is scrolled into view.
    pub async fn middle(&self, element: &str) -> (f64, f64) {
        let place = self
            .value(&format!(
                "((own) => {{ own.scrollIntoView({{ block: 'center' }}); \
                 const {{ x, y, width, height }} = own.getBoundingClientRect(); \
                 return [x + width / 2, y + height / 2]; }})({element})"
            ))
            .await;
        (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
    }

    /// Presses a key, wherever the focus is.
    pub async fn press(&self, key: Key) {
        let (name, code, text) = key.event();
        let event = |kind: &str| json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "text": text });
        self.chrome("Input.dispatchKeyEvent", event(if text.is_empty() { "rawKeyDown" } else { "keyDown" })).await;
        self.chrome("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": name, "windowsVirtualKeyCode": code }))
            .await;
    }

    /// Goes on with the Tab key until this is true of the element with the focus, `own`.
    #[track_caller]
    pub fn tab_to<'a>(&'a self, condition: &'a str) -> impl Future<Output = ()> + 'a {
        const MOST: usize = 150;
        let caller = std::panic::Location::caller();
        async move {
            for _ in 0..MOST {
                self.press(Key::Tab).await;
                if self.value(&format!("((own) => Boolean({condition}))(document.activeElement)")).await == json!(true)
                {
                    return;
                }
            }
            panic!("{caller}: the Tab key does not lead to {condition}");
        }
    }

    pub async fn width(&self, width: u32) {
        let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        self.chrome("Emulation.setDeviceMetricsOverride", size).await;
    }

    pub async fn scheme(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.chrome("Emulation.setEmulatedMedia", features).await;
    }
}

/// The keys that a session needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Tab,
    Enter,
    Right,
    Up,
}

impl Key {
    /// Its name, its code and the text that it types.
    fn event(self) -> (&'static str, u32, &'static str) {
        match self {
            Self::Tab => ("Tab", 9, ""),
            Self::Enter => ("Enter", 13, "\r"),
            Self::Right => ("ArrowRight", 39, ""),
            Self::Up => ("ArrowUp", 38, ""),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Connects as soon as the driver listens.
async fn connect(driver: &str, browser: &str) -> Client {
    // No name is resolved, so a request to another host would fail, and so would the test.
    let arguments = json!([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]);
    let options = json!({ "goog:chromeOptions": { "binary": browser, "args": arguments } });
    let began = Instant::now();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(options.as_object().unwrap().clone());
        match builder.connect(driver).await {
            Ok(client) => return client,
            Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[derive(Debug)]
struct Chrome {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Chrome {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}

/// The path of the first of these programs that is on the PATH.
fn found(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// Says what was not tested, on a stream that the test does not capture.
pub fn left_out(why: &str) {
    let _ = writeln!(io::stderr(), "note: {why}");
}

/// How to run these tests.
const NO_BROWSER: &str = "the lab's tests in a browser were left out; for them install chromium and chromedriver (on \
                          Debian `apt-get install chromium chromium-driver`) and run `cargo test -p lab --test browser`";

/// A running lab.
pub struct Lab {
    process: Child,
    pub address: String,
}

impl Lab {
    /// Starts a lab by its command.
    pub fn start(mut command: Command) -> Self {
        for variable in ["VISUAL", "EDITOR", "TERM_PROGRAM", "TERMINAL_EMULATOR", "ZED_TERM", "TMUX", "ZELLIJ"] {
            command.env_remove(variable);
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        Self { process, address }
    }

    /// The address at a place.
    pub fn at(&self, place: &str) -> String {
        format!("{}#{place}", self.address.split('#').next().unwrap())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
