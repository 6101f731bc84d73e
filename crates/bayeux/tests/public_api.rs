//! The public API, listed from the sources and compared with the committed list, so that a change of it is never an accident.
//!
//! After a change that is meant: `UPDATE_API=1 cargo test -p bayeux --test public_api`, and a line in `CHANGELOG.md`.
//! (The tools that list it from rustdoc need a nightly compiler.)
//!
//! And the sections of the specification that the documentation names: each public item names one, or says that there is none.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Expr, Fields, ImplItem, Item, Lit, Meta, TraitItem, UseTree, Visibility};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().unwrap() != "tests" {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn parse(path: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(path).unwrap();
    syn::parse_file(&text).unwrap().items
}

/// The names that a file makes public by `pub use`, with the features they need.
fn exported(items: &[Item]) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for item in items {
        if let Item::Use(item) = item
            && is_public(&item.vis)
        {
            let mut leaves = Vec::new();
            collect(&item.tree, &mut leaves);
            let condition = condition(&item.attrs);
            names.extend(leaves.into_iter().map(|name| (name, condition.clone())));
        }
    }
    names
}

fn collect(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => collect(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, names)),
        tree => panic!("not foreseen: {}", text(tree)),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tokens as one would write them, near enough.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (long, short) in [
        (" :: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        (" :", ":"),
        (" ;", ";"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("' ", "'"),
        ("# [", "#["),
        (",)", ")"),
        (",>", ">"),
    ] {
        text = text.replace(long, short);
    }
    text
}

fn condition(attributes: &[Attribute]) -> String {
    let conditions = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.fold(String::new(), |all, attribute| all + &text(attribute) + " ")
}

/// What of an item's attributes its users notice.
fn marks(attributes: &[Attribute]) -> String {
    let noticed = |attribute: &&Attribute| {
        ["derive", "non_exhaustive", "must_use"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
    };
    let marks = attributes.iter().filter(noticed);
    marks.fold(String::new(), |all, attribute| {
        let attribute = text(attribute);
        // Only that it is there counts, not what it says.
        let attribute = attribute
            .split(" = ")
            .next()
            .unwrap()
            .trim_end_matches(']')
            .to_owned()
            + "]";
        all + &attribute + " "
    })
}

/// Lines for the fields of a struct or variant.
fn fields(owner: &str, fields: &Fields, all: bool, lines: &mut BTreeSet<String>) {
    for (index, field) in fields.iter().enumerate() {
        if all || is_public(&field.vis) {
            let name = field
                .ident
                .as_ref()
                .map_or(index.to_string(), ToString::to_string);
            lines.insert(format!("{owner}.{name}: {}", text(&field.ty)));
        }
    }
}

/// Lines for the definition of this public name, and for what is implemented for it.
fn describe(path: &str, name: &str, condition: &str, item: &Item, lines: &mut BTreeSet<String>) {
    let full = format!("{path}::{name}");
    let is_it = |ident: &syn::Ident, visibility: &Visibility| ident == name && is_public(visibility);
    match item {
        Item::Struct(item) if is_it(&item.ident, &item.vis) => {
            lines.insert(format!("{full}: {condition}{}struct", marks(&item.attrs)));
            fields(&full, &item.fields, false, lines);
        }
        Item::Enum(item) if is_it(&item.ident, &item.vis) => {
            lines.insert(format!("{full}: {condition}{}enum", marks(&item.attrs)));
            for variant in &item.variants {
                let variant_name = format!("{full}::{}", variant.ident);
                lines.insert(format!("{variant_name}: variant"));
                fields(&variant_name, &variant.fields, true, lines);
            }
        }
        Item::Trait(item) if is_it(&item.ident, &item.vis) => {
            lines.insert(format!("{full}: {condition}trait: {}", text(&item.supertraits)));
            for member in &item.items {
                if let TraitItem::Fn(function) = member {
                    let kind = if function.default.is_some() {
                        "provided"
                    } else {
                        "required"
                    };
                    lines.insert(format!("{full}: {kind} {}", text(&function.sig)));
                }
            }
        }
        Item::Const(item) if is_it(&item.ident, &item.vis) => {
            lines.insert(format!("{full}: {condition}const {}", text(&item.ty)));
        }
        Item::Type(item) if is_it(&item.ident, &item.vis) => {
            lines.insert(format!(
                "{full}: {condition}type {} = {}",
                text(&item.generics),
                text(&item.ty)
            ));
        }
        Item::Impl(item) if text(&item.self_ty) == name => {
            if let Some((_, of, _)) = &item.trait_ {
                lines.insert(format!("{full}: impl {}", text(of)));
            }
            for member in &item.items {
                if let ImplItem::Fn(function) = member
                    && is_public(&function.vis)
                {
                    lines.insert(format!(
                        "{full}: {}{}{}",
                        self::condition(&function.attrs),
                        marks(&function.attrs),
                        text(&function.sig)
                    ));
                }
            }
        }
        _ => {}
    }
}

/// The titles in The Bayeux Protocol Specification 1.0 that are named here, and those of the extensions in the reference of
/// `CometD`.
const SECTIONS: &[&str] = &[
    "HTTP Transport",
    "Non HTTP Transports",
    "Client to Server",
    "Server to Client event delivery",
    "Polling transports",
    "Two connection operation",
    "Connection Negotiation",
    "Client State Table",
    "Common Elements",
    "Channels",
    "Channel Globbing",
    "Meta Channels",
    "Service Channels",
    "Messages",
    "`supportedConnectionTypes`",
    "`reconnect` advice field",
    "`timeout` advice field",
    "`interval` advice field",
    "`multiple-clients` advice field",
    "`hosts` advice field",
    "`id`",
    "`data`",
    "`successful`",
    "`error`",
    "`ext`",
    "Handshake",
    "Handshake Request",
    "Unsuccessful Handshake Response",
    "Connect Request",
    "Connect Response",
    "Disconnect",
    "Disconnect Request",
    "Disconnect Response",
    "Subscribe",
    "Subscribe Response",
    "Unsubscribe",
    "Event Message Field Definitions",
    "Publish",
    "Publish Response",
    "Delivery",
    "The `long-polling` request messages",
    "The `long-polling` response messages",
    "Authentication",
    "Message Acknowledgment Extension",
    "Timesync Extension",
];

/// What an item's documentation says, on one line.
fn documentation(attributes: &[Attribute]) -> String {
    let mut all = String::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(line) = &pair.value
            && let Lit::Str(line) = &line.lit
        {
            all += &line.value();
        }
    }
    all
}

/// The titles that a text names, in brackets: `(Bayeux 1.0, *Subscribe* and *Unsubscribe*)`.
fn named(text: &str) -> Vec<String> {
    let mut titles = Vec::new();
    for from in ["(Bayeux 1.0, ", "(reference of `CometD`, "] {
        for part in text.split(from).skip(1) {
            let inside = part.split(')').next().unwrap();
            titles.extend(inside.split('*').skip(1).step_by(2).map(str::to_owned));
        }
    }
    titles
}

/// Looks whether an item names a section or says that there is none; one that does neither goes by what it belongs to. Gives
/// whether it is so.
fn is_placed(name: &str, attributes: &[Attribute], owner: bool, wrong: &mut Vec<String>) -> bool {
    let text = documentation(attributes);
    let titles = named(&text);
    for title in &titles {
        if !SECTIONS.contains(&title.as_str()) {
            wrong.push(format!("{name} names a section that is none: {title}"));
        }
    }
    let placed = owner || !titles.is_empty() || text.to_lowercase().contains("not in the specification");
    if !placed {
        wrong.push(format!("{name} names no section"));
    }
    placed
}

/// The same for a public item and for all that belongs to it.
fn look_for_sections(item: &Item, wrong: &mut Vec<String>) {
    match item {
        Item::Struct(item) => {
            let placed = is_placed(&item.ident.to_string(), &item.attrs, false, wrong);
            for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                let name = format!("{}.{}", item.ident, text(&field.ident));
                is_placed(&name, &field.attrs, placed, wrong);
            }
        }
        Item::Enum(item) => {
            let placed = is_placed(&item.ident.to_string(), &item.attrs, false, wrong);
            for variant in &item.variants {
                let name = format!("{}::{}", item.ident, variant.ident);
                is_placed(&name, &variant.attrs, placed, wrong);
            }
        }
        Item::Trait(item) => {
            let placed = is_placed(&item.ident.to_string(), &item.attrs, false, wrong);
            for member in &item.items {
                if let TraitItem::Fn(function) = member {
                    let name = format!("{}::{}", item.ident, function.sig.ident);
                    is_placed(&name, &function.attrs, placed, wrong);
                }
            }
        }
        Item::Const(item) => {
            is_placed(&item.ident.to_string(), &item.attrs, false, wrong);
        }
        Item::Type(item) => {
            is_placed(&item.ident.to_string(), &item.attrs, false, wrong);
        }
        Item::Impl(item) if item.trait_.is_none() => {
            for member in &item.items {
                if let ImplItem::Fn(function) = member {
                    let name = format!("{}::{}", text(&item.self_ty), function.sig.ident);
                    // Its type names one.
                    is_placed(&name, &function.attrs, true, wrong);
                }
            }
        }
        _ => {}
    }
}

