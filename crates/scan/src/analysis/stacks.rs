//! What a project is built with: stacks by their manifests, frameworks by what these ask for, package managers by their locks.

use schemars::JsonSchema;
use serde::Serialize;
use source_tree::{SourceFile, SourceTree};

use super::manifests::{Kind, kind_of, line_of};
use crate::repository::Evidence;

/// The largest manifest that is read, and how many.
const MOST_BYTES: u64 = 1 << 20;
const MOST_MANIFESTS: usize = 200;

/// Something that was detected, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Detected {
    /// Its name.
    pub name: String,
    /// What it is: `stack`, `web framework`, `test framework`, `package manager`, ….
    pub kind: String,
    /// Where that is seen.
    pub evidence: Vec<Evidence>,
}

impl Detected {
    pub(crate) fn new(name: &str, kind: &str, evidence: Vec<Evidence>) -> Self {
        Self { name: name.to_owned(), kind: kind.to_owned(), evidence }
    }
}

const STACKS: &[(Kind, &str)] = &[
    (Kind::Npm, "Node.js"),
    (Kind::Cargo, "Rust"),
    (Kind::Python, "Python"),
    (Kind::Go, "Go"),
    (Kind::Maven, "Java (Maven)"),
    (Kind::Gradle, "Java or Kotlin (Gradle)"),
    (Kind::Ruby, "Ruby"),
    (Kind::Php, "PHP"),
    (Kind::DotNet, ".NET"),
    (Kind::Dart, "Dart"),
    (Kind::Elixir, "Elixir"),
    (Kind::Swift, "Swift"),
];

const WEB: &str = "web framework";
const UI: &str = "user interface";
const TESTS: &str = "test framework";
const DATA: &str = "data access";
const TOOL: &str = "build tool";
const AI: &str = "assistant protocol";

