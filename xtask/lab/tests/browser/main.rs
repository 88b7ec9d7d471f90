//! The lab as a student sees it: the real program, the real page, and a real browser.

#![cfg(unix)]

mod driver;

use std::env;

use driver::{Browser, Key, Lab, left_out};
use fs_err as fs;
use serde_json::json;
use testkit::solution::solved;
use testkit::{Course, LOSS, PREDICT, Program, SQUARED_ERROR};

const PROGRAM: Program = testkit::program!("lab");

fn lab(course: &Course) -> Lab {
    Lab::start(course.command(&["lab", "--no-open"]))
}

/// A course with one step, whose experiments are those of the fifth.
fn explorer(name: &str) -> Course {
    PROGRAM.course(name).with_step("01-rate", "learning-rate", &solved("learning-rate"))
}

/// The first experiment on the page.
const EXPLORER: &str = "document.querySelector('.experiment')";

/// An expression about the first experiment.
fn of_explorer(rest: &str) -> String {
    format!("{EXPLORER}?.{rest}")
}

const SUMMARY: &str = "document.getElementById('summary').textContent";

#[tokio::test]
async fn a_save_changes_the_verdict_and_the_picture_on_the_page() {
    let Some(browser) = Browser::start().await else { return };
    let course = PROGRAM.course("browser-save");
    let step = course.step("save-of-a-mean");
    let lab = lab(&course);
    browser.go(&lab.address).await;
    browser.until(&format!("{SUMMARY}.includes('is not begun')")).await;
    // The key is no longer in the address, and everything comes from the lab itself.
    assert_eq!(browser.value("location.search").await, json!(""));
    assert_eq!(browser.value("location.hash").await, json!("#step=1"));
    let all_local = "performance.getEntriesByType('resource').every((own) => own.name.startsWith(location.origin))";
    assert_eq!(browser.value(all_local).await, json!(true));
    browser.until("document.querySelector('#lesson h1')?.textContent.includes('how wrong is a weight')").await;
    browser.until("document.querySelector('.picture svg')?.textContent.includes('expected')").await;

    let mean = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum::<f64>() \
                / houses.len().max(1) as f64";
    step.write_functions(&[PREDICT, SQUARED_ERROR, (LOSS.0, mean)]);
    browser.until(&format!("{SUMMARY}.includes('calculate_loss wrong')")).await;
    let sentences = browser.text("document.getElementById('sentences').textContent").await;
    assert!(sentences.contains("The sum is divided by the number of houses"), "{sentences}");
    // Screen readers announce it, too.
    let announced = browser.text("document.querySelector('[aria-live=polite]').textContent").await;
    assert!(announced.contains("calculate_loss wrong") && announced.contains("The sum is divided"), "{announced}");
    browser.until("document.querySelector('.picture svg')?.textContent.includes('yours')").await;

    step.write("exercise/src/lib.rs", &solved("loss"));
    browser.until(&format!("{SUMMARY}.includes('is done')")).await;
    browser.until("document.querySelector('#steps .done')").await;
    browser.end().await;
}

#[tokio::test]
async fn a_hint_counts_and_the_file_opens_in_an_editor() {
    let Some(browser) = Browser::start().await else { return };
    let course = PROGRAM.course("browser-hint");
    course.step("hint-for-a-loss");
    let lab = lab(&course);
    browser.go(&lab.address).await;
    browser.until(&format!("{SUMMARY}.includes('is not begun')")).await;
    browser.does("document.getElementById('hint').click()").await;
    browser.until("document.getElementById('hints').textContent.includes('Hint 1 of 3')").await;
    browser.does("document.getElementById('hint').click()").await;
    browser.until("document.getElementById('hints').textContent.includes('Hint 2 of 3')").await;
    // The command line shares the count.
    let hint = course.xtask(&["hint"]).stdout;
    assert!(hint.contains("hint 3 of 3"), "{hint}");
    browser.does("document.getElementById('edit').click()").await;
    browser.until("document.getElementById('doing').textContent.includes('Set $EDITOR')").await;
    browser.end().await;
}

