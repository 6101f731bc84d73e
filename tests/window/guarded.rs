//! What the built app refuses its own page: scripts from anywhere but the app, other hosts, other commands, other places. Foreign
//! code in the page, should it ever get there, finds these walls.

use journeys::app::App;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::{ANA, is_clean};

/// A server that would answer anything, and tells what it is asked. A connection alone asks for nothing: the engine may open one
/// ahead of a navigation that is then refused.
async fn stranger() -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, called) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let tell = tell.clone();
            tokio::spawn(async move {
                let mut asked = [0; 512];
                let count = stream.read(&mut asked).await.unwrap_or_default();
                if count > 0 {
                    tell.send(String::from_utf8_lossy(&asked[..count]).into_owned())
                        .unwrap();
                }
                let answer = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/javascript\r\n\
                          Content-Length: 22\r\nConnection: close\r\n\r\nwindow.stranger = true;";
                // Whoever called may be gone.
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (format!("http://{address}"), called)
}

/// Runs the body of an async function in the page; what it throws comes back as text.
async fn told(app: &App, body: &str) -> Value {
    let script = format!(
        "return (async () => {{ {body} }})().catch(error => 'thrown: ' + (error && error.message || error))"
    );
    app.window.run(&script).await.unwrap()
}

/// Waits until the page has done what it was told, as far as that is allowed: two frames were painted since, and something that
/// is allowed and was asked for afterwards has been answered. What goes out of the page goes in this order.
async fn settle(app: &App) {
    let afterwards = "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        await window.__TAURI_INTERNALS__.invoke('plugin:frame|preferences', {});
        return 'settled'";
    assert_eq!(told(app, afterwards).await, "settled");
}

/// Nobody but the test itself has asked the stranger for anything, who does tell when somebody does.
async fn only_the_test_asks(host: &str, called: &mut mpsc::UnboundedReceiver<String>) {
    let mut own = TcpStream::connect(host.trim_start_matches("http://"))
        .await
        .unwrap();
    own.write_all(b"GET /the-test-itself HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    let first = called.recv().await.unwrap();
    assert!(first.starts_with("GET /the-test-itself"), "{first}");
}

const VIOLATIONS: &str = "
    window.violations = [];
    document.addEventListener('securitypolicyviolation', event => window.violations.push(event.effectiveDirective));
";

async fn violations(app: &App) -> Vec<String> {
    settle(app).await;
    let list = app.window.run("return window.violations").await.unwrap();
    serde_json::from_value(list).unwrap()
}

#[tokio::test]
async fn no_script_but_the_app_s_own_runs() {
    let app = App::start(24).await.unwrap();
    let (host, mut called) = stranger().await;
    app.window.run(VIOLATIONS).await.unwrap();
    told(
        &app,
        &format!(
            "const add = change => {{ const made = document.createElement('script'); change(made); \
             document.body.append(made); }};
             add(made => made.textContent = 'window.inline = true');
             add(made => made.src = '{host}/stranger.js');
             add(made => made.src = 'data:text/javascript,window.stranger = true');
             add(made => made.src = URL.createObjectURL(new Blob(['window.stranger = true'])));
             const image = document.createElement('img');
             image.setAttribute('onerror', 'window.inline = true');
             image.src = 'data:,';
             document.body.append(image);
             const link = document.createElement('a');
             link.href = 'javascript:window.inline = true';
             document.body.append(link);
             link.click();"
        ),
    )
    .await;
    let enough = "return window.violations.length >= 5";
    app.window.until(enough, &json!(true)).await.unwrap();
    let broken = violations(&app).await;
    assert!(
        broken.iter().all(|directive| directive.starts_with("script-src")),
        "{broken:?}"
    );
    let ran = "return [window.inline, window.stranger].some(ran => ran !== undefined)";
    assert_eq!(app.window.run(ran).await.unwrap(), json!(false));
    for source in [
        "eval('1 + 1')",
        "new Function('return 2')()",
        "setTimeout('window.inline = true', 0)",
    ] {
        let outcome = told(&app, &format!("return {source}")).await;
        let refused = outcome.as_str().is_some_and(|text| text.starts_with("thrown:"));
        assert!(refused || source.starts_with("setTimeout"), "{source}: {outcome}");
    }
    settle(&app).await;
    assert_eq!(app.window.run(ran).await.unwrap(), json!(false));
    only_the_test_asks(&host, &mut called).await;
    app.end().await.unwrap();
}

#[tokio::test]
async fn the_page_reaches_no_other_host() {
    let app = App::start(24).await.unwrap();
    let (host, mut called) = stranger().await;
    app.window.run(VIOLATIONS).await.unwrap();
    let address = host.trim_start_matches("http://");
    for (kind, body) in [
        ("fetch", format!("await fetch('{host}/'); return 'reached'")),
        (
            "beacon",
            format!("return navigator.sendBeacon('{host}/', 'x') ? 'queued' : 'refused'"),
        ),
        (
            "socket",
            format!(
                "return await new Promise(done => {{ const socket = new WebSocket('ws://{address}/'); \
                     socket.onopen = () => done('reached'); socket.onerror = () => done('refused'); }})"
            ),
        ),
        (
            "image",
            format!(
                "return await new Promise(done => {{ const image = new Image(); image.onload = () => \
                     done('reached'); image.onerror = () => done('refused'); image.src = '{host}/a.png'; }})"
            ),
        ),
        (
            "style",
            format!(
                "const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = \
                     '{host}/a.css'; document.head.append(link); return 'refused'"
            ),
        ),
        (
            "frame",
            format!(
                "const frame = document.createElement('iframe'); frame.src = '{host}/'; \
                     document.body.append(frame); return 'refused'"
            ),
        ),
        (
            "form",
            format!(
                "const form = document.createElement('form'); form.action = '{host}/'; form.method = 'post'; \
                     document.body.append(form); form.submit(); return 'refused'"
            ),
        ),
    ] {
        let outcome = told(&app, &body).await;
        assert_ne!(outcome, json!("reached"), "{kind}");
    }
    for directive in ["connect-src", "img-src", "style-src", "frame-src", "form-action"] {
        let broken = format!("return window.violations.some(found => found.startsWith('{directive}'))");
        app.window.until(&broken, &json!(true)).await.unwrap();
    }
    settle(&app).await;
    only_the_test_asks(&host, &mut called).await;
    app.window.sees("Open the practice floor").await.unwrap();
    app.end().await.unwrap();
}

#[tokio::test]
async fn what_everything_is_made_of_cannot_be_changed() {
    let app = App::start(24).await.unwrap();
    let change = "try { Object.prototype.polluted = true; } catch {}
        try { Object.prototype.toString = () => 'mine'; } catch {}
        return [Object.isFrozen(Object.prototype), ({}).polluted === undefined, String({})]";
    assert_eq!(
        app.window.run(change).await.unwrap(),
        json!([true, true, "[object Object]"])
    );
    let global = "return typeof window.__TAURI__";
    assert_eq!(app.window.run(global).await.unwrap(), "undefined");
    app.end().await.unwrap();
}

#[tokio::test]
async fn only_our_own_commands_are_answered_and_by_the_private_protocol_alone() {
    let app = App::start(24).await.unwrap();
    let ask = |command: &str, arguments: &str| {
        let invoke = format!("window.__TAURI_INTERNALS__.invoke('{command}', {arguments})");
        format!(
            "try {{ await {invoke}; return 'answered' }} catch (error) {{ return String(error.message || error) }}"
        )
    };
    for (command, arguments) in [
        ("plugin:store|load", "{ path: 'settings.json' }"),
        ("plugin:opener|open_url", "{ url: 'https://example.org' }"),
        ("plugin:opener|open_path", "{ path: '/etc/passwd' }"),
        ("plugin:window-state|save_window_state", "{ flags: 0 }"),
        ("plugin:window|close", "{ label: 'main' }"),
        ("plugin:window|create", "{ options: { label: 'second' } }"),
        (
            "plugin:webview|create_webview_window",
            "{ options: { label: 'second' } }",
        ),
        (
            "plugin:event|listen",
            "{ event: 'tauri://drag-drop', target: { kind: 'Any' }, handler: 0 }",
        ),
        ("plugin:event|emit", "{ event: 'x', payload: 1 }"),
        ("plugin:path|resolve_directory", "{ directory: 1 }"),
        ("plugin:app|version", "{}"),
        ("plugin:resources|close", "{ rid: 1 }"),
        ("plugin:shell|execute", "{ program: 'sh', args: [] }"),
        ("plugin:fs|read_text_file", "{ path: '/etc/passwd' }"),
        ("plugin:frame|no_such_command", "{}"),
        ("quit", "{}"),
    ] {
        let outcome = told(&app, &ask(command, arguments)).await;
        let text = outcome.as_str().unwrap_or_default();
        let refused = text.contains("not allowed") || text.contains("not found");
        assert!(refused, "{command}: {outcome}");
    }
    let ours = told(&app, &ask("plugin:frame|preferences", "{}")).await;
    assert_eq!(ours, "answered");
    // Tauri remembers a failure of its protocol for as long as the page lives: that it is still used means that it never failed.
    let through = "const used = []; const real = window.fetch;
        window.fetch = (to, ...rest) => { used.push(String(to.url || to)); return real(to, ...rest); };
        await window.__TAURI_INTERNALS__.invoke('plugin:frame|preferences', {});
        window.fetch = real;
        return used.length === 1 && used[0].startsWith('ipc://localhost/')";
    assert_eq!(told(&app, through).await, json!(true));
    assert_eq!(app.window.windows().await.unwrap(), 1);
    is_clean(&app).await;
    app.end().await.unwrap();
}

#[tokio::test]
async fn the_window_goes_nowhere_opens_nothing_and_keeps_nothing() {
    let app = App::start(24).await.unwrap();
    let (host, mut called) = stranger().await;
    let here = app.window.run("return location.href").await.unwrap();
    app.window.run("window.same = 'page'").await.unwrap();
    for way in [
        format!("location.href = '{host}/'"),
        format!("location.replace('{host}/')"),
        "location.href = 'file:///etc/passwd'".to_owned(),
        "location.href = 'data:text/html,<b>other</b>'".to_owned(),
        "location.href = URL.createObjectURL(new Blob(['<b>other</b>'], { type: 'text/html' }))".to_owned(),
        format!("window.open('{host}/')"),
        format!("window.open('{host}/', '_self')"),
        format!(
            "const link = document.createElement('a'); link.href = '{host}/'; link.target = '_blank'; link.click()"
        ),
        format!(
            "const link = document.createElement('a'); link.href = '{host}/a.bin'; link.download = 'kept.bin'; link.click()"
        ),
        "const link = document.createElement('a'); link.download = 'kept.txt'; \
         link.href = URL.createObjectURL(new Blob(['kept'])); link.click()"
            .to_owned(),
        "const link = document.createElement('a'); link.download = 'kept.txt'; \
         link.href = 'data:text/plain,kept'; link.click()"
            .to_owned(),
    ] {
        // The way out may cut the script off.
        let _ = app.window.run(&format!("{way}; return null")).await;
        settle(&app).await;
        assert_eq!(called.try_recv().ok(), None, "somebody else was asked: {way}");
        assert_eq!(app.window.windows().await.unwrap(), 1, "{way}");
        assert_eq!(
            app.window.run("return location.href").await.unwrap(),
            here,
            "{way}"
        );
        assert_eq!(
            app.window.run("return window.same").await.unwrap(),
            "page",
            "{way}"
        );
    }
    only_the_test_asks(&host, &mut called).await;
    let kept = walk(app.home()).into_iter().find(|name| name.contains("kept"));
    assert_eq!(kept, None);
    app.window.sees("Open the practice floor").await.unwrap();
    app.end().await.unwrap();
}

/// The names of all files below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names
}

/// The events are made in the page: what comes before them, a file that is dragged here from another program, is not tried.
#[tokio::test]
async fn a_page_refuses_the_events_of_a_drop() {
    let app = App::start(24).await.unwrap();
    let here = app.window.run("return location.href").await.unwrap();
    let drop = "const data = new DataTransfer();
        data.items.add(new File(['<b>other</b>'], 'other.html', { type: 'text/html' }));
        const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
        const over = new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(over);
        document.body.dispatchEvent(drop);
        return [over.defaultPrevented, drop.defaultPrevented]";
    assert_eq!(app.window.run(drop).await.unwrap(), json!([true, true]));
    assert_eq!(app.window.run("return location.href").await.unwrap(), here);
    app.end().await.unwrap();
}

#[tokio::test]
async fn a_link_to_an_agent_asks_and_arms_nobody() {
    let app = App::start_on_a_link(24, "sotto://agent/6001").await.unwrap();
    app.window.sees("A link asks for an agent.").await.unwrap();
    app.window.sees("once you are signed in").await.unwrap();
    app.window.click("button", "Close").await.unwrap();
    app.window
        .click("button", "Open the practice floor")
        .await
        .unwrap();
    // Signed in, it asks again, and shows nobody by itself.
    app.window.sees("Show the agent a link asks for?").await.unwrap();
    let floor = app.floor().await.unwrap();
    assert!(!app.window.text().await.unwrap().contains("phone 6001"));
    app.window.click("button", "Show Ana").await.unwrap();
    app.window.sees("phone 6001").await.unwrap();
    assert_eq!(floor.asked("Coach").await.unwrap().len(), 0);
    assert_eq!(floor.asked("ListenIn").await.unwrap().len(), 0);
    is_clean(&app).await;
    app.end().await.unwrap();
}

/// From now on the page remembers whom the links named that it was asked about.
const NAMED: &str = "
    window.named = [];
    const look = () => {
        const named = document.body.innerText.match(/The link names “(.*?)”/)?.[1];
        if (named !== undefined && window.named.at(-1) !== named) window.named.push(named);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
";

#[tokio::test]
async fn a_link_with_anything_else_in_it_is_refused_at_the_start() {
    let app = App::start_on_a_link(24, "sotto://agent/6001?act=coach")
        .await
        .unwrap();
    app.window.run(NAMED).await.unwrap();
    // The same link without an act is asked about here and again once somebody is signed in.
    app.window
        .click("button", "Open the practice floor")
        .await
        .unwrap();
    app.window.click("row", ANA).await.unwrap();
    app.window.sees("phone 6001").await.unwrap();
    let floor = app.floor().await.unwrap();
    assert_eq!(floor.asked("Coach").await.unwrap().len(), 0);
    // Something that comes after everything the start brought.
    app.window.click("button", "Coach").await.unwrap();
    app.window.sees("Armed for").await.unwrap();
    let named = app.window.run("return window.named").await.unwrap();
    assert_eq!(named, json!([]));
    app.end().await.unwrap();
}

#[tokio::test]
async fn a_link_to_the_running_app_asks_too_and_with_anything_else_in_it_is_refused() {
    let app = App::start_on_a_bus(24).await.unwrap();
    app.window.resize(1440, 900).await.unwrap();
    app.window
        .click("button", "Open the practice floor")
        .await
        .unwrap();
    app.window.sees(ANA).await.unwrap();
    app.window.run(NAMED).await.unwrap();
    for link in [
        "sotto://agent/6001?act=coach",
        "sotto://agent/6001/coach",
        "sotto://coach/6001",
    ] {
        app.follow(link).await.unwrap();
    }
    // Links are taken in their order: when this one is asked about, those before it are done with.
    app.follow("sotto://agent/6002").await.unwrap();
    app.window.sees("Show the agent a link asks for?").await.unwrap();
    let named = app.window.run("return window.named").await.unwrap();
    assert_eq!(named, json!(["6002"]));
    let floor = app.floor().await.unwrap();
    for act in ["Coach", "ListenIn", "BargeIn"] {
        assert_eq!(floor.asked(act).await.unwrap().len(), 0, "{act}");
    }
    is_clean(&app).await;
    app.end().await.unwrap();
}
