//! The program. Everything it does is in the library, where the tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("healthcheck") {
        return service::healthcheck::run();
    }
    service::start::run()
}