#[tokio::test]
async fn what_the_code_does_wrong_is_a_sentence_where_the_picture_would_be() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-wrong");
    let file = course.path("exercises/01-rate/src/lib.rs");
    let right = fs::read_to_string(&file).unwrap();
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    let head = "pub fn explore(";
    let body = right[right.find(head).unwrap()..].find("{\n").unwrap() + right.find(head).unwrap() + 1;
    let with = |code: &str| format!("{}\n    {code}\n{}", &right[..body], &right[body..]);
    let failures = [
        ("panic!(\"out of <b>luck</b>\");", "The code panicked: out of <b>luck</b>"),
        ("#[allow(clippy::empty_loop)] loop {}", "did not end within 1 s"),
        ("todo!(\"later\");", "is not written yet"),
        ("std::process::exit(3);", "exit"),
        ("let x: f64 = \"a text\";", "does not compile: mismatched types"),
    ];
    for (code, sentence) in failures {
        fs::write(&file, with(code)).unwrap();
        browser
            .until(&of_explorer(&format!("querySelector('.trouble').textContent.includes({})", json!(sentence))))
            .await;
        // The expected run is drawn nevertheless, and what the code printed is plain text.
        browser.until(&of_explorer("querySelector('svg')")).await;
        assert_eq!(browser.value(&of_explorer("querySelector('.trouble b')")).await, json!(null));
    }
    fs::write(&file, &right).unwrap();
    browser.until(&of_explorer("querySelector('.trouble').textContent === ''")).await;
    browser.end().await;
}

#[tokio::test]
async fn controls_work_from_the_keyboard_and_are_kept_in_the_address() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-controls");
    let lab = lab(&course);
    browser.go(&lab.at("step=1&experiment=explorer&:learning+rate=7e-8")).await;
    let state = of_explorer("querySelector('.state').textContent");
    browser.until(&format!("{state}.includes('learning rate = 7e-8')")).await;

    // Finds the slider of the start by its label.
    browser
        .does(&format!(
            "const label = [...{EXPLORER}.querySelectorAll('label')].find((own) => own.textContent === 'start'); \
         document.getElementById(label.htmlFor).focus();"
        ))
        .await;
    let slider = browser.client.active_element().await.unwrap();
    for _ in 0..3 {
        slider.send_keys("\u{e014}").await.unwrap();
    }
    browser.until(&format!("!{state}.includes('start = 100;') && {state}.includes('learning rate = 7e-8')")).await;
    browser.until("location.hash.includes(':start=')").await;
    let moved = browser.text(&state).await;

    // After a reload everything is as it was.
    browser.client.refresh().await.unwrap();
    browser.until(&format!("{state} === {}", json!(moved))).await;
    // Going back leads to the value before, and forward to this one again.
    browser.client.back().await.unwrap();
    browser.until(&format!("{state}?.includes('start = 100;')")).await;
    browser.client.forward().await.unwrap();
    browser.until(&format!("{state} === {}", json!(moved))).await;
    browser
        .does(&format!(
            "[...{EXPLORER}.querySelectorAll('button')].find((own) => own.textContent.startsWith('The lesson')).click()"
        ))
        .await;
    browser.until(&format!("{state}.includes('start = 100;') && {state}.includes('learning rate = 1e-8')")).await;

    // Play continues by itself until it is paused.
    browser.does(&format!("{EXPLORER}.querySelector('.play').click()")).await;
    browser.until(&format!("{state}.includes('steps = 25')")).await;
    browser.does(&format!("{EXPLORER}.querySelector('.play').click()")).await;
    assert_eq!(browser.value(&of_explorer("querySelector('.play').textContent")).await, json!("Play"));

    // An address from somebody else may name a control that does not exist, or a value that is not allowed.
    browser.go(&lab.at("step=1&experiment=explorer&:learning+rate=1e999")).await;
    browser.until(&of_explorer("querySelector('.trouble').textContent.includes('learning rate')")).await;
    browser.go(&lab.at("step=1&experiment=explorer&:no+such=1")).await;
    browser.until(&of_explorer("querySelector('.trouble').textContent.includes('no control')")).await;
    browser.end().await;
}

#[tokio::test]
async fn two_tabs_both_see_a_save_and_do_not_disturb_each_other() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-tabs");
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    browser.until(&format!("{SUMMARY}.includes('is done')")).await;
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(second.clone()).await.unwrap();
    browser.go(&lab.at("step=1&experiment=explorer&:steps=40")).await;
    let state = of_explorer("querySelector('.state').textContent");
    browser.until(&format!("{state}.includes('steps = 40')")).await;
    fs::write(course.path("exercises/01-rate/src/lib.rs"), "fn").unwrap();
    browser.until(&format!("{SUMMARY}.includes('does not compile')")).await;
    browser.client.switch_to_window(first).await.unwrap();
    browser.until(&format!("{SUMMARY}.includes('does not compile')")).await;
    assert_eq!(browser.value("location.hash").await, json!("#step=1"));
    browser.end().await;
}

