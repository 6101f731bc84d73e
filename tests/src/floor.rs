//! The control API of the practice floor inside the app: what agents do, and what the app asked for.

use serde_json::{Value, json};

use crate::Trouble;

/// The practice floor of a running app.
#[derive(Debug)]
pub struct Floor {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Floor {
    /// The floor behind this address.
    pub fn new(url: String, token: String) -> Floor {
        Floor {
            http: reqwest::Client::new(),
            url,
            token,
        }
    }

    /// The address to sign in to.
    pub fn base_url(&self) -> String {
        self.url.replace("/simulator", "/api/v2")
    }

    /// Makes something happen, such as `agents/Ana Núñez/take-call`.
    pub async fn happen(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        let request = self
            .http
            .post(format!("{}/{path}", self.url))
            .header("X-Simulator-Token", &self.token);
        let answer = request.json(body).send().await?;
        let refused = !answer.status().is_success();
        let text = answer.text().await?;
        if refused {
            return Err(Trouble::Refused {
                what: path.to_owned(),
                why: text,
            });
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Makes an agent do something that needs no more words.
    pub async fn agent(&self, name: &str, act: &str) -> Result<(), Trouble> {
        self.happen(&format!("agents/{name}/{act}"), &json!({}))
            .await
            .map(drop)
    }

    /// Reads something of the floor, such as `sessions/1/customer`.
    pub async fn read(&self, path: &str) -> Result<Value, Trouble> {
        let request = self
            .http
            .get(format!("{}/{path}", self.url))
            .header("X-Simulator-Token", &self.token);
        let text = request.send().await?.text().await?;
        serde_json::from_str(&text).map_err(|_| Trouble::Refused {
            what: path.to_owned(),
            why: text,
        })
    }

    /// An agent takes a session of this customer. Gives its id.
    pub async fn takes_session(&self, agent: &str, customer: &str, text: &str) -> Result<String, Trouble> {
        let request = json!({ "customer": customer, "text": text, "user_data": { "Subject": "Billing" } });
        let opened = self
            .happen(&format!("agents/{agent}/sessions?accept=true"), &request)
            .await?;
        Ok(opened["session"].as_str().unwrap_or_default().to_owned())
    }

    /// The texts that the customer of a session can read, oldest first.
    pub async fn read_by_customer(&self, session: &str) -> Result<Vec<String>, Trouble> {
        let view = self.read(&format!("sessions/{session}/customer")).await?;
        let texts = view["texts"].as_array().cloned().unwrap_or_default();
        Ok(texts
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect())
    }

    /// Asks the server itself something that needs no sign-in and changes nothing.
    pub async fn knock(&self) -> Result<(), Trouble> {
        let server = self.url.trim_end_matches("/simulator");
        let request = self.http.get(format!("{server}/api/v2/diagnostics/version"));
        request.send().await?;
        Ok(())
    }

    /// All requests whose path begins like this, in the order they came.
    pub async fn requests(&self, path: &str) -> Result<Vec<Value>, Trouble> {
        let all = self.read("requests").await?;
        let list = all.as_array().or_else(|| all["requests"].as_array());
        let begins = |request: &&Value| {
            request["path"]
                .as_str()
                .is_some_and(|found| found.starts_with(path))
        };
        Ok(list.into_iter().flatten().filter(begins).cloned().collect())
    }

    /// All requests with this operation, in the order they came.
    pub async fn asked(&self, operation: &str) -> Result<Vec<Value>, Trouble> {
        let mut all = self.requests("/").await?;
        all.retain(|request| request["body"]["operationName"] == operation);
        Ok(all)
    }
}
