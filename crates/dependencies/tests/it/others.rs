//! The lockfiles of Java, Ruby, PHP, .NET, Dart and Elixir.

use crate::tree::{check, lines, of, relations};

#[test]
fn maven_resolves_properties_and_parents_of_the_tree() {
    let parent = "<project><groupId>g</groupId><artifactId>parent</artifactId><version>7</version>\n<properties><b.version>2.0</b.version><own>old</own></properties>\n<dependencyManagement><dependencies>\n<dependency><groupId>g</groupId><artifactId>managed</artifactId><version>${b.version}.1</version><scope>test</scope></dependency>\n</dependencies></dependencyManagement></project>";
    let child = "<project>\n<parent><groupId>g</groupId><artifactId>parent</artifactId><version>7</version></parent>\n<artifactId>child</artifactId><properties><own>3.0</own></properties>\n<dependencies>\n<dependency><groupId>${project.groupId}</groupId><artifactId>sibling</artifactId><version>${project.version}</version></dependency>\n<dependency><groupId>g</groupId><artifactId>b</artifactId><version>${b.version}</version></dependency>\n<dependency><groupId>g</groupId><artifactId>managed</artifactId></dependency>\n<dependency><groupId>g</groupId><artifactId>c</artifactId><version>${own}</version></dependency>\n<dependency><groupId>g</groupId><artifactId>range</artifactId><version>[1,2)</version></dependency>\n<dependency><groupId>g</groupId><artifactId>lost</artifactId><version>${nowhere}</version></dependency>\n</dependencies></project>";
    let found = check(
        &[("pom.xml", parent), ("child/pom.xml", child)],
        &[
            "child/pom.xml:5 Maven g:sibling 7 +",
            "child/pom.xml:6 Maven g:b 2.0 +",
            "child/pom.xml:7 Maven g:managed 2.0.1 + dev",
            "child/pom.xml:8 Maven g:c 3.0 +",
            "child/pom.xml:9 Maven g:range ([1,2)) +",
            "child/pom.xml:10 Maven g:lost (${nowhere}) +",
        ],
    );
    assert!(found.not_run[0].reason.starts_with("2 of its versions"), "{:?}", found.not_run);
    assert!(found.not_run[1].reason.contains("what that brings in is not known"), "{:?}", found.not_run);
    let alone = of(&[("child/pom.xml", child)]);
    assert!(alone.not_run[0].reason.contains("its parent is not in this tree"), "{:?}", alone.not_run);
}

#[test]
fn maven_with_parents_in_a_circle_ends() {
    let circle = |own: &str, parent: &str| {
        format!(
            "<project><parent><artifactId>{parent}</artifactId><relativePath>../{parent}/pom.xml</relativePath></parent><artifactId>{own}</artifactId></project>"
        )
    };
    of(&[("a/pom.xml", &circle("a", "b")), ("b/pom.xml", &circle("b", "a"))]);
}

#[test]
fn gradle_names_configurations() {
    let text = "# This is a Gradle generated file\ng:a:1.0=compileClasspath,testCompileClasspath\ng:t:2.0=testCompileClasspath,testRuntimeClasspath\nempty=annotationProcessor\n";
    check(
        &[("gradle.lockfile", text), ("buildscript-gradle.lockfile", "g:p:3.0=classpath\n"), ("build.gradle", "x")],
        &[
            "buildscript-gradle.lockfile:1 Maven g:p 3.0 ? dev",
            "gradle.lockfile:2 Maven g:a 1.0 ?",
            "gradle.lockfile:3 Maven g:t 2.0 ? dev",
        ],
    );
    assert!(of(&[("build.gradle", "x")]).not_run[0].hint.contains("write-locks"));
}

#[test]
fn bundler_has_sections_and_platforms() {
    let text = "GIT\n  remote: https://registry.example/g\n  revision: 00\n  specs:\n    g (0.1)\n\nPATH\n  remote: .\n  specs:\n    me (0.1.0)\n      a\n\nGEM\n  remote: https://registry.example/\n  specs:\n    a (1.0.0)\n      b (>= 1)\n    b (2.0.0-x86_64-linux)\n    b (2.0.0)\n    t (3.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a (~> 1.0)\n  g!\n  t\n\nRUBY VERSION\n   ruby 3.0\n\nBUNDLED WITH\n   2.3\n";
    let found = check(
        &[("Gemfile.lock", text), ("Gemfile", "gem 'a'\ngroup :test do\n  gem 't'\nend\n")],
        &[
            "Gemfile.lock:5 RubyGems g 0.1 +",
            "Gemfile.lock:16 RubyGems a 1.0.0 +",
            "Gemfile.lock:18 RubyGems b 2.0.0 -",
            "Gemfile.lock:20 RubyGems t 3.0.0 + dev",
        ],
    );
    assert_eq!(relations(&found), ["a>b"]);
}