#[tokio::test]
async fn a_page_says_that_the_lab_has_gone() {
    let Some(browser) = Browser::start().await else { return };
    let course = PROGRAM.course("browser-gone");
    course.step("gone-for-a-loss");
    let running = lab(&course);
    browser.go(&running.address).await;
    browser.until(&format!("{SUMMARY}.includes('is not begun')")).await;
    let port = running.address.split([':', '/']).nth(4).unwrap().to_owned();
    drop(running);
    browser.until("document.getElementById('problem').textContent.includes('does not answer')").await;
    // A new lab on this port has another key.
    let again = Lab::start(course.command(&["lab", "--no-open", "--port", &port]));
    browser.until("document.getElementById('problem').textContent.includes('cargo xtask lab')").await;
    browser.go(&again.address).await;
    browser.until(&format!("{SUMMARY}.includes('is not begun')")).await;
    browser.end().await;
}

#[tokio::test]
async fn a_page_that_was_cut_off_comes_back_by_itself() {
    let Some(browser) = Browser::start().await else { return };
    let course = PROGRAM.course("browser-cut");
    let step = course.step("cut-off-from-a-loss");
    let lab = lab(&course);
    browser.go(&lab.address).await;
    browser.until(&format!("{SUMMARY}.includes('is not begun')")).await;
    browser.chrome("Network.enable", json!({})).await;
    let network =
        |offline: bool| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.chrome("Network.emulateNetworkConditions", network(true)).await;
    step.write("exercise/src/lib.rs", &solved("loss"));
    // An open stream may continue, but after a reload or a request the page shows that nobody answers.
    browser.does("document.getElementById('hint').click()").await;
    browser.until("!document.getElementById('problem').hidden || document.getElementById('summary').textContent.includes('is done')").await;
    browser.chrome("Network.emulateNetworkConditions", network(false)).await;
    browser.until(&format!("{SUMMARY}.includes('is done')")).await;
    browser.until("document.getElementById('problem').hidden").await;
    browser.end().await;
}

/// Moves the first slider of the first experiment there.
fn move_slider(to: u32) -> String {
    format!(
        "const slider = {EXPLORER}.querySelector('input[type=range]'); slider.value = {to}; \
         slider.dispatchEvent(new Event('input'));"
    )
}

#[tokio::test]
async fn a_control_that_is_moved_while_cut_off_applies_when_the_lab_answers_again() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-cut-control");
    let lab = lab(&course);
    browser.go(&lab.at("step=1&experiment=explorer")).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    browser.chrome("Network.enable", json!({})).await;
    let network =
        |offline: bool| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.chrome("Network.emulateNetworkConditions", network(true)).await;
    browser.does(&move_slider(1000)).await;
    let problem = "document.getElementById('problem')";
    browser
        .until(&format!("!{problem}.hidden && {problem}.textContent.includes('with the values that you have set')"))
        .await;
    // The picture is not that of the controls any more.
    browser.until(&of_explorer("querySelector('.canvas.stale svg')")).await;
    let state = of_explorer("querySelector('.state').textContent");
    assert!(browser.text(&state).await.contains("start = 100;"));
    browser.chrome("Network.emulateNetworkConditions", network(false)).await;
    browser.until(&format!("{state}.includes('start = 600;')")).await;
    browser.until(&of_explorer("querySelector('.canvas:not(.stale) svg')")).await;
    browser.until(&format!("{problem}.hidden && location.hash.includes(':start=600')")).await;
    browser.end().await;
}

#[tokio::test]
async fn news_of_the_course_leave_a_control_where_it_was_moved() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-news");
    let lab = lab(&course);
    browser.go(&lab.at("step=1&experiment=explorer&:start=300")).await;
    let state = of_explorer("querySelector('.state').textContent");
    browser.until(&format!("{state}?.includes('start = 300;')")).await;
    // The address does not have the new value yet.
    browser.does(&format!("{} window.dispatchEvent(new PopStateEvent('popstate'));", move_slider(1000))).await;
    browser.until(&format!("{state}.includes('start = 600;') && location.hash.includes(':start=600')")).await;
    browser.end().await;
}

