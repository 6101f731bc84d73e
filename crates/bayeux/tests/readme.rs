//! The example of the README is the one that is run against real servers.

/// Without what only says how it looks.
fn tokens(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

#[test]
fn the_example_of_the_readme_is_the_one_that_is_run() {
    let readme = include_str!("../README.md");
    let block = readme.split("```rust,no_run\n").nth(1).unwrap();
    let block = block.split("```").next().unwrap();
    assert_eq!(tokens(block), tokens(include_str!("../examples/news/readme.rs")));
    assert_eq!(block.lines().count(), 10);
}
