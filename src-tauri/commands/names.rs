// The commands of each plugin: read by the build script, which makes a permission of each, and by a test that
// compares them with `console::contract::COMMANDS`.
const PLUGINS: &[(&str, &[&str])] = &[
    ("session", &["practice", "sign_in", "sign_out"]),
    ("profiles", &["list", "check_address", "save", "remove"]),
    ("desk", &["subscribe", "look", "order", "open", "acknowledge", "refresh", "visible"]),
    ("drafts", &["list", "keep"]),
    ("canned", &["list", "save", "import", "export"]),
    ("journal", &["find", "history", "debrief", "verify", "export", "coverage", "usage"]),
    ("settings", &["policy", "export", "import"]),
    ("support", &["examine", "last_run", "log_level", "set_log_level", "bundle", "bundle_text", "save_bundle"]),
    ("frame", &["open_link", "ready", "quit", "preferences", "save_preferences", "report"]),
];