#[tokio::test]
async fn a_start_is_dragged_on_the_picture_and_moved_by_keys() {
    let Some(browser) = Browser::start().await else { return };
    let course = PROGRAM.course("browser-drag").with_step("01-loss", "loss", &solved("loss"));
    let course = course.with_step("02-ground", "surfaces", &solved("surfaces"));
    let lab = lab(&course);
    browser.go(&lab.at("step=2")).await;
    let handle = of_explorer("querySelector('.handle:not([hidden])')");
    browser.until(&handle).await;
    let state = of_explorer("querySelector('.state').textContent");
    let before = browser.text(&state).await;
    let (x, y) = browser.middle(&of_explorer("querySelector('.handle')")).await;
    browser.drag((x, y), (x + 60.0, y - 40.0)).await;
    browser.until(&format!("{state} !== {}", json!(before))).await;
    browser.until("location.hash.includes(':start=')").await;
    let dragged = browser.text(&state).await;
    // The handle has the focus now.
    let handle = browser.client.active_element().await.unwrap();
    handle.send_keys("\u{e012}").await.unwrap();
    browser.until(&format!("{state} !== {}", json!(dragged))).await;
    browser.end().await;
}

#[tokio::test]
async fn a_point_of_the_picture_and_its_row_light_up_together() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-points");
    let lab = lab(&course);
    browser.go(&lab.at("step=1&experiment=explorer&:steps=5&:learning+rate=2e-8")).await;
    browser.until(&of_explorer("querySelector('.state').textContent.includes('steps = 5')")).await;
    browser.does(&format!("{EXPLORER}.querySelector('figcaption details').open = true")).await;
    browser.until(&of_explorer("querySelectorAll('tbody tr').length === 6")).await;

    // The first of the student's points is the start.
    let middle = browser.middle(&of_explorer("querySelector('circle.dot:not(.hollow)')")).await;
    browser.hover((middle.0 + 30.0, middle.1 - 200.0)).await;
    assert_eq!(browser.value(&of_explorer("querySelector('.lit')")).await, json!(null));
    // The legend has a point of its own, so the start is found by its place.
    let start = of_explorer("querySelectorAll('circle.dot:not(.hollow)')[1]");
    let middle = browser.middle(&start).await;
    browser.hover(middle).await;
    browser.until(&of_explorer("querySelector('.values:not([hidden])')?.textContent.includes('weight100')")).await;
    browser.until(&of_explorer("querySelector('tbody tr').classList.contains('lit')")).await;

    let row = of_explorer("querySelectorAll('tbody tr')[2]");
    let middle = browser.middle(&of_explorer("querySelectorAll('tbody tr')[2]")).await;
    browser.hover(middle).await;
    browser.until(&format!("{row}.classList.contains('lit')")).await;
    browser.until(&of_explorer("querySelector('.ring').classList.contains('lit')")).await;
    browser.until(&of_explorer("querySelector('.values').textContent.includes('step2')")).await;
    browser.end().await;
}

#[tokio::test]
async fn news_while_a_lesson_loads_leave_the_values_of_the_address() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-loading");
    let lab = lab(&course);
    browser.go(&lab.at("step=9")).await;
    browser.until("document.getElementById('summary').textContent.includes('no such step')").await;
    let held = "const real = window.fetch; window.fetch = (...call) => String(call[0]).includes('/lesson/1') \
                ? new Promise((done) => { window.release = () => done(real(...call)); }) : real(...call);";
    browser.does(held).await;
    browser.does("location.hash = '#step=1&experiment=explorer&:steps=5'").await;
    browser.until("window.release !== undefined").await;
    // As news of the course do.
    browser.does("dispatchEvent(new PopStateEvent('popstate'))").await;
    browser.until("document.getElementById('summary').textContent.includes('all 13 cases pass')").await;
    browser.does("window.release()").await;
    browser.until(&of_explorer("querySelector('.state').textContent.includes('steps = 5')")).await;
    browser.end().await;
}

#[tokio::test]
async fn the_limit_is_marked_on_the_slider_and_can_be_pressed() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-mark");
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    let mark = of_explorer("querySelector('.mark:not([hidden])')");
    browser.until(&format!("{mark}?.textContent === '2 / curvature = 7.407e-8'")).await;
    browser.does(&format!("{mark}.click()")).await;
    browser.until(&of_explorer("querySelector('.state').textContent.includes('learning rate = 7.407407')")).await;
    browser.end().await;
}

