//! Lockfiles, manifests and SBOMs: the first byte says which name the rest bears, so that all that share a grammar share a corpus.

use dependencies::inventory;
use source_tree::{SourceFile, SourceTree};

use crate::seeds;
use crate::target::Target;

/// The whole reading of a tree with one file, and what must hold of its answer.
fn read(names: &[&str], data: &[u8]) {
    let Some((choice, text)) = data.split_first() else { return };
    let name = names[usize::from(*choice) % names.len()];
    look(&SourceTree::of_files([SourceFile::in_memory(name, text)]));
}

fn look(tree: &SourceTree) {
    let seen = inventory(tree);
    for dependency in &seen.dependencies {
        assert!(!dependency.name.is_empty(), "{dependency:?}");
        assert!(dependency.version.as_deref() != Some(""), "{dependency:?}");
        assert!(dependency.line != Some(0), "{dependency:?}");
    }
    let all = seen.dependencies.len();
    assert!(seen.relations.iter().all(|(from, to)| *from < all && *to < all), "a relation to nothing");
}

/// Real files with one of these names, each behind the byte that says which.
fn real(names: &[&str]) -> Vec<Vec<u8>> {
    let of = |(choice, name): (usize, &&str)| {
        let wanted = |path: &str| path.rsplit('/').next() == Some(*name);
        let mut found = seeds::files(&wanted, 3);
        found.extend(seeds::files_of_crates(&wanted, 3));
        found.into_iter().map(move |text| [&[choice as u8][..], &text].concat()).collect::<Vec<_>>()
    };
    names.iter().enumerate().flat_map(of).collect()
}

fn made_up(texts: &[(u8, &str)]) -> Vec<Vec<u8>> {
    texts.iter().map(|(choice, text)| [&[*choice], text.as_bytes()].concat()).collect()
}

const IN_JSON: &[&str] = &[
    "package-lock.json",
    "Pipfile.lock",
    "composer.lock",
    "packages.lock.json",
    "package.json",
    "bun.lock",
    "npm-shrinkwrap.json",
    "composer.json",
];

