//! Lists of everybody, fast: a person is rendered again only when something about them has changed.
//!
//! With 20,000 agents a roster reply is some twenty megabytes and is asked for every few seconds.

use std::collections::VecDeque;

use serde_json::Value;

use super::collection::Part;
use super::{Answer, Selection};
use crate::world::{PersonKey, Refusal, World};

/// How many different forms of list are kept. Each client asks for one or two.
const KEPT: usize = 6;

/// Which list of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Users,
    Contacts,
}

impl List {
    fn plural(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Contacts => "contacts",
        }
    }
}

#[derive(Debug)]
struct Form {
    list: List,
    viewer: PersonKey,
    selection: Selection,
    /// By person: the version rendered and its JSON, empty when a filter keeps the person out.
    rendered: Vec<Option<(u64, Box<str>)>>,
}

/// Rendered people, by form of list.
#[derive(Debug, Default)]
pub(crate) struct RosterCache {
    generation: u64,
    forms: VecDeque<Form>,
}

impl RosterCache {
    /// A list of these people for one viewer.
    pub(super) fn answer(
        &mut self,
        world: &World,
        list: List,
        viewer: PersonKey,
        selection: &Selection,
        people: impl Iterator<Item = PersonKey>,
    ) -> Result<Answer, Refusal> {
        let (selection, part) = selection.paged(world.faults.paging)?;
        let selection = &selection;
        let resource = |person| match list {
            List::Users => world.user_resource(person, viewer, &selection.subresources),
            List::Contacts => world.contact_resource(person),
        };
        if !selection.wants_objects() {
            let mut items: Vec<Value> = people.map(resource).collect();
            if list == List::Contacts {
                items.extend(world.queue_contact_resources());
            }
            return Ok(selection.self_named_collection(list.plural(), items));
        }
        let form = self.form(world, list, viewer, selection);
        let mut items = Items::new(part);
        for person in people {
            let version = world.person(person).version;
            let slot = &mut form.rendered[person.0];
            // The viewer's own entry holds calls and more, whose changes the version does not count.
            let fresh = person != viewer && slot.as_ref().is_some_and(|(rendered, _)| *rendered == version);
            if !fresh {
                *slot = Some((version, render(selection, resource(person)).into_boxed_str()));
            }
            if let Some((_, json)) = slot {
                items.push(json);
            }
        }
        if list == List::Contacts {
            for queue in world.queue_contact_resources() {
                items.push(&render(selection, queue));
            }
        }
        Ok(Answer::List {
            plural: list.plural(),
            items: items.text,
        })
    }

    fn form(&mut self, world: &World, list: List, viewer: PersonKey, selection: &Selection) -> &mut Form {
        if self.generation != world.generation {
            self.generation = world.generation;
            self.forms.clear();
        }
        let known = self
            .forms
            .iter()
            .position(|form| form.list == list && form.viewer == viewer && form.selection == *selection);
        let form = known
            .and_then(|index| self.forms.remove(index))
            .unwrap_or_else(|| Form {
                list,
                viewer,
                selection: selection.clone(),
                rendered: vec![None; world.directory.people.len()],
            });
        self.forms.truncate(KEPT - 1);
        self.forms.push_front(form);
        &mut self.forms[0]
    }
}

/// The JSON of a resource as selected; empty when a filter keeps it out.
fn render(selection: &Selection, resource: Value) -> String {
    if selection.accepts(&resource) {
        selection.pick(resource).to_string()
    } else {
        String::new()
    }
}

/// The entries of the part that is wanted, one after the other.
struct Items {
    text: String,
    skip: usize,
    left: usize,
}

impl Items {
    fn new(part: Part) -> Self {
        Self {
            text: String::new(),
            skip: part.offset,
            left: part.limit,
        }
    }

    /// Takes an entry, unless a filter kept it out or it is in another part.
    fn push(&mut self, json: &str) {
        if json.is_empty() {
            return;
        }
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.left > 0 {
            self.left -= 1;
            if !self.text.is_empty() {
                self.text.push(',');
            }
            self.text.push_str(json);
        }
    }
}
