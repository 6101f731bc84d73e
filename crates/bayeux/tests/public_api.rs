//! The public API, listed from the sources and compared with the committed list, so that a change of it is never an accident.
//!
//! After a change that is meant: `UPDATE_API=1 cargo test -p bayeux --test public_api`, and a line in `CHANGELOG.md`.
//! (The tools that list it from rustdoc need a nightly compiler.)
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, TraitItem, UseTree, Visibility};

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

#[test]
fn the_public_api_is_the_committed_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let items: Vec<Item> = files.iter().flat_map(|file| parse(file)).collect();

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
