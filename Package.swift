// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target. Reasons: docs/architecture.md, "The manifest".
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Tests may use deprecated seams of the platform; all else is as strict.
let testing: [SwiftSetting] = strict

func library(_ name: String, _ apt: String, pkgConfig: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func module(_ name: String, _ dependencies: [String]) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: strict)
}

func tests(of name: String, and others: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: ([name, "Support"] + others).map { .byName(name: $0) },
    swiftSettings: testing)
}

let targets: [Target] = [
  // Layer 0: C.
  library("CSQLite", "libsqlite3-dev", pkgConfig: "sqlite3"),
  library("CLibXML", "libxml2-dev", pkgConfig: "libxml-2.0"),
  library("CCMark", "libcmark-dev", pkgConfig: "libcmark"),
  library("CYAML", "libyaml-dev", pkgConfig: "yaml-0.1"),
  library("CCurl", "libcurl4-openssl-dev", pkgConfig: "libcurl"),
  library("CMicroHTTPD", "libmicrohttpd-dev", pkgConfig: "libmicrohttpd"),
  library("CDeflate", "libdeflate-dev", pkgConfig: "libdeflate"),
  library("CZlib", "zlib1g-dev", pkgConfig: "zlib"),
  library("CXXHash", "libxxhash-dev", pkgConfig: "libxxhash"),
  library("CCrypto", "libssl-dev", pkgConfig: "libcrypto"),
  library("CICU", "libicu-dev", pkgConfig: "icu-i18n"),
  .target(
    name: "CGlue", dependencies: ["CCurl", "CICU", "CSQLite"], publicHeadersPath: "include",
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),

  // Layer 1: bytes, problems, the machine.
  module("Bytes", ["CGlue", "CXXHash", "CCrypto"]),
  module("Diagnostics", ["Bytes"]),
  module("Machine", ["Bytes", "CGlue"]),

  // Layer 2: formats, stores and wires.
  module("Formats", ["Bytes", "Diagnostics", "Machine", "CYAML", "CLibXML", "CDeflate", "CZlib"]),
  module("SQL", ["Bytes", "Diagnostics", "Machine", "CSQLite", "CGlue"]),
  module("HTTPClient", ["Bytes", "Diagnostics", "Machine", "CCurl", "CGlue"]),
  module("HTTPServer", ["Bytes", "Diagnostics", "Machine", "CMicroHTTPD"]),
  module("Markdown", ["Bytes", "Diagnostics", "CCMark"]),
  module("Liquid", ["Bytes", "Diagnostics", "Machine"]),
  module("Locales", ["Bytes", "Diagnostics", "CGlue"]),
  module("CommandTree", ["Bytes", "Diagnostics", "Machine"]),

  // Layer 3: the domain.
  module("Catalog", ["Bytes", "Diagnostics", "Formats", "Locales"]),
  module("Settings", ["Bytes", "Diagnostics", "Machine", "Formats", "Catalog"]),
  module("Contract", ["Bytes", "Diagnostics", "Formats"]),
  module(
    "LocalMirror", ["Bytes", "Diagnostics", "Machine", "Formats", "SQL", "Catalog", "Contract"]),

  module("Merge", ["Bytes", "Diagnostics", "Formats", "Catalog", "Contract", "Markdown"]),

  // Layer 4: the work.
  module(
    "Connectors",
    ["Bytes", "Diagnostics", "Machine", "Formats", "HTTPClient", "Catalog", "Contract"]),
  module(
    "Sync",
    [
      "Bytes", "Diagnostics", "Machine", "Formats", "Markdown", "Catalog", "Contract", "Merge",
      "LocalMirror",
    ]),
  module(
    "Storefront",
    [
      "Bytes", "Diagnostics", "Machine", "Formats", "Markdown", "Locales", "Liquid", "Catalog",
    ]),
  module(
    "Site",
    [
      "Bytes", "Diagnostics", "Machine", "Formats", "Markdown", "Liquid", "Locales", "Catalog",
      "Settings", "LocalMirror", "Storefront",
    ]),
  module(
    "Feeds",
    [
      "Bytes", "Diagnostics", "Machine", "Formats", "Markdown", "Locales", "Catalog", "Settings",
      "LocalMirror", "Storefront",
    ]),
  module(
    "CommerceServer",
    [
      "Bytes", "Diagnostics", "Machine", "Formats", "SQL", "HTTPClient", "HTTPServer", "Contract",
    ]),

  // Layer 5: the person.
  module(
    "Commands",
    [
      "Bytes", "Diagnostics", "Machine", "Formats", "SQL", "HTTPClient", "HTTPServer", "Markdown",
      "Liquid", "Locales", "Catalog", "Settings", "Contract", "LocalMirror", "Connectors", "Sync",
      "Storefront", "Site", "Feeds", "CommerceServer", "CommandTree", "Merge",
    ]),
  .executableTarget(name: "trumeau", dependencies: ["Commands"], swiftSettings: strict),

  // Tests.
  .target(
    name: "Support", dependencies: ["Bytes", "Machine"], path: "Tests/Support",
    swiftSettings: strict),
  .testTarget(
    name: "ArchitectureTests", dependencies: ["Support", "Machine"], swiftSettings: testing),
  tests(of: "Bytes"),
  tests(of: "Diagnostics"),
  tests(of: "Machine"),
  tests(of: "Formats", and: ["Bytes", "Diagnostics"]),
  tests(of: "SQL"),
  tests(of: "HTTPClient", and: ["HTTPServer"]),
  tests(of: "HTTPServer", and: ["Bytes", "Machine"]),
  tests(of: "Markdown"),
  tests(of: "Liquid", and: ["Bytes", "Diagnostics", "Formats"]),
  tests(of: "Locales"),
  tests(of: "CommandTree", and: ["Machine"]),
  tests(of: "Catalog", and: ["Formats"]),
  tests(of: "Settings", and: ["Diagnostics"]),
  tests(of: "Contract", and: ["Formats", "Bytes", "Machine"]),
  tests(of: "LocalMirror", and: ["SQL", "Contract", "Catalog"]),
  tests(of: "Merge", and: ["Bytes", "Contract", "Formats", "Machine", "Markdown"]),
  tests(
    of: "Connectors", and: ["Contract", "CommerceServer", "HTTPServer", "Sync", "LocalMirror"]),
  .target(
    name: "FaultVFS", dependencies: ["CSQLite"], path: "Tests/FaultVFS",
    publicHeadersPath: "include", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
  .target(
    name: "Simulation",
    dependencies: [
      "Bytes", "Diagnostics", "Machine", "Formats", "SQL", "Contract", "LocalMirror", "Merge",
      "Sync",
      "Support", "FaultVFS",
    ], path: "Tests/Simulation", swiftSettings: strict),
  tests(
    of: "Simulation",
    and: [
      "Bytes", "CSQLite", "Machine", "Formats", "SQL", "Contract", "LocalMirror", "Merge", "Sync",
    ]),
  .executableTarget(
    name: "simulate",
    dependencies: ["Simulation", "Machine", "LocalMirror", "Merge", "Support"],
    path: "Tests/Simulate", swiftSettings: strict),
  tests(
    of: "Sync",
    and: [
      "Bytes", "Catalog", "Contract", "Diagnostics", "Formats", "LocalMirror", "Machine", "Merge",
      "SQL",
    ]),
  tests(
    of: "Storefront",
    and: ["Bytes", "Catalog", "Diagnostics", "Formats", "Liquid", "Locales", "Machine"]),
  .target(
    name: "BuildComparison",
    dependencies: [
      "Bytes", "Contract", "Diagnostics", "Formats", "LocalMirror", "Machine", "Settings", "Site",
      "Storefront", "Support",
    ], path: "Tests/BuildComparison", swiftSettings: strict),
  .executableTarget(
    name: "incremental", dependencies: ["BuildComparison"], path: "Tests/Incremental",
    swiftSettings: strict),
  tests(
    of: "Site",
    and: [
      "BuildComparison", "Bytes", "Liquid", "Storefront", "LocalMirror", "Settings", "Catalog",
      "Contract", "Formats",
      "Diagnostics", "Machine",
    ]),
  tests(
    of: "Feeds",
    and: [
      "Bytes", "Diagnostics", "Machine", "Storefront", "LocalMirror", "Settings", "Catalog",
      "Contract", "Formats",
    ]),
  tests(
    of: "CommerceServer",
    and: ["SQL", "Contract", "HTTPServer", "Formats", "Bytes", "Machine", "Diagnostics"]),
  tests(
    of: "Commands",
    and: [
      "Bytes", "CommandTree", "Contract", "Diagnostics", "HTTPServer", "Machine", "Merge",
      "Storefront",
    ]),
  .testTarget(
    name: "EndToEndTests",
    dependencies: [
      "Support", "Bytes", "Machine", "Formats", "HTTPClient", "SQL", "trumeau",
    ], swiftSettings: testing),

  // Benchmarks.
  .executableTarget(
    name: "LiquidBenchmark", dependencies: ["Liquid", "Formats", "Bytes", "Machine"],
    path: "Benchmarks/liquid/program", swiftSettings: strict),
  .executableTarget(
    name: "MergeBenchmark", dependencies: ["Merge", "Formats", "Bytes", "Machine"],
    path: "Benchmarks/merge/program", swiftSettings: strict),
]

/// With `TRUMEAU_MODULES="Liquid Formats"` in the environment, only these modules, their tests and
/// what both need: for working on one module without waiting for the others.
func selected(_ names: [Substring], of targets: [Target]) -> [Target] {
  let byName = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0) })
  var wanted: Set<String> = []
  func add(_ name: String) {
    guard let target = byName[name], wanted.insert(name).inserted else { return }
    for case .byNameItem(let dependency, _) in target.dependencies { add(dependency) }
  }
  for name in names {
    add(String(name))
    add("\(name)Tests")
  }
  return targets.filter { wanted.contains($0.name) }
}

let chosen = Context.environment["TRUMEAU_MODULES"]?.split(separator: " ") ?? []

let package = Package(
  name: "trumeau",
  products: chosen.isEmpty ? [.executable(name: "trumeau", targets: ["trumeau"])] : [],
  targets: chosen.isEmpty ? targets : selected(chosen, of: targets),
  swiftLanguageModes: [.v6]
)
