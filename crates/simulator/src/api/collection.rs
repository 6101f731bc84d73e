//! The query parameters of the contract: `fields`, `subresources` and exact-match filters (`gws/core.md` 1.2).

use serde_json::{Map, Value, json};

use super::Answer;
use crate::wire::Subresources;
use crate::world::Refusal;

/// Which attributes a request wants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Fields {
    /// No `fields` parameter: a collection answers with URIs only.
    Unsaid,
    All,
    Named(Vec<String>),
}

/// What a request wants to see of a resource or collection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Selection {
    fields: Fields,
    pub(super) subresources: Subresources,
    filters: Vec<(String, String)>,
}

/// Which entries of a long list a request wants. The documents say that there are pages, not what their parameters are
/// called; these are the usual names (`gws/digital.md 1.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) offset: usize,
    pub(super) limit: usize,
}

impl Part {
    const WHOLE: Self = Self {
        offset: 0,
        limit: usize::MAX,
    };
}

/// What a server makes of `limit` and `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paging {
    /// It gives that part of the list.
    #[default]
    Known,
    /// It does not know them and gives the whole list.
    Ignored,
    /// It takes them for attributes, which nobody has.
    Filter,
}

impl Selection {
    pub(crate) fn new(query: &[(String, String)]) -> Self {
        let mut selection = Self {
            fields: Fields::Unsaid,
            subresources: Subresources::default(),
            filters: Vec::new(),
        };
        for (name, value) in query {
            match name.as_str() {
                "fields" if value == "*" => selection.fields = Fields::All,
                "fields" => {
                    selection.fields =
                        Fields::Named(value.split(',').map(|name| name.trim().to_owned()).collect());
                }
                "subresources" => selection.subresources = Subresources::parse(value),
                _ => selection.filters.push((name.clone(), value.clone())),
            }
        }
        selection
    }

    /// The selection without its part, and the part, as a server with this paging understands them.
    pub(super) fn paged(&self, paging: Paging) -> Result<(Self, Part), Refusal> {
        let mut rest = self.clone();
        let mut part = Part::WHOLE;
        if paging != Paging::Filter {
            let number = |name| Ok(self.number(name)?.and_then(|number| usize::try_from(number).ok()));
            let given = Part {
                offset: number("offset")?.unwrap_or(0),
                limit: number("limit")?.unwrap_or(usize::MAX),
            };
            rest.filters
                .retain(|(name, _)| name != "offset" && name != "limit");
            if paging == Paging::Known {
                part = given;
            }
        }
        Ok((rest, part))
    }

    /// A parameter that is a number; absent when it is not given.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let given = self.filters.iter().find(|(filter, _)| filter == name);
        given
            .map(|(_, value)| value.parse().map_err(|_| Refusal::out_of_range(name)))
            .transpose()
    }

    /// Whether a collection answers with objects rather than URIs.
    pub(super) fn wants_objects(&self) -> bool {
        self.fields != Fields::Unsaid || !self.subresources.names().is_empty()
    }

    /// Whether every filter equals the attribute of the same name.
    pub(super) fn accepts(&self, resource: &Value) -> bool {
        self.filters
            .iter()
            .all(|(name, wanted)| match resource.get(name) {
                Some(Value::String(text)) => text == wanted,
                Some(Value::Bool(truth)) => wanted.parse() == Ok(*truth),
                Some(Value::Number(number)) => {
                    number.as_i64().is_some_and(|number| wanted.parse() == Ok(number))
                }
                _ => false,
            })
    }

    /// Only the named attributes, and the sub-collections asked for.
    pub(super) fn pick(&self, resource: Value) -> Value {
        let (Fields::Named(names), Value::Object(all)) = (&self.fields, &resource) else {
            return resource;
        };
        let every_subresource = self.subresources.names().iter().any(|name| name == "*");
        let kept = |name: &String, value: &Value| {
            names.contains(name)
                || self.subresources.names().contains(name)
                || (every_subresource && (value.is_array() || value.is_object()))
        };
        all.iter()
            .filter(|(name, value)| kept(name, value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Map<_, _>>()
            .into()
    }

    /// A short collection. Each item comes with its URI.
    pub(super) fn collection(&self, plural: &str, items: Vec<(String, Value)>) -> Answer {
        let accepted = items.into_iter().filter(|(_, item)| self.accepts(item));
        if self.wants_objects() {
            Answer::of(plural, accepted.map(|(_, item)| self.pick(item)).collect())
        } else {
            Answer::of("uris", accepted.map(|(uri, _)| json!(uri)).collect())
        }
    }

    /// A short collection whose items know their own URI.
    pub(super) fn self_named_collection(&self, plural: &str, items: Vec<Value>) -> Answer {
        let uri = |item: &Value| item["uri"].as_str().unwrap_or_default().to_owned();
        self.collection(plural, items.into_iter().map(|item| (uri(&item), item)).collect())
    }

    /// A single resource.
    pub(super) fn single(&self, singular: &str, resource: Value) -> Answer {
        Answer::of(singular, self.pick(resource))
    }
}