/// The package that a manifest of this kind asks for, what it means, and what that is.
const FRAMEWORKS: &[(Kind, &str, &str, &str)] = &[
    (Kind::Npm, "typescript", "TypeScript", "language"),
    (Kind::Npm, "react", "React", UI),
    (Kind::Npm, "next", "Next.js", WEB),
    (Kind::Npm, "vue", "Vue", UI),
    (Kind::Npm, "nuxt", "Nuxt", WEB),
    (Kind::Npm, "svelte", "Svelte", UI),
    (Kind::Npm, "@sveltejs/kit", "SvelteKit", WEB),
    (Kind::Npm, "@angular/core", "Angular", UI),
    (Kind::Npm, "solid-js", "Solid", UI),
    (Kind::Npm, "astro", "Astro", WEB),
    (Kind::Npm, "@remix-run/react", "Remix", WEB),
    (Kind::Npm, "react-native", "React Native", UI),
    (Kind::Npm, "electron", "Electron", UI),
    (Kind::Npm, "express", "Express", WEB),
    (Kind::Npm, "fastify", "Fastify", WEB),
    (Kind::Npm, "koa", "Koa", WEB),
    (Kind::Npm, "hono", "Hono", WEB),
    (Kind::Npm, "@nestjs/core", "NestJS", WEB),
    (Kind::Npm, "vite", "Vite", TOOL),
    (Kind::Npm, "webpack", "webpack", TOOL),
    (Kind::Npm, "@modelcontextprotocol/sdk", "Model Context Protocol", AI),
    (Kind::Npm, "prisma", "Prisma", DATA),
    (Kind::Npm, "drizzle-orm", "Drizzle", DATA),
    (Kind::Npm, "vitest", "Vitest", TESTS),
    (Kind::Npm, "jest", "Jest", TESTS),
    (Kind::Npm, "mocha", "Mocha", TESTS),
    (Kind::Npm, "@playwright/test", "Playwright", TESTS),
    (Kind::Npm, "cypress", "Cypress", TESTS),
    (Kind::Cargo, "axum", "axum", WEB),
    (Kind::Cargo, "actix-web", "Actix Web", WEB),
    (Kind::Cargo, "rocket", "Rocket", WEB),
    (Kind::Cargo, "warp", "warp", WEB),
    (Kind::Cargo, "tonic", "tonic", WEB),
    (Kind::Cargo, "leptos", "Leptos", UI),
    (Kind::Cargo, "dioxus", "Dioxus", UI),
    (Kind::Cargo, "yew", "Yew", UI),
    (Kind::Cargo, "tauri", "Tauri", UI),
    (Kind::Cargo, "bevy", "Bevy", "game engine"),
    (Kind::Cargo, "tokio", "Tokio", "runtime"),
    (Kind::Cargo, "clap", "clap", "command line"),
    (Kind::Cargo, "sqlx", "SQLx", DATA),
    (Kind::Cargo, "diesel", "Diesel", DATA),
    (Kind::Cargo, "rusqlite", "rusqlite", DATA),
    (Kind::Cargo, "rmcp", "Model Context Protocol", AI),
    (Kind::Cargo, "proptest", "proptest", TESTS),
    (Kind::Python, "django", "Django", WEB),
    (Kind::Python, "flask", "Flask", WEB),
    (Kind::Python, "fastapi", "FastAPI", WEB),
    (Kind::Python, "starlette", "Starlette", WEB),
    (Kind::Python, "streamlit", "Streamlit", UI),
    (Kind::Python, "gradio", "Gradio", UI),
    (Kind::Python, "celery", "Celery", "jobs"),
    (Kind::Python, "sqlalchemy", "SQLAlchemy", DATA),
    (Kind::Python, "pandas", "pandas", "data science"),
    (Kind::Python, "numpy", "NumPy", "data science"),
    (Kind::Python, "torch", "PyTorch", "machine learning"),
    (Kind::Python, "tensorflow", "TensorFlow", "machine learning"),
    (Kind::Python, "scikit-learn", "scikit-learn", "machine learning"),
    (Kind::Python, "mcp", "Model Context Protocol", AI),
    (Kind::Python, "fastmcp", "FastMCP", AI),
    (Kind::Python, "pytest", "pytest", TESTS),
    (Kind::Python, "hypothesis", "Hypothesis", TESTS),
    (Kind::Go, "github.com/gin-gonic/gin", "Gin", WEB),
    (Kind::Go, "github.com/labstack/echo", "Echo", WEB),
    (Kind::Go, "github.com/gofiber/fiber", "Fiber", WEB),
    (Kind::Go, "github.com/go-chi/chi", "chi", WEB),
    (Kind::Go, "google.golang.org/grpc", "gRPC", WEB),
    (Kind::Go, "github.com/spf13/cobra", "Cobra", "command line"),
    (Kind::Go, "gorm.io/gorm", "GORM", DATA),
    (Kind::Go, "github.com/stretchr/testify", "Testify", TESTS),
    (Kind::Go, "k8s.io/client-go", "Kubernetes client", "platform"),
    (Kind::Maven, "spring-boot", "Spring Boot", WEB),
    (Kind::Maven, "quarkus", "Quarkus", WEB),
    (Kind::Maven, "io.quarkus", "Quarkus", WEB),
    (Kind::Maven, "micronaut", "Micronaut", WEB),
    (Kind::Maven, "hibernate", "Hibernate", DATA),
    (Kind::Maven, "junit", "JUnit", TESTS),
    (Kind::Gradle, "org.springframework.boot", "Spring Boot", WEB),
    (Kind::Gradle, "io.quarkus", "Quarkus", WEB),
    (Kind::Gradle, "io.micronaut", "Micronaut", WEB),
    (Kind::Gradle, "com.android.application", "Android", UI),
    (Kind::Gradle, "io.ktor", "Ktor", WEB),
    (Kind::Gradle, "junit", "JUnit", TESTS),
    (Kind::Ruby, "\"rails\"", "Rails", WEB),
    (Kind::Ruby, "'rails'", "Rails", WEB),
    (Kind::Ruby, "sinatra", "Sinatra", WEB),
    (Kind::Ruby, "rspec", "RSpec", TESTS),
    (Kind::Php, "laravel/framework", "Laravel", WEB),
    (Kind::Php, "symfony/framework-bundle", "Symfony", WEB),
    (Kind::Php, "phpunit/phpunit", "PHPUnit", TESTS),
    (Kind::DotNet, "Microsoft.NET.Sdk.Web", "ASP.NET Core", WEB),
    (Kind::DotNet, "Microsoft.AspNetCore", "ASP.NET Core", WEB),
    (Kind::DotNet, "Microsoft.EntityFrameworkCore", "Entity Framework Core", DATA),
    (Kind::DotNet, "xunit", "xUnit", TESTS),
    (Kind::DotNet, "NUnit", "NUnit", TESTS),
    (Kind::Dart, "flutter:", "Flutter", UI),
    (Kind::Elixir, ":phoenix,", "Phoenix", WEB),
    (Kind::Swift, "vapor", "Vapor", WEB),
];