pub(super) const JSON: Target = Target {
    name: "lockfiles_json",
    run: |data| read(IN_JSON, data),
    seeds: || {
        let mut all = real(IN_JSON);
        all.extend(made_up(&[
            (0, r#"{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"^1"}},"node_modules/a":{"version":"1.0.0","dependencies":{"b":"*"}},"node_modules/a/node_modules/b":{"version":"2.0.0","dev":true,"link":false}}}"#),
            (0, r#"{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","requires":{"b":"1"},"dependencies":{"b":{"version":"npm:c@1.2.3","dev":true}}}}}"#),
            (1, r#"{"_meta":{"requires":{}},"default":{"a":{"version":"==1.0","markers":"python_version > '3'"}},"develop":{"b":{"git":"x","ref":"y"}}}"#),
            (2, r#"{"packages":[{"name":"a/b","version":"v1.0.0","require":{"c/d":"^1"}}],"packages-dev":[{"name":"c/d","version":"dev-main"}]}"#),
            (3, r#"{"version":1,"dependencies":{"net8.0":{"A":{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.0","dependencies":{"B":"2.0.0"}}}}}"#),
            (5, "{\n  \"lockfileVersion\": 1,\n  // c\n  \"workspaces\": {\"\": {\"dependencies\": {\"a\": \"^1\"}}},\n  \"packages\": {\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"1\"}}, \"sha512-x\"],},\n}"),
        ]));
        all
    },
    words: &[
        "\"version\"",
        "\"dependencies\"",
        "\"packages\"",
        "\"lockfileVersion\"",
        "\"node_modules/",
        "\"dev\"",
        "\"optional\"",
        "\"link\"",
        "\"resolved\"",
        "\"requires\"",
        "\"workspaces\"",
        "\"name\"",
        "\"npm:",
        "\"file:",
        "true",
        "null",
        "\\u0000",
        "\\ud800",
        "[",
        "{",
        "1e400",
    ],
};

const IN_TOML: &[&str] =
    &["Cargo.lock", "Cargo.toml", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "pyproject.toml"];

pub(super) const TOML: Target = Target {
    name: "lockfiles_toml",
    run: |data| read(IN_TOML, data),
    seeds: || {
        let mut all = real(IN_TOML);
        all.extend(made_up(&[
            (0, "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"b 2.0.0\", \"a\"]\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n"),
            (2, "[[package]]\nname = \"a\"\nversion = \"1.0\"\ncategory = \"dev\"\noptional = false\n[package.dependencies]\nb = {version = \">=1\", optional = true}\n[metadata]\nlock-version = \"2.0\"\n"),
            (3, "version = 1\n[[package]]\nname = \"a\"\nversion = \"0.1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"b\" }]\n[package.dev-dependencies]\ndev = [{name = \"c\"}]\n"),
            (4, "[metadata]\ngroups = [\"default\"]\n[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"b>=1\"]\n"),
            (5, "lock-version = '1.0'\n[[packages]]\nname = 'a'\nversion = '1'\n[packages.vcs]\ntype = 'git'\n"),
        ]));
        all
    },
    words: &[
        "[[package]]",
        "[[packages]]",
        "name = ",
        "version = ",
        "dependencies = [",
        "source = ",
        "[package.dependencies]",
        "[metadata]",
        "category = \"dev\"",
        "groups = [",
        "{ name = \"",
        "[dependencies]",
        "workspace = true",
    ],
};

const IN_YAML: &[&str] = &["pnpm-lock.yaml", "pubspec.lock", "yarn.lock"];

pub(super) const YAML: Target = Target {
    name: "lockfiles_yaml",
    run: |data| read(IN_YAML, data),
    seeds: || {
        let mut all = real(IN_YAML);
        all.extend(made_up(&[
            (0, "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0(b@2.0.0)\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\nsnapshots:\n  a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n"),
            (0, "lockfileVersion: 5.4\ndependencies:\n  a: 1.0.0\npackages:\n  /a/1.0.0_b@2.0.0:\n    dev: true\n    dependencies: {b: 2.0.0}\n"),
            (1, "packages:\n  a:\n    dependency: \"direct main\"\n    description:\n      name: a\n    source: hosted\n    version: \"1.0.0\"\nsdks:\n  dart: \">=3\"\n"),
            (2, "# yarn lockfile v1\n\n\n\"@a/b@^1.0.0\", c@npm:d@2:\n  version \"1.0.1\"\n  resolved \"https://registry.example/x\"\n  dependencies:\n    e \"^2\"\n"),
            (2, "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:^2\"\n  languageName: node\n"),
            (0, "a: &x [1]\nb: *x\nc: !!str 1\nd: |\n  x\ne: >-\n  y\n? k\n: v\n"),
        ]));
        all
    },
    words: &[
        "packages:",
        "importers:",
        "snapshots:",
        "dependencies:",
        "version: ",
        "&a",
        "*a",
        "<<: *a",
        "!!map",
        "|\n",
        ">-\n",
        "---\n",
        "...\n",
        "? ",
        "- ",
        "  ",
        "resolution: ",
        "__metadata:",
    ],
};

const IN_LINES: &[&str] = &[
    "requirements.txt",
    "go.mod",
    "go.sum",
    "gradle.lockfile",
    "Gemfile.lock",
    "mix.lock",
    "buildscript-gradle.lockfile",
    "gems.locked",
    "dev-requirements.txt",
];

pub(super) const LINES: Target = Target {
    name: "lockfiles_lines",
    run: |data| read(IN_LINES, data),
    seeds: || {
        let mut all = real(IN_LINES);
        all.extend(made_up(&[
            (0, "a==1.0 \\\n    --hash=sha256:00\nb[x,y] >= 2 ; python_version < '3' # c\n-r other.txt\n-e git+https://x.example/r.git@v1#egg=c\n./local\n--index-url https://registry.example\n${X}==1\n"),
            (1, "module x.example/m\n\ngo 1.21.0\ntoolchain go1.22.1\nrequire (\n\ta.example/b v1.0.0 // indirect\n\tc.example/d/v2 v2.0.0+incompatible\n)\nreplace a.example/b v1.0.0 => ../b\nexclude c.example/d v1.0.0\nretract [v1.0.0, v1.1.0]\n"),
            (2, "a.example/b v1.0.0 h1:AAAA=\na.example/b v1.0.0/go.mod h1:AAAA=\n"),
            (3, "# c\na.b:c:1.0=compileClasspath,testRuntimeClasspath\nempty=annotationProcessor\n"),
            (4, "GEM\n  remote: https://registry.example/\n  specs:\n    a (1.0.0)\n      b (>= 1, < 2)\n    b (1.2-java)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a!\n\nBUNDLED WITH\n   2.4\n"),
            (5, "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"00\", [:mix], [{:b, \"~> 1\", [hex: :b, repo: \"hexpm\", optional: true]}], \"hexpm\", \"00\"},\n  \"c\": {:git, \"x\", \"00\", []},\n}\n"),
        ]));
        all
    },
    words: &[
        "==",
        ">=",
        "~=",
        "!=",
        " ; ",
        "-r ",
        "-c ",
        "-e ",
        "--hash=",
        "\\\n",
        "#egg=",
        "require (",
        "replace ",
        " => ",
        "// indirect",
        "/go.mod",
        "specs:\n",
        "    ",
        "DEPENDENCIES\n",
        "{:hex, :",
        "%{",
        "@ file:",
        "\u{feff}",
    ],
};

const IN_XML: &[&str] = &["pom.xml", "bom.xml", "a/packages.config"];

pub(super) const XML: Target = Target {
    name: "lockfiles_xml",
    run: |data| read(IN_XML, data),
    seeds: || {
        made_up(&[
            (
                0,
                "<?xml version=\"1.0\"?>\n<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><groupId>g</groupId><artifactId>a</artifactId><version>1</version><properties><v>1.0</v><w>${v}</w></properties><dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>${w}</version></dependency></dependencies></dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><scope>test</scope></dependency></dependencies></project>",
            ),
            (
                0,
                "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]><project><dependencies><dependency><groupId>&d;</groupId><artifactId><![CDATA[x]]></artifactId><version>[1,2)</version></dependency></dependencies></project>",
            ),
            (
                1,
                "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\" version=\"1\"><components><component type=\"library\" bom-ref=\"r\"><name>a</name><version>1</version><purl>pkg:npm/a@1</purl><licenses><license><id>MIT</id></license></licenses></component></components><dependencies><dependency ref=\"r\"><dependency ref=\"r\"/></dependency></dependencies></bom>",
            ),
        ])
    },
    words: &[
        "<dependency>",
        "</dependency>",
        "<version>",
        "${",
        "}",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&#x0;",
        "&amp;",
        "<!ENTITY ",
        "<component ",
        "<purl>",
        "xmlns=",
        "/>",
    ],
};

const SBOMS: &[&str] = &["bom.json", "sbom.spdx.json", "sbom.spdx", "anything.json", "x.cdx.xml", "notes.txt"];

pub(super) const SBOM: Target = Target {
    name: "sboms",
    run: |data| read(SBOMS, data),
    seeds: || {
        made_up(&[
            (
                0,
                r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"bom-ref":"m","name":"m"}},"components":[{"type":"library","bom-ref":"a","name":"a","version":"1","purl":"pkg:npm/%40s/a@1?x=y#z","components":[{"name":"b","purl":"pkg:deb/debian/b@1:2?distro=debian-12&upstream=c%401"}]}],"dependencies":[{"ref":"m","dependsOn":["a"]},{"ref":"a","dependsOn":["a"]}]}"#,
            ),
            (
                1,
                r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":[{"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1","licenseDeclared":"MIT OR X","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:golang/a.example/b@v1#c"}]}],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-a"}]}"#,
            ),
            (
                2,
                "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageComment: <text>x\ny</text>\nExternalRef: PACKAGE-MANAGER purl pkg:pypi/a@1\nRelationship: SPDXRef-a DEPENDS_ON SPDXRef-b\n",
            ),
            (
                3,
                r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"software_Package","spdxId":"a","name":"a","software_packageVersion":"1","software_packageUrl":"pkg:cargo/a@1"}]}"#,
            ),
        ])
    },
    words: &[
        "\"bomFormat\"",
        "\"CycloneDX\"",
        "\"specVersion\"",
        "\"components\"",
        "\"purl\"",
        "pkg:npm/",
        "pkg:maven/",
        "pkg:deb/debian/",
        "pkg:apk/alpine/",
        "?distro=",
        "&arch=",
        "%40",
        "%2F",
        "@",
        "\"spdxVersion\"",
        "\"SPDX-2.3\"",
        "\"packages\"",
        "\"externalRefs\"",
        "\"referenceLocator\"",
        "\"relationships\"",
        "DESCRIBES",
        "DEPENDENCY_OF",
        "SPDXVersion: ",
        "PackageName: ",
        "<text>",
        "</text>",
        "\"@graph\"",
    ],
};

