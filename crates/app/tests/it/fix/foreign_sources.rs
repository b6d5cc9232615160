//! Package managers meet what a project holds ready for them: interpreters, settings and repositories of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use app::{FixAllowed, FixMode, FixOutcome, FixReport, UpgradeState};
use domain::Ecosystem;

use super::{Site, has, record, upgrade};

const PYPROJECT: &str = "[project]\nname = \"old\"\nversion = \"0.1.0\"\nrequires-python = \">=3.9\"\ndependencies = [\n    \"idna>=3.0,<4\",\n]\n";
const UV_LOCK: &str = "version = 1\nrequires-python = \">=3.9\"\n\n[[package]]\nname = \"idna\"\nversion = \"3.4\"\nsource = { registry = \"https://registry.example/simple\" }\n\n[[package]]\nname = \"old\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\ndependencies = [\n    { name = \"idna\" },\n]\n\n[package.metadata]\nrequires-dist = [{ name = \"idna\", specifier = \">=3.0,<4\" }]\n";

const PACKAGE: &str = r#"{"name":"old","version":"1.0.0","dependencies":{"ms":"2.1.0"}}"#;
const NPM_LOCK: &str = r#"{"name":"old","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
"":{"name":"old","version":"1.0.0","dependencies":{"ms":"2.1.0"}},
"node_modules/ms":{"version":"2.1.0","license":"MIT"}}}"#;

/// A program that notes how it was called, and then does what `then` says.
fn spy(folder: &Path, name: &str, then: &str) -> (PathBuf, PathBuf) {
    let (program, calls) = (folder.join(name), folder.join(format!("{name}-calls")));
    let script = format!("#!/bin/sh\necho \"$*\" >> {}\n{then}\n", calls.display());
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    (program, calls)
}

fn python_site(pyproject: &str, lock: &str) -> Site {
    let records = [record("D-1", Ecosystem::PYPI, "idna", &[("0", "3.7")])];
    with_refresh(Site::new(&records, &[("app/pyproject.toml", pyproject), ("app/uv.lock", lock)]))
}

fn npm_site(package: &str, lock: &str) -> Site {
    let records = [record("C-2", Ecosystem::NPM, "ms", &[("0", "2.1.2")])];
    with_refresh(Site::new(&records, &[("package.json", package), ("package-lock.json", lock)]))
}

fn with_refresh(mut site: Site) -> Site {
    site.house.services.checks.fix.allowed = FixAllowed::Refresh;
    site
}

/// Sets a variable of the operator's.
fn set(site: &mut Site, name: &str, value: &Path) {
    let variables = &mut site.house.services.checks.fix.variables;
    variables.retain(|(known, _)| known != name);
    variables.push((name.into(), value.into()));
}

/// The upgrade was not made, and why.
fn refused(report: &FixReport, package: &str) -> String {
    let one = upgrade(report, package);
    assert_eq!((report.outcome, one.state), (FixOutcome::Failed, UpgradeState::NotFixed), "{report:#?}");
    one.why.clone().unwrap()
}

#[test]
fn an_interpreter_that_lies_in_a_project_is_never_started() {
    if !has("uv") {
        return;
    }
    let mut site = python_site(PYPROJECT, UV_LOCK);
    let away = site.house.folder.path().join("away");
    let (python, calls) = spy(&away, "python", "exit 1");
    for beneath in ["app/.venv", ".venv"] {
        let bin = site.project.join(beneath).join("bin");
        fs::create_dir_all(&bin).unwrap();
        for name in ["python", "python3"] {
            fs::copy(&python, bin.join(name)).unwrap();
        }
        let about = format!("home = {}\ninclude-system-site-packages = false\nversion = 3.11.0\n", away.display());
        fs::write(site.project.join(beneath).join("pyvenv.cfg"), about).unwrap();
    }
    site.commit();
    // What the operator's own uv keeps is not what the project may fill.
    let cache = site.house.folder.path().join("uv-cache");
    set(&mut site, "UV_CACHE_DIR", &cache);
    let report = site.fix(FixMode::Try);
    assert!(!calls.exists(), "{}", fs::read_to_string(calls).unwrap());
    assert_eq!(upgrade(&report, "idna").state, UpgradeState::Fixed, "{report:#?}");
    assert!(!cache.exists(), "its cache is its own");
}