const LOCKS: &[(&str, &str)] = &[
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "Yarn"),
    ("bun.lock", "Bun"),
    ("bun.lockb", "Bun"),
    ("deno.lock", "Deno"),
    ("Cargo.lock", "Cargo"),
    ("uv.lock", "uv"),
    ("poetry.lock", "Poetry"),
    ("pdm.lock", "PDM"),
    ("Pipfile.lock", "Pipenv"),
    ("requirements.txt", "pip"),
    ("go.sum", "Go modules"),
    ("go.mod", "Go modules"),
    ("pom.xml", "Maven"),
    ("build.gradle", "Gradle"),
    ("build.gradle.kts", "Gradle"),
    ("Gemfile", "Bundler"),
    ("composer.json", "Composer"),
    ("packages.lock.json", "NuGet"),
    ("pubspec.yaml", "pub"),
    ("mix.exs", "Mix"),
    ("Package.swift", "SwiftPM"),
];

/// Stacks, frameworks and package managers, in this order.
pub(crate) fn detect(tree: &SourceTree, is_aside: fn(&str) -> bool) -> Vec<Detected> {
    let own = || tree.files().iter().filter(|file| !is_aside(&file.name));
    let mut manifests: Vec<(&SourceFile, Kind)> =
        own().filter_map(|file| Some((file, kind_of(file.base_name())?))).collect();
    // The ones nearest to the root are the project itself.
    manifests.sort_by_key(|(file, _)| file.name.matches('/').count());
    manifests.truncate(MOST_MANIFESTS);
    let mut found: Vec<Detected> = Vec::new();
    for (kind, name) in STACKS {
        let shown = manifests.iter().filter(|(_, of)| of == kind).take(3);
        let evidence: Vec<Evidence> = shown.map(|(file, _)| Evidence::file(&file.name, "its manifest")).collect();
        if !evidence.is_empty() {
            found.push(Detected::new(name, "stack", evidence));
        }
    }
    for (file, kind) in &manifests {
        let Ok(bytes) = file.read(MOST_BYTES) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for (_, package, name, what) in FRAMEWORKS.iter().filter(|(of, ..)| of == kind) {
            if found.iter().any(|known| known.name == *name) {
                continue;
            }
            if let Some(line) = line_of(*kind, &text, package) {
                let note = format!("asks for {}", package.trim_matches(['"', '\'', ':', ',']));
                found.push(Detected::new(name, what, vec![Evidence::at(&file.name, line, note)]));
            }
        }
    }
    for (base, name) in LOCKS {
        let shown = own().filter(|file| file.base_name() == *base).min_by_key(|file| file.name.matches('/').count());
        if let Some(file) = shown.filter(|_| !found.iter().any(|known| known.name == *name)) {
            found.push(Detected::new(name, "package manager", vec![Evidence::file(&file.name, "read by it")]));
        }
    }
    found
}
