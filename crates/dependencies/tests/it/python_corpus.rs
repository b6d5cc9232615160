//! Lockfiles of Python: real packages, resolved as of years ago, when today's vulnerabilities were in them.

use std::path::Path;
use std::time::Duration;

/// What is resolved, and as of when.
const PACKAGES: [(&str, &str); 52] = [
    ("django", "2022-01-01"),
    ("flask", "2022-01-01"),
    ("fastapi", "2022-06-01"),
    ("requests", "2021-06-01"),
    ("aiohttp", "2022-01-01"),
    ("tornado", "2022-06-01"),
    ("jupyterlab", "2022-06-01"),
    ("notebook", "2022-06-01"),
    ("numpy", "2021-06-01"),
    ("pandas", "2021-10-01"),
    ("scipy", "2022-01-01"),
    ("scikit-learn", "2022-01-01"),
    ("matplotlib", "2022-01-01"),
    ("pillow", "2021-06-01"),
    ("celery", "2022-01-01"),
    ("sqlalchemy", "2022-01-01"),
    ("paramiko", "2022-01-01"),
    ("cryptography", "2022-01-01"),
    ("ansible-core", "2022-01-01"),
    ("twisted", "2022-01-01"),
    ("scrapy", "2022-01-01"),
    ("werkzeug", "2022-01-01"),
    ("jinja2", "2021-01-15"),
    ("lxml", "2021-06-01"),
    ("pyyaml", "2021-01-15"),
    ("urllib3", "2021-04-01"),
    ("httpx", "2022-01-01"),
    ("starlette", "2022-01-01"),
    ("uvicorn", "2022-01-01"),
    ("gunicorn", "2022-01-01"),
    ("black", "2022-06-01"),
    ("pytest", "2021-06-01"),
    ("sphinx", "2021-06-01"),
    ("mkdocs", "2021-06-01"),
    ("streamlit", "2022-06-01"),
    ("dash", "2022-06-01"),
    ("bokeh", "2022-06-01"),
    ("mlflow-skinny", "2022-06-01"),
    ("boto3", "2022-01-01"),
    ("azure-storage-blob", "2022-01-01"),
    ("google-cloud-storage", "2022-01-01"),
    ("pyjwt", "2022-01-01"),
    ("python-jose", "2022-01-01"),
    ("oauthlib", "2022-01-01"),
    ("wagtail", "2022-01-01"),
    ("djangorestframework", "2022-01-01"),
    ("django-allauth", "2022-06-01"),
    ("nltk", "2021-06-01"),
    ("feedparser", "2022-01-01"),
    ("markdown2", "2021-01-15"),
    ("sentry-sdk", "2022-01-01"),
    ("protobuf", "2022-01-01"),
];

/// The forms that uv writes, in turn.
const FORMS: [&str; 3] = ["requirements.txt", "pylock.toml", "uv.lock"];

/// Resolves them with uv, where they are not there already. One that cannot be resolved without building it is left out.
pub(crate) fn resolve(uv: &Path, corpus: &Path) {
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || {
                for (at, (package, date)) in PACKAGES.iter().enumerate().filter(|(at, _)| at % 4 == part) {
                    one(uv, &corpus.join(package), package, date, FORMS[at % FORMS.len()]);
                }
            });
        }
    });
}

fn one(uv: &Path, folder: &Path, package: &str, date: &str, form: &str) {
    if folder.join(form).is_file() {
        return;
    }
    std::fs::create_dir_all(folder).unwrap();
    let run = |words: &[&str], input: &str| {
        let options = ["--no-build", "--exclude-newer", date, "-q"];
        let run = testkit::Run::new(uv).args(words).args(options).folder(folder).stdin(input);
        run.within(Duration::from_secs(240)).run().ok()
    };
    let done = if form == "uv.lock" {
        let manifest = format!(
            "[project]\nname = \"corpus\"\nversion = \"0\"\nrequires-python = \">=3.9\"\ndependencies = [\"{package}\"]\n"
        );
        std::fs::write(folder.join("pyproject.toml"), manifest).unwrap();
        run(&["lock"], "")
    } else {
        run(
            &["pip", "compile", "--python-version", "3.9", "--generate-hashes", "--no-header", "-", "-o", form],
            package,
        )
    };
    if !done {
        println!("{package} as of {date} cannot be resolved");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// Versions that were published, for the short form: one of each package, in a file of its own.
const PINS: [(&str, &str); 44] = [
    ("Django", "2.2.0"),
    ("Flask", "0.12"),
    ("requests", "2.19.1"),
    ("aiohttp", "3.7.0"),
    ("tornado", "6.0"),
    ("jupyterlab", "3.0.0"),
    ("notebook", "6.4.0"),
    ("numpy", "1.12.0"),
    ("pandas", "1.0.0"),
    ("scikit_learn", "0.23.0"),
    ("Pillow", "8.1.0"),
    ("celery", "5.1.0"),
    ("SQLAlchemy", "1.2.0"),
    ("paramiko", "2.4.0"),
    ("cryptography", "3.2"),
    ("ansible", "2.9.0"),
    ("Twisted", "20.3.0"),
    ("Scrapy", "2.5.0"),
    ("Werkzeug", "2.0.0"),
    ("Jinja2", "2.10"),
    ("lxml", "4.6.0"),
    ("PyYAML", "5.3"),
    ("urllib3", "1.26.4"),
    ("httpx", "0.22.0"),
    ("starlette", "0.24.0"),
    ("gunicorn", "19.9.0"),
    ("Sphinx", "3.0.0"),
    ("mkdocs", "1.2.2"),
    ("streamlit", "1.10.0"),
    ("bokeh", "2.0.0"),
    ("mlflow", "2.2.0"),
    ("PyJWT", "2.3.0"),
    ("python-jose", "3.3.0"),
    ("oauthlib", "3.2.0"),
    ("wagtail", "2.7.0"),
    ("djangorestframework", "3.11.0"),
    ("nltk", "3.6.0"),
    ("feedparser", "5.1.1"),
    ("markdown2", "2.4.0"),
    ("sentry_sdk", "1.13.0"),
    ("protobuf", "3.19.0"),
    ("tensorflow", "2.4.0"),
    ("apache-airflow", "2.1.0"),
    ("salt", "3002"),
];

/// Writes the pins.
pub(crate) fn pins(corpus: &Path) {
    for (package, version) in PINS {
        let folder = corpus.join(package);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("requirements.txt"), format!("{package}=={version}\n")).unwrap();
    }
}
