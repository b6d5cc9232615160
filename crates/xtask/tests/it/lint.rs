use xtask::scorecard::lint::findings;

#[test]
fn warnings_and_errors_count_and_summaries_do_not() {
    let messages = r#"{"reason":"compiler-artifact"}
{"reason":"compiler-message","message":{"level":"warning","code":{"code":"clippy::todo"}}}
{"reason":"compiler-message","message":{"level":"error","code":{"code":"E0308"}}}
{"reason":"compiler-message","message":{"level":"warning","code":null}}
not json"#;
    assert_eq!(findings(messages), 2);
    assert_eq!(findings(""), 0);
}