#[test]
fn composer_has_two_lists_and_licences() {
    let text = "{\"packages\":[\n{\"name\":\"V/A\",\"version\":\"v1.0\",\"license\":[\"MIT\",\"ISC\"],\"require\":{\"php\":\">=8\",\"v/b\":\"^1\"}},\n{\"name\":\"v/b\",\"version\":\"1.0\"}],\"packages-dev\":[\n{\"name\":\"v/t\",\"version\":\"2.0\"}]}";
    let found = check(
        &[("composer.lock", text), ("composer.json", r#"{"require":{"v/a":"^1"},"require-dev":{"v/t":"*"}}"#)],
        &[
            "composer.lock:2 Packagist v/a v1.0 +",
            "composer.lock:3 Packagist v/b 1.0 -",
            "composer.lock:4 Packagist v/t 2.0 + dev",
        ],
    );
    assert_eq!(found.dependencies[0].license.as_deref(), Some("MIT OR ISC"));
    assert_eq!(relations(&found), ["v/a>v/b"]);
}

#[test]
fn nuget_names_kinds_for_each_framework() {
    let text = "{\"version\":1,\"dependencies\":{\"net8.0\":{\n\"A\":{\"type\":\"Direct\",\"requested\":\"[1.0, )\",\"resolved\":\"1.0.0\",\"dependencies\":{\"b\":\"2.0\"}},\n\"B\":{\"type\":\"Transitive\",\"resolved\":\"2.0.0\"},\n\"own\":{\"type\":\"Project\"}},\"net6.0\":{\n\"A\":{\"type\":\"Direct\",\"resolved\":\"1.0.0\"}}}}";
    let found = check(
        &[("packages.lock.json", text), ("x.csproj", "<Project/>")],
        &["packages.lock.json:2 NuGet A 1.0.0 +", "packages.lock.json:3 NuGet B 2.0.0 -"],
    );
    assert_eq!(relations(&found), ["A>B"]);
    let project = "<Project><ItemGroup>\n<PackageReference Include=\"A\" Version=\"1.0\"/>\n<PackageReference Include=\"T\" PrivateAssets=\"all\"><Version>2</Version></PackageReference>\n</ItemGroup></Project>";
    check(&[("x.csproj", project)], &["x.csproj:2 NuGet A (1.0) +", "x.csproj:3 NuGet T (2) + dev"]);
}

#[test]
fn dart_tells_kinds() {
    let text = "packages:\n  a:\n    dependency: \"direct main\"\n    source: hosted\n    version: \"1.10\"\n  b:\n    dependency: transitive\n    source: hosted\n    version: 2.0.0\n  t:\n    dependency: \"direct dev\"\n    source: hosted\n    version: \"3.0.0\"\n  flutter:\n    dependency: \"direct main\"\n    source: sdk\n    version: \"0.0.0\"\n";
    check(
        &[("pubspec.lock", text)],
        &["pubspec.lock:2 Pub a 1.10 +", "pubspec.lock:6 Pub b 2.0.0 -", "pubspec.lock:10 Pub t 3.0.0 + dev"],
    );
    let manifest = "dependencies:\n  a: ^1.0\n  flutter:\n    sdk: flutter\ndev_dependencies:\n  t: any\n";
    check(&[("pubspec.yaml", manifest)], &["pubspec.yaml:2 Pub a (^1.0) +", "pubspec.yaml:6 Pub t (any) + dev"]);
}

#[test]
fn mix_has_a_line_for_each_package() {
    let text = "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"00\", [:mix], [{:b, \"~> 2.0\", [hex: :b_real, repo: \"hexpm\", optional: false]}], \"hexpm\", \"00\"},\n  \"b\": {:hex, :b_real, \"2.0.0\", \"00\", [:rebar3], [], \"hexpm\", \"00\"},\n  \"g\": {:git, \"https://registry.example/g\", \"00\", []},\n  \"t\": {:hex, :t, \"3.0.0\", \"00\", [:mix], [], \"hexpm\", \"00\"},\n}\n";
    let manifest =
        "  defp deps do\n    [\n      {:a, \"~> 1.0\"},\n      {:t, \"~> 3.0\", only: [:dev, :test]}\n    ]\n";
    let found = check(
        &[("mix.lock", text), ("mix.exs", manifest)],
        &["mix.lock:2 Hex a 1.0.0 +", "mix.lock:3 Hex b_real 2.0.0 -", "mix.lock:5 Hex t 3.0.0 + dev"],
    );
    assert_eq!(relations(&found), ["a>b_real"]);
    assert_eq!(lines(&of(&[("mix.exs", manifest)])), ["mix.exs:3 Hex a (~> 1.0) +", "mix.exs:4 Hex t (~> 3.0) + dev"]);
}