/// Several files in one tree, as `name NUL text NUL …`: files that include each other, workspaces, files beside files.
pub(super) const TREE: Target = Target {
    name: "lockfile_trees",
    run: |data| {
        let mut parts = data.split(|byte| *byte == 0);
        let mut files = Vec::new();
        while let (Some(name), Some(text)) = (parts.next(), parts.next()) {
            let Ok(name) = std::str::from_utf8(name) else { continue };
            files.push(SourceFile::in_memory(name, text));
            if files.len() == 12 {
                break;
            }
        }
        look(&SourceTree::of_files(files));
    },
    seeds: || {
        [
            "requirements.txt\0-r a.txt\n-c c.txt\n\0a.txt\0-r requirements.txt\nb==1\n-r ../x.txt\n\0c.txt\0b==2\n",
            "package.json\0{\"workspaces\":[\"p/*\"],\"dependencies\":{\"a\":\"^1\"}}\0package-lock.json\0{\"lockfileVersion\":3,\"packages\":{}}\0p/q/package.json\0{}\0node_modules/a/package-lock.json\0{}\0",
            "pom.xml\0<project><modules><module>m</module></modules></project>\0m/pom.xml\0<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version><relativePath>../pom.xml</relativePath></parent></project>\0",
            "go.mod\0module x\nrequire a.example/b v1.0.0\n\0go.sum\0a.example/b v1.0.0 h1:x\n\0vendor/a/go.mod\0module y\n\0",
            "Cargo.toml\0[workspace]\nmembers=['c/*']\n\0Cargo.lock\0version = 4\n\0c/a/Cargo.toml\0[package]\nname='a'\n[dependencies]\nb={workspace=true}\n\0",
            "pyproject.toml\0[project]\ndependencies=['a>=1']\n[dependency-groups]\nx=[{include-group='x'}]\n\0poetry.lock\0\0uv.lock\0version = 1\n\0",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    },
    words: &[
        "requirements.txt",
        "Cargo.lock",
        "package.json",
        "package-lock.json",
        "pom.xml",
        "go.mod",
        "../",
        "node_modules/",
        "vendor/",
        "-r ",
        "-c ",
        "<parent>",
        "<module>",
        "\"workspaces\"",
        "include-group",
    ],
};
