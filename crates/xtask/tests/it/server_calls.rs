use xtask::tidy::server_calls::check;

use crate::{files, told};

#[test]
fn the_server_outside_serve_is_found() {
    for text in [
        "use server::Config;",
        "use {app::Call, server::Config};",
        "use server as s;",
        "fn f() { server::start(); }",
        "fn f(_: server::Config) {}",
        "fn f() { println!(\"{}\", server::name()); }",
    ] {
        let found = check(&files(&[("crates/smart-begin/src/cli/new.rs", text)]));
        assert_eq!(
            told(&found),
            ["crates/smart-begin/src/cli/new.rs:1: only cli/serve.rs may use `server`; everything else calls `app`"],
            "{text}"
        );
    }
}

#[test]
fn serve_and_other_crates_pass() {
    let uses = "use server::Config; fn f() { server::start(); }";
    let alike =
        "use app::server::X; fn f(server: u8) -> u8 { app::server::go(); println!(\"{}\", app::server::x()); server }";
    let repository = files(&[
        ("crates/smart-begin/src/cli/serve.rs", uses),
        ("crates/smart-begin/src/cli/new.rs", alike),
        ("crates/other/src/lib.rs", uses),
    ]);
    assert_eq!(check(&repository), []);
}
