//! Registers our commands as inlined plugins, so that Tauri checks each call against the window's permissions
//! (`docs/adr/0003-commands-are-inlined-plugins.md`).

use tauri_build::{Attributes, DefaultPermissionRule, InlinedPlugin};

include!("commands/names.rs");

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/commands/names.rs");
    println!("cargo:rerun-if-changed=ui/dist/index.html");
    // `cargo check` must work in a fresh clone, before the interface has been built.
    if let Err(error) = std::fs::create_dir_all("ui/dist") {
        println!("cargo:warning=ui/dist cannot be made: {error}");
    }
    let mut attributes = Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    for (name, commands) in PLUGINS {
        let plugin = InlinedPlugin::new()
            .commands(commands)
            .default_permission(DefaultPermissionRule::AllowAllCommands);
        attributes = attributes.plugin(name, plugin);
    }
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
