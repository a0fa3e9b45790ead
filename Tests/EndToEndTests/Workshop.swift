import Bytes
import Formats
import Glibc
import HTTPClient
import Machine
import Support
import Synchronization
import Testing

/// A project in a folder of its own, with a commerce API that has its records.
final class Workshop: Sendable {
  let folder: ScratchFolder
  var path: String { folder.path }

  fileprivate init(_ folder: ScratchFolder) { self.folder = folder }

  /// A project with settings, content, the repository's theme, a seeded store and a token, before
  /// its first pull.
  static func seeded() throws -> Workshop {
    let folder = try ScratchFolder()
    let workshop = Workshop(folder)
    try folder.unpack(House.archive)
    try workshop.copy("\(SharedFolder.repository)/templates", to: "templates")
    for picture in House.pictures {
      for ending in ["svg", "png"] { try folder.write("media/\(picture).\(ending)", "picture") }
    }
    try workshop.expect(["api", "seed", "seed.jsonl"])
    let made = try workshop.expect(["api", "token", "create", "--quiet"])
    try folder.write(".trumeau/token", made.output)
    #expect(chmod("\(folder.path)/.trumeau/token", 0o600) == 0)
    return workshop
  }

  /// A copy of the project that is built already.
  static func built() throws -> Workshop {
    let workshop = Workshop(try ScratchFolder())
    try workshop.copy("\(try Journey.shared().asBuilt.path)/.", to: ".")
    return workshop
  }

  fileprivate func copy(_ source: String, to target: String) throws {
    let process = try Subprocess.start(["cp", "-a", source, "\(path)/\(target)"])
    try #require(Subprocess.wait(process) == 0)
  }

  // MARK: running

  func program(api: String? = nil) -> Program {
    Program(folder: path, environment: api.map { ["TRUMEAU_API_URL": $0] } ?? [:])
  }

  @discardableResult
  func run(_ words: [String], input: String = "", api: String? = nil) throws -> Ended {
    try program(api: api).run(words, input: input)
  }

  /// Runs a command that must end with 0.
  @discardableResult
  func expect(_ words: [String], input: String = "", api: String? = nil) throws -> Ended {
    let ended = try run(words, input: input, api: api)
    try #require(ended.exit == 0, "`\(ended.words)` said \(ended.error)")
    return ended
  }

  /// Starts a server and gives it with its address.
  func serve(_ words: [String]) throws -> (server: Running, address: String) {
    let file = "\(path)/.trumeau/\(SystemRandom().sortableID(at: SystemTime().now)).address"
    let server = try program().start(words + ["--port", "0", "--address-file", file])
    try server.until("an address") { try Files.exists(file) && !Files.readText(file).isEmpty }
    return (server, try Files.readText(file))
  }

  // MARK: looking

  func read(_ file: String) throws -> String { try folder.read(file) }

  func has(_ file: String) -> Bool { Files.exists("\(path)/\(file)") }

  /// Every file below a folder with its bytes; gzip is opened.
  func files(below root: String) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for file in try Files.walk("\(path)/\(root)") {
      let bytes = try Files.read("\(path)/\(root)/\(file)")
      found[file] = file.hasSuffix(".gz") ? try Gzip.decompress(bytes) : bytes
    }
    return found
  }

  /// Files below a folder that hold a text, whatever its capitals, in their name or content.
  func files(below root: String, holding text: String) throws -> [String] {
    let wanted = text.lowercased()
    return try files(below: root).filter { name, bytes in
      name.lowercased().contains(wanted)
        || String(decoding: bytes, as: UTF8.self).lowercased().contains(wanted)
    }.map(\.key).sorted()
  }

  /// Rows of a question to the mirror.
  func sql(_ question: String) throws -> String {
    try expect(["mirror", "sql", "--format", "csv", question]).output
  }

  // MARK: changing

  /// A token of the API that may do `scopes`.
  func token(_ scopes: [String]) throws -> String {
    let words = ["api", "token", "create", "--quiet"] + scopes.flatMap { ["--scope", $0] }
    return String(try expect(words).output.dropLast())
  }

  /// A token that may do all that an editor does, which the project has from now on.
  func editorToken() throws -> String {
    let token = try token([
      "catalog:read", "catalog:write", "pricing:read", "pricing:write", "inventory:write",
      "membership:read",
    ])
    try folder.write(".trumeau/token", token)
    #expect(chmod("\(path)/.trumeau/token", 0o600) == 0)
    return token
  }

  /// Sends a change of a record to the API, with the version that it has now.
  func change(
    _ method: String, _ path: String, body: String? = nil, api: String, token: String
  ) throws -> Int {
    let client = HTTPClient()
    let url = "\(api)/v/2026-11-01/\(path)"
    var request = HTTPRequest("GET", url, headers: ["Authorization": "Bearer \(token)"])
    let etag = try #require(try client.send(request).headers["ETag"])
    request.method = method
    request.headers.set("If-Match", etag)
    if let body {
      request.headers.set("Content-Type", "application/merge-patch+json")
      request.body = Array(body.utf8)
    }
    return try client.send(request).status
  }
}

/// One project that went all the way from a seed to feeds, for the tests that only look at it.
struct Journey: Sendable {
  let workshop: Workshop
  /// The project after these steps, where no command runs that could change a file while it is copied.
  fileprivate let asBuilt: ScratchFolder
  /// What each step said, by its words.
  let steps: [String: Ended]

  static func shared() throws -> Journey { try made.get() }

  private static let made = Result { try Journey() }

  private init() throws {
    let workshop = try Workshop.seeded()
    let (server, address) = try workshop.serve(["api", "serve"])
    var steps: [String: Ended] = [:]
    steps["pull"] = try workshop.expect(["pull"], api: address)
    steps["pull again"] = try workshop.expect(["pull"], api: address)
    steps["build"] = try workshop.expect(["build"])
    steps["feed build"] = try workshop.expect(["feed", "build"])
    steps["api serve"] = try server.end(by: SIGTERM)
    self.workshop = workshop
    self.steps = steps
    let copy = Workshop(try ScratchFolder())
    try copy.copy("\(workshop.path)/.", to: ".")
    asBuilt = copy.folder
    // What a static property holds is never let go of.
    atexit {
      guard let made = try? Journey.shared() else { return }
      for path in [made.workshop.path, made.asBuilt.path] { try? Files.removeTree(path) }
    }
  }

  func step(_ words: String) throws -> Ended { try #require(steps[words]) }
}
