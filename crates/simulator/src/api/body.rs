//! Reading the parameters of an operation, with the status code each mistake deserves.

use serde_json::{Map, Value};

use crate::world::{Refusal, Status};

/// The JSON object of a POST.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'a>(&'a Map<String, Value>);

impl<'a> Body<'a> {
    pub(super) fn new(body: &'a Value) -> Result<Self, Refusal> {
        body.as_object()
            .map(Self)
            .ok_or_else(|| Refusal::new(Status::OutOfRange, "The body is not a JSON object"))
    }

    /// A parameter that is present and not null.
    fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn operation(self) -> Result<&'a str, Refusal> {
        self.required("operationName")
    }

    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::out_of_range(name)),
        }
    }

    pub(super) fn required(self, name: &str) -> Result<&'a str, Refusal> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Refusal::missing(name))
    }

    /// A parameter with a closed set of values.
    pub(super) fn choice<T>(
        self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        self.text(name)?
            .map(|text| parse(text).ok_or_else(|| Refusal::out_of_range(name)))
            .transpose()
    }

    /// An object, empty when absent.
    pub(super) fn object(self, name: &str) -> Result<Map<String, Value>, Refusal> {
        match self.value(name) {
            None => Ok(Map::new()),
            Some(Value::Object(object)) => Ok(object.clone()),
            Some(_) => Err(Refusal::out_of_range(name)),
        }
    }

    /// A list of strings.
    pub(super) fn texts(self, name: &str) -> Result<Vec<String>, Refusal> {
        let Some(value) = self.value(name) else {
            return Err(Refusal::missing(name));
        };
        let items = value.as_array().ok_or_else(|| Refusal::out_of_range(name))?;
        items
            .iter()
            .map(|item| {
                item.as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| Refusal::out_of_range(name))
            })
            .collect()
    }

    /// `destination: {"phoneNumber": …}` of the operations that call somebody.
    pub(super) fn destination(self) -> Result<&'a str, Refusal> {
        let destination = self
            .value("destination")
            .ok_or_else(|| Refusal::missing("destination"))?;
        let object = destination
            .as_object()
            .ok_or_else(|| Refusal::out_of_range("destination"))?;
        Body(object).required("phoneNumber")
    }
}