#[tokio::test]
async fn own_data_is_dropped_on_the_picture() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-drop");
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    let drop_file = |text: &str| {
        format!(
            "const files = new DataTransfer(); \
             files.items.add(new File([{}], 'houses.csv', {{ type: 'text/csv' }})); \
             for (const kind of ['dragover', 'drop']) {EXPLORER}.dispatchEvent( \
               new DragEvent(kind, {{ dataTransfer: files, bubbles: true, cancelable: true }}));",
            json!(text)
        )
    };
    let trouble = of_explorer("querySelector('.trouble').textContent");
    browser.does(&drop_file("sqft,price\n1500,many\n1600,370000\n")).await;
    browser.until(&format!("{trouble}.includes('line 2') && {trouble}.includes('many')")).await;
    // As a spreadsheet in Europe or America may write it.
    browser.does(&drop_file("\u{feff}sqft,price\r\n\"1,500\",\"350,000\"\r\n\"2,500\",\"550,000\"\r\n")).await;
    browser.until(&of_explorer("querySelector('.state').textContent.includes('your own')")).await;
    browser.until(&format!("{trouble} === ''")).await;
    browser.until(&of_explorer("querySelector('select').value === 'own'")).await;
    // The limit is that of these houses.
    browser.until(&of_explorer("querySelector('.mark:not([hidden])').textContent.includes('1.176e-7')")).await;
    browser.end().await;
}

#[tokio::test]
async fn a_whole_session_needs_no_mouse() {
    let Some(browser) = Browser::start().await else { return };
    let course = PROGRAM.course("browser-keys").with_step("01-loss", "loss", &solved("loss"));
    let course = course.with_step("02-rate", "learning-rate", &solved("learning-rate"));
    let lab = lab(&course);
    browser.width(1280).await;
    browser.go(&lab.at("step=1")).await;
    browser.until("document.querySelectorAll('#steps .done').length === 2").await;

    // To the second step, where the focus is on the lesson.
    browser.tab_to("own.matches('#steps a') && own.textContent.includes('How far')").await;
    browser.press(Key::Enter).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    browser.until("document.activeElement.id === 'main'").await;

    // Past the lesson, to the experiments.
    browser.tab_to("own.id === 'to-experiments'").await;
    browser.press(Key::Enter).await;
    browser.until("document.activeElement.matches('.experiment') && scrollY > 0").await;

    // Along the points of the picture.
    browser.tab_to("own.matches('.experiment .ring')").await;
    let point = "document.activeElement.getAttribute('aria-valuetext')";
    browser.until(&format!("{point}?.includes('step 0')")).await;
    browser.press(Key::Right).await;
    browser.until(&format!("{point}.includes('step 1')")).await;

    // A slider, the mark on it, and play and pause.
    let state = of_explorer("querySelector('.state').textContent");
    browser.tab_to("own.type === 'range' && own.labels[0].textContent === 'learning rate'").await;
    browser.press(Key::Up).await;
    browser.until(&format!("!{state}.includes('learning rate = 1e-8')")).await;
    browser.tab_to("own.matches('.mark')").await;
    browser.press(Key::Enter).await;
    browser.until(&format!("{state}.includes('learning rate = 7.407407')")).await;
    browser.tab_to("own.matches('.play')").await;
    browser.press(Key::Enter).await;
    browser.until(&format!("{state}.includes('steps = 23')")).await;
    browser.press(Key::Enter).await;
    browser.until("document.activeElement.textContent === 'Play'").await;

    // The numbers, row by row.
    browser.tab_to("own.matches('.experiment summary') && own.textContent === 'The numbers'").await;
    browser.press(Key::Enter).await;
    browser.tab_to("own.matches('.experiment tbody tr')").await;
    browser.until("document.activeElement.matches('.lit')").await;

    // An answer to what can be tried.
    browser.tab_to("own.matches('.tries summary')").await;
    browser.press(Key::Enter).await;
    browser.until("document.activeElement.parentElement.open").await;

    // Back to the lesson's values, and to the first step.
    browser.until("location.hash.includes('learning')").await;
    browser.does("document.activeElement.blur()").await;
    browser.tab_to("own.matches('#steps a')").await;
    browser.press(Key::Enter).await;
    browser.until("document.querySelector('#lesson h1').textContent.includes('how wrong')").await;
    browser.end().await;
}

