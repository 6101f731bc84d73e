//! The W3C `WebDriver` protocol as far as a journey needs it. It is small, and a client of our own sends exactly the
//! capabilities that `WebKitWebDriver` accepts.

use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::Trouble;

/// How long anything may take to appear on a slow machine.
const APPEARS_WITHIN: Duration = Duration::from_secs(40);
/// A hand that saw nothing happen lets go and presses again.
const HELD_AT_MOST: Duration = Duration::from_secs(4);
/// The second frame from now begins when the first has been painted; a hidden window has none.
const PAINTED: &str = "return new Promise(done => {
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
    setTimeout(() => done(false), 5000);
})";
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The key under which the protocol hides the id of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session with a window.
#[derive(Debug)]
pub struct Session {
    http: reqwest::Client,
    base: String,
}

impl Session {
    /// Opens the program in a window of its own.
    pub async fn open(port: u16, binary: &str, arguments: &[String]) -> Result<Session, Trouble> {
        // A second provider is no fault: all are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(90))
            .build()?;
        let options = json!({ "binary": binary, "args": arguments });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let root = format!("http://127.0.0.1:{port}");
        let mut session = Session {
            http,
            base: root.clone(),
        };
        let opened = session.call("POST", "/session", &wanted).await?;
        let id = opened["sessionId"].as_str().unwrap_or_default();
        session.base = format!("{root}/session/{id}");
        Ok(session)
    }

    /// Closes the window.
    pub async fn close(&self) -> Result<(), Trouble> {
        self.call("DELETE", "", &json!({})).await.map(drop)
    }