/// The names that are public, each with the module it is in and the features it needs.
fn public_names(root: &Path) -> Vec<(&'static str, String, String)> {
    let mut names = Vec::new();
    for (name, condition) in exported(&parse(&root.join("src/lib.rs"))) {
        names.push(("bayeux", name, condition));
    }
    let protocol = parse(&root.join("src/protocol/mod.rs"));
    for (name, condition) in exported(&protocol) {
        names.push(("bayeux::protocol", name, condition));
    }
    for item in &protocol {
        let ident = match item {
            Item::Struct(item) if is_public(&item.vis) => &item.ident,
            Item::Enum(item) if is_public(&item.vis) => &item.ident,
            Item::Type(item) if is_public(&item.vis) => &item.ident,
            _ => continue,
        };
        names.push(("bayeux::protocol", ident.to_string(), String::new()));
    }
    names
}

/// The name of what an item defines, or adds to.
fn defines(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Enum(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Trait(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Const(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Type(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Impl(item) => Some(text(&item.self_ty)),
        _ => None,
    }
}

#[test]
fn every_public_item_names_its_section_of_the_specification() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let names: BTreeSet<String> = public_names(root).into_iter().map(|(_, name, _)| name).collect();
    let mut wrong = Vec::new();
    for item in files.iter().flat_map(|file| parse(file)) {
        if defines(&item).is_some_and(|name| names.contains(&name)) {
            look_for_sections(&item, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_public_api_is_the_committed_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let items: Vec<Item> = files.iter().flat_map(|file| parse(file)).collect();

    let names = public_names(root);
    let mut lines = BTreeSet::new();
    for (path, name, condition) in &names {
        let before = lines.len();
        for item in &items {
            describe(path, name, condition, item, &mut lines);
        }
        assert!(lines.len() > before, "{path}::{name} is defined nowhere");
    }
    let listed: String = lines.into_iter().map(|line| line + "\n").collect();

    let file = root.join("public-api.txt");
    if std::env::var_os("UPDATE_API").is_some() {
        std::fs::write(&file, &listed).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    for line in listed
        .lines()
        .filter(|line| !committed.lines().any(|other| other == *line))
    {
        println!("+ {line}");
    }
    for line in committed
        .lines()
        .filter(|line| !listed.lines().any(|other| other == *line))
    {
        println!("- {line}");
    }
    assert!(
        listed == committed,
        "the public API has changed; see the head of this test"
    );
}