#[tokio::test]
async fn pictures_and_numbers_can_be_saved() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-saved");
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    // Catches what the page would save.
    browser
        .does(
            "window.saved = {}; const make = URL.createObjectURL; \
         URL.createObjectURL = (blob) => { window.saved[blob.type] = blob; return make.call(URL, blob); };",
        )
        .await;
    let press = |words: &str| {
        format!("[...{EXPLORER}.querySelectorAll('button')].find((own) => own.textContent.includes('{words}')).click()")
    };
    browser.does(&press("SVG")).await;
    browser.until("window.saved['image/svg+xml']?.size > 1000").await;
    browser.does(&press("PNG")).await;
    browser.until("window.saved['image/png']?.size > 10000").await;
    browser.does(&press("CSV")).await;
    browser.until("window.saved['text/csv']?.size > 100").await;
    browser.end().await;
}

#[tokio::test]
async fn it_fits_a_phone_and_a_wall() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-width");
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    for width in [360, 768, 1280, 3840] {
        browser.width(width).await;
        browser.until("document.documentElement.scrollWidth <= innerWidth").await;
    }
    // The controls are beside the picture if there is room, and otherwise below it.
    let is_beside = "((box) => box.querySelector('figcaption').getBoundingClientRect().left \
                     >= box.querySelector('.canvas').getBoundingClientRect().right)";
    browser.until(&format!("{is_beside}({EXPLORER})")).await;
    // What is on the picture is placed by the size of the box around it.
    let is_tight = "((box) => Math.abs(box.querySelector('.canvas').clientHeight \
                    - box.querySelector('svg').getBoundingClientRect().height) < 2)";
    browser.until(&format!("{is_tight}({EXPLORER})")).await;
    // On a phone the picture has larger text.
    browser.width(360).await;
    browser.until(&format!("!{is_beside}({EXPLORER})")).await;
    browser.until(&of_explorer("querySelector('svg.lesson')")).await;
    browser.end().await;
}

#[tokio::test]
async fn every_step_is_accessible_in_light_and_in_dark() {
    let Some(browser) = Browser::start().await else { return };
    let Some(axe) = env::var_os("AXE_CORE") else {
        return left_out("AXE_CORE names no copy of axe.min.js, so no page was checked for accessibility");
    };
    let axe = fs::read_to_string(axe).unwrap();
    let course = PROGRAM.course("browser-axe").with_all_steps();
    let lab = lab(&course);
    browser.go(&lab.at("step=1")).await;
    browser.until("document.querySelectorAll('#steps a').length === 10").await;
    browser.until("!document.querySelector('#steps .unknown')").await;
    browser.does(&axe).await;
    for number in 1..=10 {
        browser.does(&format!("location.hash = 'step={number}'")).await;
        browser.until(&format!("document.querySelector('#lesson h1')?.textContent.startsWith('Step {number}')")).await;
        for scheme in ["light", "dark"] {
            browser.scheme(scheme).await;
            let run = "const done = arguments[0]; axe.run({ resultTypes: ['violations'] }).then(({ violations }) => \
                       done(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)) \
                       .map(({ id, nodes }) => `${id}: ${nodes.map((own) => own.html).slice(0, 3).join(' ')}`)));";
            let found = browser.client.execute_async(run, Vec::new()).await.unwrap();
            assert_eq!(found, json!([]), "step {number}, {scheme}");
        }
    }
    browser.end().await;
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine"]
async fn from_a_control_to_its_picture() {
    let Some(browser) = Browser::start().await else { return };
    let course = explorer("browser-speed");
    let lab = lab(&course);
    browser.go(&lab.at("step=1&experiment=explorer&:steps=200")).await;
    browser.until(&of_explorer("querySelector('svg')")).await;
    let run = format!(
        "const done = arguments[0]; (async () => {{ \
         const slider = {EXPLORER}.querySelector('input[type=range]'); const times = []; \
         for (let at = 0; at < 200; at += 1) {{ \
           slider.value = 200 + at; const began = performance.now(); \
           const drawn = new Promise((seen) => new MutationObserver((_, own) => {{ own.disconnect(); seen(); }}) \
             .observe({EXPLORER}.querySelector('.canvas'), {{ childList: true }})); \
           slider.dispatchEvent(new Event('input')); await drawn; times.push(performance.now() - began); }} \
         times.sort((one, other) => one - other); done([times[100], times[190]]); }})();"
    );
    let times = browser.client.execute_async(&run, Vec::new()).await.unwrap();
    println!(
        "from a control to its picture: p50 {:.0} ms, p95 {:.0} ms",
        times[0].as_f64().unwrap(),
        times[1].as_f64().unwrap()
    );
    browser.end().await;
}