    /// Gives the window this size, in pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<(), Trouble> {
        let area = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.call("POST", "/window/rect", &area).await.map(drop)
    }

    /// Runs the body of a function in the page and gives what it returns.
    pub async fn run(&self, script: &str) -> Result<Value, Trouble> {
        self.call("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
            .await
    }

    /// How many windows there are.
    pub async fn windows(&self) -> Result<usize, Trouble> {
        let handles = self.call("GET", "/window/handles", &Value::Null).await?;
        Ok(handles.as_array().map_or(0, Vec::len))
    }

    /// All the text a person can read.
    pub async fn text(&self) -> Result<String, Trouble> {
        Ok(self
            .run("return document.body.innerText")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// A picture of the page as it is now, as PNG. A busy machine paints late: a frame that shows all of it is waited for.
    pub async fn picture(&self) -> Result<Vec<u8>, Trouble> {
        self.run(PAINTED).await?;
        let text = self.call("GET", "/screenshot", &Value::Null).await?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap_or_default());
        decoded.map_err(|error| refused("a picture", &error))
    }

    /// Waits until the body of this function returns this.
    pub async fn until(&self, script: &str, wanted: &Value) -> Result<(), Trouble> {
        let started = tokio::time::Instant::now();
        loop {
            let found = self.run(script).await?;
            if found == *wanted {
                return Ok(());
            }
            if started.elapsed() > APPEARS_WITHIN {
                return Err(Trouble::NeverSeen {
                    what: wanted.to_string(),
                    page: found.to_string(),
                });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until a person can read this.
    pub async fn sees(&self, text: &str) -> Result<(), Trouble> {
        let started = tokio::time::Instant::now();
        loop {
            let page = self.text().await?;
            if page.contains(text) {
                return Ok(());
            }
            if started.elapsed() > APPEARS_WITHIN {
                return Err(Trouble::NeverSeen {
                    what: text.to_owned(),
                    page,
                });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Clicks the first button whose accessible name begins with this, or the first row in which it is written.
    pub async fn click(&self, role: &str, name: &str) -> Result<(), Trouble> {
        let started = tokio::time::Instant::now();
        loop {
            if let Some(element) = self.find(role, name).await?
                && self
                    .call("POST", &format!("/element/{element}/click"), &json!({}))
                    .await
                    .is_ok()
            {
                return Ok(());
            }
            if started.elapsed() > APPEARS_WITHIN {
                let what = format!("{role} {name:?}");
                return Err(Trouble::NeverSeen {
                    what,
                    page: self.text().await?,
                });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Presses and lets go of these keys, one after the other, wherever the focus is.
    pub async fn press(&self, keys: &str) -> Result<(), Trouble> {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({ "type": "keyDown", "value": key }),
                    json!({ "type": "keyUp", "value": key }),
                ]
            })
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.call("POST", "/actions", &actions).await.map(drop)
    }

    /// Presses a key while another is held down.
    pub async fn press_with(&self, held: &str, key: &str) -> Result<(), Trouble> {
        let strokes = json!([
            { "type": "keyDown", "value": held },
            { "type": "keyDown", "value": key },
            { "type": "keyUp", "value": key },
            { "type": "keyUp", "value": held },
        ]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.call("POST", "/actions", &actions).await.map(drop)
    }

    /// Presses the pointer on a button and lets go once the page shows what came of it, as acts want that cannot be
    /// undone. A button that was not to be pressed yet is pressed again, as a hand does.
    pub async fn hold_until(&self, role: &str, name: &str, shows: &str) -> Result<(), Trouble> {
        let started = tokio::time::Instant::now();
        loop {
            if let Some(element) = self.find(role, name).await? {
                self.pointer(&json!([
                    { "type": "pointerMove", "origin": { ELEMENT: element }, "x": 0, "y": 0, "duration": 0 },
                    { "type": "pointerDown", "button": 0 },
                ]))
                .await?;
                let pressed = tokio::time::Instant::now();
                let mut seen = false;
                while !seen && pressed.elapsed() < HELD_AT_MOST {
                    tokio::time::sleep(LOOK_EVERY).await;
                    seen = self.text().await?.contains(shows);
                }
                self.pointer(&json!([{ "type": "pointerUp", "button": 0 }]))
                    .await?;
                if seen {
                    return Ok(());
                }
            }
            if started.elapsed() > APPEARS_WITHIN {
                return Err(Trouble::NeverSeen {
                    what: format!("{shows:?} by holding {role} {name:?}"),
                    page: self.text().await?,
                });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Takes the pointer to a corner where nothing is, so that no button looks chosen and no hint is out.
    pub async fn point_at_nothing(&self) -> Result<(), Trouble> {
        // The engine only takes note of a pointer that is on its way.
        self.pointer(&json!([
            { "type": "pointerMove", "origin": "viewport", "x": 9, "y": 9, "duration": 0 },
            { "type": "pointerMove", "origin": "viewport", "x": 1, "y": 1, "duration": 50 },
        ]))
        .await
    }

    async fn pointer(&self, strokes: &Value) -> Result<(), Trouble> {
        let actions = json!({ "actions": [{
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": strokes,
        }] });
        self.call("POST", "/actions", &actions).await.map(drop)
    }

    /// Finds a button by its accessible name, as the driver computes it, and a row or choice by what is written in it.
    async fn find(&self, role: &str, name: &str) -> Result<Option<String>, Trouble> {
        let (using, value) = match role {
            "row" => (
                "xpath",
                format!("//*[@role='row' or self::tr][contains(., '{name}')]"),
            ),
            "choice" => ("xpath", format!("//label[normalize-space(.)='{name}']")),
            _ => ("css selector", format!("{role}, [role={role}]")),
        };
        let found = self
            .call("POST", "/elements", &json!({ "using": using, "value": value }))
            .await?;
        for element in found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|found| found[ELEMENT].as_str())
        {
            if role == "row" || role == "choice" || self.name_of(element).await.starts_with(name) {
                return Ok(Some(element.to_owned()));
            }
        }
        Ok(None)
    }

    /// An element may be gone again by the time it is asked for its name; then it has none.
    async fn name_of(&self, element: &str) -> String {
        let name = self
            .call("GET", &format!("/element/{element}/computedlabel"), &Value::Null)
            .await;
        name.ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    async fn call(&self, verb: &str, path: &str, body: &Value) -> Result<Value, Trouble> {
        let url = format!("{}{path}", self.base);
        let request = match verb {
            "GET" => self.http.get(url),
            "DELETE" => self.http.delete(url),
            _ => self.http.post(url).json(body),
        };
        let answer = request.send().await?;
        let failed = !answer.status().is_success();
        let mut whole: Value = answer.json().await?;
        if failed {
            return Err(refused(path, &whole["value"]["message"]));
        }
        Ok(whole["value"].take())
    }
}

fn refused(what: &str, why: &dyn std::fmt::Display) -> Trouble {
    Trouble::Refused {
        what: what.to_owned(),
        why: why.to_string(),
    }
}
