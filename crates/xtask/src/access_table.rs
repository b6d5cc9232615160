//! The tables of docs/access-control.md and docs/audit.md: what each permission allows, which role has it, who may do what
//! to whose things, and what is written down of it. Written from the code that decides, so that the page cannot say anything else.

use std::fs;

use domain::{AuditAction, Operation, Ownership, Permission, RoleTable};

use crate::Failure;

/// The page, from the root of the repository.
pub const PAGE: &str = "docs/access-control.md";

/// The page on the audit log, from the root of the repository.
pub const AUDIT_PAGE: &str = "docs/audit.md";

/// Writes the tables into the pages.
///
/// # Errors
/// When a page cannot be read or written, or has lost its markers.
pub fn run() -> Result<(), Failure> {
    for (page, renew) in [(PAGE, renewed as fn(&str) -> Result<String, Failure>), (AUDIT_PAGE, audit_renewed)] {
        let text = fs::read_to_string(page).map_err(|fault| Failure::because(page, fault))?;
        fs::write(page, renew(&text)?).map_err(|fault| Failure::because(page, fault))?;
        println!("{page} is written");
    }
    Ok(())
}

/// The page on the audit log with its table as it should be.
///
/// # Errors
/// When it has lost a marker.
pub fn audit_renewed(page: &str) -> Result<String, Failure> {
    fill(AUDIT_PAGE, page, &[("actions", actions())])
}

/// Which actions there are, and on whose things each is an entry.
fn actions() -> String {
    let head = ["Action", "What", "One's own or nobody's", "Another's"].map(str::to_owned);
    let row = |action: AuditAction| match action {
        AuditAction::Asked(operation) => {
            let log = |ownership| if operation.is_privileged(ownership) { "an entry" } else { "the access log" };
            let [own, other] = [Ownership::Own, Ownership::Other].map(|ownership| log(ownership).to_owned());
            vec![
                format!("`{operation}`", operation = operation.as_str()),
                "asked for; see [access control](access-control.md)".to_owned(),
                own,
                other,
            ]
        }
        AuditAction::Event(event) => {
            let entry = || "an entry".to_owned();
            vec![format!("`{}`", event.as_str()), event.meaning().to_owned(), entry(), entry()]
        }
    };
    table(&head, AuditAction::all().map(row))
}

/// The page with its tables as they should be.
///
/// # Errors
/// When it has lost a marker.
pub fn renewed(page: &str) -> Result<String, Failure> {
    fill(PAGE, page, &[("roles", roles()), ("operations", operations()), ("matrix", matrix())])
}

fn fill(path: &str, page: &str, tables: &[(&str, String)]) -> Result<String, Failure> {
    let mut page = page.to_owned();
    for (name, table) in tables {
        let (begin, end) = (format!("<!-- table: {name} -->\n"), "<!-- end of table -->");
        let start = page.find(&begin).map(|start| start + begin.len());
        let rest = start.and_then(|start| Some((start, start + page[start..].find(end)?)));
        let (start, stop) =
            rest.ok_or_else(|| Failure(format!("{path}: the marker of the table {name} is missing")))?;
        page.replace_range(start..stop, &format!("\n{table}\n"));
    }
    Ok(page)
}

/// The shipped roles, with the narrowest first.
fn shipped() -> Vec<(String, domain::PermissionSet)> {
    let mut roles: Vec<_> =
        RoleTable::shipped().iter().map(|(name, permissions)| (name.to_owned(), permissions)).collect();
    roles.sort_by_key(|(name, permissions)| (permissions.iter().count(), name.clone()));
    roles
}

fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn table(head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rule: Vec<&str> = head.iter().map(|_| "---").collect();
    let rows: String = rows.map(|cells| row(&cells)).collect();
    format!("{}{}{rows}", row(head), row(&rule))
}

fn roles() -> String {
    let shipped = shipped();
    let head: Vec<String> = ["Permission", "Allows"].iter().map(|word| (*word).to_owned()).collect();
    let head = [head, shipped.iter().map(|(name, _)| name.clone()).collect()].concat();
    table(
        &head,
        Permission::ALL.iter().map(|permission| {
            let mut cells = vec![format!("`{permission}`"), permission.meaning().to_owned()];
            cells.extend(shipped.iter().map(|(_, has)| if has.has(*permission) { "yes" } else { "no" }.to_owned()));
            cells
        }),
    )
}

fn operations() -> String {
    let head =
        ["Operation", "On one's own", "On the team's", "On others'", "Read-only mode", "Token for certain projects"];
    let needs = |operation: Operation, ownership: Ownership| {
        let names: Vec<String> = operation.needs(ownership).iter().map(|one| format!("`{one}`")).collect();
        names.join(" or ")
    };
    table(
        &head.map(str::to_owned),
        Operation::ALL.into_iter().map(|operation| {
            let mut cells = vec![format!("`{}`", operation.as_str())];
            cells.extend(Ownership::ALL.map(|ownership| needs(operation, ownership)));
            cells.push(if operation.is_refused_when_read_only() { "refuses it" } else { "allows it" }.to_owned());
            cells.push(if operation.fits_one_project() { "can be used" } else { "cannot be used" }.to_owned());
            cells
        }),
    )
}

fn matrix() -> String {
    let shipped = shipped();
    let head = [vec!["Operation".to_owned()], shipped.iter().map(|(name, _)| name.clone()).collect()].concat();
    table(
        &head,
        Operation::ALL.into_iter().map(|operation| {
            let mut cells = vec![format!("`{}`", operation.as_str())];
            cells.extend(shipped.iter().map(|(_, has)| {
                let may = Ownership::ALL
                    .map(|ownership| operation.needs(ownership).iter().any(|permission| has.has(*permission)));
                match may {
                    [false, false, false] => "no",
                    [true, false, false] => "own",
                    [true, true, false] => "own, team's",
                    [true, true, true] => "all",
                    _ => "see the table above",
                }
                .to_owned()
            }));
            cells
        }),
    )
}