#[test]
fn settings_for_uv_beside_a_manifest_do_not_count() {
    if !has("uv") {
        return;
    }
    let site = python_site(PYPROJECT, UV_LOCK);
    site.put(&[("app/uv.toml", "[[index]]\nurl = \"http://127.0.0.1:9/simple\"\ndefault = true\n")]);
    site.commit();
    let report = site.fix(FixMode::Try);
    assert_eq!(upgrade(&report, "idna").state, UpgradeState::Fixed, "{report:#?}");
}

#[test]
fn uv_is_not_sent_elsewhere_than_to_the_operators_index() {
    let with = |more: &str| format!("{PYPROJECT}\n{more}");
    let asks =
        |requirement: &str| PYPROJECT.replace("\"idna>=3.0,<4\",", &format!("\"idna>=3.0,<4\", \"{requirement}\","));
    let locked = |source: &str| UV_LOCK.replace("source = { virtual = \".\" }", source);
    let cases = [
        (
            with("[tool.uv.sources]\nother = { git = \"https://x.example/other\" }\n"),
            UV_LOCK.to_owned(),
            "tool.uv.sources",
        ),
        (with("[[tool.uv.index]]\nurl = \"https://x.example/simple\"\n"), UV_LOCK.to_owned(), "tool.uv.index"),
        (with("[tool.uv]\nindex-url = \"https://x.example/simple\"\n"), UV_LOCK.to_owned(), "tool.uv.index-url"),
        (with("[tool.uv]\nfind-links = [\"/srv\"]\n"), UV_LOCK.to_owned(), "tool.uv.find-links"),
        (
            with("[tool.uv]\npython-install-mirror = \"file:///srv\"\n"),
            UV_LOCK.to_owned(),
            "tool.uv.python-install-mirror",
        ),
        (with("[tool.uv]\ndev-dependencies = [\"other @ file:///srv/other\"]\n"), UV_LOCK.to_owned(), "at an address"),
        (
            with("[tool.uv]\nconstraint-dependencies = [\"other @ file:///srv/other\"]\n"),
            UV_LOCK.to_owned(),
            "at an address",
        ),
        (
            with("[tool.uv]\noverride-dependencies = [\"other @ git+file:///srv/other\"]\n"),
            UV_LOCK.to_owned(),
            "at an address",
        ),
        (
            with("[dependency-groups]\ndev = [\"other @ https://x.example/o.whl\"]\n"),
            UV_LOCK.to_owned(),
            "at an address",
        ),
        (with("[build-system]\nrequires = [\"other @ git+ssh://x.example/o\"]\n"), UV_LOCK.to_owned(), "at an address"),
        (
            with("[project.optional-dependencies]\na = [\"other@https://x.example/o.whl\"]\n"),
            UV_LOCK.to_owned(),
            "at an address",
        ),
        (asks("other @ git+https://x.example/o"), UV_LOCK.to_owned(), "at an address"),
        (asks("other @ file:///srv/o ; python_version<'4'"), UV_LOCK.to_owned(), "at an address"),
        (with("broken"), UV_LOCK.to_owned(), "cannot be read"),
        (PYPROJECT.to_owned(), locked("source = { git = \"https://x.example/o#1\" }"), "elsewhere than an index"),
        (PYPROJECT.to_owned(), locked("source = { directory = \"/srv\" }"), "elsewhere than an index"),
        (PYPROJECT.to_owned(), locked("source = {url=\"https://x.example/o.whl\"}"), "elsewhere than an index"),
        (with("[tool.uv.workspace]\nmembers = [\"../../*\"]\n"), UV_LOCK.to_owned(), "tool.uv.workspace"),
        (PYPROJECT.to_owned(), locked("source = { editable = \"../x\" }"), "elsewhere than an index"),
        (PYPROJECT.to_owned(), locked("source = { registry = \"../links\" }"), "elsewhere than an index"),
        (PYPROJECT.to_owned(), locked("source.path = \"/srv/o.whl\""), "elsewhere than an index"),
    ];
    let site = python_site(PYPROJECT, UV_LOCK);
    let mut site = site;
    // Nothing that a name leads to is there to be asked, so what is not refused here fails in another way.
    let empty = site.house.folder.path().join("no-tools");
    let (_, calls) = spy(&empty, "uv", "exit 1");
    let path =
        std::env::join_paths([empty].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    set(&mut site, "PATH", Path::new(&path.unwrap()));
    for (pyproject, lock, why) in cases {
        site.put(&[("app/pyproject.toml", &pyproject), ("app/uv.lock", &lock)]);
        site.commit();
        let said = refused(&site.fix(FixMode::Try), "idna");
        assert!(said.contains(why), "{why}: {said}\n{pyproject}\n{lock}");
        assert!(!calls.exists(), "{why}: {}", fs::read_to_string(calls).unwrap());
    }
    // What says where nothing is fetched from is followed.
    let good = with(
        "[tool.uv]\npackage = false\nconstraint-dependencies = [\"idna<4\"]\n[tool.uv.workspace]\nmembers = [\"packages/*\"]\n[project.urls]\nhome = \"https://x.example/@a\"\n",
    );
    site.put(&[("app/pyproject.toml", &good), ("app/uv.lock", UV_LOCK)]);
    site.commit();
    let _ = refused(&site.fix(FixMode::Try), "idna");
    assert!(calls.exists(), "uv was asked");
}

#[test]
fn npm_fetches_from_the_registry_alone() {
    let depends = |more: &str| PACKAGE.replace("\"ms\":\"2.1.0\"}", &format!("\"ms\":\"2.1.0\",{more}}}"));
    let also = |more: &str| PACKAGE.replace("\"name\":\"old\"", &format!("\"name\":\"old\",{more}"));
    let locked = |entry: &str| NPM_LOCK.replace("\"license\":\"MIT\"}", &format!("\"license\":\"MIT\"}},\n{entry}"));
    let old = |entry: &str| {
        format!(
            r#"{{"name":"old","version":"1.0.0","lockfileVersion":1,"requires":true,"dependencies":{{"ms":{{"version":"2.1.0"}},{entry}}}}}"#
        )
    };
    let cases = [
        (depends(r#""x":"git+ssh://git@x.example/x.git""#), NPM_LOCK.to_owned()),
        (depends(r#""x":"owner/x""#), NPM_LOCK.to_owned()),
        (depends(r#""x":"github:owner/x""#), NPM_LOCK.to_owned()),
        (depends(r#""x":"file:../../srv""#), NPM_LOCK.to_owned()),
        (depends(r#""x":"../x""#), NPM_LOCK.to_owned()),
        (depends(r#""x":"https://x.example/x.tgz""#), NPM_LOCK.to_owned()),
        (depends(r#""x":"npm:owner/x""#), NPM_LOCK.to_owned()),
        (also(r#""devDependencies":{"x":"git://x.example/x"}"#), NPM_LOCK.to_owned()),
        (also(r#""optionalDependencies":{"x":"owner/x#v1"}"#), NPM_LOCK.to_owned()),
        (also(r#""peerDependencies":{"x":"git+file:///srv/x"}"#), NPM_LOCK.to_owned()),
        (also(r#""overrides":{"x":{"y":"git+file:///srv/x"}}"#), NPM_LOCK.to_owned()),
        (
            PACKAGE.to_owned(),
            locked(r#""node_modules/x":{"version":"1.0.0","resolved":"git+ssh://git@x.example/x.git#1"}"#),
        ),
        (PACKAGE.to_owned(), locked(r#""node_modules/x":{"version":"1.0.0","resolved":"file:/srv/x.tgz"}"#)),
        (PACKAGE.to_owned(), locked(r#""node_modules/x":{"resolved":"../x","link":true}"#)),
        (
            PACKAGE.to_owned(),
            locked(r#""node_modules/x":{"version":"1.0.0","dependencies":{"y":"git+file:///srv/y"}}"#),
        ),
        (PACKAGE.to_owned(), old(r#""x":{"version":"git+file:///srv/x"}"#)),
        (PACKAGE.to_owned(), old(r#""x":{"version":"1.0.0","dependencies":{"y":{"version":"github:owner/y#1"}}}"#)),
        (PACKAGE.to_owned(), old(r#""x":{"version":"1.0.0","requires":{"y":"git+file:///srv/y"}}"#)),
    ];
    let mut site = npm_site(PACKAGE, NPM_LOCK);
    let beside = site.house.folder.path().join("spies");
    let (_, calls) = spy(&beside, "npm", "exit 1");
    let path =
        std::env::join_paths([beside].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    set(&mut site, "PATH", Path::new(&path.unwrap()));
    for (package, lock) in cases {
        site.put(&[("package.json", &package), ("package-lock.json", &lock)]);
        site.commit();
        let said = refused(&site.fix(FixMode::Try), "ms");
        assert!(said.contains("from elsewhere than the registry"), "{said}\n{package}\n{lock}");
        assert!(!calls.exists(), "{package}\n{lock}");
    }
    // An alias, a workspace and a package of a scope are no address.
    let good = depends(r#""x":"npm:@scope/y@^1.0.0","@scope/z":"workspace:*","w":">=1 <2 || 3.x""#);
    site.put(&[("package.json", &good), ("package-lock.json", NPM_LOCK)]);
    site.commit();
    let said = refused(&site.fix(FixMode::Try), "ms");
    assert!(!said.contains("from elsewhere") && calls.exists(), "{said}");
}

/// A registry with one package, whose newer version asks for one from a repository.
fn registry(git: &str) -> String {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let version = |number: &str, dependencies: &str| {
        format!(
            r#""{number}":{{"name":"ms","version":"{number}","dependencies":{{{dependencies}}},"dist":{{"tarball":"{base}/ms-{number}.tgz","shasum":"{}"}}}}"#,
            "0".repeat(40)
        )
    };
    let versions = format!("{},{}", version("2.1.0", ""), version("2.1.2", &format!(r#""evil":"{git}""#)));
    let answer = format!(r#"{{"name":"ms","dist-tags":{{"latest":"2.1.2"}},"versions":{{{versions}}}}}"#);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let asked = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let (status, body) =
                if asked.starts_with("GET /ms ") { ("200 OK", answer.as_str()) } else { ("404 Not Found", "{}") };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = (&stream).write_all(format!("{head}{body}").as_bytes());
        }
    });
    base
}

#[test]
fn a_package_of_the_registry_has_npm_start_no_git() {
    if !has("npm") {
        return;
    }
    let mut site = npm_site(PACKAGE, NPM_LOCK);
    let evil = site.house.folder.path().join("evil");
    site.git(&["clone", "-q", "--bare", ".", &evil.display().to_string()]);
    let (beside, real) = (site.house.folder.path().join("spies"), std::env::var("PATH").unwrap());
    let (_, calls) = spy(&beside, "git", &format!("PATH='{real}' exec git \"$@\""));
    let path = std::env::join_paths([beside].into_iter().chain(std::env::split_paths(&real))).unwrap();
    set(&mut site, "PATH", Path::new(&path));
    set(&mut site, "NPM_CONFIG_REGISTRY", Path::new(&registry(&format!("git+file://{}", evil.display()))));
    let why = refused(&site.fix(FixMode::Try), "ms");
    let started = fs::read_to_string(&calls).unwrap();
    assert!(!started.contains("ls-remote") && !started.contains("evil"), "{started}");
    assert!(why.contains("npm") && why.contains("git"), "{why}");
}
